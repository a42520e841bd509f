//! From an account on the shop's page into the member centre, without a second login.

use super::connect::OpenShop;
use super::{LIN, Shop};
use crate::stage::Build;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

bookplate_tests::browser_stories!(
    a_customer_of_the_shops_own_login_enters_the_member_centre_by_a_link,
    somebody_who_has_signed_in_with_us_enters_the_member_centre_by_a_link,
    a_policy_that_refuses_forms_leaves_a_link_that_leads_there,
);

/// Follows the link to a page of the member centre by the keyboard; where that is not possible, says what is.
async fn enter(browser: &Browser, account: &Shadow, page: &str) {
    let link = account.find(&format!("[data-enter='{page}']")).await;
    link.focus().await.unwrap();
    browser.press(Key::Enter).await;
}

async fn expect_inside(browser: &Browser, page: &str, name: &str) {
    let there = format!(
        "location.pathname.endsWith('/shops/pk_stage/member{page}') && document.querySelector('.sections')"
    );
    browser.wait_for(&there).await;
    let address: String = browser.evaluate("location.search").await;
    assert_eq!(address, "?lang=en");
    // In the same window, from which the way back leads to the shop.
    assert_eq!(browser.web().windows().await.unwrap().len(), 1);
    if page.is_empty() {
        let heading: String = browser
            .evaluate("document.querySelector('h1').innerText")
            .await;
        assert!(heading.contains(name), "{heading}");
    }
}

async fn a_customer_of_the_shops_own_login_enters_the_member_centre_by_a_link(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    account
        .wait_for_text(".ways [data-enter=notifications]", "Notifications")
        .await;
    // A refund, of which the customer is told because it is news.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let refund = json!({ "refunds": [{
        "number": "R-2", "order": "A-11", "refunded_at": now.as_millis() as i64,
        "lines": [{ "line": "1", "quantity": 1, "total": { "amount": 899, "currency": "GBP" } }],
    }] });
    let backend = shop.stage.world.anonymous();
    let backend = backend.bearing(&shop.stage.secrets.api);
    let counted = backend.post("/v1/refunds", &refund).await;
    counted.expect_status(200);
    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_text(".ways .unread", "1 unread").await;
    if browser.engine() == Engine::Webkit {
        return;
    }
    enter(&browser, &account, "").await;
    expect_inside(&browser, "", LIN).await;
    browser.web().back().await.unwrap();
    account.wait_for_text("h2", &format!("Hello, {LIN}")).await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
    account.wait_for_count(".ways .unread", 1).await;
    enter(&browser, &account, "notifications").await;
    expect_inside(&browser, "/notifications", LIN).await;
    let told: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    assert!(told.contains("A-11"), "{told}");
    // Signing out at the shop ends it here too.
    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_count(".order", 10).await;
    account.click("[data-do=sign-out]").await;
    account
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
}

async fn somebody_who_has_signed_in_with_us_enters_the_member_centre_by_a_link(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    account.wait_for_count(".ways .unread", 0).await;
    let inside = shop.stage.world.server().address();
    // Also where the member centre itself knows nobody any more.
    browser.open(&format!("{inside}/healthz")).await;
    browser.web().delete_all_cookies().await.unwrap();
    shop.visit(&browser).await;
    account.wait_for_count(".order", 10).await;
    enter(&browser, &account, "").await;
    expect_inside(&browser, "", "Lin").await;
}

async fn a_policy_that_refuses_forms_leaves_a_link_that_leads_there(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace("form-action {{api}}", "form-action 'none'"));
    let account = shop.sign_in(&browser).await;
    enter(&browser, &account, "").await;
    // Who has signed in with us is known there by the cookie of our own pages.
    expect_inside(&browser, "", "Lin").await;
}
