//! Feedback cases: what shoppers want the shop to put right.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::feedback::{Asked, page, set_case_state};
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use bookplate_site::console_page::{CasesPage, ConsolePage};
use bookplate_site::page::Done;
use bookplate_wire::Code;
use bookplate_wire::feedback::{CaseState, NewCaseState};

/// `GET /console/shops/{shop}/cases`: with `state` and `after` as in the API.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "cases")?;
    let visit = &at.colleague.visit;
    let state = visit.parameter("state");
    let state = state.and_then(|word| CaseState::from_word(&word));
    let state = state.unwrap_or_default();
    let asked = Asked {
        state,
        page: at.page(),
    };
    let page = CasesPage {
        page: page(&app, at.here(), asked).await?,
        state,
        may_change: at.may("PUT", "cases/{case}/state"),
    };
    Ok(at.show(&app, false, ConsolePage::Cases(page)))
}

/// `POST /console/shops/{shop}/cases`: closes a case, or opens it again.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    at.require("PUT", "cases/{case}/state")?;
    let state = CaseState::from_word(form.text("state")).ok_or(Code::NotFound)?;
    let named = (String::new(), form.text("case").to_owned());
    let wished = Body(NewCaseState { state });
    // One that has gone with its customer needs nothing any more.
    let _ = faults(set_case_state(State(app), Extension(at.here()), Path(named), wished).await)?;
    Ok(at.done(
        "cases",
        match state {
            CaseState::Closed => Done::CaseClosed,
            CaseState::Open => Done::CaseOpened,
        },
    ))
}
