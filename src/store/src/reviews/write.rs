//! Writing reviews that come from a file, and the figures of their works with them.

use super::notes::{kept_notes, notes_of};
use super::purchases::{Of, is_published};
use super::versions::{language_primary, search_text};
use crate::accounts::Identifier;
use crate::catalogue::{Written, catalogue_lock};
use crate::db::{LIST, Row, Sql};
use crate::ids::NewId;
use crate::ratings::{Change, Counted, bar, helpful_score};
use crate::{Db, StoreError};
use bookplate_wire::reviews::notes::Notes;
use bookplate_wire::reviews::votes::Votes;
use bookplate_wire::{CustomerId, EditionId, Isbn, ReviewId, ShopId, WorkId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A review to be remembered as published. What is `None` the file does not say at all: that stays as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// What the file calls it: the same id is the same review, whatever else has changed.
    pub source_id: String,
    /// The edition it is about.
    pub isbn: Isbn,
    /// Tenths of a star, 5 to 50 in steps of 5.
    pub rating: u8,
    /// The title; may be empty.
    pub title: Option<String>,
    /// The text; may be empty.
    pub body: Option<String>,
    /// BCP 47 tag, or empty.
    pub language: Option<String>,
    /// The name under which it is shown.
    pub author: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When its author has changed it where the file comes from, in milliseconds since 1970 UTC.
    pub edited_at: Option<i64>,
    /// How many found it helpful, and how many said whether it is.
    pub votes: Option<Votes>,
    /// How many of these votes were given in a shop that has exported them: where that is this one, it has them.
    pub here: Votes,
    /// The shop's own id of the customer who has written it; may be empty.
    pub customer: Option<String>,
    /// The email address of who has written it; may be empty. It is not kept: a customer who is known by it at the
    /// moment is the author.
    pub email: String,
    /// The shop's answer; may be empty. One that was given here stays.
    pub answer: Option<String>,
    /// When that was given, in milliseconds since 1970 UTC.
    pub answered_at: Option<i64>,
    /// Whether its author received the book free or for a reward. Where that is known already, it stays.
    pub incentivised: bool,
    /// What its author says of the book besides.
    pub notes: Option<Notes>,
}

impl NewReview {
    /// The same, but nobody's.
    fn without_name(&self) -> Self {
        Self {
            author: String::new(),
            customer: Some(String::new()),
            email: String::new(),
            ..self.clone()
        }
    }

    fn counted(&self, verified: bool, photos: bool) -> Counted {
        Counted {
            rating: self.rating,
            language: language_primary(said(self.language.as_ref())),
            verified,
            photos,
        }
    }
}

/// What a file says, or nothing.
fn said(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
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
    /// What files have said, all of it.
    review: NewReview,
}

impl Known {
    /// What would stand in the database after the file's word for it: what it says nothing of stays, whatever the shop has
    /// said about the answer too, and what is known of a reward; votes that were given here are not the file's.
    fn after(&self, file: &NewReview, author: Option<&CustomerId>) -> NewReview {
        let known = &self.review;
        let of_file = |votes: &Votes| Votes {
            helpful: votes.helpful.saturating_sub(file.here.helpful),
            votes: votes.votes.saturating_sub(file.here.votes),
        };
        let mut after = NewReview {
            email: String::new(),
            title: file.title.clone().or_else(|| known.title.clone()),
            body: file.body.clone().or_else(|| known.body.clone()),
            language: file.language.clone().or_else(|| known.language.clone()),
            customer: file.customer.clone().or_else(|| known.customer.clone()),
            notes: file.notes.clone().or_else(|| known.notes.clone()),
            edited_at: file.edited_at.or(known.edited_at),
            votes: file.votes.as_ref().map(of_file).or(known.votes),
            here: Votes::default(),
            incentivised: file.incentivised || known.incentivised,
            ..file.clone()
        };
        if known.answered_at.is_some() || file.answer.is_none() {
            after.answer.clone_from(&known.answer);
            after.answered_at = known.answered_at;
        }
        // Whoever was found by an address is exported by the shop's own id.
        if said(known.customer.as_ref()).is_empty()
            && author.is_some()
            && author == self.author.as_ref()
        {
            after.customer = Some(String::new());
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
            .filter_map(|review| review.customer.as_deref())
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
        let sources: Vec<String> = batch.iter().map(|one| one.source_id.clone()).collect();
        let removed = removed_reviews(self, shop, &sources)?;
        let named = authors.values().chain(by_email.values());
        let are_already = known.values().filter_map(|known| known.author.as_ref());
        let mut own = Own::of(self, named.chain(are_already))?;
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
            let named = authors.get(said(review.customer.as_ref()));
            let mut change = |work: &WorkId, by: fn(&mut Change, &Counted), counted: &Counted| {
                by(changes.entry(work.clone()).or_default(), counted);
            };
            match known {
                None => {
                    change(&place.work, Change::add, &review.counted(false, false));
                    let id = ReviewId::new_id();
                    let author = named.or(by_email.get(&review.email));
                    let author = author.filter(|author| own.claim(author, &place.work, &id));
                    insert(self, shop, (&id, review), place, author)?;
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
                    let author = author.filter(|author| own.claim(author, &place.work, &old.id));
                    let review = &old.after(review, named);
                    if old.review == *review && known == author {
                        done.written.unchanged += 1;
                        continue;
                    }
                    // Nobody's review is a customer's who has bought the book; whose it is now is looked at later.
                    let verified = old.verified && author.is_some();
                    if old.is_published {
                        let before = old.review.counted(old.verified, old.photos);
                        change(&old.work, Change::remove, &before);
                        let after = review.counted(verified, old.photos);
                        change(&place.work, Change::add, &after);
                    }
                    update(self, &old, review, place, (author, verified))?;
                    match author {
                        _ if !old.photos => {}
                        Some(author) => self.give_photos_to(author)?,
                        None => self.disown_photos(&old.id)?,
                    }
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

/// Which review of a work is a customer's own: there is one, however many a file names the customer in. The others are
/// nobody's, or one purchase would stand behind any number of reviews.
struct Own {
    reviews: HashMap<(CustomerId, WorkId), ReviewId>,
}

impl Own {
    /// Those that there are already.
    fn of<'c>(
        db: &mut Db,
        customers: impl Iterator<Item = &'c CustomerId>,
    ) -> Result<Self, StoreError> {
        let customers: BTreeSet<&CustomerId> = customers.collect();
        let customers: Vec<&CustomerId> = customers.into_iter().collect();
        let mut reviews = HashMap::new();
        for chunk in customers.chunks(LIST) {
            let mut sql =
                Sql::new("SELECT customer_id, work_id, id FROM reviews WHERE customer_id IN (");
            sql.bind_all(chunk.iter().copied())
                .push(") ORDER BY created_at, id");
            for row in sql.rows(db)? {
                let of = (row.get("customer_id")?, row.get("work_id")?);
                reviews.entry(of).or_insert(row.get("id")?);
            }
        }
        Ok(Self { reviews })
    }

    /// Makes a review the customer's own, unless another one of the work is.
    fn claim(&mut self, customer: &CustomerId, work: &WorkId, review: &ReviewId) -> bool {
        let of = (customer.clone(), work.clone());
        self.reviews.entry(of).or_insert_with(|| review.clone()) == review
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
             r.language, r.author, r.created_at, r.edited_at, r.verified, r.photos, r.helpful, r.votes, \
             r.filed_helpful, r.filed_votes, r.incentivised, r.notes, r.customer, r.let_go, r.status, r.version, e.isbn \
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
pub(super) fn removed_reviews(
    db: &mut Db,
    shop: &ShopId,
    batch: &[String],
) -> Result<HashSet<String>, StoreError> {
    let mut removed = HashSet::new();
    for chunk in batch.chunks(LIST) {
        let mut sql = Sql::new("SELECT source_id FROM removed_reviews WHERE shop_id = ");
        sql.bind(shop)
            .push(" AND source_id IN (")
            .bind_all(chunk)
            .push(")");
        removed.extend(sql.values::<String>(db)?);
    }
    Ok(removed)
}

fn known_of(row: &Row) -> Result<Known, StoreError> {
    let filed = Votes {
        helpful: row.get("filed_helpful")?,
        votes: row.get("filed_votes")?,
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
        votes: Votes {
            helpful: helpful.saturating_sub(filed.helpful),
            votes: all.saturating_sub(filed.votes),
        },
        review: NewReview {
            source_id: row.get("source_id")?,
            isbn: row.get("isbn")?,
            rating: row.get("rating")?,
            title: Some(row.get("title")?),
            body: Some(row.get("body")?),
            language: Some(row.get("language")?),
            author: row.get("author")?,
            created_at: row.get("created_at")?,
            edited_at: row.get("edited_at")?,
            votes: Some(filed),
            here: Votes::default(),
            customer: Some(row.get("customer")?),
            email: String::new(),
            answer: Some(row.get("answer")?),
            answered_at: row.get("answered_at")?,
            incentivised: row.get("incentivised")?,
            notes: Some(notes_of(row, "notes")?),
        },
    })
}

fn insert(
    db: &mut Db,
    shop: &ShopId,
    (id, review): (&ReviewId, &NewReview),
    place: &Place,
    author: Option<&CustomerId>,
) -> Result<(), StoreError> {
    let sql = Sql::new(
        "INSERT INTO reviews (work_id, edition_id, title, body, search_text, language, \
         language_primary, author, rating, low_rating, stars, created_at, edited_at, helpful, votes, \
         helpful_score, filed_helpful, filed_votes, customer, answer, answered_at, notes, customer_id, verified, \
         id, shop_id, source_id, status, version, let_go, photos) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
         $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, 'published', 0, 0, 0)",
    );
    with_columns(sql, review, place, Votes::default())
        .arg(author)
        .arg(false)
        .arg(id)
        .arg(shop)
        .arg(&review.source_id)
        .run(db)?;
    if review.incentivised {
        db.label(id)?;
    }
    Ok(())
}

fn update(
    db: &mut Db,
    old: &Known,
    review: &NewReview,
    place: &Place,
    (author, verified): (Option<&CustomerId>, bool),
) -> Result<(), StoreError> {
    let sql = Sql::new(
        "UPDATE reviews SET work_id = $1, edition_id = $2, title = $3, body = $4, search_text = $5, \
         language = $6, language_primary = $7, author = $8, rating = $9, low_rating = $10, \
         stars = $11, created_at = $12, edited_at = $13, helpful = $14, votes = $15, helpful_score = $16, \
         filed_helpful = $17, filed_votes = $18, customer = $19, answer = $20, answered_at = $21, notes = $22, \
         customer_id = $23, verified = $24 WHERE id = $25",
    );
    with_columns(sql, review, place, old.votes)
        .arg(author)
        .arg(verified)
        .arg(&old.id)
        .run(db)?;
    if review.incentivised {
        db.label(&old.id)?;
    }
    Ok(())
}

/// The values of the columns that both inserting and updating write, in their order there. `here` are the votes that
/// were given here.
fn with_columns(sql: Sql, review: &NewReview, place: &Place, here: Votes) -> Sql {
    let [title, body, language, customer, answer] = [
        &review.title,
        &review.body,
        &review.language,
        &review.customer,
        &review.answer,
    ]
    .map(|text| said(text.as_ref()));
    let filed = review.votes.unwrap_or_default();
    let (helpful, votes) = (filed.helpful + here.helpful, filed.votes + here.votes);
    sql.arg(&place.work)
        .arg(&place.edition)
        .arg(title)
        .arg(body)
        .arg(search_text(title, body))
        .arg(language)
        .arg(language_primary(language))
        .arg(&review.author)
        .arg(review.rating)
        .arg(-i64::from(review.rating))
        .arg(bar(review.rating))
        .arg(review.created_at)
        .arg(review.edited_at)
        .arg(helpful)
        .arg(votes)
        .arg(helpful_score(helpful, votes))
        .arg(filed.helpful)
        .arg(filed.votes)
        .arg(customer)
        .arg(answer)
        .arg(review.answered_at)
        .arg(review.notes.as_ref().map(kept_notes).unwrap_or_default())
}
