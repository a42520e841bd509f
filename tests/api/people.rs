//! Customers and the shop's own programs, as the stories need them.

use crate::shelf::{KEY, ORIGIN};
use bookplate_tests::actors::{Actor, Setup, World};
use bookplate_wire::accounts::Session;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// A shop with one identity secret; gives the secret too.
pub async fn shop(setup: Setup) -> (World, String) {
    setup.shop(KEY, &[ORIGIN]).await;
    let secret = new_secret(&setup, "identity").await.1;
    (setup.open().await, secret)
}

/// Id and text of a new secret.
pub async fn new_secret(setup: &Setup, kind: &str) -> (String, String) {
    let said = setup.run(&["secret", "create", kind, "--shop", KEY]).await;
    let (id, secret) = said.trim().split_once("  ").unwrap();
    (id.to_owned(), secret.to_owned())
}

/// The present time in seconds, as a shop's backend knows it.
pub fn seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// What a shop's backend signs for its customer `id`, with more claims in `more`.
pub fn identity(secret: &str, id: &str, more: Value) -> String {
    let mut claims = json!({ "aud": KEY, "sub": id, "iat": seconds(), "exp": seconds() + 300 });
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

pub fn grant(token: &str) -> Value {
    json!({ "grant": "identity_token", "identity_token": token })
}

/// Signs a customer in.
pub async fn sign_in(page: &Actor<'_>, token: &str) -> Session {
    let reply = page.post("/v1/sessions", &grant(token)).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.expect_status(201).json()
}
