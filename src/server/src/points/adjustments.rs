//! Points that the staff and the shop's programs add and take, with a reason. Above the limit of the rules a second person of
//! the staff has to confirm it.

use super::read_customer;
use crate::api::Body;
use crate::app::App;
use crate::orders::once;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::audit::Actor;
use bookplate_store::points::AdjustmentRefusal;
use bookplate_wire::points::adjustments::{
    Adjustment, AdjustmentDecision, NewAdjustment, WaitingAdjustments,
};
use bookplate_wire::{AdjustmentId, Code, CustomerId, Problem};
use std::sync::Arc;

/// Adds points to a customer's, or takes some. The same reference counts once.
#[utoipa::path(
    post, path = "/v1/customers/{customer}/points/adjustments", tag = "points", operation_id = "create_adjustment",
    security(("secret_key" = [])),
    params(
        ("customer" = String, Path, description = "The customer's id"),
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
            description = "The same key and body get the same reply for two days",
        ),
    ),
    request_body = NewAdjustment,
    responses(
        (status = 200, body = Adjustment),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_adjustment(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(customer): Path<String>,
    headers: HeaderMap,
    Body(new): Body<NewAdjustment>,
) -> Result<Response, Failure> {
    let sent = (read_customer(&customer)?, new.checked()?);
    let by = Actor::Key(backend.secret.clone());
    let work = move |db: &mut Db, shop: &_, (customer, new): &(CustomerId, NewAdjustment)| {
        let adjusted = db.adjust_points(&by, shop, customer, new)?;
        adjusted.map_err(refused)
    };
    once(&app, backend, &headers, 1, sent, work).await
}

/// The same, by somebody of the staff.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/customers/{customer}/points/adjustments", tag = "points",
    operation_id = "create_shop_adjustment",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("customer" = String, Path, description = "The customer's id"),
    ),
    security(("staff_session" = [])),
    request_body = NewAdjustment,
    responses(
        (status = 200, body = Adjustment),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_shop_adjustment(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, customer)): Path<(String, String)>,
    Body(new): Body<NewAdjustment>,
) -> Result<Json<Adjustment>, Failure> {
    let customer = read_customer(&customer)?;
    Ok(Json(adjust(&app, here, customer, new).await?))
}

/// The adjustments that wait for a second person, the earliest first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/points/adjustments", tag = "points", operation_id = "list_waiting_adjustments",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = WaitingAdjustments),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_waiting_adjustments(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<WaitingAdjustments>, Failure> {
    let read = move |db: &mut Db| db.waiting_adjustments(&here.shop);
    let adjustments = app.store.read(read).await?;
    Ok(Json(WaitingAdjustments { adjustments }))
}

/// Confirms an adjustment that waits, or not. Who wants it cannot confirm it.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/points/adjustments/{adjustment}/decision", tag = "points",
    operation_id = "decide_adjustment",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("adjustment" = String, Path, description = "The adjustment's id"),
    ),
    security(("staff_session" = [])),
    request_body = AdjustmentDecision,
    responses(
        (status = 200, body = Adjustment),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn decide_adjustment(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, adjustment)): Path<(String, String)>,
    Body(decision): Body<AdjustmentDecision>,
) -> Result<Json<Adjustment>, Failure> {
    let id: AdjustmentId = adjustment.parse().map_err(|_| Code::AdjustmentNotFound)?;
    Ok(Json(decide(&app, here, id, decision.confirm).await?))
}

/// Adjusts a customer's points.
///
/// # Errors
/// Names what breaks a rule, or why it cannot be; else when the database does not answer.
pub(crate) async fn adjust(
    app: &App,
    here: Here,
    customer: CustomerId,
    new: NewAdjustment,
) -> Result<Adjustment, Failure> {
    let new = new.checked()?;
    let write = move |db: &mut Db| {
        let adjusted = db.adjust_points(&here.by(), &here.shop, &customer, &new)?;
        adjusted.map_err(refused)
    };
    app.store.write(write).await
}

/// Confirms an adjustment, or not.
///
/// # Errors
/// Why it cannot be; else when the database does not answer.
pub(crate) async fn decide(
    app: &App,
    here: Here,
    id: AdjustmentId,
    confirm: bool,
) -> Result<Adjustment, Failure> {
    let write = move |db: &mut Db| {
        let decided = db.decide_adjustment(&here.staff, &here.shop, &id, confirm)?;
        decided.map_err(refused)
    };
    app.store.write(write).await
}

fn refused(refusal: AdjustmentRefusal) -> Failure {
    let code = match refusal {
        AdjustmentRefusal::Off => Code::PointsOff,
        AdjustmentRefusal::NoCustomer => Code::CustomerNotFound,
        AdjustmentRefusal::NotFound => Code::AdjustmentNotFound,
        AdjustmentRefusal::Conflict => Code::AdjustmentConflict,
        AdjustmentRefusal::Insufficient => Code::PointsInsufficient,
        AdjustmentRefusal::SecondPerson => Code::SecondPersonRequired,
        AdjustmentRefusal::Decided => Code::AdjustmentDecided,
    };
    let Failure(problem) = code.into();
    match refusal {
        AdjustmentRefusal::Conflict => problem.at("reference").into(),
        AdjustmentRefusal::Insufficient => problem.at("points").into(),
        _ => problem.into(),
    }
}
