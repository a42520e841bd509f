//! Writing reviews that come from a file, and the figures of their works with them.

use super::purchases::{Of, is_published};
use super::versions::{language_primary, search_text};
use crate::accounts::Identifier;
use crate::catalogue::{Written, catalogue_lock};
use crate::db::{LIST, Row, Sql};
use crate::ids::NewId;
use crate::ratings::{Change, Counted, bar, helpful_score};
use crate::{Db, StoreError};
use bookplate_wire::reviews::votes::Votes;
use bookplate_wire::{CustomerId, EditionId, Isbn, ReviewId, ShopId, WorkId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// How many of these votes were given in a shop that has exported them: where that is this one, it has them.
    pub here: Votes,
    /// The shop's own id of the customer who has written it; may be empty.
    pub customer: String,
    /// The email address of who has written it; may be empty. It is not kept: a customer who is known by it at the
    /// moment is the author.
    pub email: String,
    /// The shop's answer; may be empty. One that was given here stays.
    pub answer: String,
    /// When that was given, in milliseconds since 1970 UTC.
    pub answered_at: Option<i64>,
    /// Whether its author received the book free or for a reward. Where that is known already, it stays.
    pub incentivised: bool,
}

impl NewReview {
    /// The same, but nobody's.
    fn without_name(&self) -> Self {
        Self {
            author: String::new(),
            customer: String::new(),
            email: String::new(),
            ..self.clone()
        }
    }

    fn counted(&self, verified: bool, photos: bool) -> Counted {
        Counted {
            rating: self.rating,
            language: language_primary(&self.language),
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
    author: Option<CustomerId>,
    verified: bool,
    photos: bool,
    /// Whether its writer has deleted the account, and it stays without a name.
    is_let_go: bool,
    is_published: bool,
    /// Whether its author or the staff has touched it here: then that counts, and the file does not any more.
    is_touched: bool,
    /// The votes that were given here, which the file does not know of.
    votes: Votes,
    /// What the file has said.
    review: NewReview,
}

impl Known {
    /// What would stand in the database after the file's word for it: whatever the shop has said about the answer stays,
    /// what is known of a reward too, and votes that were given here are not the file's.
    fn after(&self, file: &NewReview, author: Option<&CustomerId>) -> NewReview {
        let known = &self.review;
        let mut after = NewReview {
            email: String::new(),
            helpful: file.helpful.saturating_sub(file.here.helpful),
            votes: file.votes.saturating_sub(file.here.votes),
            here: Votes::default(),
            incentivised: file.incentivised || known.incentivised,
            ..file.clone()
        };
        if known.answered_at.is_some() {
            after.answer.clone_from(&known.answer);
            after.answered_at = known.answered_at;
        }
        // Whoever was found by an address is exported by the shop's own id.
        if known.customer.is_empty() && author.is_some() && author == self.author.as_ref() {
            after.customer.clear();
        }
        after
    }
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
        // Whoever becomes a customer just now is waited for, and waits: see `adopt_reviews`.
        let customers: BTreeSet<&str> = batch
            .iter()
            .map(|review| review.customer.as_str())
            .filter(|customer| !customer.is_empty())
            .collect();
        let external = |customer: &&str| Identifier::External(customer).lock(shop);
        self.lock(customers.iter().map(external))?;
        self.lock([catalogue_lock(shop)])?;
        let places = places_of(self, shop, batch)?;
        let customers: Vec<&str> = customers.into_iter().collect();
        let authors = customers_by(self, shop, "external", &customers)?;
        let emails: BTreeSet<&str> = batch.iter().map(|review| review.email.as_str()).collect();
        let emails: Vec<&str> = emails
            .into_iter()
            .filter(|email| !email.is_empty())
            .collect();
        let by_email = customers_by(self, shop, "email", &emails)?;
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
            let named = authors.get(&review.customer);
            let mut change = |work: &WorkId, by: fn(&mut Change, &Counted), counted: &Counted| {
                by(changes.entry(work.clone()).or_default(), counted);
            };
            match known {
                None => {
                    change(&place.work, Change::add, &review.counted(false, false));
                    let author = named.or(by_email.get(&review.email));
                    insert(self, shop, review, place, author)?;
                    done.written.added += 1;
                }
                // What its author or the staff has touched is theirs, but for what the author received.
                Some(old) if old.is_touched && review.incentivised && !old.review.incentivised => {
                    self.label(&old.id)?;
                    changes.entry(old.work).or_default();
                    done.written.changed += 1;
                }
                Some(old) if old.is_touched => done.written.unchanged += 1,
                Some(old) => {
                    // An author who is known stays, unless the file names another.
                    let known = old.author.as_ref();
                    let author = named.or(known).or(by_email.get(&review.email));
                    let review = &old.after(review, named);
                    if old.review == *review && known == author {
                        done.written.unchanged += 1;
                        continue;
                    }
                    let counted = |review: &NewReview| review.counted(old.verified, old.photos);
                    if old.is_published {
                        change(&old.work, Change::remove, &counted(&old.review));
                        change(&place.work, Change::add, &counted(review));
                    }
                    update(self, &old, review, place, author)?;
                    done.written.changed += 1;
                }
            }
        }
        self.apply(changes)?;
        let authors: BTreeSet<CustomerId> = authors
            .into_values()
            .chain(by_email.into_values())
            .collect();
        self.note_purchases(shop, Of::Customer, authors)?;
        Ok(done)
    }
}

/// The customers whom identifiers of a kind name, by these.
fn customers_by(
    db: &mut Db,
    shop: &ShopId,
    kind: &'static str,
    values: &[&str],
) -> Result<HashMap<String, CustomerId>, StoreError> {
    let mut customers = HashMap::new();
    for chunk in values.chunks(LIST) {
        let mut sql = Sql::new("SELECT value, customer_id FROM customer_identifiers WHERE kind = ");
        sql.bind(kind)
            .push(" AND shop_id = ")
            .bind(shop)
            .push(" AND value IN (")
            .bind_all(chunk.iter().copied())
            .push(")");
        for row in sql.rows(db)? {
            customers.insert(row.get("value")?, row.get("customer_id")?);
        }
    }
    Ok(customers)
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
            "SELECT r.id, r.work_id, r.customer_id, r.answer, r.answered_at, r.source_id, r.rating, r.title, r.body, \
             r.language, r.author, r.created_at, r.verified, r.photos, r.helpful, r.votes, r.incentivised, \
             r.customer, r.let_go, r.status, \
             r.version, e.isbn, (SELECT COUNT(*) FROM review_votes v WHERE v.review_id = r.id) AS votes_here, \
             (SELECT COUNT(*) FROM review_votes v WHERE v.review_id = r.id AND v.helpful = 1) AS helpful_here \
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
    let votes = Votes {
        helpful: row.get("helpful_here")?,
        votes: row.get("votes_here")?,
    };
    let (helpful, all): (u32, u32) = (row.get("helpful")?, row.get("votes")?);
    Ok(Known {
        id: row.get("id")?,
        work: row.get("work_id")?,
        author: row.get("customer_id")?,
        verified: row.get("verified")?,
        photos: row.get("photos")?,
        is_let_go: row.get("let_go")?,
        is_published: is_published(row)?,
        is_touched: row.get::<u32>("version")? > 0,
        votes,
        review: NewReview {
            source_id: row.get("source_id")?,
            isbn: row.get("isbn")?,
            rating: row.get("rating")?,
            title: row.get("title")?,
            body: row.get("body")?,
            language: row.get("language")?,
            author: row.get("author")?,
            created_at: row.get("created_at")?,
            helpful: helpful.saturating_sub(votes.helpful),
            votes: all.saturating_sub(votes.votes),
            here: Votes::default(),
            customer: row.get("customer")?,
            email: String::new(),
            answer: row.get("answer")?,
            answered_at: row.get("answered_at")?,
            incentivised: row.get("incentivised")?,
        },
    })
}

fn insert(
    db: &mut Db,
    shop: &ShopId,
    review: &NewReview,
    place: &Place,
    author: Option<&CustomerId>,
) -> Result<(), StoreError> {
    let sql = Sql::new(
        "INSERT INTO reviews (work_id, edition_id, title, body, search_text, language, \
         language_primary, author, rating, low_rating, stars, created_at, helpful, votes, \
         helpful_score, customer, customer_id, answer, answered_at, id, shop_id, source_id, status, version, \
         let_go, verified, photos) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
         $16, $17, $18, $19, $20, $21, $22, 'published', 0, 0, 0, 0)",
    );
    let id = ReviewId::new_id();
    with_columns(sql, review, place, author, Votes::default())
        .arg(&id)
        .arg(shop)
        .arg(&review.source_id)
        .run(db)?;
    if review.incentivised {
        db.label(&id)?;
    }
    Ok(())
}

fn update(
    db: &mut Db,
    old: &Known,
    review: &NewReview,
    place: &Place,
    author: Option<&CustomerId>,
) -> Result<(), StoreError> {
    let sql = Sql::new(
        "UPDATE reviews SET work_id = $1, edition_id = $2, title = $3, body = $4, search_text = $5, \
         language = $6, language_primary = $7, author = $8, rating = $9, low_rating = $10, \
         stars = $11, created_at = $12, helpful = $13, votes = $14, helpful_score = $15, \
         customer = $16, customer_id = $17, answer = $18, answered_at = $19 WHERE id = $20",
    );
    with_columns(sql, review, place, author, old.votes)
        .arg(&old.id)
        .run(db)?;
    if review.incentivised {
        db.label(&old.id)?;
    }
    Ok(())
}

/// The values of the columns that both inserting and updating write, in their order there. `here` are the votes that
/// were given here.
fn with_columns(
    sql: Sql,
    review: &NewReview,
    place: &Place,
    author: Option<&CustomerId>,
    here: Votes,
) -> Sql {
    let (helpful, votes) = (review.helpful + here.helpful, review.votes + here.votes);
    sql.arg(&place.work)
        .arg(&place.edition)
        .arg(&review.title)
        .arg(&review.body)
        .arg(search_text(&review.title, &review.body))
        .arg(&review.language)
        .arg(language_primary(&review.language))
        .arg(&review.author)
        .arg(review.rating)
        .arg(-i64::from(review.rating))
        .arg(bar(review.rating))
        .arg(review.created_at)
        .arg(helpful)
        .arg(votes)
        .arg(helpful_score(helpful, votes))
        .arg(&review.customer)
        .arg(author)
        .arg(&review.answer)
        .arg(review.answered_at)
}
