//! What the shop owes to those who hold points.

use super::AtShop;
use crate::app::App;
use crate::points::liability::{download, liability};
use crate::reply::Failure;
use axum::extract::State;
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, LiabilityPage};
use bookplate_wire::Code;

/// `GET /console/shops/{shop}/points/liability`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "points/liability")?;
    let report = match liability(&app, at.here().shop).await {
        Ok(report) => Some(report),
        Err(Failure(problem)) if problem.code == Code::PointsOff => None,
        Err(failure) => return Err(failure),
    };
    let page = LiabilityPage {
        report,
        may_simulate: at.may("GET", "points/simulation"),
    };
    Ok(at.show(&app, false, ConsolePage::Liability(Box::new(page))))
}

/// `GET /console/shops/{shop}/points/liability.csv`
pub(crate) async fn export(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "points/liability/export")?;
    download(&app, at.here().shop).await
}
