//! The lists themselves.

use super::{change, read_list};
use crate::accounts::tokens::Access;
use crate::api::{Body, no_parameters};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::{NewWishlist, Wishlist, WishlistChange, Wishlists};
use bookplate_wire::{Code, Problem};
use std::sync::Arc;

/// The customer's wishlists: the default one first, then the oldest first.
#[utoipa::path(
    get, path = "/v1/customer/wishlists", tag = "wishlists", operation_id = "list_wishlists",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Wishlists),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_wishlists(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Wishlists>, Failure> {
    drop(shop);
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| db.wishlists(&access.customer);
    let lists = app.store.read(read).await?;
    Ok(Json(Wishlists { lists }))
}

/// Makes a wishlist. The first one is the default one.
#[utoipa::path(
    post, path = "/v1/customer/wishlists", tag = "wishlists", operation_id = "create_wishlist",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewWishlist,
    responses(
        (status = 201, body = Wishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(new): Body<NewWishlist>,
) -> Result<impl IntoResponse, Failure> {
    let new = new.checked()?;
    let made = move |db: &mut Db| db.create_wishlist(&shop.id, &access.customer, &new);
    let list = change(&app, made).await?;
    let location = format!("/v1/customer/wishlists/{}", list.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(list)))
}

/// Renames a wishlist, makes it the default one, or shares it.
#[utoipa::path(
    patch, path = "/v1/customer/wishlists/{list}", tag = "wishlists", operation_id = "update_wishlist",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = WishlistChange,
    responses(
        (status = 200, body = Wishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
    Body(changed): Body<WishlistChange>,
) -> Result<Json<Wishlist>, Failure> {
    let list = read_list(&list)?;
    let changed = changed.checked()?;
    let work =
        move |db: &mut Db| db.change_wishlist(&shop.id, &access.customer, list.as_ref(), &changed);
    Ok(Json(change(&app, work).await?))
}

/// Deletes a wishlist with all that is in it, unless it is the default one. For a day it can be had back.
#[utoipa::path(
    delete, path = "/v1/customer/wishlists/{list}", tag = "wishlists", operation_id = "delete_wishlist",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
) -> Result<StatusCode, Failure> {
    let list = read_list(&list)?;
    let work = move |db: &mut Db| db.remove_wishlist(&shop.id, &access.customer, list.as_ref());
    change(&app, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a deleted wishlist back, with all that was in it.
#[utoipa::path(
    post, path = "/v1/customer/wishlists/{list}/restore", tag = "wishlists", operation_id = "restore_wishlist",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Wishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn restore_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
) -> Result<Json<Wishlist>, Failure> {
    // The default one is never gone.
    let list = read_list(&list)?.ok_or(Code::WishlistNotFound)?;
    let work = move |db: &mut Db| db.restore_wishlist(&shop.id, &access.customer, &list);
    Ok(Json(change(&app, work).await?))
}
