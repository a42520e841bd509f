//! Membership cards: a number for everybody, the shop's own before ours, and what a till finds by it.

use crate::bookshop::Shop;
use crate::points::{Club, id_of, order, sums};
use crate::shelf::{KEY, shopper};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::Customer;
use bookplate_wire::points::cards::{Member, MemberCard, is_mistyped, is_ours, number_of};
use bookplate_wire::privacy::Archive;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    everybody_has_a_card_of_their_own_and_it_stays,
    a_card_of_the_shops_own_is_the_one_that_is_shown,
    a_till_finds_a_member_with_points,
    what_a_till_mistypes_is_told,
    orders_find_their_customer_by_the_card,
    who_leaves_takes_the_card_along,
);

const CARD: &str = "/v1/customer/card";
const LOOKUP: &str = "/v1/members/lookup";

async fn card(customer: &Actor<'_>) -> MemberCard {
    let reply = customer.send(Method::POST, CARD).await;
    reply.expect_status(200).json()
}

async fn find(shop: &Shop, named: Value) -> Member {
    let reply = shop.backend().post(LOOKUP, &named).await;
    reply.expect_status(200).json()
}

async fn everybody_has_a_card_of_their_own_and_it_stays(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    // However many ask at once.
    let cards = join_all((0..8).map(|_| card(&lin))).await;
    let number = cards[0].number.clone();
    assert!(is_ours(&number) && !is_mistyped(&number), "{number}");
    assert!(cards.iter().all(|one| *one == cards[0]));
    assert_eq!((cards[0].barcode.width, cards[0].barcode.height), (143, 1));
    assert_eq!(cards[0].qr.width, cards[0].qr.height);
    // Signing in again changes nothing, also where the shop says that it has no cards.
    let again = shop.customer("c-1", json!({ "member_card": "" })).await;
    assert_eq!(card(&again).await.number, number);
    let profile: Customer = again.get("/v1/customer").await.json();
    assert_eq!(profile.member_card, number);
    let mei = shop.customer("c-2", json!({})).await;
    assert_ne!(card(&mei).await.number, number);
    let nobody = shopper(shop.world()).send(Method::POST, CARD).await;
    assert_eq!(nobody.problem().code, Code::SessionRequired);
}

async fn a_card_of_the_shops_own_is_the_one_that_is_shown(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop
        .customer("c-1", json!({ "member_card": "il 0042-1001" }))
        .await;
    let shown = card(&lin).await;
    assert_eq!(shown.number, "IL00421001");
    assert_eq!(
        find(&shop, json!({ "member_card": "IL 0042 1001" }))
            .await
            .member_card,
        shown.number
    );
    // One that the shop tells later takes the place of ours.
    let mei = shop.customer("c-2", json!({})).await;
    let ours = card(&mei).await.number;
    let mei = shop
        .customer("c-2", json!({ "member_card": "IL00421002" }))
        .await;
    assert_eq!(card(&mei).await.number, "IL00421002");
    let gone = shop
        .backend()
        .post(LOOKUP, &json!({ "member_card": ours }))
        .await;
    assert_eq!(gone.problem().code, Code::CustomerNotFound);
}

async fn a_till_finds_a_member_with_points(setup: Setup) {
    let shop = Shop::open(setup).await;
    let told = json!({ "name": "Lin", "email": "lin@example.com", "phone": "+8613800138000" });
    let lin = shop.customer("c-1", told).await;
    let number = card(&lin).await.number;
    let by_phone = find(&shop, json!({ "phone": "+86 138 0013 8000" })).await;
    assert_eq!((&*by_phone.name, by_phone.points), ("Lin", None));
    let club = Club::open(&shop, json!({})).await;
    club.adjust(&id_of(&shop, "c-1").await, "x-1", 70).await;
    let spaced = format!("{} {}", &number[..8], &number[8..]);
    for named in [
        json!({ "member_card": number }),
        json!({ "member_card": spaced }),
        json!({ "email": "lin@example.com" }),
        json!({ "phone": "+8613800138000" }),
        json!({ "external_id": "c-1" }),
    ] {
        let found = find(&shop, named).await;
        assert_eq!(found.customer, by_phone.customer);
        assert_eq!(
            (found.member_card, found.points.unwrap().available),
            (number.clone(), 70)
        );
    }
    let nobody = shop
        .world()
        .anonymous()
        .post(LOOKUP, &json!({ "member_card": number }))
        .await;
    assert_eq!(nobody.problem().code, Code::SecretUnknown);
}

async fn what_a_till_mistypes_is_told(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let number = card(&lin).await.number;
    let last = (number.as_bytes()[15] - b'0' + 1) % 10;
    let mistyped = format!("{}{last}", &number[..15]);
    let problem = async |named: Value| shop.backend().post(LOOKUP, &named).await.problem();
    let told = problem(json!({ "member_card": mistyped })).await;
    assert_eq!((told.code, told.status), (Code::CardMistyped, 422));
    assert_eq!(told.field.as_deref(), Some("member_card"), "{KEY}");
    for unknown in [&*number_of(7), "IL00429999"] {
        let told = problem(json!({ "member_card": unknown })).await;
        assert_eq!(
            (told.code, told.status),
            (Code::CustomerNotFound, 404),
            "{unknown}"
        );
    }
    let told = problem(json!({ "member_card": "?" })).await;
    assert_eq!(told.code, Code::FieldInvalid);
    let told = problem(json!({})).await;
    assert_eq!(told.code, Code::BodyInvalid);
}

async fn orders_find_their_customer_by_the_card(setup: Setup) {
    let shop = Shop::open(setup).await;
    let _club = Club::open(&shop, json!({})).await;
    let lin = shop.customer("c-1", json!({})).await;
    let mut sold = order("T-1");
    sold["customer"] = json!({ "member_card": card(&lin).await.number });
    shop.send(sold).await;
    assert_eq!(sums(&lin).await, (0, 125));
}

async fn who_leaves_takes_the_card_along(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.customer("c-1", json!({})).await;
    let number = card(&lin).await.number;
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.profile.member_card, number);
    let left = lin
        .send_json(
            Method::DELETE,
            "/v1/customer",
            &json!({ "reviews": "remove" }),
        )
        .await;
    assert!(left.status() < 300, "{}", left.status());
    let gone = shop
        .backend()
        .post(LOOKUP, &json!({ "member_card": number }))
        .await;
    assert_eq!(gone.problem().code, Code::CustomerNotFound);
}
