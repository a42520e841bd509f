//! Works and their editions.

use crate::ids::{NewId, now};
use crate::ratings::{Change, Counted};
use crate::sql::Sql;
use crate::{Store, StoreError};
use bookplate_wire::catalogue::{Book, BookPage, Edition, Format};
use bookplate_wire::{EditionId, Isbn, ShopId, WorkId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::HashMap;

/// An edition to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// What is known of it.
    pub edition: Edition,
    /// What the shop's files call the work that it belongs to; `None` leaves an edition that is known
    /// already where it is and gives a new one a work of its own.
    pub work_key: Option<String>,
}

/// How many records a batch added, changed and found as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Were not there before.
    pub added: u64,
    /// Were there with other content.
    pub changed: u64,
    /// Were there just so.
    pub unchanged: u64,
}

impl std::ops::AddAssign for Written {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

const EDITION_COLUMNS: &str = "e.isbn, e.title, e.subtitle, e.authors, e.publisher, e.published_on, \
                               e.format, e.language, e.cover_url";

fn edition_of(row: &AnyRow) -> Result<Edition, StoreError> {
    let authors: String = row.try_get("authors")?;
    Ok(Edition {
        isbn: row
            .try_get::<String, _>("isbn")?
            .parse()
            .map_err(|_| StoreError::Corrupt("editions.isbn"))?,
        title: row.try_get("title")?,
        subtitle: row.try_get("subtitle")?,
        authors: authors.lines().map(str::to_owned).collect(),
        publisher: row.try_get("publisher")?,
        published_on: row.try_get("published_on")?,
        format: Format::from_word(row.try_get("format")?)
            .ok_or(StoreError::Corrupt("editions.format"))?,
        language: row.try_get("language")?,
        cover_url: row.try_get("cover_url")?,
    })
}

impl Store {
    /// The edition with this ISBN, the first of its work's book; `None` where the shop has no such book.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn edition(&self, shop: &ShopId, isbn: Isbn) -> Result<Option<Edition>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e WHERE e.shop_id = ")
            .bind(shop.as_str())
            .push(" AND e.isbn = ")
            .bind(isbn.as_str());
        sql.rows(&self.pool)
            .await?
            .first()
            .map(edition_of)
            .transpose()
    }

    /// The book with this ISBN and all its editions, the one that was asked for first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn book(&self, shop: &ShopId, isbn: Isbn) -> Result<Option<Book>, StoreError> {
        let mut sql = Sql::new("SELECT e.work_id, ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions a JOIN editions e ON e.work_id = a.work_id WHERE a.shop_id = ")
            .bind(shop.as_str())
            .push(" AND a.isbn = ")
            .bind(isbn.as_str())
            .push(" ORDER BY e.published_on DESC, e.isbn");
        let rows = sql.rows(&self.pool).await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let work: WorkId = first
            .try_get::<String, _>("work_id")?
            .try_into()
            .map_err(|_| StoreError::Corrupt("editions.work_id"))?;
        let mut editions = rows.iter().map(edition_of).collect::<Result<Vec<_>, _>>()?;
        editions.sort_by_key(|edition| edition.isbn != isbn);
        Ok(Some(Book { work, editions }))
    }

    /// Up to `limit` editions in the order of their ISBNs, from behind `after`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn editions(
        &self,
        shop: &ShopId,
        after: Option<Isbn>,
        limit: u32,
    ) -> Result<BookPage, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(EDITION_COLUMNS)
            .push(" FROM editions e WHERE e.shop_id = ")
            .bind(shop.as_str())
            .push(" AND e.isbn > ")
            .bind(after.as_ref().map_or("", Isbn::as_str))
            .push(" ORDER BY e.isbn LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(&self.pool).await?;
        let more = rows.len() > limit as usize;
        let editions = rows
            .iter()
            .take(limit as usize)
            .map(edition_of)
            .collect::<Result<Vec<_>, _>>()?;
        let next = editions
            .last()
            .filter(|_| more)
            .map(|edition| edition.isbn.to_string());
        Ok(BookPage { editions, next })
    }

    /// Remembers a batch of editions in one transaction. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer; nothing of the batch is written then.
    pub async fn put_editions(
        &self,
        shop: &ShopId,
        batch: &[NewEdition],
    ) -> Result<Written, StoreError> {
        let mut written = Written::default();
        if batch.is_empty() {
            return Ok(written);
        }
        let mut tx = self.write().await?;
        let mut known = known_editions(&mut tx, shop, batch).await?;
        for new in batch {
            match known.remove(new.edition.isbn.as_str()) {
                None => {
                    insert_edition(&mut tx, shop, new).await?;
                    written.added += 1;
                }
                Some(old) if old.is(new) => written.unchanged += 1,
                Some(old) => {
                    update_edition(&mut tx, shop, &old, new).await?;
                    written.changed += 1;
                }
            }
        }
        tx.commit().await?;
        Ok(written)
    }
}

/// An edition as it stands in the database.
struct Known {
    id: String,
    work_id: String,
    work_key: String,
    edition: Edition,
}

impl Known {
    fn is(&self, new: &NewEdition) -> bool {
        self.edition == new.edition && !self.moves_to(new)
    }

    fn moves_to(&self, new: &NewEdition) -> bool {
        new.work_key
            .as_ref()
            .is_some_and(|key| *key != self.work_key)
    }
}

async fn known_editions(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    batch: &[NewEdition],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut sql = Sql::new("SELECT e.id, e.work_id, w.source_key, ");
    sql.push(EDITION_COLUMNS)
        .push(" FROM editions e JOIN works w ON w.id = e.work_id WHERE e.shop_id = ")
        .bind(shop.as_str())
        .push(" AND e.isbn IN (")
        .bind_all(batch.iter().map(|new| new.edition.isbn.as_str()))
        .push(")");
    let rows = sql.rows(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("isbn")?,
                Known {
                    id: row.try_get("id")?,
                    work_id: row.try_get("work_id")?,
                    work_key: row.try_get("source_key")?,
                    edition: edition_of(row)?,
                },
            ))
        })
        .collect()
}

/// The work with this key, made where it is missing.
async fn put_work(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    key: &str,
) -> Result<String, StoreError> {
    let id = WorkId::new_id();
    let inserted = sqlx::query(
        "INSERT INTO works (id, shop_id, source_key, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (shop_id, source_key) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(shop.as_str())
    .bind(key)
    .bind(now())
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if inserted == 0 {
        return Ok(sqlx::query_scalar(
            "SELECT id FROM works WHERE shop_id = $1 AND source_key = $2",
        )
        .bind(shop.as_str())
        .bind(key)
        .fetch_one(&mut **tx)
        .await?);
    }
    sqlx::query(
        "INSERT INTO work_ratings (work_id, version, rating_sum, stars_1, stars_2, stars_3, stars_4, \
         stars_5, verified, photos) VALUES ($1, 1, 0, 0, 0, 0, 0, 0, 0, 0)",
    )
    .bind(id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(id.to_string())
}

async fn insert_edition(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    new: &NewEdition,
) -> Result<(), StoreError> {
    let own_key = || format!("isbn:{}", new.edition.isbn);
    let key = new.work_key.clone().unwrap_or_else(own_key);
    let work = put_work(tx, shop, &key).await?;
    let mut sql = Sql::new(
        "INSERT INTO editions (id, shop_id, work_id, isbn, title, subtitle, authors, publisher, \
         published_on, format, language, cover_url, updated_at) VALUES (",
    );
    let edition = &new.edition;
    sql.bind_all([
        EditionId::new_id().as_str(),
        shop.as_str(),
        &work,
        edition.isbn.as_str(),
        &edition.title,
        &edition.subtitle,
        &edition.authors.join("\n"),
        &edition.publisher,
        &edition.published_on,
        edition.format.as_str(),
        &edition.language,
        &edition.cover_url,
    ])
    .push(", ")
    .bind(now())
    .push(")");
    sql.run(&mut **tx).await?;
    touch(tx, &work).await
}

async fn update_edition(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    old: &Known,
    new: &NewEdition,
) -> Result<(), StoreError> {
    let mut work = old.work_id.clone();
    if let Some(key) = new.work_key.as_ref().filter(|_| old.moves_to(new)) {
        work = put_work(tx, shop, key).await?;
        move_reviews(tx, &old.id, &old.work_id, &work).await?;
        touch(tx, &old.work_id).await?;
    }
    let edition = &new.edition;
    sqlx::query(
        "UPDATE editions SET work_id = $1, title = $2, subtitle = $3, authors = $4, publisher = $5, \
         published_on = $6, format = $7, language = $8, cover_url = $9, updated_at = $10 \
         WHERE id = $11",
    )
    .bind(&work)
    .bind(&edition.title)
    .bind(&edition.subtitle)
    .bind(edition.authors.join("\n"))
    .bind(&edition.publisher)
    .bind(&edition.published_on)
    .bind(edition.format.as_str())
    .bind(&edition.language)
    .bind(&edition.cover_url)
    .bind(now())
    .bind(&old.id)
    .execute(&mut **tx)
    .await?;
    touch(tx, &work).await
}

/// Tells caches that something of the work has changed.
async fn touch(tx: &mut Transaction<'static, Any>, work: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE work_ratings SET version = version + 1 WHERE work_id = $1")
        .bind(work)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes the reviews of an edition along when the edition goes to another work.
async fn move_reviews(
    tx: &mut Transaction<'static, Any>,
    edition_id: &str,
    from: &str,
    to: &str,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT rating, language_primary, verified, photos FROM reviews \
         WHERE edition_id = $1 AND status = 'published'",
    )
    .bind(edition_id)
    .fetch_all(&mut **tx)
    .await?;
    let (mut less, mut more) = (Change::default(), Change::default());
    for row in &rows {
        let counted = Counted {
            rating: u8::try_from(row.try_get::<i64, _>("rating")?)
                .map_err(|_| StoreError::Corrupt("reviews.rating"))?,
            language: row.try_get("language_primary")?,
            verified: row.try_get::<i64, _>("verified")? > 0,
            photos: row.try_get::<i64, _>("photos")? > 0,
        };
        less.remove(&counted);
        more.add(&counted);
    }
    sqlx::query("UPDATE reviews SET work_id = $1 WHERE edition_id = $2")
        .bind(to)
        .bind(edition_id)
        .execute(&mut **tx)
        .await?;
    less.apply(tx, from).await?;
    more.apply(tx, to).await
}
