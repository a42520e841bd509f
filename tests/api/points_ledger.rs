//! The points ledger: nothing in it is ever changed, all sums are those of it, and time and departures leave it whole.

use crate::bookshop::Shop;
use crate::people::seconds;
use crate::points::{
    BALANCE, Club, balance, entries, examine, id_of, mature, order, refund, say, sums,
};
use bookplate_store::{Db, Store, now};
use bookplate_tests::actors::Setup;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::notifications::{NotificationKind, NotificationPage};
use bookplate_wire::points::EntryKind;
use bookplate_wire::privacy::Archive;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

stories!(
    nobody_changes_the_ledger,
    points_expire_after_two_notices,
    those_that_expire_first_are_spent_first,
    many_at_once_lose_and_gain_nothing,
    several_servers_let_points_age_once,
    a_customer_takes_the_points_along_and_leaves_nothing_that_says_whose_they_were,
    who_leaves_and_comes_again_begins_anew,
    every_sum_that_is_wrong_is_found,
);

async fn nobody_changes_the_ledger(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let _lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    for text in [
        "UPDATE point_transactions SET available = 1",
        "DELETE FROM point_transactions",
        "UPDATE point_entries SET points = 1",
        "DELETE FROM point_entries",
        "UPDATE point_rules SET rules = '{}'",
        "DELETE FROM point_rules",
    ] {
        let sql = bookplate_store::db::Sql::new(text);
        let refused = store
            .write(move |db| sql.run(db))
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("append-only"), "{text}: {refused}");
    }
    store.close().await;
    examine(&shop).await;
}

async fn points_expire_after_two_notices(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "return_days": 0 })).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let told = async || {
        let page: NotificationPage = lin.get("/v1/customer/notifications").await.json();
        page.notifications
    };
    const DAY: i64 = 24 * 3_600_000;
    for (days, count) in [(29, 1), (6, 2)] {
        let text = format!("UPDATE point_lots SET expires_at = {}", now() + days * DAY);
        say(&shop, text.leak()).await;
        wait_until("it is told", async || told().await.len() == count).await;
        let latest = told().await.remove(0);
        assert_eq!(latest.kind, NotificationKind::PointsExpiring);
        assert_eq!(latest.points, Some(125));
        assert_eq!(
            Some(latest.until),
            balance(&lin).await.expires.map(|next| next.until)
        );
    }
    // Part of them is used in time.
    club.adjust(&id_of(&shop, "c-1").await, "used", -100).await;
    say(&shop, "UPDATE point_lots SET expires_at = 1").await;
    wait_until("they have expired", async || sums(&lin).await == (0, 0)).await;
    let last = entries(&lin).await.pop().unwrap();
    assert_eq!(
        (last.kind, last.available, &*last.order),
        (EntryKind::Expired, -25, "A-1")
    );
    assert_eq!(told().await.len(), 2, "what has ended is told no more");
    // What has expired is not taken back once more, nor is what is gone given back.
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    assert_eq!(sums(&lin).await, (-10, 0));
    shop.refund(refund("R-2", "A-1", "a", 2, 9_000)).await;
    assert_eq!(sums(&lin).await, (-100, 0));
    examine(&shop).await;
}

async fn those_that_expire_first_are_spent_first(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "return_days": 0, "expiry_months": 2 })).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    club.adjust(&id, "first", 50).await;
    club.publish(json!({ "return_days": 0, "expiry_months": 1 }))
        .await;
    club.adjust(&id, "second", 30).await;
    club.publish(json!({ "return_days": 0, "expiry_months": null }))
        .await;
    club.adjust(&id, "third", 20).await;
    assert_eq!(balance(&lin).await.expires.unwrap().points, 30);
    club.adjust(&id, "spent", -40).await;
    let next = balance(&lin).await;
    assert_eq!((next.available, next.expires.unwrap().points), (60, 40));
    club.adjust(&id, "spent-again", -50).await;
    let next = balance(&lin).await;
    assert_eq!((next.available, next.expires), (10, None));
}

async fn many_at_once_lose_and_gain_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    club.adjust(&id, "begin", 100).await;
    let path = format!("/v1/customers/{id}/points/adjustments");
    let (shared, back) = (order("A-0"), refund("R-0", "A-0", "a", 1, 4_500));
    let each = (0..32).map(|client| {
        let (shop, path, shared, back) = (&shop, &path, shared.clone(), back.clone());
        async move {
            let backend = shop.backend();
            // All of them send the same, and each something of its own.
            let adjust = |reference: String, points: i64| {
                json!({ "reference": reference, "points": points, "reason": "At once" })
            };
            let mut orders = vec![order(&format!("A-{}", client + 1))];
            orders.push(shared);
            let orders = json!({ "orders": orders });
            let refunds = json!({ "refunds": [back] });
            loop {
                let adjusted = [
                    backend.post(path, &adjust("same".into(), 7)).await.status(),
                    backend.post(path, &adjust(format!("x-{client}"), if client % 2 == 0 { 3 } else { -3 })).await.status(),
                    backend.post("/v1/orders", &orders).await.status(),
                    backend.post("/v1/refunds", &refunds).await.status(),
                ];
                // A database that is too busy says so, and sending it again is right.
                if adjusted.iter().all(|status| *status == 200) {
                    return;
                }
                assert!(adjusted.iter().all(|status| [200, 503].contains(status)), "{adjusted:?}");
            }
        }
    });
    join_all(each).await;
    assert_eq!(sums(&lin).await, (107, 32 * 125 + 80));
    examine(&shop).await;
}

async fn several_servers_let_points_age_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let second = shop.world().second().await;
    let lin = shop.customer("c-1", json!({})).await;
    for number in 1..=5 {
        shop.send(order(&format!("A-{number}"))).await;
    }
    mature(&shop, &lin).await;
    assert_eq!(sums(&lin).await, (625, 0));
    say(&shop, "UPDATE point_lots SET expires_at = 1").await;
    wait_until("they have expired", async || sums(&lin).await == (0, 0)).await;
    assert_eq!(entries(&lin).await.len(), 30);
    second.setup().run(&["doctor"]).await;
}

async fn a_customer_takes_the_points_along_and_leaves_nothing_that_says_whose_they_were(
    setup: Setup,
) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    shop.send(order("A-1")).await;
    club.adjust(&id, "x-1", 60).await;
    let path = club
        .olga
        .path(&format!("customers/{id}/points/adjustments"));
    let many = json!({ "reference": "x-2", "points": 500, "reason": "Lin's birthday" });
    club.olga
        .browser
        .post(&path, &many)
        .await
        .expect_status(200);
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.points.unwrap(), balance(&lin).await);
    let mut all = entries(&lin).await;
    all.reverse();
    assert_eq!(archive.points_entries, all);
    let wish = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
    gone.expect_status(204);
    assert_eq!(lin.get(BALANCE).await.status(), 401);
    let left = say(&shop, "UPDATE point_accounts SET sequence = sequence WHERE customer_id IS NOT NULL OR available <> 0 OR pending <> 0").await;
    assert_eq!(left, 0);
    let left = say(
        &shop,
        "UPDATE point_adjustments SET state = state WHERE reason <> '' OR state = 'waiting'",
    )
    .await;
    assert_eq!(left, 0);
    examine(&shop).await;
    // A refund that comes later finds nobody.
    shop.refund(refund("R-1", "A-1", "a", 2, 9_000)).await;
    examine(&shop).await;
    let late = club.olga.browser.post(&path, &many).await.problem();
    assert_eq!(late.code, Code::CustomerNotFound);
}

async fn who_leaves_and_comes_again_begins_anew(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "sign_up": 30 })).await;
    let lin = shop.customer("c-1", json!({})).await;
    club.adjust(&id_of(&shop, "c-1").await, "more", 50).await;
    assert_eq!(sums(&lin).await, (80, 0));
    let wish = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
    gone.expect_status(204);
    // All points are gone, and nothing is kept by which anybody could tell that it was Lin: so there is a welcome again.
    let later = json!({ "iat": seconds() + 2 });
    let lin = shop.customer("c-1", later).await;
    assert_eq!((sums(&lin).await, entries(&lin).await.len()), ((30, 0), 1));
    examine(&shop).await;
}

async fn every_sum_that_is_wrong_is_found(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    mature(&shop, &lin).await;
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    for (wrong, right) in [
        (
            "UPDATE point_accounts SET available = available + 1",
            "UPDATE point_accounts SET available = available - 1",
        ),
        (
            "UPDATE point_accounts SET pending = pending + 1",
            "UPDATE point_accounts SET pending = pending - 1",
        ),
        (
            "UPDATE point_accounts SET sequence = sequence + 1",
            "UPDATE point_accounts SET sequence = sequence - 1",
        ),
        (
            "UPDATE point_lots SET remaining = remaining - 1 WHERE remaining > 0",
            "UPDATE point_lots SET remaining = remaining + 1 WHERE remaining > 0",
        ),
        (
            "UPDATE point_lots SET taken = taken - 1 WHERE taken > 0",
            "UPDATE point_lots SET taken = taken + 1 WHERE taken > 0",
        ),
        (
            "UPDATE point_lots SET expired = expired + 1",
            "UPDATE point_lots SET expired = expired - 1",
        ),
        (
            "UPDATE point_lots SET missed = missed + 1",
            "UPDATE point_lots SET missed = missed - 1",
        ),
    ] {
        assert_eq!(
            store.read(Db::miscounted_points).await.unwrap(),
            [] as [String; 0],
            "{wrong}"
        );
        assert!(say(&shop, wrong).await > 0, "{wrong}");
        assert_eq!(
            store.read(Db::miscounted_points).await.unwrap().len(),
            1,
            "{wrong}"
        );
        say(&shop, right).await;
    }
    store.close().await;
    examine(&shop).await;
}
