//! What customers wish for: lists, what is in them, and what somebody wished for before signing in.
//!
//! Whoever changes anything of a customer's holds the customer's lock, so that limits and places hold whoever else
//! changes something at the same time. What settles such changes is said in [`bookplate_wire::wishlists`].

mod alerts;
mod bought;
mod demand;
mod digests;
mod editors;
mod follows;
mod gifts;
mod givers;
mod hearts;
mod lists;
mod news;
mod occasions;
mod places;
mod sharing;
mod shelf;
mod watch;
mod wishes;

pub use gifts::{GiftHolder, Giver};
pub use occasions::RemindingShop;

pub use alerts::WishOwn;
pub use demand::DemandAsked;
pub use digests::DigestShop;
pub(crate) use givers::earliest_day;
pub use news::RECENT;

use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::{CustomerId, EditionId, Isbn, ShopId};

/// For how long what was taken away can be had back, in milliseconds.
pub(crate) const REMOVED_KEPT: i64 = 24 * 60 * 60 * 1_000;

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WishRefusal {
    /// There is no such customer any more.
    NoCustomer,
    /// The shop has no such book.
    NoBook,
    /// The customer has no such list.
    NoList,
    /// The book is not in that list.
    NoWish,
    /// The customer has as many lists as can be.
    TooManyLists,
    /// The list has as many wishes as can be.
    TooManyWishes,
    /// The list is the default one, which cannot be deleted.
    IsDefault,
    /// What is to name the new list, or gift, names another one.
    IdTaken,
    /// The list is somebody else's, who lets the customer edit it and not more.
    NotOwn,
    /// The list is the customer's own, or one that the customer edits.
    IsOwn,
    /// The customer follows as many lists as can be.
    TooManyFollowed,
    /// As many people as can be edit the list or are invited to, or the customer edits as many lists as can be.
    TooManyEditors,
    /// The invitation has expired, was used or taken back, or is none of ours.
    NoInvitation,
    /// Of the copies that are wished for, so many are left to give.
    GiftTaken(u32),
    /// There is no such gift.
    NoGift,
    /// Who gives has as many open gifts as can be.
    TooManyGifts,
    /// The list has a day before which its owner sees no gifts.
    GiftsHidden,
    /// The customer follows as many authors and series as can be.
    TooManyFollows,
    /// The reading shelf has as many books as can be.
    TooManyOnShelf,
}

/// What the store answers to a change: what has come of it, or why nothing was changed.
pub type Changed<T> = Result<Result<T, WishRefusal>, StoreError>;

/// Goes on with what a change has brought, or ends with the refusal.
macro_rules! taken {
    ($changed:expr) => {
        match $changed? {
            Ok(taken) => taken,
            Err(refusal) => return Ok(Err(refusal)),
        }
    };
}
use taken;

/// What whoever changes a customer's wishlists locks.
pub(crate) fn lock_of(customer: &CustomerId) -> String {
    format!("wishlists {customer}")
}

/// Has everybody else wait who changes the customer's wishlists; nobody deletes the customer meanwhile.
fn hold(db: &mut Db, shop: &ShopId, customer: &CustomerId) -> Changed<()> {
    db.lock([lock_of(customer)])?;
    let known = db.is_customer_of(shop, customer)?;
    Ok(known.then_some(()).ok_or(WishRefusal::NoCustomer))
}

/// The shop's edition with this ISBN.
fn edition(db: &mut Db, shop: &ShopId, isbn: Isbn) -> Changed<EditionId> {
    let id = Sql::new("SELECT id FROM editions WHERE shop_id = $1 AND isbn = $2")
        .arg(shop)
        .arg(&isbn)
        .value(db)?;
    Ok(id.ok_or(WishRefusal::NoBook))
}

impl Db {
    /// Forgets what was taken away long ago.
    pub(crate) fn forget_removed_wishes(&mut self, before: i64) -> Result<(), StoreError> {
        self.forget_alerts(before)?;
        for statement in [
            // Whoever wants a list back at this moment waits, and finds it gone.
            "UPDATE wishlists SET removed_at = removed_at WHERE removed_at < $1",
            "DELETE FROM wishes WHERE removed_at < $1",
            "DELETE FROM wishlist_gifts WHERE list_id IN (SELECT id FROM wishlists WHERE removed_at < $1)",
            "DELETE FROM wishlist_followers WHERE list_id IN (SELECT id FROM wishlists WHERE removed_at < $1)",
            "DELETE FROM wishlist_editors WHERE list_id IN (SELECT id FROM wishlists WHERE removed_at < $1)",
            "DELETE FROM wishlist_invitations WHERE list_id IN (SELECT id FROM wishlists WHERE removed_at < $1)",
            "DELETE FROM wishes WHERE list_id IN (SELECT id FROM wishlists WHERE removed_at < $1)",
            "DELETE FROM wishlists WHERE removed_at < $1",
        ] {
            Sql::new(statement).arg(before).run(self)?;
        }
        Sql::new("DELETE FROM wishlist_invitations WHERE expires_at < $1")
            .arg(now())
            .run(self)?;
        self.forget_gift_networks()
    }
}
