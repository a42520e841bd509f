//! `<bookplate-account>` on a page of a shop that has a login of its own, and who the page says it is.

use crate::stage::{Build, KEY, Stage};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Options, Shadow};
use bookplate_tests::database::Kind;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    a_shopper_who_signs_in_at_the_shop_sees_the_account_without_a_second_login,
    nothing_of_a_person_is_kept_where_others_can_read_it,
    a_token_is_renewed_by_the_callback_before_it_ends_and_after_a_refusal,
    widgets_that_need_the_customer_at_once_share_one_exchange,
    signing_out_in_one_tab_reaches_the_others,
    a_session_that_was_ended_elsewhere_says_so,
    another_device_can_be_signed_out,
    what_the_page_says_anew_is_shown_without_a_reload,
    a_callback_that_fails_or_returns_rubbish_can_be_tried_again,
    an_identity_token_can_stand_in_an_attribute,
    an_account_is_taken_over_without_a_mismatch,
    without_wasm_signing_in_works_all_the_same,
    what_is_told_to_the_page_stays_as_it_is,
    the_keyboard_does_everything_in_an_account,
    axe_finds_nothing_in_an_account,
    an_account_fits_a_phone_and_a_zoomed_page,
    nothing_moves_while_an_account_loads,
    offline_an_account_says_so_and_opens_when_the_network_is_back,
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

async fn a_token_is_renewed_by_the_callback_before_it_ends_and_after_a_refusal(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    assert_eq!(browser.evaluate::<u32>("asked").await, 1);
    // Ten minutes later, as the page's clock has it.
    browser
        .evaluate::<()>("void ((now) => { Date.now = () => now() + 600_000 })(Date.now)")
        .await;
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;
    assert_eq!(browser.evaluate::<u32>("asked").await, 2);

    browser.open(&shop.stage.pages.url("/")).await;
    account.wait_for_count(".order", 10).await;
    // The server no longer knows the token, as after its secret was exchanged.
    browser
        .evaluate::<()>(
            "void ((real) => { window.spoilt = 0; window.fetch = (address, options) => { \
               if (!spoilt && options?.headers?.authorization) { \
                 spoilt++; options.headers.authorization = 'Bearer spoilt'; } \
               return real(address, options); } })(fetch)",
        )
        .await;
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;
    assert_eq!(
        browser.evaluate::<(u32, u32)>("[spoilt, asked]").await,
        (1, 2)
    );
}

async fn widgets_that_need_the_customer_at_once_share_one_exchange(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    shop.stage
        .pages
        .fill("include", "<bookplate-account></bookplate-account><bookplate-account lang=\"ja\"></bookplate-account>");
    shop.sign_in(&browser).await;
    browser
        .shadow("bookplate-account[lang=ja]")
        .wait_for_count(".order", 10)
        .await;
    let requests = browser.requests().await;
    let exchanges = requests
        .iter()
        .filter(|request| request.name.contains("/v1/sessions"));
    assert_eq!(exchanges.count(), 1, "{requests:?}");
    assert_eq!(browser.evaluate::<u32>("asked").await, 1);
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

async fn what_the_page_says_anew_is_shown_without_a_reload(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    browser.evaluate::<()>("Bookplate.identify(null)").await;
    account.wait_for_text("h2", "You are not signed in").await;
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account.wait_for_count(".order", 10).await;
    // Somebody else sits down.
    shop.stage
        .pages
        .login
        .customer(json!({ "sub": "c-2", "name": "Mei" }));
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account.wait_for_text("h2", "Hello, Mei").await;
    account
        .wait_for_text(
            ".orders .empty",
            "No orders yet. What you buy will be listed here.",
        )
        .await;
    assert!(
        !browser
            .evaluate::<String>(EVERYTHING)
            .await
            .contains("Xiaoyu")
    );
    // A language that changes changes the words, not the customer.
    browser
        .evaluate::<()>("void (document.querySelector('bookplate-account').lang = 'zh-CN')")
        .await;
    account.wait_for_text("h2", "Mei，您好").await;
    // The shop's own session has ended meanwhile.
    browser
        .evaluate::<()>("void fetch('/shop/sign-out', { method: 'POST' }).then(() => Bookplate.identify(fetchToken))")
        .await;
    account.wait_for_text("h2", "您尚未登录").await;
}

async fn a_callback_that_fails_or_returns_rubbish_can_be_tried_again(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    for rubbish in [
        "() => { throw Error('the shop is closed') }",
        "() => Promise.reject()",
        "() => 42",
        "() => ({ token: 'eyJ' })",
        "() => 'rubbish'",
        "'eyJ'",
    ] {
        browser.evaluate::<()>("Bookplate.identify(null)").await;
        account.wait_for_text("h2", "You are not signed in").await;
        browser
            .evaluate::<()>(&format!("Bookplate.identify({rubbish})"))
            .await;
        account
            .wait_for_text(".problem p", "Sorry, your account could not be opened.")
            .await;
        assert_eq!(account.count(".order").await, 0, "{rubbish}");
    }
    // The callback is asked again.
    browser
        .evaluate::<()>(
            "void (() => { let calls = 0; \
             Bookplate.identify(() => calls++ ? fetchToken() : Promise.reject(Error('at first'))) })()",
        )
        .await;
    account.wait_for_count(".problem button", 1).await;
    account.click(".problem button").await;
    account.wait_for_count(".order", 10).await;
}

async fn an_identity_token_can_stand_in_an_attribute(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let login = &shop.stage.pages.login;
    let element =
        |token: &str| format!("<bookplate-account identity-token=\"{token}\"></bookplate-account>");
    shop.stage.pages.fill("include", &element(&login.token(0)));
    browser.open(&shop.stage.pages.url("/?silent")).await;
    let account = browser.shadow("bookplate-account");
    account.wait_for_count(".order", 10).await;
    login.customer(json!({ "sub": "c-2", "name": "Mei" }));
    let change = |token: &str| {
        format!(
            "document.querySelector('bookplate-account').setAttribute('identity-token', '{token}')"
        )
    };
    browser.evaluate::<()>(&change(&login.token(0))).await;
    account.wait_for_text("h2", "Hello, Mei").await;
    browser
        .evaluate::<()>(
            "document.querySelector('bookplate-account').removeAttribute('identity-token')",
        )
        .await;
    account.wait_for_text("h2", "You are not signed in").await;
    // One that has expired needs another.
    browser.evaluate::<()>(&change(&login.token(300))).await;
    account
        .wait_for_text(
            ".signed-out p",
            "Your session has ended. Sign in again to go on.",
        )
        .await;
}

async fn an_account_is_taken_over_without_a_mismatch(browser: Browser) {
    let shop = Shop::open(Build::Debug).await;
    for lang in ["en", "zh-CN"] {
        shop.stage.pages.fill("lang", lang);
        browser.open(&shop.stage.pages.url("/?silent")).await;
        let account = browser.shadow("bookplate-account");
        account.wait_for_count("h2", 1).await;
        account
            .evaluate::<()>(
                "root.querySelectorAll('section *').forEach((node) => { node.mark = 1 })",
            )
            .await;
        browser.wait_for(HYDRATED).await;
        let new: u32 = account
            .evaluate("[...root.querySelectorAll('section *')].filter((node) => !node.mark).length")
            .await;
        assert_eq!(new, 0);
        browser
            .evaluate::<()>("Bookplate.identify(fetchToken)")
            .await;
        account.wait_for_count(".signed-out a", 1).await;
    }
    shop.stage.pages.fill("lang", "en");
    shop.sign_in(&browser).await;
    if browser.engine() == Engine::Chromium {
        assert_eq!(browser.console().await, [] as [String; 0]);
    }
    // The same HTML, put there by the shop's server.
    let path = format!("/v1/fragments.html?key={KEY}&lang=en&w=account/");
    let include = shop.stage.world.anonymous().get(&path).await;
    shop.stage.pages.fill("include", include.html());
    browser.open(&shop.stage.pages.url("/")).await;
    browser
        .shadow("bookplate-account")
        .wait_for_count(".order", 10)
        .await;
    let requests = browser.requests().await;
    assert!(
        !requests
            .iter()
            .any(|request| request.name.contains("/v1/fragments"))
    );
}

async fn without_wasm_signing_in_works_all_the_same(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    shop.stage
        .pages
        .change_policy(|policy| policy.replace(" 'wasm-unsafe-eval'", ""));
    browser.open(&shop.stage.pages.url("/")).await;
    let account = browser.shadow("bookplate-account");
    account.wait_for_count("[data-tell=sign-in]", 1).await;
    let address: String = account
        .evaluate("root.querySelector('[data-tell=sign-in]').href")
        .await;
    assert!(
        address.ends_with("/shops/pk_stage/member/sign-in?lang=en"),
        "{address}"
    );
    // Nothing waits for what never comes.
    account
        .wait_for("!root.querySelector('.root').matches('[data-expected]')")
        .await;
    assert!(
        account
            .find("[data-tell=sign-in]")
            .await
            .is_displayed()
            .await
            .unwrap()
    );
    browser.wait_for("performance.getEntriesByName(performance.getEntries().find(({ name }) => name.endsWith('identity.js'))?.name).length").await;
    browser
        .evaluate::<()>("void (window.handles = ['sign-in'])")
        .await;
    account.click("[data-tell=sign-in]").await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-sign-in')")
        .await;
}

async fn what_is_told_to_the_page_stays_as_it_is(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    browser
        .evaluate::<()>("void (window.handles = ['sign-in', 'buy', 'review'])")
        .await;
    account.click("[data-tell=sign-in]").await;
    let first: Value = browser.evaluate("heard").await;
    shop.submit(&browser).await;
    account.wait_for_count(".order", 10).await;
    browser
        .evaluate::<()>("void (window.handles = ['buy', 'review'])")
        .await;
    account.click("[data-tell=buy]").await;
    account.click("[data-tell=review]").await;
    account.click("[data-do=sign-out]").await;
    browser.wait_for("heard.length === 4").await;
    let rest: Value = browser.evaluate("heard").await;
    let api: Value = browser
        .evaluate(
            "({ global: Object.fromEntries(Object.entries(Bookplate) \
                 .map(([name, value]) => [name, `${typeof value}, ${value.length} arguments`])), \
               elements: Object.fromEntries(['account', 'rating', 'reviews'].map((name) => \
                 [name, customElements.get(`bookplate-${name}`).observedAttributes])) })",
        )
        .await;
    let events = [first, rest].map(|heard| heard.as_array().unwrap().clone());
    let exposed = json!({ "api": api, "events": events.concat() });
    insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false, sort_maps => true }, {
        insta::assert_json_snapshot!("exposed", exposed);
    });
    // All of it is in the types that shops write against.
    let types = include_str!("../../src/element/bookplate.d.ts");
    for event in exposed["events"].as_array().unwrap() {
        let name = event["type"].as_str().unwrap();
        assert!(types.contains(&format!("'{name}'")), "{name}");
    }
    for name in api["global"].as_object().unwrap().keys() {
        assert!(types.contains(&format!("  {name}(")), "{name}");
    }
}

async fn the_keyboard_does_everything_in_an_account(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    browser
        .evaluate::<()>("void (window.handles = ['sign-in'])")
        .await;
    account
        .find("[data-tell=sign-in]")
        .await
        .focus()
        .await
        .unwrap();
    browser.press(Key::Enter).await;
    browser
        .wait_for("heard.some(({ type }) => type === 'bookplate-sign-in')")
        .await;

    let account = shop.sign_in(&browser).await;
    account.find("[data-do=older]").await.focus().await.unwrap();
    browser.press(Key::Enter).await;
    account.wait_for_count(".order", 12).await;
    // On to the first of the orders that have come.
    account
        .wait_for("root.activeElement === root.querySelectorAll('h4')[10]")
        .await;
    browser.press(Key::Tab).await;
    account
        .wait_for("root.activeElement.matches('.line a')")
        .await;

    account
        .find("[data-do=sign-out]")
        .await
        .focus()
        .await
        .unwrap();
    browser.press(Key::Enter).await;
    account
        .wait_for("root.activeElement?.localName === 'h2'")
        .await;
    browser.press(Key::Tab).await;
    account
        .wait_for("root.activeElement.matches('[data-tell=sign-in]')")
        .await;
}

async fn axe_finds_nothing_in_an_account(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    check_with_axe(&shop, &browser).await;
    let options = Options {
        dark: true,
        reduced_motion: true,
        ..Options::default()
    };
    let dark = Browser::start(browser.engine(), options).await.unwrap();
    check_with_axe(&shop, &dark).await;
}

async fn check_with_axe(shop: &Shop, browser: &Browser) {
    let account = shop.visit(browser).await;
    assert_eq!(browser.axe("body").await, "", "signed out");
    shop.sign_in(browser).await;
    assert_eq!(browser.axe("body").await, "", "signed in");
    browser.evaluate::<()>("Bookplate.identify(() => 42)").await;
    account.wait_for_count(".problem button", 1).await;
    assert_eq!(browser.axe("body").await, "", "failed");
    browser
        .evaluate::<()>("Bookplate.identify(() => new Promise(() => {}))")
        .await;
    account
        .wait_for("root.querySelector('[aria-busy=true]')")
        .await;
    assert_eq!(browser.axe("body").await, "", "waiting");
}

async fn an_account_fits_a_phone_and_a_zoomed_page(browser: Browser) {
    let shop = Shop::open(Build::Release).await;
    elsewhere(&shop).await;
    let account = shop.sign_in(&browser).await;
    for width in [390, 320] {
        browser.viewport(width, 700).await;
        let overflow: i32 = browser
            .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert_eq!(overflow, 0, "sideways at {width} px");
        let small: Vec<String> = account
            .evaluate(
                "[...root.querySelectorAll('a, button')]\
                 .filter((target) => target.getBoundingClientRect().height < 44)\
                 .map((target) => target.outerHTML.slice(0, 80))",
            )
            .await;
        assert_eq!(
            small,
            [] as [String; 0],
            "targets below 44 px at {width} px"
        );
    }
}

async fn nothing_moves_while_an_account_loads(browser: Browser) {
    // Only Chromium measures layout shifts; the others have the same style sheets.
    if browser.engine() != Engine::Chromium {
        return;
    }
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.viewport(width, height).await;
        browser.open(&shop.stage.pages.url("/")).await;
        account.wait_for_count(".order", 10).await;
        assert_eq!(browser.layout_shift().await, 0.0, "signed in, {width} px");
        browser.open(&shop.stage.pages.url("/?silent")).await;
        browser.wait_for(HYDRATED).await;
        assert_eq!(browser.layout_shift().await, 0.0, "signed out, {width} px");
    }
}

async fn offline_an_account_says_so_and_opens_when_the_network_is_back(browser: Browser) {
    // Other drivers cannot take the network away.
    if browser.engine() != Engine::Chromium {
        return;
    }
    let shop = Shop::open(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    browser.evaluate::<()>("Bookplate.identify(null)").await;
    account.wait_for_text("h2", "You are not signed in").await;
    browser.offline(true).await;
    browser
        .evaluate::<()>("Bookplate.identify(fetchToken)")
        .await;
    account
        .wait_for_text(
            ".problem p",
            "You are offline, so your account cannot be opened.",
        )
        .await;
    browser.offline(false).await;
    account.wait_for_count(".order", 10).await;
}
