//! How customers have come to their tiers. Which one somebody is in is a part of what they have: see [`super::get_points`].

use super::{balance, read_customer};
use crate::accounts::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use bookplate_site::page::TiersView;
use bookplate_store::{Db, StoreError};
use bookplate_wire::points::tiers::TierHistory;
use bookplate_wire::{CustomerId, Problem, ShopId};
use std::sync::Arc;

/// The history of the customer's tier, the latest change first: which, since when, and what was counted.
#[utoipa::path(
    get, path = "/v1/customer/points/tiers", tag = "points", operation_id = "list_tier_changes",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = TierHistory),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_tier_changes(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<TierHistory>, Failure> {
    let whose = (access.shop.clone(), access.customer.clone());
    Ok(Json(history(&app, whose).await?))
}

/// The same of a customer, for the shop's programs.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/points/tiers", tag = "points", operation_id = "list_customer_tier_changes",
    params(("customer" = String, Path, description = "The customer's id")),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = TierHistory),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_customer_tier_changes(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(customer): Path<String>,
) -> Result<Json<TierHistory>, Failure> {
    let whose = (backend.shop.clone(), read_customer(&customer)?);
    Ok(Json(history(&app, whose).await?))
}

async fn history(
    app: &App,
    (shop, customer): (ShopId, CustomerId),
) -> Result<TierHistory, Failure> {
    // Says why where there are no points, or no such customer.
    balance(app, shop.clone(), customer.clone()).await?;
    let read = move |db: &mut Db| db.tier_history(&shop, &customer);
    Ok(app.store.read(read).await?)
}

/// What pages show of tiers beside what the customer has; `None` where there are none and never were any. Where a tier was just
/// reached, `celebrate` has it shown so, once.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn shown(
    app: &App,
    (shop, customer): (ShopId, CustomerId),
    celebrate: bool,
) -> Result<Option<TiersView>, Failure> {
    let whose = (shop.clone(), customer.clone());
    let read = move |db: &mut Db| {
        Ok::<_, StoreError>((
            TiersView {
                rules: db.tiers_of_shop(&shop)?,
                changes: db.tier_history(&shop, &customer)?.changes,
                celebrate: false,
            },
            db.has_tier_to_celebrate(&shop, &customer)?,
        ))
    };
    let (mut view, is_new) = app.store.read(read).await?;
    if is_new && celebrate {
        let note = move |db: &mut Db| db.celebrate_tier(&whose.0, &whose.1);
        view.celebrate = app.store.write(note).await?;
    }
    Ok((view.rules.is_some() || !view.changes.is_empty()).then_some(view))
}
