//! Shoppers without an account write to the shop, and follow it by a code that nobody guesses.

use crate::desk::Desk;
use crate::feedback_own::{answer, draft, full, inbox, new_case};
use crate::shelf::{KEY, shopper};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::pictures::{file, picture};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::feedback::guests::{CaseReceipt, TrackedCase, plain_code};
use bookplate_wire::feedback::{CaseState, CaseTimeline};
use bookplate_wire::reviews::photos::Photo;
use futures_util::future::join_all;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_guest_follows_a_case_by_a_code,
    a_code_alone_tells_nothing_personal_where_an_address_was_left,
    a_draft_that_is_sent_again_gives_the_same_code,
    ten_thousand_guesses_find_nothing,
    a_guest_sends_photos,
    guests_of_one_address_have_a_limit,
);

const SEND: &str = "/v1/feedback";
const LOOK: &str = "/v1/feedback/lookup";
const WRITE: &str = "/v1/feedback/messages";

async fn sends(guest: &Actor<'_>, new: &Value) -> CaseReceipt {
    guest.post(SEND, new).await.expect_status(201).json()
}

async fn looks(guest: &Actor<'_>, code: &str, email: &str) -> Reply {
    let asked = json!({ "code": code, "email": email });
    guest.post(LOOK, &asked).await
}

async fn a_guest_follows_a_case_by_a_code(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let new = new_case(1, "question", "Do you buy old books?", json!({}));
    let receipt = sends(&guest, &new).await;
    assert_eq!(plain_code(&receipt.code).len(), 16);
    let spelt = receipt.code.to_uppercase().replace('-', " ");
    let found: TrackedCase = looks(&guest, &spelt, "").await.json();
    assert_eq!(found.state, CaseState::Received);
    assert_eq!(found.case.unwrap(), receipt.case);
    let seen = inbox(&olga, "").await.cases.remove(0);
    assert_eq!((seen.customer.as_ref(), &*seen.email), (None, ""));
    answer(&olga, &seen, "Yes, on Mondays.", "resolved")
        .await
        .expect_status(200);
    let found: TrackedCase = looks(&guest, &spelt, "").await.json();
    assert_eq!(found.state, CaseState::Resolved);
    assert_eq!(found.case.unwrap().entries[1].text, "Yes, on Mondays.");
    let message = json!({ "code": spelt, "draft": draft(2), "text": "And on Sundays?" });
    for _ in 0..2 {
        let written = guest.post(WRITE, &message).await;
        let written: CaseTimeline = written.expect_status(201).json();
        assert_eq!(written.case.state, CaseState::Reopened);
        assert_eq!(written.entries.len(), 5);
    }
    // The staff finds it by the code that somebody tells on the telephone.
    let query = format!("?state=all&q={}", spelt.replace(' ', "%20"));
    assert_eq!(inbox(&olga, &query).await.cases.len(), 1);
    // A code is of one shop, and no id of a case is one.
    let unknown = looks(&guest, receipt.case.case.id.as_str(), "").await;
    assert_eq!(unknown.problem().code, Code::CaseNotFound);
}

async fn a_code_alone_tells_nothing_personal_where_an_address_was_left(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let told = json!({ "name": "Mei Lin", "email": "Mei@mail.example" });
    let new = new_case(
        1,
        "complaint",
        "My allergy pills were in that parcel.",
        told,
    );
    let CaseReceipt { code, case } = sends(&guest, &new).await;
    let bare = looks(&guest, &code, "").await;
    let text = bare.text().to_owned();
    for secret in ["Mei", "mail.example", "pills", case.case.id.as_str()] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let bare: TrackedCase = bare.json();
    assert_eq!((bare.state, bare.case), (CaseState::Received, None));
    let other: TrackedCase = looks(&guest, &code, "ann@mail.example").await.json();
    assert_eq!(other.case, None);
    let own: TrackedCase = looks(&guest, &code, " mei@MAIL.example ").await.json();
    assert_eq!(own.case.unwrap().case.id, case.case.id);
    let message =
        |email: &str| json!({ "code": code, "email": email, "draft": draft(2), "text": "Well?" });
    let refused = guest.post(WRITE, &message("")).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::CaseNotFound, Some("email"))
    );
    let written = guest.post(WRITE, &message("mei@mail.example")).await;
    written.expect_status(201);

    let seen = full(&olga, &case.case.id).await.case;
    assert_eq!((&*seen.name, &*seen.email), ("Mei Lin", "mei@mail.example"));
    answer(&olga, &seen, "They are on their way.", "waiting")
        .await
        .expect_status(200);
    let mail = desk.mail.mail("mei@mail.example", 1).await;
    assert!(
        mail.text.contains("They are on their way."),
        "{}",
        mail.text
    );
    assert!(mail.text.contains(&format!("/shops/{KEY}/feedback/track")));
    // Whoever reads a letter does not have the code by that.
    assert!(!mail.text.contains(&code) && !mail.html.contains(&code));
}

async fn a_draft_that_is_sent_again_gives_the_same_code(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let new = new_case(7, "suggestion", "Stay open longer.", json!({}));
    let sent = join_all((0..6).map(|_| sends(&guest, &new))).await;
    assert!(sent.iter().all(|receipt| *receipt == sent[0]));
    assert_eq!(inbox(&olga, "").await.open, 1);
    let other = new_case(7, "suggestion", "Close earlier.", json!({}));
    let refused = guest.post(SEND, &other).await.problem();
    assert_eq!(refused.code, Code::DraftConflict);
    // Another draft is another case with another code, the words being the same.
    let again = sends(
        &guest,
        &new_case(8, "suggestion", "Stay open longer.", json!({})),
    )
    .await;
    assert_ne!(again.code, sent[0].code);
    // What is kept of a code lets nobody in.
    let kept = "UPDATE feedback_cases SET name = code WHERE code IS NOT NULL";
    desk.say(kept).await.unwrap();
    let kept = inbox(&olga, "").await.cases.remove(0).name;
    let refused = looks(&guest, &kept, "").await.problem();
    assert_eq!(refused.code, Code::CaseNotFound);
}

async fn ten_thousand_guesses_find_nothing(setup: Setup) {
    let desk = Desk::open(setup).await;
    let guest = shopper(&desk.world);
    let new = new_case(1, "question", "Is anybody there?", json!({}));
    let receipt = sends(&guest, &new).await;
    // Looking at one's own is no guess, however often.
    for _ in 0..30 {
        looks(&guest, &receipt.code, "").await.expect_status(200);
    }
    let (mut unknown, mut slowed) = (0, 0);
    for hundred in 0..100 {
        let guesses = (0..100).map(|number| {
            let code = format!("{:016x}", hundred * 100 + number);
            let guest = &guest;
            async move { looks(guest, &code, "").await.status() }
        });
        for status in join_all(guesses).await {
            match status {
                404 => unknown += 1,
                429 => slowed += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(unknown + slowed, 10_000);
    assert!(unknown < 40, "{unknown} guesses were looked at");
    // Nor is a list anybody's: there is no such address.
    let listed = guest.get(SEND).await.status();
    assert!([404, 405].contains(&listed), "{listed}");
}

async fn a_guest_sends_photos(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let jpeg = file(&picture(60, 40), ImageFormat::Jpeg);
    let sender = guest.clone().with("content-type", "image/jpeg");
    let photo = sender.send_bytes(Method::POST, "/v1/feedback/photos", jpeg.clone());
    let photo: Photo = photo.await.expect_status(201).json();
    // A customer cannot take it for the own one.
    let ann = desk.customer("ann").await;
    let with = json!({ "photos": [photo.id] });
    let new = new_case(1, "complaint", "Look at this.", with);
    let refused = ann.post("/v1/customer/feedback", &new).await.problem();
    assert_eq!(refused.code, Code::PhotoNotFound);
    let receipt = sends(&guest, &new).await;
    assert_eq!(receipt.case.entries[0].photos[0].id, photo.id);
    let seen = full(&olga, &receipt.case.case.id).await;
    assert_eq!(seen.entries[0].photos.len(), 1);
    let text = guest.clone().with("content-type", "text/plain");
    let refused = text.send_bytes(Method::POST, "/v1/feedback/photos", jpeg.clone());
    assert_eq!(refused.await.problem().code, Code::MediaTypeUnsupported);
    let mut kept = 0;
    for _ in 0..40 {
        let sent = sender.send_bytes(Method::POST, "/v1/feedback/photos", jpeg.clone());
        if sent.await.status() == 429 {
            break;
        }
        kept += 1;
    }
    assert!(kept < 40);
}

async fn guests_of_one_address_have_a_limit(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let guest = shopper(&desk.world);
    let mut sent = 0;
    let problem = loop {
        let new = new_case(sent, "praise", "Nice shop.", json!({}));
        let reply = guest.post(SEND, &new).await;
        if reply.status() != 201 {
            break reply.problem();
        }
        sent += 1;
        assert!(sent < 60, "no end of it");
    };
    assert_eq!(problem.code, Code::RateLimited);
    assert!(problem.retry_after.is_some() && sent >= 20);
    assert_eq!(inbox(&olga, "").await.open, sent);
    // What was sent before is there all the same.
    sends(&guest, &new_case(3, "praise", "Nice shop.", json!({}))).await;
}
