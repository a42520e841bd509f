//! Cases at the staff's desk: a canned answer that is put into an answer, one click in the letter that says how satisfied the
//! shopper is, and the figures that come of both.

use crate::office::{HYDRATED, Office, tab_to};
use crate::stage::KEY;
use bookplate_tests::browser::{Browser, Engine, Key};
use bookplate_wire::feedback::inbox::CasePage;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    a_canned_answer_is_put_into_an_answer_and_one_click_in_the_letter_rates_the_case,
);

const MEI: &str = "mei@mail.example";

async fn a_canned_answer_is_put_into_an_answer_and_one_click_in_the_letter_rates_the_case(
    browser: Browser,
) {
    let mut office = Office::open().await;
    let canned = json!({ "title": "Late parcel", "texts": [
        { "language": "en", "text": "Dear {customer}, it is on its way." },
    ] });
    let path = office.owner.api("canned-answers");
    let written = office.olga().post(&path, &canned).await;
    written.expect_status(201);
    let new = json!({
        "draft": format!("{:032x}", 1), "kind": "question", "body": "Where is it?",
        "language": "en", "name": "Mei", "email": MEI,
    });
    let guest = office.world.page("https://shop.example", KEY);
    let sent: Value = guest.post("/v1/feedback", &new).await.json();
    bookplate_tests::logs::keep_out(sent["code"].as_str().unwrap());
    let cases = office.owner.api("cases?state=all");
    let case: CasePage = office.olga().get(&cases).await.json();
    let case = case.cases[0].clone();
    let id = &case.case.id;
    if office.owner.sign_in(&browser).await {
        browser
            .open(&office.owner.at(&format!("cases/{id}?lang=en")))
            .await;
        browser.wait_for(HYDRATED).await;
        tab_to(&browser, "button[value=insert]").await;
        browser.press(Key::Enter).await;
        browser
            .wait_for("document.querySelector('#answer').value === 'Dear Mei, it is on its way.'")
            .await;
        browser
            .evaluate::<()>("void document.querySelector('[name=state][value=resolved]').click()")
            .await;
        tab_to(&browser, "button[value=answer]").await;
        browser.press(Key::Enter).await;
        browser
            .wait_for("document.querySelector('main .notice')?.innerText === 'The answer is sent.'")
            .await;
    } else {
        let path = office.owner.api(&format!("cases/{id}/answers"));
        let text = "Dear Mei, it is on its way.";
        let answer = json!({ "version": case.version, "text": text, "state": "resolved" });
        let answered = office.olga().post(&path, &answer).await;
        answered.expect_status(200);
    }

    let mail = office.mail.mail(MEI, 1).await;
    assert!(mail.text.contains("it is on its way"), "{}", mail.text);
    let mut words = mail.text.split_whitespace();
    let link = words.find(|word| word.contains("/rate/") && word.ends_with("score=5"));
    browser.open(link.unwrap()).await;
    // Nothing has to be pressed.
    browser
        .wait_for("document.body.innerText.includes('Thank you, that is noted.')")
        .await;
    let rated: CasePage = office.olga().get(&cases).await.json();
    assert_eq!(rated.cases[0].case.rating.as_ref().unwrap().score, 5);

    if browser.engine() == Engine::Webkit {
        return;
    }
    // What has come of it is in the figures, which fit a phone.
    browser.viewport(390, 844).await;
    browser.open(&office.owner.at("cases?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    tab_to(&browser, "main a[href*='/figures']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('.plot svg').length === 2")
        .await;
    let shown: String = browser
        .evaluate("document.querySelector('main').innerText")
        .await;
    for words in ["5.00", "1 of 1 (100.0 %)", "Olga Brandt", "What counts"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.wait_for(fits).await;
    assert_eq!(browser.axe("html").await, "");
}
