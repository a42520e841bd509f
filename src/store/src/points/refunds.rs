//! What refunds take back: of each lot its part, by what that lot has earned and the version by which it has. The rules of
//! today play no part in it.
//!
//! It is found out from all refunds of a line that count, so it does not matter when and in which order they come, and a
//! refund that was looked at already changes nothing.

use super::ledger::{About, Account, Ledger, Move, Side, Sums, drawn, usable_lots};
use super::referrals::Undone;
use super::rules::Versions;
use crate::db::{LIST, Row, Sql};
use crate::ids::now;
use crate::notifications::{Message, To};
use crate::orders::NEWS;
use crate::{Db, StoreError};
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::earn::{Returned, given_back};
use bookplate_wire::points::rules::RefundSpent;
use bookplate_wire::{CustomerId, OrderId, RefundId, ShopId};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A lot that an order's line, a review or an invitation has earned.
pub(super) struct EarnedLot {
    pub(super) id: String,
    pub(super) customer: CustomerId,
    pub(super) rule: String,
    pub(super) version: u32,
    pub(super) granted: i64,
    /// What is left of it. Where several are settled one after the other, once it is its turn.
    remaining: i64,
    /// What refunds have been about so far.
    pub(super) settled: i64,
    /// What the customer has lost of it anyway, also after it was spent and came back.
    pub(super) expired: i64,
    pub(super) is_pending: bool,
}

impl EarnedLot {
    /// All of them that still belong to somebody; conditions on `t`, the lot, follow.
    pub(super) const ALL: &'static str = "SELECT t.id, a.customer_id, t.rule, t.version, t.granted, t.remaining, \
        t.taken + t.missed AS settled, t.expired + (SELECT CAST(COALESCE(SUM(d.expired), 0) AS BIGINT) \
        FROM point_lots d WHERE d.origin_id = t.id) AS expired, t.state FROM point_lots t \
        JOIN point_accounts a ON a.id = t.account_id WHERE a.customer_id IS NOT NULL";

    pub(super) fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            customer: row.get("customer_id")?,
            rule: row.get("rule")?,
            version: row.get("version")?,
            granted: row.get("granted")?,
            remaining: row.get("remaining")?,
            settled: row.get("settled")?,
            expired: row.get("expired")?,
            is_pending: row.get::<String>("state")? == "pending",
        })
    }
}

/// A part of a refund, of one line.
struct RefundedPart {
    refund: RefundId,
    refunded_at: i64,
    quantity: i64,
    amount: i64,
}

/// A line of an order, with its number and what was sold.
struct SoldLine {
    order: OrderId,
    number: String,
    line: String,
    quantity: i64,
    total: i64,
}

/// What there is to tell customers: of each refund what it has taken.
pub(super) type Taken = BTreeMap<(CustomerId, RefundId), TakenOf>;

/// What a refund has taken of a customer.
#[derive(Default)]
pub(super) struct TakenOf {
    /// The number of the order; empty where that is somebody else's.
    order: String,
    points: i64,
    /// How many more it would have taken that were spent already.
    missed: i64,
}

/// Notes what a refund, made at an instant, has taken of a customer and what it has missed, to be told with the number of its order.
pub(super) fn note_taken(
    taken: &mut Taken,
    customer: &CustomerId,
    (refund, refunded_at): (&RefundId, i64),
    (number, sums): (&str, Sums),
) {
    // Of what somebody else has given back only what it takes is told.
    let missed = if number.is_empty() { 0 } else { sums.missed };
    // A shop's history is no news.
    if sums.taken + missed > 0 && refunded_at >= now() - NEWS {
        let told = taken.entry((customer.clone(), refund.clone()));
        let told = told.or_default();
        number.clone_into(&mut told.order);
        told.points += sums.taken;
        told.missed += missed;
    }
}

impl Db {
    /// Takes back what refunds of some orders have to, as far as it was not done yet.
    pub(crate) fn take_back_points(
        &mut self,
        shop: &ShopId,
        orders: &[OrderId],
    ) -> Result<(), StoreError> {
        let (mut customers, mut refunded) = (BTreeSet::new(), Vec::new());
        let mut is_any_refunded = false;
        for chunk in orders.chunks(LIST) {
            // Of invitations also an order counts whose customer has left.
            let mut sql = Sql::new(
                "SELECT DISTINCT o.id, CASE WHEN p.order_id IS NULL THEN NULL ELSE o.customer_id END AS earner \
                 FROM orders o JOIN order_lines l ON l.order_id = o.id LEFT JOIN point_orders p ON p.order_id = o.id \
                 WHERE (l.refunded > 0 OR l.refunded_quantity > 0) AND o.id IN (",
            );
            sql.bind_all(chunk).push(")");
            for row in sql.rows(self)? {
                is_any_refunded = true;
                if let Some(earner) = row.get::<Option<CustomerId>>("earner")? {
                    customers.insert(earner);
                    refunded.push(row.get::<OrderId>("id")?);
                }
            }
        }
        if !is_any_refunded {
            return Ok(());
        }
        let undone = self.undone_referrals(shop, orders)?;
        if refunded.is_empty() && undone.is_empty() {
            return Ok(());
        }
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(());
        };
        customers.extend(undone.iter().flat_map(Undone::customers).cloned());
        let locked: Vec<CustomerId> = customers.iter().cloned().collect();
        self.lock_points_of(shop, &locked, orders)?;
        // An invitation may have earned by one of them just before.
        let undone = self.undone_referrals(shop, orders)?;
        customers.extend(undone.iter().flat_map(Undone::customers).cloned());
        let customers: Vec<CustomerId> = customers.into_iter().collect();
        self.lock_points_of(shop, &customers, &[])?;
        let mut ledger = Ledger::open(self, shop, &customers, now())?;
        let mut taken = Taken::new();
        refunded.sort_unstable();
        for order in &refunded {
            for sold in self.sold_lines(order)? {
                let parts = self.refunded_parts(shop, &sold)?;
                for lot in self.earned_lots(&sold)? {
                    let policy = versions.rules(self, shop, lot.version)?.refund_spent;
                    self.settle_lot(&mut ledger, &mut taken, &sold, (&parts, lot), policy)?;
                }
            }
        }
        for one in undone {
            self.undo_referral((shop, &mut ledger), &mut versions, &mut taken, one)?;
        }
        let balances = customers.iter().map(|customer| {
            let account = ledger.account(customer)?;
            Ok((customer.clone(), account.available))
        });
        let balances: BTreeMap<CustomerId, i64> = balances.collect::<Result<_, StoreError>>()?;
        ledger.close(self)?;
        for ((customer, _), told) in taken {
            let balance = balances.get(&customer).copied().unwrap_or_default();
            let message = Message::PointsTakenBack {
                order: told.order,
                points: told.points,
                missed: told.missed,
                balance,
            };
            self.notify(shop, To::Customer(&customer), &message)?;
        }
        Ok(())
    }

    /// Takes from a lot, and where that is spent from others, what the refunds of its line have not taken yet.
    fn settle_lot(
        &mut self,
        ledger: &mut Ledger<'_>,
        taken: &mut Taken,
        sold: &SoldLine,
        (parts, mut lot): (&[RefundedPart], EarnedLot),
        policy: RefundSpent,
    ) -> Result<(), StoreError> {
        let done = self.refunds_done(&lot.id)?;
        self.refresh(&mut lot)?;
        let mut returned = Returned {
            quantity: sold.quantity,
            total: sold.total,
            refunded_quantity: 0,
            refunded: 0,
        };
        let add = |returned: &mut Returned, part: &RefundedPart| {
            returned.refunded_quantity += part.quantity;
            returned.refunded += part.amount;
        };
        let (old, new): (Vec<_>, Vec<_>) =
            parts.iter().partition(|part| done.contains(&part.refund));
        for part in old {
            add(&mut returned, part);
        }
        for part in new {
            add(&mut returned, part);
            // What has expired is gone already, and nobody loses points twice.
            let due = given_back(lot.granted, &returned) - lot.expired - lot.settled;
            if due <= 0 {
                continue;
            }
            let about = About {
                cause: format!("refund:{}:{}:{}", part.refund, sold.line, lot.id),
                order: Some(sold.order.clone()),
                line: sold.line.clone(),
                refund: Some(part.refund.clone()),
                ..About::default()
            };
            let sums = self.take_of_lot(ledger, &mut lot, (due, policy), about)?;
            let refund = (&part.refund, part.refunded_at);
            note_taken(taken, &lot.customer, refund, (&sold.number, sums));
        }
        Ok(())
    }

    /// Reads what is left of a lot now: the one before may have had to take from it.
    pub(super) fn refresh(&mut self, lot: &mut EarnedLot) -> Result<(), StoreError> {
        let left = Sql::new("SELECT remaining FROM point_lots WHERE id = $1").arg(&lot.id);
        lot.remaining = left.value(self)?.unwrap_or(0);
        Ok(())
    }

    /// Takes `due` points for a lot, by the policy of its version, and writes it into the ledger with what `about` says besides; gives
    /// how many points were taken, and how many were spent already.
    pub(super) fn take_of_lot(
        &mut self,
        ledger: &mut Ledger<'_>,
        lot: &mut EarnedLot,
        (due, policy): (i64, RefundSpent),
        about: About,
    ) -> Result<Sums, StoreError> {
        let account = ledger.account(&lot.customer)?.clone();
        let (moves, sums) = self.taking(&account, lot, due, policy)?;
        let about = About {
            lot: Some(lot.id.clone()),
            rule: lot.rule.clone(),
            version: Some(lot.version),
            missed: sums.missed,
            ..about
        };
        let kind = EntryKind::TakenBack;
        ledger.move_lots(self, &lot.customer, kind, about, (moves, sums))?;
        Ok(sums)
    }

    /// The entries that take `due` points: of the lot itself first, then of those that expire first, then of what is not there.
    fn taking(
        &mut self,
        account: &Account,
        lot: &mut EarnedLot,
        due: i64,
        policy: RefundSpent,
    ) -> Result<(Vec<Move>, Sums), StoreError> {
        let own = lot.remaining.min(due);
        let mut moves = Vec::new();
        if own > 0 {
            let side = if lot.is_pending {
                Side::Pending
            } else {
                Side::Available
            };
            moves.push(Move::of_lot(side, &lot.id, -own));
        }
        let mut others = usable_lots(self, account)?;
        others.retain(|other| other.id != lot.id);
        let (more, drawn) = drawn(&others, due - own);
        moves.extend(more);
        let lacking = due - own - drawn;
        let missed = match policy {
            RefundSpent::Stop => lacking,
            RefundSpent::Negative => {
                if lacking > 0 {
                    moves.push(Move::owed(-lacking));
                }
                0
            }
        };
        let taken = due - missed;
        if taken > 0 {
            moves.push(Move::of_shop(Side::TakenBack, taken));
        }
        lot.remaining -= own;
        lot.settled += due;
        let sums = Sums {
            taken,
            missed,
            ..Sums::default()
        };
        Ok((moves, sums))
    }

    /// The lines of an order of which something was given back.
    fn sold_lines(&mut self, order: &OrderId) -> Result<Vec<SoldLine>, StoreError> {
        Sql::new(
            "SELECT o.number, l.line, l.quantity, l.total FROM orders o JOIN order_lines l ON l.order_id = o.id \
             WHERE o.id = $1 AND (l.refunded > 0 OR l.refunded_quantity > 0) ORDER BY l.position",
        )
        .arg(order)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(SoldLine {
                order: order.clone(),
                number: row.get("number")?,
                line: row.get("line")?,
                quantity: row.get("quantity")?,
                total: row.get("total")?,
            })
        })
        .collect()
    }

    /// What the refunds of a line that count give back, those first that were made first.
    fn refunded_parts(
        &mut self,
        shop: &ShopId,
        sold: &SoldLine,
    ) -> Result<Vec<RefundedPart>, StoreError> {
        Sql::new(
            "SELECT r.id, r.refunded_at, l.quantity, l.total FROM refunds r JOIN refund_lines l ON l.refund_id = r.id \
             WHERE r.shop_id = $1 AND r.order_number = $2 AND r.state = 'applied' AND l.line = $3 \
             ORDER BY r.refunded_at, r.id, l.position",
        )
        .arg(shop)
        .arg(&sold.number)
        .arg(&sold.line)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(RefundedPart {
                refund: row.get("id")?,
                refunded_at: row.get("refunded_at")?,
                quantity: row.get("quantity")?,
                amount: row.get("total")?,
            })
        })
        .collect()
    }

    fn earned_lots(&mut self, sold: &SoldLine) -> Result<Vec<EarnedLot>, StoreError> {
        let mut sql = Sql::new(EarnedLot::ALL);
        sql.push(" AND t.order_id = ")
            .bind(&sold.order)
            .push(" AND t.line = ")
            .bind(&sold.line)
            .push(" ORDER BY t.id");
        sql.rows(self)?.iter().map(EarnedLot::of).collect()
    }

    /// The refunds that have taken something of a lot.
    fn refunds_done(&mut self, lot: &str) -> Result<HashSet<RefundId>, StoreError> {
        let done = Sql::new(
            "SELECT t.refund_id FROM point_transactions t JOIN point_lots n ON n.order_id = t.order_id \
             WHERE n.id = $1 AND t.lot_id = n.id AND t.refund_id IS NOT NULL",
        )
        .arg(lot)
        .values(self)?;
        Ok(done.into_iter().collect())
    }
}
