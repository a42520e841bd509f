//! From an account on the shop's page into the member centre, without a second login.

use super::connect::OpenShop;
use super::{EVERYTHING, LIN, Shop};
use crate::stage::{Build, KEY};
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};
use thirtyfour::WindowHandle;

bookplate_tests::browser_stories!(
    a_customer_of_the_shops_own_login_enters_the_member_centre_by_a_link,
    somebody_who_has_signed_in_with_us_enters_the_member_centre_by_a_link,
    a_policy_that_refuses_forms_leaves_a_link_that_leads_there,
    signing_out_in_the_member_centre_is_seen_on_the_shops_page,
    signing_out_on_the_shops_page_is_seen_in_the_member_centre,
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

/// Lin is signed in on the shop's page, and in the member centre in another tab, which is in front.
async fn both_tabs(browser: &Browser, shop: &OpenShop) -> (Shadow, WindowHandle, WindowHandle) {
    let account = shop.sign_in(browser).await;
    let page = browser.web().window().await.unwrap();
    let centre = browser.web().new_tab().await.unwrap();
    browser
        .web()
        .switch_to_window(centre.clone())
        .await
        .unwrap();
    let address = format!("{}/shops/{KEY}/member?lang=en", shop.server);
    browser.open(&address).await;
    browser
        .wait_for("document.querySelector('.sections') && document.body.dataset.hydrated === ''")
        .await;
    (account, page, centre)
}

/// Has somebody look at a tab again.
async fn look_at(browser: &Browser, tab: WindowHandle) {
    browser.web().switch_to_window(tab).await.unwrap();
    // A browser without a screen shows all of its tabs, and says nothing when one comes to the front.
    browser
        .evaluate::<bool>(
            "document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))",
        )
        .await;
}

async fn signing_out_in_the_member_centre_is_seen_on_the_shops_page(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    let (account, page, _) = both_tabs(&browser, &shop).await;
    let out = browser.find(".sections button").await;
    out.click().await.unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    look_at(&browser, page).await;
    account
        .wait_for_text(
            ".signed-out p",
            "Your session has ended. Sign in again to go on.",
        )
        .await;
    let everything: String = browser.evaluate(EVERYTHING).await;
    assert!(!everything.contains("Lin"), "{everything}");
}

async fn signing_out_on_the_shops_page_is_seen_in_the_member_centre(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    let (account, page, centre) = both_tabs(&browser, &shop).await;
    browser.web().switch_to_window(page).await.unwrap();
    let ended = "void ((real) => { window.fetch = (address, options) => real(address, options).finally(() => { \
         if (options?.method === 'DELETE') window.sessionEnded = true; }) })(fetch)";
    browser.evaluate::<()>(ended).await;
    account.click("[data-do=sign-out]").await;
    browser.wait_for("window.sessionEnded").await;
    look_at(&browser, centre).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    let rest: String = browser.evaluate("document.documentElement.outerHTML").await;
    assert!(!rest.contains("Lin"), "{rest}");
}
