//! A shop's branches.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::settings::branches::{create_branch, delete_branch, list_branches, update_branch};
use crate::settings::get_settings;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{BranchesPage, ConsolePage};
use bookplate_wire::settings::{BranchChange, NewBranch};
use bookplate_wire::{BranchId, Code};

impl AtShop {
    /// A branch to be filled in, in the shop's time zone.
    async fn new_branch(&self, app: &App) -> Result<NewBranch, Failure> {
        let Json(settings) = get_settings(State(app.clone()), Extension(self.here())).await?;
        Ok(NewBranch {
            code: String::new(),
            name: String::new(),
            time_zone: settings.time_zone,
        })
    }
}

/// `GET /console/shops/{shop}/branches`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    let new = at.new_branch(&app).await?;
    page(&app, &at, Typed::New(new), Vec::new()).await
}

/// What a form holds.
enum Typed {
    /// Another branch.
    New(NewBranch),
    /// A branch that is there already, called otherwise.
    Other(BranchId, BranchChange),
}

async fn page(
    app: &App,
    at: &AtShop,
    typed: Typed,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let Json(list) = list_branches(State(app.clone()), Extension(at.here())).await?;
    let wrong = !faults.is_empty();
    let (new, draft) = match typed {
        Typed::New(new) => (new, None),
        Typed::Other(id, change) => {
            let known = list.branches.iter().find(|branch| branch.id == id);
            let draft = known.cloned().map(|mut branch| {
                branch.name = change.name.unwrap_or_default();
                branch.time_zone = change.time_zone.unwrap_or_default();
                branch
            });
            (at.new_branch(app).await?, draft)
        }
    };
    let page = BranchesPage {
        branches: list.branches,
        new,
        draft,
        may_change: at.may("POST", "branches"),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Branches(page)))
}

/// `POST /console/shops/{shop}/branches`: `form` is `add`, `change` or `delete`.
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
                Err(faults) => page(&app, &at, Typed::New(new), faults).await,
            }
        }
        "change" => {
            at.require("PATCH", "branches/{branch}")?;
            let id: BranchId = text("id").parse().map_err(|_| Code::NotFound)?;
            let change = BranchChange {
                name: Some(text("name")),
                time_zone: Some(text("time_zone")),
            };
            let path = Path((String::new(), id.to_string()));
            match faults(update_branch(state, here, path, Body(change.clone())).await)? {
                Ok(_) => Ok(at.saved("branches")),
                Err(faults) => page(&app, &at, Typed::Other(id, change), faults).await,
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
