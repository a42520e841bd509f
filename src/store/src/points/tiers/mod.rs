//! In which tiers customers are. What becomes of a tier is decided by [`bookplate_wire::points::standing`] alone; here is what is
//! counted, and what is kept of it: a history to which lines are only added.
//!
//! A tier is reached in the unit of work that takes the order, by the version of the rules in force when that order was placed, and
//! held since that instant: so an order earns by the tier of its time, in whatever order they come. A refund that takes away by what
//! a tier is held ends it after some days. What time does (`aging`) is done by the job that has points expire.
//!
//! A published version takes no tier from anybody: how long one is held is written with it. From then on new orders count by
//! the new version, and what keeping takes at the end is what the rules of that day say. Who has reached a tier of the new
//! version is looked up by the job, a few accounts at a time.

mod aging;
mod counts;
mod reading;
mod standing;

pub use aging::TierReview;
pub(super) use standing::Standing;

use super::calendar::Calendar;
use super::ledger::Ledger;
use super::rules::Versions;
use crate::db::{LIST, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::standing::{Counted, withdrawn};
use bookplate_wire::{CustomerId, OrderId, ShopId};
use std::collections::HashMap;

/// The tiers of those whose orders a unit of work takes.
pub(super) struct Standings<'a> {
    shop: &'a ShopId,
    calendar: &'a Calendar,
    now: i64,
    known: HashMap<CustomerId, Standing>,
}

/// An order for a tier: when it was placed, and by which version of the rules it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) customer: &'a CustomerId,
    pub(super) account: &'a str,
    pub(super) at: i64,
    pub(super) version: u32,
}

impl<'a> Standings<'a> {
    /// Nobody's yet; `None` where a shop has no tiers.
    pub(super) fn open(
        db: &mut Db,
        versions: &mut Versions,
        (shop, calendar): (&'a ShopId, &'a Calendar),
        now: i64,
    ) -> Result<Option<Self>, StoreError> {
        let latest = versions.latest();
        let has_tiers = versions.rules(db, shop, latest)?.tiers.is_some();
        let is_open = has_tiers || db.had_tiers(shop)?;
        Ok(is_open.then(|| Self {
            shop,
            calendar,
            now,
            known: HashMap::new(),
        }))
    }

    /// The standing of a customer of whose orders the first one was placed at `at`.
    fn of(
        &mut self,
        db: &mut Db,
        (customer, account): (&CustomerId, &str),
        at: i64,
    ) -> Result<&mut Standing, StoreError> {
        if !self.known.contains_key(customer) {
            let whose = (self.shop, customer, account);
            let first = self.calendar.day(at);
            let standing = Standing::open(db, whose, (self.calendar, self.now), &first)?;
            self.known.insert(customer.clone(), standing);
        }
        let missing = StoreError::Corrupt("point_tiers.account_id");
        self.known.get_mut(customer).ok_or(missing)
    }

    /// Has it looked up in the end what somebody has reached by today, also by orders that earn nothing.
    pub(super) fn look_at(
        &mut self,
        db: &mut Db,
        whose: (&CustomerId, &str),
        at: i64,
    ) -> Result<(), StoreError> {
        self.of(db, whose, at).map(drop)
    }

    /// The tier in which a customer was when an order was placed, and how many hundredths of the base it earns.
    pub(super) fn held(
        &mut self,
        db: &mut Db,
        versions: &mut Versions,
        order: Placed<'_>,
    ) -> Result<(String, u32), StoreError> {
        let whose = (order.customer, order.account);
        let held = self.of(db, whose, order.at)?.held_at(order.at);
        let held = held.map(|held| (held.tier.clone(), held.version));
        versions.earning_tier(db, self.shop, order.version, held)
    }

    /// Has an order count that has earned so many points; orders count in the order in which they were placed.
    pub(super) fn count(
        &mut self,
        db: &mut Db,
        versions: &mut Versions,
        order: Placed<'_>,
        points: i64,
    ) -> Result<(), StoreError> {
        let on = self.calendar.day(order.at);
        let whose = (order.customer, order.account);
        let standing = self.of(db, whose, order.at)?;
        standing.add(Counted {
            at: order.at,
            on,
            value: points,
        });
        standing.rise(db, versions, order)
    }

    /// Writes what was reached, and tells it.
    pub(super) fn close(mut self, db: &mut Db, versions: &mut Versions) -> Result<(), StoreError> {
        let mut all: Vec<Standing> = self.known.drain().map(|(_, standing)| standing).collect();
        all.sort_by(|one, other| one.account().cmp(other.account()));
        for mut standing in all {
            standing.settle(db, versions, false)?;
            standing.close(db, self.now)?;
        }
        Ok(())
    }
}

impl Db {
    /// Whether anybody of a shop was ever in a tier that was not the lowest one.
    fn had_tiers(&mut self, shop: &ShopId) -> Result<bool, StoreError> {
        let row = Sql::new("SELECT account_id FROM point_tiers WHERE shop_id = $1 LIMIT 1")
            .arg(shop)
            .row(self)?;
        Ok(row.is_some())
    }

    /// Looks at the tiers of those of whose orders something was refunded: what is held by them may be held by too little now.
    pub(crate) fn review_tiers(
        &mut self,
        shop: &ShopId,
        orders: &[OrderId],
    ) -> Result<(), StoreError> {
        if orders.is_empty() || !self.had_tiers(shop)? {
            return Ok(());
        }
        let mut customers: Vec<CustomerId> = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT DISTINCT customer_id FROM orders WHERE customer_id IS NOT NULL AND id IN (",
            );
            sql.bind_all(chunk).push(")");
            customers.extend(sql.values::<CustomerId>(self)?);
        }
        customers.sort_unstable();
        customers.dedup();
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(());
        };
        // With those who have paid with points, and those of invitations, as whoever settles the refunds needs them next.
        let locked = self.with_referrals(&versions, &customers, orders)?;
        self.lock_points_of(shop, &locked, orders)?;
        let (now, calendar) = (now(), self.calendar(shop)?);
        let today = calendar.day(now);
        let ledger = Ledger::open(self, shop, &customers, now)?;
        for customer in &customers {
            let account = &ledger.account(customer)?.id;
            let whose = (shop, customer, account.as_str());
            let mut standing = Standing::open(self, whose, (&calendar, now), &today)?;
            let Some(held) = standing
                .held()
                .cloned()
                .filter(|held| !held.ends.is_empty())
            else {
                continue;
            };
            let Some(rules) = versions.tier_rules(self, shop, held.version)? else {
                continue;
            };
            let counts = standing.counts(self, &rules)?;
            if let Some(found) = withdrawn(&held, counts, &today)
                && !standing.reach_again(self, &rules, &held)?
            {
                standing.note(found, &rules, held.version);
            }
            // It may have to be told that less is missing no more.
            standing.look_at_once();
            standing.close(self, now)?;
        }
        ledger.close(self)
    }
}
