//! Simulations of a draft: the orders of the past months, read customer by customer for [`Comparison`], and how far that is.
//!
//! Nothing is locked and no transaction stays open: each batch of customers is a unit of work of its own, so a shop goes on
//! selling meanwhile. What comes in meanwhile may be counted or not.

use super::calendar::{Calendar, birthdays};
use super::earn::{BOUGHT, bought};
use super::referrals::SLACK;
use super::rules::RulesRefusal;
use crate::db::{LIST, Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::orders::Money;
use bookplate_wire::points::besides::WrittenReview;
use bookplate_wire::points::earn::{Purchase, PurchasedLine, Returned};
use bookplate_wire::points::rules::PointRules;
use bookplate_wire::points::simulation::{
    Besides, Compared, ComparedCustomer, Comparison, InvitedOrder, NewSimulation, Simulation,
    SimulationState,
};
use bookplate_wire::points::tiers::ONCE;
use bookplate_wire::{CustomerId, OrderId, ShopId, StaffId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// After how many milliseconds without a word a server that computes one is taken for gone.
const SILENCE: i64 = 30_000;

/// A simulation that is to be computed.
#[derive(Debug, Clone)]
pub struct SimulationRun {
    /// The shop.
    pub shop: ShopId,
    /// What names it.
    pub run: String,
    /// The rules in force, if there are any.
    pub before: Option<PointRules>,
    /// The draft.
    pub after: PointRules,
    /// From when on orders and new customers count.
    from: i64,
    /// From when on orders lead to the tiers in which customers begin.
    tiers_from: i64,
    /// Until when.
    until: i64,
    /// The shop's calendar.
    calendar: Calendar,
}

/// A customer of a batch.
struct Buyer {
    birthday: String,
    /// Whether there are orders from before.
    is_old: bool,
}

/// An order of a batch, whose lines are still to come.
struct PastOrder {
    id: OrderId,
    customer: CustomerId,
    placed_at: i64,
    placed_on: String,
    currency: String,
    lines: Vec<PurchasedLine>,
    returned: Vec<Returned>,
}

impl Db {
    /// Begins to simulate the draft with this revision, in place of the simulation before: what is to be computed, or nothing where
    /// the same one is being computed already. `run` names it, like no other one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn start_simulation(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        new: &NewSimulation,
        run: String,
    ) -> Result<Result<Option<SimulationRun>, RulesRefusal>, StoreError> {
        self.lock([format!("point simulation {shop}")])?;
        let book = self.point_rules(shop)?;
        let Some(draft) = book.draft.filter(|draft| draft.revision == new.revision) else {
            return Ok(Err(RulesRefusal::Changed));
        };
        let base = book.versions.into_iter().next();
        let now = now();
        if let Some(running) = self.simulation(shop)?
            && running.state == SimulationState::Running
            && (running.revision, running.months) == (new.revision, new.months)
            && running.base == base.as_ref().map(|base| base.version)
        {
            return Ok(Ok(None));
        }
        let calendar = self.calendar(shop)?;
        let from = calendar.before_months(now, new.months);
        let total: Option<i64> = Sql::new(
            "SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND customer_id IS NOT NULL AND placed_at BETWEEN $2 AND $3",
        )
        .arg(shop)
        .arg(from)
        .arg(now)
        .value(self)?;
        Sql::new("DELETE FROM point_simulations WHERE shop_id = $1")
            .arg(shop)
            .run(self)?;
        Sql::new(
            "INSERT INTO point_simulations (shop_id, run, revision, base, months, from_on, until_on, done, total, \
             started_by, started_at, touched_at, result) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $10, '')",
        )
        .arg(shop)
        .arg(&run)
        .arg(new.revision)
        .arg(base.as_ref().map(|base| base.version))
        .arg(new.months)
        .arg(calendar.day(from))
        .arg(calendar.day(now))
        .arg(total.unwrap_or(0))
        .arg(by)
        .arg(now)
        .run(self)?;
        Ok(Ok(Some(SimulationRun {
            shop: shop.clone(),
            run,
            before: base.map(|base| base.rules),
            after: draft.rules,
            from,
            tiers_from: calendar.before_months(now, new.months + 12),
            until: now,
            calendar,
        })))
    }

    /// Counts the orders of the next customers after `after`: gives the last of these, or nothing where there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn simulate(
        &mut self,
        run: &SimulationRun,
        comparison: &mut Comparison,
        after: &str,
    ) -> Result<Option<String>, StoreError> {
        let customers = Sql::new(
            "SELECT id, birthday, created_at FROM customers WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        )
        .arg(&run.shop)
        .arg(after)
        .arg(i64::try_from(LIST).unwrap_or(i64::MAX))
        .rows(self)?;
        let calendar = &run.calendar;
        let mut buyers: BTreeMap<CustomerId, Buyer> = BTreeMap::new();
        for row in &customers {
            let (id, created_at): (CustomerId, i64) = (row.get("id")?, row.get("created_at")?);
            if (run.from..=run.until).contains(&created_at) {
                comparison.besides(&id, &calendar.day(created_at), Besides::SignUp);
            }
            let birthday: String = row.get("birthday")?;
            let known_from = calendar.day(run.from.max(created_at));
            for day in birthdays(&birthday, &known_from, &calendar.day(run.until)) {
                comparison.besides(&id, &day, Besides::Birthday);
            }
            let is_old = false;
            buyers.insert(id, Buyer { birthday, is_old });
        }
        let Some(last) = buyers.keys().last().map(ToString::to_string) else {
            return Ok(None);
        };
        let mut sql = Sql::new(
            "SELECT DISTINCT customer_id FROM orders WHERE placed_at < $1 AND customer_id IN (",
        )
        .arg(run.from);
        sql.bind_all(buyers.keys()).push(")");
        for old in sql.values::<CustomerId>(self)? {
            if let Some(buyer) = buyers.get_mut(&old) {
                buyer.is_old = true;
            }
        }
        self.count_reviews(run, comparison, buyers.keys())?;
        self.count_surveys(run, comparison, buyers.keys())?;
        if comparison.has_referrals() {
            self.count_referrals(run, comparison, buyers.keys())?;
        }
        let mut met: HashSet<CustomerId> = HashSet::new();
        let first = if comparison.has_tiers() {
            run.tiers_from
        } else {
            run.from
        };
        for order in self.past_orders(run, first, buyers.keys())? {
            let buyer = &buyers[&order.customer];
            let is_before = order.placed_at < run.from;
            let is_first = !is_before && met.insert(order.customer.clone()) && !buyer.is_old;
            let purchase = Purchase {
                currency: &order.currency,
                placed_on: &order.placed_on,
                birthday: &buyer.birthday,
                is_first,
                multiplier: ONCE,
                room: None,
                lines: &order.lines,
            };
            if is_before {
                comparison.order_before(&order.customer, &purchase, &order.returned);
            } else {
                comparison.order(&order.customer, &purchase, &order.returned);
            }
        }
        Ok(Some(last))
    }

    /// Counts the reviews of some customers that were written here and that readers see, as if they had been published at once.
    fn count_reviews<'a>(
        &mut self,
        run: &SimulationRun,
        comparison: &mut Comparison,
        customers: impl Iterator<Item = &'a CustomerId>,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "SELECT customer_id, created_at, verified, LENGTH(body) AS length FROM reviews \
             WHERE status = 'published' AND source_id = id AND created_at BETWEEN $1 AND $2 AND customer_id IN (",
        )
        .arg(run.from)
        .arg(run.until);
        sql.bind_all(customers)
            .push(") ORDER BY customer_id, created_at, id");
        for row in sql.rows(self)? {
            let length: i64 = row.get("length")?;
            let review = WrittenReview {
                is_verified: row.get("verified")?,
                length: usize::try_from(length).unwrap_or(0),
            };
            let day = run.calendar.day(row.get("created_at")?);
            comparison.besides(&row.get("customer_id")?, &day, Besides::Review(review));
        }
        Ok(())
    }

    /// Counts what some customers have answered to surveys.
    fn count_surveys<'a>(
        &mut self,
        run: &SimulationRun,
        comparison: &mut Comparison,
        customers: impl Iterator<Item = &'a CustomerId>,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "SELECT customer_id, at FROM survey_answers WHERE at BETWEEN $1 AND $2 AND customer_id IN (",
        )
        .arg(run.from)
        .arg(run.until);
        sql.bind_all(customers)
            .push(") ORDER BY customer_id, at, id");
        for row in sql.rows(self)? {
            let day = run.calendar.day(row.get("at")?);
            comparison.besides(&row.get("customer_id")?, &day, Besides::Survey);
        }
        Ok(())
    }

    /// Counts what has come of the invitations of some customers, as they were taken. Those of who has left since are left out.
    fn count_referrals<'a>(
        &mut self,
        run: &SimulationRun,
        comparison: &mut Comparison,
        customers: impl Iterator<Item = &'a CustomerId>,
    ) -> Result<(), StoreError> {
        let mut sql = Sql::new(
            "SELECT i.customer_id AS inviter, o.customer_id, o.placed_at, o.currency, \
             CAST(SUM(l.quantity) AS BIGINT) AS quantity, CAST(SUM(l.total) AS BIGINT) AS total, \
             CAST(SUM(l.refunded_quantity) AS BIGINT) AS refunded_quantity, CAST(SUM(l.refunded) AS BIGINT) AS refunded \
             FROM point_accounts i JOIN referrals r ON r.inviter_id = i.id JOIN point_accounts a ON a.id = r.account_id \
             JOIN orders o ON o.customer_id = a.customer_id JOIN order_lines l ON l.order_id = o.id \
             WHERE o.placed_at >= r.taken_at - CAST($1 AS BIGINT) AND o.placed_at <= $2 AND i.customer_id IN (",
        )
        .arg(SLACK)
        .arg(run.until);
        sql.bind_all(customers).push(
            ") GROUP BY i.customer_id, o.customer_id, o.id, o.placed_at, o.currency \
             ORDER BY i.customer_id, o.placed_at, o.id",
        );
        for row in sql.rows(self)? {
            let (placed_at, amount): (i64, i64) = (row.get("placed_at")?, row.get("total")?);
            let order = InvitedOrder {
                by: row.get("customer_id")?,
                placed_on: run.calendar.day(placed_at),
                total: Money {
                    amount,
                    currency: row.get("currency")?,
                },
                returned: Returned {
                    quantity: row.get("quantity")?,
                    total: amount,
                    refunded_quantity: row.get("refunded_quantity")?,
                    refunded: row.get("refunded")?,
                },
                is_before: placed_at < run.from,
            };
            comparison.invited(&row.get("inviter")?, &order);
        }
        Ok(())
    }

    /// The orders of some customers from an instant on, with their lines: customer by customer, in the order in which they were placed.
    fn past_orders<'a>(
        &mut self,
        run: &SimulationRun,
        from: i64,
        customers: impl Iterator<Item = &'a CustomerId>,
    ) -> Result<Vec<PastOrder>, StoreError> {
        let mut sql = Sql::new("SELECT o.customer_id, o.id, o.placed_at, o.currency, ");
        sql.push(BOUGHT)
            .push(" FROM orders o JOIN order_lines l ON l.order_id = o.id LEFT JOIN editions e ON e.id = l.edition_id WHERE o.placed_at BETWEEN ")
            .bind(from)
            .push(" AND ")
            .bind(run.until)
            .push(" AND o.customer_id IN (");
        sql.bind_all(customers)
            .push(") ORDER BY o.customer_id, o.placed_at, o.id, l.position");
        let mut orders: Vec<PastOrder> = Vec::new();
        for row in sql.rows(self)? {
            let id: OrderId = row.get("id")?;
            if orders.last().is_none_or(|order| order.id != id) {
                let placed_at = row.get("placed_at")?;
                orders.push(PastOrder {
                    id,
                    customer: row.get("customer_id")?,
                    placed_at,
                    placed_on: run.calendar.day(placed_at),
                    currency: row.get("currency")?,
                    lines: Vec::new(),
                    returned: Vec::new(),
                });
            }
            let Some(order) = orders.last_mut() else {
                continue;
            };
            let (line, returned) = bought(&row)?;
            order.lines.push(line);
            order.returned.push(returned);
        }
        Ok(orders)
    }

    /// Says how many orders are counted; whether the simulation is still the shop's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn touch_simulation(&mut self, run: &SimulationRun, done: u64) -> Result<bool, StoreError> {
        let touched = Sql::new(
            "UPDATE point_simulations SET done = $1, touched_at = $2 WHERE shop_id = $3 AND run = $4",
        )
        .arg(i64::try_from(done).unwrap_or(i64::MAX))
        .arg(now())
        .arg(&run.shop)
        .arg(&run.run)
        .run(self)?;
        Ok(touched > 0)
    }

    /// Keeps what has come out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn finish_simulation(
        &mut self,
        run: &SimulationRun,
        result: &Compared,
    ) -> Result<(), StoreError> {
        let orders = i64::try_from(result.orders).unwrap_or(i64::MAX);
        let text = serde_json::to_string(result)
            .map_err(|_| StoreError::Corrupt("point_simulations.result"))?;
        Sql::new(
            "UPDATE point_simulations SET done = $1, total = $1, result = $2 WHERE shop_id = $3 AND run = $4",
        )
        .arg(orders)
        .arg(text)
        .arg(&run.shop)
        .arg(&run.run)
        .run(self)
        .map(drop)
    }

    /// A shop's latest simulation. Customers who have left since are not named in it any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn simulation(&mut self, shop: &ShopId) -> Result<Option<Simulation>, StoreError> {
        let row = Sql::new(
            "SELECT m.revision, m.base, m.months, m.from_on, m.until_on, m.done, m.total, m.started_by, m.started_at, \
             m.touched_at, m.result, COALESCE(NULLIF(s.name, ''), s.email, '') AS starter \
             FROM point_simulations m LEFT JOIN staff s ON s.id = m.started_by WHERE m.shop_id = $1",
        )
        .arg(shop)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let mut simulation = simulation_of(&row)?;
        if let Some(result) = &mut simulation.result {
            self.name_customers(&mut result.gain, &mut result.lose)?;
        }
        Ok(Some(simulation))
    }

    fn name_customers(
        &mut self,
        gain: &mut Vec<ComparedCustomer>,
        lose: &mut Vec<ComparedCustomer>,
    ) -> Result<(), StoreError> {
        let all = gain.iter().chain(lose.iter());
        let ids: Vec<&CustomerId> = all.map(|one| &one.customer).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new("SELECT id, name FROM customers WHERE id IN (");
        sql.bind_all(ids).push(")");
        let mut names: HashMap<CustomerId, String> = HashMap::new();
        for row in sql.rows(self)? {
            names.insert(row.get("id")?, row.get("name")?);
        }
        for list in [gain, lose] {
            list.retain_mut(|one| match names.get(&one.customer) {
                Some(name) => {
                    one.name.clone_from(name);
                    true
                }
                None => false,
            });
        }
        Ok(())
    }
}

fn simulation_of(row: &Row) -> Result<Simulation, StoreError> {
    let text: String = row.get("result")?;
    let result: Option<Compared> = match text.as_str() {
        "" => None,
        text => Some(
            serde_json::from_str(text)
                .map_err(|_| StoreError::Corrupt("point_simulations.result"))?,
        ),
    };
    let touched_at: i64 = row.get("touched_at")?;
    let state = match &result {
        Some(_) => SimulationState::Done,
        None if touched_at + SILENCE < now() => SimulationState::Stopped,
        None => SimulationState::Running,
    };
    let count = |name| -> Result<u64, StoreError> {
        let count: i64 = row.get(name)?;
        Ok(count.try_into().unwrap_or(0))
    };
    Ok(Simulation {
        revision: row.get("revision")?,
        base: row.get("base")?,
        from: row.get("from_on")?,
        until: row.get("until_on")?,
        months: row.get("months")?,
        state,
        done: count("done")?,
        total: count("total")?,
        by: row.get("started_by")?,
        by_name: row.get("starter")?,
        at: row.get("started_at")?,
        result,
    })
}
