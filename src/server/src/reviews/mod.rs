//! Ratings and reviews as JSON, and the page of them that every link leads to where no script runs.

mod chunks;
mod contacts;
pub(crate) mod data;
pub(crate) mod export;
pub(crate) mod holds;
pub(crate) mod import;
pub(crate) mod json_ld;
pub(crate) mod moderation;
pub(crate) mod own;
pub(crate) mod page;
pub(crate) mod photos;
pub(crate) mod picks;
pub(crate) mod pictures;
pub(crate) mod purchases;
pub(crate) mod requests;

use crate::api::{no_parameters, read_isbn, read_query};
use crate::app::App;
use crate::caching;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::ratings::Rated;
use bookplate_store::shops::Shop;
use bookplate_wire::reviews::{ReviewPage, ReviewsQuery, Summary};
use bookplate_wire::{Code, Isbn, Problem};
use std::sync::Arc;

/// A page of a book's published reviews, over all editions of its work.
#[utoipa::path(
    get, path = "/v1/books/{isbn}/reviews", tag = "reviews", operation_id = "list_book_reviews",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13"),
        ("key" = String, Query, description = "The shop's public key"),
        ReviewsQuery,
    ),
    responses(
        (status = 200, body = ReviewPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_book_reviews(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    let isbn = read_isbn(&isbn)?;
    let mut query = ReviewsQuery::default();
    read_query(raw.as_deref(), |name, value| query.set(name, value))?;
    let _turn = app.turns.search_if(query.is_search()).await?;
    let read = move |db: &mut Db| {
        let rated = rated(db, &shop, isbn)?;
        data::page(db, &shop, &rated, &query)
    };
    let page = app.store.read(read).await?;
    Ok(([(CACHE_CONTROL, caching::PUBLIC)], Json(page)))
}

/// The ratings of a book in figures, over all editions of its work.
#[utoipa::path(
    get, path = "/v1/books/{isbn}/rating", tag = "reviews", operation_id = "get_book_rating",
    params(
        ("isbn" = Isbn, Path, description = "ISBN-10 or ISBN-13"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    responses(
        (status = 200, body = Summary),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_book_rating(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(isbn): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<impl IntoResponse, Failure> {
    let isbn = read_isbn(&isbn)?;
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| {
        let mut rated = rated(db, &shop, isbn)?;
        rated.summary.languages = db.review_languages(&rated.work)?;
        Ok::<Summary, Failure>(rated.summary)
    };
    let summary = app.store.read(read).await?;
    Ok(([(CACHE_CONTROL, caching::PUBLIC)], Json(summary)))
}

fn rated(db: &mut Db, shop: &Shop, isbn: Isbn) -> Result<Rated, Failure> {
    let mut rated = db.ratings(&shop.id, &[isbn])?;
    rated.pop().ok_or_else(|| {
        let Failure(problem) = Code::BookNotFound.into();
        problem.at("isbn").into()
    })
}
