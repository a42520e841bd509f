//! A customer takes everything along, and goes.

use crate::members::{LIN, mail_server, member, open_shop};
use crate::people::{grant, identity, new_secret, seconds, shop, sign_in};
use crate::shelf::{BOOKS, EMMA, KEY, ORIGIN, PRIDE, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::orders::OrderPage;
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::{ReviewPage, Summary};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_customer_takes_everything_along,
    a_deleted_customer_is_gone_and_the_shop_keeps_its_orders,
    reviews_of_a_deleted_customer_stay_without_a_name,
    reviews_of_a_deleted_customer_go_too,
    what_a_deleted_customer_wished_outlasts_what_the_shop_sends_again,
    an_identity_token_from_before_the_deletion_makes_no_account,
    letters_to_a_deleted_account_go_with_it,
    orders_name_the_address_of_a_deleted_customer_no_more,
    an_order_by_an_address_that_nobody_vouches_for_waits_for_who_confirms_it,
    a_deletion_that_says_not_what_becomes_of_reviews_is_refused,
    who_leaves_while_asking_for_something_is_told_that,
);

/// Two reviews of one book; the first is by the shop's customer `c-1`.
const REVIEWS: &str = "\
id,isbn,rating,title,body,language,author,created_at,helpful,votes,customer
r1,9780141439518,5,A joy,Wit on every page.,en,Lin Mei,2024-01-01,0,0,c-1
r2,9780141439518,2,Slow,Too many balls.,en,Ben,2024-02-01,0,0,
";

struct Shop {
    world: World,
    secret: String,
    key: String,
}

impl Shop {
    async fn open(setup: Setup) -> Self {
        setup.shop(KEY, &[ORIGIN]).await;
        setup.import_catalogue(BOOKS).await;
        setup.import_reviews(REVIEWS).await;
        let secret = new_secret(&setup, "identity").await.1;
        let key = new_secret(&setup, "api").await.1;
        let world = setup.open().await;
        Self { world, secret, key }
    }

    /// Lin, with a profile, an order that was refunded in part, and a consent.
    async fn lin(&self) -> Actor<'_> {
        let lin = self.sign_in("c-1").await;
        let change = json!({ "genres": ["poetry", "fiction"], "authors": ["Jane Austen"] });
        let changed = lin.send_json(Method::PATCH, "/v1/customer", &change).await;
        changed.expect_status(200);
        let said = json!({ "channel": "email", "purpose": "news", "granted": true });
        let said = json!({ "consents": [said] });
        let said = lin.send_json(Method::PUT, "/v1/customer/consents", &said);
        said.await.expect_status(200);
        let money = json!({ "amount": 4_500, "currency": "CNY" });
        let order = self.order();
        let refund = json!({
            // What is older than a week is no news.
            "number": "R-1", "order": "A-1", "refunded_at": seconds() * 1_000,
            "lines": [{ "line": "a", "quantity": 1, "total": money }],
        });
        let backend = self.backend();
        let orders = json!({ "orders": [order] });
        backend.post("/v1/orders", &orders).await.expect_status(200);
        let refunds = json!({ "refunds": [refund] });
        backend
            .post("/v1/refunds", &refunds)
            .await
            .expect_status(200);
        lin
    }

    fn order(&self) -> Value {
        json!({
            "number": "A-1", "placed_at": 1_795_132_800_000_i64,
            "customer": { "external_id": "c-1" },
            "lines": [{
                "line": "a", "isbn": EMMA, "quantity": 1,
                "total": { "amount": 4_500, "currency": "CNY" },
            }],
        })
    }

    async fn sign_in(&self, id: &str) -> Actor<'_> {
        self.sign_in_at(id, seconds()).await
    }

    /// With an identity token that was made at `seconds`.
    async fn sign_in_at(&self, id: &str, seconds: u64) -> Actor<'_> {
        let told = json!({
            "name": "Lin Mei", "email": "lin@example.com", "phone": "13800138000", "iat": seconds,
        });
        let page = shopper(&self.world);
        let session = sign_in(&page, &identity(&self.secret, id, told)).await;
        page.bearing(&session.access_token)
    }

    fn backend(&self) -> Actor<'_> {
        self.world.anonymous().bearing(&self.key)
    }

    async fn reviews(&self) -> ReviewPage {
        let path = format!("/v1/books/{PRIDE}/reviews");
        shopper(&self.world).get(&path).await.json()
    }

    async fn finds(&self, named: Value) -> u16 {
        let found = self.backend().post("/v1/customers/lookup", &named).await;
        found.status()
    }
}

async fn delete(customer: &Actor<'_>, reviews: &str) {
    let wish = json!({ "reviews": reviews });
    let gone = customer
        .send_json(Method::DELETE, "/v1/customer", &wish)
        .await;
    gone.expect_status(204);
}

async fn a_customer_takes_everything_along(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.lin().await;
    let reply = lin.get("/v1/customer/archive").await;
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(reply.header("cache-control"), "no-store");
    let archive: Archive = reply.json();
    assert_eq!(archive.shop, "Test shop");
    assert_eq!(archive.profile.email, "lin@example.com");
    assert_eq!(archive.profile.authors, ["Jane Austen"]);
    let kinds: Vec<_> = archive.known_by.iter().map(|known| &*known.kind).collect();
    assert_eq!(kinds, ["email", "external", "phone"]);
    assert_eq!(archive.orders[0].number, "A-1");
    assert_eq!(archive.orders[0].placed_on, "2026-11-20");
    assert_eq!(archive.orders[0].lines[0].refunded.amount, 4_500);
    assert_eq!(archive.reviews[0].title, "A joy");
    assert_eq!(archive.consent_changes.len(), 1);
    assert_eq!(archive.sessions.len(), 1);
    assert_eq!(archive.notifications[0].order, "A-1");
    let refund = &archive.refunds[0];
    assert_eq!(refund.number, "R-1");
    // Where she was signed in once.
    let phone = shopper(&shop.world).with("user-agent", "Version/18.0 Safari/604.1 (iPhone)");
    let session = sign_in(&phone, &identity(&shop.secret, "c-1", json!({}))).await;
    let path = "/v1/customer/sessions/current";
    let gone = phone.bearing(&session.access_token);
    gone.send(Method::DELETE, path).await.expect_status(204);
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.past_sessions[0].device, "Safari, iPhone");
    let stranger = shop.sign_in("c-2").await;
    let archive: Archive = stranger.get("/v1/customer/archive").await.json();
    assert!(archive.orders.is_empty() && archive.reviews.is_empty());
}

async fn a_deleted_customer_is_gone_and_the_shop_keeps_its_orders(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.lin().await;
    delete(&lin, "keep_anonymous").await;
    let ended = lin.get("/v1/customer").await.problem();
    assert_eq!(ended.code, Code::SessionEnded);
    for named in [
        json!({ "external_id": "c-1" }),
        json!({ "email": "lin@example.com" }),
        json!({ "phone": "13800138000" }),
    ] {
        assert_eq!(shop.finds(named).await, 404);
    }
    // Who comes again is somebody new, and nothing from before is theirs.
    let again = shop.sign_in_at("c-1", seconds() + 2).await;
    let archive: Archive = again.get("/v1/customer/archive").await.json();
    assert!(archive.orders.is_empty(), "{archive:?}");
    assert!(archive.profile.authors.is_empty() && archive.notifications.is_empty());
    assert!(archive.consent_changes.is_empty());
    // The order is still the shop's: its number is taken, and its refund cannot be repeated.
    let money = json!({ "amount": 1, "currency": "CNY" });
    let refund = json!({
        "number": "R-2", "order": "A-1", "refunded_at": 1_795_219_200_000_i64,
        "lines": [{ "line": "a", "quantity": 0, "total": money }],
    });
    let refunds = json!({ "refunds": [refund] });
    let refused = shop.backend().post("/v1/refunds", &refunds).await.problem();
    assert_eq!(refused.code, Code::RefundExceeds);
}

async fn reviews_of_a_deleted_customer_stay_without_a_name(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.lin().await;
    delete(&lin, "keep_anonymous").await;
    let page = shop.reviews().await;
    let mut authors: Vec<_> = page.reviews.iter().map(|review| &*review.author).collect();
    authors.sort_unstable();
    assert_eq!(authors, ["", "Ben"]);
    let html = format!("/v1/fragments.html?key={KEY}&lang=en&w=reviews/{PRIDE}");
    let html = shop.world.anonymous().get(&html).await;
    assert!(html.html().contains("A reader"), "{}", html.html());
    assert!(!html.html().contains("Lin Mei"));
    shop.world.setup().run(&["doctor"]).await;
}

async fn reviews_of_a_deleted_customer_go_too(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.lin().await;
    delete(&lin, "remove").await;
    let page = shop.reviews().await;
    assert_eq!(page.reviews.len(), 1);
    assert_eq!(page.reviews[0].author, "Ben");
    let path = format!("/v1/books/{PRIDE}/rating");
    let summary: Summary = shopper(&shop.world).get(&path).await.json();
    assert_eq!((summary.count, summary.average), (1, 20));
    shop.world.setup().run(&["doctor"]).await;
}

async fn what_a_deleted_customer_wished_outlasts_what_the_shop_sends_again(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.lin().await;
    delete(&lin, "keep_anonymous").await;
    // The nightly import, and the till that repeats itself.
    shop.world.setup().import_reviews(REVIEWS).await;
    let page = shop.reviews().await;
    assert!(page.reviews.iter().all(|review| review.author != "Lin Mei"));
    assert_eq!(page.reviews.len(), 2);
    let orders = json!({ "orders": [shop.order()] });
    let again = shop.backend().post("/v1/orders", &orders).await;
    again.expect_status(200);
    let again = shop.sign_in_at("c-1", seconds() + 2).await;
    let archive: Archive = again.get("/v1/customer/archive").await.json();
    assert!(archive.orders.is_empty(), "{archive:?}");
    // A new account writes reviews of its own.
    let more = format!("{REVIEWS}r3,9780141439587,4,Fine,,en,Lin Mei,2025-01-01,0,0,c-1\n");
    shop.world.setup().import_reviews(&more).await;
    let archive: Archive = again.get("/v1/customer/archive").await.json();
    assert_eq!(archive.reviews.len(), 1);
    delete(&again, "remove").await;
    let said = shop.world.setup().import_reviews(&more).await;
    assert!(
        said.contains("1 review of writers who have deleted"),
        "{said}"
    );
    let path = format!("/v1/books/{EMMA}/rating");
    let summary: Summary = shopper(&shop.world).get(&path).await.json();
    assert_eq!(summary.count, 0);
    shop.world.setup().run(&["doctor"]).await;
}

async fn an_identity_token_from_before_the_deletion_makes_no_account(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page = shopper(&shop.world);
    let token = identity(&shop.secret, "c-1", json!({ "iat": seconds() + 10 }));
    let lin = page
        .clone()
        .bearing(&sign_in(&page, &token).await.access_token);
    delete(&lin, "remove").await;
    let again = page.post("/v1/sessions", &grant(&token)).await.problem();
    assert_eq!(again.code, Code::IdentityReplayed);
    assert_eq!(shop.finds(json!({ "external_id": "c-1" })).await, 404);
    let later = identity(&shop.secret, "c-1", json!({ "iat": seconds() + 20 }));
    sign_in(&page, &later).await;
}

async fn letters_to_a_deleted_account_go_with_it(setup: Setup) {
    let url = setup.database_url().to_owned();
    let (world, mail) = open_shop(setup).await;
    let session = member(&world, &mail, LIN).await;
    let page = shopper(&world);
    // Nobody takes the letter.
    mail.be_busy(LIN);
    let reset = json!({ "email": LIN });
    page.post("/v1/accounts/reset", &reset)
        .await
        .expect_status(202);
    delete(&page.bearing(&session.access_token), "remove").await;
    let store = Store::open(&url).await.unwrap();
    let left = Sql::new("SELECT id FROM outbox WHERE target = $1 OR payload LIKE $2")
        .arg(LIN)
        .arg(format!("%{LIN}%"));
    let left = store.read(move |db: &mut Db| left.rows(db)).await.unwrap();
    assert_eq!(left.len(), 0);
}

/// An order of somebody whom the shop knows by an address only.
fn by_email(number: &str, email: &str) -> Value {
    let total = json!({ "amount": 4_500, "currency": "CNY" });
    let line = json!({ "line": "a", "isbn": EMMA, "quantity": 1, "total": total });
    json!({
        "number": number, "placed_at": 1_795_132_800_000_i64, "customer": { "email": email },
        "lines": [line],
    })
}

/// What the orders name their customers by.
async fn named(world: &World) -> Vec<String> {
    let store = Store::open(world.setup().database_url()).await.unwrap();
    let read = |db: &mut Db| {
        Sql::new("SELECT customer_value FROM orders ORDER BY number").values::<String>(db)
    };
    let named = store.read(read).await.unwrap();
    store.close().await;
    named
}

async fn orders_name_the_address_of_a_deleted_customer_no_more(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let (world, _) = shop(setup).await;
    let key = new_secret(world.setup(), "api").await.1;
    let backend = world.anonymous().bearing(&key);
    let send = async |number: &str| {
        let orders = json!({ "orders": [by_email(number, LIN)] });
        let sent = backend.post("/v1/orders", &orders).await;
        sent.expect_status(200);
    };
    // One from before there was an account, one from afterwards.
    send("A-1").await;
    let session = member(&world, &mail, LIN).await;
    send("A-2").await;
    let lin = shopper(&world).bearing(&session.access_token);
    let own: OrderPage = lin.get("/v1/customer/orders").await.json();
    assert_eq!(own.orders.len(), 2);
    delete(&lin, "remove").await;
    assert_eq!(named(&world).await, ["", ""]);
    // Nor does it come back with what the shop sends again.
    send("A-1").await;
    assert_eq!(named(&world).await, ["", ""]);
}

async fn an_order_by_an_address_that_nobody_vouches_for_waits_for_who_confirms_it(
    mut setup: Setup,
) {
    let mail = mail_server(&mut setup).await;
    let (world, secret) = shop(setup).await;
    let key = new_secret(world.setup(), "api").await.1;
    let backend = world.anonymous().bearing(&key);
    let mei = "mei@example.com";
    let orders = json!({ "orders": [by_email("A-1", mei)] });
    let sent = backend.post("/v1/orders", &orders).await;
    sent.expect_status(200);
    // Anybody can say so: it makes nothing theirs, nor theirs to erase.
    let page = shopper(&world);
    let told = json!({ "email": mei, "email_verified": false });
    let session = sign_in(&page, &identity(&secret, "c-1", told)).await;
    let lin = page.clone().bearing(&session.access_token);
    let own: OrderPage = lin.get("/v1/customer/orders").await.json();
    assert_eq!(own.orders, []);
    delete(&lin, "remove").await;
    assert_eq!(named(&world).await, [mei]);
    let session = member(&world, &mail, mei).await;
    let own = page.bearing(&session.access_token);
    let own: OrderPage = own.get("/v1/customer/orders").await.json();
    assert_eq!(own.orders[0].number, "A-1");
}

async fn a_deletion_that_says_not_what_becomes_of_reviews_is_refused(setup: Setup) {
    let shop = Shop::open(setup).await;
    let lin = shop.lin().await;
    for wish in [
        json!({}),
        json!({ "reviews": "sell" }),
        json!({ "reviews": { "remove": null } }),
    ] {
        let refused = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
        assert_eq!(refused.problem().code, Code::BodyInvalid);
    }
    lin.get("/v1/customer").await.expect_status(200);
}

async fn who_leaves_while_asking_for_something_is_told_that(setup: Setup) {
    let shop = Shop::open(setup).await;
    let page: ReviewPage = shopper(&shop.world)
        .get(&format!("/v1/books/{PRIDE}/reviews"))
        .await
        .json();
    let review = &page.reviews[0].id;
    let (vote, report) = (
        format!("/v1/reviews/{review}/vote"),
        format!("/v1/reviews/{review}/reports"),
    );
    for number in 0..12 {
        let name = format!("leaver-{number}");
        let token = identity(&shop.secret, &name, json!({ "name": name }));
        let page = shopper(&shop.world);
        let session = sign_in(&page, &token).await;
        let customer = page.bearing(&session.access_token);
        let ask = async |method: Method, path: &str, body: Value| {
            let reply = customer.send_json(method, path, &body).await;
            (path.to_owned(), reply.status())
        };
        let consent = [json!({ "channel": "email", "purpose": "news", "granted": true })];
        let (deleted, vote, report, consent, handover) = tokio::join!(
            ask(
                Method::DELETE,
                "/v1/customer",
                json!({ "reviews": "remove" })
            ),
            ask(Method::PUT, &vote, json!({ "helpful": true })),
            ask(Method::POST, &report, json!({ "reason": "abuse" })),
            ask(
                Method::PUT,
                "/v1/customer/consents",
                json!({ "consents": consent })
            ),
            ask(Method::POST, "/v1/customer/handovers", json!({})),
        );
        assert_eq!(deleted.1, 204, "{deleted:?}");
        for (path, status) in [vote, report, consent, handover] {
            assert!(status < 300 || status == 401, "{path}: {status}");
        }
    }
}
