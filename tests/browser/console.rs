//! The console in a browser: somebody of the staff signs in, finds what could not be delivered, sends it again, and
//! signs out.
//!
//! WebKitGTK keeps no `Secure` cookie of a server without https, so nobody can be signed in there: its stories
//! end at the page for signing in.

use crate::office::{HYDRATED, LIN, Office, tab_to};
use bookplate_tests::browser::{Browser, Engine, Key, Options};
use serde_json::json;

bookplate_tests::browser_stories!(
    what_failed_is_found_and_sent_again,
    a_webhook_is_added_and_tried_without_any_script,
    every_page_is_taken_over_without_a_mismatch,
    axe_finds_nothing_on_any_page_in_light_and_dark,
    every_page_fits_a_phone_and_a_zoomed_page,
);

const PAGES: [&str; 8] = [
    "reviews",
    "settings",
    "branches",
    "keys",
    "webhooks",
    "deliveries",
    "staff",
    "audit",
];

async fn what_failed_is_found_and_sent_again(browser: Browser) {
    let mut office = Office::open().await;
    if !office.sign_in(&browser).await {
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
    browser.open(&office.at("deliveries?lang=en")).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
}

async fn a_webhook_is_added_and_tried_without_any_script(browser: Browser) {
    let mut office = Office::open().await;
    if browser.engine() == Engine::Webkit || !office.sign_in(&browser).await {
        return;
    }
    browser.block(&["*/site.js"]).await;
    browser.open(&office.at("webhooks?lang=en")).await;
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

async fn every_page_is_taken_over_without_a_mismatch(browser: Browser) {
    let mut office = Office::debug().await;
    let signed_in = office.sign_in(&browser).await;
    browser.wait_for(HYDRATED).await;
    if !signed_in {
        return;
    }
    for lang in ["en", "zh-CN"] {
        for page in PAGES {
            browser
                .open(&office.at(&format!("{page}?lang={lang}")))
                .await;
            browser.wait_for(HYDRATED).await;
            assert_eq!(browser.console().await, [] as [String; 0], "{page} {lang}");
        }
    }
}

async fn axe_finds_nothing_on_any_page_in_light_and_dark(browser: Browser) {
    let mut office = Office::open().await;
    check_with_axe(&mut office, &browser).await;
    let options = Options {
        dark: true,
        reduced_motion: true,
        ..Options::default()
    };
    let dark = Browser::start(browser.engine(), options).await.unwrap();
    check_with_axe(&mut Office::open().await, &dark).await;
}

async fn check_with_axe(office: &mut Office, browser: &Browser) {
    let signed_in = office.sign_in(browser).await;
    if !signed_in {
        assert_eq!(browser.axe("html").await, "", "signing in");
        return;
    }
    let more = [
        "reviews?queue=reported",
        "reviews?queue=all",
        "deliveries?state=waiting",
        "nothing",
    ];
    for page in PAGES.into_iter().chain(more) {
        open_all(office, browser, page).await;
        assert_eq!(browser.axe("html").await, "", "{page}");
    }
}

/// Opens a page, with everything in sight that is folded.
async fn open_all(office: &Office, browser: &Browser, page: &str) {
    let joint = if page.contains('?') { '&' } else { '?' };
    browser
        .open(&office.at(&format!("{page}{joint}lang=en")))
        .await;
    let open = "document.querySelectorAll('details').forEach((one) => { one.open = true; })";
    browser.evaluate::<()>(open).await;
}

async fn every_page_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let mut office = Office::open().await;
    if !office.sign_in(&browser).await {
        return;
    }
    // 320 px is also what a page of 640 px has at a zoom of 200 %.
    for width in [390, 320] {
        browser.viewport(width, 700).await;
        for page in PAGES {
            open_all(&office, &browser, page).await;
            let overflow =
                "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let overflow: i32 = browser.evaluate(overflow).await;
            assert!(overflow <= 0, "{page} sideways at {width} px: {overflow}");
            let small: Vec<String> = browser
                .evaluate(
                    "[...document.querySelectorAll('a:not(.skip), button, select, textarea, input:not([type=hidden]), \
                     summary')].filter((target) => (target.closest('label') ?? target)\
                     .getBoundingClientRect().height < 43.9).map((target) => target.outerHTML.slice(0, 90))",
                )
                .await;
            assert_eq!(
                small,
                [] as [String; 0],
                "{page}: targets below 44 px at {width} px"
            );
        }
    }
}
