//! Staff picks in browsers: somebody of the staff finds a book and recommends it, and shoppers see that on the shop's page.

use crate::looks::check_fits;
use crate::office::{HYDRATED, Office};
use crate::stage::{EMMA, KEY, REVIEWS};
use bookplate_tests::browser::{Browser, Engine};
use bookplate_tests::pages::Pages;
use reqwest::Method;
use serde_json::json;

bookplate_tests::browser_stories!(a_book_is_recommended_and_shoppers_see_who_does);

/// More than is shown before it is unfolded.
fn long() -> String {
    "She is rich, clever and wrong about everybody. ".repeat(30)
}

/// Finds the book, writes what is said of it, and lets readers see it.
async fn recommend(office: &mut Office, browser: &Browser) {
    browser.open(&office.owner.at("picks?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let type_into = async |css: &str, words: &str| {
        let field = browser.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(words).await.unwrap();
    };
    type_into("#q", "EMMA").await;
    let click = async |css: &str| browser.find(css).await.click().await.unwrap();
    click(".find button").await;
    browser
        .wait_for("document.querySelector('a[href*=\"picks/new\"]') && document.body.dataset.hydrated === ''")
        .await;
    click("a[href*='picks/new']").await;
    browser.wait_for("document.querySelector('#body')").await;
    type_into("#name", "Ana Ruiz").await;
    type_into("#role", "fiction buyer").await;
    type_into("#title", "Wrong about everybody").await;
    // What is forgotten is asked for, and nothing of the rest is lost.
    click("button[value=save]").await;
    browser
        .wait_for("document.activeElement.matches('#body[aria-invalid=true]')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    type_into("#body", long().trim()).await;
    click("button[value=save]").await;
    browser
        .wait_for("document.querySelector('main .picks .mark')?.innerText === 'Readers see it'")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main .picks').innerText")
        .await;
    assert!(
        shown.contains("Emma") && shown.contains("Ana Ruiz"),
        "{shown}"
    );
    assert_eq!(browser.axe("html").await, "");
}

async fn a_book_is_recommended_and_shoppers_see_who_does(browser: Browser) {
    let mut office = Office::open().await;
    let pages = Pages::start("book").await;
    let origins = json!({ "origins": [pages.origin()] });
    let path = office.owner.api("origins");
    let set = office.olga().send_json(Method::PUT, &path, &origins).await;
    set.expect_status(200);
    // The server may have known the shop's origins a moment ago.
    let rating = format!("/v1/books/{EMMA}/rating");
    let page = office.world.page(pages.origin(), KEY);
    bookplate_tests::wait_until("the shop's page is known", async || {
        page.get(&rating).await.status() == 200
    })
    .await;
    for (name, value) in [
        ("api", office.world.server().address()),
        ("include", REVIEWS),
        ("isbn", EMMA),
        ("lang", "en"),
    ] {
        pages.fill(name, value);
    }
    if office.owner.sign_in(&browser).await {
        recommend(&mut office, &browser).await;
    } else {
        let new = json!({
            "isbn": EMMA, "name": "Ana Ruiz", "role": "fiction buyer", "title": "Wrong about everybody",
            "body": long(), "language": "en", "status": "published",
        });
        let made = office.olga().post(&office.owner.api("picks"), &new).await;
        made.expect_status(201);
    }

    // On the shop's page, above what readers say, and apart from it.
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.viewport(width, height).await;
        browser.open(&pages.url("/")).await;
        let widget = browser.shadow("bookplate-reviews");
        widget
            .wait_for_text(".picks h2", "Recommended by the bookshop")
            .await;
        browser.wait_for(crate::reviews::HYDRATED).await;
        let order: String = widget
            .evaluate("[...root.querySelectorAll('h2, h3')].map((heading) => heading.innerText).join('|')")
            .await;
        assert_eq!(
            order,
            "Recommended by the bookshop|Wrong about everybody|Reader reviews|My view"
        );
        assert_eq!(
            widget
                .count(".picks .stars, .picks article, .picks button")
                .await,
            0
        );
        // A long text is cut off until it is unfolded.
        let height = async || -> f64 {
            widget
                .evaluate("root.querySelector('.picks .body').getBoundingClientRect().height")
                .await
        };
        let folded = height().await;
        widget.click(".picks summary").await;
        widget
            .wait_for(&format!(
                "root.querySelector('.picks .body').getBoundingClientRect().height > {folded}"
            ))
            .await;
        check_fits(&browser, &widget, width).await;
        assert_eq!(browser.axe("body").await, "");
        if browser.engine() == Engine::Chromium {
            assert_eq!(browser.violations().await, [] as [String; 0]);
        }
    }

    // Taken back, it is gone, and so is the block.
    let listed: serde_json::Value = office.olga().get(&office.owner.api("picks")).await.json();
    let id = listed["picks"][0]["id"].as_str().unwrap();
    let path = office.owner.api(&format!("picks/{id}"));
    let mut content = listed["picks"][0]["content"].clone();
    content["status"] = json!("withdrawn");
    let done = office.olga().send_json(Method::PUT, &path, &content).await;
    done.expect_status(200);
    bookplate_tests::wait_until("shoppers do not see it any more", async || {
        browser.open(&pages.url("/")).await;
        let widget = browser.shadow("bookplate-reviews");
        widget.wait_for_count("article", 1).await;
        widget.count(".picks").await == 0
    })
    .await;
}
