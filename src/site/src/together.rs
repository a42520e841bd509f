//! What pages hold of wishlists among several people: gifts, followed lists, co-editors.

use bookplate_wire::problem::Code;
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::editors::{Editors, InvitedTo, NewListInvitation};
use bookplate_wire::wishlists::gifts::{Gift, Receipt, ReceivedGifts};
use bookplate_wire::wishlists::occasions::{FollowedWishlist, OccasionKind};
use bookplate_wire::{GiftId, Isbn};
use serde::{Deserialize, Serialize};

/// Who looks at somebody's list, and what has come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedVisit {
    /// Whether a customer is signed in.
    pub signed_in: bool,
    /// Whether the customer follows the list.
    pub follows: bool,
    /// Behind what the wishes begin: `next` of the page before; empty for the first.
    pub after: String,
    /// What names the next gift, so that a form which is sent twice reserves once.
    pub fresh: GiftId,
    /// What a visitor without an account has just reserved, with the code that is shown once.
    pub receipt: Option<Receipt>,
    /// Why nothing was reserved or followed.
    pub refused: Option<Code>,
    /// The form that was sent and has something wrong.
    pub draft: Option<GiftDraft>,
}

/// What was sent of a gift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftDraft {
    /// Of which book.
    pub isbn: Isbn,
    /// Who gives.
    pub name: String,
    /// How many copies, as it was typed.
    pub quantity: String,
    /// The fields that break a rule.
    pub faults: Vec<String>,
}

/// A gift of somebody without an account, or the form that asks for its code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReceiptPage {
    /// The code, as it was typed.
    pub code: String,
    /// The gift, once it is found.
    pub gift: Option<Gift>,
    /// Why there is none.
    pub refused: Option<Code>,
    /// Whether it was just undone.
    pub undone: bool,
}

/// What a customer gives, and which lists the customer follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftsPage {
    /// The gifts, the latest first.
    pub gifts: Vec<Gift>,
    /// The lists.
    pub followed: Vec<FollowedWishlist>,
    /// The address of a book in the shop, with `{isbn}` in it, or empty.
    pub book_url: String,
}

/// An invitation to edit somebody's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationPage {
    /// What it is to; `None` where it is no invitation any more.
    pub to: Option<InvitedTo>,
    /// Why it was not accepted.
    pub refused: Option<Code>,
}

/// What a customer's page of wishlists has of others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Together {
    /// The lists of others that the customer edits.
    pub edited: Vec<Wishlist>,
    /// Who edits the list that is shown, where it is the customer's own, with the days on which each has begun.
    pub editors: Editors,
    /// The days of the editors, and the last days of the invitations, in the shop's time zone.
    pub days: (Vec<String>, Vec<String>),
    /// A new invitation with its last day, which is shown once.
    pub invited: Option<(NewListInvitation, String)>,
    /// What was given of that list, as far as the customer may see it.
    pub received: ReceivedGifts,
    /// Today in the shop's time zone.
    pub today: String,
    /// An occasion that cannot be taken, as it was sent.
    pub occasion: Option<OccasionDraft>,
    /// The ISBN of a book that cannot be added, as it was sent.
    pub isbn: String,
    /// What is refused.
    pub refused: Option<Code>,
}

/// What was sent of an occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccasionDraft {
    /// The kind of day.
    pub kind: OccasionKind,
    /// What it is called.
    pub words: String,
    /// The day.
    pub on: String,
}
