//! What refunds of an order give back of the points that it was paid with, and of the coupon that it had.
//!
//! It is found out from what has been refunded of the order in all, so it does not matter when and in which order refunds come. How
//! many come back is in proportion to what was paid with points then, whatever the rules say a point is worth today. They come as
//! lots of their own, those first that would have lasted longest, each to the end that it had; where that has passed, for
//! another thirty days, so that nobody gets what is gone at once.
//!
//! A coupon cannot come back in part: it can be used again once all of the order is back, for as long as it could, or for
//! another thirty days.

use super::calendar::Calendar;
use super::ledger::{About, Ledger, NewLot, Side};
use super::lock_of;
use super::spending::Drawn;
use crate::db::{LIST, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::checkout::paid_back;
use bookplate_wire::points::earn::Returned;
use bookplate_wire::{CustomerId, OrderId, ReservationId, ShopId};

/// How many days points can be used at least that come back.
const DAYS_LEFT: u32 = 30;

/// Points that an order was paid with, and of which refunds may have to give back more.
struct Paid {
    reservation: ReservationId,
    customer: CustomerId,
    order: OrderId,
    points: i64,
    returned: i64,
    of_order: Returned,
}

impl Db {
    /// Locks the points of customers, and of those who have paid for some orders with points.
    pub(super) fn lock_points_of(
        &mut self,
        shop: &ShopId,
        customers: &[CustomerId],
        orders: &[OrderId],
    ) -> Result<(), StoreError> {
        let mut all = customers.to_vec();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT DISTINCT a.customer_id FROM point_reservations v JOIN point_accounts a ON a.id = v.account_id \
                 JOIN orders o ON o.shop_id = v.shop_id AND o.number = v.order_number \
                 WHERE v.state = 'consumed' AND a.customer_id IS NOT NULL AND o.id IN (",
            );
            sql.bind_all(chunk).push(")");
            all.extend(sql.values::<CustomerId>(self)?);
        }
        self.lock(all.iter().map(|customer| lock_of(shop, customer)))
    }

    /// Gives back what refunds of some orders have to, as far as it was not done yet.
    pub(crate) fn return_points(
        &mut self,
        shop: &ShopId,
        orders: &[OrderId],
    ) -> Result<(), StoreError> {
        self.return_coupons(shop, orders)?;
        let mut paid = self.refunded_payments(orders)?;
        if paid.is_empty() {
            return Ok(());
        }
        self.lock_points_of(shop, &[], orders)?;
        // As it is now that nobody else changes it.
        paid = self.refunded_payments(orders)?;
        let mut customers: Vec<CustomerId> =
            paid.iter().map(|paid| paid.customer.clone()).collect();
        customers.sort_unstable();
        customers.dedup();
        let mut ledger = Ledger::open(self, shop, &customers, now())?;
        for paid in &paid {
            self.give_back_of(&mut ledger, shop, paid)?;
        }
        ledger.close(self)
    }

    /// Lets the coupons of orders be used again of which nothing is left.
    fn return_coupons(&mut self, shop: &ShopId, orders: &[OrderId]) -> Result<(), StoreError> {
        let mut back = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT d.id, d.expires_at FROM point_redemptions d JOIN point_accounts a ON a.id = d.account_id \
                 JOIN point_reservations v ON v.redemption_id = d.id AND v.state = 'consumed' AND v.order_number = d.used_for \
                 JOIN orders o ON o.shop_id = v.shop_id AND o.number = v.order_number \
                 WHERE d.state = 'used' AND d.at_till = 0 AND a.customer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM order_lines l \
                 WHERE l.order_id = o.id AND l.refunded_quantity < l.quantity AND (l.total = 0 OR l.refunded < l.total)) \
                 AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id) AND o.id IN (",
            );
            sql.bind_all(chunk).push(") ORDER BY d.id");
            back.extend(sql.rows(self)?);
        }
        if back.is_empty() {
            return Ok(());
        }
        self.lock_points_of(shop, &[], orders)?;
        let (calendar, now) = (self.calendar(shop)?, now());
        for row in back {
            let (id, end): (String, Option<i64>) = (row.get("id")?, row.get("expires_at")?);
            let end = end.map(|end| end_of(end, &calendar, now));
            Sql::new(
                "UPDATE point_redemptions SET state = 'open', used_for = '', expires_at = $1 \
                 WHERE id = $2 AND state = 'used' AND at_till = 0",
            )
            .arg(end)
            .arg(id)
            .run(self)?;
        }
        Ok(())
    }

    fn give_back_of(
        &mut self,
        ledger: &mut Ledger<'_>,
        shop: &ShopId,
        paid: &Paid,
    ) -> Result<(), StoreError> {
        let due = paid_back(paid.points, &paid.of_order) - paid.returned;
        if due <= 0 {
            return Ok(());
        }
        let about = About {
            cause: format!("returned:{}:{}", paid.reservation, paid.returned),
            order: Some(paid.order.clone()),
            reservation: Some(paid.reservation.clone()),
            ..About::default()
        };
        let drawn_by = format!("held:{}", paid.reservation);
        let (sequence, parts) = ledger.drawn_by(self, &drawn_by)?;
        let mut parts = latest(parts, paid.returned, due);
        let from = (Side::Spent, sequence);
        ledger.recover(self, &paid.customer, from, &about, &mut parts)?;
        let (calendar, now) = (self.calendar(shop)?, ledger.now());
        for (part, at) in parts.iter().zip(1..).filter(|(part, _)| part.points > 0) {
            let expires_at = part.expires_at.map(|end| end_of(end, &calendar, now));
            let lot = NewLot {
                // Not what the order has earned: it was there before.
                order: None,
                line: String::new(),
                rule: String::new(),
                version: part.version,
                earned_on: calendar.day(now),
                points: part.points,
                matures_at: now,
                expires_at,
                origin: Some(part.origin.clone()),
                edition: None,
            };
            let about = About {
                cause: format!("{}:{at}", about.cause),
                version: Some(part.version),
                ..about.clone()
            };
            let kind = (EntryKind::Returned, Side::Spent);
            ledger.grant(&paid.customer, kind, about, &lot)?;
        }
        Sql::new("UPDATE point_reservations SET returned = returned + $1 WHERE id = $2")
            .arg(due)
            .arg(&paid.reservation)
            .run(self)
            .map(drop)
    }

    fn refunded_payments(&mut self, orders: &[OrderId]) -> Result<Vec<Paid>, StoreError> {
        let mut paid = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT v.id, a.customer_id, o.id AS order_id, v.points, v.returned, \
                 CAST(SUM(l.quantity) AS BIGINT) AS quantity, CAST(SUM(l.total) AS BIGINT) AS total, \
                 CAST(SUM(l.refunded_quantity) AS BIGINT) AS refunded_quantity, \
                 CAST(SUM(l.refunded) AS BIGINT) AS refunded FROM point_reservations v \
                 JOIN point_accounts a ON a.id = v.account_id \
                 JOIN orders o ON o.shop_id = v.shop_id AND o.number = v.order_number \
                 JOIN order_lines l ON l.order_id = o.id \
                 WHERE v.state = 'consumed' AND v.returned < v.points AND a.customer_id IS NOT NULL AND o.id IN (",
            );
            sql.bind_all(chunk).push(
                ") GROUP BY v.id, a.customer_id, o.id, v.points, v.returned \
                 HAVING SUM(l.refunded_quantity) > 0 OR SUM(l.refunded) > 0 ORDER BY v.id",
            );
            for row in sql.rows(self)? {
                paid.push(Paid {
                    reservation: row.get("id")?,
                    customer: row.get("customer_id")?,
                    order: row.get("order_id")?,
                    points: row.get("points")?,
                    returned: row.get("returned")?,
                    of_order: Returned {
                        quantity: row.get("quantity")?,
                        total: row.get("total")?,
                        refunded_quantity: row.get("refunded_quantity")?,
                        refunded: row.get("refunded")?,
                    },
                });
            }
        }
        Ok(paid)
    }
}

/// When something ends that comes back: when it would have, unless that is over.
fn end_of(end: i64, calendar: &Calendar, now: i64) -> i64 {
    if end > now {
        end
    } else {
        calendar.after_days(now, DAYS_LEFT)
    }
}

/// Of what was drawn, `due` points, from the last on, behind the `done` that came back before.
fn latest(parts: Vec<Drawn>, done: i64, due: i64) -> Vec<Drawn> {
    let (mut skip, mut left, mut found) = (done, due, Vec::new());
    for mut part in parts.into_iter().rev() {
        let skipped = part.points.min(skip);
        skip -= skipped;
        part.points = (part.points - skipped).min(left);
        left -= part.points;
        if part.points > 0 {
            found.push(part);
        }
    }
    found
}
