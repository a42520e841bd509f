//! What the first page of the member centre says: what has become of reviews, what the shop has still to put right, and
//! what is new.

use crate::colleagues::owner;
use crate::console::send;
use crate::desk::{Desk, queue, write};
use crate::review_pages::{lin, open, submit, write_at};
use crate::shelf::{EMMA, KEY, PRIDE};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::reviews::writing::OwnReviews;
use reqwest::Method;
use serde_json::json;

stories!(
    the_first_page_says_what_has_become_of_reviews_and_what_is_new,
    a_program_asks_for_the_latest_reviews_and_how_many_there_are,
);

/// What is hidden in a page behind `start`, up to the next quotation mark.
fn behind<'a>(html: &'a str, start: &str) -> &'a str {
    let (_, rest) = html.split_once(start).unwrap();
    rest.split('"').next().unwrap()
}

async fn the_first_page_says_what_has_become_of_reviews_and_what_is_new(setup: Setup) {
    let world = open(setup).await;
    let fields = "rating=10&title=&body=Arrived+damaged.&author=Lin&language=en";
    let lin = lin(&world, fields).await;
    let start = format!("/shops/{KEY}/member?lang=en");
    let expect = async |there: &[&str], gone: &[&str]| {
        let page = lin.get(&start).await;
        for words in there {
            assert!(page.html().contains(words), "{words}: {}", page.html());
        }
        for words in gone {
            assert!(!page.html().contains(words), "{words}: {}", page.html());
        }
    };
    expect(
        &[
            "Pride and Prejudice",
            "Published",
            "All reviews",
            ">Notifications<",
        ],
        &["With the shop"],
    )
    .await;

    let reviews = format!("/shops/{KEY}/member/reviews?lang=en");
    let shown = lin.get(&reviews).await;
    let id = behind(shown.html(), "name=\"review\" value=\"");
    let answer = format!("review={id}&version=1&subject=delivery");
    let handed = submit(&lin, &reviews, "same-origin", &answer).await;
    handed.expect_status(303);
    expect(
        &["Handed over to the shop", "With the shop", "Sent on "],
        &["Published"],
    )
    .await;

    let fields = "rating=50&title=&body=A+joy.&author=Lin&language=en";
    let sent = submit(&lin, &write_at(EMMA), "same-origin", fields).await;
    sent.expect_status(303);
    let olga = owner(&world, KEY, "olga@example.com").await;
    let waiting = queue(&olga, "waiting").await;
    let path = olga.path(&format!("reviews/{}/answer", waiting.reviews[0].id));
    let answer = json!({ "text": "Thank you, Lin." });
    let answered = olga.browser.send_json(Method::PUT, &path, &answer).await;
    answered.expect_status(204);
    expect(
        &["Notifications (1)", "1 unread notification<", "Published"],
        &[],
    )
    .await;
    let notifications = format!("/shops/{KEY}/member/notifications?lang=en");
    let shown = lin.get(&notifications).await;
    let latest = behind(shown.html(), "name=\"up_to\" value=\"");
    let read = format!("up_to={latest}");
    let read = submit(&lin, &notifications, "same-origin", &read).await;
    read.expect_status(303);

    let path = format!("/console/shops/{}/cases", olga.shop());
    let page = olga.browser.get(&path).await;
    let case = behind(page.html(), "name=\"case\" value=\"");
    let closed = send(&olga.browser, &path, &[("case", case), ("do", "resolve")]).await;
    closed.expect_status(303);
    expect(
        &["Notifications (1)", "Handed over to the shop"],
        &["With the shop"],
    )
    .await;
}

async fn a_program_asks_for_the_latest_reviews_and_how_many_there_are(setup: Setup) {
    let desk = Desk::open(setup).await;
    let ann = desk.customer("ann").await;
    write(&ann, PRIDE, 5, "Wit on every page.").await;
    let latest = write(&ann, EMMA, 3, "Long.").await;
    let all: OwnReviews = ann.get("/v1/customer/reviews").await.json();
    assert_eq!((all.reviews.len(), all.total), (2, 2));
    let one: OwnReviews = ann.get("/v1/customer/reviews?limit=1").await.json();
    assert_eq!((one.reviews, one.total), (vec![latest], 2));
    for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("at=1", "at")] {
        let refused = ann.get(&format!("/v1/customer/reviews?{query}")).await;
        let problem = refused.problem();
        assert_eq!(problem.code, Code::BadRequest, "{query}");
        assert_eq!(problem.field.as_deref(), Some(field));
    }
}
