//! The lists themselves.

use super::occasions::occasion_of;
use super::{Changed, WishRefusal, hold, taken};
use crate::db::{Row, Sql};
use crate::ids::NewId;
use crate::{Db, StoreError, now};
use bookplate_wire::wishlists::{LISTS_MAX, NewWishlist, Visibility, Wishlist, WishlistChange};
use bookplate_wire::{CustomerId, ShopId, WishlistId};

/// Whatever is shown of a list `l`.
const LIST: &str = "SELECT l.id, l.name, l.is_default, l.visibility, l.secret, l.occasion, l.occasion_words, l.occasion_on, \
     l.created_at, (SELECT COUNT(*) FROM wishes w \
     WHERE w.list_id = l.id AND w.removed_at IS NULL) AS wishes FROM wishlists l \
     WHERE l.removed_at IS NULL AND l.customer_id = ";

fn list_of(row: &Row) -> Result<Wishlist, StoreError> {
    let visibility: String = row.get("visibility")?;
    let secret: String = row.get("secret")?;
    Ok(Wishlist {
        visibility: Visibility::from_word(&visibility)
            .ok_or(StoreError::Corrupt("wishlists.visibility"))?,
        shared: Some(secret).filter(|secret| !secret.is_empty()),
        id: row.get("id")?,
        name: row.get("name")?,
        default: row.get("is_default")?,
        count: row.get("wishes")?,
        occasion: occasion_of(row)?,
        owner: None,
        created_at: row.get("created_at")?,
    })
}

impl Db {
    /// A customer's lists: the default one first, then the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn wishlists(&mut self, customer: &CustomerId) -> Result<Vec<Wishlist>, StoreError> {
        let mut sql = Sql::new(LIST);
        sql.bind(customer)
            .push(" ORDER BY l.is_default DESC, l.created_at, l.id");
        sql.rows(self)?.iter().map(list_of).collect()
    }

    /// A customer's list, or the default one (`None`).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn wishlist(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<Wishlist> {
        let mut sql = Sql::new(LIST);
        sql.bind(customer);
        match list {
            Some(id) => sql.push(" AND l.id = ").bind(id),
            None => sql.push(" AND l.is_default = 1"),
        };
        let row = sql.row(self)?;
        let list = row.as_ref().map(list_of).transpose()?;
        Ok(list.ok_or(WishRefusal::NoList))
    }

    /// Makes a list more, by a name that was checked. With an id that the customer's own list has, it is that one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn create_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        new: &NewWishlist,
    ) -> Changed<Wishlist> {
        taken!(hold(self, shop, customer));
        if let Some(id) = &new.id
            && let Ok(known) = self.wishlist(customer, Some(id))?
        {
            return Ok(Ok(known));
        }
        let lists = self.wishlists(customer)?;
        if lists.len() >= LISTS_MAX as usize {
            return Ok(Err(WishRefusal::TooManyLists));
        }
        let id = new.id.clone().unwrap_or_else(WishlistId::new_id);
        taken!(self.insert_wishlist(shop, customer, &id, &new.name, lists.is_empty()));
        self.wishlist(customer, Some(&id))
    }

    fn insert_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        id: &WishlistId,
        name: &str,
        default: bool,
    ) -> Changed<()> {
        let inserted = Sql::new(
            "INSERT INTO wishlists (id, shop_id, customer_id, name, is_default, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        )
        .arg(id)
        .arg(shop)
        .arg(customer)
        .arg(name)
        .arg(default)
        .arg(now())
        .run(self)?;
        Ok(if inserted > 0 {
            Ok(())
        } else {
            Err(WishRefusal::IdTaken)
        })
    }

    /// The customer's list of this id, or the default one, which is made where there is none. Whoever calls this holds
    /// the customer's lock.
    pub(super) fn wishlist_to_fill(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<Wishlist> {
        let known = self.wishlist(customer, list)?;
        if list.is_some() || known.is_ok() {
            return Ok(known);
        }
        taken!(self.insert_wishlist(shop, customer, &WishlistId::new_id(), "", true));
        self.wishlist(customer, None)
    }

    /// Changes a list, by values that were checked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        change: &WishlistChange,
    ) -> Changed<Wishlist> {
        taken!(hold(self, shop, customer));
        let known = taken!(self.own_wishlist(customer, list));
        if let Some(name) = &change.name {
            Sql::new("UPDATE wishlists SET name = $1 WHERE id = $2")
                .arg(name)
                .arg(&known.id)
                .run(self)?;
        }
        if change.default == Some(true) && !known.default {
            // One after the other: at no moment there are two.
            Sql::new(
                "UPDATE wishlists SET is_default = 0 WHERE customer_id = $1 AND is_default = 1",
            )
            .arg(customer)
            .run(self)?;
            Sql::new("UPDATE wishlists SET is_default = 1 WHERE id = $1")
                .arg(&known.id)
                .run(self)?;
        }
        if let Some(visibility) = change.visibility {
            self.share_wishlist(&known, visibility)?;
        }
        self.wishlist(customer, Some(&known.id))
    }

    /// Takes a list away with all that is in it; for a day it can be had back. One that has gone already is gone just the
    /// same.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<()> {
        taken!(hold(self, shop, customer));
        let known = match self.own_wishlist(customer, list)? {
            Ok(known) => known,
            Err(_) if self.is_removed(customer, list)? => return Ok(Ok(())),
            Err(refusal) => return Ok(Err(refusal)),
        };
        if known.default {
            return Ok(Err(WishRefusal::IsDefault));
        }
        Sql::new("UPDATE wishlists SET removed_at = $1 WHERE id = $2")
            .arg(now())
            .arg(&known.id)
            .run(self)?;
        Ok(Ok(()))
    }

    /// Brings a list back that was taken away, with all that was in it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn restore_wishlist(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: &WishlistId,
    ) -> Changed<Wishlist> {
        taken!(hold(self, shop, customer));
        if self.is_removed(customer, Some(list))? {
            if self.wishlists(customer)?.len() >= LISTS_MAX as usize {
                return Ok(Err(WishRefusal::TooManyLists));
            }
            Sql::new("UPDATE wishlists SET removed_at = NULL WHERE id = $1")
                .arg(list)
                .run(self)?;
        }
        self.wishlist(customer, Some(list))
    }

    fn is_removed(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Result<bool, StoreError> {
        let Some(list) = list else {
            return Ok(false);
        };
        let removed = Sql::new(
            "SELECT 1 FROM wishlists WHERE id = $1 AND customer_id = $2 AND removed_at IS NOT NULL",
        );
        Ok(removed.arg(list).arg(customer).row(self)?.is_some())
    }
}
