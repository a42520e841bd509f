//! Reviews about delivery, which their authors hand over to the shop, and what the staff does with them.

use crate::colleagues::Colleague;
use crate::console::send;
use crate::desk::{
    Desk, decide, decision, one, own, queue, report, rewrite, show_at_once, told, write,
};
use crate::review_pages::submit;
use crate::shelf::{EMMA, KEY, PRIDE};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::feedback::inbox::{CasePage, FeedbackCase};
use bookplate_wire::feedback::{CaseKind, CaseState};
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState, Subject};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;

stories!(
    a_review_about_delivery_is_handed_over_and_nobody_reads_it,
    what_readers_still_see_can_be_taken_down_and_no_answer_outlasts_its_matter,
    a_review_about_the_book_is_asked_about_once,
    what_the_staff_refuses_as_being_about_service_can_be_handed_over,
    the_staff_deals_with_cases,
    cases_are_their_customers_own,
    it_is_handed_over_and_dealt_with_without_any_script,
);

const LATE: &str = "The parcel arrived late and the corners were bent.";

async fn say(customer: &Actor<'_>, review: &OwnReview, subject: &str) -> Reply {
    let path = format!("/v1/customer/reviews/{}/subject", review.id);
    let said = json!({ "version": review.version, "subject": subject });
    customer.send_json(Method::PUT, &path, &said).await
}

async fn hand_over(customer: &Actor<'_>, review: &OwnReview) -> OwnReview {
    let said = say(customer, review, "delivery").await;
    said.expect_status(200).json()
}

async fn cases(colleague: &Colleague<'_>, query: &str) -> CasePage {
    let path = colleague.path(&format!("cases{query}"));
    colleague.browser.get(&path).await.json()
}

async fn set_state(colleague: &Colleague<'_>, case: &FeedbackCase, state: &str) -> Reply {
    let path = colleague.path(&format!("cases/{}", case.case.id));
    let new = json!({ "version": case.version, "change": { "state": state } });
    colleague
        .browser
        .send_json(Method::PATCH, &path, &new)
        .await
}

async fn a_review_about_delivery_is_handed_over_and_nobody_reads_it(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    // Asked alike, whatever the stars.
    let praise = write(&ben, PRIDE, 5, "快递很快，包装也好。").await;
    assert!(praise.asks_subject);
    let review = write(&ann, PRIDE, 1, LATE).await;
    assert!(review.asks_subject && review.state == ReviewState::Published);
    report(&ben, &review.id, "off_topic", "").await;
    // Pressed twice, done once.
    for _ in 0..2 {
        let handed = hand_over(&ann, &review).await;
        assert_eq!(handed.state, ReviewState::HandedOver);
        assert_eq!(handed.subject, Some(Subject::Delivery));
        assert!(!handed.asks_subject && !handed.earlier_shown);
    }
    assert_eq!(desk.seen(PRIDE).await.len(), 1);
    assert_eq!(desk.rating(PRIDE).await, (1, 50));
    desk.recount().await;
    let page = cases(&olga, "").await;
    assert_eq!((page.open, page.cases.len()), (1, 1));
    let case = &page.cases[0];
    assert_eq!((&*case.case.body, &*case.case.title), (LATE, "My view"));
    assert_eq!(case.case.book.as_ref().unwrap().isbn.as_str(), PRIDE);
    assert_eq!(
        (case.case.kind, case.case.state),
        (CaseKind::Complaint, CaseState::Received)
    );
    assert_eq!(
        (&*case.name, &*case.email, &*case.external_id),
        ("ann", "ann@mail.example", "ann")
    );
    assert!(!case.opened.is_empty());
    // It is nobody's to decide about any more; Ben's still waits for a look.
    let waiting = queue(&olga, "waiting").await;
    assert_eq!((waiting.waiting, waiting.reported), (1, 0));
    assert_eq!(one(&olga, &review.id).await.state, ReviewState::HandedOver);
    let refused = decide(&olga, &[decision(&review.id, 1, "approve")]).await;
    assert_eq!(refused.problem().code, Code::ReviewChanged);
    // Written anew, even in the same words, it is a review again; somebody looks at it first.
    let again = rewrite(&ann, &review, 1, LATE).await;
    assert_eq!(again.state, ReviewState::Pending);
    assert!(again.asks_subject);
    let approved = decide(&olga, &[decision(&review.id, 2, "approve")]).await;
    approved.expect_status(204);
    assert_eq!(desk.seen(PRIDE).await.len(), 2);
    assert_eq!(cases(&olga, "").await.open, 1);
    // Handed over again it is another case, with what readers saw before left as it is.
    let about_book = rewrite(&ann, &review, 4, "The wit makes up for it.").await;
    assert!(!about_book.asks_subject);
    let later = rewrite(&ann, &review, 2, "Missing pages!").await;
    // Nobody hands over a text that they have not seen.
    let stale = say(&ann, &about_book, "delivery").await.problem();
    assert_eq!(stale.code, Code::ReviewChanged);
    let handed = hand_over(&ann, &later).await;
    assert_eq!(handed.state, ReviewState::HandedOver);
    assert_eq!(cases(&olga, "").await.open, 2);
    desk.recount().await;
}

async fn what_readers_still_see_can_be_taken_down_and_no_answer_outlasts_its_matter(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let approve = async |review: &OwnReview, version| {
        let decided = decide(&olga, &[decision(&review.id, version, "approve")]).await;
        decided.expect_status(204);
    };
    let review = write(&ann, PRIDE, 1, LATE).await;
    approve(&review, 1).await;
    let second = rewrite(&ann, &review, 1, "The parcel was late, and torn.").await;
    let handed = hand_over(&ann, &second).await;
    assert!(handed.earlier_shown);
    assert_eq!(desk.rating(PRIDE).await, (1, 10));
    report(&ben, &review.id, "abuse", "").await;
    assert_eq!(queue(&olga, "reported").await.reported, 1);
    // Looked at and left; then taken down after all.
    approve(&review, 2).await;
    assert_eq!(queue(&olga, "reported").await.reported, 0);
    assert_eq!(desk.seen(PRIDE).await.len(), 1);
    let refused = decide(&olga, &[decision(&review.id, 2, "refuse")]).await;
    refused.expect_status(204);
    assert_eq!(desk.rating(PRIDE).await.0, 0);
    let again = decide(&olga, &[decision(&review.id, 2, "refuse")]).await;
    assert_eq!(again.problem().code, Code::ReviewChanged);
    assert_eq!(own(&ann).await.state, ReviewState::HandedOver);
    desk.recount().await;

    let other = write(&ben, EMMA, 2, LATE).await;
    approve(&other, 1).await;
    let path = olga.path(&format!("reviews/{}/answer", other.id));
    let sorry = json!({ "text": "We are sorry about the parcel." });
    let sorry = olga.browser.send_json(Method::PUT, &path, &sorry).await;
    sorry.expect_status(204);
    hand_over(&ben, &other).await;
    rewrite(&ben, &other, 4, "Clever.").await;
    approve(&other, 2).await;
    assert_eq!(desk.seen(EMMA).await[0].answer, "");
}

async fn a_review_about_the_book_is_asked_about_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let ann = desk.customer("ann").await;
    let review = write(&ann, PRIDE, 3, "A courier rides through the night.").await;
    assert!(review.asks_subject);
    let kept: OwnReview = say(&ann, &review, "book").await.expect_status(200).json();
    assert_eq!(kept.subject, Some(Subject::Book));
    assert!(!kept.asks_subject && kept.state == ReviewState::Pending);
    assert!(!own(&ann).await.asks_subject);
    // What is said of a review is its author's alone to say, and one of two words.
    let other = say(&desk.customer("ben").await, &review, "delivery").await;
    assert_eq!(other.problem().code, Code::ReviewNotFound);
    let wrong = say(&ann, &review, "weather").await;
    assert_eq!(wrong.expect_status(400).problem().code, Code::BodyInvalid);
    let nobody = desk.world.anonymous();
    let path = format!("/v1/customer/reviews/{}/subject?key={KEY}", review.id);
    let said = json!({ "version": 1, "subject": "book" });
    let nobody = nobody.send_json(Method::PUT, &path, &said).await;
    assert_eq!(nobody.problem().code, Code::SessionRequired);
}

async fn what_the_staff_refuses_as_being_about_service_can_be_handed_over(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let review = write(&ann, PRIDE, 1, "Nobody answers the telephone.").await;
    assert!(!review.asks_subject);
    let mut refuse = decision(&review.id, 1, "refuse");
    refuse["reason"] = json!("service");
    decide(&olga, &[refuse]).await.expect_status(204);
    assert!(own(&ann).await.asks_subject);
    assert_eq!(told(&ann).await.len(), 1);
    hand_over(&ann, &review).await;
    let page = cases(&olga, "").await;
    assert_eq!(page.cases[0].case.body, "Nobody answers the telephone.");
}

async fn the_staff_deals_with_cases(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    for name in ["ann", "ben", "cem"] {
        let customer = desk.customer(name).await;
        let review = write(&customer, PRIDE, 1, LATE).await;
        hand_over(&customer, &review).await;
    }
    // By how long they wait, page by page.
    let first = cases(&olga, "?limit=2").await;
    let names = |page: &CasePage| -> Vec<String> {
        page.cases.iter().map(|case| case.name.clone()).collect()
    };
    // Whoever only looks on does not learn who it is.
    let masked = cases(&vera, "").await;
    assert_eq!(names(&masked), ["", "", ""]);
    assert_eq!(
        (&*masked.cases[0].email, &*masked.cases[0].external_id),
        ("a…@mail.example", "")
    );
    assert_eq!(
        (names(&first), first.open),
        (vec!["ann".into(), "ben".into()], 3)
    );
    let next = first.next.unwrap();
    let rest = cases(&olga, &format!("?limit=2&after={next}")).await;
    assert_eq!((names(&rest), rest.next), (vec!["cem".into()], None));
    let refused = set_state(&vera, &first.cases[0], "resolved")
        .await
        .problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
    for case in [&first.cases[0], &first.cases[1]] {
        set_state(&olga, case, "resolved").await.expect_status(200);
        // Of what was looked at before, nothing is left to be decided.
        let again = set_state(&olga, case, "resolved").await.problem();
        assert_eq!((again.code, again.status), (Code::CaseChanged, 409));
    }
    assert_eq!(names(&cases(&olga, "").await), ["cem"]);
    let closed = cases(&olga, "?state=resolved&limit=1").await;
    assert_eq!((names(&closed), closed.open), (vec!["ben".into()], 1));
    assert_eq!(closed.cases[0].closed_by, "olga@example.com");
    let next = closed.next.unwrap();
    let rest = cases(&olga, &format!("?state=resolved&limit=1&after={next}")).await;
    assert_eq!((names(&rest), rest.next), (vec!["ann".into()], None));
    let rest_cases = rest.cases;
    set_state(&olga, &rest_cases[0], "in_progress")
        .await
        .expect_status(200);
    assert_eq!(names(&cases(&olga, "").await), ["ann", "cem"]);
    let audit = olga.browser.get(&olga.path("audit")).await;
    assert_eq!(audit.text().matches("case_changed").count(), 3);

    let nobody = format!("case_{}", "0".repeat(32));
    for id in [nobody.as_str(), "none"] {
        let path = olga.path(&format!("cases/{id}"));
        let problem = olga.browser.get(&path).await.problem();
        assert_eq!(problem.code, Code::CaseNotFound);
    }
    for (query, code) in [
        ("?state=lost", Code::BadRequest),
        ("?after=none", Code::CursorInvalid),
        ("?state=resolved&after=1", Code::CursorInvalid),
        ("?owner=olga", Code::BadRequest),
        ("?kind=spam", Code::BadRequest),
        ("?page=1", Code::BadRequest),
    ] {
        let path = olga.path(&format!("cases{query}"));
        let problem = olga.browser.get(&path).await.expect_status(400).problem();
        assert_eq!(problem.code, code, "{query}");
    }
}

async fn cases_are_their_customers_own(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let review = write(&ann, EMMA, 1, LATE).await;
    hand_over(&ann, &review).await;
    // What was handed over stays with the shop when the review goes.
    let path = format!("/v1/customer/reviews/{}", review.id);
    ann.send(Method::DELETE, &path).await.expect_status(204);
    assert_eq!(cases(&olga, "").await.cases[0].case.body, LATE);
    let archive: Archive = ann.get("/v1/customer/archive").await.json();
    assert_eq!(archive.feedback_cases.len(), 1);
    assert_eq!(archive.feedback_cases[0].case.body, LATE);
    assert_eq!(archive.feedback_cases[0].entries[0].text, LATE);
    let gone = json!({ "reviews": "keep_anonymous" });
    let gone = ann.send_json(Method::DELETE, "/v1/customer", &gone).await;
    assert!(gone.status() < 300, "{}", gone.text());
    assert_eq!(cases(&olga, "").await.cases, []);
}

async fn it_is_handed_over_and_dealt_with_without_any_script(setup: Setup) {
    let world = crate::review_pages::open(setup).await;
    let fields = "rating=10&title=&body=Arrived+damaged.&author=Lin&language=en";
    let lin = crate::review_pages::lin(&world, fields).await;
    let page = format!("/shops/{KEY}/member/reviews?lang=en");
    let shown = lin.get(&page).await;
    let html = shown.html();
    assert!(
        html.contains("Is this about the book, or about delivery, packaging or print?"),
        "{html}"
    );
    let (_, id) = html.split_once("name=\"review\" value=\"").unwrap();
    let id = id.split('"').next().unwrap();
    // Not from another site's page.
    let answer = format!("review={id}&version=1&subject=delivery");
    let refused = submit(&lin, &page, "cross-site", &answer).await;
    assert!(refused.status() >= 400, "{}", refused.text());
    let done = submit(&lin, &page, "same-origin", &answer).await;
    let to = format!("/shops/{KEY}/member/reviews?done=review_handed_over&lang=en");
    assert_eq!((done.status(), done.header("location")), (303, &*to));
    let shown = lin.get(&to).await;
    let html = shown.html();
    assert!(html.contains("Handed over to the shop") && !html.contains("name=\"subject\""));

    let olga = crate::colleagues::owner(&world, KEY, "olga@example.com").await;
    let path = format!("/console/shops/{}/cases", olga.shop());
    let page = olga.browser.get(&path).await;
    let html = page.html();
    for words in ["Cases (1)", "Arrived damaged.", "Open (1)"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let (_, seen) = html.split_once("name=\"case\" value=\"").unwrap();
    let close = [("case", seen.split('"').next().unwrap()), ("do", "resolve")];
    let done = send(&olga.browser, &path, &close).await;
    let to = format!("{path}?done=cases_changed");
    assert_eq!((done.status(), done.header("location")), (303, &*to));
    let page = olga.browser.get(&to).await;
    assert!(page.html().contains("Nothing waits"), "{}", page.html());
    let closed = olga.browser.get(&format!("{path}?state=resolved")).await;
    assert!(closed.html().contains("resolved by olga@example.com"));
}
