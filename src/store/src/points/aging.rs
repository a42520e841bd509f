//! What time does to points: they become usable, their end is told before it comes, and it comes. And what it does to tiers.
//!
//! Each account is a unit of work of its own, and what was done is noted in it: so it can stop anywhere and go on, and any
//! number of servers can do it.

use super::calendar::Calendar;
use super::ledger::{About, Ledger, Move, Side, Sums, filled_up};
use super::lock_of;
use crate::db::{Row, Sql};
use crate::notifications::{Message, To};
use crate::{Db, StoreError};
use bookplate_wire::points::EntryKind;
use bookplate_wire::{CustomerId, EditionId, OrderId, ShopId};

const DAY: i64 = 24 * 3_600_000;
/// How long before the end it is told for the first time, in milliseconds.
const FIRST_NOTICE: i64 = 30 * DAY;
/// And how long for the second.
const SECOND_NOTICE: i64 = 7 * DAY;

/// A customer with points that it is time for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingAccount {
    /// What names the account, for who wants those after it.
    pub id: String,
    /// In which shop.
    pub shop: ShopId,
    /// Whose.
    pub customer: CustomerId,
}

/// A lot that it is time for.
struct DueLot {
    id: String,
    order: Option<OrderId>,
    line: String,
    edition: Option<EditionId>,
    rule: String,
    version: u32,
    remaining: i64,
    expired: i64,
}

impl DueLot {
    const COLUMNS: &'static str = "SELECT id, order_id, line, edition_id, rule, version, remaining, expired FROM point_lots WHERE account_id = ";

    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            order: row.get("order_id")?,
            line: row.get("line")?,
            edition: row.get("edition_id")?,
            rule: row.get("rule")?,
            version: row.get("version")?,
            remaining: row.get("remaining")?,
            expired: row.get("expired")?,
        })
    }

    fn about(&self, what: &str) -> About {
        About {
            cause: format!("{what}:{}", self.id),
            order: self.order.clone(),
            line: self.line.clone(),
            edition: self.edition.clone(),
            lot: Some(self.id.clone()),
            rule: self.rule.clone(),
            version: Some(self.version),
            ..About::default()
        }
    }
}

impl Db {
    /// Up to `limit` customers with points that it is time for at `now`, from behind the account `after`, in the order of accounts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn aging_accounts(
        &mut self,
        now: i64,
        after: &str,
        limit: u32,
    ) -> Result<Vec<AgingAccount>, StoreError> {
        Sql::new(
            "SELECT a.id, a.shop_id, a.customer_id FROM point_accounts a WHERE a.customer_id IS NOT NULL AND a.id > $1 \
             AND a.id IN (SELECT account_id FROM point_lots WHERE state = 'pending' AND matures_at <= $2 \
             UNION SELECT account_id FROM point_lots WHERE state = 'available' AND remaining > 0 \
             AND expires_at IS NOT NULL AND expires_at <= $2 \
             UNION SELECT account_id FROM point_lots WHERE state = 'available' AND remaining > 0 \
             AND expires_at IS NOT NULL AND expires_at <= $3 AND told < 1 \
             UNION SELECT account_id FROM point_lots WHERE state = 'available' AND remaining > 0 \
             AND expires_at IS NOT NULL AND expires_at <= $4 AND told < 2 \
             UNION SELECT account_id FROM point_reservations WHERE state = 'held' AND expires_at <= $2 \
             UNION SELECT account_id FROM point_tiers WHERE due_at IS NOT NULL AND due_at <= $2 \
             UNION SELECT account_id FROM point_redemptions WHERE state = 'open' AND expires_at IS NOT NULL \
             AND expires_at <= $2) ORDER BY a.id LIMIT $5",
        )
        .arg(after)
        .arg(now)
        .arg(now + FIRST_NOTICE)
        .arg(now + SECOND_NOTICE)
        .arg(limit)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(AgingAccount {
                id: row.get("id")?,
                shop: row.get("shop_id")?,
                customer: row.get("customer_id")?,
            })
        })
        .collect()
    }

    /// Does to a customer's points what the time `now` (milliseconds since 1970 UTC) does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn age_points(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        now: i64,
    ) -> Result<(), StoreError> {
        self.lock([lock_of(shop, customer)])?;
        // The customer may have left meanwhile.
        let account: Option<String> =
            Sql::new("SELECT id FROM point_accounts WHERE customer_id = $1 AND shop_id = $2")
                .arg(customer)
                .arg(shop)
                .value(self)?;
        let Some(account) = account else {
            return Ok(());
        };
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        // What is let go belongs to lots whose time may be over as well.
        self.expire_reservations(&mut ledger, customer, &account)?;
        self.expire_redemptions(&account, now)?;
        self.mature(&mut ledger, customer, &account, now)?;
        self.expire(&mut ledger, customer, &account, now)?;
        ledger.close(self)?;
        let calendar = self.calendar(shop)?;
        self.tell_expiry(shop, customer, (&account, &calendar), now)?;
        self.age_tier((shop, customer, &account), &calendar, now)
    }

    fn mature(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        account: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(DueLot::COLUMNS);
        sql.bind(account)
            .push(" AND state = 'pending' AND matures_at <= ")
            .bind(now)
            .push(" ORDER BY matures_at, id");
        let matured = Sums {
            matured: true,
            ..Sums::default()
        };
        for row in sql.rows(self)? {
            let lot = DueLot::of(&row)?;
            if lot.remaining == 0 {
                // All of it was taken back before.
                Sql::new("UPDATE point_lots SET state = 'available' WHERE id = $1")
                    .arg(&lot.id)
                    .run(self)?;
                continue;
            }
            let owed = ledger.owed(customer, lot.remaining)?;
            let mut moves = vec![
                Move::of_lot(Side::Pending, &lot.id, -lot.remaining),
                Move::of_lot(Side::Available, &lot.id, lot.remaining),
            ];
            moves.extend(filled_up(&lot.id, owed));
            let about = lot.about("matured");
            ledger.move_lots(self, customer, EntryKind::Matured, about, (moves, matured))?;
        }
        Ok(())
    }

    fn expire(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        account: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(DueLot::COLUMNS);
        sql.bind(account)
            .push(" AND state = 'available' AND remaining > 0 AND expires_at <= ")
            .bind(now)
            .push(" ORDER BY expires_at, id");
        for row in sql.rows(self)? {
            let lot = DueLot::of(&row)?;
            let moves = vec![
                Move::of_lot(Side::Available, &lot.id, -lot.remaining),
                Move::of_shop(Side::Expired, lot.remaining),
            ];
            let sums = Sums {
                expired: lot.remaining,
                ..Sums::default()
            };
            let mut about = lot.about("expired");
            // What was held or had for a reward when the rest expired, and came back, expires after it.
            if lot.expired > 0 {
                about.cause = format!("{}:{}", about.cause, lot.expired);
            }
            ledger.move_lots(self, customer, EntryKind::Expired, about, (moves, sums))?;
        }
        Ok(())
    }

    /// Tells the customer which points expire soon: all those of one day in one message, twice.
    fn tell_expiry(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        (account, calendar): (&str, &Calendar),
        now: i64,
    ) -> Result<(), StoreError> {
        let ends: Vec<i64> = Sql::new(
            "SELECT DISTINCT expires_at FROM point_lots WHERE account_id = $1 AND state = 'available' \
             AND remaining > 0 AND ((expires_at <= $2 AND told < 1) OR (expires_at <= $3 AND told < 2)) \
             ORDER BY expires_at",
        )
        .arg(account)
        .arg(now + FIRST_NOTICE)
        .arg(now + SECOND_NOTICE)
        .values(self)?;
        for end in ends {
            let points: Option<i64> = Sql::new(
                "SELECT CAST(SUM(remaining) AS BIGINT) FROM point_lots WHERE account_id = $1 \
                 AND state = 'available' AND remaining > 0 AND expires_at = $2",
            )
            .arg(account)
            .arg(end)
            .value(self)?;
            let told = if end <= now + SECOND_NOTICE { 2_i64 } else { 1 };
            Sql::new(
                "UPDATE point_lots SET told = $1 WHERE account_id = $2 AND state = 'available' \
                 AND remaining > 0 AND expires_at = $3",
            )
            .arg(told)
            .arg(account)
            .arg(end)
            .run(self)?;
            let message = Message::PointsExpiring {
                points: points.unwrap_or_default(),
                until: calendar.last_day(end),
            };
            self.notify(shop, To::Customer(customer), &message)?;
        }
        Ok(())
    }
}
