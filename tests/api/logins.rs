//! Our own login: how somebody signs up, and what becomes of a password.

use crate::members::{
    LIN, PASSWORD, is_signed_in, mail_server, member, open_shop, sign_in, sign_up, token,
    turned_away, with_refresh,
};
use crate::people::{self, identity, new_secret, seconds};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_store::db::{FromValue, Sql};
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::{stories, wait_until};
use bookplate_wire::Code;
use bookplate_wire::accounts::{Customer, Session};
use bookplate_wire::orders::OrderPage;
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    somebody_signs_up_confirms_and_signs_in,
    whoever_has_the_mailbox_but_not_the_password_confirms_nothing,
    a_link_to_confirm_works_once_and_for_a_day,
    signing_up_first_with_anothers_address_keeps_nobody_out,
    an_address_that_has_an_account_gets_the_same_answer_and_another_mail,
    whether_an_address_has_an_account_is_found_out_behind_the_reply,
    who_may_not_come_in_gets_the_same_answer_after_the_same_work,
    a_password_follows_the_rules,
    orders_by_email_find_who_has_confirmed_it,
    an_address_that_the_shop_knows_is_no_second_customer,
    a_confirmed_address_stays_the_customers,
    a_forgotten_password_is_replaced_and_everybody_is_signed_out,
    a_link_to_choose_a_password_works_once_and_for_an_hour,
    a_changed_password_signs_out_all_other_places,
    nothing_secret_or_personal_is_logged,
    a_link_for_the_old_login_does_nothing_to_the_new_one,
);

async fn somebody_signs_up_confirms_and_signs_in(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let page = shopper(&world);
    sign_up(&page, "Lin@Example.com", PASSWORD).await;
    token(&mail, LIN, 1, "confirm").await;
    let letter = mail.mail(LIN, 1).await;
    assert!(
        letter.link().starts_with(world.server().address()),
        "{}",
        letter.link()
    );
    assert!(letter.html.contains("<html lang=\"ja\""), "{}", letter.html);
    let early = turned_away(&page, LIN, PASSWORD).await;
    assert_eq!(early.code, Code::CredentialsInvalid);

    let first = member(&world, &mail, "mei@example.com").await;
    assert_eq!(first.customer.email, "mei@example.com");
    assert_eq!(
        (
            first.customer.name.as_str(),
            first.customer.language.as_str()
        ),
        ("Lin", "ja")
    );
    assert!(is_signed_in(&page, &first).await);
    let later = sign_in(&page, "MEI@example.com ", PASSWORD).await;
    assert_eq!(later.customer, first.customer);
    assert_ne!(later.refresh_token, first.refresh_token);
}

/// Confirms with whatever token and password.
async fn confirm(world: &World, token: &str, password: &str) -> bookplate_tests::reply::Reply {
    let body = json!({ "token": token, "password": password });
    shopper(world).post("/v1/accounts/confirm", &body).await
}

async fn whoever_has_the_mailbox_but_not_the_password_confirms_nothing(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    // Somebody else has signed up with Lin's address.
    sign_up(&shopper(&world), LIN, "what an intruder chose").await;
    let token = token(&mail, LIN, 1, "confirm").await;
    let refused = confirm(&world, &token, PASSWORD).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
    assert_eq!(refused.field.as_deref(), Some("password"));
    let refused = turned_away(&shopper(&world), LIN, "what an intruder chose").await;
    assert_eq!(refused.code, Code::CredentialsInvalid);
}

async fn a_link_to_confirm_works_once_and_for_a_day(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let (world, mail) = open_shop(setup).await;
    let invalid = |problem: bookplate_wire::Problem| {
        assert_eq!(problem.code, Code::LinkInvalid);
        assert_eq!(problem.field.as_deref(), Some("token"));
    };
    invalid(confirm(&world, "no-such-token", PASSWORD).await.problem());
    sign_up(&shopper(&world), LIN, PASSWORD).await;
    let first = token(&mail, LIN, 1, "confirm").await;
    // Another shop does not know it.
    let elsewhere = world.page("https://other.example", "pk_other");
    let body = json!({ "token": first, "password": PASSWORD });
    invalid(
        elsewhere
            .post("/v1/accounts/confirm", &body)
            .await
            .problem(),
    );
    confirm(&world, &first, PASSWORD).await.expect_status(201);
    invalid(confirm(&world, &first, PASSWORD).await.problem());

    sign_up(&shopper(&world), "mei@example.com", PASSWORD).await;
    let late = token(&mail, "mei@example.com", 1, "confirm").await;
    world.setup().let_expire(Fleeting::SignUps).await;
    invalid(confirm(&world, &late, PASSWORD).await.problem());
    let refused = turned_away(&shopper(&world), "mei@example.com", PASSWORD).await;
    assert_eq!(refused.code, Code::CredentialsInvalid);
}

async fn signing_up_first_with_anothers_address_keeps_nobody_out(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let page = shopper(&world);
    sign_up(&page, LIN, "what an intruder chose").await;
    let intruders = token(&mail, LIN, 1, "confirm").await;
    sign_up(&page, LIN, PASSWORD).await;
    let own = token(&mail, LIN, 2, "confirm").await;
    let own: Session = confirm(&world, &own, PASSWORD).await.json();
    // The intruder's sign-up is gone with that.
    let refused = confirm(&world, &intruders, "what an intruder chose").await;
    assert_eq!(refused.problem().code, Code::LinkInvalid);
    assert!(is_signed_in(&page, &own).await);
    assert_eq!(
        sign_in(&page, LIN, PASSWORD).await.customer.id,
        own.customer.id
    );
}

async fn an_address_that_has_an_account_gets_the_same_answer_and_another_mail(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let before = hashed(&world).await;
    sign_up(&shopper(&world), LIN, "another password of mine").await;
    let with_account = hashed(&world).await - before;
    let known = mail.mail(LIN, 2).await;
    assert!(
        known.link().contains("/member/sign-in?lang="),
        "{}",
        known.link()
    );
    sign_up(&shopper(&world), "new@example.com", PASSWORD).await;
    assert_eq!(hashed(&world).await - before, 2 * with_account);
    sign_in(&shopper(&world), LIN, PASSWORD).await;

    let reset = async |email: &str| {
        let asked = json!({ "email": email });
        let reply = shopper(&world).post("/v1/accounts/reset", &asked).await;
        reply.expect_status(202);
        assert_eq!(reply.text(), "");
    };
    reset(LIN).await;
    reset("nobody@example.com").await;
    token(&mail, LIN, 3, "reset").await;
    // What goes to nobody would have gone before this.
    reset(LIN).await;
    token(&mail, LIN, 4, "reset").await;
    assert!(
        mail.received()
            .iter()
            .all(|mail| mail.to != "nobody@example.com")
    );
}

async fn whether_an_address_has_an_account_is_found_out_behind_the_reply(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let store = Store::open(world.setup().database_url()).await.unwrap();
    for email in [LIN, "nobody@example.com"] {
        let asked = json!({ "email": email });
        let reply = shopper(&world).post("/v1/accounts/reset", &asked).await;
        reply.expect_status(202);
    }
    // The same was written of both, which the reply has waited for.
    let asked = "SELECT customer_id FROM outbox WHERE kind = 'reset_password'";
    let asked: Vec<Option<String>> = values(&store, asked).await;
    assert_eq!(asked, [None, None]);
    token(&mail, LIN, 2, "reset").await;
    wait_until("both letters have ended", async || {
        let ended = "SELECT state FROM outbox WHERE kind = 'reset_password' ORDER BY id";
        values::<String>(&store, ended).await == ["delivered", "dropped"]
    })
    .await;
    // One of them alone has a link, and nobody's address is kept.
    let links = "SELECT customer_id FROM password_resets";
    assert_eq!(values::<String>(&store, links).await.len(), 1);
    let kept = "SELECT target || payload FROM outbox WHERE kind = 'reset_password'";
    assert_eq!(values::<String>(&store, kept).await, ["", ""]);
    store.close().await;
}

async fn values<T: FromValue + Send + 'static>(store: &Store, text: &'static str) -> Vec<T> {
    let read = move |db: &mut Db| Sql::new(text).values(db);
    store.read(read).await.unwrap()
}

/// How many passwords the server has hashed so far.
async fn hashed(world: &World) -> u32 {
    let figures = world.anonymous().get("/metrics").await;
    let line = figures
        .text()
        .lines()
        .find_map(|line| line.strip_prefix("bookplate_password_hashes_total "));
    line.unwrap().parse().unwrap()
}

async fn who_may_not_come_in_gets_the_same_answer_after_the_same_work(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    sign_up(&shopper(&world), "unconfirmed@example.com", PASSWORD).await;
    let mut answers = Vec::new();
    for (email, password) in [
        (LIN, "not the password"),
        ("unconfirmed@example.com", PASSWORD),
        ("nobody@example.com", PASSWORD),
    ] {
        let before = hashed(&world).await;
        answers.push(turned_away(&shopper(&world), email, password).await);
        assert_eq!(hashed(&world).await, before + 1, "{email}");
    }
    assert_eq!(answers[0].code, Code::CredentialsInvalid);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
}

async fn a_password_follows_the_rules(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    let page = shopper(&world);
    let long = "long".repeat(65);
    for bad in [
        "short one",
        &long,
        "lin.meihua@example.com",
        "Qwertyuiop123",
        "aaaaaaaaaaaa",
    ] {
        let new = json!({ "email": "lin.meihua@example.com", "password": bad, "language": "en" });
        let problem = page.post("/v1/accounts", &new).await.problem();
        assert_eq!(problem.code, Code::FieldInvalid, "{bad}");
        assert_eq!(problem.field.as_deref(), Some("password"), "{bad}");
    }
    for (field, value) in [("email", json!("lin")), ("name", json!("x".repeat(101)))] {
        let mut new = json!({ "email": LIN, "password": PASSWORD, "language": "en" });
        new[field] = value;
        let problem = page.post("/v1/accounts", &new).await.problem();
        assert_eq!(problem.field.as_deref(), Some(field));
    }
    // Nothing has gone out, or it would have before this.
    member(&world, &mail, "mei@example.com").await;
    assert_eq!(mail.received().len(), 1);
}

fn order(number: &str, email: &str) -> Value {
    let line = json!({ "line": "a", "isbn": "9780141439518", "quantity": 1,
        "total": { "amount": 4500, "currency": "CNY" } });
    json!({ "orders": [{ "number": number, "placed_at": 1_795_132_800_000_i64,
        "customer": { "email": email }, "lines": [line] }] })
}

async fn orders_by_email_find_who_has_confirmed_it(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    setup.shop(KEY, &[ORIGIN]).await;
    let key = new_secret(&setup, "api").await.1;
    let world = setup.open().await;
    let till = world.anonymous().bearing(&key);
    till.post("/v1/orders", &order("A-1", LIN))
        .await
        .expect_status(200);
    let session = member(&world, &mail, LIN).await;
    till.post("/v1/orders", &order("A-2", LIN))
        .await
        .expect_status(200);
    let own = shopper(&world).bearing(&session.access_token);
    let page: OrderPage = own.get("/v1/customer/orders").await.json();
    assert_eq!(page.orders.len(), 2);
    let asked = json!({ "email": LIN });
    let found: Customer = till.post("/v1/customers/lookup", &asked).await.json();
    assert_eq!(found.id, session.customer.id);
}

async fn an_address_that_the_shop_knows_is_no_second_customer(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let (world, secret) = people::shop(setup).await;
    let told = json!({ "email": LIN, "name": "Lin Mei" });
    let page = shopper(&world);
    let by_shop = people::sign_in(&page, &identity(&secret, "c-1", told)).await;
    let own = member(&world, &mail, LIN).await;
    assert_eq!(own.customer.id, by_shop.customer.id);
    assert_eq!(own.customer.external_id, "c-1");
    assert_eq!(own.customer.name, "Lin Mei", "what the shop has told stays");
    assert!(is_signed_in(&page, &by_shop).await);
}

async fn a_confirmed_address_stays_the_customers(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    setup.shop(KEY, &[ORIGIN]).await;
    let key = new_secret(&setup, "api").await.1;
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let told = |email: &str| identity(&secret, "c-1", json!({ "email": email }));
    people::sign_in(&page, &told(LIN)).await;
    let own = member(&world, &mail, LIN).await;
    people::sign_in(&page, &told("new@example.com")).await;
    let till = world.anonymous().bearing(&key);
    for email in [LIN, "new@example.com"] {
        let asked = json!({ "email": email });
        let found: Customer = till.post("/v1/customers/lookup", &asked).await.json();
        assert_eq!(found.id, own.customer.id, "{email}");
    }
    // With the new address a login can be made too: it takes the old one's place.
    let moved = member(&world, &mail, "new@example.com").await;
    assert_eq!(moved.customer.id, own.customer.id);
    assert!(!is_signed_in(&page, &own).await);
    let old = turned_away(&page, LIN, PASSWORD).await;
    assert_eq!(old.code, Code::CredentialsInvalid);
}

async fn a_forgotten_password_is_replaced_and_everybody_is_signed_out(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let vouched = identity(&secret, "c-1", json!({ "email": LIN }));
    let by_shop = people::sign_in(&page, &vouched).await;
    let first = member(&world, &mail, LIN).await;
    let second = sign_in(&page, LIN, PASSWORD).await;
    let asked = json!({ "email": LIN });
    page.post("/v1/accounts/reset", &asked)
        .await
        .expect_status(202);
    let link = token(&mail, LIN, 2, "reset").await;
    assert!(
        is_signed_in(&page, &first).await,
        "asking alone changes nothing"
    );

    let chosen = json!({ "token": link, "password": "a sentence of my own" });
    page.post("/v1/accounts/password", &chosen)
        .await
        .expect_status(204);
    for session in [&by_shop, &first, &second] {
        assert!(!is_signed_in(&page, session).await);
    }
    for session in [&first, &second] {
        let refused = page.post("/v1/sessions", &with_refresh(session)).await;
        assert_eq!(refused.problem().code, Code::SessionEnded);
    }
    let replayed = page.post("/v1/sessions", &people::grant(&vouched)).await;
    assert_eq!(replayed.problem().code, Code::IdentityReplayed);
    let old = turned_away(&page, LIN, PASSWORD).await;
    assert_eq!(old.code, Code::CredentialsInvalid);
    sign_in(&page, LIN, "a sentence of my own").await;
    let later = json!({ "iat": seconds() + 2 });
    people::sign_in(&page, &identity(&secret, "c-1", later)).await;
    mail.mail(LIN, 3).await;
}

async fn a_link_to_choose_a_password_works_once_and_for_an_hour(setup: Setup) {
    let (world, mail) = open_shop(setup).await;
    member(&world, &mail, LIN).await;
    let page = shopper(&world);
    let asked = json!({ "email": LIN });
    let link = async |count: usize| {
        let asked = page.post("/v1/accounts/reset", &asked).await;
        asked.expect_status(202);
        token(&mail, LIN, count, "reset").await
    };
    let choose = async |token: &str, password: &str| {
        let chosen = json!({ "token": token, "password": password });
        page.post("/v1/accounts/password", &chosen).await
    };
    let (one, two) = (link(2).await, link(3).await);
    let bad = choose(&one, "password123").await.problem();
    assert_eq!(
        (bad.code, bad.field.as_deref()),
        (Code::FieldInvalid, Some("password"))
    );
    choose(&one, "a sentence of my own")
        .await
        .expect_status(204);
    for used in [&one, &two] {
        let refused = choose(used, "another of my own").await.problem();
        assert_eq!(refused.code, Code::LinkInvalid);
        assert_eq!(refused.field.as_deref(), Some("token"));
    }
    world.setup().let_expire(Fleeting::Waits).await;
    // There has been one more, which said that the password has changed.
    let late = link(5).await;
    world.setup().let_expire(Fleeting::PasswordResets).await;
    let refused = choose(&late, "another of my own").await.problem();
    assert_eq!(refused.code, Code::LinkInvalid);
    sign_in(&page, LIN, "a sentence of my own").await;
}

async fn a_link_for_the_old_login_does_nothing_to_the_new_one(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let told = |email: &str| json!({ "email": email, "iat": people::seconds() });
    people::sign_in(&page, &identity(&secret, "c-1", told(LIN))).await;
    member(&world, &mail, LIN).await;
    let asked = json!({ "email": LIN });
    let reply = page.post("/v1/accounts/reset", &asked).await;
    reply.expect_status(202);
    let link = token(&mail, LIN, 2, "reset").await;
    // The shop tells of a new address, and its owner confirms that one.
    let new = "lin@new.example";
    people::sign_in(&page, &identity(&secret, "c-1", told(new))).await;
    member(&world, &mail, new).await;
    let chosen = json!({ "token": link, "password": "somebody else's choice" });
    let refused = page.post("/v1/accounts/password", &chosen).await.problem();
    assert_eq!(refused.code, Code::LinkInvalid);
    sign_in(&page, new, PASSWORD).await;
}

async fn a_changed_password_signs_out_all_other_places(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let elsewhere = member(&world, &mail, LIN).await;
    let here = sign_in(&page, LIN, PASSWORD).await;
    let lin = page.clone().bearing(&here.access_token);
    let change = async |current: &str, password: &str| {
        let body = json!({ "current": current, "password": password });
        lin.send_json(Method::PUT, "/v1/customer/password", &body)
            .await
    };
    let wrong = change("not the password", "a sentence of my own")
        .await
        .problem();
    assert_eq!(
        (wrong.code, wrong.field.as_deref()),
        (Code::CredentialsInvalid, Some("current"))
    );
    let bad = change(PASSWORD, "short").await.problem();
    assert_eq!(
        (bad.code, bad.field.as_deref()),
        (Code::FieldInvalid, Some("password"))
    );
    change(PASSWORD, "a sentence of my own")
        .await
        .expect_status(204);
    assert!(is_signed_in(&page, &here).await);
    assert!(!is_signed_in(&page, &elsewhere).await);
    mail.mail(LIN, 2).await;
    page.post("/v1/sessions", &with_refresh(&here))
        .await
        .expect_status(201);
    sign_in(&page, LIN, "a sentence of my own").await;
    // Where the shop vouches for somebody, there is no password to change.
    let by_shop = people::sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let body = json!({ "current": PASSWORD, "password": "a sentence of my own" });
    let by_shop = page.clone().bearing(&by_shop.access_token);
    let refused = by_shop
        .send_json(Method::PUT, "/v1/customer/password", &body)
        .await;
    assert_eq!(refused.problem().code, Code::CredentialsInvalid);
}

async fn nothing_secret_or_personal_is_logged(mut setup: Setup) {
    setup.program().set("BOOKPLATE_LOG", "trace");
    let (world, mail) = open_shop(setup).await;
    let session = member(&world, &mail, LIN).await;
    let letter = mail.mail(LIN, 1).await;
    turned_away(&shopper(&world), LIN, "not the password").await;
    let renewed = shopper(&world)
        .post("/v1/sessions", &with_refresh(&session))
        .await;
    renewed.expect_status(201);
    let log = world.server().log();
    for secret in [
        LIN,
        PASSWORD,
        "not the password",
        letter.link(),
        &session.access_token,
        session.refresh_token.as_deref().unwrap(),
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
