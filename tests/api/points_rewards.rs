//! Rewards: written by the staff, had for points, cancelled, and used once at a till or for an order.

use crate::bookshop::Shop;
use crate::points::{Club, balance, entries, examine, id_of, say, sums};
use crate::points_checkout::{RESERVATIONS, cny, paying, with_points};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::checkout::{Quote, Reservation};
use bookplate_wire::points::rewards::{
    OfferedRewards, Redemption, RedemptionPage, RedemptionState, Reward, RewardList, UsedCoupon,
};
use bookplate_wire::privacy::Archive;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    the_staff_writes_rewards,
    a_reward_is_had_once_a_reference,
    a_reward_that_is_cancelled_gives_its_points_back,
    thirty_two_wishes_at_once_take_no_more_than_there_is,
    a_till_uses_a_code_once,
    an_order_holds_a_coupon_and_uses_it,
    a_code_that_is_not_used_in_time_is_gone,
    a_customer_takes_rewards_along_and_leaves_none,
);

pub(crate) const OWN: &str = "/v1/customer/redemptions";

/// A coupon of 10.00 for 200 points, for orders of 50.00 or more.
pub(crate) fn coupon(more: Value) -> Value {
    let mut content = json!({
        "names": [{ "language": "en", "name": "Ten off" }, { "language": "zh-CN", "name": "十元券" }],
        "gives": { "kind": "amount_off", "amount": cny(1_000), "minimum": cny(5_000) },
        "points": 200, "active": true,
    });
    for (name, value) in more.as_object().unwrap() {
        content[name] = value.clone();
    }
    content
}

pub(crate) async fn write(club: &Club<'_>, content: &Value) -> Reward {
    let reply = club
        .olga
        .browser
        .post(&club.olga.path("rewards"), content)
        .await;
    reply.expect_status(200).json()
}

async fn rewrite(club: &Club<'_>, reward: &Reward, content: &Value) -> Reward {
    let path = club.olga.path(&format!("rewards/{}", reward.id));
    let reply = club
        .olga
        .browser
        .send_json(Method::PUT, &path, content)
        .await;
    reply.expect_status(200).json()
}

fn place(reward: &Reward) -> String {
    format!("/v1/customer/rewards/{}/redemptions", reward.id)
}

pub(crate) async fn redeem(customer: &Actor<'_>, reward: &Reward, reference: &str) -> Redemption {
    let asked = json!({ "reference": reference, "points": reward.content.points });
    let reply = customer.post(&place(reward), &asked).await;
    reply.expect_status(200).json()
}

async fn own(customer: &Actor<'_>) -> Vec<Redemption> {
    let page: RedemptionPage = customer.get(OWN).await.json();
    page.redemptions
}

async fn the_staff_writes_rewards(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 1_000).await;
    let first = write(&club, &coupon(json!({ "stock": 5 }))).await;
    let gift = json!({
        "points": 50, "gives": { "kind": "gift" }, "names": [{ "language": "ja", "name": "しおり" }],
    });
    let second = write(&club, &coupon(gift)).await;
    let hidden = write(&club, &coupon(json!({ "active": false }))).await;
    write(&club, &coupon(json!({ "from": "2999-01-01" }))).await;
    write(&club, &coupon(json!({ "until": "2001-01-01" }))).await;
    let offered: OfferedRewards = lin.get("/v1/customer/rewards").await.json();
    let offered: Vec<_> = offered
        .rewards
        .iter()
        .map(|one| (&one.id, one.left))
        .collect();
    assert_eq!(offered, [(&second.id, None), (&first.id, Some(5))]);
    let refused = lin
        .post(
            &place(&hidden),
            &json!({ "reference": "w-1", "points": 200 }),
        )
        .await;
    assert_eq!(refused.problem().code, Code::RewardOff);
    redeem(&lin, &first, "w-2").await;
    // What is written anew counts for those that come; who has one keeps it.
    let dearer = rewrite(&club, &first, &coupon(json!({ "stock": 3, "points": 300 }))).await;
    assert_eq!((dearer.taken, dearer.content.points), (1, 300));
    let refused = lin
        .post(
            &place(&first),
            &json!({ "reference": "w-3", "points": 200 }),
        )
        .await;
    let problem = refused.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::RewardChanged, Some("points"))
    );
    assert_eq!(own(&lin).await[0].points, 200);
    let path = club.olga.path(&format!("rewards/{}", first.id));
    for (content, field) in [
        (coupon(json!({ "stock": 0 })), "stock"),
        (coupon(json!({ "points": 0 })), "points"),
        (coupon(json!({ "names": [] })), "names"),
        (
            coupon(json!({ "gives": { "kind": "percent_off", "percent": 101 } })),
            "gives.percent",
        ),
        (
            coupon(json!({ "gives": { "kind": "amount_off" } })),
            "gives.amount",
        ),
    ] {
        let refused = club
            .olga
            .browser
            .send_json(Method::PUT, &path, &content)
            .await;
        let problem = refused.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some(field))
        );
    }
    let nothing = club
        .olga
        .path("rewards/rwd_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b");
    let refused = club
        .olga
        .browser
        .send_json(Method::PUT, &nothing, &coupon(json!({})))
        .await;
    assert_eq!(refused.problem().code, Code::RewardNotFound);
    let list: RewardList = club
        .max
        .browser
        .get(&club.olga.path("rewards"))
        .await
        .json();
    assert_eq!((list.rewards.len(), &list.rewards[0]), (5, &dearer));
    let log: AuditPage = club.olga.browser.get(&club.olga.path("audit")).await.json();
    let changed = log
        .entries
        .iter()
        .find(|entry| entry.action == Action::RewardChanged);
    let changed = changed.unwrap();
    assert_eq!(changed.target, first.id.to_string());
    assert_eq!(
        (&*changed.before["points"], &*changed.after["points"]),
        ("200", "300")
    );
    let created = log
        .entries
        .iter()
        .filter(|entry| entry.action == Action::RewardCreated);
    assert_eq!(created.count(), 5);
    examine(&shop).await;
}

async fn a_reward_is_had_once_a_reference(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 450).await;
    let (first, other) = (
        write(&club, &coupon(json!({}))).await,
        write(&club, &coupon(json!({ "valid_days": 10 }))).await,
    );
    let had = redeem(&lin, &first, "w-1").await;
    assert_eq!(redeem(&lin, &first, "w-1").await, had);
    assert_eq!(
        (had.state, had.code.len(), &*had.until),
        (RedemptionState::Open, 14, "")
    );
    let asked = json!({ "reference": "w-1", "points": 200 });
    let refused = lin.post(&place(&other), &asked).await.problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::RedemptionConflict, Some("reference"))
    );
    let next = redeem(&lin, &other, "w-2").await;
    assert!(next.code != had.code && !next.until.is_empty());
    let asked = json!({ "reference": "w-3", "points": 200 });
    let refused = lin.post(&place(&first), &asked).await.problem();
    assert_eq!(refused.code, Code::PointsInsufficient);
    assert_eq!(own(&lin).await, [next, had]);
    let last = entries(&lin).await.pop().unwrap();
    assert_eq!((last.kind, last.available), (EntryKind::Redeemed, -200));
    assert_eq!(last.reward[0].name, "Ten off");
    let file = lin.get("/v1/customer/points/export").await;
    assert!(file.text().contains("Ten off"), "{}", file.text());
    let page: RedemptionPage = lin.get(&format!("{OWN}?limit=1")).await.json();
    let after = page.next.unwrap();
    let page: RedemptionPage = lin
        .get(&format!("{OWN}?limit=1&after={after}"))
        .await
        .json();
    assert_eq!((page.redemptions.len(), page.next), (1, None));
    // Somebody else's are none of mine.
    let mei = shop.customer("c-2", json!({})).await;
    assert_eq!(own(&mei).await, []);
    let path = format!("{OWN}/{}/cancel", page.redemptions[0].id);
    let refused = mei.send(Method::POST, &path).await.problem();
    assert_eq!(refused.code, Code::RedemptionNotFound);
    examine(&shop).await;
}

async fn a_reward_that_is_cancelled_gives_its_points_back(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({ "expiry_months": 5 }))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let id = id_of(&shop, "c-1").await;
    club.adjust(&id, "late", 150).await;
    club.publish(paying(json!({ "expiry_months": 2 }))).await;
    club.adjust(&id, "soon", 150).await;
    let reward = write(&club, &coupon(json!({ "stock": 1 }))).await;
    let before = balance(&lin).await;
    let had = redeem(&lin, &reward, "w-1").await;
    assert!(
        balance(&lin).await.expires != before.expires,
        "soonest first"
    );
    let path = format!("{OWN}/{}/cancel", had.id);
    for _ in 0..2 {
        let reply = lin.send(Method::POST, &path).await;
        let cancelled: Redemption = reply.expect_status(200).json();
        assert_eq!(cancelled.state, RedemptionState::Cancelled);
        assert_eq!(balance(&lin).await, before, "in the same lots");
    }
    // It is there for somebody else again, and what was cancelled is of no use.
    let again = redeem(&lin, &reward, "w-2").await;
    let used = json!({ "reference": "till-1", "total": cny(5_000) });
    let path = format!("/v1/coupons/{}/consume", had.code);
    let refused = shop.backend().post(&path, &used).await.problem();
    assert_eq!(refused.code, Code::CouponEnded);
    let path = format!("/v1/coupons/{}/consume", again.code);
    shop.backend().post(&path, &used).await.expect_status(200);
    let path = format!("{OWN}/{}/cancel", again.id);
    let refused = lin.send(Method::POST, &path).await.problem();
    assert_eq!(refused.code, Code::RedemptionEnded);
    examine(&shop).await;
}

async fn thirty_two_wishes_at_once_take_no_more_than_there_is(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, paying(json!({}))).await;
    let reward = write(&club, &coupon(json!({ "stock": 9 }))).await;
    let mut customers = Vec::new();
    for id in ["c-1", "c-2", "c-3", "c-4"] {
        let customer = shop.customer(id, json!({})).await;
        // Enough for four of the eight that each wants.
        club.adjust(&id_of(&shop, id).await, id, 900).await;
        customers.push(customer);
    }
    let each = (0..32).map(|wish| {
        let (customer, reward) = (&customers[wish % 4], &reward);
        async move {
            let asked = json!({ "reference": format!("w-{wish}"), "points": 200 });
            loop {
                let reply = customer.post(&place(reward), &asked).await;
                match reply.status() {
                    200 => return Some(reply.json::<Redemption>()),
                    // A database that is too busy says so, and sending it again is right.
                    503 => {}
                    _ => {
                        let code = reply.problem().code;
                        assert!([Code::RewardSoldOut, Code::PointsInsufficient].contains(&code));
                        return None;
                    }
                }
            }
        }
    });
    let had: Vec<Redemption> = join_all(each).await.into_iter().flatten().collect();
    assert_eq!(had.len(), 9);
    let mut sum = 0;
    for customer in &customers {
        let left = sums(customer).await.0;
        assert!(left >= 100);
        sum += left;
    }
    assert_eq!(sum, 4 * 900 - 9 * 200);
    let list: RewardList = club
        .olga
        .browser
        .get(&club.olga.path("rewards"))
        .await
        .json();
    assert_eq!(list.rewards[0].taken, 9);
    examine(&shop).await;
    // One code at 32 tills: one of them has it.
    let path = format!("/v1/coupons/{}/consume", had[0].code);
    let each = (0..32).map(|till| {
        let (shop, path) = (&shop, &path);
        async move {
            let used = json!({ "reference": format!("till-{till}"), "total": cny(5_000) });
            loop {
                let reply = shop.backend().post(path, &used).await;
                match reply.status() {
                    200 => return true,
                    503 => {}
                    _ => {
                        assert_eq!(reply.problem().code, Code::CouponUsed);
                        return false;
                    }
                }
            }
        }
    });
    let used = join_all(each).await.into_iter().filter(|used| *used);
    assert_eq!(used.count(), 1);
    examine(&shop).await;
}

async fn a_till_uses_a_code_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 1_000).await;
    let ten = redeem(&lin, &write(&club, &coupon(json!({}))).await, "w-1").await;
    let seat = json!({ "gives": { "kind": "event_seat" }, "points": 10 });
    let seat = redeem(&lin, &write(&club, &coupon(seat)).await, "w-2").await;
    let till = async |code: &str, body: Value| {
        let path = format!("/v1/coupons/{code}/consume");
        shop.backend().post(&path, &body).await
    };
    let told = |total: i64| json!({ "reference": "till-1", "total": cny(total) });
    let mut slip = ten.code.clone().into_bytes();
    slip[0] = if slip[0] == b'2' { b'3' } else { b'2' };
    let slip = String::from_utf8(slip).unwrap();
    let nobodys = bookplate_wire::points::codes::code_of(7);
    for (code, body, expected, field) in [
        (&slip, told(5_000), Code::FieldInvalid, "code"),
        (&nobodys, told(5_000), Code::CouponNotFound, "code"),
        (&ten.code, told(4_999), Code::CouponMinimum, "total"),
        (
            &ten.code,
            json!({ "reference": "till-1" }),
            Code::FieldInvalid,
            "total",
        ),
        (
            &ten.code,
            json!({ "reference": "" }),
            Code::FieldInvalid,
            "reference",
        ),
    ] {
        let problem = till(code, body).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (expected, Some(field))
        );
    }
    // As people type it.
    let typed = ten.code.to_lowercase().replace('-', "");
    let used: UsedCoupon = till(&typed, told(5_000)).await.expect_status(200).json();
    assert_eq!(
        (used.redemption.state, &*used.redemption.used_for),
        (RedemptionState::Used, "till-1")
    );
    assert_eq!(used.discount.clone().unwrap().amount, 1_000);
    let again: UsedCoupon = till(&ten.code, told(5_000)).await.expect_status(200).json();
    assert_eq!(again, used);
    let other = json!({ "reference": "till-2", "total": cny(5_000) });
    assert_eq!(
        till(&ten.code, other).await.problem().code,
        Code::CouponUsed
    );
    let seat: UsedCoupon = till(&seat.code, json!({ "reference": "till-3" }))
        .await
        .json();
    assert_eq!(seat.discount, None);
    assert!(
        own(&lin)
            .await
            .iter()
            .all(|one| one.state == RedemptionState::Used)
    );
    examine(&shop).await;
}

async fn an_order_holds_a_coupon_and_uses_it(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 10_000).await;
    let ten = redeem(&lin, &write(&club, &coupon(json!({}))).await, "w-1").await;
    let part = json!({ "gives": { "kind": "percent_off", "percent": 15 } });
    let part = redeem(&lin, &write(&club, &coupon(part)).await, "w-2").await;
    let quote = async |total: i64| -> Vec<(String, i64)> {
        let asked = json!({ "customer": { "external_id": "c-1" }, "total": cny(total) });
        let quote = shop.backend().post("/v1/checkout/quote", &asked).await;
        let quote: Quote = quote.expect_status(200).json();
        let coupons = quote.coupons.into_iter();
        coupons.map(|one| (one.code, one.discount.amount)).collect()
    };
    let both = [(ten.code.clone(), 1_000), (part.code.clone(), 1_500)];
    assert_eq!(quote(10_000).await, both);
    assert_eq!(quote(4_999).await, [(part.code.clone(), 749)]);
    let wish = |reference: &str, code: &str, points: i64| {
        json!({
            "reference": reference, "customer": { "external_id": "c-1" }, "total": cny(10_000),
            "coupon": code, "points": points,
        })
    };
    // Points pay half of what the coupon leaves.
    let refused = shop
        .backend()
        .post(RESERVATIONS, &wish("cart-1", &ten.code, 4_501))
        .await;
    assert_eq!(refused.problem().code, Code::PointsShare);
    let held = shop
        .backend()
        .post(RESERVATIONS, &wish("cart-1", &ten.code, 4_500))
        .await;
    let held: Reservation = held.expect_status(200).json();
    assert_eq!(
        (held.discount.amount, held.due.amount, &*held.coupon),
        (1_000, 4_500, &*ten.code)
    );
    assert_eq!(quote(10_000).await, both[1..]);
    let again = shop
        .backend()
        .post(RESERVATIONS, &wish("cart-2", &ten.code, 0))
        .await;
    let problem = again.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::CouponHeld, Some("coupon"))
    );
    let cancel = format!("{OWN}/{}/cancel", ten.id);
    assert_eq!(
        lin.send(Method::POST, &cancel).await.problem().code,
        Code::RedemptionEnded
    );
    let release = format!("{RESERVATIONS}/{}/release", held.id);
    shop.backend()
        .post(&release, &json!({}))
        .await
        .expect_status(200);
    assert_eq!(quote(10_000).await, both);
    let alone: Reservation = shop
        .backend()
        .post(RESERVATIONS, &wish("cart-3", &ten.code, 0))
        .await
        .json();
    let consume = format!("{RESERVATIONS}/{}/consume", alone.id);
    shop.backend()
        .post(&consume, &json!({ "order": "A-1" }))
        .await
        .expect_status(200);
    let used = own(&lin).await.pop().unwrap();
    assert_eq!(
        (used.state, &*used.used_for),
        (RedemptionState::Used, "A-1")
    );
    // The number of an order is no receipt of a till.
    let path = format!("/v1/coupons/{}/consume", ten.code);
    let till = json!({ "reference": "A-1", "total": cny(10_000) });
    assert_eq!(
        shop.backend().post(&path, &till).await.problem().code,
        Code::CouponUsed
    );
    // Somebody else's coupon is none.
    shop.customer("c-2", json!({})).await;
    let mut stolen = wish("cart-4", &part.code, 0);
    stolen["customer"] = json!({ "external_id": "c-2" });
    let refused = shop.backend().post(RESERVATIONS, &stolen).await.problem();
    assert_eq!(refused.code, Code::CouponNotFound);
    examine(&shop).await;
}

async fn a_code_that_is_not_used_in_time_is_gone(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 500).await;
    let reward = write(&club, &coupon(json!({ "valid_days": 1 }))).await;
    let had = redeem(&lin, &reward, "w-1").await;
    say(&shop, "UPDATE point_redemptions SET expires_at = 1").await;
    let expired = async || own(&lin).await[0].state == RedemptionState::Expired;
    wait_until("its time is over", expired).await;
    let cancel = format!("{OWN}/{}/cancel", had.id);
    assert_eq!(
        lin.send(Method::POST, &cancel).await.problem().code,
        Code::RedemptionEnded
    );
    assert_eq!(sums(&lin).await, (300, 0));
    examine(&shop).await;
}

async fn a_customer_takes_rewards_along_and_leaves_none(setup: Setup) {
    let shop = Shop::open(setup).await;
    let (club, lin) = with_points(&shop, json!({}), 1_000).await;
    let reward = write(&club, &coupon(json!({ "stock": 2 }))).await;
    let had = redeem(&lin, &reward, "w-1").await;
    let wish = json!({
        "reference": "cart-1", "customer": { "external_id": "c-1" }, "total": cny(10_000), "points": 100,
    });
    let held: Reservation = shop.backend().post(RESERVATIONS, &wish).await.json();
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.redemptions, std::slice::from_ref(&had));
    assert_eq!(archive.reservations, std::slice::from_ref(&held));
    let gone = json!({ "reviews": "remove" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &gone).await;
    gone.expect_status(204);
    let left = say(
        &shop,
        "UPDATE point_accounts SET sequence = sequence WHERE customer_id IS NOT NULL OR available <> 0",
    );
    assert_eq!(left.await, 0);
    let list: RewardList = club
        .olga
        .browser
        .get(&club.olga.path("rewards"))
        .await
        .json();
    assert_eq!(list.rewards[0].taken, 0, "somebody else can have it");
    let path = format!("{RESERVATIONS}/{}/consume", held.id);
    let late = shop.backend().post(&path, &json!({ "order": "A-1" })).await;
    assert_eq!(late.problem().code, Code::ReservationEnded);
    let path = format!("/v1/coupons/{}/consume", had.code);
    let late = json!({ "reference": "till-1", "total": cny(5_000) });
    let late = shop.backend().post(&path, &late).await.problem();
    assert_eq!(late.code, Code::CouponEnded);
    examine(&shop).await;
}
