//! Asking customers for reviews of what was delivered to them: once an order, and one reminder.
//!
//! Nothing is planned ahead. Whoever finds an order that was delivered long enough ago asks its customer, if the
//! customer allows it at that moment: what has been consented, refunded, reviewed or set until then counts.

use crate::catalogue::catalogue_lock;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::notifications::{Message, RequestedBook, To};
use crate::{Db, StoreError};
use bookplate_wire::privacy::AskedReview;
use bookplate_wire::{CustomerId, EditionId, Isbn, OrderId, ShopId};

const DAY: i64 = 24 * 3_600_000;
/// How long after asking somebody is reminded, in milliseconds.
const REMINDER: i64 = 7 * DAY;
/// For how long after it was due an order is asked about, in milliseconds: a shop that begins to ask does not write to
/// everybody about what was bought years ago.
const LATE: i64 = 30 * DAY;
/// How many books a letter names.
const BOOKS_MAX: u32 = 5;

/// Customers who let themselves be asked by email, at an address of which it is known that it is theirs.
const WILLING: &str = "EXISTS (SELECT 1 FROM consents a WHERE a.customer_id = c.id AND a.channel = 'email' \
    AND a.purpose = 'feedback' AND a.granted = 1) AND EXISTS (SELECT 1 FROM customer_identifiers i \
    WHERE i.customer_id = c.id AND i.kind = 'email' AND i.value = c.email)";

/// A shop that asks for reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskingShop {
    /// What names it.
    pub id: ShopId,
    /// A public key of it, in the addresses of its hosted pages.
    pub public_key: String,
    /// The address of a book in the shop, with `{isbn}` in it; empty where nobody told.
    pub book_url: String,
}

impl AskingShop {
    /// Where a book is reviewed: in the shop, whose page knows who is signed in there, or else on the hosted page of a
    /// server at `public_url`.
    pub fn link(&self, public_url: &str, isbn: Isbn) -> String {
        match self.book_url.as_str() {
            "" => format!(
                "{public_url}/shops/{}/member/reviews/{isbn}",
                self.public_key
            ),
            url => url.replace("{isbn}", isbn.as_str()),
        }
    }
}

/// An order to be asked about.
struct Asked {
    order: OrderId,
    number: String,
    customer: CustomerId,
}

impl Db {
    /// Asks customers of a shop for reviews, and reminds those whom it has asked: up to `limit` of them. `link` gives where a
    /// book is reviewed. Returns how many orders were looked at; fewer than `limit` when there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn ask_for_reviews(
        &mut self,
        shop: &ShopId,
        link: impl Fn(Isbn) -> String,
        limit: u32,
    ) -> Result<u32, StoreError> {
        // Two instances would ask twice; and whoever is just being asked does not leave in between.
        self.lock([format!("review requests {shop}")])?;
        self.lock_shared(catalogue_lock(shop))?;
        let days: Option<i64> = Sql::new("SELECT review_request_days FROM shops WHERE id = $1")
            .arg(shop)
            .value(self)?;
        let Some(days) = days.filter(|days| *days > 0) else {
            return Ok(0);
        };
        let due = self.orders_to_ask_about(shop, now() - days * DAY, limit)?;
        for (asked, is_willing) in &due {
            Sql::new("UPDATE orders SET review_asked = 1 WHERE id = $1")
                .arg(&asked.order)
                .run(self)?;
            if *is_willing {
                self.ask(shop, asked, &link)?;
            }
        }
        let reminders = self.orders_to_remind_of(shop, limit)?;
        for asked in &reminders {
            self.remind(shop, asked, &link)?;
        }
        let count = due.len().max(reminders.len());
        Ok(u32::try_from(count).unwrap_or(limit))
    }

    /// Orders that are due, with whether their customers let themselves be asked.
    fn orders_to_ask_about(
        &mut self,
        shop: &ShopId,
        until: i64,
        limit: u32,
    ) -> Result<Vec<(Asked, bool)>, StoreError> {
        let mut sql = Sql::new("SELECT o.id, o.number, o.customer_id, CASE WHEN ");
        sql.push(WILLING)
            .push(
                " THEN 1 ELSE 0 END AS willing FROM orders o JOIN customers c ON c.id = o.customer_id \
                 WHERE o.review_asked = 0 AND o.customer_id IS NOT NULL AND o.shop_id = ",
            )
            .bind(shop)
            .push(" AND o.delivered_at > ")
            .bind(until - LATE)
            .push(" AND o.delivered_at <= ")
            .bind(until)
            .push(" ORDER BY o.delivered_at, o.id LIMIT ")
            .bind(limit);
        let rows = sql.rows(self)?;
        let due = rows
            .iter()
            .map(|row| Ok((asked_of(row)?, row.get("willing")?)));
        due.collect()
    }

    fn orders_to_remind_of(&mut self, shop: &ShopId, limit: u32) -> Result<Vec<Asked>, StoreError> {
        let mut sql = Sql::new(
            "SELECT o.id, o.number, c.id AS customer_id FROM review_requests q \
             JOIN orders o ON o.id = q.order_id JOIN customers c ON c.id = q.customer_id WHERE q.shop_id = ",
        );
        // One that nobody has sent for so long, because the shop did not ask for a while, is too late.
        sql.bind(shop)
            .push(" AND q.due_at > ")
            .bind(now() - LATE)
            .push(" AND q.due_at <= ")
            .bind(now())
            .push(" ORDER BY q.due_at, q.order_id LIMIT ")
            .bind(limit);
        sql.rows(self)?.iter().map(asked_of).collect()
    }

    fn ask(
        &mut self,
        shop: &ShopId,
        asked: &Asked,
        link: &impl Fn(Isbn) -> String,
    ) -> Result<(), StoreError> {
        let rows = Sql::new(
            "SELECT e.id, e.isbn, e.title FROM order_lines l JOIN editions e ON e.id = l.edition_id \
             WHERE l.order_id = $1 AND l.quantity > l.refunded_quantity \
             AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.customer_id = $2 AND r.work_id = e.work_id) \
             AND NOT EXISTS (SELECT 1 FROM review_request_books b JOIN editions f ON f.id = b.edition_id \
             WHERE b.customer_id = $2 AND f.work_id = e.work_id) \
             AND NOT EXISTS (SELECT 1 FROM order_lines m JOIN editions g ON g.id = m.edition_id \
             WHERE m.order_id = l.order_id AND g.work_id = e.work_id AND m.position < l.position \
             AND m.quantity > m.refunded_quantity) \
             ORDER BY l.position LIMIT $3",
        )
        .arg(&asked.order)
        .arg(&asked.customer)
        .arg(BOOKS_MAX)
        .rows(self)?;
        if rows.is_empty() {
            return Ok(());
        }
        Sql::new(
            "INSERT INTO review_requests (order_id, shop_id, customer_id, asked_at, due_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .arg(&asked.order)
        .arg(shop)
        .arg(&asked.customer)
        .arg(now())
        .arg(now() + REMINDER)
        .run(self)?;
        let mut books = Vec::with_capacity(rows.len());
        for row in &rows {
            Sql::new(
                "INSERT INTO review_request_books (customer_id, edition_id, order_id) VALUES ($1, $2, $3)",
            )
            .arg(&asked.customer)
            .arg(&row.get::<EditionId>("id")?)
            .arg(&asked.order)
            .run(self)?;
            books.push(book_of(row, link)?);
        }
        self.write_to(shop, asked, books, false)
    }

    fn remind(
        &mut self,
        shop: &ShopId,
        asked: &Asked,
        link: &impl Fn(Isbn) -> String,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "SELECT e.isbn, e.title FROM review_request_books b JOIN editions e ON e.id = b.edition_id \
             JOIN customers c ON c.id = b.customer_id \
             WHERE EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = b.order_id AND l.edition_id = b.edition_id \
             AND l.quantity > l.refunded_quantity) AND NOT EXISTS (SELECT 1 FROM reviews r \
             WHERE r.customer_id = b.customer_id AND r.work_id = e.work_id) AND b.order_id = ",
        );
        sql.bind(&asked.order)
            .push(" AND ")
            .push(WILLING)
            .push(" ORDER BY e.title, e.id");
        let rows = sql.rows(self)?;
        let books = rows.iter().map(|row| book_of(row, link));
        let books = books.collect::<Result<Vec<_>, StoreError>>()?;
        let reminded_at = (!books.is_empty()).then(now);
        Sql::new("UPDATE review_requests SET due_at = NULL, reminded_at = $1 WHERE order_id = $2")
            .arg(reminded_at)
            .arg(&asked.order)
            .run(self)?;
        self.write_to(shop, asked, books, true)
    }

    fn write_to(
        &mut self,
        shop: &ShopId,
        asked: &Asked,
        books: Vec<RequestedBook>,
        again: bool,
    ) -> Result<(), StoreError> {
        if books.is_empty() {
            return Ok(());
        }
        let order = asked.number.clone();
        let message = Message::ReviewRequest {
            order,
            books,
            again,
        };
        self.notify(shop, To::Customer(&asked.customer), &message)
    }

    /// The shops of which somebody is to be asked for reviews, or reminded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shops_that_ask_for_reviews(&mut self) -> Result<Vec<AskingShop>, StoreError> {
        Sql::new(
            "SELECT s.id, s.book_url, (SELECT k.public_key FROM shop_keys k WHERE k.shop_id = s.id \
             AND (k.retires_at IS NULL OR k.retires_at > $1) ORDER BY k.created_at DESC LIMIT 1) AS public_key \
             FROM shops s WHERE s.review_request_days > 0 AND (EXISTS (SELECT 1 FROM orders o \
             WHERE o.review_asked = 0 AND o.customer_id IS NOT NULL AND o.shop_id = s.id \
             AND o.delivered_at > $1 - s.review_request_days * $2 - $3 \
             AND o.delivered_at <= $1 - s.review_request_days * $2) \
             OR EXISTS (SELECT 1 FROM review_requests q WHERE q.shop_id = s.id AND q.due_at > $1 - $3 \
             AND q.due_at <= $1)) ORDER BY s.id",
        )
        .arg(now())
        .arg(DAY)
        .arg(LATE)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(AskingShop {
                id: row.get("id")?,
                public_key: row.get::<Option<String>>("public_key")?.unwrap_or_default(),
                book_url: row.get("book_url")?,
            })
        })
        .collect()
    }

    /// The orders of which a customer was asked for reviews, the latest first.
    pub(crate) fn review_requests_of(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<AskedReview>, StoreError> {
        Sql::new(
            "SELECT o.number, q.asked_at, q.reminded_at FROM review_requests q \
             JOIN orders o ON o.id = q.order_id WHERE q.customer_id = $1 \
             ORDER BY q.asked_at DESC, o.number",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(AskedReview {
                order: row.get("number")?,
                asked_at: row.get("asked_at")?,
                reminded_at: row.get("reminded_at")?,
            })
        })
        .collect()
    }
}

fn book_of(row: &Row, link: &impl Fn(Isbn) -> String) -> Result<RequestedBook, StoreError> {
    Ok(RequestedBook {
        title: row.get("title")?,
        link: link(row.get("isbn")?),
    })
}

fn asked_of(row: &Row) -> Result<Asked, StoreError> {
    Ok(Asked {
        order: row.get("id")?,
        number: row.get("number")?,
        customer: row.get("customer_id")?,
    })
}
