//! What a draft of the rules of points would have changed.

use super::{AtShop, faults};
use crate::app::App;
use crate::points::simulation::{latest, start};
use crate::reply::Failure;
use crate::shops::{minute, zone_named};
use crate::site::forms::Form;
use axum::extract::State;
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, SimulationPage, console_path};
use bookplate_store::Db;
use bookplate_wire::Code;
use bookplate_wire::points::simulation::NewSimulation;

const SIMULATION: &str = "points/simulation";

/// `GET /console/shops/{shop}/points/simulation`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    page(&app, &at, Vec::new()).await
}

async fn page(app: &App, at: &AtShop, faults: Vec<String>) -> Result<Response, Failure> {
    at.require("GET", SIMULATION)?;
    let shop = at.here().shop;
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        Ok::<_, Failure>((settings.time_zone, db.point_rules(&shop)?.draft))
    };
    let (zone, draft) = app.store.read(read).await?;
    let simulation = latest(app, at.here().shop).await?;
    let started = simulation.as_ref().map(|simulation| simulation.at);
    let wrong = !faults.is_empty();
    let page = SimulationPage {
        draft: draft.map(|draft| draft.revision),
        started: started.map_or_else(String::new, |at| minute(&zone_named(&zone), at)),
        simulation,
        may_start: at.may("POST", SIMULATION),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Simulation(Box::new(page))))
}

/// `POST /console/shops/{shop}/points/simulation`: with the draft's `revision` and `months`.
pub(crate) async fn begin(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    at.require("POST", SIMULATION)?;
    let number = |name| form.text(name).parse().map_err(|_| Code::NotFound);
    let new = NewSimulation {
        revision: number("revision")?,
        months: number("months")?,
    };
    match faults(start(&app, at.here(), new).await)? {
        Ok(_) => {
            let path = console_path(at.shop.id.as_str(), SIMULATION);
            Ok(at.colleague.visit.leave(&path))
        }
        Err(wrong) => page(&app, &at, wrong).await,
    }
}
