//! What readers say of a book besides their review: content warnings, moods and pace, in words that the shop chooses.

use crate::Lang;
use crate::problem::{Code, Faults, Problem};
use crate::text::single_line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many content warnings a review has at most.
pub const WARNINGS_MAX: usize = 10;
/// How many moods a review has at most.
pub const MOODS_MAX: usize = 5;
/// How many terms a list of a shop has at most.
pub const TERMS_MAX: usize = 30;
/// The longest label of a term, in characters.
pub const LABEL_MAX: usize = 40;

/// How quickly a book goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// It takes its time.
    Slow,
    /// Neither.
    Medium,
    /// One turns pages.
    Fast,
}

impl Pace {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Slow, Self::Medium, Self::Fast];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Medium => "medium",
            Self::Fast => "fast",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a reader says of a book besides the review.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Notes {
    /// Ids of content warnings, at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub warnings: Vec<String>,
    /// Ids of moods, at most 5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub moods: Vec<String>,
    /// The pace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

impl Notes {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.warnings.is_empty() && self.moods.is_empty() && self.pace.is_none()
    }

    /// The same with each warning and mood once, however often it was chosen.
    #[must_use]
    pub fn each_once(mut self) -> Self {
        for ids in [&mut self.warnings, &mut self.moods] {
            let mut kept: Vec<String> = Vec::with_capacity(ids.len());
            for id in ids.drain(..) {
                if !kept.contains(&id) {
                    kept.push(id);
                }
            }
            *ids = kept;
        }
        self
    }

    /// The problems of those that are too many.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let lists = [
            (&self.warnings, WARNINGS_MAX, "notes.warnings"),
            (&self.moods, MOODS_MAX, "notes.moods"),
        ];
        lists
            .into_iter()
            .filter(|(ids, max, _)| ids.len() > *max)
            .map(|(_, _, field)| invalid(field, "these are too many"))
            .collect()
    }
}

/// A term in the words of a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// What names it.
    pub id: String,
    /// What it is called.
    pub label: String,
}

/// What readers can say, in the words of a language; what is switched off is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Vocabulary {
    /// Content warnings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Term>,
    /// Moods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moods: Vec<Term>,
    /// Whether they can say something of the pace.
    pub pace: bool,
}

/// A term of a shop with its labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShopTerm {
    /// What names it in reviews: 1 to 40 lower-case letters, digits and hyphens. It stays when the labels change.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9-]{1,40}$"))]
    pub id: String,
    /// What it is called, by language: at least in one, each at most 40 characters.
    pub labels: BTreeMap<Lang, String>,
}

impl ShopTerm {
    /// What it is called in `lang`, or else in any language that it has a label in.
    fn label(&self, lang: Lang) -> String {
        let label = self.labels.get(&lang).or(self.labels.values().next());
        label.cloned().unwrap_or_default()
    }
}

/// A list of terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TermList {
    /// Whether readers are offered it, and shown what others have chosen.
    pub on: bool,
    /// The terms, at most 30, in the order in which they are offered.
    #[cfg_attr(feature = "openapi", schema(max_items = 30))]
    pub terms: Vec<ShopTerm>,
}

/// Whether this can name a term: 1 to 40 lower-case letters, digits and hyphens.
pub fn is_id(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(is_part)
}

impl TermList {
    fn checked(self, field: &'static str) -> Result<Self, Problem> {
        let mut terms: Vec<ShopTerm> = Vec::with_capacity(self.terms.len());
        for term in self.terms {
            if !is_id(&term.id) {
                let rule = "an id has 1 to 40 lower-case letters, digits and hyphens";
                return Err(invalid(field, rule));
            }
            let labels = term.labels.into_iter();
            let labels = labels.map(|(lang, label)| (lang, single_line(&label)));
            let labels: BTreeMap<_, _> = labels.filter(|(_, label)| !label.is_empty()).collect();
            let is_long = |label: &String| label.chars().count() > LABEL_MAX;
            if labels.is_empty() || labels.values().any(is_long) {
                let rule = "a term has a label in one language at least, of at most 40 characters";
                return Err(invalid(field, rule));
            }
            if terms.iter().any(|other| other.id == term.id) {
                return Err(invalid(field, "no two terms have the same id"));
            }
            terms.push(ShopTerm {
                id: term.id,
                labels,
            });
        }
        if terms.len() > TERMS_MAX {
            return Err(invalid(field, "a list has at most 30 terms"));
        }
        Ok(Self { terms, ..self })
    }

    fn in_words(&self, lang: Lang) -> Vec<Term> {
        let offered = self.terms.iter().filter(|_| self.on);
        let term = |term: &ShopTerm| Term {
            id: term.id.clone(),
            label: term.label(lang),
        };
        offered.map(term).collect()
    }

    fn offers(&self, ids: &[String]) -> bool {
        let is_there = |id: &String| self.terms.iter().any(|term| term.id == *id);
        ids.is_empty() || (self.on && ids.iter().all(is_there))
    }
}

/// What readers of a shop can say of a book besides their review.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShopNotes {
    /// Content warnings.
    pub warnings: TermList,
    /// Moods.
    pub moods: TermList,
    /// Whether they are asked for the pace.
    pub pace: bool,
}

impl ShopNotes {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names the lists that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut list = |list: TermList, field| faults.keep(list.checked(field)).unwrap_or_default();
        let kept = Self {
            warnings: list(self.warnings, "notes.warnings"),
            moods: list(self.moods, "notes.moods"),
            pace: self.pace,
        };
        faults.none()?;
        Ok(kept)
    }

    /// What is offered, in the words of a language.
    pub fn in_words(&self, lang: Lang) -> Vocabulary {
        Vocabulary {
            warnings: self.warnings.in_words(lang),
            moods: self.moods.in_words(lang),
            pace: self.pace,
        }
    }

    /// Whether all that a reader says is offered.
    ///
    /// # Errors
    /// Names what is not.
    pub fn offers(&self, notes: &Notes) -> Result<(), Problem> {
        for (offered, field) in [
            (self.warnings.offers(&notes.warnings), "notes.warnings"),
            (self.moods.offers(&notes.moods), "notes.moods"),
            (self.pace || notes.pace.is_none(), "notes.pace"),
        ] {
            if !offered {
                return Err(invalid(field, "the shop does not offer this"));
            }
        }
        Ok(())
    }
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(terms: &[(&str, &str)]) -> TermList {
        let term = |(id, label): &(&str, &str)| ShopTerm {
            id: (*id).to_owned(),
            labels: [(Lang::ZhCn, String::new()), (Lang::En, (*label).to_owned())].into(),
        };
        TermList {
            on: true,
            terms: terms.iter().map(term).collect(),
        }
    }

    #[test]
    fn terms_are_named_once_and_called_something() {
        let notes = |moods| ShopNotes {
            moods,
            ..ShopNotes::default()
        };
        let kept = notes(list(&[("funny", " Very  funny ")]))
            .checked()
            .unwrap();
        // Where there is no label in a language, another one will do.
        let words = kept.in_words(Lang::ZhCn);
        assert_eq!(words.moods[0].label, "Very funny");
        assert!(words.warnings.is_empty() && !words.pace);
        for wrong in [
            list(&[("a", "A"), ("a", "B")]),
            list(&[("Not an id", "A")]),
            list(&[("a", " ")]),
            list(&[("a", &"x".repeat(41))]),
        ] {
            let problem = notes(wrong).checked().unwrap_err();
            assert_eq!(problem.field.as_deref(), Some("notes.moods"));
        }
    }

    #[test]
    fn what_is_not_offered_cannot_be_said() {
        let shop = ShopNotes {
            moods: list(&[("funny", "Funny")]),
            ..ShopNotes::default()
        };
        let moods = |ids: &[&str]| Notes {
            moods: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Notes::default()
        };
        assert_eq!(shop.offers(&moods(&["funny"])), Ok(()));
        let field = |notes: &Notes| shop.offers(notes).unwrap_err().field;
        assert_eq!(field(&moods(&["sad"])).as_deref(), Some("notes.moods"));
        let pace = Notes {
            pace: Some(Pace::Fast),
            ..Notes::default()
        };
        assert_eq!(field(&pace).as_deref(), Some("notes.pace"));
        assert_eq!(moods(&["a"; 6]).problems().len(), 1);
        let chosen = moods(&["dark", "sad", "dark", "dark"]);
        assert_eq!(chosen.each_once(), moods(&["dark", "sad"]));
    }
}
