//! Paying with points and coupons, for a shop's checkout and tills: asked for, held, taken once or let go.

use crate::api::Body;
use crate::app::App;
use crate::orders::once;
use crate::points::rewards::coupon_code;
use crate::reply::Failure;
use crate::secrets::Backend;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::accounts::Identifier;
use bookplate_store::points::CheckoutRefusal;
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::points::checkout::{
    Consumption, NewReservation, Quote, QuoteRequest, Reservation,
};
use bookplate_wire::{Code, CustomerId, Problem, ReservationId, ShopId};
use std::sync::Arc;

/// What an order can be paid with, and what it would earn. Nothing is held.
#[utoipa::path(
    post, path = "/v1/checkout/quote", tag = "checkout", operation_id = "quote_order",
    security(("secret_key" = [])),
    request_body = QuoteRequest,
    responses(
        (status = 200, body = Quote),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn quote_order(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Body(asked): Body<QuoteRequest>,
) -> Result<Json<Quote>, Failure> {
    let asked = asked.checked(&backend.calling_code)?;
    let read = move |db: &mut Db| {
        let customer = find(db, &backend.shop, &asked.customer)?;
        Ok::<_, Failure>(db.quote(&backend.shop, &customer, (&asked.total, &asked.lines))?)
    };
    let quote = app.store.read(read).await?;
    Ok(Json(quote.ok_or(Code::PointsOff)?))
}

/// Holds points and a coupon for an order that is about to be paid. The same reference is the same reservation.
#[utoipa::path(
    post, path = "/v1/checkout/reservations", tag = "checkout", operation_id = "create_reservation",
    security(("secret_key" = [])),
    params(
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
            description = "The same key and body get the same reply for two days",
        ),
    ),
    request_body = NewReservation,
    responses(
        (status = 200, body = Reservation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_reservation(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    headers: HeaderMap,
    Body(new): Body<NewReservation>,
) -> Result<Response, Failure> {
    let new = new.checked(&backend.calling_code)?;
    let work = |db: &mut Db, shop: &ShopId, new: &NewReservation| {
        let customer = find(db, shop, &new.customer)?;
        let reserved = db.reserve_points(shop, &customer, new)?;
        reserved.map_err(refused)
    };
    once(&app, backend, &headers, 1, new, work).await
}

/// Takes what a reservation holds: the order is paid. The same order again is the same.
#[utoipa::path(
    post, path = "/v1/checkout/reservations/{reservation}/consume", tag = "checkout", operation_id = "consume_reservation",
    security(("secret_key" = [])),
    params(
        ("reservation" = String, Path, description = "The reservation's id"),
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
            description = "The same key and body get the same reply for two days",
        ),
    ),
    request_body = Consumption,
    responses(
        (status = 200, body = Reservation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn consume_reservation(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(reservation): Path<String>,
    headers: HeaderMap,
    Body(asked): Body<Consumption>,
) -> Result<Response, Failure> {
    let sent = (read_reservation(&reservation)?, asked.checked()?);
    let work = |db: &mut Db, shop: &ShopId, (id, asked): &(ReservationId, Consumption)| {
        let consumed = db.consume_reservation(shop, id, &asked.order)?;
        consumed.map_err(refused)
    };
    once(&app, backend, &headers, 1, sent, work).await
}

/// Lets go what a reservation holds: the order is not paid after all. What was let go already stays so.
#[utoipa::path(
    post, path = "/v1/checkout/reservations/{reservation}/release", tag = "checkout", operation_id = "release_reservation",
    security(("secret_key" = [])),
    params(("reservation" = String, Path, description = "The reservation's id")),
    responses(
        (status = 200, body = Reservation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn release_reservation(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(reservation): Path<String>,
) -> Result<Json<Reservation>, Failure> {
    let id = read_reservation(&reservation)?;
    let turn = app.turns.write(&backend.shop, 1).await?;
    let write = move |db: &mut Db| {
        let released = db.release_reservation(&backend.shop, &id)?;
        released.map_err(refused)
    };
    let released = app.store.write(write).await?;
    drop(turn);
    Ok(Json(released))
}

fn read_reservation(text: &str) -> Result<ReservationId, Failure> {
    text.parse().map_err(|_| Code::ReservationNotFound.into())
}

fn find(db: &mut Db, shop: &ShopId, named: &CustomerRef) -> Result<CustomerId, Failure> {
    let found = db.customer_by(shop, Identifier::from(named))?;
    found.ok_or_else(|| at_field(Code::CustomerNotFound, "customer"))
}

fn at_field(code: Code, field: &str) -> Failure {
    let Failure(problem) = code.into();
    problem.at(field).into()
}

fn refused(refusal: CheckoutRefusal) -> Failure {
    match refusal {
        CheckoutRefusal::Off => Code::PointsOff.into(),
        CheckoutRefusal::NoPayment => at_field(Code::PaymentOff, "points"),
        CheckoutRefusal::Insufficient => at_field(Code::PointsInsufficient, "points"),
        CheckoutRefusal::Share => at_field(Code::PointsShare, "points"),
        CheckoutRefusal::Conflict => at_field(Code::ReservationConflict, "reference"),
        CheckoutRefusal::NotFound => Code::ReservationNotFound.into(),
        CheckoutRefusal::Ended => Code::ReservationEnded.into(),
        CheckoutRefusal::Coupon(refusal) => at_field(coupon_code(refusal), "coupon"),
    }
}
