//! What a shop's customers wish for, in numbers.

use super::AtShop;
use crate::app::App;
use crate::reply::Failure;
use crate::wishlists::demand::{BOOKS, demand, download};
use axum::extract::State;
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, DemandPage};
use bookplate_store::wishlists::DemandAsked;
use bookplate_wire::wishlists::demand::{DemandList, Period};

/// What the address asks for; what nobody can read is as if it were not there.
fn asked(at: &AtShop) -> DemandAsked {
    let word = |name| at.colleague.visit.parameter(name).unwrap_or_default();
    DemandAsked {
        list: DemandList::from_word(&word("list")).unwrap_or_default(),
        period: Period::from_word(&word("period")).unwrap_or_default(),
    }
}

/// `GET /console/shops/{shop}/demand`: with `list` and `period` as in the API.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "demand")?;
    let asked = asked(&at);
    let demand = demand(&app, at.shop.id.clone(), asked, BOOKS).await?;
    let page = DemandPage {
        demand,
        list: asked.list,
        period: asked.period,
    };
    Ok(at.show(&app, false, ConsolePage::Demand(Box::new(page))))
}

/// `GET /console/shops/{shop}/demand.csv`: likewise.
pub(crate) async fn export(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "demand/export")?;
    download(&app, at.here(), asked(&at)).await
}
