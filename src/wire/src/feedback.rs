//! Feedback cases: what shoppers tell the shop, and what becomes of it.
//!
//! A case begins with what somebody has sent ([`writing::NewCase`]), or with a review that turned out to be about delivery,
//! packaging or print and that its author has handed over with one press
//! ([`NewSubject`](crate::reviews::writing::NewSubject)). From then on it is a timeline: messages both ways, and how far it is.
//! Who has an account follows it there; who has none gets a code ([`guests`]). What stands in the form is [`form`],
//! what `<bookplate-feedback>` shows is [`element`]. The staff sees it in its inbox ([`inbox`]).

pub mod canned;
pub mod clocks;
pub mod element;
pub mod figures;
pub mod form;
pub mod guests;
pub mod inbox;
pub mod links;
pub mod live;
pub mod satisfaction;
mod words;
pub mod writing;

pub use words::{
    BookField, CaseKind, CaseState, EntryBy, EntryKind, ReturnReason, ReturnState, ReturnWish,
};

use self::satisfaction::CaseRating;
use crate::accounts::member_path;
use crate::reviews::photos::Photo;
use crate::{CaseId, Isbn, MessageId, ReviewId};
use serde::{Deserialize, Serialize};

/// For how long after it was resolved a shopper can open a case again, in milliseconds.
pub const REOPENED_WITHIN: i64 = 14 * 24 * 3_600_000;

/// The path of the page on which a shopper of the shop with this public key writes.
pub fn form_path(key: &str) -> String {
    ["/shops/", key, "/feedback"].concat()
}

/// The path of the page on which somebody without an account follows a case.
pub fn track_path(key: &str) -> String {
    ["/shops/", key, "/feedback/track"].concat()
}

/// The path of a customer's case in the member centre.
pub fn own_path(key: &str, case: &CaseId) -> String {
    [&*member_path(key, "feedback"), "/", case.as_str()].concat()
}

/// A book that a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseBook {
    /// The edition.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// BCP 47 tag of the language that is in, empty where unknown.
    pub language: String,
}

/// What is to go back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseReturn {
    /// The line of the order; empty where the shopper has none to name.
    pub line: String,
    /// How many copies.
    pub quantity: u32,
    /// Why.
    pub reason: ReturnReason,
    /// For what.
    pub wish: ReturnWish,
    /// What the shop says to it.
    pub state: ReturnState,
}

/// What is wrong in what the shop says of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// What is wrong.
    pub field: BookField,
    /// What is right, 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub value: String,
}

/// A case as its shopper sees it, without its timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCase {
    /// What names it.
    pub id: CaseId,
    /// What it is.
    pub kind: CaseKind,
    /// How far it is.
    pub state: CaseState,
    /// The title, of a review that was handed over; else empty.
    pub title: String,
    /// What it begins with.
    pub body: String,
    /// BCP 47 tag of the language it is written in, empty where nobody told.
    pub language: String,
    /// The book that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<CaseBook>,
    /// The shop's number of the order that it is about, or empty.
    pub order: String,
    /// The page on which it was written, without a query, or empty.
    pub page: String,
    /// What is to go back.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub goes_back: Option<CaseReturn>,
    /// What is wrong in a book's data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// The review that was handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewId>,
    /// When it was sent, in milliseconds since 1970 UTC.
    pub opened_at: i64,
    /// When something has happened last that the shopper sees, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// When somebody of the staff has dealt with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<i64>,
    /// The case of the same shopper with which it is dealt with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseId>,
    /// How satisfied its shopper was with what has become of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<CaseRating>,
}

impl OwnCase {
    /// Whether its shopper can write more to it at the time `now`, in milliseconds since 1970 UTC. To a case that is
    /// resolved that opens it again.
    pub fn takes_messages(&self, now: i64) -> bool {
        takes_messages(self.closed_at, self.merged_into.is_some(), now)
    }
}

/// Whether a shopper can write to a case that is closed since `closed_at`, or not closed.
pub fn takes_messages(closed_at: Option<i64>, is_merged: bool, now: i64) -> bool {
    !is_merged && closed_at.is_none_or(|at| now < at + REOPENED_WITHIN)
}

/// Something in a case's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseEntry {
    /// What names it.
    pub id: MessageId,
    /// What it is.
    pub kind: EntryKind,
    /// Who has written or done it.
    pub by: EntryBy,
    /// Who of the staff, for the staff alone; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub staff: String,
    /// The words of a message or a note; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The state of the case or the return from then on, who deals with it, the other case, the customer or the order; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The photos that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The same for people: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub when: String,
}

/// A case with its timeline, as its shopper sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseTimeline {
    /// The case.
    #[serde(flatten)]
    pub case: OwnCase,
    /// What has happened, the earliest first.
    pub entries: Vec<CaseEntry>,
    /// Whether its shopper can write more to it. Where it is resolved that opens it again.
    pub takes_messages: bool,
    /// Whether its shopper can say how satisfied he is with what has become of it.
    #[serde(default)]
    pub takes_rating: bool,
}

/// A customer's cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCases {
    /// The cases, the latest first.
    pub cases: Vec<OwnCase>,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
