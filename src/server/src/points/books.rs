//! What books earn a customer: one question for a whole page of them.

use crate::accounts::tokens::Access;
use crate::api::{read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_wire::points::books::{BOOKS_MAX, BookEarning, BookEarnings, PricedBook};
use bookplate_wire::{Code, Problem};
use std::sync::Arc;

/// What an order of each of some books alone would earn the customer now: to the point what such an order then earns.
#[utoipa::path(
    get, path = "/v1/customer/points/books", tag = "points", operation_id = "list_book_earnings",
    params(
        ("books" = String, Query, description = "1 to 200 ISBNs, separated by commas; each may be followed by a colon and what the page says the book costs, such as `9780141439518:12.50 EUR` (percent-encoded), else the shop's offer counts"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = BookEarnings),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_book_earnings(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<BookEarnings>, Failure> {
    let mut books = Vec::new();
    read_query(raw.as_deref(), |name, value| {
        if name != "books" {
            return Err(unknown_parameter(name));
        }
        books = read_books(value)?;
        Ok(())
    })?;
    if books.is_empty() {
        return Err(too_many().into());
    }
    let read = move |db: &mut Db| {
        let points = db.points_for_books(&access.shop, Some(&access.customer), &books)?;
        let books = books.iter().zip(points).map(|(book, points)| BookEarning {
            isbn: book.isbn,
            points,
        });
        Ok::<_, bookplate_store::StoreError>(books.collect())
    };
    let books = app.store.read(read).await?;
    Ok(Json(BookEarnings { books }))
}

fn too_many() -> Problem {
    Problem::new(Code::BadRequest, "name 1 to 200 books").at("books")
}

fn read_books(text: &str) -> Result<Vec<PricedBook>, Problem> {
    let books: Result<Vec<_>, _> = text.split(',').map(PricedBook::parse).collect();
    let books = books.map_err(|problem| problem.at("books"))?;
    if books.len() > BOOKS_MAX {
        return Err(too_many());
    }
    Ok(books)
}
