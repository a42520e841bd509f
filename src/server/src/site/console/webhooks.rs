//! A shop's webhooks.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::settings::get_settings;
use crate::shops::{minute, zone_named};
use crate::site::forms::Form;
use crate::webhooks::{
    create, delete_webhook, list_webhooks, ping_webhook, rotate_webhook, update_webhook,
};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, WebhookLine, WebhooksPage};
use bookplate_site::page::Done;
use bookplate_wire::Code;
use bookplate_wire::webhooks::{NewWebhook, SecretRotation, WebhookChange, WebhookWithSecret};

/// `GET /console/shops/{shop}/webhooks`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "webhooks")?;
    page(&app, &at, Shown::default()).await
}

/// What the page shows besides the webhooks.
#[derive(Default)]
struct Shown {
    secret: Option<(String, String)>,
    new: NewWebhook,
    faults: Vec<String>,
}

impl From<WebhookWithSecret> for Shown {
    fn from(made: WebhookWithSecret) -> Self {
        Self {
            secret: Some((made.webhook.url, made.secret)),
            ..Self::default()
        }
    }
}

async fn page(app: &App, at: &AtShop, shown: Shown) -> Result<Response, Failure> {
    let (state, here) = (State(app.clone()), Extension(at.here()));
    let Json(settings) = get_settings(state.clone(), here.clone()).await?;
    let Json(list) = list_webhooks(state, here).await?;
    let zone = zone_named(&settings.time_zone);
    let day = |at| minute(&zone, at).split(' ').take(1).collect();
    let webhooks = list.webhooks.into_iter().map(|webhook| WebhookLine {
        since: day(webhook.created_at),
        old_secret_until: webhook.old_secret_until.map(|at| minute(&zone, at)),
        webhook,
    });
    let wrong = !shown.faults.is_empty();
    let page = WebhooksPage {
        webhooks: webhooks.collect(),
        secret: shown.secret,
        new: shown.new,
        may_change: at.may("POST", "webhooks"),
        may_ping: at.may("POST", "webhooks/{webhook}/ping"),
        faults: shown.faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Webhooks(page)))
}

/// `POST /console/shops/{shop}/webhooks`: `form` is `add`, `events`, `on`, `off`, `rotate`, `ping` or `delete`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let (state, here) = (State(app.clone()), Extension(at.here()));
    let path = Path((String::new(), form.text("id").to_owned()));
    let events = || form.all("event").map(str::to_owned).collect::<Vec<_>>();
    let done = match form.text("form") {
        "add" => {
            at.require("POST", "webhooks")?;
            let new = NewWebhook {
                url: form.text("url").to_owned(),
                events: events(),
            };
            let made = create(&app, at.here(), new.clone()).await;
            let taken =
                matches!(&made, Err(Failure(problem)) if problem.code == Code::WebhookExists);
            return match faults(made)? {
                // The secret is shown in this very reply, and never again.
                Ok(made) => page(&app, &at, made.into()).await,
                Err(mut faults) => {
                    if taken {
                        faults = vec![Code::WebhookExists.as_str().to_owned()];
                    }
                    let shown = Shown {
                        new,
                        faults,
                        ..Shown::default()
                    };
                    page(&app, &at, shown).await
                }
            };
        }
        "rotate" => {
            at.require("POST", "webhooks/{webhook}/rotate")?;
            let hours = form.text("overlap_hours").parse();
            let asked = SecretRotation {
                overlap_hours: hours.map_err(|_| Code::NotFound)?,
            };
            let Json(made) = rotate_webhook(state, here, path, Body(asked)).await?;
            return page(&app, &at, made.into()).await;
        }
        what @ ("events" | "on" | "off") => {
            at.require("PATCH", "webhooks/{webhook}")?;
            let asked = WebhookChange {
                events: (what == "events").then(events),
                active: (what != "events").then_some(what == "on"),
            };
            faults(update_webhook(state, here, path, Body(asked)).await)?.map(|_| Done::Saved)
        }
        "ping" => {
            at.require("POST", "webhooks/{webhook}/ping")?;
            faults(ping_webhook(state, here, path).await)?.map(|_| Done::Pinged)
        }
        "delete" => {
            at.require("DELETE", "webhooks/{webhook}")?;
            // One that is gone already is what was wanted.
            let _ = faults(delete_webhook(state, here, path).await)?;
            Ok(Done::Saved)
        }
        _ => return Err(Code::NotFound.into()),
    };
    match done {
        Ok(done) => Ok(at.done("webhooks", done)),
        Err(faults) => {
            let shown = Shown {
                faults,
                ..Shown::default()
            };
            page(&app, &at, shown).await
        }
    }
}
