//! `<bookplate-wishlist>` where the network fails, and where the list is long.

use crate::stage::{EMMA, PRIDE};
use crate::wishlist_element::{list, name_list, press, wait_for_order, wishing};
use crate::wishlists::Shop;
use bookplate_store::{Db, Store, StoreError};
use bookplate_tests::browser::{Browser, Engine};

bookplate_tests::browser_stories!(
    what_is_changed_without_network_waits_and_is_sent_in_order,
    what_an_earlier_page_wanted_and_the_shop_refused_is_told,
    a_heart_that_finds_no_room_once_it_is_sent_is_kept_and_told,
    more_of_a_long_list_comes_without_what_is_there,
);

/// Fills the default list of the only customer but for what is in it, which is one book.
async fn fill(shop: &Shop) {
    let books = (0..1_999).map(|at| format!("{},Filler\n", crate::stage::isbn(10_000 + at)));
    let csv = ["isbn,title\n".to_owned(), books.collect()].concat();
    let setup = shop.stage.world.setup();
    setup.import_catalogue(&csv).await;
    write(shop, |db| {
        let sql = "INSERT INTO wishes (id, list_id, edition_id, position, note, priority, quantity, added_at) \
                   SELECT lower(hex(randomblob(16))), l.id, e.id, 1, '', 'normal', 1, 1 \
                   FROM editions e, wishlists l WHERE e.title = 'Filler'";
        bookplate_store::db::Sql::new(sql).run(db)
    })
    .await;
}

/// Writes into the shop's database.
async fn write<T: Send + 'static>(
    shop: &Shop,
    what: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let store = Store::open(shop.stage.world.setup().database_url()).await;
    let store = store.unwrap();
    let done = store.write(what).await.unwrap();
    store.close().await;
    done
}

async fn what_is_changed_without_network_waits_and_is_sent_in_order(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody else can be taken the network away.
        return;
    }
    let (shop, shown) = wishing(&browser, &[PRIDE, EMMA]).await;
    browser.block(&["*/v1/customer/wishlists/*"]).await;
    press(&shown, EMMA, "down").await;
    wait_for_order(&shown, &[PRIDE, EMMA]).await;
    let words = "1 change is kept on this device, and sent as soon as the shop can be reached.";
    shown.wait_for_text(".notices p", words).await;
    shown
        .wait_for_text(&format!("[data-isbn='{EMMA}'] .waits"), "Not sent yet")
        .await;
    assert_eq!(shop.listed("c-1").await, [EMMA, PRIDE]);
    // Whatever happens to the page meanwhile.
    browser.block(&[]).await;
    shop.visit(&browser, "/").await;
    let shown = list(&browser).await;
    wait_for_order(&shown, &[PRIDE, EMMA]).await;
    let sent = async || shop.listed("c-1").await == [PRIDE, EMMA];
    bookplate_tests::wait_until("what waited is sent", sent).await;
    shown.wait_for_count(".notices p", 0).await;
}

async fn what_an_earlier_page_wanted_and_the_shop_refused_is_told(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody else can be taken the network away.
        return;
    }
    let (shop, shown) = wishing(&browser, &[PRIDE]).await;
    name_list(&shown, "new", "Gifts").await;
    shown.wait_for_text("h2", "Gifts").await;
    let id: String = shown
        .evaluate("root.querySelector('[name=shown]').value")
        .await;
    browser.block(&["*/v1/customer/wishlists/*"]).await;
    name_list(&shown, "rename", "Birthday").await;
    shown.wait_for_count(".notices p", 1).await;
    // Meanwhile the list is deleted on another device.
    write(&shop, move |db| {
        let sql = "UPDATE wishlists SET removed_at = 1 WHERE id = $1";
        bookplate_store::db::Sql::new(sql).arg(id).run(db)
    })
    .await;
    browser.block(&[]).await;
    shop.visit(&browser, "/").await;
    let shown = list(&browser).await;
    let words = "A change that was kept on this device was not accepted, and is undone.";
    shown.wait_for_text(".notices p", words).await;
    wait_for_order(&shown, &[PRIDE]).await;
}

async fn a_heart_that_finds_no_room_once_it_is_sent_is_kept_and_told(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody else can be taken the network away.
        return;
    }
    let (shop, _) = wishing(&browser, &[EMMA]).await;
    let pride = browser.shadow(&format!("[isbn='{PRIDE}']"));
    browser.block(&["*/v1/customer/wishes/*"]).await;
    pride.click(".heart").await;
    let kept = "Kept on this device, and sent as soon as the shop can be reached.";
    pride.wait_for_text(".wish-news p", kept).await;
    // Meanwhile another device fills the list.
    fill(&shop).await;
    browser.block(&[]).await;
    let [pride, _] = shop.visit(&browser, "/").await;
    let shown = list(&browser).await;
    let words = "1 wish is still on this device because your list is full.";
    shown.wait_for_text(".notices p", words).await;
    pride
        .wait_for("root.querySelector('.heart').ariaPressed === 'false'")
        .await;
    // Once there is room it goes there.
    emma_off(&browser).await;
    shop.visit(&browser, "/").await;
    let listed = async || {
        shop.listed("c-1")
            .await
            .first()
            .is_some_and(|first| first == PRIDE)
    };
    bookplate_tests::wait_until("it is on the list", listed).await;
    list(&browser).await.wait_for_count(".notices p", 0).await;
}

async fn more_of_a_long_list_comes_without_what_is_there(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody else tells what it has asked for.
        return;
    }
    let (shop, _) = wishing(&browser, &[PRIDE]).await;
    fill(&shop).await;
    shop.visit(&browser, "/").await;
    let shown = list(&browser).await;
    for count in [200, 300] {
        shown.click("[data-do=more]").await;
        shown.wait_for_count(".wishes li", count).await;
    }
    let requests = browser.requests().await;
    let pages = requests
        .iter()
        .filter(|request| request.name.contains("/wishes?limit="));
    let pages: Vec<_> = pages.map(|request| &request.name).collect();
    let firsts = pages.iter().filter(|url| !url.contains("&after=")).count();
    // One for each visit, and none for what comes after.
    assert_eq!(pages.len() - firsts, 2, "{pages:?}");
    let hearts: usize = browser
        .evaluate(
            "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/wishes?isbns=')).length",
        )
        .await;
    assert_eq!(hearts, 1, "all hearts of a page ask together");

    // Nothing but the one that is taken off is touched.
    shown
        .evaluate::<()>(
            "(window.moved = 0, void new MutationObserver((all) => (moved += all.reduce((sum, one) => \
             sum + one.addedNodes.length, 0))).observe(root.querySelector('.wishes'), { childList: true }))",
        )
        .await;
    let first: String = shown
        .evaluate("root.querySelector('.wishes li').dataset.isbn")
        .await;
    press(&shown, &first, "take").await;
    shown
        .wait_for(&format!("!root.querySelector('[data-isbn=\"{first}\"]')"))
        .await;
    assert_eq!(browser.evaluate::<usize>("moved").await, 0);
}

/// Takes the heart off the second book.
async fn emma_off(browser: &Browser) {
    let emma = browser.shadow(&format!("[isbn='{EMMA}']"));
    emma.click(".heart").await;
    emma.wait_for_text(".wish-news p", "Taken off your wishlist.")
        .await;
}
