//! What the shop owes to those who hold points.

use crate::app::App;
use crate::reply::Failure;
use crate::spreadsheet;
use crate::staff::access::Here;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_wire::points::liability::Liability;
use bookplate_wire::{Code, Problem, ShopId};
use std::collections::BTreeMap;

/// The points that customers hold, what they are worth, when they expire and how many of them probably will, and what has come
/// and gone in the last thirteen months.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/points/liability", tag = "points", operation_id = "get_liability",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Liability),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_liability(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<Liability>, Failure> {
    Ok(Json(liability(&app, here.shop).await?))
}

/// The same month by month as CSV: those that were, and those in which points expire.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/points/liability/export", tag = "points", operation_id = "export_liability",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_liability(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Response, Failure> {
    download(&app, here.shop).await
}

/// What the shop owes.
///
/// # Errors
/// [`Code::PointsOff`] where it has no points; else when the database does not answer, or there is too much to count.
pub(crate) async fn liability(app: &App, shop: ShopId) -> Result<Liability, Failure> {
    let _turn = app.turns.search_if(true).await?;
    let read = move |db: &mut Db| {
        if !db.has_points(&shop)? {
            return Err(Code::PointsOff.into());
        }
        Ok::<_, Failure>(db.points_liability(&shop)?)
    };
    app.store.read(read).await
}

/// The same as a file.
///
/// # Errors
/// As [`liability`].
pub(crate) async fn download(app: &App, shop: ShopId) -> Result<Response, Failure> {
    let report = liability(app, shop).await?;
    let mut rows: BTreeMap<String, [String; 10]> = BTreeMap::new();
    for was in report.months {
        let figures = [
            was.earned,
            was.taken_back,
            was.used,
            was.expired,
            was.adjusted,
            was.forfeited,
            was.outstanding,
        ];
        let row = rows.entry(was.month).or_default();
        for (place, figure) in row[1..8].iter_mut().zip(figures) {
            *place = figure.to_string();
        }
    }
    for end in report.ends {
        let row = rows.entry(end.month).or_default();
        (row[8], row[9]) = (end.points.to_string(), end.expected.to_string());
    }
    let rows = rows.into_iter().map(|(month, mut row)| {
        row[0] = month;
        row
    });
    let header = [
        "month",
        "earned",
        "taken_back",
        "used",
        "expired",
        "adjusted",
        "forfeited",
        "outstanding",
        "expires",
        "expected_to_expire",
    ];
    Ok(spreadsheet::reply("points-liability.csv", header, rows))
}
