//! The member centre in a browser: server-rendered, taken over, and from then on without reloads.
//!
//! WebKitGTK keeps no `Secure` cookie of a server without https, so nobody can be signed in there: its stories
//! end at the page for signing in.

use crate::hosted::{self, HYDRATED};
use crate::stage::{EMMA, KEY, PRIDE};
use bookplate_store::{Db, Store, now};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::browser::{Browser, Engine, Key};
use bookplate_tests::database::Kind;
use bookplate_tests::logs;
use bookplate_wire::StaffId;
use bookplate_wire::points::rules::NewDraft;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

bookplate_tests::browser_stories!(
    every_page_is_taken_over_without_a_mismatch,
    going_from_page_to_page_reloads_nothing_and_moves_the_focus,
    a_form_is_answered_without_a_reload,
    a_wishlist_is_put_in_order_by_keyboard_and_shown_to_others,
    everything_works_without_any_script,
    who_is_offline_is_told_so_and_can_try_again,
    axe_finds_nothing_on_any_page_in_light_and_dark,
    every_page_fits_a_phone_and_a_zoomed_page,
    signing_out_forgets_everything,
    signing_out_in_one_tab_ends_the_others,
    browsers_and_password_managers_find_the_fields,
);

const ORIGIN: &str = "https://shop.example";
const PAGES: [&str; 13] = [
    "",
    "/profile",
    "/orders",
    "/points",
    "/rewards",
    "/wishlists",
    "/gifts",
    "/shelf",
    "/follows",
    "/feedback",
    "/notifications",
    "/sessions",
    "/privacy",
];

/// Has the shop have points: signing up earns some.
pub async fn publish_points(setup: &Setup) {
    publish_rules(setup, json!({})).await;
}

/// The same, by rules with `more`.
pub async fn publish_rules(setup: &Setup, more: Value) {
    let staff = |last: u8| {
        let digits = format!("0192f3a0c1d27c3e8a5b6c7d8e9f0a{last:02x}");
        StaffId::from_digits(digits).unwrap()
    };
    let named =
        |name: &str| json!([{ "language": "en", "name": name, "privileges": ["Free shipping"] }]);
    let mut rules = json!({
        "rates": [{ "currency": "CNY", "per": 100, "points": 1 }], "sign_up": 50,
        "return_days": 14, "expiry_months": 12, "refund_spent": "negative", "adjust_limit": 100,
        "worth": [{ "points": 100, "money": { "amount": 100, "currency": "CNY" } }],
        "referral": { "points": 100, "welcome": 30 },
        "tiers": {
            "measure": "spend", "currency": "CNY", "period": "rolling", "grace_days": 14,
            "levels": [
                { "id": "reader", "words": named("Reader"), "threshold": 0 },
                { "id": "gold", "words": named("Gold"), "threshold": 200_000, "renewal": 100_000, "multiplier": 150 },
            ],
        },
    });
    for (name, value) in more.as_object().unwrap() {
        rules[name] = value.clone();
    }
    let rules = serde_json::from_value(rules).unwrap();
    let note = String::new();
    let store = Store::open(setup.database_url()).await.unwrap();
    let publish = move |db: &mut Db| {
        let shop = db.shop_by_key(KEY)?.unwrap();
        let draft = db.draft_point_rules(&staff(1), &shop.id, &NewDraft { rules, note })?;
        db.publish_point_rules(&staff(2), &shop.id, draft.revision)
    };
    store.write(publish).await.unwrap().unwrap();
    store.close().await;
}

/// A shop with a customer, Lin, who has an account and orders.
pub struct Account {
    pub world: World,
    token: String,
    key: String,
}

impl Account {
    pub async fn open() -> Self {
        Self::with(Setup::new(Kind::Sqlite).await).await
    }

    /// With debug assertions, so that Leptos tells of a hydration mismatch.
    pub async fn debug() -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        setup.program().use_debug_assets();
        Self::with(setup).await
    }

    async fn with(setup: Setup) -> Self {
        setup.shop(KEY, &[ORIGIN]).await;
        let book = "https://shop.example/books/{isbn}";
        let shop = ["shop", "create", "--name", "Inkwell & Lantern"];
        let more = ["--public-key", KEY, "--origin", ORIGIN, "--book-url", book];
        setup.run(&[&shop[..], &more].concat()).await;
        let books = format!(
            "isbn,title,authors\n{PRIDE},Pride and Prejudice,Jane Austen\n{EMMA},Emma,Jane Austen\n"
        );
        setup.import_catalogue(&books).await;
        let secret = async |kind| {
            let said = setup.run(&["secret", "create", kind, "--shop", KEY]).await;
            said.trim().split_once("  ").unwrap().1.to_owned()
        };
        let (identity_secret, key) = (secret("identity").await, secret("api").await);
        publish_points(&setup).await;
        let world = setup.open().await;
        let grant =
            json!({ "grant": "identity_token", "identity_token": identity(&identity_secret) });
        let reply = world.page(ORIGIN, KEY).post("/v1/sessions", &grant).await;
        let session: Value = reply.json();
        let backend = world.anonymous().bearing(&key);
        let orders: Vec<Value> = (0..12).map(order).collect();
        let orders = json!({ "orders": orders });
        backend.post("/v1/orders", &orders).await.expect_status(200);
        let money = json!({ "amount": 4_550, "currency": "CNY" });
        let refund = json!({
            "number": "R-1", "order": "A-1011", "refunded_at": 1_795_132_800_000_i64,
            "lines": [{ "line": "1", "quantity": 1, "total": money }],
        });
        let refunds = json!({ "refunds": [refund] });
        let refunded = backend.post("/v1/refunds", &refunds).await;
        refunded.expect_status(200);
        let token = session["access_token"].as_str().unwrap().to_owned();
        let lin = world.page(ORIGIN, KEY).bearing(&token);
        let lists = "/v1/customer/wishlists";
        for (isbn, note) in [(EMMA, ""), (PRIDE, "For Mei, in hardback")] {
            let path = format!("{lists}/default/wishes/{isbn}");
            let wish = json!({ "note": note, "priority": "high", "quantity": 2 });
            let wished = lin.send_json(Method::PUT, &path, &wish).await;
            wished.expect_status(200);
        }
        let gifts = json!({ "name": "Gifts" });
        lin.post(lists, &gifts).await.expect_status(201);
        let shared = json!({ "visibility": "link" });
        let path = format!("{lists}/default");
        let shared = lin.send_json(Method::PATCH, &path, &shared).await;
        shared.expect_status(200);
        Self { world, token, key }
    }

    /// Has the shop report an order of Lin's, placed now.
    pub async fn buy(&self, number: &str, amount: i64) {
        let order = json!({
            "number": number, "placed_at": now(), "customer": { "external_id": "c-1" },
            "lines": [{ "isbn": PRIDE, "quantity": 1, "total": { "amount": amount, "currency": "CNY" } }],
        });
        let backend = self.world.anonymous().bearing(&self.key);
        let orders = json!({ "orders": [order] });
        backend.post("/v1/orders", &orders).await.expect_status(200);
    }

    pub fn at(&self, page: &str) -> String {
        let address = self.world.server().address();
        format!("{address}/shops/{KEY}/member{page}")
    }

    /// Lin on one of the shop's pages.
    pub fn lin(&self) -> Actor<'_> {
        self.world.page(ORIGIN, KEY).bearing(&self.token)
    }

    /// The page of Lin's list as others see it.
    pub async fn shared(&self) -> String {
        let lists: Value = self.lin().get("/v1/customer/wishlists").await.json();
        let secret = lists["lists"][0]["shared"].as_str().unwrap();
        let address = self.world.server().address();
        format!("{address}/shops/{KEY}/wishlists/{secret}")
    }

    /// Signs Lin in; gives the pages of the account, or the one for signing in where the engine does not keep the
    /// cookie.
    async fn pages(&self, browser: &Browser) -> Vec<String> {
        if self.sign_in(browser).await {
            PAGES.map(|page| self.at(page)).to_vec()
        } else {
            vec![self.at("/sign-in")]
        }
    }

    /// Signs Lin in. False where the engine does not keep the cookie.
    pub async fn sign_in(&self, browser: &Browser) -> bool {
        browser.open(&self.at("/sign-in?lang=en")).await;
        if browser.engine() == Engine::Webkit {
            return false;
        }
        // As a shop's page does it, by a form.
        let handover = self
            .lin()
            .send(Method::POST, "/v1/customer/handovers")
            .await;
        let handover: Value = handover.json();
        let code = handover["code"].as_str().unwrap();
        let enter = format!(
            "(() => {{ const form = document.createElement('form'); form.method = 'post'; form.action = '{}'; const code = document.createElement('input'); \
             code.name = 'code'; code.value = '{code}'; form.append(code); document.body.append(form); \
             form.submit(); }})()",
            self.at("/enter")
        );
        browser.evaluate::<()>(&enter).await;
        browser
            .wait_for("document.querySelector('.sections')")
            .await;
        true
    }
}

fn identity(secret: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let claims = json!({
        "aud": KEY, "sub": "c-1", "iat": now.as_secs(), "exp": now.as_secs() + 300,
        "name": "Lin Mei", "email": "lin@example.com", "phone": "+8613800138000",
        "member_card": "BP 0001 2024",
    });
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

/// One order a day, some of them delivered.
fn order(at: i64) -> Value {
    let placed_at = 1_790_000_000_000_i64 + at * 86_400_000;
    let money = |amount: i64| json!({ "amount": amount, "currency": "CNY" });
    let mut order = json!({
        "number": format!("A-{}", 1000 + at), "placed_at": placed_at,
        "customer": { "external_id": "c-1" },
        "lines": [
            { "isbn": PRIDE, "quantity": 2, "total": money(9_100) },
            { "isbn": EMMA, "quantity": 1, "total": money(3_850) },
        ],
    });
    if at % 3 != 2 {
        order["delivered_at"] = json!(placed_at + 172_800_000);
    }
    order
}

async fn every_page_is_taken_over_without_a_mismatch(browser: Browser) {
    let account = Account::debug().await;
    let pages = account.pages(&browser).await;
    hosted::are_taken_over(&browser, &pages).await;
}

async fn going_from_page_to_page_reloads_nothing_and_moves_the_focus(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser.evaluate::<i32>("window.same = 1").await;
    let click = async |css: String| browser.find(&css).await.click().await.unwrap();
    for (page, title) in [("profile", "Profile"), ("orders", "Orders")] {
        click(format!(".sections a[href*='/{page}']")).await;
        let there =
            format!("document.activeElement.matches('h1') && document.title.startsWith('{title}')");
        browser.wait_for(&there).await;
        let current = "document.querySelector('.sections [aria-current]').pathname";
        let current: String = browser.evaluate(current).await;
        assert!(current.ends_with(page), "{current}");
    }
    browser
        .wait_for("document.querySelectorAll('article').length === 10")
        .await;
    click("a[rel=next]".into()).await;
    browser
        .wait_for("document.querySelectorAll('article').length === 2")
        .await;
    assert!(
        browser
            .evaluate::<bool>("location.search.includes('after=')")
            .await
    );
    browser.web().back().await.unwrap();
    browser
        .wait_for("document.querySelectorAll('article').length === 10")
        .await;
    browser.web().back().await.unwrap();
    browser
        .wait_for("document.querySelector('#birthday')")
        .await;
    assert_eq!(browser.evaluate::<i32>("window.same").await, 1, "reloaded");
}

async fn a_form_is_answered_without_a_reload(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("/profile?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser.evaluate::<i32>("window.same = 1").await;
    let save = "main form .button.primary";
    let write = async |text: &str| {
        let script = format!("document.querySelector('#name').value = '{text}'");
        browser.evaluate::<String>(&script).await;
        browser.find(save).await.click().await.unwrap();
    };
    write(&"x".repeat(101)).await;
    // Focus is on the field that is wrong, and what is wrong belongs to it.
    browser
        .wait_for(
            "document.activeElement.id === 'name' && document.activeElement.ariaInvalid === 'true'",
        )
        .await;
    let fault = "document.getElementById(document.activeElement.getAttribute('aria-describedby')).innerText";
    let fault: String = browser.evaluate(fault).await;
    assert_eq!(fault, "A name has at most 100 characters.");
    write("  Lin  ").await;
    browser
        .wait_for("document.activeElement.matches('[role=status]')")
        .await;
    // Shown as it is kept.
    assert_eq!(
        browser
            .evaluate::<String>("document.querySelector('#name').value")
            .await,
        "Lin"
    );
    browser.find(".consent input").await.click().await.unwrap();
    browser
        .find("section form .button")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.querySelectorAll('.changes li').length === 1")
        .await;
    assert_eq!(browser.evaluate::<i32>("window.same").await, 1, "reloaded");
}

async fn everything_works_without_any_script(browser: Browser) {
    let account = Account::open().await;
    if browser.engine() == Engine::Webkit || !account.sign_in(&browser).await {
        return;
    }
    browser.block(&["*/site.js"]).await;
    browser.open(&account.at("/profile?lang=en")).await;
    let write = async |text: &str| {
        let script = format!("document.querySelector('#name').value = '{text}'");
        browser.evaluate::<String>(&script).await;
        browser
            .find("main form .button.primary")
            .await
            .click()
            .await
            .unwrap();
    };
    write(&"x".repeat(101)).await;
    browser
        .wait_for("document.activeElement.id === 'name'")
        .await;
    browser.find("#name-fault").await;
    write("Lin").await;
    browser
        .wait_for("document.querySelector('[role=status]').innerText === 'Saved.'")
        .await;
    browser
        .find(".sections a[href*='/orders']")
        .await
        .click()
        .await
        .unwrap();
    browser.find("a[rel=next]").await.click().await.unwrap();
    browser
        .wait_for("document.querySelectorAll('article').length === 2")
        .await;
    browser
        .find(".sections button")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
}

async fn who_is_offline_is_told_so_and_can_try_again(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser.offline(true).await;
    browser
        .find(".sections a[href*='/profile']")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.querySelector('[role=alert]').innerText.includes('You are offline')")
        .await;
    browser.offline(false).await;
    browser.find("[data-retry]").await.click().await.unwrap();
    browser.find("#birthday").await;
    browser
        .wait_for("document.querySelector('[role=alert]').innerText === ''")
        .await;
}

async fn axe_finds_nothing_on_any_page_in_light_and_dark(browser: Browser) {
    let account = Account::open().await;
    let dark = hosted::dark(&browser).await;
    for browser in [browser, dark] {
        let mut pages = account.pages(&browser).await;
        pages.push(account.at("/nothing"));
        hosted::please_axe(&browser, &pages).await;
    }
}

async fn every_page_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let account = Account::open().await;
    let pages = account.pages(&browser).await;
    hosted::fit(&browser, &pages).await;
}

async fn signing_out_forgets_everything(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser
        .find(".sections button")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    browser
        .wait_for("document.body.innerText.includes('You are signed out')")
        .await;
    let rest: bool = browser
        .evaluate("document.documentElement.outerHTML.includes('Lin')")
        .await;
    assert!(!rest, "nothing of the customer is left");
    browser.open(&account.at("/orders")).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
}

async fn signing_out_in_one_tab_ends_the_others(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("/profile?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let first = browser.web().window().await.unwrap();
    let second = browser.web().new_tab().await.unwrap();
    browser.web().switch_to_window(second).await.unwrap();
    browser.open(&account.at("?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser
        .find(".sections button")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    browser.web().switch_to_window(first).await.unwrap();
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    let rest: bool = browser
        .evaluate("document.documentElement.outerHTML.includes('Lin')")
        .await;
    assert!(!rest, "nothing of the customer is left");
}

async fn browsers_and_password_managers_find_the_fields(browser: Browser) {
    let account = Account::open().await;
    for (page, password) in [
        ("/sign-in", "current-password"),
        ("/sign-up", "new-password"),
    ] {
        browser.open(&account.at(page)).await;
        browser.wait_for(HYDRATED).await;
        let found = format!(
            "document.querySelector('form input[type=email][autocomplete=username]') && \
             document.querySelector('form input[type=password][autocomplete={password}]')"
        );
        browser.wait_for(&found).await;
    }
    // Who mistypes is told so without a reload, and stays at the form.
    browser.open(&account.at("/sign-in?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let write = async |css, text| {
        logs::keep_out(text);
        browser.find(css).await.send_keys(text).await.unwrap();
    };
    write("#email", "nobody@example.com").await;
    write("#password", "a guess or two").await;
    browser
        .find("main .button.primary")
        .await
        .click()
        .await
        .unwrap();
    browser
        .wait_for("document.activeElement.innerText?.includes('do not match')")
        .await;
    let email: String = browser
        .evaluate("document.querySelector('#email').value")
        .await;
    assert_eq!(email, "nobody@example.com");
}

async fn a_wishlist_is_put_in_order_by_keyboard_and_shown_to_others(browser: Browser) {
    let account = Account::open().await;
    if !account.sign_in(&browser).await {
        return;
    }
    browser.open(&account.at("/wishlists?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    browser.evaluate::<()>("void (window.same = true)").await;
    let first = |title: &str| {
        format!("document.querySelector('.wish-entry .title').textContent === '{title}'")
    };
    browser.wait_for(&first("Pride and Prejudice")).await;
    browser
        .evaluate::<()>("void document.querySelectorAll('.wish-entry [value=up]')[1].focus()")
        .await;
    browser.press(Key::Enter).await;
    browser.wait_for(&first("Emma")).await;
    // Focus stays with what was moved.
    browser
        .wait_for("document.activeElement.closest('.wish-entry')?.querySelector('.title').textContent === 'Emma'")
        .await;
    browser
        .evaluate::<()>("void document.querySelector('.wish-entry [value=remove]').click()")
        .await;
    browser.wait_for(&first("Pride and Prejudice")).await;
    browser
        .evaluate::<()>("void document.querySelector('.undo button').click()")
        .await;
    browser.wait_for(&first("Emma")).await;
    assert!(browser.evaluate::<bool>("window.same").await);
    // What others see has nothing to change but what they give, and works for who is not signed in.
    let page: String = browser
        .evaluate("document.querySelector('a[href*=\"/wishlists/\"]').href")
        .await;
    browser.web().delete_all_cookies().await.unwrap();
    browser.open(&page).await;
    browser.wait_for(HYDRATED).await;
    browser.wait_for(&first("Emma")).await;
    let own = "document.querySelectorAll('[value=up], [value=set], [value=rename], [value=share]').length";
    assert_eq!(browser.evaluate::<u32>(own).await, 0);
    assert_eq!(browser.axe("body").await, "");
    assert_eq!(browser.console().await, [] as [String; 0]);
}
