//! The shop's answers to frequent questions, offered to who is about to write: on a shop's own page and on the hosted one.

use crate::feedback_element::{cases, element, open, visit};
use crate::office::HYDRATED;
use crate::owner::Owner;
use crate::stage::KEY;
use crate::wishlists::Shop;
use crate::writing::expect_to_fit;
use bookplate_tests::browser::{Browser, Engine, Shadow};
use bookplate_tests::logs;
use bookplate_wire::faq::ArticleList;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    while_somebody_writes_the_shops_answers_are_offered_and_one_that_fits_spares_the_message,
    on_the_hosted_page_answers_are_offered_too_and_without_script_a_link_leads_to_them,
);

/// What somebody is about to ask.
const PARCEL: &str = "My parcel has not arrived.";

async fn write_articles(shop: &Shop, owner: &Owner) {
    let staff = owner.elsewhere(&shop.stage.world);
    for (title, body) in [
        (
            "When does my parcel arrive?",
            "Within *three days*. You can follow it:\n\n1. Open the letter.\n2. Follow the link.",
        ),
        ("Do you gift-wrap?", "Of course. Say so with your order."),
    ] {
        let text = json!({ "language": "en", "title": title, "body": body });
        let article = json!({ "texts": [text], "published": true });
        staff
            .post(&owner.api("faq"), &article)
            .await
            .expect_status(201);
    }
}

/// How often articles have answered something.
async fn answered(shop: &Shop, owner: &Owner) -> u32 {
    let asked = owner
        .elsewhere(&shop.stage.world)
        .get(&owner.api("faq"))
        .await;
    let list: ArticleList = asked.json();
    list.articles.iter().map(|article| article.answered).sum()
}

/// Types into what has the focus.
async fn type_keys(browser: &Browser, keys: &str) {
    logs::keep_out(keys);
    let chain = browser.web().action_chain().send_keys(keys);
    chain.perform().await.unwrap();
}

async fn point_at(browser: &Browser, form: &Shadow, css: &str) {
    let chain = browser.web().action_chain();
    let found = form.find(css).await;
    found.scroll_into_view().await.unwrap();
    chain
        .move_to_element_center(&found)
        .perform()
        .await
        .unwrap();
    form.wait_for(&format!(
        "root.querySelector({}).matches(':hover')",
        json!(css)
    ))
    .await;
}

async fn while_somebody_writes_the_shops_answers_are_offered_and_one_that_fits_spares_the_message(
    browser: Browser,
) {
    let (shop, olga) = open(&element("")).await;
    write_articles(&shop, &olga).await;
    let form = visit(&shop, &browser, "/?nobody").await;
    form.click("#body").await;
    type_keys(&browser, PARCEL).await;
    form.wait_for_text(".faq-news", "This may answer it already")
        .await;
    assert_eq!(
        form.texts(".faq-title").await,
        ["When does my parcel arrive?"]
    );
    let opening = "Within three days. You can follow it: Open the letter. Follow the link.";
    form.wait_for_text(".faq-opening", opening).await;
    // Whoever writes goes on writing.
    form.wait_for("root.activeElement.id === 'body'").await;
    type_keys(&browser, " Do you gift-wrap?").await;
    form.wait_for_count(".faq-list > li", 2).await;
    form.click(".faq-list summary").await;
    let link = "root.querySelector('.faq-offer[open] a').href";
    let href: String = form.evaluate(link).await;
    assert!(
        href.contains(&format!("/shops/{KEY}/faq/faq_")) && href.ends_with("?lang=en"),
        "{href}"
    );
    let targets = "[...root.querySelectorAll('summary, .faq-offer[open] button')]";
    expect_to_fit(&form, ".feedback *", targets).await;
    // axe adds a sheet of its own, which the policy refuses.
    assert_eq!(browser.violations().await, [] as [String; 0]);
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
    assert_eq!(browser.axe("bookplate-feedback").await, "");

    // As long as the pointer is at something below, nothing moves away under it.
    form.click("#body").await;
    point_at(&browser, &form, "[type=submit]").await;
    let asked = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/faq/search')).length";
    let before: u32 = browser.evaluate(asked).await;
    form.evaluate::<()>(
        "(root.querySelector('#body').value = 'Do you gift-wrap', void root.querySelector('#body').focus())",
    )
    .await;
    type_keys(&browser, "?").await;
    browser.wait_for(&format!("{asked} > {before}")).await;
    assert_eq!(form.count(".faq-list > li").await, 2);
    form.click("#body").await;
    form.wait_for_count(".faq-list > li", 1).await;

    // It is not needed any more, until it is.
    form.click(".faq-list summary").await;
    form.click("[data-do=answered]").await;
    form.wait_for(
        "root.activeElement.matches('.faq-thanks') && root.querySelector('#body').value === ''",
    )
    .await;
    let thanks = "Good to know. Thank you! What you wrote was not sent.";
    form.wait_for_text(".faq-thanks", thanks).await;
    assert_eq!(browser.axe("bookplate-feedback").await, "");
    let drafts = "Object.keys(localStorage).filter((name) => name.startsWith('bookplate draft'))";
    assert_eq!(browser.evaluate::<Value>(drafts).await, json!([]));
    form.click("[data-do=put-back]").await;
    form.wait_for("root.querySelector('#body').value === 'Do you gift-wrap?' && root.activeElement.id === 'body'")
        .await;
    // It is the same draft, which is counted once. The pointer is still where the button was.
    form.click("#body").await;
    form.wait_for_count(".faq-list > li", 1).await;
    form.click(".faq-list summary").await;
    form.click("[data-do=answered]").await;
    form.wait_for("root.activeElement.matches('.faq-thanks')")
        .await;
    form.click("#body").await;
    type_keys(&browser, "Thank you!").await;
    form.wait_for_text(".faq-news", "").await;
    assert_eq!(answered(&shop, &olga).await, 1);
    assert_eq!(cases(&shop, &olga).await.cases.len(), 0);
}

async fn on_the_hosted_page_answers_are_offered_too_and_without_script_a_link_leads_to_them(
    browser: Browser,
) {
    let (shop, olga) = open(&element("")).await;
    write_articles(&shop, &olga).await;
    let world = &shop.stage.world;
    let path = format!("/shops/{KEY}/feedback?lang=en");
    let page = world.anonymous().get(&path).await;
    assert!(
        page.html()
            .contains(&format!("href=\"/shops/{KEY}/faq?lang=en\"")),
        "{}",
        page.text()
    );

    browser.viewport(390, 844).await;
    browser
        .open(&format!("{}{path}", world.server().address()))
        .await;
    browser.wait_for(HYDRATED).await;
    browser.find("#body").await.click().await.unwrap();
    type_keys(&browser, PARCEL).await;
    browser
        .wait_for(
            "document.querySelector('.faq-title')?.textContent === 'When does my parcel arrive?'",
        )
        .await;
    browser
        .wait_for("document.activeElement.id === 'body'")
        .await;
    browser
        .find(".faq-list summary")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.querySelector('.faq-offer[open] .prose em').checkVisibility()")
        .await;
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(fits).await;
    assert_eq!(browser.axe("html").await, "");
    browser
        .find("[data-do=answered]")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.activeElement.matches('.faq-thanks') && document.querySelector('#body').value === ''")
        .await;
    assert_eq!(browser.axe("html").await, "");
    browser
        .find("[data-do=put-back]")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for(&format!(
            "document.querySelector('#body').value === {}",
            json!(PARCEL)
        ))
        .await;
    browser
        .find("main form button[type=submit]")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.querySelector('.receipt .code')")
        .await;
    assert_eq!(answered(&shop, &olga).await, 1);
    assert_eq!(cases(&shop, &olga).await.cases.len(), 1);
}
