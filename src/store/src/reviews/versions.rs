//! The versions of a review, and which of them readers see.

use super::notes::{kept_notes, notes_of};
use super::purchases::is_published;
use crate::db::{Row, Sql};
use crate::points::RewardedReview;
use crate::ratings::{Change, Counted, bar};
use crate::settings::moderation_of;
use crate::text::fold;
use crate::{Db, StoreError, now};
use bookplate_wire::privacy::WrittenVersion;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::writing::{Moderation, Reason, ReviewState, ReviewText};
use bookplate_wire::{CustomerId, EditionId, ReviewId, ShopId, WorkId};
use std::collections::BTreeMap;

/// What has become of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Somebody of the staff still has to decide.
    Pending,
    /// Readers may see it.
    Approved,
    /// The author is asked for another one.
    Changes,
    /// Readers may not see it.
    Refused,
    /// The author has written another one before anybody has decided.
    Replaced,
    /// The author has handed it over to the shop, because it is about delivery. In the database it is 'replaced', with that
    /// subject.
    HandedOver,
}

impl State {
    const ALL: [Self; 6] = [
        Self::Pending,
        Self::Approved,
        Self::Changes,
        Self::Refused,
        Self::Replaced,
        Self::HandedOver,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Changes => "changes",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
            Self::HandedOver => "handed_over",
        }
    }

    pub(super) fn from_word(word: &str) -> Result<Self, StoreError> {
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.as_str() == word)
            .ok_or(StoreError::Corrupt("review_versions.state"))
    }

    /// As people are told, of a version that readers see or do not see.
    pub(super) fn told(self, shown: bool) -> ReviewState {
        match self {
            _ if shown => ReviewState::Published,
            Self::Changes => ReviewState::Changes,
            Self::Refused => ReviewState::Refused,
            Self::HandedOver => ReviewState::HandedOver,
            Self::Pending | Self::Approved | Self::Replaced => ReviewState::Pending,
        }
    }
}

/// A review with its latest version, as it stands in the database.
pub(super) struct Review {
    pub(super) id: ReviewId,
    pub(super) work: WorkId,
    pub(super) edition: EditionId,
    pub(super) author: Option<CustomerId>,
    /// The version that readers see, or that was the last they saw.
    pub(super) shown_version: u32,
    /// Whether they see it now.
    pub(super) is_published: bool,
    pub(super) counted: Counted,
    pub(super) latest: Version,
}

/// A version of a review.
pub(super) struct Version {
    /// From 1; 0 for a review that came from a file and has never been touched.
    pub(super) number: u32,
    pub(super) state: State,
    pub(super) written_at: i64,
    pub(super) text: ReviewText,
    pub(super) reason: Option<Reason>,
    pub(super) note: String,
}

impl Review {
    /// Whether somebody has to look at the latest version first, or at what follows it.
    pub(super) fn is_held(&self) -> bool {
        match self.latest.state {
            State::Pending => !self.shows_latest(),
            State::HandedOver => true,
            State::Approved | State::Changes | State::Refused | State::Replaced => false,
        }
    }

    /// What points for it need to know; nothing where it is nobody's any more.
    pub(super) fn rewarded(&self) -> Option<RewardedReview<'_>> {
        Some(RewardedReview {
            id: &self.id,
            author: self.author.as_ref()?,
            work: &self.work,
            edition: &self.edition,
        })
    }

    /// Whether readers see the latest version.
    pub(super) fn shows_latest(&self) -> bool {
        self.is_published && self.shown_version == self.latest.number
    }
}

/// The columns that [`review_of`] reads.
const COLUMNS: &str = "SELECT r.id, r.work_id, r.edition_id, r.customer_id, r.version AS shown_version, r.status, \
    r.verified, r.incentivised, r.notes, r.photos, r.rating, r.language_primary, r.created_at, r.title, r.body, r.author, r.language, \
    v.version, CASE v.subject WHEN 'delivery' THEN 'handed_over' ELSE v.state END AS state, v.written_at, v.rating AS new_rating, v.title AS new_title, v.body AS new_body, \
    v.author AS new_author, v.language AS new_language, v.notes AS new_notes, v.reason, v.note \
    FROM reviews r LEFT JOIN review_versions v ON v.review_id = r.id \
    AND v.version = (SELECT MAX(l.version) FROM review_versions l WHERE l.review_id = r.id)";

impl Db {
    /// All that a customer has ever written of reviews that there are, the latest first.
    pub(crate) fn versions_by(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<WrittenVersion>, StoreError> {
        let rows = Sql::new(
            "SELECT v.review_id, v.version, v.rating, v.title, v.body, v.author, v.language, v.notes, \
             v.written_at, r.incentivised \
             FROM review_versions v JOIN reviews r ON r.id = v.review_id WHERE r.customer_id = $1 \
             ORDER BY v.written_at DESC, v.review_id, v.version DESC",
        )
        .arg(customer)
        .rows(self)?;
        let mut written = Vec::with_capacity(rows.len());
        for row in &rows {
            let (review, version) = (row.get("review_id")?, row.get("version")?);
            let photos = self.version_photos(&review)?.remove(&version);
            written.push(WrittenVersion {
                text: ReviewText {
                    photos: photos.iter().flatten().map(Photo::chosen).collect(),
                    ..text_of(row)?
                },
                review,
                version,
                written_at: row.get("written_at")?,
            });
        }
        Ok(written)
    }

    /// A review of a shop with its latest version.
    pub(super) fn review_with_latest(
        &mut self,
        shop: &ShopId,
        id: &ReviewId,
    ) -> Result<Option<Review>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push(" WHERE r.id = ")
            .bind(id)
            .push(" AND r.shop_id = ")
            .bind(shop);
        let Some(row) = sql.row(self)? else {
            return Ok(None);
        };
        let mut review = review_of(&row)?;
        let mut photos = self.version_photos(id)?;
        let photos = photos.remove(&review.latest.number).unwrap_or_default();
        review.latest.text.photos = photos.iter().map(Photo::chosen).collect();
        Ok(Some(review))
    }

    /// Writes the next version of a review, which then waits for a decision. Before the first one of a review that
    /// came from a file, what the file had is kept as version 1.
    pub(super) fn add_version(
        &mut self,
        shop: &ShopId,
        review: &mut Review,
        text: ReviewText,
    ) -> Result<(), StoreError> {
        self.keep_first(shop, review)?;
        Sql::new(
            "UPDATE review_versions SET state = 'replaced' WHERE review_id = $1 AND state = 'pending'",
        )
        .arg(&review.id)
        .run(self)?;
        let version = Version {
            number: review.latest.number + 1,
            state: State::Pending,
            written_at: now(),
            text,
            reason: None,
            note: String::new(),
        };
        self.insert_version(shop, &review.id, &review.edition, &version)?;
        review.latest = version;
        Ok(())
    }

    /// Gives a review that came from a file its version 1.
    pub(super) fn keep_first(
        &mut self,
        shop: &ShopId,
        review: &mut Review,
    ) -> Result<(), StoreError> {
        if review.latest.number > 0 {
            return Ok(());
        }
        review.latest.number = 1;
        review.shown_version = 1;
        self.insert_version(shop, &review.id, &review.edition, &review.latest)?;
        // What readers have reported is that very text.
        for statement in [
            "UPDATE reviews SET version = 1 WHERE id = $1",
            "UPDATE review_reports SET version = 1 WHERE review_id = $1 AND version = 0",
        ] {
            Sql::new(statement).arg(&review.id).run(self)?;
        }
        Ok(())
    }

    pub(super) fn insert_version(
        &mut self,
        shop: &ShopId,
        review: &ReviewId,
        edition: &EditionId,
        version: &Version,
    ) -> Result<(), StoreError> {
        let text = &version.text;
        Sql::new(
            "INSERT INTO review_versions (review_id, version, shop_id, state, edition_id, rating, title, \
             body, language, author, written_at, reason, note, notes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .arg(review)
        .arg(version.number)
        .arg(shop)
        .arg(version.state.as_str())
        .arg(edition)
        .arg(text.rating)
        .arg(&text.title)
        .arg(&text.body)
        .arg(&text.language)
        .arg(&text.author)
        .arg(version.written_at)
        .arg(version.reason.map_or("", Reason::as_str))
        .arg(&version.note)
        .arg(kept_notes(&text.notes))
        .run(self)?;
        self.insert_version_photos(review, version)
    }

    /// Whether what a customer writes of a work is shown at once. After somebody of the staff has objected, somebody looks
    /// first, however often it is written anew.
    pub(super) fn shows_at_once(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        work: &WorkId,
    ) -> Result<bool, StoreError> {
        let row = Sql::new(
            "SELECT s.moderation, (SELECT COUNT(*) FROM review_objections o WHERE o.customer_id = $1 \
             AND o.work_id = $2) AS objections FROM shops s WHERE s.id = $3",
        )
        .arg(customer)
        .arg(work)
        .arg(shop)
        .row(self)?;
        let Some(row) = row else { return Ok(false) };
        let objections: u32 = row.get("objections")?;
        Ok(moderation_of(&row)? == Moderation::After && objections == 0)
    }

    /// Lets readers see the latest version of a review from now on.
    pub(super) fn show_latest(
        &mut self,
        review: &Review,
        changes: &mut BTreeMap<WorkId, Change>,
    ) -> Result<(), StoreError> {
        let text = &review.latest.text;
        let counted = Counted {
            rating: text.rating,
            language: language_primary(&text.language),
            photos: !text.photos.is_empty(),
            ..review.counted.clone()
        };
        let change = changes.entry(review.work.clone()).or_default();
        if review.is_published {
            change.remove(&review.counted);
        }
        change.add(&counted);
        let edited_at = (review.latest.number > 1).then_some(review.latest.written_at);
        Sql::new(
            "UPDATE reviews SET status = 'published', version = $1, rating = $2, low_rating = $3, \
             stars = $4, title = $5, body = $6, search_text = $7, language = $8, language_primary = $9, \
             author = $10, edited_at = $11, photos = $12, notes = $13 WHERE id = $14",
        )
        .arg(review.latest.number)
        .arg(text.rating)
        .arg(-i64::from(text.rating))
        .arg(bar(text.rating))
        .arg(&text.title)
        .arg(&text.body)
        .arg(search_text(&text.title, &text.body))
        .arg(&text.language)
        .arg(counted.language)
        .arg(&text.author)
        .arg(edited_at)
        .arg(text.photos.len() as i64)
        .arg(kept_notes(&text.notes))
        .arg(&review.id)
        .run(self)
        .map(drop)
    }

    /// Lets readers not see a review any more.
    pub(super) fn hide(
        &mut self,
        review: &Review,
        changes: &mut BTreeMap<WorkId, Change>,
    ) -> Result<(), StoreError> {
        if !review.is_published {
            return Ok(());
        }
        let change = changes.entry(review.work.clone()).or_default();
        change.remove(&review.counted);
        Sql::new("UPDATE reviews SET status = 'held' WHERE id = $1")
            .arg(&review.id)
            .run(self)
            .map(drop)
    }

    /// Writes changes of works' figures; ordered, so that everybody locks the works in the same order.
    pub(super) fn apply(&mut self, changes: BTreeMap<WorkId, Change>) -> Result<(), StoreError> {
        for (work, change) in changes {
            change.apply(self, &work)?;
        }
        Ok(())
    }
}

/// What was written, without its photos, which are in rows of their own.
fn text_of(row: &Row) -> Result<ReviewText, StoreError> {
    Ok(ReviewText {
        rating: row.get("rating")?,
        title: row.get("title")?,
        body: row.get("body")?,
        author: row.get("author")?,
        language: row.get("language")?,
        photos: Vec::new(),
        incentivised: row.get("incentivised")?,
        notes: notes_of(row, "notes")?,
    })
}

/// Without its photos, which are in rows of their own.
fn review_of(row: &Row) -> Result<Review, StoreError> {
    let number: Option<u32> = row.get("version")?;
    let latest = match number {
        Some(number) => Version {
            number,
            state: State::from_word(&row.get::<String>("state")?)?,
            written_at: row.get("written_at")?,
            text: ReviewText {
                rating: row.get("new_rating")?,
                title: row.get("new_title")?,
                body: row.get("new_body")?,
                author: row.get("new_author")?,
                language: row.get("new_language")?,
                photos: Vec::new(),
                incentivised: row.get("incentivised")?,
                notes: notes_of(row, "new_notes")?,
            },
            reason: Reason::from_word(&row.get::<String>("reason")?),
            note: row.get("note")?,
        },
        None => Version {
            number: 0,
            state: State::Approved,
            written_at: row.get("created_at")?,
            text: text_of(row)?,
            reason: None,
            note: String::new(),
        },
    };
    Ok(Review {
        id: row.get("id")?,
        work: row.get("work_id")?,
        edition: row.get("edition_id")?,
        author: row.get("customer_id")?,
        shown_version: row.get("shown_version")?,
        is_published: is_published(row)?,
        counted: Counted::of(row)?,
        latest,
    })
}

/// By what one filters: the primary subtag.
pub(super) fn language_primary(language: &str) -> String {
    let primary = language.split('-').next().unwrap_or_default();
    primary.to_ascii_lowercase()
}

/// In what one searches.
pub(super) fn search_text(title: &str, body: &str) -> String {
    fold(&format!("{title}\n{body}"))
}
