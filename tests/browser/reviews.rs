//! `<bookplate-reviews>` on a shop's own page, as a shopper uses it. Each story is told twice: with wasm,
//! and where the shop's policy refuses wasm.

use crate::stage::{Build, EMMA, PRIDE, Stage};
use bookplate_tests::browser::{Browser, Key, Shadow};

bookplate_tests::browser_stories!(
    reviews_show_sort_filter_and_page,
    without_wasm_reviews_show_sort_filter_and_page,
    the_keyboard_does_everything,
    without_wasm_the_keyboard_does_everything,
    the_widget_speaks_the_pages_language,
    a_book_without_reviews_says_so,
    an_isbn_that_changes_brings_the_other_book,
    a_server_that_is_away_leaves_the_shop_whole,
    structured_data_stands_in_the_head_once,
);

/// The stage, with wasm or without, and the widget with ten reviews.
pub async fn stage(browser: &Browser, wasm: bool) -> (Stage, Shadow) {
    let stage = Stage::set("book", Build::Release).await;
    if !wasm {
        stage
            .pages
            .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    }
    let widget = stage.open(browser).await;
    widget.wait_for_count("article", 10).await;
    if wasm {
        browser.wait_for(HYDRATED).await;
    }
    (stage, widget)
}

/// What tells that the widget was taken over by wasm.
pub const HYDRATED: &str =
    "document.querySelector('bookplate-reviews')?.shadowRoot?.querySelector('[data-hydrated]')";

async fn reviews_show_sort_filter_and_page(browser: Browser) {
    let (_stage, widget) = stage(&browser, true).await;
    browse(&browser, &widget).await;
    // Everything after the first fragment came from the API.
    let requests = browser.requests().await;
    let count = |part: &str| requests.iter().filter(|r| r.name.contains(part)).count();
    assert_eq!(count("/v1/fragments"), 1);
    assert!(count(&format!("/v1/books/{PRIDE}/reviews")) >= 4);
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn without_wasm_reviews_show_sort_filter_and_page(browser: Browser) {
    let (_stage, widget) = stage(&browser, false).await;
    browse(&browser, &widget).await;
    let requests = browser.requests().await;
    assert!(
        !requests
            .iter()
            .any(|request| request.name.contains("/v1/books/"))
    );
    // Wasm itself, which the policy refuses, and nothing else.
    let refused = browser.violations().await;
    assert!(
        refused.iter().all(|line| line.starts_with("script-src")),
        "{refused:?}"
    );
}

/// Sorts, filters, searches and loads more, and looks at the list each time.
async fn browse(browser: &Browser, widget: &Shadow) {
    assert_eq!(first(widget).await, "Reader 25", "most helpful first");
    assert!(widget.text(".average").await.contains("3.6"));

    choose(widget, "sort", "lowest").await;
    widget.wait_for(&first_is("Reader 24")).await;

    choose(widget, "language", "zh").await;
    widget.wait_for_count("article", 5).await;
    widget.click(".filters a, .filters button").await;
    widget.wait_for_count("article", 10).await;

    widget.click("a.bar").await;
    widget.wait_for(&first_is("Reader 25")).await;
    widget.wait_for_count("article", 10).await;
    widget.click("a.bar").await;
    widget.wait_for(&first_is("Reader 24")).await;

    widget.type_into("input[name=q]", "number 13").await;
    browser.press(Key::Enter).await;
    widget.wait_for_count("article", 1).await;
    assert_eq!(first(widget).await, "Reader 13");
    widget.click(".filters a, .filters button").await;
    widget.wait_for_count("article", 10).await;

    widget.click("[data-more]").await;
    widget.wait_for_count("article", 20).await;
    widget.click("[data-more]").await;
    widget.wait_for_count("article", 25).await;
    widget.wait_for_count("[data-more]", 0).await;
    let mut authors = widget.texts("article .author").await;
    authors.sort();
    authors.dedup();
    assert_eq!(authors.len(), 25, "nobody twice: {authors:?}");
}

async fn first(widget: &Shadow) -> String {
    widget.text("article .author").await
}

/// That the first review in the list is by `author`.
pub fn first_is(author: &str) -> String {
    format!("root.querySelector('article .author')?.textContent === {author:?}")
}

/// Chooses an option as a person does: by its value, with the event that follows.
pub async fn choose(widget: &Shadow, name: &str, value: &str) {
    let script = format!(
        "(() => {{ const select = root.querySelector('.toolbar select[name={name}]'); select.value = '{value}'; \
         select.dispatchEvent(new Event('input', {{ bubbles: true }})); \
         select.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
    );
    widget.evaluate::<()>(&script).await;
}

async fn the_keyboard_does_everything(browser: Browser) {
    let (_stage, widget) = stage(&browser, true).await;
    press_through(&browser, &widget).await;
}

async fn without_wasm_the_keyboard_does_everything(browser: Browser) {
    let (_stage, widget) = stage(&browser, false).await;
    press_through(&browser, &widget).await;
}

async fn press_through(browser: &Browser, widget: &Shadow) {
    widget.find("a.bar").await.focus().await.unwrap();
    browser.press(Key::Enter).await;
    widget
        .wait_for("root.querySelectorAll('.filters *').length > 0")
        .await;
    // Where one was, one stays.
    widget
        .wait_for("root.activeElement?.matches('a.bar')")
        .await;
    browser.press(Key::Enter).await;
    widget
        .wait_for("root.querySelector('.status').textContent.includes('25')")
        .await;
    widget.wait_for_count("article", 10).await;

    widget.find("[data-more]").await.focus().await.unwrap();
    browser.press(Key::Enter).await;
    widget.wait_for_count("article", 20).await;
    // The keyboard goes on in the widget, not at the top of the page.
    widget.wait_for("root.activeElement !== null").await;

    let search = widget.find("input[name=q]").await;
    search.focus().await.unwrap();
    widget.type_into("input[name=q]", "number 13").await;
    browser.press(Key::Enter).await;
    widget.wait_for_count("article", 1).await;
    widget.wait_for("root.activeElement?.name === 'q'").await;
}

async fn the_widget_speaks_the_pages_language(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    for (lang, heading) in [
        ("en-GB", "Reader reviews"),
        ("zh-Hans", "读者评论"),
        ("zh-HK", "讀者評論"),
        ("ja", "読者レビュー"),
        ("fr", "Reader reviews"),
    ] {
        stage.pages.fill("lang", lang);
        let widget = stage.open(&browser).await;
        widget.wait_for_text("h2", heading).await;
        browser.wait_for(HYDRATED).await;
        assert_eq!(widget.text("h2").await, heading);
    }
}

async fn a_book_without_reviews_says_so(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    stage.pages.fill("isbn", EMMA);
    let widget = stage.open(&browser).await;
    widget
        .wait_for_text(".empty", "No reader has reviewed this book yet.")
        .await;
    let rating = browser.shadow("bookplate-rating");
    rating.wait_for_text(".rating", "No reviews yet").await;
}

async fn an_isbn_that_changes_brings_the_other_book(browser: Browser) {
    let (_stage, widget) = stage(&browser, true).await;
    let change =
        format!("document.querySelector('bookplate-reviews').setAttribute('isbn', '{EMMA}')");
    browser.evaluate::<()>(&change).await;
    widget
        .wait_for_text(".empty", "No reader has reviewed this book yet.")
        .await;
    widget.wait_for_count("article", 0).await;
}

async fn a_server_that_is_away_leaves_the_shop_whole(browser: Browser) {
    let Stage { world, pages, .. } = Stage::set("book", Build::Release).await;
    let address = world.server().address().to_owned();
    browser.open(&pages.url("/")).await;
    let widget = browser.shadow("bookplate-reviews");
    widget.wait_for_count("article", 10).await;
    browser.wait_for(HYDRATED).await;
    drop(world);
    // What was there stays, with a word and a way to try again.
    widget.click("[data-more]").await;
    widget
        .wait_for_count("[part=problem] button, .problem button", 1)
        .await;
    assert_eq!(widget.count("article").await, 10);
    assert!(!address.is_empty());
    assert!(browser.find("footer").await.is_displayed().await.unwrap());
}

async fn structured_data_stands_in_the_head_once(browser: Browser) {
    let (_stage, widget) = stage(&browser, true).await;
    choose(&widget, "sort", "newest").await;
    widget.wait_for(&first_is("Reader 25")).await;
    let texts: Vec<String> = browser
        .evaluate(
            "[...document.head.querySelectorAll('script[type=\"application/ld+json\"]')]\
             .map((script) => script.textContent)",
        )
        .await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0].contains("\"AggregateRating\"") && texts[0].contains(PRIDE),
        "{texts:?}"
    );
}
