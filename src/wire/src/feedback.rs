//! Feedback cases: what shoppers want the shop to put right, for the staff to deal with.
//!
//! So far a case begins with a review that turned out to be about delivery, packaging or print, and that its author has
//! handed over with one press ([`NewSubject`](crate::reviews::writing::NewSubject)).

use crate::reviews::photos::Photo;
use crate::{CaseId, Isbn, ReviewId};
use serde::{Deserialize, Serialize};

/// Which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Nobody has dealt with it yet.
    #[default]
    Open,
    /// Somebody of the staff has dealt with it.
    Closed,
}

impl CaseState {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::Closed];

    /// The word on the wire and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A case as its customer has written it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCase {
    /// What names it.
    pub id: CaseId,
    /// The edition that was reviewed.
    pub isbn: Isbn,
    /// That book's title.
    pub book: String,
    /// The review that was handed over.
    pub review: ReviewId,
    /// The title, or empty.
    pub title: String,
    /// The text, or empty.
    pub body: String,
    /// BCP 47 tag of the language it is written in, empty where nobody told.
    pub language: String,
    /// When it was handed over, in milliseconds since 1970 UTC.
    pub opened_at: i64,
    /// When somebody of the staff has dealt with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<i64>,
}

/// A case as the staff sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackCase {
    /// What its customer has written.
    #[serde(flatten)]
    pub case: OwnCase,
    /// The photos that were with it, as long as the review is there.
    pub photos: Vec<Photo>,
    /// The customer's name, or empty.
    pub name: String,
    /// The customer's email address as far as it is known, or empty.
    pub email: String,
    /// The shop's own id of the customer, or empty.
    pub external_id: String,
    /// [`OwnCase::opened_at`] for people: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub opened: String,
    /// Who has closed it, or empty.
    pub closed_by: String,
}

/// A page of cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasePage {
    /// The cases: open ones by how long they wait, closed ones the latest first.
    pub cases: Vec<FeedbackCase>,
    /// How many are open.
    pub open: u32,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What is to become of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCaseState {
    /// Its state.
    pub state: CaseState,
}
