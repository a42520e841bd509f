//! What a shop owes to those who hold points, in sums that are the ledger's.

use crate::bookshop::Shop;
use crate::colleagues::owner;
use crate::points::{Club, examine, id_of, mature, order, refund, say, sums};
use crate::shelf::KEY;
use bookplate_tests::actors::Setup;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::points::liability::Liability;
use serde_json::json;

stories!(
    a_shop_without_points_owes_none,
    what_is_owed_is_the_sum_of_what_customers_have,
    what_expires_is_told_by_month_and_by_experience,
    who_owes_points_takes_nothing_off_the_others,
);

const LIABILITY: &str = "points/liability";

impl Club<'_> {
    async fn liability(&self) -> Liability {
        self.olga
            .browser
            .get(&self.olga.path(LIABILITY))
            .await
            .json()
    }
}

/// The figures of a month that have come and gone.
fn flow(report: &Liability) -> i64 {
    let months = report.months.iter();
    let flows =
        months.map(|m| m.earned + m.taken_back + m.used + m.expired + m.adjusted + m.forfeited);
    flows.sum()
}

async fn a_shop_without_points_owes_none(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let off = olga.browser.get(&olga.path(LIABILITY)).await.problem();
    assert_eq!(off.code, Code::PointsOff);
    let page = format!("/console/shops/{}/{LIABILITY}", olga.shop());
    let shown = olga.browser.get(&format!("{page}?lang=en")).await;
    assert!(shown.html().contains("There are no points yet"));
}

async fn what_is_owed_is_the_sum_of_what_customers_have(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let max = shop.customer("c-2", json!({})).await;
    shop.send(order("A-1")).await;
    shop.refund(refund("R-1", "A-1", "a", 1, 4_500)).await;
    club.adjust(&id_of(&shop, "c-2").await, "begin", 50).await;
    let (of_lin, of_max) = (sums(&lin).await, sums(&max).await);
    assert_eq!((of_lin, of_max), ((0, 80), (50, 0)));
    let report = club.liability().await;
    assert_eq!(
        (report.customers, report.usable, report.pending),
        (2, 50, 80)
    );
    assert_eq!((report.held, report.owed), (0, 0));
    // Each point is worth a cent.
    assert_eq!(report.worth[0].amount, 130);
    assert_eq!(report.months.len(), 13);
    let now = report.months.last().unwrap();
    assert_eq!((now.earned, now.taken_back, now.adjusted), (125, -45, 50));
    assert_eq!((now.outstanding, flow(&report)), (130, 130));
    let ends: i64 = report.ends.iter().map(|end| end.points).sum();
    assert_eq!((ends, report.endless, report.unused), (130, 0, None));
    let page = format!("/console/shops/{}/{LIABILITY}", club.olga.shop());
    let shown = club.max.browser.get(&format!("{page}?lang=en")).await;
    let html = shown.html().replace("<!>", "");
    for words in [
        "2 customers have points",
        "No points have come to their end",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let file = club.max.browser.get(&format!("{page}.csv")).await;
    let text = file.expect_status(200).text();
    assert!(text.contains(",125,-45,0,0,50,0,130,"), "{text}");
    // Whoever leaves is owed nothing any more.
    let gone = json!({ "reviews": "remove" });
    let gone = lin
        .send_json(reqwest::Method::DELETE, "/v1/customer", &gone)
        .await;
    gone.expect_status(204);
    let report = club.liability().await;
    assert_eq!(
        (report.customers, report.usable, report.pending),
        (1, 50, 0)
    );
    let now = report.months.last().unwrap();
    assert_eq!((now.forfeited, now.outstanding), (-80, 50));
    examine(&shop).await;
}

async fn what_expires_is_told_by_month_and_by_experience(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    mature(&shop, &lin).await;
    // Of 125, the 35 of one line come to their end.
    let over = "UPDATE point_lots SET expires_at = \
        (SELECT MAX(t.at) FROM point_transactions t) WHERE line = 'b'";
    assert_eq!(say(&shop, over).await, 1);
    wait_until("they have expired", async || sums(&lin).await.0 == 90).await;
    let report = club.liability().await;
    // All that came to its end was unused: so it will be with the rest.
    assert_eq!(report.unused, Some(1_000));
    assert_eq!(report.ends.len(), 1);
    assert_eq!((report.ends[0].points, report.ends[0].expected), (90, 90));
    assert_eq!(report.expected, 90);
    let now = report.months.last().unwrap();
    assert_eq!((now.expired, now.outstanding), (-35, 90));
    examine(&shop).await;
}

async fn who_owes_points_takes_nothing_off_the_others(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let _max = shop.customer("c-2", json!({})).await;
    shop.send(order("A-1")).await;
    mature(&shop, &lin).await;
    club.adjust(&id_of(&shop, "c-1").await, "away", -100).await;
    club.adjust(&id_of(&shop, "c-2").await, "begin", 50).await;
    shop.refund(refund("R-1", "A-1", "a", 2, 9_000)).await;
    assert_eq!(sums(&lin).await.0, -65);
    let report = club.liability().await;
    assert_eq!((report.customers, report.usable, report.owed), (1, 50, 65));
    assert_eq!(report.worth[0].amount, 50);
    let now = report.months.last().unwrap();
    assert_eq!((now.outstanding, flow(&report)), (-15, -15));
}
