//! The audit log, as a shop's managers read it.

use crate::api::{read_limit, read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{minute, zone_named};
use crate::staff::access::Here;
use axum::extract::{RawQuery, State};
use axum::http::Method;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_wire::audit::{AuditPage, Doers};
use bookplate_wire::{Code, Problem};
use jiff::tz::TimeZone;

/// How many entries a page holds when the request does not say.
const PAGE: u32 = 50;
/// How many it holds at most.
const PAGE_MAX: u32 = 200;

/// Who has changed what of the shop's settings, people and keys, and which program has reported orders and refunds, the latest first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/audit", tag = "audit", operation_id = "list_audit",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("by" = inline(Option<Doers>), Query, description = "Only what people have done, or the shop's programs"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200, usually 50"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = AuditPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_audit(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<AuditPage>, Failure> {
    let (mut by, mut after, mut limit) = (None, None, PAGE);
    read_query(raw.as_deref(), |name, value| {
        match name {
            "by" => by = Some(read_doers(value)?),
            "after" => after = Some(value.to_owned()).filter(|text| !text.is_empty()),
            "limit" => limit = read_limit(value, PAGE_MAX)?,
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    })?;
    let (page, _) = page(&app, here, by, after, limit).await?;
    Ok(Json(page))
}

fn read_doers(value: &str) -> Result<Doers, Problem> {
    Doers::from_word(value).ok_or_else(|| {
        let rule = "by is people or programs";
        Problem::new(Code::BadRequest, rule).at("by")
    })
}

/// A page of the log, from behind `after`, with the shop's time zone.
pub(crate) async fn page(
    app: &App,
    here: Here,
    by: Option<Doers>,
    after: Option<String>,
    limit: u32,
) -> Result<(AuditPage, TimeZone), Failure> {
    let read = move |db: &mut Db| {
        let settings = db.settings(&here.shop)?.ok_or(Code::NotFound)?;
        let page = db.audit_page(&here.shop, by, after.as_deref(), limit)?;
        Ok::<_, Failure>((settings.time_zone, page))
    };
    let (zone, mut page) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    for entry in &mut page.entries {
        entry.on = minute(&zone, entry.at);
    }
    Ok((page, zone))
}

/// Notes that somebody takes a file of `what` along. Who asks for its head alone gets nothing of it.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn note_export(
    app: &App,
    here: &Here,
    method: &Method,
    what: &'static str,
) -> Result<(), Failure> {
    if *method == Method::HEAD {
        return Ok(());
    }
    let (by, shop) = (here.by(), here.shop.clone());
    let note = move |db: &mut Db| db.audit_export(&by, &shop, what);
    Ok(app.store.write(note).await?)
}
