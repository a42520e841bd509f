//! The shop's branches.

use super::time_zone;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::settings::BranchTaken;
use bookplate_wire::settings::{Branch, BranchChange, BranchList, NewBranch, name};
use bookplate_wire::{BranchId, Code, Problem};

/// The shop's branches, by code.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/branches", tag = "settings", operation_id = "list_branches",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = BranchList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_branches(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<BranchList>, Failure> {
    let read = move |db: &mut Db| db.branches(&here.shop);
    let branches = app.store.read(read).await?;
    Ok(Json(BranchList { branches }))
}

/// Adds a branch.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/branches", tag = "settings", operation_id = "create_branch",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewBranch,
    responses(
        (status = 201, body = Branch, links(
            ("change" = (
                operation_id = "update_branch",
                parameters(("shop" = "$request.path.shop"), ("branch" = "$response.body#/id")),
            )),
            ("remove" = (
                operation_id = "delete_branch",
                parameters(("shop" = "$request.path.shop"), ("branch" = "$response.body#/id")),
            )),
        )),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_branch(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<NewBranch>,
) -> Result<impl IntoResponse, Failure> {
    let mut new = asked.checked()?;
    new.time_zone = time_zone(&new.time_zone)?;
    let write = move |db: &mut Db| {
        let added = db.add_branch(&here.by(), &here.shop, &new)?;
        added.map_err(|BranchTaken| {
            let Failure(problem) = Code::BranchExists.into();
            Failure::from(problem.at("code"))
        })
    };
    Ok((StatusCode::CREATED, Json(app.store.write(write).await?)))
}

/// Changes a branch. Its code stays, because orders carry it.
#[utoipa::path(
    patch, path = "/v1/console/shops/{shop}/branches/{branch}", tag = "settings",
    operation_id = "update_branch",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("branch" = String, Path, description = "The branch's id"),
    ),
    security(("staff_session" = [])),
    request_body = BranchChange,
    responses(
        (status = 200, body = Branch),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_branch(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, branch)): Path<(String, String)>,
    Body(asked): Body<BranchChange>,
) -> Result<Json<Branch>, Failure> {
    let id: BranchId = branch.parse().map_err(|_| Code::NotFound)?;
    let change = BranchChange {
        name: asked.name.map(|text| name(&text, "name")).transpose()?,
        time_zone: asked.time_zone.as_deref().map(time_zone).transpose()?,
    };
    let write = move |db: &mut Db| db.change_branch(&here.by(), &here.shop, &id, change);
    let branch = app.store.write(write).await?.ok_or(Code::NotFound)?;
    Ok(Json(branch))
}

/// Takes a branch away. Its orders keep its code.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/branches/{branch}", tag = "settings",
    operation_id = "delete_branch",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("branch" = String, Path, description = "The branch's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Taken away"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_branch(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, branch)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id: BranchId = branch.parse().map_err(|_| Code::NotFound)?;
    let write = move |db: &mut Db| db.delete_branch(&here.by(), &here.shop, &id);
    if app.store.write(write).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}
