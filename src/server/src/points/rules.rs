//! The rules of points: one of the staff drafts them, another one publishes them, and each published text is a version for good.

use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::staff::access::Here;
use axum::extract::State;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::points::RulesRefusal;
use bookplate_wire::points::rules::{
    NewDraft, Publication, RollBack, RulesBook, RulesDraft, RulesVersion,
};
use bookplate_wire::{Code, Problem, ShopId};
use std::sync::Arc;

/// The largest draft, in bytes: fifty bonuses with long names.
const DRAFT: usize = 64 * 1024;

/// The version of the rules that counts now, for the shop's programs.
#[utoipa::path(
    get, path = "/v1/points/rules", tag = "points", operation_id = "get_point_rules",
    security(("secret_key" = [])),
    responses(
        (status = 200, body = RulesVersion),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_point_rules(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
) -> Result<Json<RulesVersion>, Failure> {
    let book = read(&app, backend.shop.clone()).await?;
    let latest = book.versions.into_iter().next();
    Ok(Json(latest.ok_or(Code::PointsOff)?))
}

/// The shop's rules: the draft, and all versions, the one that counts first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/points/rules", tag = "points", operation_id = "list_point_rules",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = RulesBook),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_point_rules(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<RulesBook>, Failure> {
    Ok(Json(read(&app, here.shop).await?))
}

/// Writes the draft of the rules, in place of the one before.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/points/rules/draft", tag = "points", operation_id = "draft_point_rules",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewDraft,
    responses(
        (status = 200, body = RulesDraft),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn draft_point_rules(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(new): Body<NewDraft, DRAFT>,
) -> Result<Json<RulesDraft>, Failure> {
    Ok(Json(draft(&app, here, new).await?))
}

/// Publishes the draft as a new version. It counts for orders placed from now on. Who has written the draft cannot.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/points/rules/publish", tag = "points", operation_id = "publish_point_rules",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = Publication,
    responses(
        (status = 200, body = RulesBook),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn publish_point_rules(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<Publication>,
) -> Result<Json<RulesBook>, Failure> {
    Ok(Json(publish(&app, here, asked.revision).await?))
}

/// Has the text of an older version count again, as a new version. Two people have agreed to it before.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/points/rules/restore", tag = "points", operation_id = "restore_point_rules",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = RollBack,
    responses(
        (status = 200, body = RulesBook),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn restore_point_rules(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<RollBack>,
) -> Result<Json<RulesBook>, Failure> {
    Ok(Json(restore(&app, here, asked.version).await?))
}

/// A shop's rules.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn read(app: &App, shop: ShopId) -> Result<RulesBook, Failure> {
    let read = move |db: &mut Db| db.point_rules(&shop);
    Ok(app.store.read(read).await?)
}

/// Writes the draft.
///
/// # Errors
/// Names what breaks a rule; else when the database does not answer.
pub(crate) async fn draft(app: &App, here: Here, new: NewDraft) -> Result<RulesDraft, Failure> {
    let new = new.checked()?;
    let write = move |db: &mut Db| db.draft_point_rules(&here.staff, &here.shop, &new);
    Ok(app.store.write(write).await?)
}

/// Publishes the draft with this revision.
///
/// # Errors
/// [`Code::PointRulesChanged`], [`Code::SecondPersonRequired`]; else when the database does not answer.
pub(crate) async fn publish(app: &App, here: Here, revision: u32) -> Result<RulesBook, Failure> {
    let write = move |db: &mut Db| {
        let published = db.publish_point_rules(&here.staff, &here.shop, revision)?;
        published.map_err(refused)?;
        Ok::<_, Failure>(db.point_rules(&here.shop)?)
    };
    app.store.write(write).await
}

/// Has the text of a version count again.
///
/// # Errors
/// When there is no such version, or the database does not answer.
pub(crate) async fn restore(app: &App, here: Here, version: u32) -> Result<RulesBook, Failure> {
    let write = move |db: &mut Db| {
        let restored = db.restore_point_rules(&here.staff, &here.shop, version)?;
        restored.map_err(refused)?;
        Ok::<_, Failure>(db.point_rules(&here.shop)?)
    };
    app.store.write(write).await
}

/// The problem of a refusal.
pub(crate) fn refused(refusal: RulesRefusal) -> Failure {
    match refusal {
        RulesRefusal::Changed => Code::PointRulesChanged.into(),
        RulesRefusal::SecondPerson => Code::SecondPersonRequired.into(),
        RulesRefusal::NoVersion => {
            let rule = "there is no version with this number";
            Problem::new(Code::FieldInvalid, rule).at("version").into()
        }
    }
}
