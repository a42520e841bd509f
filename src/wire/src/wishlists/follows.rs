//! Whom and what somebody follows: authors and series, whose new books are told.
//!
//! Told is a book that comes into the shop's catalogue with a date of publication of the last 90 days or still to come, of
//! a work that is as new; so a list of older books that is read in tells nobody anything.

use super::invalid;
use crate::FollowId;
use crate::problem::Problem;
use crate::text::single_line;
use serde::{Deserialize, Serialize};

/// How many authors and series a customer follows at most.
pub const FOLLOWS_MAX: u32 = 500;
/// The longest name, in characters.
pub const FOLLOWED_MAX: usize = 200;

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FollowKind {
    /// Who writes.
    Author,
    /// Books that belong together.
    Series,
}

impl FollowKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Author, Self::Series];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Series => "series",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// An author or a series to be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewFollow {
    /// Which of the two.
    pub kind: FollowKind,
    /// The name, as the catalogue has it, in upper or lower case. 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: String,
}

impl NewFollow {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// When the name breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let name = single_line(&self.name);
        if !(1..=FOLLOWED_MAX).contains(&name.chars().count()) {
            return Err(invalid("name", "a name has 1 to 200 characters"));
        }
        Ok(Self { name, ..self })
    }
}

/// An author or a series that is followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Follow {
    /// What names it.
    pub id: FollowId,
    /// Which of the two.
    pub kind: FollowKind,
    /// The name.
    pub name: String,
    /// Since when, in milliseconds since 1970 UTC.
    pub followed_at: i64,
}

/// All that a customer follows: authors first, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Follows {
    /// The authors and series.
    pub follows: Vec<Follow>,
}
