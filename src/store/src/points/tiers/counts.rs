//! What orders count for, refunds taken off.

use super::super::calendar::Calendar;
use super::super::earn::given_back_of;
use crate::db::{Row, Sql};
use crate::{Db, StoreError};
use bookplate_wire::CustomerId;
use bookplate_wire::points::earn::Returned;
use bookplate_wire::points::standing::Counted;
use bookplate_wire::points::tiers::{TierMeasure, TierRules};

/// What was paid for and not paid back; a line of which all copies are back counts for nothing, as it does for points.
const SPEND: &str = "SELECT o.placed_at, CAST(SUM(CASE WHEN l.refunded_quantity >= l.quantity OR l.refunded >= l.total \
     THEN 0 ELSE l.total - l.refunded END) AS BIGINT) AS value FROM orders o JOIN order_lines l ON l.order_id = o.id \
     WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.currency = $3 GROUP BY o.id, o.placed_at ORDER BY o.placed_at, o.id";

/// Whether something of the order was kept.
const VISITS: &str = "SELECT o.placed_at, CAST(MAX(CASE WHEN l.refunded_quantity < l.quantity AND (l.total = 0 OR l.refunded < l.total) \
     THEN 1 ELSE 0 END) AS BIGINT) AS value FROM orders o JOIN order_lines l ON l.order_id = o.id \
     WHERE o.customer_id = $1 AND o.placed_at >= $2 GROUP BY o.id, o.placed_at ORDER BY o.placed_at, o.id";

/// What each rule has given for each line, and what has come back of it.
const POINTS: &str = "SELECT o.placed_at, t.granted, l.quantity, l.total, l.refunded_quantity, l.refunded FROM point_lots t \
     JOIN orders o ON o.id = t.order_id JOIN order_lines l ON l.order_id = t.order_id AND l.line = t.line \
     WHERE t.account_id = $1 AND o.placed_at >= $2 ORDER BY o.placed_at, t.id";

impl Db {
    /// What a customer's orders count for that were placed from a day on, by the measure of some rules.
    pub(super) fn counted(
        &mut self,
        rules: &TierRules,
        (customer, account): (&CustomerId, &str),
        calendar: &Calendar,
        first: &str,
    ) -> Result<Vec<Counted>, StoreError> {
        let from = calendar.begins(first);
        let sql = match rules.measure {
            TierMeasure::Spend => Sql::new(SPEND).arg(customer).arg(from).arg(&rules.currency),
            TierMeasure::Visits => Sql::new(VISITS).arg(customer).arg(from),
            TierMeasure::Points => Sql::new(POINTS).arg(account).arg(from),
        };
        let mut counted: Vec<Counted> = Vec::new();
        for row in sql.rows(self)? {
            let at = row.get("placed_at")?;
            let on = calendar.day(at);
            let value = match rules.measure {
                TierMeasure::Spend => row.get("value")?,
                TierMeasure::Points => kept(&row)?,
                // A day counts once, by its first order of which something was kept.
                TierMeasure::Visits => {
                    let is_counted = counted.last().is_some_and(|one| one.on == on);
                    if is_counted { 0 } else { row.get("value")? }
                }
            };
            if value > 0 {
                counted.push(Counted { at, on, value });
            }
        }
        Ok(counted)
    }
}

/// What is left of the points of a line, whatever has become of them since.
fn kept(row: &Row) -> Result<i64, StoreError> {
    let granted: i64 = row.get("granted")?;
    let line = Returned {
        quantity: row.get("quantity")?,
        total: row.get("total")?,
        refunded_quantity: row.get("refunded_quantity")?,
        refunded: row.get("refunded")?,
    };
    Ok(granted - given_back_of(granted, &line))
}
