//! Refunds: before their order and after it, counted once, and never more than was paid.

use crate::bookshop::Shop;
use crate::colleagues::owner;
use crate::orders::{order, orders_of, refund};
use crate::shelf::KEY;
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::orders::{OpenRefundPage, Outcome, RefundState};
use bookplate_wire::staff::Role;
use serde_json::json;

stories!(
    a_refund_takes_back_what_was_sold_and_no_more,
    a_refund_can_come_before_its_order,
    a_refund_that_waited_and_is_too_much_does_not_count,
    a_wrong_refund_is_corrected_whether_it_came_before_its_order_or_after,
    a_refund_that_waits_for_a_mistyped_order_is_corrected,
    several_refunds_of_one_request_count_together,
    the_staff_sees_what_waits_and_why,
);

async fn a_refund_takes_back_what_was_sold_and_no_more(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let taken = shop.refund(refund("R-1", "a", 1, 4_500)).await;
    assert_eq!(taken.refunds[0].state, RefundState::Applied);
    let again = shop.refund(refund("R-1", "a", 1, 4_500)).await;
    assert_eq!(again.refunds[0].outcome, Outcome::Unchanged);
    let line = &orders_of(&lin).await.orders[0].lines[0];
    assert_eq!((line.refunded_quantity, line.refunded.amount), (1, 4_500));
    for too_much in [refund("R-2", "a", 2, 4_500), refund("R-2", "a", 1, 4_501)] {
        let sent = json!({ "refunds": [refund("R-3", "b", 1, 3_550), too_much] });
        let problem = shop.backend().post("/v1/refunds", &sent).await.problem();
        let expected = (Code::RefundExceeds, Some("refunds[1].lines[0]"));
        assert_eq!((problem.code, problem.field.as_deref()), expected);
    }
    let other = json!({ "refunds": [refund("R-1", "a", 1, 1)] });
    let problem = shop.backend().post("/v1/refunds", &other).await.problem();
    assert_eq!(problem.code, Code::RefundConflict);
    let line = &orders_of(&lin).await.orders[0].lines[1];
    assert_eq!(
        line.refunded.amount, 0,
        "nothing of a refused request is kept"
    );
}

async fn a_refund_can_come_before_its_order(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let early = shop.refund(refund("R-1", "b", 1, 3_550)).await;
    assert_eq!(early.refunds[0].state, RefundState::Waiting);
    shop.send(order("A-1")).await;
    let line = &orders_of(&lin).await.orders[0].lines[1];
    assert_eq!((line.refunded_quantity, line.refunded.amount), (1, 3_550));
    let again = shop.refund(refund("R-1", "b", 1, 3_550)).await;
    assert_eq!(again.refunds[0].state, RefundState::Applied);
}

async fn a_refund_that_waited_and_is_too_much_does_not_count(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.refund(refund("R-1", "b", 1, 3_551)).await;
    shop.send(order("A-1")).await;
    assert_eq!(orders_of(&lin).await.orders[0].lines[1].refunded.amount, 0);
    let seen = shop.refund(refund("R-1", "b", 1, 3_551)).await;
    assert_eq!(seen.refunds[0].state, RefundState::Excessive);
}

async fn a_wrong_refund_is_corrected_whether_it_came_before_its_order_or_after(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let of = |order: &str, amount: i64| {
        let mut refund = refund(&format!("R-{order}"), "b", 1, amount);
        refund["order"] = json!(order);
        refund
    };
    // The one way round …
    shop.send(order("A-1")).await;
    let sent = json!({ "refunds": [of("A-1", 35_500)] });
    let refused = shop.backend().post("/v1/refunds", &sent).await.problem();
    assert_eq!(refused.code, Code::RefundExceeds);
    // … and the other.
    shop.refund(of("A-2", 35_500)).await;
    shop.send(order("A-2")).await;
    for (pointer, value, code, field) in [
        (
            "/lines/0/line",
            json!("z"),
            Code::FieldInvalid,
            "refunds[0].lines[0].line",
        ),
        (
            "/lines/0/total/currency",
            json!("JPY"),
            Code::CurrencyMixed,
            "refunds[0].lines[0].total.currency",
        ),
    ] {
        let mut other = of("A-1", 1);
        *other.pointer_mut(pointer).unwrap() = value;
        let sent = json!({ "refunds": [other] });
        let refused = shop.backend().post("/v1/refunds", &sent).await.problem();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (code, Some(field))
        );
    }
    let still = json!({ "refunds": [of("A-2", 3_551)] });
    let refused = shop.backend().post("/v1/refunds", &still).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::RefundExceeds, Some("refunds[0].lines[0]"))
    );
    for (number, outcome) in [("A-1", Outcome::Added), ("A-2", Outcome::Changed)] {
        let taken = shop.refund(of(number, 3_550)).await;
        assert_eq!(
            (taken.refunds[0].state, taken.refunds[0].outcome),
            (RefundState::Applied, outcome)
        );
        let again = shop.refund(of(number, 3_550)).await;
        assert_eq!(again.refunds[0].outcome, Outcome::Unchanged);
        let other = json!({ "refunds": [of(number, 3_549)] });
        let problem = shop.backend().post("/v1/refunds", &other).await.problem();
        assert_eq!(problem.code, Code::RefundConflict);
    }
    for order in orders_of(&lin).await.orders {
        let line = &order.lines[1];
        assert_eq!((line.refunded_quantity, line.refunded.amount), (1, 3_550));
    }
}

async fn a_refund_that_waits_for_a_mistyped_order_is_corrected(setup: Setup) {
    let shop = Shop::open(setup).await;
    shop.send(order("A-1")).await;
    let mut sent = refund("R-1", "b", 1, 3_550);
    sent["order"] = json!("A-l");
    let taken = shop.refund(sent.clone()).await;
    assert_eq!(taken.refunds[0].state, RefundState::Waiting);
    let open: OpenRefundPage = shop.backend().get("/v1/refunds").await.json();
    assert_eq!(open.refunds[0].state, RefundState::Waiting);
    assert_eq!(open.refunds[0].refund.order, "A-l");
    let taken = shop.refund(refund("R-1", "b", 1, 3_550)).await;
    assert_eq!(taken.refunds[0].outcome, Outcome::Changed);
    assert_eq!(taken.refunds[0].state, RefundState::Applied);
    // It counts by now.
    let open: OpenRefundPage = shop.backend().get("/v1/refunds").await.json();
    assert_eq!(open.refunds, []);
    let back = json!({ "refunds": [sent] });
    let refused = shop.backend().post("/v1/refunds", &back).await.problem();
    assert_eq!(refused.code, Code::RefundConflict);
}

async fn several_refunds_of_one_request_count_together(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    let both = |second| {
        let second = refund("R-2", "a", 1, second);
        json!({ "refunds": [refund("R-1", "a", 1, 5_000), second] })
    };
    let refused = shop.backend().post("/v1/refunds", &both(4_001)).await;
    assert_eq!(
        refused.problem().field.as_deref(),
        Some("refunds[1].lines[0]")
    );
    let taken = shop.backend().post("/v1/refunds", &both(4_000)).await;
    taken.expect_status(200);
    let line = &orders_of(&lin).await.orders[0].lines[0];
    assert_eq!((line.refunded_quantity, line.refunded.amount), (2, 9_000));
}

async fn the_staff_sees_what_waits_and_why(setup: Setup) {
    let shop = Shop::open(setup).await;
    let olga = owner(shop.world(), KEY, "olga@example.com").await;
    let vera = olga
        .hire(shop.world(), "vera@example.com", Role::Viewer)
        .await;
    let page = format!("/console/shops/{}/refunds", olga.shop());
    let empty = vera.browser.get(&format!("{page}?lang=en")).await;
    assert!(empty.html().contains("No refund waits"), "{}", empty.text());

    // One is more than its order, the other has none, the third counts.
    shop.refund(refund("R-1", "b", 1, 3_551)).await;
    shop.send(order("A-1")).await;
    let mut early = refund("R-2", "a", 1, 4_500);
    early["order"] = json!("A-2");
    shop.refund(early).await;
    shop.refund(refund("R-3", "a", 1, 4_500)).await;
    let path = vera.path("refunds");
    let open: OpenRefundPage = vera.browser.get(&path).await.json();
    let seen = open.refunds.iter();
    let seen = seen.map(|open| (open.refund.number.as_str(), open.state));
    let seen: Vec<_> = seen.collect();
    let expected = [
        ("R-2", RefundState::Waiting),
        ("R-1", RefundState::Excessive),
    ];
    assert_eq!(seen, expected);
    for (lang, [waiting, excessive]) in [
        (
            "zh-CN",
            ["订单尚未上报。", "与订单不符：超出尚可退款的部分"],
        ),
        (
            "zh-TW",
            ["訂單尚未回報。", "與訂單不符：超出尚可退款的部分"],
        ),
        (
            "en",
            [
                "The order has not been reported.",
                "It does not fit its order: it is more than is left",
            ],
        ),
        (
            "ja",
            [
                "注文がまだ報告されていません。",
                "注文と合いません。返金できる残りを超えているか",
            ],
        ),
    ] {
        let page = vera.browser.get(&format!("{page}?lang={lang}")).await;
        for shown in [waiting, excessive, "R-1", "R-2", "A-2", "45.00", "35.51"] {
            assert!(page.html().contains(shown), "{shown}: {}", page.text());
        }
        assert!(!page.html().contains("R-3"), "{}", page.text());
    }
    let one: OpenRefundPage = vera.browser.get(&format!("{path}?limit=1")).await.json();
    let after = one.next.unwrap();
    let older = vera.browser.get(&format!("{page}?after={after}")).await;
    assert!(older.html().contains("R-1") && !older.html().contains("R-2"));

    // Another shop has nothing of it, and nobody else may look.
    let setup = shop.world().setup();
    setup.shop("pk_other", &["https://other.example"]).await;
    let otto = owner(shop.world(), "pk_other", "otto@example.com").await;
    let theirs: OpenRefundPage = otto.browser.get(&otto.path("refunds")).await.json();
    assert_eq!(theirs.refunds, []);
    for path in [&path, &page] {
        otto.browser.get(path).await.expect_status(404);
    }
}
