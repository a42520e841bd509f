//! What there is to tell a customer about wishes, in one message a day at most. It is looked at when the message is made,
//! and noted as told in the same unit of work, so that it can stop anywhere and go on.

use super::alerts::{ANY, WISHED};
use super::lock_of;
use super::news::news_lock;
use super::watch::{Standing, Watch, watch_of};
use crate::catalogue::catalogue_lock;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::notifications::{Message, To, ToldWish};
use crate::offers::{OFFER, offer_of};
use crate::{Db, StoreError};
use bookplate_wire::notifications::{WishNews, WishNewsKind};
use bookplate_wire::offers::Offer;
use bookplate_wire::{CustomerId, EditionId, Isbn, ShopId};
use std::collections::BTreeMap;

/// How many things one message tells; the rest waits for the next.
const ITEMS_MAX: usize = 20;
/// How long it is until the next message, in milliseconds.
const DAY: i64 = 24 * 3_600_000;

/// Whether a customer has bought an edition `x` of what is asked about, and kept it.
const BOUGHT: &str = "EXISTS (SELECT 1 FROM orders b JOIN order_lines i ON i.order_id = b.id \
     JOIN editions x ON x.id = i.edition_id WHERE i.quantity > i.refunded_quantity";

/// A shop with customers whom it is time to tell something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestShop {
    /// What names it.
    pub id: ShopId,
    /// A public key of it, in the addresses of its hosted pages.
    pub public_key: String,
    /// The address of a book in the shop, with `{isbn}` in it; empty where nobody told.
    pub book_url: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// From when (`HH:MM`) until when nothing is sent that can wait; empty for never.
    pub quiet: (String, String),
}

impl DigestShop {
    /// Where a book is shown: in the shop, or else on the hosted page of a server at `public_url` where it is wished for.
    pub fn link(&self, public_url: &str, isbn: Isbn) -> String {
        match self.book_url.as_str() {
            "" => format!(
                "{public_url}/shops/{}/member/wishes/{isbn}",
                self.public_key
            ),
            url => url.replace("{isbn}", isbn.as_str()),
        }
    }
}

/// What is watched of a book, with what the shop offers.
struct Watched {
    watch: Watch,
    title: String,
    own: Isbn,
    any: bool,
    offers: Vec<(Isbn, Offer)>,
}

/// What is to be written once it is told.
enum Note {
    Watch(EditionId, Watch),
    News(EditionId),
}

impl Db {
    /// The shops with customers whom it is time to tell something.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shops_with_wish_digests(&mut self) -> Result<Vec<DigestShop>, StoreError> {
        Sql::new(
            "SELECT s.id, s.book_url, s.time_zone, s.quiet_from, s.quiet_until, (SELECT k.public_key FROM shop_keys k \
             WHERE k.shop_id = s.id AND (k.retires_at IS NULL OR k.retires_at > $1) \
             ORDER BY k.created_at DESC LIMIT 1) AS public_key FROM shops s WHERE EXISTS (SELECT 1 FROM wish_digests d \
             WHERE d.shop_id = s.id AND d.due_at <= $1) ORDER BY s.id",
        )
        .arg(now())
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(DigestShop {
                id: row.get("id")?,
                public_key: row.get::<Option<String>>("public_key")?.unwrap_or_default(),
                book_url: row.get("book_url")?,
                time_zone: row.get("time_zone")?,
                quiet: (row.get("quiet_from")?, row.get("quiet_until")?),
            })
        })
        .collect()
    }

    /// Tells up to `limit` customers of a shop what there is to tell. `link` gives where a book is shown. Returns how many
    /// were looked at; fewer than `limit` when there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn send_wish_digests(
        &mut self,
        shop: &ShopId,
        link: impl Fn(Isbn) -> String,
        limit: u32,
    ) -> Result<u32, StoreError> {
        // Two instances would tell it twice; and whoever is just being told does not leave in between.
        self.lock([news_lock(shop)])?;
        self.lock_shared(catalogue_lock(shop))?;
        let due: Vec<CustomerId> = Sql::new(
            "SELECT customer_id FROM wish_digests WHERE shop_id = $1 AND due_at <= $2 \
             ORDER BY due_at, customer_id LIMIT $3",
        )
        .arg(shop)
        .arg(now())
        .arg(limit)
        .values(self)?;
        for customer in &due {
            self.lock([lock_of(customer)])?;
            self.send_wish_digest(shop, customer, &link)?;
        }
        Ok(u32::try_from(due.len()).unwrap_or(limit))
    }

    fn send_wish_digest(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        link: &impl Fn(Isbn) -> String,
    ) -> Result<(), StoreError> {
        let mut found = self.watched_news(customer)?;
        found.extend(self.new_books(customer)?);
        let mut told = Vec::new();
        let mut is_more = false;
        for (news, note) in found {
            if told.len() + news.len() > ITEMS_MAX {
                is_more = true;
                continue;
            }
            told.extend(news);
            self.note_told(customer, note)?;
        }
        let sent_at = (!told.is_empty()).then(now);
        let again_at = is_more.then(|| now() + DAY);
        Sql::new(
            "UPDATE wish_digests SET due_at = $1, sent_at = COALESCE($2, sent_at) WHERE customer_id = $3",
        )
        .arg(again_at)
        .arg(sent_at)
        .arg(customer)
        .run(self)?;
        if told.is_empty() {
            return Ok(());
        }
        let news = told.into_iter().map(|news| ToldWish {
            link: link(news.isbn),
            news,
        });
        let news = news.collect();
        self.notify(shop, To::Customer(customer), &Message::WishNews { news })
    }

    fn note_told(&mut self, customer: &CustomerId, note: Note) -> Result<(), StoreError> {
        let sql = match note {
            Note::Watch(edition, watch) => Sql::new(
                "UPDATE wish_alerts SET base = $1, told = $2, currency = $3, missed = $4 \
                 WHERE customer_id = $5 AND edition_id = $6",
            )
            .arg(watch.base)
            .arg(watch.told)
            .arg(watch.currency)
            .arg(watch.missed)
            .arg(customer)
            .arg(&edition),
            Note::News(edition) => Sql::new(
                "UPDATE wish_news SET told_at = $1 WHERE customer_id = $2 AND edition_id = $3",
            )
            .arg(now())
            .arg(customer)
            .arg(&edition),
        };
        sql.run(self).map(drop)
    }

    /// What there is to tell of prices and stock, of books that are still wished for and were not bought since.
    fn watched_news(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<(Vec<WishNews>, Note)>, StoreError> {
        let mut sql = Sql::new(
            "SELECT a.edition_id, a.price, a.at_most, a.base, a.told, a.currency AS watched, a.stock, a.missed, \
             e.title, e.isbn AS own, f.isbn, CASE WHEN ",
        );
        sql.push(ANY)
            .push(" THEN 1 ELSE 0 END AS any_edition, ")
            .push(OFFER)
            .push(
                " FROM wish_alerts a JOIN editions e ON e.id = a.edition_id JOIN editions f ON f.work_id = e.work_id \
                 LEFT JOIN offers o ON o.shop_id = f.shop_id AND o.isbn = f.isbn \
                 WHERE (a.price = 1 OR a.stock = 1) AND a.customer_id = ",
            )
            .bind(customer)
            .push(" AND ")
            .push(WISHED)
            .push(" AND NOT ")
            .push(BOUGHT)
            .push(
                " AND b.customer_id = a.customer_id AND b.placed_at >= a.set_at \
                 AND (x.id = a.edition_id OR (x.work_id = e.work_id AND ",
            )
            .push(ANY)
            .push("))) ORDER BY e.title, a.edition_id, f.isbn");
        let mut books: BTreeMap<(String, String), (EditionId, Watched)> = BTreeMap::new();
        for row in sql.rows(self)? {
            let edition: EditionId = row.get("edition_id")?;
            let watched = watched_of(&row)?;
            let place = (watched.title.clone(), edition.to_string());
            let (_, book) = books.entry(place).or_insert((edition, watched));
            let isbn: Isbn = row.get("isbn")?;
            if (book.any || isbn == book.own)
                && let Some(offer) = offer_of(&row)?
            {
                book.offers.push((isbn, offer));
            }
        }
        let mut found = Vec::new();
        for (edition, book) in books.into_values() {
            let (verdict, next) = book.watch.look(&Standing::of(book.offers));
            let news = |kind, isbn| WishNews {
                title: book.title.clone(),
                ..WishNews::new(kind, isbn)
            };
            let drop = verdict.drop.map(|(isbn, price, before)| WishNews {
                price: Some(price),
                before,
                ..news(WishNewsKind::PriceDrop, isbn)
            });
            let back = verdict
                .back
                .map(|isbn| news(WishNewsKind::BackInStock, isbn));
            if next != book.watch {
                found.push((
                    drop.into_iter().chain(back).collect(),
                    Note::Watch(edition, next),
                ));
            }
        }
        Ok(found)
    }

    /// What there is to tell of new books: to who still wants to know, and has not bought the work.
    fn new_books(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<(Vec<WishNews>, Note)>, StoreError> {
        let mut sql = Sql::new(
            "SELECT e.id, e.isbn, e.title, e.format, n.kind, n.name FROM wish_news n \
             JOIN editions e ON e.id = n.edition_id WHERE n.told_at IS NULL AND n.customer_id = ",
        );
        sql.bind(customer)
            .push(" AND NOT ")
            .push(BOUGHT)
            .push(
                " AND b.customer_id = n.customer_id AND x.work_id = e.work_id) AND CASE n.kind \
                 WHEN 'format' THEN EXISTS (SELECT 1 FROM wish_alerts a JOIN editions v ON v.id = a.edition_id \
                 WHERE a.customer_id = n.customer_id AND a.format = 1 AND v.work_id = e.work_id AND ",
            )
            .push(WISHED)
            .push(
                ") ELSE EXISTS (SELECT 1 FROM follows s WHERE s.customer_id = n.customer_id AND s.kind = n.kind \
                 AND s.folded = n.folded) OR (n.kind = 'author' AND EXISTS (SELECT 1 FROM wish_alert_authors a \
                 WHERE a.customer_id = n.customer_id AND a.author = n.folded AND ",
            )
            .push(WISHED)
            .push(")) END ORDER BY n.found_at, e.title, e.id");
        let rows = sql.rows(self)?;
        let found = rows.iter().map(|row| {
            let kind = match row.get::<String>("kind")?.as_str() {
                "format" => WishNewsKind::NewFormat,
                "author" => WishNewsKind::NewByAuthor,
                _ => WishNewsKind::NewInSeries,
            };
            let news = WishNews {
                title: row.get("title")?,
                format: (kind == WishNewsKind::NewFormat)
                    .then(|| row.get("format"))
                    .transpose()?,
                name: row.get("name")?,
                ..WishNews::new(kind, row.get("isbn")?)
            };
            Ok((vec![news], Note::News(row.get("id")?)))
        });
        let found = found.collect::<Result<Vec<_>, StoreError>>()?;
        // What is not wanted any more is not told later either; what has no room now is still open.
        let mut forget = Sql::new("DELETE FROM wish_news WHERE told_at IS NULL AND customer_id = ");
        forget.bind(customer);
        let kept = found.iter().filter_map(|(_, note)| match note {
            Note::News(edition) => Some(edition),
            Note::Watch(..) => None,
        });
        let kept: Vec<&EditionId> = kept.collect();
        if !kept.is_empty() {
            forget
                .push(" AND edition_id NOT IN (")
                .bind_all(kept)
                .push(")");
        }
        forget.run(self)?;
        Ok(found)
    }
}

fn watched_of(row: &Row) -> Result<Watched, StoreError> {
    Ok(Watched {
        watch: watch_of(row, "watched")?,
        title: row.get("title")?,
        own: row.get("own")?,
        any: row.get("any_edition")?,
        offers: Vec::new(),
    })
}
