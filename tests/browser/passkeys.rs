//! Passkeys: a shopper adds one in the member centre and signs in with it, there and from a shop's page, and somebody of
//! the staff shows one in place of the code.
//!
//! Only Chromium's driver has authenticators to test with.

use crate::accounts::connect::{LIN, OpenShop, PASSWORD, Window};
use crate::office::{Office, tab_to};
use crate::stage::{Build, KEY};
use bookplate_tests::browser::{Authenticator, Browser, Engine, Key, Options};
use bookplate_tests::logs;

bookplate_tests::browser_stories!(
    a_shopper_adds_a_passkey_and_signs_in_with_it,
    in_the_window_of_a_shops_page_a_passkey_signs_in,
    a_passkey_that_the_browser_offers_by_itself_signs_in,
    who_cancels_or_has_a_passkey_already_is_told,
    without_passkeys_or_script_one_signs_in_as_before,
    somebody_of_the_staff_signs_in_with_password_and_passkey,
    the_pages_with_passkeys_are_for_everybody,
    the_pages_with_passkeys_are_taken_over_without_a_mismatch,
);

const HYDRATED: &str = "document.body?.dataset.hydrated === ''";
const BUTTON: &str = "main [data-passkey]";
const SHOWN: &str = "document.querySelector('main [data-passkey]')?.checkVisibility()";

/// The address of a page of the member centre.
fn at(shop: &OpenShop, page: &str) -> String {
    format!("{}/shops/{KEY}/member/{page}lang=en", shop.server)
}

/// A phone at hand, which is asked for when somebody says so.
async fn phone(browser: &Browser) -> Authenticator {
    browser.without_offers().await;
    browser.authenticator(Vec::new()).await
}

async fn fill(browser: &Browser, css: &str, text: &str) {
    logs::keep_out(text);
    let field = browser.find(css).await;
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn click(browser: &Browser, css: &str) {
    browser.find(css).await.click().await.unwrap();
}

async fn main(browser: &Browser) -> String {
    let text = "document.querySelector('main').innerText";
    browser.evaluate(text).await
}

/// Signs Lin in by password, and opens the page with the devices.
async fn sign_in(shop: &OpenShop, browser: &Browser) {
    browser.open(&at(shop, "sign-in?")).await;
    browser.wait_for(HYDRATED).await;
    fill(browser, "#email", LIN).await;
    fill(browser, "#password", PASSWORD).await;
    click(browser, "main .button.primary").await;
    browser
        .wait_for("document.querySelector('.sections')")
        .await;
    open_devices(shop, browser).await;
}

async fn open_devices(shop: &OpenShop, browser: &Browser) {
    browser.open(&at(shop, "sessions?")).await;
    browser.wait_for(HYDRATED).await;
}

async fn sign_out(browser: &Browser) {
    click(browser, ".sections form button").await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
    browser.wait_for(SHOWN).await;
}

/// Adds a passkey with nothing but the keyboard.
async fn add(browser: &Browser, proof: &str) {
    logs::keep_out(proof);
    tab_to(browser, "#name").await;
    let typed = async |text: &str| {
        let field = browser.web().active_element().await.unwrap();
        field.send_keys(text).await.unwrap();
    };
    typed("Pocket phone").await;
    browser.press(Key::Tab).await;
    typed(proof).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('[role=status]')?.innerText.includes('is added')")
        .await;
}

async fn a_shopper_adds_a_passkey_and_signs_in_with_it(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_passkeys(Build::Release).await;
    let phone = phone(&browser).await;
    sign_in(&shop, &browser).await;
    assert!(main(&browser).await.contains("You have no passkeys yet."));
    add(&browser, PASSWORD).await;
    assert_eq!(phone.passkeys().await.len(), 1);
    let shown = main(&browser).await;
    for words in ["Pocket phone", "Added on", "Not used yet"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }

    sign_out(&browser).await;
    tab_to(&browser, BUTTON).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('h1')?.innerText === 'Hello, Lin'")
        .await;
    open_devices(&shop, &browser).await;
    assert!(main(&browser).await.contains("Last used on"));

    tab_to(&browser, "[name=passkey]").await;
    let label: String = browser.evaluate("document.activeElement.ariaLabel").await;
    assert_eq!(label, "Remove Pocket phone");
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('[role=status]')?.innerText.includes('is removed')")
        .await;
    browser
        .wait_for("!document.querySelector('[name=passkey]')")
        .await;
    // The phone has it still, and is refused.
    sign_out(&browser).await;
    click(&browser, BUTTON).await;
    browser
        .wait_for("document.activeElement.innerText?.startsWith('This passkey was not accepted')")
        .await;
}

async fn in_the_window_of_a_shops_page_a_passkey_signs_in(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_passkeys(Build::Release).await;
    let phone = phone(&browser).await;
    sign_in(&shop, &browser).await;
    add(&browser, PASSWORD).await;
    let passkeys = phone.passkeys().await;
    sign_out(&browser).await;
    // Another site's page.
    let account = shop.visit(&browser).await;
    account.wait_for_text("h2", "You are not signed in").await;
    let window = Window::open(&browser, &account).await;
    browser.without_offers().await;
    browser.web().refresh().await.unwrap();
    browser.wait_for(HYDRATED).await;
    let _phone = browser.authenticator(passkeys).await;
    browser.wait_for(SHOWN).await;
    tab_to(&browser, BUTTON).await;
    browser.press(Key::Enter).await;
    window.closed(&browser).await;
    account.wait_for_text("h2", "Hello, Lin").await;
    account.wait_for_count(".order", 10).await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
}

async fn a_passkey_that_the_browser_offers_by_itself_signs_in(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_passkeys(Build::Release).await;
    let _phone = browser.authenticator(Vec::new()).await;
    sign_in(&shop, &browser).await;
    add(&browser, PASSWORD).await;
    click(&browser, ".sections form button").await;
    // The test's authenticator takes what it is offered at once; in front of a real one somebody chooses it.
    browser
        .wait_for("document.querySelector('h1')?.innerText === 'Hello, Lin'")
        .await;
    open_devices(&shop, &browser).await;
    assert!(main(&browser).await.contains("Last used on"));
}

async fn who_cancels_or_has_a_passkey_already_is_told(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let shop = OpenShop::with_passkeys(Build::Release).await;
    let phone = phone(&browser).await;
    sign_in(&shop, &browser).await;
    let ask = async |password: &str| {
        fill(&browser, "#name", "Pocket phone").await;
        fill(&browser, "#proof", password).await;
        click(&browser, "form:has(#proof) button").await;
    };
    let told = async |words: &str| {
        let told =
            format!("document.querySelector('form [role=alert]')?.innerText.includes('{words}')");
        browser.wait_for(&told).await;
    };
    ask("not the password").await;
    browser
        .wait_for("document.querySelector('#proof-fault') && document.activeElement.id === 'proof'")
        .await;
    let name: String = browser
        .evaluate("document.querySelector('#name').value")
        .await;
    assert_eq!(name, "Pocket phone");

    phone.refuse(true).await;
    ask(PASSWORD).await;
    told("That was cancelled").await;
    // Once more, without the password.
    phone.refuse(false).await;
    click(&browser, "[data-passkey-new]").await;
    browser
        .wait_for("document.querySelector('[role=status]')?.innerText.includes('is added')")
        .await;
    ask(PASSWORD).await;
    told("has a passkey for this account already").await;

    open_devices(&shop, &browser).await;
    sign_out(&browser).await;
    phone.refuse(true).await;
    click(&browser, BUTTON).await;
    told("That was cancelled").await;
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    click(&browser, "main .button.primary").await;
    browser
        .wait_for("document.querySelector('.sections')")
        .await;
}

async fn without_passkeys_or_script_one_signs_in_as_before(browser: Browser) {
    let shop = OpenShop::with_passkeys(Build::Release).await;
    let hidden = async || {
        let shown: bool = browser.evaluate(SHOWN).await;
        assert!(!shown, "there is a button that does nothing");
    };
    if browser.engine() == Engine::Webkit {
        // It has none, and keeps no `Secure` cookie without https.
        browser.open(&at(&shop, "sign-in?")).await;
        browser.wait_for(HYDRATED).await;
        hidden().await;
        return;
    }
    browser.without_passkeys().await;
    browser.open(&at(&shop, "sign-in?")).await;
    browser.wait_for(HYDRATED).await;
    hidden().await;
    sign_in(&shop, &browser).await;
    assert!(
        main(&browser)
            .await
            .contains("This browser cannot make passkeys.")
    );
    sign_out_without(&browser).await;

    browser.block(&["*/site.js"]).await;
    browser.open(&at(&shop, "sign-in?")).await;
    hidden().await;
    fill(&browser, "#email", LIN).await;
    fill(&browser, "#password", PASSWORD).await;
    click(&browser, "main .button.primary").await;
    browser
        .wait_for("document.querySelector('.sections')")
        .await;
}

/// Signs out where there is no button for passkeys.
async fn sign_out_without(browser: &Browser) {
    click(browser, ".sections form button").await;
    browser
        .wait_for("document.title.startsWith('Sign in')")
        .await;
}

/// Olga with a passkey, in the page about her account.
async fn office(browser: &Browser, build: Build) -> (Office, Authenticator) {
    let mut office = Office::with_passkeys(build).await;
    let key = phone(browser).await;
    office.owner.sign_in(browser).await;
    browser.open(&office.owner.account()).await;
    browser.wait_for(HYDRATED).await;
    add(browser, &office.owner.recovery_code()).await;
    (office, key)
}

async fn somebody_of_the_staff_signs_in_with_password_and_passkey(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    let (mut office, _key) = office(&browser, Build::Release).await;
    assert!(main(&browser).await.contains("Not used yet"));
    sign_out(&browser).await;
    // With a wrong password it is not enough.
    office
        .owner
        .type_credentials(&browser, "another password")
        .await;
    tab_to(&browser, BUTTON).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.wrong')?.innerText.includes('or the passkey is wrong')")
        .await;
    // Nor does it stand in the way of a code.
    office
        .owner
        .type_credentials(&browser, crate::owner::PASSWORD)
        .await;
    browser.press(Key::Tab).await;
    let code = browser.web().active_element().await.unwrap();
    code.send_keys(office.owner.recovery_code()).await.unwrap();
    browser.press(Key::Enter).await;
    browser
        .wait_for("location.pathname.endsWith('/settings')")
        .await;
    sign_out(&browser).await;
    office
        .owner
        .type_credentials(&browser, crate::owner::PASSWORD)
        .await;
    tab_to(&browser, BUTTON).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("location.pathname.endsWith('/settings')")
        .await;
    browser.open(&office.owner.at("audit?lang=en")).await;
    browser
        .wait_for("document.querySelector('main').innerText.includes('Passkey added')")
        .await;
    browser.open(&office.owner.account()).await;
    browser.wait_for(HYDRATED).await;
    assert!(main(&browser).await.contains("Last used on"));
    tab_to(&browser, "[name=passkey]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('[role=status]')?.innerText.includes('is removed')")
        .await;
    browser
        .wait_for("!document.querySelector('[name=passkey]')")
        .await;
}

/// Each page that has something of passkeys, as far as somebody can be there with an authenticator that refuses.
async fn look(browser: &Browser, build: Build, look: impl AsyncFn(&Browser, &str)) {
    let shop = OpenShop::with_passkeys(build).await;
    let phone = phone(browser).await;
    sign_in(&shop, browser).await;
    look(browser, "none yet").await;
    add(browser, PASSWORD).await;
    open_devices(&shop, browser).await;
    look(browser, "one").await;
    phone.refuse(true).await;
    fill(browser, "#proof", PASSWORD).await;
    click(browser, "form:has(#proof) button").await;
    browser
        .wait_for("document.querySelector('form [role=alert]')?.innerText")
        .await;
    look(browser, "another one").await;
    open_devices(&shop, browser).await;
    sign_out(browser).await;
    browser.wait_for(HYDRATED).await;
    look(browser, "signing in").await;
}

async fn the_pages_with_passkeys_are_for_everybody(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    look(&browser, Build::Release, is_for_everybody).await;
    // A browser has one phone.
    let other = Browser::start(browser.engine(), Options::default()).await;
    look_at_console(&other.unwrap(), Build::Release, is_for_everybody).await;
}

/// Olga's pages.
async fn look_at_console(browser: &Browser, build: Build, look: impl AsyncFn(&Browser, &str)) {
    let (office, _key) = office(browser, build).await;
    browser.open(&office.owner.account()).await;
    browser.wait_for(HYDRATED).await;
    look(browser, "the own account").await;
    sign_out(browser).await;
    browser.wait_for(HYDRATED).await;
    look(browser, "signing in to the console").await;
}

async fn is_for_everybody(browser: &Browser, page: &str) {
    assert_eq!(browser.axe("html").await, "", "{page}");
    for width in [390, 320] {
        browser.viewport(width, 700).await;
        let overflow =
            "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let overflow: i32 = browser.evaluate(overflow).await;
        assert!(overflow <= 0, "{page} sideways at {width} px: {overflow}");
        let small: Vec<String> = browser
            .evaluate(
                "[...document.querySelectorAll('a:not(.skip), button, input:not([type=hidden])')]\
                 .filter((target) => target.checkVisibility() && \
                 target.getBoundingClientRect().height < 43.9).map((target) => target.outerHTML)",
            )
            .await;
        assert_eq!(small, [] as [String; 0], "{page} at {width} px");
    }
    browser.viewport(1280, 800).await;
}

async fn the_pages_with_passkeys_are_taken_over_without_a_mismatch(browser: Browser) {
    if browser.engine() == Engine::Webkit {
        return;
    }
    look(&browser, Build::Debug, says_nothing).await;
    let other = Browser::start(browser.engine(), Options::default()).await;
    look_at_console(&other.unwrap(), Build::Debug, says_nothing).await;
}

async fn says_nothing(browser: &Browser, page: &str) {
    // What is only a hint of the browser's for developers says nothing of hydration.
    let mut said = browser.console().await;
    said.retain(|line| !(line.starts_with("DEBUG") && line.contains("[DOM] Password forms")));
    assert_eq!(said, [] as [String; 0], "{page}");
}
