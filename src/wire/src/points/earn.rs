//! What an order earns, and what a refund of it takes back: pure functions of the rules and of what was bought. Nothing else
//! decides that, so what a statement says can be computed again at any time.
//!
//! All of it is whole numbers. A rule's points for an order are rounded down once, over all lines for which the rule is; a
//! line gets what the running sum passes with it. So ten lines of a third of a step earn three points and not none, and
//! what the lines have adds up to what the order has.

use super::categories::is_in;
use super::rules::{BASE, Bonus, CapPeriod, Combination, FIRST_ORDER, PointRules, TIER};
use super::tiers::ONCE;
use crate::catalogue::Format;

/// The most points that one rule gives for one line: above any real one, and sums of them stay exact.
pub const EARNED_MAX: i64 = 1_000_000_000;

/// An order, as the rules see it.
#[derive(Debug, Clone, Copy)]
pub struct Purchase<'a> {
    /// ISO 4217 code of the currency.
    pub currency: &'a str,
    /// The day on which it was placed in the shop's time zone, `YYYY-MM-DD`.
    pub placed_on: &'a str,
    /// The customer's birthday, `YYYY-MM-DD`; empty where it is not known.
    pub birthday: &'a str,
    /// Whether it is the customer's first order.
    pub is_first: bool,
    /// How many hundredths of the base the tier earns in which the customer was when it was placed; 100 for no more than the
    /// base.
    pub multiplier: u32,
    /// How many points the caps leave room for; `None` where there are no caps.
    pub room: Option<i64>,
    /// What was bought.
    pub lines: &'a [PurchasedLine],
}

/// A line of an order, as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchasedLine {
    /// What was paid for it, in minor units.
    pub amount: i64,
    /// How the book is made, where it is one of the catalogue's.
    pub format: Option<Format>,
    /// What it is about, as the catalogue says.
    pub categories: Vec<String>,
}

/// What a line has earned by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned<'a> {
    /// The line's position among those of the order, from 0.
    pub line: usize,
    /// The rule's id.
    pub rule: &'a str,
    /// How many points.
    pub points: i64,
    /// How many more it would have been without caps.
    pub missed: i64,
}

/// What has been given back of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// How many copies were sold.
    pub quantity: i64,
    /// What was paid for them, in minor units.
    pub total: i64,
    /// How many copies were given back, by all refunds that count so far.
    pub refunded_quantity: i64,
    /// What was paid back, by all refunds that count so far.
    pub refunded: i64,
}

/// What an order earns: line by line and rule by rule, in the order of the lines, the base first. Caps cut what comes last.
///
/// ```
/// # use bookplate_wire::points::{earn::*, rules::PointRules};
/// let rules: PointRules = serde_json::from_str(
///     r#"{"rates":[{"currency":"CNY","per":100,"points":1}],"return_days":14,"refund_spent":"stop","adjust_limit":0}"#,
/// ).unwrap();
/// let line = PurchasedLine { amount: 1_250, format: None, categories: Vec::new() };
/// let purchase = Purchase {
///     currency: "CNY", placed_on: "2026-11-30", birthday: "", is_first: false, multiplier: 100, room: None,
///     lines: &[line.clone(), line],
/// };
/// let points: Vec<_> = earn(&rules, &purchase).iter().map(|earned| earned.points).collect();
/// assert_eq!(points, [12, 13]);
/// ```
pub fn earn<'r>(rules: &'r PointRules, purchase: &Purchase<'_>) -> Vec<Earned<'r>> {
    let mut found: Vec<(usize, &str, i64)> = Vec::new();
    let rate = rules
        .rates
        .iter()
        .find(|rate| rate.currency == purchase.currency);
    if let Some(rate) = rate {
        let (points, per) = (i128::from(rate.points), i128::from(rate.per.max(1)));
        share(&mut found, BASE, purchase.lines, (points, per), |_| true);
        let above = purchase.multiplier.saturating_sub(ONCE);
        if above > 0 {
            let of_tier = (points * i128::from(above), per * i128::from(ONCE));
            share(&mut found, TIER, purchase.lines, of_tier, |_| true);
        }
        for (at, bonus) in rules.bonuses.iter().enumerate() {
            let of_percent = (points * i128::from(bonus.percent), per * 100);
            share(&mut found, &bonus.id, purchase.lines, of_percent, |line| {
                counts(rules, purchase, at, line)
            });
        }
        let total: i128 = purchase
            .lines
            .iter()
            .map(|line| i128::from(line.amount))
            .sum();
        if purchase.is_first && rules.first_order > 0 && total > 0 {
            let of_total = (i128::from(rules.first_order), total);
            share(&mut found, FIRST_ORDER, purchase.lines, of_total, |_| true);
        }
    }
    found.sort_by_key(|(line, ..)| *line);
    let mut room = purchase.room.map(|room| room.max(0));
    let capped = found.into_iter().map(|(line, rule, points)| {
        let kept = room.map_or(points, |room| points.min(room));
        room = room.map(|room| room - kept);
        Earned {
            line,
            rule,
            points: kept,
            missed: points - kept,
        }
    });
    capped.collect()
}

/// Shares out what `rule` gives for all lines that it is for: `up` points for `down` minor units.
fn share<'r>(
    found: &mut Vec<(usize, &'r str, i64)>,
    rule: &'r str,
    lines: &[PurchasedLine],
    (up, down): (i128, i128),
    is_for: impl Fn(&PurchasedLine) -> bool,
) {
    let (mut amount, mut given) = (0_i128, 0_i128);
    for (at, line) in lines.iter().enumerate() {
        if !is_for(line) {
            continue;
        }
        amount += i128::from(line.amount.max(0));
        let points = amount * up / down - given;
        given += points;
        if points > 0 {
            let points = i64::try_from(points).unwrap_or(EARNED_MAX);
            found.push((at, rule, points.min(EARNED_MAX)));
        }
    }
}

/// Whether the bonus at this position counts for a line.
fn counts(rules: &PointRules, purchase: &Purchase<'_>, at: usize, line: &PurchasedLine) -> bool {
    if !fits(&rules.bonuses[at], purchase, line) {
        return false;
    }
    let others = rules.bonuses.iter().enumerate();
    let mut others = others.filter(|(_, other)| fits(other, purchase, line));
    let percent = rules.bonuses[at].percent;
    match rules.combination {
        Combination::Add => true,
        Combination::BestOf => others.all(|(other_at, other)| {
            other.percent < percent || (other.percent == percent && other_at >= at)
        }),
    }
}

fn fits(bonus: &Bonus, purchase: &Purchase<'_>, line: &PurchasedLine) -> bool {
    let month = |day: &str| day.get(5..7).map(str::to_owned);
    let is_form = bonus.formats.is_empty()
        || line
            .format
            .is_some_and(|format| bonus.formats.contains(&format));
    let is_about = bonus.categories.is_empty()
        || line.categories.iter().any(|category| {
            let mut named = bonus.categories.iter();
            named.any(|named| is_in(category, named))
        });
    // Days are text that sorts as days do.
    let has_begun = bonus.from.as_str() <= purchase.placed_on;
    let is_over = !bonus.until.is_empty() && bonus.until.as_str() < purchase.placed_on;
    let is_month = !bonus.birthday_month
        || (!purchase.birthday.is_empty() && month(purchase.birthday) == month(purchase.placed_on));
    is_form && is_about && has_begun && !is_over && is_month
}

/// How many points the caps leave room for, by what was `earned` already in each period; `None` where there are no caps.
///
/// # Errors
/// What `earned` fails with.
pub fn room<E>(
    rules: &PointRules,
    mut earned: impl FnMut(CapPeriod) -> Result<i64, E>,
) -> Result<Option<i64>, E> {
    let mut room = None;
    for cap in &rules.caps {
        let left = i64::from(cap.points) - earned(cap.period)?;
        room = Some(room.map_or(left, |room: i64| room.min(left)));
    }
    Ok(room)
}

/// How many of the points that a line has earned are to be given back in all, after the refunds so far: in proportion to the
/// money, and everything once all copies or all the money are back. What stays is rounded down: else somebody would keep a
/// point for a line of which all but a cent was paid back, as often as they like.
pub fn given_back(earned: i64, line: &Returned) -> i64 {
    if line.refunded_quantity >= line.quantity || line.refunded >= line.total {
        return earned;
    }
    let paid = i128::from(line.total - line.refunded.max(0));
    let kept = i128::from(earned) * paid / i128::from(line.total);
    i64::try_from(kept).map_or(0, |kept| earned - kept)
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Cap, PointRules};
    use super::*;
    use serde_json::json;

    fn rules(more: serde_json::Value) -> PointRules {
        let mut whole = json!({
            "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
            "return_days": 14, "refund_spent": "negative", "adjust_limit": 500,
        });
        for (name, value) in more.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let rules: PointRules = serde_json::from_value(whole).unwrap();
        rules.checked().unwrap()
    }

    fn line(amount: i64, format: Option<Format>) -> PurchasedLine {
        PurchasedLine {
            amount,
            format,
            categories: Vec::new(),
        }
    }

    fn order(lines: &[PurchasedLine]) -> Purchase<'_> {
        Purchase {
            currency: "CNY",
            placed_on: "2026-11-30",
            birthday: "",
            is_first: false,
            multiplier: ONCE,
            room: None,
            lines,
        }
    }

    /// Line, rule and points.
    fn told<'a>(rules: &'a PointRules, purchase: &Purchase<'_>) -> Vec<(usize, &'a str, i64)> {
        let earned = earn(rules, purchase).into_iter();
        earned.map(|one| (one.line, one.rule, one.points)).collect()
    }

    #[test]
    fn it_is_rounded_once_over_the_order() {
        let rules = rules(json!({}));
        let lines = vec![line(33, None); 10];
        assert_eq!(
            told(&rules, &order(&lines)),
            [(3, "base", 1), (6, "base", 1), (9, "base", 1)]
        );
        assert_eq!(told(&rules, &order(&[line(99, None)])), []);
        assert_eq!(told(&rules, &order(&[line(0, None)])), []);
        assert_eq!(told(&rules, &order(&[])), []);
    }

    #[test]
    fn a_tier_earns_more_of_the_base_and_says_so() {
        let rules = rules(json!({ "bonuses": [{ "id": "b", "name": "B", "percent": 100 }] }));
        let lines = [line(133, None), line(250, None)];
        let purchase = Purchase {
            multiplier: 150,
            ..order(&lines)
        };
        assert_eq!(
            told(&rules, &purchase),
            [
                (0, "base", 1),
                (0, "b", 1),
                (1, "base", 2),
                (1, "tier", 1),
                (1, "b", 2)
            ]
        );
        // What is given back of a line is all that it has earned, by the tier too.
        let back = Returned {
            quantity: 1,
            total: 250,
            refunded_quantity: 0,
            refunded: 250,
        };
        let kept: i64 = earn(&rules, &purchase)
            .iter()
            .map(|one| one.points - given_back(one.points, &back))
            .sum();
        assert_eq!(kept, 0);
    }

    #[test]
    fn a_currency_without_a_rate_earns_nothing() {
        let rules = rules(json!({ "first_order": 50 }));
        let lines = [line(10_000, None)];
        let purchase = Purchase {
            currency: "JPY",
            is_first: true,
            ..order(&lines)
        };
        assert_eq!(told(&rules, &purchase), []);
    }

    #[test]
    fn a_bonus_is_for_what_it_names() {
        let rules = rules(json!({ "bonuses": [
            { "id": "hard", "name": "Hardbacks", "percent": 50, "formats": ["hardback"] },
        ] }));
        let lines = [
            line(250, Some(Format::Hardback)),
            line(250, Some(Format::Ebook)),
            line(250, None),
            line(250, Some(Format::Hardback)),
        ];
        assert_eq!(
            told(&rules, &order(&lines)),
            [
                (0, "base", 2),
                (0, "hard", 1),
                (1, "base", 3),
                (2, "base", 2),
                (3, "base", 3),
                (3, "hard", 1),
            ]
        );
    }

    #[test]
    fn a_bonus_is_for_what_a_book_is_about() {
        let rules = rules(json!({ "bonuses": [
            { "id": "crime", "name": "Crime week", "percent": 100, "categories": [" Crime ", "thema:FF"] },
        ] }));
        let about = |categories: &[&str]| PurchasedLine {
            categories: categories.iter().map(|text| (*text).to_owned()).collect(),
            ..line(100, None)
        };
        let lines = [
            about(&["Poetry", "thema:FFP"]),
            about(&["Poetry"]),
            about(&[]),
            about(&["crime / Nordic"]),
        ];
        let purchase = order(&lines);
        let told = told(&rules, &purchase);
        let extra: Vec<_> = told.iter().filter(|one| one.1 == "crime").collect();
        assert_eq!(extra, [&(0, "crime", 1), &(3, "crime", 1)]);
    }

    #[test]
    fn a_promotion_lasts_from_its_first_day_to_its_last() {
        let rules = rules(json!({ "bonuses": [
            { "id": "sale", "name": "Sale", "percent": 100, "from": "2026-12-01", "until": "2026-12-24" },
        ] }));
        let lines = [line(100, None)];
        for (day, counts) in [
            ("2026-11-30", false),
            ("2026-12-01", true),
            ("2026-12-24", true),
            ("2026-12-25", false),
        ] {
            let purchase = Purchase {
                placed_on: day,
                ..order(&lines)
            };
            assert_eq!(
                told(&rules, &purchase).len(),
                if counts { 2 } else { 1 },
                "{day}"
            );
        }
    }

    #[test]
    fn a_birthday_is_a_month_also_on_a_leap_day() {
        let rules = rules(json!({ "bonuses": [
            { "id": "bd", "name": "Birthday", "percent": 100, "birthday_month": true },
        ] }));
        let lines = [line(100, None)];
        for (birthday, day, counts) in [
            ("2000-02-29", "2027-02-01", true),
            ("2000-02-29", "2027-03-01", false),
            ("2000-02-29", "2028-02-29", true),
            ("", "2028-02-29", false),
        ] {
            let purchase = Purchase {
                placed_on: day,
                birthday,
                ..order(&lines)
            };
            assert_eq!(
                told(&rules, &purchase).len(),
                if counts { 2 } else { 1 },
                "{day}"
            );
        }
    }

    #[test]
    fn bonuses_add_up_or_the_best_one_counts() {
        let bonuses = json!([
            { "id": "small", "name": "A", "percent": 50 },
            { "id": "large", "name": "B", "percent": 100, "formats": ["hardback"] },
            { "id": "equal", "name": "C", "percent": 100, "formats": ["hardback"] },
        ]);
        let lines = [line(200, Some(Format::Hardback)), line(200, None)];
        let add = rules(json!({ "bonuses": bonuses }));
        let sum: i64 = told(&add, &order(&lines)).iter().map(|one| one.2).sum();
        assert_eq!(sum, 4 + 2 + 2 + 2);
        let best = rules(json!({ "bonuses": bonuses, "combination": "best_of" }));
        assert_eq!(
            told(&best, &order(&lines)),
            [
                (0, "base", 2),
                (0, "large", 2),
                (1, "base", 2),
                (1, "small", 1)
            ]
        );
    }

    #[test]
    fn a_first_order_shares_its_points_among_its_lines() {
        let rules = rules(json!({ "first_order": 100 }));
        let lines = [line(30, None), line(0, None), line(60, None)];
        let purchase = Purchase {
            is_first: true,
            ..order(&lines)
        };
        assert_eq!(
            told(&rules, &purchase),
            [(0, "first_order", 33), (2, "first_order", 67)]
        );
    }

    #[test]
    fn a_cap_cuts_what_comes_last_and_says_so() {
        let capped = rules(json!({ "caps": [{ "period": "day", "points": 5 }] }));
        assert_eq!(
            capped.caps,
            [Cap {
                period: CapPeriod::Day,
                points: 5
            }]
        );
        let left = room(&capped, |_| Ok::<_, ()>(2)).unwrap();
        assert_eq!(left, Some(3));
        let lines = [line(200, None), line(200, None), line(200, None)];
        let purchase = Purchase {
            room: left,
            ..order(&lines)
        };
        let earned = earn(&capped, &purchase);
        let told: Vec<_> = earned.iter().map(|one| (one.points, one.missed)).collect();
        assert_eq!(told, [(2, 0), (1, 1), (0, 2)]);
        // More than the cap was earned by rules from before.
        let left = room(&capped, |_| Ok::<_, ()>(9)).unwrap();
        let none = Purchase {
            room: left,
            ..order(&lines)
        };
        assert!(earn(&capped, &none).iter().all(|one| one.points == 0));
    }

    #[test]
    fn the_largest_order_does_not_overflow() {
        let rules = rules(json!({
            "rates": [{ "currency": "CNY", "per": 1, "points": 1_000 }],
            "bonuses": [{ "id": "b", "name": "B", "percent": 1_000 }],
        }));
        let lines = vec![line(1_000_000_000_000, None); 500];
        let earned = earn(&rules, &order(&lines));
        assert!(earned.iter().all(|one| one.points == EARNED_MAX));
        assert_eq!(earned.len(), 1_000);
    }

    #[test]
    fn a_refund_gives_back_in_proportion_and_the_last_one_the_rest() {
        let after = |refunded_quantity, refunded| Returned {
            quantity: 3,
            total: 1_000,
            refunded_quantity,
            refunded,
        };
        for (line, points) in [
            (after(0, 0), 0),
            (after(1, 333), 4),
            (after(2, 666), 7),
            // Money without goods, and the last copy for less than it was.
            (after(0, 999), 10),
            (after(3, 900), 10),
            (after(0, 1_000), 10),
        ] {
            assert_eq!(given_back(10, &line), points, "{line:?}");
        }
        let free = Returned {
            total: 0,
            ..after(1, 0)
        };
        assert_eq!(given_back(0, &free), 0);
    }
}
