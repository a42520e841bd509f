//! A pretend shop's own login: a cookie on the shop's site, and a backend that signs identity tokens.

use crate::logs;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The cookie that says who is signed in at the shop.
const COOKIE: &str = "shop-session";

/// Who signs, and for whom.
#[derive(Debug, Clone, Default)]
pub struct Login(Arc<Mutex<Claims>>);

#[derive(Debug, Default)]
struct Claims {
    secret: String,
    audience: String,
    /// The claims of whoever signs in next.
    customer: Value,
}

impl Login {
    /// Signs with `secret` for the shop with the key `audience` from now on.
    pub fn sign_with(&self, secret: &str, audience: &str) {
        let mut claims = self.lock();
        claims.secret = secret.to_owned();
        claims.audience = audience.to_owned();
    }

    /// Whoever signs in is the customer with these claims.
    pub fn customer(&self, claims: Value) {
        self.lock().customer = claims;
    }

    /// The token that the backend signs `age` seconds after it was made.
    pub fn token(&self, age: u64) -> String {
        let claims = self.lock();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let issued = now.map_or(0, |now| now.as_secs()) - age;
        let mut body = claims.customer.clone();
        body["aud"] = json!(claims.audience);
        body["iat"] = json!(issued);
        body["exp"] = json!(issued + 120);
        let key = EncodingKey::from_secret(claims.secret.as_bytes());
        logs::keep_out_of(&body);
        encode(&Header::new(Algorithm::HS256), &body, &key).unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Claims> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shop's own addresses.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/shop/sign-in", post(sign_in))
            .route("/shop/sign-out", post(sign_out))
            .route("/shop/bookplate-token", get(get_token))
            .with_state(self.clone())
    }
}

async fn sign_in() -> impl IntoResponse {
    let cookie = format!("{COOKIE}=1; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/"))
}

async fn sign_out() -> impl IntoResponse {
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    ([(header::SET_COOKIE, cookie)], StatusCode::NO_CONTENT)
}

async fn get_token(State(login): State<Login>, headers: HeaderMap) -> Response {
    let cookies = headers.get(header::COOKIE);
    let cookies = cookies
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !cookies.contains(COOKIE) {
        return StatusCode::NO_CONTENT.into_response();
    }
    ([(header::CACHE_CONTROL, "no-store")], login.token(0)).into_response()
}
