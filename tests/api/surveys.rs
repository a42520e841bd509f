//! Surveys: written by the staff, answered once each, counted.

use crate::colleagues::{Colleague, console};
use crate::console::send;
use crate::desk::Desk;
use crate::people::new_secret;
use crate::shelf::{KEY, shopper};
use crate::wishlist_gifts::{in_days, pages};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::privacy::Archive;
use bookplate_wire::staff::Role;
use bookplate_wire::surveys::answers::{ShownSurvey, Standing, SurveyThanks};
use bookplate_wire::surveys::results::{SurveyAnswer, SurveyAnswerPage, SurveyResults};
use bookplate_wire::surveys::{Survey, SurveyList};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_survey_is_written_opened_answered_counted_and_closed,
    a_customer_answers_once_and_a_guest_where_guests_may,
    answers_stay_answers_to_what_was_asked,
    answers_are_taken_along_and_go_with_the_account,
    a_survey_is_built_on_a_page_that_needs_no_script,
    shoppers_answer_on_a_page_that_needs_no_script,
    what_was_answered_is_a_file_that_runs_nothing,
);

/// What a survey asks: a choice that has to be made, several choices, a scale and own words.
pub fn content(more: Value) -> Value {
    let text = |text: &str, more: Value| {
        let mut text = json!({ "language": "en", "text": text });
        for (name, value) in more.as_object().unwrap() {
            text[name] = value.clone();
        }
        json!([text])
    };
    let mut content = json!({
        "texts": [{ "language": "en", "title": "Our new shop", "introduction": "Two minutes." }],
        "questions": [
            { "number": 1, "kind": "one", "required": true,
              "texts": text("How did you come?", json!({ "options": ["On foot", "By bus"] })) },
            { "number": 2, "kind": "many",
              "texts": text("What did you look at?", json!({ "options": ["Novels", "Maps", "Cards"] })) },
            { "number": 3, "kind": "scale", "steps": 5,
              "texts": text("How was it?", json!({ "low": "dull", "high": "lovely" })) },
            { "number": 4, "kind": "text", "texts": text("What is missing?", json!({})) },
        ],
    });
    for (name, value) in more.as_object().unwrap() {
        content[name] = value.clone();
    }
    content
}

/// Writes a survey.
pub async fn write(staff: &Colleague<'_>, content: &Value) -> Survey {
    let reply = staff.browser.post(&staff.path("surveys"), content).await;
    reply.expect_status(201).json()
}

fn path(staff: &Colleague<'_>, survey: &Survey, rest: &str) -> String {
    staff.path(&format!("surveys/{}{rest}", survey.id))
}

/// Opens or closes one.
pub async fn turn(staff: &Colleague<'_>, survey: &Survey, state: &str) -> Survey {
    let change = json!({ "version": survey.version, "state": state });
    let at = path(staff, survey, "/state");
    let turned = staff.browser.send_json(Method::PUT, &at, &change).await;
    turned.expect_status(200).json()
}

/// One that is open.
pub async fn opened(staff: &Colleague<'_>, more: Value) -> Survey {
    let survey = write(staff, &content(more)).await;
    turn(staff, &survey, "open").await
}

/// An answer with a name of its own.
pub fn answer(draft: u32, answers: Value) -> Value {
    json!({ "draft": format!("{draft:032x}"), "language": "en", "answers": answers })
}

fn by_bus() -> Value {
    json!([{ "question": 1, "chosen": [2] }])
}

async fn guest_answers(guest: &Actor<'_>, survey: &Survey, answer: &Value) -> Reply {
    let path = format!("/v1/surveys/{}/answers", survey.code);
    guest.post(&path, answer).await
}

/// Answers as a customer.
pub async fn answers(customer: &Actor<'_>, survey: &Survey, answer: &Value) -> Reply {
    let path = format!("/v1/customer/surveys/{}/answers", survey.code);
    customer.post(&path, answer).await
}

async fn results(staff: &Colleague<'_>, survey: &Survey) -> SurveyResults {
    let at = path(staff, survey, "/results");
    staff.browser.get(&at).await.expect_status(200).json()
}

fn counts(results: &SurveyResults) -> Vec<(u32, Vec<u32>)> {
    let questions = results.questions.iter();
    questions
        .map(|one| (one.answered, one.counts.clone()))
        .collect()
}

async fn a_survey_is_written_opened_answered_counted_and_closed(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let survey = write(&olga, &content(json!({}))).await;
    let shown = format!("/v1/surveys/{}?lang=en", survey.code);
    // A draft is nobody's but the staff's.
    assert_eq!(guest.get(&shown).await.problem().code, Code::NotFound);
    let early = guest_answers(&guest, &survey, &answer(1, by_bus())).await;
    assert_eq!(early.problem().code, Code::NotFound);
    let survey = turn(&olga, &survey, "open").await;
    let asked: ShownSurvey = guest.get(&shown).await.json();
    assert_eq!((asked.standing, asked.questions.len()), (Standing::Open, 4));

    for (draft, said) in [
        (1, by_bus()),
        (
            2,
            json!([{ "question": 1, "chosen": [1] }, { "question": 2, "chosen": [3, 1] },
                   { "question": 3, "chosen": [5] }, { "question": 4, "text": " A café. " }]),
        ),
        (
            3,
            json!([{ "question": 1, "chosen": [1] }, { "question": 3, "chosen": [4] }]),
        ),
    ] {
        let said = guest_answers(&guest, &survey, &answer(draft, said)).await;
        said.expect_status(201);
    }
    // Sent again it counts once.
    let again = guest_answers(&guest, &survey, &answer(1, by_bus())).await;
    again.expect_status(201);
    for (wrong, field) in [
        (json!([]), "answers.1"),
        (json!([{ "question": 1, "chosen": [3] }]), "answers.1"),
        (
            json!([{ "question": 9, "chosen": [1] }, { "question": 1, "chosen": [1] }]),
            "answers",
        ),
    ] {
        let refused = guest_answers(&guest, &survey, &answer(4, wrong))
            .await
            .problem();
        let named: Vec<&str> = refused.fields().collect();
        assert_eq!((refused.code, named), (Code::FieldInvalid, vec![field]));
    }
    let counted = results(&olga, &survey).await;
    let expected = [
        (3, vec![2, 1]),
        (1, vec![1, 0, 1]),
        (2, vec![0, 0, 0, 1, 1]),
        (1, vec![]),
    ];
    assert_eq!((counted.answers, counts(&counted)), (3, expected.to_vec()));
    assert_eq!(counted.questions[2].mean(), Some(450));

    // The shop's own programs read the same, page by page.
    let key = new_secret(desk.world.setup(), "api").await.1;
    let backend = desk.world.anonymous().bearing(&key);
    let list: SurveyList = backend.get("/v1/surveys").await.json();
    assert_eq!(
        (&list.surveys[0].code, list.surveys[0].answers),
        (&survey.code, 3)
    );
    let at = format!("/v1/surveys/{}", survey.code);
    let same: SurveyResults = backend.get(&format!("{at}/results")).await.json();
    assert_eq!(same, counted);
    let first: SurveyAnswerPage = backend.get(&format!("{at}/answers?limit=2")).await.json();
    let next = first.next.unwrap();
    let rest: SurveyAnswerPage = backend
        .get(&format!("{at}/answers?limit=2&after={next}"))
        .await
        .json();
    assert_eq!(
        (first.answers.len(), rest.answers.len(), rest.next),
        (2, 1, None)
    );
    let mut given = first.answers.iter().chain(&rest.answers);
    let said = |one: &&SurveyAnswer| one.answers.iter().any(|one| one.text == "A café.");
    assert!(given.clone().any(|one| said(&one)));
    assert!(given.any(|one| !one.by_member));

    // On other days, and once it is closed, nobody answers.
    for (days, standing) in [
        (json!({ "from": in_days(2) }), Standing::Soon),
        (json!({ "until": in_days(-2) }), Standing::Over),
    ] {
        let other = opened(&olga, days).await;
        let path = format!("/v1/surveys/{}?lang=en", other.code);
        let asked: ShownSurvey = guest.get(&path).await.json();
        assert_eq!((asked.standing, asked.questions.len()), (standing, 0));
        let late = guest_answers(&guest, &other, &answer(1, by_bus())).await;
        assert_eq!(late.problem().code, Code::SurveyClosed);
    }
    let closed = turn(&olga, &survey, "closed").await;
    let late = guest_answers(&guest, &survey, &answer(5, by_bus())).await;
    assert_eq!(late.problem().code, Code::SurveyClosed);
    turn(&olga, &closed, "open").await;
    let said = guest_answers(&guest, &survey, &answer(5, by_bus())).await;
    said.expect_status(201);

    let at = path(&olga, &survey, "");
    olga.browser
        .send(Method::DELETE, &at)
        .await
        .expect_status(204);
    assert_eq!(guest.get(&shown).await.problem().code, Code::NotFound);
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let entries = log.entries.iter();
    let of_it = entries.filter(|entry| entry.target == survey.id.as_str());
    let actions: Vec<Action> = of_it.map(|entry| entry.action).collect();
    let changes = [Action::SurveyChanged; 3];
    let expected = [
        &[Action::SurveyDeleted][..],
        &changes,
        &[Action::SurveyCreated],
    ]
    .concat();
    assert_eq!(actions, expected);
}

async fn a_customer_answers_once_and_a_guest_where_guests_may(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let survey = opened(&olga, json!({ "members_only": true })).await;
    let guest = shopper(&desk.world);
    let refused = guest_answers(&guest, &survey, &answer(1, by_bus())).await;
    assert_eq!(refused.problem().code, Code::SurveyMembersOnly);
    let ann = desk.customer("ann").await;
    let first = answers(&ann, &survey, &answer(1, by_bus())).await;
    let first: SurveyThanks = first.expect_status(201).json();
    let again = answers(&ann, &survey, &answer(1, by_bus())).await;
    let again: SurveyThanks = again.expect_status(201).json();
    assert_eq!(again.answered_at, first.answered_at);
    let other = answers(&ann, &survey, &answer(2, by_bus())).await;
    assert_eq!(other.problem().code, Code::SurveyAnswered);
    // Nor by many windows at once.
    let ben = desk.customer("ben").await;
    let at_once = (10..18).map(|draft| {
        let (ben, survey) = (&ben, &survey);
        async move {
            answers(ben, survey, &answer(draft, by_bus()))
                .await
                .status()
        }
    });
    let statuses: Vec<u16> = join_all(at_once).await;
    let taken = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(taken, 1, "{statuses:?}");
    assert_eq!(results(&olga, &survey).await.answers, 2);
    let page: SurveyAnswerPage = olga
        .browser
        .get(&path(&olga, &survey, "/answers"))
        .await
        .json();
    assert!(page.answers.iter().all(|answer| answer.by_member));

    // Of one address only so many guests.
    let survey = opened(&olga, json!({})).await;
    let mut limited = false;
    for draft in 0..40 {
        let said = guest_answers(&guest, &survey, &answer(draft, by_bus())).await;
        limited |= said.status() == 429;
    }
    assert!(limited);
}

async fn answers_stay_answers_to_what_was_asked(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let max = olga.hire(&desk.world, "max@example.com", Role::Agent).await;
    let survey = opened(&olga, json!({})).await;
    let at = path(&olga, &survey, "");
    let mut asked = content(json!({}));
    asked["questions"][0]["texts"][0]["options"] = json!(["On foot", "By bus", "By bike"]);
    let change = |version: u32, content: &Value| json!({ "version": version, "content": content });
    // Until somebody answers, everything can change.
    let changed = olga
        .browser
        .send_json(Method::PUT, &at, &change(2, &asked))
        .await;
    assert_eq!(changed.expect_status(200).json::<Survey>().version, 3);
    let said = guest_answers(&shopper(&desk.world), &survey, &answer(1, by_bus())).await;
    said.expect_status(201);
    let fewer = content(json!({}));
    let refused = olga
        .browser
        .send_json(Method::PUT, &at, &change(3, &fewer))
        .await;
    assert_eq!(refused.problem().code, Code::SurveyHasAnswers);
    asked["questions"][0]["texts"][0]["text"] = json!("How did you come here?");
    let mended = olga
        .browser
        .send_json(Method::PUT, &at, &change(3, &asked))
        .await;
    mended.expect_status(200);
    // Nobody overwrites what a colleague has written, and agents look only.
    let old = olga
        .browser
        .send_json(Method::PUT, &at, &change(3, &content(json!({}))))
        .await;
    assert_eq!(old.problem().code, Code::SurveyChanged);
    let agent = max
        .browser
        .send_json(Method::PUT, &at, &change(4, &asked))
        .await;
    assert_eq!(agent.problem().code, Code::RoleInsufficient);
    let draft = json!({ "version": 4, "state": "draft" });
    let at = path(&olga, &survey, "/state");
    let refused = olga.browser.send_json(Method::PUT, &at, &draft).await;
    assert_eq!(refused.problem().field.as_deref(), Some("state"));
}

async fn answers_are_taken_along_and_go_with_the_account(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let survey = opened(&olga, json!({})).await;
    let ann = desk.customer("ann").await;
    let said = json!([{ "question": 1, "chosen": [2] }, { "question": 4, "text": "A bench" }]);
    answers(&ann, &survey, &answer(1, said))
        .await
        .expect_status(201);
    let archive: Archive = ann.get("/v1/customer/archive").await.json();
    let own = &archive.survey_answers[0];
    assert_eq!((&own.code, &*own.title), (&survey.code, "Our new shop"));
    let words: Vec<_> = own
        .answers
        .iter()
        .map(|one| one.answer.join(", "))
        .collect();
    assert_eq!(words, ["By bus", "A bench"]);
    let leave = json!({ "reviews": "remove" });
    let left = ann.send_json(Method::DELETE, "/v1/customer", &leave).await;
    left.expect_status(204);
    let counted = results(&olga, &survey).await;
    assert_eq!((counted.answers, counted.questions[3].answered), (0, 0));
}

async fn a_survey_is_built_on_a_page_that_needs_no_script(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let list = olga.path("surveys").replace("/v1/console/", "/console/");
    let new = format!("{list}/new?lang=en&text=en");
    let empty = [("form", "save"), ("version", "0")];
    let wrong = send(&olga.browser, &new, &empty).await;
    assert_eq!(wrong.status(), 422);
    for words in [
        "A title has 1 to 120 characters.",
        "A survey has 1 to 30 questions.",
    ] {
        assert!(wrong.text().contains(words), "{words}: {}", wrong.text());
    }
    // Questions come, move and go without being saved.
    let mut fields = vec![
        ("form", "add:one"),
        ("version", "0"),
        ("title", "Opening <hours>"),
    ];
    let added = send(&olga.browser, &new, &fields).await;
    assert!(
        added.html().contains("name=\"kind_1\" value=\"one\""),
        "{}",
        added.text()
    );
    let first = [
        ("number", "1"),
        ("kind_1", "one"),
        ("text_1", "When?"),
        ("options_1", "Mornings\r\n\r\n Evenings "),
        ("required_1", "1"),
    ];
    fields.extend(first);
    fields[0].1 = "add:scale";
    let added = send(&olga.browser, &new, &fields).await;
    assert!(
        added.html().contains("name=\"steps_2\""),
        "{}",
        added.text()
    );
    fields.extend([
        ("number", "2"),
        ("kind_2", "scale"),
        ("steps_2", "7"),
        ("text_2", "How?"),
    ]);
    fields[0].1 = "up:2";
    let moved = send(&olga.browser, &new, &fields).await;
    let html = moved.html();
    let place = |of: &str| html.find(of).unwrap_or_else(|| panic!("{of}: {html}"));
    assert!(place("id=\"question-2\"") < place("id=\"question-1\""));
    assert!(html.contains("Not saved yet.") && html.contains("Opening &lt;hours&gt;"));
    fields[0].1 = "preview";
    let looked = send(&olga.browser, &new, &fields).await;
    assert!(
        looked.html().contains("As shoppers see it"),
        "{}",
        looked.text()
    );
    assert!(looked.html().contains("<legend>"), "{}", looked.text());
    let none: SurveyList = olga.browser.get(&olga.path("surveys")).await.json();
    assert!(none.surveys.is_empty());
    fields[0].1 = "save";
    assert_eq!(send(&olga.browser, &new, &fields).await.status(), 303);
    let kept: SurveyList = olga.browser.get(&olga.path("surveys")).await.json();
    let line = &kept.surveys[0];

    // Another language is missing some words, and is not offered until they are there.
    let form = format!("{list}/{}?lang=en&text=ja", line.id);
    let half = [
        ("form", "save"),
        ("version", "1"),
        ("title", "営業時間"),
        ("number", "1"),
        ("kind_1", "one"),
        ("text_1", "いつ？"),
        ("options_1", "朝\n夜"),
        ("number", "2"),
        ("kind_2", "scale"),
        ("steps_2", "7"),
    ];
    assert_eq!(send(&olga.browser, &form, &half).await.status(), 303);
    let shown = olga.browser.get(&form).await;
    assert!(
        shown.html().contains("(1 text missing)"),
        "{}",
        shown.text()
    );
    assert!(shown.html().contains("How?"), "{}", shown.text());
    let open = [("form", "open"), ("version", "2")];
    assert_eq!(send(&olga.browser, &form, &open).await.status(), 303);
    let public = format!("/shops/{KEY}/surveys/{}?lang=ja", line.code);
    let page = desk.world.anonymous().get(&public).await;
    assert!(page.html().contains("When?") && !page.html().contains("いつ？"));
    let shown = olga.browser.get(&form).await;
    let address = format!("/shops/{KEY}/surveys/{}", line.code);
    assert!(shown.html().contains(&address), "{}", shown.text());
    for (button, version) in [
        ("copy", "3"),
        ("close", "3"),
        ("delete", "4"),
        ("delete", "4"),
    ] {
        let press = [("form", button), ("version", version)];
        assert_eq!(
            send(&olga.browser, &form, &press).await.status(),
            303,
            "{button}"
        );
    }
    let left: SurveyList = olga.browser.get(&olga.path("surveys")).await.json();
    assert_eq!((left.surveys.len(), left.surveys[0].titles.len()), (1, 2));
    assert_ne!(left.surveys[0].code, line.code);
}

async fn shoppers_answer_on_a_page_that_needs_no_script(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let survey = opened(&olga, json!({})).await;
    let page = format!("/shops/{KEY}/surveys/{}?lang=en", survey.code);
    let own = console(&desk.world);
    let wrong = [
        ("draft", &*format!("{:032x}", 1)),
        ("q4", "A <b>café</b>"),
        ("q3", "x"),
    ];
    let refused = send(&own, &page, &wrong).await;
    assert_eq!(refused.status(), 422);
    for words in [
        "Please answer this question.",
        "A &lt;b>café&lt;/b>",
        "without your name",
    ] {
        assert!(
            refused.text().contains(words),
            "{words}: {}",
            refused.text()
        );
    }
    let right = [
        ("draft", &*format!("{:032x}", 1)),
        ("q1", "1"),
        ("q2", "2"),
        ("q2", "3"),
        ("q3", "5"),
        ("q4", "A <b>café</b>"),
    ];
    let sent = send(&own, &page, &right).await;
    assert_eq!(sent.status(), 303);
    let thanks = desk.world.anonymous().get(sent.header("location")).await;
    assert!(thanks.html().contains("Thank you for your answers!"));
    assert!(
        !thanks.html().contains("name=\"draft\""),
        "{}",
        thanks.text()
    );

    // What came of it: the numbers, and own words as text.
    let results = path(&olga, &survey, "/results?lang=en").replace("/v1/console/", "/console/");
    let shown = olga.browser.get(&results).await;
    for words in [
        "1 answer",
        "100.0 %",
        "Mean: 5.00 of 5",
        "A &lt;b&gt;café&lt;/b&gt;",
        "<svg",
    ] {
        assert!(shown.html().contains(words), "{words}: {}", shown.text());
    }
    let alone = olga.browser.get(&format!("{results}&question=4")).await;
    let others = "<th scope=\"row\" dir=\"auto\">By bus";
    assert!(shown.html().contains(others), "{}", shown.text());
    assert!(alone.html().contains("café") && !alone.html().contains(others));

    // A customer is told what is known, in each language.
    let ann = desk.customer("ann").await;
    let browser = pages(&desk, &ann)
        .await
        .with("sec-fetch-site", "same-origin");
    let right = [("draft", &*format!("{:032x}", 2)), ("q1", "2")];
    assert_eq!(send(&browser, &page, &right).await.status(), 303);
    for (lang, words) in [
        ("en", "You answered this survey on"),
        ("zh-CN", "您已于"),
        ("zh-TW", "您已於"),
        ("ja", "ご回答いただきました"),
    ] {
        let again = browser
            .get(&page.replace("lang=en", &format!("lang={lang}")))
            .await;
        assert!(again.html().contains(words), "{words}: {}", again.text());
    }
    let second = [("draft", &*format!("{:032x}", 3)), ("q1", "1")];
    let refused = send(&browser, &page, &second).await;
    assert_eq!(refused.status(), 409);
    assert!(refused.text().contains("You answered this survey on"));

    let members = opened(&olga, json!({ "members_only": true })).await;
    let page = format!("/shops/{KEY}/surveys/{}?lang=en", members.code);
    let led = desk.world.anonymous().get(&page).await;
    assert!(led.html().contains("Sign in to answer"), "{}", led.text());
    assert!(!led.html().contains("name=\"q1\""), "{}", led.text());
    assert_eq!(send(&own, &page, &right).await.status(), 403);
}

async fn what_was_answered_is_a_file_that_runs_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let survey = opened(&olga, json!({})).await;
    let guest = shopper(&desk.world);
    let said = json!([{ "question": 1, "chosen": [1] }, { "question": 2, "chosen": [1, 3] },
                      { "question": 4, "text": "=1+1" }]);
    guest_answers(&guest, &survey, &answer(1, said))
        .await
        .expect_status(201);
    let at = path(&olga, &survey, "/export");
    let file = olga.browser.get(&at).await;
    let lines: Vec<&str> = file.text().split("\r\n").collect();
    let header = "\u{feff}answer,answered_at,by_member,language,How did you come?,\
                  What did you look at?,How was it?,What is missing?";
    assert_eq!(lines[0], header);
    assert!(
        lines[1].ends_with(",false,en,On foot,\"Novels\nCards\",,'=1+1"),
        "{}",
        lines[1]
    );
    let page = path(&olga, &survey, "/answers.csv").replace("/v1/console/", "/console/");
    assert_eq!(olga.browser.get(&page).await.text(), file.text());
    assert_eq!(vera.browser.get(&page).await.status(), 403);
    assert_eq!(
        vera.browser.get(&at).await.problem().code,
        Code::RoleInsufficient
    );
}
