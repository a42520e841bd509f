//! Passkeys as the second factor of the staff.

use crate::authenticator::Authenticator;
use crate::colleagues::{
    Colleague, PASSWORD, carrying, console, credentials, enrol, owner, shop, token,
};
use crate::shelf::KEY;
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::expiry::Fleeting;
use bookplate_tests::stories;
use bookplate_wire::Code;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::passkeys::{Passkey, PasskeyChallenge, PasskeyList};
use bookplate_wire::staff::{AccessLink, Me, Role};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_passkey_takes_the_place_of_the_code,
    adding_one_takes_a_code,
    nobody_gets_in_by_a_passkey_alone_or_by_somebody_elses,
    what_was_signed_elsewhere_or_before_is_no_second_factor,
    who_guesses_the_password_beside_a_passkey_waits,
    setting_access_anew_takes_all_passkeys_away,
    without_passkeys_the_authenticator_is_left,
    what_somebody_does_with_passkeys_is_in_the_audit_log,
);

const OWN: &str = "https://books.example";
const OLGA: &str = "olga@example.com";
const SESSION: &str = "/v1/console/session";
const PASSKEYS: &str = "/v1/console/session/passkeys";

async fn open(mut setup: Setup) -> World {
    setup.program().set("BOOKPLATE_PUBLIC_URL", OWN);
    shop(setup).await
}

/// The options for a new passkey, for a recovery code.
async fn options(colleague: &mut Colleague<'_>) -> String {
    let asked = json!({ "code": colleague.recovery_code() });
    let path = format!("{PASSKEYS}/challenges");
    let reply = colleague.browser.post(&path, &asked).await;
    let challenge: PasskeyChallenge = reply.expect_status(201).json();
    challenge.options
}

/// Adds a passkey to somebody's.
async fn add(colleague: &mut Colleague<'_>, seed: &str) -> (Authenticator, Passkey) {
    let (key, made) = Authenticator::create(OWN, seed, &options(colleague).await);
    let new = json!({ "name": "Key ring", "credential": made });
    let added = colleague.browser.post(PASSKEYS, &new).await;
    (key, added.expect_status(201).json())
}

/// The options for signing in.
async fn challenge(world: &World) -> String {
    let path = format!("{SESSION}/challenges");
    let reply = console(world).send(Method::POST, &path).await;
    let challenge: PasskeyChallenge = reply.expect_status(201).json();
    challenge.options
}

fn with(email: &str, password: &str, credential: &str) -> Value {
    json!({ "email": email, "password": password, "credential": credential })
}

/// Fails unless that opens nothing, and does not say why.
async fn expect_refused(world: &World, asked: Value) {
    let refused = console(world).post(SESSION, &asked).await.problem();
    assert_eq!(refused.code, Code::CredentialsInvalid, "{asked}");
    assert_eq!(refused.field, None);
    world.setup().let_expire(Fleeting::Waits).await;
}

async fn a_passkey_takes_the_place_of_the_code(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let (mut key, passkey) = add(&mut olga, "one").await;
    assert_eq!((passkey.name.as_str(), passkey.used_at), ("Key ring", None));
    for _ in 0..2 {
        let signed = key.sign(&challenge(&world).await);
        let asked = with(OLGA, PASSWORD, &signed);
        let reply = console(&world).post(SESSION, &asked).await;
        let me: Me = reply.expect_status(201).json();
        assert_eq!(me.id, olga.id());
        let browser = carrying(&world, &reply);
        let list: PasskeyList = browser.get(PASSKEYS).await.json();
        assert_eq!(list.passkeys.len(), 1);
        assert!(list.passkeys[0].used_at.is_some());
    }
    // Another instance knows what this one has asked.
    let second = world.second().await;
    let signed = key.sign(&challenge(&world).await);
    let reply = console(&second)
        .post(SESSION, &with(OLGA, PASSWORD, &signed))
        .await;
    reply.expect_status(201);
    // One or the other.
    let signed = key.sign(&challenge(&world).await);
    let mut both = with(OLGA, PASSWORD, &signed);
    both["code"] = json!(olga.recovery_code());
    let refused = console(&world).post(SESSION, &both).await.problem();
    let found = (refused.code, refused.field.as_deref());
    assert_eq!(found, (Code::FieldInvalid, Some("code")));
}

async fn adding_one_takes_a_code(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let path = format!("{PASSKEYS}/challenges");
    for code in ["000000", "aaaa-bbbb-cccc-dddd", ""] {
        let asked = json!({ "code": code });
        let refused = olga.browser.post(&path, &asked).await.problem();
        let found = (refused.code, refused.field.as_deref());
        assert_eq!(found, (Code::FieldInvalid, Some("code")), "{code}");
    }
    let asked: Value = serde_json::from_str(&options(&mut olga).await).unwrap();
    assert_eq!(asked["rp"]["id"], "books.example");
    assert_eq!(asked["user"]["name"], OLGA);
    // What was made for one is nobody else's.
    let mut vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let (_, made) = Authenticator::create(OWN, "one", &options(&mut vera).await);
    let new = json!({ "credential": made });
    let refused = olga.browser.post(PASSKEYS, &new).await.problem();
    let found = (refused.code, refused.field.as_deref());
    assert_eq!(found, (Code::PasskeyInvalid, Some("credential")));
    // A name that is too long does not use up the challenge.
    let long = json!({ "name": "x".repeat(101), "credential": made });
    let refused = vera.browser.post(PASSKEYS, &long).await.problem();
    let found = (refused.code, refused.field.as_deref());
    assert_eq!(found, (Code::FieldInvalid, Some("name")));
    vera.browser.post(PASSKEYS, &new).await.expect_status(201);
    let again = vera.browser.post(PASSKEYS, &new).await.problem();
    assert_eq!(again.code, Code::PasskeyInvalid);
}

async fn nobody_gets_in_by_a_passkey_alone_or_by_somebody_elses(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let (mut key, _) = add(&mut olga, "one").await;
    olga.hire(&world, "vera@example.com", Role::Viewer).await;
    for (email, password) in [
        (OLGA, "another password"),
        (OLGA, ""),
        ("vera@example.com", PASSWORD),
        ("nobody@example.com", PASSWORD),
    ] {
        let signed = key.sign(&challenge(&world).await);
        expect_refused(&world, with(email, password, &signed)).await;
    }
    expect_refused(&world, with(OLGA, PASSWORD, "no credential")).await;
    expect_refused(&world, with(OLGA, PASSWORD, "")).await;
    let signed = key.sign(&challenge(&world).await);
    let reply = console(&world)
        .post(SESSION, &with(OLGA, PASSWORD, &signed))
        .await;
    reply.expect_status(201);
}

async fn what_was_signed_elsewhere_or_before_is_no_second_factor(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let (mut key, passkey) = add(&mut olga, "one").await;
    let signed = key.sign(&challenge(&world).await);
    let asked = with(OLGA, PASSWORD, &signed);
    let reply = console(&world).post(SESSION, &asked).await;
    reply.expect_status(201);
    expect_refused(&world, asked).await;
    let late = key.sign(&challenge(&world).await);
    world.setup().let_expire(Fleeting::PasskeyChallenges).await;
    expect_refused(&world, with(OLGA, PASSWORD, &late)).await;
    // What customers sign at a shop is for that alone, and the other way round.
    let page = world.page(OWN, KEY);
    let reply = page.send(Method::POST, "/v1/passkeys/challenges").await;
    let asked: PasskeyChallenge = reply.expect_status(201).json();
    let signed = key.sign(&asked.options);
    expect_refused(&world, with(OLGA, PASSWORD, &signed)).await;
    let signed = key.sign(&challenge(&world).await);
    let grant = json!({ "grant": "passkey", "credential": signed });
    let refused = page.post("/v1/sessions", &grant).await.problem();
    assert_eq!(refused.code, Code::PasskeyInvalid);
    let mut lured = key.at("https://books.example.evil.example");
    let signed = lured.sign(&challenge(&world).await);
    expect_refused(&world, with(OLGA, PASSWORD, &signed)).await;
    let mut key = lured.at(OWN);
    let path = format!("{PASSKEYS}/{}", passkey.id);
    olga.browser
        .send(Method::DELETE, &path)
        .await
        .expect_status(204);
    let signed = key.sign(&challenge(&world).await);
    expect_refused(&world, with(OLGA, PASSWORD, &signed)).await;
}

async fn who_guesses_the_password_beside_a_passkey_waits(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let (mut key, _) = add(&mut olga, "one").await;
    for _ in 0..6 {
        let signed = key.sign(&challenge(&world).await);
        let asked = with(OLGA, "another password", &signed);
        let refused = console(&world).post(SESSION, &asked).await.problem();
        assert_eq!(refused.code, Code::CredentialsInvalid);
    }
    let signed = key.sign(&challenge(&world).await);
    let asked = with(OLGA, PASSWORD, &signed);
    let slow = console(&world).post(SESSION, &asked).await.problem();
    assert_eq!(slow.code, Code::RateLimited);
    assert!(slow.retry_after.is_some());
    // Nor may who finds a session guess codes.
    let path = format!("{PASSKEYS}/challenges");
    for _ in 0..6 {
        let asked = json!({ "code": "000000" });
        let refused = olga.browser.post(&path, &asked).await.problem();
        assert_eq!(refused.code, Code::FieldInvalid);
    }
    let asked = json!({ "code": olga.recovery_code() });
    let slow = olga.browser.post(&path, &asked).await.problem();
    assert_eq!(slow.code, Code::RateLimited);
}

async fn setting_access_anew_takes_all_passkeys_away(setup: Setup) {
    let world = open(setup).await;
    let olga = owner(&world, KEY, OLGA).await;
    let mut vera = olga.hire(&world, "vera@example.com", Role::Viewer).await;
    let (mut key, _) = add(&mut vera, "one").await;
    let (_, begun) = Authenticator::create(OWN, "two", &options(&mut vera).await);
    let path = olga.path(&format!("staff/{}/access-link", vera.id()));
    let given: AccessLink = olga.browser.post(&path, &json!({})).await.json();
    assert!(!token(&given.link).is_empty());
    let anew = enrol(&world, &given.link).await;
    let list: PasskeyList = anew.browser.get(PASSKEYS).await.json();
    assert_eq!(list.passkeys, []);
    let signed = key.sign(&challenge(&world).await);
    expect_refused(&world, with("vera@example.com", PASSWORD, &signed)).await;
    // Nor does what was begun before go on, in the old session or in the new one.
    let new = json!({ "credential": begun });
    let refused = vera.browser.post(PASSKEYS, &new).await.problem();
    assert_eq!(refused.code, Code::StaffSessionRequired);
    let refused = anew.browser.post(PASSKEYS, &new).await.problem();
    assert_eq!(refused.code, Code::PasskeyInvalid);
}

async fn without_passkeys_the_authenticator_is_left(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let (_, one) = add(&mut olga, "one").await;
    let (_, two) = add(&mut olga, "two").await;
    let vera = olga.hire(&world, "vera@example.com", Role::Owner).await;
    for passkey in [&one, &two] {
        let path = format!("{PASSKEYS}/{}", passkey.id);
        // Nobody takes somebody else's away.
        let refused = vera.browser.send(Method::DELETE, &path).await.problem();
        assert_eq!(refused.code, Code::NotFound);
        let gone = olga.browser.send(Method::DELETE, &path).await;
        gone.expect_status(204);
        let again = olga.browser.send(Method::DELETE, &path).await.problem();
        assert_eq!(again.code, Code::NotFound);
    }
    let asked = credentials(OLGA, PASSWORD, &olga.code());
    let reply = console(&world).post(SESSION, &asked).await;
    reply.expect_status(201);
}

async fn what_somebody_does_with_passkeys_is_in_the_audit_log(setup: Setup) {
    let world = open(setup).await;
    let mut olga = owner(&world, KEY, OLGA).await;
    let (_, passkey) = add(&mut olga, "one").await;
    let path = format!("{PASSKEYS}/{}", passkey.id);
    olga.browser
        .send(Method::DELETE, &path)
        .await
        .expect_status(204);
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let latest: Vec<_> = log.entries.iter().take(3).map(|e| e.action).collect();
    assert_eq!(
        latest,
        [
            Action::PasskeyRemoved,
            Action::PasskeyAdded,
            Action::RecoveryCodeUsed
        ]
    );
    assert_eq!(log.entries[0].target, olga.id().as_str());
    let kept = serde_json::to_string(&log).unwrap();
    assert!(!kept.contains("Key ring"), "{kept}");
}
