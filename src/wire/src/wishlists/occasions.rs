//! What a list is for: a day and its kind; and who wants to be reminded of it.

use super::invalid;
use crate::contacts::is_day;
use crate::problem::{Faults, Problem};
use crate::text::single_line;
use serde::{Deserialize, Serialize};

/// The longest words for an occasion of another kind, in characters.
pub const WORDS_MAX: usize = 60;
/// How many lists of others a customer follows at most.
pub const FOLLOWED_MAX: u32 = 200;
/// How many days before an occasion those who follow its list are reminded.
pub const REMINDER_DAYS: u32 = 14;

/// Which kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OccasionKind {
    /// A birthday; it comes again every year.
    Birthday,
    /// A wedding.
    Wedding,
    /// Christmas.
    Christmas,
    /// Mother's Day.
    MothersDay,
    /// Another one, in the owner's words.
    Other,
}

impl OccasionKind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Birthday,
        Self::Wedding,
        Self::Christmas,
        Self::MothersDay,
        Self::Other,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Birthday => "birthday",
            Self::Wedding => "wedding",
            Self::Christmas => "christmas",
            Self::MothersDay => "mothers_day",
            Self::Other => "other",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a list is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Occasion {
    /// The kind of day.
    pub kind: OccasionKind,
    /// The owner's words for it, where it is of another kind; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// The day in the shop's time zone, `YYYY-MM-DD`; of a birthday the next one.
    pub on: String,
}

impl Occasion {
    /// Its day as it is on the day `today`: a birthday that has been comes again.
    pub fn on_from(&self, today: &str) -> String {
        match self.kind {
            OccasionKind::Birthday => coming(&self.on, today),
            _ => self.on.clone(),
        }
    }
}

/// What a list is to be for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOccasion {
    /// The kind of day.
    pub kind: OccasionKind,
    /// What it is called, 1 to 60 characters, where it is of another kind; else it says nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub words: String,
    /// The day, `YYYY-MM-DD`: today or later, by the shop's clock. A birthday can be the day of birth.
    pub on: String,
}

impl NewOccasion {
    /// The occasion as it is kept on the day `today` (`YYYY-MM-DD`).
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self, today: &str) -> Result<Occasion, Problem> {
        let mut faults = Faults::default();
        let words = match self.kind {
            OccasionKind::Other => faults.keep(checked_words(&self.words)),
            _ => Some(String::new()),
        };
        let on = faults.keep(checked_day(self.kind, self.on.trim(), today));
        faults.none()?;
        Ok(Occasion {
            kind: self.kind,
            words: words.unwrap_or_default(),
            on: on.unwrap_or_default(),
        })
    }
}

fn checked_words(words: &str) -> Result<String, Problem> {
    let words = single_line(words);
    if !(1..=WORDS_MAX).contains(&words.chars().count()) {
        let rule = "an occasion of another kind is called something, in at most 60 characters";
        return Err(invalid("words", rule));
    }
    Ok(words)
}

fn checked_day(kind: OccasionKind, day: &str, today: &str) -> Result<String, Problem> {
    if !is_day(day) || day < "1900-01-01" {
        return Err(invalid("on", "an occasion is on a day, YYYY-MM-DD"));
    }
    let on = match kind {
        OccasionKind::Birthday => coming(day, today),
        _ => day.to_owned(),
    };
    // Written like this, days compare as text.
    if on.as_str() < today {
        return Err(invalid("on", "an occasion is today or later"));
    }
    if year(&on) > year(today) + 10 {
        return Err(invalid("on", "an occasion is within ten years"));
    }
    Ok(on)
}

fn year(day: &str) -> u32 {
    day.get(..4)
        .and_then(|year| year.parse().ok())
        .unwrap_or_default()
}

/// The next day from `today` on that has the month and day of `day`; `day` itself where it is yet to come. The 29th of
/// February is the 28th in years that have none. All are `YYYY-MM-DD`.
pub fn coming(day: &str, today: &str) -> String {
    if day >= today {
        return day.to_owned();
    }
    let in_year = |year: u32| {
        let rest = day.get(4..).unwrap_or_default();
        let same = format!("{year:04}{rest}");
        if is_day(&same) {
            same
        } else {
            format!("{year:04}-02-28")
        }
    };
    let this_year = in_year(year(today));
    if this_year.as_str() >= today {
        this_year
    } else {
        in_year(year(today) + 1)
    }
}

/// A list of somebody else's that a customer follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FollowedWishlist {
    /// Its name; may be empty.
    pub name: String,
    /// The end of the address of its page, `/shops/{key}/wishlists/{shared}`.
    pub shared: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
    /// Since when, in milliseconds since 1970 UTC.
    pub followed_at: i64,
}

/// The lists of others that a customer follows: those with a day first, the next day first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FollowedWishlists {
    /// The lists.
    pub lists: Vec<FollowedWishlist>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(kind: OccasionKind, words: &str, on: &str) -> NewOccasion {
        NewOccasion {
            kind,
            words: words.into(),
            on: on.into(),
        }
    }

    #[test]
    fn a_birthday_is_the_next_one() {
        for (day, today, next) in [
            ("1990-05-12", "2026-05-11", "2026-05-12"),
            ("1990-05-12", "2026-05-12", "2026-05-12"),
            ("1990-05-12", "2026-05-13", "2027-05-12"),
            ("1992-02-29", "2026-03-01", "2027-02-28"),
            ("1992-02-29", "2027-03-01", "2028-02-29"),
            ("2027-01-01", "2026-05-13", "2027-01-01"),
        ] {
            assert_eq!(coming(day, today), next, "{day} from {today} on");
        }
        let born = new(OccasionKind::Birthday, "ignored", "1990-05-12");
        let kept = born.checked("2026-11-30").unwrap();
        assert_eq!((&*kept.on, &*kept.words), ("2027-05-12", ""));
    }

    #[test]
    fn an_occasion_that_has_been_or_has_no_name_is_refused() {
        let today = "2026-11-30";
        let fields = |new: NewOccasion| -> Vec<String> {
            let problem = new.checked(today).unwrap_err();
            problem.fields().map(str::to_owned).collect()
        };
        assert_eq!(
            fields(new(OccasionKind::Other, " ", "2026-11-29")),
            ["words", "on"]
        );
        for day in ["2026-11-29", "2037-01-01", "2026-02-30", "soon", ""] {
            assert_eq!(fields(new(OccasionKind::Wedding, "", day)), ["on"], "{day}");
        }
        assert!(new(OccasionKind::Wedding, "", today).checked(today).is_ok());
    }
}
