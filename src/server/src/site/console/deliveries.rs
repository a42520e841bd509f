//! What leaves the server by email and webhook.

use super::{AtShop, faults};
use crate::app::App;
use crate::deliveries::{Asked, delete_delivery, page, retry_deliveries, retry_delivery};
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, DeliveriesPage};
use bookplate_site::page::Done;
use bookplate_wire::Code;
use bookplate_wire::deliveries::DeliveryState;

/// `GET /console/shops/{shop}/deliveries`: with `state=waiting` what waits, else what was given up.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "deliveries")?;
    let visit = &at.colleague.visit;
    let state = match visit.parameter("state").as_deref() {
        Some("waiting") => DeliveryState::Waiting,
        _ => DeliveryState::Dead,
    };
    let asked = Asked {
        state,
        page: at.page(),
    };
    let page = DeliveriesPage {
        page: page(&app, at.here(), asked).await?,
        state,
        may_retry: at.may("POST", "deliveries/{delivery}/retry"),
        may_retry_all: at.may("POST", "deliveries/retry"),
        may_discard: at.may("DELETE", "deliveries/{delivery}"),
    };
    Ok(at.show(&app, false, ConsolePage::Deliveries(page)))
}

/// `POST /console/shops/{shop}/deliveries`: `form` is `retry`, `retry_all` or `discard`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let (state, here) = (State(app), Extension(at.here()));
    let path = Path((String::new(), form.text("id").to_owned()));
    // One that is no longer there was retried or discarded by somebody else at the same time.
    let done = match form.text("form") {
        "retry" => {
            at.require("POST", "deliveries/{delivery}/retry")?;
            let _ = faults(retry_delivery(state, here, path).await)?;
            Done::Retried
        }
        "retry_all" => {
            at.require("POST", "deliveries/retry")?;
            let _ = retry_deliveries(state, here).await?;
            Done::Retried
        }
        "discard" => {
            at.require("DELETE", "deliveries/{delivery}")?;
            let _ = faults(delete_delivery(state, here, path).await)?;
            Done::Discarded
        }
        _ => return Err(Code::NotFound.into()),
    };
    Ok(at.done("deliveries", done))
}
