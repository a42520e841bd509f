//! Secret keys: how a shop's own programs, its backend and its tills, show who they are.

use crate::accounts::bearer;
use crate::accounts::tokens::random_text;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bookplate_store::Db;
use bookplate_wire::{Code, Problem};
use jsonwebtoken::DecodingKey;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What every secret key begins with, so that a scanner finds one that has leaked.
const PREFIX: &str = "sk_";

/// The program that asks: one of a shop's own.
pub(crate) use bookplate_store::secrets::KeyHolder as Backend;

/// A new secret key, and its hash for the store.
pub(crate) fn new_key() -> (String, String) {
    let key = format!("{PREFIX}{}", random_text());
    let hash = hash(&key);
    (key, hash)
}

/// A new public key. It is no secret, but nobody can guess another shop's.
pub(crate) fn new_public_key() -> String {
    let random = random_text().to_ascii_lowercase();
    let plain: String = random.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("pk_{plain}")
}

/// Whether a text is the public half of an Ed25519 pair as PEM.
pub(crate) fn is_public_half(pem: &str) -> bool {
    !pem.contains("PRIVATE") && DecodingKey::from_ed_pem(pem.as_bytes()).is_ok()
}

/// SHA-256 in hexadecimal digits. A key has 256 random bits, which no guessing reaches; a slow hash, as for
/// passwords, would only slow down every request.
pub(crate) fn hash(key: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(key.as_bytes()))
}

/// For everything that a shop's own programs do: who asks, by the secret key.
pub(crate) async fn require_secret(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    // Browsers send an origin, backends do not.
    let in_a_page = request.headers().contains_key(ORIGIN);
    let key = bearer(request.headers()).map(str::to_owned);
    match backend(&app, in_a_page, key).await {
        Ok(backend) => {
            let standing = match app.limits.admit_program(&backend.secret) {
                Ok(standing) => standing,
                Err(refused) => return *refused,
            };
            request.extensions_mut().insert(Arc::new(backend));
            let mut response = next.run(request).await;
            let never = HeaderValue::from_static("no-store");
            response.headers_mut().insert(CACHE_CONTROL, never);
            standing.tell(response.headers_mut());
            response
        }
        Err(failure) => failure.into_response(),
    }
}

async fn backend(app: &App, in_a_page: bool, key: Option<String>) -> Result<Backend, Failure> {
    // A secret key in a page is a secret no more.
    if in_a_page {
        let rule = "a secret key is for the shop's backend and must never be in a page";
        return Err(Problem::new(Code::OriginNotAllowed, rule).into());
    }
    let hash = hash(&key.ok_or(Code::SecretUnknown)?);
    let read = move |db: &mut Db| db.shop_of_secret_key(&hash);
    let backend = app.store.read(read).await?;
    Ok(backend.ok_or(Code::SecretUnknown)?)
}
