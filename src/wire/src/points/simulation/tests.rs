use super::super::besides::WrittenReview;
use super::super::earn::PurchasedLine;
use super::*;
use serde_json::json;

fn rules(more: serde_json::Value) -> PointRules {
    let mut whole = json!({
        "rates": [{ "currency": "CNY", "per": 100, "points": 1 }],
        "worth": [{ "points": 100, "money": { "amount": 100, "currency": "CNY" } }],
        "return_days": 14, "refund_spent": "negative", "adjust_limit": 500,
    });
    for (name, value) in more.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let rules: PointRules = serde_json::from_value(whole).unwrap();
    rules.checked().unwrap()
}

fn order<'a>(placed_on: &'a str, lines: &'a [PurchasedLine]) -> Purchase<'a> {
    Purchase {
        currency: "CNY",
        placed_on,
        birthday: "",
        is_first: false,
        multiplier: ONCE,
        room: None,
        lines,
    }
}

fn customer(number: u32) -> CustomerId {
    CustomerId::from_digits(format!("{number:032x}")).unwrap()
}

fn yuan(amount: i64) -> [PurchasedLine; 1] {
    [PurchasedLine {
        amount: amount * 100,
        format: None,
        categories: Vec::new(),
    }]
}

#[test]
fn both_texts_count_the_same_orders() {
    let double = rules(json!({
        "rates": [{ "currency": "CNY", "per": 100, "points": 2 }], "sign_up": 10,
    }));
    let mut comparison = Comparison::new(Some(rules(json!({}))), double);
    let (lin, mei) = (customer(1), customer(2));
    comparison.order(&lin, &order("2026-10-31", &yuan(30)), &[]);
    comparison.order(&lin, &order("2026-11-01", &yuan(20)), &[]);
    comparison.order(&mei, &order("2026-11-02", &yuan(5)), &[]);
    for who in [&lin, &mei] {
        comparison.besides(who, "2026-11-05", Besides::SignUp);
    }
    let found = comparison.finish();
    assert_eq!((found.orders, found.customers), (3, 2));
    assert_eq!((found.before.points, found.after.points), (55, 130));
    assert_eq!(found.after.worth[0].amount, 130);
    let months = found
        .months
        .iter()
        .map(|one| (one.month.as_str(), one.orders, one.before, one.after));
    let months: Vec<_> = months.collect();
    assert_eq!(months, [("2026-10", 1, 30, 60), ("2026-11", 2, 25, 70)]);
    let gain: Vec<_> = found
        .gain
        .iter()
        .map(|one| (&one.customer, one.after))
        .collect();
    assert_eq!(gain, [(&lin, 100), (&mei, 10)]);
    assert_eq!(found.lose, []);
    let rules: Vec<_> = found
        .rules
        .iter()
        .map(|one| (one.rule.as_str(), one.before, one.after))
        .collect();
    assert_eq!(rules, [(BASE, 55, 110), (SIGN_UP, 0, 20)]);
}

#[test]
fn a_cap_counts_for_its_period_and_for_one_customer() {
    let capped = rules(json!({ "caps": [{ "period": "month", "points": 40 }] }));
    let mut comparison = Comparison::new(None, capped);
    let (lin, mei) = (customer(1), customer(2));
    for (who, day) in [
        (&lin, "2026-10-01"),
        (&lin, "2026-10-31"),
        (&lin, "2026-11-01"),
        (&mei, "2026-11-01"),
    ] {
        comparison.order(who, &order(day, &yuan(30)), &[]);
    }
    let found = comparison.finish();
    let months: Vec<_> = found.months.iter().map(|one| one.after).collect();
    assert_eq!(months, [40, 60]);
    assert_eq!(found.before, Outcome::default());
}

#[test]
fn what_was_returned_is_not_counted_and_leaves_room() {
    let capped = rules(json!({ "caps": [{ "period": "year", "points": 50 }] }));
    let mut comparison = Comparison::new(Some(rules(json!({}))), capped);
    let lin = customer(1);
    let gone = Returned {
        quantity: 2,
        total: 3_000,
        refunded_quantity: 1,
        refunded: 1_500,
    };
    comparison.order(&lin, &order("2026-10-01", &yuan(30)), &[gone]);
    comparison.order(&lin, &order("2026-10-02", &yuan(40)), &[]);
    let found = comparison.finish();
    assert_eq!((found.before.points, found.after.points), (55, 50));
    assert_eq!(found.lose[0].change(), -5);
}

#[test]
fn who_was_in_a_tier_begins_in_it() {
    let words = json!([{ "language": "en", "name": "A" }]);
    let tiers = rules(json!({ "tiers": {
        "measure": "points", "period": "rolling",
        "levels": [
            { "id": "all", "words": words, "threshold": 0 },
            { "id": "gold", "words": words, "threshold": 50, "multiplier": 200 },
        ],
    } }));
    let mut comparison = Comparison::new(Some(rules(json!({}))), tiers);
    assert!(comparison.has_tiers());
    let (lin, mei) = (customer(1), customer(2));
    comparison.order_before(&lin, &order("2026-03-01", &yuan(60)), &[]);
    comparison.order(&lin, &order("2026-10-01", &yuan(10)), &[]);
    comparison.order_before(&mei, &order("2026-03-01", &yuan(60)), &[]);
    let found = comparison.finish();
    // What came before earns nothing here, and who has bought nothing since is none of the customers.
    assert_eq!((found.before.points, found.after.points), (10, 20));
    assert_eq!((found.orders, found.customers), (1, 1));
    let changed: u64 = found.changes.iter().map(|one| one.customers).sum();
    assert_eq!(changed, 1);
}

#[test]
fn what_comes_besides_orders_is_in_the_sums() {
    let generous = rules(json!({
        "birthday_gift": 30,
        "review": { "points": 20, "min_length": 10, "cap": { "period": "month", "points": 30 } },
    }));
    let mut comparison = Comparison::new(Some(rules(json!({}))), generous);
    let (lin, mei) = (customer(1), customer(2));
    let review = |length| {
        Besides::Review(WrittenReview {
            is_verified: false,
            length,
        })
    };
    comparison.besides(&lin, "2026-10-05", Besides::Birthday);
    // Too short; then a whole one, and what the cap leaves; the next month and the next customer begin anew.
    for (who, day, length) in [
        (&lin, "2026-10-06", 9),
        (&lin, "2026-10-07", 10),
        (&lin, "2026-10-08", 10),
        (&lin, "2026-10-09", 10),
        (&lin, "2026-11-09", 10),
        (&mei, "2026-11-09", 10),
    ] {
        comparison.besides(who, day, review(length));
    }
    let found = comparison.finish();
    assert_eq!(found.before.points, 0);
    let given = found.rules.iter().map(|one| (&*one.rule, one.after));
    let given: Vec<_> = given.collect();
    assert_eq!(given, [(BIRTHDAY, 30), (REVIEW, 30 + 20 + 20)]);
    assert_eq!((found.orders, found.months.len()), (0, 2));
}

#[test]
fn an_invitation_earns_once_by_the_order_that_reaches_what_the_text_says() {
    let text = |more: serde_json::Value| rules(json!({ "referral": more }));
    let before = text(json!({ "points": 100, "welcome": 30 }));
    let after = text(json!({
        "points": 200, "minimum": { "amount": 5_000, "currency": "CNY" },
        "cap": { "period": "month", "points": 250 },
    }));
    let mut comparison = Comparison::new(Some(before), after);
    assert!(comparison.has_referrals());
    let (lin, mei) = (customer(1), customer(2));
    let bought = |by: u32, day: &str, amount: i64| InvitedOrder {
        by: customer(by),
        placed_on: day.to_owned(),
        total: Money {
            amount,
            currency: "CNY".into(),
        },
        returned: Returned {
            quantity: 2,
            total: amount,
            refunded_quantity: 0,
            refunded: 0,
        },
        is_before: false,
    };
    // From before: it has earned already by the rules in force, and is too little for the draft.
    let old = InvitedOrder {
        is_before: true,
        ..bought(11, "2026-09-30", 1_000)
    };
    comparison.invited(&lin, &old);
    comparison.invited(&lin, &bought(11, "2026-10-01", 5_000));
    // The month has room for 50 more by the draft.
    comparison.invited(&lin, &bought(12, "2026-10-02", 9_000));
    comparison.invited(&lin, &bought(12, "2026-11-02", 9_000));
    // Half of it came back.
    let mut half = bought(13, "2026-11-03", 6_000);
    (half.returned.refunded_quantity, half.returned.refunded) = (1, 3_000);
    comparison.invited(&mei, &half);
    let found = comparison.finish();
    let given: Vec<_> = found
        .rules
        .iter()
        .map(|one| (&*one.rule, one.before, one.after))
        .collect();
    assert_eq!(
        given,
        [(REFERRAL, 100 + 50, 200 + 50 + 100), (WELCOME, 30 + 15, 0)]
    );
    let months: Vec<_> = found
        .months
        .iter()
        .map(|one| (&*one.month, one.before, one.after))
        .collect();
    assert_eq!(months, [("2026-10", 130, 250), ("2026-11", 65, 100)]);
    assert_eq!((found.orders, found.gain), (0, vec![]));
}

#[test]
fn a_change_is_measured_by_what_there_was() {
    let of = |before, after| Change::of(before, after);
    assert_eq!(of(0, 0), Change::Same);
    assert_eq!(of(0, 1), Change::UpMost);
    assert_eq!(of(10, 11), Change::UpLittle);
    assert_eq!(of(100, 150), Change::Up);
    assert_eq!(of(100, 151), Change::UpMost);
    assert_eq!(of(100, 89), Change::Down);
    assert_eq!(of(100, 0), Change::DownMost);
    let mut sorted = Change::ALL;
    sorted.sort_unstable();
    assert_eq!(sorted, Change::ALL);
}

#[test]
fn only_so_many_are_named_and_those_who_change_most() {
    let mut comparison = Comparison::new(None, rules(json!({})));
    for amount in 1..=30 {
        comparison.order(
            &customer(amount),
            &order("2026-10-01", &yuan(amount.into())),
            &[],
        );
    }
    let named: Vec<_> = comparison
        .finish()
        .gain
        .iter()
        .map(|one| one.after)
        .collect();
    assert_eq!(named, (21..=30).rev().collect::<Vec<_>>());
}
