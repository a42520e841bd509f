//! How likely customers are to recommend the shop.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use crate::surveys::nps::{get_nps_settings, report, set_nps_settings};
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::ConsolePage;
use bookplate_site::survey_page::NpsPage;
use bookplate_store::Db;
use bookplate_wire::surveys::nps::{NpsPeriod, NpsSettings};

/// `GET /console/shops/{shop}/nps`: `by` is `month` or `week`, `after` where the comments begin.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "nps")?;
    let Json(settings) = get_nps_settings(State(app.clone()), Extension(at.here())).await?;
    let typed = (settings.asks, settings.after_days.to_string());
    page(&app, &at, typed, Vec::new()).await
}

async fn page(
    app: &App,
    at: &AtShop,
    (asks, after_days): (bool, String),
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let by = at.colleague.visit.parameter("by");
    let by = by.and_then(|word| NpsPeriod::from_word(&word));
    let by = by.unwrap_or_default();
    let asked = at.page();
    let shop = at.shop.id.clone();
    let read = move |db: &mut Db| db.nps_comments(&shop, asked.after.as_deref(), asked.limit);
    let is_wrong = !faults.is_empty();
    let page = NpsPage {
        asks,
        after_days,
        report: report(app, at.shop.id.clone(), by).await?,
        by,
        comments: app.store.read(read).await?,
        may_change: at.may("PUT", "nps/settings"),
        faults,
    };
    Ok(at.show(app, is_wrong, ConsolePage::Nps(Box::new(page))))
}

/// `POST /console/shops/{shop}/nps`: `asks`, and `after_days`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    at.require("PUT", "nps/settings")?;
    let typed = (
        !form.text("asks").is_empty(),
        form.text("after_days").to_owned(),
    );
    let settings = NpsSettings {
        asks: typed.0,
        // No number is as wrong as one that is out of bounds.
        after_days: typed.1.trim().parse().unwrap_or(u32::MAX),
    };
    let set = set_nps_settings(State(app.clone()), Extension(at.here()), Body(settings));
    match faults(set.await)? {
        Ok(_) => Ok(at.saved("nps")),
        Err(faults) => page(&app, &at, typed, faults).await,
    }
}
