//! `<bookplate-feedback>` where the network fails: what is written waits on the device, and is sent once.

use crate::feedback_element::{cases, element, live, open, visit};
use crate::photos::put;
use crate::stage::PRIDE;
use crate::wishlists::Shop;
use bookplate_store::Store;
use bookplate_tests::browser::{Browser, Engine, Shadow};
use bookplate_tests::logs;
use bookplate_tests::pictures::from_a_phone;
use tempfile::TempDir;

bookplate_tests::browser_stories!(
    an_answer_that_is_lost_on_its_way_makes_no_second_case,
    what_is_written_without_network_waits_with_its_photo_and_two_tabs_send_it_once,
    what_waited_and_was_refused_is_told_and_not_lost,
);

/// Has the page lose the answer to the next case, which the server has taken by then.
const LOSE: &str = "void ((real) => { window.fetch = async (address, options) => { \
     const reply = await real(address, options); \
     if (!window.lost && options?.method === 'POST' && new URL(address).pathname.endsWith('/feedback')) { \
       window.lost = true; throw new TypeError('the network is gone'); } \
     return reply; } })(window.fetch)";

const KEPT: &str = "Complaint: not sent yet. It is kept on this device, and sent as soon as the shop can be reached.";
const SENT: &str = "Complaint: sent. The bookshop has your message.";

async fn write(form: &Shadow, words: &str) {
    form.type_into("#body", words).await;
    form.click("[type=submit]").await;
}

async fn an_answer_that_is_lost_on_its_way_makes_no_second_case(browser: Browser) {
    let (shop, olga) = open(&element("kind=\"complaint\"")).await;
    let form = visit(&shop, &browser, "/?nobody").await;
    browser.evaluate::<()>(LOSE).await;
    write(&form, "The spine is broken.").await;
    form.wait_for_text(".on-device p", KEPT).await;
    form.wait_for("root.querySelector('#body').value === ''")
        .await;
    assert_eq!(cases(&shop, &olga).await.cases.len(), 1);
    // The next page sends it again, and shows the code, also the page after that, until it was seen.
    for _ in 0..2 {
        let form = visit(&shop, &browser, "/?nobody").await;
        form.wait_for_text(".on-device p", SENT).await;
        logs::keep_out(&form.text(".receipt .code").await);
    }
    assert_eq!(cases(&shop, &olga).await.cases.len(), 1);
    assert_eq!(browser.axe("bookplate-feedback").await, "");
    let form = browser.shadow("bookplate-feedback");
    form.click("[data-do=dismiss]").await;
    form.wait_for_count(".on-device *", 0).await;
    let form = visit(&shop, &browser, "/?nobody").await;
    form.wait_for_count(".on-device *", 0).await;
}

async fn what_is_written_without_network_waits_with_its_photo_and_two_tabs_send_it_once(
    browser: Browser,
) {
    if browser.engine() != Engine::Chromium {
        // Nobody else can be taken the network away.
        return;
    }
    let (shop, olga) = open(&element("kind=\"complaint\" as=\"button\"")).await;
    let folder = TempDir::new().unwrap();
    let form = visit(&shop, &browser, "/?nobody").await;
    form.click("[data-do=open]").await;
    browser.offline(true).await;
    let photo = put(&folder, "spine.jpg", &from_a_phone(600, 400));
    form.type_into("[type=file]", &photo).await;
    let waits = "Kept on this device. It goes along with your message.";
    form.wait_for_text(".chosen .hint", waits).await;
    write(&form, "The spine is broken.").await;
    form.wait_for_text(".on-device p", KEPT).await;
    form.click("[data-do=close]").await;
    let short = "Not sent yet: your message is kept on this device.";
    form.wait_for_text(".opener-news p", short).await;
    // The pages can be had again, the shop's server cannot; whatever happens to the page meanwhile.
    browser.block(&["*/v1/feedback*"]).await;
    browser.offline(false).await;
    visit(&shop, &browser, "/?nobody").await;
    let first = browser.web().window().await.unwrap();
    let second = browser.web().new_tab().await.unwrap();
    browser
        .web()
        .switch_to_window(second.clone())
        .await
        .unwrap();
    // What is blocked is so for one tab.
    browser.block(&["*/v1/feedback*"]).await;
    let form = visit(&shop, &browser, "/?nobody").await;
    form.wait_for_text(".opener-news p", short).await;
    assert_eq!(cases(&shop, &olga).await.cases.len(), 0);
    for tab in [second, first.clone()] {
        browser.web().switch_to_window(tab).await.unwrap();
        browser.block(&[]).await;
        browser
            .evaluate::<()>("void dispatchEvent(new Event('online'))")
            .await;
    }
    let form = live(&browser).await;
    let short = "Your message is sent. Here you see how to follow it.";
    form.wait_for_text(".opener-news p", short).await;
    let sent = cases(&shop, &olga).await.cases;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].case.body, "The spine is broken.");
    form.click("[data-do=open]").await;
    form.wait_for_text(".taken > p", SENT).await;
    logs::keep_out(&form.text(".receipt .code").await);
    // Seen in one tab, it is gone in the other one.
    form.click("[data-do=dismiss]").await;
    form.wait_for_count(".on-device *", 0).await;
    let others = browser.web().windows().await.unwrap();
    let other = others.into_iter().find(|one| *one != first).unwrap();
    browser.web().switch_to_window(other).await.unwrap();
    let form = live(&browser).await;
    form.wait_for_count(".opener-news p", 0).await;
    assert_eq!(cases(&shop, &olga).await.cases.len(), 1);
}

async fn what_waited_and_was_refused_is_told_and_not_lost(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody else can be taken the network away.
        return;
    }
    let (shop, olga) = open(&element("kind=\"complaint\"")).await;
    let form = visit(&shop, &browser, "/?nobody").await;
    browser.block(&["*/v1/feedback*"]).await;
    write(&form, "The spine is broken.").await;
    form.wait_for_text(".on-device p", KEPT).await;
    // Meanwhile the shop has the book no more.
    forget_book(&shop).await;
    browser.block(&[]).await;
    let form = visit(&shop, &browser, "/?nobody").await;
    let refused = "Complaint: the shop could not accept what was kept on this device. Your words are still here.";
    form.wait_for_text(".on-device p", refused).await;
    form.click("[data-do=again]").await;
    form.wait_for("root.querySelector('#body').value === 'The spine is broken.'")
        .await;
    form.wait_for_count(".on-device *", 0).await;
    // What was wrong is said where it can be mended: the book goes along no more.
    form.click("[type=submit]").await;
    form.wait_for("root.textContent.includes('This shop has no book with this ISBN.')")
        .await;
    form.click("[name=isbn]").await;
    form.click("[type=submit]").await;
    form.wait_for_count(".receipt .code", 1).await;
    logs::keep_out(&form.text(".receipt .code").await);
    assert_eq!(cases(&shop, &olga).await.cases.len(), 1);
}

/// Gives the book another ISBN.
async fn forget_book(shop: &Shop) {
    let store = Store::open(shop.stage.world.setup().database_url()).await;
    let store = store.unwrap();
    let forget = |db: &mut bookplate_store::Db| {
        bookplate_store::db::Sql::new("UPDATE editions SET isbn = '9780000000002' WHERE isbn = $1")
            .arg(PRIDE)
            .run(db)
    };
    store.write(forget).await.unwrap();
    store.close().await;
}
