//! A shop's branches.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::settings::branches::{create_branch, delete_branch, list_branches};
use crate::settings::get_settings;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{BranchesPage, ConsolePage};
use bookplate_wire::Code;
use bookplate_wire::settings::NewBranch;

/// `GET /console/shops/{shop}/branches`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    let Json(settings) = get_settings(State(app.clone()), Extension(at.here())).await?;
    let new = NewBranch {
        code: String::new(),
        name: String::new(),
        time_zone: settings.time_zone,
    };
    page(&app, &at, new, Vec::new()).await
}

async fn page(
    app: &App,
    at: &AtShop,
    new: NewBranch,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let Json(list) = list_branches(State(app.clone()), Extension(at.here())).await?;
    let wrong = !faults.is_empty();
    let page = BranchesPage {
        branches: list.branches,
        new,
        may_change: at.may("POST", "branches"),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Branches(page)))
}

/// `POST /console/shops/{shop}/branches`: `form` is `add` or `delete`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let (state, here) = (State(app.clone()), Extension(at.here()));
    let text = |name| form.text(name).to_owned();
    match form.text("form") {
        "add" => {
            at.require("POST", "branches")?;
            let new = NewBranch {
                code: text("code"),
                name: text("name"),
                time_zone: text("time_zone"),
            };
            match faults(create_branch(state, here, Body(new.clone())).await)? {
                Ok(_) => Ok(at.saved("branches")),
                Err(faults) => page(&app, &at, new, faults).await,
            }
        }
        "delete" => {
            at.require("DELETE", "branches/{branch}")?;
            // One that is gone already is what was wanted.
            let _ = faults(delete_branch(state, here, Path((String::new(), text("id")))).await)?;
            Ok(at.saved("branches"))
        }
        _ => Err(Code::NotFound.into()),
    }
}
