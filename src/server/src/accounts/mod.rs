//! Customers: what one who is signed in sees and changes, and where.
//!
//! How a session begins and goes on is in [`grants`], how somebody signs up in [`logins`].

pub(crate) mod attempts;
pub(crate) mod cookie;
pub(crate) mod device;
pub(crate) mod grants;
pub(crate) mod handovers;
mod identity;
pub(crate) mod logins;
pub(crate) mod lookup;
pub(crate) mod overview;
pub(crate) mod passkeys;
pub(crate) mod passwords;
pub(crate) mod search;
pub(crate) mod tokens;

use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::today;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, now};
use bookplate_wire::accounts::{Customer, CustomerChange, SignedInList};
use bookplate_wire::{Code, Lang, Problem, contacts};
use cookie::Jar;
use std::sync::Arc;
use tokens::Access;

/// A new secret with which a shop signs identity tokens.
pub(crate) fn identity_secret() -> String {
    format!("ik_{}", tokens::random_text())
}

/// What is a customer's own is kept by no cache.
const OWN: HeaderValue = HeaderValue::from_static("no-store");

/// Slows down who guesses: for what begins sessions.
pub(crate) async fn limit_sign_in(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let standing = app
        .limits
        .admit_sign_in(request.extensions(), request.headers());
    match standing {
        Ok(standing) => {
            let mut response = next.run(request).await;
            standing.tell(response.headers_mut());
            response
        }
        Err(refused) => *refused,
    }
}

/// For everything that belongs to a customer: who asks, by the access token.
pub(crate) async fn require_customer(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let shop = request.extensions().get::<Arc<Shop>>().cloned();
    let token = bearer(request.headers()).map(str::to_owned);
    match signed_in(&app, shop.clone(), token.clone()).await {
        Ok(access) => {
            let standing = match app.limits.admit_customer(&access.customer) {
                Ok(standing) => standing,
                Err(refused) => return *refused,
            };
            request.extensions_mut().insert(access);
            let mut response = next.run(request).await;
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                // The customer may have left while this was asked: then that is what is to be told.
                if let Err(Failure(problem)) = signed_in(&app, shop, token).await
                    && problem.code == Code::SessionEnded
                {
                    response = Failure(problem).into_response();
                }
            }
            response.headers_mut().insert(CACHE_CONTROL, OWN);
            standing.tell(response.headers_mut());
            response
        }
        Err(failure) => failure.into_response(),
    }
}

/// Who is signed in by an access token.
///
/// # Errors
/// When it is none of this shop's, or has ended; else when the database does not answer.
pub(crate) async fn signed_in(
    app: &App,
    shop: Option<Arc<Shop>>,
    token: Option<String>,
) -> Result<Arc<Access>, Failure> {
    let token = token.ok_or(Code::SessionRequired)?;
    let access = Arc::new(app.tokens.decode(&token, now())?);
    if shop.is_none_or(|shop| shop.id != access.shop) {
        return Err(Code::SessionInvalid.into());
    }
    let look = {
        let access = access.clone();
        move |db: &mut Db| db.is_signed_in(&access.customer, &access.standing())
    };
    if !app.store.read(look).await? {
        return Err(Code::SessionEnded.into());
    }
    Ok(access)
}

/// The token in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// The customer who is signed in.
#[utoipa::path(
    get, path = "/v1/customer", tag = "accounts", operation_id = "get_customer",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Customer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_customer(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<impl IntoResponse, Failure> {
    let read = move |db: &mut Db| db.customer(&access.customer);
    let customer = app.store.read(read).await?.ok_or(Code::SessionEnded)?;
    Ok(Json(customer))
}

/// Changes the customer's own profile.
#[utoipa::path(
    patch, path = "/v1/customer", tag = "accounts", operation_id = "update_customer",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = CustomerChange,
    responses(
        (status = 200, body = Customer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_customer(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(change): Body<CustomerChange>,
) -> Result<impl IntoResponse, Failure> {
    let change = checked(change, &shop)?;
    let customer = app
        .store
        .write(move |db| write(db, &access, &change))
        .await?;
    Ok(Json(customer))
}

/// Writes a change of the own profile that was checked.
pub(crate) fn write(
    db: &mut Db,
    access: &Access,
    change: &CustomerChange,
) -> Result<Customer, Failure> {
    let customer = db.customer(&access.customer)?.ok_or(Code::SessionEnded)?;
    if change.phone.is_some() && !customer.external_id.is_empty() {
        let rule = "the shop tells the phone number of its customers";
        return Err(Problem::new(Code::FieldInvalid, rule).at("phone").into());
    }
    if let Some(birthday) = &change.birthday {
        let changed = db.change_birthday(&access.shop, &access.customer, birthday)?;
        changed.map_err(|day| {
            let rule = format!("a birthday is changed once a year: this one from {day} on");
            Problem::new(Code::BirthdayFixed, rule).at("birthday")
        })?;
    }
    db.change_customer(&access.shop, &access.customer, change)?;
    Ok(db.customer(&access.customer)?.ok_or(Code::SessionEnded)?)
}

/// A change of a profile in the form in which it is kept.
///
/// # Errors
/// Names the first field that breaks a rule.
pub(crate) fn checked(change: CustomerChange, shop: &Shop) -> Result<CustomerChange, Problem> {
    let phone = |text: String| {
        if text.trim().is_empty() {
            return Ok(String::new());
        }
        let kept = contacts::phone(&text)?;
        Ok(contacts::international(&kept, &shop.calling_code))
    };
    let birthday = |text: String| {
        if text.is_empty() {
            return Ok(text);
        }
        contacts::birthday(&text, &today(shop))
    };
    let language = |tag: String| {
        let known = Lang::ALL.into_iter().find(|lang| lang.tag() == tag);
        known.map(|lang| lang.tag().to_owned()).ok_or_else(|| {
            Problem::new(Code::FieldInvalid, "language is zh-CN, zh-TW, en or ja").at("language")
        })
    };
    Ok(CustomerChange {
        name: change.name.map(|text| contacts::name(&text)).transpose()?,
        birthday: change.birthday.map(birthday).transpose()?,
        phone: change.phone.map(phone).transpose()?,
        language: change.language.map(language).transpose()?,
        genres: change.genres.map(|mut genres| {
            genres.sort_unstable();
            genres.dedup();
            genres
        }),
        authors: change
            .authors
            .map(|names| contacts::authors(&names))
            .transpose()?,
    })
}

/// Where the customer is signed in.
#[utoipa::path(
    get, path = "/v1/customer/sessions", tag = "accounts", operation_id = "list_sessions",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = SignedInList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_sessions(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<impl IntoResponse, Failure> {
    let read = move |db: &mut Db| db.sessions(&access.customer, &access.session);
    let sessions = app.store.read(read).await?;
    Ok(Json(SignedInList { sessions }))
}

/// Ends a session: `current`, or one of [`list_sessions`].
#[utoipa::path(
    delete, path = "/v1/customer/sessions/{session}", tag = "accounts", operation_id = "delete_session",
    params(
        ("session" = String, Path, description = "The session's id, or `current`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Ended; ending it again needs another access token"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_session(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    headers: HeaderMap,
    Path(session): Path<String>,
) -> Result<Response, Failure> {
    let session = match session.as_str() {
        "current" => access.session.clone(),
        id => id.parse().map_err(|_| Failure::from(Code::NotFound))?,
    };
    let is_own = session == access.session;
    let write = move |db: &mut Db| db.end_session(&access.customer, &session);
    if !app.store.write(write).await? {
        return Err(Code::NotFound.into());
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    for jar in [Jar::Own, Jar::Shop] {
        if is_own && cookie::read(&headers, jar, &shop.id).is_some() {
            let gone = cookie::forget(jar, &shop.id)?;
            response.headers_mut().append(SET_COOKIE, gone);
        }
    }
    Ok(response)
}
