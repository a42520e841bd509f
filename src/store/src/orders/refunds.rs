//! Refunds: each number once, never more than was paid, and before their order where it comes so.

use super::take::order_lock;
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::notifications::{Message, To};
use crate::{Db, StoreError};
use bookplate_wire::notifications::{Event, RefundEvent};
use bookplate_wire::orders::{Money, NewRefund, NewRefundLine, Outcome, RefundState, TakenRefund};
use bookplate_wire::{CustomerId, OrderId, RefundId, ShopId};

/// How old a refund may be for its customer to be told, in milliseconds: a shop's history is no news.
const NEWS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// The order that a refund is of.
struct Refunded {
    id: OrderId,
    currency: String,
    customer: Option<CustomerId>,
}

/// Why refunds were not taken; nothing of them was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundRefusal {
    /// The number is known with other content.
    Conflict {
        /// Its position among those that were sent.
        at: usize,
    },
    /// A line takes back more than is left of what was sold, or is none of the order's.
    Exceeds {
        /// The refund's position among those that were sent.
        at: usize,
        /// The line's position in it.
        line: usize,
    },
}

impl Db {
    /// Takes refunds that were checked ([`bookplate_wire::orders::NewRefunds::checked`]).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_refunds(
        &mut self,
        shop: &ShopId,
        refunds: &[NewRefund],
    ) -> Result<Result<Vec<TakenRefund>, RefundRefusal>, StoreError> {
        let orders = refunds.iter().map(|refund| order_lock(shop, &refund.order));
        let numbers = refunds
            .iter()
            .map(|refund| format!("refund {shop} {}", refund.number));
        self.lock(orders.chain(numbers))?;
        let mut taken = Vec::with_capacity(refunds.len());
        for (at, refund) in refunds.iter().enumerate() {
            if let Some((id, known, state)) = known_refund(self, shop, &refund.number)? {
                if known != *refund {
                    return Ok(Err(RefundRefusal::Conflict { at }));
                }
                taken.push(TakenRefund {
                    id,
                    number: refund.number.clone(),
                    outcome: Outcome::Unchanged,
                    state,
                });
                continue;
            }
            let state = match order_of(self, shop, &refund.order)? {
                None => RefundState::Waiting,
                Some(order) => match apply(self, shop, &order, refund)? {
                    Ok(()) => RefundState::Applied,
                    Err(line) => return Ok(Err(RefundRefusal::Exceeds { at, line })),
                },
            };
            taken.push(TakenRefund {
                id: insert(self, shop, refund, state)?,
                number: refund.number.clone(),
                outcome: Outcome::Added,
                state,
            });
        }
        Ok(Ok(taken))
    }

    /// Counts the refunds that have waited for an order which is there now, in the order in which they were
    /// made. One that takes back more than was paid is marked and does not count.
    pub(super) fn settle_refunds(&mut self, shop: &ShopId, number: &str) -> Result<(), StoreError> {
        let Some(order) = order_of(self, shop, number)? else {
            return Ok(());
        };
        let waiting: Vec<String> = Sql::new(
            "SELECT number FROM refunds WHERE shop_id = $1 AND order_number = $2 \
             AND state = 'waiting' ORDER BY refunded_at, id",
        )
        .arg(shop)
        .arg(number)
        .values(self)?;
        for number in waiting {
            let Some((id, refund, _)) = known_refund(self, shop, &number)? else {
                continue;
            };
            let state = match apply(self, shop, &order, &refund)? {
                Ok(()) => RefundState::Applied,
                Err(_) => {
                    let about = RefundEvent {
                        refund: refund.number.clone(),
                        order: refund.order.clone(),
                    };
                    self.emit(shop, &Event::RefundExcessive(about))?;
                    RefundState::Excessive
                }
            };
            Sql::new("UPDATE refunds SET state = $1 WHERE id = $2")
                .arg(state.as_str())
                .arg(&id)
                .run(self)?;
        }
        Ok(())
    }
}

fn order_of(db: &mut Db, shop: &ShopId, number: &str) -> Result<Option<Refunded>, StoreError> {
    Sql::new("SELECT id, currency, customer_id FROM orders WHERE shop_id = $1 AND number = $2")
        .arg(shop)
        .arg(number)
        .row(db)?
        .map(|row| {
            Ok(Refunded {
                id: row.get("id")?,
                currency: row.get("currency")?,
                customer: row.get("customer_id")?,
            })
        })
        .transpose()
}

/// Counts a refund on the lines of its order and tells its customer, or names the first line for which it is
/// too much.
fn apply(
    db: &mut Db,
    shop: &ShopId,
    order: &Refunded,
    refund: &NewRefund,
) -> Result<Result<(), usize>, StoreError> {
    let left = Sql::new(
        "SELECT line, quantity - refunded_quantity AS quantity, total - refunded AS total \
         FROM order_lines WHERE order_id = $1",
    )
    .arg(&order.id)
    .rows(db)?;
    for (at, line) in refund.lines.iter().enumerate() {
        let mut fits = false;
        for row in &left {
            if row.get::<String>("line")? == line.line {
                fits = line.total.currency == order.currency
                    && i64::from(line.quantity) <= row.get("quantity")?
                    && line.total.amount <= row.get("total")?;
            }
        }
        if !fits {
            return Ok(Err(at));
        }
    }
    for line in &refund.lines {
        Sql::new(
            "UPDATE order_lines SET refunded_quantity = refunded_quantity + $1, \
             refunded = refunded + $2 WHERE order_id = $3 AND line = $4",
        )
        .arg(line.quantity)
        .arg(line.total.amount)
        .arg(&order.id)
        .arg(&line.line)
        .run(db)?;
    }
    tell(db, shop, order, refund)?;
    Ok(Ok(()))
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

fn known_refund(
    db: &mut Db,
    shop: &ShopId,
    number: &str,
) -> Result<Option<(RefundId, NewRefund, RefundState)>, StoreError> {
    let rows = Sql::new(
        "SELECT r.id, r.order_number, r.refunded_at, r.currency, r.state, l.line, l.quantity, l.total \
         FROM refunds r JOIN refund_lines l ON l.refund_id = r.id \
         WHERE r.shop_id = $1 AND r.number = $2 ORDER BY l.position",
    )
    .arg(shop)
    .arg(number)
    .rows(db)?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let word: String = first.get("state")?;
    let state = RefundState::ALL
        .into_iter()
        .find(|state| state.as_str() == word)
        .ok_or(StoreError::Corrupt("refunds.state"))?;
    let refund = NewRefund {
        number: number.to_owned(),
        order: first.get("order_number")?,
        refunded_at: first.get("refunded_at")?,
        lines: rows.iter().map(line_of).collect::<Result<_, _>>()?,
    };
    Ok(Some((first.get("id")?, refund, state)))
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

fn insert(
    db: &mut Db,
    shop: &ShopId,
    refund: &NewRefund,
    state: RefundState,
) -> Result<RefundId, StoreError> {
    let id = RefundId::new_id();
    let currency = refund.lines.first().map(|line| &line.total.currency);
    Sql::new(
        "INSERT INTO refunds (id, shop_id, number, order_number, refunded_at, currency, state, \
         received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .arg(&id)
    .arg(shop)
    .arg(&refund.number)
    .arg(&refund.order)
    .arg(refund.refunded_at)
    .arg(currency.map_or("", String::as_str))
    .arg(state.as_str())
    .arg(now())
    .run(db)?;
    for (position, line) in (1_i64..).zip(&refund.lines) {
        Sql::new(
            "INSERT INTO refund_lines (refund_id, position, line, quantity, total) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .arg(&id)
        .arg(position)
        .arg(&line.line)
        .arg(line.quantity)
        .arg(line.total.amount)
        .run(db)?;
    }
    Ok(id)
}
