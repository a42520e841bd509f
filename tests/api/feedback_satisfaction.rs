//! How satisfied shoppers are with what has become of their cases: on the case's page, and by one click in the letter.

use crate::colleagues::console;
use crate::console::send;
use crate::desk::Desk;
use crate::feedback_own::{OWN, answer, change, draft, full, inbox, new_case, says, writes};
use crate::shelf::{KEY, shopper};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::feedback::guests::CaseReceipt;
use bookplate_wire::feedback::satisfaction::CaseRating;
use bookplate_wire::feedback::{CaseState, CaseTimeline};
use reqwest::Method;
use serde_json::json;

stories!(
    a_customer_says_how_satisfied_a_resolved_case_has_left_them,
    a_guest_says_it_with_code_and_address,
    the_letter_leads_to_a_page_that_asks_and_looking_says_nothing,
    the_pages_of_cases_ask_without_any_script,
    what_was_said_goes_with_its_case,
);

async fn rates(customer: &Actor<'_>, case: &CaseTimeline, score: u8, comment: &str) -> Reply {
    let rating = json!({ "score": score, "comment": comment });
    let path = format!("{OWN}/{}/rating", case.case.id);
    customer.send_json(Method::PUT, &path, &rating).await
}

fn rating(score: u8, comment: &str) -> Option<CaseRating> {
    Some(CaseRating {
        score,
        comment: comment.to_owned(),
    })
}

async fn a_customer_says_how_satisfied_a_resolved_case_has_left_them(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let (ann, ben) = (desk.customer("ann").await, desk.customer("ben").await);
    let case = writes(&ann, &new_case(1, "question", "Where is it?", json!({}))).await;
    assert!(!case.takes_rating);
    assert_eq!(
        rates(&ann, &case, 5, "").await.problem().code,
        Code::RatingClosed
    );

    let seen = inbox(&olga, "").await.cases.remove(0);
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    let said = rates(&ann, &case, 4, " Quick.\u{202e} ").await;
    let said: CaseTimeline = said.expect_status(200).json();
    assert_eq!(
        (said.case.rating, said.takes_rating),
        (rating(4, "Quick."), true)
    );
    // The last word counts, and the staff sees it.
    rates(&ann, &case, 2, "").await.expect_status(200);
    let shown = full(&olga, &case.case.id).await;
    assert_eq!(shown.case.case.rating, rating(2, ""));
    assert_eq!(shown.case.case.state, CaseState::Resolved);

    let refused = rates(&ann, &case, 6, &"x".repeat(1_001)).await.problem();
    let named: Vec<&str> = refused.fields().collect();
    assert_eq!(
        (refused.code, named),
        (Code::FieldInvalid, vec!["score", "comment"])
    );
    assert_eq!(
        rates(&ben, &case, 1, "").await.problem().code,
        Code::CaseNotFound
    );

    // Opened again, there is nothing to be satisfied with yet; what was said stays.
    says(&ann, &case.case.id, 2, "It is still not here.")
        .await
        .expect_status(201);
    assert_eq!(
        rates(&ann, &case, 1, "").await.problem().code,
        Code::RatingClosed
    );
    let shown = full(&olga, &case.case.id).await;
    assert_eq!(shown.case.case.rating, rating(2, ""));
    // Nor after so long.
    change(&olga, &shown.case, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    desk.say("UPDATE feedback_cases SET closed_at = closed_at - 1209600001")
        .await
        .unwrap();
    assert_eq!(
        rates(&ann, &case, 1, "").await.problem().code,
        Code::RatingClosed
    );
}

async fn a_guest_says_it_with_code_and_address(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let left = json!({ "email": "mei@mail.example" });
    let sent = guest
        .post("/v1/feedback", &new_case(1, "complaint", "Torn.", left))
        .await;
    let receipt: CaseReceipt = sent.expect_status(201).json();
    let seen = inbox(&olga, "").await.cases.remove(0);
    answer(&olga, &seen, "We send another.", "resolved")
        .await
        .expect_status(200);
    let says = async |email: &str| {
        let rating = json!({ "code": receipt.code, "email": email, "score": 5 });
        guest.post("/v1/feedback/rating", &rating).await
    };
    let refused = says("ann@mail.example").await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::CaseNotFound, Some("email"))
    );
    let said: CaseTimeline = says("mei@mail.example").await.expect_status(200).json();
    assert_eq!(said.case.rating, rating(5, ""));
}

async fn the_letter_leads_to_a_page_that_asks_and_looking_says_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let left = json!({ "email": "mei@mail.example" });
    let sent = guest
        .post(
            "/v1/feedback",
            &new_case(1, "question", "Do you buy books?", left),
        )
        .await;
    let receipt: CaseReceipt = sent.expect_status(201).json();
    let id = receipt.case.case.id;
    let seen = inbox(&olga, "").await.cases.remove(0);
    // An answer that does not end it asks nothing yet.
    answer(&olga, &seen, "Which ones?", "waiting")
        .await
        .expect_status(200);
    let mail = desk.mail.mail("mei@mail.example", 1).await;
    assert!(!mail.text.contains("/rate/"), "{}", mail.text);
    let seen = inbox(&olga, "").await.cases.remove(0);
    answer(&olga, &seen, "On Mondays.", "resolved")
        .await
        .expect_status(200);
    let mail = desk.mail.mail("mei@mail.example", 2).await;
    let link = |score: u8| {
        let end = format!("score={score}");
        let mut words = mail.text.split_whitespace();
        let link = words.find(|word| word.contains("/rate/") && word.ends_with(&end));
        let link = link.unwrap_or_else(|| panic!("{}", mail.text));
        link[link.find("/shops/").unwrap()..].to_owned()
    };
    assert!(mail.html.contains("/rate/") && mail.html.contains("Very satisfied"));
    let page = link(4);
    let shown = desk.world.anonymous().get(&page).await;
    let html = shown.html();
    for words in ["value=\"4\" checked", "data-once", "Satisfied"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    for secret in ["Mondays", "buy books", "mail.example", id.as_str()] {
        assert!(!html.contains(secret), "{secret}: {html}");
    }
    // A browser that renders the page beforehand, for a click that may never come, gets none that sends by itself.
    let beforehand = desk.world.anonymous();
    let beforehand = beforehand.with("sec-purpose", "prefetch;prerender");
    let beforehand = beforehand.get(&page).await;
    assert!(!beforehand.html().contains("data-once"));
    let head = desk.world.anonymous().send(Method::HEAD, &page).await;
    head.expect_status(200);
    assert_eq!(full(&olga, &id).await.case.case.rating, None);

    let own = console(&desk.world);
    let sends = [("do", "rate"), ("score", "4")];
    let thanks = send(&own, &page, &sends).await;
    assert!(
        thanks.html().contains("Thank you, that is noted."),
        "{}",
        thanks.text()
    );
    let more = [
        ("do", "rate"),
        ("score", "1"),
        ("comment", "On second thoughts"),
    ];
    send(&own, &page, &more).await.expect_status(200);
    assert_eq!(
        full(&olga, &id).await.case.case.rating,
        rating(1, "On second thoughts")
    );
    let wrong = send(&own, &page, &[("do", "rate")]).await;
    assert_eq!(wrong.status(), 422);
    assert!(
        wrong.text().contains("Please choose one of the five"),
        "{}",
        wrong.text()
    );

    // No other code leads anywhere, and this one only until the case is resolved once more.
    let guess = page.replace("/rate/", "/rate/0");
    assert_eq!(desk.world.anonymous().get(&guess).await.status(), 404);
    let message = json!({ "code": receipt.code, "email": "mei@mail.example", "draft": draft(2), "text": "And on Sundays?" });
    guest
        .post("/v1/feedback/messages", &message)
        .await
        .expect_status(201);
    let closed = desk.world.anonymous().get(&page).await;
    assert!(
        closed.html().contains("it cannot be rated now"),
        "{}",
        closed.text()
    );
    let seen = inbox(&olga, "").await.cases.remove(0);
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    assert_eq!(desk.world.anonymous().get(&page).await.status(), 404);
    let mail = desk.mail.mail("mei@mail.example", 3).await;
    assert!(mail.text.contains("/rate/"), "{}", mail.text);
}

async fn the_pages_of_cases_ask_without_any_script(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let sent = guest
        .post(
            "/v1/feedback",
            &new_case(1, "praise", "Lovely shop.", json!({})),
        )
        .await;
    let receipt: CaseReceipt = sent.expect_status(201).json();
    let track = format!("/shops/{KEY}/feedback/track?lang=en");
    let own = console(&desk.world);
    let look = [("do", "look"), ("code", &*receipt.code)];
    let open = send(&own, &track, &look).await;
    assert!(!open.html().contains("How satisfied"), "{}", open.text());
    let seen = inbox(&olga, "").await.cases.remove(0);
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    let asked = send(&own, &track, &look).await;
    assert!(asked.html().contains("How satisfied"), "{}", asked.text());
    let wrong = send(&own, &track, &[("do", "rate"), ("code", &*receipt.code)]).await;
    assert_eq!(wrong.status(), 422);
    assert!(
        wrong.text().contains("Please choose one of the five"),
        "{}",
        wrong.text()
    );
    let sends = [
        ("do", "rate"),
        ("code", &*receipt.code),
        ("score", "5"),
        ("comment", "Thanks!"),
    ];
    let thanks = send(&own, &track, &sends).await;
    assert!(
        thanks.html().contains("Thank you, that is noted."),
        "{}",
        thanks.text()
    );
    let path = olga.path(&format!("cases/{}", receipt.case.case.id));
    let page = olga
        .browser
        .get(&path.replace("/v1/console/", "/console/"))
        .await;
    for words in ["Very satisfied", "Thanks!"] {
        let page = page.html();
        assert!(page.contains(words), "{words}: {page}");
    }
}

async fn what_was_said_goes_with_its_case(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let ann = desk.customer("ann").await;
    let case = writes(&ann, &new_case(1, "question", "Where is it?", json!({}))).await;
    let seen = inbox(&olga, "").await.cases.remove(0);
    change(&olga, &seen, json!({ "state": "resolved" }))
        .await
        .expect_status(200);
    rates(&ann, &case, 3, "So so").await.expect_status(200);
    let archive = ann.get("/v1/customer/archive").await;
    assert!(archive.text().contains("So so"), "{}", archive.text());
    let leave = json!({ "reviews": "remove" });
    let left = ann.send_json(Method::DELETE, "/v1/customer", &leave).await;
    left.expect_status(204);
    let gone = inbox(&olga, "?state=all").await;
    assert!(gone.cases.is_empty());
}
