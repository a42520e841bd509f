//! `<bookplate-wishlist>` with as many wishes as a list can have, in Chromium: what the page's main thread has to do for it.
//!
//! `cargo xtask bench` runs this, with the program and the browser files that shoppers get, and reads what it prints: JSON.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it is a program that prints its result; what goes wrong is told by a panic, as in a test"
)]

use bookplate_store::db::Sql;
use bookplate_store::{Db, Store, StoreError};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Options, Shadow};
use bookplate_tests::database::Kind;
use bookplate_tests::pages::Pages;
use bookplate_wire::wishlists::{WISHES_MAX, WishChange};
use bookplate_wire::{CustomerId, Isbn, ShopId};
use serde_json::{Value, json};
use std::fmt::Write;

const KEY: &str = "pk_stage";
/// How often a wish is put one place further down.
const STEPS: u32 = 20;
/// How often the mouse is moved while it holds a wish.
const MOVES: u32 = 40;

/// What the main thread has done, in milliseconds of the processor.
#[derive(Clone, Copy)]
struct Spent {
    script: f64,
    /// Finding out how everything looks,
    style: f64,
    /// and where it stands.
    layout: f64,
}

impl Spent {
    /// Since the page was opened or since before that: figures of another process begin anew.
    async fn of(browser: &Browser) -> Self {
        let asked = browser.web().cdp();
        let got = asked.send_raw("Performance.getMetrics", json!({})).await;
        let got = got.unwrap();
        let metric = |name: &str| {
            let mut all = got["metrics"].as_array().unwrap().iter();
            let one = all.find(|metric| metric["name"] == name).unwrap();
            one["value"].as_f64().unwrap() * 1e3
        };
        Self {
            script: metric("ScriptDuration"),
            style: metric("RecalcStyleDuration"),
            layout: metric("LayoutDuration"),
        }
    }

    /// What was done since `before`, for each of `steps`.
    fn since(self, before: Self, name: &str, steps: u32) -> Value {
        let each = |now: f64, before: f64| {
            let spent = if now < before { now } else { now - before };
            spent / f64::from(steps)
        };
        json!({
            "name": name,
            "fetched": name.contains("100 of"),
            "script": each(self.script, before.script),
            "style": each(self.style, before.style),
            "layout": each(self.layout, before.layout),
        })
    }
}

#[tokio::main]
async fn main() {
    let mut setup = Setup::new(Kind::Sqlite).await;
    for limit in ["BOOKPLATE_LIMIT_CUSTOMER", "BOOKPLATE_LIMIT_ADDRESS"] {
        setup.program().set(limit, "0");
    }
    let pages = Pages::start("account").await;
    setup.shop(KEY, &[pages.origin()]).await;
    let books = isbns();
    setup.import_catalogue(&catalogue(&books)).await;
    let said = setup
        .run(&["secret", "create", "identity", "--shop", KEY])
        .await;
    let secret = said.trim().split_once("  ").unwrap().1;
    pages.login.sign_with(secret, KEY);
    pages.login.customer(json!({ "sub": "c-1" }));
    let world = setup.open().await;
    pages.change_policy(|policy| {
        policy
            .replace("connect-src", "connect-src 'self'")
            .replace("form-action", "form-action 'self'")
    });
    pages.fill("api", world.server().address());
    pages.fill("lang", "en");
    let list = "<bookplate-wishlist book-url=\"/books/{isbn}\"></bookplate-wishlist>";
    pages.fill("include", list);

    let browser = Browser::start(Engine::Chromium, Options::default()).await;
    let browser = browser.unwrap();
    browser.open(&pages.url("/")).await;
    browser.find("form button").await.click().await.unwrap();
    let list = browser.shadow("bookplate-wishlist");
    list.wait_for("root.querySelector('.empty')").await;
    wish_for_all(world.setup().database_url(), books).await;
    let asked = browser.web().cdp();
    // What the thread works, and not for how long others keep it waiting.
    let domain = json!({ "timeDomain": "threadTicks" });
    let enabled = asked.send_raw("Performance.enable", domain).await;
    enabled.unwrap();
    let measured = measure(&browser, &pages.url("/"), &list).await;
    println!("{}", Value::from(measured));
}

async fn measure(browser: &Browser, url: &str, list: &Shadow) -> Vec<Value> {
    let mut measured = Vec::new();
    let mut before = Spent::of(browser).await;
    let mut shown = 100;
    browser.open(url).await;
    list.wait_for_count(".wishes li", shown).await;
    painted(browser).await;
    let mut after = Spent::of(browser).await;
    measured.push(after.since(before, "opened, with the first 100 of 2,000", 1));
    while shown < WISHES_MAX as usize {
        before = after;
        list.evaluate::<()>("void root.querySelector('[data-do=more]').click()")
            .await;
        shown += 100;
        list.wait_for_count(".wishes li", shown).await;
        painted(browser).await;
        after = Spent::of(browser).await;
    }
    measured.push(after.since(before, "the last 100 of 2,000", 1));

    // By keyboard, in the middle of the list.
    let down = "root.querySelector('.wishes li:nth-child(1000) [data-do=down]')";
    list.evaluate::<()>(&format!("void {down}.focus()")).await;
    painted(browser).await;
    before = Spent::of(browser).await;
    for step in 1..=STEPS {
        browser.press(Key::Enter).await;
        answered(browser, step).await;
    }
    after = Spent::of(browser).await;
    measured.push(after.since(before, "a wish one place down, of 2,000", STEPS));

    // By mouse.
    let place: [f64; 2] = list
        .evaluate(
            "(() => { const handle = root.querySelector('.wishes li:nth-child(1000) [data-drag]'); \
             handle.scrollIntoView({ block: 'center' }); const box = handle.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2] })()",
        )
        .await;
    painted(browser).await;
    let mouse = async |kind: &str, down: f64| {
        let event = json!({
            "type": kind, "x": place[0], "y": place[1] + down, "button": "left", "buttons": 1,
            "clickCount": 1,
        });
        let sent = browser.web().cdp();
        sent.send_raw("Input.dispatchMouseEvent", event)
            .await
            .unwrap();
        painted(browser).await;
    };
    before = Spent::of(browser).await;
    mouse("mousePressed", 0.0).await;
    after = Spent::of(browser).await;
    measured.push(after.since(before, "a wish held by the mouse, of 2,000", 1));
    for step in 1..=MOVES {
        mouse("mouseMoved", f64::from(step) * 6.0).await;
    }
    before = after;
    after = Spent::of(browser).await;
    measured.push(after.since(before, "it moved by 6 pixels", MOVES));
    mouse("mouseReleased", f64::from(MOVES) * 6.0).await;
    answered(browser, STEPS + 1).await;
    before = after;
    after = Spent::of(browser).await;
    measured.push(after.since(before, "it dropped", 1));
    measured
}

/// Waits until what was done so far is on the screen.
async fn painted(browser: &Browser) {
    let painted =
        "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(null))))";
    browser.evaluate::<()>(painted).await;
}

/// Waits until the server has answered so many moves, and that is shown.
async fn answered(browser: &Browser, moves: u32) {
    let answered = format!(
        "performance.getEntriesByType('resource').filter(({{ name }}) => name.includes('/move?')).length >= {moves}"
    );
    browser.wait_for(&answered).await;
    painted(browser).await;
}

/// As many ISBNs with right check digits as a list can have wishes.
fn isbns() -> Vec<Isbn> {
    let isbn = |at| {
        let twelve = format!("9791090{at:05}");
        let digits = twelve.bytes().enumerate();
        let sum: u32 = digits
            .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
            .sum();
        format!("{twelve}{}", (10 - sum % 10) % 10).parse().unwrap()
    };
    (0..WISHES_MAX).map(isbn).collect()
}

fn catalogue(books: &[Isbn]) -> String {
    let mut csv = "isbn,title,authors,language\n".to_owned();
    for (at, isbn) in books.iter().enumerate() {
        writeln!(csv, "{isbn},The book number {at},An Author,en").unwrap();
    }
    csv
}

/// Has the only customer wish for all of the books, some with a note.
async fn wish_for_all(url: &str, books: Vec<Isbn>) {
    let store = Store::open(url).await.unwrap();
    let work = move |db: &mut Db| {
        let (mut shop, mut customer) = (None, None);
        for row in Sql::new("SELECT id, shop_id FROM customers").rows(db)? {
            customer = Some(row.get::<CustomerId>("id")?);
            shop = Some(row.get::<ShopId>("shop_id")?);
        }
        let (shop, customer) = (shop.unwrap(), customer.unwrap());
        for (at, isbn) in books.into_iter().enumerate() {
            let change = WishChange {
                note: (at % 4 == 0).then(|| "for Mei, in May".to_owned()),
                ..WishChange::default()
            };
            db.put_wish(&shop, &customer, None, isbn, &change)?.unwrap();
        }
        Ok::<_, StoreError>(())
    };
    store.write(work).await.unwrap();
    store.close().await;
}
