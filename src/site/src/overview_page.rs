//! What the first page of the member centre holds.

use bookplate_wire::feedback::OwnCase;
use bookplate_wire::orders::Order;
use bookplate_wire::points::PointsBalance;
use bookplate_wire::reviews::writing::OwnReview;
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::shelf::ShelfCounts;
use serde::{Deserialize, Serialize};

/// The first page of the member centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The customer's name, empty where nobody told.
    pub name: String,
    /// The day of the first visit in the shop's time zone, `YYYY-MM-DD`.
    pub since: String,
    /// The latest orders.
    pub orders: Vec<Order>,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
    /// The wishlists.
    pub wishlists: Vec<Wishlist>,
    /// The latest reviews.
    pub reviews: Vec<OwnReview>,
    /// What the shop was asked to put right and has not yet, with the day of that in the shop's time zone.
    pub cases: Vec<(String, OwnCase)>,
    /// How many books are on the reading shelf.
    pub shelf: ShelfCounts,
    /// What the customer has of points, where the shop has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PointsBalance>,
    /// The question how likely a recommendation of the shop is, where it is the customer's turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nps: Option<NpsCard>,
}

/// The question how likely a recommendation of the shop is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NpsCard {
    /// What names it.
    pub ask: String,
    /// What was chosen, from 0 to 10.
    pub score: Option<u8>,
    /// What was written.
    pub comment: String,
    /// Whether nothing was chosen, or the comment is too long.
    pub wrong: bool,
}
