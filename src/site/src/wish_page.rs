//! What the pages show of what is somebody's own about books: alerts, whom and what is followed, the reading shelf.

use bookplate_wire::Isbn;
use bookplate_wire::wishlists::alerts::AlertChoice;
use bookplate_wire::wishlists::follows::{Follow, FollowKind};
use bookplate_wire::wishlists::shelf::{ShelfPage, ShelfState};
use serde::{Deserialize, Serialize};

/// What is the owner's own about the wishes of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnWishes {
    /// One for each wish.
    pub wishes: Vec<OwnWish>,
    /// Whether the customer allows news by email.
    pub by_mail: bool,
    /// The alert that was sent and has something wrong.
    pub draft: Option<AlertDraft>,
}

/// What is the owner's own about a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWish {
    /// The edition.
    pub isbn: Isbn,
    /// What is told of it.
    pub alert: AlertChoice,
    /// Where it is on the reading shelf.
    pub shelf: Option<ShelfState>,
    /// Its authors and its series, each with whether it is followed.
    pub follows: Vec<(FollowKind, String, bool)>,
}

/// An alert as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertDraft {
    /// Of which book.
    pub isbn: Isbn,
    /// What was chosen, without the threshold.
    pub choice: AlertChoice,
    /// The threshold, as it was typed.
    pub at_most: String,
}

/// Whom and what the customer follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowsPage {
    /// Authors first, by name.
    pub follows: Vec<Follow>,
    /// Whether the customer allows news by email.
    pub by_mail: bool,
    /// The kind that was chosen for another one.
    pub kind: FollowKind,
    /// The name that was typed.
    pub name: String,
    /// The fields that break a rule.
    pub faults: Vec<String>,
    /// Whether there is no room for another one.
    pub full: bool,
}

/// The reading shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfView {
    /// Some of the books.
    pub page: ShelfPage,
    /// Of which state they are; of all without one.
    pub state: Option<ShelfState>,
    /// Behind what they begin; empty for the first page.
    pub after: String,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
}
