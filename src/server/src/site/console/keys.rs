//! A shop's keys.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::settings::get_settings;
use crate::settings::keys::{create, list_keys, retire_key};
use crate::shops::zone_named;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, KeyLine, KeysPage};
use bookplate_store::now;
use bookplate_wire::Code;
use bookplate_wire::settings::{KeyKind, NewKey, Retirement};
use jiff::Timestamp;

/// `GET /console/shops/{shop}/keys`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "keys")?;
    page(&app, &at, None, Vec::new()).await
}

async fn page(
    app: &App,
    at: &AtShop,
    secret: Option<String>,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let (state, here) = (State(app.clone()), Extension(at.here()));
    let Json(settings) = get_settings(state.clone(), here.clone()).await?;
    let Json(list) = list_keys(state, here).await?;
    let zone = zone_named(&settings.time_zone);
    let day = |at: i64| {
        let at = Timestamp::from_millisecond(at).unwrap_or_default();
        at.to_zoned(zone.clone()).date().to_string()
    };
    let keys = list.keys.into_iter().map(|key| KeyLine {
        since: day(key.created_at),
        ends: key.retires_at.map(day),
        retired: key.retires_at.is_some_and(|at| at <= now()),
        key,
    });
    let wrong = !faults.is_empty();
    let page = KeysPage {
        keys: keys.collect(),
        secret,
        may_change: at.may("POST", "keys"),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Keys(page)))
}

/// `POST /console/shops/{shop}/keys`: `form` is `add` or `retire`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let text = |name| form.text(name).to_owned();
    match form.text("form") {
        "add" => {
            at.require("POST", "keys")?;
            let kind = form.text("kind");
            let kind = KeyKind::ALL
                .into_iter()
                .find(|known| known.as_str() == kind);
            let new = NewKey {
                kind: kind.ok_or(Code::NotFound)?,
                name: text("name"),
                public_key: form.text("public_key").trim().replace("\r\n", "\n"),
            };
            match faults(create(&app, at.here(), &new).await)? {
                // What is secret is shown in this very reply, and never again.
                Ok(made) if made.secret.is_some() => page(&app, &at, made.secret, Vec::new()).await,
                Ok(_) => Ok(at.saved("keys")),
                Err(faults) => page(&app, &at, None, faults).await,
            }
        }
        "retire" => {
            at.require("POST", "keys/{id}/retire")?;
            let after_hours = form
                .text("after_hours")
                .parse()
                .map_err(|_| Code::NotFound)?;
            let (state, here) = (State(app.clone()), Extension(at.here()));
            let path = Path((String::new(), text("id")));
            let retired = retire_key(state, here, path, Body(Retirement { after_hours }));
            match faults(retired.await)? {
                Ok(_) => Ok(at.saved("keys")),
                Err(faults) => page(&app, &at, None, faults).await,
            }
        }
        _ => Err(Code::NotFound.into()),
    }
}
