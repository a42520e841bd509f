//! Reviews that wait for somebody to look at them whatever the shop's setting says, and why. Stars never matter to it.

use crate::Lang;
use crate::problem::{Code, Problem};
use crate::text::single_line;
use serde::{Deserialize, Serialize};

/// How many words a list has at most.
pub const WORDS_MAX: usize = 200;
/// The longest word or phrase of a list, in characters.
pub const WORD_MAX: usize = 50;
/// How long a list is at most, in characters: all of them together fit into a form.
pub const LIST_MAX: usize = 2_500;

/// Why a review waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// There is a link or an email address in it.
    Link,
    /// There is a phone number in it.
    Phone,
    /// There are words of the shop's list in it.
    Words,
    /// The book gets more reviews in a day than its past lets one expect.
    Burst,
    /// Many reviews come from one place of the network that nothing came from before.
    Network,
    /// The book is not published yet.
    Unpublished,
}

impl HoldReason {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::Link,
        Self::Phone,
        Self::Words,
        Self::Burst,
        Self::Network,
        Self::Unpublished,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Phone => "phone",
            Self::Words => "words",
            Self::Burst => "burst",
            Self::Network => "network",
            Self::Unpublished => "unpublished",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A reason for which a review waits, with what was found. Only the staff is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    /// The reason.
    pub reason: HoldReason,
    /// The links, numbers or words, each once; how many reviews there were; or the day of publication, `YYYY-MM-DD`.
    pub found: Vec<String>,
}

/// Words of a language with which a review waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WordList {
    /// The language that they are of. All lists are looked for in all reviews.
    pub language: Lang,
    /// Words and phrases, at most 200 of at most 50 characters, and 2,500 characters in all. Those that are written with
    /// spaces between words are found as whole words, others wherever they stand.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub words: Vec<String>,
}

impl WordList {
    /// The field that is told when the list of a language breaks a rule.
    pub const fn field(language: Lang) -> &'static str {
        match language {
            Lang::ZhCn => "words.zh-CN",
            Lang::ZhTw => "words.zh-TW",
            Lang::En => "words.en",
            Lang::Ja => "words.ja",
        }
    }

    /// The same in the form in which it is kept: each word once, none empty.
    ///
    /// # Errors
    /// When a word or the list is too long, or a word has no letter or digit.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut words: Vec<String> = Vec::new();
        for word in &self.words {
            let word = single_line(word);
            if word.chars().count() > WORD_MAX || (!word.is_empty() && !has_letter(&word)) {
                let rule = "a word has a letter or digit and at most 50 characters";
                return Err(invalid(self.language, rule));
            }
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        let length: usize = words.iter().map(|word| word.chars().count() + 1).sum();
        if words.len() > WORDS_MAX || length > LIST_MAX {
            let rule = "a list has at most 200 words and 2,500 characters";
            return Err(invalid(self.language, rule));
        }
        Ok(Self { words, ..self })
    }
}

fn has_letter(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

fn invalid(language: Lang, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(WordList::field(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_each_word_once() {
        let list = |words: &[&str]| WordList {
            language: Lang::En,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let kept = list(&[" rude  word ", "", "rude word", "b"]).checked();
        assert_eq!(kept.unwrap().words, ["rude word", "b"]);
        for wrong in ["…", &"a".repeat(51)] {
            let problem = list(&[wrong]).checked().unwrap_err();
            assert_eq!(problem.field.as_deref(), Some("words.en"));
        }
        let many: Vec<String> = (0..201).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(list(&many).checked().is_err());
    }
}
