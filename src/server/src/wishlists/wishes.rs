//! What is in a list.

use super::{change, read_list, refused, with_cover};
use crate::accounts::tokens::Access;
use crate::api::{Body, read_isbn, read_page};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::{Wish, WishChange, WishMove, WishPage};
use bookplate_wire::{Isbn, Problem};
use std::sync::Arc;

/// What is in a wishlist, in the customer's order, page by page.
#[utoipa::path(
    get, path = "/v1/customer/wishlists/{list}/wishes", tag = "wishlists", operation_id = "list_wishes",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many wishes, 20 if absent"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = WishPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_wishes(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<WishPage>, Failure> {
    let list = read_list(&list)?;
    let page = read_page(raw.as_deref())?;
    let read = move |db: &mut Db| {
        let after = page.after.as_deref();
        db.wishes(&access.customer, list.as_ref(), after, page.limit)
    };
    let mut page = app.store.read(read).await?.map_err(refused)?;
    let wishes = page.wishes.into_iter();
    page.wishes = wishes.map(|wish| with_cover(wish, &shop)).collect();
    Ok(Json(page))
}

/// Adds a book to a wishlist, before all others, or changes the wish that is there.
///
/// The default list is made where there is none. A book that was taken out comes back as it was, with what is changed.
#[utoipa::path(
    put, path = "/v1/customer/wishlists/{list}/wishes/{isbn}", tag = "wishlists", operation_id = "set_wish",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = WishChange,
    responses(
        (status = 200, body = Wish),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_wish(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path((list, isbn)): Path<(String, String)>,
    Body(changed): Body<WishChange>,
) -> Result<Json<Wish>, Failure> {
    let (list, isbn) = (read_list(&list)?, read_isbn(&isbn)?);
    let changed = changed.checked()?;
    let (of, customer) = (shop.id.clone(), access.customer.clone());
    let work = move |db: &mut Db| db.put_wish(&of, &customer, list.as_ref(), isbn, &changed);
    Ok(Json(with_cover(change(&app, work).await?, &shop)))
}

/// Takes a book out of a wishlist.
#[utoipa::path(
    delete, path = "/v1/customer/wishlists/{list}/wishes/{isbn}", tag = "wishlists", operation_id = "delete_wish",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "It is not in the list, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_wish(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path((list, isbn)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let (list, isbn) = (read_list(&list)?, read_isbn(&isbn)?);
    let work = move |db: &mut Db| db.remove_wish(&shop.id, &access.customer, list.as_ref(), isbn);
    change(&app, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a wish somewhere else in its wishlist, or into another one.
///
/// Where the book is there already, both become one, with both notes.
#[utoipa::path(
    post, path = "/v1/customer/wishlists/{list}/wishes/{isbn}/move", tag = "wishlists", operation_id = "move_wish",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = WishMove,
    responses(
        (status = 200, body = Wish),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn move_wish(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path((list, isbn)): Path<(String, String)>,
    Body(to): Body<WishMove>,
) -> Result<Json<Wish>, Failure> {
    let (list, isbn) = (read_list(&list)?, read_isbn(&isbn)?);
    let (of, customer) = (shop.id.clone(), access.customer.clone());
    let work = move |db: &mut Db| db.move_wish(&of, &customer, list.as_ref(), isbn, &to);
    Ok(Json(with_cover(change(&app, work).await?, &shop)))
}
