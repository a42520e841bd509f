//! How wasm takes over the server's HTML.

use crate::reviews::HYDRATED;
use crate::stage::{Build, PRIDE, REVIEWS, Stage};
use bookplate_tests::browser::{Browser, Engine};

bookplate_tests::browser_stories!(
    the_same_html_is_taken_over_without_a_mismatch,
    what_the_shops_server_has_included_is_not_fetched_again,
    the_hosted_page_is_taken_over_too,
    an_element_that_leaves_lets_go_of_everything,
);

async fn the_same_html_is_taken_over_without_a_mismatch(browser: Browser) {
    let stage = Stage::set("book", Build::Debug).await;
    for lang in ["en", "zh-CN"] {
        stage.pages.fill("lang", lang);
        let widget = stage.open(&browser).await;
        widget.wait_for_count("article", 10).await;
        // Marked before wasm is there: the very same nodes have to be there after it.
        widget
            .evaluate::<()>("root.querySelectorAll('article').forEach((node) => { node.mark = 1 })")
            .await;
        browser.wait_for(HYDRATED).await;
        let kept: u32 = widget
            .evaluate("[...root.querySelectorAll('article')].filter((node) => node.mark).length")
            .await;
        assert_eq!(kept, 10);
        if browser.engine() == Engine::Chromium {
            assert_eq!(browser.console().await, [] as [String; 0]);
        }
    }
}

async fn what_the_shops_server_has_included_is_not_fetched_again(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    stage.include().await;
    let widget = stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    assert_eq!(widget.count("article").await, 10);
    widget.click("[data-more]").await;
    widget.wait_for_count("article", 20).await;
    let requests = browser.requests().await;
    let asked: Vec<_> = requests
        .iter()
        .filter(|r| r.name.contains("/v1/fragments") && r.name.contains("reviews"))
        .collect();
    assert!(asked.is_empty(), "{asked:?}");
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn the_hosted_page_is_taken_over_too(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    browser
        .open(&format!("{}?lang=ja&sort=newest", stage.hosted(PRIDE)))
        .await;
    let widget = browser.shadow("bookplate-reviews");
    assert_eq!(widget.text("article .author").await, "Reader 25");
    browser.wait_for(HYDRATED).await;
    widget.click("[data-more]").await;
    widget.wait_for_count("article", 20).await;
    assert_eq!(browser.axe("body").await, "");
}

async fn an_element_that_leaves_lets_go_of_everything(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    let widget = stage.open(&browser).await;
    browser.wait_for(HYDRATED).await;
    let element = "document.querySelector('bookplate-reviews')";
    // Moving is not leaving.
    browser
        .evaluate::<()>(&format!("document.querySelector('main').append({element})"))
        .await;
    widget.click("[data-more]").await;
    widget.wait_for_count("article", 20).await;
    browser.evaluate::<()>(&format!("{element}.remove()")).await;
    let html = REVIEWS.replace("{{isbn}}", PRIDE);
    let again = format!("document.querySelector('main').insertAdjacentHTML('beforeend', '{html}')");
    browser.evaluate::<()>(&again).await;
    widget.wait_for_count("article", 10).await;
    browser.wait_for(HYDRATED).await;
}
