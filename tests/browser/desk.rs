//! What somebody does with the own review in `<bookplate-reviews>` besides writing it, and what is left of that for whoever
//! comes next; and voting where no wasm runs.

use crate::photos::{put, wait_for_pictures};
use crate::scripts::{enter, session};
use crate::stage::{Build, KEY, PRIDE};
use crate::writing::Shop;
use bookplate_store::{Db, Store, StoreError};
use bookplate_tests::actors::Actor;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_tests::pictures::from_a_phone;
use bookplate_wire::reviews::ReviewPage;
use bookplate_wire::reviews::moderation::{Decision, NewDecision, Queue};
use bookplate_wire::reviews::writing::{OwnReviews, Reason};
use serde_json::{Value, json};
use tempfile::TempDir;

bookplate_tests::browser_stories!(
    a_passage_over_several_paragraphs_gives_nothing_away,
    whoever_comes_next_finds_nothing_of_who_was_here_before,
    a_draft_is_for_its_author_alone_also_on_the_next_page,
    what_has_become_of_a_review_is_said_and_it_can_be_deleted,
    what_is_wrong_with_language_or_photos_is_said_there,
    where_wasm_is_refused_a_vote_is_taken_on_the_hosted_page,
);

/// The claims of a customer of the shop's.
fn claims(name: &str) -> Value {
    json!({ "sub": name, "name": name, "email": format!("{name}@mail.example") })
}

async fn customer<'a>(shop: &'a Shop, name: &str) -> Actor<'a> {
    let token = session(shop, &claims(name)).await;
    let page = shop.stage.world.page(shop.stage.pages.origin(), KEY);
    page.bearing(&token)
}

/// The form, opened by a press.
async fn open_form(reviews: &Shadow) {
    reviews.click(".writing > summary").await;
    reviews.wait_for_count(".write [type=file]", 1).await;
}

/// That the form has this title.
async fn titled(reviews: &Shadow, title: &str) {
    let title = json!(title);
    let titled = format!("root.querySelector('#title').value === {title}");
    reviews.wait_for(&titled).await;
}

async fn store_is_empty(browser: &Browser) {
    browser
        .wait_for("JSON.stringify(localStorage) === '{}'")
        .await;
}

async fn a_passage_over_several_paragraphs_gives_nothing_away(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    open_form(&reviews).await;
    reviews.click(".rate label:nth-child(4)").await;
    // The keys of a line's end are those of the engines; what counts is the text.
    let body = "void ((area) => { area.value = 'Well told.\\n\\nHe ||dies||.\\n\\nShe dies too.'; \
                area.setSelectionRange(12, area.value.length); })(root.querySelector('#body'))";
    reviews.evaluate::<()>(body).await;
    reviews.click("[data-spoiler]").await;
    let marked: String = reviews.evaluate("root.querySelector('#body').value").await;
    assert_eq!(marked, "Well told.\n\n||He dies.\n\nShe dies too.||");
    reviews.click(".write button[type=submit]").await;
    reviews.wait_for_count(".own .spoiler", 2).await;
    assert!(!reviews.text(".own .body").await.contains("dies"));
    assert_eq!(reviews.text(".own .body > p").await, "Well told.");
    assert_eq!(shop.approve().await, 1);
    let seen = async || {
        browser
            .open(&format!("{}?lang=en&sort=newest", shop.stage.hosted(PRIDE)))
            .await;
        reviews.count("li:first-child .spoiler").await == 2
    };
    bookplate_tests::wait_until("readers see the review", seen).await;
    assert!(!reviews.text("li:first-child .body").await.contains("dies"));
    let described: String = browser
        .evaluate("document.querySelector('[type=\"application/ld+json\"]').text")
        .await;
    assert!(
        described.contains("Well told.") && !described.contains("dies"),
        "{described}"
    );
}

async fn whoever_comes_next_finds_nothing_of_who_was_here_before(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let login = &shop.stage.pages.login;
    login.customer(claims("ann"));
    let reviews = shop.sign_in(&browser).await;
    open_form(&reviews).await;
    reviews.type_into("#title", "A secret of Ann's").await;
    reviews.click("li:first-child [data-vote=yes]").await;
    reviews
        .wait_for("root.querySelector('li [data-vote=yes]').ariaPressed === 'true'")
        .await;
    reviews.click("li:first-child [data-report]").await;
    reviews.wait_for_count(".report-form", 1).await;

    // The page says that it is somebody else, without anybody having signed out.
    login.customer(claims("ben"));
    browser
        .evaluate::<()>("void Bookplate.identify(fetchToken)")
        .await;
    titled(&reviews, "").await;
    store_is_empty(&browser).await;
    reviews
        .wait_for("root.querySelector('#author').value === 'ben'")
        .await;
    reviews.wait_for_count("[aria-pressed=true]", 0).await;
    reviews.wait_for_count(".report-form", 0).await;

    // Nobody at all, as it turns out when the page comes back from the browser's memory.
    reviews.type_into("#title", "A secret of Ben's").await;
    let back = "void fetch('/shop/sign-out', { method: 'POST' }).then(() => \
                dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))";
    browser.evaluate::<()>(back).await;
    titled(&reviews, "").await;
    store_is_empty(&browser).await;
}

async fn a_draft_is_for_its_author_alone_also_on_the_next_page(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let login = &shop.stage.pages.login;
    login.customer(claims("ann"));
    let reviews = shop.sign_in(&browser).await;
    open_form(&reviews).await;
    // It is known by now who writes.
    reviews
        .wait_for("root.querySelector('#author').value === 'ann'")
        .await;
    reviews.type_into("#title", "A secret of Ann's").await;
    reviews.type_into("#body", "Twelve words").await;
    reviews.wait_for_text(".write .count", "12 of 10,000").await;
    // Her own draft comes back, with how long it is.
    shop.visit(&browser).await;
    reviews.wait_for_count("[data-discard]", 1).await;
    titled(&reviews, "A secret of Ann's").await;
    reviews
        .wait_for("root.querySelector('.write .count').textContent === '12 of 10,000'")
        .await;
    login.customer(claims("ben"));
    shop.visit(&browser).await;
    open_form(&reviews).await;
    titled(&reviews, "").await;
    store_is_empty(&browser).await;
    reviews
        .wait_for("root.querySelector('#author').value === 'ben'")
        .await;
}

/// Somebody of the staff does not accept what waits.
async fn refuse(shop: &Shop, note: &str) {
    let url = shop.stage.world.setup().database_url();
    let store = Store::open(url).await.unwrap();
    let note = note.to_owned();
    let refuse = move |db: &mut Db| {
        let shop = db.shop_by_key(KEY)?.unwrap().id;
        let waiting = db.moderation_page(&shop, Queue::Waiting.into(), None, 1)?;
        let review = &waiting.reviews[0];
        let decision = NewDecision {
            review: review.id.clone(),
            version: review.version,
            decision: Decision::Refuse,
            reason: Some(Reason::OffTopic),
            note,
            hide_earlier: false,
            waiting: None,
        };
        let staff = format!("stf_{}", "0".repeat(32)).parse().unwrap();
        db.decide(&staff, &shop, &[decision])?.unwrap();
        Ok::<_, StoreError>(())
    };
    store.write(refuse).await.unwrap();
}

async fn what_has_become_of_a_review_is_said_and_it_can_be_deleted(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let lin = customer(&shop, "lin").await;
    let text = json!({ "rating": 40, "title": "About ships", "body": "Ships.", "author": "Lin" });
    let path = format!("/v1/books/{PRIDE}/reviews");
    lin.post(&path, &text).await.expect_status(201);
    refuse(&shop, "There are no ships in it.").await;
    browser.viewport(390, 844).await;
    let reviews = shop.sign_in(&browser).await;
    open_form(&reviews).await;
    titled(&reviews, "About ships").await;
    let news = ".writing-news";
    reviews
        .wait_for_text(&format!("{news} strong"), "Not accepted")
        .await;
    reviews
        .wait_for_text(&format!("{news} blockquote"), "There are no ships in it.")
        .await;
    let said = reviews.text(news).await;
    assert!(said.contains("not about the book"), "{said}");
    assert_eq!(reviews.text(".write .count").await, "6 of 10,000");
    assert_eq!(
        reviews.text(".write button[type=submit]").await,
        "Send changes"
    );
    assert_eq!(browser.violations().await, [] as [String; 0]);
    assert_eq!(browser.axe("bookplate-reviews").await, "");
    // One press asks, the other one does it.
    let focus = "void root.querySelector('[data-delete]').focus()";
    reviews.evaluate::<()>(focus).await;
    browser.press(Key::Enter).await;
    reviews
        .wait_for_text("[data-delete]", "Yes, delete this review")
        .await;
    let own: OwnReviews = lin.get("/v1/customer/reviews").await.json();
    assert_eq!(own.reviews.len(), 1);
    browser.press(Key::Enter).await;
    reviews
        .wait_for_text(news, "Your review was deleted.")
        .await;
    titled(&reviews, "").await;
    assert_eq!(
        reviews.text(".write button[type=submit]").await,
        "Send review"
    );
    let own: OwnReviews = lin.get("/v1/customer/reviews").await.json();
    assert!(own.reviews.is_empty());
    store_is_empty(&browser).await;
    // Another one can be written at once.
    reviews.click(".rate label:nth-child(4)").await;
    reviews.type_into("#body", "Wit on every page.").await;
    reviews.click(".write button[type=submit]").await;
    reviews.wait_for_count(".writing-news .sent", 1).await;
    reviews
        .wait_for_count(".writing-news [data-delete]", 1)
        .await;
    reviews.wait_for_count(".own .votes", 0).await;
    assert_eq!(shop.approve().await, 1);
}

async fn what_is_wrong_with_language_or_photos_is_said_there(browser: Browser) {
    let shop = crate::photos::open().await;
    let folder = TempDir::new().unwrap();
    let reviews = shop.sign_in(&browser).await;
    open_form(&reviews).await;
    let photo = put(&folder, "cover.jpg", &from_a_phone(600, 400));
    reviews.type_into(".write [type=file]", &photo).await;
    wait_for_pictures(&reviews, ".chosen img", 1).await;
    reviews.click(".rate label:nth-child(4)").await;
    // As another program might fill them in.
    let wrong = "void (root.querySelector('#language').selectedOptions[0].value = '!', \
                 root.querySelector('.chosen [name=alt]').value = 'x'.repeat(201))";
    reviews.evaluate::<()>(wrong).await;
    reviews.click(".write button[type=submit]").await;
    let words = "Please choose one of these languages.";
    reviews.wait_for_text("#language-fault", words).await;
    reviews
        .wait_for("root.activeElement.id === 'language'")
        .await;
    reviews
        .wait_for(
            "root.querySelector('#photos-fault').textContent.includes('at most 200 characters')",
        )
        .await;
    let right = "void (root.querySelector('#language').value = 'en', \
                 root.querySelector('.chosen [name=alt]').value = 'The cover')";
    reviews.evaluate::<()>(right).await;
    reviews.click(".write button[type=submit]").await;
    reviews.wait_for_count(".writing-news .sent", 1).await;
}

async fn where_wasm_is_refused_a_vote_is_taken_on_the_hosted_page(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let pages = &shop.stage.pages;
    pages.change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    let server = shop.stage.world.server().address().to_owned();
    let signed_in = browser.engine() == Engine::Chromium;
    if signed_in {
        let token = session(&shop, &claims("lin")).await;
        enter(&browser, &shop, &server, &token).await;
    }
    browser.open(&pages.url("/")).await;
    let reviews = browser.shadow("bookplate-reviews");
    let helpful = "li:first-child .helpful";
    reviews
        .wait_for_text(helpful, "25 of 25 found this helpful")
        .await;
    reviews.click("li:first-child [data-vote=no]").await;
    if !signed_in {
        // Who signs in there comes back to the vote.
        browser
            .wait_for("location.pathname.endsWith('/sign-in')")
            .await;
        let back: String = browser
            .evaluate("new URLSearchParams(location.search).get('back')")
            .await;
        assert!(back.contains("/member/votes/rev_"), "{back}");
        return;
    }
    browser
        .wait_for("location.pathname.includes('/member/votes/rev_')")
        .await;
    browser
        .wait_for("document.querySelector('main').innerText.includes('Title 25')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    // What comes from another site says nothing by itself.
    let page = shop.stage.world.page(pages.origin(), KEY);
    let votes = async || {
        let path = format!("/v1/books/{PRIDE}/reviews");
        let list: ReviewPage = page.get(&path).await.json();
        (list.reviews[0].helpful, list.reviews[0].votes)
    };
    assert_eq!(votes().await, (25, 25));
    browser
        .find("button[value=no]")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.querySelector('[role=status]')?.innerText === 'Thank you. Your answer counts.'")
        .await;
    bookplate_tests::wait_until("it counts", async || votes().await == (25, 26)).await;
    browser
        .wait_for("document.querySelector('button[aria-pressed=true]')?.innerText === 'No'")
        .await;
    // And on to all reviews of the book.
    browser.find("main a.go").await.click().await.unwrap();
    browser
        .wait_for("location.pathname.endsWith('/reviews')")
        .await;
}
