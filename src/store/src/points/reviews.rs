//! Points for reviews: earned once for each work when readers see the review, however many stars it gives, and taken back when the
//! staff refuses it, or when its author deletes it while they are pending.
//!
//! Readers are told of every review that has earned something, by the label that nobody can take away. How many points are
//! earned is what [`ReviewReward::earns`](bookplate_wire::points::besides::ReviewReward::earns) says.

use super::besides::Earned;
use super::ledger::{About, Ledger};
use super::lock_of;
use super::refunds::EarnedLot;
use super::rules::Versions;
use crate::db::{LIST, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::besides::{ReviewPromise, ReviewReward, WrittenReview};
use bookplate_wire::points::rules::REVIEW;
use bookplate_wire::{CustomerId, EditionId, ReviewId, ShopId, WorkId};

/// A review by a customer, for what it earns or loses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RewardedReview<'a> {
    pub(crate) id: &'a ReviewId,
    pub(crate) author: &'a CustomerId,
    pub(crate) work: &'a WorkId,
    pub(crate) edition: &'a EditionId,
}

/// Who takes a review away from readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenAwayBy {
    /// Its author: what is not pending any more stays.
    Author,
    /// Somebody of the staff, for cause: all of it goes.
    Staff,
}

impl Db {
    /// Has a review earn that readers see from now on, with a text of so many characters, if the rules say so and none of the work
    /// has earned something that was not taken back; whether it has earned points. What could not be taken back, because it was
    /// spent, counts against it. Whoever calls this has locked the catalogue.
    pub(crate) fn reward_review(
        &mut self,
        shop: &ShopId,
        review: RewardedReview<'_>,
        length: usize,
    ) -> Result<bool, StoreError> {
        let Some((version, reward)) = self.review_rule(shop)? else {
            return Ok(false);
        };
        // One that came from a file was written for somebody else.
        let verified: Option<bool> =
            Sql::new("SELECT verified FROM reviews WHERE id = $1 AND source_id = id")
                .arg(review.id)
                .value(self)?;
        let Some(is_verified) = verified else {
            return Ok(false);
        };
        let written = WrittenReview {
            is_verified,
            length,
        };
        self.lock([lock_of(shop, review.author)])?;
        let now = now();
        let today = self.calendar(shop)?.day(now);
        let customers = [review.author.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        let account = ledger.account(review.author)?.id.clone();
        let before = self.earned_by_rule(&account, REVIEW, reward.cap, &today)?;
        let Some((points, missed)) = reward.earns(written, before) else {
            return Ok(false);
        };
        let Some((turn, kept)) = self.turn_of_review(&account, review.work)? else {
            return Ok(false);
        };
        let points = (points - kept).max(0);
        if points == 0 && kept > 0 {
            return Ok(false);
        }
        let earned = Earned {
            cause: format!("review:{}:{turn}", review.id),
            rule: (REVIEW, version),
            points,
            missed,
            pending_days: reward.pending_days,
            edition: Some(review.edition.clone()),
        };
        self.grant_besides(shop, review.author, (&mut ledger, now), earned)?;
        ledger.close(self)?;
        Ok(points > 0)
    }

    /// Locks the points of the authors of reviews that are decided about together, so that nobody else has one of them and waits for
    /// another.
    pub(crate) fn lock_points_of_authors(
        &mut self,
        shop: &ShopId,
        reviews: &[&ReviewId],
    ) -> Result<(), StoreError> {
        let mut authors: Vec<CustomerId> = Vec::new();
        for chunk in reviews.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT DISTINCT customer_id FROM reviews WHERE customer_id IS NOT NULL AND id IN (",
            );
            sql.bind_all(chunk.iter().copied()).push(")");
            authors.extend(sql.values::<CustomerId>(self)?);
        }
        self.lock(authors.iter().map(|author| lock_of(shop, author)))
    }

    /// Takes back what a review has earned that readers see no more. Whoever calls this has locked the catalogue.
    pub(crate) fn take_back_reward(
        &mut self,
        shop: &ShopId,
        review: RewardedReview<'_>,
        by: TakenAwayBy,
    ) -> Result<(), StoreError> {
        if !self.has_points(shop)? {
            return Ok(());
        }
        self.lock([lock_of(shop, review.author)])?;
        let mut sql = Sql::new(EarnedLot::ALL);
        sql.push(" AND a.customer_id = ")
            .bind(review.author)
            .push(" AND t.rule = ")
            .bind(REVIEW)
            .push(" AND t.edition_id IN (SELECT e.id FROM editions e WHERE e.work_id = ")
            .bind(review.work)
            .push(") ORDER BY t.id");
        let lots: Vec<EarnedLot> = sql
            .rows(self)?
            .iter()
            .map(EarnedLot::of)
            .collect::<Result<_, _>>()?;
        let customers = [review.author.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now())?;
        let mut versions = Versions::of(self, shop)?.ok_or(StoreError::Corrupt("point_rules"))?;
        for mut lot in lots {
            let due = lot.granted - lot.expired - lot.settled;
            if due <= 0 || (by == TakenAwayBy::Author && !lot.is_pending) {
                continue;
            }
            let policy = versions.rules(self, shop, lot.version)?.refund_spent;
            let about = About {
                cause: format!("review gone:{}", lot.id),
                edition: Some(review.edition.clone()),
                ..About::default()
            };
            self.take_of_lot(&mut ledger, &mut lot, (due, policy), about)?;
        }
        ledger.close(self)
    }

    /// What a review of a book would earn now: a customer, as far as the cap leaves room and the work has earned nothing yet, or,
    /// without one, everybody. `None` where it earns nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn review_promise(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        work: &WorkId,
    ) -> Result<Option<ReviewPromise>, StoreError> {
        let Some((_, reward)) = self.review_rule(shop)? else {
            return Ok(None);
        };
        let account: Option<String> = match customer {
            None => None,
            Some(customer) => Sql::new("SELECT id FROM point_accounts WHERE customer_id = $1")
                .arg(customer)
                .value(self)?,
        };
        let (mut before, mut kept) = (0, 0);
        if let Some(account) = account {
            let today = self.calendar(shop)?.day(now());
            before = self.earned_by_rule(&account, REVIEW, reward.cap, &today)?;
            let Some(turn) = self.turn_of_review(&account, work)? else {
                return Ok(None);
            };
            kept = turn.1;
        }
        let best = WrittenReview {
            is_verified: true,
            length: usize::MAX,
        };
        let points = reward.earns(best, before);
        let points = points.map_or(0, |(points, _)| points - kept);
        Ok((points > 0).then_some(ReviewPromise {
            points,
            verified_only: reward.verified_only,
            min_length: reward.min_length,
        }))
    }

    /// What the rules in force say of reviews, and their version.
    fn review_rule(&mut self, shop: &ShopId) -> Result<Option<(u32, ReviewReward)>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let version = versions.latest();
        let rules = versions.rules(self, shop, version)?;
        Ok(rules.review.map(|reward| (version, reward)))
    }

    /// The how manieth time, from 0, reviews of a work by an account would earn something, and how many of the points of the times
    /// before were spent already when they were to be taken back; `None` where one has earned, and nobody wanted it back.
    fn turn_of_review(
        &mut self,
        account: &str,
        work: &WorkId,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let row = Sql::new(
            "SELECT COUNT(*) AS turns, \
             COUNT(CASE WHEN l.id IS NULL OR l.granted > l.taken + l.missed THEN 1 END) AS standing, \
             CAST(COALESCE(SUM(l.missed), 0) AS BIGINT) AS kept \
             FROM point_transactions t JOIN editions e ON e.id = t.edition_id \
             LEFT JOIN point_lots l ON l.id = t.lot_id \
             WHERE t.account_id = $1 AND t.kind = 'earned' AND t.rule = $2 AND e.work_id = $3",
        )
        .arg(account)
        .arg(REVIEW)
        .arg(work)
        .row(self)?
        .ok_or(StoreError::Corrupt("point_transactions"))?;
        let standing: i64 = row.get("standing")?;
        let turn = (row.get("turns")?, row.get("kept")?);
        Ok((standing == 0).then_some(turn))
    }
}
