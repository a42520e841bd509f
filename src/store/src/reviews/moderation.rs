//! What the staff looks at and decides, and the log of that.

use super::own::edition_of;
use super::purchases::is_published;
use super::versions::{Review, State};
use crate::audit::{Actor, fields_of};
use crate::catalogue::{catalogue_lock, touch};
use crate::db::{Row, Sql};
use crate::ids::{new_digits, now};
use crate::notifications::{Message, To};
use crate::ratings::{Change, bar};
use crate::{Db, StoreError};
use bookplate_wire::audit::Action;
use bookplate_wire::reviews::holds::HoldReason;
use bookplate_wire::reviews::moderation::{
    Decided, Decision, EarlierVersion, ModeratedReview, ModerationPage, NewDecision, PastDecision,
    Queue, Report,
};
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{ReviewId, ShopId, StaffId, WorkId};
use std::collections::BTreeMap;

/// Over how long the share of refusals is told, in milliseconds.
const DECIDED_WITHIN: i64 = 90 * 24 * 3_600_000;

/// How many decisions about a review are told.
const DECISIONS_SHOWN: u32 = 50;

/// Why nothing was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionRefusal {
    /// The position of the decision at fault.
    pub at: usize,
    /// What is wrong with it.
    pub fault: DecisionFault,
}

/// What is wrong with a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionFault {
    /// The shop has no such review.
    NoReview,
    /// The review has another version by now, or a colleague has decided.
    Changed,
}

/// Narrows a list to reviews whose latest version waits for a reason, which follows.
const HELD_FOR: &str = " AND EXISTS (SELECT 1 FROM review_holds h WHERE h.review_id = w.review_id \
    AND h.version = (SELECT MAX(l.version) FROM review_versions l WHERE l.review_id = w.review_id) AND h.reason = ";

/// What a page of the staff's begins with: one row a review, with `place`, by which the list is ordered.
fn list(queue: Queue) -> (&'static str, &'static str) {
    match queue {
        Queue::Waiting => (
            "SELECT w.review_id AS id, w.written_at AS place FROM review_versions w \
             WHERE w.state = 'pending' AND w.shop_id = ",
            " ORDER BY w.written_at, w.review_id LIMIT ",
        ),
        Queue::Reported => (
            "SELECT w.review_id AS id, MIN(w.reported_at) AS place FROM review_reports w \
             WHERE w.settled_at IS NULL AND w.shop_id = ",
            " ORDER BY MIN(w.reported_at), w.review_id LIMIT ",
        ),
        Queue::All => (
            "SELECT w.review_id AS id, w.created_at AS place \
             FROM (SELECT id AS review_id, shop_id, created_at FROM reviews) w WHERE w.shop_id = ",
            " ORDER BY w.created_at DESC, w.review_id DESC LIMIT ",
        ),
    }
}

/// Where a page begins: `place` and id of the last review of the one before, as `1700000000000.rev_…`.
fn place_of(cursor: &str) -> Result<(i64, ReviewId), StoreError> {
    let parts = cursor.split_once('.');
    let place = parts.and_then(|(place, id)| Some((place.parse().ok()?, id.parse().ok()?)));
    place.ok_or(StoreError::Cursor)
}

impl Db {
    /// A page of the reviews that the staff of a shop looks at, or of those among them that wait for one reason.
    ///
    /// The times for people are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn moderation_page(
        &mut self,
        shop: &ShopId,
        (queue, hold): (Queue, Option<HoldReason>),
        after: Option<&str>,
        limit: u32,
    ) -> Result<ModerationPage, StoreError> {
        let (select, order) = list(queue);
        let mut sql = Sql::new(select);
        sql.bind(shop);
        if let Some(hold) = hold {
            sql.push(HELD_FOR).bind(hold.as_str()).push(")");
        }
        if let Some(after) = after {
            let (place, id) = place_of(after)?;
            sql.push(match queue {
                Queue::Waiting => " AND (w.written_at, w.review_id) > (",
                Queue::Reported => {
                    " GROUP BY w.review_id HAVING (MIN(w.reported_at), w.review_id) > ("
                }
                Queue::All => " AND (w.created_at, w.review_id) < (",
            })
            .bind(place)
            .push(", ")
            .bind(&id)
            .push(")");
        } else if queue == Queue::Reported {
            sql.push(" GROUP BY w.review_id");
        }
        sql.push(order).bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let mut reviews = Vec::with_capacity(shown.len());
        for row in shown {
            reviews.extend(self.moderated_review(shop, &row.get("id")?)?);
        }
        let next = match shown.last() {
            Some(last) if rows.len() > shown.len() => {
                let (place, id): (i64, ReviewId) = (last.get("place")?, last.get("id")?);
                Some(format!("{place}.{id}"))
            }
            _ => None,
        };
        Ok(ModerationPage {
            reviews,
            waiting: self.waiting_reviews(shop)?,
            reported: self.count(
                "SELECT COUNT(DISTINCT review_id) FROM review_reports \
                 WHERE settled_at IS NULL AND shop_id = $1",
                shop,
            )?,
            decided: self.decided(shop)?,
            next,
        })
    }

    /// How many reviews of a shop wait for a decision.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn waiting_reviews(&mut self, shop: &ShopId) -> Result<u32, StoreError> {
        self.count(
            "SELECT COUNT(*) FROM review_versions WHERE state = 'pending' AND shop_id = $1",
            shop,
        )
    }

    fn count(&mut self, statement: &'static str, shop: &ShopId) -> Result<u32, StoreError> {
        let count = Sql::new(statement).arg(shop).value(self)?;
        Ok(count.unwrap_or_default())
    }

    fn decided(&mut self, shop: &ShopId) -> Result<[Decided; 5], StoreError> {
        // Ids begin with the time in 12 digits, and there is an index of them: older decisions are not even read.
        let since = format!("{:012x}", now() - DECIDED_WITHIN);
        let rows = Sql::new(
            "SELECT stars, COUNT(*) AS count, \
             COUNT(CASE decision WHEN 'refuse' THEN 1 END) AS refused FROM review_decisions \
             WHERE shop_id = $1 AND id > $2 GROUP BY stars",
        )
        .arg(shop)
        .arg(since)
        .rows(self)?;
        let mut decided = [Decided::default(); 5];
        for row in &rows {
            let stars: u32 = row.get("stars")?;
            if let Some(of) = decided.get_mut((stars as usize).wrapping_sub(1)) {
                of.count = row.get("count")?;
                of.refused = row.get("refused")?;
            }
        }
        Ok(decided)
    }

    /// A review as the staff sees it, if the shop has it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn moderated_review(
        &mut self,
        shop: &ShopId,
        id: &ReviewId,
    ) -> Result<Option<ModeratedReview>, StoreError> {
        let Some(review) = self.review_with_latest(shop, id)? else {
            return Ok(None);
        };
        let row = Sql::new(
            "SELECT e.isbn, e.title AS book, e.format, e.language AS edition_language, e.published_on, \
             r.answer FROM reviews r JOIN editions e ON e.id = r.edition_id WHERE r.id = $1",
        )
        .arg(id)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let shown = review.shows_latest();
        let mut photos = self.version_photos(id)?;
        let mut earlier = self.earlier_versions(&review)?;
        for version in &mut earlier {
            version.photos = photos.remove(&version.version).unwrap_or_default();
        }
        let holds = self.holds_of(id, review.latest.number)?;
        let latest = review.latest;
        Ok(Some(ModeratedReview {
            id: review.id,
            version: latest.number,
            state: latest.state.told(shown),
            waiting: latest.state == State::Pending,
            holds,
            shown: review.is_published,
            isbn: row.get("isbn")?,
            edition: edition_of(&row)?,
            book: row.get("book")?,
            rating: latest.text.rating,
            title: latest.text.title,
            body: latest.text.body,
            language: latest.text.language,
            photos: photos.remove(&latest.number).unwrap_or_default(),
            author: latest.text.author,
            incentivised: latest.text.incentivised,
            notes: latest.text.notes,
            verified: review.counted.verified,
            written_at: latest.written_at,
            written: String::new(),
            reason: latest.reason,
            note: latest.note,
            answer: row.get("answer")?,
            reports: self.open_reports(id)?,
            earlier,
            decisions: self.past_decisions(id)?,
        }))
    }

    fn past_decisions(&mut self, review: &ReviewId) -> Result<Vec<PastDecision>, StoreError> {
        Sql::new(
            "SELECT d.version, d.decision, d.reason, d.decided_at, COALESCE(s.email, '') AS staff \
             FROM review_decisions d LEFT JOIN staff s ON s.id = d.staff_id WHERE d.review_id = $1 \
             ORDER BY d.id DESC LIMIT $2",
        )
        .arg(review)
        .arg(DECISIONS_SHOWN)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(PastDecision {
                version: row.get("version")?,
                decision: Decision::from_word(&row.get::<String>("decision")?)
                    .ok_or(StoreError::Corrupt("review_decisions.decision"))?,
                reason: Reason::from_word(&row.get::<String>("reason")?),
                by: row.get("staff")?,
                decided_at: row.get("decided_at")?,
                decided: String::new(),
            })
        })
        .collect()
    }

    fn open_reports(&mut self, review: &ReviewId) -> Result<Vec<Report>, StoreError> {
        Sql::new(
            "SELECT reason, note, reported_at FROM review_reports \
             WHERE review_id = $1 AND settled_at IS NULL ORDER BY reported_at",
        )
        .arg(review)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(Report {
                reason: Reason::from_word(&row.get::<String>("reason")?)
                    .ok_or(StoreError::Corrupt("review_reports.reason"))?,
                note: row.get("note")?,
                reported_at: row.get("reported_at")?,
                reported: String::new(),
            })
        })
        .collect()
    }

    fn earlier_versions(&mut self, review: &Review) -> Result<Vec<EarlierVersion>, StoreError> {
        Sql::new(
            "SELECT version, rating, title, body, written_at FROM review_versions \
             WHERE review_id = $1 AND version < $2 ORDER BY version DESC",
        )
        .arg(&review.id)
        .arg(review.latest.number)
        .rows(self)?
        .iter()
        .map(|row| {
            let version = row.get("version")?;
            Ok(EarlierVersion {
                version,
                rating: row.get("rating")?,
                title: row.get("title")?,
                body: row.get("body")?,
                photos: Vec::new(),
                written_at: row.get("written_at")?,
                written: String::new(),
                shown: review.is_published && review.shown_version == version,
            })
        })
        .collect()
    }

    /// Decides about reviews and tells their authors. The decisions were checked
    /// ([`bookplate_wire::reviews::moderation::NewDecisions::checked`]). After a refusal the unit of work has to be given
    /// up: those before it are written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn decide(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        decisions: &[NewDecision],
    ) -> Result<Result<(), DecisionRefusal>, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let mut changes = BTreeMap::new();
        for (at, decision) in decisions.iter().enumerate() {
            if let Err(fault) = self.decide_one(by, shop, decision, &mut changes)? {
                return Ok(Err(DecisionRefusal { at, fault }));
            }
        }
        self.apply(changes)?;
        Ok(Ok(()))
    }

    fn decide_one(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        decision: &NewDecision,
        changes: &mut BTreeMap<WorkId, Change>,
    ) -> Result<Result<(), DecisionFault>, StoreError> {
        let Some(mut review) = self.review_with_latest(shop, &decision.review)? else {
            return Ok(Err(DecisionFault::NoReview));
        };
        let waiting = review.latest.state == State::Pending;
        if review.latest.number != decision.version
            || decision.waiting.is_some_and(|seen| seen != waiting)
        {
            return Ok(Err(DecisionFault::Changed));
        }
        let state = match decision.decision {
            Decision::Approve => State::Approved,
            Decision::Refuse => State::Refused,
            Decision::Changes => State::Changes,
        };
        let shown = review.shows_latest();
        let shows = state == State::Approved && !shown;
        let hides =
            state != State::Approved && (shown || (decision.hide_earlier && review.is_published));
        let latest = &review.latest;
        let is_news = (latest.state, latest.reason) != (state, decision.reason)
            || latest.note != decision.note;
        let settled = Sql::new(
            "UPDATE review_reports SET settled_at = $1 WHERE review_id = $2 AND settled_at IS NULL",
        )
        .arg(now())
        .arg(&review.id)
        .run(self)?;
        // A second press of the button decides nothing.
        if !is_news && !shows && !hides && settled == 0 {
            return Ok(Ok(()));
        }
        self.keep_first(shop, &mut review)?;
        Sql::new(
            "UPDATE review_versions SET state = $1, reason = $2, note = $3 \
             WHERE review_id = $4 AND version = $5",
        )
        .arg(state.as_str())
        .arg(decision.reason.map_or("", Reason::as_str))
        .arg(&decision.note)
        .arg(&review.id)
        .arg(review.latest.number)
        .run(self)?;
        if shows {
            self.show_latest(&review, changes)?;
        }
        if hides {
            self.hide(&review, changes)?;
        }
        self.note_objection(&review, state)?;
        self.log_decision(by, shop, decision, &review)?;
        // That readers still see what they saw is no news to its author.
        if is_news && (shows || state != State::Approved) {
            self.tell_decision(shop, decision, &review)?;
        }
        Ok(Ok(()))
    }

    /// Remembers of the author that somebody has objected, or forgets it.
    fn note_objection(&mut self, review: &Review, state: State) -> Result<(), StoreError> {
        let Some(author) = &review.author else {
            return Ok(());
        };
        let statement = if state == State::Approved {
            "DELETE FROM review_objections WHERE customer_id = $1 AND work_id = $2"
        } else {
            "INSERT INTO review_objections (customer_id, work_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        };
        Sql::new(statement)
            .arg(author)
            .arg(&review.work)
            .run(self)
            .map(drop)
    }

    fn tell_decision(
        &mut self,
        shop: &ShopId,
        decision: &NewDecision,
        review: &Review,
    ) -> Result<(), StoreError> {
        let Some(author) = &review.author else {
            return Ok(());
        };
        let book = self.book_of(&review.id)?;
        let note = decision.note.clone();
        let message = match (decision.decision, decision.reason) {
            (Decision::Refuse, Some(reason)) => Message::ReviewRefused { book, reason, note },
            (Decision::Changes, Some(reason)) => Message::ReviewChanges { book, reason, note },
            _ => Message::ReviewPublished { book },
        };
        self.notify(shop, To::Customer(author), &message)
    }

    fn log_decision(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        decision: &NewDecision,
        review: &Review,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO review_decisions (id, shop_id, review_id, version, stars, decision, reason, \
             staff_id, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .arg(new_digits())
        .arg(shop)
        .arg(&review.id)
        .arg(review.latest.number)
        .arg(bar(review.latest.text.rating))
        .arg(decision.decision.as_str())
        .arg(decision.reason.map_or("", Reason::as_str))
        .arg(by)
        .arg(now())
        .run(self)
        .map(drop)
    }

    fn book_of(&mut self, review: &ReviewId) -> Result<String, StoreError> {
        let book = Sql::new(
            "SELECT e.title FROM reviews r JOIN editions e ON e.id = r.edition_id WHERE r.id = $1",
        )
        .arg(review)
        .value(self)?;
        Ok(book.unwrap_or_default())
    }

    /// Writes the shop's answer to a review that readers see, or takes it away (empty); whether there is such a
    /// review. The author is told of an answer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answer_review(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        id: &ReviewId,
        text: &str,
    ) -> Result<bool, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let row = Sql::new(
            "SELECT work_id, customer_id, status, answer FROM reviews WHERE id = $1 AND shop_id = $2",
        )
        .arg(id)
        .arg(shop)
        .row(self)?;
        let Some(row) = row else { return Ok(false) };
        if !is_published(&row)? {
            return Ok(false);
        }
        let before: String = row.get("answer")?;
        if before == text {
            return Ok(true);
        }
        Sql::new("UPDATE reviews SET answer = $1, answered_at = $2 WHERE id = $3")
            .arg(text)
            .arg(now())
            .arg(id)
            .run(self)?;
        touch(self, &row.get("work_id")?)?;
        self.tell_answer(shop, id, &row, text)?;
        // Not the words: they may name somebody, and this log keeps everything for ever.
        let length = |text: &str| fields_of([("characters", text.chars().count().to_string())]);
        let by = Actor::Staff(by.clone());
        let both = (&length(&before), &length(text));
        self.audit(shop, &by, Action::ReviewAnswered, id.as_str(), both)?;
        Ok(true)
    }

    /// Tells readers of a review that its author received the book free or for a reward; whether there is such a review.
    /// Nobody can take that back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn label_review(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        id: &ReviewId,
    ) -> Result<bool, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let Some(review) = self.review_with_latest(shop, id)? else {
            return Ok(false);
        };
        if self.label(id)? {
            touch(self, &review.work)?;
            let labelled = |is: bool| fields_of([("incentivised", is.to_string())]);
            let both = (&labelled(false), &labelled(true));
            let by = Actor::Staff(by.clone());
            self.audit(shop, &by, Action::ReviewLabelled, id.as_str(), both)?;
        }
        Ok(true)
    }

    fn tell_answer(
        &mut self,
        shop: &ShopId,
        id: &ReviewId,
        row: &Row,
        text: &str,
    ) -> Result<(), StoreError> {
        let Some(author) = row.get("customer_id")? else {
            return Ok(());
        };
        if text.is_empty() {
            return Ok(());
        }
        let book = self.book_of(id)?;
        let answer = text.to_owned();
        self.notify(
            shop,
            To::Customer(&author),
            &Message::ReviewAnswered { book, answer },
        )
    }
}
