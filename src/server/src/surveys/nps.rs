//! How likely customers are to recommend the shop: asked where they are, and told to the staff without names.

use crate::accounts::tokens::Access;
use crate::api::{Body, read_page, read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::shops::{today, zone_named};
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_widgets::nps::{Card, card};
use bookplate_wire::surveys::nps::{
    NpsAnswer, NpsAsked, NpsComments, NpsFigures, NpsPart, NpsPeriod, NpsReport, NpsSettings,
};
use bookplate_wire::{Code, Lang, NpsAskId, Problem, ShopId};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many periods a report has.
const PARTS: i64 = 12;

/// Asks whether the customer is to be asked now how likely a recommendation of the shop is. Whoever gets the name of a question
/// shows it: it counts as asked, and nobody gets one for this customer within 90 days. Nobody is asked while a case of the
/// customer's is open.
#[utoipa::path(
    post, path = "/v1/customer/nps", tag = "surveys", operation_id = "ask_nps",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("lang" = Option<String>, Query, description = "The language in which the reply brings the question along as HTML; without it, it does not"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = NpsAsked),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ask_nps(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<NpsAsked>, Failure> {
    let mut lang = None;
    read_query(raw.as_deref(), |name, value| {
        if name != "lang" {
            return Err(unknown_parameter(name));
        }
        let wrong = || Problem::new(Code::BadRequest, "this language is not spoken").at(name);
        lang = Some(Lang::from_tag(value).ok_or_else(wrong)?);
        Ok(())
    })?;
    let ask = take_turn(&app, &shop, &access).await?;
    let html = ask.as_ref().zip(lang).map(|(ask, lang)| {
        let shown = Card {
            ask: ask.as_str(),
            shop: &shop.name,
            action: None,
            score: None,
            comment: "",
            wrong: false,
        };
        card(lang, &shown)
    });
    Ok(Json(NpsAsked { ask, html }))
}

/// Takes the customer's turn, if it is one: who gets a name has to show the question.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn take_turn(
    app: &App,
    shop: &Shop,
    access: &Access,
) -> Result<Option<NpsAskId>, Failure> {
    let (of, customer) = (shop.id.clone(), access.customer.clone());
    // Most of the time nobody is asked, which needs no writing.
    let look = {
        let (of, customer) = (of.clone(), customer.clone());
        move |db: &mut Db| db.nps_is_due(&of, &customer)
    };
    if !app.store.read(look).await? {
        return Ok(None);
    }
    let today = today(shop);
    let take = move |db: &mut Db| db.take_nps_turn(&of, &customer, &today);
    Ok(app.store.write(take).await?)
}

/// Answers how likely it is. Said again, the last word counts.
#[utoipa::path(
    put, path = "/v1/customer/nps/{ask}", tag = "surveys", operation_id = "answer_nps",
    params(
        ("ask" = String, Path, description = "What names the question"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NpsAnswer,
    responses(
        (status = 204, description = "Kept"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn answer_nps(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(ask): Path<String>,
    Body(answer): Body<NpsAnswer>,
) -> Result<StatusCode, Failure> {
    keep(&app, &access, &ask, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps an answer.
///
/// # Errors
/// What is wrong with it, [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn keep(
    app: &App,
    access: &Access,
    ask: &str,
    answer: NpsAnswer,
) -> Result<(), Failure> {
    let (ask, answer) = (read_ask(ask)?, answer.checked()?);
    let customer = access.customer.clone();
    let write = move |db: &mut Db| db.answer_nps(&customer, &ask, &answer);
    let kept = app.store.write(write).await?;
    kept.then_some(()).ok_or(Code::NotFound.into())
}

/// Says that the customer does not want to answer.
#[utoipa::path(
    delete, path = "/v1/customer/nps/{ask}", tag = "surveys", operation_id = "dismiss_nps",
    params(
        ("ask" = String, Path, description = "What names the question"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Noted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn dismiss_nps(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(ask): Path<String>,
) -> Result<StatusCode, Failure> {
    dismiss(&app, &access, &ask).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that the customer does not want to answer.
///
/// # Errors
/// [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn dismiss(app: &App, access: &Access, ask: &str) -> Result<(), Failure> {
    let (ask, customer) = (read_ask(ask)?, access.customer.clone());
    let write = move |db: &mut Db| db.dismiss_nps(&customer, &ask);
    let noted = app.store.write(write).await?;
    noted.then_some(()).ok_or(Code::NotFound.into())
}

fn read_ask(text: &str) -> Result<NpsAskId, Failure> {
    text.parse().map_err(|_| Code::NotFound.into())
}

/// Whether and whom the shop asks how likely they are to recommend it.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/nps/settings", tag = "surveys", operation_id = "get_nps_settings",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = NpsSettings),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_nps_settings(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<NpsSettings>, Failure> {
    let read = move |db: &mut Db| db.nps_settings(&here.shop);
    Ok(Json(app.store.read(read).await?))
}

/// Sets whether and whom the shop asks.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/nps/settings", tag = "surveys", operation_id = "set_nps_settings",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NpsSettings,
    responses(
        (status = 200, body = NpsSettings),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_nps_settings(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(settings): Body<NpsSettings>,
) -> Result<Json<NpsSettings>, Failure> {
    let settings = settings.checked()?;
    let write = move |db: &mut Db| db.set_nps_settings(&here.by(), &here.shop, settings);
    app.store.write(write).await?;
    Ok(Json(settings))
}

/// How likely customers are to recommend the shop, in the last twelve months or weeks.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/nps", tag = "surveys", operation_id = "get_shop_nps",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("by" = inline(Option<NpsPeriod>), Query, description = "Months, or weeks"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = NpsReport),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_shop_nps(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<NpsReport>, Failure> {
    let by = read_period(raw.as_deref())?;
    Ok(Json(report(&app, here.shop, by).await?))
}

/// What customers say with it, the latest first. It does not say who.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/nps/comments", tag = "surveys", operation_id = "list_nps_comments",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = NpsComments),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_nps_comments(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<NpsComments>, Failure> {
    let page = read_page(raw.as_deref())?;
    let read = move |db: &mut Db| db.nps_comments(&here.shop, page.after.as_deref(), page.limit);
    Ok(Json(app.store.read(read).await?))
}

/// How likely the shop's customers are to recommend it, in the last twelve months or weeks.
#[utoipa::path(
    get, path = "/v1/nps", tag = "surveys", operation_id = "get_nps",
    params(("by" = inline(Option<NpsPeriod>), Query, description = "Months, or weeks")),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = NpsReport),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_nps(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<NpsReport>, Failure> {
    let by = read_period(raw.as_deref())?;
    Ok(Json(report(&app, backend.shop.clone(), by).await?))
}

fn read_period(raw: Option<&str>) -> Result<NpsPeriod, Failure> {
    let mut by = NpsPeriod::default();
    read_query(raw, |name, value| {
        if name != "by" {
            return Err(unknown_parameter(name));
        }
        let wrong = || Problem::new(Code::BadRequest, "by is month or week").at("by");
        by = NpsPeriod::from_word(value).ok_or_else(wrong)?;
        Ok(())
    })?;
    Ok(by)
}

/// What has come of the last periods.
///
/// # Errors
/// When the database does not answer, or there is too much to count.
pub(crate) async fn report(app: &App, shop: ShopId, by: NpsPeriod) -> Result<NpsReport, Failure> {
    let _turn = app.turns.search_if(true).await?;
    let read = move |db: &mut Db| -> Result<NpsReport, Failure> {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let zone = zone_named(&settings.time_zone);
        let begins = begins(by, Timestamp::now().to_zoned(zone).date());
        let since = begins.first().map_or_else(String::new, Date::to_string);
        let days = db.nps_by_day(&shop, &since)?;
        Ok(by_parts(&begins, &days))
    };
    app.store.read(read).await
}

/// On which days the last periods begin, that of `today` the last one.
fn begins(by: NpsPeriod, today: Date) -> Vec<Date> {
    let this = match by {
        NpsPeriod::Month => today.first_of_month(),
        NpsPeriod::Week => {
            let since = i64::from(today.weekday().to_monday_zero_offset());
            today.saturating_sub(since.days())
        }
    };
    let back = |count: i64| match by {
        NpsPeriod::Month => this.saturating_sub(count.months()),
        NpsPeriod::Week => this.saturating_sub(count.weeks()),
    };
    (0..PARTS).rev().map(back).collect()
}

fn by_parts(begins: &[Date], days: &BTreeMap<String, NpsFigures>) -> NpsReport {
    let mut parts: Vec<NpsPart> = begins
        .iter()
        .map(|day| NpsPart {
            from: day.to_string(),
            figures: NpsFigures::default(),
            score: None,
        })
        .collect();
    let mut all = NpsFigures::default();
    for (day, figures) in days {
        all += *figures;
        let mut parts = parts.iter_mut().rev();
        if let Some(part) = parts.find(|part| part.from <= *day) {
            part.figures += *figures;
        }
    }
    for part in &mut parts {
        part.score = part.figures.score();
    }
    NpsReport {
        figures: all,
        score: all.score(),
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn periods_are_whole_months_and_weeks_from_monday() {
        let months = begins(NpsPeriod::Month, date(2030, 3, 31));
        assert_eq!(
            (months[0], months[11]),
            (date(2029, 4, 1), date(2030, 3, 1))
        );
        let weeks = begins(NpsPeriod::Week, date(2030, 3, 31));
        assert_eq!((weeks[0], weeks[11]), (date(2030, 1, 7), date(2030, 3, 25)));
    }

    #[test]
    fn each_day_counts_in_its_period() {
        let mut figures = NpsFigures::default();
        figures.add(Some(10), 2);
        let begins = [date(2030, 1, 1), date(2030, 2, 1)];
        let days = ["2030-01-31", "2030-02-01", "2030-02-28"];
        let days = days.map(|day| (day.to_owned(), figures)).into();
        let report = by_parts(&begins, &days);
        let counts: Vec<u32> = report
            .parts
            .iter()
            .map(|part| part.figures.promoters)
            .collect();
        assert_eq!((counts, report.score), (vec![2, 4], Some(100)));
    }
}
