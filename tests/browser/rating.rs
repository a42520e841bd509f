//! `<bookplate-rating>` on a list page.

use crate::stage::{Build, Stage, shelf};
use bookplate_tests::browser::{Browser, Engine};
use std::fmt::Write;

bookplate_tests::browser_stories!(
    a_hundred_ratings_make_one_request_and_no_wasm,
    elements_may_come_move_and_go,
);

async fn set(browser: &Browser) -> Stage {
    let stage = Stage::set("shelf", Build::Release).await;
    let mut books = String::new();
    for isbn in shelf() {
        writeln!(
            books,
            "<li>{isbn} <bookplate-rating isbn=\"{isbn}\"></bookplate-rating></li>"
        )
        .unwrap();
    }
    stage.pages.fill("books", &books);
    browser.open(&stage.pages.url("/")).await;
    browser.wait_for(ALL_SHOWN).await;
    stage
}

const ALL_SHOWN: &str = "[...document.querySelectorAll('bookplate-rating')]\
                         .every((rating) => rating.shadowRoot?.querySelector('.rating'))";

async fn a_hundred_ratings_make_one_request_and_no_wasm(browser: Browser) {
    let _stage = set(&browser).await;
    let requests = browser.requests().await;
    let count = |part: &str| requests.iter().filter(|r| r.name.contains(part)).count();
    assert_eq!(count("/v1/fragments"), 1, "{requests:?}");
    assert_eq!(count(".wasm") + count("app.js"), 0, "{requests:?}");
    let texts: Vec<String> = browser
        .evaluate(
            "[...document.querySelectorAll('bookplate-rating')].slice(0, 3)\
             .map((rating) => rating.shadowRoot.querySelector('.root').textContent)",
        )
        .await;
    assert!(texts[0].contains("No reviews yet"), "{texts:?}");
    assert!(
        texts[1].contains("2.0") && texts[2].contains("3.0"),
        "{texts:?}"
    );
    assert_eq!(browser.violations().await, [] as [String; 0]);
    assert_eq!(browser.axe("body").await, "");
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.layout_shift().await, 0.0);
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
}

async fn elements_may_come_move_and_go(browser: Browser) {
    let _stage = set(&browser).await;
    let isbn = &shelf()[1];
    // As a single-page application does: takes everything away, and puts things there again and again.
    let script = format!(
        "(() => {{ const list = document.querySelector('ul'); list.textContent = ''; \
         for (let turn = 0; turn < 500; turn++) {{ \
           const rating = document.createElement('bookplate-rating'); \
           rating.setAttribute('isbn', '{isbn}'); list.append(rating); \
           if (turn < 499) rating.remove(); else document.body.append(rating); }} }})()"
    );
    browser.evaluate::<()>(&script).await;
    browser.wait_for(ALL_SHOWN).await;
    let shown: u32 = browser
        .evaluate("document.querySelectorAll('bookplate-rating').length")
        .await;
    assert_eq!(shown, 1);
    let requests = browser.requests().await;
    let fragments = requests
        .iter()
        .filter(|r| r.name.contains("/v1/fragments"))
        .count();
    assert!(fragments <= 3, "{fragments} requests");
}
