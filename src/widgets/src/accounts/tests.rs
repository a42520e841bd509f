//! What is shown of an account.

#![allow(clippy::unwrap_used)]

use super::order_card::{self, Ways};
use super::render;
use bookplate_wire::Lang;
use bookplate_wire::accounts::AccountData;
use bookplate_wire::orders::{Money, Order, OrderLine};

fn gbp(amount: i64) -> Money {
    let currency = "GBP".to_owned();
    Money { amount, currency }
}

fn order(refunded_quantity: u32, refunded: i64) -> Order {
    Order {
        id: "ord_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b".parse().unwrap(),
        number: "IL-1 <b>".into(),
        placed_at: 0,
        placed_on: "2026-11-04".into(),
        delivered_at: None,
        delivered_on: String::new(),
        branch: String::new(),
        total: gbp(2_198),
        lines: vec![OrderLine {
            line: "1".into(),
            isbn: Some("9780141441146".parse().unwrap()),
            title: "“Jane” \"Eyre\"".into(),
            cover_url: "/covers/9780141441146.svg".into(),
            quantity: 2,
            total: gbp(2_198),
            refunded_quantity,
            refunded: gbp(refunded),
        }],
    }
}

fn card(book_url: &str, order: &Order) -> String {
    let ways = Ways {
        lang: Lang::En,
        api: "https://reviews.example",
        key: "pk_demo",
        book_url,
    };
    order_card::html(&ways, order).to_string()
}

#[test]
fn the_server_renders_for_nobody_and_offers_to_sign_in() {
    for lang in Lang::ALL {
        let html = render(AccountData {
            lang,
            api: "https://reviews.example".into(),
            key: "pk_demo".into(),
        });
        let link = format!(
            "data-tell=\"sign-in\" href=\"https://reviews.example/shops/pk_demo/member/sign-in?lang={}\"",
            lang.tag()
        );
        assert!(html.contains(&link), "{html}");
        assert!(html.contains("aria-busy=\"false\""), "{html}");
        assert!(!html.contains("data-do="), "{html}");
    }
}

#[test]
fn an_order_says_what_was_bought_and_what_became_of_it() {
    let html = card("/books/{isbn}.html", &order(0, 0));
    for part in [
        "4 November 2026",
        "Order IL-1 &lt;b&gt;",
        "On its way",
        "£21.98",
        "2 copies",
        "href=\"/books/9780141441146.html\"",
        "/shops/pk_demo/books/9780141441146/reviews?lang=en",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("refunded"), "{html}");
}

#[test]
fn what_was_given_back_is_marked() {
    let whole = card("", &order(2, 2_198));
    assert!(whole.contains(">Returned<"), "{whole}");
    let one = card("", &order(1, 1_099));
    assert!(one.contains("1 copy returned, £10.99 refunded"), "{one}");
    let money = card("", &order(0, 500));
    assert!(money.contains(">Refunded £5.00<"), "{money}");
}

#[test]
fn where_the_shop_does_not_say_where_it_sells_nothing_leads_there() {
    let html = card("", &order(0, 0));
    assert!(!html.contains("data-tell=\"buy\""), "{html}");
    assert!(html.contains("data-tell=\"review\""), "{html}");
}

#[test]
fn the_page_is_told_in_json_what_a_link_is_about() {
    let html = card("/{isbn}", &order(0, 0));
    let detail = html.split("data-detail=\"").nth(1).unwrap();
    let detail = detail.split("\" href").next().unwrap();
    assert_eq!(
        detail.replace("&quot;", "\""),
        "{\"isbn\":\"9780141441146\",\"quantity\":2,\"title\":\"“Jane” \\\"Eyre\\\"\"}"
    );
}
