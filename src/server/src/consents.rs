//! What a customer allows to be sent.

use crate::accounts::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::{Extension, Json};
use bookplate_store::{Db, StoreError};
use bookplate_wire::consents::{Consents, NewConsents};
use bookplate_wire::{CustomerId, Problem};
use std::sync::Arc;

/// How many changes a reply has.
const CHANGES: u32 = 50;

/// What the customer allows to be sent, by channel and purpose, with the latest changes.
#[utoipa::path(
    get, path = "/v1/customer/consents", tag = "accounts", operation_id = "get_consents",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Consents),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_consents(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<Consents>, Failure> {
    let consents = app.store.read(move |db| read(db, &access.customer)).await?;
    Ok(Json(consents))
}

/// Changes what the customer allows to be sent.
#[utoipa::path(
    put, path = "/v1/customer/consents", tag = "accounts", operation_id = "set_consents",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = NewConsents,
    responses(
        (status = 200, body = Consents),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_consents(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Body(said): Body<NewConsents>,
) -> Result<Json<Consents>, Failure> {
    let write = move |db: &mut Db| {
        db.set_consents(&access.customer, &said.consents)?;
        read(db, &access.customer)
    };
    Ok(Json(app.store.write(write).await?))
}

/// What a customer allows, with the latest changes.
pub(crate) fn read(db: &mut Db, customer: &CustomerId) -> Result<Consents, StoreError> {
    Ok(Consents {
        consents: db.consents(customer)?,
        changes: db.consent_changes(customer, CHANGES)?,
    })
}
