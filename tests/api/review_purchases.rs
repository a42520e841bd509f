//! Which reviews are verified purchases: by orders alone, whenever these come.

use crate::people::{identity, seconds, sign_in};
use crate::review_writing::{Shop, text, write};
use crate::shelf::{BOOKS, EMMA, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use serde_json::json;

stories!(
    an_order_makes_a_review_a_verified_purchase_whenever_it_comes,
    a_refund_of_the_book_takes_the_mark_away,
    an_order_counts_once_it_is_known_whose_it_is_and_what_was_sold,
);

async fn an_order_makes_a_review_a_verified_purchase_whenever_it_comes(setup: Setup) {
    let shop = Shop::open(setup).await;
    // Before the review: marked at once.
    shop.sell("A-1", json!({ "external_id": "lin" }), PRIDE)
        .await;
    let lin = shop.customer("lin").await;
    write(&lin, &text(40, "A joy")).await;
    assert!(shop.reviews().await[0].verified);
    // After it, and of another edition.
    let ben = shop.customer("ben").await;
    write(&ben, &text(20, "Slow")).await;
    shop.sell("A-2", json!({ "email": "ben@example.com" }), PRIDE_ZH)
        .await;
    shop.verified(2).await;
    // Of another book, or somebody else's: no mark.
    let cy = shop.customer("cy").await;
    write(&cy, &text(30, "So so")).await;
    shop.sell("A-3", json!({ "external_id": "cy" }), EMMA).await;
    shop.sell("A-4", json!({ "external_id": "dee" }), PRIDE)
        .await;
    shop.sell("A-5", json!({ "external_id": "lin" }), EMMA)
        .await;
    shop.verified(2).await;
    shop.doctor().await;
}

async fn a_refund_of_the_book_takes_the_mark_away(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    write(&lin, &text(40, "A joy")).await;
    shop.sell("A-1", json!({ "external_id": "lin" }), PRIDE)
        .await;
    shop.verified(1).await;
    shop.refund("A-1").await;
    shop.verified(0).await;
    // Bought again.
    shop.sell("A-2", json!({ "external_id": "lin" }), PRIDE)
        .await;
    shop.verified(1).await;
    // A refund that was there before its order.
    let ben = shop.customer("ben").await;
    write(&ben, &text(20, "Slow")).await;
    shop.refund("A-3").await;
    shop.sell("A-3", json!({ "external_id": "ben" }), PRIDE)
        .await;
    shop.sell("A-4", json!({ "external_id": "ben" }), EMMA)
        .await;
    shop.verified(1).await;
    shop.doctor().await;
}

async fn an_order_counts_once_it_is_known_whose_it_is_and_what_was_sold(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    write(&lin, &text(40, "A joy")).await;
    // By a card that nobody has yet.
    shop.sell("A-1", json!({ "member_card": "BP-7000" }), PRIDE)
        .await;
    shop.verified(0).await;
    let page = shopper(&shop.world);
    let told = json!({ "member_card": "BP-7000", "iat": seconds() + 1 });
    sign_in(&page, &identity(&shop.secret, "lin", told)).await;
    shop.verified(1).await;
    // Under an ISBN that the catalogue learns of later, as another edition of the same work.
    let ben = shop.customer("ben").await;
    write(&ben, &text(20, "Slow")).await;
    shop.sell("A-2", json!({ "external_id": "ben" }), UNKNOWN)
        .await;
    let books = format!("{BOOKS}{UNKNOWN},pride,Pride and Prejudice,Jane Austen,2020,ebook,en\n");
    shop.world.setup().import_catalogue(&books).await;
    shop.verified(2).await;
    // That edition was of another work after all.
    let books = books.replace(&format!("{UNKNOWN},pride"), &format!("{UNKNOWN},other"));
    shop.world.setup().import_catalogue(&books).await;
    shop.verified(1).await;
    shop.doctor().await;
}
