//! Orders and refunds: reported late, twice and in any order, counted once, and seen by their customer.

use crate::bookshop::Shop;
use crate::colleagues::owner;

use crate::shelf::{EMMA, KEY, PRIDE, UNKNOWN, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::orders::{OrderPage, Outcome, TakenOrders};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

stories!(
    an_order_is_seen_by_its_customer,
    an_order_counts_once_however_often_it_is_sent,
    an_order_can_come_before_its_customer,
    that_an_order_was_delivered_is_added_later,
    a_known_number_with_other_content_is_refused,
    an_order_of_an_unknown_book_is_kept_and_finds_it_later,
    an_order_that_breaks_a_rule_is_refused_and_the_whole_request_with_it,
    a_repeated_request_gets_the_same_reply,
    an_idempotency_key_is_visible_text,
    a_reply_is_forgotten_after_some_days,
    a_thousand_orders_come_in_one_request,
    many_large_requests_come_at_once,
    many_tills_at_once_count_each_order_once,
    orders_are_read_page_by_page,
    orders_are_nobody_elses_business,
    a_request_that_has_begun_is_finished_before_the_server_ends,
    a_branch_is_called_by_its_name,
);

/// 2026-11-20, in milliseconds.
const PLACED: i64 = 1_795_132_800_000;

/// Two copies of one book and one of another, for the customer `c-1`.
pub(crate) fn order(number: &str) -> Value {
    let money = |amount: i64| json!({ "amount": amount, "currency": "CNY" });
    json!({
        "number": number,
        "placed_at": PLACED,
        "customer": { "external_id": "c-1" },
        "lines": [
            { "line": "a", "isbn": PRIDE, "quantity": 2, "total": money(9_000) },
            { "line": "b", "isbn": EMMA, "quantity": 1, "total": money(3_550) },
        ],
    })
}

pub(crate) fn refund(number: &str, line: &str, quantity: u32, amount: i64) -> Value {
    json!({
        "number": number,
        "order": "A-1",
        "refunded_at": PLACED + 86_400_000,
        "lines": [{ "line": line, "quantity": quantity, "total": { "amount": amount, "currency": "CNY" } }],
    })
}

pub(crate) async fn orders_of(customer: &Actor<'_>) -> OrderPage {
    customer.get("/v1/customer/orders").await.json()
}

async fn an_order_is_seen_by_its_customer(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let taken = shop.send(order("A-1")).await;
    assert_eq!(taken.orders[0].outcome, Outcome::Added);
    assert_eq!(taken.orders[0].unmatched, [] as [String; 0]);
    let page = orders_of(&lin).await;
    let seen = &page.orders[0];
    assert_eq!(
        (seen.number.as_str(), seen.placed_on.as_str()),
        ("A-1", "2026-11-20")
    );
    assert_eq!(
        (seen.total.amount, seen.total.currency.as_str()),
        (12_550, "CNY")
    );
    assert_eq!(seen.lines[0].title, "Pride and Prejudice");
    assert_eq!(
        (seen.lines[0].quantity, seen.lines[1].total.amount),
        (2, 3_550)
    );
}

async fn a_branch_is_called_by_its_name(setup: Setup) {
    let shop = Shop::open(setup).await;
    // Another shop has a branch with the same code.
    let other = ["https://other.example"];
    shop.world().setup().shop("pk_other", &other).await;
    for (key, name) in [(KEY, "Nanjing Road"), ("pk_other", "Elsewhere")] {
        let owner = owner(shop.world(), key, &format!("{key}@example.com")).await;
        let new = json!({ "code": "SH-1", "name": name, "time_zone": "Asia/Shanghai" });
        let added = owner.browser.post(&owner.path("branches"), &new).await;
        added.expect_status(201);
    }
    let lin = shop.customer("c-1", json!({})).await;
    for (number, branch) in [("A-1", "SH-1"), ("A-2", "till 9"), ("A-3", "")] {
        let mut order = order(number);
        order["branch"] = json!(branch);
        shop.send(order).await;
    }
    let mut told: Vec<_> = orders_of(&lin)
        .await
        .orders
        .into_iter()
        .map(|order| (order.number, order.branch, order.branch_name))
        .collect();
    told.sort();
    let told: Vec<_> = told
        .iter()
        .map(|(number, branch, name)| (&**number, &**branch, &**name))
        .collect();
    assert_eq!(
        told,
        [
            ("A-1", "SH-1", "Nanjing Road"),
            ("A-2", "till 9", ""),
            ("A-3", "", "")
        ]
    );
}

async fn an_order_counts_once_however_often_it_is_sent(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let first = shop.send(order("A-1")).await;
    for _ in 0..2 {
        let again = shop.send(order("A-1")).await;
        assert_eq!(again.orders[0].outcome, Outcome::Unchanged);
        assert_eq!(again.orders[0].id, first.orders[0].id);
    }
    assert_eq!(orders_of(&lin).await.orders.len(), 1);
}

async fn an_order_can_come_before_its_customer(setup: Setup) {
    let shop = Shop::open(setup).await;
    for (number, named) in [
        ("A-1", json!({ "external_id": "c-1" })),
        ("A-2", json!({ "email": "Lin@example.com" })),
        ("A-3", json!({ "phone": "138 0013 8000" })),
        ("A-4", json!({ "member_card": "bp-0001" })),
        ("A-5", json!({ "email": "somebody@example.com" })),
    ] {
        let mut order = order(number);
        order["customer"] = named;
        shop.send(order).await;
    }
    let told =
        json!({ "email": "lin@example.com", "phone": "13800138000", "member_card": "BP0001" });
    let lin = shop.customer("c-1", told).await;
    let mut numbers: Vec<_> = orders_of(&lin)
        .await
        .orders
        .into_iter()
        .map(|o| o.number)
        .collect();
    numbers.sort();
    assert_eq!(numbers, ["A-1", "A-2", "A-3", "A-4"]);
}

async fn that_an_order_was_delivered_is_added_later(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mut anonymous = order("A-1");
    anonymous.as_object_mut().unwrap().remove("customer");
    shop.send(anonymous).await;
    assert_eq!(orders_of(&lin).await.orders.len(), 0);
    let mut delivered = order("A-1");
    delivered["delivered_at"] = json!(PLACED + 172_800_000);
    assert_eq!(
        shop.send(delivered).await.orders[0].outcome,
        Outcome::Changed
    );
    let page = orders_of(&lin).await;
    assert_eq!(page.orders[0].delivered_at, Some(PLACED + 172_800_000));
    // An older report that comes late takes nothing away.
    assert_eq!(
        shop.send(order("A-1")).await.orders[0].outcome,
        Outcome::Unchanged
    );
    assert!(orders_of(&lin).await.orders[0].delivered_at.is_some());
}

async fn a_known_number_with_other_content_is_refused(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let mut other = order("A-1");
    other["lines"][0]["total"]["amount"] = json!(1);
    let sent = json!({ "orders": [order("A-2"), other] });
    let problem = shop.backend().post("/v1/orders", &sent).await.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::OrderConflict, Some("orders[1].number"))
    );
    let page = orders_of(&lin).await;
    assert_eq!(page.orders.len(), 1, "nothing of the request is kept");
    assert_eq!(page.orders[0].total.amount, 12_550);
}

async fn an_order_of_an_unknown_book_is_kept_and_finds_it_later(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mut odd = order("A-1");
    odd["lines"][0]["isbn"] = json!(UNKNOWN);
    odd["lines"][1]["isbn"] = json!("no ISBN");
    let taken = shop.send(odd).await;
    assert_eq!(taken.orders[0].unmatched, ["a", "b"]);
    let before = orders_of(&lin).await;
    assert_eq!(before.orders[0].lines[0].title, UNKNOWN);
    let late = format!("isbn,title\n{UNKNOWN},A late arrival\n");
    shop.world().setup().import_catalogue(&late).await;
    let after = orders_of(&lin).await;
    assert_eq!(after.orders[0].lines[0].title, "A late arrival");
    assert_eq!(after.orders[0].lines[1].title, "no ISBN");
}

async fn an_order_that_breaks_a_rule_is_refused_and_the_whole_request_with_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let changed = |pointer: &str, value: Value| {
        let mut order = order("A-2");
        *order.pointer_mut(pointer).unwrap() = value;
        order
    };
    let mut unknown_field = order("A-2");
    unknown_field["discount"] = json!(5);
    for (bad, code, field) in [
        (
            changed("/lines/0/total/amount", json!(-1)),
            Code::FieldInvalid,
            "orders[1].lines[0].total.amount",
        ),
        (
            changed("/lines/1/total/currency", json!("JPY")),
            Code::CurrencyMixed,
            "orders[1].lines[1].total.currency",
        ),
        (
            changed("/lines/0/quantity", json!(0)),
            Code::FieldInvalid,
            "orders[1].lines[0].quantity",
        ),
        (
            changed("/lines/0/quantity", json!("two")),
            Code::BodyInvalid,
            "orders[1].lines[0].quantity",
        ),
        (
            changed("/lines", json!([])),
            Code::FieldInvalid,
            "orders[1].lines",
        ),
        (
            changed("/placed_at", json!(1_795_132_800)),
            Code::FieldInvalid,
            "orders[1].placed_at",
        ),
        (
            changed("/placed_at", json!(PLACED + 400 * 86_400_000)),
            Code::FieldInvalid,
            "orders[1].placed_at",
        ),
        (
            changed("/customer", json!({})),
            Code::BodyInvalid,
            "orders[1].customer",
        ),
        (
            changed(
                "/customer",
                json!({ "email": "lin@example.com", "phone": "+8613800138000" }),
            ),
            Code::BodyInvalid,
            "orders[1].customer",
        ),
        (
            changed("/customer", json!({ "email": "lin" })),
            Code::FieldInvalid,
            "orders[1].customer.email",
        ),
        (
            changed("/number", json!("")),
            Code::FieldInvalid,
            "orders[1].number",
        ),
        (
            changed("/number", json!("A-1")),
            Code::FieldInvalid,
            "orders[1].number",
        ),
        (unknown_field, Code::BodyInvalid, "orders[1].discount"),
        // As lists these would be read field by field, in whatever order a program has them.
        (
            changed("/lines/0/total", json!([100, "CNY"])),
            Code::BodyInvalid,
            "orders[1].lines[0].total",
        ),
        (
            changed(
                "/lines/1",
                json!(["b", PRIDE, "", "", 1, { "amount": 1, "currency": "CNY" }]),
            ),
            Code::BodyInvalid,
            "orders[1].lines[1]",
        ),
        (
            json!(["A-2", PLACED, null, null, "", []]),
            Code::BodyInvalid,
            "orders[1]",
        ),
    ] {
        let sent = json!({ "orders": [order("A-1"), bad] });
        let problem = shop.backend().post("/v1/orders", &sent).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field))
        );
    }
    assert_eq!(
        orders_of(&lin).await.orders.len(),
        0,
        "nothing half-written"
    );
}

async fn a_repeated_request_gets_the_same_reply(setup: Setup) {
    let shop = Shop::open(setup).await;
    let backend = shop.backend().with("idempotency-key", "night-1");
    let sent = json!({ "orders": [order("A-1")] });
    let first = backend.post("/v1/orders", &sent).await;
    let again = backend.post("/v1/orders", &sent).await;
    assert_eq!(
        first.expect_status(200).text(),
        again.expect_status(200).text()
    );
    let other = json!({ "orders": [order("A-2")] });
    let problem = backend.post("/v1/orders", &other).await.problem();
    assert_eq!(problem.code, Code::IdempotencyConflict);
    // What was refused is not remembered.
    let backend = shop.backend().with("idempotency-key", "night-2");
    let mut bad = order("A-3");
    bad["lines"] = json!([]);
    let refused = backend
        .post("/v1/orders", &json!({ "orders": [bad] }))
        .await;
    assert_eq!(refused.problem().code, Code::FieldInvalid);
    let mended = json!({ "orders": [order("A-3")] });
    backend.post("/v1/orders", &mended).await.expect_status(200);
}

async fn an_idempotency_key_is_visible_text(setup: Setup) {
    let shop = Shop::open(setup).await;
    let orders = json!({ "orders": [order("A-1")] });
    for key in ["night 1", "night\t1", "", &"n".repeat(256)] {
        let backend = shop.backend().with("idempotency-key", key);
        let problem = backend.post("/v1/orders", &orders).await.problem();
        assert_eq!(problem.code, Code::BadRequest, "{key:?}");
        assert_eq!(problem.field.as_deref(), Some("idempotency-key"));
    }
    let backend = shop.backend().with("idempotency-key", &"n".repeat(255));
    let reply = backend.post("/v1/orders", &orders).await;
    reply.expect_status(200);
}

async fn a_reply_is_forgotten_after_some_days(mut setup: Setup) {
    let store = Store::open(setup.program().database().url());
    let store = store.await.unwrap();
    let shop = Shop::open(setup).await;
    let backend = shop.backend().with("idempotency-key", "night-1");
    for number in ["A-1", "A-2"] {
        let sent = json!({ "orders": [order(number)] });
        backend.post("/v1/orders", &sent).await.expect_status(200);
        let age = |db: &mut Db| Sql::new("UPDATE idempotent_replies SET created_at = 1").run(db);
        assert_eq!(store.write(age).await.unwrap(), 1);
    }
    let forget = |db: &mut Db| db.forget_replies(10);
    assert_eq!(store.write(forget).await.unwrap(), 1);
    assert_eq!(store.write(forget).await.unwrap(), 0);
}

async fn a_thousand_orders_come_in_one_request(setup: Setup) {
    let shop = Shop::open(setup).await;
    let orders: Vec<_> = (0..1_000).map(|n| order(&format!("N-{n}"))).collect();
    let sent = json!({ "orders": orders });
    let taken: TakenOrders = shop.backend().post("/v1/orders", &sent).await.json();
    assert_eq!(taken.orders.len(), 1_000);
    assert!(
        taken
            .orders
            .iter()
            .all(|order| order.outcome == Outcome::Added)
    );
    let again: TakenOrders = shop.backend().post("/v1/orders", &sent).await.json();
    assert!(
        again
            .orders
            .iter()
            .all(|order| order.outcome == Outcome::Unchanged)
    );
    let orders: Vec<_> = (0..1_001).map(|n| order(&format!("M-{n}"))).collect();
    let sent = json!({ "orders": orders });
    let problem = shop.backend().post("/v1/orders", &sent).await.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::FieldInvalid, Some("orders"))
    );
}

async fn many_large_requests_come_at_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let backend = shop.backend();
    let sends = (0..16).map(|n| {
        let orders: Vec<_> = (0..1_000)
            .map(|m| {
                let mut order = order(&format!("N-{n}-{m}"));
                order["customer"] = json!({ "external_id": format!("c-{n}-{m}") });
                order
            })
            .collect();
        let (backend, sent) = (backend.clone(), json!({ "orders": orders }));
        async move {
            backend
                .post("/v1/orders", &sent)
                .await
                .expect_status(200)
                .status()
        }
    });
    assert_eq!(join_all(sends).await, [200; 16]);
}

async fn many_tills_at_once_count_each_order_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let backend = shop.backend();
    let sends = (0..64).map(|n| {
        // Eight orders, each sent by eight tills, and a refund of each that may come first.
        let number = format!("A-{}", n % 8);
        let backend = backend.clone();
        async move {
            let refund = json!({
                "number": format!("R-{number}"), "order": number, "refunded_at": PLACED,
                "lines": [{ "line": "a", "quantity": 1, "total": { "amount": 4_500, "currency": "CNY" } }],
            });
            if n % 3 == 0 {
                let sent = json!({ "refunds": [refund] });
                backend.post("/v1/refunds", &sent).await.expect_status(200);
            }
            let sent = json!({ "orders": [order(&number)] });
            backend.post("/v1/orders", &sent).await.expect_status(200);
        }
    });
    join_all(sends).await;
    let page = orders_of(&lin).await;
    assert_eq!(page.orders.len(), 8);
    for order in &page.orders {
        assert_eq!(order.lines[0].refunded.amount, 4_500, "{}", order.number);
    }
}

async fn orders_are_read_page_by_page(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    for n in 0..5 {
        let mut order = order(&format!("A-{n}"));
        // Two at the same moment.
        order["placed_at"] = json!(PLACED + i64::from(n / 2));
        shop.send(order).await;
    }
    let mut seen = Vec::new();
    let mut path = "/v1/customer/orders?limit=2".to_owned();
    loop {
        let page: OrderPage = lin.get(&path).await.json();
        seen.extend(page.orders.into_iter().map(|order| order.number));
        let Some(next) = page.next else { break };
        path = format!("/v1/customer/orders?limit=2&after={next}");
    }
    assert_eq!(seen[0], "A-4");
    seen.sort();
    assert_eq!(seen, ["A-0", "A-1", "A-2", "A-3", "A-4"]);
    let problem = lin
        .get("/v1/customer/orders?after=nonsense")
        .await
        .problem();
    assert_eq!(problem.code, Code::CursorInvalid);
}

async fn orders_are_nobody_elses_business(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.send(order("A-1")).await;
    let mei = shop.customer("c-2", json!({})).await;
    assert_eq!(orders_of(&mei).await.orders.len(), 0);
    let page = shopper(shop.world());
    let sent = json!({ "orders": [order("A-2")] });
    assert_eq!(
        page.get("/v1/customer/orders").await.problem().code,
        Code::SessionRequired
    );
    let refused = shop
        .world()
        .anonymous()
        .post("/v1/orders", &sent)
        .await
        .problem();
    assert_eq!(refused.code, Code::SecretUnknown);
    let refused = mei.post("/v1/orders", &sent).await.problem();
    assert_eq!(refused.code, Code::OriginNotAllowed);
}

async fn a_request_that_has_begun_is_finished_before_the_server_ends(setup: Setup) {
    let shop = Shop::open(setup).await;
    let address = shop.world().server().address().to_owned();
    let host = address.strip_prefix("http://").unwrap().to_owned();
    let body = json!({ "orders": [order("A-1")] }).to_string();
    let (begin, rest) = body.split_at(body.len() / 2);
    let (begin, rest) = (begin.to_owned(), rest.to_owned());
    let mut till = TcpStream::connect(&host).unwrap();
    write!(
        till,
        "POST /v1/orders HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        shop.secret_key(),
        body.len(),
    )
    .unwrap();
    // It has been let in.
    let mut answer = [0; 25];
    till.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    till.write_all(begin.as_bytes()).unwrap();
    let till = std::thread::spawn(move || {
        // Nobody else is let in any more: it is about to end.
        let begun = Instant::now();
        while TcpStream::connect(&host).is_ok() && begun.elapsed() < Duration::from_secs(4) {
            std::thread::sleep(Duration::from_millis(20));
        }
        till.write_all(rest.as_bytes()).unwrap();
        let mut reply = String::new();
        till.read_to_string(&mut reply).unwrap();
        reply
    });
    let shop = shop.restart().await;
    let reply = till.join().unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    let taken = shop.send(order("A-1")).await;
    assert_eq!(taken.orders[0].outcome, Outcome::Unchanged);
}
