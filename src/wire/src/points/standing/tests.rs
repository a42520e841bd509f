use super::super::tiers::TierRules;
use super::*;
use serde_json::json;

const DAY: i64 = 24 * 3_600_000;

/// Silver for 100, kept by 50; gold for 300, kept by 200.
fn rules(period: &str, grace: u32) -> TierRules {
    let named = |name: &str| json!([{ "language": "en", "name": name }]);
    serde_json::from_value(json!({
        "measure": "spend", "currency": "EUR", "period": period, "grace_days": grace,
        "levels": [
            { "id": "reader", "words": named("Reader"), "threshold": 0 },
            { "id": "silver", "words": named("Silver"), "threshold": 100, "renewal": 50 },
            { "id": "gold", "words": named("Gold"), "threshold": 300, "renewal": 200 },
        ],
    }))
    .unwrap()
}

/// Orders of some days, at noon.
fn counts(orders: &[(&str, i64)]) -> Counts {
    let orders = orders.iter().map(|(on, value)| Counted {
        at: at(on),
        on: (*on).to_owned(),
        value: *value,
    });
    Counts::new(orders.collect())
}

/// An instant of a day, by a clock that only has to run forward.
fn at(on: &str) -> i64 {
    let mut days = 0;
    while days::after("2024-01-01", days).as_str() < on {
        days += 1;
    }
    days * DAY
}

/// What is held after it, by rules of spend.
fn held(found: &Found) -> TierChange {
    found.clone().noted(&rules("rolling", 0), None, (1, 0))
}

/// All that the orders reach, seen from `today`: the days and levels.
fn told(rules: &TierRules, counts: &Counts, today: &str) -> Vec<(String, Option<usize>)> {
    let found = reached(rules, Rank::LOWEST, counts, (i64::MIN, i64::MAX), today);
    found.into_iter().map(|one| (one.on, one.level)).collect()
}

#[test]
fn days_are_counted_over_leap_days_and_years() {
    for (day, plus, then) in [
        ("2028-02-28", 1, "2028-02-29"),
        ("2028-02-29", 1, "2028-03-01"),
        ("2027-12-31", 1, "2028-01-01"),
        ("2026-11-30", 90, "2027-02-28"),
        ("2100-03-01", -1, "2100-02-28"),
        ("2026-01-01", 0, "2026-01-01"),
    ] {
        assert_eq!(days::after(day, plus), then);
    }
    assert_eq!(days::year_after("2028-02-29"), "2029-02-28");
    assert_eq!(days::year_before("2028-02-29"), "2027-02-28");
    assert_eq!(days::year_after("2027-02-28"), "2028-02-28");
}

#[test]
fn twelve_months_that_end_with_an_order_reach_a_tier() {
    let rules = rules("rolling", 14);
    let counts = counts(&[
        ("2025-01-10", 60),
        ("2026-01-10", 60),
        ("2026-01-11", 40),
        ("2026-06-01", 250),
    ]);
    // The first order is out by a day when the second comes.
    let silver = ("2026-01-11".to_owned(), Some(1));
    let gold = ("2026-06-01".to_owned(), Some(2));
    assert_eq!(told(&rules, &counts, "2026-06-01"), [silver, gold.clone()]);
    // What is over by today is none, and nothing is reached twice.
    assert_eq!(told(&rules, &counts, "2027-02-01"), [gold]);
    assert_eq!(told(&rules, &counts, "2027-07-01"), []);
}

#[test]
fn a_calendar_year_begins_anew_and_a_tier_lasts_through_the_next() {
    let rules = rules("calendar", 0);
    let counts = counts(&[("2025-12-31", 60), ("2026-01-01", 60), ("2026-12-31", 40)]);
    let found = reached(
        &rules,
        Rank::LOWEST,
        &counts,
        (i64::MIN, i64::MAX),
        "2026-12-31",
    );
    assert_eq!(found.len(), 1);
    let silver = held(&found[0]);
    assert_eq!(
        (&*silver.on, &*silver.keeps_from, &*silver.until),
        ("2026-12-31", "2027-01-01", "2027-12-31")
    );
}

#[test]
fn an_order_that_comes_late_reaches_what_it_would_have_reached() {
    let rules = rules("rolling", 0);
    let mut late = counts(&[("2026-01-10", 60)]);
    assert_eq!(told(&rules, &late, "2026-05-01"), []);
    late.add(Counted {
        at: at("2025-12-01"),
        on: "2025-12-01".into(),
        value: 50,
    });
    let all = reached(
        &rules,
        Rank::LOWEST,
        &late,
        (at("2025-12-01"), i64::MAX),
        "2026-05-01",
    );
    // By the order that completes it, which was there before.
    assert_eq!((&*all[0].on, all[0].figure), ("2026-01-10", 110));
}

#[test]
fn a_tier_is_kept_by_the_orders_of_its_time_and_not_by_that_which_reached_it() {
    let rules = rules("rolling", 14);
    let by = |orders: &[(&str, i64)], today: &str| {
        let mut all = vec![("2026-01-10", 120)];
        all.extend(orders);
        let counts = counts(&all);
        let first = reached(
            &rules,
            Rank::LOWEST,
            &counts,
            (0, at("2026-01-10") + 1),
            "2026-01-10",
        );
        let silver = held(&first[0]);
        let rank = Rank {
            level: 1,
            own: true,
        };
        let goal = keeping(&rules, (&silver, rank), &counts, today).unwrap();
        let found = over(Some(&rules), (&silver, rank), &counts, today, true);
        (goal.missing, found.map(|one| (one.kind, one.level)))
    };
    let renewed = Some((TierChangeKind::Renewed, Some(1)));
    let lowered = Some((TierChangeKind::Lowered, Some(0)));
    // Its period ends on 10 January, its grace on the 24th.
    assert_eq!(by(&[], "2027-01-10"), (50, None));
    assert_eq!(by(&[], "2027-01-24"), (50, None));
    assert_eq!(by(&[], "2027-01-25"), (50, lowered));
    assert_eq!(by(&[("2026-01-11", 50)], "2027-01-10"), (0, None));
    assert_eq!(by(&[("2026-01-11", 50)], "2027-01-11"), (0, renewed));
    assert_eq!(by(&[("2027-01-24", 50)], "2027-01-24"), (0, renewed));
    assert_eq!(by(&[("2027-01-25", 50)], "2027-01-25"), (50, lowered));
}

#[test]
fn who_does_not_keep_gold_may_keep_silver() {
    let rules = rules("rolling", 0);
    let counts = counts(&[("2026-01-10", 300), ("2026-03-01", 60)]);
    let first = reached(
        &rules,
        Rank::LOWEST,
        &counts,
        (0, at("2026-01-10") + 1),
        "2026-01-10",
    );
    let gold = held(&first[0]);
    let rank = Rank {
        level: 2,
        own: true,
    };
    let found = over(Some(&rules), (&gold, rank), &counts, "2027-01-11", true).unwrap();
    assert_eq!(
        (found.level, found.figure, found.needed),
        (Some(1), 60, 200)
    );
    assert_eq!((found.basis, &*found.term.until), (50, "2028-01-10"));
    // And where nobody may lower it yet, it stays.
    assert_eq!(
        over(Some(&rules), (&gold, rank), &counts, "2027-01-11", false),
        None
    );
    // Where the rules have no tiers any more, nothing is left.
    let none = over(None, (&gold, rank), &counts, "2027-01-11", true).unwrap();
    assert_eq!((none.level, &*none.term.until), (None, ""));
}

#[test]
fn a_refund_of_what_reached_a_tier_ends_it_after_a_month() {
    let rules = rules("rolling", 14);
    let before = counts(&[("2026-01-10", 120)]);
    let first = reached(&rules, Rank::LOWEST, &before, (0, i64::MAX), "2026-01-10");
    let silver = held(&first[0]);
    assert_eq!(withdrawn(&silver, &before, "2026-02-01"), None);
    let after = counts(&[("2026-01-10", 99)]);
    let found = withdrawn(&silver, &after, "2026-02-01").unwrap();
    assert_eq!((found.figure, found.needed), (99, 100));
    assert_eq!(found.term.ends, "2026-03-03");
    let going = held(&found);
    // Once is enough.
    assert_eq!(withdrawn(&going, &after, "2026-02-02"), None);
    let rank = Rank {
        level: 1,
        own: true,
    };
    let goal = keeping(&rules, (&going, rank), &after, "2026-02-02").unwrap();
    assert_eq!((goal.needed, goal.missing), (100, 1));
    assert_eq!(
        over(Some(&rules), (&going, rank), &after, "2026-03-03", true),
        None
    );
    let found = over(Some(&rules), (&going, rank), &after, "2026-03-04", true).unwrap();
    assert_eq!(found.level, Some(0));
    // Shortly before the end it is not made longer.
    let late = withdrawn(&silver, &after, "2027-01-20").unwrap();
    assert_eq!(late.term.ends, "2027-01-24");
}

#[test]
fn a_tier_that_the_rules_do_not_have_any_more_is_as_good_as_that_below() {
    let old = rules("rolling", 0);
    let mut new = old.clone();
    new.levels.remove(1);
    let rank = Rank::of(&new, Some(&old), "silver");
    assert_eq!((rank.level, rank.own), (0, false));
    let rank = Rank::of(&new, Some(&old), "gold");
    assert_eq!((rank.level, rank.own), (1, true));
    new.levels.remove(1);
    let rank = Rank::of(&new, Some(&old), "gold");
    assert_eq!((rank.level, rank.own), (0, false));
}

#[test]
fn progress_says_how_much_more_and_until_when_that_holds() {
    let rolling = rules("rolling", 0);
    let some = counts(&[("2026-01-10", 30), ("2026-05-01", 40)]);
    let goal = next(&rolling, Rank::LOWEST, &some, "2026-06-01").unwrap();
    assert_eq!((goal.counted, goal.missing), (70, 30));
    // From 10 January on the first order counts no more.
    assert_eq!((&*goal.by, &*goal.until), ("2027-01-09", "2027-06-01"));
    let calendar = rules("calendar", 0);
    let goal = next(&calendar, Rank::LOWEST, &some, "2026-06-01").unwrap();
    assert_eq!((&*goal.by, &*goal.until), ("2026-12-31", "2027-12-31"));
    let top = Rank {
        level: 2,
        own: true,
    };
    assert_eq!(next(&calendar, top, &some, "2026-06-01"), None);
    let nothing = next(&rolling, Rank::LOWEST, &counts(&[]), "2026-06-01").unwrap();
    assert_eq!((nothing.missing, &*nothing.by), (100, ""));
}
