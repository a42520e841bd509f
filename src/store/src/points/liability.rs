//! What a shop owes to those who hold points: sums of the ledger. All of it is read when it is asked for, which is seldom.

use super::calendar::Calendar;
use super::ledger::CLOSED;
use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::ShopId;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::liability::{
    Liability, LiabilityEnd, LiabilityMonth, MONTHS_BACK, expected,
};

/// How many of the latest months a report has.
const MONTHS: usize = MONTHS_BACK + 1;

/// Lots that end together.
struct Ending {
    at: Option<i64>,
    remaining: i64,
    granted: i64,
    expired: i64,
}

impl Db {
    /// What customers hold, when it ends, and what has come and gone in the last months.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn points_liability(&mut self, shop: &ShopId) -> Result<Liability, StoreError> {
        let (now, calendar) = (now(), self.calendar(shop)?);
        let sums = Sql::new(
            "SELECT CAST(COALESCE(SUM(CASE WHEN a.available > 0 OR a.pending > 0 OR v.held > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) \
             AS customers, CAST(COALESCE(SUM(CASE WHEN a.available > 0 THEN a.available ELSE 0 END), 0) AS BIGINT) AS usable, \
             CAST(COALESCE(SUM(CASE WHEN a.available < 0 THEN -a.available ELSE 0 END), 0) AS BIGINT) AS owed, \
             CAST(COALESCE(SUM(a.pending), 0) AS BIGINT) AS pending, CAST(COALESCE(SUM(v.held), 0) AS BIGINT) AS held \
             FROM point_accounts a LEFT JOIN (SELECT account_id, SUM(points) AS held FROM point_reservations \
             WHERE state = 'held' GROUP BY account_id) v ON v.account_id = a.id WHERE a.shop_id = $1",
        )
        .arg(shop)
        .row(self)?
        .ok_or(StoreError::Corrupt("point_accounts"))?;
        let customers: i64 = sums.get("customers")?;
        let (usable, pending): (i64, i64) = (sums.get("usable")?, sums.get("pending")?);
        let (held, owed): (i64, i64) = (sums.get("held")?, sums.get("owed")?);
        let year_ago = calendar.before_months(now, 12);
        let endings = self.endings(shop, year_ago)?;
        let over = endings
            .iter()
            .filter(|one| one.at.is_some_and(|at| at <= now));
        let (granted, expired) = over.fold((0, 0), |(granted, expired), one| {
            (granted + one.granted, expired + one.expired)
        });
        let unused = (granted > 0).then(|| share(expired, granted));
        let mut ends: Vec<LiabilityEnd> = Vec::new();
        for one in endings.iter().filter(|one| one.remaining > 0) {
            let Some(at) = one.at else { continue };
            let month = calendar.last_day(at)[..7].to_owned();
            let likely = unused.map_or(0, |unused| expected(one.granted, one.remaining, unused));
            match ends.last_mut().filter(|last| last.month == month) {
                Some(last) => {
                    last.points += one.remaining;
                    last.expected += likely;
                }
                None => ends.push(LiabilityEnd {
                    month,
                    points: one.remaining,
                    expected: likely,
                }),
            }
        }
        let endless = endings.iter().filter(|one| one.at.is_none());
        let worth = self.point_rules(shop)?.versions.into_iter().next();
        Ok(Liability {
            on: calendar.day(now),
            customers: customers.try_into().unwrap_or(0),
            usable,
            pending,
            held,
            owed,
            worth: worth.map_or_else(Vec::new, |latest| {
                latest.rules.worth_of(usable + pending + held)
            }),
            expected: ends.iter().map(|end| end.expected).sum(),
            ends,
            endless: endless.map(|one| one.remaining).sum(),
            unused,
            months: self.liability_months(shop, &calendar, now, usable + pending - owed)?,
        })
    }

    /// Lots by when they end or have ended, from an instant on, the soonest first. Points that came back are left, and were
    /// granted once: when they were earned.
    fn endings(&mut self, shop: &ShopId, from: i64) -> Result<Vec<Ending>, StoreError> {
        let rows = Sql::new(
            "SELECT expires_at, CAST(SUM(remaining) AS BIGINT) AS remaining, CAST(SUM(expired) AS BIGINT) AS expired, \
             CAST(SUM(CASE WHEN origin_id IS NULL THEN granted - taken ELSE 0 END) AS BIGINT) AS granted FROM point_lots \
             WHERE shop_id = $1 AND (expires_at IS NULL OR expires_at > $2) GROUP BY expires_at ORDER BY expires_at",
        )
        .arg(shop)
        .arg(from)
        .rows(self)?;
        let endings = rows.iter().map(|row| {
            Ok(Ending {
                at: row.get("expires_at")?,
                remaining: row.get("remaining")?,
                granted: row.get("granted")?,
                expired: row.get("expired")?,
            })
        });
        endings.collect()
    }

    fn liability_months(
        &mut self,
        shop: &ShopId,
        calendar: &Calendar,
        now: i64,
        outstanding: i64,
    ) -> Result<Vec<LiabilityMonth>, StoreError> {
        let begins = calendar.months_until(now, MONTHS);
        let mut months: Vec<LiabilityMonth> = begins
            .iter()
            .map(|at| LiabilityMonth {
                month: calendar.day(*at)[..7].to_owned(),
                ..LiabilityMonth::default()
            })
            .collect();
        let mut sql = Sql::new("SELECT CASE");
        for (number, begin) in begins.iter().enumerate().skip(1) {
            sql.push(" WHEN at < ").bind(*begin).push(" THEN CAST(");
            sql.bind(i64::try_from(number - 1).unwrap_or(0))
                .push(" AS BIGINT)");
        }
        sql.push(" ELSE CAST(")
            .bind(i64::try_from(MONTHS - 1).unwrap_or(0))
            .push(" AS BIGINT) END AS month, kind, CAST(SUM(available + pending) AS BIGINT) AS points FROM point_transactions WHERE shop_id = ")
            .bind(shop)
            .push(" AND at >= ")
            .bind(begins.first().copied().unwrap_or(now))
            .push(" GROUP BY 1, kind");
        for row in sql.rows(self)? {
            let number: i64 = row.get("month")?;
            let month = usize::try_from(number).ok();
            let Some(month) = month.and_then(|number| months.get_mut(number)) else {
                continue;
            };
            let points: i64 = row.get("points")?;
            let kind: String = row.get("kind")?;
            *sum_of(month, &kind)? += points;
        }
        let mut left = outstanding;
        for month in months.iter_mut().rev() {
            month.outstanding = left;
            left -= month.earned + month.taken_back + month.used;
            left -= month.expired + month.adjusted + month.forfeited;
        }
        Ok(months)
    }
}

/// Where the points of a kind of transaction belong.
fn sum_of<'m>(month: &'m mut LiabilityMonth, kind: &str) -> Result<&'m mut i64, StoreError> {
    if kind == CLOSED {
        return Ok(&mut month.forfeited);
    }
    let kind = EntryKind::from_word(kind);
    let kind = kind.ok_or(StoreError::Corrupt("point_transactions.kind"))?;
    Ok(match kind {
        // What matures was counted when it was earned, and changes no sum.
        EntryKind::Earned | EntryKind::Matured => &mut month.earned,
        EntryKind::TakenBack | EntryKind::Recovered => &mut month.taken_back,
        EntryKind::Expired => &mut month.expired,
        EntryKind::Adjusted => &mut month.adjusted,
        EntryKind::Held
        | EntryKind::Released
        | EntryKind::Spent
        | EntryKind::Returned
        | EntryKind::Redeemed
        | EntryKind::Cancelled => &mut month.used,
    })
}

/// A part of a whole in tenths of a percent.
fn share(part: i64, whole: i64) -> u32 {
    let tenths = i128::from(part) * 1_000 / i128::from(whole);
    u32::try_from(tenths.clamp(0, 1_000)).unwrap_or(0)
}
