//! Points for orders and for signing up. How many is computed by [`bookplate_wire::points::earn`] alone.
//!
//! An order is looked at once, in the unit of work that takes it or that finds out whose it is, by the version of the rules
//! that was in force when it was placed: so it earns the same whenever it comes. One from before the shop had points
//! earns nothing. What a line is (the form of its book, and what it is about) is as the order itself says, and where it does not,
//! as the catalogue knows it then.

use super::calendar::{Calendar, period};
use super::ledger::{About, Ledger, NewLot, Side};
use super::lock_of;
use super::referrals::Purchased;
use super::rules::Versions;
use super::tiers::{Placed, Standings};
use crate::catalogue::categories_of;
use crate::db::{LIST, Row, Sql, Value, insert_all};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::catalogue::Format;
use bookplate_wire::orders::Money;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::earn::{Purchase, PurchasedLine, Returned, earn, given_back, room};
use bookplate_wire::points::rules::{FIRST_ORDER, PointRules, SIGN_UP, TIER};
use bookplate_wire::points::tiers::ONCE;
use bookplate_wire::{CustomerId, OrderId, ShopId};
use std::collections::{BTreeMap, HashMap};

/// An order that has not been looked at.
struct Order {
    id: OrderId,
    customer: CustomerId,
    placed_at: i64,
    currency: String,
    birthday: String,
    is_earliest: bool,
}

/// The lines of an order: their names, what the rules see of them, and what has come back already.
#[derive(Default)]
struct Lines {
    names: Vec<String>,
    amounts: Vec<PurchasedLine>,
    returned: Vec<Returned>,
}

impl Lines {
    /// What was paid for all of them.
    fn total(&self) -> i64 {
        self.amounts.iter().map(|line| line.amount).sum()
    }
}

/// A customer's earnings of this unit of work, which the database does not have yet.
#[derive(Default)]
struct Fresh {
    /// By the day of the order.
    earned: BTreeMap<String, i64>,
    first_order: bool,
}

/// What counts of a customer who orders, besides what is ordered.
#[derive(Debug)]
pub(super) struct Situation {
    placed_on: String,
    birthday: String,
    is_first: bool,
    multiplier: u32,
    room: Option<i64>,
}

impl Situation {
    /// What an order would earn that was paid in a currency.
    pub(super) fn earns(&self, rules: &PointRules, currency: &str, lines: &[PurchasedLine]) -> i64 {
        let purchase = Purchase {
            currency,
            placed_on: &self.placed_on,
            birthday: &self.birthday,
            is_first: self.is_first,
            multiplier: self.multiplier,
            room: self.room,
            lines,
        };
        earn(rules, &purchase).iter().map(|one| one.points).sum()
    }
}

impl Db {
    /// Has orders earn what they have not earned yet, as far as it is known whose they are; and refunds of them that count already
    /// take back their part.
    pub(crate) fn earn_points(
        &mut self,
        shop: &ShopId,
        orders: &[OrderId],
    ) -> Result<(), StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(());
        };
        let mut customers: Vec<CustomerId> = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT DISTINCT customer_id FROM orders WHERE customer_id IS NOT NULL AND id IN (",
            );
            sql.bind_all(chunk).push(")");
            customers.extend(sql.values::<CustomerId>(self)?);
        }
        if customers.is_empty() {
            return Ok(());
        }
        customers.sort_unstable();
        customers.dedup();
        let locked = self.with_referrals(&versions, &customers, orders)?;
        self.lock_points_of(shop, &locked, orders)?;
        let calendar = self.calendar(shop)?;
        let new = self.new_orders(orders)?;
        let lines = self.purchased_lines(&new)?;
        let now = now();
        let mut earners: Vec<CustomerId> = Vec::new();
        let in_force = new
            .iter()
            .filter_map(|order| Some((order, versions.at(order.placed_at)?)));
        let in_force: Vec<(&Order, u32)> = in_force.collect();
        let mut tiers = Standings::open(self, &mut versions, (shop, &calendar), now)?;
        if tiers.is_some() {
            // What was bought before the shop had points earns none, and counts for tiers all the same.
            earners.extend(new.iter().map(|order| order.customer.clone()));
        } else {
            earners.extend(in_force.iter().map(|(order, _)| order.customer.clone()));
        }
        earners.sort_unstable();
        earners.dedup();
        let mut ledger = Ledger::open(self, shop, &earners, now)?;
        let mut fresh: HashMap<CustomerId, Fresh> = HashMap::new();
        let mut seen: Vec<Vec<Value>> = Vec::new();
        for &(order, version) in &in_force {
            let account = ledger.account(&order.customer)?.id.clone();
            seen.push(vec![(&order.id).into(), (&account).into(), version.into()]);
            let placed = Placed {
                customer: &order.customer,
                account: &account,
                at: order.placed_at,
                version,
            };
            let (tier, multiplier) = match &mut tiers {
                Some(tiers) => tiers.held(self, &mut versions, placed)?,
                None => (String::new(), ONCE),
            };
            let rules = versions.rules(self, shop, version)?;
            let fresh = fresh.entry(order.customer.clone()).or_default();
            let Some(Lines {
                names,
                amounts,
                returned,
            }) = lines.get(&order.id)
            else {
                continue;
            };
            let placed_on = calendar.day(order.placed_at);
            let is_first = rules.first_order > 0
                && order.is_earliest
                && !fresh.first_order
                && !self.has_earned(&account, FIRST_ORDER)?;
            let left = room(rules, |cap| {
                let (from, until) = period(cap, &placed_on);
                let new = fresh.earned.range(from.clone()..=until.clone());
                let new: i64 = new.map(|(_, points)| points).sum();
                Ok::<_, StoreError>(new + self.earned_between(&account, &from, &until)?)
            })?;
            let purchase = Purchase {
                currency: &order.currency,
                placed_on: &placed_on,
                birthday: &order.birthday,
                is_first,
                multiplier,
                room: left,
                lines: amounts,
            };
            let matures_at = match rules.return_days {
                0 => now,
                days => calendar.after_days(order.placed_at, days),
            };
            let expires_at = expiry(rules, &calendar, matures_at.max(now));
            // What refunds that came before it leave.
            let mut kept = 0;
            for one in earn(rules, &purchase) {
                let line = &names[one.line];
                let rule = match one.rule {
                    TIER => format!("{TIER}:{tier}"),
                    rule => rule.to_owned(),
                };
                let about = About {
                    cause: format!("order:{}:{line}:{rule}", order.id),
                    order: Some(order.id.clone()),
                    line: line.clone(),
                    rule: rule.clone(),
                    version: Some(version),
                    missed: one.missed,
                    ..About::default()
                };
                if one.points == 0 {
                    ledger.note(&order.customer, EntryKind::Earned, about)?;
                    continue;
                }
                fresh.first_order |= one.rule == FIRST_ORDER;
                kept += one.points - given_back_of(one.points, &returned[one.line]);
                *fresh.earned.entry(placed_on.clone()).or_default() += one.points;
                let lot = NewLot {
                    order: Some(order.id.clone()),
                    line: line.clone(),
                    rule,
                    version,
                    earned_on: placed_on.clone(),
                    points: one.points,
                    matures_at,
                    expires_at,
                    origin: None,
                    edition: None,
                };
                let kind = (EntryKind::Earned, Side::Issued);
                ledger.grant(&order.customer, kind, about, &lot)?;
            }
            if let Some(tiers) = &mut tiers {
                tiers.count(self, &mut versions, placed, kept)?;
            }
        }
        insert_all(
            self,
            "INSERT INTO point_orders (order_id, account_id, version) VALUES ",
            seen,
        )?;
        if let Some(mut tiers) = tiers {
            for order in &new {
                let account = ledger.account(&order.customer)?.id.clone();
                tiers.look_at(self, (&order.customer, &account), order.placed_at)?;
            }
            ledger.close(self)?;
            tiers.close(self, &mut versions)?;
        } else {
            ledger.close(self)?;
        }
        let purchased = in_force.iter().map(|&(order, version)| Purchased {
            id: &order.id,
            customer: &order.customer,
            placed_at: order.placed_at,
            version,
            total: Money {
                amount: lines.get(&order.id).map_or(0, Lines::total),
                currency: order.currency.clone(),
            },
        });
        let purchased: Vec<Purchased<'_>> = purchased.collect();
        self.earn_referrals(shop, &mut versions, (&calendar, now), &purchased)?;
        self.take_back_points(shop, orders)
    }

    /// What a customer who has just been found, or is new, earns: for orders from before, and for signing up.
    pub(crate) fn earn_points_of(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        is_new: bool,
    ) -> Result<(), StoreError> {
        if is_new {
            self.earn_sign_up(shop, customer)?;
        }
        let orders: Vec<OrderId> = Sql::new(
            "SELECT id FROM orders WHERE customer_id = $1 AND NOT EXISTS \
             (SELECT 1 FROM point_orders p WHERE p.order_id = orders.id)",
        )
        .arg(customer)
        .values(self)?;
        self.earn_points(shop, &orders)
    }

    fn earn_sign_up(&mut self, shop: &ShopId, customer: &CustomerId) -> Result<(), StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(());
        };
        let version = versions.latest();
        let rules = versions.rules(self, shop, version)?;
        if rules.sign_up == 0 {
            return Ok(());
        }
        self.lock([lock_of(shop, customer)])?;
        let (now, calendar) = (now(), self.calendar(shop)?);
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        let about = About {
            cause: format!("sign_up:{}", ledger.account(customer)?.id),
            rule: SIGN_UP.to_owned(),
            version: Some(version),
            ..About::default()
        };
        let lot = NewLot {
            expires_at: expiry(rules, &calendar, now),
            ..NewLot::besides(
                SIGN_UP,
                version,
                rules.sign_up.into(),
                (now, calendar.day(now)),
            )
        };
        ledger.grant(customer, (EntryKind::Earned, Side::Issued), about, &lot)?;
        ledger.close(self)
    }

    /// In what situation a customer orders now; nobody in particular is somebody of whom nothing is known. `None` where the
    /// customer has left.
    pub(super) fn situation(
        &mut self,
        (shop, versions): (&ShopId, &mut Versions),
        customer: Option<&CustomerId>,
        now: i64,
    ) -> Result<Option<Situation>, StoreError> {
        let mut situation = Situation {
            placed_on: self.calendar(shop)?.day(now),
            birthday: String::new(),
            is_first: false,
            multiplier: match customer {
                Some(customer) => self.multiplier_now(versions, shop, customer)?,
                None => ONCE,
            },
            room: None,
        };
        let rules = versions.rules(self, shop, versions.latest())?;
        let mut account = String::new();
        if let Some(customer) = customer {
            let known = Sql::new(
                "SELECT c.birthday, COALESCE(a.id, '') AS account, CASE WHEN EXISTS \
                 (SELECT 1 FROM orders o WHERE o.customer_id = c.id) THEN 0 ELSE 1 END AS earliest \
                 FROM customers c LEFT JOIN point_accounts a ON a.customer_id = c.id WHERE c.id = $1",
            )
            .arg(customer)
            .row(self)?;
            let Some(known) = known else { return Ok(None) };
            account = known.get("account")?;
            situation.birthday = known.get("birthday")?;
            situation.is_first = rules.first_order > 0
                && known.get("earliest")?
                && !self.has_earned(&account, FIRST_ORDER)?;
        }
        situation.room = room(rules, |cap| {
            let (from, until) = period(cap, &situation.placed_on);
            self.earned_between(&account, &from, &until)
        })?;
        Ok(Some(situation))
    }

    /// The calendar of a shop.
    pub(crate) fn calendar(&mut self, shop: &ShopId) -> Result<Calendar, StoreError> {
        let zone: Option<String> = Sql::new("SELECT time_zone FROM shops WHERE id = $1")
            .arg(shop)
            .value(self)?;
        Ok(Calendar::of(&zone.unwrap_or_default()))
    }

    /// Those of the orders that have not been looked at, the earliest first.
    fn new_orders(&mut self, orders: &[OrderId]) -> Result<Vec<Order>, StoreError> {
        let mut new = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT o.id, o.customer_id, o.placed_at, o.currency, c.birthday, CASE WHEN EXISTS \
                 (SELECT 1 FROM orders b WHERE b.customer_id = o.customer_id \
                 AND (b.placed_at, b.id) < (o.placed_at, o.id)) THEN 0 ELSE 1 END AS earliest \
                 FROM orders o JOIN customers c ON c.id = o.customer_id WHERE NOT EXISTS \
                 (SELECT 1 FROM point_orders p WHERE p.order_id = o.id) AND o.id IN (",
            );
            sql.bind_all(chunk).push(")");
            for row in sql.rows(self)? {
                new.push(Order {
                    id: row.get("id")?,
                    customer: row.get("customer_id")?,
                    placed_at: row.get("placed_at")?,
                    currency: row.get("currency")?,
                    birthday: row.get("birthday")?,
                    is_earliest: row.get("earliest")?,
                });
            }
        }
        new.sort_by(|one, other| (one.placed_at, &one.id).cmp(&(other.placed_at, &other.id)));
        Ok(new)
    }

    /// The lines of orders.
    fn purchased_lines(&mut self, orders: &[Order]) -> Result<HashMap<OrderId, Lines>, StoreError> {
        let mut lines: HashMap<OrderId, Lines> = HashMap::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new("SELECT l.order_id, l.line, ");
            sql.push(BOUGHT).push(
                " FROM order_lines l LEFT JOIN editions e ON e.id = l.edition_id WHERE l.order_id IN (",
            );
            sql.bind_all(chunk.iter().map(|order| &order.id))
                .push(") ORDER BY l.order_id, l.position");
            for row in sql.rows(self)? {
                let of_order = lines.entry(row.get("order_id")?).or_default();
                of_order.names.push(row.get("line")?);
                let (line, returned) = bought(&row)?;
                of_order.amounts.push(line);
                of_order.returned.push(returned);
            }
        }
        Ok(lines)
    }

    fn has_earned(&mut self, account: &str, rule: &str) -> Result<bool, StoreError> {
        let found =
            Sql::new("SELECT id FROM point_lots WHERE account_id = $1 AND rule = $2 LIMIT 1")
                .arg(account)
                .arg(rule)
                .row(self)?;
        Ok(found.is_some())
    }

    /// What orders of some days have earned, and kept.
    fn earned_between(
        &mut self,
        account: &str,
        from: &str,
        until: &str,
    ) -> Result<i64, StoreError> {
        let sum = Sql::new(
            "SELECT CAST(COALESCE(SUM(granted - taken), 0) AS BIGINT) FROM point_lots \
             WHERE account_id = $1 AND earned_on BETWEEN $2 AND $3 AND order_id IS NOT NULL",
        )
        .arg(account)
        .arg(from)
        .arg(until)
        .value(self)?;
        Ok(sum.unwrap_or(0))
    }
}

/// What [`bought`] reads: of `l`, a line of an order, and of `e`, its edition.
pub(super) const BOUGHT: &str = "l.quantity, l.total, l.refunded_quantity, l.refunded, e.format, \
     COALESCE(NULLIF(l.categories, ''), e.categories) AS categories";

/// A line of an order as the rules see it, and what was given back of it.
pub(super) fn bought(row: &Row) -> Result<(PurchasedLine, Returned), StoreError> {
    let amount = row.get("total")?;
    let line = PurchasedLine {
        amount,
        format: row.get::<Option<Format>>("format")?,
        categories: categories_of(row)?,
    };
    let returned = Returned {
        quantity: row.get("quantity")?,
        total: amount,
        refunded_quantity: row.get("refunded_quantity")?,
        refunded: row.get("refunded")?,
    };
    Ok((line, returned))
}

/// What is given back of points, where anything is: also of a line that cost nothing.
pub(super) fn given_back_of(points: i64, line: &Returned) -> i64 {
    if line.refunded_quantity == 0 && line.refunded == 0 {
        return 0;
    }
    given_back(points, line)
}

/// When points expire that can be used from an instant on.
pub(super) fn expiry(rules: &PointRules, calendar: &Calendar, usable_at: i64) -> Option<i64> {
    let months = rules.expiry_months?;
    Some(calendar.after_months(usable_at, months))
}
