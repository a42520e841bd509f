//! What is remembered of decisions about reviews, and of their authors, whatever becomes of the reviews.

use crate::desk::{Desk, decide, decision, one, own, queue, report, rewrite, show_at_once, write};
use crate::shelf::{BOOKS, EMMA, PRIDE};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::reviews::decisions::{Act, DecisionLog};
use bookplate_wire::reviews::moderation::EarlierVersions;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState, VERSIONS_A_DAY};
use reqwest::Method;
use serde_json::json;

stories!(
    a_decision_is_about_the_version_that_readers_see,
    decisions_about_a_review_that_is_gone_stay_in_the_log,
    an_objection_and_a_label_follow_a_book_to_another_work,
    many_versions_are_told_page_by_page_and_have_a_bound,
);

async fn delete(customer: &Actor<'_>, review: &OwnReview) {
    let path = format!("/v1/customer/reviews/{}", review.id);
    let gone = customer.send(Method::DELETE, &path).await;
    gone.expect_status(204);
}

async fn a_decision_is_about_the_version_that_readers_see(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let review = write(&ann, EMMA, 5, "The wit!").await;
    // It waits for a look, and is handed over before anybody has taken one.
    let words = "The parcel was late, as www.example.com says.";
    let late = rewrite(&ann, &review, 1, words).await;
    assert!(late.state == ReviewState::Pending && late.earlier_shown);
    let subject = json!({ "version": late.version, "subject": "delivery" });
    let path = format!("/v1/customer/reviews/{}/subject", review.id);
    let handed = ann.send_json(Method::PUT, &path, &subject).await;
    handed.expect_status(200);
    assert_eq!(desk.rating(EMMA).await, (1, 50));
    report(&ben, &review.id, "abuse", "").await;
    let refused = decide(&olga, &[decision(&review.id, 2, "refuse")]).await;
    refused.expect_status(204);
    assert_eq!(desk.rating(EMMA).await, (0, 0));
    let log: DecisionLog = olga
        .browser
        .get(&olga.path("reviews/decisions"))
        .await
        .json();
    let last = &log.decisions[0];
    assert_eq!((last.act, last.version, last.stars), (Act::Refuse, 1, 5));
    let decided = queue(&olga, "all").await.decided;
    assert_eq!(decided.map(|of| of.refused), [0, 0, 0, 0, 1]);
}

async fn decisions_about_a_review_that_is_gone_stay_in_the_log(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let bad = write(&ann, EMMA, 1, "Fools!").await;
    let good = write(&ben, PRIDE, 5, "Wit.").await;
    let refused = decide(&olga, &[decision(&bad.id, 1, "refuse")]).await;
    refused.expect_status(204);
    let approved = decide(&olga, &[decision(&good.id, 1, "approve")]).await;
    approved.expect_status(204);
    delete(&ann, &bad).await;
    let path = olga.path("reviews/decisions?limit=1");
    let first: DecisionLog = olga.browser.get(&path).await.json();
    assert_eq!(first.decisions.len(), 1);
    let last = &first.decisions[0];
    assert_eq!(
        (last.act, last.book.as_deref()),
        (Act::Approve, Some("Pride and Prejudice"))
    );
    assert_eq!((&*last.by, last.decided.len()), ("olga@example.com", 16));
    let path = format!("{path}&after={}", first.next.unwrap());
    let second: DecisionLog = olga.browser.get(&path).await.json();
    let gone = &second.decisions[0];
    assert_eq!((second.decisions.len(), second.next), (1, None));
    assert_eq!((gone.act, gone.stars), (Act::Refuse, 1));
    assert_eq!((&gone.review, &gone.book), (&bad.id, &None));
    let page = format!("/console/shops/{}/reviews/decisions?lang=en", olga.shop());
    let page = olga.browser.get(&page).await.text().to_owned();
    assert!(page.contains("A review that is gone"), "{page}");
    assert!(page.contains("Pride and Prejudice"), "{page}");
}

async fn an_objection_and_a_label_follow_a_book_to_another_work(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let bad = write(&ann, EMMA, 1, "Fools!").await;
    let refused = decide(&olga, &[decision(&bad.id, 1, "refuse")]).await;
    refused.expect_status(204);
    delete(&ann, &bad).await;
    let gift = json!({ "rating": 50, "body": "A gift.", "incentivised": true });
    let path = format!("/v1/books/{EMMA}/reviews");
    let gift: OwnReview = ben.post(&path, &gift).await.json();
    delete(&ben, &gift).await;
    let books = BOOKS.replace(&format!("{EMMA},emma"), &format!("{EMMA},emma-woodhouse"));
    desk.world.setup().import_catalogue(&books).await;
    let again = write(&ann, EMMA, 1, "Fools, all of them!").await;
    assert_eq!(again.state, ReviewState::Pending);
    assert!(write(&ben, EMMA, 5, "Bought, I say.").await.incentivised);
    desk.recount().await;
}

async fn many_versions_are_told_page_by_page_and_have_a_bound(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let review = write(&ann, EMMA, 3, "Version 1").await;
    let approved = decide(&olga, &[decision(&review.id, 1, "approve")]).await;
    approved.expect_status(204);
    for version in 2..=VERSIONS_A_DAY {
        let words = format!("Version {version}");
        assert_eq!(rewrite(&ann, &review, 3, &words).await.version, version);
    }
    let path = format!("/v1/customer/reviews/{}", review.id);
    let more = json!({ "rating": 30, "body": "Once more" });
    let problem = ann.send_json(Method::PUT, &path, &more).await.problem();
    assert_eq!(problem.code, Code::ReviewVersionLimit);
    // The same text again is no other version.
    let same = json!(own(&ann).await.text());
    let sent = ann.send_json(Method::PUT, &path, &same).await;
    sent.expect_status(200);
    let seen = one(&olga, &review.id).await;
    let told: Vec<u32> = seen.earlier.iter().map(|one| one.version).collect();
    let last = VERSIONS_A_DAY - 1;
    let mut expected: Vec<u32> = (last - 9..=last).rev().collect();
    expected.push(1);
    assert_eq!((told, seen.earlier_left), (expected, last - 11));
    assert!(seen.earlier.last().unwrap().shown);
    assert_eq!(queue(&olga, "waiting").await.reviews[0].earlier.len(), 11);
    let versions = olga.path(&format!("reviews/{}/versions", review.id));
    let mut all = Vec::new();
    let mut next = Some(format!("{versions}?limit=8"));
    while let Some(path) = next {
        let page: EarlierVersions = olga.browser.get(&path).await.json();
        assert!(page.versions.iter().all(|one| one.written.len() == 16));
        all.extend(page.versions.into_iter().map(|one| one.version));
        next = page
            .next
            .map(|before| format!("{versions}?limit=8&before={before}"));
    }
    assert_eq!(all, (1..=last).rev().collect::<Vec<_>>());
    let shop = olga.shop();
    let page = format!("/console/shops/{shop}/reviews?lang=en");
    let page = olga.browser.get(&page).await.text().to_owned();
    let versions = format!("/console/shops/{shop}/reviews/{}/versions", review.id);
    assert!(page.contains(&versions), "{page}");
    let page = olga
        .browser
        .get(&format!("{versions}?before=3&lang=en"))
        .await;
    assert!(page.text().contains("Version 2") && !page.text().contains("Version 3"));
}
