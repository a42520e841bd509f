//! Passkeys: signing in without a password.

use crate::authenticator::Authenticator;
use crate::members::{LIN, PASSWORD, mail_server, member, open_shop, sign_in, token};
use crate::people::{self, identity};
use crate::shelf::{KEY, ORIGIN, shopper};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::mail::MailServer;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::accounts::Session;
use bookplate_wire::passkeys::{Passkey, PasskeyChallenge, PasskeyList};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

stories!(
    a_passkey_signs_in_without_a_password,
    adding_a_passkey_takes_the_password,
    a_passkey_is_made_for_one_challenge_and_one_page,
    what_was_signed_elsewhere_or_before_signs_nobody_in,
    a_removed_passkey_signs_nobody_in,
    a_new_password_by_email_takes_all_passkeys_away,
    a_request_that_is_held_back_adds_no_passkey_after_a_new_password,
    where_the_shop_vouches_there_are_no_passkeys,
    a_server_without_a_domain_has_no_passkeys,
);

/// The server's own address, as browsers reach it.
const OWN: &str = "https://books.example";

async fn open(mut setup: Setup) -> (World, MailServer) {
    setup.program().set("BOOKPLATE_PUBLIC_URL", OWN);
    open_shop(setup).await
}

fn hosted(world: &World) -> Actor<'_> {
    world.page(OWN, KEY)
}

/// The options for a new passkey.
async fn options(lin: &Actor<'_>) -> String {
    let asked = json!({ "current": PASSWORD });
    let reply = lin.post("/v1/customer/passkeys/challenges", &asked).await;
    let challenge: PasskeyChallenge = reply.expect_status(201).json();
    challenge.options
}

fn new(credential: &str) -> Value {
    json!({ "name": "Phone", "credential": credential })
}

/// A customer who has signed up, with a passkey.
async fn with_passkey(world: &World, mail: &MailServer) -> (Session, Authenticator, Passkey) {
    let session = member(world, mail, LIN).await;
    let lin = hosted(world)
        .bearing(&session.access_token)
        .with("user-agent", "Version/18.0 Safari/604.1 (iPhone)");
    let (phone, made) = Authenticator::create(OWN, "one", &options(&lin).await);
    let added = lin.post("/v1/customer/passkeys", &new(&made)).await;
    (session, phone, added.expect_status(201).json())
}

/// The options for signing in.
async fn challenge(world: &World) -> String {
    let page = hosted(world);
    let reply = page.send(Method::POST, "/v1/passkeys/challenges").await;
    let challenge: PasskeyChallenge = reply.expect_status(201).json();
    challenge.options
}

fn with(credential: &str) -> Value {
    json!({ "grant": "passkey", "credential": credential })
}

/// Fails unless the passkey opens nothing.
async fn expect_refused(page: &Actor<'_>, credential: &str) {
    let refused = page.post("/v1/sessions", &with(credential)).await.problem();
    assert_eq!(refused.code, Code::PasskeyInvalid);
    assert_eq!(refused.field.as_deref(), Some("credential"));
}

async fn a_passkey_signs_in_without_a_password(setup: Setup) {
    let (world, mail) = open(setup).await;
    let (session, mut phone, passkey) = with_passkey(&world, &mail).await;
    assert_eq!(passkey.name, "Phone");
    assert_eq!(
        (passkey.device.as_str(), passkey.used_at),
        ("Safari, iPhone", None)
    );
    let page = hosted(&world);
    for _ in 0..2 {
        let signed = phone.sign(&challenge(&world).await);
        let reply = page.post("/v1/sessions", &with(&signed)).await;
        let there: Session = reply.expect_status(201).json();
        assert_eq!(there.customer, session.customer);
        assert!(there.refresh_token.is_some());
    }
    let mut asked = with(&phone.sign(&challenge(&world).await));
    asked["keep"] = json!("cookie");
    let by_cookie = page.post("/v1/sessions", &asked).await;
    assert!(
        by_cookie
            .expect_status(201)
            .header("set-cookie")
            .starts_with("__Host-")
    );
    // Another instance knows what this one has asked.
    let second = world.second().await;
    let signed = phone.sign(&challenge(&world).await);
    let elsewhere = hosted(&second).post("/v1/sessions", &with(&signed)).await;
    elsewhere.expect_status(201);
    let own = page.bearing(&session.access_token);
    let list: PasskeyList = own.get("/v1/customer/passkeys").await.json();
    assert_eq!(list.passkeys.len(), 1);
    assert!(list.passkeys[0].used_at.is_some());
}

async fn adding_a_passkey_takes_the_password(setup: Setup) {
    let (world, mail) = open(setup).await;
    let (session, phone, _) = with_passkey(&world, &mail).await;
    let lin = hosted(&world).bearing(&session.access_token);
    let asked = json!({ "current": "not the password" });
    let refused = lin
        .post("/v1/customer/passkeys/challenges", &asked)
        .await
        .problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::CredentialsInvalid, Some("current"))
    );
    // The authenticator is told which one it has already, and keeps one name for the customer.
    let asked: Value = serde_json::from_str(&options(&lin).await).unwrap();
    assert_eq!(asked["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(asked["rp"]["id"], "books.example");
    assert_eq!(asked["user"]["name"], LIN);
    // Browsers make no passkey on most devices where they have to enforce that.
    let enforced = &asked["extensions"]["enforceCredentialProtectionPolicy"];
    assert_ne!(enforced, &json!(true));
    drop(phone);
    let (_, made) = Authenticator::create(OWN, "two", &options(&lin).await);
    lin.post("/v1/customer/passkeys", &new(&made))
        .await
        .expect_status(201);
    let list: PasskeyList = lin.get("/v1/customer/passkeys").await.json();
    assert_eq!(list.passkeys.len(), 2);
}

async fn a_passkey_is_made_for_one_challenge_and_one_page(setup: Setup) {
    let (world, mail) = open(setup).await;
    let (session, _, _) = with_passkey(&world, &mail).await;
    let lin = hosted(&world).bearing(&session.access_token);
    let refused = async |credential: &str| {
        let reply = lin.post("/v1/customer/passkeys", &new(credential)).await;
        let problem = reply.problem();
        assert_eq!(problem.code, Code::PasskeyInvalid);
        assert_eq!(problem.field.as_deref(), Some("credential"));
    };
    refused("no credential").await;
    refused("{}").await;
    let (_, elsewhere) = Authenticator::create(ORIGIN, "two", &options(&lin).await);
    refused(&elsewhere).await;
    let (_, known) = Authenticator::create(OWN, "one", &options(&lin).await);
    refused(&known).await;
    let (_, made) = Authenticator::create(OWN, "two", &options(&lin).await);
    lin.post("/v1/customer/passkeys", &new(&made))
        .await
        .expect_status(201);
    refused(&made).await;
    let (_, late) = Authenticator::create(OWN, "three", &options(&lin).await);
    world.setup().let_expire(Fleeting::PasskeyChallenges).await;
    refused(&late).await;
    // What was asked of one customer is not answered by another.
    let asked = options(&lin).await;
    let mei = member(&world, &mail, "mei@example.com").await;
    let (_, strange) = Authenticator::create(OWN, "four", &asked);
    let mei = hosted(&world).bearing(&mei.access_token);
    let reply = mei.post("/v1/customer/passkeys", &new(&strange)).await;
    assert_eq!(reply.problem().code, Code::PasskeyInvalid);
}

async fn what_was_signed_elsewhere_or_before_signs_nobody_in(setup: Setup) {
    setup.shop("pk_other", &["https://other.example"]).await;
    let (world, mail) = open(setup).await;
    let (_, mut phone, _) = with_passkey(&world, &mail).await;
    let page = hosted(&world);
    expect_refused(&page, "no credential").await;
    let signed = phone.sign(&challenge(&world).await);
    page.post("/v1/sessions", &with(&signed))
        .await
        .expect_status(201);
    expect_refused(&page, &signed).await;
    let signed = phone.sign(&challenge(&world).await);
    let other_shop = world.page("https://other.example", "pk_other");
    expect_refused(&other_shop, &signed).await;
    let signed = phone.sign(&challenge(&world).await);
    let mut forged: Value = serde_json::from_str(&signed).unwrap();
    let other = phone.sign(&challenge(&world).await);
    let other: Value = serde_json::from_str(&other).unwrap();
    forged["response"]["signature"] = other["response"]["signature"].clone();
    expect_refused(&page, &forged.to_string()).await;
    let late = phone.sign(&challenge(&world).await);
    world.setup().let_expire(Fleeting::PasskeyChallenges).await;
    expect_refused(&page, &late).await;
    // A page that only looks like ours cannot pass on what it got.
    let mut lured = phone.at("https://books.example.evil.example");
    let signed = lured.sign(&challenge(&world).await);
    expect_refused(&page, &signed).await;
    let mut phone = lured.at(OWN);
    let signed = phone.sign(&challenge(&world).await);
    page.post("/v1/sessions", &with(&signed))
        .await
        .expect_status(201);
}

async fn a_removed_passkey_signs_nobody_in(setup: Setup) {
    let (world, mail) = open(setup).await;
    let (session, mut phone, passkey) = with_passkey(&world, &mail).await;
    let path = format!("/v1/customer/passkeys/{}", passkey.id);
    let mei = member(&world, &mail, "mei@example.com").await;
    let mei = hosted(&world).bearing(&mei.access_token);
    let refused = mei.send(Method::DELETE, &path).await.problem();
    assert_eq!(refused.code, Code::NotFound);
    let lin = hosted(&world).bearing(&session.access_token);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    let again = lin.send(Method::DELETE, &path).await.problem();
    assert_eq!(again.code, Code::NotFound);
    let signed = phone.sign(&challenge(&world).await);
    expect_refused(&hosted(&world), &signed).await;
}

async fn choose_another_password(world: &World, mail: &MailServer) {
    let page = hosted(world);
    let asked = json!({ "email": LIN });
    page.post("/v1/accounts/reset", &asked)
        .await
        .expect_status(202);
    let token = token(mail, LIN, 2, "reset").await;
    let chosen = json!({ "token": token, "password": "a sentence of my own" });
    page.post("/v1/accounts/password", &chosen)
        .await
        .expect_status(204);
}

async fn a_new_password_by_email_takes_all_passkeys_away(setup: Setup) {
    let (world, mail) = open(setup).await;
    let (_, mut phone, _) = with_passkey(&world, &mail).await;
    choose_another_password(&world, &mail).await;
    let signed = phone.sign(&challenge(&world).await);
    expect_refused(&hosted(&world), &signed).await;
}

async fn a_request_that_is_held_back_adds_no_passkey_after_a_new_password(setup: Setup) {
    let (world, mail) = open(setup).await;
    let session = member(&world, &mail, LIN).await;
    let lin = hosted(&world).bearing(&session.access_token);
    let (_, made) = Authenticator::create(OWN, "one", &options(&lin).await);
    // Somebody who has got in sends all but the end.
    let body = new(&made).to_string();
    let (most, end) = body.split_at(body.len() - 1);
    let address = world.server().address().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/customer/passkeys?key={KEY} HTTP/1.1\r\nhost: {address}\r\norigin: {OWN}\r\n\
         authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{most}",
        session.access_token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    choose_another_password(&world, &mail).await;
    stream.write_all(end.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    // The challenge has gone with the passkeys; else the session would have.
    assert!(reply.starts_with("HTTP/1.1 422"), "{reply}");
    let page = shopper(&world);
    let session = sign_in(&page, LIN, "a sentence of my own").await;
    let list: PasskeyList = page
        .bearing(&session.access_token)
        .get("/v1/customer/passkeys")
        .await
        .json();
    assert_eq!(list.passkeys.len(), 0);
}

async fn where_the_shop_vouches_there_are_no_passkeys(mut setup: Setup) {
    setup.program().set("BOOKPLATE_PUBLIC_URL", OWN);
    let (world, secret) = people::shop(setup).await;
    let page = shopper(&world);
    let session = people::sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let lin = page.bearing(&session.access_token);
    let asked = json!({ "current": PASSWORD });
    let refused = lin
        .post("/v1/customer/passkeys/challenges", &asked)
        .await
        .problem();
    assert_eq!(refused.code, Code::CredentialsInvalid);
}

async fn a_server_without_a_domain_has_no_passkeys(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    setup.shop(KEY, &[ORIGIN]).await;
    let world = setup.open().await;
    let page = shopper(&world);
    let refused = page
        .send(Method::POST, "/v1/passkeys/challenges")
        .await
        .problem();
    assert_eq!(refused.code, Code::PasskeysUnavailable);
    let session = member(&world, &mail, LIN).await;
    let lin = page.bearing(&session.access_token);
    let asked = json!({ "current": PASSWORD });
    let refused = lin
        .post("/v1/customer/passkeys/challenges", &asked)
        .await
        .problem();
    assert_eq!(refused.code, Code::PasskeysUnavailable);
}
