//! Lists that others see: by a link that cannot be guessed, or in public.

use super::{refused, with_cover};
use crate::accounts::{bearer, signed_in};
use crate::api::read_page;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::SharedWishlist;
use bookplate_wire::{CustomerId, Problem};
use std::sync::Arc;

/// A wishlist that its owner has shared, page by page.
///
/// Nobody needs to be signed in. Whose list it is, and who edits it, is not told what is given, where the request says by an
/// access token who asks.
#[utoipa::path(
    get, path = "/v1/wishlists/{secret}", tag = "wishlists", operation_id = "get_shared_wishlist",
    security((), ("access_token" = [])),
    params(
        ("secret" = String, Path, description = "What the list's owner has given away: `shared` of the list"),
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many wishes, 20 if absent"),
    ),
    responses(
        (status = 200, body = SharedWishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_shared_wishlist(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Json<SharedWishlist>, Failure> {
    let viewer = viewer(&app, &shop, &headers).await?;
    let page = read_page(raw.as_deref())?;
    let of = shop.id.clone();
    let read = move |db: &mut Db| {
        let (viewer, after) = (viewer.as_ref(), page.after.as_deref());
        db.shared_wishlist(&of, &secret, viewer, after, page.limit)
    };
    let mut shared = app.store.read(read).await?.map_err(refused)?;
    let wishes = shared.wishes.into_iter();
    shared.wishes = wishes.map(|wish| with_cover(wish, &shop)).collect();
    Ok(Json(shared))
}

/// The customer whose access token a request brings along, if any.
///
/// # Errors
/// When the token is none, or ended; else when the database does not answer.
async fn viewer(
    app: &App,
    shop: &Arc<Shop>,
    headers: &HeaderMap,
) -> Result<Option<CustomerId>, Failure> {
    let Some(token) = bearer(headers).map(str::to_owned) else {
        return Ok(None);
    };
    let access = signed_in(app, Some(shop.clone()), Some(token)).await?;
    Ok(Some(access.customer.clone()))
}
