//! More than a hundred ways to write a script into a review, everywhere where people read it: none becomes markup, so
//! that it does not even take a policy to keep it from running.

use crate::office::Office;
use crate::reviews::HYDRATED;
use crate::stage::{Build, EMMA, Stage, shelf};
use bookplate_tests::browser::{Browser, Engine};
use bookplate_tests::scripts;
use std::fmt::Write;

bookplate_tests::browser_stories!(
    no_script_in_a_review_becomes_one_where_readers_see_it,
    no_script_in_a_review_becomes_one_where_the_staff_sees_it,
);

/// What such a script would do.
const HIT: &str = "document.documentElement.setAttribute(`data-hit`,1)";

/// What has become of scripts in `root`: nothing, as text is all that they are.
const FOUND: &str = "((root) => { \
    const markup = 'iframe, object, embed, img, image, audio, video, track, base, math, marquee, frameset, applet, \
        keygen, isindex, xss, x, template, foreignObject, animate, set, body meta, body script:not([src]):not([type])'; \
    const found = [...root.querySelectorAll(markup)].map((element) => element.outerHTML); \
    for (const element of root.querySelectorAll('*')) for (const { name, value } of element.attributes) \
        if (/^on/i.test(name) || (/^(href|src|action|formaction|data|srcdoc|style)$/i.test(name) \
            && /(javascript|vbscript|data):/i.test(value))) found.push(`${element.localName} ${name}=${value}`); \
    if (document.documentElement.hasAttribute('data-hit')) found.push('it has run'); \
    return found.slice(0, 3); \
})";

/// Reviews of which title, text, name and answer are such texts.
fn reviews(isbn: &str, texts: &[String]) -> String {
    let cell = |text: &str, max: usize| {
        let text: String = text.chars().take(max).collect();
        format!("\"{}\"", text.replace('"', "\"\""))
    };
    let mut csv = String::from("isbn,rating,title,body,author,created_at,answer\n");
    for (at, text) in texts.iter().enumerate() {
        let (title, body, author) = (cell(text, 200), cell(text, 2_000), cell(text, 60));
        let second = at % 60;
        let written = format!("2024-01-01T{:02}:{second:02}:00Z", at / 60);
        writeln!(csv, "{isbn},3,{title},{body},{author},{written},{body}").unwrap();
    }
    csv
}

async fn no_script_in_a_review_becomes_one_where_readers_see_it(browser: Browser) {
    let stage = Stage::set("book", Build::Release).await;
    let texts = scripts::texts(HIT);
    let (some, others) = texts.split_at(texts.len() / 2);
    let books = [EMMA.to_owned(), shelf()[0].clone()];
    for (isbn, texts) in books.iter().zip([some, others]) {
        let said = stage
            .world
            .setup()
            .import_reviews(&reviews(isbn, texts))
            .await;
        assert!(said.contains(" 0 rejected"), "{said}");
        let count = texts.len();

        // On the shop's page, as the server has rendered it and as wasm goes on.
        stage.pages.fill("isbn", isbn);
        let widget = stage.open(&browser).await;
        browser.wait_for(HYDRATED).await;
        while widget.count("article").await < count {
            let shown = widget.count("article").await;
            widget.click("[data-more]").await;
            widget
                .wait_for(&format!(
                    "root.querySelectorAll('article').length > {shown}"
                ))
                .await;
        }
        let found: Vec<String> = widget.evaluate(&format!("{FOUND}(root)")).await;
        assert_eq!(found, [] as [String; 0]);
        let found: Vec<String> = browser.evaluate(&format!("{FOUND}(document)")).await;
        assert_eq!(
            found,
            [] as [String; 0],
            "structured data stands in the head"
        );

        // On the hosted page.
        browser
            .open(&format!("{}?limit=100", stage.hosted(isbn)))
            .await;
        let widget = browser.shadow("bookplate-reviews");
        widget.wait_for_count("article", count).await;
        let found: Vec<String> = widget.evaluate(&format!("{FOUND}(root)")).await;
        assert_eq!(found, [] as [String; 0]);
        let found: Vec<String> = browser.evaluate(&format!("{FOUND}(document)")).await;
        assert_eq!(found, [] as [String; 0]);
    }
}

async fn no_script_in_a_review_becomes_one_where_the_staff_sees_it(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody can be signed in there.
        return;
    }
    let mut office = Office::open().await;
    let texts = scripts::texts(HIT);
    office
        .world
        .setup()
        .import_reviews(&reviews(EMMA, &texts))
        .await;
    assert!(office.sign_in(&browser).await);
    let mut next = Some(office.at("reviews?queue=all&lang=en"));
    let mut seen = 0;
    while let Some(address) = next {
        browser.open(&address).await;
        browser.wait_for(crate::office::HYDRATED).await;
        let found: Vec<String> = browser.evaluate(&format!("{FOUND}(document)")).await;
        assert_eq!(found, [] as [String; 0], "{address}");
        let shown: usize = browser
            .evaluate("document.querySelectorAll('main .card').length")
            .await;
        seen += shown;
        next = browser
            .evaluate("document.querySelector('a[rel=next]')?.href ?? null")
            .await;
    }
    assert!(seen >= texts.len(), "{seen}");
}
