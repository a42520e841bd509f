//! Clocks: by when a shop wants to answer and to resolve a case, counted in the hours in which somebody is there.

use super::writing::invalid;
use crate::contacts::is_day;
use crate::problem::{Faults, Problem};
use serde::{Deserialize, Serialize};

/// How many days off a shop can name.
pub const HOLIDAYS_MAX: usize = 400;
/// The longest time to answer or to resolve in, in minutes: a thousand hours.
pub const TARGET_MAX: u32 = 60_000;

/// When somebody deals with cases, and how soon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseClocks {
    /// The hours of each weekday in the shop's time zone: seven, Monday first.
    #[cfg_attr(feature = "openapi", schema(min_items = 7, max_items = 7))]
    pub hours: Vec<DayHours>,
    /// Days on which nobody is there, `YYYY-MM-DD`, at most 400.
    #[cfg_attr(feature = "openapi", schema(max_items = 400))]
    pub holidays: Vec<String>,
    /// In how many of those minutes a case is answered first, at most 60,000; 0 where that is not counted.
    #[cfg_attr(feature = "openapi", schema(maximum = 60000))]
    pub answer_minutes: u32,
    /// In how many of those minutes it is resolved, at most 60,000; 0 where that is not counted. It is not counted while the
    /// shop waits for the shopper.
    #[cfg_attr(feature = "openapi", schema(maximum = 60000))]
    pub resolve_minutes: u32,
}

/// The hours of a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// From when, `HH:MM`; empty, like the other, where nobody is there.
    pub opens: String,
    /// Until when, `HH:MM`, at most `24:00`.
    pub closes: String,
}

impl DayHours {
    /// From when until when, in minutes since midnight; `None` where nobody is there, or where these are no hours.
    pub fn minutes(&self) -> Option<(u16, u16)> {
        let (opens, closes) = (minute_of(&self.opens)?, minute_of(&self.closes)?);
        (opens < closes).then_some((opens, closes))
    }

    fn is_closed(&self) -> bool {
        self.opens.is_empty() && self.closes.is_empty()
    }
}

/// The minute of the day that `HH:MM` is.
fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str| {
        let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| part.parse().ok()).flatten()
    };
    let (hour, minute): (u16, u16) = (number(hour)?, number(minute)?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= 24 * 60).then_some(all)
}

impl Default for CaseClocks {
    /// Monday to Friday from nine to six, and nothing that is counted.
    fn default() -> Self {
        let day = |number: usize| match number {
            0..5 => DayHours {
                opens: "09:00".to_owned(),
                closes: "18:00".to_owned(),
            },
            _ => DayHours::default(),
        };
        Self {
            hours: (0..7).map(day).collect(),
            holidays: Vec::new(),
            answer_minutes: 0,
            resolve_minutes: 0,
        }
    }
}

impl CaseClocks {
    /// The same in the form in which it is kept: holidays each once and in order.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let is_good = |day: &DayHours| day.is_closed() || day.minutes().is_some();
        let is_open = |day: &DayHours| day.minutes().is_some();
        let counts = self.answer_minutes > 0 || self.resolve_minutes > 0;
        if self.hours.len() != 7 || !self.hours.iter().all(is_good) {
            let rule = "seven days, each with two times such as 09:00 and 18:00 or with none";
            faults.keep::<()>(Err(invalid("hours", rule)));
        } else if counts && !self.hours.iter().any(is_open) {
            faults.keep::<()>(Err(invalid(
                "hours",
                "somebody is there on one day at least",
            )));
        }
        for day in &mut self.holidays {
            day.truncate(day.trim_end().len());
        }
        self.holidays.sort();
        self.holidays.dedup();
        if self.holidays.len() > HOLIDAYS_MAX || !self.holidays.iter().all(|day| is_day(day)) {
            let rule = "at most 400 days such as 2027-01-01";
            faults.keep::<()>(Err(invalid("holidays", rule)));
        }
        for (field, minutes) in [
            ("answer_minutes", self.answer_minutes),
            ("resolve_minutes", self.resolve_minutes),
        ] {
            if minutes > TARGET_MAX {
                faults.keep::<()>(Err(invalid(field, "at most 60,000 minutes")));
            }
        }
        faults.none()?;
        Ok(self)
    }
}

/// What is due next of an open case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseDue {
    /// What.
    pub clock: CaseClock,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The same for people: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub when: String,
    /// Whether that has passed.
    pub is_over: bool,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseClock {
    /// The time to the first answer.
    Answer,
    /// The time until the case is resolved.
    Resolve,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(opens: &str, closes: &str) -> DayHours {
        DayHours {
            opens: opens.to_owned(),
            closes: closes.to_owned(),
        }
    }

    #[test]
    fn hours_are_two_times_of_one_day() {
        assert_eq!(hours("09:00", "18:30").minutes(), Some((540, 1_110)));
        assert_eq!(hours("00:00", "24:00").minutes(), Some((0, 1_440)));
        for (opens, closes) in [
            ("18:00", "09:00"),
            ("09:00", "09:00"),
            ("9:00", "18:00"),
            ("09:60", "18:00"),
            ("09:00", "24:01"),
            ("09:00", ""),
            ("", ""),
        ] {
            assert_eq!(hours(opens, closes).minutes(), None, "{opens} {closes}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let wrong = CaseClocks {
            hours: vec![hours("09:00", "")],
            holidays: vec!["2027-02-30".into()],
            answer_minutes: 60_001,
            resolve_minutes: 60_001,
        };
        let problem = wrong.checked().unwrap_err();
        let fields: Vec<_> = problem.fields().collect();
        assert_eq!(
            fields,
            ["hours", "holidays", "answer_minutes", "resolve_minutes"]
        );
        let never = CaseClocks {
            hours: vec![DayHours::default(); 7],
            answer_minutes: 60,
            ..CaseClocks::default()
        };
        let problem = never.checked().unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), ["hours"]);
    }

    #[test]
    fn holidays_are_kept_once_and_in_order() {
        let days = ["2027-10-01", "2027-01-01", "2027-10-01 "].map(str::to_owned);
        let clocks = CaseClocks {
            holidays: days.to_vec(),
            ..CaseClocks::default()
        };
        assert_eq!(
            clocks.checked().unwrap().holidays,
            ["2027-01-01", "2027-10-01"]
        );
    }
}
