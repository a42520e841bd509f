//! The catalogue as JSON.

pub(crate) mod import;

use crate::api::{no_parameters, read_isbn, read_isbns, read_query, unknown_parameter};
use crate::app::App;
use crate::caching;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::catalogue::{Book, BookPage};
use bookplate_wire::{Code, Isbn, Problem};
use std::sync::Arc;

/// How many editions a page of the catalogue holds when the request does not say.
const PAGE: u32 = 50;
/// How many it holds at most.
const PAGE_MAX: u32 = 200;

/// Editions in the order of their ISBNs.
#[utoipa::path(
    get, path = "/v1/books", tag = "catalogue", operation_id = "list_books",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("isbns" = Option<String>, Query, description = "Only these: 1 to 200 ISBNs, separated by commas; those that the shop does not have are absent"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, body = BookPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_books(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    let mut after: Option<Isbn> = None;
    let mut limit = PAGE;
    let mut isbns = None;
    read_query(raw.as_deref(), |name, value| {
        match name {
            "after" if value.is_empty() => after = None,
            "after" => {
                let isbn = value.parse().map_err(|_| {
                    Problem::new(Code::CursorInvalid, "after is the `next` of a page").at(name)
                })?;
                after = Some(isbn);
            }
            "limit" => {
                limit = value
                    .parse()
                    .ok()
                    .filter(|n| (1..=PAGE_MAX).contains(n))
                    .ok_or_else(|| {
                        Problem::new(Code::BadRequest, "limit is a whole number from 1 to 200")
                            .at(name)
                    })?;
            }
            "isbns" => isbns = Some(read_isbns(value)?),
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    })?;
    let read = move |db: &mut Db| match isbns {
        Some(isbns) => db.editions_of(&shop.id, &isbns),
        None => db.editions(&shop.id, after, limit),
    };
    let page = app.store.read(read).await?;
    Ok(([(CACHE_CONTROL, caching::PUBLIC)], Json(page)))
}

/// A book: the work with all its editions, the one that was asked for first.
#[utoipa::path(
    get, path = "/v1/books/{isbn}", tag = "catalogue", operation_id = "get_book",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    responses(
        (status = 200, body = Book),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_book(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    let isbn = read_isbn(&isbn)?;
    no_parameters(raw.as_deref())?;
    let book = app.store.read(move |db| db.book(&shop.id, isbn)).await?;
    let book = book.ok_or(Code::BookNotFound)?;
    Ok(([(CACHE_CONTROL, caching::PUBLIC)], Json(book)))
}
