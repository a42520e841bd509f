//! Birthdays that the staff corrects, for customers who have used up their change of the year.

use super::read_customer;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{day_in, zone_named};
use crate::staff::access::Here;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use bookplate_store::{Db, now};
use bookplate_wire::accounts::BirthdayCorrection;
use bookplate_wire::{Code, CustomerId, Problem, contacts};

/// Corrects a customer's birthday. The customer can still change it as before, and no gift comes sooner by it.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/customers/{customer}/birthday", tag = "points",
    operation_id = "correct_birthday",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("customer" = String, Path, description = "The customer's id"),
    ),
    security(("staff_session" = [])),
    request_body = BirthdayCorrection,
    responses(
        (status = 204, description = "Corrected; the same once more changes nothing"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn correct_birthday(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, customer)): Path<(String, String)>,
    Body(correction): Body<BirthdayCorrection>,
) -> Result<StatusCode, Failure> {
    let customer = read_customer(&customer)?;
    correct(&app, here, customer, correction).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Corrects a customer's birthday.
///
/// # Errors
/// Names `birthday` where it is none; [`Code::CustomerNotFound`]; else when the database does not answer.
pub(crate) async fn correct(
    app: &App,
    here: Here,
    customer: CustomerId,
    correction: BirthdayCorrection,
) -> Result<(), Failure> {
    let write = move |db: &mut Db| {
        let settings = db.settings(&here.shop)?.ok_or(Code::NotFound)?;
        let birthday = match correction.birthday.trim() {
            "" => String::new(),
            text => {
                let today = day_in(zone_named(&settings.time_zone), now());
                contacts::birthday(text, &today)?
            }
        };
        let known = db.correct_birthday(&here.by(), &here.shop, &customer, &birthday)?;
        known
            .then_some(())
            .ok_or_else(|| Failure::from(Code::CustomerNotFound))
    };
    app.store.write(write).await
}
