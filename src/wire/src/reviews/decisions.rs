//! The log of what the staff has done about reviews.

use super::writing::Reason;
use crate::ReviewId;
use serde::{Deserialize, Serialize};

/// What somebody of the staff has done about a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Approved it.
    Approve,
    /// Refused it.
    Refuse,
    /// Asked its author for another version.
    Changes,
    /// Told readers that its author received something for it.
    Label,
}

impl Act {
    const ALL: [Self; 4] = [Self::Approve, Self::Refuse, Self::Changes, Self::Label];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::Changes => "changes",
            Self::Label => "label",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What was done about a review, whether there still is one or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedDecision {
    /// The review.
    pub review: ReviewId,
    /// The title of its book; absent when the review is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<String>,
    /// About which version.
    pub version: u32,
    /// How many stars that one gives, 1 to 5; half stars count upwards.
    pub stars: u8,
    /// What.
    pub act: Act,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Who, by email address; empty when the account is gone.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub decided_at: i64,
    /// The same for people, in the shop's time zone: `YYYY-MM-DD HH:MM`.
    pub decided: String,
}

/// A page of the log, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionLog {
    /// What was done.
    pub decisions: Vec<LoggedDecision>,
    /// For the page after this one, as `after`; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
