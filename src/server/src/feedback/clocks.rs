//! The clocks of cases: what the staff sets, and who is told where one has run out.

use super::inbox::link_of;
use crate::api::{Body, no_parameters};
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use bookplate_store::{Db, StoreError};
use bookplate_wire::Problem;
use bookplate_wire::feedback::clocks::CaseClocks;
use std::time::Duration;

/// How often it is looked whether something is overdue.
const POLL: Duration = Duration::from_secs(5);
/// How many cases are dealt with at a time.
const BATCH: u32 = 100;

/// When somebody of the shop deals with cases, and how soon.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/case-clocks", tag = "feedback", operation_id = "get_case_clocks",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = CaseClocks),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_case_clocks(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<CaseClocks>, Failure> {
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| db.case_clocks(&here.shop);
    Ok(Json(app.store.read(read).await?))
}

/// Sets when somebody of the shop deals with cases, and how soon. Open cases follow within seconds.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/case-clocks", tag = "feedback", operation_id = "set_case_clocks",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = CaseClocks,
    responses(
        (status = 200, body = CaseClocks),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_case_clocks(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(clocks): Body<CaseClocks>,
) -> Result<Json<CaseClocks>, Failure> {
    let clocks = clocks.checked()?;
    let set = clocks.clone();
    let write = move |db: &mut Db| db.set_case_clocks(&here.by(), &here.shop, &set);
    app.store.write(write).await?;
    Ok(Json(clocks))
}

/// Works until it is dropped: winds clocks anew that were set otherwise, measures how long cases of before took, tells of clocks
/// that have run out, and shoppers of returns that a refund has settled. Any number of servers can do so, and end at any moment:
/// what is done is noted with it.
pub(crate) async fn run(app: App) {
    loop {
        if let Err(error) = wind_all(&app).await {
            tracing::error!(%error, "cases are not due when the staff has set");
        }
        if let Err(error) = tell_all(&app).await {
            tracing::error!(%error, "nobody is told of cases that are overdue");
        }
        if let Err(error) = tell_refunded(&app).await {
            tracing::error!(%error, "nobody is told of returns that a refund has settled");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn wind_all(app: &App) -> Result<(), StoreError> {
    while app
        .store
        .write(|db: &mut Db| db.rewind_clocks(BATCH))
        .await?
        == BATCH
    {}
    while app
        .store
        .write(|db: &mut Db| db.measure_cases(BATCH))
        .await?
        == BATCH
    {}
    Ok(())
}

async fn tell_refunded(app: &App) -> Result<(), StoreError> {
    loop {
        let url = app.public_url.clone();
        let tell = move |db: &mut Db| db.tell_refunded(&url, BATCH);
        if app.store.write(tell).await? < BATCH {
            return Ok(());
        }
    }
}

async fn tell_all(app: &App) -> Result<(), StoreError> {
    loop {
        let overdue = app.store.read(|db: &mut Db| db.untold_overdue(BATCH));
        let overdue = overdue.await?;
        let is_last = overdue.len() < BATCH as usize;
        for case in overdue {
            let link = link_of(app, &case.shop, &case.case);
            let tell = move |db: &mut Db| db.tell_overdue(&case, link);
            app.store.write(tell).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}
