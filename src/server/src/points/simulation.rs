//! What a draft of the rules would have changed: computed beside everything else, by whichever server was asked.

use crate::accounts::tokens::random_text;
use crate::api::Body;
use crate::app::App;
use crate::points::rules::refused;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::points::SimulationRun;
use bookplate_store::{Db, StoreError};
use bookplate_wire::points::simulation::{Comparison, NewSimulation, Simulation};
use bookplate_wire::{Code, Problem, ShopId};
use std::time::{Duration, Instant};

/// How often it is said how far it is.
const WORD: Duration = Duration::from_secs(1);

/// Simulates the draft on the orders of past months: what it would have given, and to whom more or less. It takes its time; its
/// state and result are at the same address. There is one of a shop, the latest.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/points/simulation", tag = "points", operation_id = "start_simulation",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewSimulation,
    responses(
        (status = 202, body = Simulation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn start_simulation(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(new): Body<NewSimulation>,
) -> Result<(StatusCode, Json<Simulation>), Failure> {
    let simulation = start(&app, here, new).await?;
    Ok((StatusCode::ACCEPTED, Json(simulation)))
}

/// The shop's latest simulation.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/points/simulation", tag = "points", operation_id = "get_simulation",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Simulation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_simulation(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<Simulation>, Failure> {
    let latest = latest(&app, here.shop).await?;
    Ok(Json(latest.ok_or(Code::NotFound)?))
}

/// The shop's latest simulation, if there was any.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn latest(app: &App, shop: ShopId) -> Result<Option<Simulation>, StoreError> {
    app.store.read(move |db| db.simulation(&shop)).await
}

/// Starts a simulation.
///
/// # Errors
/// Names what breaks a rule; [`Code::PointRulesChanged`]; else when the database does not answer.
pub(crate) async fn start(
    app: &App,
    here: Here,
    new: NewSimulation,
) -> Result<Simulation, Failure> {
    let new = new.checked()?;
    let write = move |db: &mut Db| {
        let run = db.start_simulation(&here.staff, &here.shop, &new, random_text())?;
        let run = run.map_err(refused)?;
        let simulation = db.simulation(&here.shop)?.ok_or(Code::NotFound)?;
        Ok::<_, Failure>((run, simulation))
    };
    let (run, simulation) = app.store.write(write).await?;
    if let Some(run) = run {
        tokio::spawn(simulate(app.clone(), run));
    }
    Ok(simulation)
}

async fn simulate(app: App, run: SimulationRun) {
    if let Err(error) = count(&app, &run).await {
        // Without a word for a while it is shown as stopped.
        tracing::error!(%error, "a simulation of point rules has stopped");
    }
}

/// Counts batch by batch, until all is counted or another simulation has taken its place.
async fn count(app: &App, run: &SimulationRun) -> Result<(), StoreError> {
    let mut comparison = Comparison::new(run.before.clone(), run.after.clone());
    let (mut after, mut said) = (String::new(), Instant::now());
    loop {
        let run = run.clone();
        if said.elapsed() >= WORD {
            said = Instant::now();
            let (run, done) = (run.clone(), comparison.orders());
            let touch = move |db: &mut Db| db.touch_simulation(&run, done);
            if !app.store.write(touch).await? {
                return Ok(());
            }
        }
        let read = move |db: &mut Db| {
            let next = db.simulate(&run, &mut comparison, &after)?;
            Ok::<_, StoreError>((comparison, next))
        };
        let (counted, next) = app.store.read(read).await?;
        comparison = counted;
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let (run, result) = (run.clone(), comparison.finish());
    let finish = move |db: &mut Db| db.finish_simulation(&run, &result);
    app.store.write(finish).await
}
