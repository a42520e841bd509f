//! The reading shelf.

use super::{Changed, WishRefusal, edition, hold, taken};
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::text::place_of;
use crate::{Db, StoreError};
use bookplate_wire::wishlists::shelf::{SHELF_MAX, ShelfBook, ShelfCounts, ShelfPage, ShelfState};
use bookplate_wire::{CustomerId, EditionId, Isbn, ShopId};

/// Whatever is shown of a book `s` on the shelf and its edition `e`.
const BOOK: &str = "SELECT s.edition_id, s.state, s.added_at, s.changed_at, e.isbn, e.title, e.authors, e.language, \
     e.cover_url FROM shelf_books s JOIN editions e ON e.id = s.edition_id WHERE s.customer_id = ";

fn book_of(row: &Row) -> Result<ShelfBook, StoreError> {
    let authors: String = row.get("authors")?;
    Ok(ShelfBook {
        isbn: row.get("isbn")?,
        title: row.get("title")?,
        authors: authors.lines().map(str::to_owned).collect(),
        language: row.get("language")?,
        cover_url: row.get("cover_url")?,
        state: state_of(row)?,
        added_at: row.get("added_at")?,
        changed_at: row.get("changed_at")?,
    })
}

pub(super) fn state_of(row: &Row) -> Result<ShelfState, StoreError> {
    let state: String = row.get("state")?;
    ShelfState::from_word(&state).ok_or(StoreError::Corrupt("shelf_books.state"))
}

impl Db {
    /// How many books of each state are on a customer's shelf.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shelf_counts(&mut self, customer: &CustomerId) -> Result<ShelfCounts, StoreError> {
        let mut counts = ShelfCounts::default();
        let rows = Sql::new(
            "SELECT state, COUNT(*) AS books FROM shelf_books WHERE customer_id = $1 GROUP BY state",
        )
        .arg(customer)
        .rows(self)?;
        for row in &rows {
            let count = match state_of(row)? {
                ShelfState::WantToRead => &mut counts.want_to_read,
                ShelfState::Reading => &mut counts.reading,
                ShelfState::Read => &mut counts.read,
            };
            *count = row.get("books")?;
        }
        Ok(counts)
    }

    /// Up to `limit` books on a customer's shelf, of one state or of all, what was changed last first, from behind `after`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn shelf(
        &mut self,
        customer: &CustomerId,
        state: Option<ShelfState>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<ShelfPage, StoreError> {
        let mut sql = Sql::new(BOOK);
        sql.bind(customer);
        if let Some(state) = state {
            sql.push(" AND s.state = ").bind(state.as_str());
        }
        if let Some(after) = after {
            let (at, edition): (i64, EditionId) = place_of(after)?;
            sql.push(" AND (s.changed_at, s.edition_id) < (")
                .bind(at)
                .push(", ")
                .bind(&edition)
                .push(")");
        }
        sql.push(" ORDER BY s.changed_at DESC, s.edition_id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let last = shown.last().filter(|_| rows.len() > shown.len());
        let next = last.map(|row| {
            let (at, edition): (i64, EditionId) = (row.get("changed_at")?, row.get("edition_id")?);
            Ok::<_, StoreError>(format!("{at}.{edition}"))
        });
        Ok(ShelfPage {
            counts: self.shelf_counts(customer)?,
            books: shown.iter().map(book_of).collect::<Result<_, _>>()?,
            next: next.transpose()?,
        })
    }

    /// Puts a book on a customer's shelf, or says how far the customer is with it. Another edition of the work makes room for
    /// it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_on_shelf(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbn: Isbn,
        state: ShelfState,
    ) -> Changed<ShelfBook> {
        taken!(hold(self, shop, customer));
        let edition = taken!(edition(self, shop, isbn));
        let known = Sql::new(
            "SELECT s.edition_id, s.state, s.added_at FROM shelf_books s JOIN editions f ON f.id = s.edition_id \
             JOIN editions e ON e.work_id = f.work_id WHERE s.customer_id = $1 AND e.id = $2",
        )
        .arg(customer)
        .arg(&edition)
        .rows(self)?;
        let mut added_at = now();
        for row in &known {
            let (of, at): (EditionId, i64) = (row.get("edition_id")?, row.get("added_at")?);
            if of == edition && state_of(row)? == state && known.len() == 1 {
                return self.shelf_book(customer, &edition);
            }
            added_at = added_at.min(at);
        }
        if known.is_empty() && self.shelf_counts(customer)?.all() >= SHELF_MAX {
            return Ok(Err(WishRefusal::TooManyOnShelf));
        }
        self.delete_from_shelf(customer, &edition)?;
        Sql::new(
            "INSERT INTO shelf_books (customer_id, edition_id, state, added_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .arg(customer)
        .arg(&edition)
        .arg(state.as_str())
        .arg(added_at)
        .arg(now())
        .run(self)?;
        self.shelf_book(customer, &edition)
    }

    /// Takes a work off a customer's shelf, by one of its editions. One that is not there stays away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_off_shelf(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbn: Isbn,
    ) -> Changed<()> {
        taken!(hold(self, shop, customer));
        if let Ok(edition) = edition(self, shop, isbn)? {
            self.delete_from_shelf(customer, &edition)?;
        }
        Ok(Ok(()))
    }

    fn delete_from_shelf(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<(), StoreError> {
        Sql::new(
            "DELETE FROM shelf_books WHERE customer_id = $1 AND edition_id IN (SELECT f.id FROM editions e \
             JOIN editions f ON f.work_id = e.work_id WHERE e.id = $2)",
        )
        .arg(customer)
        .arg(edition)
        .run(self)
        .map(drop)
    }

    fn shelf_book(&mut self, customer: &CustomerId, edition: &EditionId) -> Changed<ShelfBook> {
        let mut sql = Sql::new(BOOK);
        sql.bind(customer)
            .push(" AND s.edition_id = ")
            .bind(edition);
        let book = sql.row(self)?.as_ref().map(book_of).transpose()?;
        Ok(book.ok_or(WishRefusal::NoBook))
    }

    /// All that is on a customer's shelf.
    pub(crate) fn whole_shelf(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<ShelfBook>, StoreError> {
        Ok(self.shelf(customer, None, None, SHELF_MAX)?.books)
    }
}
