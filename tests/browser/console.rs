//! The console in a browser: somebody of the staff signs in, finds what could not be delivered, sends it again, and
//! signs out.
//!
//! WebKitGTK keeps no `Secure` cookie of a server without https, so nobody can be signed in there: its stories
//! end at the page for signing in.

use crate::hosted;
use crate::office::{LIN, Office, tab_to};
use bookplate_tests::browser::{Browser, Engine, Key};
use bookplate_tests::console::PAGES;
use serde_json::json;

bookplate_tests::browser_stories!(
    what_failed_is_found_and_sent_again,
    a_webhook_is_added_and_tried_without_any_script,
    refunds_that_wait_are_found_with_their_reason,
    a_draft_of_rules_is_simulated,
    signing_out_in_one_tab_ends_the_others,
    every_page_is_taken_over_without_a_mismatch,
    axe_finds_nothing_on_any_page_in_light_and_dark,
    every_page_fits_a_phone_and_a_zoomed_page,
);

/// Pages behind those that the list of pages leads to.
const MORE: [&str; 9] = [
    "points/simulation",
    "points/liability",
    "picks?q=austen",
    "picks/new?isbn=9780141439587",
    "cases?state=closed",
    "clocks",
    "figures",
    "canned",
    "canned/new",
];

/// Signs Olga in; gives her shop's pages, or the one for signing in where the engine does not keep the cookie. The one
/// for joining is for everybody.
async fn pages(office: &mut Office, browser: &Browser) -> Vec<String> {
    let join = office.invite("ida@shop.example").await;
    office.draft_rules().await;
    if office.owner.sign_in(browser).await {
        let listed = PAGES.iter().map(|(page, _)| *page);
        let pages = listed.chain(MORE).map(|page| office.owner.at(page));
        pages.chain([join]).collect()
    } else {
        vec![office.owner.entry(), join]
    }
}

async fn what_failed_is_found_and_sent_again(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/deliveries']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('main .row').length === 2")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in [
        "Given up (2)",
        "Confirm the address",
        LIN,
        "The mail server has refused it, with the number 550.",
        "Test event",
        "The webhook is switched off.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let button = format!("button[value=retry][aria-label*='{LIN}']");
    let again: String = browser
        .evaluate(&format!(
            "document.querySelector({}).ariaLabel",
            json!(button)
        ))
        .await;
    assert_eq!(again, format!("Send again: Confirm the address, {LIN}"));

    // She has asked for the right address, and now it is known.
    office.mail.remember(LIN);
    tab_to(&browser, &button).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "document.querySelector('[role=status]').innerText.startsWith('It is sent again')",
        )
        .await;
    office.mail.mail(LIN, 1).await;
    browser
        .wait_for("document.querySelectorAll('main .row').length === 1")
        .await;
    tab_to(&browser, "button[value=discard]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "document.querySelector('main .empty').innerText.includes('Nothing was given up')",
        )
        .await;
    tab_to(&browser, ".sections a[href*='/audit']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.entry').innerText.includes('Delivery discarded')")
        .await;

    tab_to(&browser, ".sections button").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    browser.open(&office.owner.at("deliveries?lang=en")).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
}

async fn a_webhook_is_added_and_tried_without_any_script(browser: Browser) {
    let mut office = Office::open().await;
    if browser.engine() == Engine::Webkit || !office.owner.sign_in(&browser).await {
        return;
    }
    browser.block(&["*/site.js"]).await;
    browser.open(&office.owner.at("webhooks?lang=en")).await;
    let add = async |url: &str| {
        let field = browser.find("#url").await;
        field.clear().await.unwrap();
        field.send_keys(url).await.unwrap();
        let submit = "main form.part .button.primary";
        browser.find(submit).await.click().await.unwrap();
    };
    add("shop.example").await;
    let fault = "document.querySelector('#url-fault').innerText";
    browser
        .wait_for("document.activeElement.id === 'url' && document.activeElement.ariaInvalid")
        .await;
    let fault: String = browser.evaluate(fault).await;
    assert_eq!(fault, "This is no https address of the internet.");
    add("http://127.0.0.1:9/second").await;
    browser
        .wait_for("document.querySelector('.notice code').innerText.startsWith('whsec_')")
        .await;
    let test = browser
        .find("button[value=ping][aria-label$='/second']")
        .await;
    test.click().await.unwrap();
    browser
        .wait_for("document.querySelector('[role=status]').innerText.startsWith('A test event')")
        .await;
    // What is needed now and then is behind a word, which the keyboard opens too.
    tab_to(&browser, "summary").await;
    browser.press(Key::Enter).await;
    let delete = browser
        .find("details[open] button[aria-label^='Delete']")
        .await;
    delete.click().await.unwrap();
    browser
        .wait_for("document.querySelectorAll('main .rows > .row').length === 1")
        .await;
}

async fn refunds_that_wait_are_found_with_their_reason(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/refunds']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('main .row').length === 2")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in [
        "Refund R-2026-000018",
        "Order A-1002",
        "The order has not been reported.",
        "1,280.00",
        "Refund R-2026-000017",
        "It does not fit its order: it is more than is left",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

async fn a_draft_of_rules_is_simulated(browser: Browser) {
    let mut office = Office::open().await;
    office.draft_rules().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/points']").await;
    browser.press(Key::Enter).await;
    tab_to(&browser, "main .tabs a[href*='/simulation']").await;
    browser.press(Key::Enter).await;
    tab_to(&browser, "main form button").await;
    browser.press(Key::Enter).await;
    // It looks for itself whether there is something to be seen.
    browser
        .wait_for("document.querySelectorAll('main .figures').length >= 2")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in ["In all", "Points for signing up", "Started by Olga"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let marked: String = browser
        .evaluate("document.querySelector('.sections [aria-current]').innerText")
        .await;
    assert_eq!(marked, "Points");
    let simulation = office.owner.at("points/simulation");
    hosted::please_axe(&browser, std::slice::from_ref(&simulation)).await;
    hosted::fit(&browser, &[simulation]).await;
}

async fn signing_out_in_one_tab_ends_the_others(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    browser.open(&office.owner.at("deliveries?lang=en")).await;
    browser.wait_for(hosted::HYDRATED).await;
    let first = browser.web().window().await.unwrap();
    let second = browser.web().new_tab().await.unwrap();
    browser.web().switch_to_window(second).await.unwrap();
    // Also where the page that somebody signs out on has no program.
    browser.block(&["*/site.js"]).await;
    browser.open(&office.owner.at("staff?lang=en")).await;
    let out = browser.find(".sections button").await;
    browser.block(&[]).await;
    out.click().await.unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    browser.web().switch_to_window(first).await.unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    let rest: bool = browser
        .evaluate("document.documentElement.outerHTML.includes('Olga')")
        .await;
    assert!(!rest, "nothing of her is left");
}

async fn every_page_is_taken_over_without_a_mismatch(browser: Browser) {
    let mut office = Office::debug().await;
    let pages = pages(&mut office, &browser).await;
    hosted::are_taken_over(&browser, &pages).await;
}

async fn axe_finds_nothing_on_any_page_in_light_and_dark(browser: Browser) {
    let dark = hosted::dark(&browser).await;
    for browser in [browser, dark] {
        let mut office = Office::open().await;
        let mut pages = pages(&mut office, &browser).await;
        pages.push(office.owner.at("deliveries?state=waiting"));
        pages.push(office.owner.at("nothing"));
        hosted::please_axe(&browser, &pages).await;
    }
}

async fn every_page_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let mut office = Office::open().await;
    let pages = pages(&mut office, &browser).await;
    hosted::fit(&browser, &pages).await;
}
