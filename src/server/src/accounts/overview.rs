//! What an account begins with, in one reply.

use super::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::{Extension, Json};
use bookplate_store::{Db, StoreError};
use bookplate_wire::Problem;
use bookplate_wire::accounts::CustomerOverview;
use std::sync::Arc;

/// What is new and what there is of the customer's, in figures.
#[utoipa::path(
    get, path = "/v1/customer/overview", tag = "accounts", operation_id = "get_overview",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = CustomerOverview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_overview(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<CustomerOverview>, Failure> {
    let read = move |db: &mut Db| {
        let customer = &access.customer;
        Ok::<_, StoreError>(CustomerOverview {
            unread: db.unread_notifications(customer)?,
            reviews: db.count_own_reviews(customer)?,
            points: db.available_points(&access.shop, customer)?,
            nps: db.nps_is_due(&access.shop, customer)?,
        })
    };
    Ok(Json(app.store.read(read).await?))
}
