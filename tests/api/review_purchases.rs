//! Which reviews are verified purchases: by orders alone, whenever these come.

use crate::people::{identity, seconds, sign_in};
use crate::review_writing::{Shop, text, write};
use crate::shelf::{BOOKS, EMMA, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::reviews::writing::OwnReviews;
use serde_json::json;

stories!(
    an_order_makes_a_review_a_verified_purchase_whenever_it_comes,
    a_refund_of_the_book_takes_the_mark_away,
    an_order_counts_once_it_is_known_whose_it_is_and_what_was_sold,
    one_purchase_stands_behind_one_review_whatever_a_file_says,
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

/// Twenty reviews of one book that a file says are all by the same customer.
fn multiplied(customer: &str) -> String {
    let line = |at: usize| {
        format!(
            "x{at},{PRIDE},5,Great {at},Reader {at},2024-01-{:02},{customer}\n",
            at + 1
        )
    };
    let lines: String = (0..20).map(line).collect();
    format!("id,isbn,rating,title,author,created_at,customer\n{lines}")
}

async fn one_purchase_stands_behind_one_review_whatever_a_file_says(setup: Setup) {
    let shop = Shop::open(setup).await;
    let setup = shop.world.setup();
    // Who has written a review here has none of the file's.
    let vic = shop.customer("vic").await;
    write(&vic, &text(50, "My own")).await;
    shop.sell("A-1", json!({ "external_id": "vic" }), PRIDE)
        .await;
    let own = async |customer: &Actor<'_>| {
        let own: OwnReviews = customer.get("/v1/customer/reviews").await.json();
        own.reviews.into_iter().map(|review| review.title)
    };
    for sum in ["20 added, 0 changed", "0 added, 0 changed, 20 unchanged"] {
        let said = setup.import_reviews(&multiplied("vic")).await;
        assert!(said.starts_with(sum), "{said}");
        shop.verified(1).await;
        assert_eq!(own(&vic).await.collect::<Vec<_>>(), ["My own"]);
    }
    // Who has written none has the first.
    let wes = shop.customer("wes").await;
    shop.sell("A-2", json!({ "external_id": "wes" }), PRIDE)
        .await;
    let file = multiplied("wes").replace("\nx", "\ny");
    for sum in ["20 added", "0 added, 0 changed, 20 unchanged"] {
        let said = setup.import_reviews(&file).await;
        assert!(said.starts_with(sum), "{said}");
        shop.verified(2).await;
        assert_eq!(own(&wes).await.collect::<Vec<_>>(), ["Great 0"]);
    }
    // Also who becomes a customer later.
    let file = multiplied("xia").replace("\nx", "\nz");
    setup.import_reviews(&file).await;
    shop.sell("A-3", json!({ "external_id": "xia" }), PRIDE)
        .await;
    let xia = shop.customer("xia").await;
    shop.verified(3).await;
    assert_eq!(own(&xia).await.collect::<Vec<_>>(), ["Great 0"]);
    shop.doctor().await;
}
