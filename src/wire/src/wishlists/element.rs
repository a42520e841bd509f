//! What `<bookplate-wishlist>` begins with, and what it shows.

use super::Priority;
use crate::{Isbn, Lang};
use serde::{Deserialize, Serialize};

/// All that `<bookplate-wishlist>` shows at first, the same for everybody: nobody's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishlistData {
    /// The language of the interface.
    pub lang: Lang,
    /// The server's address.
    pub api: String,
    /// The shop's public key.
    pub key: String,
    /// The shop's page of a book, with `{isbn}` in it; empty where the shop has not told.
    pub book_url: String,
}

/// What whoever uses a page wishes for, as `element/js/lists.js` tells the element: what the server, or the device, has, with all
/// that waits to be sent done to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownWishlists {
    /// Whose they are.
    pub standing: Standing,
    /// A customer's lists: the default one first.
    pub lists: Vec<ShownWishlist>,
    /// The id of the one that is shown; empty where there is none, or only that of the device.
    pub list: String,
    /// What is in it, in order.
    pub wishes: Vec<ShownWish>,
    /// Whether there is more of it.
    pub more: bool,
    /// How many changes wait for the network.
    pub waiting: u32,
    /// How many of a guest's wishes had no room in the customer's list, and are still on the device.
    pub left: u32,
    /// Whether a change that waited since before this page was refused in the end.
    pub refused: bool,
    /// Whether what is on the device outlives the page.
    pub lasts: bool,
}

/// Whose lists are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody has told yet, or ever will: where no script runs.
    #[default]
    Unknown,
    /// That is being found out, or what is in them is on its way.
    Waiting,
    /// The device's: nobody is signed in.
    Guest,
    /// A customer's.
    In,
    /// They cannot be had.
    Failed,
    /// Likewise, as the device has no network.
    Offline,
}

/// A list, as one among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownWishlist {
    /// What names it.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
    /// Whether hearts go there.
    pub default: bool,
    /// How many wishes it has.
    pub count: u32,
}

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownWish {
    /// The edition.
    pub isbn: Isbn,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// BCP 47 tag of the language it is in, empty where unknown.
    pub language: String,
    /// Address of its cover, empty where there is none.
    pub cover_url: String,
    /// The owner's note, or empty.
    pub note: String,
    /// How much it is wished for.
    pub priority: Priority,
    /// How many copies.
    pub quantity: u32,
    /// Whether any edition of the work will do.
    pub any_edition: bool,
    /// The day on which it was bought, in words; empty while it was not.
    pub bought_on: String,
    /// Whether what was changed of it waits for the network.
    pub waits: bool,
    /// Whether the page says that it is in its cart.
    pub in_cart: bool,
}
