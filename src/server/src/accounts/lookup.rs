//! Finding a customer, for a shop's own programs: a till that has scanned a card or typed a phone number.

use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use axum::extract::State;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::accounts::Identifier;
use bookplate_wire::accounts::{Customer, CustomerRef};
use bookplate_wire::{Code, Problem};
use std::sync::Arc;

/// The customer whom an id, a membership card, a phone number or an email address names.
#[utoipa::path(
    post, path = "/v1/customers/lookup", tag = "accounts", operation_id = "find_customer",
    security(("secret_key" = [])),
    request_body = CustomerRef,
    responses(
        (status = 200, body = Customer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_customer(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Body(asked): Body<CustomerRef>,
) -> Result<Json<Customer>, Failure> {
    let asked = asked.normalised()?.international(&backend.calling_code);
    let read = move |db: &mut Db| match db.customer_by(&backend.shop, Identifier::from(&asked))? {
        Some(id) => db.customer(&id),
        None => Ok(None),
    };
    let customer = app.store.read(read).await?;
    Ok(Json(customer.ok_or(Code::CustomerNotFound)?))
}
