//! Refunds: each number once, never more than was paid, and before their order where it comes so.

use super::take::order_lock;
use crate::db::{LIST, Row, Sql, Value, insert_all, slot};
use crate::feedback::CameBack;
use crate::ids::{NewId, now};
use crate::notifications::{Message, To};
use crate::reviews::Of;
use crate::{Db, StoreError};
use bookplate_wire::notifications::{Event, RefundEvent};
use bookplate_wire::orders::{Money, NewRefund, NewRefundLine, Outcome, RefundState, TakenRefund};
use bookplate_wire::{CustomerId, OrderId, RefundId, ShopId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How old a refund may be for its customer to be told, in milliseconds: a shop's history is no news.
pub(crate) const NEWS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Why a line of a refund does not fit its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// The order has no such line.
    Unknown,
    /// The order was paid in another currency.
    Currency,
    /// It is more than is left of what was sold.
    Exceeds,
}

/// Why refunds were not taken; nothing of them was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundRefusal {
    /// The number is known with other content.
    Conflict {
        /// Its position among those that were sent.
        at: usize,
    },
    /// A line does not fit its order.
    Line {
        /// The refund's position among those that were sent.
        at: usize,
        /// The line's position in it.
        line: usize,
        /// Why not.
        fault: LineFault,
    },
}

impl Db {
    /// Takes refunds that were checked ([`bookplate_wire::orders::NewRefunds::checked`]).
    ///
    /// One that waits, or that has waited and was too much when its order came, has never counted. The same number
    /// with other content then takes its place: had the order been there first, it would have been refused, and
    /// the shop would have corrected it in the same way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_refunds(
        &mut self,
        shop: &ShopId,
        refunds: &[NewRefund],
    ) -> Result<Result<Vec<TakenRefund>, RefundRefusal>, StoreError> {
        let locks = refunds.iter().map(|refund| order_lock(shop, &refund.order));
        let numbers = refunds
            .iter()
            .map(|refund| format!("refund {shop} {}", slot(&refund.number)));
        self.lock(locks.chain(numbers))?;
        let numbers: Vec<&String> = refunds.iter().map(|refund| &refund.number).collect();
        let mut known = known_refunds(self, shop, &numbers)?;
        let mut numbers: Vec<&String> = refunds.iter().map(|refund| &refund.order).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut orders = orders_of(self, shop, &numbers)?;
        let mut taken = Vec::with_capacity(refunds.len());
        let (mut new, mut counted) = (NewRows::default(), Counted::default());
        for (at, refund) in refunds.iter().enumerate() {
            let known = known.remove(&refund.number);
            if let Some(known) = known.as_ref().filter(|known| known.refund == *refund) {
                taken.push(TakenRefund {
                    id: known.id.clone(),
                    number: refund.number.clone(),
                    outcome: Outcome::Unchanged,
                    state: known.state,
                });
                continue;
            }
            let replaces = match known {
                Some(known) if known.state != RefundState::Applied => Some(known.id),
                Some(_) => return Ok(Err(RefundRefusal::Conflict { at })),
                None => None,
            };
            let state = match orders.get_mut(&refund.order) {
                None => RefundState::Waiting,
                Some(order) => {
                    if let Err((line, fault)) = order.take_back(refund) {
                        return Ok(Err(RefundRefusal::Line { at, line, fault }));
                    }
                    counted.add(order, refund);
                    tell(self, shop, order, refund)?;
                    RefundState::Applied
                }
            };
            let outcome = match replaces {
                Some(_) => Outcome::Changed,
                None => Outcome::Added,
            };
            let id = match replaces {
                Some(id) => {
                    if !replace(self, &id, refund, state)? {
                        return Ok(Err(RefundRefusal::Conflict { at }));
                    }
                    id
                }
                None => new.add(shop, refund, state),
            };
            new.add_lines(&id, refund);
            taken.push(TakenRefund {
                id,
                number: refund.number.clone(),
                outcome,
                state,
            });
        }
        new.insert(self)?;
        let orders = counted.orders();
        let came_back = counted.write(self, shop)?;
        let of_points: Vec<OrderId> = orders.iter().cloned().collect();
        self.review_tiers(shop, &of_points)?;
        self.take_back_points(shop, &of_points)?;
        self.return_points(shop, &of_points)?;
        self.settle_returns(shop, &came_back)?;
        self.settle_bought(&orders)?;
        Ok(Ok(taken))
    }

    /// The refunds of a customer's orders that count, the latest first.
    pub(crate) fn refunds_of(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<NewRefund>, StoreError> {
        let shop: Option<ShopId> = Sql::new("SELECT shop_id FROM customers WHERE id = $1")
            .arg(customer)
            .value(self)?;
        let Some(shop) = shop else {
            return Ok(Vec::new());
        };
        let numbers: Vec<String> = Sql::new(
            "SELECT r.number FROM refunds r JOIN orders o ON o.shop_id = r.shop_id \
             AND o.number = r.order_number WHERE o.customer_id = $1 AND r.state = 'applied' \
             ORDER BY r.refunded_at DESC, r.id DESC",
        )
        .arg(customer)
        .values(self)?;
        let mut known = known_refunds(self, &shop, &numbers.iter().collect::<Vec<_>>())?;
        let refunds = numbers.iter().filter_map(|number| known.remove(number));
        Ok(refunds.map(|known| known.refund).collect())
    }

    /// Counts the refunds that have waited for an order which is there now, in the order in which they were
    /// made. One that takes back more than was paid is marked and does not count.
    pub(super) fn settle_refunds(&mut self, shop: &ShopId, number: &str) -> Result<(), StoreError> {
        let number = number.to_owned();
        let Some(mut order) = orders_of(self, shop, &[&number])?.remove(&number) else {
            return Ok(());
        };
        let waiting: Vec<String> = Sql::new(
            "SELECT number FROM refunds WHERE shop_id = $1 AND order_number = $2 \
             AND state = 'waiting' ORDER BY refunded_at, id",
        )
        .arg(shop)
        .arg(&number)
        .values(self)?;
        let numbers: Vec<&String> = waiting.iter().collect();
        let mut known = known_refunds(self, shop, &numbers)?;
        let mut counted = Counted::default();
        for number in &waiting {
            let Some(Known { id, refund, .. }) = known.remove(number) else {
                continue;
            };
            // Another order may have been named meanwhile.
            let held = Sql::new(
                "UPDATE refunds SET state = state \
                 WHERE id = $1 AND order_number = $2 AND state = 'waiting'",
            );
            if held.arg(&id).arg(&refund.order).run(self)? == 0 {
                continue;
            }
            let state = if order.take_back(&refund).is_ok() {
                counted.add(&order, &refund);
                tell(self, shop, &order, &refund)?;
                RefundState::Applied
            } else {
                let about = RefundEvent {
                    refund: refund.number.clone(),
                    order: refund.order.clone(),
                };
                self.emit(shop, &Event::RefundExcessive(about))?;
                RefundState::Excessive
            };
            Sql::new("UPDATE refunds SET state = $1 WHERE id = $2")
                .arg(state.as_str())
                .arg(&id)
                .run(self)?;
        }
        let came_back = counted.write(self, shop)?;
        self.settle_returns(shop, &came_back)
    }
}

/// The order that a refund is of.
struct Refunded {
    id: OrderId,
    currency: String,
    customer: Option<CustomerId>,
    /// How many and how much is left of each line.
    left: HashMap<String, (i64, i64)>,
}

impl Refunded {
    /// Takes what a refund takes, or names the first of its lines that is too much.
    fn take_back(&mut self, refund: &NewRefund) -> Result<(), (usize, LineFault)> {
        for (at, line) in refund.lines.iter().enumerate() {
            let Some((quantity, total)) = self.left.get(&line.line) else {
                return Err((at, LineFault::Unknown));
            };
            if line.total.currency != self.currency {
                return Err((at, LineFault::Currency));
            }
            if i64::from(line.quantity) > *quantity || line.total.amount > *total {
                return Err((at, LineFault::Exceeds));
            }
        }
        for line in &refund.lines {
            if let Some((quantity, total)) = self.left.get_mut(&line.line) {
                *quantity -= i64::from(line.quantity);
                *total -= line.total.amount;
            }
        }
        Ok(())
    }
}

fn orders_of(
    db: &mut Db,
    shop: &ShopId,
    numbers: &[&String],
) -> Result<HashMap<String, Refunded>, StoreError> {
    let mut orders: HashMap<String, Refunded> = HashMap::new();
    for chunk in numbers.chunks(LIST) {
        let mut sql = Sql::new(
            "SELECT o.id, o.number, o.currency, o.customer_id, l.line, \
             l.quantity - l.refunded_quantity AS quantity, l.total - l.refunded AS total \
             FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND o.number IN (")
            .bind_all(chunk.iter().copied())
            .push(")");
        for row in sql.rows(db)? {
            let number: String = row.get("number")?;
            if !orders.contains_key(&number) {
                let order = Refunded {
                    id: row.get("id")?,
                    currency: row.get("currency")?,
                    customer: row.get("customer_id")?,
                    left: HashMap::new(),
                };
                orders.insert(number.clone(), order);
            }
            if let Some(order) = orders.get_mut(&number) {
                let left = (row.get("quantity")?, row.get("total")?);
                order.left.insert(row.get("line")?, left);
            }
        }
    }
    Ok(orders)
}

/// What refunds take back of each line; in the same order by everybody.
#[derive(Default)]
struct Counted {
    lines: BTreeMap<(OrderId, String), (i64, i64)>,
    /// The copies among that, of orders whose customer is known.
    copies: Vec<CameBack>,
}

impl Counted {
    fn add(&mut self, order: &Refunded, refund: &NewRefund) {
        for line in &refund.lines {
            let sum = self.lines.entry((order.id.clone(), line.line.clone()));
            let (quantity, total) = sum.or_default();
            *quantity += i64::from(line.quantity);
            *total += line.total.amount;
            let customer = order.customer.as_ref().filter(|_| line.quantity > 0);
            self.copies.extend(customer.map(|customer| CameBack {
                order: refund.order.clone(),
                customer: customer.clone(),
                line: line.line.clone(),
                quantity: line.quantity,
                at: refund.refunded_at,
            }));
        }
    }

    fn orders(&self) -> BTreeSet<OrderId> {
        self.lines.keys().map(|(order, _)| order.clone()).collect()
    }

    /// Writes it down; gives the copies that came back.
    fn write(self, db: &mut Db, shop: &ShopId) -> Result<Vec<CameBack>, StoreError> {
        db.note_purchases(shop, Of::Order, self.orders())?;
        for ((order, line), (quantity, total)) in self.lines {
            Sql::new(
                "UPDATE order_lines SET refunded_quantity = refunded_quantity + $1, \
                 refunded = refunded + $2 WHERE order_id = $3 AND line = $4",
            )
            .arg(quantity)
            .arg(total)
            .arg(&order)
            .arg(line)
            .run(db)?;
        }
        Ok(self.copies)
    }
}

fn tell(
    db: &mut Db,
    shop: &ShopId,
    order: &Refunded,
    refund: &NewRefund,
) -> Result<(), StoreError> {
    let Some(customer) = &order.customer else {
        return Ok(());
    };
    // Goods that come back without money are no news either.
    let amount: i64 = refund.lines.iter().map(|line| line.total.amount).sum();
    if amount == 0 || refund.refunded_at < now() - NEWS {
        return Ok(());
    }
    let message = Message::RefundNoted {
        order: refund.order.clone(),
        amount: Money {
            amount,
            currency: order.currency.clone(),
        },
    };
    db.notify(shop, To::Customer(customer), &message)
}

/// A refund as it stands in the database.
pub(super) struct Known {
    pub(super) id: RefundId,
    pub(super) refund: NewRefund,
    pub(super) state: RefundState,
}

pub(super) fn known_refunds(
    db: &mut Db,
    shop: &ShopId,
    numbers: &[&String],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut known: HashMap<String, Known> = HashMap::new();
    for chunk in numbers.chunks(LIST) {
        let mut sql = Sql::new(
            "SELECT r.id, r.number, r.order_number, r.refunded_at, r.currency, r.state, \
             l.line, l.quantity, l.total \
             FROM refunds r JOIN refund_lines l ON l.refund_id = r.id WHERE r.shop_id = ",
        );
        sql.bind(shop)
            .push(" AND r.number IN (")
            .bind_all(chunk.iter().copied())
            .push(") ORDER BY r.id, l.position");
        for row in sql.rows(db)? {
            let number: String = row.get("number")?;
            if !known.contains_key(&number) {
                known.insert(number.clone(), known_of(&row)?);
            }
            if let Some(known) = known.get_mut(&number) {
                known.refund.lines.push(line_of(&row)?);
            }
        }
    }
    Ok(known)
}

/// The refund in a row, without its lines.
fn known_of(row: &Row) -> Result<Known, StoreError> {
    let word: String = row.get("state")?;
    let state = RefundState::ALL
        .into_iter()
        .find(|state| state.as_str() == word)
        .ok_or(StoreError::Corrupt("refunds.state"))?;
    Ok(Known {
        id: row.get("id")?,
        state,
        refund: NewRefund {
            number: row.get("number")?,
            order: row.get("order_number")?,
            refunded_at: row.get("refunded_at")?,
            lines: Vec::new(),
        },
    })
}

fn line_of(row: &Row) -> Result<NewRefundLine, StoreError> {
    Ok(NewRefundLine {
        line: row.get("line")?,
        quantity: row.get("quantity")?,
        total: Money {
            amount: row.get("total")?,
            currency: row.get("currency")?,
        },
    })
}

/// Refunds that are new and their lines, to be written many at a time.
#[derive(Default)]
struct NewRows {
    refunds: Vec<Vec<Value>>,
    lines: Vec<Vec<Value>>,
}

impl NewRows {
    fn add(&mut self, shop: &ShopId, refund: &NewRefund, state: RefundState) -> RefundId {
        let id = RefundId::new_id();
        self.refunds.push(vec![
            (&id).into(),
            shop.into(),
            (&refund.number).into(),
            (&refund.order).into(),
            refund.refunded_at.into(),
            refund.currency().into(),
            state.as_str().into(),
            now().into(),
        ]);
        id
    }

    fn add_lines(&mut self, id: &RefundId, refund: &NewRefund) {
        for (position, line) in (1_i64..).zip(&refund.lines) {
            self.lines.push(vec![
                id.into(),
                position.into(),
                (&line.line).into(),
                line.quantity.into(),
                line.total.amount.into(),
            ]);
        }
    }

    fn insert(self, db: &mut Db) -> Result<(), StoreError> {
        insert_all(
            db,
            "INSERT INTO refunds (id, shop_id, number, order_number, refunded_at, currency, state, \
             received_at) VALUES ",
            self.refunds,
        )?;
        insert_all(
            db,
            "INSERT INTO refund_lines (refund_id, position, line, quantity, total) VALUES ",
            self.lines,
        )
    }
}

/// Makes room for other content of a known refund; its lines are to be added. False when it counts by now.
fn replace(
    db: &mut Db,
    id: &RefundId,
    refund: &NewRefund,
    state: RefundState,
) -> Result<bool, StoreError> {
    let replaced = Sql::new(
        "UPDATE refunds SET order_number = $1, refunded_at = $2, currency = $3, state = $4 \
         WHERE id = $5 AND state <> 'applied'",
    )
    .arg(&refund.order)
    .arg(refund.refunded_at)
    .arg(refund.currency())
    .arg(state.as_str())
    .arg(id)
    .run(db)?;
    Sql::new("DELETE FROM refund_lines WHERE refund_id = $1")
        .arg(id)
        .run(db)?;
    Ok(replaced > 0)
}
