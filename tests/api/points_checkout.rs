//! Paying with points: what an order can be paid with, what it holds, takes once or lets go, and what refunds give back.

use crate::bookshop::Shop;
use crate::points::{Club, entries, examine, id_of, order, refund, say, sums};
use crate::points_rewards::{coupon, redeem, write};
use bookplate_store::now;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::checkout::{Quote, Reservation, ReservationState};
use bookplate_wire::points::rules::RulesVersion;
use futures_util::future::join_all;
use serde_json::{Value, json};

stories!(
    a_quote_says_what_points_pay_and_what_the_order_earns,
    a_reservation_is_consumed_once,
    a_reservation_that_is_let_go_gives_its_points_back,
    what_is_wrong_with_a_checkout_is_named,
    thirty_two_clients_spend_no_point_twice,
    a_refund_gives_back_what_was_paid_with_points,
    copies_count_where_points_alone_have_paid,
    points_that_come_back_late_can_be_used_for_thirty_days,
    what_a_refund_let_go_is_taken_when_spent_points_come_back,
    a_coupon_can_be_used_again_when_all_of_its_order_is_back,
);

pub(crate) const RESERVATIONS: &str = "/v1/checkout/reservations";

pub(crate) fn cny(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

/// Half of an order can be paid with points, each of which is worth a fen.
pub(crate) fn paying(more: Value) -> Value {
    let mut rules = json!({
        "return_days": 0, "adjust_limit": 100_000, "payment": { "min_percent": 0, "max_percent": 50 },
        "worth": [{ "points": 1, "money": cny(1) }],
    });
    for (name, value) in more.as_object().unwrap() {
        rules[name] = value.clone();
    }
    rules
}

/// A shop where orders can be paid with points, by such rules with `more`, and Lin, who has some.
pub(crate) async fn with_points(shop: &Shop, more: Value, points: i64) -> (Club<'_>, Actor<'_>) {
    let club = Club::open(shop, paying(more)).await;
    let lin = shop.customer("c-1", json!({})).await;
    club.adjust(&id_of(shop, "c-1").await, "begin", points)
        .await;
    (club, lin)
}

/// What reserves points of the customer `c-1` for an order of 100.00.
fn wish(reference: &str, points: i64) -> Value {
    json!({
        "reference": reference, "customer": { "external_id": "c-1" }, "total": cny(10_000), "points": points,
    })
}

async fn reserve(shop: &Shop, wish: &Value) -> Reservation {
    let reply = shop.backend().post(RESERVATIONS, wish).await;
    reply.expect_status(200).json()
}

async fn consume(shop: &Shop, reservation: &Reservation, order: &str) -> Reservation {
    let path = format!("{RESERVATIONS}/{}/consume", reservation.id);
    let reply = shop.backend().post(&path, &json!({ "order": order })).await;
    reply.expect_status(200).json()
}

async fn a_quote_says_what_points_pay_and_what_the_order_earns(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let asked = json!({ "customer": { "external_id": "c-1" }, "total": cny(10_000) });
    let off = shop.backend().post("/v1/checkout/quote", &asked).await;
    assert_eq!(off.problem().code, Code::PointsOff);
    let club = Club::open(&shop, paying(json!({ "first_order": 20 }))).await;
    club.adjust(&id_of(&shop, "c-1").await, "begin", 7_000)
        .await;
    let quote = async |total: Value| -> Quote {
        let asked = json!({ "customer": { "external_id": "c-1" }, "total": total });
        let reply = shop.backend().post("/v1/checkout/quote", &asked).await;
        reply.expect_status(200).json()
    };
    let told = quote(cny(10_000)).await;
    assert_eq!((told.available, told.min_points), (7_000, Some(1)));
    assert_eq!((told.max_points, told.max_worth.amount), (5_000, 5_000));
    // A point a yuan, and the first order's.
    assert_eq!((told.earns, told.coupons.len()), (120, 0));
    shop.send(order("A-1")).await;
    assert_eq!(quote(cny(10_000)).await.earns, 100);
    let yen = quote(json!({ "amount": 900, "currency": "JPY" })).await;
    assert_eq!((yen.min_points, yen.max_points, yen.earns), (None, 0, 0));
    assert_eq!(sums(&lin).await, (7_145, 0), "a quote holds nothing");
}

async fn a_coupon_can_be_used_again_when_all_of_its_order_is_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 1_000).await;
    let reward = write(&club, &coupon(json!({ "valid_days": 30 }))).await;
    let had = redeem(&lin, &reward, "r-1").await;
    let mut wanted = wish("cart-1", 0);
    wanted["coupon"] = json!(had.code);
    let held = reserve(&shop, &wanted).await;
    consume(&shop, &held, "A-1").await;
    shop.send(order("A-1")).await;
    let again = |reference: &str| {
        let mut wanted = wish(reference, 0);
        wanted["coupon"] = json!(had.code);
        wanted
    };
    let used = async |reference: &str| {
        let reply = shop.backend().post(RESERVATIONS, &again(reference)).await;
        reply.problem().code
    };
    assert_eq!(used("cart-2").await, Code::CouponUsed);
    shop.refund(refund("R-1", "A-1", "a", 2, 9_000)).await;
    assert_eq!(used("cart-3").await, Code::CouponUsed, "a part is not all");
    let last = refund("R-2", "A-1", "b", 1, 3_550);
    shop.refund(last.clone()).await;
    // For the next order; and what is sent again gives nothing once more.
    let held = reserve(&shop, &again("cart-4")).await;
    consume(&shop, &held, "A-2").await;
    shop.send(order("A-2")).await;
    shop.refund(last).await;
    assert_eq!(used("cart-5").await, Code::CouponUsed);
    // At a till it stays used, whatever the receipt is called and whatever is refunded later.
    shop.refund(refund("R-3", "A-2", "a", 2, 9_000)).await;
    shop.refund(refund("R-4", "A-2", "b", 1, 3_000)).await;
    let till = async || {
        let body = json!({ "reference": "A-2", "total": cny(10_000) });
        let path = format!("/v1/coupons/{}/consume", had.code);
        shop.backend().post(&path, &body).await.expect_status(200);
    };
    till().await;
    till().await;
    shop.refund(refund("R-5", "A-2", "b", 0, 550)).await;
    assert_eq!(used("cart-6").await, Code::CouponUsed);
    till().await;
    examine(&shop).await;
}

async fn a_reservation_is_consumed_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (_, lin) = with_points(&shop, json!({}), 1_000).await;
    let held = reserve(&shop, &wish("cart-1", 400)).await;
    assert_eq!(held.state, ReservationState::Held);
    assert_eq!((held.worth.amount, held.due.amount), (400, 9_600));
    assert_eq!(sums(&lin).await, (600, 0));
    assert_eq!(reserve(&shop, &wish("cart-1", 400)).await, held);
    let other = shop
        .backend()
        .post(RESERVATIONS, &wish("cart-1", 401))
        .await;
    let problem = other.problem();
    assert_eq!(problem.code, Code::ReservationConflict);
    assert_eq!(problem.field.as_deref(), Some("reference"));
    // The same key gets the same reply, and the key of something else none.
    let keyed = shop.backend().with("idempotency-key", "k-1");
    let path = format!("{RESERVATIONS}/{}/consume", held.id);
    let asked = json!({ "order": "A-1" });
    let first = keyed.post(&path, &asked).await;
    let used: Reservation = first.expect_status(200).json();
    assert_eq!(
        (used.state, &*used.order),
        (ReservationState::Consumed, "A-1")
    );
    assert_eq!(keyed.post(&path, &asked).await.text(), first.text());
    assert_eq!(consume(&shop, &held, "A-1").await, used);
    let another = json!({ "order": "A-2" });
    let refused = keyed.post(&path, &another).await.problem();
    assert_eq!(refused.code, Code::IdempotencyConflict);
    let refused = shop.backend().post(&path, &another).await.problem();
    assert_eq!(refused.code, Code::ReservationEnded);
    let path = format!("{RESERVATIONS}/{}/release", held.id);
    let refused = shop.backend().post(&path, &json!({})).await.problem();
    assert_eq!(refused.code, Code::ReservationEnded);
    assert_eq!(sums(&lin).await, (600, 0));
    let told = entries(&lin).await;
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.kind, one.available, &*one.order))
        .collect();
    let expected = [
        (EntryKind::Adjusted, 1_000, ""),
        (EntryKind::Held, -400, "A-1"),
        (EntryKind::Spent, 0, "A-1"),
    ];
    assert_eq!(told, expected);
    examine(&shop).await;
}

async fn a_reservation_that_is_let_go_gives_its_points_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (_, lin) = with_points(&shop, json!({}), 1_000).await;
    let held = reserve(&shop, &wish("cart-1", 400)).await;
    let path = format!("{RESERVATIONS}/{}/release", held.id);
    for _ in 0..2 {
        let released = shop.backend().post(&path, &json!({})).await;
        let released: Reservation = released.expect_status(200).json();
        assert_eq!(released.state, ReservationState::Released);
        assert_eq!(sums(&lin).await, (1_000, 0));
    }
    let late = reserve(&shop, &wish("cart-2", 300)).await;
    say(&shop, "UPDATE point_reservations SET expires_at = 1").await;
    wait_until("its time is over", async || sums(&lin).await == (1_000, 0)).await;
    assert_eq!(
        reserve(&shop, &wish("cart-2", 300)).await.state,
        ReservationState::Expired
    );
    let path = format!("{RESERVATIONS}/{}/consume", late.id);
    let refused = shop.backend().post(&path, &json!({ "order": "A-1" })).await;
    assert_eq!(refused.problem().code, Code::ReservationEnded);
    let kinds: Vec<_> = entries(&lin).await.iter().map(|one| one.kind).collect();
    assert_eq!(kinds[1..], [EntryKind::Held, EntryKind::Released].repeat(2));
    examine(&shop).await;
}

async fn what_is_wrong_with_a_checkout_is_named(setup: Setup) {
    let shop = Shop::open(setup).await;
    let least = json!({ "min_percent": 5, "max_percent": 50 });
    let (club, lin) = with_points(&shop, json!({ "payment": least }), 8_000).await;
    let mut stranger = wish("cart-1", 500);
    stranger["customer"] = json!({ "external_id": "c-9" });
    let mut dear = wish("cart-1", 500);
    dear["total"]["currency"] = json!("JPY");
    let mut unknown = wish("cart-1", 500);
    unknown["point"] = json!(5);
    let mut slip = wish("cart-1", 0);
    slip["coupon"] = json!("AAAA-BBBB-CCCD");
    for (asked, code, field) in [
        (wish("cart 1", 500), Code::FieldInvalid, Some("reference")),
        (wish("cart-1", 0), Code::FieldInvalid, Some("points")),
        (wish("cart-1", 499), Code::PointsShare, Some("points")),
        (wish("cart-1", 5_001), Code::PointsShare, Some("points")),
        (
            wish("cart-1", 8_001),
            Code::PointsInsufficient,
            Some("points"),
        ),
        (stranger, Code::CustomerNotFound, Some("customer")),
        (dear, Code::PaymentOff, Some("points")),
        (slip, Code::FieldInvalid, Some("coupon")),
    ] {
        let refused = shop.backend().post(RESERVATIONS, &asked).await.problem();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (code, field),
            "{asked}"
        );
    }
    let refused = shop.backend().post(RESERVATIONS, &unknown).await.problem();
    assert_eq!(refused.code, Code::BodyInvalid);
    for path in ["rsv_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b", "nothing"] {
        let path = format!("{RESERVATIONS}/{path}/consume");
        let refused = shop.backend().post(&path, &json!({ "order": "A-1" })).await;
        assert_eq!(refused.problem().code, Code::ReservationNotFound);
    }
    let held = reserve(&shop, &wish("cart-1", 500)).await;
    let path = format!("{RESERVATIONS}/{}/consume", held.id);
    let refused = shop
        .backend()
        .post(&path, &json!({ "order": " A-1" }))
        .await;
    assert_eq!(refused.problem().field.as_deref(), Some("order"));
    assert_eq!(
        sums(&lin).await,
        (7_500, 0),
        "what was refused holds nothing"
    );
    // A shop that takes no points in payment any more.
    club.publish(paying(json!({ "payment": null }))).await;
    let refused = shop
        .backend()
        .post(RESERVATIONS, &wish("cart-2", 500))
        .await;
    assert_eq!(refused.problem().code, Code::PaymentOff);
    let rules: RulesVersion = shop.backend().get("/v1/points/rules").await.json();
    assert_eq!(rules.rules.payment, None);
    assert_eq!(consume(&shop, &held, "A-1").await.points, 500);
    examine(&shop).await;
}

async fn thirty_two_clients_spend_no_point_twice(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    // Several lots, so that a reservation draws from more than one.
    for part in 0..4 {
        club.adjust(&id, &format!("part-{part}"), 250).await;
    }
    // 1,000 points suffice for ten of them.
    let each = (0..32).map(|client| {
        let shop = &shop;
        async move {
            loop {
                let asked = wish(&format!("cart-{client}"), 99);
                let reply = shop.backend().post(RESERVATIONS, &asked).await;
                match reply.status() {
                    200 => return Some(reply.json::<Reservation>()),
                    // A database that is too busy says so, and sending it again is right.
                    503 => {}
                    _ => {
                        assert_eq!(reply.problem().code, Code::PointsInsufficient);
                        return None;
                    }
                }
            }
        }
    });
    let held: Vec<Reservation> = join_all(each).await.into_iter().flatten().collect();
    assert_eq!(held.len(), 10);
    assert_eq!(sums(&lin).await, (10, 0));
    examine(&shop).await;
    // Of one reservation, by as many: some let it go and some pay, and only one of that happens.
    let one = &held[0];
    let each = (0..32).map(|client| {
        let shop = &shop;
        async move {
            let (what, body) = match client % 3 {
                0 => ("release", json!({})),
                _ => ("consume", json!({ "order": format!("A-{}", client % 3) })),
            };
            let path = format!("{RESERVATIONS}/{}/{what}", one.id);
            loop {
                let reply = shop.backend().post(&path, &body).await;
                match reply.status() {
                    200 => return Some(client % 3),
                    503 => {}
                    _ => {
                        assert_eq!(reply.problem().code, Code::ReservationEnded);
                        return None;
                    }
                }
            }
        }
    });
    let mut done: Vec<_> = join_all(each).await.into_iter().flatten().collect();
    done.dedup();
    assert_eq!(done.len(), 1, "{done:?}");
    let left = if done == [0] { 109 } else { 10 };
    assert_eq!(sums(&lin).await, (left, 0));
    examine(&shop).await;
}

async fn a_refund_gives_back_what_was_paid_with_points(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({ "rates": [] }), 1_000).await;
    let held = reserve(&shop, &wish("cart-1", 500)).await;
    let until = entries(&lin).await.len();
    consume(&shop, &held, "A-1").await;
    // Points are worth something else by now; that changes nothing.
    let worth = json!([{ "points": 1, "money": cny(50) }]);
    club.publish(paying(json!({ "rates": [], "worth": worth })))
        .await;
    // A refund from before its order, and before whose it is.
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    assert_eq!(sums(&lin).await, (500, 0));
    let mut sent = order("A-1");
    sent["customer"] = json!({ "email": "somebody@example.com" });
    shop.send(sent).await;
    // 35.50 of 125.50, rounded down.
    assert_eq!(sums(&lin).await, (641, 0));
    let second = refund("R-2", "A-1", "a", 1, 4_500);
    for _ in 0..2 {
        shop.refund(second.clone()).await;
        assert_eq!(sums(&lin).await, (820, 0));
    }
    shop.refund(refund("R-3", "A-1", "a", 1, 4_500)).await;
    assert_eq!(sums(&lin).await, (1_000, 0));
    let returned: Vec<_> = entries(&lin).await.split_off(until + 1);
    let returned: Vec<_> = returned
        .iter()
        .map(|one| (one.kind, one.available, &*one.order))
        .collect();
    let back = |points| (EntryKind::Returned, points, "A-1");
    assert_eq!(returned, [back(141), back(179), back(180)]);
    // What is consumed after its order was refunded comes back at once.
    let held = reserve(&shop, &wish("cart-2", 20)).await;
    assert_eq!(sums(&lin).await, (980, 0));
    assert_eq!(consume(&shop, &held, "A-1").await.returned, 20);
    assert_eq!(sums(&lin).await, (1_000, 0));
    examine(&shop).await;
}

async fn copies_count_where_points_alone_have_paid(setup: Setup) {
    let shop = Shop::open(setup).await;
    let all = json!({ "rates": [], "payment": { "min_percent": 0, "max_percent": 100 } });
    let (_, lin) = with_points(&shop, all, 10_000).await;
    let held = reserve(&shop, &wish("cart-1", 10_000)).await;
    assert_eq!(held.due.amount, 0);
    consume(&shop, &held, "A-1").await;
    let mut sent = order("A-1");
    for line in sent["lines"].as_array_mut().unwrap() {
        line["total"] = cny(0);
    }
    shop.send(sent).await;
    for (number, line, back) in [
        ("R-1", "a", 3_333),
        ("R-2", "a", 6_666),
        ("R-3", "b", 10_000),
    ] {
        shop.refund(refund(number, "A-1", line, 1, 0)).await;
        assert_eq!(sums(&lin).await, (back, 0), "{number}");
    }
    examine(&shop).await;
}

async fn points_that_come_back_late_can_be_used_for_thirty_days(setup: Setup) {
    const DAY: i64 = 24 * 3_600_000;
    let shop = Shop::open(setup).await;
    let (_, lin) = with_points(&shop, json!({ "rates": [] }), 500).await;
    let first = reserve(&shop, &wish("cart-1", 500)).await;
    consume(&shop, &first, "A-1").await;
    shop.send(order("A-1")).await;
    let ends = async || {
        crate::points::balance(&lin)
            .await
            .expires
            .map(|next| next.at)
    };
    let text = format!("UPDATE point_lots SET expires_at = {}", now() + 200 * DAY);
    say(&shop, text.leak()).await;
    shop.refund(refund("R-1", "A-1", "b", 1, 3_550)).await;
    // To the end that they had.
    let end = ends().await.unwrap();
    assert!((199 * DAY..201 * DAY).contains(&(end - now())), "{end}");
    say(
        &shop,
        "UPDATE point_lots SET expires_at = 1 WHERE origin_id IS NULL",
    )
    .await;
    shop.refund(refund("R-2", "A-1", "a", 2, 9_000)).await;
    let end = ends().await.unwrap();
    assert!((30 * DAY..32 * DAY).contains(&(end - now())), "{end}");
    assert_eq!(sums(&lin).await, (500, 0));
    examine(&shop).await;
}

async fn what_a_refund_let_go_is_taken_when_spent_points_come_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let all = json!({ "max_percent": 100 });
    let rules = json!({ "refund_spent": "stop", "payment": all, "worth": [{ "points": 1, "money": cny(100) }] });
    let _club = Club::open(&shop, paying(rules)).await;
    let lin = shop.customer("c-1", json!({})).await;
    shop.send(order("A-1")).await;
    assert_eq!(sums(&lin).await, (125, 0));
    let held = reserve(&shop, &wish("cart-1", 100)).await;
    // Everything goes back while the points are held: 25 are there, and the others are let go.
    shop.refund(refund("R-1", "A-1", "a", 2, 9_000)).await;
    shop.refund(refund("R-2", "A-1", "b", 1, 3_550)).await;
    assert_eq!(sums(&lin).await, (0, 0));
    let path = format!("{RESERVATIONS}/{}/release", held.id);
    shop.backend()
        .post(&path, &json!({}))
        .await
        .expect_status(200);
    assert_eq!(sums(&lin).await, (0, 0), "nobody gains by that");
    let told = entries(&lin).await;
    let taken = told.iter().filter(|one| one.kind == EntryKind::Recovered);
    assert_eq!(taken.map(|one| one.missed).sum::<i64>(), 100);
    // What is earned afterwards is the customer's, also when it was spent and comes back.
    shop.send(order("A-2")).await;
    let held = reserve(&shop, &wish("cart-2", 100)).await;
    let path = format!("{RESERVATIONS}/{}/release", held.id);
    shop.backend()
        .post(&path, &json!({}))
        .await
        .expect_status(200);
    assert_eq!(sums(&lin).await, (125, 0));
    examine(&shop).await;
}
