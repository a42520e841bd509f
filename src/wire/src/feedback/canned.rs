//! Canned answers: texts that the staff uses again and again, with variables for what differs from case to case.
//!
//! A variable stands in braces, as `{customer}`. A text with one that there is not is not kept; and an answer in which one still
//! stands is not sent, so that nobody reads “Dear {customer}”. There is none for the code of a receipt: the server keeps only its
//! hash.

use super::writing::{TEXT_MAX, checked_text, invalid};
use super::{CaseKind, OwnCase};
use crate::problem::Faults;
use crate::text::single_line;
use crate::{CannedId, Lang, Problem};
use serde::{Deserialize, Serialize};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 100;
/// How many canned answers a shop can have.
pub const CANNED_MAX: u32 = 300;

/// What stands in braces in a canned answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    /// The shopper's name.
    Customer,
    /// The number of the order that the case is about.
    Order,
    /// The title of the book that the case is about.
    Book,
    /// The shop's name.
    Shop,
    /// The name of who answers.
    Agent,
}

impl Variable {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Customer,
        Self::Order,
        Self::Book,
        Self::Shop,
        Self::Agent,
    ];

    /// As it stands in a text.
    pub const fn in_braces(self) -> &'static str {
        match self {
            Self::Customer => "{customer}",
            Self::Order => "{order}",
            Self::Book => "{book}",
            Self::Shop => "{shop}",
            Self::Agent => "{agent}",
        }
    }

    fn from_braces(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.in_braces() == text)
    }
}

/// The pieces of a text: what stands in braces as a name would, braces included, and what is between.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (begin, end) = next_name(rest).unwrap_or((rest.len(), rest.len()));
        let (piece, is_name) = if begin > 0 {
            (&rest[..begin], false)
        } else {
            (&rest[..end], true)
        };
        rest = &rest[piece.len()..];
        Some((piece, is_name))
    })
}

/// Where the next name in braces begins and ends: of letters and underscores, which no other braces hold alone.
fn next_name(text: &str) -> Option<(usize, usize)> {
    let opens = text.match_indices('{').map(|(at, _)| at);
    opens.into_iter().find_map(|begin| {
        let name = &text[begin + 1..];
        let length = name.find('}')?;
        let is_name = |character: char| character.is_alphabetic() || character == '_';
        let fits = length > 0 && name[..length].chars().all(is_name);
        fits.then_some((begin, begin + length + 2))
    })
}

/// What stands in braces in a text and is no variable, in its order.
pub fn unknown_in(text: &str) -> Vec<&str> {
    let names = pieces(text).filter(|(_, is_name)| *is_name);
    let unknown = names.filter(|(name, _)| Variable::from_braces(name).is_none());
    unknown.map(|(name, _)| name).collect()
}

/// The variables that a text holds, each once.
pub fn variables_in(text: &str) -> Vec<Variable> {
    let names = pieces(text).filter(|(_, is_name)| *is_name);
    let mut found: Vec<Variable> = names
        .filter_map(|(name, _)| Variable::from_braces(name))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A text with the value of each variable in its place. What has no value stays as it is: see [`variables_in`].
///
/// Values are taken as they are: what stands in braces in one of them means nothing.
pub fn filled(text: &str, value: impl Fn(Variable) -> String) -> String {
    let mut whole = String::with_capacity(text.len());
    for (piece, is_name) in pieces(text) {
        let variable = Variable::from_braces(piece).filter(|_| is_name);
        let value = variable.map(&value).unwrap_or_default();
        whole.push_str(if value.trim().is_empty() {
            piece
        } else {
            &value
        });
    }
    whole
}

/// Refuses a text in which a variable still stands.
///
/// # Errors
/// When one does, at `field`.
pub fn all_filled(field: &str, text: &str) -> Result<(), Problem> {
    let left = variables_in(text);
    if left.is_empty() {
        return Ok(());
    }
    let left: Vec<&str> = left.into_iter().map(Variable::in_braces).collect();
    let detail = format!("still to be filled in: {}", left.join(", "));
    Err(invalid(field, &detail))
}

/// A canned answer in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CannedText {
    /// The language.
    pub language: Lang,
    /// What it says, 1 to 5,000 characters, with variables: `{customer}`, `{order}`, `{book}`, `{shop}`, `{agent}`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 5000))]
    pub text: String,
}

/// What the staff writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CannedContent {
    /// What colleagues find it by, 1 to 100 characters; shoppers never see it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub title: String,
    /// For which kind of cases it is; for all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<CaseKind>,
    /// The answer in one to four languages, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub texts: Vec<CannedText>,
}

/// What the text of a language is called where it breaks a rule, as `texts.ja`.
pub fn text_field(language: Lang) -> String {
    ["texts.", language.tag()].concat()
}

impl CannedContent {
    /// The same in the form in which it is kept: cleaned, and in the order of the languages.
    ///
    /// # Errors
    /// All fields that break a rule, also a text with something in braces that is no variable.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        self.title = single_line(&self.title);
        if !(1..=TITLE_MAX).contains(&self.title.chars().count()) {
            faults.keep::<()>(Err(invalid("title", "a title has 1 to 100 characters")));
        }
        self.texts.sort_by_key(|text| text.language);
        let mut pairs = self.texts.windows(2);
        if self.texts.is_empty() || pairs.any(|two| two[0].language == two[1].language) {
            let rule = "an answer has one to four languages, each once";
            faults.keep::<()>(Err(invalid("texts", rule)));
        }
        for text in &mut self.texts {
            let field = text_field(text.language);
            if let Some(unknown) = unknown_in(&text.text).first() {
                let detail = format!("there is no variable {unknown}");
                faults.keep::<()>(Err(invalid(&field, &detail)));
            }
            if let Some(checked) = faults.keep(checked_text(&field, &text.text)) {
                text.text = checked;
            }
        }
        faults.none()?;
        Ok(self)
    }
}

/// What the staff changes a canned answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CannedChange {
    /// The version that was looked at. Where it has another one, nothing is changed.
    pub version: u32,
    /// What it says from then on.
    pub content: CannedContent,
}

/// A canned answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CannedAnswer {
    /// What names it.
    pub id: CannedId,
    /// Grows with each change.
    pub version: u32,
    /// When it was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// What it says.
    pub content: CannedContent,
}

/// All canned answers of a shop, by their titles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CannedList {
    /// The answers.
    pub answers: Vec<CannedAnswer>,
}

/// A canned answer as it is for one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilledAnswer {
    /// The language: the shopper's if it has that one.
    pub language: Lang,
    /// What it says, with the values of the case. A variable without a value still stands there, in braces: sent like that it
    /// would be refused.
    pub text: String,
    /// The variables that have no value in this case.
    pub missing: Vec<Variable>,
}

/// What there is to fill in besides what stands in the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answering<'a> {
    /// The shopper's name, or empty.
    pub customer: &'a str,
    /// The shop's name.
    pub shop: &'a str,
    /// The name of who answers, or empty.
    pub agent: &'a str,
}

impl CannedText {
    /// The text as it is for a case.
    pub fn filled(&self, case: &OwnCase, by: &Answering<'_>) -> FilledAnswer {
        let text = filled(&self.text, |variable| {
            let value = match variable {
                Variable::Customer => by.customer,
                Variable::Order => &case.order,
                Variable::Book => case.book.as_ref().map_or("", |book| &book.title),
                Variable::Shop => by.shop,
                Variable::Agent => by.agent,
            };
            // What somebody calls themselves is no variable.
            value.replace(['{', '}'], "")
        });
        FilledAnswer {
            language: self.language,
            missing: variables_in(&text),
            text,
        }
    }
}

/// What stands in an answer once `more` is put behind what was typed. `None` where that is more than an answer can hold.
pub fn appended(typed: &str, more: &str) -> Option<String> {
    let typed = typed.trim_end();
    let whole = if typed.is_empty() {
        more.to_owned()
    } else {
        [typed, "\n\n", more].concat()
    };
    (whole.chars().count() <= TEXT_MAX).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_braces_are_variables() {
        for (text, unknown, known) in [
            ("Dear {customer},", vec![], vec![Variable::Customer]),
            (
                "{customr} {order}",
                vec!["{customr}"],
                vec![Variable::Order],
            ),
            ("{Customer}{名前}", vec!["{Customer}", "{名前}"], vec![]),
            ("{ customer } {} {1} {a b} } { {", vec![], vec![]),
            ("{{shop}}", vec![], vec![Variable::Shop]),
            ("{x {agent}", vec![], vec![Variable::Agent]),
            (
                "{shop}{customer}{shop}",
                vec![],
                vec![Variable::Customer, Variable::Shop],
            ),
        ] {
            assert_eq!(unknown_in(text), unknown, "{text}");
            assert_eq!(variables_in(text), known, "{text}");
        }
    }

    #[test]
    fn what_has_no_value_stays_and_values_mean_nothing() {
        let value = |variable| match variable {
            Variable::Customer => "{agent}".to_owned(),
            Variable::Shop => "本屋".to_owned(),
            _ => " ".to_owned(),
        };
        let text = "{customer}, {order}: {{shop}} {other}";
        assert_eq!(filled(text, value), "{agent}, {order}: {本屋} {other}");
        assert_eq!(filled("", value), "");
        let problem = all_filled("text", "Order {order} of {customer}").unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), ["text"]);
        assert!(all_filled("text", "{other} {}").is_ok());
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let text = |language, text: &str| CannedText {
            language,
            text: text.into(),
        };
        let content = |title: &str, texts| CannedContent {
            title: title.into(),
            kind: None,
            texts,
        };
        let fields = |content: CannedContent| {
            let problem = content.checked().unwrap_err();
            problem.fields().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(fields(content(" ", vec![])), ["title", "texts"]);
        let twice = vec![text(Lang::Ja, "a"), text(Lang::Ja, "b")];
        assert_eq!(fields(content("A", twice)), ["texts"]);
        let both = vec![text(Lang::Ja, " "), text(Lang::En, "{nobody}")];
        assert_eq!(fields(content("A", both)), ["texts.en", "texts.ja"]);
        let unknown = content("A", vec![text(Lang::En, "{nobody}")]);
        assert_eq!(fields(unknown), ["texts.en"]);
        let kept = content(" A  b ", vec![text(Lang::Ja, "x"), text(Lang::En, " y ")]);
        let kept = kept.checked().unwrap();
        assert_eq!((&*kept.title, &*kept.texts[0].text), ("A b", "y"));
    }

    #[test]
    fn what_was_typed_stays_before_what_is_inserted() {
        assert_eq!(appended(" \n", "More"), Some("More".into()));
        assert_eq!(appended("Hello\n", "More"), Some("Hello\n\nMore".into()));
        assert_eq!(appended(&"x".repeat(TEXT_MAX), "y"), None);
    }
}
