//! Points for invitations: both sides earn by the first order, once for ever, and refunds of it take both back.

use crate::bookshop::Shop;
use crate::points::{Club, entries, examine, id_of, mature, refund, say, sums};
use crate::shelf::{EMMA, PRIDE};
use bookplate_store::now;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::notifications::NotificationPage;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::referrals::Referral;
use bookplate_wire::privacy::Archive;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    both_sides_earn_by_the_first_order_and_once,
    points_of_an_invitation_wait_as_those_of_the_order_do,
    only_who_is_new_takes_an_invitation_and_only_one,
    an_invitation_of_another_shop_is_none,
    where_nothing_is_given_there_is_no_invitation,
    who_guesses_codes_has_to_wait,
    only_orders_from_then_on_that_reach_the_minimum_count,
    an_invitation_earns_by_the_version_of_the_order,
    a_cap_is_one_inviters_and_is_explained,
    refunds_take_both_sides_back_in_proportion,
    refunds_of_what_was_spent_go_below_zero_or_stop,
    a_refund_from_before_its_order_leaves_nothing,
    who_has_left_earns_nothing_and_the_other_side_does,
    what_the_other_side_has_earned_goes_though_the_buyer_has_left,
    two_first_orders_at_once_earn_once,
    two_invitations_at_once_are_one,
    an_archive_has_invitations_and_nobody_else,
);

const REFERRAL: &str = "/v1/customer/points/referral";

/// Rules by which nothing but invitations earn: 100 points for who has sent one and 50 for who has taken it, at once; with `more`.
fn rule(more: Value) -> Value {
    let mut referral = json!({ "points": 100, "welcome": 50 });
    for (name, value) in more.as_object().unwrap() {
        referral[name] = value.clone();
    }
    json!({ "rates": [], "return_days": 0, "referral": referral })
}

pub(crate) async fn referral(customer: &Actor<'_>) -> Referral {
    customer.get(REFERRAL).await.json()
}

pub(crate) async fn take(customer: &Actor<'_>, code: &str) -> Reply {
    let taken = json!({ "code": code });
    customer.send_json(Method::PUT, REFERRAL, &taken).await
}

/// An order of this moment: two books for 50.00 each.
pub(crate) fn bought(number: &str, customer: &str) -> Value {
    let money = json!({ "amount": 5_000, "currency": "CNY" });
    json!({
        "number": number, "placed_at": now(), "customer": { "external_id": customer },
        "lines": [
            { "line": "a", "isbn": PRIDE, "quantity": 1, "total": money },
            { "line": "b", "isbn": EMMA, "quantity": 1, "total": money },
        ],
    })
}

/// Lin, who has invited, and Mei, who has taken it.
pub(crate) async fn two(shop: &Shop) -> (Actor<'_>, Actor<'_>) {
    let lin = shop.customer("c-1", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    take(&mei, &referral(&lin).await.code)
        .await
        .expect_status(200);
    (lin, mei)
}

fn refused(reply: &Reply) -> (Code, Option<String>) {
    let problem = reply.problem();
    (problem.code, problem.field)
}

/// What is refused because of the code that was sent.
fn by(code: Code) -> (Code, Option<String>) {
    (code, Some("code".into()))
}

async fn both_sides_earn_by_the_first_order_and_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let own = referral(&lin).await;
    assert_eq!((own.invited, own.earned, own.points), (0, 0, 0));
    assert!(own.may_take && own.url.ends_with(&format!("/invite/{}", own.code)));
    let offer = own.offer.clone().unwrap();
    assert_eq!(
        (offer.points, offer.welcome, offer.minimum),
        (100, 50, None)
    );
    // It is the same whenever it is asked for.
    assert_eq!(referral(&lin).await, own);
    let mei = shop.customer("c-2", json!({})).await;
    for typed in [own.code.clone(), own.code.to_lowercase().replace('-', " ")] {
        let taken: Referral = take(&mei, &typed).await.expect_status(200).json();
        assert!(!taken.may_take);
    }
    let then = referral(&lin).await;
    assert_eq!((then.invited, then.earned, then.points), (1, 0, 0));
    assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 0), (0, 0)));
    // However often it is sent, and with what is bought next.
    let first = bought("M-1", "c-2");
    for order in [first.clone(), first.clone(), bought("M-2", "c-2"), first] {
        shop.send(order).await;
        assert_eq!((sums(&lin).await, sums(&mei).await), ((100, 0), (50, 0)));
    }
    let then = referral(&lin).await;
    assert_eq!((then.invited, then.earned, then.points), (1, 1, 100));
    // Neither is told what the other has bought.
    let told = async |customer: &Actor<'_>| {
        let one = entries(customer).await.pop().unwrap();
        (one.kind, one.rule.unwrap().id, one.order, one.available)
    };
    assert_eq!(
        told(&lin).await,
        (
            EntryKind::Earned,
            "referral_reward".into(),
            String::new(),
            100
        )
    );
    assert_eq!(
        told(&mei).await,
        (
            EntryKind::Earned,
            "referral_welcome".into(),
            "M-1".into(),
            50
        )
    );
    examine(&shop).await;
}

async fn points_of_an_invitation_wait_as_those_of_the_order_do(setup: Setup) {
    let shop = Shop::open(setup).await;
    let mut rules = rule(json!({ "welcome": 0 }));
    rules["return_days"] = json!(14);
    let _club = Club::open(&shop, rules).await;
    let (lin, mei) = two(&shop).await;
    shop.send(bought("M-1", "c-2")).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 100), (0, 0)));
    mature(&shop, &lin).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((100, 0), (0, 0)));
    assert_eq!(entries(&mei).await, []);
    examine(&shop).await;
}

async fn only_who_is_new_takes_an_invitation_and_only_one(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    let tom = shop.customer("c-3", json!({})).await;
    let code = async |customer: &Actor<'_>| referral(customer).await.code;
    let (of_lin, of_mei, of_tom) = (code(&lin).await, code(&mei).await, code(&tom).await);
    for none in ["", "7KQ3-MX9A-BHTB", "no code at all"] {
        let reply = take(&tom, none).await;
        assert_eq!(
            (reply.status(), refused(&reply)),
            (404, by(Code::ReferralUnknown))
        );
    }
    for (who, what, code) in [
        (&lin, &of_lin, Code::ReferralOwn),
        // Two do not invite each other.
        (&lin, &of_mei, Code::ReferralOwn),
        (&mei, &of_tom, Code::ReferralTaken),
    ] {
        let reply = take(who, what).await;
        assert_eq!((reply.status(), refused(&reply)), (409, by(code)));
    }
    // Who has ordered is not new any more, nor is who was there long ago.
    shop.send(bought("T-1", "c-3")).await;
    assert_eq!(
        refused(&take(&tom, &of_lin).await),
        by(Code::ReferralNotNew)
    );
    assert!(!referral(&tom).await.may_take);
    let ann = shop.customer("c-4", json!({})).await;
    assert!(referral(&ann).await.may_take);
    say(
        &shop,
        "UPDATE customers SET created_at = created_at - 2678400000",
    )
    .await;
    assert!(!referral(&ann).await.may_take);
    assert_eq!(
        refused(&take(&ann, &of_lin).await),
        by(Code::ReferralNotNew)
    );
    // Nothing of all that was written.
    shop.send(bought("A-1", "c-4")).await;
    assert_eq!((sums(&ann).await, sums(&tom).await), ((0, 0), (0, 0)));
    assert_eq!(referral(&lin).await.invited, 1);
    examine(&shop).await;
}

async fn an_invitation_of_another_shop_is_none(setup: Setup) {
    let shop = Shop::open(setup).await;
    let other = shop.world().setup();
    other.shop("pk_other", &["https://other.example"]).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let code = referral(&lin).await.code;
    let moved = "UPDATE referral_codes SET shop_id = (SELECT s.id FROM shops s WHERE s.id <> referral_codes.shop_id)";
    assert_eq!(say(&shop, moved).await, 1);
    let mei = shop.customer("c-2", json!({})).await;
    let reply = take(&mei, &code).await;
    assert_eq!(refused(&reply), by(Code::ReferralUnknown));
}

async fn where_nothing_is_given_there_is_no_invitation(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    for reply in [lin.get(REFERRAL).await, take(&lin, "7KQ3-MX9A-BHTB").await] {
        assert_eq!(reply.problem().code, Code::PointsOff);
    }
    let club = Club::open(&shop, rule(json!({}))).await;
    let mei = shop.customer("c-2", json!({})).await;
    let code = referral(&lin).await.code;
    club.publish(json!({})).await;
    let none = referral(&lin).await;
    assert_eq!((&*none.code, &*none.url, none.offer), ("", "", None));
    assert!(!none.may_take);
    assert_eq!(refused(&take(&mei, &code).await), by(Code::ReferralOff));
    // Once there is something again it is the same code.
    club.publish(rule(json!({}))).await;
    assert_eq!(referral(&lin).await.code, code);
    // What is wrong in rules is named.
    let path = club.max.path("points/rules/draft");
    for (more, field) in [
        (json!({ "points": 0 }), "points"),
        (json!({ "welcome": 1_000_001 }), "welcome"),
        (
            json!({ "minimum": { "amount": 0, "currency": "CNY" } }),
            "minimum.amount",
        ),
        (
            json!({ "minimum": { "amount": 1, "currency": "yuan" } }),
            "minimum.currency",
        ),
        (
            json!({ "cap": { "period": "day", "points": 0 } }),
            "cap.points",
        ),
    ] {
        let wrong = json!({ "rules": crate::points::rules(rule(more)) });
        let reply = club.max.browser.send_json(Method::PUT, &path, &wrong).await;
        let field = format!("rules.referral.{field}");
        assert_eq!(refused(&reply), (Code::FieldInvalid, Some(field)));
    }
}

async fn who_guesses_codes_has_to_wait(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(take(&mei, "7KQ3-MX9A-BHTB").await.problem().code);
    }
    assert_eq!(codes[9], Code::ReferralUnknown);
    assert_eq!(codes[11], Code::RateLimited);
    let right = take(&mei, &referral(&lin).await.code).await;
    assert_eq!(right.problem().code, Code::RateLimited);
    assert_eq!(referral(&lin).await.invited, 0);
}

async fn only_orders_from_then_on_that_reach_the_minimum_count(setup: Setup) {
    let shop = Shop::open(setup).await;
    let minimum = json!({ "amount": 10_000, "currency": "CNY" });
    let _club = Club::open(&shop, rule(json!({ "minimum": minimum }))).await;
    let (lin, mei) = two(&shop).await;
    // From before, though the shop tells of it late.
    say(&shop, "UPDATE referrals SET taken_at = taken_at + 600000").await;
    shop.send(bought("M-1", "c-2")).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 0), (0, 0)));
    say(&shop, "UPDATE referrals SET taken_at = taken_at - 600000").await;
    // Too little; in other money; for nothing.
    let mut little = bought("M-2", "c-2");
    little["lines"].as_array_mut().unwrap().pop();
    let mut other = bought("M-3", "c-2");
    for line in other["lines"].as_array_mut().unwrap() {
        line["total"]["currency"] = json!("EUR");
    }
    let mut nothing = bought("M-4", "c-2");
    for line in nothing["lines"].as_array_mut().unwrap() {
        line["total"]["amount"] = json!(0);
    }
    for order in [little, other, nothing] {
        shop.send(order).await;
        assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 0), (0, 0)));
    }
    // Of what comes in one request that counts which was placed first.
    let (first, mut second) = (bought("M-5", "c-2"), bought("M-6", "c-2"));
    second["placed_at"] = json!(first["placed_at"].as_i64().unwrap() + 1);
    let orders = json!({ "orders": [second, first] });
    shop.backend()
        .post("/v1/orders", &orders)
        .await
        .expect_status(200);
    assert_eq!((sums(&lin).await, sums(&mei).await), ((100, 0), (50, 0)));
    assert_eq!(entries(&mei).await[0].order, "M-5");
    examine(&shop).await;
}

async fn an_invitation_earns_by_the_version_of_the_order(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    let late = bought("M-1", "c-2");
    club.publish(rule(json!({ "points": 7, "welcome": 3 })))
        .await;
    shop.send(late).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((100, 0), (50, 0)));
    assert_eq!(entries(&lin).await[0].rule.clone().unwrap().version, 1);
    examine(&shop).await;
}

async fn a_cap_is_one_inviters_and_is_explained(setup: Setup) {
    let shop = Shop::open(setup).await;
    let cap = json!({ "period": "year", "points": 150 });
    let _club = Club::open(&shop, rule(json!({ "cap": cap }))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let code = referral(&lin).await.code;
    let mut orders = Vec::new();
    for number in 2..=4 {
        let id = format!("c-{number}");
        let friend = shop.customer(&id, json!({})).await;
        take(&friend, &code).await.expect_status(200);
        orders.push(bought(&format!("M-{number}"), &id));
    }
    // All of them in one request.
    let orders = json!({ "orders": orders });
    shop.backend()
        .post("/v1/orders", &orders)
        .await
        .expect_status(200);
    let told = entries(&lin).await;
    let told: Vec<_> = told.iter().map(|one| (one.available, one.missed)).collect();
    assert_eq!(told, [(100, 0), (50, 50), (0, 100)]);
    let own = referral(&lin).await;
    assert_eq!((own.invited, own.earned, own.points), (3, 3, 150));
    // Who was invited gets what was promised all the same.
    let last = shop.customer("c-4", json!({})).await;
    assert_eq!(sums(&last).await, (50, 0));
    examine(&shop).await;
}

async fn refunds_take_both_sides_back_in_proportion(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    let order = bought("M-1", "c-2");
    shop.send(order.clone()).await;
    let half = refund("R-1", "M-1", "a", 1, 5_000);
    for _ in 0..2 {
        shop.refund(half.clone()).await;
        assert_eq!((sums(&lin).await, sums(&mei).await), ((50, 0), (25, 0)));
    }
    let told = async |customer: &Actor<'_>| {
        let page: NotificationPage = customer.get("/v1/customer/notifications").await.json();
        let about = page.notifications.into_iter();
        let taken = about.filter_map(|one| Some((one.order, one.points?, one.balance?)));
        taken.collect::<Vec<_>>()
    };
    assert_eq!(told(&lin).await, [(String::new(), 50, 50)]);
    assert_eq!(told(&mei).await, [("M-1".into(), 25, 25)]);
    let last = entries(&lin).await.pop().unwrap();
    assert_eq!(
        (last.kind, &*last.order, &*last.refund, last.available),
        (EntryKind::TakenBack, "", "", -50)
    );
    shop.refund(refund("R-2", "M-1", "b", 1, 5_000)).await;
    shop.send(order).await;
    // Another order does not bring it back.
    shop.send(bought("M-2", "c-2")).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 0), (0, 0)));
    let own = referral(&lin).await;
    assert_eq!((own.invited, own.earned, own.points), (1, 1, 0));
    examine(&shop).await;
}

async fn refunds_of_what_was_spent_go_below_zero_or_stop(setup: Setup) {
    let shop = Shop::open(setup).await;
    let club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    let (of_lin, of_mei) = (id_of(&shop, "c-1").await, id_of(&shop, "c-2").await);
    shop.send(bought("M-1", "c-2")).await;
    club.adjust(&of_lin, "spent", -80).await;
    club.adjust(&of_mei, "spent-too", -50).await;
    shop.refund(refund("R-1", "M-1", "a", 1, 5_000)).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((-30, 0), (-25, 0)));
    shop.refund(refund("R-2", "M-1", "b", 1, 5_000)).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((-80, 0), (-50, 0)));
    let mut stops = rule(json!({}));
    stops["refund_spent"] = json!("stop");
    club.publish(stops).await;
    let tom = shop.customer("c-3", json!({})).await;
    let ann = shop.customer("c-4", json!({})).await;
    take(&ann, &referral(&tom).await.code)
        .await
        .expect_status(200);
    shop.send(bought("A-1", "c-4")).await;
    club.adjust(&id_of(&shop, "c-3").await, "spent-so", -80)
        .await;
    shop.refund(refund("R-3", "A-1", "a", 1, 5_000)).await;
    shop.refund(refund("R-4", "A-1", "b", 1, 5_000)).await;
    assert_eq!((sums(&tom).await, sums(&ann).await), ((0, 0), (0, 0)));
    let missed: i64 = entries(&tom).await.iter().map(|one| one.missed).sum();
    assert_eq!(missed, 80);
    examine(&shop).await;
}

async fn a_refund_from_before_its_order_leaves_nothing(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    shop.refund(refund("R-1", "M-1", "a", 1, 5_000)).await;
    shop.refund(refund("R-2", "M-1", "b", 1, 5_000)).await;
    shop.send(bought("M-1", "c-2")).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 0), (0, 0)));
    shop.send(bought("M-2", "c-2")).await;
    assert_eq!((sums(&lin).await, sums(&mei).await), ((0, 0), (0, 0)));
    examine(&shop).await;
}

async fn leave(customer: &Actor<'_>) {
    let wish = json!({ "reviews": "remove" });
    let gone = customer.send_json(Method::DELETE, "/v1/customer", &wish);
    gone.await.expect_status(204);
}

async fn who_has_left_earns_nothing_and_the_other_side_does(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    let code = referral(&lin).await.code;
    leave(&lin).await;
    shop.send(bought("M-1", "c-2")).await;
    assert_eq!(sums(&mei).await, (50, 0));
    let tom = shop.customer("c-3", json!({})).await;
    assert_eq!(refused(&take(&tom, &code).await), by(Code::ReferralUnknown));
    // Who leaves before ordering leaves nothing of it.
    let ann = shop.customer("c-4", json!({})).await;
    take(&ann, &referral(&tom).await.code)
        .await
        .expect_status(200);
    leave(&ann).await;
    let own = referral(&tom).await;
    assert_eq!((own.invited, own.earned), (0, 0));
    examine(&shop).await;
}

async fn what_the_other_side_has_earned_goes_though_the_buyer_has_left(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    shop.send(bought("M-1", "c-2")).await;
    leave(&mei).await;
    assert_eq!(sums(&lin).await, (100, 0));
    shop.refund(refund("R-1", "M-1", "a", 1, 5_000)).await;
    assert_eq!(sums(&lin).await, (50, 0));
    shop.refund(refund("R-2", "M-1", "b", 1, 5_000)).await;
    assert_eq!(sums(&lin).await, (0, 0));
    examine(&shop).await;
}

async fn two_first_orders_at_once_earn_once(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let (lin, mei) = two(&shop).await;
    let backend = shop.backend();
    let sent: Vec<Value> = (0..8)
        .map(|number| json!({ "orders": [bought(&format!("M-{number}"), "c-2")] }))
        .collect();
    let replies = join_all(sent.iter().map(|order| backend.post("/v1/orders", order)));
    for reply in replies.await {
        reply.expect_status(200);
    }
    assert_eq!((sums(&lin).await, sums(&mei).await), ((100, 0), (50, 0)));
    examine(&shop).await;
}

async fn two_invitations_at_once_are_one(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({})).await;
    let tom = shop.customer("c-3", json!({})).await;
    let mei = shop.customer("c-2", json!({})).await;
    let (one, other) = (referral(&lin).await.code, referral(&tom).await.code);
    let (one, other) = tokio::join!(take(&mei, &one), take(&mei, &other));
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let invited = referral(&lin).await.invited + referral(&tom).await.invited;
    assert_eq!(invited, 1);
    // Two who take each other's at the same time.
    let (ann, ben) = (
        shop.customer("c-4", json!({})).await,
        shop.customer("c-5", json!({})).await,
    );
    let (of_ann, of_ben) = (referral(&ann).await.code, referral(&ben).await.code);
    let (one, other) = tokio::join!(take(&ann, &of_ben), take(&ben, &of_ann));
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    examine(&shop).await;
}

async fn an_archive_has_invitations_and_nobody_else(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, rule(json!({}))).await;
    let lin = shop.customer("c-1", json!({ "name": "Lin" })).await;
    let mei = shop.customer("c-2", json!({ "name": "Mei Wang" })).await;
    let code = referral(&lin).await.code;
    take(&mei, &code).await.expect_status(200);
    shop.send(bought("M-1", "c-2")).await;
    let reply = lin.get("/v1/customer/archive").await;
    let archive: Archive = reply.json();
    assert_eq!(
        (&*archive.referral.code, archive.referral.taken_at),
        (&*code, None)
    );
    let invited = archive.referral.invited.iter();
    let invited: Vec<_> = invited.map(|one| one.earned).collect();
    assert_eq!(invited, [true]);
    for others in ["Mei Wang", "M-1", "c-2"] {
        assert!(!reply.text().contains(&format!("\"{others}\"")), "{others}");
    }
    let archive: Archive = mei.get("/v1/customer/archive").await.json();
    assert!(archive.referral.taken_at.is_some() && archive.referral.invited.is_empty());
}
