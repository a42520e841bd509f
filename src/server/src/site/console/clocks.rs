//! When somebody deals with cases, and how soon.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::feedback::clocks::{get_case_clocks, set_case_clocks};
use crate::reply::Failure;
use crate::settings::get_settings;
use crate::site::forms::Form;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::case_page::ClocksPage;
use bookplate_site::console_page::ConsolePage;
use bookplate_wire::feedback::clocks::{CaseClocks, DayHours, TARGET_MAX};

/// `GET /console/shops/{shop}/clocks`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "case-clocks")?;
    let here = Extension(at.here());
    let Json(clocks) = get_case_clocks(State(app.clone()), here, RawQuery(None)).await?;
    page(&app, &at, clocks, None, Vec::new()).await
}

/// The page with these clocks; `typed` are the times to answer and to resolve in where they cannot be taken.
async fn page(
    app: &App,
    at: &AtShop,
    clocks: CaseClocks,
    typed: Option<[String; 2]>,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let Json(settings) = get_settings(State(app.clone()), Extension(at.here())).await?;
    let wrong = !faults.is_empty();
    let [answer, resolve] =
        typed.unwrap_or_else(|| [clocks.answer_minutes, clocks.resolve_minutes].map(hours));
    let page = ClocksPage {
        clocks,
        answer,
        resolve,
        time_zone: settings.time_zone,
        may_change: at.may("PUT", "case-clocks"),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Clocks(Box::new(page))))
}

/// Minutes as hours; nothing for none.
fn hours(minutes: u32) -> String {
    if minutes == 0 {
        return String::new();
    }
    (f64::from(minutes) / 60.0).to_string()
}

/// Hours as minutes. What is no number is more than any clock has.
fn minutes(hours: &str) -> u32 {
    let hours = hours.trim().replace(',', ".");
    if hours.is_empty() {
        return 0;
    }
    match hours.parse::<f64>() {
        Ok(hours) if (0.0..=f64::from(TARGET_MAX)).contains(&hours) => {
            (hours * 60.0).round() as u32
        }
        _ => u32::MAX,
    }
}

/// `POST /console/shops/{shop}/clocks`: `opens` and `closes` seven times, `holidays`, and `answer_minutes` and
/// `resolve_minutes` in hours.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    at.require("PUT", "case-clocks")?;
    let times = form.all("opens").zip(form.all("closes"));
    let day = |(opens, closes): (&str, &str)| DayHours {
        opens: opens.to_owned(),
        // As a browser's field can say it.
        closes: if closes == "00:00" && !opens.is_empty() {
            "24:00".to_owned()
        } else {
            closes.to_owned()
        },
    };
    let holidays = form.text("holidays").split_whitespace();
    let typed = ["answer_minutes", "resolve_minutes"].map(|name| form.text(name).to_owned());
    let clocks = CaseClocks {
        hours: times.map(day).collect(),
        holidays: holidays.map(str::to_owned).collect(),
        answer_minutes: minutes(&typed[0]),
        resolve_minutes: minutes(&typed[1]),
    };
    let sent = set_case_clocks(
        State(app.clone()),
        Extension(at.here()),
        Body(clocks.clone()),
    );
    match faults(sent.await)? {
        Ok(_) => Ok(at.saved("clocks")),
        Err(faults) => page(&app, &at, clocks, Some(typed), faults).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written() {
        for minutes_in in [0, 15, 60, 90, 480] {
            assert_eq!(minutes(&hours(minutes_in)), minutes_in);
        }
        assert_eq!(minutes(" 1,5 "), 90);
        assert_eq!(minutes("soon"), u32::MAX);
        assert_eq!(minutes("-1"), u32::MAX);
    }
}
