//! What is in a list.

use super::bought::LATITUDE;
use super::gifts::{given_before, note_moved};
use super::places::{Place, position};
use super::{Changed, WishRefusal, earliest_day, edition, taken};
use crate::db::{Row, Sql};
use crate::ids::new_digits;
use crate::offers::offer_of;
use crate::{Db, StoreError, now};
use bookplate_wire::wishlists::{
    KeptWishlist, NOTE_MAX, Priority, WISHES_MAX, Wish, WishChange, WishMove, WishPage, Wishlist,
    joined,
};
use bookplate_wire::{CustomerId, EditionId, Isbn, ShopId, WishlistId};

/// The longest note that two become, in characters; behind that the later one counts.
const JOINED_MAX: usize = 4 * NOTE_MAX;

/// Whatever is shown of a wish `w` and its edition `e`.
const WISH: &str = "SELECT w.id, w.position, e.isbn, e.title, e.authors, e.language, e.cover_url, w.note, \
     w.priority, w.quantity, w.any_edition, w.added_at, w.bought_at, COALESCE(a.name, '') AS added_by, o.amount, \
     o.currency, o.availability FROM wishes w JOIN editions e ON e.id = w.edition_id \
     LEFT JOIN customers a ON a.id = w.added_by \
     LEFT JOIN offers o ON o.shop_id = e.shop_id AND o.isbn = e.isbn \
     WHERE w.removed_at IS NULL AND w.list_id = ";

fn wish_of(row: &Row) -> Result<Wish, StoreError> {
    let authors: String = row.get("authors")?;
    let priority: String = row.get("priority")?;
    Ok(Wish {
        isbn: row.get("isbn")?,
        title: row.get("title")?,
        authors: authors.lines().map(str::to_owned).collect(),
        language: row.get("language")?,
        cover_url: row.get("cover_url")?,
        note: row.get("note")?,
        priority: Priority::from_word(&priority).ok_or(StoreError::Corrupt("wishes.priority"))?,
        quantity: row.get("quantity")?,
        added_by: row.get("added_by")?,
        any_edition: row.get("any_edition")?,
        offer: offer_of(row)?,
        added_at: row.get("added_at")?,
        bought_at: row.get("bought_at")?,
    })
}

/// What a list knows of a book, in it or taken out of it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) note: String,
    quantity: u32,
    pub(super) is_in: bool,
}

impl Db {
    /// Up to `limit` wishes of a list that is a customer's or edited by the customer, or of the default one (`None`), from behind `after` (the `next` of the
    /// page before).
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn wishes(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        after: Option<&str>,
        limit: u32,
    ) -> Changed<WishPage> {
        let list = taken!(self.open_wishlist(customer, list));
        let mut sql = Sql::new(WISH);
        sql.bind(&list.id);
        if let Some(after) = after {
            let (position, id) = read_cursor(after).ok_or(StoreError::Cursor)?;
            sql.push(" AND (w.position, w.id) > (")
                .bind(position)
                .push(", ")
                .bind(id)
                .push(")");
        }
        sql.push(" ORDER BY w.position, w.id LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let wishes = shown.iter().map(wish_of).collect::<Result<_, _>>()?;
        let last = shown.last().filter(|_| rows.len() > shown.len());
        let next = last.map(cursor).transpose()?;
        Ok(Ok(WishPage { list, wishes, next }))
    }

    /// All that a customer wishes for.
    pub(crate) fn kept_wishlists(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<KeptWishlist>, StoreError> {
        let (today, mut kept) = (earliest_day(now()), Vec::new());
        for list in self.wishlists(customer)? {
            if let Ok(page) = self.wishes(customer, Some(&list.id), None, WISHES_MAX)? {
                kept.push(KeptWishlist {
                    editors: self.editors_of(&list.id)?.editors,
                    gifts: self.seen_gifts(&list.id, &today)?,
                    wishes: page.wishes,
                    list,
                });
            }
        }
        Ok(kept)
    }

    /// Adds a book to a list that is a customer's or edited by the customer, or to the default one (`None`), before all others; or changes the wish that is
    /// there, by values that were checked. One that was taken out comes back as it was, with what is changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_wish(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        isbn: Isbn,
        change: &WishChange,
    ) -> Changed<Wish> {
        let owner = taken!(self.hold_owner(shop, customer, list));
        let edition = taken!(edition(self, shop, isbn));
        let list = taken!(self.wishlist_to_fill(shop, &owner, list));
        let before = self.known_wish(&list.id, &edition)?;
        let known = taken!(self.add_wish(&list, &edition));
        if before.is_none_or(|before| !before.is_in) {
            self.note_adder(&known.id, &owner, customer)?;
        }
        self.change_wish(&known, change)?;
        self.wish_in(&list.id, isbn)
    }

    /// Has a book in a list, whether it was there or not.
    pub(super) fn add_wish(&mut self, list: &Wishlist, edition: &EditionId) -> Changed<Known> {
        let known = self.known_wish(&list.id, edition)?;
        if let Some(known) = known.as_ref().filter(|known| known.is_in) {
            return Ok(Ok(Known {
                id: known.id.clone(),
                note: known.note.clone(),
                ..*known
            }));
        }
        if list.count >= WISHES_MAX {
            return Ok(Err(WishRefusal::TooManyWishes));
        }
        if let Some(known) = known {
            let back = Sql::new("UPDATE wishes SET removed_at = NULL WHERE id = $1")
                .arg(&known.id)
                .run(self)?;
            // Unless it was forgotten at this very moment.
            if back > 0 {
                return Ok(Ok(known));
            }
        }
        let id = new_digits();
        let position = position(self, &list.id, Place::First, &id)?;
        let given = given_before(self, &list.id, edition)?;
        let added_at = given.unwrap_or_else(now);
        Sql::new(
            "INSERT INTO wishes (id, list_id, edition_id, position, note, priority, quantity, added_at, \
             wanted_since) VALUES ($1, $2, $3, $4, '', $5, 1, $6, $7)",
        )
        .arg(&id)
        .arg(&list.id)
        .arg(edition)
        .arg(position)
        .arg(Priority::Normal.as_str())
        .arg(added_at)
        .arg(now() - LATITUDE)
        .run(self)?;
        Ok(Ok(Known {
            id,
            note: String::new(),
            quantity: 1,
            is_in: true,
        }))
    }

    /// What a list knows of an edition.
    pub(super) fn known_wish(
        &mut self,
        list: &WishlistId,
        edition: &EditionId,
    ) -> Result<Option<Known>, StoreError> {
        let row = Sql::new(
            "SELECT id, note, quantity, removed_at FROM wishes WHERE list_id = $1 AND edition_id = $2",
        )
        .arg(list)
        .arg(edition)
        .row(self)?;
        row.map(|row| {
            Ok(Known {
                id: row.get("id")?,
                note: row.get("note")?,
                quantity: row.get("quantity")?,
                is_in: row.get::<Option<i64>>("removed_at")?.is_none(),
            })
        })
        .transpose()
    }

    fn change_wish(&mut self, known: &Known, change: &WishChange) -> Result<(), StoreError> {
        if let Some(note) = &change.note {
            let seen = change.note_before.as_ref();
            let note = if seen.is_none_or(|seen| *seen == known.note) {
                note.clone()
            } else {
                both(&known.note, note)
            };
            self.note_wish(&known.id, &note)?;
        }
        if let Some(priority) = change.priority {
            Sql::new("UPDATE wishes SET priority = $1 WHERE id = $2")
                .arg(priority.as_str())
                .arg(&known.id)
                .run(self)?;
        }
        if let Some(quantity) = change.quantity {
            Sql::new("UPDATE wishes SET quantity = $1 WHERE id = $2")
                .arg(quantity)
                .arg(&known.id)
                .run(self)?;
        }
        if let Some(any) = change.any_edition {
            Sql::new("UPDATE wishes SET any_edition = $1 WHERE id = $2")
                .arg(any)
                .arg(&known.id)
                .run(self)?;
        }
        Ok(())
    }

    pub(super) fn note_wish(&mut self, id: &str, note: &str) -> Result<(), StoreError> {
        Sql::new("UPDATE wishes SET note = $1 WHERE id = $2")
            .arg(note)
            .arg(id)
            .run(self)
            .map(drop)
    }

    /// The wish for a book in a list.
    fn wish_in(&mut self, list: &WishlistId, isbn: Isbn) -> Changed<Wish> {
        let mut sql = Sql::new(WISH);
        sql.bind(list).push(" AND e.isbn = ").bind(&isbn);
        let wish = sql.row(self)?.as_ref().map(wish_of).transpose()?;
        Ok(wish.ok_or(WishRefusal::NoWish))
    }

    /// Takes a book out of a list that is a customer's or edited by the customer, or out of the default one (`None`). One that is not in it stays out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_wish(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        isbn: Isbn,
    ) -> Changed<()> {
        let owner = taken!(self.hold_owner(shop, customer, list));
        let list = taken!(self.wishlist(&owner, list));
        Sql::new(
            "UPDATE wishes SET removed_at = $1 WHERE list_id = $2 AND removed_at IS NULL \
             AND edition_id IN (SELECT id FROM editions WHERE shop_id = $3 AND isbn = $4)",
        )
        .arg(now())
        .arg(&list.id)
        .arg(shop)
        .arg(&isbn)
        .run(self)?;
        Ok(Ok(()))
    }

    /// Puts a wish somewhere else in its list, or into another one. Where the book is there already, both become one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn move_wish(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        isbn: Isbn,
        to: &WishMove,
    ) -> Changed<Wish> {
        let owner = taken!(self.hold_owner(shop, customer, list));
        let from = taken!(self.wishlist(&owner, list));
        let into = match &to.to {
            // Out of the owner's list only its owner puts it.
            Some(id) if owner != *customer && *id != from.id => {
                return Ok(Err(WishRefusal::NotOwn));
            }
            Some(id) => taken!(self.wishlist(&owner, Some(id))),
            None => from.clone(),
        };
        let edition = taken!(edition(self, shop, isbn));
        let known = self.known_wish(&from.id, &edition)?;
        let Some(known) = known.filter(|known| known.is_in) else {
            // A move that was sent twice has happened.
            return self.wish_in(&into.id, isbn);
        };
        if from.id != into.id {
            match self.known_wish(&into.id, &edition)? {
                Some(there) if there.is_in => self.merge_into(&known, &there)?,
                _ if into.count >= WISHES_MAX => return Ok(Err(WishRefusal::TooManyWishes)),
                there => {
                    if let Some(there) = there {
                        self.delete_wish(&there.id)?;
                    }
                }
            }
        }
        let before = match to.before {
            Some(other) if other != isbn => match super::edition(self, shop, other)? {
                Ok(other) => self.known_wish(&into.id, &other)?,
                Err(_) => None,
            },
            _ => None,
        };
        let before = before.filter(|other| other.is_in);
        let place = match &before {
            Some(other) => Place::Before(&other.id),
            None => Place::Last,
        };
        let stays = to.before == Some(isbn) && from.id == into.id;
        if !stays {
            let position = position(self, &into.id, place, &known.id)?;
            Sql::new("UPDATE wishes SET list_id = $1, position = $2 WHERE id = $3")
                .arg(&into.id)
                .arg(position)
                .arg(&known.id)
                .run(self)?;
        }
        if from.id != into.id {
            note_moved(self, &from.id, &edition)?;
        }
        self.wish_in(&into.id, isbn)
    }

    /// Puts a wish one place further up in its list, or down. At the end of the list it stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shift_wish(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        isbn: Isbn,
        up: bool,
    ) -> Changed<()> {
        let owner = taken!(self.hold_owner(shop, customer, list));
        let list = taken!(self.wishlist(&owner, list));
        let edition = taken!(edition(self, shop, isbn));
        let order: Vec<String> = Sql::new(
            "SELECT id FROM wishes WHERE list_id = $1 AND removed_at IS NULL ORDER BY position, id",
        )
        .arg(&list.id)
        .values(self)?;
        let known = self.known_wish(&list.id, &edition)?;
        let at = known.and_then(|known| order.iter().position(|id| *id == known.id));
        let Some(at) = at else {
            return Ok(Err(WishRefusal::NoWish));
        };
        let place = match (up, order.get(at + 2)) {
            (true, _) if at == 0 => return Ok(Ok(())),
            (false, _) if at + 1 == order.len() => return Ok(Ok(())),
            (true, _) => Place::Before(&order[at - 1]),
            (false, Some(next)) => Place::Before(next),
            (false, None) => Place::Last,
        };
        let position = position(self, &list.id, place, &order[at])?;
        Sql::new("UPDATE wishes SET position = $1 WHERE id = $2")
            .arg(position)
            .arg(&order[at])
            .run(self)?;
        Ok(Ok(()))
    }

    /// Lets one wish have what another one of the same book has, in whose list it comes, and which goes: both notes, and the
    /// higher quantity and priority; any edition will do where one of them says so. It counts as added when that was: what visitors
    /// give of that list is still given.
    fn merge_into(&mut self, moved: &Known, there: &Known) -> Result<(), StoreError> {
        self.note_wish(&moved.id, &both(&there.note, &moved.note))?;
        Sql::new(
            "UPDATE wishes SET quantity = $1, added_at = (SELECT t.added_at FROM wishes t WHERE t.id = $2), \
             any_edition = (SELECT CASE WHEN 1 IN (wishes.any_edition, \
             t.any_edition) THEN 1 ELSE 0 END FROM wishes t WHERE t.id = $2), priority = (SELECT CASE \
             WHEN 'high' IN (wishes.priority, t.priority) THEN 'high' \
             WHEN 'normal' IN (wishes.priority, t.priority) THEN 'normal' ELSE 'low' END \
             FROM wishes t WHERE t.id = $2) WHERE id = $3",
        )
        .arg(moved.quantity.max(there.quantity))
        .arg(&there.id)
        .arg(&moved.id)
        .run(self)?;
        self.delete_wish(&there.id)
    }

    fn delete_wish(&mut self, id: &str) -> Result<(), StoreError> {
        Sql::new("DELETE FROM wishes WHERE id = $1")
            .arg(id)
            .run(self)
            .map(drop)
    }
}

/// Both notes, as far as there is room.
pub(super) fn both(first: &str, second: &str) -> String {
    let both = joined(first, second);
    if both.chars().count() > JOINED_MAX {
        return second.to_owned();
    }
    both
}

fn cursor(row: &Row) -> Result<String, StoreError> {
    let mut cursor = row.get::<i64>("position")?.to_string();
    cursor.push('.');
    cursor.push_str(&row.get::<String>("id")?);
    Ok(cursor)
}

fn read_cursor(text: &str) -> Option<(i64, &str)> {
    let (position, id) = text.split_once('.')?;
    let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    Some((position.parse().ok()?, id)).filter(|_| is_id)
}
