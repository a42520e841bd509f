//! What the staff sets: the shop itself, its branches, its keys.
//!
//! A change takes effect within the two seconds for which `shops::ShopCache` uses what it knows.

pub(crate) mod branches;
pub(crate) mod keys;
pub(crate) mod look;

use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::State;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::settings::DefaultNotOffered;
use bookplate_wire::problem::Faults;
use bookplate_wire::settings::{Origins, SettingsChange, ShopSettings, default_not_offered};
use bookplate_wire::{Code, Problem};
use jiff::tz::TimeZone;

/// The shop's settings.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/settings", tag = "settings", operation_id = "get_settings",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = ShopSettings),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_settings(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<ShopSettings>, Failure> {
    let read = move |db: &mut Db| db.settings(&here.shop);
    let settings = app.store.read(read).await?.ok_or(Code::NotFound)?;
    Ok(Json(settings))
}

/// Changes the shop's name, languages, time zone or look.
#[utoipa::path(
    patch, path = "/v1/console/shops/{shop}/settings", tag = "settings", operation_id = "update_settings",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = SettingsChange,
    responses(
        (status = 200, body = ShopSettings),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_settings(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(change): Body<SettingsChange>,
) -> Result<Json<ShopSettings>, Failure> {
    let mut faults = Faults::default();
    let zone = change.time_zone.as_deref();
    let time_zone = zone.and_then(|name| faults.keep(time_zone(name)));
    let change = faults.keep(change.checked());
    faults.none()?;
    let change = SettingsChange {
        time_zone,
        ..change.unwrap_or_default()
    };
    let write = move |db: &mut Db| {
        let changed = db.change_settings(&here.by(), &here.shop, change)?;
        changed.map_err(|DefaultNotOffered| Failure::from(default_not_offered()))
    };
    let settings = app.store.write(write).await?.ok_or(Code::NotFound)?;
    Ok(Json(settings))
}

/// Puts other origins in place of those whose pages may use the shop's public keys.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/origins", tag = "settings", operation_id = "replace_origins",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = Origins,
    responses(
        (status = 200, body = Origins),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replace_origins(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<Origins>,
) -> Result<Json<Origins>, Failure> {
    let Origins { origins } = asked.checked()?;
    let write = move |db: &mut Db| {
        db.put_origins(&here.by(), &here.shop, &origins)?;
        db.origins(&here.shop)
    };
    let origins = app.store.write(write).await?;
    Ok(Json(Origins { origins }))
}

/// A time zone by the name under which the database of time zones has it.
///
/// # Errors
/// When it has none such.
fn time_zone(name: &str) -> Result<String, Problem> {
    let zone = TimeZone::get(name.trim()).ok();
    let known = zone.and_then(|zone| zone.iana_name().map(str::to_owned));
    known.ok_or_else(|| {
        let rule = "a time zone is an IANA name such as Asia/Shanghai";
        Problem::new(Code::FieldInvalid, rule).at("time_zone")
    })
}
