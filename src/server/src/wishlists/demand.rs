//! What customers wish for, counted for the shop's staff; nobody's name is in it.

use crate::api::{read_limit, read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{day_in, zone_named};
use crate::spreadsheet;
use crate::staff::access::Here;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_import::guarded;
use bookplate_store::wishlists::DemandAsked;
use bookplate_store::{Db, now};
use bookplate_wire::wishlists::demand::{
    Demand, DemandBook, DemandList, DemandWeek, Period, WEEKS,
};
use bookplate_wire::{Code, Problem, ShopId};
use jiff::Timestamp;

/// How many books are told when the request does not say.
pub(crate) const BOOKS: u32 = 50;
/// How many are told at most.
const BOOKS_MAX: u32 = 500;
/// How many a file has at most.
const EXPORTED_MAX: u32 = 100_000;
const WEEK: i64 = 7 * 24 * 3_600_000;

/// Reads `list` and `period`, and gives other parameters to `set`.
fn read_asked(
    raw: Option<&str>,
    mut set: impl FnMut(&str, &str) -> Result<(), Problem>,
) -> Result<DemandAsked, Failure> {
    let mut asked = DemandAsked::default();
    let wrong = |name: &str, rule: &str| Problem::new(Code::BadRequest, rule).at(name);
    read_query(raw, |name, value| {
        match name {
            "list" => {
                asked.list = DemandList::from_word(value)
                    .ok_or_else(|| wrong(name, "list is wished or unmet"))?;
            }
            "period" => {
                asked.period = Period::from_word(value)
                    .ok_or_else(|| wrong(name, "period is week, month, quarter, year or all"))?;
            }
            _ => set(name, value)?,
        }
        Ok(())
    })?;
    Ok(asked)
}

/// What customers wish for most, what of it is out of stock, and how many wishes the last twelve weeks have brought. Counts
/// only.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/demand", tag = "wishlists", operation_id = "get_demand",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("list" = inline(Option<DemandList>), Query, description = "All books that are wished for, or those that are out of stock"),
        ("period" = inline(Option<Period>), Query, description = "Since when they were wished for; usually ever"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "How many books: 1 to 500, usually 50"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Demand),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_demand(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Demand>, Failure> {
    let mut limit = BOOKS;
    let asked = read_asked(raw.as_deref(), |name, value| {
        if name != "limit" {
            return Err(unknown_parameter(name));
        }
        limit = read_limit(value, BOOKS_MAX)?;
        Ok(())
    })?;
    Ok(Json(demand(&app, here.shop, asked, limit).await?))
}

/// What is asked for, and the last weeks.
///
/// # Errors
/// When the database does not answer, or there is too much to count.
pub(crate) async fn demand(
    app: &App,
    shop: ShopId,
    asked: DemandAsked,
    limit: u32,
) -> Result<Demand, Failure> {
    let _turn = app.turns.search_if(true).await?;
    let end = now();
    let from: [i64; WEEKS] = std::array::from_fn(|at| end - (WEEKS - at) as i64 * WEEK);
    let read = move |db: &mut Db| -> Result<_, Failure> {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let books = db.demand(&shop, asked, limit)?;
        Ok((settings.time_zone, books, db.demand_weeks(&shop, &from)?))
    };
    let (zone, books, weeks) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    let weeks = weeks.into_iter().zip(from).map(|(week, from)| DemandWeek {
        // It begins at this time of day: its first whole day is the next one.
        from_on: day_in(zone.clone(), from + 24 * 3_600_000),
        ..week
    });
    Ok(Demand {
        books,
        weeks: weeks.collect(),
    })
}

/// The same books as CSV, up to 100,000 of them.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/demand/export", tag = "wishlists", operation_id = "export_demand",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("list" = inline(Option<DemandList>), Query, description = "All books that are wished for, or those that are out of stock"),
        ("period" = inline(Option<Period>), Query, description = "Since when they were wished for; usually ever"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_demand(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let asked = read_asked(raw.as_deref(), |name, _| Err(unknown_parameter(name)))?;
    download(&app, here, asked).await
}

/// The file. It says nothing of anybody, so the audit log does not either.
///
/// # Errors
/// When the database does not answer, or there is too much to count.
pub(crate) async fn download(
    app: &App,
    here: Here,
    asked: DemandAsked,
) -> Result<Response, Failure> {
    let _turn = app.turns.search_if(true).await?;
    let read = move |db: &mut Db| db.demand(&here.shop, asked, EXPORTED_MAX);
    let books = app.store.read(read).await?;
    let today = Timestamp::now().strftime("%Y-%m-%d");
    let list = asked.list.as_str();
    let header = [
        "isbn",
        "title",
        "authors",
        "customers",
        "copies",
        "availability",
        "price",
        "currency",
    ];
    let name = format!("{list}-{today}.csv");
    Ok(spreadsheet::reply(&name, header, books.iter().map(cells)))
}

fn cells(book: &DemandBook) -> [String; 8] {
    let offer = book.offer.as_ref();
    let part =
        |of: fn(&bookplate_wire::offers::Offer) -> String| offer.map_or_else(String::new, of);
    [
        book.isbn.to_string(),
        guarded(&book.title).into_owned(),
        guarded(&book.authors.join("; ")).into_owned(),
        book.customers.to_string(),
        book.copies.to_string(),
        part(|offer| offer.availability.as_str().to_owned()),
        part(|offer| offer.price.decimal()),
        part(|offer| offer.price.currency.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::offers::{Availability, Offer};
    use bookplate_wire::orders::Money;

    #[test]
    fn a_row_is_what_spreadsheets_take_for_text_and_numbers() {
        let book = DemandBook {
            isbn: "9780141439518".parse().unwrap(),
            title: "=1+1, \"quoted\"".into(),
            authors: vec!["Ann".into(), "Ben".into()],
            customers: 3,
            copies: 4,
            offer: Some(Offer {
                price: Money {
                    amount: 905,
                    currency: "EUR".into(),
                },
                availability: Availability::OutOfStock,
            }),
        };
        let row = [
            "9780141439518",
            "'=1+1, \"quoted\"",
            "Ann; Ben",
            "3",
            "4",
            "out_of_stock",
            "9.05",
            "EUR",
        ];
        assert_eq!(cells(&book), row);
    }
}
