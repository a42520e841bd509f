//! What the staff looks at and decides, and the log of that.

use super::own::edition_of;
use super::purchases::is_published;
use super::versions::{Review, State};
use crate::audit::{Actor, fields_of};
use crate::catalogue::{catalogue_lock, touch};
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::notifications::{Message, To};
use crate::points::TakenAwayBy;
use crate::ratings::Change;
use crate::text::place_of;
use crate::{Db, StoreError};
use bookplate_wire::audit::Action;
use bookplate_wire::reviews::moderation::{
    Decision, ModeratedReview, ModerationPage, NewDecision, Queue, Report, ReviewList,
};
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{ReviewId, ShopId, StaffId, WorkId};
use std::collections::BTreeMap;

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

/// Narrows a list to reviews of the work of a book; its shop and ISBN follow. A work has few reviews, compared with a shop.
const OF_BOOK: [&str; 2] = [
    " AND w.review_id IN (SELECT r.id FROM editions e JOIN reviews r ON r.work_id = e.work_id WHERE e.shop_id = ",
    " AND e.isbn = ",
];

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

impl Db {
    /// A page of the reviews that the staff of a shop looks at. An ISBN that the shop does not know has none.
    ///
    /// The times for people are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn moderation_page(
        &mut self,
        shop: &ShopId,
        ReviewList { queue, hold, isbn }: ReviewList,
        after: Option<&str>,
        limit: u32,
    ) -> Result<ModerationPage, StoreError> {
        let (select, order) = list(queue);
        let mut sql = Sql::new(select);
        sql.bind(shop);
        if let Some(hold) = hold {
            sql.push(HELD_FOR).bind(hold.as_str()).push(")");
        }
        if let Some(isbn) = isbn {
            let [of_shop, with_isbn] = OF_BOOK;
            sql.push(of_shop).bind(shop).push(with_isbn);
            sql.bind(&isbn).push(")");
        }
        if let Some(after) = after {
            let (place, id): (i64, ReviewId) = place_of(after)?;
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
        let (earlier, earlier_left) = self.earlier_shown(&review)?;
        let mut photos = self.version_photos(id)?;
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
            earlier_left,
            decisions: self.past_decisions(id)?,
        }))
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
        let reviews: Vec<&ReviewId> = decisions.iter().map(|one| &one.review).collect();
        self.lock_points_of_authors(shop, &reviews)?;
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
        if review.latest.state == State::HandedOver {
            return self.decide_earlier(by, shop, decision, &review, changes);
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
        let settled = self.settle_reports(&review.id)?;
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
            self.give_reward(shop, &review)?;
        }
        if hides {
            self.hide(&review, changes)?;
            if state == State::Refused {
                self.take_reward(shop, &review, TakenAwayBy::Staff)?;
            }
        }
        self.note_objection(&review, state)?;
        let about = (review.latest.number, review.latest.text.rating);
        self.log_decision(by, shop, decision, about)?;
        // That readers still see what they saw is no news to its author.
        if is_news && (shows || state != State::Approved) {
            self.tell_decision(shop, decision, &review)?;
        }
        Ok(Ok(()))
    }

    /// Notes that what readers have against a review was looked at; how many reports that were.
    pub(super) fn settle_reports(&mut self, review: &ReviewId) -> Result<u64, StoreError> {
        Sql::new(
            "UPDATE review_reports SET settled_at = $1 WHERE review_id = $2 AND settled_at IS NULL",
        )
        .arg(now())
        .arg(review)
        .run(self)
    }

    /// Remembers of the author that somebody has objected, or forgets it.
    pub(super) fn note_objection(
        &mut self,
        review: &Review,
        state: State,
    ) -> Result<(), StoreError> {
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

    pub(super) fn tell_decision(
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

    pub(super) fn book_of(&mut self, review: &ReviewId) -> Result<String, StoreError> {
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
