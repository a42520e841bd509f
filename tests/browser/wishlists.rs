//! `<bookplate-wish-button>`: hearts of guests and customers, on pages of a shop with a login of its own.

use crate::stage::{Build, EMMA, KEY, PRIDE, Stage, shelf};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Options, Shadow};
use bookplate_tests::database::Kind;
use bookplate_wire::wishlists::Wish;
use serde_json::json;
use std::fmt::Write;

bookplate_tests::browser_stories!(
    a_hundred_hearts_make_one_request_and_share_one_wasm,
    a_guests_wishes_become_the_customers_and_nobody_elses,
    where_nothing_can_be_stored_that_is_said_and_wishes_are_merged_all_the_same,
    what_cannot_be_sent_is_sent_once_when_the_shop_can_be_reached,
    a_heart_is_pressed_and_undone_by_keyboard_and_fits_a_phone,
    where_wasm_is_refused_a_heart_leads_to_the_hosted_page,
);

const ON_DEVICE: &str = "Saved on this device only. Sign in to have it everywhere.";
const LISTED: &str = "On your wishlist.";

/// What is kept on the device, once nothing is under way: names of databases and of stored items.
const KEPT: &str = "(async () => [...(await indexedDB.databases()).map(({ name }) => name), ...Object.keys(localStorage)])()";

/// A shop with a login, and hearts for two books.
pub struct Shop {
    pub stage: Stage,
}

impl Shop {
    pub async fn open() -> Self {
        let setup = Setup::new(Kind::Sqlite).await;
        let stage = Stage::with_customers("account", setup).await;
        let pages = &stage.pages;
        pages.change_policy(|policy| {
            policy
                .replace("connect-src", "connect-src 'self'")
                .replace("form-action", "form-action 'self'")
        });
        let hearts = [PRIDE, EMMA].map(|isbn| {
            format!("<p><bookplate-wish-button isbn=\"{isbn}\"></bookplate-wish-button></p>")
        });
        pages.fill("include", &hearts.concat());
        pages.login.sign_with(&stage.secrets.identity, KEY);
        let shop = Self { stage };
        shop.next("c-1");
        shop
    }

    /// Whoever signs in is this customer.
    fn next(&self, id: &str) {
        let login = &self.stage.pages.login;
        login.customer(json!({ "sub": id, "name": id }));
    }

    pub async fn visit(&self, browser: &Browser, path: &str) -> [Shadow; 2] {
        browser.open(&self.stage.pages.url(path)).await;
        browser.wait_for(&all_hearts_are("!== null")).await;
        [PRIDE, EMMA].map(|isbn| browser.shadow(&format!("[isbn='{isbn}']")))
    }

    pub async fn sign_in(&self, browser: &Browser) {
        browser.evaluate::<()>("void (window.before = true)").await;
        browser.find("form button").await.click().await.unwrap();
        let there = format!("!window.before && {}", all_hearts_are("!== null"));
        browser.wait_for(&there).await;
    }

    /// Signs out as the shop's own button does.
    pub async fn sign_out(&self, browser: &Browser) {
        let script = "void Bookplate.signOut().then(() => fetch('/shop/sign-out', { method: 'POST' }))\
                      .then(() => { window.gone = true })";
        browser.evaluate::<()>(script).await;
        browser.wait_for("window.gone").await;
    }

    /// What the customer's default list has by now.
    pub async fn listed(&self, id: &str) -> Vec<String> {
        let external = id.to_owned();
        let url = self.stage.world.setup().database_url();
        let store = bookplate_store::Store::open(url).await.unwrap();
        let wishes = store
            .read(move |db| {
                let customer = bookplate_store::db::Sql::new(
                    "SELECT customer_id FROM customer_identifiers WHERE kind = 'external' AND value = $1",
                )
                .arg(external)
                .value(db)?;
                let Some(customer) = customer else {
                    return Ok(Vec::new());
                };
                let page = db.wishes(&customer, None, None, 100)?;
                Ok::<_, bookplate_store::StoreError>(page.map_or(Vec::new(), |page| page.wishes))
            })
            .await
            .unwrap();
        store.close().await;
        wishes
            .iter()
            .map(|wish: &Wish| wish.isbn.to_string())
            .collect()
    }
}

/// Whether of all hearts of the page it is known whether they are full, and they are so.
fn all_hearts_are(pressed: &str) -> String {
    format!(
        "document.readyState === 'complete' && [...document.querySelectorAll('bookplate-wish-button')].every(({{ shadowRoot }}) => \
         shadowRoot?.querySelector('[data-hydrated]') \
         && shadowRoot.querySelector('.heart').getAttribute('aria-pressed') {pressed})"
    )
}

/// Presses a heart, and waits until it says so.
async fn press(heart: &Shadow, said: &str) {
    heart.click(".heart").await;
    heart.wait_for_text(".wish-news p", said).await;
}

async fn full(heart: &Shadow, is_full: bool) {
    let script = format!("root.querySelector('.heart').ariaPressed === '{is_full}'");
    heart.wait_for(&script).await;
}

async fn a_hundred_hearts_make_one_request_and_share_one_wasm(browser: Browser) {
    let stage = Stage::set("shelf", Build::Release).await;
    let mut books = String::new();
    for isbn in shelf() {
        writeln!(
            books,
            "<li>{isbn} <bookplate-wish-button isbn=\"{isbn}\"></bookplate-wish-button></li>"
        )
        .unwrap();
    }
    books.push_str(
        "<li><bookplate-wish-button isbn=\"9780306406157\"></bookplate-wish-button></li>",
    );
    stage.pages.fill("books", &books);
    browser.open(&stage.pages.url("/")).await;
    browser.wait_for(&all_hearts_are("=== 'false'")).await;
    let requests = browser.requests().await;
    let count = |part: &str| requests.iter().filter(|r| r.name.contains(part)).count();
    assert_eq!(count("/v1/fragments"), 1, "{requests:?}");
    assert_eq!(count("split_personal"), 1, "{requests:?}");
    assert_eq!(
        count("wishlists.js") + count("identity.js"),
        2,
        "{requests:?}"
    );
    assert_eq!(
        count("/v1/customer") + count("split_reviews"),
        0,
        "{requests:?}"
    );
    // Nothing is stored before the first tap.
    assert_eq!(
        browser.evaluate::<Vec<String>>(KEPT).await,
        [] as [String; 0]
    );
    let heart = browser.shadow(&format!("[isbn='{}']", shelf()[1]));
    assert_eq!(
        heart
            .evaluate::<String>("root.querySelector('.heart').ariaLabel")
            .await,
        "Wishlist: Book 1"
    );
    // A book that the shop does not have has no heart.
    let unknown = browser.shadow("[isbn='9780306406157']");
    assert!(
        unknown
            .evaluate::<bool>("root.querySelector('.wish').hidden")
            .await
    );
    press(&heart, ON_DEVICE).await;
    full(&heart, true).await;
    assert_eq!(
        browser.evaluate::<Vec<String>>(KEPT).await,
        [format!("bookplate wishes {KEY}")]
    );
    assert_eq!(browser.violations().await, [] as [String; 0]);
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.layout_shift().await, 0.0);
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
    assert_eq!(browser.axe("body").await, "");
}

async fn a_guests_wishes_become_the_customers_and_nobody_elses(browser: Browser) {
    let shop = Shop::open().await;
    let [pride, emma] = shop.visit(&browser, "/").await;
    press(&pride, ON_DEVICE).await;
    press(&emma, ON_DEVICE).await;
    // Another device, in the same breath.
    let other = Browser::start(browser.engine(), Options::default())
        .await
        .unwrap();
    let [_, emma_there] = shop.visit(&other, "/").await;
    press(&emma_there, ON_DEVICE).await;
    shop.visit(&browser, "/").await;
    full(&pride, true).await;
    futures_util::join!(shop.sign_in(&browser), shop.sign_in(&other));
    full(&pride, true).await;
    full(&emma, true).await;
    full(&emma_there, true).await;
    let listed = shop.listed("c-1").await;
    assert!(
        listed.len() == 2
            && listed.contains(&PRIDE.to_owned())
            && listed.contains(&EMMA.to_owned()),
        "{listed:?}"
    );
    // From then on it is in the account, whichever device it is.
    press(&emma, "Taken off your wishlist.").await;
    emma.click("[data-do=undo]").await;
    emma.wait_for_text(".wish-news p", LISTED).await;
    press(&emma, "Taken off your wishlist.").await;
    assert_eq!(shop.listed("c-1").await, [PRIDE]);
    shop.visit(&other, "/").await;
    full(&emma_there, false).await;

    // Signing out leaves nothing on the device, and whoever comes next sees nothing of it.
    shop.sign_out(&browser).await;
    browser.wait_for(&all_hearts_are("=== 'false'")).await;
    shop.visit(&browser, "/").await;
    browser.wait_for(&all_hearts_are("=== 'false'")).await;
    assert_eq!(
        browser.evaluate::<Vec<String>>(KEPT).await,
        [] as [String; 0]
    );
    shop.next("c-2");
    shop.sign_in(&browser).await;
    browser.wait_for(&all_hearts_are("=== 'false'")).await;
    assert_eq!(shop.listed("c-2").await, [] as [String; 0]);
    assert_eq!(shop.listed("c-1").await, [PRIDE]);
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn where_nothing_can_be_stored_that_is_said_and_wishes_are_merged_all_the_same(
    browser: Browser,
) {
    let shop = Shop::open().await;
    // Where only databases are refused there is the other place.
    let [pride, _] = shop.visit(&browser, "/?no-database").await;
    press(&pride, ON_DEVICE).await;
    shop.visit(&browser, "/?no-database").await;
    full(&pride, true).await;
    press(&pride, "Taken off your wishlist.").await;
    let [_, emma] = shop.visit(&browser, "/?no-database&no-storage").await;
    let words = "This browser saves nothing, so this wish is kept only until you leave the page. Sign in to keep it.";
    press(&emma, words).await;
    // The page has a dialog of its own for that, and says so once somebody is signed in.
    let sign_in = "void fetch('/shop/sign-in', { method: 'POST', redirect: 'manual' }).then(() => Bookplate.identify(fetchToken))";
    browser.evaluate::<()>(sign_in).await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-signed-in')")
        .await;
    let merged = async || shop.listed("c-1").await == [EMMA];
    bookplate_tests::wait_until("the wish is merged", merged).await;
    full(&emma, true).await;
    shop.sign_out(&browser).await;
    browser.wait_for(&all_hearts_are("=== 'false'")).await;
}

async fn what_cannot_be_sent_is_sent_once_when_the_shop_can_be_reached(browser: Browser) {
    if browser.engine() != Engine::Chromium {
        // Nobody else can be taken the network away.
        return;
    }
    let shop = Shop::open().await;
    let [pride, emma] = shop.visit(&browser, "/").await;
    shop.sign_in(&browser).await;
    press(&emma, LISTED).await;
    browser.block(&["*/v1/customer/wishes/*"]).await;
    let words = "Kept on this device, and sent as soon as the shop can be reached.";
    press(&pride, words).await;
    press(&emma, words).await;
    full(&emma, false).await;
    assert_eq!(shop.listed("c-1").await, [EMMA]);
    // Whatever happens to the page meanwhile.
    browser.block(&[]).await;
    shop.visit(&browser, "/").await;
    let sent = async || shop.listed("c-1").await == [PRIDE];
    bookplate_tests::wait_until("what waited is sent", sent).await;
    full(&pride, true).await;
    full(&emma, false).await;

    // What somebody could not send is not sent by somebody else.
    browser.block(&["*/v1/customer/wishes/*"]).await;
    press(&emma, words).await;
    browser.block(&[]).await;
    shop.next("c-2");
    browser
        .evaluate::<()>("void fetch('/shop/sign-out', { method: 'POST' }).then(() => fetch('/shop/sign-in', { method: 'POST', redirect: 'manual' })).then(() => { window.changed = true })")
        .await;
    browser.wait_for("window.changed").await;
    shop.visit(&browser, "/").await;
    browser.wait_for(&all_hearts_are("=== 'false'")).await;
    press(&pride, LISTED).await;
    assert_eq!(shop.listed("c-2").await, [PRIDE]);
    assert_eq!(shop.listed("c-1").await, [PRIDE]);
}

async fn a_heart_is_pressed_and_undone_by_keyboard_and_fits_a_phone(browser: Browser) {
    let shop = Shop::open().await;
    for (width, lang) in [(390, "zh-CN"), (1280, "en")] {
        shop.stage.pages.fill("lang", lang);
        browser.viewport(width, 844).await;
        let [pride, _] = shop.visit(&browser, "/").await;
        pride
            .evaluate::<()>("void root.querySelector('.heart').focus()")
            .await;
        browser.press(Key::Enter).await;
        full(&pride, true).await;
        pride
            .wait_for_count(".wish-news a[data-tell=sign-in]", 1)
            .await;
        let fits: bool = pride
            .evaluate("(({ left, right, bottom }) => left >= 0 && right <= innerWidth && bottom <= innerHeight)\
                       (root.querySelector('.wish-news').getBoundingClientRect())")
            .await;
        assert!(fits, "{width} px");
        assert_eq!(browser.axe("body").await, "");
        browser.press(Key::Escape).await;
        pride.wait_for_count(".wish-news p", 0).await;
        browser.press(Key::Enter).await;
        full(&pride, false).await;
        pride.wait_for_count(".wish-news [data-do=undo]", 1).await;
        browser.press(Key::Tab).await;
        browser.press(Key::Enter).await;
        full(&pride, true).await;
        pride
            .wait_for("root.activeElement.className === 'heart'")
            .await;
        browser.press(Key::Enter).await;
        full(&pride, false).await;
    }
}

async fn where_wasm_is_refused_a_heart_leads_to_the_hosted_page(browser: Browser) {
    let shop = Shop::open().await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&shop.stage.pages.url("/")).await;
    let pride = browser.shadow(&format!("[isbn='{PRIDE}']"));
    pride.wait_for_count(".heart", 1).await;
    pride.click(".heart").await;
    // Who signs in there comes back to the wish.
    browser
        .wait_for("location.pathname.endsWith('/sign-in')")
        .await;
    let back: String = browser
        .evaluate("new URLSearchParams(location.search).get('back')")
        .await;
    assert!(back.contains(&format!("/member/wishes/{PRIDE}")), "{back}");
}
