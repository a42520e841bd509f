//! What an owner sets up in the console, with nothing but the keyboard where that is quick: the settings, branches, keys and
//! colleagues.
//!
//! WebKitGTK keeps no `Secure` cookie of a server without https, so nobody can be signed in there.

use crate::hosted::HYDRATED;
use crate::office::{Office, tab_to};
use crate::owner::PASSWORD;
use bookplate_tests::browser::{Browser, Key};
use bookplate_tests::logs;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};

bookplate_tests::browser_stories!(
    a_setting_that_is_wrong_is_told_at_its_field_and_one_that_is_right_is_kept,
    a_branch_gets_another_name,
    a_key_is_shown_once_and_retires,
    a_colleague_joins_by_a_link_and_gets_another_role,
);

async fn open(browser: &Browser, office: &Office, page: &str) {
    let address = office.owner.at(&format!("{page}?lang=en"));
    browser.open(&address).await;
    browser.wait_for(HYDRATED).await;
}

async fn type_into(browser: &Browser, css: &str, text: &str) {
    let field = browser.find(css).await;
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn press(browser: &Browser, css: &str) {
    browser.find(css).await.focus().await.unwrap();
    browser.press(Key::Enter).await;
}

async fn a_setting_that_is_wrong_is_told_at_its_field_and_one_that_is_right_is_kept(
    browser: Browser,
) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    open(&browser, &office, "settings").await;
    type_into(&browser, "#time_zone", "Mars").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(
            "document.activeElement.id === 'time_zone' && document.activeElement.ariaInvalid === 'true'",
        )
        .await;
    type_into(&browser, "#time_zone", "Asia/Tokyo").await;
    type_into(&browser, "#name", "Inkwell & Lantern").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.activeElement.matches('[role=status]')")
        .await;
    // The header has the new name at once.
    browser
        .wait_for("document.querySelector('header .shop').innerText.includes('Inkwell & Lantern')")
        .await;
    let zone: String = browser
        .evaluate("document.querySelector('#time_zone').value")
        .await;
    assert_eq!(zone, "Asia/Tokyo");
}

async fn a_branch_gets_another_name(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    open(&browser, &office, "branches").await;
    type_into(&browser, "#code", "SH-1").await;
    type_into(&browser, "#name", "Nanjing Road").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .row .title')?.innerText === 'Nanjing Road'")
        .await;
    tab_to(&browser, "summary[aria-label='Change Nanjing Road']").await;
    browser.press(Key::Enter).await;
    let name = "details[open] input[name=name]";
    type_into(&browser, name, "x".repeat(101).as_str()).await;
    browser.press(Key::Enter).await;
    // What was typed stays, in the form that it was typed into.
    browser
        .wait_for(
            "document.activeElement.matches('details[open] input[name=name][aria-invalid=true]') \
             && document.activeElement.value.length === 101 \
             && !document.querySelector('#name').ariaInvalid",
        )
        .await;
    assert_eq!(browser.axe("html").await, "");
    type_into(&browser, name, "East Nanjing Road").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .row .title').innerText === 'East Nanjing Road'")
        .await;
}

async fn a_key_is_shown_once_and_retires(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    open(&browser, &office, "keys").await;
    let rows = "document.querySelectorAll('main .row').length";
    let before: u32 = browser.evaluate(rows).await;
    browser
        .evaluate::<String>("document.querySelector('#kind').value = 'api'")
        .await;
    type_into(&browser, "#name", "Till 2").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('[role=status] code')?.innerText.startsWith('sk_')")
        .await;
    browser
        .wait_for(&format!("{rows} === {}", before + 1))
        .await;
    assert_eq!(browser.axe("html").await, "");
    let secret: String = browser
        .evaluate("document.querySelector('[role=status] code').innerText")
        .await;
    logs::keep_out(&secret);
    open(&browser, &office, "keys").await;
    let shown: String = browser.evaluate("document.documentElement.outerHTML").await;
    assert!(!shown.contains(&secret), "it is shown only once");
    let row = "[...document.querySelectorAll('main .row')].find((row) => row.innerText.includes('Till 2'))";
    browser
        .evaluate::<String>(&format!("{row}.querySelector('select').value = '0'"))
        .await;
    browser
        .evaluate::<()>(&format!("void {row}.querySelector('button').focus()"))
        .await;
    browser.press(Key::Enter).await;
    browser
        .wait_for(&format!(
            "{row}.innerText.includes('retired on') && !{row}.querySelector('button')"
        ))
        .await;
    // The last public key stays: pages would be left without one.
    let public = "main .row:has(input[value=pk_stage])";
    browser
        .evaluate::<String>(&format!(
            "document.querySelector('{public} select').value = '0'"
        ))
        .await;
    press(&browser, &format!("{public} button")).await;
    browser
        .wait_for(
            "document.querySelector('main .wrong')?.innerText.includes('add another one first')",
        )
        .await;
}

async fn a_colleague_joins_by_a_link_and_gets_another_role(browser: Browser) {
    let mut office = Office::open().await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    open(&browser, &office, "staff").await;
    let vera = "vera@shop.example";
    logs::keep_out(vera);
    type_into(&browser, "#email", vera).await;
    type_into(&browser, "#name", "Vera").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('[role=status] code')?.innerText.includes('/console/enter?token=')")
        .await;
    let link: String = browser
        .evaluate("document.querySelector('[role=status] code').innerText")
        .await;
    logs::keep_out(link.split_once("token=").unwrap().1);

    // At Vera's desk.
    browser.web().delete_all_cookies().await.unwrap();
    browser.open(&format!("{link}&lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let password = "a desk by the window";
    logs::keep_out(password);
    let secret: String = browser
        .evaluate("document.querySelector('[name=secret]').value")
        .await;
    logs::keep_out(&secret);
    type_into(&browser, "#password", password).await;
    let code = async |code: &str| {
        type_into(&browser, "#code", code).await;
        browser.press(Key::Enter).await;
    };
    code("00").await;
    browser
        .wait_for("document.activeElement.id === 'code' && document.activeElement.ariaInvalid")
        .await;
    type_into(&browser, "#password", password).await;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = Secret::try_from_base32(&secret).unwrap();
    let authenticator = Builder::new().with_secret(seed).build().unwrap();
    code(&authenticator.generate(since.as_secs()).to_string()).await;
    browser
        .wait_for("document.querySelectorAll('.codes code').length === 10")
        .await;
    assert_eq!(browser.axe("html").await, "");
    press(&browser, "main a.primary").await;
    browser
        .wait_for("document.querySelector('.who')?.innerText === 'Vera'")
        .await;
    let sections = "[...document.querySelectorAll('.sections a')].map((link) => link.innerText)";
    let seen: Vec<String> = browser.evaluate(sections).await;
    assert!(!seen.contains(&"Keys".to_owned()), "{seen:?}");

    // Olga makes her a manager.
    browser.web().delete_all_cookies().await.unwrap();
    browser
        .open(&format!("{}?lang=en", office.owner.entry()))
        .await;
    office.owner.type_credentials(&browser, PASSWORD).await;
    let recovery = office.owner.recovery_code();
    type_into(&browser, "#code", &recovery).await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.who')?.innerText === 'Olga Brandt'")
        .await;
    open(&browser, &office, "staff").await;
    let row =
        "[...document.querySelectorAll('main .row')].find((row) => row.innerText.includes('Vera'))";
    browser
        .evaluate::<String>(&format!("{row}.querySelector('select').value = 'manager'"))
        .await;
    browser
        .evaluate::<()>(&format!("void {row}.querySelector('[value=role]').focus()"))
        .await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.activeElement.matches('[role=status]')")
        .await;
    let members: Value = office.olga().get(&office.owner.api("staff")).await.json();
    let hers = members["members"].as_array().unwrap().iter();
    let role = hers.into_iter().find(|who| who["email"] == vera).unwrap();
    assert_eq!(role["role"], json!("manager"));
}
