//! What a customer wants to be told of books on wishlists.

use super::change;
use crate::accounts::tokens::Access;
use crate::api::{Body, read_isbn, read_page};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::alerts::{Alert, AlertChoice, AlertPage};
use bookplate_wire::{Code, Isbn, Problem};
use std::sync::Arc;

/// What the customer is told of books on wishlists, by ISBN.
#[utoipa::path(
    get, path = "/v1/customer/alerts", tag = "wishlists", operation_id = "list_alerts",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = AlertPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_alerts(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<AlertPage>, Failure> {
    let asked = read_page(raw.as_deref())?;
    let after: Option<Isbn> = match asked.after {
        Some(after) => {
            let Failure(problem) = Code::CursorInvalid.into();
            Some(after.parse().map_err(|_| problem.at("after"))?)
        }
        None => None,
    };
    let read = move |db: &mut Db| db.alerts(&access.customer, after, asked.limit);
    Ok(Json(app.store.read(read).await?))
}

/// Chooses what the customer is told of a book that is on a wishlist; nothing at all ends it.
#[utoipa::path(
    put, path = "/v1/customer/alerts/{isbn}", tag = "wishlists", operation_id = "set_alert",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition that is on a list"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = AlertChoice,
    responses(
        (status = 200, body = Alert),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_alert(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
    Body(choice): Body<AlertChoice>,
) -> Result<Json<Alert>, Failure> {
    let isbn = read_isbn(&isbn)?;
    let choice = choice.checked()?;
    let work = move |db: &mut Db| db.set_alert(&shop.id, &access.customer, isbn, &choice);
    Ok(Json(change(&app, work).await?))
}

/// Has the customer be told nothing of a book.
#[utoipa::path(
    delete, path = "/v1/customer/alerts/{isbn}", tag = "wishlists", operation_id = "delete_alert",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Nothing is told of it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_alert(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
) -> Result<StatusCode, Failure> {
    let isbn = read_isbn(&isbn)?;
    let work = move |db: &mut Db| db.remove_alert(&shop.id, &access.customer, isbn);
    change(&app, work).await?;
    Ok(StatusCode::NO_CONTENT)
}
