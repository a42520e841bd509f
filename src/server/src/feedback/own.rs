//! Cases of customers: sent, followed and written to by who has an account.

use super::{change, keys, take, with_times};
use crate::accounts::tokens::Access;
use crate::api::{Body, FORM, no_parameters, read_page};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::feedback::{CaseHolder, CaseSender};
use bookplate_store::shops::Shop;
use bookplate_wire::feedback::writing::{NewCase, NewMessage};
use bookplate_wire::feedback::{CaseTimeline, OwnCases};
use bookplate_wire::{CaseId, Code, CustomerId, Problem};
use std::sync::Arc;

/// Sends a case to the shop, with all that the customer has to say. Sent again with the same `draft`, it is the same one.
#[utoipa::path(
    post, path = "/v1/customer/feedback", tag = "feedback", operation_id = "create_case",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = NewCase,
    responses(
        (status = 201, body = CaseTimeline),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_case(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(new): Body<NewCase, FORM>,
) -> Result<(StatusCode, Json<CaseTimeline>), Failure> {
    let case = open(&app, &shop, &access.customer, new).await?;
    Ok((StatusCode::CREATED, Json(case)))
}

/// Takes a case of a customer's.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn open(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    new: NewCase,
) -> Result<CaseTimeline, Failure> {
    let new = new.checked(true)?;
    let attempt = app.attempts.own_feedback(customer);
    let sender = CaseSender::Customer(customer.clone());
    take(app, shop, (customer.as_str(), sender), new, attempt).await
}

/// The customer's cases, the latest first.
#[utoipa::path(
    get, path = "/v1/customer/feedback", tag = "feedback", operation_id = "list_own_cases",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = OwnCases),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_own_cases(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<OwnCases>, Failure> {
    let page = read_page(raw.as_deref())?;
    let read = move |db: &mut Db| db.own_cases(&access.customer, page.after.as_deref(), page.limit);
    Ok(Json(app.store.read(read).await?))
}

/// One of the customer's cases, with its timeline.
#[utoipa::path(
    get, path = "/v1/customer/feedback/{case}", tag = "feedback", operation_id = "get_own_case",
    params(
        ("case" = String, Path, description = "The case's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = CaseTimeline),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_own_case(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(case): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<CaseTimeline>, Failure> {
    no_parameters(raw.as_deref())?;
    one(&app, &shop, &access.customer, &case).await.map(Json)
}

/// A customer's case with its timeline.
///
/// # Errors
/// [`Code::CaseNotFound`]; else when the database does not answer.
pub(crate) async fn one(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    case: &str,
) -> Result<CaseTimeline, Failure> {
    let id: CaseId = case.parse().map_err(|_| Code::CaseNotFound)?;
    let customer = customer.clone();
    let read = move |db: &mut Db| db.own_case(&customer, &id);
    let mut case = app.store.read(read).await?.ok_or(Code::CaseNotFound)?;
    with_times(shop, &mut case.entries);
    Ok(case)
}

/// Writes to one of the customer's cases. Where it is resolved that opens it again, within 14 days.
#[utoipa::path(
    post, path = "/v1/customer/feedback/{case}/messages", tag = "feedback", operation_id = "create_message",
    params(
        ("case" = String, Path, description = "The case's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewMessage,
    responses(
        (status = 201, body = CaseTimeline),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_message(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(case): Path<String>,
    Body(message): Body<NewMessage, FORM>,
) -> Result<(StatusCode, Json<CaseTimeline>), Failure> {
    let case = write(&app, &shop, &access.customer, &case, message).await?;
    Ok((StatusCode::CREATED, Json(case)))
}

/// Adds a message to a case of a customer's.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn write(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    case: &str,
    message: NewMessage,
) -> Result<CaseTimeline, Failure> {
    let id: CaseId = case.parse().map_err(|_| Code::CaseNotFound)?;
    let message = message.checked()?;
    let keys = keys(customer.as_str(), &message.draft, &message);
    let (of, holder) = (shop.id.clone(), CaseHolder::Customer(customer.clone(), id));
    let work = move |db: &mut Db| db.add_message(&of, &holder, &message, &keys);
    let mut case = change(app, work).await?;
    with_times(shop, &mut case.entries);
    Ok(case)
}
