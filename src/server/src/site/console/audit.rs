//! The audit log.

use super::AtShop;
use crate::app::App;
use crate::audit::page;
use crate::reply::Failure;
use axum::extract::State;
use axum::response::Response;
use bookplate_site::console_page::ConsolePage;

/// How many entries a page shows.
const PAGE: u32 = 50;

/// `GET /console/shops/{shop}/audit`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "audit")?;
    let after = at.colleague.visit.parameter("after");
    let log = page(&app, at.here(), after, PAGE).await?;
    Ok(at.show(&app, false, ConsolePage::Audit(log)))
}
