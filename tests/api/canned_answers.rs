//! Canned answers: texts that the staff uses again and again, filled in for each case.

use crate::colleagues::Colleague;
use crate::console::send;
use crate::desk::Desk;
use crate::feedback_own::{answer, full, new_case, writes};
use crate::shelf::{EMMA, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::feedback::canned::{CannedAnswer, CannedList, FilledAnswer, Variable};
use bookplate_wire::feedback::inbox::CasePage;
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_canned_answer_is_filled_in_for_each_case_and_not_sent_unfinished,
    canned_answers_are_kept_and_put_into_answers_on_pages_that_need_no_script,
    nobody_overwrites_a_colleagues_canned_answer,
);

fn content(title: &str, texts: &[(&str, &str)]) -> Value {
    let texts = texts
        .iter()
        .map(|(language, text)| json!({ "language": language, "text": text }));
    json!({ "title": title, "texts": texts.collect::<Vec<_>>() })
}

async fn write(colleague: &Colleague<'_>, content: &Value) -> CannedAnswer {
    let path = colleague.path("canned-answers");
    let reply = colleague.browser.post(&path, content).await;
    reply.expect_status(201).json()
}

async fn a_canned_answer_is_filled_in_for_each_case_and_not_sent_unfinished(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let late = content(
        "Late parcel",
        &[
            (
                "en",
                "Dear {customer}, order {order} with {book} is on its way. {agent}, {shop}",
            ),
            ("ja", "{customer}様、ご注文{order}は発送済みです。"),
        ],
    );
    let late = write(&olga, &late).await;
    let guest = shopper(&desk.world);
    let known = json!({ "name": "Ann", "order": "A-17", "isbn": EMMA });
    let known = new_case(1, "question", "When?", known);
    guest.post("/v1/feedback", &known).await.expect_status(201);
    let page: CasePage = olga.browser.get(&olga.path("cases")).await.json();
    let case = page.cases[0].case.clone();
    let filled = async |case: &str| -> FilledAnswer {
        let path = olga.path(&format!("cases/{case}/canned-answers/{}", late.id));
        olga.browser.get(&path).await.json()
    };
    let whole = filled(case.id.as_str()).await;
    let text = "Dear Ann, order A-17 with Emma is on its way. {agent}, ";
    assert!(whole.text.starts_with(text), "{whole:?}");
    // Nobody has told yet what she is called.
    assert_eq!(whole.missing, [Variable::Agent]);

    // A guest without a name, and without an order.
    let unknown = json!({ "language": "ja" });
    let unknown = new_case(2, "question", "いつですか", unknown);
    guest
        .post("/v1/feedback", &unknown)
        .await
        .expect_status(201);
    let page: CasePage = olga.browser.get(&olga.path("cases")).await.json();
    let other = &page.cases[1];
    let other = filled(other.case.id.as_str()).await;
    assert_eq!(other.text, "{customer}様、ご注文{order}は発送済みです。");
    assert_eq!(other.missing, [Variable::Customer, Variable::Order]);

    // As it is, it does not reach the shopper.
    let seen = full(&olga, &case.id).await.case;
    let refused = answer(&olga, &seen, &whole.text, "resolved")
        .await
        .problem();
    assert_eq!(
        (refused.code, refused.field.as_deref(), refused.status),
        (Code::FieldInvalid, Some("text"), 422)
    );
    assert_eq!(full(&olga, &case.id).await.entries.len(), 1);
    let finished = whole.text.replace("{agent}", "Olga {you}");
    answer(&olga, &seen, &finished, "resolved")
        .await
        .expect_status(200);

    // What is no variable is not kept.
    let wrong = content("A", &[("en", "Dear {custmer}"), ("ja", "{order}")]);
    let refused = olga
        .browser
        .post(&olga.path("canned-answers"), &wrong)
        .await;
    let refused = refused.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::FieldInvalid, Some("texts.en"))
    );
}

async fn canned_answers_are_kept_and_put_into_answers_on_pages_that_need_no_script(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let list = olga.path("canned").replace("/v1/console/", "/console/");
    let new = format!("{list}/new?lang=en");
    let blank = olga.browser.get(&new).await;
    for words in ["{customer}", "the number of the order", "texts.zh-TW"] {
        assert!(blank.html().contains(words), "{words}: {}", blank.text());
    }
    let mut fields = vec![
        ("form", "save"),
        ("version", "0"),
        ("title", "Late <parcel>"),
        ("kind", "question"),
        ("texts.en", "Dear {custmer}"),
    ];
    let wrong = send(&olga.browser, &new, &fields).await;
    assert_eq!(wrong.status(), 422);
    let said = "There is no variable {custmer}. Please use one of those above.";
    assert!(wrong.text().contains(said), "{}", wrong.text());
    fields[4].1 = "Dear {customer}, {order} is on its way.";
    assert_eq!(send(&olga.browser, &new, &fields).await.status(), 303);
    let shown = vera.browser.get(&format!("{list}?lang=en")).await;
    assert!(
        shown.html().contains("Late &lt;parcel&gt;"),
        "{}",
        shown.text()
    );
    assert_eq!(send(&vera.browser, &new, &fields).await.status(), 403);
    let kept: CannedList = vera.browser.get(&vera.path("canned-answers")).await.json();
    let late = &kept.answers[0];

    // In a case of that kind it is chosen; what was typed stays before it.
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "When?", json!({})))
        .await
        .case;
    let page = olga.path(&format!("cases/{}?lang=en", case.id));
    let page = page.replace("/v1/console/", "/console/");
    let looked = olga.browser.get(&page).await;
    let option = format!("<option value=\"{}\">Late &lt;parcel&gt;</option>", late.id);
    assert!(looked.html().contains(&option), "{}", looked.text());
    let insert = [
        ("form", "insert"),
        ("version", "1"),
        ("answer", "Hello!\n"),
        ("state", "waiting"),
        ("canned", late.id.as_str()),
    ];
    let inserted = send(&olga.browser, &page, &insert).await;
    assert_eq!(inserted.status(), 200);
    for words in [
        ">Hello!\n\nDear ann, {order} is on its way.</textarea>",
        "Still to be filled in before this can be sent: {order}",
        "value=\"waiting\" checked",
    ] {
        assert!(
            inserted.html().contains(words),
            "{words}: {}",
            inserted.text()
        );
    }
    assert_eq!(full(&olga, &case.id).await.entries.len(), 1);
    let mut sent = [
        ("form", "answer"),
        ("version", "1"),
        ("answer", "Dear ann, {order} is on its way."),
        ("state", "waiting"),
    ];
    let refused = send(&olga.browser, &page, &sent).await;
    assert_eq!(refused.status(), 422);
    assert!(
        refused.text().contains("Still to be filled in"),
        "{}",
        refused.text()
    );
    sent[2].1 = "Dear ann, A-17 is on its way.";
    assert_eq!(send(&olga.browser, &page, &sent).await.status(), 303);
    // It is for questions.
    let other = writes(&ann, &new_case(2, "praise", "Lovely!", json!({})))
        .await
        .case;
    let other = olga.path(&format!("cases/{}", other.id));
    let other = olga
        .browser
        .get(&other.replace("/v1/console/", "/console/"))
        .await;
    assert!(!other.html().contains(late.id.as_str()), "{}", other.text());
    let gone = format!("{list}/{}", late.id);
    for _ in 0..2 {
        let deleted = send(&olga.browser, &gone, &[("form", "delete")]).await;
        assert_eq!(deleted.status(), 303);
    }
}

async fn nobody_overwrites_a_colleagues_canned_answer(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let arno = olga
        .hire(&desk.world, "arno@example.com", Role::Agent)
        .await;
    let first = write(&arno, &content("Hours", &[("en", "Nine to five.")])).await;
    let path = olga.path(&format!("canned-answers/{}", first.id));
    let to = |text: &str| json!({ "version": 1, "content": content("Hours", &[("en", text)]) });
    let change = async |colleague: &Colleague<'_>, text: &str| {
        let browser = &colleague.browser;
        browser.send_json(Method::PUT, &path, &to(text)).await
    };
    let changed: CannedAnswer = change(&olga, "Ten to six.").await.json();
    assert_eq!(changed.version, 2);
    let refused = change(&arno, "Ten to seven.").await.problem();
    assert_eq!((refused.code, refused.status), (Code::ArticleChanged, 409));
    // The answer to the first was lost on the way, and it is sent again.
    let again: CannedAnswer = change(&olga, "Ten to six.").await.json();
    assert_eq!(again, changed);
    olga.browser
        .send(Method::DELETE, &path)
        .await
        .expect_status(204);
    assert_eq!(olga.browser.get(&path).await.problem().code, Code::NotFound);
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let entries = log.entries.iter();
    let actions: Vec<Action> = entries
        .filter(|entry| entry.target.starts_with("can_"))
        .map(|entry| entry.action)
        .collect();
    let expected = [
        Action::CannedDeleted,
        Action::CannedChanged,
        Action::CannedCreated,
    ];
    assert_eq!(actions, expected);
}
