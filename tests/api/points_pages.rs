//! Points in the member centre, as a browser without any script gets it.

use crate::bookshop::Shop;
use crate::member::at;
use crate::points::{Club, id_of, mature, order, refund};
use crate::shelf::shopper;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::accounts::Handover;
use reqwest::Method;
use serde_json::json;

stories!(
    a_statement_says_of_each_entry_why_it_is_there,
    a_shop_without_points_shows_none,
    the_page_speaks_every_language,
);

/// A browser in which the customer is signed in.
pub(crate) async fn browser<'a>(shop: &'a Shop, customer: &Actor<'_>) -> Actor<'a> {
    let handover = customer.send(Method::POST, "/v1/customer/handovers").await;
    let Handover { code, .. } = handover.json();
    let form = shopper(shop.world()).with("content-type", "application/x-www-form-urlencoded");
    let code = format!("code={code}");
    let entered = form
        .send_bytes(Method::POST, &at("/enter"), code.into())
        .await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap();
    shop.world().anonymous().with("cookie", cookie)
}

async fn a_statement_says_of_each_entry_why_it_is_there(setup: Setup) {
    let shop = Shop::open(setup).await;
    let bonus = json!([{ "id": "sale", "name": "Winter <sale>", "percent": 100 }]);
    let club = Club::open(&shop, json!({ "bonuses": bonus, "sign_up": 30 })).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    shop.send(order("A-1")).await;
    let expect = async |path: &str, there: &[&str], gone: &[&str]| {
        let page = lin.get(&at(path)).await;
        page.expect_status(200);
        // Marks by which scripts find their places.
        let html = page.html().replace("<!>", "");
        for words in there {
            assert!(html.contains(words), "{words}: {html}");
        }
        for words in gone {
            assert!(!html.contains(words), "{words}: {html}");
        }
    };
    expect(
        "/points?lang=en",
        &[
            "Available <span class=\"points-sum\">30 points",
            "Pending <span class=\"points-sum\">250 points",
            "+90 pending",
            "For your order A-1",
            "Winter &lt;sale&gt;, for your order A-1",
            "For signing up",
            "Pride and Prejudice",
            "Rules, version 1",
            "30 points can be used until ",
        ],
        &["Taken back 0", "Winter <sale>"],
    )
    .await;
    mature(&shop, &customer).await;
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    club.adjust(&id_of(&shop, "c-1").await, "x-1", -10).await;
    expect(
        "/points?lang=en",
        &[
            "Available <span class=\"points-sum\">200 points",
            "Worth ",
            "Refund for order A-1",
            "Adjusted by the bookshop",
            "For a story",
            "\u{2212}10",
            "Then usable: 200",
        ],
        &["250 points"],
    )
    .await;
    expect(
        "/points?lang=en&kind=adjusted",
        &["For a story"],
        &["Refund for order A-1"],
    )
    .await;
    expect(
        "/points?lang=en&kind=expired",
        &["No entries of this kind."],
        &["For a story"],
    )
    .await;
    // The first page says it in few words, and every page leads there.
    let link = format!("{}?lang=en", at("/points"));
    expect(
        "?lang=en",
        &["Available <span class=\"points-sum\">200 points", &link],
        &["For a story"],
    )
    .await;
    let file = lin.get(&at("/points.csv")).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(file.text().contains("For a story"), "{}", file.text());
}

async fn a_shop_without_points_shows_none(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    let first = lin.get(&at("?lang=en")).await;
    assert!(!first.html().contains(&at("/points")), "{}", first.html());
    lin.get(&at("/points")).await.expect_status(404);
}

async fn the_page_speaks_every_language(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let customer = shop.customer("c-1", json!({})).await;
    let lin = browser(&shop, &customer).await;
    shop.send(order("A-1")).await;
    for (lang, words) in [
        ("zh-CN", "积分明细"),
        ("zh-TW", "點數明細"),
        ("ja", "ポイント明細"),
    ] {
        let page = lin.get(&at(&format!("/points?lang={lang}"))).await;
        assert!(page.html().contains(words), "{lang}: {}", page.html());
    }
}
