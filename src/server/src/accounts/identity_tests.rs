//! Every way in which an identity token can be wrong.

use super::*;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;

const SECRET: &str = "ik_a_secret_of_the_shop_and_of_nobody_else";
const AUDIENCE: &str = "pk_demo";
/// 2026-11-25 00:00 UTC, in seconds.
const NOW: i64 = 1_795_564_800;

/// A pair that was made for this test: `openssl genpkey -algorithm ed25519`.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIGCvunnuddoO+Xsu+4RZhcOD99C5vNqipKZ1wvzv4eOy\n\
    -----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEA75GtccCcaZiNx2rN8XOOxO81monZjTL/k2oK8i52DOs=\n\
    -----END PUBLIC KEY-----\n";

fn keys() -> Vec<Material> {
    vec![
        Material::Hs256(SECRET.into()),
        Material::EdDsa(PUBLIC.into()),
    ]
}

fn good() -> Value {
    json!({ "aud": AUDIENCE, "sub": "c-17", "iat": NOW, "exp": NOW + 300 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

fn hs256(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn eddsa(claims: &Value) -> String {
    let key = EncodingKey::from_ed_pem(PRIVATE.as_bytes()).unwrap();
    encode(&Header::new(Algorithm::EdDSA), claims, &key).unwrap()
}

fn check(token: &str) -> Result<Identity, Problem> {
    verify(token, &keys(), &[AUDIENCE.to_owned()], NOW * 1_000)
}

/// The code with which a token is refused, and the claim that is named.
#[track_caller]
fn refusal(token: &str) -> (Code, String) {
    let problem = check(token).unwrap_err();
    (problem.code, problem.field.unwrap_or_default())
}

#[test]
fn both_algorithms_are_taken() {
    for token in [hs256(&good()), eddsa(&good())] {
        let identity = check(&token).unwrap();
        assert_eq!(identity.claims.external_id, "c-17");
        assert_eq!(identity.issued_at, NOW * 1_000);
        assert_eq!(identity.claims.email, None);
    }
}

#[test]
fn what_it_says_is_brought_into_the_form_that_is_kept() {
    let mut claims = good();
    claims["name"] = json!(" 林美 ");
    claims["email"] = json!("Lin@Example.com");
    claims["phone"] = json!("+86 138-0013-8000");
    claims["birthday"] = json!("1990-02-28");
    claims["member_card"] = json!("bp 0001");
    claims["favourite_colour"] = json!("red");
    let told = check(&hs256(&claims)).unwrap().claims;
    assert_eq!(told.name.unwrap(), "林美");
    assert_eq!(told.email.unwrap(), "lin@example.com");
    assert_eq!(told.phone.unwrap(), "+8613800138000");
    assert_eq!(told.birthday.unwrap(), "1990-02-28");
    assert_eq!(told.member_card.unwrap(), "BP0001");
}

#[test]
fn an_audience_can_be_one_of_several() {
    assert!(check(&hs256(&with("aud", json!(["other", AUDIENCE])))).is_ok());
    for wrong in [json!("pk_other"), json!(["pk_other"]), json!(5)] {
        assert_eq!(
            refusal(&hs256(&with("aud", wrong))).0,
            Code::IdentityAudience
        );
    }
}

#[test]
fn a_signature_of_another_key_is_refused() {
    let key = EncodingKey::from_secret(b"another secret");
    let forged = encode(&Header::new(Algorithm::HS256), &good(), &key).unwrap();
    assert_eq!(refusal(&forged).0, Code::IdentitySignature);
    // A claim changed after signing.
    let (one, other) = (hs256(&good()), hs256(&with("sub", json!("c-18"))));
    let mut parts: Vec<&str> = one.split('.').collect();
    parts[1] = other.split('.').nth(1).unwrap();
    assert_eq!(refusal(&parts.join(".")).0, Code::IdentitySignature);
}

#[test]
fn what_is_critical_and_not_understood_is_refused() {
    let mut header = serde_json::to_value(Header::new(Algorithm::HS256)).unwrap();
    header["crit"] = json!(["b64"]);
    let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let claims = BASE64URL_NOPAD.encode(good().to_string().as_bytes());
    let refused = refusal(&format!("{header}.{claims}.c2ln"));
    assert_eq!(refused.0, Code::IdentityMalformed);
}

#[test]
fn no_algorithm_and_a_swapped_one_are_refused() {
    let claims = BASE64URL_NOPAD.encode(good().to_string().as_bytes());
    for alg in ["none", "None", "RS256", "ES256"] {
        let header = BASE64URL_NOPAD.encode(json!({ "alg": alg }).to_string().as_bytes());
        for signature in ["", "c2ln"] {
            let token = format!("{header}.{claims}.{signature}");
            assert_eq!(refusal(&token).0, Code::IdentityAlgorithm, "{alg}");
        }
    }
    // The public key, which anybody may know, used as if it were a secret.
    let key = EncodingKey::from_secret(PUBLIC.as_bytes());
    let confused = encode(&Header::new(Algorithm::HS256), &good(), &key).unwrap();
    let only_public = [Material::EdDsa(PUBLIC.into())];
    let problem = verify(&confused, &only_public, &[AUDIENCE.to_owned()], NOW * 1_000).unwrap_err();
    assert_eq!(problem.code, Code::IdentityAlgorithm);
    assert_eq!(refusal(&confused).0, Code::IdentitySignature);
}

#[test]
fn a_token_lives_for_five_minutes_at_most() {
    let times = |iat: i64, exp: i64| {
        let mut claims = good();
        claims["iat"] = json!(iat);
        claims["exp"] = json!(exp);
        hs256(&claims)
    };
    assert!(check(&times(NOW - 299, NOW + 1)).is_ok());
    assert!(
        check(&times(NOW + 30, NOW + 330)).is_ok(),
        "a clock may be ahead a little"
    );
    assert_eq!(refusal(&times(NOW - 300, NOW)).0, Code::IdentityExpired);
    assert_eq!(
        refusal(&times(NOW - 9_000, NOW - 8_990)).0,
        Code::IdentityExpired
    );
    assert_eq!(refusal(&times(NOW, NOW + 301)).0, Code::IdentityLifetime);
    assert_eq!(refusal(&times(NOW + 31, NOW + 60)).0, Code::IdentityNotYet);
    let later = hs256(&with("nbf", json!(NOW + 60)));
    assert_eq!(refusal(&later).0, Code::IdentityNotYet);
}

#[test]
fn a_claim_that_is_missing_or_wrong_is_named() {
    for name in ["aud", "sub", "iat", "exp"] {
        let token = hs256(&with(name, Value::Null));
        assert_eq!(refusal(&token), (Code::IdentityClaim, name.into()));
    }
    for (name, value) in [
        ("sub", json!("")),
        ("sub", json!(17)),
        ("sub", json!("x".repeat(129))),
        ("iat", json!("yesterday")),
        ("exp", json!(-1)),
        ("exp", json!(1e300)),
        ("name", json!(["Lin"])),
        ("email", json!("lin")),
        ("phone", json!("home")),
        ("birthday", json!("2026-11-26")),
        ("member_card", json!("?")),
    ] {
        let token = hs256(&with(name, value));
        assert_eq!(refusal(&token), (Code::IdentityClaim, name.into()));
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let good = hs256(&good());
    for broken in [
        "",
        "a",
        "a.b.c",
        "e30.e30.",
        &good[..20],
        &format!("{good}.x"),
        "ey=.e30.x",
    ] {
        assert_eq!(refusal(broken).0, Code::IdentityMalformed, "{broken}");
    }
}
