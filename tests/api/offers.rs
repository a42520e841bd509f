//! Prices and availability: reported late, twice and in any order, and shown on wishes.

use crate::people::new_secret;
use crate::shelf::{EMMA, KEY, PRIDE, UNKNOWN};
use crate::wishlists::{Shop, heart, wishes};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::offers::{Availability, OfferOutcome, TakenOffers};
use futures_util::future::join_all;
use serde_json::{Value, json};

stories!(
    an_offer_is_shown_on_the_wish_and_the_latest_word_counts,
    an_offer_of_an_unknown_book_is_kept_and_finds_it_later,
    offers_that_break_a_rule_are_refused_together,
    a_repeated_request_of_offers_gets_the_same_reply,
    many_programs_at_once_leave_the_latest_word,
    offers_come_from_a_file_and_are_told_by_row,
);

/// 2026-11-20, in milliseconds.
const THEN: i64 = 1_795_132_800_000;

/// A program of the shop's.
pub async fn backend(shop: &Shop) -> Actor<'_> {
    let key = new_secret(shop.world.setup(), "api").await.1;
    shop.world.anonymous().bearing(&key)
}

/// What a book costs, in cents.
pub fn offer(isbn: &str, amount: i64, availability: &str) -> Value {
    let price = json!({ "amount": amount, "currency": "EUR" });
    json!({ "isbn": isbn, "price": price, "availability": availability })
}

pub async fn send(backend: &Actor<'_>, offers: &[Value]) -> Reply {
    backend
        .post("/v1/offers", &json!({ "offers": offers }))
        .await
}

async fn outcome(backend: &Actor<'_>, offer: Value) -> OfferOutcome {
    let taken: TakenOffers = send(backend, &[offer]).await.json();
    taken.offers[0].outcome
}

fn since(mut offer: Value, at: i64) -> Value {
    offer["as_of"] = json!(at);
    offer
}

async fn an_offer_is_shown_on_the_wish_and_the_latest_word_counts(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("lin").await;
    heart(&lin, EMMA, true).await;
    assert_eq!(wishes(&lin, "default").await[0].offer, None);
    let till = backend(&shop).await;
    let shown = async || {
        let offer = wishes(&lin, "default").await.swap_remove(0).offer.unwrap();
        (offer.price.amount, offer.availability)
    };
    let first = since(offer(EMMA, 990, "in_stock"), THEN);
    assert_eq!(outcome(&till, first.clone()).await, OfferOutcome::Added);
    assert_eq!(outcome(&till, first).await, OfferOutcome::Unchanged);
    let later = since(offer(EMMA, 790, "out_of_stock"), THEN + 1_000);
    assert_eq!(outcome(&till, later).await, OfferOutcome::Changed);
    // What was said before arrives late.
    let late = since(offer(EMMA, 890, "in_stock"), THEN + 500);
    assert_eq!(outcome(&till, late).await, OfferOutcome::Outdated);
    assert_eq!(shown().await, (790, Availability::OutOfStock));
    // What does not say since when is from now.
    let now = offer(EMMA, 650, "preorder");
    assert_eq!(outcome(&till, now).await, OfferOutcome::Changed);
    assert_eq!(shown().await, (650, Availability::Preorder));
    // A page of the shop's is none of its programs.
    let stranger = shop.world.anonymous();
    let refused = send(&stranger, &[offer(EMMA, 1, "in_stock")]).await;
    assert_eq!(refused.problem().code, Code::SecretUnknown);
}

async fn an_offer_of_an_unknown_book_is_kept_and_finds_it_later(setup: Setup) {
    let shop = Shop::open(setup).await;
    let till = backend(&shop).await;
    let offers = [
        offer(UNKNOWN, 1_200, "in_stock"),
        offer(EMMA, 990, "in_stock"),
    ];
    let taken: TakenOffers = send(&till, &offers).await.json();
    let known: Vec<bool> = taken.offers.iter().map(|taken| taken.known).collect();
    assert_eq!(known, [false, true]);
    let book = format!("isbn,title\n{UNKNOWN},Found\n");
    shop.world.setup().import_catalogue(&book).await;
    let lin = shop.customer("lin").await;
    heart(&lin, UNKNOWN, true).await;
    let wish = wishes(&lin, "default").await.swap_remove(0);
    assert_eq!(wish.offer.unwrap().price.amount, 1_200);
}

async fn offers_that_break_a_rule_are_refused_together(setup: Setup) {
    let shop = Shop::open(setup).await;
    let till = backend(&shop).await;
    let good = offer(EMMA, 990, "in_stock");
    for (bad, code, field) in [
        (
            offer(PRIDE, -1, "in_stock"),
            Code::FieldInvalid,
            "offers[1].price.amount",
        ),
        (good.clone(), Code::FieldInvalid, "offers[1].isbn"),
        (
            since(offer(PRIDE, 1, "in_stock"), 1_795_132_800),
            Code::FieldInvalid,
            "offers[1].as_of",
        ),
        (
            offer(PRIDE, 1, "sold"),
            Code::BodyInvalid,
            "offers[1].availability",
        ),
        (
            offer("978", 1, "in_stock"),
            Code::BodyInvalid,
            "offers[1].isbn",
        ),
    ] {
        let problem = send(&till, &[good.clone(), bad]).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field))
        );
    }
    // What is of another type is not taken for something.
    for (name, value) in [
        ("amount", json!(9.5)),
        ("amount", json!("990")),
        ("amount", json!(null)),
        ("amount", json!(1e30)),
        ("currency", json!(978)),
    ] {
        let mut bad = offer(PRIDE, 1, "in_stock");
        bad["price"][name] = value.clone();
        let problem = send(&till, &[good.clone(), bad]).await.problem();
        let field = format!("offers[1].price.{name}");
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::BodyInvalid, Some(&*field)),
            "{value}"
        );
    }
    assert_eq!(outcome(&till, good).await, OfferOutcome::Added);
}

async fn a_repeated_request_of_offers_gets_the_same_reply(setup: Setup) {
    let shop = Shop::open(setup).await;
    let till = backend(&shop).await.with("idempotency-key", "night-1");
    let offers = json!({ "offers": [offer(EMMA, 990, "in_stock")] });
    let first = till.post("/v1/offers", &offers).await;
    let again = till.post("/v1/offers", &offers).await;
    assert_eq!(first.text(), again.text());
    let others = json!({ "offers": [offer(EMMA, 890, "in_stock")] });
    let refused = till.post("/v1/offers", &others).await;
    assert_eq!(refused.problem().code, Code::IdempotencyConflict);
}

async fn many_programs_at_once_leave_the_latest_word(setup: Setup) {
    let shop = Shop::open(setup).await;
    let till = backend(&shop).await;
    let lin = shop.customer("lin").await;
    heart(&lin, EMMA, true).await;
    let sent = (0..20).map(|at| {
        let offers = [
            since(offer(EMMA, 1_000 + at, "in_stock"), THEN + at),
            since(offer(PRIDE, 1_000 + at, "in_stock"), THEN + at),
        ];
        let till = &till;
        async move { send(till, &offers).await.status() }
    });
    let sent = join_all(sent).await;
    assert!(sent.iter().all(|status| *status == 200), "{sent:?}");
    let wish = wishes(&lin, "default").await.swap_remove(0);
    assert_eq!(wish.offer.unwrap().price.amount, 1_019);
}

async fn offers_come_from_a_file_and_are_told_by_row(setup: Setup) {
    let shop = Shop::open(setup).await;
    let setup = shop.world.setup();
    let file = tempfile::NamedTempFile::new().unwrap();
    let csv = format!(
        "isbn,price,currency,availability,as_of\n{EMMA},9.90,EUR,in stock,2026-11-20\n\
         {UNKNOWN},12,EUR,0,\n{PRIDE},cheap,EUR,,\n"
    );
    std::fs::write(file.path(), csv).unwrap();
    let path = file.path().to_str().unwrap();
    let rehearsed = setup.run(&["import", "offers", path, "--dry-run"]).await;
    assert!(rehearsed.contains("2 added, 0 changed"), "{rehearsed}");
    let said = setup.run(&["import", "offers", path]).await;
    let sum = "2 added, 0 changed, 0 unchanged, 1 rejected (1 offer of no known book";
    assert!(said.contains(sum), "{said}");
    let older = format!("isbn,price,as_of\n{EMMA},8.90,2026-11-19\n");
    std::fs::write(file.path(), older).unwrap();
    let said = setup
        .run(&["import", "offers", path, "--currency", "EUR", "--shop", KEY])
        .await;
    assert!(
        said.contains("0 changed, 0 unchanged, 1 rejected"),
        "{said}"
    );
    let lin = shop.customer("lin").await;
    heart(&lin, EMMA, true).await;
    let wish = wishes(&lin, "default").await.swap_remove(0);
    assert_eq!(wish.offer.unwrap().price.amount, 990);
}
