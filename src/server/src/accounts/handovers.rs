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
use bookplate_site::page::{member_path, with_lang};
use bookplate_store::Db;
use bookplate_store::accounts::SecretKind;
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::Handover;
use bookplate_wire::{CaseId, Code, Lang, Problem, query};
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
    let handover = hand_over(&app, &access).await?;
    Ok((StatusCode::CREATED, Json(handover)))
}

/// A code with which the session of `access` goes on elsewhere.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn hand_over(app: &App, access: &Access) -> Result<Handover, Failure> {
    let code = random_text();
    let (hash, standing, proven_at) = (hash(&code), access.standing(), access.proven_at);
    let write =
        move |db: &mut Db| db.give_secret(&standing, SecretKind::Handover, &hash, proven_at);
    let expires_at = app.store.write(write).await?.at;
    Ok(Handover { code, expires_at })
}

/// `POST /shops/{key}/member/enter`: a form with `code`, from a page of the shop's, and perhaps with the page `to`
/// which it wants and the language. Whoever comes with a code that is not good any more can sign in instead.
pub(crate) async fn enter(
    State(app): State<App>,
    Path(key): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Failure> {
    let shop = shop_by_key(&app, &key).await?;
    let body = read_body(request.into_body(), SMALL).await?;
    let form = String::from_utf8(body).unwrap_or_default();
    let field = |wanted| {
        let mut fields = query::pairs(&form).flatten();
        fields.find_map(|(name, value)| (name == wanted).then_some(value))
    };
    let page = field("to").filter(|to| is_page(to));
    let lang = field("lang").and_then(|tag| Lang::from_tag(&tag));
    let lead_to = |page: &str| {
        let headers = [
            (LOCATION, with_lang(&member_path(&key, page), lang)),
            (CACHE_CONTROL, "no-store".to_owned()),
        ];
        (StatusCode::SEE_OTHER, headers).into_response()
    };
    match entered(&app, &shop, &headers, field("code")).await {
        Ok(cookie) => {
            let mut response = lead_to(page.as_deref().unwrap_or_default());
            response.headers_mut().insert(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(Failure(problem)) if problem.status < 500 => Ok(lead_to("sign-in")),
        Err(failure) => Err(failure),
    }
}

/// Whether this names a page of the member centre, or a case there.
fn is_page(to: &str) -> bool {
    let case = to.strip_prefix("feedback/").map(str::parse::<CaseId>);
    matches!(case, Some(Ok(_))) || to.bytes().all(|byte| byte.is_ascii_lowercase())
}

async fn entered(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
    code: Option<String>,
) -> Result<axum::http::HeaderValue, Failure> {
    // Else any site could sign its visitors in as somebody whom it knows, and see what they do there.
    let origin = headers.get(ORIGIN);
    if !origin.is_some_and(|origin| may_read(app, shop, origin)) {
        return Err(Code::OriginNotAllowed.into());
    }
    let code = code.ok_or(Code::HandoverInvalid)?;
    grants::enter(app, shop, headers, &code).await
}
