//! What must not be in a log: who somebody is, and what lets somebody in.
//!
//! No story has to ask for this. Actors, browsers and mail servers [note](keep_out) what they send and receive;
//! each program that ends with its owner has its log searched for all of that, and for whatever looks like an
//! address or a secret, and fails the story that started it. So the logs of the whole suite are searched.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// What lets somebody in, by the names that fields and parameters have. Where a name ends with one of these behind
/// an underscore, it counts as well: `refresh_token`.
const SECRET: [&str; 6] = ["code", "codes", "link", "password", "secret", "token"];

/// What says who somebody is, in what is sent. What comes back has names of other things as well.
const PERSONAL: [&str; 6] = ["birthday", "card", "email", "name", "phone", "q"];

/// Figures of the log that are no code of six digits, however much they look like one.
const FIGURES: [&str; 2] = ["micros", "status"];

/// How what lets somebody in begins: secret keys, identity secrets, webhooks' secrets, cookies.
const PREFIXES: [&str; 4] = ["sk_", "ik_", "whsec_", "__Host-"];

/// What is shorter may be in a log by chance.
const SHORTEST: usize = 3;

/// What may stand at either end of a word: a full stop, the plus sign of a phone number.
const EDGES: [char; 2] = ['.', '+'];

/// All that was noted by this test program.
static NOTED: LazyLock<Mutex<Noted>> = LazyLock::new(Mutex::default);

#[derive(Debug, Default)]
struct Noted {
    /// What is found as a word of its own, however many there are.
    words: HashSet<String>,
    /// What has gaps in it.
    phrases: HashSet<String>,
}

fn noted() -> MutexGuard<'static, Noted> {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes something that no log may have from now on.
pub fn keep_out(value: &str) {
    let value = value.trim().trim_matches(EDGES);
    if value.len() < SHORTEST {
        return;
    }
    if value.contains(is_gap) {
        noted().phrases.insert(value.to_owned());
    } else {
        noted().words.insert(value.to_owned());
    }
    // A phone number is the same without its gaps.
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if digits.len() > 8 && !value.contains(char::is_alphabetic) {
        noted().words.insert(digits);
    }
    if let Some((_, query)) = value.split_once('?') {
        keep_out_of_pairs(query);
    }
    if let Some(claims) = claims(value) {
        keep_out_of(&claims);
    }
}

/// Notes what is personal or secret in a request.
pub(crate) fn keep_out_of(body: &Value) {
    each(body, &|name, value| {
        if is_one_of(&SECRET, name) || is_one_of(&PERSONAL, name) {
            texts(value).for_each(keep_out);
        }
    });
}

/// Notes what is secret in a reply.
pub(crate) fn keep_out_of_reply(body: &Value) {
    each(body, &|name, value| {
        if is_one_of(&SECRET, name) {
            texts(value).for_each(keep_out);
        }
    });
}

/// Gives each field to `see`, at any depth.
fn each(body: &Value, see: &impl Fn(&str, &Value)) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                see(name, value);
                each(value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each(item, see)),
        _ => {}
    }
}

/// Notes the same of a form or a query.
pub(crate) fn keep_out_of_pairs(pairs: &str) {
    for pair in pairs.split('&') {
        let Some((name, value)) = bookplate_wire::query::pairs(pair).next().flatten() else {
            continue;
        };
        if is_one_of(&SECRET, &name) || is_one_of(&PERSONAL, &name) {
            keep_out(&value);
        }
    }
}

/// Notes the same of the head of a request or a reply.
pub(crate) fn keep_out_of_head(headers: &reqwest::header::HeaderMap) {
    let text = |name| {
        let values = headers.get_all(name).iter();
        values.filter_map(|value| value.to_str().ok())
    };
    for value in text("authorization") {
        keep_out(value.split_once(' ').map_or(value, |(_, token)| token));
    }
    for cookie in text("cookie").flat_map(|value| value.split(';')) {
        keep_out(cookie.split_once('=').map_or(cookie, |(_, value)| value));
    }
    for cookie in text("set-cookie") {
        let pair = cookie.split(';').next().unwrap_or_default();
        keep_out(pair.split_once('=').map_or("", |(_, value)| value));
    }
}

/// The lines of a log that have something that they must not have, with what that is.
pub(crate) fn leaks(log: &str) -> Vec<String> {
    search(&noted(), log)
}

/// The same of what only looks like an address or a secret: for those who have just named things themselves.
pub(crate) fn secrets(said: &str) -> Vec<String> {
    search(&Noted::default(), said)
}

fn search(noted: &Noted, text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| leak(noted, line).map(|leak| format!("{leak:?} in: {line}")))
        .collect()
}

fn leak<'a>(noted: &'a Noted, line: &'a str) -> Option<&'a str> {
    let looks = |word: &str| is_email(word) || is_token(word) || is_secret(word);
    let mut before = "";
    let mut words = line.split(is_gap).filter(|word| !word.is_empty());
    let word = words.find_map(|word| {
        let is_figure = FIGURES.contains(&std::mem::replace(&mut before, word));
        let word = word.trim_matches(EDGES);
        let found = !is_figure && (noted.words.contains(word) || looks(word));
        found.then_some(word)
    });
    let mut phrases = noted.phrases.iter().map(String::as_str);
    word.or_else(|| phrases.find(|phrase| line.contains(phrase)))
}

/// Whether a character stands between words. Those of addresses, numbers and tokens do not.
fn is_gap(letter: char) -> bool {
    !letter.is_alphanumeric() && !"@.+-_~".contains(letter)
}

fn is_email(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Whether it begins like a JSON Web Token: `{"` in Base64.
fn is_token(word: &str) -> bool {
    word.starts_with("eyJ") && word.contains('.')
}

fn is_secret(word: &str) -> bool {
    let rest = PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix));
    rest.is_some_and(|rest| rest.len() >= 8)
}

/// Whether `name` is one of `names`, or ends with one.
fn is_one_of(names: &[&str], name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    names.contains(&last)
}

/// A field's text, or its texts.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten();
    value
        .as_str()
        .into_iter()
        .chain(many.filter_map(Value::as_str))
}

/// What a JSON Web Token says.
fn claims(token: &str) -> Option<Value> {
    let body = token.strip_prefix("eyJ")?.split('.').nth(1)?;
    let body = BASE64URL_NOPAD.decode(body.as_bytes()).ok()?;
    serde_json::from_slice(&body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_looks_like_an_address_or_a_secret_is_found_wherever_it_stands() {
        for line in [
            "refused: no mailbox for <kim@books.example>.",
            "token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            "{\"header\":\"Bearer sk_0123456789abcdef\"}",
            "secret: ik_0123456789abcdef",
            "signed by whsec_MfKQ9r8GKYqrTwjU",
            "cookie: __Host-bookplate-staff=anything",
        ] {
            assert_eq!(leaks(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn what_an_operator_needs_is_left_alone() {
        for line in [
            "2026-11-29T10:00:00.000001Z  INFO request{id=\"187c-1\"}: answered method=POST \
             route=\"/v1/customer\" status=200 micros=1234",
            "listening on http://127.0.0.1:4400",
            "postgres://bookplate@localhost/test_1: the task_of_the_day",
            "a secret key begins with sk_",
        ] {
            assert_eq!(leaks(line), [] as [String; 0]);
        }
    }

    #[test]
    fn whatever_was_sent_or_received_is_found() {
        let token = format!(
            "eyJh.{}.c2ln",
            BASE64URL_NOPAD.encode(b"{\"name\":\"Ottilie\"}")
        );
        keep_out_of(&json!({
            "identity_token": token,
            "profile": { "name": "Mr. Fitzwilliam Darcy", "phone": "+44 20 7946 0958" },
            "recovery_codes": ["abcd-efgh-ijkl"],
            "code": "214365",
            "link": "http://127.0.0.1:1/console/enter?token=another-t0ken",
            "language": "language",
        }));
        keep_out_of_pairs("key=pk_shelf&q=a%20sequel&token=t0ken-of-a-link");
        for line in [
            "name=\"Ottilie\"",
            "for Mr. Fitzwilliam Darcy",
            "phone=+44 20 7946 0958",
            "phone=442079460958",
            "code abcd-efgh-ijkl",
            "code=214365",
            "entered by another-t0ken.",
            "looked for \"a sequel\"",
            "/confirm?token=t0ken-of-a-link",
        ] {
            assert_eq!(leaks(line).len(), 1, "{line}");
        }
        for line in ["language=en key=pk_shelf", "status=200 micros=214365"] {
            assert_eq!(leaks(line), [] as [String; 0]);
        }
    }
}
