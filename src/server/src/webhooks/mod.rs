//! The webhooks of a shop, as its staff sets them; [`call`] calls them.

pub(crate) mod call;

use crate::api::Body;
use crate::app::App;
use crate::deliveries;
use crate::reply::Failure;
use crate::shops::zone_named;
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::webhooks::{NotAdded, Pinged};
use bookplate_store::{Db, now};
use bookplate_wire::webhooks::{
    NewWebhook, Ping, SecretRotation, Webhook, WebhookChange, WebhookList, WebhookWithSecret,
};
use bookplate_wire::{Code, Problem, WebhookId};
use call::{is_address, new_secret};
use jiff::tz::TimeZone;

/// Milliseconds in an hour.
const HOUR: i64 = 60 * 60 * 1_000;

/// The shop's webhooks without their secrets, the oldest first, each with how its latest call has ended.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = WebhookList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_webhooks(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<WebhookList>, Failure> {
    let read = move |db: &mut Db| {
        let zone = zone_of(db, &here)?;
        let webhooks = db.webhooks(&here.shop)?.into_iter();
        let webhooks = webhooks.map(|webhook| shown(db, &here, &zone, webhook));
        webhooks.collect::<Result<Vec<_>, Failure>>()
    };
    let webhooks = app.store.read(read).await?;
    Ok(Json(WebhookList { webhooks }))
}

fn zone_of(db: &mut Db, here: &Here) -> Result<TimeZone, Failure> {
    let settings = db.settings(&here.shop)?.ok_or(Code::NotFound)?;
    Ok(zone_named(&settings.time_zone))
}

fn shown(
    db: &mut Db,
    here: &Here,
    zone: &TimeZone,
    webhook: bookplate_store::webhooks::Webhook,
) -> Result<Webhook, Failure> {
    let mut webhook = db.shown_webhook(webhook)?;
    if let Some(latest) = &mut webhook.latest {
        deliveries::show(latest, here.role, zone);
    }
    Ok(webhook)
}

/// Has an address called when something happens. The secret that signs the calls is in this reply and never shown
/// again.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/webhooks", tag = "webhooks", operation_id = "create_webhook",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewWebhook,
    responses(
        (status = 201, body = WebhookWithSecret),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_webhook(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<NewWebhook>,
) -> Result<impl IntoResponse, Failure> {
    let made = create(&app, here, asked).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Has an address called when something happens.
pub(crate) async fn create(
    app: &App,
    here: Here,
    asked: NewWebhook,
) -> Result<WebhookWithSecret, Failure> {
    let new = asked.checked()?;
    if !is_address(&new.url, app.private_webhooks) {
        let rule = "a webhook has an https address of the internet";
        return Err(Problem::new(Code::FieldInvalid, rule).at("url").into());
    }
    let write = move |db: &mut Db| {
        let zone = zone_of(db, &here)?;
        let secret = new_secret();
        let added = db.add_webhook(&here.by(), &here.shop, &new, &secret)?;
        let webhook = added.map_err(|refused| match refused {
            NotAdded::Exists => {
                let Failure(problem) = Code::WebhookExists.into();
                Failure::from(problem.at("url"))
            }
            NotAdded::TooMany => Code::WebhookLimit.into(),
        })?;
        let webhook = shown(db, &here, &zone, webhook)?;
        Ok::<_, Failure>(WebhookWithSecret { webhook, secret })
    };
    app.store.write(write).await
}

/// Changes what a webhook hears of, or switches it off and on. What happens while it is off it never hears of; what
/// waits for it then is given up, and can be sent again.
#[utoipa::path(
    patch, path = "/v1/console/shops/{shop}/webhooks/{webhook}", tag = "webhooks",
    operation_id = "update_webhook",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    security(("staff_session" = [])),
    request_body = WebhookChange,
    responses(
        (status = 200, body = Webhook),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_webhook(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, webhook)): Path<(String, String)>,
    Body(asked): Body<WebhookChange>,
) -> Result<Json<Webhook>, Failure> {
    let id: WebhookId = webhook.parse().map_err(|_| Code::NotFound)?;
    let change = asked.checked()?;
    let write = move |db: &mut Db| {
        let zone = zone_of(db, &here)?;
        let changed = db.change_webhook(&here.by(), &here.shop, &id, change)?;
        shown(db, &here, &zone, changed.ok_or(Code::NotFound)?)
    };
    Ok(Json(app.store.write(write).await?))
}

/// Takes a webhook away, with what waits for it and what was given up.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/webhooks/{webhook}", tag = "webhooks",
    operation_id = "delete_webhook",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Taken away"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_webhook(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, webhook)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id: WebhookId = webhook.parse().map_err(|_| Code::NotFound)?;
    let write = move |db: &mut Db| db.remove_webhook(&here.by(), &here.shop, &id);
    if app.store.write(write).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}

/// Exchanges a webhook's secret. For as long as is asked calls are signed with both, so that the shop's program can
/// take the new one at any moment in between. The new secret is in this reply and never shown again.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/webhooks/{webhook}/rotate", tag = "webhooks",
    operation_id = "rotate_webhook",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    security(("staff_session" = [])),
    request_body = SecretRotation,
    responses(
        (status = 200, body = WebhookWithSecret),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rotate_webhook(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, webhook)): Path<(String, String)>,
    Body(asked): Body<SecretRotation>,
) -> Result<Json<WebhookWithSecret>, Failure> {
    let id: WebhookId = webhook.parse().map_err(|_| Code::NotFound)?;
    let hours = i64::from(asked.checked()?.overlap_hours);
    let until = (hours > 0).then(|| now() + hours * HOUR);
    let write = move |db: &mut Db| {
        let zone = zone_of(db, &here)?;
        let secret = new_secret();
        let rotated = db.rotate_webhook(&here.by(), &here.shop, &id, &secret, until)?;
        let webhook = shown(db, &here, &zone, rotated.ok_or(Code::NotFound)?)?;
        Ok::<_, Failure>(WebhookWithSecret { webhook, secret })
    };
    Ok(Json(app.store.write(write).await?))
}

/// Sends the test event `ping` to a webhook, over the same way as all others.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/webhooks/{webhook}/ping", tag = "webhooks",
    operation_id = "ping_webhook",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("webhook" = String, Path, description = "The webhook's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 202, body = Ping, description = "It is on its way"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ping_webhook(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, webhook)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Ping>), Failure> {
    let id: WebhookId = webhook.parse().map_err(|_| Code::NotFound)?;
    let write = move |db: &mut Db| db.ping_webhook(&here.by(), &here.shop, &id);
    match app.store.write(write).await? {
        Pinged::Posted(delivery) => Ok((StatusCode::ACCEPTED, Json(Ping { delivery }))),
        Pinged::Off => Err(Code::WebhookOff.into()),
        Pinged::Unknown => Err(Code::NotFound.into()),
    }
}
