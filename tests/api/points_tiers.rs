//! Tiers: reached at once, earning more from then on, kept or lowered by time alone, and never by surprise.

use crate::bookshop::Shop;
use crate::colleagues::Colleague;
use crate::points::{
    BALANCE, Club, balance, entries, examine, id_of, order, refund, rules, say, sums,
};
use crate::points_checkout::paying;
use crate::points_rewards::{coupon, redeem, write};
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::notifications::{Notification, NotificationKind, NotificationPage};
use bookplate_wire::points::PointsBalance;
use bookplate_wire::points::rewards::OfferedRewards;
use bookplate_wire::points::tiers::{TierChangeKind, TierHistory, TierStanding};
use bookplate_wire::privacy::Archive;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    an_order_reaches_a_tier_at_once_and_those_after_it_earn_more,
    orders_reach_the_same_tier_in_whatever_order_they_come,
    many_at_once_reach_a_tier_once,
    what_is_given_back_does_not_count,
    days_and_points_count_as_well_as_money,
    a_reward_can_be_for_a_tier,
    tiers_that_contradict_each_other_are_no_rules,
    the_history_is_the_customers_and_nobody_changes_it,
    a_tier_that_does_not_follow_is_found,
);

pub(crate) const HISTORY: &str = "/v1/customer/points/tiers";

fn named(name: &str) -> Value {
    json!([{ "language": "en", "name": name, "privileges": ["Free shipping"] }])
}

/// Silver for 100.00, kept by 50.00, earns half as much again; gold for 500.00 earns twice. With `more`.
pub(crate) fn tiers(more: Value) -> Value {
    let mut tiers = json!({
        "measure": "spend", "currency": "CNY", "period": "rolling", "grace_days": 14,
        "levels": [
            { "id": "reader", "words": named("Reader"), "threshold": 0 },
            { "id": "silver", "words": named("Silver"), "threshold": 10_000, "renewal": 5_000, "multiplier": 150 },
            { "id": "gold", "words": named("Gold"), "threshold": 50_000, "multiplier": 200 },
        ],
    });
    for (name, value) in more.as_object().unwrap() {
        tiers[name] = value.clone();
    }
    json!({ "tiers": tiers })
}

pub(crate) async fn standing(customer: &Actor<'_>) -> TierStanding {
    balance(customer).await.tier.unwrap()
}

pub(crate) async fn tier(customer: &Actor<'_>) -> String {
    standing(customer).await.tier
}

pub(crate) async fn history(customer: &Actor<'_>) -> TierHistory {
    customer.get(HISTORY).await.expect_status(200).json()
}

/// The kinds of changes and the tiers, the earliest first.
pub(crate) async fn changes(customer: &Actor<'_>) -> Vec<(TierChangeKind, String)> {
    let changes = history(customer).await.changes.into_iter().rev();
    changes.map(|one| (one.kind, one.tier)).collect()
}

pub(crate) async fn told(customer: &Actor<'_>) -> Vec<Notification> {
    let page: NotificationPage = customer.get("/v1/customer/notifications").await.json();
    page.notifications
}

/// Everybody was looked at who may have reached a tier of the rules of now.
pub(crate) async fn reviewed(shop: &Shop) {
    let is_done = async || say(shop, "UPDATE point_tier_reviews SET behind = behind").await == 0;
    wait_until("everybody was looked at", is_done).await;
}

/// An order of this moment for `c-1` with one line.
pub(crate) fn paid(number: &str, amount: i64) -> Value {
    let mut order = order(number);
    order["lines"] = json!([{
        "line": "a", "sku": "X", "title": "X", "quantity": 1,
        "total": { "amount": amount, "currency": "CNY" },
    }]);
    order
}

async fn an_order_reaches_a_tier_at_once_and_those_after_it_earn_more(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let begin = standing(&lin).await;
    assert_eq!((&*begin.tier, &*begin.since), ("reader", ""));
    let next = begin.next.unwrap();
    assert_eq!(
        (&*next.tier, next.missing, &*next.by),
        ("silver", 10_000, "")
    );
    assert_eq!(history(&lin).await.changes, []);
    shop.send(order("A-1")).await;
    let silver = standing(&lin).await;
    assert_eq!((&*silver.tier, silver.multiplier), ("silver", 150));
    assert_eq!(silver.words[0].privileges, ["Free shipping"]);
    let next = silver.next.as_ref().unwrap();
    assert_eq!((next.counted, next.missing), (12_550, 37_450));
    let keeping = silver.keeping.as_ref().unwrap();
    // That which has reached it does not keep it.
    assert_eq!((keeping.counted, keeping.missing), (0, 5_000));
    assert!(silver.until < silver.ends && silver.since < silver.until);
    assert_eq!(keeping.by, silver.until);
    // The order by which it was reached earns what it would have earned without.
    assert_eq!(sums(&lin).await, (0, 125));
    shop.send(order("A-2")).await;
    assert_eq!(sums(&lin).await, (0, 125 + 125 + 62));
    let more = entries(&lin).await.remove(3);
    let rule = more.rule.unwrap();
    assert_eq!((&*rule.id, more.pending), ("tier:silver", 45));
    assert_eq!(rule.tier[0].name, "Silver");
    let quote = json!({
        "customer": { "external_id": "c-1" }, "total": { "amount": 10_000, "currency": "CNY" },
    });
    let quote: Value = shop
        .backend()
        .post("/v1/checkout/quote", &quote)
        .await
        .json();
    assert_eq!(quote["earns"], 150);
    // The shop's programs find the same.
    let path = format!("/v1/customers/{}/points", id_of(&shop, "c-1").await);
    let seen: PointsBalance = shop.backend().get(&path).await.json();
    assert_eq!(seen.tier.unwrap(), standing(&lin).await);
    let seen: TierHistory = shop.backend().get(&format!("{path}/tiers")).await.json();
    assert_eq!(seen, history(&lin).await);
    let reached = &seen.changes[0];
    assert_eq!(
        (
            reached.kind,
            reached.figure,
            reached.needed,
            reached.version
        ),
        (TierChangeKind::Reached, 12_550, 10_000, 1)
    );
    let told = told(&lin).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind, NotificationKind::TierReached);
    assert_eq!(
        (&*told[0].tier[0].name, &told[0].until),
        ("Silver", &silver.until)
    );
    // What the tier has earned goes back with the goods, too.
    shop.refund(refund("R-1", "A-2", "a", 2, 9_000)).await;
    shop.refund(refund("R-2", "A-2", "b", 1, 3_550)).await;
    assert_eq!(sums(&lin).await, (0, 125));
    examine(&shop).await;
}

async fn orders_reach_the_same_tier_in_whatever_order_they_come(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let orders = [
        paid("A-1", 6_000),
        paid("A-2", 6_000),
        paid("A-3", 10_000),
        paid("A-4", 40_000),
    ];
    let mut orders = orders.to_vec();
    for (order, at) in orders.iter_mut().zip(1..) {
        // All are placed within a moment, one after another.
        order["placed_at"] = json!(order["placed_at"].as_i64().unwrap() + at);
    }
    let mut foreign = paid("A-5", 90_000);
    foreign["lines"][0]["total"]["currency"] = json!("EUR");
    let mut points = Vec::new();
    for (customer, sequence) in [
        ("c-1", vec![0, 1, 2, 3]),
        ("c-2", vec![3, 2, 1, 0]),
        ("c-3", vec![2, 0, 3, 1]),
    ] {
        let whose = |order: &Value| {
            let mut order = order.clone();
            let number = order["number"].as_str().unwrap().to_owned();
            order["number"] = json!(format!("{customer}-{number}"));
            order["customer"]["external_id"] = json!(customer);
            order
        };
        let lin = shop.customer(customer, json!({})).await;
        shop.send(whose(&foreign)).await;
        assert_eq!(tier(&lin).await, "reader");
        for at in sequence {
            for _ in 0..2 {
                shop.send(whose(&orders[at])).await;
            }
        }
        // Gold is held by those that have completed it.
        let last = history(&lin).await.changes.remove(0);
        assert_eq!((&*last.tier, last.kind), ("gold", TierChangeKind::Reached));
        assert!(last.figure >= 50_000);
        points.push(sums(&lin).await.1);
    }
    // Who is told of later orders first has had no tier yet when they come; nobody gets more than in their order.
    assert_eq!(points[0], 620 + 50 + 200);
    assert!(
        points.iter().all(|sum| (620..=points[0]).contains(sum)),
        "{points:?}"
    );
    // Orders of one request are looked at in the order in which they were placed.
    let lin = shop.customer("c-4", json!({})).await;
    let together: Vec<Value> = orders
        .iter()
        .rev()
        .map(|order| {
            let mut order = order.clone();
            let number = order["number"].as_str().unwrap().to_owned();
            order["number"] = json!(format!("c-4-{number}"));
            order["customer"]["external_id"] = json!("c-4");
            order
        })
        .collect();
    let sent = json!({ "orders": together });
    shop.backend()
        .post("/v1/orders", &sent)
        .await
        .expect_status(200);
    assert_eq!(sums(&lin).await.1, points[0]);
    examine(&shop).await;
}

async fn many_at_once_reach_a_tier_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let each = (0..32).map(|client| {
        let shop = &shop;
        async move {
            let orders = json!({ "orders": [paid(&format!("A-{client}"), 1_000)] });
            loop {
                match shop.backend().post("/v1/orders", &orders).await.status() {
                    200 => return,
                    // A database that is too busy says so, and sending it again is right.
                    status => assert_eq!(status, 503),
                }
            }
        }
    });
    join_all(each).await;
    let silver = (TierChangeKind::Reached, "silver".to_owned());
    assert_eq!(changes(&lin).await, [silver]);
    assert_eq!(standing(&lin).await.next.unwrap().counted, 32_000);
    examine(&shop).await;
}

async fn what_is_given_back_does_not_count(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    // It waits for its order.
    shop.refund(refund("R-1", "A-1", "a", 1, 4_500)).await;
    shop.send(order("A-1")).await;
    assert_eq!(tier(&lin).await, "reader");
    assert_eq!(standing(&lin).await.next.unwrap().counted, 8_050);
    // All copies are back, for less than was paid for them.
    shop.refund(refund("R-2", "A-1", "b", 1, 3_000)).await;
    assert_eq!(standing(&lin).await.next.unwrap().counted, 4_500);
    shop.send(paid("A-2", 5_499)).await;
    assert_eq!(tier(&lin).await, "reader");
    shop.send(paid("A-3", 1)).await;
    assert_eq!(tier(&lin).await, "silver");
    examine(&shop).await;
}

async fn days_and_points_count_as_well_as_money(setup: Setup) {
    let shop = Shop::open(setup).await;
    let measured = |measure: &str, threshold: i64| {
        tiers(json!({
            "measure": measure, "currency": "", "period": "calendar",
            "levels": [
                { "id": "reader", "words": named("Reader"), "threshold": 0 },
                { "id": "friend", "words": named("Friend"), "threshold": threshold, "multiplier": 300 },
            ],
        }))
    };
    let club = Club::open(&shop, measured("visits", 2)).await;
    let lin = shop.customer("c-1", json!({})).await;
    // The same day twice, and a day that is given back.
    shop.send(paid("A-1", 100)).await;
    shop.send(paid("A-2", 0)).await;
    assert_eq!(standing(&lin).await.next.unwrap().counted, 1);
    shop.refund(refund("R-1", "A-1", "a", 1, 100)).await;
    shop.refund(refund("R-2", "A-2", "a", 1, 0)).await;
    assert_eq!(standing(&lin).await.next.unwrap().counted, 0);
    examine(&shop).await;
    club.publish(measured("points", 100)).await;
    shop.send(paid("A-3", 9_900)).await;
    assert_eq!(standing(&lin).await.next.unwrap().missing, 1);
    shop.send(paid("A-4", 100)).await;
    let friend = standing(&lin).await;
    assert_eq!((&*friend.tier, friend.next), ("friend", None));
    // To the end of the next year.
    assert!(friend.until.ends_with("-12-31"), "{}", friend.until);
    // What the tier earns counts, too; and what was taken back does not.
    shop.send(paid("A-5", 1_000)).await;
    assert_eq!(sums(&lin).await.1, 99 + 1 + 30);
    shop.refund(refund("R-4", "A-4", "a", 1, 100)).await;
    assert!(
        !standing(&lin).await.withdrawn,
        "the orders after it have reached it"
    );
    shop.refund(refund("R-3", "A-3", "a", 1, 9_900)).await;
    assert!(standing(&lin).await.withdrawn);
    examine(&shop).await;
}

async fn a_reward_can_be_for_a_tier(setup: Setup) {
    let shop = Shop::open(setup).await;
    let mut more = paying(json!({}));
    more["tiers"] = tiers(json!({}))["tiers"].clone();
    let club = Club::open(&shop, more).await;
    let olga: &Colleague<'_> = &club.olga;
    let wrong = olga
        .browser
        .post(
            &olga.path("rewards"),
            &coupon(json!({ "tier": "platinum" })),
        )
        .await
        .problem();
    assert_eq!(
        (wrong.code, wrong.field.as_deref()),
        (Code::FieldInvalid, Some("tier"))
    );
    let reward = write(&club, &coupon(json!({ "tier": "silver", "stock": 3 }))).await;
    let (lin, mei) = (
        shop.customer("c-1", json!({})).await,
        shop.customer("c-2", json!({})).await,
    );
    for id in ["c-1", "c-2"] {
        club.adjust(&id_of(&shop, id).await, id, 10_000).await;
    }
    shop.send(order("A-1")).await;
    for (customer, is_missing) in [(&lin, false), (&mei, true)] {
        let offered: OfferedRewards = customer
            .get("/v1/customer/rewards")
            .await
            .expect_status(200)
            .json();
        let offered = &offered.rewards[0];
        assert_eq!(
            (&*offered.tier[0].name, offered.tier_missing),
            ("Silver", is_missing)
        );
    }
    // Whoever may not have it takes nothing from those who may, however many ask at once.
    let each = (0..16).map(|wish| {
        let (customer, reward) = (if wish % 2 == 0 { &lin } else { &mei }, &reward);
        async move {
            let asked = json!({ "reference": format!("w-{wish}"), "points": 200 });
            let path = format!("/v1/customer/rewards/{}/redemptions", reward.id);
            loop {
                let reply = customer.post(&path, &asked).await;
                match reply.status() {
                    200 => return None,
                    503 => {}
                    _ => return Some(reply.problem().code),
                }
            }
        }
    });
    let refused: Vec<Option<Code>> = join_all(each).await;
    let count = |code: Option<Code>| refused.iter().filter(|one| **one == code).count();
    assert_eq!(count(None), 3);
    assert_eq!(count(Some(Code::RewardSoldOut)), 5);
    assert_eq!(count(Some(Code::TierRequired)), 8);
    assert_eq!(sums(&mei).await.0, 10_000);
    // What the rules do not have any more nobody can have, and it can still be hidden.
    let open = write(&club, &coupon(json!({ "tier": "gold" }))).await;
    club.publish(paying(json!({}))).await;
    let asked = json!({ "reference": "late", "points": 200 });
    let path = format!("/v1/customer/rewards/{}/redemptions", open.id);
    let late = lin.post(&path, &asked).await.problem();
    assert_eq!(late.code, Code::TierRequired);
    let hidden = coupon(json!({ "tier": "gold", "active": false }));
    let path = olga.path(&format!("rewards/{}", open.id));
    let hidden = olga.browser.send_json(Method::PUT, &path, &hidden).await;
    hidden.expect_status(200);
    let all = write(&club, &coupon(json!({}))).await;
    redeem(&mei, &all, "w-17").await;
    examine(&shop).await;
}

async fn tiers_that_contradict_each_other_are_no_rules(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let wrong = tiers(json!({
        "currency": "yuan",
        "levels": [
            { "id": "reader", "words": named("Reader"), "threshold": 0, "renewal": 1 },
            { "id": "silver", "words": named(""), "threshold": 100, "renewal": 101, "multiplier": 50 },
            { "id": "silver", "words": named("Gold"), "threshold": 100 },
        ],
    }));
    let path = club.olga.path("points/rules/draft");
    let new = json!({ "rules": rules(wrong) });
    let problem = club
        .olga
        .browser
        .send_json(Method::PUT, &path, &new)
        .await
        .problem();
    let fields: Vec<_> = problem.fields().collect();
    assert_eq!(
        fields,
        [
            "rules.tiers.currency",
            "rules.tiers.levels[0].renewal",
            "rules.tiers.levels[1].renewal",
            "rules.tiers.levels[1].multiplier",
            "rules.tiers.levels[1].words[0].name",
            "rules.tiers.levels[2].id",
            "rules.tiers.levels[2].threshold",
        ]
    );
}

async fn the_history_is_the_customers_and_nobody_changes_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    for text in [
        "UPDATE point_tier_changes SET tier = 'gold'",
        "DELETE FROM point_tier_changes",
    ] {
        let sql = bookplate_store::db::Sql::new(text);
        let refused = store.write(move |db| sql.run(db)).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    store.close().await;
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.tiers, history(&lin).await.changes);
    assert_eq!(archive.tiers.len(), 1);
    assert_eq!(archive.points.unwrap().tier.unwrap().tier, "silver");
    let wish = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
    gone.expect_status(204);
    assert_eq!(lin.get(BALANCE).await.status(), 401);
    for text in ["DELETE FROM point_tier_changes", "DELETE FROM point_tiers"] {
        assert_eq!(say(&shop, text).await, 0, "{text}");
    }
    examine(&shop).await;
}

async fn a_tier_that_does_not_follow_is_found(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let _lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    reviewed(&shop).await;
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    for (wrong, right) in [
        // A change is missing, or was shown before it was there.
        (
            "UPDATE point_tiers SET sequence = sequence + 1",
            "UPDATE point_tiers SET sequence = sequence - 1",
        ),
        (
            "UPDATE point_tiers SET seen = seen + 5",
            "UPDATE point_tiers SET seen = seen - 5",
        ),
        // By less than it takes, and less than has come.
        (
            "UPDATE orders SET currency = 'EUR' WHERE currency = 'CNY'",
            "UPDATE orders SET currency = 'CNY' WHERE currency = 'EUR'",
        ),
        (
            "UPDATE order_lines SET total = total * 100",
            "UPDATE order_lines SET total = total / 100",
        ),
    ] {
        let found = store.read(Db::miscounted_points).await.unwrap();
        assert_eq!(found, [] as [String; 0], "{wrong}");
        assert!(say(&shop, wrong).await > 0, "{wrong}");
        let found = store.read(Db::miscounted_points).await.unwrap();
        assert_eq!(found.len(), 1, "{wrong}");
        say(&shop, right).await;
    }
    store.close().await;
    examine(&shop).await;
}
