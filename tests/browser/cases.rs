//! Cases at the staff's desk: a canned answer that is put into an answer, one click in the letter that says how satisfied the
//! shopper is, and the figures that come of both.

use crate::office::{HYDRATED, Office, tab_to, type_keys};
use crate::stage::KEY;
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::browser::{Browser, Engine, Key};
use bookplate_wire::feedback::inbox::{CasePage, FeedbackCase};
use reqwest::Method;
use serde_json::{Value, json};

bookplate_tests::browser_stories!(
    a_canned_answer_is_put_into_an_answer_and_one_click_in_the_letter_rates_the_case,
    a_case_that_is_overdue_stands_out_until_it_is_answered,
    a_case_is_linked_to_a_customer_who_is_found_by_name,
);

const MEI: &str = "mei@mail.example";
const FITS: &str = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";

/// A case of Mei's, who has no account.
async fn written(office: &Office, body: &str) -> FeedbackCase {
    let new = json!({
        "draft": format!("{:032x}", 1), "kind": "question", "body": body, "language": "en",
        "name": "Mei", "email": MEI,
    });
    let guest = office.world.page("https://shop.example", KEY);
    let sent: Value = guest.post("/v1/feedback", &new).await.json();
    bookplate_tests::logs::keep_out(sent["code"].as_str().unwrap());
    let cases: CasePage = office.olga().get(&office.owner.api("cases")).await.json();
    cases.cases.into_iter().next().unwrap()
}

async fn a_canned_answer_is_put_into_an_answer_and_one_click_in_the_letter_rates_the_case(
    browser: Browser,
) {
    let mut office = Office::open().await;
    let cases = office.owner.api("cases?state=all");
    let canned = json!({ "title": "Late parcel", "texts": [
        { "language": "en", "text": "Dear {customer}, it is on its way." },
    ] });
    let path = office.owner.api("canned-answers");
    let kept = office.olga().post(&path, &canned).await;
    kept.expect_status(201);
    let case = written(&office, "Where is it?").await;
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
    browser.wait_for(FITS).await;
    assert_eq!(browser.axe("html").await, "");
}

async fn a_case_that_is_overdue_stands_out_until_it_is_answered(browser: Browser) {
    let mut office = Office::open().await;
    let id = written(&office, "Where is it?").await.case.id;
    // Somebody is there day and night, answers within an hour, and has not for a day.
    let url = office.world.setup().database_url();
    let store = Store::open(url).await.unwrap();
    let aged = |db: &mut Db| {
        Sql::new("UPDATE feedback_cases SET opened_at = opened_at - 86400000").run(db)
    };
    store.write(aged).await.unwrap();
    store.close().await;
    let day = json!({ "opens": "00:00", "closes": "24:00" });
    let clocks = json!({
        "hours": vec![day; 7], "holidays": [], "answer_minutes": 60, "resolve_minutes": 0,
    });
    let path = office.owner.api("case-clocks");
    let set = office.olga().send_json(Method::PUT, &path, &clocks).await;
    set.expect_status(200);
    bookplate_tests::wait_until("it is overdue", async || {
        let path = office.owner.api("cases");
        let page: CasePage = office.olga().get(&path).await.json();
        page.overdue == 1
    })
    .await;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    browser.viewport(390, 844).await;
    browser.open(&office.owner.at("cases?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let over = "document.querySelector('.case .over')";
    let said: String = browser.evaluate(&format!("{over}.innerText")).await;
    assert!(said.starts_with("first answer overdue since"), "{said}");
    // Not by its colour alone.
    let marked = format!(
        "(() => {{ const over = getComputedStyle({over}), other = getComputedStyle({over}.parentElement); \
         return over.color !== other.color && over.fontWeight > other.fontWeight \
         && getComputedStyle({over}, '::before').content.includes('!'); }})()"
    );
    assert!(browser.evaluate::<bool>(&marked).await);
    assert_eq!(browser.axe("html").await, "");
    browser.wait_for(FITS).await;
    // The view of what is overdue has it, and it alone.
    tab_to(&browser, ".tabs a[href*='state=overdue']").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.tabs [aria-current]')?.innerText === 'Overdue (1)' && document.querySelectorAll('.case').length === 1")
        .await;
    tab_to(&browser, ".case h2 a").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('.case-facts .over')")
        .await;
    tab_to(&browser, "#answer").await;
    type_keys(&browser, "It comes on Monday.").await;
    tab_to(&browser, "button[value=answer]").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelector('main .notice')?.innerText === 'The answer is sent.'")
        .await;
    browser.wait_for("!document.querySelector('.over')").await;
    browser.open(&office.owner.at("cases?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    let there = format!("document.querySelector('.case a[href*=\"{id}\"]') && !{over}");
    browser.wait_for(&there).await;
    let tabs: String = browser
        .evaluate("document.querySelector('.tabs').innerText")
        .await;
    assert!(tabs.contains("Overdue (0)"), "{tabs}");
}

async fn a_case_is_linked_to_a_customer_who_is_found_by_name(browser: Browser) {
    let mut office = Office::open().await;
    // Two whose names begin alike: they write reviews of this shop, too.
    for name in ["linh", "lindqvist"] {
        office.customer(name).await;
    }
    let case = written(&office, "Where is it?").await.case.id;
    if !office.owner.sign_in(&browser).await {
        return;
    }
    browser.viewport(390, 844).await;
    browser
        .open(&office.owner.at(&format!("cases/{case}?lang=en")))
        .await;
    browser.wait_for(HYDRATED).await;
    tab_to(&browser, "details:has([name=who]) > summary").await;
    browser.press(Key::Enter).await;
    tab_to(&browser, "[name=who]").await;
    type_keys(&browser, "lin").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('[name=customer]').length === 2 && document.activeElement.matches('fieldset')")
        .await;
    assert_eq!(browser.axe("html").await, "");
    browser.wait_for(FITS).await;
    tab_to(&browser, "[name=customer]").await;
    browser.press(Key::Down).await;
    browser
        .wait_for("document.activeElement.matches(':checked')")
        .await;
    let chosen: String = browser
        .evaluate("document.activeElement.closest('label').innerText")
        .await;
    tab_to(&browser, "button[value=link]").await;
    browser.press(Key::Enter).await;
    let (name, _) = chosen.split_once(',').unwrap_or((&chosen, ""));
    let linked = format!("document.querySelector('main').innerText.includes('Linked to {name}')");
    browser.wait_for(&linked).await;

    // On the page of points the same search leads to a customer's.
    browser.open(&office.owner.at("points?lang=en")).await;
    browser.wait_for(HYDRATED).await;
    tab_to(&browser, "#q").await;
    type_keys(&browser, "lin").await;
    browser.press(Key::Enter).await;
    browser
        .wait_for("document.querySelectorAll('main .rows .row .go').length === 2")
        .await;
    assert_eq!(browser.axe("html").await, "");
    browser.wait_for(FITS).await;
}
