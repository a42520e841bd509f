//! The staff of shops: signing in to the console, joining, and who may what.

pub(crate) mod access;
pub(crate) mod enrolments;
pub(crate) mod members;
pub(crate) mod passkeys;
mod second_factor;
pub(crate) mod sessions;

use second_factor::new_secret;

use crate::accounts::tokens::random_text;
use sha2::{Digest, Sha256};

/// The path of the page that a link leads to.
const ENTER: &str = "/console/enter";

/// A new one-time link on the server at `public_url`, and the SHA-256 of its secret part.
pub(crate) fn new_link(public_url: &str) -> (String, String) {
    let token = random_text();
    let hash = hash(&token);
    (format!("{public_url}{ENTER}?token={token}"), hash)
}

/// SHA-256 in hexadecimal digits: for what is random anyway.
fn hash(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}
