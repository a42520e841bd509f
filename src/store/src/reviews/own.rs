//! What customers do with their own reviews: write, change, read and delete them.

use super::holds::Circumstances;
use super::notes::notes_of;
use super::purchases::{Of, mark};
use super::versions::{Review, State, Version, language_primary, search_text};
use crate::catalogue::{catalogue_lock, touch};
use crate::db::{Row, Sql};
use crate::ids::NewId;
use crate::points::TakenAwayBy;
use crate::ratings::{Change, Counted, bar};
use crate::{Db, StoreError, now};
use bookplate_wire::reviews::ReviewedEdition;
use bookplate_wire::reviews::writing::{OwnReview, Reason, ReviewState, ReviewText, Subject};
use bookplate_wire::{CustomerId, EditionId, Isbn, ReviewId, ShopId, WorkId};
use std::collections::BTreeMap;

/// Why a review was not written; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteRefusal {
    /// The shop has no such book.
    NoBook,
    /// The customer has one of this work.
    Exists(ReviewId),
    /// There is no such customer any more.
    NoCustomer,
    /// The customer has no such review.
    NoReview,
    /// The customer has written this review anew as often as a day allows.
    TooOften,
    /// The photo at this position is not the customer's, or is another review's.
    NoPhoto(usize),
}

impl Db {
    /// Writes a customer's review of a book, by a text that was checked ([`ReviewText::checked`]). It waits for somebody to
    /// look at it where the shop, or what is `told` of it, gives a reason. After a refusal the unit of work has to be
    /// given up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn write_review(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        isbn: Isbn,
        mut text: ReviewText,
        mut told: Circumstances,
    ) -> Result<Result<ReviewId, WriteRefusal>, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        if !self.is_customer_of(shop, customer)? {
            return Ok(Err(WriteRefusal::NoCustomer));
        }
        let place = Sql::new("SELECT id, work_id FROM editions WHERE shop_id = $1 AND isbn = $2")
            .arg(shop)
            .arg(&isbn)
            .row(self)?;
        let Some(place) = place else {
            return Ok(Err(WriteRefusal::NoBook));
        };
        let (edition, work): (EditionId, WorkId) = (place.get("id")?, place.get("work_id")?);
        let known =
            Sql::new("SELECT id FROM reviews WHERE customer_id = $1 AND work_id = $2 LIMIT 1")
                .arg(customer)
                .arg(&work)
                .value(self)?;
        if let Some(id) = known {
            return Ok(Err(WriteRefusal::Exists(id)));
        }
        if self.was_labelled(customer, &work)? {
            text.incentivised = true;
            told.incentivised = true;
        }
        let id = ReviewId::new_id();
        if let Err(at) = self.claim_photos(customer, &id, &text.photos)? {
            return Ok(Err(WriteRefusal::NoPhoto(at)));
        }
        let version = Version {
            number: 1,
            state: State::Pending,
            written_at: now(),
            text,
            reason: None,
            note: String::new(),
        };
        insert(self, shop, customer, (&id, &edition, &work), &version)?;
        if version.text.incentivised {
            self.label(&id)?;
        }
        self.insert_version(shop, &id, &edition, &version)?;
        let mut changes = BTreeMap::new();
        mark(self, "id", &[&id.to_string()], &mut changes)?;
        self.note_purchases(shop, Of::Customer, [customer])?;
        let holds = self.holds(shop, &id, (&edition, &work), told, true)?;
        self.note_holds(&id, version.number, &holds)?;
        if holds.is_empty()
            && self.shows_at_once(shop, customer, &work)?
            && let Some(review) = self.review_with_latest(shop, &id)?
        {
            self.show_latest(&review, &mut changes)?;
            self.give_reward(shop, &review)?;
        }
        self.apply(changes)?;
        Ok(Ok(id))
    }

    /// Writes another version of a customer's own review. The same text again changes nothing. After a refusal the unit
    /// of work has to be given up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn rewrite_review(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        id: &ReviewId,
        mut text: ReviewText,
        mut told: Circumstances,
    ) -> Result<Result<(), WriteRefusal>, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let Some(mut review) = own(self, shop, customer, id)? else {
            return Ok(Err(WriteRefusal::NoReview));
        };
        let labelled = review.latest.text.incentivised;
        text.incentivised |= labelled;
        if review.latest.text == text && review.latest.state != State::HandedOver {
            return Ok(Ok(()));
        }
        if self.is_written_too_often(id)? {
            return Ok(Err(WriteRefusal::TooOften));
        }
        if let Err(at) = self.claim_photos(customer, id, &text.photos)? {
            return Ok(Err(WriteRefusal::NoPhoto(at)));
        }
        told.incentivised |= labelled;
        let holds = self.holds(shop, id, (&review.edition, &review.work), told, false)?;
        let at_once = holds.is_empty()
            && !review.is_held()
            && self.shows_at_once(shop, customer, &review.work)?;
        self.add_version(shop, &mut review, text)?;
        if review.latest.text.incentivised && self.label(id)? {
            touch(self, &review.work)?;
        }
        self.note_holds(id, review.latest.number, &holds)?;
        if at_once {
            let mut changes = BTreeMap::new();
            self.show_latest(&review, &mut changes)?;
            self.give_reward(shop, &review)?;
            self.apply(changes)?;
        }
        Ok(Ok(()))
    }

    /// Deletes a customer's own review with all its versions; whether there was such a review.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_review(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        id: &ReviewId,
    ) -> Result<bool, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let Some(review) = own(self, shop, customer, id)? else {
            return Ok(false);
        };
        let mut changes = BTreeMap::new();
        self.take_reward(shop, &review, TakenAwayBy::Author)?;
        self.remove_review(&review, &mut changes)?;
        self.apply(changes)?;
        Ok(true)
    }

    /// Deletes a review; importing the file again that it came from does not bring it back.
    fn remove_review(
        &mut self,
        review: &Review,
        changes: &mut BTreeMap<WorkId, Change>,
    ) -> Result<(), StoreError> {
        self.hide(review, changes)?;
        self.forget_photos(&review.id)?;
        self.remember_label(review)?;
        for statement in [
            "INSERT INTO removed_reviews (shop_id, source_id) SELECT shop_id, source_id FROM reviews \
             WHERE id = $1 ON CONFLICT (shop_id, source_id) DO NOTHING",
            "DELETE FROM review_versions WHERE review_id = $1",
            "DELETE FROM review_holds WHERE review_id = $1",
            "DELETE FROM review_votes WHERE review_id = $1",
            "DELETE FROM review_reports WHERE review_id = $1",
            "DELETE FROM reviews WHERE id = $1",
        ] {
            Sql::new(statement).arg(&review.id).run(self)?;
        }
        Ok(())
    }

    /// All of a customer's reviews, or the one of a work, the latest first.
    ///
    /// The days are left empty, because they depend on the shop's time zone, and no subject is asked for: the caller knows when
    /// to.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn own_reviews(
        &mut self,
        customer: &CustomerId,
        work: Option<&WorkId>,
    ) -> Result<Vec<OwnReview>, StoreError> {
        self.read_own_reviews(customer, work, None)
    }

    /// A customer's latest reviews, at most `limit` of them, as [`Db::own_reviews`] gives them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn latest_own_reviews(
        &mut self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<OwnReview>, StoreError> {
        self.read_own_reviews(customer, None, Some(limit))
    }

    /// How many reviews a customer has written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn count_own_reviews(&mut self, customer: &CustomerId) -> Result<u32, StoreError> {
        let count = Sql::new("SELECT COUNT(*) FROM reviews WHERE customer_id = $1")
            .arg(customer)
            .value(self)?;
        Ok(count.unwrap_or_default())
    }

    fn read_own_reviews(
        &mut self,
        customer: &CustomerId,
        work: Option<&WorkId>,
        limit: Option<u32>,
    ) -> Result<Vec<OwnReview>, StoreError> {
        let mut sql = Sql::new(
            "SELECT r.id, r.status, r.answer, r.version AS shown_version, r.created_at, r.incentivised, COALESCE(v.version, 0) AS version, \
             CASE v.subject WHEN 'delivery' THEN 'handed_over' \
             ELSE COALESCE(v.state, 'approved') END AS state, COALESCE(v.subject, '') AS subject, COALESCE(v.reason, '') AS reason, \
             COALESCE(v.note, '') AS note, COALESCE(v.rating, r.rating) AS rating, \
             COALESCE(v.title, r.title) AS title, COALESCE(v.body, r.body) AS body, \
             COALESCE(v.author, r.author) AS author, COALESCE(v.language, r.language) AS language, COALESCE(v.notes, r.notes) AS notes, \
             e.isbn, e.title AS book, e.format, e.language AS edition_language, e.published_on \
             FROM reviews r JOIN editions e ON e.id = r.edition_id LEFT JOIN review_versions v \
             ON v.review_id = r.id AND v.version = (SELECT MAX(l.version) FROM review_versions l \
             WHERE l.review_id = r.id) WHERE r.customer_id = ",
        );
        sql.bind(customer);
        if let Some(work) = work {
            sql.push(" AND r.work_id = ").bind(work);
        }
        sql.push(" ORDER BY r.created_at DESC, r.id DESC");
        if let Some(limit) = limit {
            sql.push(" LIMIT ").bind(limit);
        }
        let rows = sql.rows(self)?;
        let mut reviews = rows
            .iter()
            .map(own_review_of)
            .collect::<Result<Vec<_>, _>>()?;
        let mut photos = self.own_photos(customer)?;
        for review in &mut reviews {
            review.photos = photos.remove(&review.id).unwrap_or_default();
        }
        Ok(reviews)
    }

    /// What becomes of a customer's reviews when the customer goes. Whoever calls this has locked the catalogue.
    pub(crate) fn let_go_of_reviews(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        keep: bool,
    ) -> Result<(), StoreError> {
        self.forget_all_photos(customer)?;
        let ids: Vec<ReviewId> = Sql::new("SELECT id FROM reviews WHERE customer_id = $1")
            .arg(customer)
            .values(self)?;
        let mut changes: BTreeMap<WorkId, Change> = BTreeMap::new();
        for id in &ids {
            let Some(review) = self.review_with_latest(shop, id)? else {
                continue;
            };
            if !keep || !review.is_published {
                self.remove_review(&review, &mut changes)?;
                continue;
            }
            // Caches are told that something has changed, also where all figures stay as they are. Only what readers see
            // stays, and of that not the photos, which can show a person: earlier versions and what waits are nobody's
            // business any more.
            self.forget_photos(id)?;
            let change = changes.entry(review.work.clone()).or_default();
            change.remove(&review.counted);
            change.add(&Counted {
                photos: false,
                ..review.counted.clone()
            });
            for statement in [
                "UPDATE reviews SET author = '', customer = '', customer_id = NULL, let_go = 1, photos = 0 \
                 WHERE id = $1",
                "DELETE FROM review_versions WHERE review_id = $1 AND version <> \
                 (SELECT r.version FROM reviews r WHERE r.id = $1)",
                "UPDATE review_versions SET author = '' WHERE review_id = $1",
                "DELETE FROM review_holds WHERE review_id = $1",
            ] {
                Sql::new(statement).arg(id).run(self)?;
            }
        }
        Sql::new("DELETE FROM review_labels WHERE customer_id = $1")
            .arg(customer)
            .run(self)?;
        self.apply(changes)
    }

    /// Gives a customer the reviews that a file has said are by whom the shop calls `external_id`.
    pub(crate) fn adopt_reviews(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        external_id: &str,
    ) -> Result<(), StoreError> {
        // One review of a work is the customer's own: the first, where the file has several, and none of them where the
        // customer has one already.
        let adopted = Sql::new(
            "UPDATE reviews SET customer_id = $1 WHERE shop_id = $2 AND customer = $3 \
             AND customer <> '' AND customer_id IS NULL \
             AND NOT EXISTS (SELECT 1 FROM reviews o WHERE o.customer_id = $1 AND o.work_id = reviews.work_id) \
             AND NOT EXISTS (SELECT 1 FROM reviews f WHERE f.shop_id = $2 AND f.customer = $3 \
             AND f.customer_id IS NULL AND f.work_id = reviews.work_id \
             AND (f.created_at, f.id) < (reviews.created_at, reviews.id))",
        )
        .arg(customer)
        .arg(shop)
        .arg(external_id)
        .run(self)?;
        if adopted == 0 {
            return Ok(());
        }
        self.give_photos_to(customer)?;
        self.note_purchases(shop, Of::Customer, [customer])
    }
}

/// A review, if it is this customer's.
pub(super) fn own(
    db: &mut Db,
    shop: &ShopId,
    customer: &CustomerId,
    id: &ReviewId,
) -> Result<Option<Review>, StoreError> {
    let review = db.review_with_latest(shop, id)?;
    Ok(review.filter(|review| review.author.as_ref() == Some(customer)))
}

/// A new review, which readers do not see yet.
fn insert(
    db: &mut Db,
    shop: &ShopId,
    customer: &CustomerId,
    (id, edition, work): (&ReviewId, &EditionId, &WorkId),
    version: &Version,
) -> Result<(), StoreError> {
    let text = &version.text;
    Sql::new(
        "INSERT INTO reviews (id, shop_id, work_id, edition_id, source_id, customer, customer_id, let_go, \
         status, version, rating, low_rating, stars, title, body, search_text, language, \
         language_primary, author, created_at, verified, photos, helpful, votes, helpful_score, answer) \
         VALUES ($1, $2, $3, $4, $1, '', $5, 0, 'held', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
         0, 0, 0, 0, 0, '')",
    )
    .arg(id)
    .arg(shop)
    .arg(work)
    .arg(edition)
    .arg(customer)
    .arg(version.number)
    .arg(text.rating)
    .arg(-i64::from(text.rating))
    .arg(bar(text.rating))
    .arg(&text.title)
    .arg(&text.body)
    .arg(search_text(&text.title, &text.body))
    .arg(&text.language)
    .arg(language_primary(&text.language))
    .arg(&text.author)
    .arg(version.written_at)
    .run(db)
    .map(drop)
}

/// The edition in a row with `isbn`, `format`, `edition_language` and `published_on`.
pub(super) fn edition_of(row: &Row) -> Result<ReviewedEdition, StoreError> {
    let published_on: String = row.get("published_on")?;
    Ok(ReviewedEdition {
        isbn: row.get("isbn")?,
        format: row.get("format")?,
        language: row.get("edition_language")?,
        year: published_on.get(..4).unwrap_or_default().to_owned(),
    })
}

fn own_review_of(row: &Row) -> Result<OwnReview, StoreError> {
    let published = super::purchases::is_published(row)?;
    let (shown, version): (u32, u32) = (row.get("shown_version")?, row.get("version")?);
    let shows_latest = published && shown == version;
    let state = State::from_word(&row.get::<String>("state")?)?.told(shows_latest);
    let objected = matches!(state, ReviewState::Changes | ReviewState::Refused);
    Ok(OwnReview {
        id: row.get("id")?,
        version,
        isbn: row.get("isbn")?,
        edition: edition_of(row)?,
        book: row.get("book")?,
        rating: row.get("rating")?,
        title: row.get("title")?,
        body: row.get("body")?,
        author: row.get("author")?,
        language: row.get("language")?,
        incentivised: row.get("incentivised")?,
        notes: notes_of(row, "notes")?,
        created_at: row.get("created_at")?,
        created_on: String::new(),
        photos: Vec::new(),
        state,
        earlier_shown: published && !shows_latest,
        reason: Reason::from_word(&row.get::<String>("reason")?).filter(|_| objected),
        note: if objected {
            row.get("note")?
        } else {
            String::new()
        },
        answer: row.get("answer")?,
        subject: Subject::from_word(&row.get::<String>("subject")?),
        asks_subject: false,
    })
}
