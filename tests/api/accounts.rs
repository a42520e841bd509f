//! Customers: who the shop says they are, where they are signed in, and what stays theirs.

use crate::people::{grant, identity, new_secret, seconds, shop, sign_in};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::{Customer, SignedInList};
use bookplate_wire::orders::OrderPage;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_shops_customer_is_signed_in_without_a_second_login,
    what_the_shop_says_of_a_customer_is_kept_up_to_date,
    what_a_customer_has_changed_stays_until_the_shop_says_something_new,
    an_address_that_nobody_has_checked_names_nobody,
    a_phone_number_that_somebody_else_has_now_names_the_new_holder,
    a_phone_number_is_the_same_with_and_without_its_country,
    each_device_is_signed_in_and_out_on_its_own,
    nothing_of_a_customer_is_shown_without_an_access_token,
    a_customer_of_another_shop_is_a_stranger,
    a_customer_changes_the_own_profile,
    a_change_that_breaks_a_rule_is_refused_whole,
    a_body_that_cannot_be_read_is_refused_with_its_field,
    a_till_finds_a_customer_by_card_phone_or_email,
    a_secret_key_is_for_programs_and_can_be_retired,
    a_shops_page_may_send_more_than_plain_requests,
);

async fn a_shops_customer_is_signed_in_without_a_second_login(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let told = json!({ "name": "Lin", "email": "Lin@Example.com", "birthday": "1990-02-28" });
    let first = sign_in(&page, &identity(&secret, "c-1", told)).await;
    assert_eq!(first.customer.name, "Lin");
    assert_eq!(first.customer.email, "lin@example.com");
    assert_eq!(first.customer.external_id, "c-1");
    let own: Customer = page
        .clone()
        .bearing(&first.access_token)
        .get("/v1/customer")
        .await
        .json();
    assert_eq!(own, first.customer);
    // Later visits are the same customer's.
    let later = sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    assert_eq!(later.customer, first.customer);
    let other = sign_in(&page, &identity(&secret, "c-2", json!({}))).await;
    assert_ne!(other.customer.id, first.customer.id);
}

async fn what_the_shop_says_of_a_customer_is_kept_up_to_date(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let told = |more: Value| identity(&secret, "c-1", more);
    let both = json!({ "name": "Lin", "phone": "+86 138 0013 8000" });
    sign_in(&page, &told(both)).await;
    // What is not mentioned stays, what is empty goes.
    let renamed = sign_in(&page, &told(json!({ "name": "Lin Mei" }))).await;
    assert_eq!(renamed.customer.name, "Lin Mei");
    assert_eq!(renamed.customer.phone, "+8613800138000");
    let without = sign_in(&page, &told(json!({ "phone": "" }))).await;
    assert_eq!(without.customer.phone, "");
    assert_eq!(without.customer.name, "Lin Mei");
}

async fn what_a_customer_has_changed_stays_until_the_shop_says_something_new(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let told = json!({ "name": "Lin", "birthday": "1990-02-28", "phone": "13800138000" });
    let session = sign_in(&page, &identity(&secret, "c-1", told.clone())).await;
    let lin = page.clone().bearing(&session.access_token);
    // What the shop is called by is the shop's to tell.
    let phone = json!({ "phone": "138 0013 8001" });
    let refused = lin.send_json(Method::PATCH, "/v1/customer", &phone).await;
    assert_eq!(refused.problem().field.as_deref(), Some("phone"));
    let change = json!({ "name": "Mei", "birthday": "" });
    lin.send_json(Method::PATCH, "/v1/customer", &change)
        .await
        .expect_status(200);
    // The shop says what it has always said; on another device, so that something is written.
    for page in [
        page.clone(),
        page.clone().with("user-agent", "Firefox/140.0 (Linux)"),
    ] {
        let again = sign_in(&page, &identity(&secret, "c-1", told.clone())).await;
        assert_eq!(
            (
                again.customer.name.as_str(),
                again.customer.birthday.as_str()
            ),
            ("Mei", "")
        );
        assert_eq!(again.customer.phone, "13800138000");
    }
    let married = json!({ "name": "Lin Chen", "birthday": "1990-02-28" });
    let renamed = sign_in(&page, &identity(&secret, "c-1", married)).await;
    assert_eq!(
        (
            renamed.customer.name.as_str(),
            renamed.customer.birthday.as_str()
        ),
        ("Lin Chen", "")
    );
}

async fn an_address_that_nobody_has_checked_names_nobody(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let key = new_secret(&setup, "api").await.1;
    let (world, secret) = shop(setup).await;
    let till = world.anonymous().bearing(&key);
    let order = json!({ "orders": [{
        "number": "A-1", "placed_at": 1_795_132_800_000_i64,
        "customer": { "email": "mei@example.com" },
        "lines": [{ "sku": "x", "quantity": 1, "total": { "amount": 100, "currency": "CNY" } }],
    }] });
    till.post("/v1/orders", &order).await.expect_status(200);
    let told = json!({
        "email": "mei@example.com", "email_verified": false,
        "phone": "13800138000", "phone_number_verified": "false",
    });
    let session = sign_in(&shopper(&world), &identity(&secret, "c-1", told)).await;
    // It is shown, and that is all.
    assert_eq!(session.customer.email, "mei@example.com");
    assert_eq!(session.customer.phone, "13800138000");
    let lin = shopper(&world).bearing(&session.access_token);
    let orders: OrderPage = lin.get("/v1/customer/orders").await.json();
    assert_eq!(orders.orders.len(), 0);
    for asked in [
        json!({ "email": "mei@example.com" }),
        json!({ "phone": "13800138000" }),
    ] {
        let nobody = till.post("/v1/customers/lookup", &asked).await.problem();
        assert_eq!(nobody.code, Code::CustomerNotFound);
    }
    // Now it is checked, and then doubted again.
    let asked = json!({ "email": "mei@example.com" });
    for (verified, orders, status) in [(true, 1, 200), (false, 1, 404)] {
        let told = json!({ "email": "mei@example.com", "email_verified": verified });
        sign_in(&shopper(&world), &identity(&secret, "c-1", told)).await;
        let page: OrderPage = lin.get("/v1/customer/orders").await.json();
        assert_eq!(page.orders.len(), orders);
        till.post("/v1/customers/lookup", &asked)
            .await
            .expect_status(status);
    }
    let odd = json!({ "email": "mei@example.com", "email_verified": "perhaps" });
    let reply = shopper(&world)
        .post("/v1/sessions", &grant(&identity(&secret, "c-1", odd)))
        .await;
    let problem = reply.problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (Code::IdentityClaim, Some("email_verified"))
    );
}

async fn a_phone_number_that_somebody_else_has_now_names_the_new_holder(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let key = new_secret(&setup, "api").await.1;
    let (world, secret) = shop(setup).await;
    let till = world.anonymous().bearing(&key);
    let phone = json!({ "phone": "13800138000" });
    let tell = async |id: &str, ago: u64| {
        let mut more = phone.clone();
        more["iat"] = json!(seconds() - ago);
        more["exp"] = json!(seconds() + 60);
        sign_in(&shopper(&world), &identity(&secret, id, more))
            .await
            .customer
    };
    let holder = async || {
        let found: Customer = till.post("/v1/customers/lookup", &phone).await.json();
        found.external_id
    };
    tell("c-1", 100).await;
    assert_eq!(holder().await, "c-1");
    // A number that is given up goes to somebody else after some months, and the shop's records of its former
    // holder still have it. What the shop has learnt last counts: else the new holder's orders would be the
    // former one's to see.
    tell("c-2", 50).await;
    assert_eq!(holder().await, "c-2");
    // Neither an older word takes it back nor the same word again.
    tell("c-3", 75).await;
    tell("c-1", 10).await;
    assert_eq!(holder().await, "c-2");
}

async fn a_phone_number_is_the_same_with_and_without_its_country(setup: Setup) {
    let said = ["shop", "create", "--name", "Test shop", "--public-key", KEY];
    let said = [&said[..], &["--origin", ORIGIN, "--calling-code", "86"]].concat();
    setup.run(&said).await;
    let key = new_secret(&setup, "api").await.1;
    // Telling again without a code leaves it.
    let (world, secret) = shop(setup).await;
    let till = world.anonymous().bearing(&key);
    let order = json!({ "orders": [{
        "number": "A-1", "placed_at": 1_795_132_800_000_i64,
        "customer": { "phone": "+86 138 0013 8000" },
        "lines": [{ "sku": "x", "quantity": 1, "total": { "amount": 100, "currency": "CNY" } }],
    }] });
    till.post("/v1/orders", &order).await.expect_status(200);
    let told = identity(&secret, "c-1", json!({ "phone": "138 0013 8000" }));
    let session = sign_in(&shopper(&world), &told).await;
    assert_eq!(session.customer.phone, "+8613800138000");
    let lin = shopper(&world).bearing(&session.access_token);
    let orders: OrderPage = lin.get("/v1/customer/orders").await.json();
    assert_eq!(orders.orders.len(), 1);
    for asked in ["13800138000", "0086 138 0013 8000", "+8613800138000"] {
        let asked = json!({ "phone": asked });
        till.post("/v1/customers/lookup", &asked)
            .await
            .expect_status(200);
    }
}

async fn each_device_is_signed_in_and_out_on_its_own(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let token = identity(&secret, "c-1", json!({}));
    let laptop = shopper(&world).with("user-agent", "Firefox/140.0 (Linux)");
    let phone = shopper(&world).with("user-agent", "Version/18.0 Safari/604.1 (iPhone)");
    let laptop = laptop
        .clone()
        .bearing(&sign_in(&laptop, &token).await.access_token);
    let phone = phone
        .clone()
        .bearing(&sign_in(&phone, &token).await.access_token);
    let list: SignedInList = phone.get("/v1/customer/sessions").await.json();
    let mut devices: Vec<_> = list
        .sessions
        .iter()
        .map(|s| (s.device.as_str(), s.current))
        .collect();
    devices.sort_unstable();
    assert_eq!(
        devices,
        [("Firefox, Linux", false), ("Safari, iPhone", true)]
    );

    let other = list
        .sessions
        .iter()
        .find(|session| !session.current)
        .unwrap();
    let path = format!("/v1/customer/sessions/{}", other.id);
    phone.send(Method::DELETE, &path).await.expect_status(204);
    assert_eq!(
        laptop.get("/v1/customer").await.problem().code,
        Code::SessionEnded
    );
    let list: SignedInList = phone.get("/v1/customer/sessions").await.json();
    assert_eq!(list.sessions.len(), 1, "{list:?}");
    // Somebody else's session is nobody's business.
    let stranger = shopper(&world);
    let token = identity(&secret, "c-2", json!({}));
    let stranger = stranger
        .clone()
        .bearing(&sign_in(&stranger, &token).await.access_token);
    let path = format!("/v1/customer/sessions/{}", list.sessions[0].id);
    let refused = stranger.send(Method::DELETE, &path).await.problem();
    assert_eq!(refused.code, Code::NotFound);
    phone.get("/v1/customer").await.expect_status(200);
}

async fn nothing_of_a_customer_is_shown_without_an_access_token(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    for path in ["/v1/customer", "/v1/customer/sessions"] {
        assert_eq!(page.get(path).await.problem().code, Code::SessionRequired);
        let forged = page
            .clone()
            .bearing("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")
            .get(path)
            .await;
        assert_eq!(forged.problem().code, Code::SessionInvalid);
        // What the shop has signed opens no doors by itself.
        let identity = identity(&secret, "c-1", json!({}));
        let early = page.clone().bearing(&identity).get(path).await;
        assert_eq!(early.problem().code, Code::SessionInvalid);
    }
}

async fn a_customer_of_another_shop_is_a_stranger(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let (world, secret) = shop(setup).await;
    let session = sign_in(&shopper(&world), &identity(&secret, "c-1", json!({}))).await;
    let elsewhere = world
        .page("https://other.example", "pk_other")
        .bearing(&session.access_token);
    let refused = elsewhere.get("/v1/customer").await.problem();
    assert_eq!(refused.code, Code::SessionInvalid);
}

async fn a_customer_changes_the_own_profile(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let session = sign_in(&page, &identity(&secret, "c-1", json!({ "name": "Lin" }))).await;
    let lin = page.bearing(&session.access_token);
    let change = json!({ "birthday": "1990-02-28", "language": "zh-CN" });
    let changed: Customer = lin
        .send_json(Method::PATCH, "/v1/customer", &change)
        .await
        .json();
    assert_eq!(
        (changed.name.as_str(), changed.birthday.as_str()),
        ("Lin", "1990-02-28")
    );
    assert_eq!(changed.language, "zh-CN");
    let removed = json!({ "birthday": "" });
    let changed: Customer = lin
        .send_json(Method::PATCH, "/v1/customer", &removed)
        .await
        .json();
    assert_eq!(changed.birthday, "");
}

async fn a_change_that_breaks_a_rule_is_refused_whole(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let session = sign_in(&page, &identity(&secret, "c-1", json!({ "name": "Lin" }))).await;
    let lin = page.bearing(&session.access_token);
    for (field, value) in [
        ("birthday", json!("2999-01-01")),
        ("birthday", json!("28.02.1990")),
        ("language", json!("Klingon")),
        ("name", json!("x".repeat(101))),
    ] {
        let mut change = json!({ "name": "Another" });
        change[field] = value;
        let reply = lin.send_json(Method::PATCH, "/v1/customer", &change).await;
        let problem = reply.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::FieldInvalid, Some(field))
        );
    }
    let own: Customer = lin.get("/v1/customer").await.json();
    assert_eq!(own.name, "Lin", "nothing half-written");
}

async fn a_body_that_cannot_be_read_is_refused_with_its_field(setup: Setup) {
    let (world, secret) = shop(setup).await;
    let page = shopper(&world);
    let session = sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let lin = page.bearing(&session.access_token);
    let typed = lin.clone().with("content-type", "application/json");
    let patch = async |body: &[u8]| {
        let reply = typed.send_bytes(Method::PATCH, "/v1/customer", body.to_vec());
        reply.await.problem()
    };
    for (body, field) in [
        (&b"{\"colour\":\"red\"}"[..], Some("colour")),
        (b"{\"name\":5}", Some("name")),
        (b"{\"name\":\"Lin\"", None),
        (b"", None),
        (b"[]", None),
        (b"{\"name\":\"\xff\"}", Some("name")),
        (b"{} {}", None),
    ] {
        let problem = patch(body).await;
        let text = String::from_utf8_lossy(body);
        assert_eq!(problem.code, Code::BodyInvalid, "{text}");
        if field.is_some() {
            assert_eq!(problem.field.as_deref(), field, "{text}");
        }
    }
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    assert_eq!(patch(huge.as_bytes()).await.code, Code::TooLarge);
    // Who has shown nothing yet brings no more than a token.
    let large = grant(&"x".repeat(100_000));
    let refused = lin.post("/v1/sessions", &large).await.problem();
    assert_eq!(refused.code, Code::TooLarge);
    let form = lin.with("content-type", "application/x-www-form-urlencoded");
    let refused = form.send_bytes(Method::PATCH, "/v1/customer", b"name=Lin".to_vec());
    assert_eq!(refused.await.problem().code, Code::MediaTypeUnsupported);
}

async fn a_till_finds_a_customer_by_card_phone_or_email(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let key = new_secret(&setup, "api").await.1;
    let (world, secret) = shop(setup).await;
    let told = json!({ "member_card": "BP 0001", "phone": "+86 138 0013 8000", "email": "lin@example.com" });
    let lin = sign_in(&shopper(&world), &identity(&secret, "c-1", told))
        .await
        .customer;
    let till = world.anonymous().bearing(&key);
    for asked in [
        json!({ "external_id": "c-1" }),
        json!({ "member_card": "bp-0001" }),
        json!({ "phone": "+8613800138000" }),
        json!({ "email": "LIN@example.com" }),
    ] {
        let found: Customer = till.post("/v1/customers/lookup", &asked).await.json();
        assert_eq!(found, lin, "{asked}");
    }
    let bad = till
        .post("/v1/customers/lookup", &json!({ "email": "lin" }))
        .await
        .problem();
    assert_eq!(
        (bad.code, bad.field.as_deref()),
        (Code::FieldInvalid, Some("email"))
    );
}

async fn a_secret_key_is_for_programs_and_can_be_retired(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let (id, key) = new_secret(&setup, "api").await;
    assert!(key.starts_with("sk_"), "{key}");
    let world = setup.open().await;
    let asked = json!({ "external_id": "c-1" });
    let code = async |actor: Actor<'_>| {
        let reply = actor.post("/v1/customers/lookup", &asked).await;
        reply.problem().code
    };
    let till = world.anonymous().bearing(&key);
    assert_eq!(code(till.clone()).await, Code::CustomerNotFound);
    assert_eq!(code(world.anonymous()).await, Code::SecretUnknown);
    assert_eq!(
        code(world.anonymous().bearing("sk_guess")).await,
        Code::SecretUnknown
    );
    assert_eq!(
        code(till.clone().with("origin", ORIGIN)).await,
        Code::OriginNotAllowed
    );
    let listed = world.setup().run(&["secret", "list"]).await;
    assert!(listed.contains(&id) && !listed.contains(&key), "{listed}");
    world.setup().run(&["secret", "retire", &id]).await;
    assert_eq!(code(till).await, Code::SecretUnknown);
}

async fn a_shops_page_may_send_more_than_plain_requests(setup: Setup) {
    let (world, _) = shop(setup).await;
    let asking = |origin: &str| {
        let page = world.page(origin, KEY);
        page.with("access-control-request-method", "PATCH")
    };
    let allowed = asking(ORIGIN).send(Method::OPTIONS, "/v1/customer").await;
    allowed.expect_status(204);
    assert_eq!(allowed.header("access-control-allow-origin"), ORIGIN);
    assert!(
        allowed
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    assert!(
        allowed
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    let refused = asking("http://evil.example")
        .send(Method::OPTIONS, "/v1/customer")
        .await;
    assert_eq!(refused.problem().code, Code::OriginNotAllowed);
}
