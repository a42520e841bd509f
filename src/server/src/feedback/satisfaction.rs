//! How satisfied shoppers are with what has become of their cases.

use super::guests::shown_code;
use super::{change, with_times};
use crate::accounts::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::secrets::hash;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::feedback::CaseHolder;
use bookplate_store::shops::Shop;
use bookplate_wire::feedback::CaseTimeline;
use bookplate_wire::feedback::guests::CaseCode;
use bookplate_wire::feedback::satisfaction::{CaseRating, GuestRating};
use bookplate_wire::{Code, CustomerId, Problem};
use std::sync::Arc;

/// Says how satisfied the customer is with what has become of a case, within 14 days of its being resolved. Said again, the last
/// word counts.
#[utoipa::path(
    put, path = "/v1/customer/feedback/{case}/rating", tag = "feedback", operation_id = "rate_case",
    params(
        ("case" = String, Path, description = "The case's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = CaseRating,
    responses(
        (status = 200, body = CaseTimeline),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rate_case(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(case): Path<String>,
    Body(rating): Body<CaseRating>,
) -> Result<Json<CaseTimeline>, Failure> {
    let rated = rate_own(&app, &shop, &access.customer, &case, rating).await?;
    Ok(Json(rated))
}

/// Says how satisfied somebody without an account is with what has become of a case, as `PUT /v1/customer/feedback/{case}/rating`
/// does.
#[utoipa::path(
    post, path = "/v1/feedback/rating", tag = "feedback", operation_id = "rate_guest_case",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = GuestRating,
    responses(
        (status = 200, body = CaseTimeline),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rate_guest_case(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(rating): Body<GuestRating>,
) -> Result<Json<CaseTimeline>, Failure> {
    let (asked, rating) = rating.split();
    let rated = rate_guests(&app, &shop, caller, &asked, rating).await?;
    Ok(Json(rated))
}

/// Rates a case of a customer's.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn rate_own(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    case: &str,
    rating: CaseRating,
) -> Result<CaseTimeline, Failure> {
    let id = case.parse().map_err(|_| Code::CaseNotFound)?;
    rate(
        app,
        shop,
        CaseHolder::Customer(customer.clone(), id),
        rating,
    )
    .await
}

/// Rates a case of somebody without an account.
///
/// # Errors
/// As for a message to it.
pub(crate) async fn rate_guests(
    app: &App,
    shop: &Shop,
    caller: Caller,
    asked: &CaseCode,
    rating: CaseRating,
) -> Result<CaseTimeline, Failure> {
    let rating = rating.checked()?;
    let code = shown_code(app, shop, caller, asked).await?;
    keep(app, shop, CaseHolder::Code(hash(&code)), rating).await
}

/// Rates somebody's case.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn rate(
    app: &App,
    shop: &Shop,
    holder: CaseHolder,
    rating: CaseRating,
) -> Result<CaseTimeline, Failure> {
    keep(app, shop, holder, rating.checked()?).await
}

/// Keeps a rating that was checked.
async fn keep(
    app: &App,
    shop: &Shop,
    holder: CaseHolder,
    rating: CaseRating,
) -> Result<CaseTimeline, Failure> {
    let of = shop.id.clone();
    let work = move |db: &mut Db| db.rate_case(&of, &holder, &rating);
    let mut case = change(app, work).await?;
    with_times(shop, &mut case.entries);
    Ok(case)
}
