//! `<bookplate-account>` on a page of a shop that has a login of its own, and who the page says it is.

pub(crate) mod connect;
mod enter;
mod identity;
mod looks;
mod nps;

use crate::stage::{Build, KEY, Stage};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Shadow};
use bookplate_tests::database::Kind;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    a_shopper_who_signs_in_at_the_shop_sees_the_account_without_a_second_login,
    nothing_of_a_person_is_kept_where_others_can_read_it,
    signing_out_in_one_tab_reaches_the_others,
    a_session_that_was_ended_elsewhere_says_so,
    another_device_can_be_signed_out,
);

/// The customer who signs in at the shop.
const LIN: &str = "Lin Xiaoyu";

/// A shop with a login, and a customer with twelve orders, of which one was given back in part.
struct Shop {
    stage: Stage,
}

impl Shop {
    async fn open(build: Build) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if build == Build::Debug {
            setup.program().use_debug_assets();
        }
        let stage = Stage::with_customers("account", setup).await;
        let Stage {
            world,
            pages,
            secrets,
        } = &stage;
        pages.change_policy(|policy| {
            policy
                .replace("connect-src", "connect-src 'self'")
                .replace("form-action", "form-action 'self'")
        });
        pages.fill(
            "include",
            "<bookplate-account book-url=\"/?book={isbn}\"></bookplate-account>",
        );
        pages.login.sign_with(&secrets.identity, KEY);
        pages
            .login
            .customer(json!({ "sub": "c-1", "name": LIN, "email": "lin@example.com" }));

        let backend = world.anonymous().bearing(&secrets.api);
        let reply = backend.post("/v1/orders", &orders()).await;
        reply.expect_status(200);
        let refund = json!({ "refunds": [{
            "number": "R-1", "order": "A-12", "refunded_at": 1_795_219_200_000_i64,
            "lines": [{ "line": "1", "quantity": 1, "total": { "amount": 899, "currency": "GBP" } }],
        }] });
        backend
            .post("/v1/refunds", &refund)
            .await
            .expect_status(200);
        Self { stage }
    }

    /// The page as whoever is not signed in sees it, taken over by wasm.
    async fn visit(&self, browser: &Browser) -> Shadow {
        browser.open(&self.stage.pages.url("/")).await;
        browser.wait_for(HYDRATED).await;
        browser.shadow("bookplate-account")
    }

    /// The page after signing in at the shop.
    async fn sign_in(&self, browser: &Browser) -> Shadow {
        let account = self.visit(browser).await;
        self.submit(browser).await;
        account.wait_for_text("h2", &format!("Hello, {LIN}")).await;
        account
    }

    async fn submit(&self, browser: &Browser) {
        browser.find("form button").await.click().await.unwrap();
    }
}

/// Twelve orders of one customer; the latest is for two copies.
fn orders() -> Value {
    let orders = (1..=12_i64).map(|at| {
        json!({
            "number": format!("A-{at}"), "placed_at": 1_790_000_000_000 + at * 86_400_000,
            "customer": { "external_id": "c-1" },
            "lines": [{
                "isbn": crate::stage::PRIDE, "quantity": 1 + at / 12,
                "total": { "amount": 899 * (1 + at / 12), "currency": "GBP" },
            }],
        })
    });
    json!({ "orders": orders.collect::<Vec<_>>() })
}

const HYDRATED: &str =
    "document.querySelector('bookplate-account')?.shadowRoot?.querySelector('[data-hydrated]')";

/// All that the widget has in its shadow root, hidden or not.
const EVERYTHING: &str = "document.documentElement.outerHTML \
     + document.querySelector('bookplate-account').shadowRoot.innerHTML";

async fn a_shopper_who_signs_in_at_the_shop_sees_the_account_without_a_second_login(
    browser: Browser,
) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    assert_eq!(account.text("h2").await, "You are not signed in");
    // The page's own way of signing in comes before ours.
    browser
        .evaluate::<()>("void (window.handles = ['sign-in'])")
        .await;
    account.click("[data-tell=sign-in]").await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-sign-in')")
        .await;
    assert!(browser.evaluate::<bool>("location.pathname === '/'").await);

    shop.submit(&browser).await;
    account.wait_for_text("h2", &format!("Hello, {LIN}")).await;
    assert_eq!(account.count(".order").await, 10);
    assert!(
        account
            .text(".person .known")
            .await
            .contains("lin@example.com")
    );
    assert!(
        account
            .text(".order .refunded")
            .await
            .contains("1 copy returned")
    );
    assert_eq!(account.count(".device").await, 1);
    assert!(account.text(".device").await.contains("This device"));
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;
    account.wait_for_count("[data-do=older]", 0).await;

    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_text("h2", &format!("Hello, {LIN}")).await;
    account.click("[data-do=sign-out]").await;
    account
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn nothing_of_a_person_is_kept_where_others_can_read_it(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    let kept: Vec<String> = browser
        .evaluate("[document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href]")
        .await;
    assert_eq!(kept[..3], ["", "{}", "{}"]);
    assert!(kept[3].ends_with('/'), "{kept:?}");
    let requests = browser.requests().await;
    // A token begins with a header, which is JSON in base64.
    let told = requests.iter().find(|request| request.name.contains("eyJ"));
    assert!(told.is_none(), "{told:?}");
    // What the page's scripts can reach.
    let global: Vec<String> = browser
        .evaluate("Object.values(Bookplate).map(String).concat(Object.keys(Bookplate))")
        .await;
    assert!(
        !global.iter().any(|text| text.contains("eyJ")),
        "{global:?}"
    );
    // Our own origin has set no cookie, and would be refused one.
    let server = shop.stage.world.server().address();
    browser.open(&format!("{server}/healthz")).await;
    assert_eq!(browser.evaluate::<String>("document.cookie").await, "");
    assert_eq!(browser.web().get_all_cookies().await.unwrap().len(), 0);

    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_count(".order", 10).await;
    browser.evaluate::<()>("void Bookplate.signOut()").await;
    account
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
    let everything: String = browser.evaluate(EVERYTHING).await;
    for personal in ["Xiaoyu", "lin@example.com", "A-12", "Pride"] {
        assert!(!everything.contains(personal), "{personal}: {everything}");
    }
    // The server takes nothing that was given out before.
    let log = shop.stage.world.server().log();
    assert!(
        !log.contains("lin@example.com") && !log.contains("eyJ"),
        "{log}"
    );
}

async fn signing_out_in_one_tab_reaches_the_others(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    let first = browser.web().window().await.unwrap();
    let second = browser.web().new_window().await.unwrap();
    browser
        .web()
        .switch_to_window(second.clone())
        .await
        .unwrap();
    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_count(".order", 10).await;

    browser.web().switch_to_window(first).await.unwrap();
    account.click("[data-do=sign-out]").await;
    account
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
    browser.web().switch_to_window(second).await.unwrap();
    account
        .wait_for_text(".signed-out p", "You have signed out in another window.")
        .await;
    assert!(
        !browser
            .evaluate::<String>(EVERYTHING)
            .await
            .contains("Xiaoyu")
    );
    let reasons: Vec<String> = browser
        .evaluate("heard.filter(({ type }) => type === 'bookplate-signed-out').map(({ detail }) => detail.reason)")
        .await;
    assert_eq!(reasons, ["elsewhere"]);
}

/// A token of the same customer on another device.
async fn elsewhere(shop: &Shop) -> String {
    let world = &shop.stage.world;
    let page = world.page(shop.stage.pages.origin(), KEY);
    let page = page.with("user-agent", "Mozilla/5.0 (iPhone) Safari/604.1");
    let token = shop.stage.pages.login.token(0);
    let grant = json!({ "grant": "identity_token", "identity_token": token });
    let session: Value = page.post("/v1/sessions", &grant).await.json();
    session["access_token"].as_str().unwrap().to_owned()
}

async fn a_session_that_was_ended_elsewhere_says_so(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    let token = elsewhere(&shop).await;
    let phone = shop
        .stage
        .world
        .page(shop.stage.pages.origin(), KEY)
        .bearing(&token);
    let list: Value = phone.get("/v1/customer/sessions").await.json();
    let sessions = list["sessions"].as_array().unwrap();
    let here = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let path = format!("/v1/customer/sessions/{}", here["id"].as_str().unwrap());
    phone
        .send(reqwest::Method::DELETE, &path)
        .await
        .expect_status(204);

    account.click("[data-do=older]").await;
    account
        .wait_for_text(
            ".signed-out p",
            "Your session has ended. Sign in again to go on.",
        )
        .await;
    // It is not begun again behind the shopper's back.
    assert_eq!(browser.evaluate::<u32>("asked").await, 1);
    // Signing in again does, also within the very second.
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account.wait_for_count(".order", 10).await;
}

async fn another_device_can_be_signed_out(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let token = elsewhere(&shop).await;
    let account = shop.sign_in(&browser).await;
    account.wait_for_count(".device", 2).await;
    account.click("[data-do=end]").await;
    account.wait_for_count(".device", 1).await;
    account
        .wait_for_text(".news", "Signed out on Safari, iPhone.")
        .await;
    account
        .wait_for("root.activeElement.localName === 'h3'")
        .await;
    let phone = shop
        .stage
        .world
        .page(shop.stage.pages.origin(), KEY)
        .bearing(&token);
    phone.get("/v1/customer").await.expect_status(401);
    // And this one goes on.
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;
}
