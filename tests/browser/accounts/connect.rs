//! `<bookplate-account>` on a page of a shop that has no login of its own: signing in is in a window of ours, and
//! what comes of it stays on the page.
//!
//! WebKitGTK keeps no `Secure` cookie of a server without https, so nobody can be signed in in that window there.

use super::{EVERYTHING, HYDRATED, orders};
use crate::stage::{Build, KEY, Stage};
use bookplate_tests::actors::Setup;
use bookplate_tests::browser::{Browser, Engine, Key, Shadow};
use bookplate_tests::database::Kind;
use bookplate_tests::mail::MailServer;
use bookplate_tests::wait_until;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    somebody_who_signs_up_in_the_window_is_signed_in_on_the_shops_page,
    whoever_signs_in_in_the_window_is_signed_in_on_the_next_page_too,
    signing_out_in_a_second_tab_reaches_the_first_and_the_next_page,
    a_session_goes_on_by_a_token_that_is_new_each_time_and_widgets_share_it,
    without_the_cookie_one_click_in_the_window_is_enough,
    a_page_takes_codes_from_its_own_window_alone,
    where_no_window_opens_the_link_leads_to_the_hosted_page,
    the_window_is_for_everybody,
    the_window_is_taken_over_without_a_mismatch,
);

pub(crate) const LIN: &str = "lin@example.com";
pub(crate) const PASSWORD: &str = "tea with the dean";
/// One of our own pages is.
const TAKEN_OVER: &str = "document.body?.dataset.hydrated === ''";

/// A shop without a login.
pub(crate) struct OpenShop {
    pub(super) stage: Stage,
    /// Where browsers find the server.
    pub(crate) server: String,
    mail: MailServer,
}

impl OpenShop {
    pub(super) async fn open(build: Build) -> Self {
        Self::with(Setup::new(Kind::Sqlite).await, build, None).await
    }

    async fn with(mut setup: Setup, build: Build, named: Option<String>) -> Self {
        let mail = MailServer::start().await;
        let program = setup.program();
        if build == Build::Debug {
            program.use_debug_assets();
        }
        program.set("BOOKPLATE_SMTP_URL", &mail.url());
        program.set("BOOKPLATE_MAIL_FROM", "books@shop.example");
        let stage = Stage::with_customers("account", setup).await;
        stage
            .pages
            .fill("include", "<bookplate-account></bookplate-account>");
        let address = stage.world.server().address().to_owned();
        let server = named.unwrap_or(address);
        stage.pages.fill("api", &server);
        Self {
            stage,
            server,
            mail,
        }
    }

    /// Lin has signed up and has ordered twelve times.
    pub(super) async fn with_lin(build: Build) -> Self {
        Self::open(build).await.know_lin().await
    }

    /// The same, and the server has a name, so that there can be passkeys.
    pub(crate) async fn with_passkeys(build: Build) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        let named = Some(setup.program().name_the_server());
        Self::with(setup, build, named).await.know_lin().await
    }

    async fn know_lin(self) -> Self {
        let shop = self;
        let page = shop.stage.world.page(shop.stage.pages.origin(), KEY);
        let new = json!({ "email": LIN, "password": PASSWORD, "name": "Lin", "language": "en" });
        page.post("/v1/accounts", &new).await.expect_status(202);
        let mail = shop.mail.mail(LIN, 1).await;
        let (_, token) = mail.link().split_once("token=").unwrap();
        let confirm = json!({ "token": token, "password": PASSWORD });
        let confirmed = page.post("/v1/accounts/confirm", &confirm).await;
        confirmed.expect_status(201);
        shop.order().await;
        shop
    }

    async fn order(&self) {
        let mut orders = orders();
        for order in orders["orders"].as_array_mut().unwrap() {
            order["customer"] = json!({ "email": LIN });
        }
        let backend = self.stage.world.anonymous();
        let backend = backend.bearing(&self.stage.secrets.api);
        backend.post("/v1/orders", &orders).await.expect_status(200);
    }

    /// The page, whose script says nothing of who it is.
    pub(crate) async fn visit(&self, browser: &Browser) -> Shadow {
        browser.open(&self.stage.pages.url("/?silent")).await;
        browser.wait_for(HYDRATED).await;
        browser.shadow("bookplate-account")
    }

    /// The page with Lin signed in.
    pub(super) async fn sign_in(&self, browser: &Browser) -> Shadow {
        let account = self.visit(browser).await;
        let window = Window::open(browser, &account).await;
        fill(browser, "#email", LIN).await;
        fill(browser, "#password", PASSWORD).await;
        window.agree(browser).await;
        account.wait_for_text("h2", "Hello, Lin").await;
        account.wait_for_count(".order", 10).await;
        account
    }
}

/// The window that the page has opened, in front.
pub(crate) struct Window {
    page: thirtyfour::WindowHandle,
    window: thirtyfour::WindowHandle,
}

impl Window {
    /// Clicks "Sign in".
    pub(crate) async fn open(browser: &Browser, account: &Shadow) -> Self {
        account.wait_for_count("[data-tell=sign-in]", 1).await;
        let before = browser.web().windows().await.unwrap();
        account.click("[data-tell=sign-in]").await;
        Self::opened(browser, &before).await
    }

    /// The one that was not there `before`.
    async fn opened(browser: &Browser, before: &[thirtyfour::WindowHandle]) -> Self {
        wait_until("a window opens", async || {
            browser.web().windows().await.unwrap().len() > before.len()
        })
        .await;
        let page = browser.web().window().await.unwrap();
        let all = browser.web().windows().await.unwrap();
        let window = all.into_iter().find(|one| !before.contains(one)).unwrap();
        browser
            .web()
            .switch_to_window(window.clone())
            .await
            .unwrap();
        browser.wait_for(TAKEN_OVER).await;
        Self { page, window }
    }

    /// Presses Enter on the button of the page, after which the window closes. The shop's page is in front then.
    async fn agree(self, browser: &Browser) {
        let button = browser.find("main .button.primary").await;
        button.focus().await.unwrap();
        button.send_keys(Key::Enter + "").await.unwrap();
        self.closed(browser).await;
    }

    pub(crate) async fn closed(self, browser: &Browser) {
        wait_until("the window closes", async || {
            !browser
                .web()
                .windows()
                .await
                .unwrap()
                .contains(&self.window)
        })
        .await;
        browser.web().switch_to_window(self.page).await.unwrap();
    }
}

async fn fill(browser: &Browser, css: &str, text: &str) {
    browser.find(css).await.send_keys(text).await.unwrap();
}

async fn click(browser: &Browser, css: &str) {
    browser.find(css).await.click().await.unwrap();
}

/// Has the page note what it asks sessions for.
async fn watch_grants(browser: &Browser) {
    browser
        .evaluate::<()>(
            "void ((real) => { window.grants = []; window.fetch = (address, options) => { \
               if (new URL(address).pathname === '/v1/sessions') grants.push(JSON.parse(options.body).grant); \
               return real(address, options); } })(fetch)",
        )
        .await;
}

/// Fails where something of a session is kept on the page, or an address has something of it.
async fn expect_nothing_kept(browser: &Browser) {
    let kept: Vec<String> = browser
        .evaluate("[document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.search]")
        .await;
    assert_eq!(kept, ["", "{}", "{}", "?silent"]);
    for request in browser.requests().await {
        let told = ["eyJ", "code=", "handover=", "token="]
            .iter()
            .find(|part| request.name.contains(**part));
        assert_eq!(told, None, "{request:?}");
    }
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn somebody_who_signs_up_in_the_window_is_signed_in_on_the_shops_page(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    account.wait_for_text("h2", "You are not signed in").await;
    let window = Window::open(&browser, &account).await;
    click(&browser, "a[href*='sign-up?back=']").await;
    fill(&browser, "#name", "Lin").await;
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    click(&browser, "main .button.primary").await;
    browser
        .wait_for("document.querySelector('[role=status]')?.innerText.includes('on its way')")
        .await;

    // The link of the email opens another tab.
    let mail = shop.mail.mail(LIN, 1).await;
    let tab = browser.web().new_tab().await.unwrap();
    browser.web().switch_to_window(tab).await.unwrap();
    browser.open(mail.link()).await;
    fill(&browser, "#password", PASSWORD).await;
    click(&browser, "main .button.primary").await;
    browser
        .wait_for("document.querySelector('.sections')")
        .await;
    browser.web().close_window().await.unwrap();
    shop.order().await;

    browser
        .web()
        .switch_to_window(window.window.clone())
        .await
        .unwrap();
    click(&browser, ".part a[href*='sign-in?back=']").await;
    browser
        .wait_for("document.querySelector('main .button.primary')?.innerText === 'Go on as Lin'")
        .await;
    window.agree(&browser).await;
    account.wait_for_text("h2", "Hello, Lin").await;
    account.wait_for_count(".order", 10).await;
    expect_nothing_kept(&browser).await;
}

async fn whoever_signs_in_in_the_window_is_signed_in_on_the_next_page_too(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    let heard: Vec<String> = browser.evaluate("heard.map(({ type }) => type)").await;
    assert_eq!(heard, ["bookplate-sign-in", "bookplate-signed-in"]);
    expect_nothing_kept(&browser).await;
    // Third-party cookies are refused here (see `harness::no_other_site_gets_a_cookie`); this one is partitioned.
    shop.visit(&browser).await;
    account.wait_for_text("h2", "Hello, Lin").await;
    account.wait_for_count(".order", 10).await;
    expect_nothing_kept(&browser).await;
    let cookies = browser.web().get_all_cookies().await.unwrap();
    assert_eq!(cookies.len(), 0, "none is the shop's: {cookies:?}");
}

async fn signing_out_in_a_second_tab_reaches_the_first_and_the_next_page(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    let account = shop.sign_in(&browser).await;
    let first = browser.web().window().await.unwrap();
    let second = browser.web().new_tab().await.unwrap();
    browser.web().switch_to_window(second).await.unwrap();
    shop.visit(&browser).await;
    account.wait_for_count(".order", 10).await;
    account.click("[data-do=sign-out]").await;
    account
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
    browser.web().switch_to_window(first).await.unwrap();
    account
        .wait_for_text(".signed-out p", "You have signed out in another window.")
        .await;
    let everything: String = browser.evaluate(EVERYTHING).await;
    assert!(!everything.contains("Lin"), "{everything}");
    // Nothing is left that the next page could go on with, nor does it say that something has ended.
    shop.visit(&browser).await;
    account.wait_for_text("h2", "You are not signed in").await;
    account
        .wait_for("root.querySelector('.signed-out p').innerText.startsWith('Sign in to see')")
        .await;
    // In our own pages the session has ended with it.
    let window = Window::open(&browser, &account).await;
    browser
        .wait_for("document.querySelector('#password')")
        .await;
    drop(window);
}

async fn a_session_goes_on_by_a_token_that_is_new_each_time_and_widgets_share_it(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    shop.stage.pages.fill(
        "include",
        "<bookplate-account></bookplate-account><bookplate-account lang=\"ja\"></bookplate-account>",
    );
    shop.visit(&browser).await;
    watch_grants(&browser).await;
    let account = browser.shadow("bookplate-account");
    let window = Window::open(&browser, &account).await;
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    window.agree(&browser).await;
    let other = browser.shadow("bookplate-account[lang=ja]");
    account.wait_for_count(".order", 10).await;
    other.wait_for_count(".order", 10).await;
    assert_eq!(
        browser.evaluate::<Vec<String>>("grants").await,
        ["handover"]
    );
    let later = async || {
        // Ten minutes later, as the page's clock has it.
        let clock = "void ((now) => { Date.now = () => now() + 600_000 })(Date.now)";
        browser.evaluate::<()>(clock).await;
    };
    later().await;
    browser
        .evaluate::<()>(
            "document.querySelectorAll('bookplate-account').forEach(({ shadowRoot }) => \
               shadowRoot.querySelector('[data-do=older]').click())",
        )
        .await;
    account.wait_for_count(".order", 12).await;
    other.wait_for_count(".order", 12).await;
    assert_eq!(
        browser.evaluate::<Vec<String>>("grants").await,
        ["handover", "refresh_token"]
    );
    // And once more, with the token that the renewal has brought.
    later().await;
    account.click("[data-do=sign-out]").await;
    account
        .wait_for_text(".signed-out p", "You have signed out.")
        .await;
    browser.wait_for("grants.length === 3").await;
    assert_eq!(
        browser.evaluate::<Vec<String>>("grants").await[2],
        "refresh_token"
    );
}

async fn without_the_cookie_one_click_in_the_window_is_enough(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    // A browser that knows nothing of partitioned cookies keeps none.
    let account = shop.visit(&browser).await;
    browser
        .evaluate::<()>(
            "void ((real) => { window.fetch = (address, options) => \
               real(address, { ...options, credentials: 'omit' }) })(fetch)",
        )
        .await;
    let window = Window::open(&browser, &account).await;
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    window.agree(&browser).await;
    account.wait_for_count(".order", 10).await;
    browser
        .evaluate::<()>("void ((now) => { Date.now = () => now() + 600_000 })(Date.now)")
        .await;
    account.click("[data-do=older]").await;
    account.wait_for_count(".order", 12).await;

    shop.visit(&browser).await;
    account.wait_for_text("h2", "You are not signed in").await;
    let window = Window::open(&browser, &account).await;
    let asked: String = browser
        .evaluate("document.querySelector('main .button.primary').innerText")
        .await;
    assert_eq!(asked, "Go on as Lin");
    window.agree(&browser).await;
    account.wait_for_text("h2", "Hello, Lin").await;
}

async fn a_page_takes_codes_from_its_own_window_alone(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    let account = shop.visit(&browser).await;
    account.wait_for_text("h2", "You are not signed in").await;
    watch_grants(&browser).await;
    let window = Window::open(&browser, &account).await;
    browser
        .web()
        .switch_to_window(window.page.clone())
        .await
        .unwrap();
    // From the page itself, and with the right words.
    browser
        .evaluate::<()>("void (window.heardMessage = 0, addEventListener('message', () => heardMessage++), postMessage({ handover: 'of-somebody-else' }, '*'))")
        .await;
    browser.wait_for("heardMessage === 1").await;
    assert_eq!(
        browser.evaluate::<Vec<String>>("grants").await,
        [] as [String; 0]
    );
    // A code that is none says nothing about anybody, and another try is possible.
    browser
        .web()
        .switch_to_window(window.window.clone())
        .await
        .unwrap();
    browser
        .evaluate::<()>(&format!(
            "opener.postMessage({{ handover: 'no-such-code' }}, {})",
            json!(shop.stage.pages.origin())
        ))
        .await;
    window.closed(&browser).await;
    account.wait_for_count(".problem button", 1).await;
    account.click(".problem button").await;
    account.wait_for_text("h2", "You are not signed in").await;
    let window = Window::open(&browser, &account).await;
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    window.agree(&browser).await;
    account.wait_for_text("h2", "Hello, Lin").await;
}

async fn where_no_window_opens_the_link_leads_to_the_hosted_page(browser: Browser) {
    let shop = OpenShop::open(Build::Release).await;
    let account = shop.visit(&browser).await;
    browser
        .evaluate::<()>("void (window.open = () => null)")
        .await;
    account.wait_for_count("[data-tell=sign-in]", 1).await;
    account.click("[data-tell=sign-in]").await;
    browser
        .wait_for("location.pathname.endsWith('/member/sign-in')")
        .await;
    browser.find("#password").await;
}

/// The window on its own, at each of its two pages and in two languages.
async fn look_at_window(shop: &OpenShop, browser: &Browser, look: impl AsyncFn(&str)) {
    let server = shop.stage.world.server().address();
    for lang in ["en", "zh-CN"] {
        let mut address = format!("{server}/shops/{KEY}/member/connect?lang={lang}&");
        bookplate_wire::query::push(&mut address, "for", shop.stage.pages.origin());
        browser.open(&address).await;
        browser.wait_for(TAKEN_OVER).await;
        look(lang).await;
        click(browser, "main .button.primary").await;
        browser
            .wait_for("document.querySelector('[data-handover]')")
            .await;
        browser.wait_for(TAKEN_OVER).await;
        look(lang).await;
    }
}

async fn the_window_is_for_everybody(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_lin(Build::Release).await;
    shop.sign_in(&browser).await;
    assert_eq!(browser.axe("body").await, "");
    browser.viewport(390, 700).await;
    look_at_window(&shop, &browser, async |lang| {
        assert_eq!(browser.axe("html").await, "", "{lang}");
        let overflow: i32 = browser
            .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert!(overflow <= 0, "sideways: {overflow}");
        let small: Vec<Value> = browser
            .evaluate(
                "[...document.querySelectorAll('a:not(.skip), button')].filter((target) => \
                 target.getBoundingClientRect().height < 43.9).map((target) => target.outerHTML)",
            )
            .await;
        assert_eq!(small, [] as [Value; 0]);
    })
    .await;
}

async fn the_window_is_taken_over_without_a_mismatch(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    // With debug assertions, so that Leptos tells of one.
    let shop = OpenShop::with_lin(Build::Debug).await;
    let account = shop.visit(&browser).await;
    let window = Window::open(&browser, &account).await;
    assert_eq!(browser.console().await, [] as [String; 0], "signing in");
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    window.agree(&browser).await;
    account.wait_for_count(".order", 10).await;
    assert_eq!(browser.console().await, [] as [String; 0], "the page");
    look_at_window(&shop, &browser, async |lang| {
        assert_eq!(browser.console().await, [] as [String; 0], "{lang}");
    })
    .await;
}
