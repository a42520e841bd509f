//! The console in a browser: somebody of the staff signs in, finds what could not be delivered, sends it again, and
//! signs out.
//!
//! WebKitGTK keeps no `Secure` cookie of a server without https, so nobody can be signed in there: its stories
//! end at the page for signing in.

use crate::hosted;
use crate::stage::{Build, KEY};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::browser::{Browser, Engine, Key};
use bookplate_tests::database::Kind;
use bookplate_tests::mail::MailServer;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret, Totp};

bookplate_tests::browser_stories!(
    what_failed_is_found_and_sent_again,
    a_webhook_is_added_and_tried_without_any_script,
    refunds_that_wait_are_found_with_their_reason,
    every_page_is_taken_over_without_a_mismatch,
    axe_finds_nothing_on_any_page_in_light_and_dark,
    every_page_fits_a_phone_and_a_zoomed_page,
);

const ORIGIN: &str = "https://shop.example";
const OLGA: &str = "olga@shop.example";
pub(crate) const PASSWORD: &str = "correct horse battery";
const LIN: &str = "lin.mei@mail.example";
const PAGES: [&str; 8] = [
    "settings",
    "branches",
    "keys",
    "webhooks",
    "deliveries",
    "refunds",
    "staff",
    "audit",
];

/// A shop with an owner, Olga, and a customer whose mail server does not know her.
pub(crate) struct Office {
    world: World,
    /// Where browsers find the server.
    server: String,
    mail: MailServer,
    authenticator: Totp,
    /// The last step of which a code was used: each is taken once.
    used: u64,
    shop: String,
    cookie: String,
    /// Recovery codes that were not used yet.
    codes: Vec<String>,
}

impl Office {
    async fn open() -> Self {
        Self::with(Setup::new(Kind::Sqlite).await, None).await
    }

    /// With debug assertions, so that Leptos tells of a hydration mismatch.
    async fn debug() -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        setup.program().use_debug_assets();
        Self::with(setup, None).await
    }

    /// With a name of the server's, so that there can be passkeys.
    pub(crate) async fn with_passkeys(build: Build) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if build == Build::Debug {
            setup.program().use_debug_assets();
        }
        let named = Some(setup.program().name_the_server());
        Self::with(setup, named).await
    }

    async fn with(mut setup: Setup, named: Option<String>) -> Self {
        let mail = MailServer::start().await;
        let program = setup.program();
        program.set("BOOKPLATE_SMTP_URL", &mail.url());
        program.set("BOOKPLATE_MAIL_FROM", "books@shop.example");
        program.set("BOOKPLATE_PRIVATE_WEBHOOKS", "true");
        setup.shop(KEY, &[ORIGIN]).await;
        let link = setup
            .run(&["create-owner", "--email", OLGA, "--name", "Olga Brandt"])
            .await;
        let key = setup.run(&["secret", "create", "api"]).await;
        let world = setup.open().await;
        let (_, token) = link.trim().split_once("token=").unwrap();
        let own = world.anonymous().with("sec-fetch-site", "same-origin");
        let lookup = "/v1/console/enrolments/lookup";
        let enrolment: Value = own.post(lookup, &json!({ "token": token })).await.json();
        let secret = enrolment["second_factor"]["secret"].as_str().unwrap();
        let secret = Secret::try_from_base32(secret).unwrap();
        let authenticator = Builder::new().with_secret(secret).build().unwrap();
        let used = step();
        let code = authenticator.generate(used * 30).to_string();
        let new =
            json!({ "token": token, "name": "Olga Brandt", "password": PASSWORD, "code": code });
        let enrolled = own.post("/v1/console/enrolments", &new).await;
        let cookie = enrolled.header("set-cookie").split(';').next().unwrap();
        let cookie = cookie.to_owned();
        let enrolled: Value = enrolled.json();
        let shop = enrolled["me"]["shops"][0]["id"].as_str().unwrap();
        let address = world.server().address().to_owned();
        let codes = enrolled["recovery_codes"].as_array().unwrap().iter();
        let codes = codes.map(|code| code.as_str().unwrap().to_owned());
        let office = Self {
            shop: shop.to_owned(),
            server: named.unwrap_or(address),
            codes: codes.collect(),
            world,
            mail,
            authenticator,
            used,
            cookie,
        };
        let (_, key) = key.trim().split_once("  ").unwrap();
        office.refund(key).await;
        office.fail().await;
        office
    }

    /// A letter and a call of a webhook that cannot be delivered.
    async fn fail(&self) {
        self.mail.forget(LIN);
        let new = json!({
            "email": LIN, "password": "tea with the dean", "name": "Lin", "language": "en",
        });
        let page = self.world.page(ORIGIN, KEY);
        let reply = page.post("/v1/accounts", &new).await;
        reply.expect_status(202);
        // Nobody listens there, and nobody is sent there while it is off.
        let new = json!({ "url": "http://127.0.0.1:9/hooks/of/a/shop/with/a/long/address" });
        let webhooks = format!("/v1/console/shops/{}/webhooks", self.shop);
        let made: Value = self.olga().post(&webhooks, &new).await.json();
        let webhook = format!("{webhooks}/{}", made["webhook"]["id"].as_str().unwrap());
        let ping = format!("{webhook}/ping");
        let sent = self.olga().post(&ping, &json!({})).await;
        sent.expect_status(202);
        let off = json!({ "active": false });
        self.olga().send_json(Method::PATCH, &webhook, &off).await;
        let list = format!("/v1/console/shops/{}/deliveries", self.shop);
        bookplate_tests::wait_until("both are given up", async || {
            let page: Value = self.olga().get(&list).await.json();
            page["dead"] == 2
        })
        .await;
    }

    /// Olga in another browser.
    fn olga(&self) -> Actor<'_> {
        let own = self.world.anonymous().with("sec-fetch-site", "same-origin");
        own.with("cookie", &self.cookie)
    }

    /// A refund that waits for its order, and one that is more than its order.
    async fn refund(&self, key: &str) {
        let backend = self.world.anonymous().bearing(key);
        let money = |amount: i64| json!({ "amount": amount, "currency": "CNY" });
        let refund = |number: &str, order: &str| {
            json!({
                "number": number, "order": order, "refunded_at": 1_795_132_800_000_i64,
                "lines": [{ "line": "1", "quantity": 1, "total": money(128_000) }],
            })
        };
        let refunds = [
            refund("R-2026-000017", "A-1001"),
            refund("R-2026-000018", "A-1002"),
        ];
        let refunds = json!({ "refunds": refunds });
        let sent = backend.post("/v1/refunds", &refunds).await;
        sent.expect_status(200);
        let line =
            json!({ "sku": "tote", "title": "Tote bag", "quantity": 1, "total": money(9_900) });
        let order =
            json!({ "number": "A-1001", "placed_at": 1_795_046_400_000_i64, "lines": [line] });
        let orders = json!({ "orders": [order] });
        let sent = backend.post("/v1/orders", &orders).await;
        sent.expect_status(200);
    }

    /// Signs Olga in; gives her shop's pages, or the one for signing in where the engine does not keep the cookie.
    async fn pages(&mut self, browser: &Browser) -> Vec<String> {
        if self.sign_in(browser).await {
            PAGES.map(|page| self.at(page)).to_vec()
        } else {
            vec![format!("{}/console/sign-in", self.server)]
        }
    }

    pub(crate) fn at(&self, page: &str) -> String {
        let (server, shop) = (&self.server, &self.shop);
        format!("{server}/console/shops/{shop}/{page}")
    }

    /// The address of the page about Olga's account.
    pub(crate) fn account(&self) -> String {
        format!("{}/console/account?lang=en", self.server)
    }

    /// Another of Olga's recovery codes.
    pub(crate) fn recovery_code(&mut self) -> String {
        self.codes.pop().unwrap()
    }

    /// Types Olga's email address and a password.
    pub(crate) async fn type_credentials(&self, browser: &Browser, password: &str) {
        let email = browser.find("#email").await;
        email.clear().await.unwrap();
        email.send_keys(OLGA).await.unwrap();
        browser.press(Key::Tab).await;
        let field = browser.web().active_element().await.unwrap();
        field.send_keys(password).await.unwrap();
    }

    /// Signs Olga in on the page for that, with nothing but the keyboard. False where the engine does not keep the
    /// cookie.
    pub(crate) async fn sign_in(&mut self, browser: &Browser) -> bool {
        let server = &self.server;
        browser
            .open(&format!("{server}/console/sign-in?lang=en"))
            .await;
        if browser.engine() == Engine::Webkit {
            return false;
        }
        self.used = step().max(self.used + 1);
        let code = self.authenticator.generate(self.used * 30).to_string();
        self.type_credentials(browser, PASSWORD).await;
        browser.press(Key::Tab).await;
        let field = browser.web().active_element().await.unwrap();
        field.send_keys(&code).await.unwrap();
        browser.press(Key::Enter).await;
        browser
            .wait_for("location.pathname.endsWith('/settings')")
            .await;
        true
    }
}

/// The present step of the authenticator.
fn step() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs() / 30
}

/// Presses Tab until the focus is on what `css` finds.
pub(crate) async fn tab_to(browser: &Browser, css: &str) {
    let there = format!("document.activeElement.matches({})", json!(css));
    for _ in 0..40 {
        if browser.evaluate::<bool>(&there).await {
            return;
        }
        browser.press(Key::Tab).await;
    }
    panic!("Tab does not lead to {css}: {}", browser.describe().await);
}

async fn what_failed_is_found_and_sent_again(browser: Browser) {
    let mut office = Office::open().await;
    if !office.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/deliveries']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('main .row').length === 2")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in [
        "Given up (2)",
        "Confirm the address",
        LIN,
        "The mail server has refused it, with the number 550.",
        "Test event",
        "The webhook is switched off.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let button = format!("button[value=retry][aria-label*='{LIN}']");
    let again: String = browser
        .evaluate(&format!(
            "document.querySelector({}).ariaLabel",
            json!(button)
        ))
        .await;
    assert_eq!(again, format!("Send again: Confirm the address, {LIN}"));

    // She has asked for the right address, and now it is known.
    office.mail.remember(LIN);
    tab_to(&browser, &button).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "document.querySelector('[role=status]').innerText.startsWith('It is sent again')",
        )
        .await;
    office.mail.mail(LIN, 1).await;
    browser
        .wait_for("document.querySelectorAll('main .row').length === 1")
        .await;
    tab_to(&browser, "button[value=discard]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "document.querySelector('main .empty').innerText.includes('Nothing was given up')",
        )
        .await;
    tab_to(&browser, ".sections a[href*='/audit']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.entry').innerText.includes('Delivery discarded')")
        .await;

    tab_to(&browser, ".sections button").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    browser.open(&office.at("deliveries?lang=en")).await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
}

async fn a_webhook_is_added_and_tried_without_any_script(browser: Browser) {
    let mut office = Office::open().await;
    if browser.engine() == Engine::Webkit || !office.sign_in(&browser).await {
        return;
    }
    browser.block(&["*/site.js"]).await;
    browser.open(&office.at("webhooks?lang=en")).await;
    let add = async |url: &str| {
        let field = browser.find("#url").await;
        field.clear().await.unwrap();
        field.send_keys(url).await.unwrap();
        let submit = "main form.part .button.primary";
        browser.find(submit).await.click().await.unwrap();
    };
    add("shop.example").await;
    let fault = "document.querySelector('#url-fault').innerText";
    browser
        .wait_for("document.activeElement.id === 'url' && document.activeElement.ariaInvalid")
        .await;
    let fault: String = browser.evaluate(fault).await;
    assert_eq!(fault, "This is no https address of the internet.");
    add("http://127.0.0.1:9/second").await;
    browser
        .wait_for("document.querySelector('.notice code').innerText.startsWith('whsec_')")
        .await;
    let test = browser
        .find("button[value=ping][aria-label$='/second']")
        .await;
    test.click().await.unwrap();
    browser
        .wait_for("document.querySelector('[role=status]').innerText.startsWith('A test event')")
        .await;
    // What is needed now and then is behind a word, which the keyboard opens too.
    tab_to(&browser, "summary").await;
    browser.press(Key::Enter).await;
    let delete = browser
        .find("details[open] button[aria-label^='Delete']")
        .await;
    delete.click().await.unwrap();
    browser
        .wait_for("document.querySelectorAll('main .rows > .row').length === 1")
        .await;
}

async fn refunds_that_wait_are_found_with_their_reason(browser: Browser) {
    let mut office = Office::open().await;
    if !office.sign_in(&browser).await {
        return;
    }
    tab_to(&browser, ".sections a[href*='/refunds']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('main .row').length === 2")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in [
        "Refund R-2026-000018",
        "Order A-1002",
        "The order has not been reported.",
        "1,280.00",
        "Refund R-2026-000017",
        "It is more than is left of what the order has sold.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

async fn every_page_is_taken_over_without_a_mismatch(browser: Browser) {
    let mut office = Office::debug().await;
    let pages = office.pages(&browser).await;
    hosted::are_taken_over(&browser, &pages).await;
}

async fn axe_finds_nothing_on_any_page_in_light_and_dark(browser: Browser) {
    let dark = hosted::dark(&browser).await;
    for browser in [browser, dark] {
        let mut office = Office::open().await;
        let mut pages = office.pages(&browser).await;
        pages.push(office.at("deliveries?state=waiting"));
        pages.push(office.at("nothing"));
        hosted::please_axe(&browser, &pages).await;
    }
}

async fn every_page_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let mut office = Office::open().await;
    let pages = office.pages(&browser).await;
    hosted::fit(&browser, &pages).await;
}
