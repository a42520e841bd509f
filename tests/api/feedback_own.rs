//! Customers write to the shop, follow what becomes of it, and lose nothing when the network fails.

use crate::bookshop::Shop;
use crate::colleagues::{Colleague, owner};
use crate::desk::{Desk, told};
use crate::orders::order;
use crate::shelf::{EMMA, KEY, PRIDE, UNKNOWN};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::pictures::{file, picture};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::feedback::inbox::{CasePage, FeedbackCase, FullCase};
use bookplate_wire::feedback::{
    CaseKind, CaseState, CaseTimeline, EntryBy, EntryKind, OwnCases, ReturnState,
};
use bookplate_wire::notifications::NotificationKind;
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::{CaseId, Code};
use futures_util::future::join_all;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_question_is_asked_answered_and_followed,
    a_draft_that_is_sent_again_is_one_case,
    sixteen_customers_write_at_once_and_each_case_is_there_once,
    a_customer_who_is_not_content_opens_a_case_again_for_fourteen_days,
    what_goes_back_is_of_an_order_of_ones_own,
    photos_belong_to_the_message_that_names_them,
    what_breaks_a_rule_is_named_and_nothing_is_kept,
    cases_go_with_their_customers_account,
);

pub const OWN: &str = "/v1/customer/feedback";

/// What names the draft with this number.
pub fn draft(number: u32) -> String {
    format!("{number:032x}")
}

/// A new case with `more`, which replaces what it has in common with others.
pub fn new_case(number: u32, kind: &str, body: &str, more: Value) -> Value {
    let mut new = json!({ "draft": draft(number), "kind": kind, "body": body, "language": "en" });
    let more = more.as_object().unwrap().clone();
    new.as_object_mut().unwrap().extend(more);
    new
}

pub async fn writes(customer: &Actor<'_>, new: &Value) -> CaseTimeline {
    customer.post(OWN, new).await.expect_status(201).json()
}

pub async fn says(customer: &Actor<'_>, case: &CaseId, number: u32, text: &str) -> Reply {
    let message = json!({ "draft": draft(number), "text": text });
    customer
        .post(&format!("{OWN}/{case}/messages"), &message)
        .await
}

pub async fn followed(customer: &Actor<'_>, case: &CaseId) -> CaseTimeline {
    customer.get(&format!("{OWN}/{case}")).await.json()
}

pub async fn inbox(colleague: &Colleague<'_>, query: &str) -> CasePage {
    let path = colleague.path(&format!("cases{query}"));
    colleague.browser.get(&path).await.json()
}

pub async fn full(colleague: &Colleague<'_>, case: &CaseId) -> FullCase {
    let path = colleague.path(&format!("cases/{case}"));
    colleague.browser.get(&path).await.json()
}

pub async fn answer(
    colleague: &Colleague<'_>,
    seen: &FeedbackCase,
    text: &str,
    then: &str,
) -> Reply {
    let path = colleague.path(&format!("cases/{}/answers", seen.case.id));
    let answer = json!({ "version": seen.version, "text": text, "state": then });
    colleague.browser.post(&path, &answer).await
}

pub async fn change(colleague: &Colleague<'_>, seen: &FeedbackCase, change: Value) -> Reply {
    let path = colleague.path(&format!("cases/{}", seen.case.id));
    let change = json!({ "version": seen.version, "change": change });
    colleague
        .browser
        .send_json(Method::PATCH, &path, &change)
        .await
}

/// What a timeline says, in short.
pub fn lines(case: &CaseTimeline) -> Vec<(EntryKind, EntryBy, &str)> {
    let entries = case.entries.iter();
    entries
        .map(|entry| {
            let words = if entry.text.is_empty() {
                &entry.value
            } else {
                &entry.text
            };
            (entry.kind, entry.by, words.as_str())
        })
        .collect()
}

async fn a_question_is_asked_answered_and_followed(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let page = "https://shop.example/books/1?session=secret";
    let new = new_case(
        1,
        "question",
        "When does the second volume come out?",
        json!({ "isbn": PRIDE, "page": page }),
    );
    let case = writes(&ann, &new).await;
    assert_eq!(
        (case.case.kind, case.case.state),
        (CaseKind::Question, CaseState::Received)
    );
    assert_eq!(case.case.book.as_ref().unwrap().isbn.as_str(), PRIDE);
    // Who looks at a page is nobody's business.
    assert_eq!(case.case.page, "https://shop.example/books/1");
    assert!(case.takes_messages && !case.entries[0].when.is_empty());

    let waiting = inbox(&olga, "").await;
    assert_eq!((waiting.open, waiting.cases.len()), (1, 1));
    let seen = &waiting.cases[0];
    assert_eq!((&*seen.name, &*seen.email), ("ann", "ann@mail.example"));
    let asked = answer(&olga, seen, "Which edition do you have?", "waiting").await;
    let asked: FullCase = asked.expect_status(200).json();
    // Whoever answers first deals with it.
    assert_eq!(asked.case.owner, Some(olga.id()));
    let mail = desk.mail.mail("ann@mail.example", 1).await;
    assert!(
        mail.text.contains("Which edition do you have?"),
        "{}",
        mail.text
    );
    let id = &case.case.id;
    assert_eq!(followed(&ann, id).await.case.state, CaseState::Waiting);
    // What the shopper says gives it back to the staff.
    let said = says(&ann, id, 2, "The hardback.").await;
    let said: CaseTimeline = said.expect_status(201).json();
    assert_eq!(said.case.state, CaseState::InProgress);
    let path = olga.path(&format!("cases/{id}/notes"));
    let note = json!({ "text": "The publisher says May." });
    olga.browser.post(&path, &note).await.expect_status(200);
    let seen = full(&olga, id).await;
    let done = answer(&olga, &seen.case, "In May.", "resolved").await;
    done.expect_status(200);

    let case = followed(&ann, id).await;
    assert_eq!(
        lines(&case),
        [
            (
                EntryKind::Message,
                EntryBy::Shopper,
                "When does the second volume come out?"
            ),
            (
                EntryKind::Message,
                EntryBy::Staff,
                "Which edition do you have?"
            ),
            (EntryKind::State, EntryBy::Staff, "waiting"),
            (EntryKind::Message, EntryBy::Shopper, "The hardback."),
            (EntryKind::State, EntryBy::Shopper, "in_progress"),
            (EntryKind::Message, EntryBy::Staff, "In May."),
            (EntryKind::State, EntryBy::Staff, "resolved"),
        ]
    );
    // Who of the staff it was, and what they note, is the staff's.
    let text = ann.get(&format!("{OWN}/{id}")).await;
    assert!(!text.text().contains("olga") && !text.text().contains("publisher"));
    let list: OwnCases = ann.get(OWN).await.json();
    assert_eq!((list.cases.len(), list.next), (1, None));

    let told = told(&ann).await;
    let kinds: Vec<_> = told.iter().map(|one| (one.kind, &*one.text)).collect();
    assert_eq!(
        kinds,
        [
            (NotificationKind::CaseAnswered, "In May."),
            (NotificationKind::CaseAnswered, "Which edition do you have?"),
        ]
    );
    let link = format!("/shops/{KEY}/member/feedback/{id}");
    assert!(mail.text.contains(&link) && told[0].link.ends_with(&link));

    // What is somebody's own is nobody else's.
    let ben = desk.customer("ben").await;
    let refused = ben.get(&format!("{OWN}/{id}")).await.problem();
    assert_eq!(refused.code, Code::CaseNotFound);
    let refused = says(&ben, id, 3, "Mine?").await.problem();
    assert_eq!(refused.code, Code::CaseNotFound);
    assert!(ben.get(OWN).await.json::<OwnCases>().cases.is_empty());
}

async fn a_draft_that_is_sent_again_is_one_case(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let new = new_case(1, "praise", "Your parcels are so well packed!", json!({}));
    // As often as the network fails, at once too.
    let sent = join_all((0..8).map(|_| ann.post(OWN, &new))).await;
    let sent: Vec<CaseTimeline> = sent
        .iter()
        .map(|reply| reply.expect_status(201).json())
        .collect();
    assert!(sent.iter().all(|case| *case == sent[0]));
    assert_eq!(inbox(&olga, "").await.open, 1);
    // Long afterwards it is the same one, as it is by then.
    let seen = inbox(&olga, "").await.cases.remove(0);
    answer(&olga, &seen, "Thank you!", "resolved")
        .await
        .expect_status(200);
    assert_eq!(writes(&ann, &new).await.case.state, CaseState::Resolved);
    // With other words it is refused: they would be lost.
    let other = new_case(1, "praise", "Your parcels are awful!", json!({}));
    let refused = ann.post(OWN, &other).await.problem();
    assert_eq!((refused.code, refused.status), (Code::DraftConflict, 409));
    let ben = desk.customer("ben").await;
    let id = &sent[0].case.id;
    // Another customer's draft of that name is another case.
    assert_ne!(&writes(&ben, &new).await.case.id, id);

    let twice = join_all((0..4).map(|_| says(&ann, id, 9, "And so quick."))).await;
    for reply in twice {
        let said: CaseTimeline = reply.expect_status(201).json();
        assert_eq!(said.case.state, CaseState::Reopened);
    }
    let case = followed(&ann, id).await;
    let said = case
        .entries
        .iter()
        .filter(|entry| entry.text == "And so quick.");
    assert_eq!(said.count(), 1);
    let refused = says(&ann, id, 9, "And so slow.").await.problem();
    assert_eq!(refused.code, Code::DraftConflict);
}

async fn sixteen_customers_write_at_once_and_each_case_is_there_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let names: Vec<String> = (0..16).map(|number| format!("c{number}")).collect();
    let mut customers = Vec::new();
    for name in &names {
        customers.push(desk.customer(name).await);
    }
    let sent = customers.iter().map(async |customer| {
        for number in 0..4 {
            let body = format!("Case {number}");
            writes(customer, &new_case(number, "complaint", &body, json!({}))).await;
        }
    });
    join_all(sent).await;
    let page = inbox(&olga, "?limit=100").await;
    assert_eq!((page.open, page.cases.len()), (64, 64));
    // What was acknowledged is there after the power has failed.
    drop((customers, olga));
    let desk = desk.crash().await;
    let olga = owner(&desk.world, KEY, "otto@example.com").await;
    assert_eq!(inbox(&olga, "?limit=1").await.open, 64);
}

async fn a_customer_who_is_not_content_opens_a_case_again_for_fourteen_days(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let new = new_case(1, "complaint", "The cover is torn.", json!({}));
    let id = writes(&ann, &new).await.case.id;
    let seen = full(&olga, &id).await.case;
    let done = change(&olga, &seen, json!({ "state": "resolved" })).await;
    done.expect_status(200);
    assert_eq!(told(&ann).await[0].kind, NotificationKind::CaseResolved);
    let said = says(&ann, &id, 2, "It is still torn.").await;
    let said: CaseTimeline = said.expect_status(201).json();
    assert_eq!(
        (said.case.state, said.case.closed_at),
        (CaseState::Reopened, None)
    );
    assert_eq!(inbox(&olga, "?state=reopened").await.cases.len(), 1);
    // The staff has to look at what was said before it changes anything.
    let late = change(&olga, &seen, json!({ "state": "resolved" })).await;
    assert_eq!(late.problem().code, Code::CaseChanged);
    let seen = full(&olga, &id).await.case;
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    let days = "UPDATE feedback_cases SET closed_at = closed_at - 14 * 86400000";
    desk.say(days).await.unwrap();
    let case = followed(&ann, &id).await;
    assert!(!case.takes_messages);
    let refused = says(&ann, &id, 3, "Hello?").await.problem();
    assert_eq!((refused.code, refused.status), (Code::CaseClosed, 409));
}

async fn what_goes_back_is_of_an_order_of_ones_own(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (lin, ben) = (
        shop.customer("c-1", json!({ "email": "lin@mail.example" }))
            .await,
        shop.customer("c-2", json!({})).await,
    );
    shop.send(order("A-1")).await;
    let back = |number: u32, order: &str, line: &str, quantity: u32| {
        let back =
            json!({ "line": line, "quantity": quantity, "reason": "damaged", "wish": "refund" });
        new_case(
            number,
            "return",
            "Pages are missing.",
            json!({ "order": order, "return": back }),
        )
    };
    for (customer, new, field) in [
        (&lin, back(1, "A-2", "a", 1), "order"),
        (&lin, back(1, "A-1", "z", 1), "return.line"),
        (&lin, back(1, "A-1", "a", 3), "return.quantity"),
        (&ben, back(1, "A-1", "a", 1), "order"),
    ] {
        let problem = customer.post(OWN, &new).await.problem();
        assert_eq!(problem.code, Code::FieldInvalid, "{field}");
        assert_eq!(problem.field.as_deref(), Some(field));
    }
    let case = writes(&lin, &back(2, "A-1", "a", 2)).await;
    assert_eq!(case.case.order, "A-1");
    assert_eq!(case.case.goes_back.unwrap().state, ReturnState::Asked);
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let seen = inbox(&olga, "?kind=return").await.cases.remove(0);
    let id = &seen.case.id;
    change(
        &olga,
        &seen,
        json!({ "return": "approved", "state": "in_progress" }),
    )
    .await
    .expect_status(200);
    let case = followed(&lin, id).await;
    assert_eq!(case.case.goes_back.unwrap().state, ReturnState::Approved);
    let told = told(&lin).await;
    assert_eq!(
        (told[0].kind, &*told[0].order),
        (NotificationKind::ReturnApproved, "A-1")
    );
    // Only a return is decided about.
    let question = new_case(3, "question", "When?", json!({}));
    let other = writes(&lin, &question).await.case.id;
    let other = full(&olga, &other).await.case;
    let refused = change(&olga, &other, json!({ "return": "approved" })).await;
    assert_eq!(refused.problem().field.as_deref(), Some("return"));
}

async fn photos_belong_to_the_message_that_names_them(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let jpeg = file(&picture(60, 40), ImageFormat::Jpeg);
    let sender = ann.clone().with("content-type", "image/jpeg");
    let photo = sender.send_bytes(Method::POST, "/v1/customer/photos", jpeg);
    let photo: Photo = photo.await.expect_status(201).json();
    let with = json!({ "photos": [photo.id] });
    let new = new_case(1, "complaint", "The spine is broken.", with);
    // Nobody names another one's, and nothing is half-written.
    let refused = ben.post(OWN, &new).await.problem();
    assert_eq!(refused.code, Code::PhotoNotFound);
    assert_eq!(inbox(&olga, "").await.open, 0);
    let case = writes(&ann, &new).await;
    assert_eq!(case.entries[0].photos[0].id, photo.id);
    let seen = full(&olga, &case.case.id).await;
    let shown = &seen.entries[0].photos[0];
    desk.world
        .anonymous()
        .get(&shown.url)
        .await
        .expect_status(200);
    // Readers of reviews never see it, and no review takes it.
    let open = format!("/photos/{}/photo", photo.id);
    desk.world.anonymous().get(&open).await.expect_status(404);
    let review = json!({ "rating": 10, "photos": [{ "id": photo.id }] });
    let path = format!("/v1/books/{PRIDE}/reviews");
    let refused = ann.post(&path, &review).await.problem();
    assert_eq!(refused.code, Code::PhotoNotFound);
    let path = format!("/v1/customer/photos/{}", photo.id);
    let deleted = ann.send(Method::DELETE, &path).await.problem();
    assert_eq!(deleted.code, Code::PhotoNotFound);
}

async fn what_breaks_a_rule_is_named_and_nothing_is_kept(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let wrong = json!({ "field": "title", "value": "Emma" });
    for (new, code, field) in [
        (
            new_case(1, "question", " ", json!({})),
            Code::FieldInvalid,
            "body",
        ),
        (
            new_case(1, "question", &"字".repeat(5_001), json!({})),
            Code::FieldInvalid,
            "body",
        ),
        (
            new_case(1, "question", "?", json!({ "draft": "1" })),
            Code::FieldInvalid,
            "draft",
        ),
        (
            new_case(1, "question", "?", json!({ "isbn": UNKNOWN })),
            Code::BookNotFound,
            "isbn",
        ),
        (
            new_case(1, "correction", "!", json!({ "correction": wrong })),
            Code::FieldInvalid,
            "isbn",
        ),
        (
            new_case(1, "spam", "!", json!({})),
            Code::BodyInvalid,
            "kind",
        ),
        (
            new_case(1, "praise", "!", json!({ "stars": 5 })),
            Code::BodyInvalid,
            "stars",
        ),
    ] {
        let problem = ann.post(OWN, &new).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field))
        );
    }
    assert_eq!(inbox(&olga, "").await.open, 0);
    let right = json!({ "isbn": EMMA, "correction": wrong });
    writes(&ann, &new_case(1, "correction", "It says Emmma.", right)).await;
    let nobody = crate::shelf::shopper(&desk.world)
        .post(OWN, &json!({}))
        .await;
    assert_eq!(nobody.problem().code, Code::SessionRequired);
    // Whoever writes without end has to wait.
    let mut sent = 0;
    for number in 2..100 {
        let new = new_case(number, "praise", "!", json!({}));
        if ann.post(OWN, &new).await.status() == 429 {
            break;
        }
        sent += 1;
    }
    assert!((29..90).contains(&sent), "{sent}");
    assert_eq!(inbox(&olga, "").await.open, sent + 1);
}

async fn cases_go_with_their_customers_account(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let new = new_case(1, "complaint", "The binding smells of smoke.", json!({}));
    let id = writes(&ann, &new).await.case.id;
    writes(&ben, &new_case(1, "praise", "No smoke here.", json!({}))).await;
    let seen = full(&olga, &id).await.case;
    answer(&olga, &seen, "We are sorry.", "resolved")
        .await
        .expect_status(200);
    let archive: Archive = ann.get("/v1/customer/archive").await.json();
    let case = &archive.feedback_cases[0];
    assert_eq!(case.case.body, "The binding smells of smoke.");
    assert_eq!(case.entries[1].text, "We are sorry.");
    let gone = json!({ "reviews": "keep_anonymous" });
    let gone = ann.send_json(Method::DELETE, "/v1/customer", &gone).await;
    assert!(gone.status() < 300, "{}", gone.text());
    let found = inbox(&olga, "?state=all&q=smoke").await;
    let names: Vec<_> = found.cases.iter().map(|case| &*case.name).collect();
    assert_eq!(names, ["ben"]);
    let path = olga.path(&format!("cases/{id}"));
    let problem = olga.browser.get(&path).await.problem();
    assert_eq!(problem.code, Code::CaseNotFound);
}
