//! Lists that others see.

use super::{Changed, WishRefusal, taken};
use crate::db::Sql;
use crate::ids::secret_digits;
use crate::{Db, StoreError};
use bookplate_wire::wishlists::{SharedWishlist, Visibility, Wish, Wishlist};
use bookplate_wire::{CustomerId, ShopId, WishlistId};

impl Db {
    /// Lets others see a list, or nobody any more. Whoever calls this holds the customer's lock.
    pub(super) fn share_wishlist(
        &mut self,
        list: &Wishlist,
        visibility: Visibility,
    ) -> Result<(), StoreError> {
        // An address that was given away is not to come back.
        let secret = match (visibility, &list.shared) {
            (Visibility::Private, _) => String::new(),
            (_, Some(secret)) => secret.clone(),
            (_, None) => secret_digits(),
        };
        if secret.is_empty() {
            // Nobody follows what nobody sees.
            Sql::new("DELETE FROM wishlist_followers WHERE list_id = $1")
                .arg(&list.id)
                .run(self)?;
        }
        Sql::new("UPDATE wishlists SET visibility = $1, secret = $2 WHERE id = $3")
            .arg(visibility.as_str())
            .arg(secret)
            .arg(&list.id)
            .run(self)
            .map(drop)
    }

    /// The list that is shared by `secret`, and whose it is.
    pub(super) fn shared_by(
        &mut self,
        shop: &ShopId,
        secret: &str,
    ) -> Changed<(WishlistId, CustomerId)> {
        let row = Sql::new(
            "SELECT id, customer_id FROM wishlists WHERE shop_id = $1 AND secret = $2 AND secret <> '' \
             AND removed_at IS NULL",
        )
        .arg(shop)
        .arg(secret)
        .row(self)?;
        let Some(row) = row else {
            return Ok(Err(WishRefusal::NoList));
        };
        Ok(Ok((row.get("id")?, row.get("customer_id")?)))
    }

    /// Up to `limit` wishes of the list that is shared by `secret`, from behind `after` (the `next` of the page before), as
    /// `viewer` sees it: whose list it is, and who edits it, is not told what is given of it.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn shared_wishlist(
        &mut self,
        shop: &ShopId,
        secret: &str,
        viewer: Option<&CustomerId>,
        after: Option<&str>,
        limit: u32,
    ) -> Changed<SharedWishlist> {
        let (list, owner) = taken!(self.shared_by(shop, secret));
        let mut page = taken!(self.wishes(&owner, Some(&list), after, limit));
        // Nobody is to buy what the owner has, and when the owner has bought it is nobody's business.
        page.wishes.retain(|wish| wish.bought_at.is_none());
        let count = Sql::new(
            "SELECT COUNT(*) FROM wishes WHERE list_id = $1 AND removed_at IS NULL AND bought_at IS NULL",
        );
        let count = count.arg(&list).value(self)?;
        let hidden = match viewer {
            Some(viewer) => self.knows_too_much(&list, &owner, viewer)?,
            None => false,
        };
        let gifts = match hidden {
            true => None,
            false => Some(self.given_of(&list, &page.wishes)?),
        };
        // Who has added a wish is no visitor's business.
        let wishes = page.wishes.into_iter().map(|wish| Wish {
            added_by: String::new(),
            ..wish
        });
        Ok(Ok(SharedWishlist {
            name: page.list.name,
            count: count.unwrap_or_default(),
            public: page.list.visibility == Visibility::Public,
            occasion: page.list.occasion,
            gifts,
            wishes: wishes.collect(),
            next: page.next,
        }))
    }
}
