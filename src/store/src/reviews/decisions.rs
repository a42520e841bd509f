//! The log of what the staff has decided, and what it tells by stars.

use crate::db::{Row, Sql};
use crate::ids::{new_digits, now};
use crate::ratings::bar;
use crate::{Db, StoreError};
use bookplate_wire::reviews::decisions::{Act, DecisionLog, LoggedDecision};
use bookplate_wire::reviews::moderation::{Decided, Decision, NewDecision, PastDecision};
use bookplate_wire::reviews::writing::Reason;
use bookplate_wire::{ReviewId, ShopId, StaffId};

/// Over how long it is told what was decided, in milliseconds.
const DECIDED_WITHIN: i64 = 90 * 24 * 3_600_000;

/// How many decisions about a review are told.
const DECISIONS_SHOWN: u32 = 50;

impl Db {
    /// What was decided lately and what waits, by bar of the histogram.
    pub(super) fn decided(&mut self, shop: &ShopId) -> Result<[Decided; 5], StoreError> {
        let mut decided = <[Decided; 5]>::default();
        // Ids begin with the time in 12 digits, and there is an index of them: older decisions are not even read.
        let since = format!("{:012x}", now() - DECIDED_WITHIN);
        let rows = Sql::new(
            "SELECT stars, COUNT(CASE WHEN decision <> 'label' THEN 1 END) AS count, \
             COUNT(CASE decision WHEN 'refuse' THEN 1 END) AS refused, \
             COUNT(CASE decision WHEN 'changes' THEN 1 END) AS changes, \
             COUNT(CASE decision WHEN 'label' THEN 1 END) AS labelled FROM review_decisions \
             WHERE shop_id = $1 AND id > $2 GROUP BY stars",
        )
        .arg(shop)
        .arg(since)
        .rows(self)?;
        for row in &rows {
            if let Some(of) = of_stars(&mut decided, row.get("stars")?) {
                of.count = row.get("count")?;
                of.refused = row.get("refused")?;
                of.changes = row.get("changes")?;
                of.labelled = row.get("labelled")?;
            }
        }
        let rows = Sql::new(
            "SELECT rating, COUNT(*) AS count, MIN(written_at) AS oldest FROM review_versions \
             WHERE state = 'pending' AND shop_id = $1 GROUP BY rating",
        )
        .arg(shop)
        .rows(self)?;
        for row in &rows {
            let oldest: i64 = row.get("oldest")?;
            if let Some(of) = of_stars(&mut decided, bar(row.get("rating")?)) {
                of.waiting += row.get::<u32>("count")?;
                of.waiting_since = Some(of.waiting_since.map_or(oldest, |at| at.min(oldest)));
            }
        }
        Ok(decided)
    }

    /// What was decided about a review, the latest first.
    pub(super) fn past_decisions(
        &mut self,
        review: &ReviewId,
    ) -> Result<Vec<PastDecision>, StoreError> {
        Sql::new(
            "SELECT d.version, d.decision, d.reason, d.decided_at, COALESCE(s.email, '') AS staff \
             FROM review_decisions d LEFT JOIN staff s ON s.id = d.staff_id WHERE d.review_id = $1 \
             AND d.decision <> 'label' ORDER BY d.id DESC LIMIT $2",
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

    /// A page of all that was ever decided about reviews of a shop, the latest first, those about reviews that are gone
    /// included.
    ///
    /// The times for people are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn decision_log(
        &mut self,
        shop: &ShopId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<DecisionLog, StoreError> {
        let mut sql = Sql::new(
            "SELECT d.id, d.review_id, d.version, d.stars, d.decision, d.reason, d.decided_at, \
             COALESCE(s.email, '') AS staff, e.title AS book FROM review_decisions d \
             LEFT JOIN staff s ON s.id = d.staff_id LEFT JOIN reviews r ON r.id = d.review_id \
             LEFT JOIN editions e ON e.id = r.edition_id WHERE d.shop_id = ",
        );
        sql.bind(shop);
        if let Some(after) = after {
            // It is looked for as it is.
            if !after.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(StoreError::Cursor);
            }
            sql.push(" AND d.id < ").bind(after);
        }
        sql.push(" ORDER BY d.id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let next = match shown.last() {
            Some(last) if rows.len() > shown.len() => Some(last.get("id")?),
            _ => None,
        };
        let decisions = shown.iter().map(logged).collect::<Result<_, _>>()?;
        Ok(DecisionLog { decisions, next })
    }

    /// Writes a decision into the log: about which version it was, and how many stars that one gives.
    pub(super) fn log_decision(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        decision: &NewDecision,
        about: (u32, u8),
    ) -> Result<(), StoreError> {
        let act = match decision.decision {
            Decision::Approve => Act::Approve,
            Decision::Refuse => Act::Refuse,
            Decision::Changes => Act::Changes,
        };
        self.log_act(by, shop, &decision.review, about, (act, decision.reason))
    }

    /// Writes what somebody has done into the log.
    pub(super) fn log_act(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        review: &ReviewId,
        (version, rating): (u32, u8),
        (act, reason): (Act, Option<Reason>),
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO review_decisions (id, shop_id, review_id, version, stars, decision, reason, \
             staff_id, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .arg(new_digits())
        .arg(shop)
        .arg(review)
        .arg(version)
        .arg(bar(rating))
        .arg(act.as_str())
        .arg(reason.map_or("", Reason::as_str))
        .arg(by)
        .arg(now())
        .run(self)
        .map(drop)
    }
}

fn of_stars(decided: &mut [Decided; 5], stars: u8) -> Option<&mut Decided> {
    decided.get_mut(usize::from(stars).wrapping_sub(1))
}

fn logged(row: &Row) -> Result<LoggedDecision, StoreError> {
    Ok(LoggedDecision {
        review: row.get("review_id")?,
        book: row.get("book")?,
        version: row.get("version")?,
        stars: row.get("stars")?,
        act: Act::from_word(&row.get::<String>("decision")?)
            .ok_or(StoreError::Corrupt("review_decisions.decision"))?,
        reason: Reason::from_word(&row.get::<String>("reason")?),
        by: row.get("staff")?,
        decided_at: row.get("decided_at")?,
        decided: String::new(),
    })
}
