//! Customers are asked for reviews of what was delivered to them: those who allow it, once.

use crate::desk::{Desk, write};
use crate::people::{new_secret, seconds};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::privacy::Archive;
use bookplate_wire::settings::ShopSettings;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    who_allows_it_is_asked_once_and_reminded_once,
    the_shop_says_when_it_asks,
);

async fn allow(customer: &Actor<'_>) {
    let said = json!({ "channel": "email", "purpose": "feedback", "granted": true });
    let body = json!({ "consents": [said] });
    let done = customer
        .send_json(Method::PUT, "/v1/customer/consents", &body)
        .await;
    done.expect_status(200);
}

/// An order of `customer`, delivered so many days ago.
fn order(number: &str, customer: &str, days: Option<i64>, isbns: &[&str]) -> Value {
    let now = i64::try_from(seconds()).unwrap() * 1_000;
    let delivered = days.map(|days| now - days * 86_400_000);
    let money = json!({ "amount": 4_500, "currency": "CNY" });
    let lines = isbns
        .iter()
        .map(|isbn| json!({ "isbn": isbn, "quantity": 1, "total": money }));
    let mut order = json!({
        "number": number, "placed_at": now - 80 * 86_400_000, "customer": { "external_id": customer },
        "lines": lines.collect::<Vec<_>>(),
    });
    if let Some(delivered) = delivered {
        order["delivered_at"] = json!(delivered);
    }
    order
}

async fn who_allows_it_is_asked_once_and_reminded_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let key = new_secret(desk.world.setup(), "api").await.1;
    let till = desk.world.anonymous().bearing(&key);
    let send = async |orders: &[Value]| {
        let sent = till.post("/v1/orders", &json!({ "orders": orders })).await;
        sent.expect_status(200);
    };
    let (lin, ben, cem) = (
        desk.customer("lin").await,
        desk.customer("ben").await,
        desk.customer("cem").await,
    );
    allow(&lin).await;
    allow(&cem).await;
    send(&[
        order("A-1", "lin", Some(4), &[PRIDE, PRIDE_ZH, EMMA]),
        order("A-2", "lin", Some(1), &[EMMA]),
        order("A-3", "lin", Some(60), &[EMMA]),
        order("A-4", "lin", None, &[EMMA]),
        order("B-1", "ben", Some(4), &[PRIDE]),
        order("C-1", "cem", Some(4), &[PRIDE]),
    ])
    .await;
    let money = json!({ "amount": 4_500, "currency": "CNY" });
    let refund = json!({
        "number": "R-1", "order": "C-1", "refunded_at": seconds() * 1_000,
        "lines": [{ "line": "1", "quantity": 1, "total": money }],
    });
    let sent = till
        .post("/v1/refunds", &json!({ "refunds": [refund] }))
        .await;
    sent.expect_status(200);
    let changed = json!({ "review_request_days": 3 });
    let settings = olga
        .browser
        .send_json(Method::PATCH, &olga.path("settings"), &changed)
        .await;
    settings.expect_status(200);

    let asked = desk.mail.mail("lin@mail.example", 1).await;
    assert_eq!(
        asked.header("subject"),
        Some("How did you like “Pride and Prejudice”?")
    );
    // Nothing follows the ISBN: the link signs nobody in.
    let page = |isbn: &str| format!("/shops/{KEY}/member/reviews/{isbn}\r\n");
    assert!(
        asked.text.contains(&page(PRIDE)) && asked.text.contains(&page(EMMA)),
        "{}",
        asked.text
    );
    assert!(
        !asked.text.contains(PRIDE_ZH),
        "one letter for a work: {}",
        asked.text
    );
    assert_eq!(
        asked.header("list-unsubscribe-post"),
        Some("List-Unsubscribe=One-Click")
    );

    // She writes about the one, and is reminded of the other.
    write(&lin, PRIDE, 5, "A joy.").await;
    desk.say("UPDATE review_requests SET due_at = due_at - 604800000 WHERE due_at IS NOT NULL")
        .await
        .unwrap();
    let reminded = desk.mail.mail("lin@mail.example", 2).await;
    let subject = reminded.header("subject");
    assert_eq!(subject, Some("A reminder: how did you like “Emma”?"));
    assert!(!reminded.text.contains(PRIDE), "{}", reminded.text);

    // What comes later is asked about after all that has come before: she has heard all that she will ever hear of it.
    send(&[
        order("A-5", "lin", Some(5), &[EMMA]),
        order("C-2", "cem", Some(4), &[EMMA]),
    ])
    .await;
    let asked = desk.mail.mail("cem@mail.example", 2).await;
    assert_eq!(asked.header("subject"), Some("How did you like “Emma”?"));
    let told = |address: &str| {
        let mails = desk.mail.received();
        mails.iter().filter(|mail| mail.to == address).count()
    };
    assert_eq!((told("lin@mail.example"), told("ben@mail.example")), (2, 0));
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    let [asked] = &archive.review_requests[..] else {
        panic!("{:?}", archive.review_requests);
    };
    assert!(asked.order == "A-1" && asked.reminded_at.is_some());
    let gone = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &gone).await;
    gone.expect_status(204);
    let left: Archive = ben.get("/v1/customer/archive").await.json();
    assert!(left.review_requests.is_empty());
}

async fn the_shop_says_when_it_asks(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let settings = async |days: u32| {
        let change = json!({ "review_request_days": days });
        olga.browser
            .send_json(Method::PATCH, &olga.path("settings"), &change)
            .await
    };
    let refused = settings(91).await.problem();
    assert_eq!(refused.field.as_deref(), Some("review_request_days"));
    let kept: ShopSettings = settings(14).await.json();
    assert_eq!(kept.review_request_days, 14);
    let page = olga
        .browser
        .get(&format!("/console/shops/{}/settings", olga.shop()))
        .await;
    let html = page.html();
    let at = html.find("name=\"review_request_days\"").unwrap();
    assert!(
        html[at..at + 200].contains("value=\"14\""),
        "{}",
        &html[at..at + 200]
    );
}
