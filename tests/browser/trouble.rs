//! What a shopper sees when something cannot be had: the network, the server, our scripts. Nobody is sent to
//! another page, nothing that was there goes, and whatever has focus keeps it in the widget.

use crate::reviews::{HYDRATED, choose, first_is, stage};
use crate::stage::{Build, Stage};
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};

bookplate_tests::browser_stories!(
    without_wasm_a_server_that_is_away_is_said,
    a_failed_request_is_tried_again,
    without_wasm_a_failed_request_is_tried_again,
    when_the_network_is_back_the_choice_is_shown,
    without_wasm_when_the_network_is_back_the_choice_is_shown,
    without_wasm_focus_stays_in_the_widget,
    focus_stays_where_nothing_could_be_loaded,
    without_app_js_a_choice_has_a_button,
    what_is_clicked_before_app_js_is_there_waits_for_it,
    what_is_chosen_before_app_js_is_there_is_shown,
);

const FAILED: &str = "Sorry, that did not work. What you see is what we had before.";
const OFFLINE: &str = "You are offline. What you see is what we had before.";

/// Which requests fail while the server is away for this widget.
const FRAGMENTS: [&str; 2] = ["*/v1/fragments*", "*/v1/books/*"];

async fn without_wasm_a_server_that_is_away_is_said(browser: Browser) {
    let (Stage { world, .. }, widget) = stage(&browser, false).await;
    let shop: String = browser.evaluate("location.href").await;
    drop(world);
    choose(&widget, "sort", "lowest").await;
    widget.wait_for_text(".problem p", FAILED).await;
    assert_eq!(widget.text(".problem [data-retry]").await, "Try again");
    assert_eq!(widget.count("article").await, 10);
    assert_eq!(browser.evaluate::<String>("location.href").await, shop);
}

async fn a_failed_request_is_tried_again(browser: Browser) {
    fail_and_try_again(&browser, true).await;
}

async fn without_wasm_a_failed_request_is_tried_again(browser: Browser) {
    fail_and_try_again(&browser, false).await;
}

async fn fail_and_try_again(browser: &Browser, wasm: bool) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let (_stage, widget) = stage(browser, wasm).await;
    browser.block(&FRAGMENTS).await;
    choose(&widget, "sort", "lowest").await;
    widget.wait_for_text(".problem p", FAILED).await;
    let shown = widget.text(".status").await;
    assert!(shown.contains("10 of 25"), "{shown}");

    // And again, by keyboard: focus goes to the list, because the button goes.
    mark(&widget, ".problem p").await;
    press_on(browser, &widget, "[data-retry]").await;
    widget
        .wait_for("root.activeElement?.matches('.results')")
        .await;
    widget
        .wait_for("root.querySelector('.problem p') && !root.querySelector('.problem p').seen")
        .await;

    browser.block(&[]).await;
    widget.click("[data-retry]").await;
    widget.wait_for(&first_is("Reader 24")).await;
    widget.wait_for_count(".problem *", 0).await;
}

async fn when_the_network_is_back_the_choice_is_shown(browser: Browser) {
    lose_the_network(&browser, true).await;
}

async fn without_wasm_when_the_network_is_back_the_choice_is_shown(browser: Browser) {
    lose_the_network(&browser, false).await;
}

async fn lose_the_network(browser: &Browser, wasm: bool) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let (_stage, widget) = stage(browser, wasm).await;
    browser.offline(true).await;
    browser.wait_for("!navigator.onLine").await;
    let select = widget.find("select[name=sort]").await;
    select.focus().await.unwrap();
    choose(&widget, "sort", "lowest").await;
    widget.wait_for_text(".problem p", OFFLINE).await;
    assert_eq!(widget.count("article").await, 10);

    browser.offline(false).await;
    widget.wait_for(&first_is("Reader 24")).await;
    widget.wait_for_count(".problem *", 0).await;
    // Nobody has touched the button, so focus has not moved.
    widget.wait_for("root.activeElement?.name === 'sort'").await;
}

async fn without_wasm_focus_stays_in_the_widget(browser: Browser) {
    let (_stage, widget) = stage(&browser, false).await;
    let in_list = "root.activeElement?.matches('.results')";

    // One filter, and taken off.
    press_on(&browser, &widget, "a.bar").await;
    widget.wait_for_count(".chip", 1).await;
    press_on(&browser, &widget, ".chip").await;
    widget.wait_for_count(".chip", 0).await;
    widget.wait_for(in_list).await;

    // Two, and all taken off.
    press_on(&browser, &widget, "a.bar").await;
    widget.wait_for_count(".chip", 1).await;
    choose(&widget, "language", "zh").await;
    widget.wait_for_count(".chip", 2).await;
    press_on(&browser, &widget, ".clear").await;
    widget.wait_for_count(".chip", 0).await;
    widget.wait_for(in_list).await;

    // More, until there is no more: on to the first that is new.
    for (shown, first_new) in [(20, 10), (25, 20)] {
        press_on(&browser, &widget, "[data-more]").await;
        widget.wait_for_count("article", shown).await;
        let new = format!(
            "root.activeElement?.localName === 'h3' \
             && root.activeElement === root.querySelectorAll('h3')[{first_new}]"
        );
        widget.wait_for(&new).await;
    }
}

/// Marks an element, to know another one in its place.
async fn mark(widget: &Shadow, css: &str) {
    widget.find(css).await;
    let mark = format!("void (root.querySelector('{css}').seen = true)");
    widget.evaluate::<()>(&mark).await;
}

async fn press_on(browser: &Browser, widget: &Shadow, css: &str) {
    widget.find(css).await.focus().await.unwrap();
    browser.press(Key::Enter).await;
}

async fn focus_stays_where_nothing_could_be_loaded(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let stage = Stage::set("book", Build::Release).await;
    browser.block(&FRAGMENTS).await;
    let widget = stage.open(&browser).await;
    mark(&widget, ".failed button").await;
    press_on(&browser, &widget, ".failed button").await;
    // It fails again: the new button has focus.
    widget
        .wait_for("root.activeElement?.matches('.failed button') && !root.activeElement.seen")
        .await;
    browser.block(&[]).await;
    browser.press(Key::Enter).await;
    widget.wait_for_count("article", 10).await;
    widget.wait_for("root.activeElement?.matches('h2')").await;
}

async fn without_app_js_a_choice_has_a_button(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let stage = Stage::set("book", Build::Release).await;
    let widget = stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    assert!(!is_displayed(&widget, ".apply").await);

    browser.block(&["*/app.js"]).await;
    let widget = stage.open(&browser).await;
    widget.wait_for("root.querySelector('[data-bare]')").await;
    assert!(is_displayed(&widget, ".apply").await);
    // All that is left is the hosted page, and that works.
    choose(&widget, "sort", "lowest").await;
    widget.click(".apply").await;
    browser
        .wait_for("location.search.includes('sort=lowest')")
        .await;
    let hosted = browser.shadow("bookplate-reviews");
    hosted.wait_for(&first_is("Reader 24")).await;
}

async fn is_displayed(widget: &Shadow, css: &str) -> bool {
    widget.find(css).await.is_displayed().await.unwrap()
}

/// How late everything arrives, in milliseconds: long enough to do something before.
const LATE: u32 = 1_000;

/// Opens a page whose HTML has the fragment already, with `early` done as soon as the loader has run.
async fn early(browser: &Browser, early: &str) -> (Stage, Shadow) {
    let stage = Stage::set("book", Build::Release).await;
    stage.include().await;
    browser.slow_network(LATE).await;
    let widget = stage.open(browser).await;
    let script = format!(
        "void (() => {{ const look = () => {{ \
           const root = document.querySelector('bookplate-reviews')?.shadowRoot; \
           if (!root?.querySelector('.root').onclick) return requestAnimationFrame(look); \
           {early}; window.early = true; }}; look(); }})()"
    );
    browser.evaluate::<()>(&script).await;
    browser.wait_for("window.early").await;
    (stage, widget)
}

async fn what_is_clicked_before_app_js_is_there_waits_for_it(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let (stage, widget) = early(&browser, "root.querySelector('a.bar').click()").await;
    widget.wait_for_count(".chip", 1).await;
    let here: String = browser.evaluate("location.href").await;
    assert_eq!(here, stage.pages.url("/"));

    let submit = "root.querySelector('[name=q]').value = 'number 13'; \
                  root.querySelector('.search button').click()";
    let (stage, widget) = early(&browser, submit).await;
    widget.wait_for_count("article", 1).await;
    let here: String = browser.evaluate("location.href").await;
    assert_eq!(here, stage.pages.url("/"));
}

async fn what_is_chosen_before_app_js_is_there_is_shown(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let (_stage, widget) = early(
        &browser,
        "root.querySelector('[name=sort]').value = 'lowest'",
    )
    .await;
    widget.wait_for(&first_is("Reader 24")).await;
}
