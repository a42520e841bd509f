//! Paying with points and coupons: what an order can be paid with, and what it holds until it is paid or not.
//!
//! A reservation takes points out of their lots at once, so nobody else spends them; it ends once, by being consumed, released or
//! by its time. What has become of it changes under its customer's lock; who consumes it holds the order's before.

use super::ledger::{About, Ledger, Move, Side, Sums};
use super::lock_of;
use super::redemptions::{Known, RedemptionRefusal};
use super::rules::Versions;
use crate::db::{Row, Sql, slot};
use crate::ids::{NewId, now};
use crate::orders::order_lock;
use crate::{Db, StoreError};
use bookplate_wire::orders::Money;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::checkout::{
    MINUTES, NewReservation, Quote, QuotedLine, Reservation, ReservationState, UsableCoupon,
};
use bookplate_wire::points::earn::PurchasedLine;
use bookplate_wire::points::rewards::RedemptionState;
use bookplate_wire::{CustomerId, OrderId, RedemptionId, ReservationId, ShopId};

/// Why nothing was reserved, consumed or released; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutRefusal {
    /// The shop has no points.
    Off,
    /// The shop takes no points in payment, or not in this currency.
    NoPayment,
    /// The customer has fewer points.
    Insufficient,
    /// The points are fewer or more than the rules allow.
    Share,
    /// The reference is known with other content.
    Conflict,
    /// The shop has no such reservation.
    NotFound,
    /// It has ended otherwise.
    Ended,
    /// The coupon cannot be used.
    Coupon(RedemptionRefusal),
}

/// A reservation with what stands beside it in the database.
struct Reserved {
    reservation: Reservation,
    customer: Option<CustomerId>,
    redemption: Option<RedemptionId>,
    total: i64,
}

const COLUMNS: &str = "SELECT v.id, a.customer_id, v.reference, v.currency, v.total, v.points, v.worth, \
     v.redemption_id, v.discount, v.state, v.order_number, v.returned, v.expires_at, COALESCE(d.code, '') AS code, \
     COALESCE(d.content, '') AS content FROM point_reservations v JOIN point_accounts a ON a.id = v.account_id \
     LEFT JOIN point_redemptions d ON d.id = v.redemption_id WHERE v.shop_id = ";

impl Db {
    /// What a customer's order of `total` can be paid with, and what it would earn; `None` where the shop has no points.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn quote(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        (total, lines): (&Money, &[QuotedLine]),
    ) -> Result<Option<Quote>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let now = now();
        let available = Sql::new("SELECT available FROM point_accounts WHERE customer_id = $1")
            .arg(customer)
            .value(self)?
            .unwrap_or(0);
        let situation = self.situation((shop, &mut versions), Some(customer), now)?;
        let lines = match lines {
            // Goods without conditions.
            [] => vec![PurchasedLine {
                amount: total.amount,
                format: None,
                categories: Vec::new(),
            }],
            lines => self.quoted_lines(shop, lines)?,
        };
        let version = versions.latest();
        let rules = versions.rules(self, shop, version)?;
        let payable = rules.payable(available, total);
        let max_points = payable.map_or(0, |payable| payable.max);
        let worth = rules.worth_in(max_points, &total.currency).unwrap_or(0);
        let in_currency = |amount: i64| Money {
            amount,
            currency: total.currency.clone(),
        };
        let coupons = self.open_redemptions(shop, customer, now)?.into_iter();
        let coupons = coupons.filter(|one| one.gives.is_for(total));
        Ok(Some(Quote {
            available,
            min_points: payable.map(|payable| payable.min),
            max_points,
            max_worth: in_currency(worth),
            coupons: coupons
                .map(|one| UsableCoupon {
                    discount: in_currency(one.gives.off(total)),
                    code: one.code,
                    names: one.names,
                    gives: one.gives,
                })
                .collect(),
            earns: situation.map_or(0, |situation| {
                situation.earns(rules, &total.currency, &lines)
            }),
        }))
    }

    /// Holds points and a coupon for an order, by values that were checked ([`NewReservation::checked`]). A known reference with
    /// the same content is the same reservation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn reserve_points(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        new: &NewReservation,
    ) -> Result<Result<Reservation, CheckoutRefusal>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(Err(CheckoutRefusal::Off));
        };
        self.lock([format!("reservation {shop} {}", slot(&new.reference))])?;
        self.lock([lock_of(shop, customer)])?;
        let now = now();
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop)
            .push(" AND v.reference = ")
            .bind(&new.reference);
        if let Some(row) = sql.row(self)? {
            let known = reserved_of(&row)?;
            let is_same = known.customer.as_ref() == Some(customer)
                && (known.total, &known.reservation.worth.currency)
                    == (new.total.amount, &new.total.currency)
                && (known.reservation.points, &known.reservation.coupon)
                    == (new.points, &new.coupon);
            return Ok(if is_same {
                Ok(known.reservation)
            } else {
                Err(CheckoutRefusal::Conflict)
            });
        }
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        let account = ledger.account(customer)?.clone();
        let coupon = match self.coupon_for(shop, &account.id, new, now)? {
            Ok(coupon) => coupon,
            Err(refusal) => return Ok(Err(CheckoutRefusal::Coupon(refusal))),
        };
        let discount = coupon
            .as_ref()
            .map_or(0, |coupon| coupon.redemption.gives.off(&new.total));
        let rest = Money {
            amount: new.total.amount - discount,
            currency: new.total.currency.clone(),
        };
        let version = versions.latest();
        let rules = versions.rules(self, shop, version)?;
        let (mut worth, mut moves) = (0, Vec::new());
        if new.points > 0 {
            let Some(payable) = rules.payable(account.available, &rest) else {
                return Ok(Err(CheckoutRefusal::NoPayment));
            };
            if new.points > account.available {
                return Ok(Err(CheckoutRefusal::Insufficient));
            }
            if new.points < payable.min || new.points > payable.max {
                return Ok(Err(CheckoutRefusal::Share));
            }
            worth = rules.worth_in(new.points, &rest.currency).unwrap_or(0);
            let Some(drawn) = ledger.drawable(self, customer, new.points)? else {
                return Ok(Err(CheckoutRefusal::Insufficient));
            };
            moves = drawn;
        }
        let id = ReservationId::new_id();
        let minutes = new.minutes.unwrap_or(MINUTES);
        Sql::new(
            "INSERT INTO point_reservations (id, shop_id, account_id, reference, currency, total, points, worth, version, \
             redemption_id, discount, state, order_number, returned, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'held', '', 0, $12, $13)",
        )
        .arg(&id)
        .arg(shop)
        .arg(&account.id)
        .arg(&new.reference)
        .arg(&new.total.currency)
        .arg(new.total.amount)
        .arg(new.points)
        .arg(worth)
        .arg(version)
        .arg(coupon.as_ref().map(|coupon| &coupon.redemption.id))
        .arg(discount)
        .arg(now)
        .arg(now + i64::from(minutes) * 60_000)
        .run(self)?;
        if let Some(coupon) = &coupon {
            self.set_redemption(&coupon.redemption.id, RedemptionState::Held, "")?;
        }
        if !moves.is_empty() {
            let kind = (EntryKind::Held, Side::Held);
            ledger.spend(self, customer, kind, about("held", &id), moves)?;
        }
        ledger.close(self)?;
        let known = self.reserved(shop, &id)?;
        let missing = StoreError::Corrupt("point_reservations.id");
        Ok(Ok(known.ok_or(missing)?.reservation))
    }

    /// The coupon that a reservation is to hold, if it names one.
    fn coupon_for(
        &mut self,
        shop: &ShopId,
        account: &str,
        new: &NewReservation,
        now: i64,
    ) -> Result<Result<Option<Known>, RedemptionRefusal>, StoreError> {
        if new.coupon.is_empty() {
            return Ok(Ok(None));
        }
        let known = self.redemption_by_code(shop, &new.coupon)?;
        let Some(known) = known.filter(|known| known.account == account) else {
            return Ok(Err(RedemptionRefusal::NotFound));
        };
        if let Some(refusal) = known.refusal(now) {
            return Ok(Err(refusal));
        }
        if !known.redemption.gives.is_for(&new.total) {
            return Ok(Err(RedemptionRefusal::Minimum));
        }
        Ok(Ok(Some(known)))
    }

    /// Takes what a reservation holds for an order, once. The same order again is the same; what was refunded of it already
    /// comes back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn consume_reservation(
        &mut self,
        shop: &ShopId,
        id: &ReservationId,
        order: &str,
    ) -> Result<Result<Reservation, CheckoutRefusal>, StoreError> {
        self.lock([order_lock(shop, order)])?;
        let known = match self.reserved_alone(shop, id)? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (reservation, now) = (known.reservation, now());
        if reservation.state == ReservationState::Consumed && reservation.order == order {
            return Ok(Ok(reservation));
        }
        let alive = reservation.state == ReservationState::Held && reservation.expires_at > now;
        let Some(customer) = known.customer.filter(|_| alive) else {
            return Ok(Err(CheckoutRefusal::Ended));
        };
        let order_id: Option<OrderId> =
            Sql::new("SELECT id FROM orders WHERE shop_id = $1 AND number = $2")
                .arg(shop)
                .arg(order)
                .value(self)?;
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        if reservation.points > 0 {
            let about = About {
                order: order_id.clone(),
                ..about("spent", id)
            };
            let moves = vec![
                Move::of_shop(Side::Held, -reservation.points),
                Move::of_shop(Side::Spent, reservation.points),
            ];
            let moved = (moves, Sums::default());
            ledger.move_lots(self, &customer, EntryKind::Spent, about, moved)?;
        }
        ledger.close(self)?;
        Sql::new(
            "UPDATE point_reservations SET state = 'consumed', order_number = $1 WHERE id = $2",
        )
        .arg(order)
        .arg(id)
        .run(self)?;
        if let Some(redemption) = &known.redemption {
            self.set_redemption(redemption, RedemptionState::Used, order)?;
        }
        if let Some(order) = order_id {
            self.return_points(shop, &[order])?;
        }
        let known = self.reserved(shop, id)?;
        let missing = StoreError::Corrupt("point_reservations.id");
        Ok(Ok(known.ok_or(missing)?.reservation))
    }

    /// Lets go what a reservation holds. What was let go, also by its time, stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn release_reservation(
        &mut self,
        shop: &ShopId,
        id: &ReservationId,
    ) -> Result<Result<Reservation, CheckoutRefusal>, StoreError> {
        let mut known = match self.reserved_alone(shop, id)? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match (known.reservation.state, known.customer.clone()) {
            (ReservationState::Consumed, _) => return Ok(Err(CheckoutRefusal::Ended)),
            (ReservationState::Held, Some(customer)) => {
                let customers = [customer.clone()];
                let mut ledger = Ledger::open(self, shop, &customers, now())?;
                let state = ReservationState::Released;
                self.let_go(&mut ledger, &customer, &known, state)?;
                ledger.close(self)?;
                known.reservation.state = state;
            }
            _ => {}
        }
        Ok(Ok(known.reservation))
    }

    fn let_go(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        known: &Reserved,
        state: ReservationState,
    ) -> Result<(), StoreError> {
        let id = &known.reservation.id;
        if known.reservation.points > 0 {
            let kind = (EntryKind::Released, Side::Held);
            let about = about("released", id);
            ledger.give_back(self, customer, kind, about, &format!("held:{id}"))?;
        }
        if let Some(redemption) = &known.redemption {
            self.set_redemption(redemption, RedemptionState::Open, "")?;
        }
        Sql::new("UPDATE point_reservations SET state = $1 WHERE id = $2")
            .arg(state.as_str())
            .arg(id)
            .run(self)
            .map(drop)
    }

    /// Lets go what reservations of an account hold whose time is over.
    pub(super) fn expire_reservations(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        account: &str,
    ) -> Result<(), StoreError> {
        let (shop, now) = (ledger.shop().clone(), ledger.now());
        let held = self.held_by(&shop, account)?.into_iter();
        for known in held.filter(|known| known.reservation.expires_at <= now) {
            self.let_go(ledger, customer, &known, ReservationState::Expired)?;
        }
        Ok(())
    }

    /// Lets go what a customer who leaves has held for orders.
    pub(super) fn let_go_of_reservations(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        account: &str,
    ) -> Result<(), StoreError> {
        let shop = ledger.shop().clone();
        for known in self.held_by(&shop, account)? {
            self.let_go(ledger, customer, &known, ReservationState::Released)?;
        }
        Ok(())
    }

    fn held_by(&mut self, shop: &ShopId, account: &str) -> Result<Vec<Reserved>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop)
            .push(" AND v.account_id = ")
            .bind(account)
            .push(" AND v.state = 'held' ORDER BY v.id");
        sql.rows(self)?.iter().map(reserved_of).collect()
    }

    /// All reservations of a customer, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn reservations_of(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Vec<Reservation>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop)
            .push(" AND a.customer_id = ")
            .bind(customer)
            .push(" ORDER BY v.id DESC");
        let rows = sql.rows(self)?;
        rows.iter()
            .map(|row| Ok(reserved_of(row)?.reservation))
            .collect()
    }

    /// A reservation as it is now that nobody else changes it.
    fn reserved_alone(
        &mut self,
        shop: &ShopId,
        id: &ReservationId,
    ) -> Result<Result<Reserved, CheckoutRefusal>, StoreError> {
        let Some(known) = self.reserved(shop, id)? else {
            return Ok(Err(CheckoutRefusal::NotFound));
        };
        let Some(customer) = known.customer else {
            return Ok(Ok(known));
        };
        self.lock([lock_of(shop, &customer)])?;
        let known = self.reserved(shop, id)?;
        Ok(known.ok_or(CheckoutRefusal::NotFound))
    }

    fn reserved(
        &mut self,
        shop: &ShopId,
        id: &ReservationId,
    ) -> Result<Option<Reserved>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop).push(" AND v.id = ").bind(id);
        sql.row(self)?.as_ref().map(reserved_of).transpose()
    }
}

fn about(what: &str, id: &ReservationId) -> About {
    About {
        cause: format!("{what}:{id}"),
        reservation: Some(id.clone()),
        ..About::default()
    }
}

fn reserved_of(row: &Row) -> Result<Reserved, StoreError> {
    let currency: String = row.get("currency")?;
    let money = |amount: i64| Money {
        amount,
        currency: currency.clone(),
    };
    let (total, worth, discount): (i64, i64, i64) =
        (row.get("total")?, row.get("worth")?, row.get("discount")?);
    let state: String = row.get("state")?;
    let content: String = row.get("content")?;
    let gives = match content.as_str() {
        "" => None,
        text => Some(super::rewards::read(text)?.gives),
    };
    Ok(Reserved {
        reservation: Reservation {
            id: row.get("id")?,
            reference: row.get("reference")?,
            state: ReservationState::from_word(&state)
                .ok_or(StoreError::Corrupt("point_reservations.state"))?,
            points: row.get("points")?,
            worth: money(worth),
            coupon: row.get("code")?,
            gives,
            discount: money(discount),
            due: money(total - discount - worth),
            expires_at: row.get("expires_at")?,
            order: row.get("order_number")?,
            returned: row.get("returned")?,
        },
        customer: row.get("customer_id")?,
        redemption: row.get("redemption_id")?,
        total,
    })
}
