//! The shop's word for who its customer is: a short-lived token that its backend has signed.
//!
//! Every way in which such a token can be wrong has a code of its own, because a shop's developer sees
//! nothing but that while putting it together.

use bookplate_store::accounts::Claims;
use bookplate_store::secrets::Material;
use bookplate_wire::{Code, Problem, contacts};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;

/// How long an identity token may be valid, in seconds.
const LIFETIME_MAX: i64 = 5 * 60;
/// How far ahead the clock of who signs may be, in seconds.
const AHEAD_MAX: i64 = 30;

/// What an identity token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// Of whom.
    pub(super) claims: Claims,
    /// When it was made, in milliseconds since 1970 UTC.
    pub(super) issued_at: i64,
}

/// The claims as they stand in the token (RFC 7519, and OpenID Connect's names where it has any).
#[derive(Deserialize)]
struct Token {
    aud: Value,
    sub: Value,
    iat: Value,
    exp: Value,
    nbf: Option<Value>,
    name: Option<Value>,
    email: Option<Value>,
    email_verified: Option<Value>,
    phone: Option<Value>,
    phone_number_verified: Option<Value>,
    birthday: Option<Value>,
    member_card: Option<Value>,
}

/// Checks `token` at the time `now` (milliseconds since 1970 UTC) against the shop's keys; it has to be for
/// one of the `audiences`: while a public key is exchanged, pages and backends change over at different times.
///
/// # Errors
/// The code says what is wrong; the field names a claim.
pub(super) fn verify(
    token: &str,
    keys: &[Material],
    audiences: &[String],
    now: i64,
) -> Result<Identity, Problem> {
    let token = signed(token, keys)?;
    if !audiences.iter().any(|known| is_for(&token.aud, known)) {
        let rule = format!("aud has to be {}", audiences.join(" or "));
        return Err(Problem::new(Code::IdentityAudience, rule).at("aud"));
    }
    let now_seconds = now.div_euclid(1_000);
    let issued_at = seconds(&token.iat, "iat")?;
    let expires_at = seconds(&token.exp, "exp")?;
    let not_before = token.nbf.as_ref().map(|nbf| seconds(nbf, "nbf"));
    let begins = issued_at.max(not_before.transpose()?.unwrap_or(issued_at));
    if begins > now_seconds + AHEAD_MAX {
        let rule = "the identity token begins in the future: check the clock of who signs it";
        return Err(Problem::new(Code::IdentityNotYet, rule).at("iat"));
    }
    if expires_at <= now_seconds {
        return Err(
            Problem::new(Code::IdentityExpired, "the identity token has expired").at("exp"),
        );
    }
    if !(1..=LIFETIME_MAX).contains(&(expires_at - issued_at)) {
        let rule = "exp is after iat, by at most 300 seconds";
        return Err(Problem::new(Code::IdentityLifetime, rule).at("exp"));
    }
    let today = Timestamp::from_millisecond(now)
        .unwrap_or_default()
        .to_zoned(TimeZone::UTC)
        .date()
        .to_string();
    let birthday = |text: &str| contacts::birthday(text, &today);
    Ok(Identity {
        claims: Claims {
            external_id: subject(&token.sub)?,
            name: claim(token.name, "name", contacts::name)?,
            email: claim(token.email, "email", contacts::email)?,
            email_unchecked: is_denied(token.email_verified, "email_verified")?,
            phone: claim(token.phone, "phone", contacts::phone)?,
            phone_unchecked: is_denied(token.phone_number_verified, "phone_number_verified")?,
            birthday: claim(token.birthday, "birthday", birthday)?,
            member_card: claim(token.member_card, "member_card", contacts::member_card)?,
            told_at: issued_at.saturating_mul(1_000),
        },
        issued_at: issued_at.saturating_mul(1_000),
    })
}

/// The claims of a token that one of `keys` has signed.
fn signed(token: &str, keys: &[Material]) -> Result<Token, Problem> {
    let malformed = || Problem::new(Code::IdentityMalformed, "this is no JSON Web Token");
    let header = token.split('.').next().unwrap_or_default();
    let header = BASE64URL_NOPAD
        .decode(header.as_bytes())
        .map_err(|_| malformed())?;
    let header: Value = serde_json::from_slice(&header).map_err(|_| malformed())?;
    // RFC 7515: whoever does not understand what is named there must not take the token.
    if !header["crit"].is_null() {
        let rule = "the identity token's header names extensions (crit) that are not understood";
        return Err(Problem::new(Code::IdentityMalformed, rule));
    }
    // The algorithm is that of the shop's key, never what the token asks for: else a public key could be
    // used as if it were a secret. The header only tells which keys need not be tried.
    let named = header["alg"].as_str().ok_or_else(malformed)?;
    let fitting: Vec<_> = keys.iter().filter_map(|key| decoding(key, named)).collect();
    if fitting.is_empty() {
        let rule = format!("the shop has no key for the algorithm {named:?}");
        return Err(Problem::new(Code::IdentityAlgorithm, rule).at("alg"));
    }
    if token.split('.').count() != 3 {
        return Err(malformed());
    }
    for (algorithm, key) in fitting {
        // The times and the audience are checked above, each with a code of its own.
        let mut validation = Validation::new(algorithm);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        match jsonwebtoken::decode::<Value>(token, &key, &validation) {
            Ok(data) => return claims(data.claims),
            Err(error) => match error.kind() {
                jsonwebtoken::errors::ErrorKind::InvalidSignature => {}
                _ => return Err(malformed()),
            },
        }
    }
    let rule = "none of the shop's keys has made this signature";
    Err(Problem::new(Code::IdentitySignature, rule))
}

fn decoding(key: &Material, named: &str) -> Option<(Algorithm, DecodingKey)> {
    match key {
        Material::Hs256(secret) if named == "HS256" => Some((
            Algorithm::HS256,
            DecodingKey::from_secret(secret.as_bytes()),
        )),
        Material::EdDsa(pem) if named == "EdDSA" => {
            let key = DecodingKey::from_ed_pem(pem.as_bytes()).ok()?;
            Some((Algorithm::EdDSA, key))
        }
        _ => None,
    }
}

fn claims(mut claims: Value) -> Result<Token, Problem> {
    for needed in ["aud", "sub", "iat", "exp"] {
        if claims[needed].is_null() {
            return Err(wrong(needed, "this claim is needed"));
        }
    }
    // What the shop puts in besides is none of our business.
    serde_json::from_value(claims.take())
        .map_err(|_| Problem::new(Code::IdentityMalformed, "the claims are no JSON object"))
}

fn is_for(aud: &Value, audience: &str) -> bool {
    match aud {
        Value::String(one) => one == audience,
        Value::Array(several) => several.iter().any(|one| one == audience),
        _ => false,
    }
}

fn seconds(value: &Value, name: &'static str) -> Result<i64, Problem> {
    // RFC 7519 allows fractions; nobody needs them.
    let whole = value
        .as_i64()
        .or_else(|| value.as_f64().map(|f| f.floor() as i64));
    // What lies beyond would not fit into milliseconds.
    whole
        .filter(|seconds| (0..=253_402_300_799).contains(seconds))
        .ok_or_else(|| wrong(name, "this is a number of seconds since 1970"))
}

fn subject(sub: &Value) -> Result<String, Problem> {
    let id = contacts::external_id(sub.as_str().unwrap_or_default());
    id.map_err(|_| {
        wrong(
            "sub",
            "sub is the shop's id of the customer, 1 to 128 characters of text",
        )
    })
}

fn claim(
    value: Option<Value>,
    name: &'static str,
    read: impl Fn(&str) -> Result<String, Problem>,
) -> Result<Option<String>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(None),
        // The shop says that there is none (any more).
        Some(Value::String(text)) if text.is_empty() => Ok(Some(text)),
        Some(Value::String(text)) => match read(&text) {
            Ok(kept) => Ok(Some(kept)),
            Err(problem) => Err(wrong(name, &problem.title)),
        },
        Some(_) => Err(wrong(name, "this claim is text")),
    }
}

/// Whether a claim that is true or false is there and false. What a shop says counts unless it says itself that
/// it is not sure.
fn is_denied(value: Option<Value>, name: &'static str) -> Result<bool, Problem> {
    match value {
        None | Some(Value::Null | Value::Bool(true)) => Ok(false),
        Some(Value::Bool(false)) => Ok(true),
        // Some libraries write everything as text.
        Some(Value::String(text)) if text == "true" => Ok(false),
        Some(Value::String(text)) if text == "false" => Ok(true),
        Some(_) => Err(wrong(name, "this claim is true or false")),
    }
}

fn wrong(name: &'static str, rule: &str) -> Problem {
    Problem::new(Code::IdentityClaim, rule).at(name)
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
