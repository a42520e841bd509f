//! The tier of one customer along orders that are looked at one after another, as a simulation does: by the same functions as
//! everything else ([`standing`](super::standing)), with one text of the rules and what was returned gone from the start.

use super::earn::{PurchasedLine, Returned};
use super::standing::{Counted, Counts, Rank, over, reached};
use super::tiers::{ONCE, TierChange, TierMeasure, TierRules};

/// A customer's tier.
#[derive(Debug, Default)]
pub struct Course {
    counts: Counts,
    held: Option<TierChange>,
    /// How many orders there were: their instants, as only their order counts.
    orders: i64,
    /// The last day that counts as one with an order.
    visited: String,
}

impl Course {
    /// How many hundredths of the base an order of the day `on` earns.
    pub fn multiplier(&mut self, rules: &TierRules, on: &str) -> u32 {
        while let Some(held) = self.held.clone() {
            let rank = Rank::of(rules, None, &held.tier);
            let Some(found) = over(Some(rules), (&held, rank), &self.counts, on, true) else {
                break;
            };
            self.held = Some(found.noted(rules, Some(&held), (0, self.orders)));
        }
        let tier = rules.levels.get(self.rank(rules).level);
        tier.map_or(ONCE, |tier| tier.multiplier)
    }

    fn rank(&self, rules: &TierRules) -> Rank {
        let held = self.held.as_ref();
        held.map_or(Rank::LOWEST, |held| Rank::of(rules, None, &held.tier))
    }

    /// Has an order count of which so many points are kept.
    pub fn count(
        &mut self,
        rules: &TierRules,
        (on, currency): (&str, &str),
        lines: (&[PurchasedLine], &[Returned]),
        points: i64,
    ) {
        let value = match rules.measure {
            TierMeasure::Points => points,
            TierMeasure::Spend if currency != rules.currency => 0,
            TierMeasure::Spend => kept(lines),
            TierMeasure::Visits => i64::from(self.visited != on && is_kept(lines)),
        };
        if value <= 0 {
            return;
        }
        on.clone_into(&mut self.visited);
        self.orders += 1;
        self.counts.add(Counted {
            at: self.orders,
            on: on.to_owned(),
            value,
        });
        let between = (self.orders, i64::MAX);
        let found = reached(rules, self.rank(rules), &self.counts, between, on);
        for found in found {
            let held = self.held.take();
            self.held = Some(found.noted(rules, held.as_ref(), (0, self.orders)));
        }
    }
}

/// What is kept of an order in money: of a line of which all copies are back nothing.
fn kept((lines, returned): (&[PurchasedLine], &[Returned])) -> i64 {
    let lines = lines.iter().enumerate();
    let kept = lines.map(|(at, line)| match returned.get(at) {
        Some(back) if is_back(back) => 0,
        Some(back) => line.amount - back.refunded,
        None => line.amount,
    });
    kept.sum()
}

/// Whether anything of an order is kept.
fn is_kept((lines, returned): (&[PurchasedLine], &[Returned])) -> bool {
    (0..lines.len()).any(|at| !returned.get(at).is_some_and(is_back))
}

fn is_back(line: &Returned) -> bool {
    line.refunded_quantity >= line.quantity || (line.total > 0 && line.refunded >= line.total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules(measure: &str) -> TierRules {
        let named = json!([{ "language": "en", "name": "A" }]);
        let currency = if measure == "spend" { "EUR" } else { "" };
        serde_json::from_value(json!({
            "measure": measure, "currency": currency, "period": "rolling",
            "levels": [
                { "id": "all", "words": named, "threshold": 0 },
                { "id": "gold", "words": named, "threshold": 2, "multiplier": 150 },
            ],
        }))
        .unwrap()
    }

    /// By how much each of some orders is multiplied: their days, what was paid, and how much of that was paid back.
    fn multipliers(measure: &str, orders: &[(&str, i64, i64)]) -> Vec<u32> {
        let rules = rules(measure);
        let mut course = Course::default();
        let each = orders.iter().map(|(on, amount, refunded)| {
            let multiplier = course.multiplier(&rules, on);
            let line = PurchasedLine {
                amount: *amount,
                format: None,
                categories: Vec::new(),
            };
            let back = Returned {
                quantity: 1,
                total: *amount,
                refunded_quantity: 0,
                refunded: *refunded,
            };
            course.count(&rules, (on, "EUR"), (&[line], &[back]), *amount - *refunded);
            multiplier
        });
        each.collect()
    }

    #[test]
    fn a_tier_counts_from_the_order_after_that_which_reaches_it_until_it_is_over() {
        let orders = [
            ("2026-01-10", 1, 0),
            ("2026-01-10", 5, 5),
            ("2026-02-10", 1, 0),
            ("2026-03-10", 1, 0),
            ("2027-02-10", 0, 0),
            ("2027-02-11", 9, 0),
            ("2027-02-11", 1, 0),
        ];
        for measure in ["spend", "points"] {
            let expected = [100, 100, 100, 150, 150, 100, 150];
            assert_eq!(multipliers(measure, &orders), expected, "{measure}");
        }
        // The fourth day keeps it for another year.
        let visits = [100, 100, 100, 150, 150, 150, 150];
        assert_eq!(multipliers("visits", &orders), visits);
    }
}
