//! Who the page says it is, and what it is told.

use super::{EVERYTHING, Shop};
use crate::stage::Build;
use bookplate_tests::browser::{Browser, Engine};
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    a_token_is_renewed_by_the_callback_before_it_ends_and_after_a_refusal,
    widgets_that_need_the_customer_at_once_share_one_exchange,
    what_the_page_says_anew_is_shown_without_a_reload,
    a_callback_that_fails_or_returns_rubbish_can_be_tried_again,
    an_identity_token_can_stand_in_an_attribute,
    what_is_told_to_the_page_stays_as_it_is,
    offline_an_account_says_so_and_opens_when_the_network_is_back,
);

async fn a_token_is_renewed_by_the_callback_before_it_ends_and_after_a_refusal(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    assert_eq!(browser.evaluate::<u32>("asked").await, 1);
    // Ten minutes later, as the page's clock has it.
    browser
        .evaluate::<()>("void ((now) => { Date.now = () => now() + 600_000 })(Date.now)")
        .await;
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;
    assert_eq!(browser.evaluate::<u32>("asked").await, 2);

    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_count(".order", 10).await;
    // The server no longer knows the token, as after its secret was exchanged.
    browser
        .evaluate::<()>(
            "void ((real) => { window.spoilt = 0; window.fetch = (address, options) => { \
               if (!spoilt && options?.headers?.authorization) { \
                 spoilt++; options.headers.authorization = 'Bearer spoilt'; } \
               return real(address, options); } })(fetch)",
        )
        .await;
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;
    assert_eq!(
        browser.evaluate::<(u32, u32)>("[spoilt, asked]").await,
        (1, 2)
    );
}

async fn widgets_that_need_the_customer_at_once_share_one_exchange(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    shop.stage
        .pages
        .fill("include", "<bookplate-account></bookplate-account><bookplate-account lang=\"ja\"></bookplate-account>");
    shop.sign_in(&browser).await;
    browser
        .shadow("bookplate-account[lang=ja]")
        .wait_for_count(".order", 10)
        .await;
    let requests = browser.requests().await;
    let exchanges = requests
        .iter()
        .filter(|request| request.name.contains("/v1/sessions"));
    assert_eq!(exchanges.count(), 1, "{requests:?}");
    assert_eq!(browser.evaluate::<u32>("asked").await, 1);
}

async fn what_the_page_says_anew_is_shown_without_a_reload(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    browser.evaluate::<()>("Bookplate.identify(null)").await;
    account.wait_for_text("h2", "You are not signed in").await;
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account.wait_for_count(".order", 10).await;
    // Somebody else sits down.
    shop.stage
        .pages
        .login
        .customer(json!({ "sub": "c-2", "name": "Mei" }));
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account.wait_for_text("h2", "Hello, Mei").await;
    account
        .wait_for_text(
            ".orders .empty",
            "No orders yet. What you buy will be listed here.",
        )
        .await;
    assert!(
        !browser
            .evaluate::<String>(EVERYTHING)
            .await
            .contains("Xiaoyu")
    );
    // A language that changes changes the words, not the customer.
    browser
        .evaluate::<()>("void (document.querySelector('bookplate-account').lang = 'zh-CN')")
        .await;
    account.wait_for_text("h2", "Mei，您好").await;
    // The shop's own session has ended meanwhile.
    browser
        .evaluate::<()>("void fetch('/shop/sign-out', { method: 'POST' }).then(() => Bookplate.identify(fetchToken))")
        .await;
    account.wait_for_text("h2", "您尚未登录").await;
}

async fn a_callback_that_fails_or_returns_rubbish_can_be_tried_again(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    for rubbish in [
        "() => { throw Error('the shop is closed') }",
        "() => Promise.reject()",
        "() => 42",
        "() => ({ token: 'eyJ' })",
        "() => 'rubbish'",
        "'eyJ'",
    ] {
        browser.evaluate::<()>("Bookplate.identify(null)").await;
        account.wait_for_text("h2", "You are not signed in").await;
        browser
            .evaluate::<()>(&format!("Bookplate.identify({rubbish})"))
            .await;
        account
            .wait_for_text(".problem p", "Sorry, your account could not be opened.")
            .await;
        assert_eq!(account.count(".order").await, 0, "{rubbish}");
    }
    // The callback is asked again.
    browser
        .evaluate::<()>(
            "void (() => { let calls = 0; \
             Bookplate.identify(() => calls++ ? fetchToken() : Promise.reject(Error('at first'))) })()",
        )
        .await;
    account.wait_for_count(".problem button", 1).await;
    account.click(".problem button").await;
    account.wait_for_count(".order", 10).await;
}

async fn an_identity_token_can_stand_in_an_attribute(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let login = &shop.stage.pages.login;
    let element =
        |token: &str| format!("<bookplate-account identity-token=\"{token}\"></bookplate-account>");
    shop.stage.pages.fill("include", &element(&login.token(0)));
    browser.open(&shop.stage.pages.url("/?silent")).await;
    let account = browser.shadow("bookplate-account");
    account.wait_for_count(".order", 10).await;
    login.customer(json!({ "sub": "c-2", "name": "Mei" }));
    let change = |token: &str| {
        format!(
            "document.querySelector('bookplate-account').setAttribute('identity-token', '{token}')"
        )
    };
    browser.evaluate::<()>(&change(&login.token(0))).await;
    account.wait_for_text("h2", "Hello, Mei").await;
    browser
        .evaluate::<()>(
            "document.querySelector('bookplate-account').removeAttribute('identity-token')",
        )
        .await;
    account.wait_for_text("h2", "You are not signed in").await;
    // One that has expired needs another.
    browser.evaluate::<()>(&change(&login.token(300))).await;
    account
        .wait_for_text(
            ".signed-out p",
            "Your session has ended. Sign in again to go on.",
        )
        .await;
}

async fn what_is_told_to_the_page_stays_as_it_is(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    browser
        .evaluate::<()>("void (window.handles = ['sign-in', 'buy', 'review'])")
        .await;
    account.click("[data-tell=sign-in]").await;
    let first: Value = browser.evaluate("heard").await;
    shop.submit(&browser).await;
    account.wait_for_count(".order", 10).await;
    browser
        .evaluate::<()>("void (window.handles = ['buy', 'review'])")
        .await;
    account.click("[data-tell=buy]").await;
    account.click("[data-tell=review]").await;
    account.click("[data-do=sign-out]").await;
    browser.wait_for("heard.length === 4").await;
    let rest: Value = browser.evaluate("heard").await;
    let api: Value = browser
        .evaluate(
            "({ global: Object.fromEntries(Object.entries(Bookplate) \
                 .map(([name, value]) => [name, `${typeof value}, ${value.length} arguments`])), \
               elements: Object.fromEntries(['account', 'rating', 'reviews', 'wish-button', 'wishlist'].map((name) => \
                 [name, customElements.get(`bookplate-${name}`).observedAttributes])) })",
        )
        .await;
    let events = [first, rest].map(|heard| heard.as_array().unwrap().clone());
    let exposed = json!({ "api": api, "events": events.concat() });
    insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false, sort_maps => true }, {
        insta::assert_json_snapshot!("exposed", exposed);
    });
    // All of it is in the types that shops write against.
    let types = include_str!("../../../src/element/bookplate.d.ts");
    for event in exposed["events"].as_array().unwrap() {
        let name = event["type"].as_str().unwrap();
        assert!(types.contains(&format!("'{name}'")), "{name}");
    }
    for name in api["global"].as_object().unwrap().keys() {
        assert!(types.contains(&format!("  {name}(")), "{name}");
    }
}

async fn offline_an_account_says_so_and_opens_when_the_network_is_back(browser: Browser) {
    // Other drivers cannot take the network away.
    if browser.engine() != Engine::Chromium {
        return;
    }
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    browser.evaluate::<()>("Bookplate.identify(null)").await;
    account.wait_for_text("h2", "You are not signed in").await;
    browser.offline(true).await;
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account
        .wait_for_text(
            ".problem p",
            "You are offline, so your account cannot be opened.",
        )
        .await;
    browser.offline(false).await;
    account.wait_for_count(".order", 10).await;
}
