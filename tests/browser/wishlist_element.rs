//! `<bookplate-wishlist>`: lists of guests and customers, on pages of a shop with a login of its own.

use crate::stage::{Build, EMMA, PRIDE, Stage, shelf};
use crate::wishlists::Shop;
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_tests::database::Kind;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

bookplate_tests::browser_stories!(
    hearts_and_lists_are_taken_over_without_a_mismatch,
    a_guests_list_is_kept_in_order_on_the_device_and_merged_at_signing_in,
    a_customers_lists_are_made_changed_and_had_back,
    the_page_says_which_list_is_shown_and_what_was_begun_stays_with_its_list,
    wishes_go_into_the_shops_cart_and_are_bought,
    a_list_is_put_in_order_by_keyboard_and_fits_a_phone,
    a_wish_is_dragged_to_its_place_and_escape_lets_it_go,
    a_page_with_hearts_alone_does_not_load_what_lists_need,
    where_wasm_is_refused_the_list_leads_to_the_hosted_page,
);

const LIST: &str = "<bookplate-wishlist book-url=\"/books/{isbn}\"></bookplate-wishlist>";

/// A shop with hearts for two books, and the list.
pub async fn open() -> Shop {
    let shop = Shop::open().await;
    let hearts = [PRIDE, EMMA].map(heart);
    shop.stage
        .pages
        .fill("include", &[hearts.concat(), LIST.to_owned()].concat());
    shop
}

fn heart(isbn: &str) -> String {
    format!("<p><bookplate-wish-button isbn=\"{isbn}\"></bookplate-wish-button></p>")
}

/// The list, once it is known whose it is.
pub async fn list(browser: &Browser) -> Shadow {
    let list = browser.shadow("bookplate-wishlist");
    list.wait_for("root.querySelector('.wishlist')?.ariaBusy === 'false' && root.querySelector('[data-hydrated]')")
        .await;
    list
}

/// The books of the list, in order.
const ORDER: &str = "[...root.querySelectorAll('.wishes li')].map((li) => li.dataset.isbn)";

pub async fn wait_for_order(list: &Shadow, isbns: &[&str]) {
    let wanted = serde_json::to_string(isbns).unwrap();
    list.wait_for(&format!("JSON.stringify({ORDER}) === '{wanted}'"))
        .await;
}

/// A shop with somebody signed in who has pressed the hearts of these books, one after the other; and the list.
pub async fn wishing(browser: &Browser, isbns: &[&str]) -> (Shop, Shadow) {
    let shop = open().await;
    shop.visit(browser, "/").await;
    shop.sign_in(browser).await;
    for isbn in isbns {
        let heart = browser.shadow(&format!("[isbn='{isbn}']"));
        heart.click(".heart").await;
    }
    let shown = list(browser).await;
    let latest_first: Vec<&str> = isbns.iter().rev().copied().collect();
    wait_for_order(&shown, &latest_first).await;
    (shop, shown)
}

/// Makes a list (`new`) or gives the one that is shown another name (`rename`).
pub async fn name_list(list: &Shadow, what: &str, name: &str) {
    list.click(&format!("[data-do={what}]")).await;
    list.wait_for("root.querySelector('dialog').open").await;
    list.type_into("[name=name]", name).await;
    list.click(".editor [type=submit]").await;
}

/// Presses a control of a wish.
pub async fn press(list: &Shadow, isbn: &str, what: &str) {
    list.click(&format!("[data-isbn='{isbn}'] [data-do={what}]"))
        .await;
}

async fn note(list: &Shadow, isbn: &str, words: &str) {
    press(list, isbn, "change").await;
    list.wait_for("root.querySelector('dialog').open").await;
    list.type_into("[name=note]", words).await;
    list.click(".editor [type=submit]").await;
    list.wait_for_text(&format!("[data-isbn='{isbn}'] .wish-note"), words)
        .await;
}

async fn hearts_and_lists_are_taken_over_without_a_mismatch(browser: Browser) {
    let stage = Stage::set("account", Build::Debug).await;
    let html = [heart(PRIDE), LIST.to_owned()].concat();
    stage.pages.fill("include", &html);
    for lang in ["en", "zh-CN"] {
        stage.pages.fill("lang", lang);
        browser.open(&stage.pages.url("/?silent")).await;
        for element in ["bookplate-wish-button", "bookplate-wishlist"] {
            let widget = browser.shadow(element);
            widget
                .wait_for("root.querySelector('.root > :not(.skeleton)')")
                .await;
            // Marked before wasm is there: the very same nodes have to be there after it.
            widget
                .evaluate::<()>(
                    "root.querySelectorAll('.root *').forEach((node) => { node.mark = 1 })",
                )
                .await;
            widget
                .wait_for("root.querySelector('[data-hydrated]')")
                .await;
            let kept = "[...root.querySelector('.root').children].every((node) => node.mark)";
            assert!(widget.evaluate::<bool>(kept).await, "{element}");
        }
        if browser.engine() == Engine::Chromium {
            assert_eq!(browser.console().await, [] as [String; 0]);
        }
    }
}

async fn a_guests_list_is_kept_in_order_on_the_device_and_merged_at_signing_in(browser: Browser) {
    let shop = open().await;
    let [pride, emma] = shop.visit(&browser, "/").await;
    let shown = list(&browser).await;
    shown.wait_for_count(".whose [data-tell=sign-in]", 1).await;
    for one in [&pride, &emma] {
        one.click(".heart").await;
    }
    wait_for_order(&shown, &[EMMA, PRIDE]).await;
    shown
        .wait_for_text(
            ".whose p",
            "These wishes are on this device only. Sign in to have them everywhere.",
        )
        .await;
    press(&shown, EMMA, "down").await;
    wait_for_order(&shown, &[PRIDE, EMMA]).await;
    note(&shown, PRIDE, "for Mei").await;
    press(&shown, PRIDE, "take").await;
    wait_for_order(&shown, &[EMMA]).await;
    shown.click("[data-do=undo]").await;
    wait_for_order(&shown, &[PRIDE, EMMA]).await;
    assert_eq!(browser.axe("bookplate-wishlist").await, "");
    // It outlives the page, and becomes the customer's as it is.
    shop.visit(&browser, "/").await;
    wait_for_order(&list(&browser).await, &[PRIDE, EMMA]).await;
    shop.sign_in(&browser).await;
    let shown = list(&browser).await;
    wait_for_order(&shown, &[PRIDE, EMMA]).await;
    shown
        .wait_for_text(&format!("[data-isbn='{PRIDE}'] .wish-note"), "for Mei")
        .await;
    shown.wait_for_count(".whose *", 0).await;
    assert_eq!(shop.listed("c-1").await, [PRIDE, EMMA]);
    // Nothing of it is left for whoever comes next.
    shop.sign_out(&browser).await;
    wait_for_order(&shown, &[]).await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn a_customers_lists_are_made_changed_and_had_back(browser: Browser) {
    let (shop, shown) = wishing(&browser, &[PRIDE, EMMA]).await;
    name_list(&shown, "new", "Gifts").await;
    shown.wait_for_text("h2", "Gifts").await;
    wait_for_order(&shown, &[]).await;
    let choose = |name: &str| {
        format!(
            "void (() => {{ const select = root.querySelector('[name=shown]'); \
             select.value = [...select.options].find(({{ text }}) => text.startsWith('{name}')).value; \
             select.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
        )
    };
    shown.evaluate::<()>(&choose("Wishlist")).await;
    wait_for_order(&shown, &[EMMA, PRIDE]).await;
    // Into the other list, with what else is said of it.
    press(&shown, PRIDE, "change").await;
    shown.wait_for("root.querySelector('dialog').open").await;
    shown
        .evaluate::<()>(
            "void (() => { const { elements } = root.querySelector('.editor form'); \
             elements.priority.value = 'high'; elements.quantity.value = '3'; elements.any_edition.checked = true; \
             elements.list.value = [...elements.list.options].find(({ text }) => text === 'Gifts').value })()",
        )
        .await;
    shown.click(".editor [type=submit]").await;
    wait_for_order(&shown, &[EMMA]).await;
    shown
        .wait_for_text(".wish-news p", "Now on the list Gifts.")
        .await;
    shown.evaluate::<()>(&choose("Gifts")).await;
    wait_for_order(&shown, &[PRIDE]).await;
    let facts =
        "root.querySelector('.wish-facts').textContent === 'Most wanted3 copiesAny edition'";
    shown.wait_for(facts).await;
    // Hearts go there for a while.
    shown.click("[data-do=rename]").await;
    shown.wait_for("root.querySelector('dialog').open").await;
    shown.click("[data-do=prefer]").await;
    shown.wait_for_text(".wish-news p", "Hearts go here").await;
    let goes = async || shop.listed("c-1").await == [PRIDE];
    bookplate_tests::wait_until("hearts go there", goes).await;
    shown.evaluate::<()>(&choose("Wishlist")).await;
    wait_for_order(&shown, &[EMMA]).await;
    shown.click("[data-do=rename]").await;
    shown.wait_for("root.querySelector('dialog').open").await;
    shown.click("[data-do=prefer]").await;
    let goes = async || shop.listed("c-1").await == [EMMA];
    bookplate_tests::wait_until("hearts go to the first one again", goes).await;
    shown.evaluate::<()>(&choose("Gifts")).await;
    wait_for_order(&shown, &[PRIDE]).await;
    // Deleted, and had back.
    shown.click("[data-do=rename]").await;
    shown.wait_for("root.querySelector('dialog').open").await;
    shown.click("[data-do=drop]").await;
    wait_for_order(&shown, &[EMMA]).await;
    shown.click("[data-do=undo]").await;
    shown.wait_for_text("h2", "Gifts").await;
    wait_for_order(&shown, &[PRIDE]).await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn the_page_says_which_list_is_shown_and_what_was_begun_stays_with_its_list(
    browser: Browser,
) {
    let (shop, shown) = wishing(&browser, &[PRIDE, EMMA]).await;
    let first: String = shown
        .evaluate("root.querySelector('.lists a').href.match(/list=(\\w+)/)[1]")
        .await;
    name_list(&shown, "new", "Gifts").await;
    shown.wait_for_text("h2", "Gifts").await;
    // The id is in the link to the page where a list is shared.
    let chosen = "root.querySelector('[name=shown]').value";
    let other: String = shown.evaluate(chosen).await;
    shown.wait_for(&format!("{chosen} === '{other}' && root.querySelector('.lists a').href.includes(`list=${{{chosen}}}`)")).await;

    let name = |id: &str| {
        format!("void document.querySelector('bookplate-wishlist').setAttribute('list', '{id}')")
    };
    browser.evaluate::<()>(&name(&first)).await;
    wait_for_order(&shown, &[EMMA, PRIDE]).await;
    shown.wait_for_text("h2", "Wishlist").await;
    // What is taken off one list comes back there, also once another one is shown.
    press(&shown, EMMA, "take").await;
    wait_for_order(&shown, &[PRIDE]).await;
    shown.wait_for_count(".wish-news [data-do=undo]", 1).await;
    browser.evaluate::<()>(&name(&other)).await;
    shown.wait_for_text("h2", "Gifts").await;
    shown.click("[data-do=undo]").await;
    let back = async || shop.listed("c-1").await == [EMMA, PRIDE];
    bookplate_tests::wait_until("it is back", back).await;
    assert_eq!(shown.count(".wishes li").await, 0);
    // So a name goes to the list for which it was written.
    browser.evaluate::<()>(&name(&first)).await;
    wait_for_order(&shown, &[EMMA, PRIDE]).await;
    shown.click("[data-do=rename]").await;
    shown.wait_for("root.querySelector('dialog').open").await;
    browser.evaluate::<()>(&name(&other)).await;
    shown.wait_for_text("h2", "Gifts").await;
    shown
        .evaluate::<()>("void (root.querySelector('[name=name]').value = ' ')")
        .await;
    shown.click(".editor [type=submit]").await;
    let fault = "A list needs a name of at most 60 characters.";
    shown.wait_for_text(".wish-news p", fault).await;
    browser.evaluate::<()>(&name(&first)).await;
    shown.wait_for_text("h2", "Wishlist").await;
    shown.click("[data-do=rename]").await;
    shown.wait_for("root.querySelector('dialog').open").await;
    browser.evaluate::<()>(&name(&other)).await;
    shown.wait_for_text("h2", "Gifts").await;
    shown.type_into("[name=name]", "Mine").await;
    shown.click(".editor [type=submit]").await;
    shown
        .wait_for("[...root.querySelector('[name=shown]').options].some(({ text }) => text.startsWith('Mine'))")
        .await;
    shown.wait_for_text("h2", "Gifts").await;
    // A page that names none shows the one for hearts.
    let none = "void document.querySelector('bookplate-wishlist').removeAttribute('list')";
    browser.evaluate::<()>(none).await;
    shown.wait_for_text("h2", "Mine").await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn wishes_go_into_the_shops_cart_and_are_bought(browser: Browser) {
    let (shop, shown) = wishing(&browser, &[PRIDE, EMMA]).await;
    // What is no list of books is an empty one.
    browser.evaluate::<()>("void (Bookplate.cart = 5)").await;
    let cart = "void (Bookplate.cart = [], window.handles = ['add-to-cart'], document.addEventListener('bookplate-add-to-cart', \
                ({ detail }) => (Bookplate.cart = [...(Bookplate.cart ?? []), ...detail.items.map(({ isbn }) => isbn)])))";
    browser.evaluate::<()>(cart).await;
    shown.click(&format!("[data-isbn='{PRIDE}'] .cart")).await;
    shown
        .wait_for_text(&format!("[data-isbn='{PRIDE}'] .in-cart"), "In your cart")
        .await;
    shown.wait_for_text(".wish-news p", "In your cart").await;
    shown
        .wait_for_count(&format!("[data-isbn='{PRIDE}'] .cart"), 0)
        .await;
    let heard: Value = browser
        .evaluate("heard.filter(({ type }) => type === 'bookplate-add-to-cart')")
        .await;
    let event = &heard[0];
    let item = &event["detail"]["items"][0];
    assert_eq!(
        (&item["isbn"], &item["quantity"]),
        (&json!(PRIDE), &json!(1))
    );
    assert!(item["list"].as_str().unwrap().starts_with("lst_"));
    for quality in ["bubbles", "composed", "cancelable"] {
        assert_eq!(event[quality], json!(true), "{quality}");
    }
    let types = include_str!("../../src/element/bookplate.d.ts");
    assert!(types.contains("'bookplate-add-to-cart'") && types.contains("  cart?: "));
    // The order comes.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let total = json!({ "amount": 900, "currency": "GBP" });
    let line = json!({ "line": "1", "isbn": PRIDE, "quantity": 1, "total": total });
    let order = json!({
        "number": "A-1", "placed_at": u64::try_from(now).unwrap(),
        "customer": { "external_id": "c-1" }, "lines": [line],
    });
    let backend = shop
        .stage
        .world
        .anonymous()
        .bearing(&shop.stage.secrets.api);
    let taken = backend
        .post("/v1/orders", &json!({ "orders": [order] }))
        .await;
    taken.expect_status(200);
    let [pride, _] = shop.visit(&browser, "/").await;
    let shown = list(&browser).await;
    shown
        .wait_for_count(&format!("[data-isbn='{PRIDE}'] .bought"), 1)
        .await;
    pride
        .wait_for("root.querySelector('.heart').ariaPressed === 'false'")
        .await;
    press(&shown, PRIDE, "want").await;
    shown.wait_for_count(".bought", 0).await;
}

async fn a_list_is_put_in_order_by_keyboard_and_fits_a_phone(browser: Browser) {
    let shop = open().await;
    browser.viewport(390, 844).await;
    for lang in ["en", "ja"] {
        shop.stage.pages.fill("lang", lang);
        let [pride, emma] = shop.visit(&browser, "/").await;
        let shown = list(&browser).await;
        if lang == "en" {
            for one in [&pride, &emma] {
                one.click(".heart").await;
            }
        }
        wait_for_order(&shown, &[EMMA, PRIDE]).await;
        let focus =
            format!("void root.querySelector('[data-isbn=\"{EMMA}\"] [data-do=down]').focus()");
        shown.evaluate::<()>(&focus).await;
        browser.press(Key::Enter).await;
        wait_for_order(&shown, &[PRIDE, EMMA]).await;
        // Who has moved it is still there, and hears where it is now.
        let held = format!("root.activeElement.closest('li')?.dataset.isbn === '{EMMA}'");
        shown.wait_for(&held).await;
        let words = if lang == "en" {
            "Emma: now 2 of 2."
        } else {
            "『Emma』は2冊中2番目になりました。"
        };
        shown.wait_for_text(".wish-news p", words).await;
        assert_eq!(browser.axe("bookplate-wishlist").await, "");
        let fits = "document.documentElement.scrollWidth <= innerWidth";
        assert!(browser.evaluate::<bool>(fits).await);
        press(&shown, PRIDE, "down").await;
        wait_for_order(&shown, &[EMMA, PRIDE]).await;
    }
}

async fn a_wish_is_dragged_to_its_place_and_escape_lets_it_go(browser: Browser) {
    let shop = open().await;
    let [pride, emma] = shop.visit(&browser, "/").await;
    for one in [&pride, &emma] {
        one.click(".heart").await;
    }
    let shown = list(&browser).await;
    wait_for_order(&shown, &[EMMA, PRIDE]).await;
    let handle = async |isbn: &str| shown.find(&format!("[data-isbn='{isbn}'] .drag")).await;
    let hold = async || {
        let chain = browser.web().action_chain();
        let held = chain.click_and_hold_element(&handle(EMMA).await);
        // A little below the other one's middle.
        let other = handle(PRIDE).await;
        held.move_to_element_center(&other).move_by_offset(0, 30)
    };
    let held = hold().await;
    held.perform().await.unwrap();
    shown.wait_for_count("[data-held]", 1).await;
    browser.press(Key::Escape).await;
    shown.wait_for_count("[data-held]", 0).await;
    browser
        .web()
        .action_chain()
        .release()
        .perform()
        .await
        .unwrap();
    wait_for_order(&shown, &[EMMA, PRIDE]).await;
    let held = hold().await;
    held.release().perform().await.unwrap();
    wait_for_order(&shown, &[PRIDE, EMMA]).await;
    shown
        .wait_for_text(".wish-news p", "Emma: now 2 of 2.")
        .await;
}

async fn a_page_with_hearts_alone_does_not_load_what_lists_need(browser: Browser) {
    let stage = Stage::set("shelf", Build::Release).await;
    let books = shelf();
    let hearts: Vec<_> = books
        .iter()
        .map(|isbn| {
            format!(
                "<li><bookplate-wish-button count isbn=\"{isbn}\"></bookplate-wish-button></li>"
            )
        })
        .collect();
    stage.pages.fill("books", &hearts.concat());
    browser.open(&stage.pages.url("/")).await;
    let heart = browser.shadow(&format!("[isbn='{}']", books[0]));
    heart
        .wait_for("root.querySelector('[data-hydrated]')")
        .await;
    heart
        .wait_for_text(".wishers .vh", "0 readers wish for it")
        .await;
    let requests = browser.requests().await;
    let count = |part: &str| requests.iter().filter(|r| r.name.contains(part)).count();
    assert_eq!(count("/v1/fragments"), 1, "{requests:?}");
    assert_eq!(
        count("lists.js") - count("wishlists.js") + count("split_wishlist"),
        0,
        "{requests:?}"
    );
}

async fn where_wasm_is_refused_the_list_leads_to_the_hosted_page(browser: Browser) {
    let setup = Setup::new(Kind::Sqlite).await;
    let stage = Stage::with_customers("account", setup).await;
    stage.pages.fill("include", LIST);
    stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&stage.pages.url("/?silent")).await;
    let shown = browser.shadow("bookplate-wishlist");
    shown.wait_for_text(".whose a", "Your wishlists").await;
    shown
        .wait_for("!root.querySelector('.root').hasAttribute('data-expected')")
        .await;
    shown.click(".whose a").await;
    browser
        .wait_for("location.pathname.endsWith('/sign-in')")
        .await;
}
