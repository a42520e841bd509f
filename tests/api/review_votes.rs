//! Readers say whether a review was helpful, and what is wrong with it.

use crate::review_writing::{Shop, text, write};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::votes::{OwnPart, Votes};
use bookplate_wire::reviews::writing::Reason;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_customer_votes_once_and_can_take_it_back,
    voting_twice_at_once_counts_once,
    nobody_votes_for_or_reports_the_own_review,
    a_report_is_taken_once_and_named_to_nobody,
    what_readers_do_not_see_cannot_be_voted_for,
);

async fn vote(reader: &Actor<'_>, review: &str, vote: Option<bool>) -> Votes {
    let path = format!("/v1/reviews/{review}/vote");
    let reply = match vote {
        Some(helpful) => {
            let body = json!({ "helpful": helpful });
            reader.send_json(Method::PUT, &path, &body).await
        }
        None => reader.send(Method::DELETE, &path).await,
    };
    reply.json()
}

async fn a_customer_votes_once_and_can_take_it_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let review = write(&shop.customer("lin").await, &text(40, "A joy")).await;
    let id = review.id.as_str();
    let (ben, cy) = (shop.customer("ben").await, shop.customer("cy").await);
    let is = |helpful, votes| Votes { helpful, votes };
    assert_eq!(vote(&ben, id, Some(true)).await, is(1, 1));
    assert_eq!(vote(&ben, id, Some(true)).await, is(1, 1));
    assert_eq!(vote(&cy, id, Some(false)).await, is(1, 2));
    assert_eq!(vote(&ben, id, Some(false)).await, is(0, 2));
    assert_eq!(vote(&ben, id, None).await, is(0, 1));
    assert_eq!(vote(&ben, id, None).await, is(0, 1));
    let part = format!("/v1/books/{}/reviews/own", crate::shelf::PRIDE);
    let own: OwnPart = cy.get(&part).await.json();
    assert_eq!((own.votes.len(), own.votes[0].helpful), (1, false));
    let own: OwnPart = ben.get(&part).await.json();
    assert!(own.votes.is_empty());
    let seen = &shop.reviews().await[0];
    assert_eq!((seen.helpful, seen.votes), (0, 1));
    let archive: Archive = cy.get("/v1/customer/archive").await.json();
    assert_eq!(archive.review_votes[0].review, review.id);
}

async fn voting_twice_at_once_counts_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let review = write(&shop.customer("lin").await, &text(40, "A joy")).await;
    let id = review.id.as_str();
    let ben = shop.customer("ben").await;
    let votes = (0..8).map(|_| vote(&ben, id, Some(true)));
    futures_util::future::join_all(votes).await;
    let seen = &shop.reviews().await[0];
    assert_eq!((seen.helpful, seen.votes), (1, 1));
}

async fn nobody_votes_for_or_reports_the_own_review(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let id = write(&lin, &text(40, "A joy")).await.id;
    let sent = json!({ "helpful": true });
    let path = format!("/v1/reviews/{id}/vote");
    let refused = lin.send_json(Method::PUT, &path, &sent).await.problem();
    assert_eq!(refused.code, Code::ReviewIsOwn);
    let report = json!({ "reason": "abuse" });
    let path = format!("/v1/reviews/{id}/reports");
    let refused = lin.post(&path, &report).await.problem();
    assert_eq!(refused.code, Code::ReviewIsOwn);
    assert_eq!(shop.reviews().await[0].votes, 0);
}

async fn a_report_is_taken_once_and_named_to_nobody(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let id = write(&lin, &text(40, "A joy")).await.id;
    let ben = shop.customer("ben").await;
    let path = format!("/v1/reviews/{id}/reports");
    let wrong: [(Value, Code, &str); 3] = [
        (json!({ "reason": "boring" }), Code::BodyInvalid, "reason"),
        (json!({ "reason": "other" }), Code::FieldInvalid, "note"),
        (
            json!({ "reason": "abuse", "note": "a".repeat(1_001) }),
            Code::FieldInvalid,
            "note",
        ),
    ];
    for (sent, code, field) in wrong {
        let problem = ben.post(&path, &sent).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field))
        );
    }
    for reason in ["spoiler", "abuse"] {
        let sent = json!({ "reason": reason });
        ben.post(&path, &sent).await.expect_status(204);
    }
    let part = format!("/v1/books/{}/reviews/own", crate::shelf::PRIDE);
    let own: OwnPart = ben.get(&part).await.json();
    assert_eq!(own.reported, std::slice::from_ref(&id));
    let archive: Archive = ben.get("/v1/customer/archive").await.json();
    assert_eq!(archive.review_reports.len(), 1);
    assert_eq!(archive.review_reports[0].reason, Reason::Spoiler);
    // It stays until somebody of the staff has decided.
    assert_eq!(shop.reviews().await.len(), 1);

    // Another version is another matter.
    let path_of_own = format!("/v1/customer/reviews/{id}");
    let anew = json!({ "rating": 40, "title": "A joy", "body": "and then some" });
    let changed = lin.send_json(Method::PUT, &path_of_own, &anew).await;
    changed.expect_status(200);
    let own: OwnPart = ben.get(&part).await.json();
    assert!(own.reported.is_empty());
    let sent = json!({ "reason": "abuse", "note": "It calls me names" });
    ben.post(&path, &sent).await.expect_status(204);
    let own: OwnPart = ben.get(&part).await.json();
    assert_eq!(own.reported, [id]);
    let archive: Archive = ben.get("/v1/customer/archive").await.json();
    assert_eq!(archive.review_reports.len(), 1);
    assert_eq!(archive.review_reports[0].note, "It calls me names");
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    let bodies: Vec<_> = archive
        .review_versions
        .iter()
        .map(|version| version.text.body.as_str())
        .collect();
    assert_eq!(bodies, ["and then some", "Wit on every page."]);
}

async fn what_readers_do_not_see_cannot_be_voted_for(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    let id = write(&lin, &text(40, "A joy")).await.id;
    let gone = format!("/v1/customer/reviews/{id}");
    lin.send(Method::DELETE, &gone).await.expect_status(204);
    let ben = shop.customer("ben").await;
    for path in [
        format!("/v1/reviews/{id}/vote"),
        "/v1/reviews/rev_x/vote".to_owned(),
    ] {
        let sent = json!({ "helpful": true });
        let refused = ben.send_json(Method::PUT, &path, &sent).await.problem();
        assert_eq!(refused.code, Code::ReviewNotFound);
    }
}
