//! What readers report, what a file would bring back, and what the shop answers.

use crate::desk::{Desk, decide, decision, own, queue, report, show_at_once, told, write};
use crate::shelf::{EMMA, PRIDE, REVIEWS};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::notifications::NotificationKind;
use bookplate_wire::reviews::writing::Reason;
use reqwest::Method;
use serde_json::json;

stories!(
    a_decision_settles_what_readers_have_reported,
    an_imported_review_that_was_taken_down_stays_down,
    an_answer_is_read_by_all_and_told_to_the_author,
);

async fn a_decision_settles_what_readers_have_reported(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let review = write(&desk.customer("lin").await, EMMA, 1, "The end is sad.").await;
    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    let (mei, ann) = (desk.customer("mei").await, desk.customer("ann").await);
    report(&mei, &review.id, "spoiler", "").await;
    report(&ann, &review.id, "other", "It is rude.").await;
    // Twice is once.
    report(&ann, &review.id, "abuse", "").await;
    let page = queue(&olga, "reported").await;
    assert_eq!((page.reviews.len(), page.reported, page.waiting), (1, 1, 0));
    let reports = &page.reviews[0].reports;
    assert_eq!(
        (reports[0].reason, reports[0].note.as_str()),
        (Reason::Spoiler, "")
    );
    assert_eq!(
        (reports[1].reason, reports[1].note.as_str()),
        (Reason::Other, "It is rude.")
    );
    assert_eq!(reports[1].reported.len(), 16);
    // Being reported changes nothing by itself.
    assert_eq!(desk.seen(EMMA).await.len(), 1);
    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    let page = queue(&olga, "reported").await;
    assert_eq!((page.reviews.len(), page.reported), (0, 0));
    assert_eq!(desk.seen(EMMA).await.len(), 1);
    let lin = desk.customer("lin").await;
    assert_eq!(
        told(&lin).await.len(),
        0,
        "nothing has changed for its author"
    );
}

async fn an_imported_review_that_was_taken_down_stays_down(setup: Setup) {
    let desk = Desk::with_reviews(setup, REVIEWS).await;
    let olga = desk.olga().await;
    let before = desk.rating(PRIDE).await.0;
    let ben = desk
        .seen(PRIDE)
        .await
        .into_iter()
        .find(|review| review.author == "Ben");
    let ben = ben.unwrap().id;
    report(&desk.customer("mei").await, &ben, "service", "").await;
    let reported = queue(&olga, "reported").await.reviews;
    assert_eq!((&reported[0].id, reported[0].version), (&ben, 0));
    decide(&olga, &[decision(&ben, 0, "refuse")])
        .await
        .expect_status(204);
    let is_gone = async || {
        let seen = desk.seen(PRIDE).await;
        seen.iter().all(|review| review.author != "Ben") && desk.rating(PRIDE).await.0 == before - 1
    };
    assert!(is_gone().await);
    let said = desk.world.setup().import_reviews(REVIEWS).await;
    assert!(
        said.starts_with("0 added, 0 changed, 5 unchanged"),
        "{said}"
    );
    let other = REVIEWS.replace("r2,9780141439518,2,Slow", "r2,9780141439518,3,Slower");
    let said = desk.world.setup().import_reviews(&other).await;
    assert!(
        said.starts_with("0 added, 0 changed, 5 unchanged"),
        "{said}"
    );
    assert!(is_gone().await);
    desk.recount().await;
    // As the staff has seen it, not as the file has it since.
    decide(&olga, &[decision(&ben, 1, "approve")])
        .await
        .expect_status(204);
    let seen = desk.seen(PRIDE).await;
    let ben = seen.iter().find(|review| review.author == "Ben").unwrap();
    assert_eq!((ben.rating, ben.title.as_str()), (20, "Slow"));
    assert_eq!(desk.rating(PRIDE).await.0, before);
    desk.recount().await;
}

async fn an_answer_is_read_by_all_and_told_to_the_author(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, EMMA, 2, "A page was missing.").await;
    let path = olga.path(&format!("reviews/{}/answer", review.id));
    let answer = async |text: &str| {
        let text = json!({ "text": text });
        olga.browser.send_json(Method::PUT, &path, &text).await
    };
    // What nobody sees is not answered.
    let hidden = answer("We are sorry.").await.problem();
    assert_eq!(hidden.code, Code::ReviewNotFound);
    decide(&olga, &[decision(&review.id, 1, "approve")])
        .await
        .expect_status(204);
    answer("We are sorry.\r\n").await.expect_status(204);
    assert_eq!(desk.seen(EMMA).await[0].answer, "We are sorry.");
    assert_eq!(own(&lin).await.answer, "We are sorry.");
    let news = told(&lin).await;
    assert_eq!(
        (news.len(), news[0].kind),
        (2, NotificationKind::ReviewAnswered)
    );
    assert_eq!(news[0].text, "We are sorry.");
    let mail = desk.mail.mail("lin@mail.example", 2).await;
    let received = desk.mail.received();
    assert!(
        received
            .iter()
            .any(|mail| mail.text.contains("We are sorry.")),
        "{}",
        mail.text
    );
    // The same again is no news, and neither is nothing.
    answer("We are sorry.").await.expect_status(204);
    let long = answer(&"书".repeat(3_001)).await.problem();
    assert_eq!(long.field.as_deref(), Some("text"));
    answer("").await.expect_status(204);
    assert_eq!(
        (
            desk.seen(EMMA).await[0].answer.as_str(),
            told(&lin).await.len()
        ),
        ("", 2)
    );
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let actions: Vec<_> = log.entries.iter().map(|entry| entry.action).collect();
    assert_eq!(actions[..2], [Action::ReviewAnswered; 2]);
    assert_eq!(log.entries[1].after["characters"], "13");
}
