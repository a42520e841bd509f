//! Visitors give what is wished for, so that nobody gives twice and the surprise stays one.

use crate::desk::{Desk, told};
use crate::member::{at, submit};
use crate::shelf::{EMMA, KEY, PRIDE, PRIDE_ZH, UNKNOWN, shopper};
use crate::wishlists::{LISTS, heart, new_list, put};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::Handover;
use bookplate_wire::privacy::Archive;
use bookplate_wire::wishlists::gifts::{
    Gift, GiftStatus, Gifts, Given, Receipt, ReceivedGifts, plain_code,
};
use bookplate_wire::wishlists::{SharedWishlist, Wishlist};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_guest_gives_with_a_code_that_is_shown_once,
    of_three_copies_sixteen_visitors_at_once_give_three,
    the_owner_and_editors_see_nothing_before_the_day_has_been,
    without_a_day_the_owner_sees_what_was_given_only_after_asking,
    what_is_given_stays_so_when_the_same_book_comes_from_another_list,
    a_request_that_is_sent_again_gives_once,
    open_gifts_have_a_limit,
    guests_of_one_network_have_a_limit_a_day,
    gifts_go_with_their_giver_and_their_list,
);

/// Shares the default list of a customer.
pub async fn share(customer: &Actor<'_>) -> String {
    let change = json!({ "visibility": "link" });
    let path = format!("{LISTS}/default");
    let shared = customer.send_json(Method::PATCH, &path, &change).await;
    let list: Wishlist = shared.json();
    list.shared.unwrap()
}

/// What somebody on one of the shop's pages is told of a shared list.
pub async fn seen(actor: &Actor<'_>, secret: &str) -> SharedWishlist {
    actor.get(&format!("/v1/wishlists/{secret}")).await.json()
}

async fn given(actor: &Actor<'_>, secret: &str) -> Vec<(String, u32, u32)> {
    let gifts = seen(actor, secret).await.gifts.unwrap();
    let given = gifts.into_iter();
    given
        .map(|Given { isbn, given, left }| (isbn.to_string(), given, left))
        .collect()
}

pub async fn guest_gives(guest: &Actor<'_>, secret: &str, new: Value) -> Reply {
    guest
        .post(&format!("/v1/wishlists/{secret}/gifts"), &new)
        .await
}

pub async fn gives(customer: &Actor<'_>, secret: &str, new: Value) -> Reply {
    let path = format!("/v1/customer/shared-wishlists/{secret}/gifts");
    customer.post(&path, &new).await
}

pub async fn gifts_of(customer: &Actor<'_>) -> Vec<Gift> {
    let gifts: Gifts = customer.get("/v1/customer/gifts").await.json();
    gifts.gifts
}

async fn received(owner: &Actor<'_>) -> ReceivedGifts {
    owner.get(&format!("{LISTS}/default/gifts")).await.json()
}

/// The pages of a customer who is signed in on the shop's page, as a browser without any script has them.
pub async fn pages<'a>(desk: &'a Desk, customer: &Actor<'_>) -> Actor<'a> {
    pages_in(&desk.world, customer).await
}

/// The same in another shop.
pub async fn pages_in<'a>(world: &'a World, customer: &Actor<'_>) -> Actor<'a> {
    let handover = customer.send(Method::POST, "/v1/customer/handovers").await;
    let Handover { code, .. } = handover.json();
    let form = shopper(world).with("content-type", "application/x-www-form-urlencoded");
    let code = format!("code={code}").into_bytes();
    let entered = form.send_bytes(Method::POST, &at("/enter"), code).await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap();
    world.anonymous().with("cookie", cookie)
}

/// A day so many days from now, by the calendar of the shop, which is that of UTC or not far from it.
pub fn in_days(days: i64) -> String {
    let seconds = i64::try_from(crate::people::seconds()).unwrap();
    let at = jiff::Timestamp::from_second(seconds + days * 86_400).unwrap();
    at.strftime("%F").to_string()
}

async fn a_guest_gives_with_a_code_that_is_shown_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "quantity": 3 })).await;
    put(&lin, "default", EMMA, json!({})).await;
    let secret = share(&lin).await;
    let guest = shopper(&desk.world);
    assert!(given(&guest, &secret).await.is_empty());
    let new = json!({ "isbn": PRIDE, "quantity": 2, "name": "Aunt Mei" });
    let made = guest_gives(&guest, &secret, new).await;
    let receipt: Receipt = made.expect_status(201).json();
    assert_eq!(
        (
            receipt.gift.status,
            receipt.gift.quantity,
            receipt.gift.gone
        ),
        (GiftStatus::Reserved, 2, false)
    );
    assert_eq!(plain_code(&receipt.code).len(), 16);
    assert_eq!(given(&guest, &secret).await, [(PRIDE.to_owned(), 2, 1)]);
    // Nobody reads a name before the owner, nor which of them it was.
    let text = guest.get(&format!("/v1/wishlists/{secret}")).await;
    assert!(!text.text().contains("Mei"), "{}", text.text());
    let more = json!({ "isbn": PRIDE, "quantity": 2, "name": "Ben" });
    let taken = guest_gives(&guest, &secret, more).await.problem();
    assert_eq!(
        (taken.code, taken.field.as_deref()),
        (Code::GiftTaken, Some("quantity"))
    );

    // By the code, however it is written, it is looked up, bought and undone.
    let code = |code: &str| json!({ "code": code });
    let spelt = receipt.code.to_uppercase().replace('-', " ");
    let found: Gift = guest.post("/v1/gifts/lookup", &code(&spelt)).await.json();
    assert_eq!(found, receipt.gift);
    let bought = json!({ "code": receipt.code, "status": "bought" });
    let bought: Gift = guest.post("/v1/gifts/status", &bought).await.json();
    assert_eq!(bought.status, GiftStatus::Bought);
    assert_eq!(given(&guest, &secret).await, [(PRIDE.to_owned(), 2, 1)]);
    let undone = guest.post("/v1/gifts/undo", &code(&receipt.code)).await;
    undone.expect_status(204);
    assert!(given(&guest, &secret).await.is_empty());
    let gone = guest.post("/v1/gifts/lookup", &code(&receipt.code)).await;
    assert_eq!(gone.problem().code, Code::GiftNotFound);
    // Guessing has an end.
    let mut guessed = gone.status();
    for _ in 0..25 {
        guessed = guest.post("/v1/gifts/lookup", &code("0000")).await.status();
    }
    assert_eq!(guessed, 429);

    for (new, code, field) in [
        (json!({ "isbn": EMMA }), Code::FieldInvalid, Some("name")),
        (
            json!({ "isbn": EMMA, "name": "Ben", "quantity": 0 }),
            Code::FieldInvalid,
            Some("quantity"),
        ),
        (
            json!({ "isbn": PRIDE_ZH, "name": "Ben" }),
            Code::WishNotFound,
            None,
        ),
        (
            json!({ "isbn": UNKNOWN, "name": "Ben" }),
            Code::BookNotFound,
            Some("isbn"),
        ),
    ] {
        let problem = guest_gives(&guest, &secret, new).await.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (code, field));
    }
    let nowhere = guest_gives(&guest, "x", json!({ "isbn": EMMA, "name": "Ben" })).await;
    assert_eq!(nowhere.problem().code, Code::WishlistNotFound);
}

async fn of_three_copies_sixteen_visitors_at_once_give_three(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "quantity": 3 })).await;
    let secret = share(&lin).await;
    let guest = shopper(&desk.world);
    let (ben, cem) = (desk.customer("ben").await, desk.customer("cem").await);
    let visitors = (0..16).map(|at| {
        let (secret, guest, ben, cem) = (&secret, &guest, &ben, &cem);
        async move {
            let new = json!({ "isbn": PRIDE, "name": "Somebody" });
            match at % 4 {
                0 => gives(ben, secret, new).await.status(),
                1 => gives(cem, secret, new).await.status(),
                _ => guest_gives(guest, secret, new).await.status(),
            }
        }
    });
    let given_now = join_all(visitors).await;
    let count = |status: u16| given_now.iter().filter(|one| **one == status).count();
    assert_eq!((count(201), count(409)), (3, 13), "{given_now:?}");
    assert_eq!(given(&guest, &secret).await, [(PRIDE.to_owned(), 3, 0)]);
    // Fewer wished for than given is no fault, and nothing is left.
    put(&lin, "default", PRIDE, json!({ "quantity": 1 })).await;
    assert_eq!(given(&guest, &secret).await, [(PRIDE.to_owned(), 3, 0)]);
}

async fn the_owner_and_editors_see_nothing_before_the_day_has_been(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    for isbn in [PRIDE, EMMA] {
        put(&lin, "default", isbn, json!({})).await;
    }
    let day = json!({ "kind": "wedding", "on": in_days(5) });
    let path = format!("{LISTS}/default/occasion");
    lin.send_json(Method::PUT, &path, &day)
        .await
        .expect_status(200);
    let secret = share(&lin).await;
    let ed = crate::wishlist_editors::editor(&desk, &lin, "ed").await;
    let ben = desk.customer("ben").await;
    let before = lin.get("/v1/customer/archive").await;
    let new = json!({ "isbn": PRIDE, "name": "Ben the Giver" });
    gives(&ben, &secret, new).await.expect_status(201);

    for (name, actor) in [("owner", &lin), ("editor", &ed)] {
        assert_eq!(seen(actor, &secret).await.gifts, None, "{name}");
        let refused = gives(actor, &secret, json!({ "isbn": EMMA }))
            .await
            .problem();
        assert_eq!(refused.code, Code::WishlistIsOwn, "{name}");
        // Whether it is given or not, the answer is the same.
        let refused = gives(actor, &secret, json!({ "isbn": PRIDE }))
            .await
            .problem();
        assert_eq!(refused.code, Code::WishlistIsOwn, "{name}");
        let pages = pages(&desk, actor).await;
        let shared = format!("/shops/{KEY}/wishlists/{secret}?lang=en");
        for page in [
            shared,
            at("/wishlists?lang=en"),
            at("/notifications?lang=en"),
        ] {
            let shown = pages.get(&page).await;
            let html = shown.html();
            for words in ["Ben the Giver", "Somebody gives", "Reserve it"] {
                assert!(!html.contains(words), "{name} {page} {words}: {html}");
            }
        }
        let archive = actor.get("/v1/customer/archive").await;
        assert!(!archive.text().contains("Ben the Giver"), "{name}");
    }
    let hidden = received(&lin).await;
    assert!(hidden.gifts.is_empty() && !hidden.hidden_until_asked);
    assert_eq!(hidden.hidden_until, Some(in_days(5)));
    let archive = lin.get("/v1/customer/archive").await;
    let size = |reply: &Reply| {
        serde_json::from_str::<Value>(reply.text()).unwrap()["wishlists"].to_string()
    };
    assert_eq!(size(&before), size(&archive));
    let path = format!("{LISTS}/default/gifts/show");
    let shown = lin.post(&path, &json!({ "sure": true })).await;
    assert_eq!(shown.problem().code, Code::GiftsHidden);
    // Taking it out and having it back is answered as with any other.
    for isbn in [PRIDE, EMMA] {
        heart(&lin, isbn, false).await;
        heart(&lin, isbn, true).await;
    }
    assert!(told(&lin).await.is_empty());

    // The day after, the owner sees who gives.
    desk.say("UPDATE wishlists SET occasion_on = '2020-01-01' WHERE occasion_on <> ''")
        .await
        .unwrap();
    desk.say("UPDATE wishlist_gifts SET until_on = '2020-01-01'")
        .await
        .unwrap();
    let shown = received(&lin).await;
    let [gift] = &shown.gifts[..] else {
        panic!("{shown:?}");
    };
    assert_eq!((gift.isbn.as_str(), &*gift.name), (PRIDE, "Ben the Giver"));
    assert_eq!(shown.hidden_until, None);
    let html = pages(&desk, &lin)
        .await
        .get(&at("/wishlists?lang=en"))
        .await;
    assert!(
        html.html().contains("From Ben the Giver"),
        "{}",
        html.html()
    );
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.wishlists[0].gifts.len(), 1);
}

async fn without_a_day_the_owner_sees_what_was_given_only_after_asking(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    for isbn in [PRIDE, EMMA] {
        put(&lin, "default", isbn, json!({})).await;
    }
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    gives(&ben, &secret, json!({ "isbn": PRIDE }))
        .await
        .expect_status(201);
    let hidden = received(&lin).await;
    assert!(hidden.gifts.is_empty() && hidden.hidden_until_asked && hidden.hidden_until.is_none());
    let path = format!("{LISTS}/default/gifts/show");
    let unsure = lin.post(&path, &json!({ "sure": false })).await.problem();
    assert_eq!(unsure.field.as_deref(), Some("sure"));
    let member = pages(&desk, &lin).await;
    let unsure = submit(&member, "/wishlists?lang=en", "do=show_gifts").await;
    unsure.expect_status(422);
    assert!(
        unsure
            .text()
            .contains("Please confirm that you want to know.")
    );
    assert!(received(&lin).await.gifts.is_empty());
    let shown: ReceivedGifts = lin.post(&path, &json!({ "sure": true })).await.json();
    // Without another one, it is the name of the account.
    assert_eq!(shown.gifts[0].name, "ben");
    // What comes later is a surprise again.
    gives(&ben, &secret, json!({ "isbn": EMMA }))
        .await
        .expect_status(201);
    assert_eq!(received(&lin).await.gifts.len(), 1);
    // With a day, what is hidden stays so until that has been.
    let day = json!({ "kind": "christmas", "on": in_days(9) });
    let occasion = format!("{LISTS}/default/occasion");
    lin.send_json(Method::PUT, &occasion, &day)
        .await
        .expect_status(200);
    let gifts = gifts_of(&ben).await;
    let until = |isbn: &str| {
        gifts
            .iter()
            .find(|gift| gift.isbn.as_str() == isbn)
            .unwrap()
    };
    assert_eq!(until(EMMA).until, in_days(9));
    assert_eq!(received(&lin).await.gifts.len(), 1);
    // Taking the day away again shows nothing before it.
    lin.send(Method::DELETE, &occasion).await.expect_status(200);
    let shown: ReceivedGifts = lin.post(&path, &json!({ "sure": true })).await.json();
    assert_eq!(shown.gifts.len(), 1);
}

async fn what_is_given_stays_so_when_the_same_book_comes_from_another_list(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({})).await;
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    gives(&ben, &secret, json!({ "isbn": PRIDE }))
        .await
        .expect_status(201);
    // Wished for on another list later, and then put into this one.
    let other = new_list(&lin, "Later").await;
    put(&lin, other.id.as_str(), PRIDE, json!({ "quantity": 2 })).await;
    let to = json!({ "to": crate::wishlists::lists(&lin).await[0].id });
    let path = format!("{LISTS}/{}/wishes/{PRIDE}/move", other.id);
    lin.post(&path, &to).await.expect_status(200);
    let guest = shopper(&desk.world);
    assert_eq!(given(&guest, &secret).await, [(PRIDE.to_owned(), 1, 1)]);
}

async fn a_request_that_is_sent_again_gives_once(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "quantity": 9 })).await;
    let secret = share(&lin).await;
    let guest = shopper(&desk.world);
    let id = |digit: &str| format!("gift_{}", digit.repeat(32));
    let new = json!({ "id": id("a"), "isbn": PRIDE, "name": "Mei" });
    let first: Receipt = guest_gives(&guest, &secret, new.clone()).await.json();
    let second: Receipt = guest_gives(&guest, &secret, new).await.json();
    assert_eq!(first.gift, second.gift);
    assert_ne!(first.code, second.code);
    let old = guest
        .post("/v1/gifts/lookup", &json!({ "code": first.code }))
        .await;
    assert_eq!(old.problem().code, Code::GiftNotFound);
    let new = guest
        .post("/v1/gifts/lookup", &json!({ "code": second.code }))
        .await;
    new.expect_status(200);
    // Who knows its name has not yet the gift.
    let ben = desk.customer("ben").await;
    let stolen = json!({ "id": id("a"), "isbn": PRIDE });
    let refused = gives(&ben, &secret, stolen).await.problem();
    assert_eq!(refused.field.as_deref(), Some("id"));
    let new = json!({ "id": id("b"), "isbn": PRIDE, "quantity": 2 });
    for _ in 0..2 {
        gives(&ben, &secret, new.clone()).await.expect_status(201);
    }
    assert_eq!(given(&guest, &secret).await, [(PRIDE.to_owned(), 3, 6)]);
    let gift = gifts_of(&ben).await.swap_remove(0);
    let path = format!("/v1/customer/gifts/{}", gift.id);
    let bought: Gift = ben
        .send_json(Method::PATCH, &path, &json!({ "status": "bought" }))
        .await
        .json();
    assert_eq!(bought.status, GiftStatus::Bought);
    // Another one's gift is nobody else's.
    let cem = desk.customer("cem").await;
    cem.send(Method::DELETE, &path).await.expect_status(204);
    assert_eq!(gifts_of(&ben).await.len(), 1);
    for _ in 0..2 {
        ben.send(Method::DELETE, &path).await.expect_status(204);
    }
    assert!(gifts_of(&ben).await.is_empty());
}

async fn open_gifts_have_a_limit(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "quantity": 99 })).await;
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    let new = json!({ "isbn": PRIDE });
    for _ in 0..50 {
        gives(&ben, &secret, new.clone()).await.expect_status(201);
    }
    let refused = gives(&ben, &secret, new.clone()).await.problem();
    assert_eq!(refused.code, Code::GiftLimit);
    let path = format!("/v1/customer/gifts/{}", gifts_of(&ben).await[0].id);
    ben.send(Method::DELETE, &path).await.expect_status(204);
    gives(&ben, &secret, new).await.expect_status(201);
}

async fn guests_of_one_network_have_a_limit_a_day(mut setup: Setup) {
    setup
        .program()
        .set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1");
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    put(&lin, "default", PRIDE, json!({ "quantity": 99 })).await;
    let secret = share(&lin).await;
    let from = |address: &str| shopper(&desk.world).with("x-forwarded-for", address);
    let new = json!({ "isbn": PRIDE, "name": "Somebody" });
    let mut code = String::new();
    for at in 0..50 {
        // One household has as many addresses of version 6 as it likes.
        let guest = from(&format!("2606:4700:1:1::{at:x}"));
        let made = guest_gives(&guest, &secret, new.clone()).await;
        let receipt: Receipt = made.expect_status(201).json();
        code = receipt.code;
    }
    let same = from("2606:4700:1:1::ffff");
    let refused = guest_gives(&same, &secret, new.clone()).await.problem();
    assert_eq!((refused.code, refused.status), (Code::GiftLimit, 409));
    // Neighbours have nothing to do with it, nor has who signs in.
    let neighbour = guest_gives(&from("2606:4700:1:2::1"), &secret, new.clone()).await;
    neighbour.expect_status(201);
    let ben = desk.customer("ben").await;
    let ben = ben.with("x-forwarded-for", "2606:4700:1:1::1");
    gives(&ben, &secret, new.clone()).await.expect_status(201);
    // What is taken back makes room, and so does the next day.
    let undone = same.post("/v1/gifts/undo", &json!({ "code": code })).await;
    undone.expect_status(204);
    let again = guest_gives(&same, &secret, new.clone()).await;
    again.expect_status(201);
    let refused = guest_gives(&same, &secret, new.clone()).await.problem();
    assert_eq!(refused.code, Code::GiftLimit);
    let a_day = "UPDATE wishlist_gifts SET given_at = given_at - 86400000";
    desk.say(a_day).await.unwrap();
    desk.say("UPDATE wishes SET added_at = added_at - 86400000")
        .await
        .unwrap();
    guest_gives(&same, &secret, new).await.expect_status(201);
}

async fn gifts_go_with_their_giver_and_their_list(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    for isbn in [PRIDE, EMMA] {
        put(&lin, "default", isbn, json!({})).await;
    }
    let secret = share(&lin).await;
    let ben = desk.customer("ben").await;
    gives(&ben, &secret, json!({ "isbn": PRIDE }))
        .await
        .expect_status(201);
    let bought = json!({ "isbn": EMMA, "status": "bought" });
    gives(&ben, &secret, bought).await.expect_status(201);
    let archive: Archive = ben.get("/v1/customer/archive").await.json();
    assert_eq!(archive.gifts.len(), 2);
    let gone = json!({ "reviews": "remove" });
    ben.send_json(Method::DELETE, "/v1/customer", &gone)
        .await
        .expect_status(204);
    // What was bought is still given, by nobody in particular; the other book somebody else can give.
    let guest = shopper(&desk.world);
    assert_eq!(given(&guest, &secret).await, [(EMMA.to_owned(), 1, 0)]);
    let path = format!("{LISTS}/default/gifts/show");
    let shown: ReceivedGifts = lin.post(&path, &json!({ "sure": true })).await.json();
    assert_eq!((shown.gifts.len(), &*shown.gifts[0].name), (1, ""));
}
