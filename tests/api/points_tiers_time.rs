//! What time and refunds do to tiers: they are kept, told to end, and lowered; and what new rules do to them, which is nothing.

use crate::bookshop::Shop;
use crate::points::{Club, balance, entries, examine, order, refund, sums};
use crate::points_tiers::{changes, history, paid, reviewed, standing, tier, tiers, told};
use crate::shelf::KEY;
use bookplate_store::{Db, Store, StoreError, now};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::notifications::{Notification, NotificationKind};
use bookplate_wire::points::tiers::TierChangeKind;
use serde_json::{Value, json};

stories!(
    a_refund_ends_a_tier_after_a_month_and_another_order_saves_it,
    a_tier_is_kept_by_the_orders_of_its_time,
    a_tier_that_is_not_kept_is_lowered_after_two_notices_and_the_grace,
    a_version_takes_no_tier_and_gives_those_that_are_reached,
);

const DAY: i64 = 24 * 3_600_000;

/// The notices that a tier ends.
async fn ending(customer: &Actor<'_>) -> Vec<Notification> {
    let told = told(customer).await.into_iter();
    told.filter(|one| one.kind == NotificationKind::TierEnding)
        .collect()
}

/// Does something to the shop's database as the program does.
async fn work<T: Send + 'static>(
    shop: &Shop,
    work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    let done = store.write(work).await.unwrap();
    store.close().await;
    done
}

/// Lets the time come that is so many days from now, as the job does.
async fn age(shop: &Shop, days: i64) {
    // The server's own job lives in the present: what it has still to look at it would take back there.
    reviewed(shop).await;
    let is_idle = async || {
        work(shop, |db| db.aging_accounts(now(), "", 1))
            .await
            .is_empty()
    };
    wait_until("the job has nothing to do", is_idle).await;
    let at = now() + days * DAY;
    work(shop, move |db| {
        for account in db.aging_accounts(at, "", 100)? {
            db.age_points(&account.shop, &account.customer, at)?;
        }
        assert_eq!(db.aging_accounts(at, "", 100)?, []);
        Ok(())
    })
    .await;
}

/// Takes an order that is placed so many days from now.
async fn send_in(shop: &Shop, days: i64, mut order: Value) {
    order["placed_at"] = json!(now() + days * DAY);
    let order = serde_json::from_value(order).unwrap();
    let taken = work(shop, move |db| {
        let shop = db.shop_by_key(KEY)?.unwrap();
        db.take_orders(&shop.id, &[order])
    })
    .await;
    assert!(taken.is_ok());
}

async fn a_tier_is_kept_by_the_orders_of_its_time(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let first = standing(&lin).await;
    send_in(&shop, 40, paid("A-2", 5_000)).await;
    let keeping = standing(&lin).await.keeping.unwrap();
    assert_eq!((keeping.counted, keeping.missing), (5_000, 0));
    assert!(keeping.until > first.until);
    // Nobody is told that it ends, as it does not.
    age(&shop, 360).await;
    assert_eq!(ending(&lin).await, []);
    age(&shop, 368).await;
    let second = standing(&lin).await;
    assert_eq!((&*second.tier, &second.until), ("silver", &keeping.until));
    assert_eq!(second.since, first.since);
    let renewed = history(&lin).await.changes.remove(0);
    assert_eq!(
        (renewed.kind, renewed.figure, renewed.needed),
        (TierChangeKind::Renewed, 5_000, 5_000)
    );
    // Once more, where nobody has looked for long.
    age(&shop, 3 * 366).await;
    let lowered = history(&lin).await.changes.remove(0);
    assert_eq!((lowered.kind, lowered.figure), (TierChangeKind::Lowered, 0));
}

async fn a_tier_that_is_not_kept_is_lowered_after_two_notices_and_the_grace(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(paid("A-1", 60_000)).await;
    let gold = standing(&lin).await;
    assert_eq!((&*gold.tier, gold.next), ("gold", None));
    send_in(&shop, 20, paid("A-2", 7_000)).await;
    // A year and the grace of 14 days: it ends after some 379 days.
    for (days, count) in [(340, 0), (352, 1), (353, 1), (374, 2), (375, 2)] {
        age(&shop, days).await;
        let ending = ending(&lin).await;
        assert_eq!(ending.len(), count, "{days}");
        if let Some(notice) = ending.first() {
            assert_eq!((&*notice.tier[0].name, &notice.until), ("Gold", &gold.ends));
            assert_eq!(notice.amount.as_ref().unwrap().amount, 43_000);
        }
        assert_eq!(tier(&lin).await, "gold");
    }
    for _ in 0..2 {
        age(&shop, 382).await;
    }
    // What was counted keeps silver.
    let silver = standing(&lin).await;
    assert_eq!(silver.tier, "silver");
    assert!(silver.until > gold.ends);
    let lowered = history(&lin).await.changes.remove(0);
    assert_eq!(
        (lowered.kind, lowered.figure, lowered.needed, lowered.basis),
        (TierChangeKind::Lowered, 7_000, 50_000, 5_000)
    );
    assert_eq!(changes(&lin).await.len(), 2);
}

async fn a_version_takes_no_tier_and_gives_those_that_are_reached(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    assert_eq!(balance(&lin).await.tier, None);
    // The job finds who has reached a tier that is new.
    club.publish(tiers(json!({}))).await;
    wait_until("silver is given", async || tier(&lin).await == "silver").await;
    let before = standing(&lin).await;
    // Silver is dearer, and then it is gone, and all tiers are: it is held as long as it was told, and earns what it did.
    let mut dearer = tiers(json!({}));
    dearer["tiers"]["levels"][1]["threshold"] = json!(40_000);
    dearer["tiers"]["levels"][1]["renewal"] = json!(30_000);
    let mut gone = tiers(json!({}));
    gone["tiers"]["levels"].as_array_mut().unwrap().remove(1);
    for (rules, at) in [(dearer, 2), (gone, 3), (json!({}), 4)] {
        club.publish(rules).await;
        reviewed(&shop).await;
        let held = standing(&lin).await;
        assert_eq!(
            (&held.tier, &held.until, &held.ends, held.multiplier),
            (&before.tier, &before.until, &before.ends, 150),
            "{at}"
        );
        let points = sums(&lin).await.1;
        shop.send(paid(&format!("B-{at}"), 1_000)).await;
        assert_eq!(sums(&lin).await.1, points + 15, "{at}");
        let entry = entries(&lin).await.pop().unwrap();
        assert_eq!(entry.rule.unwrap().tier[0].name, "Silver");
        examine(&shop).await;
    }
    // Taken up again, it is kept or not by what they say then.
    let path = club.olga.path("points/rules/restore");
    let asked = json!({ "version": 2 });
    club.max
        .browser
        .post(&path, &asked)
        .await
        .expect_status(200);
    let held = standing(&lin).await;
    assert_eq!(held.until, before.until);
    assert!(held.keeping.unwrap().counted < 3_001);
    age(&shop, 390).await;
    assert_eq!(tier(&lin).await, "reader");
}

async fn a_refund_ends_a_tier_after_a_month_and_another_order_saves_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, tiers(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let before = standing(&lin).await;
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    let going = standing(&lin).await;
    assert!(going.withdrawn && going.ends < before.until);
    assert_eq!((&*going.tier, going.multiplier), ("silver", 150));
    let keeping = going.keeping.unwrap();
    assert_eq!((keeping.needed, keeping.missing), (10_000, 1_000));
    wait_until("it is told", async || ending(&lin).await.len() == 1).await;
    let notice = ending(&lin).await.remove(0);
    assert_eq!(notice.amount.unwrap().amount, 1_000);
    assert_eq!(notice.until, going.ends);
    // It is no reason to take it twice, and the next order makes up for it.
    shop.refund(refund("R-2", "A-1", "a", 1, 4_500)).await;
    assert_eq!(changes(&lin).await.len(), 2);
    examine(&shop).await;
    shop.send(paid("A-2", 6_000)).await;
    let again = standing(&lin).await;
    assert!(!again.withdrawn && again.until == before.until, "{again:?}");
    // Where other orders are enough by themselves, nothing ends.
    shop.send(paid("A-3", 10_000)).await;
    shop.refund(refund("R-3", "A-2", "a", 1, 6_000)).await;
    assert!(!standing(&lin).await.withdrawn);
    examine(&shop).await;
    // And where they are not, it is over after thirty days.
    shop.refund(refund("R-4", "A-3", "a", 1, 10_000)).await;
    assert!(standing(&lin).await.withdrawn);
    age(&shop, 30).await;
    assert_eq!(tier(&lin).await, "silver");
    age(&shop, 32).await;
    let gone = standing(&lin).await;
    assert_eq!((&*gone.tier, &*gone.until), ("reader", ""));
    examine(&shop).await;
}
