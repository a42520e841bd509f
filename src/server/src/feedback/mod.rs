//! Feedback cases: what shoppers want the shop to put right.

use crate::api::{Body, Page, read_query};
use crate::app::App;
use crate::deliveries::masked;
use crate::reply::Failure;
use crate::reviews::holds::Words;
use crate::shops::{minute, zone_named};
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_wire::feedback::{CasePage, CaseState, NewCaseState};
use bookplate_wire::reviews::writing::{OwnReview, Reason};
use bookplate_wire::{CaseId, Code, Problem};
use std::sync::LazyLock;

/// Words of all languages by which people talk of delivery, packaging and print, one a line.
static DELIVERY: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("delivery.txt").lines()));

/// Whether a review may be about delivery, packaging or print rather than the book: its words say so, or the staff does.
/// Stars do not matter to it.
pub(crate) fn talks_of_delivery(review: &OwnReview) -> bool {
    review.reason == Some(Reason::Service)
        || [&review.title, &review.body]
            .into_iter()
            .any(|text| !DELIVERY.found_in(text).is_empty())
}

/// Which page a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Which cases.
    pub(crate) state: CaseState,
    /// Which page of them.
    pub(crate) page: Page,
}

/// The shop's cases: open ones by how long they wait, closed ones the latest first.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/cases", tag = "feedback", operation_id = "list_cases",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("state" = inline(Option<CaseState>), Query, description = "Which cases; usually those that are open"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = CasePage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_cases(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<CasePage>, Failure> {
    let mut asked = Asked {
        state: CaseState::default(),
        page: Page::default(),
    };
    read_query(raw.as_deref(), |name, value| {
        match name {
            "state" => {
                asked.state = CaseState::from_word(value).ok_or_else(|| {
                    Problem::new(Code::BadRequest, "state is open or closed").at(name)
                })?;
            }
            _ => asked.page.set(name, value)?,
        }
        Ok(())
    })?;
    Ok(Json(page(&app, here, asked).await?))
}

/// A page of cases, without what is not for the reader's role.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn page(app: &App, here: Here, asked: Asked) -> Result<CasePage, Failure> {
    let Here { shop, role, .. } = here;
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let page = db.case_page(
            &shop,
            asked.state,
            asked.page.after.as_deref(),
            asked.page.limit,
        )?;
        Ok::<_, Failure>((settings.time_zone, page))
    };
    let (zone, mut page) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    for case in &mut page.cases {
        case.opened = minute(&zone, case.case.opened_at);
        if !role.knows_customers() {
            case.name.clear();
            case.external_id.clear();
            case.email = masked(&case.email);
        }
    }
    Ok(page)
}

/// Closes a case, or opens it again.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/cases/{case}/state", tag = "feedback", operation_id = "set_case_state",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
    ),
    security(("staff_session" = [])),
    request_body = NewCaseState,
    responses(
        (status = 204, description = "So it is"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_case_state(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case)): Path<(String, String)>,
    Body(wished): Body<NewCaseState>,
) -> Result<StatusCode, Failure> {
    let id: CaseId = case.parse().map_err(|_| Code::CaseNotFound)?;
    let write = move |db: &mut Db| db.set_case_state(&here.staff, &here.shop, &id, wished.state);
    if !app.store.write(write).await? {
        return Err(Code::CaseNotFound.into());
    }
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_delivery_is_told_from_what_is_about_the_book() {
        for text in [
            "Delivery took three weeks.",
            "The parcel was wet",
            "快递太慢了",
            "書到了，但封面破損",
            "帯が破れた状態で届いた。",
            "Half of the pages are missing!",
        ] {
            assert!(!DELIVERY.found_in(text).is_empty(), "{text}");
        }
        for text in [
            "She delivers her lines with wit.",
            "A tale of couriers between empires",
            "这本书写得很好",
            "主人公の心に響く物語",
        ] {
            assert_eq!(DELIVERY.found_in(text), [""; 0], "{text}");
        }
    }
}
