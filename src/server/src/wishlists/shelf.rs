//! The customer's reading shelf.

use super::change;
use crate::accounts::tokens::Access;
use crate::api::{Body, Page, read_isbn, read_query};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::picture;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::shelf::{ShelfBook, ShelfChange, ShelfPage, ShelfState};
use bookplate_wire::{Code, Isbn, Problem};
use std::sync::Arc;

/// The customer's reading shelf: what was changed last comes first.
#[utoipa::path(
    get, path = "/v1/customer/shelf", tag = "wishlists", operation_id = "list_shelf",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("state" = inline(Option<ShelfState>), Query, description = "Only books of this state"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = ShelfPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shelf(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<ShelfPage>, Failure> {
    let (mut asked, mut state) = (Page::default(), None);
    read_query(raw.as_deref(), |name, value| {
        if name != "state" {
            return asked.set(name, value);
        }
        let known = ShelfState::from_word(value).ok_or_else(|| {
            let rule = "state is want_to_read, reading or read";
            Problem::new(Code::BadRequest, rule).at("state")
        });
        state = Some(known?);
        Ok(())
    })?;
    let read =
        move |db: &mut Db| db.shelf(&access.customer, state, asked.after.as_deref(), asked.limit);
    let mut page = app.store.read(read).await?;
    for book in &mut page.books {
        book.cover_url = picture(&shop, &book.cover_url);
    }
    Ok(Json(page))
}

/// Puts a book on the reading shelf, or says how far the customer is with it. A work stands there once, by the edition that
/// was named last.
#[utoipa::path(
    put, path = "/v1/customer/shelf/{isbn}", tag = "wishlists", operation_id = "set_shelf_book",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = ShelfChange,
    responses(
        (status = 200, body = ShelfBook),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_shelf_book(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
    Body(ShelfChange { state }): Body<ShelfChange>,
) -> Result<Json<ShelfBook>, Failure> {
    let isbn = read_isbn(&isbn)?;
    let of = shop.id.clone();
    let work = move |db: &mut Db| db.put_on_shelf(&of, &access.customer, isbn, state);
    let mut book = change(&app, work).await?;
    book.cover_url = picture(&shop, &book.cover_url);
    Ok(Json(book))
}

/// Takes a work off the reading shelf, by any of its editions.
#[utoipa::path(
    delete, path = "/v1/customer/shelf/{isbn}", tag = "wishlists", operation_id = "delete_shelf_book",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13 of the edition"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "It is not there, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_shelf_book(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
) -> Result<StatusCode, Failure> {
    let isbn = read_isbn(&isbn)?;
    let work = move |db: &mut Db| db.take_off_shelf(&shop.id, &access.customer, isbn);
    change(&app, work).await?;
    Ok(StatusCode::NO_CONTENT)
}
