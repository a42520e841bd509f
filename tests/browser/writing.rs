//! Writing reviews in `<bookplate-reviews>`, on a page of a shop that has a login of its own; voting and reporting.

use crate::member::publish_rules;
use crate::stage::{Build, KEY, PRIDE, REVIEWS, Stage};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store, StoreError};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_tests::database::Kind;
use bookplate_wire::reviews::moderation::{Decision, NewDecision, Queue};
use serde_json::json;

bookplate_tests::browser_stories!(
    a_review_is_written_looked_at_and_read_by_somebody_else,
    what_breaks_a_rule_is_said_at_its_field_and_nothing_is_lost,
    more_about_the_book_is_told_and_warnings_are_for_who_asks,
    whoever_is_not_signed_in_signs_in_and_it_is_sent,
    a_draft_stays_through_a_reload_and_goes_with_its_author,
    where_wasm_is_refused_the_form_leads_to_the_hosted_page,
    a_reader_votes_and_takes_it_back,
    a_reader_reports_a_review,
    the_form_fits_a_phone_and_is_for_everybody,
    the_form_is_taken_over_without_a_mismatch,
    the_form_says_what_a_review_earns_and_readers_are_told,
);

const HYDRATED: &str =
    "document.querySelector('bookplate-reviews')?.shadowRoot?.querySelector('[data-hydrated]')";

/// A shop with a login, and reviews of a book.
pub struct Shop {
    pub stage: Stage,
}

impl Shop {
    pub async fn open(build: Build) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if build == Build::Debug {
            setup.program().use_debug_assets();
        }
        let stage = Stage::with_customers("account", setup).await;
        let pages = &stage.pages;
        pages.change_policy(|policy| {
            policy
                .replace("connect-src", "connect-src 'self'")
                .replace("form-action", "form-action 'self'")
        });
        // Below what floats in the page, which would take half of its width.
        let reviews = REVIEWS.replace("{{isbn}}", PRIDE);
        pages.fill("include", &format!("<div class=\"below\">{reviews}</div>"));
        pages.login.sign_with(&stage.secrets.identity, KEY);
        pages
            .login
            .customer(json!({ "sub": "c-1", "name": "Lin", "email": "lin@example.com" }));
        Self { stage }
    }

    /// The page, taken over by wasm.
    pub async fn visit(&self, browser: &Browser) -> Shadow {
        browser.open(&self.stage.pages.url("/")).await;
        browser.wait_for(HYDRATED).await;
        browser.shadow("bookplate-reviews")
    }

    /// The page after signing in at the shop.
    pub async fn sign_in(&self, browser: &Browser) -> Shadow {
        self.visit(browser).await;
        // The page that comes is another document than this one.
        browser.evaluate::<()>("void (window.before = true)").await;
        browser.find("form button").await.click().await.unwrap();
        browser
            .wait_for(&format!("!window.before && {HYDRATED}"))
            .await;
        browser.shadow("bookplate-reviews")
    }

    /// Somebody of the staff approves all that waits; how much that was.
    pub async fn approve(&self) -> usize {
        let url = self.stage.world.setup().database_url();
        let store = Store::open(url).await.unwrap();
        let approve = |db: &mut Db| {
            let shop = db.shop_by_key(KEY)?.unwrap().id;
            let waiting = db
                .moderation_page(&shop, Queue::Waiting.into(), None, 100)?
                .reviews;
            let decisions: Vec<_> = waiting
                .into_iter()
                .map(|review| NewDecision {
                    review: review.id,
                    version: review.version,
                    decision: Decision::Approve,
                    reason: None,
                    note: String::new(),
                    hide_earlier: false,
                    waiting: None,
                })
                .collect();
            let staff = format!("stf_{}", "0".repeat(32)).parse().unwrap();
            db.decide(&staff, &shop, &decisions)?.unwrap();
            Ok::<_, bookplate_store::StoreError>(decisions.len())
        };
        store.write(approve).await.unwrap()
    }
}

/// Opens the form and writes, by the keyboard alone.
async fn write(browser: &Browser, reviews: &Shadow) {
    reviews
        .evaluate::<()>("void root.querySelector('.writing > summary').focus()")
        .await;
    browser.press(Key::Enter).await;
    reviews
        .wait_for("root.querySelector('.writing').open")
        .await;
    reviews
        .evaluate::<()>("void root.querySelector('[name=rating]').focus()")
        .await;
    browser.press(Key::Space).await;
    for _ in 0..3 {
        browser.press(Key::Right).await;
    }
    reviews
        .wait_for("root.querySelector('[name=rating][value=\"40\"]').checked")
        .await;
    reviews.type_into("#title", "Wit on every page").await;
    reviews.type_into("#body", "I laughed.").await;
    reviews
        .evaluate::<()>("void root.querySelector('#body').setSelectionRange(2, 9)")
        .await;
    reviews.click("[data-spoiler]").await;
}

async fn a_review_is_written_looked_at_and_read_by_somebody_else(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    write(&browser, &reviews).await;
    assert_eq!(
        reviews
            .evaluate::<String>("root.querySelector('#body').value")
            .await,
        "I ||laughed||."
    );
    reviews.click(".write button[type=submit]").await;
    let thanks = "Thank you. Your review will be looked at and then shown.";
    reviews.wait_for_text(".writing-news .sent", thanks).await;
    assert_eq!(reviews.count(".own .spoiler").await, 1);
    assert_eq!(
        browser
            .evaluate::<String>("JSON.stringify(localStorage)")
            .await,
        "{}"
    );
    assert_eq!(browser.violations().await, [] as [String; 0]);
    // Nobody else sees it yet; once somebody has looked, everybody does.
    let newest = "/?nobody";
    browser.open(&shop.stage.pages.url(newest)).await;
    browser.wait_for(HYDRATED).await;
    assert_eq!(reviews.count(".writing-news .own").await, 0);
    assert_eq!(shop.approve().await, 1);
    let seen = async || {
        browser.open(&shop.stage.pages.url(newest)).await;
        browser.wait_for(HYDRATED).await;
        reviews.text(".score .count").await == "26 reviews"
    };
    bookplate_tests::wait_until("readers see the review", seen).await;
    reviews
        .evaluate::<()>("void (root.querySelector('[name=sort]').value = 'newest', root.querySelector('[name=sort]').dispatchEvent(new Event('change', { bubbles: true })))")
        .await;
    reviews
        .wait_for_text("li:first-child h3", "Wit on every page")
        .await;
    // Folded, and opened by the keyboard.
    assert!(
        !reviews
            .text("li:first-child .body")
            .await
            .contains("laughed")
    );
    reviews
        .evaluate::<()>("void root.querySelector('li .spoiler summary').focus()")
        .await;
    browser.press(Key::Enter).await;
    reviews
        .wait_for("root.querySelector('li .spoiler').open")
        .await;
    assert!(
        reviews
            .text("li:first-child .body")
            .await
            .contains("laughed")
    );
}

async fn what_breaks_a_rule_is_said_at_its_field_and_nothing_is_lost(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    reviews.click(".writing > summary").await;
    reviews.type_into("#body", "Thoughts").await;
    reviews.click(".write button[type=submit]").await;
    let words = "Please choose how many stars you give.";
    reviews.wait_for_text("#rating-fault", words).await;
    reviews
        .wait_for("root.activeElement.name === 'rating'")
        .await;
    assert_eq!(
        reviews
            .evaluate::<String>("root.querySelector('#body').value")
            .await,
        "Thoughts"
    );
    assert_eq!(shop.approve().await, 0);
}

async fn more_about_the_book_is_told_and_warnings_are_for_who_asks(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    write(&browser, &reviews).await;
    reviews.click("#incentivised").await;
    reviews.click("details.notes > summary").await;
    for chosen in [
        "[name=moods][value=funny]",
        "[name=warnings][value=death]",
        "[name=pace][value=fast]",
    ] {
        reviews.click(chosen).await;
    }
    assert_eq!(browser.axe("bookplate-reviews").await, "");
    // What was chosen belongs to the draft.
    shop.visit(&browser).await;
    reviews.click(".writing > summary").await;
    reviews
        .wait_for("root.querySelectorAll('.write details.notes[open] :checked').length === 3")
        .await;
    reviews
        .wait_for("root.querySelector('#incentivised').checked")
        .await;
    reviews.click(".write button[type=submit]").await;
    reviews
        .wait_for_text(".own p.notes", "Funny · Fast pace")
        .await;
    let label = "Received free or for a reward";
    reviews.wait_for_text(".own .label", label).await;
    assert_eq!(shop.approve().await, 1);
    let seen = async || {
        shop.visit(&browser).await;
        reviews.text(".score .count").await == "26 reviews"
    };
    bookplate_tests::wait_until("readers see the review", seen).await;
    reviews
        .evaluate::<()>("void (root.querySelector('[name=sort]').value = 'newest', root.querySelector('[name=sort]').dispatchEvent(new Event('change', { bubbles: true })))")
        .await;
    reviews.wait_for_text("li:first-child .label", label).await;
    let first = reviews.text("li:first-child article").await;
    assert!(
        first.contains("Content warnings: show") && !first.contains("Death"),
        "{first}"
    );
    reviews
        .evaluate::<()>("void root.querySelector('li [part=warnings] summary').focus()")
        .await;
    browser.press(Key::Enter).await;
    reviews
        .wait_for("root.querySelector('li [part=warnings]').innerText.includes('Death')")
        .await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn whoever_is_not_signed_in_signs_in_and_it_is_sent(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.visit(&browser).await;
    write(&browser, &reviews).await;
    reviews.click(".write button[type=submit]").await;
    reviews
        .wait_for_count(".writing-news [data-tell=sign-in]", 1)
        .await;
    // The page has a dialog of its own for that, and says so once somebody is signed in.
    browser
        .evaluate::<()>("void (window.handles = ['sign-in'])")
        .await;
    reviews.click("[data-tell=sign-in]").await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-sign-in')")
        .await;
    browser
        .evaluate::<()>("void fetch('/shop/sign-in', { method: 'POST', redirect: 'manual' }).then(() => Bookplate.identify(fetchToken))")
        .await;
    reviews.wait_for_count(".writing-news .sent", 1).await;
    assert_eq!(shop.approve().await, 1);
}

async fn a_draft_stays_through_a_reload_and_goes_with_its_author(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    write(&browser, &reviews).await;
    shop.visit(&browser).await;
    reviews.click(".writing > summary").await;
    reviews
        .wait_for("root.querySelector('#body').value === 'I ||laughed||.'")
        .await;
    reviews
        .wait_for("root.querySelector('[name=rating][value=\"40\"]').checked")
        .await;
    reviews.wait_for_count("[data-discard]", 1).await;
    // It is known by now who writes.
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-signed-in')")
        .await;
    browser.evaluate::<()>("void Bookplate.signOut()").await;
    browser
        .wait_for("JSON.stringify(localStorage) === '{}'")
        .await;
    reviews
        .wait_for("root.querySelector('#body').value === ''")
        .await;
    // One that is thrown away is gone as well.
    reviews.type_into("#title", "Another").await;
    shop.visit(&browser).await;
    reviews.click(".writing > summary").await;
    reviews.click("[data-discard]").await;
    reviews
        .wait_for("root.querySelector('#title').value === ''")
        .await;
    browser
        .wait_for("JSON.stringify(localStorage) === '{}'")
        .await;
}

async fn where_wasm_is_refused_the_form_leads_to_the_hosted_page(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&shop.stage.pages.url("/")).await;
    let reviews = browser.shadow("bookplate-reviews");
    reviews.wait_for_count(".writing", 1).await;
    reviews.click(".writing > summary").await;
    reviews.click(".rate label:nth-child(4)").await;
    reviews.type_into("#title", "Sent without wasm").await;
    reviews.click(".write button[type=submit]").await;
    browser
        .wait_for("location.pathname.includes('/member/reviews/')")
        .await;
    browser
        .wait_for("document.querySelector('#title')?.value === 'Sent without wasm'")
        .await;
    browser
        .wait_for("document.querySelector('[name=rating][value=\"40\"]').checked")
        .await;
    assert_eq!(browser.axe("main").await, "");
}

async fn a_reader_votes_and_takes_it_back(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    let first = "li:first-child";
    reviews
        .wait_for_text(&format!("{first} .helpful"), "25 of 25 found this helpful")
        .await;
    reviews.click(&format!("{first} [data-vote=no]")).await;
    reviews
        .wait_for_text(&format!("{first} .helpful"), "25 of 26 found this helpful")
        .await;
    reviews
        .wait_for("root.querySelector('li [data-vote=no]').ariaPressed === 'true'")
        .await;
    reviews.click(&format!("{first} [data-vote=yes]")).await;
    reviews
        .wait_for_text(&format!("{first} .helpful"), "26 of 26 found this helpful")
        .await;
    let path = format!("/v1/books/{PRIDE}/reviews");
    let page = shop.stage.world.page(shop.stage.pages.origin(), KEY);
    let counted = async || {
        let list: serde_json::Value = page.get(&path).await.json();
        list["reviews"][0]["votes"] == 26
    };
    bookplate_tests::wait_until("the vote is counted", counted).await;
    reviews.click(&format!("{first} [data-vote=yes]")).await;
    reviews
        .wait_for_text(&format!("{first} .helpful"), "25 of 25 found this helpful")
        .await;
    reviews
        .wait_for("root.querySelector('li [data-vote=yes]').ariaPressed === 'false'")
        .await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn a_reader_reports_a_review(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let reviews = shop.sign_in(&browser).await;
    reviews.click("li:first-child [data-report]").await;
    reviews
        .wait_for("root.activeElement.name === 'reason'")
        .await;
    reviews
        .evaluate::<()>("void (root.querySelector('[name=reason]').value = 'other')")
        .await;
    reviews.click(".report-form button").await;
    reviews
        .wait_for_text(".vote-news", "Please say in a few words what is wrong.")
        .await;
    reviews
        .type_into("[name=note]", "It is about another book.")
        .await;
    reviews.click(".report-form button").await;
    reviews
        .wait_for_text(".vote-news", "Thank you. The bookshop will look at it.")
        .await;
    reviews.wait_for_count(".report-form", 0).await;
    let store = Store::open(shop.stage.world.setup().database_url())
        .await
        .unwrap();
    let reported = |db: &mut Db| {
        let shop = db.shop_by_key(KEY)?.unwrap().id;
        db.moderation_page(&shop, Queue::Reported.into(), None, 10)
    };
    let reported = store.read(reported).await.unwrap();
    assert_eq!(
        reported.reviews[0].reports[0].note,
        "It is about another book."
    );
}

/// That nothing that `within` finds is wider than the screen, and none of the elements that `targets` gives is too small for
/// a finger.
pub async fn expect_to_fit(reviews: &Shadow, within: &str, targets: &str) {
    let wide = format!(
        "[...root.querySelectorAll('{within}')] \
           .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5) \
           .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()]) \
           .map(([html, {{ left, width }}]) => `${{html}} ${{left}} + ${{width}}`)"
    );
    let wide: Vec<String> = reviews.evaluate(&wide).await;
    assert_eq!(wide, [] as [String; 0], "wider than the screen");
    let small = format!(
        "{targets}.map((one) => [one.textContent, one.getBoundingClientRect()]) \
           .filter(([, {{ width, height }}]) => width < 44 || height < 44) \
           .map(([text, {{ width, height }}]) => `${{text}} ${{width}}×${{height}}`)"
    );
    let small: Vec<String> = reviews.evaluate(&small).await;
    assert_eq!(small, [] as [String; 0]);
}

async fn the_form_fits_a_phone_and_is_for_everybody(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    browser.viewport(390, 844).await;
    let reviews = shop.sign_in(&browser).await;
    write(&browser, &reviews).await;
    reviews.click("li:first-child [data-report]").await;
    let targets = "[...root.querySelectorAll('.write label, .write button, .vote, .writing > summary')] \
                   .filter((one) => one.checkVisibility() && one.matches('.rate label, button, summary'))";
    expect_to_fit(&reviews, "*", targets).await;
    assert_eq!(browser.axe("bookplate-reviews").await, "");
}

async fn the_form_says_what_a_review_earns_and_readers_are_told(browser: Browser) {
    let shop = Shop::open(Build::Debug).await;
    let rule = json!({ "review": { "points": 20 } });
    publish_rules(shop.stage.world.setup(), rule).await;
    let promise =
        "root.querySelector('.write > p')?.textContent.includes('20 points, however many stars')";
    let reviews = shop.sign_in(&browser).await;
    reviews.wait_for(promise).await;
    write(&browser, &reviews).await;
    reviews.click(".write button[type=submit]").await;
    reviews.wait_for("root.querySelector('.sent')").await;
    assert_eq!(shop.approve().await, 1);
    let points = shop.stage.world.setup().database_url().to_owned();
    let store = Store::open(&points).await.unwrap();
    let read = |db: &mut Db| {
        let labelled = Sql::new("SELECT COUNT(*) FROM reviews WHERE incentivised = 1");
        let earned = Sql::new(
            "SELECT CAST(SUM(granted) AS BIGINT) FROM point_lots WHERE rule = 'review_reward'",
        );
        Ok::<_, StoreError>((labelled.value::<i64>(db)?, earned.value::<i64>(db)?))
    };
    assert_eq!(store.read(read).await.unwrap(), (Some(1), Some(20)));
    store.close().await;
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
}

async fn the_form_is_taken_over_without_a_mismatch(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        return;
    }
    let shop = Shop::open(Build::Debug).await;
    let reviews = shop.sign_in(&browser).await;
    write(&browser, &reviews).await;
    assert_eq!(browser.console().await, [] as [String; 0]);
}
