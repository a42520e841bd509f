//! How likely a recommendation of the shop is: asked on the shop's own page, below the account, once.

use super::{HYDRATED, LIN, Shop};
use crate::owner::Owner;
use crate::stage::Build;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_wire::surveys::nps::{NpsComments, NpsReport};
use reqwest::Method;
use serde_json::json;

bookplate_tests::browser_stories!(
    a_customer_is_asked_once_on_the_shops_page_when_the_question_is_in_view,
    the_question_is_put_away_by_keyboard_on_a_phone,
);

/// A shop that asks, and its owner.
async fn asking() -> (Shop, Owner) {
    let shop = Shop::open(Build::Release).await;
    let world = &shop.stage.world;
    let owner = Owner::enrol(world, None).await;
    let settings = json!({ "asks": true, "after_days": 0 });
    let path = owner.api("nps/settings");
    let set = owner.elsewhere(world);
    let set = set.send_json(Method::PUT, &path, &settings).await;
    set.expect_status(200);
    (shop, owner)
}

async fn report(shop: &Shop, owner: &Owner) -> NpsReport {
    let asked = owner.elsewhere(&shop.stage.world);
    asked.get(&owner.api("nps")).await.json()
}

/// The page once more, with Lin signed in.
async fn again(shop: &Shop, browser: &Browser) -> Shadow {
    browser.open(&shop.stage.pages.url("/")).await;
    browser.wait_for(HYDRATED).await;
    let account = browser.shadow("bookplate-account");
    account.wait_for_text("h2", &format!("Hello, {LIN}")).await;
    account.wait_for_count(".order", 10).await;
    account
}

const SEE: &str = "void root.querySelector('.nps-place').scrollIntoView({ block: 'center' })";

async fn a_customer_is_asked_once_on_the_shops_page_when_the_question_is_in_view(browser: Browser) {
    let (shop, owner) = asking().await;
    let account = shop.sign_in(&browser).await;
    account.wait_for_count(".order", 10).await;
    // Ten orders are more than a window shows: nobody has seen a question, and nobody was asked.
    assert_eq!(account.count(".nps").await, 0);
    assert_eq!(report(&shop, &owner).await.figures.asked, 0);
    let first = "root.querySelector('.order').getBoundingClientRect().top + scrollY";
    let before: f64 = account.evaluate(first).await;
    account.evaluate::<()>(SEE).await;
    account.wait_for_count(".nps", 1).await;
    assert_eq!(account.evaluate::<f64>(first).await, before);
    assert_eq!(report(&shop, &owner).await.figures.asked, 1);
    let question = account.text(".nps legend").await;
    assert!(question.starts_with("How likely is it"), "{question}");
    assert_eq!(browser.violations().await, [] as [String; 0]);
    assert_eq!(browser.axe("bookplate-account").await, "");
    // Without a number there is no answer; what was written stays.
    account.type_into(".nps textarea", "Good tea.").await;
    account.click(".nps [value=answer]").await;
    account
        .wait_for("root.querySelector('.nps .fault').checkVisibility()")
        .await;
    account.click(".nps label:nth-child(10)").await;
    account.click(".nps [value=answer]").await;
    let thanks = "Thank you, that is noted.";
    account.wait_for_text(".nps-place p", thanks).await;
    let told = report(&shop, &owner).await.figures;
    assert_eq!((told.asked, told.promoters), (1, 1));
    let comments = owner.elsewhere(&shop.stage.world);
    let comments = comments.get(&owner.api("nps/comments")).await;
    let comments: NpsComments = comments.json();
    assert_eq!(comments.comments[0].comment, "Good tea.");

    let account = again(&shop, &browser).await;
    account.evaluate::<()>(SEE).await;
    // Whatever is on its way is there after one more question to the server.
    assert_eq!(report(&shop, &owner).await.figures.asked, 1);
    assert_eq!(account.count(".nps").await, 0);
}

async fn the_question_is_put_away_by_keyboard_on_a_phone(browser: Browser) {
    let (shop, owner) = asking().await;
    browser.viewport(390, 844).await;
    let account = shop.sign_in(&browser).await;
    account.wait_for_count(".order", 10).await;
    account.evaluate::<()>(SEE).await;
    account.wait_for_count(".nps", 1).await;
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(fits).await;
    let small = "[...root.querySelectorAll('.nps :is(label.choice, button)')].filter((one) => \
                 one.getBoundingClientRect().height < 44).length";
    assert_eq!(account.evaluate::<u32>(small).await, 0);
    account
        .evaluate::<()>("void root.querySelector('.nps [name=score]').focus()")
        .await;
    if browser.engine() == Engine::Chromium {
        browser.press(Key::Right).await;
        account
            .wait_for("root.querySelector('.nps [value=\"1\"]').checked")
            .await;
    }
    account
        .evaluate::<()>("void root.querySelector('.nps [value=dismiss]').focus()")
        .await;
    browser.press(Key::Enter).await;
    let away = "All right, we shall not ask again for three months.";
    account.wait_for_text(".nps-place p", away).await;
    account
        .wait_for("root.activeElement === root.querySelector('.nps-place p')")
        .await;
    let told = report(&shop, &owner).await.figures;
    assert_eq!((told.asked, told.answered()), (1, 0));
}
