//! Authors and series that a customer follows.

use super::change;
use crate::accounts::tokens::Access;
use crate::api::{Body, no_parameters};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::follows::{Follow, Follows, NewFollow};
use bookplate_wire::{FollowId, Problem};
use std::sync::Arc;

/// All that the customer follows: authors first, by name.
#[utoipa::path(
    get, path = "/v1/customer/follows", tag = "wishlists", operation_id = "list_follows",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Follows),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_follows(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Follows>, Failure> {
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| db.follows(&access.customer);
    let follows = app.store.read(read).await?;
    Ok(Json(Follows { follows }))
}

/// Follows an author or a series: new books are told, at most once a day. Sent again, it changes nothing.
///
/// Told is what comes into the catalogue with a date of publication of the last 90 days or still to come, of a work that is
/// as new.
#[utoipa::path(
    post, path = "/v1/customer/follows", tag = "wishlists", operation_id = "create_follow",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewFollow,
    responses(
        (status = 200, body = Follow),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_follow(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(new): Body<NewFollow>,
) -> Result<Json<Follow>, Failure> {
    let new = new.checked()?;
    let work = move |db: &mut Db| db.follow(&shop.id, &access.customer, &new);
    Ok(Json(change(&app, work).await?))
}

/// Follows an author or a series no more.
#[utoipa::path(
    delete, path = "/v1/customer/follows/{follow}", tag = "wishlists", operation_id = "delete_follow",
    params(
        ("follow" = String, Path, description = "What names it"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "It is not followed, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_follow(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(follow): Path<String>,
) -> Result<StatusCode, Failure> {
    // What names nothing is not followed either.
    if let Ok(follow) = follow.parse::<FollowId>() {
        let write = move |db: &mut Db| db.unfollow(&access.customer, &follow);
        app.store.write(write).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
