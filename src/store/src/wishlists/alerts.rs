//! What customers want to be told of the books that they wish for.
//!
//! Nothing is planned ahead: an alert keeps what was known when it was chosen and what was told last, and is held against
//! what the shop offers at the moment of telling ([`Watch::look`]).

use super::watch::{Standing, Watch, chosen, watch_of};
use super::{Changed, WishRefusal, edition, hold, shelf, taken};
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::offers::{OFFER, offer_of};
use crate::text::fold;
use crate::{Db, StoreError};
use bookplate_wire::orders::Money;
use bookplate_wire::wishlists::alerts::{Alert, AlertChoice, AlertPage, PriceAlert};
use bookplate_wire::wishlists::follows::FollowKind;
use bookplate_wire::wishlists::shelf::ShelfState;
use bookplate_wire::{CustomerId, EditionId, Isbn, ShopId};

/// Whether the book of an alert `a` is on one of the lists of its customer.
pub(super) const WISHED: &str = "EXISTS (SELECT 1 FROM wishlists l CROSS JOIN wishes w WHERE w.list_id = l.id \
     AND w.edition_id = a.edition_id AND l.customer_id = a.customer_id AND w.removed_at IS NULL \
     AND l.removed_at IS NULL)";
/// Whether any edition of its work will do.
pub(super) const ANY: &str = "EXISTS (SELECT 1 FROM wishlists l CROSS JOIN wishes w WHERE w.list_id = l.id \
     AND w.edition_id = a.edition_id AND l.customer_id = a.customer_id AND w.removed_at IS NULL \
     AND l.removed_at IS NULL AND w.any_edition = 1)";

/// Whatever is kept of an alert `a` on an edition `e`.
const ALERT: &str = "SELECT e.isbn, e.title, a.price, a.at_most, a.base, a.told, a.currency, a.stock, a.missed, \
     a.format, a.author, a.set_at FROM wish_alerts a JOIN editions e ON e.id = a.edition_id WHERE a.customer_id = ";

fn alert_of(row: &Row) -> Result<Alert, StoreError> {
    let watch = watch_of(row, "currency")?;
    let money = |amount| Money {
        amount,
        currency: watch.currency.clone(),
    };
    let price = watch.price.then(|| PriceAlert {
        at_most: watch.at_most.map(money),
    });
    Ok(Alert {
        isbn: row.get("isbn")?,
        title: row.get("title")?,
        choice: AlertChoice {
            price,
            back_in_stock: watch.stock,
            new_format: row.get("format")?,
            new_book: row.get("author")?,
        },
        price_before: watch.base.filter(|_| watch.price).map(money),
        set_at: row.get("set_at")?,
    })
}

/// What is somebody's own about a book on a list, and nobody else's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishOwn {
    /// The edition.
    pub isbn: Isbn,
    /// What is told of it.
    pub alert: AlertChoice,
    /// Where it is on the reading shelf.
    pub shelf: Option<ShelfState>,
    /// Its authors and its series, each with whether it is followed.
    pub follows: Vec<(FollowKind, String, bool)>,
}

impl Db {
    /// What a customer is told of books, up to `limit` by ISBN from behind `after`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn alerts(
        &mut self,
        customer: &CustomerId,
        after: Option<Isbn>,
        limit: u32,
    ) -> Result<AlertPage, StoreError> {
        let mut sql = Sql::new(ALERT);
        sql.bind(customer)
            .push(" AND e.isbn > ")
            .bind(after.as_ref().map_or("", Isbn::as_str))
            .push(" ORDER BY e.isbn LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let alerts = rows.iter().take(limit as usize).map(alert_of);
        let alerts = alerts.collect::<Result<Vec<_>, _>>()?;
        let last = alerts.last().filter(|_| rows.len() > alerts.len());
        Ok(AlertPage {
            next: last.map(|last| last.isbn.to_string()),
            alerts,
        })
    }

    /// All of them.
    pub(crate) fn all_alerts(&mut self, customer: &CustomerId) -> Result<Vec<Alert>, StoreError> {
        Ok(self.alerts(customer, None, u32::MAX)?.alerts)
    }

    /// Chooses what a customer is told of a book that is on a list, by values that were checked. What was chosen before and
    /// stays keeps the price that it is held against.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_alert(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbn: Isbn,
        choice: &AlertChoice,
    ) -> Changed<Alert> {
        taken!(hold(self, shop, customer));
        let edition = taken!(edition(self, shop, isbn));
        let mut sql = Sql::new("SELECT CASE WHEN ");
        sql.push(ANY)
            .push(" THEN 1 ELSE 0 END AS any_edition FROM (SELECT CAST(")
            .bind(customer)
            .push(" AS TEXT) AS customer_id, CAST(")
            .bind(&edition)
            .push(" AS TEXT) AS edition_id) a WHERE ")
            .push(WISHED);
        let Some(any) = sql.value::<bool>(self)? else {
            return Ok(Err(WishRefusal::NoWish));
        };
        let known = self.watch(customer, &edition)?;
        self.delete_alert(customer, &edition)?;
        let standing = self.standing(&edition, any)?;
        let watch = chosen(choice, known, &standing);
        if choice.is_any() {
            self.insert_alert(shop, (customer, &edition), choice, &watch)?;
        }
        let kept = self.alert(customer, &edition)?;
        Ok(match kept {
            Some(kept) => Ok(kept),
            None => Ok(Alert {
                isbn,
                title: self
                    .edition(shop, isbn)?
                    .map_or_else(String::new, |edition| edition.title),
                choice: AlertChoice::default(),
                price_before: None,
                set_at: now(),
            }),
        })
    }

    fn insert_alert(
        &mut self,
        shop: &ShopId,
        (customer, edition): (&CustomerId, &EditionId),
        choice: &AlertChoice,
        watch: &Watch,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO wish_alerts (customer_id, edition_id, shop_id, price, at_most, base, told, currency, \
             stock, missed, format, author, set_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .arg(customer)
        .arg(edition)
        .arg(shop)
        .arg(watch.price)
        .arg(watch.at_most)
        .arg(watch.base)
        .arg(watch.told)
        .arg(&watch.currency)
        .arg(watch.stock)
        .arg(watch.missed)
        .arg(choice.new_format)
        .arg(choice.new_book)
        .arg(now())
        .run(self)?;
        if !choice.new_book {
            return Ok(());
        }
        let authors: Option<String> = Sql::new("SELECT authors FROM editions WHERE id = $1")
            .arg(edition)
            .value(self)?;
        for author in authors.unwrap_or_default().lines() {
            Sql::new(
                "INSERT INTO wish_alert_authors (shop_id, author, customer_id, edition_id) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (customer_id, edition_id, author) DO NOTHING",
            )
            .arg(shop)
            .arg(fold(author))
            .arg(customer)
            .arg(edition)
            .run(self)?;
        }
        Ok(())
    }

    /// Has a customer be told nothing of a book.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_alert(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbn: Isbn,
    ) -> Changed<()> {
        taken!(hold(self, shop, customer));
        if let Ok(edition) = edition(self, shop, isbn)? {
            self.delete_alert(customer, &edition)?;
        }
        Ok(Ok(()))
    }

    fn delete_alert(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM wish_alert_authors WHERE customer_id = $1 AND edition_id = $2",
            "DELETE FROM wish_alerts WHERE customer_id = $1 AND edition_id = $2",
        ] {
            Sql::new(statement).arg(customer).arg(edition).run(self)?;
        }
        Ok(())
    }

    fn alert(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<Option<Alert>, StoreError> {
        let mut sql = Sql::new(ALERT);
        sql.bind(customer)
            .push(" AND a.edition_id = ")
            .bind(edition);
        sql.row(self)?.as_ref().map(alert_of).transpose()
    }

    fn watch(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<Option<Watch>, StoreError> {
        let mut sql = Sql::new(ALERT);
        sql.bind(customer)
            .push(" AND a.edition_id = ")
            .bind(edition);
        sql.row(self)?
            .map(|row| watch_of(&row, "currency"))
            .transpose()
    }

    /// What the shop offers of an edition, or of `any` edition of its work.
    pub(super) fn standing(
        &mut self,
        edition: &EditionId,
        any: bool,
    ) -> Result<Standing, StoreError> {
        let mut sql = Sql::new("SELECT f.isbn, ");
        sql.push(OFFER).push(" FROM editions e JOIN editions f ON ");
        sql.push(if any {
            "f.work_id = e.work_id"
        } else {
            "f.id = e.id"
        });
        sql.push(" JOIN offers o ON o.shop_id = f.shop_id AND o.isbn = f.isbn WHERE e.id = ")
            .bind(edition)
            .push(" ORDER BY f.isbn");
        let mut offers = Vec::new();
        for row in sql.rows(self)? {
            if let Some(offer) = offer_of(&row)? {
                offers.push((row.get("isbn")?, offer));
            }
        }
        Ok(Standing::of(offers))
    }

    /// What is a customer's own about some books: alerts, the reading shelf, who and what is followed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn wish_own(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbns: &[Isbn],
    ) -> Result<Vec<WishOwn>, StoreError> {
        if isbns.is_empty() {
            return Ok(Vec::new());
        }
        let follows = self.follows(customer)?;
        let follows: Vec<_> = follows
            .iter()
            .map(|follow| (follow.kind, fold(&follow.name)))
            .collect();
        let followed = |kind, name: &str| {
            let is = follows.contains(&(kind, fold(name)));
            (kind, name.to_owned(), is)
        };
        let mut sql = Sql::new(
            "SELECT e.id, e.isbn, e.authors, e.series, (SELECT MAX(s.state) FROM shelf_books s \
             JOIN editions f ON f.id = s.edition_id WHERE f.work_id = e.work_id AND s.customer_id = ",
        );
        sql.bind(customer)
            .push(") AS state FROM editions e WHERE e.shop_id = ")
            .bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns)
            .push(")");
        let mut own = Vec::new();
        for row in sql.rows(self)? {
            let edition: EditionId = row.get("id")?;
            let alert = self.alert(customer, &edition)?;
            let (authors, series): (String, String) = (row.get("authors")?, row.get("series")?);
            let authors = authors.lines();
            let authors = authors.map(|name| followed(FollowKind::Author, name));
            let series = Some(&*series).filter(|name| !name.is_empty());
            let series = series.map(|name| followed(FollowKind::Series, name));
            own.push(WishOwn {
                isbn: row.get("isbn")?,
                alert: alert.map(|alert| alert.choice).unwrap_or_default(),
                shelf: match row.get::<Option<String>>("state")? {
                    Some(_) => Some(shelf::state_of(&row)?),
                    None => None,
                },
                follows: authors.chain(series).collect(),
            });
        }
        Ok(own)
    }

    /// Forgets alerts on what was taken off all lists before `before`.
    pub(super) fn forget_alerts(&mut self, before: i64) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM wish_alerts WHERE (customer_id, edition_id) IN (SELECT m.customer_id, v.edition_id \
             FROM wishes v JOIN wishlists m ON m.id = v.list_id WHERE v.removed_at < $1 \
             UNION SELECT m.customer_id, v.edition_id FROM wishlists m JOIN wishes v ON v.list_id = m.id \
             WHERE m.removed_at < $1) AND NOT EXISTS (SELECT 1 FROM wishlists l JOIN wishes w ON w.list_id = l.id \
             WHERE l.customer_id = wish_alerts.customer_id AND w.edition_id = wish_alerts.edition_id \
             AND w.removed_at IS NULL AND l.removed_at IS NULL)",
            "DELETE FROM wish_alert_authors WHERE (customer_id, edition_id) IN (SELECT m.customer_id, v.edition_id \
             FROM wishes v JOIN wishlists m ON m.id = v.list_id WHERE v.removed_at < $1 \
             UNION SELECT m.customer_id, v.edition_id FROM wishlists m JOIN wishes v ON v.list_id = m.id \
             WHERE m.removed_at < $1) AND NOT EXISTS (SELECT 1 FROM wish_alerts a \
             WHERE a.customer_id = wish_alert_authors.customer_id \
             AND a.edition_id = wish_alert_authors.edition_id)",
        ] {
            Sql::new(statement).arg(before).run(self)?;
        }
        Ok(())
    }
}
