//! What readers are told of authors who received the book free or for a reward.

use crate::desk::{Desk, decide, decision, one, own, queue, rewrite, show_at_once, told, write};
use crate::shelf::{EMMA, KEY, PRIDE, REVIEWS, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::notifications::NotificationKind;
use bookplate_wire::reviews::Review;
use bookplate_wire::reviews::moderation::ModerationPage;
use bookplate_wire::reviews::writing::OwnReview;
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;

stories!(
    a_label_stays_whatever_its_author_sends_later,
    the_staff_labels_a_review_for_good,
    a_file_labels_reviews_and_takes_no_label_back,
    deleting_and_writing_anew_takes_no_label_away,
);

const WORDS: &str = "Received free or for a reward";

fn labelled(reviews: &[Review]) -> Vec<&str> {
    let labelled = reviews.iter().filter(|review| review.incentivised);
    labelled.map(|review| review.body.as_str()).collect()
}

async fn a_label_stays_whatever_its_author_sends_later(setup: Setup) {
    let desk = Desk::open(setup).await;
    show_at_once(&desk.olga().await).await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let new = json!({ "rating": 50, "body": "A gift.", "incentivised": true });
    let path = format!("/v1/books/{PRIDE}/reviews");
    let review: OwnReview = ann.post(&path, &new).await.expect_status(201).json();
    assert!(review.incentivised);
    // Neither another version nor one that is refused takes it away.
    rewrite(&ann, &review, 1, "Bought, I say.").await;
    assert!(own(&ann).await.incentivised);
    // Who remembers later says it later: readers are told at once, even if a text has to wait.
    let other = write(&ben, PRIDE, 4, "Fine.").await;
    assert_eq!(labelled(&desk.seen(PRIDE).await), ["Bought, I say."]);
    let path = format!("/v1/customer/reviews/{}", other.id);
    let later = json!({ "rating": 40, "body": "See a.example.com", "incentivised": true });
    ben.send_json(Method::PUT, &path, &later)
        .await
        .expect_status(200);
    assert_eq!(
        labelled(&desk.seen(PRIDE).await),
        ["Fine.", "Bought, I say."]
    );
    let refused = desk.say("UPDATE reviews SET incentivised = 0").await;
    assert!(refused.is_err());
    let path = format!("/v1/fragments.html?w=reviews/{PRIDE}&lang=en");
    let page = desk
        .world
        .anonymous()
        .get(&format!("/shops/{KEY}/books/{PRIDE}/reviews"))
        .await;
    for shown in [shopper(&desk.world).get(&path).await, page] {
        assert_eq!(shown.text().matches(WORDS).count(), 2);
    }
}

async fn the_staff_labels_a_review_for_good(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let vera = olga
        .hire(&desk.world, "vera@example.com", Role::Viewer)
        .await;
    let lin = desk.customer("lin").await;
    let review = write(&lin, PRIDE, 5, "Great.").await;
    let path = olga.path(&format!("reviews/{}/label", review.id));
    let refused = vera.browser.send(Method::PUT, &path).await.problem();
    assert_eq!(refused.code, Code::RoleInsufficient);
    // Pressed twice, done once.
    for _ in 0..2 {
        let done = olga.browser.send(Method::PUT, &path).await;
        done.expect_status(204);
    }
    assert_eq!(labelled(&desk.seen(PRIDE).await), ["Great."]);
    assert!(one(&vera, &review.id).await.incentivised && own(&lin).await.incentivised);
    let audit = olga.browser.get(&olga.path("audit")).await;
    assert_eq!(audit.text().matches("review_labelled").count(), 1);
    // Its author is told once, in the account and by email; the others see by stars what was labelled.
    let news = told(&lin).await;
    assert_eq!(
        (news.len(), news[0].kind, news[0].book.as_str()),
        (1, NotificationKind::ReviewLabelled, "Pride and Prejudice")
    );
    let mail = desk.mail.mail("lin@mail.example", 1).await;
    assert!(mail.text.contains("Pride and Prejudice"), "{}", mail.text);
    let labelled_of = |page: ModerationPage| page.decided.map(|of| (of.labelled, of.count));
    let seen = labelled_of(queue(&vera, "waiting").await);
    assert_eq!(seen, [(0, 0), (0, 0), (0, 0), (0, 0), (1, 0)]);
    // A refusal and another approval change nothing about it.
    for word in ["refuse", "approve"] {
        let decided = decide(&olga, &[decision(&review.id, 1, word)]).await;
        decided.expect_status(204);
    }
    assert_eq!(labelled(&desk.seen(PRIDE).await), ["Great."]);
    let nobody = olga.path(&format!("reviews/rev_{}/label", "0".repeat(32)));
    let problem = olga.browser.send(Method::PUT, &nobody).await.problem();
    assert_eq!(problem.code, Code::ReviewNotFound);
}

async fn a_file_labels_reviews_and_takes_no_label_back(setup: Setup) {
    let desk = Desk::with_reviews(setup, &with_label("r5", "Yes")).await;
    let world = desk.world.setup();
    assert_eq!(labelled(&desk.seen(PRIDE).await), ["100% worth it."]);
    // A file that says nothing of it, or no, changes nothing.
    let said = world.import_reviews(REVIEWS).await;
    assert!(said.contains("5 unchanged"), "{said}");
    // One that the staff has touched is labelled all the same.
    let olga = desk.olga().await;
    let seen = desk.seen(PRIDE).await;
    let cem = seen.iter().find(|review| review.title == "Slow").unwrap();
    let refuse = [decision(&cem.id, 0, "refuse")];
    decide(&olga, &refuse).await.expect_status(204);
    let approve = [decision(&cem.id, 1, "approve")];
    decide(&olga, &approve).await.expect_status(204);
    world.import_reviews(&with_label("r2", "true")).await;
    assert_eq!(
        labelled(&desk.seen(PRIDE).await),
        ["100% worth it.", "Too many balls."]
    );
    desk.recount().await;
}

async fn deleting_and_writing_anew_takes_no_label_away(setup: Setup) {
    let desk = Desk::open(setup).await;
    show_at_once(&desk.olga().await).await;
    let ann = desk.customer("ann").await;
    let path = format!("/v1/books/{PRIDE}/reviews");
    let gift = json!({ "rating": 50, "body": "A gift.", "incentivised": true });
    for _ in 0..2 {
        let review: OwnReview = ann.post(&path, &gift).await.expect_status(201).json();
        let own = format!("/v1/customer/reviews/{}", review.id);
        ann.send(Method::DELETE, &own).await.expect_status(204);
    }
    let again = write(&ann, PRIDE, 5, "Bought, I say.").await;
    assert!(again.incentivised);
    assert_eq!(labelled(&desk.seen(PRIDE).await), ["Bought, I say."]);
    // It is of that work only, and goes with the account.
    assert!(!write(&ann, EMMA, 5, "Bought.").await.incentivised);
    let wish = json!({ "reviews": "remove" });
    let left = ann.send_json(Method::DELETE, "/v1/customer", &wish).await;
    left.expect_status(204);
    desk.recount().await;
}

/// The file with a column that says `yes` of one review, and nothing of the others.
fn with_label(id: &str, yes: &str) -> String {
    let line = |line: &str| {
        let cell = match line.split(',').next() {
            Some("id") => "incentivised",
            Some(one) if one == id => yes,
            _ => "",
        };
        format!("{line},{cell}\n")
    };
    REVIEWS.lines().map(line).collect()
}
