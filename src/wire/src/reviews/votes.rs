//! Whether a review was helpful: one vote a customer, which can be changed and taken back.

use crate::{Isbn, ReviewId};
use serde::{Deserialize, Serialize};

/// A vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewVote {
    /// Whether it was helpful.
    pub helpful: bool,
}

/// The votes for a review after one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Votes {
    /// How many found it helpful.
    pub helpful: u32,
    /// How many said whether it is helpful or not.
    pub votes: u32,
}

/// Somebody else's review as a customer looks at it before voting for it or reporting it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedReview {
    /// What names it.
    pub id: ReviewId,
    /// The edition that it is about.
    pub isbn: Isbn,
    /// The book's title.
    pub book: String,
    /// Tenths of a star.
    pub rating: u8,
    /// The title, or empty.
    pub title: String,
    /// The text, or empty.
    pub body: String,
    /// BCP 47 tag of the language it is written in, empty where nobody told.
    pub language: String,
    /// The name under which it is shown, or empty.
    pub author: String,
    /// Whether it is the customer's own after all.
    pub own: bool,
    /// The customer's vote: whether it was helpful.
    pub vote: Option<bool>,
    /// Whether the customer has reported it as it is now.
    pub reported: bool,
}

/// What a customer has to do with the reviews of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPart {
    /// The own review of the work, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<super::writing::OwnReview>,
    /// The own votes for reviews of the work.
    pub votes: Vec<OwnVote>,
    /// The reviews of the work that the customer has reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<ReviewId>,
}

/// A vote of the customer's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnVote {
    /// For which review.
    pub review: ReviewId,
    /// Whether it was helpful.
    pub helpful: bool,
}
