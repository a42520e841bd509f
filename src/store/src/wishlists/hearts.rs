//! A book is wished for or not, whichever list it is in; and what a guest has wished for becomes a customer's.

use super::places::{Place, position};
use super::wishes::both;
use super::{Changed, WishRefusal, edition, hold, taken};
use crate::db::{Row, Sql};
use crate::{Db, StoreError, now};
use bookplate_wire::wishlists::{GuestWishes, Merged, WISHES_MAX, Wishlist};
use bookplate_wire::{CustomerId, EditionId, Isbn, ShopId, WishlistId};
use std::collections::HashMap;

/// The other editions of the works of `editions e`, as a condition on `wishes w`: wishes for any edition.
const BY_WORK: &str = "w.any_edition = 1 AND w.edition_id IN (SELECT f.id FROM editions e \
     JOIN editions f ON f.work_id = e.work_id WHERE e.id = ";

impl Db {
    /// Which of some books are in any of a customer's lists and not bought yet, themselves or by a wish for any edition of
    /// the work, in the order in which they are named.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn wished(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbns: &[Isbn],
    ) -> Result<Vec<Isbn>, StoreError> {
        if isbns.is_empty() {
            return Ok(Vec::new());
        }
        // In this order (which SQLite keeps of a CROSS JOIN): a customer has few lists, and a book is in each of them once,
        // but it can be wished for by very many.
        let mut sql = Sql::new(
            "SELECT DISTINCT e.isbn FROM wishlists l CROSS JOIN editions e CROSS JOIN wishes w \
             WHERE w.list_id = l.id AND w.edition_id = e.id AND w.removed_at IS NULL \
             AND w.bought_at IS NULL AND l.removed_at IS NULL AND l.customer_id = ",
        );
        sql.bind(customer)
            .push(" AND e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns)
            .push(
                ") UNION SELECT e.isbn FROM wishlists l CROSS JOIN editions e CROSS JOIN editions f \
                 CROSS JOIN wishes w WHERE f.work_id = e.work_id AND w.list_id = l.id AND w.edition_id = f.id \
                 AND w.any_edition = 1 AND w.removed_at IS NULL AND w.bought_at IS NULL \
                 AND l.removed_at IS NULL AND l.customer_id = ",
            )
            .bind(customer)
            .push(" AND e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns)
            .push(")");
        let wished: Vec<Isbn> = sql.values(self)?;
        let asked = isbns.iter().copied();
        Ok(asked.filter(|isbn| wished.contains(isbn)).collect())
    }

    /// Wishes for a book, unless it is in a list already. What was bought is wished for again; what was taken out together within
    /// the last day comes back where it was; else the book is new in the default list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn wish_for(&mut self, shop: &ShopId, customer: &CustomerId, isbn: Isbn) -> Changed<()> {
        taken!(hold(self, shop, customer));
        let edition = taken!(edition(self, shop, isbn));
        if !self.wished(shop, customer, &[isbn])?.is_empty() {
            return Ok(Ok(()));
        }
        if self.want_again(customer, &edition)? {
            return Ok(Ok(()));
        }
        let back = self.taken_out_last(customer, &edition)?;
        if back.is_empty() {
            let list = taken!(self.wishlist_to_fill(shop, customer, None));
            taken!(self.add_wish(&list, &edition));
        }
        for (list, edition) in back {
            let list = taken!(self.wishlist(customer, Some(&list)));
            taken!(self.add_wish(&list, &edition));
        }
        // What comes back may have been bought.
        self.want_again(customer, &edition)?;
        Ok(Ok(()))
    }

    /// Which wishes for an edition, or for any edition of its work, a customer has taken out last: all that were taken out
    /// together.
    fn taken_out_last(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<Vec<(WishlistId, EditionId)>, StoreError> {
        let mut sql = Sql::new(
            "SELECT w.list_id, w.edition_id, w.removed_at FROM wishlists l CROSS JOIN wishes w \
             WHERE w.list_id = l.id AND l.customer_id = ",
        );
        sql.bind(customer)
            .push(" AND l.removed_at IS NULL AND w.removed_at IS NOT NULL AND (w.edition_id = ")
            .bind(edition)
            .push(" OR (")
            .push(BY_WORK)
            .bind(edition)
            .push(")))");
        let rows = sql.rows(self)?;
        let removed = rows.iter().map(|row| row.get::<i64>("removed_at"));
        let removed = removed.collect::<Result<Vec<_>, _>>()?;
        let last = removed.iter().max();
        let rows = rows.iter().zip(&removed);
        rows.filter(|(_, at)| Some(*at) == last)
            .map(|(row, _)| Ok((row.get("list_id")?, row.get("edition_id")?)))
            .collect()
    }

    /// Takes a book out of all of a customer's lists, and what is wished for in any edition of its work with it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn unwish(&mut self, shop: &ShopId, customer: &CustomerId, isbn: Isbn) -> Changed<()> {
        taken!(hold(self, shop, customer));
        Sql::new(
            "UPDATE wishes SET removed_at = $1 WHERE removed_at IS NULL AND list_id IN \
             (SELECT id FROM wishlists WHERE customer_id = $2 AND removed_at IS NULL) \
             AND (edition_id IN (SELECT id FROM editions WHERE shop_id = $3 AND isbn = $4) \
             OR (any_edition = 1 AND edition_id IN (SELECT f.id FROM editions e JOIN editions f \
             ON f.work_id = e.work_id WHERE e.shop_id = $3 AND e.isbn = $4)))",
        )
        .arg(now())
        .arg(customer)
        .arg(shop)
        .arg(&isbn)
        .run(self)?;
        Ok(Ok(()))
    }

    /// Makes what somebody wished for before signing in the customer's, by values that were checked: in its order,
    /// before all others of the default list. A book that is in a list already stays where it is and gets the note.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn merge_wishes(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        guest: &GuestWishes,
    ) -> Changed<Merged> {
        taken!(hold(self, shop, customer));
        let mut merged = Merged {
            added: 0,
            unknown: Vec::new(),
            left_out: Vec::new(),
        };
        let mut new = Vec::new();
        for wish in &guest.wishes {
            let Ok(edition) = edition(self, shop, wish.isbn)? else {
                merged.unknown.push(wish.isbn);
                continue;
            };
            match self.wish_for_edition(customer, &edition)? {
                Some((id, note)) => {
                    self.want_again(customer, &edition)?;
                    let notes = both(&note, &wish.note);
                    if notes != note {
                        self.note_wish(&id, &notes)?;
                    }
                }
                None => new.push((wish, edition)),
            }
        }
        if new.is_empty() {
            return Ok(Ok(merged));
        }
        let list = taken!(self.wishlist_to_fill(shop, customer, None));
        let room = WISHES_MAX.saturating_sub(list.count) as usize;
        let left_out = new.split_off(room.min(new.len()));
        merged.left_out = left_out.iter().map(|(wish, _)| wish.isbn).collect();
        // The last one first, as each goes before all others.
        for (wish, edition) in new.iter().rev() {
            taken!(self.add_from_guest(&list, edition, &wish.note));
            merged.added += 1;
        }
        Ok(Ok(merged))
    }

    fn add_from_guest(
        &mut self,
        list: &Wishlist,
        edition: &EditionId,
        note: &str,
    ) -> Result<Result<(), WishRefusal>, StoreError> {
        let known = taken!(self.add_wish(list, edition));
        let position = position(self, &list.id, Place::First, &known.id)?;
        Sql::new("UPDATE wishes SET position = $1, note = $2 WHERE id = $3")
            .arg(position)
            .arg(both(&known.note, note))
            .arg(&known.id)
            .run(self)?;
        Ok(Ok(()))
    }

    /// How many customers wish for each of some books; those that nobody wishes for are absent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn wish_counts(
        &mut self,
        shop: &ShopId,
        isbns: &[Isbn],
    ) -> Result<HashMap<Isbn, u32>, StoreError> {
        if isbns.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = Sql::new(
            "SELECT e.isbn, COUNT(DISTINCT l.customer_id) AS customers FROM editions e \
             CROSS JOIN wishes w CROSS JOIN wishlists l WHERE w.edition_id = e.id AND l.id = w.list_id \
             AND w.removed_at IS NULL AND w.bought_at IS NULL AND l.removed_at IS NULL AND e.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns)
            .push(") GROUP BY e.isbn");
        let rows = sql.rows(self)?;
        let entry = |row: &Row| Ok((row.get("isbn")?, row.get("customers")?));
        rows.iter().map(entry).collect()
    }

    /// Id and note of the wish for an edition, or for any edition of its work, that is in a list of the customer's, of the
    /// default one first.
    fn wish_for_edition(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<Option<(String, String)>, StoreError> {
        let mut sql = Sql::new(
            "SELECT w.id, w.note FROM wishlists l CROSS JOIN wishes w WHERE w.list_id = l.id \
             AND l.removed_at IS NULL AND w.removed_at IS NULL AND l.customer_id = ",
        );
        sql.bind(customer)
            .push(" AND (w.edition_id = ")
            .bind(edition)
            .push(" OR (")
            .push(BY_WORK)
            .bind(edition)
            .push("))) ORDER BY l.is_default DESC, l.created_at, w.id LIMIT 1");
        let row = sql.row(self)?;
        row.map(|row| Ok((row.get("id")?, row.get("note")?)))
            .transpose()
    }
}
