//! Writing reviews that come from a file, and the figures of their works with them.

use crate::catalogue::Written;
use crate::ids::NewId;
use crate::ratings::{Change, Counted, bar, helpful_score};
use crate::sql::Sql;
use crate::text::fold;
use crate::{Store, StoreError};
use bookplate_wire::{Isbn, ReviewId, ShopId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::{BTreeMap, HashMap};

/// A review to be remembered as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// What the file calls it: the same id is the same review, whatever else has changed.
    pub source_id: String,
    /// The edition it is about.
    pub isbn: Isbn,
    /// Tenths of a star, 5 to 50 in steps of 5.
    pub rating: u8,
    /// The title; may be empty.
    pub title: String,
    /// The text; may be empty.
    pub body: String,
    /// BCP 47 tag, or empty.
    pub language: String,
    /// The name under which it is shown.
    pub author: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// How many found it helpful, at most `votes`.
    pub helpful: u32,
    /// How many said whether it is helpful or not.
    pub votes: u32,
}

impl NewReview {
    fn language_primary(&self) -> String {
        let primary = self.language.split('-').next().unwrap_or_default();
        primary.to_ascii_lowercase()
    }

    fn counted(&self, verified: bool, photos: bool) -> Counted {
        Counted {
            rating: self.rating,
            language: self.language_primary(),
            verified,
            photos,
        }
    }
}

/// What a batch did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReviewsWritten {
    /// The figures.
    pub written: Written,
    /// Positions in the batch of reviews whose book the shop's catalogue does not have; nothing of
    /// these was written.
    pub without_book: Vec<usize>,
}

/// A review as it stands in the database.
struct Known {
    id: String,
    work_id: String,
    verified: bool,
    photos: bool,
    review: NewReview,
}

impl Store {
    /// Remembers a batch of reviews in one transaction, with the figures of their works. Doing it twice
    /// changes nothing.
    ///
    /// # Errors
    /// When the database does not answer; nothing of the batch is written then.
    pub async fn put_reviews(
        &self,
        shop: &ShopId,
        batch: &[NewReview],
    ) -> Result<ReviewsWritten, StoreError> {
        let mut done = ReviewsWritten::default();
        if batch.is_empty() {
            return Ok(done);
        }
        let mut tx = self.write().await?;
        let books = books_of(&mut tx, shop, batch).await?;
        let mut known = known_reviews(&mut tx, shop, batch).await?;
        // Ordered, so that two batches at once lock the works in the same order.
        let mut changes: BTreeMap<String, Change> = BTreeMap::new();
        let mut inserts = Vec::new();
        for (at, review) in batch.iter().enumerate() {
            let Some((edition_id, work_id)) = books.get(review.isbn.as_str()) else {
                done.without_book.push(at);
                continue;
            };
            match known.remove(&review.source_id) {
                None => {
                    changes
                        .entry(work_id.clone())
                        .or_default()
                        .add(&review.counted(false, false));
                    inserts.push((review, edition_id, work_id));
                    done.written.added += 1;
                }
                Some(old) if old.review == *review => done.written.unchanged += 1,
                Some(old) => {
                    let before = old.review.counted(old.verified, old.photos);
                    changes.entry(old.work_id).or_default().remove(&before);
                    let after = review.counted(old.verified, old.photos);
                    changes.entry(work_id.clone()).or_default().add(&after);
                    update(&mut tx, &old.id, review, edition_id, work_id).await?;
                    done.written.changed += 1;
                }
            }
        }
        // Few enough for both databases' limits on placeholders, and short enough to stay prepared.
        for chunk in inserts.chunks(50) {
            insert(&mut tx, shop, chunk).await?;
        }
        for (work, change) in changes {
            change.apply(&mut tx, &work).await?;
        }
        tx.commit().await?;
        Ok(done)
    }
}

/// Edition and work of each ISBN in the batch that the shop has.
async fn books_of(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    batch: &[NewReview],
) -> Result<HashMap<String, (String, String)>, StoreError> {
    let mut isbns: Vec<&str> = batch.iter().map(|review| review.isbn.as_str()).collect();
    isbns.sort_unstable();
    isbns.dedup();
    let mut sql = Sql::new("SELECT isbn, id, work_id FROM editions WHERE shop_id = ");
    sql.bind(shop.as_str())
        .push(" AND isbn IN (")
        .bind_all(isbns)
        .push(")");
    let rows = sql.rows(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("isbn")?,
                (row.try_get("id")?, row.try_get("work_id")?),
            ))
        })
        .collect()
}

async fn known_reviews(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    batch: &[NewReview],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut sql = Sql::new(
        "SELECT r.id, r.work_id, r.source_id, r.rating, r.title, r.body, r.language, r.author, \
         r.created_at, r.verified, r.photos, r.helpful, r.votes, e.isbn \
         FROM reviews r JOIN editions e ON e.id = r.edition_id WHERE r.shop_id = ",
    );
    sql.bind(shop.as_str())
        .push(" AND r.source_id IN (")
        .bind_all(batch.iter().map(|review| review.source_id.as_str()))
        .push(")");
    let rows = sql.rows(&mut **tx).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("source_id")?, known_of(row)?)))
        .collect()
}

fn known_of(row: &AnyRow) -> Result<Known, StoreError> {
    let count = |column: &'static str| -> Result<u32, StoreError> {
        u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::Corrupt(column))
    };
    Ok(Known {
        id: row.try_get("id")?,
        work_id: row.try_get("work_id")?,
        verified: row.try_get::<i64, _>("verified")? > 0,
        photos: row.try_get::<i64, _>("photos")? > 0,
        review: NewReview {
            source_id: row.try_get("source_id")?,
            isbn: row
                .try_get::<String, _>("isbn")?
                .parse()
                .map_err(|_| StoreError::Corrupt("editions.isbn"))?,
            rating: u8::try_from(row.try_get::<i64, _>("rating")?)
                .map_err(|_| StoreError::Corrupt("reviews.rating"))?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            language: row.try_get("language")?,
            author: row.try_get("author")?,
            created_at: row.try_get("created_at")?,
            helpful: count("helpful")?,
            votes: count("votes")?,
        },
    })
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    shop: &ShopId,
    reviews: &[(&NewReview, &String, &String)],
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO reviews (id, shop_id, work_id, edition_id, source_id, status, title, body, \
         search_text, language, language_primary, author, rating, low_rating, stars, created_at, \
         verified, photos, helpful, votes, helpful_score) VALUES ",
    );
    for (at, (review, edition_id, work_id)) in reviews.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" });
        sql.bind_all([
            ReviewId::new_id().as_str(),
            shop.as_str(),
            work_id,
            edition_id,
            &review.source_id,
            "published",
            &review.title,
            &review.body,
            &fold(&format!("{}\n{}", review.title, review.body)),
            &review.language,
            &review.language_primary(),
            &review.author,
        ]);
        sql.push(", ").bind_all([
            i64::from(review.rating),
            -i64::from(review.rating),
            i64::from(bar(review.rating)),
            review.created_at,
            0,
            0,
            i64::from(review.helpful),
            i64::from(review.votes),
            helpful_score(review.helpful, review.votes),
        ]);
        sql.push(")");
    }
    Ok(sql.run(&mut **tx).await?)
}

async fn update(
    tx: &mut Transaction<'static, Any>,
    id: &str,
    review: &NewReview,
    edition_id: &str,
    work_id: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE reviews SET work_id = $1, edition_id = $2, title = $3, body = $4, search_text = $5, \
         language = $6, language_primary = $7, author = $8, rating = $9, low_rating = $10, \
         stars = $11, created_at = $12, helpful = $13, votes = $14, helpful_score = $15 \
         WHERE id = $16",
    )
    .bind(work_id)
    .bind(edition_id)
    .bind(&review.title)
    .bind(&review.body)
    .bind(fold(&format!("{}\n{}", review.title, review.body)))
    .bind(&review.language)
    .bind(review.language_primary())
    .bind(&review.author)
    .bind(i64::from(review.rating))
    .bind(-i64::from(review.rating))
    .bind(i64::from(bar(review.rating)))
    .bind(review.created_at)
    .bind(i64::from(review.helpful))
    .bind(i64::from(review.votes))
    .bind(helpful_score(review.helpful, review.votes))
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
