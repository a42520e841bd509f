//! The ledger: transactions that add up to zero, and the sums that are written with them.

use crate::db::{LIST, Row, Sql, Value, insert_all};
use crate::ids::{NewId, new_digits};
use crate::{Db, StoreError};
use bookplate_wire::points::EntryKind;
use bookplate_wire::{
    AdjustmentId, CustomerId, EditionId, OrderId, PointsEntryId, RedemptionId, RefundId,
    ReservationId, ShopId,
};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of the transaction by which an account ends whose customer leaves. Nobody reads it in a statement.
pub(super) const CLOSED: &str = "closed";

/// Whose points an entry adds to or takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What the customer can use.
    Available,
    /// What the customer gets when the goods can be returned no more.
    Pending,
    /// The shop's: what rules have given.
    Issued,
    /// The shop's: what refunds have taken back.
    TakenBack,
    /// The shop's: what was not used in time.
    Expired,
    /// The shop's: what people and programs have added and taken.
    Adjusted,
    /// The shop's: what was left of those who have left.
    Forfeited,
    /// The shop's: what is held for orders that are about to be paid.
    Held,
    /// The shop's: what orders were paid with.
    Spent,
    /// The shop's: what rewards were had for.
    Redeemed,
}

impl Side {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Pending => "pending",
            Self::Issued => "issued",
            Self::TakenBack => "taken_back",
            Self::Expired => "expired",
            Self::Adjusted => "adjusted",
            Self::Forfeited => "forfeited",
            Self::Held => "held",
            Self::Spent => "spent",
            Self::Redeemed => "redeemed",
        }
    }
}

/// An account, held by its customer's lock.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    /// What can be used; below zero for what a refund has found spent. Then nothing is left of any lot that can be used.
    pub(super) available: i64,
    pub(super) pending: i64,
    sequence: i64,
}

/// What a transaction is about.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    /// Of what it is the only transaction: see `point_transactions`.
    pub(super) cause: String,
    pub(super) order: Option<OrderId>,
    pub(super) line: String,
    /// The book, where it is about no line of an order.
    pub(super) edition: Option<EditionId>,
    pub(super) refund: Option<RefundId>,
    pub(super) adjustment: Option<AdjustmentId>,
    pub(super) reservation: Option<ReservationId>,
    pub(super) redemption: Option<RedemptionId>,
    /// The lot that is made, matures, expires or is taken back.
    pub(super) lot: Option<String>,
    /// The rule of that lot.
    pub(super) rule: String,
    pub(super) version: Option<u32>,
    pub(super) missed: i64,
}

/// An entry: points that go to (or below zero from) a side. What is the customer's names its lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) side: Side,
    pub(super) lot: Option<String>,
    pub(super) points: i64,
}

impl Move {
    /// Points of the shop's.
    pub(super) fn of_shop(side: Side, points: i64) -> Self {
        let lot = None;
        Self { side, lot, points }
    }

    /// Points of a lot.
    pub(super) fn of_lot(side: Side, lot: &str, points: i64) -> Self {
        let lot = Some(lot.to_owned());
        Self { side, lot, points }
    }

    /// Points that have to be given back and are not there.
    pub(super) fn owed(points: i64) -> Self {
        Self {
            side: Side::Available,
            lot: None,
            points,
        }
    }
}

/// Points that come together.
#[derive(Debug, Clone)]
pub(super) struct NewLot {
    pub(super) order: Option<OrderId>,
    pub(super) line: String,
    pub(super) rule: String,
    pub(super) version: u32,
    pub(super) earned_on: String,
    pub(super) points: i64,
    pub(super) matures_at: i64,
    pub(super) expires_at: Option<i64>,
    /// The lot that has earned them, where they were spent and come back.
    pub(super) origin: Option<String>,
    /// The book whose review has earned them.
    pub(super) edition: Option<EditionId>,
}

impl NewLot {
    /// Points that no order has earned: by a rule, at an instant on a day. They can be used at once and for ever, unless something
    /// else is said.
    pub(super) fn besides(rule: &str, version: u32, points: i64, (now, on): (i64, String)) -> Self {
        Self {
            order: None,
            line: String::new(),
            rule: rule.to_owned(),
            version,
            earned_on: on,
            points,
            matures_at: now,
            expires_at: None,
            origin: None,
            edition: None,
        }
    }
}

/// A lot of which something may be left.
#[derive(Debug, Clone)]
pub(super) struct Lot {
    pub(super) id: String,
    pub(super) remaining: i64,
}

/// The accounts that a unit of work changes, and what it adds to the ledger. It is written by [`Ledger::close`].
pub(super) struct Ledger<'s> {
    shop: &'s ShopId,
    now: i64,
    accounts: BTreeMap<CustomerId, Account>,
    changed: BTreeSet<CustomerId>,
    lots: Vec<Vec<Value>>,
    transactions: Vec<Vec<Value>>,
    entries: Vec<Vec<Value>>,
}

impl<'s> Ledger<'s> {
    /// The accounts of customers whose locks are held; who has none yet gets one.
    pub(super) fn open(
        db: &mut Db,
        shop: &'s ShopId,
        customers: &[CustomerId],
        now: i64,
    ) -> Result<Self, StoreError> {
        let mut accounts = BTreeMap::new();
        for chunk in customers.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT id, customer_id, available, pending, sequence FROM point_accounts \
                 WHERE customer_id IN (",
            );
            sql.bind_all(chunk).push(")");
            for row in sql.rows(db)? {
                accounts.insert(row.get("customer_id")?, account_of(&row)?);
            }
        }
        let mut new = Vec::new();
        for customer in customers {
            if accounts.contains_key(customer) {
                continue;
            }
            let account = Account {
                id: new_digits(),
                available: 0,
                pending: 0,
                sequence: 0,
            };
            new.push(vec![
                (&account.id).into(),
                shop.into(),
                customer.into(),
                0_i64.into(),
                0_i64.into(),
                0_i64.into(),
                now.into(),
            ]);
            accounts.insert(customer.clone(), account);
        }
        insert_all(
            db,
            "INSERT INTO point_accounts (id, shop_id, customer_id, available, pending, sequence, opened_at) VALUES ",
            new,
        )?;
        Ok(Self {
            shop,
            now,
            accounts,
            changed: BTreeSet::new(),
            lots: Vec::new(),
            transactions: Vec::new(),
            entries: Vec::new(),
        })
    }

    /// The shop whose ledger it is.
    pub(super) fn shop(&self) -> &ShopId {
        self.shop
    }

    /// When all that is added happens, in milliseconds since 1970 UTC.
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    /// A customer's account as it is now.
    ///
    /// # Errors
    /// When the customer is none of those for whom the ledger was opened.
    pub(super) fn account(&self, customer: &CustomerId) -> Result<&Account, StoreError> {
        let missing = StoreError::Corrupt("point_accounts.customer_id");
        self.accounts.get(customer).ok_or(missing)
    }

    /// Gives a customer points, of which as many as are owed are gone at once. They come from `side` of the shop.
    pub(super) fn grant(
        &mut self,
        customer: &CustomerId,
        (kind, side): (EntryKind, Side),
        about: About,
        lot: &NewLot,
    ) -> Result<(), StoreError> {
        let id = new_digits();
        let is_pending = lot.matures_at > self.now;
        let mut moves = vec![Move::of_shop(side, -lot.points)];
        let mut owed = 0;
        if is_pending {
            moves.push(Move::of_lot(Side::Pending, &id, lot.points));
        } else {
            moves.push(Move::of_lot(Side::Available, &id, lot.points));
            owed = self.owed(customer, lot.points)?;
            moves.extend(filled_up(&id, owed));
        }
        self.lots.push(vec![
            (&id).into(),
            self.shop.into(),
            (&self.account(customer)?.id).into(),
            lot.order.as_ref().into(),
            (&lot.line).into(),
            (&lot.rule).into(),
            lot.version.into(),
            (&lot.earned_on).into(),
            lot.points.into(),
            (lot.points - owed).into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
            if is_pending { "pending" } else { "available" }.into(),
            lot.matures_at.into(),
            lot.expires_at.into(),
            0_i64.into(),
            lot.origin.as_ref().into(),
            lot.edition.as_ref().into(),
        ]);
        let about = About {
            lot: Some(id),
            ..about
        };
        self.post(customer, kind.as_str(), about, moves)
    }

    /// How many of `points` that a customer gets are owed already.
    pub(super) fn owed(&self, customer: &CustomerId, points: i64) -> Result<i64, StoreError> {
        Ok((-self.account(customer)?.available).clamp(0, points))
    }

    /// Takes points out of lots that were there before. `taken` says how the lots' other sums change: see [`Sums`].
    pub(super) fn move_lots(
        &mut self,
        db: &mut Db,
        customer: &CustomerId,
        kind: EntryKind,
        about: About,
        (moves, sums): (Vec<Move>, Sums),
    ) -> Result<(), StoreError> {
        self.change_lots(db, &moves)?;
        if let Some(lot) = &about.lot {
            sums.write(db, lot)?;
        }
        self.post(customer, kind.as_str(), about, moves)
    }

    /// Ends the account of a customer who leaves: nothing is left of it.
    pub(super) fn forfeit(&mut self, db: &mut Db, customer: &CustomerId) -> Result<(), StoreError> {
        let account = self.account(customer)?.clone();
        let lots = Sql::new(
            "SELECT id, remaining, state FROM point_lots WHERE account_id = $1 AND remaining > 0 ORDER BY id",
        )
        .arg(&account.id)
        .rows(db)?;
        let (mut moves, mut sum) = (Vec::new(), 0);
        for row in lots {
            let (id, remaining): (String, i64) = (row.get("id")?, row.get("remaining")?);
            let is_pending = row.get::<String>("state")? == "pending";
            let side = if is_pending {
                Side::Pending
            } else {
                Side::Available
            };
            moves.push(Move::of_lot(side, &id, -remaining));
            sum += remaining;
        }
        if account.available < 0 {
            moves.push(Move::owed(-account.available));
            sum += account.available;
        }
        if moves.is_empty() {
            return Ok(());
        }
        if sum != 0 {
            moves.push(Move::of_shop(Side::Forfeited, sum));
        }
        self.change_lots(db, &moves)?;
        let about = About {
            cause: format!("closed:{}", account.id),
            ..About::default()
        };
        self.post(customer, CLOSED, about, moves)
    }

    /// Notes a transaction that moves nothing, to say why nothing has come.
    pub(super) fn note(
        &mut self,
        customer: &CustomerId,
        kind: EntryKind,
        about: About,
    ) -> Result<(), StoreError> {
        self.post(customer, kind.as_str(), about, Vec::new())
    }

    fn change_lots(&self, db: &mut Db, moves: &[Move]) -> Result<(), StoreError> {
        let mut by_lot: BTreeMap<&str, i64> = BTreeMap::new();
        for one in moves {
            if let Some(lot) = &one.lot {
                *by_lot.entry(lot).or_default() += one.points;
            }
        }
        for (lot, points) in by_lot {
            if points != 0 {
                Sql::new("UPDATE point_lots SET remaining = remaining + $1 WHERE id = $2")
                    .arg(points)
                    .arg(lot)
                    .run(db)?;
            }
        }
        Ok(())
    }

    fn post(
        &mut self,
        customer: &CustomerId,
        kind: &'static str,
        about: About,
        moves: Vec<Move>,
    ) -> Result<(), StoreError> {
        let sum = |side: Side| {
            let of_side = moves.iter().filter(|one| one.side == side);
            of_side.map(|one| one.points).sum::<i64>()
        };
        // The one rule that holds everything together: what is not balanced is a fault of ours, and nothing of it is kept.
        if moves.iter().map(|one| one.points).sum::<i64>() != 0 {
            return Err(StoreError::Corrupt("points: a transaction is not balanced"));
        }
        let (available, pending) = (sum(Side::Available), sum(Side::Pending));
        let missing = StoreError::Corrupt("point_accounts.customer_id");
        let account = self.accounts.get_mut(customer).ok_or(missing)?;
        account.available += available;
        account.pending += pending;
        account.sequence += 1;
        let id = PointsEntryId::new_id();
        self.transactions.push(vec![
            (&id).into(),
            self.shop.into(),
            (&account.id).into(),
            account.sequence.into(),
            kind.into(),
            about.cause.into(),
            self.now.into(),
            about.order.as_ref().into(),
            about.line.into(),
            about.refund.as_ref().into(),
            about.adjustment.as_ref().into(),
            about.reservation.as_ref().into(),
            about.redemption.as_ref().into(),
            about.lot.into(),
            about.rule.into(),
            about.version.into(),
            available.into(),
            pending.into(),
            account.available.into(),
            about.missed.into(),
            about.edition.as_ref().into(),
        ]);
        for (position, one) in (1_i64..).zip(moves) {
            self.entries.push(vec![
                (&id).into(),
                position.into(),
                one.side.as_str().into(),
                one.lot.into(),
                one.points.into(),
            ]);
        }
        self.changed.insert(customer.clone());
        Ok(())
    }

    /// Writes what was added, and the accounts' sums with it.
    pub(super) fn close(self, db: &mut Db) -> Result<(), StoreError> {
        insert_all(
            db,
            "INSERT INTO point_lots (id, shop_id, account_id, order_id, line, rule, version, earned_on, granted, \
             remaining, taken, missed, expired, state, matures_at, expires_at, told, origin_id, edition_id) VALUES ",
            self.lots,
        )?;
        insert_all(
            db,
            "INSERT INTO point_transactions (id, shop_id, account_id, sequence, kind, cause, at, order_id, line, \
             refund_id, adjustment_id, reservation_id, redemption_id, lot_id, rule, version, available, pending, balance, missed, edition_id) VALUES ",
            self.transactions,
        )?;
        insert_all(
            db,
            "INSERT INTO point_entries (transaction_id, position, account, lot_id, points) VALUES ",
            self.entries,
        )?;
        for customer in &self.changed {
            let account = &self.accounts[customer];
            Sql::new(
                "UPDATE point_accounts SET available = $1, pending = $2, sequence = $3 WHERE id = $4",
            )
            .arg(account.available)
            .arg(account.pending)
            .arg(account.sequence)
            .arg(&account.id)
            .run(db)?;
        }
        Ok(())
    }
}

/// How sums of a lot change that are no part of what is left of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) taken: i64,
    pub(super) missed: i64,
    pub(super) expired: i64,
    /// Whether it is pending no more.
    pub(super) matured: bool,
}

impl Sums {
    fn write(self, db: &mut Db, lot: &str) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE point_lots SET taken = taken + $1, missed = missed + $2, expired = expired + $3, \
             state = CASE WHEN $4 = 1 THEN 'available' ELSE state END WHERE id = $5",
        )
        .arg(self.taken)
        .arg(self.missed)
        .arg(self.expired)
        .arg(self.matured)
        .arg(lot)
        .run(db)
        .map(drop)
    }
}

/// The entries by which `owed` points of a lot are gone at once.
pub(super) fn filled_up(lot: &str, owed: i64) -> Vec<Move> {
    if owed == 0 {
        return Vec::new();
    }
    vec![Move::of_lot(Side::Available, lot, -owed), Move::owed(owed)]
}

/// The lots of an account that can be used, those first that expire first.
pub(super) fn usable_lots(db: &mut Db, account: &Account) -> Result<Vec<Lot>, StoreError> {
    lots_alive(db, account, i64::MIN)
}

/// Those of them whose time is not over at `now`: it may be before somebody has noted it.
pub(super) fn lots_alive(db: &mut Db, account: &Account, now: i64) -> Result<Vec<Lot>, StoreError> {
    Sql::new(
        "SELECT id, remaining FROM point_lots WHERE account_id = $1 AND state = 'available' AND remaining > 0 \
         AND (expires_at IS NULL OR expires_at > $2) \
         ORDER BY CASE WHEN expires_at IS NULL THEN 1 ELSE 0 END, expires_at, id",
    )
    .arg(&account.id)
    .arg(now)
    .rows(db)?
    .iter()
    .map(|row| {
        Ok(Lot {
            id: row.get("id")?,
            remaining: row.get("remaining")?,
        })
    })
    .collect()
}

/// The entries that take up to `points` from lots, in their order, and how many that are.
pub(super) fn drawn(lots: &[Lot], points: i64) -> (Vec<Move>, i64) {
    let (mut moves, mut left) = (Vec::new(), points);
    for lot in lots {
        let part = lot.remaining.min(left);
        if part > 0 {
            moves.push(Move::of_lot(Side::Available, &lot.id, -part));
            left -= part;
        }
    }
    (moves, points - left)
}

fn account_of(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.get("id")?,
        available: row.get("available")?,
        pending: row.get("pending")?,
        sequence: row.get("sequence")?,
    })
}
