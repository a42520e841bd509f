//! The audit log.

use super::AtShop;
use crate::app::App;
use crate::audit::page;
use crate::reply::Failure;
use crate::shops::minute;
use axum::extract::State;
use axum::response::Response;
use bookplate_site::console_page::{AuditLog, ConsolePage};
use bookplate_wire::audit::{Doers, Fields, INSTANTS};
use jiff::tz::TimeZone;

/// How many entries a page shows.
const PAGE: u32 = 50;

/// `GET /console/shops/{shop}/audit`: with `by` and `after` as in the API, but what people have done unless it says
/// otherwise.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "audit")?;
    let visit = &at.colleague.visit;
    let by = visit.parameter("by");
    let by = by.and_then(|word| Doers::from_word(&word));
    let by = by.unwrap_or_default();
    let after = visit.parameter("after");
    let (mut page, zone) = page(&app, at.here(), Some(by), after, PAGE).await?;
    for entry in &mut page.entries {
        show_times(&mut entry.before, &zone);
        show_times(&mut entry.after, &zone);
    }
    Ok(at.show(&app, false, ConsolePage::Audit(AuditLog { by, page })))
}

/// Puts times of the shop's, `YYYY-MM-DD hh:mm`, in the place of instants.
fn show_times(fields: &mut Fields, zone: &TimeZone) {
    for name in INSTANTS {
        if let Some(value) = fields.get_mut(name)
            && let Ok(at) = value.parse()
        {
            *value = minute(zone, at);
        }
    }
}
