//! Writing reviews that come from a file, and the figures of their works with them.

use crate::catalogue::{Written, catalogue_lock};
use crate::db::{LIST, Row, Sql};
use crate::ids::NewId;
use crate::ratings::{Change, Counted, bar, helpful_score};
use crate::text::fold;
use crate::{Db, StoreError};
use bookplate_wire::{EditionId, Isbn, ReviewId, ShopId, WorkId};
use std::collections::{BTreeMap, HashMap, HashSet};

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
    /// The shop's own id of the customer who has written it; may be empty.
    pub customer: String,
}

impl NewReview {
    fn language_primary(&self) -> String {
        let primary = self.language.split('-').next().unwrap_or_default();
        primary.to_ascii_lowercase()
    }

    /// The same, but nobody's.
    fn without_name(&self) -> Self {
        Self {
            author: String::new(),
            customer: String::new(),
            ..self.clone()
        }
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
    /// Reviews whose writers have deleted their accounts and wished that these go too; nothing of them was written.
    pub removed: u64,
}

/// A review as it stands in the database.
struct Known {
    id: ReviewId,
    work: WorkId,
    verified: bool,
    photos: bool,
    /// Whether its writer has deleted the account, and it stays without a name.
    is_let_go: bool,
    review: NewReview,
}

/// Where a review belongs.
struct Place {
    edition: EditionId,
    work: WorkId,
}

impl Db {
    /// Remembers a batch of reviews, with the figures of their works. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_reviews(
        &mut self,
        shop: &ShopId,
        batch: &[NewReview],
    ) -> Result<ReviewsWritten, StoreError> {
        let mut done = ReviewsWritten::default();
        if batch.is_empty() {
            return Ok(done);
        }
        self.lock([catalogue_lock(shop)])?;
        let places = places_of(self, shop, batch)?;
        let mut known = known_reviews(self, shop, batch)?;
        let removed = removed_reviews(self, shop, batch)?;
        // Ordered, so that two batches at once lock the works in the same order.
        let mut changes: BTreeMap<WorkId, Change> = BTreeMap::new();
        for (at, review) in batch.iter().enumerate() {
            let Some(place) = places.get(&review.isbn) else {
                done.without_book.push(at);
                continue;
            };
            if removed.contains(&review.source_id) {
                done.removed += 1;
                continue;
            }
            let known = known.remove(&review.source_id);
            let nameless = known.as_ref().filter(|known| known.is_let_go);
            let nameless = nameless.map(|_| review.without_name());
            let review = nameless.as_ref().unwrap_or(review);
            let mut change = |work: &WorkId, by: fn(&mut Change, &Counted), counted: &Counted| {
                by(changes.entry(work.clone()).or_default(), counted);
            };
            match known {
                None => {
                    change(&place.work, Change::add, &review.counted(false, false));
                    insert(self, shop, review, place)?;
                    done.written.added += 1;
                }
                Some(old) if old.review == *review => done.written.unchanged += 1,
                Some(old) => {
                    let counted = |review: &NewReview| review.counted(old.verified, old.photos);
                    change(&old.work, Change::remove, &counted(&old.review));
                    change(&place.work, Change::add, &counted(review));
                    update(self, &old.id, review, place)?;
                    done.written.changed += 1;
                }
            }
        }
        for (work, change) in changes {
            change.apply(self, &work)?;
        }
        Ok(done)
    }
}

/// Edition and work of each ISBN in the batch that the shop has.
fn places_of(
    db: &mut Db,
    shop: &ShopId,
    batch: &[NewReview],
) -> Result<HashMap<Isbn, Place>, StoreError> {
    let mut isbns: Vec<Isbn> = batch.iter().map(|review| review.isbn).collect();
    isbns.sort_unstable();
    isbns.dedup();
    let mut places = HashMap::new();
    for chunk in isbns.chunks(LIST) {
        let mut sql = Sql::new("SELECT isbn, id, work_id FROM editions WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND isbn IN (")
            .bind_all(chunk)
            .push(")");
        for row in sql.rows(db)? {
            let place = Place {
                edition: row.get("id")?,
                work: row.get("work_id")?,
            };
            places.insert(row.get("isbn")?, place);
        }
    }
    Ok(places)
}

fn known_reviews(
    db: &mut Db,
    shop: &ShopId,
    batch: &[NewReview],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut known = HashMap::new();
    for chunk in batch.chunks(LIST) {
        let mut sql = Sql::new(
            "SELECT r.id, r.work_id, r.source_id, r.rating, r.title, r.body, r.language, r.author, \
             r.created_at, r.verified, r.photos, r.helpful, r.votes, r.customer, r.let_go, e.isbn \
             FROM reviews r JOIN editions e ON e.id = r.edition_id WHERE r.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND r.source_id IN (")
            .bind_all(chunk.iter().map(|review| &review.source_id))
            .push(")");
        for row in sql.rows(db)? {
            known.insert(row.get("source_id")?, known_of(&row)?);
        }
    }
    Ok(known)
}

/// Which of a batch are not to come back.
fn removed_reviews(
    db: &mut Db,
    shop: &ShopId,
    batch: &[NewReview],
) -> Result<HashSet<String>, StoreError> {
    let mut removed = HashSet::new();
    for chunk in batch.chunks(LIST) {
        let mut sql = Sql::new("SELECT source_id FROM removed_reviews WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND source_id IN (")
            .bind_all(chunk.iter().map(|review| &review.source_id))
            .push(")");
        removed.extend(sql.values::<String>(db)?);
    }
    Ok(removed)
}

fn known_of(row: &Row) -> Result<Known, StoreError> {
    Ok(Known {
        id: row.get("id")?,
        work: row.get("work_id")?,
        verified: row.get("verified")?,
        photos: row.get("photos")?,
        is_let_go: row.get("let_go")?,
        review: NewReview {
            source_id: row.get("source_id")?,
            isbn: row.get("isbn")?,
            rating: row.get("rating")?,
            title: row.get("title")?,
            body: row.get("body")?,
            language: row.get("language")?,
            author: row.get("author")?,
            created_at: row.get("created_at")?,
            helpful: row.get("helpful")?,
            votes: row.get("votes")?,
            customer: row.get("customer")?,
        },
    })
}

fn insert(db: &mut Db, shop: &ShopId, review: &NewReview, place: &Place) -> Result<(), StoreError> {
    let sql = Sql::new(
        "INSERT INTO reviews (work_id, edition_id, title, body, search_text, language, \
         language_primary, author, rating, low_rating, stars, created_at, helpful, votes, \
         helpful_score, customer, id, shop_id, source_id, status, verified, photos) VALUES ($1, $2, \
         $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         'published', 0, 0)",
    );
    with_columns(sql, review, place)
        .arg(&ReviewId::new_id())
        .arg(shop)
        .arg(&review.source_id)
        .run(db)
        .map(drop)
}

fn update(db: &mut Db, id: &ReviewId, review: &NewReview, place: &Place) -> Result<(), StoreError> {
    let sql = Sql::new(
        "UPDATE reviews SET work_id = $1, edition_id = $2, title = $3, body = $4, search_text = $5, \
         language = $6, language_primary = $7, author = $8, rating = $9, low_rating = $10, \
         stars = $11, created_at = $12, helpful = $13, votes = $14, helpful_score = $15, \
         customer = $16 WHERE id = $17",
    );
    with_columns(sql, review, place).arg(id).run(db).map(drop)
}

/// The values of the columns that both inserting and updating write, in their order there.
fn with_columns(sql: Sql, review: &NewReview, place: &Place) -> Sql {
    sql.arg(&place.work)
        .arg(&place.edition)
        .arg(&review.title)
        .arg(&review.body)
        .arg(fold(&format!("{}\n{}", review.title, review.body)))
        .arg(&review.language)
        .arg(review.language_primary())
        .arg(&review.author)
        .arg(review.rating)
        .arg(-i64::from(review.rating))
        .arg(bar(review.rating))
        .arg(review.created_at)
        .arg(review.helpful)
        .arg(review.votes)
        .arg(helpful_score(review.helpful, review.votes))
        .arg(&review.customer)
}
