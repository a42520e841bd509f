//! What refunds take back of what orders have earned, in whatever order they come, and what customers are told.

use crate::bookshop::Shop;
use crate::points::{Club, balance, entries, examine, id_of, mature, order, refund, sums};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::notifications::{NotificationKind, NotificationPage};
use bookplate_wire::points::EntryKind;
use serde_json::json;

stories!(
    a_refund_takes_back_what_the_line_has_earned_in_proportion,
    a_refund_goes_by_the_version_that_has_earned,
    a_refund_from_before_its_order_takes_back_too,
    a_refund_of_spent_points_goes_below_zero_or_stops,
    a_refund_that_takes_points_is_told,
);

async fn a_refund_takes_back_what_the_line_has_earned_in_proportion(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    // A third of the money of the first line and a bit, the first time while it is pending. What stays is rounded down.
    let first = refund("R-1", "A-1", "a", 0, 3_333);
    for _ in 0..2 {
        shop.refund(first.clone()).await;
        assert_eq!(sums(&lin).await, (0, 125 - 34));
    }
    mature(&shop, &lin).await;
    shop.refund(refund("R-2", "A-1", "a", 1, 3_333)).await;
    assert_eq!(sums(&lin).await, (125 - 67, 0));
    // The last copy takes the rest, though not all the money comes back.
    shop.refund(refund("R-3", "A-1", "a", 1, 1_000)).await;
    assert_eq!(sums(&lin).await, (35, 0));
    shop.refund(refund("R-4", "A-1", "b", 1, 3_550)).await;
    assert_eq!(sums(&lin).await, (0, 0));
    let told = entries(&lin).await;
    let taken = told.iter().filter(|one| one.kind == EntryKind::TakenBack);
    let taken: Vec<_> = taken
        .map(|one| (&*one.refund, one.available + one.pending))
        .collect();
    assert_eq!(
        taken,
        [("R-1", -34), ("R-2", -33), ("R-3", -23), ("R-4", -35)]
    );
    examine(&shop).await;
}

async fn a_refund_goes_by_the_version_that_has_earned(setup: Setup) {
    let shop = Shop::open(setup).await;
    let bonus = json!([{ "id": "sale", "name": "Sale", "percent": 100 }]);
    let club = Club::open(&shop, json!({ "bonuses": bonus })).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    assert_eq!(sums(&lin).await, (0, 250));
    // The bonus is gone, and the rate another one.
    let rates = json!([{ "currency": "CNY", "per": 1_000, "points": 1 }]);
    club.publish(json!({ "rates": rates })).await;
    shop.refund(refund("R-1", "A-1", "a", 2, 9_000)).await;
    assert_eq!(sums(&lin).await, (0, 70));
    let told = entries(&lin).await;
    let taken: Vec<_> = told
        .iter()
        .filter(|one| one.kind == EntryKind::TakenBack)
        .map(|one| (one.rule.as_ref().unwrap(), one.pending))
        .map(|(rule, points)| (&*rule.id, &*rule.name, rule.version, points))
        .collect();
    assert_eq!(taken.len(), 2);
    assert!(taken.contains(&("base", "", 1, -90)) && taken.contains(&("sale", "Sale", 1, -90)));
}

async fn a_refund_from_before_its_order_takes_back_too(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    shop.refund(refund("R-2", "A-1", "a", 1, 4_500)).await;
    shop.send(order("A-1")).await;
    assert_eq!(sums(&lin).await, (0, 45));
    shop.send(order("A-2")).await;
    assert_eq!(sums(&lin).await, (0, 45 + 125));
    examine(&shop).await;
}

async fn a_refund_of_spent_points_goes_below_zero_or_stops(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({ "return_days": 0 })).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    shop.send(order("A-1")).await;
    assert_eq!(sums(&lin).await, (125, 0));
    club.adjust(&id, "kept", -100).await;
    shop.refund(refund("R-1", "A-1", "a", 2, 9_000)).await;
    assert_eq!(sums(&lin).await, (-65, 0));
    let has = balance(&lin).await;
    assert_eq!((has.worth[0].amount, has.expires), (0, None));
    // What comes next fills it up.
    shop.send(order("A-2")).await;
    assert_eq!(sums(&lin).await, (60, 0));
    club.adjust(&id, "spent-again", -60).await;
    club.publish(json!({ "return_days": 0, "refund_spent": "stop" }))
        .await;
    shop.send(order("A-3")).await;
    club.adjust(&id, "most-of-it", -100).await;
    shop.refund(refund("R-3", "A-3", "a", 2, 9_000)).await;
    assert_eq!(sums(&lin).await, (0, 0));
    let last = entries(&lin).await.pop().unwrap();
    assert_eq!((last.available, last.missed, last.balance), (-25, 65, 0));
    examine(&shop).await;
}

async fn a_refund_that_takes_points_is_told(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    let told = async || {
        let page: NotificationPage = lin.get("/v1/customer/notifications").await.json();
        let about: Vec<_> = page.notifications.iter().map(|one| one.kind).collect();
        assert_eq!(
            about[..2],
            [
                NotificationKind::PointsTakenBack,
                NotificationKind::RefundNoted
            ]
        );
        let one = &page.notifications[0];
        let balance = one.balance.unwrap();
        (one.order.clone(), one.points, one.missed, balance)
    };
    assert_eq!(told().await, ("A-1".into(), Some(35), 0, 0));

    // Also where they are spent already, and nothing or only a part is taken.
    let stop = json!({ "return_days": 0, "refund_spent": "stop" });
    club.publish(stop).await;
    let id = id_of(&shop, "c-1").await;
    shop.send(order("A-2")).await;
    club.adjust(&id, "most-of-it", -100).await;
    shop.refund(refund("R-2", "A-2", "b", 1, 3_550)).await;
    assert_eq!(told().await, ("A-2".into(), Some(25), 10, 0));
    shop.refund(refund("R-3", "A-2", "a", 1, 4_500)).await;
    assert_eq!(told().await, ("A-2".into(), Some(0), 45, 0));
}
