//! What was wished for and is bought, as orders tell; and how many wish for a book.

use crate::bookshop::Shop;
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use crate::wishlists::{LISTS, heart, isbns, lists, new_list, put, wishes};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::catalogue::BookPage;
use bookplate_wire::fragments::Fragments;
use bookplate_wire::wishlists::{SharedWishlist, Wished, Wishlist};
use bookplate_wire::{Code, Problem};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

stories!(
    an_order_marks_the_wish_of_its_own_customer_as_bought,
    a_line_that_is_given_back_as_a_whole_is_wished_for_again,
    where_any_edition_will_do_any_that_is_bought_is_it,
    orders_from_before_the_wish_do_not_count,
    an_order_that_finds_its_customer_later_marks_the_wish_then,
    others_do_not_see_what_the_owner_has_bought,
    orders_and_hearts_at_once_wait_for_each_other,
    hearts_say_how_many_customers_wish_for_a_book,
    some_books_are_asked_for_by_their_isbns,
);

/// A day, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000;

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

/// An order of some copies of one book, each for 10 yuan.
fn order(number: &str, customer: &Value, placed_at: i64, isbn: &str, quantity: i64) -> Value {
    json!({
        "number": number, "placed_at": placed_at, "customer": customer,
        "lines": [{
            "line": "a", "isbn": isbn, "quantity": quantity,
            "total": { "amount": quantity * 1_000, "currency": "CNY" },
        }],
    })
}

fn refund(number: &str, of: &str, quantity: i64) -> Value {
    json!({
        "number": number, "order": of, "refunded_at": now(),
        "lines": [{
            "line": "a", "quantity": quantity,
            "total": { "amount": quantity * 1_000, "currency": "CNY" },
        }],
    })
}

fn lin() -> Value {
    json!({ "external_id": "lin" })
}

async fn is_wished(customer: &Actor<'_>, isbn: &str) -> bool {
    let path = format!("/v1/customer/wishes?isbns={isbn}");
    let wished: Wished = customer.get(&path).await.json();
    !wished.isbns.is_empty()
}

async fn bought_at(customer: &Actor<'_>, isbn: &str) -> Option<i64> {
    let wishes = wishes(customer, "default").await;
    let wish = wishes.iter().find(|wish| wish.isbn.as_str() == isbn);
    wish.unwrap().bought_at
}

async fn an_order_marks_the_wish_of_its_own_customer_as_bought(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    let other = shop.customer("mei", json!({})).await;
    for one in [&customer, &other] {
        heart(one, PRIDE, true).await;
        heart(one, EMMA, true).await;
    }
    let gifts = new_list(&customer, "Gifts").await;
    put(
        &customer,
        gifts.id.as_str(),
        PRIDE,
        json!({ "note": "for Mei" }),
    )
    .await;
    let placed = now();
    let sent = order("A-1", &lin(), placed, PRIDE, 1);
    shop.send(sent.clone()).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(placed));
    assert_eq!(bought_at(&customer, EMMA).await, None);
    let given = wishes(&customer, gifts.id.as_str()).await;
    assert_eq!(
        (given[0].bought_at, &*given[0].note),
        (Some(placed), "for Mei")
    );
    assert!(!is_wished(&customer, PRIDE).await && is_wished(&customer, EMMA).await);
    // It is nobody else's.
    assert_eq!(bought_at(&other, PRIDE).await, None);
    // A change of the wish leaves it bought, in its place.
    put(&customer, "default", PRIDE, json!({ "quantity": 2 })).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(placed));
    assert_eq!(isbns(&wishes(&customer, "default").await), [EMMA, PRIDE]);

    // Wished for again it is another copy, which the old order is not.
    heart(&customer, PRIDE, true).await;
    assert!(is_wished(&customer, PRIDE).await);
    shop.send(sent.clone()).await;
    let delivered = {
        let mut sent = sent;
        sent["delivered_at"] = json!(now());
        sent
    };
    shop.send(delivered).await;
    assert_eq!(bought_at(&customer, PRIDE).await, None);
    let again = now() + 60_000;
    shop.send(order("A-2", &lin(), again, PRIDE, 1)).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(again));
    // Taken out and wished for again it is not bought either.
    heart(&customer, PRIDE, false).await;
    heart(&customer, PRIDE, true).await;
    assert!(is_wished(&customer, PRIDE).await);
}

async fn a_line_that_is_given_back_as_a_whole_is_wished_for_again(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    heart(&customer, PRIDE, true).await;
    let placed = now();
    shop.send(order("A-1", &lin(), placed, PRIDE, 2)).await;
    shop.refund(refund("R-1", "A-1", 1)).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(placed));
    shop.refund(refund("R-2", "A-1", 1)).await;
    assert_eq!(bought_at(&customer, PRIDE).await, None);
    assert!(is_wished(&customer, PRIDE).await);
    // As long as another order has it, it is bought.
    let later = placed + 60_000;
    for (number, at) in [("A-2", placed), ("A-3", later)] {
        shop.send(order(number, &lin(), at, PRIDE, 1)).await;
    }
    shop.refund(refund("R-3", "A-2", 1)).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(later));
    // A refund that has come before its order.
    shop.refund(refund("R-4", "A-4", 1)).await;
    heart(&customer, EMMA, true).await;
    shop.send(order("A-4", &lin(), now(), EMMA, 1)).await;
    assert_eq!(bought_at(&customer, EMMA).await, None);
}

async fn where_any_edition_will_do_any_that_is_bought_is_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    let hearts = async || {
        let (one, other) = (
            is_wished(&customer, PRIDE).await,
            is_wished(&customer, PRIDE_ZH).await,
        );
        (one, other)
    };
    heart(&customer, PRIDE, true).await;
    shop.send(order("A-1", &lin(), now(), PRIDE_ZH, 1)).await;
    assert_eq!(hearts().await, (true, false));
    put(&customer, "default", PRIDE, json!({ "any_edition": true })).await;
    assert_eq!(hearts().await, (true, true));
    let placed = now();
    shop.send(order("A-2", &lin(), placed, PRIDE_ZH, 1)).await;
    assert!(bought_at(&customer, PRIDE).await.is_some());
    assert_eq!(hearts().await, (false, false));
    // Its heart, on whichever edition, wishes for it again.
    heart(&customer, PRIDE_ZH, true).await;
    assert_eq!(bought_at(&customer, PRIDE).await, None);
    assert_eq!(isbns(&wishes(&customer, "default").await), [PRIDE]);
    shop.send(order("A-3", &lin(), now() + 60_000, PRIDE_ZH, 1))
        .await;
    assert!(bought_at(&customer, PRIDE).await.is_some());
    shop.refund(refund("R-3", "A-3", 1)).await;
    assert_eq!(hearts().await, (true, true));
}

async fn orders_from_before_the_wish_do_not_count(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    heart(&customer, PRIDE, true).await;
    shop.send(order("A-1", &lin(), now() - 3 * DAY, PRIDE, 1))
        .await;
    assert_eq!(bought_at(&customer, PRIDE).await, None);
    // Where the shop has written down the day alone, it seems to be earlier than it is.
    let today = now() - DAY / 2;
    shop.send(order("A-2", &lin(), today, PRIDE, 1)).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(today));
}

async fn an_order_that_finds_its_customer_later_marks_the_wish_then(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    heart(&customer, PRIDE, true).await;
    let email = "lin@example.com";
    let placed = now();
    shop.send(order("A-1", &json!({ "email": email }), placed, PRIDE, 1))
        .await;
    assert_eq!(bought_at(&customer, PRIDE).await, None);
    let customer = shop.customer("lin", json!({ "email": email })).await;
    assert_eq!(bought_at(&customer, PRIDE).await, Some(placed));
    // And an order of which it is said later whose it is.
    heart(&customer, EMMA, true).await;
    shop.send(order("A-2", &Value::Null, placed, EMMA, 1)).await;
    assert_eq!(bought_at(&customer, EMMA).await, None);
    shop.send(order("A-2", &lin(), placed, EMMA, 1)).await;
    assert_eq!(bought_at(&customer, EMMA).await, Some(placed));
}

async fn others_do_not_see_what_the_owner_has_bought(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    for isbn in [PRIDE, EMMA] {
        heart(&customer, isbn, true).await;
    }
    let path = format!("{LISTS}/default");
    let public = json!({ "visibility": "public" });
    let list: Wishlist = customer
        .send_json(Method::PATCH, &path, &public)
        .await
        .json();
    shop.send(order("A-1", &lin(), now(), PRIDE, 1)).await;
    let path = format!("/v1/wishlists/{}", list.shared.unwrap());
    let visitor = shopper(shop.world());
    let shared: SharedWishlist = visitor.get(&path).await.json();
    assert_eq!((shared.count, isbns(&shared.wishes)), (1, vec![EMMA]));
    assert_eq!(lists(&customer).await[0].count, 2);
    // Who has the page open since before does not give it either.
    let gift = json!({ "isbn": PRIDE, "name": "Mei" });
    let refused = visitor.post(&format!("{path}/gifts"), &gift).await;
    assert_eq!(refused.problem().code, Code::WishNotFound);
}

async fn orders_and_hearts_at_once_wait_for_each_other(setup: Setup) {
    let shop = Shop::open(setup).await;
    let customer = shop.customer("lin", json!({})).await;
    for isbn in [PRIDE, EMMA, PRIDE_ZH] {
        heart(&customer, isbn, true).await;
    }
    let placed = now() + 1_000;
    let orders = (0..8).map(|at| {
        let isbn = [PRIDE, EMMA][at % 2];
        shop.send(order(&format!("A-{at}"), &lin(), placed, isbn, 1))
    });
    let moves = (0..8).map(|at| {
        let (isbn, before) = [(PRIDE, EMMA), (EMMA, PRIDE_ZH)][at % 2];
        let path = format!("{LISTS}/default/wishes/{isbn}/move");
        let customer = &customer;
        async move {
            let moved = customer.post(&path, &json!({ "before": before })).await;
            moved.expect_status(200);
        }
    });
    futures_util::join!(join_all(orders), join_all(moves));
    for (isbn, bought) in [
        (PRIDE, Some(placed)),
        (EMMA, Some(placed)),
        (PRIDE_ZH, None),
    ] {
        assert_eq!(bought_at(&customer, isbn).await, bought, "{isbn}");
    }
}

async fn hearts_say_how_many_customers_wish_for_a_book(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page = shopper(shop.world());
    let asked = format!(
        "/v1/fragments?lang=en&w=wish-button/{PRIDE}%3Fcount&w=wish-button/{PRIDE}&w=wish-button/{EMMA}%3Fcount"
    );
    let counts = async || {
        let found: Fragments = page.get(&asked).await.json();
        let has = |at: usize, words: &str| found.fragments[at].html.contains(words);
        assert!(!has(1, "wish for it") && has(2, "0 readers wish for it"));
        (0..9).find(|count| has(0, &format!(">{count} reader")))
    };
    assert_eq!(counts().await, Some(0));
    let customers = join_all(["lin", "mei"].map(|id| shop.customer(id, json!({})))).await;
    for one in &customers {
        heart(one, PRIDE, true).await;
    }
    // In two lists it is the same customer's.
    let list = new_list(&customers[0], "Gifts").await;
    put(&customers[0], list.id.as_str(), PRIDE, json!({})).await;
    wait_until("the figure follows", async || counts().await == Some(2)).await;
    shop.send(order("A-1", &lin(), now(), PRIDE, 1)).await;
    wait_until("what is bought does not count", async || {
        counts().await == Some(1)
    })
    .await;
    let declared = format!("/v1/fragments.html?lang=en&w=wish-button/{PRIDE}%3Fcount");
    let html = page.get(&declared).await.html().to_owned();
    assert!(
        html.contains(&format!(
            "<bookplate-wish-button isbn=\"{PRIDE}\" count lang"
        )),
        "{html}"
    );
    let asked = format!("/v1/fragments.html?key={KEY}&lang=en&w=wishlist/");
    let html = shop.world().anonymous().get(&asked).await.html().to_owned();
    assert!(
        html.contains("<bookplate-wishlist lang=\"en\">")
            && html.contains("/member/wishlists?lang=en"),
        "{html}"
    );
}

async fn some_books_are_asked_for_by_their_isbns(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page = shopper(shop.world());
    let asked = format!("/v1/books?isbns={PRIDE},{UNKNOWN},{EMMA}");
    let found: BookPage = page.get(&asked).await.json();
    let isbns: Vec<_> = found
        .editions
        .iter()
        .map(|edition| edition.isbn.as_str())
        .collect();
    assert_eq!(isbns, [PRIDE, EMMA]);
    let refused: Problem = page.get("/v1/books?isbns=123").await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::IsbnInvalid, Some("isbns"))
    );
}
