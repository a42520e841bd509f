//! How a customer who is signed in at the shop gets into the hosted pages: without a second login, and with
//! nothing in an address.

use super::grants;
use super::tokens::{Access, random_text};
use crate::api::{SMALL, read_body};
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::shops::{may_read, shop_by_key};
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::accounts::SecretKind;
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::Handover;
use bookplate_wire::{Code, Problem, query};
use std::sync::Arc;

/// Gives out a code with which the session goes on elsewhere, once and within a minute. A page sends it by a
/// form as `code` to `/shops/{key}/member/enter`.
#[utoipa::path(
    post, path = "/v1/customer/handovers", tag = "accounts", operation_id = "create_handover",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 201, body = Handover),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_handover(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<impl IntoResponse, Failure> {
    let code = random_text();
    let hash = hash(&code);
    let write = move |db: &mut Db| {
        db.give_secret(
            &access.standing(),
            SecretKind::Handover,
            &hash,
            access.proven_at,
        )
    };
    let expires_at = app.store.write(write).await?.at;
    Ok((StatusCode::CREATED, Json(Handover { code, expires_at })))
}

/// `POST /shops/{key}/member/enter`: a form with `code`, from a page of the shop's. Whoever comes with a code that
/// is not good any more can sign in instead.
pub(crate) async fn enter(
    State(app): State<App>,
    Path(key): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Failure> {
    let shop = shop_by_key(&app, &key).await?;
    let cookie = match entered(&app, &shop, &headers, request).await {
        Ok(cookie) => cookie,
        Err(Failure(problem)) if problem.status < 500 => {
            return Ok(lead_to(&key, "/member/sign-in").into_response());
        }
        Err(failure) => return Err(failure),
    };
    let mut response = lead_to(&key, "/member").into_response();
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

async fn entered(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
    request: Request,
) -> Result<axum::http::HeaderValue, Failure> {
    // Else any site could sign its visitors in as somebody whom it knows, and see what they do there.
    let origin = headers.get(ORIGIN);
    if !origin.is_some_and(|origin| may_read(app, shop, origin)) {
        return Err(Code::OriginNotAllowed.into());
    }
    let body = read_body(request.into_body(), SMALL).await?;
    let form = String::from_utf8(body).unwrap_or_default();
    let code = query::pairs(&form)
        .flatten()
        .find_map(|(name, value)| (name == "code").then_some(value))
        .ok_or(Code::HandoverInvalid)?;
    grants::enter(app, shop, headers, &code).await
}

fn lead_to(key: &str, path: &str) -> impl IntoResponse + use<> {
    let headers = [
        (LOCATION, format!("/shops/{key}{path}")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers)
}
