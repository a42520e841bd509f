//! The member centre, as a browser without any script gets it.

use crate::people::{identity, shop, sign_in};
use crate::shelf::{KEY, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::Handover;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    who_is_not_signed_in_is_led_to_signing_in_and_back,
    who_is_signed_in_sees_the_own_account,
    a_page_answers_with_its_data_to_its_own_program,
    an_address_that_nothing_has_is_a_page_that_says_so,
    each_reader_gets_the_own_language,
    a_form_from_elsewhere_does_nothing,
    signing_out_ends_the_session,
);

/// A browser in which a customer is signed in.
async fn browser<'a>(world: &'a World, secret: &str, told: Value) -> Actor<'a> {
    let session = sign_in(&shopper(world), &identity(secret, "c-1", told)).await;
    let own = shopper(world).bearing(&session.access_token);
    let handover = own.send(Method::POST, "/v1/customer/handovers").await;
    let Handover { code, .. } = handover.json();
    let form = shopper(world).with("content-type", "application/x-www-form-urlencoded");
    let code = format!("code={code}");
    let entered = form
        .send_bytes(Method::POST, &at("/enter"), code.into())
        .await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap();
    world.anonymous().with("cookie", cookie)
}

/// The path of a page of the shop's member centre.
fn at(page: &str) -> String {
    format!("/shops/{KEY}/member{page}")
}

async fn who_is_not_signed_in_is_led_to_signing_in_and_back(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let stranger = world.anonymous();
    let sent = stranger.get(&at("?lang=ja")).await;
    sent.expect_status(303);
    let way = sent.header("location").to_owned();
    assert_eq!(
        way,
        format!(
            "{}?back=%2Fshops%2F{KEY}%2Fmember%3Flang%3Dja&lang=ja",
            at("/sign-in")
        )
    );
    assert!(stranger.get(&way).await.html().contains("ログイン"));
    let lin = browser(&world, &secret, json!({})).await;
    let back = lin.get(&way).await;
    back.expect_status(303);
    assert!(back.header("location").starts_with(&at("?lang=ja")));
    // A link must not lead anybody to another site.
    let lured = format!("{}?back=https%3A%2F%2Fevil.example", at("/sign-in"));
    assert_eq!(lin.get(&lured).await.header("location"), at(""));
}

async fn who_is_signed_in_sees_the_own_account(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "name": "Lin <Mei>" })).await;
    let page = lin.get(&at("")).await;
    assert!(
        page.html().contains("Hello, Lin &lt;Mei&gt;"),
        "{}",
        page.html()
    );
    assert!(!page.html().contains("<Mei>"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    // The customer of one shop is nobody in another.
    world
        .setup()
        .shop("pk_other", &["https://other.example"])
        .await;
    let elsewhere = lin.get("/shops/pk_other/member").await;
    elsewhere.expect_status(303);
}

async fn a_page_answers_with_its_data_to_its_own_program(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({ "name": "Lin" })).await;
    let program = lin.with("accept", "application/json");
    let reply: Value = program.get(&at("")).await.json();
    assert_eq!(reply["page"]["content"]["overview"]["name"], "Lin");
    let stranger = world.anonymous().with("accept", "application/json");
    let reply: Value = stranger.get(&at("")).await.json();
    assert!(
        reply["leave"]
            .as_str()
            .unwrap()
            .starts_with(&at("/sign-in?back="))
    );
}

async fn an_address_that_nothing_has_is_a_page_that_says_so(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    for path in [
        &at("/nothing"),
        "/shops/pk_nobody/member",
        "/console/nothing",
    ] {
        let page = lin.get(path).await;
        page.expect_status(404);
        assert!(page.text().contains("There is no such page"), "{path}");
    }
}

async fn each_reader_gets_the_own_language(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    let german = lin.clone().with("accept-language", "de, zh-TW;q=0.8");
    assert!(
        german
            .get(&at(""))
            .await
            .html()
            .contains("<html lang=\"zh-TW\"")
    );
    let change = json!({ "language": "ja" });
    let session = sign_in(&shopper(&world), &identity(&secret, "c-1", json!({}))).await;
    let api = shopper(&world).bearing(&session.access_token);
    let changed = api.send_json(Method::PATCH, "/v1/customer", &change).await;
    changed.expect_status(200);
    // What the customer has chosen for good, and what for this once.
    assert!(
        german
            .get(&at(""))
            .await
            .html()
            .contains("<html lang=\"ja\"")
    );
    let once = german.get(&at("?lang=en")).await;
    assert!(once.html().contains("<html lang=\"en\""));
    assert!(
        once.html()
            .contains(&format!("{}?lang=en", at("/sign-out")))
    );
}

async fn a_form_from_elsewhere_does_nothing(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    let form = lin
        .clone()
        .with("content-type", "application/x-www-form-urlencoded");
    for site in ["cross-site", "same-site", "none"] {
        let evil = form.clone().with("sec-fetch-site", site);
        let refused = evil.send(Method::POST, &at("/sign-out")).await;
        refused.expect_status(403);
        assert!(refused.text().contains("cannot be done from here"));
    }
    let evil = form
        .with("origin", "https://evil.example")
        .with("accept", "application/json");
    let refused = evil.send(Method::POST, &at("/sign-out")).await;
    assert_eq!(refused.problem().code, Code::OriginNotAllowed);
    lin.get(&at("")).await.expect_status(200);
}

async fn signing_out_ends_the_session(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let lin = browser(&world, &secret, json!({})).await;
    let form = lin
        .clone()
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "same-origin");
    let gone = form.send(Method::POST, &at("/sign-out")).await;
    gone.expect_status(303);
    assert_eq!(gone.header("location"), at("/sign-in?done=signed_out"));
    assert!(
        gone.header("set-cookie")
            .starts_with("__Host-bookplate-shop_")
    );
    lin.get(&at("")).await.expect_status(303);
}
