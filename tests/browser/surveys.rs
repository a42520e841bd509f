//! Surveys in a browser: a customer answers one in the member centre, and the staff sees what has come of it.

use crate::hosted::HYDRATED;
use crate::member::Account;
use crate::office::tab_to;
use crate::owner::Owner;
use crate::stage::KEY;
use bookplate_tests::browser::{Browser, Key};
use reqwest::Method;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(a_customer_answers_a_survey_and_the_staff_sees_its_results);

/// A survey that is open: its id, and what names it in its address.
async fn survey(account: &Account, olga: &Owner) -> (String, String) {
    let text = |text: &str| json!([{ "language": "en", "text": text }]);
    let content = json!({
        "texts": [{ "language": "en", "title": "Our new shop", "introduction": "Two minutes." }],
        "questions": [
            { "number": 1, "kind": "many", "texts": [{
                "language": "en", "text": "What did you look at?", "options": ["Novels", "Maps"],
            }] },
            { "number": 2, "kind": "scale", "steps": 5, "required": true, "texts": text("How was it?") },
        ],
    });
    let own = olga.elsewhere(&account.world);
    let surveys = olga.api("surveys");
    let written = own.post(&surveys, &content).await;
    let written: Value = written.expect_status(201).json();
    let id = written["id"].as_str().unwrap().to_owned();
    let open = json!({ "version": written["version"], "state": "open" });
    let state = format!("{surveys}/{id}/state");
    let opened = own.send_json(Method::PUT, &state, &open).await;
    opened.expect_status(200);
    (id, written["code"].as_str().unwrap().to_owned())
}

async fn a_customer_answers_a_survey_and_the_staff_sees_its_results(browser: Browser) {
    let account = Account::open().await;
    let mut olga = Owner::enrol(&account.world, None).await;
    let (id, code) = survey(&account, &olga).await;
    // Where the engine keeps no cookie, somebody without an account answers.
    let signed_in = account.sign_in(&browser).await;
    browser.viewport(390, 844).await;
    let page = format!("/shops/{KEY}/surveys/{code}?lang=en");
    browser
        .open(&format!("{}{page}", account.world.server().address()))
        .await;
    browser.wait_for(HYDRATED).await;
    // That several can be chosen is said before the choices.
    let above = "document.querySelector('.questions-asked .hint').getBoundingClientRect().bottom <= \
                 document.querySelector('.questions-asked [type=checkbox]').getBoundingClientRect().top";
    browser.wait_for(above).await;
    assert_eq!(browser.axe("html").await, "");
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(fits).await;
    // What has to be answered and was not is said at its place, and what was chosen stays.
    tab_to(&browser, "[type=checkbox][value='2']").await;
    browser.press(Key::Space).await;
    tab_to(&browser, "main form.survey [type=submit]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.activeElement.matches('fieldset[aria-invalid=true]')")
        .await;
    browser
        .wait_for("document.querySelector('[type=checkbox][value=\"2\"]').checked")
        .await;
    browser
        .evaluate::<()>("void document.querySelector('.steps [value=\"4\"]').click()")
        .await;
    tab_to(&browser, "main form.survey [type=submit]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("!document.querySelector('form.survey')")
        .await;
    if signed_in {
        // It is answered once.
        browser
            .open(&format!("{}{page}", account.world.server().address()))
            .await;
        browser
            .wait_for("!document.querySelector('form.survey')")
            .await;
    }
    if !olga.sign_in(&browser).await {
        return;
    }
    browser
        .open(&olga.at(&format!("surveys/{id}/results?lang=en")))
        .await;
    browser.wait_for(HYDRATED).await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in ["1 answer", "Maps", "100.0 %", "4.00"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(browser.axe("html").await, "");
}
