//! Those who give are told what becomes of the wish, and what they give stays given.

use crate::desk::{Desk, told};
use crate::people::{new_secret, seconds};
use crate::shelf::{EMMA, PRIDE, PRIDE_ZH, shopper};
use crate::wishlist_gifts::{gifts_of, gives, guest_gives, share};
use crate::wishlists::{LISTS, heart, new_list, put};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::notifications::NotificationKind;
use bookplate_wire::wishlists::gifts::{Gift, Receipt};
use reqwest::Method;
use serde_json::json;

stories!(
    who_gives_is_told_once_when_the_wish_is_gone_for_good,
    what_is_moved_away_and_wished_for_again_is_given_still,
    who_gives_is_told_when_the_owner_has_bought_it,
);

async fn who_gives_is_told_once_when_the_wish_is_gone_for_good(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    for isbn in [PRIDE, EMMA, PRIDE_ZH] {
        put(&lin, "default", isbn, json!({})).await;
    }
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    let guest = shopper(&desk.world);
    for isbn in [PRIDE, EMMA] {
        gives(&ben, &secret, json!({ "isbn": isbn }))
            .await
            .expect_status(201);
    }
    let new = json!({ "isbn": PRIDE_ZH, "name": "Mei" });
    let receipt: Receipt = guest_gives(&guest, &secret, new).await.json();
    // Moved out and taken out; what is put back soon bothers nobody.
    let other = new_list(&lin, "Later").await;
    let path = format!("{LISTS}/default/wishes/{PRIDE}/move");
    lin.post(&path, &json!({ "to": other.id }))
        .await
        .expect_status(200);
    for isbn in [EMMA, PRIDE_ZH] {
        heart(&lin, isbn, false).await;
    }
    let gone = gifts_of(&ben).await;
    assert!(gone.iter().all(|gift| gift.gone), "{gone:?}");
    heart(&lin, EMMA, true).await;
    assert!(told(&ben).await.is_empty());
    for statement in [
        "UPDATE wishes SET removed_at = removed_at - 700000 WHERE removed_at IS NOT NULL",
        "UPDATE wishlist_gifts SET gone_at = gone_at - 700000 WHERE gone_at IS NOT NULL",
    ] {
        desk.say(statement).await.unwrap();
    }
    let mail = desk.mail.mail("ben@mail.example", 1).await;
    assert_eq!(
        mail.header("subject"),
        Some("Not on the list any more: “Pride and Prejudice”")
    );
    let news = told(&ben).await;
    let [news] = &news[..] else {
        panic!("{news:?}");
    };
    assert_eq!(
        (news.kind, &*news.book),
        (NotificationKind::GiftGone, "Pride and Prejudice")
    );
    // Whoever has no account reads it with the code.
    let code = json!({ "code": receipt.code });
    let gift: Gift = guest.post("/v1/gifts/lookup", &code).await.json();
    assert!(gift.gone);
    // It is told once; and the list's end of what else is given.
    heart(&lin, PRIDE, false).await;
    let gone = json!({ "reviews": "remove" });
    lin.send_json(Method::DELETE, "/v1/customer", &gone)
        .await
        .expect_status(204);
    let mail = desk.mail.mail("ben@mail.example", 2).await;
    assert_eq!(
        mail.header("subject"),
        Some("Not on the list any more: “Emma”")
    );
    assert!(gifts_of(&ben).await.is_empty());
    let gift = guest.post("/v1/gifts/lookup", &code).await;
    assert_eq!(gift.problem().code, Code::GiftNotFound);
}

async fn what_is_moved_away_and_wished_for_again_is_given_still(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let secret = share(&lin).await;
    let guest = shopper(&desk.world);
    let new = json!({ "isbn": PRIDE, "name": "Mei" });
    let receipt: Receipt = guest_gives(&guest, &secret, new).await.json();
    let other = new_list(&lin, "Later").await;
    let path = format!("{LISTS}/default/wishes/{PRIDE}/move");
    lin.post(&path, &json!({ "to": other.id }))
        .await
        .expect_status(200);
    put(&lin, "default", PRIDE, json!({})).await;
    let again = json!({ "isbn": PRIDE, "name": "Ben" });
    let refused = guest_gives(&guest, &secret, again).await;
    assert_eq!(refused.problem().code, Code::GiftTaken);
    let code = json!({ "code": receipt.code });
    let gift: Gift = guest.post("/v1/gifts/lookup", &code).await.json();
    assert!(!gift.gone);
}

async fn who_gives_is_told_when_the_owner_has_bought_it(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    gives(&ben, &secret, json!({ "isbn": PRIDE }))
        .await
        .expect_status(201);
    let order = json!({
        "number": "A-1", "placed_at": seconds() * 1_000, "customer": { "external_id": "lin" },
        "lines": [{ "isbn": PRIDE, "quantity": 1, "total": { "amount": 800, "currency": "EUR" } }],
    });
    let (_, api) = new_secret(desk.world.setup(), "api").await;
    let till = desk.world.anonymous().bearing(&api);
    let sent = till.post("/v1/orders", &json!({ "orders": [order] })).await;
    sent.expect_status(200);
    let gifts = gifts_of(&ben).await;
    assert!(gifts[0].gone, "{gifts:?}");
    desk.say("UPDATE wishlist_gifts SET gone_at = gone_at - 700000 WHERE gone_at IS NOT NULL")
        .await
        .unwrap();
    let mail = desk.mail.mail("ben@mail.example", 1).await;
    assert_eq!(
        mail.header("subject"),
        Some("Not on the list any more: “Pride and Prejudice”")
    );
}
