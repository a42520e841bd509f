//! What the staff does about reviews: looks at what waits and what was reported, decides, answers.

use super::own::read_review;
use crate::api::{Body, FORM, Page, read_isbn, read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{minute, zone_named};
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::reviews::DecisionFault;
use bookplate_wire::reviews::decisions::DecisionLog;
use bookplate_wire::reviews::holds::HoldReason;
use bookplate_wire::reviews::moderation::{
    EarlierVersions, ModeratedReview, ModerationPage, NewAnswer, NewDecisions, Queue, ReviewList,
};
use bookplate_wire::{Code, Isbn, Problem, ReviewId, ShopId};
use jiff::tz::TimeZone;

/// Which page a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Asked {
    /// Which reviews.
    pub(crate) list: ReviewList,
    /// Which page of them.
    pub(crate) page: Page,
}

impl Asked {
    /// Reads one parameter.
    ///
    /// # Errors
    /// When there is no such parameter, or no such value of it.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "queue" => {
                self.list.queue = Queue::from_word(value).ok_or_else(|| {
                    let rule = "queue is waiting, reported or all";
                    Problem::new(Code::BadRequest, rule).at(name)
                })?;
            }
            "hold" => {
                self.list.hold = match value {
                    "" => None,
                    _ => Some(HoldReason::from_word(value).ok_or_else(|| {
                        let rule = "hold is link, phone, words, burst, network or unpublished";
                        Problem::new(Code::BadRequest, rule).at(name)
                    })?),
                };
            }
            "isbn" => {
                let isbn = read_isbn(value).map_err(|Failure(problem)| problem)?;
                self.list.isbn = Some(isbn);
            }
            _ => self.page.set(name, value)?,
        }
        Ok(())
    }
}

/// Reviews for the staff to look at, with how many wait and were reported, and the share of refusals by stars.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/reviews", tag = "reviews", operation_id = "list_moderated_reviews",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("queue" = inline(Option<Queue>), Query, description = "Which reviews; usually those that wait"),
        ("hold" = inline(Option<HoldReason>), Query, description = "Only those whose latest version waited for this reason"),
        ("isbn" = Option<Isbn>, Query, description = "Only those of the work that this ISBN-10 or ISBN-13 is an edition of"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = ModerationPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_moderated_reviews(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<ModerationPage>, Failure> {
    let mut asked = Asked::default();
    read_query(raw.as_deref(), |name, value| asked.set(name, value))?;
    Ok(Json(page(&app, here.shop, asked).await?))
}

/// A page of them.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn page(app: &App, shop: ShopId, asked: Asked) -> Result<ModerationPage, Failure> {
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let Page { after, limit } = &asked.page;
        let page = db.moderation_page(&shop, asked.list, after.as_deref(), *limit)?;
        Ok::<_, Failure>((settings.time_zone, page))
    };
    let (zone, mut page) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    for review in &mut page.reviews {
        tell_times(review, &zone);
    }
    for of in &mut page.decided {
        of.waiting_from = of
            .waiting_since
            .map(|at| minute(&zone, at))
            .unwrap_or_default();
    }
    Ok(page)
}

/// Writes the times for people.
fn tell_times(review: &mut ModeratedReview, zone: &TimeZone) {
    review.written = minute(zone, review.written_at);
    for report in &mut review.reports {
        report.reported = minute(zone, report.reported_at);
    }
    for version in &mut review.earlier {
        version.written = minute(zone, version.written_at);
    }
    for decision in &mut review.decisions {
        decision.decided = minute(zone, decision.decided_at);
    }
}

/// One review as the staff sees it.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/reviews/{review}", tag = "reviews",
    operation_id = "get_moderated_review",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("review" = String, Path, description = "The review's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = ModeratedReview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_moderated_review(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, review)): Path<(String, String)>,
) -> Result<Json<ModeratedReview>, Failure> {
    let id = read_review(&review)?;
    let review = one(&app, here.shop, id).await?;
    Ok(Json(review.ok_or(Code::ReviewNotFound)?))
}

/// One review, if the shop has it.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn one(
    app: &App,
    shop: ShopId,
    id: ReviewId,
) -> Result<Option<ModeratedReview>, Failure> {
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        Ok::<_, Failure>((settings.time_zone, db.moderated_review(&shop, &id)?))
    };
    let (zone, mut review) = app.store.read(read).await?;
    if let Some(review) = &mut review {
        tell_times(review, &zone_named(&zone));
    }
    Ok(review)
}

/// What a review's author has written before the latest version.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/reviews/{review}/versions", tag = "reviews",
    operation_id = "list_review_versions",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("review" = String, Path, description = "The review's id"),
        ("before" = Option<u32>, Query, description = "`next` of the page before; usually the latest version"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = EarlierVersions),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_review_versions(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, review)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Json<EarlierVersions>, Failure> {
    let id = read_review(&review)?;
    let (mut before, mut page) = (None, Page::default());
    read_query(raw.as_deref(), |name, value| {
        if name == "after" {
            return Err(unknown_parameter(name));
        }
        if name != "before" {
            return page.set(name, value);
        }
        // As far as the API's description has them: numbers of 32 bits with a sign.
        let number = value.parse::<i32>().ok();
        before = number.and_then(|number| u32::try_from(number).ok());
        if before.is_none() {
            let rule = "before is the number of a version";
            return Err(Problem::new(Code::BadRequest, rule).at(name));
        }
        Ok(())
    })?;
    let versions = versions(&app, here.shop, id, before, page.limit).await?;
    Ok(Json(versions.ok_or(Code::ReviewNotFound)?))
}

/// A page of the versions of a review from before one of them, if the shop has that review.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn versions(
    app: &App,
    shop: ShopId,
    id: ReviewId,
    before: Option<u32>,
    limit: u32,
) -> Result<Option<EarlierVersions>, Failure> {
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let page = db.review_versions(&shop, &id, before, limit)?;
        Ok::<_, Failure>((settings.time_zone, page))
    };
    let (zone, mut page) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    for version in page.iter_mut().flat_map(|page| &mut page.versions) {
        version.written = minute(&zone, version.written_at);
    }
    Ok(page)
}

/// All that was decided about reviews of the shop, the latest first: also about those that are gone.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/reviews/decisions", tag = "reviews", operation_id = "list_decisions",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = DecisionLog),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_decisions(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<DecisionLog>, Failure> {
    let mut page = Page::default();
    read_query(raw.as_deref(), |name, value| page.set(name, value))?;
    Ok(Json(decisions(&app, here.shop, page).await?))
}

/// A page of the log of decisions.
///
/// # Errors
/// When the cursor does not fit, or the database does not answer.
pub(crate) async fn decisions(app: &App, shop: ShopId, page: Page) -> Result<DecisionLog, Failure> {
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let log = db.decision_log(&shop, page.after.as_deref(), page.limit)?;
        Ok::<_, Failure>((settings.time_zone, log))
    };
    let (zone, mut log) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    for decision in &mut log.decisions {
        decision.decided = minute(&zone, decision.decided_at);
    }
    Ok(log)
}

/// Decides about reviews, all or none; their authors are told.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/reviews/decisions", tag = "reviews", operation_id = "decide_reviews",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewDecisions,
    responses(
        (status = 204, description = "Decided"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn decide_reviews(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(decisions): Body<NewDecisions, FORM>,
) -> Result<StatusCode, Failure> {
    decide(&app, here, decisions).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decides about reviews, all or none.
///
/// # Errors
/// Names the decision that breaks a rule; [`Code::ReviewNotFound`], [`Code::ReviewChanged`]; else when the database does
/// not answer.
pub(crate) async fn decide(app: &App, here: Here, decisions: NewDecisions) -> Result<(), Failure> {
    let decisions = decisions.checked()?.decisions;
    // Refused inside the unit of work, so that nothing of it is kept.
    let decide = move |db: &mut Db| {
        let decided = db.decide(&here.staff, &here.shop, &decisions)?;
        decided.map_err(|refusal| {
            let Failure(problem) = match refusal.fault {
                DecisionFault::NoReview => Code::ReviewNotFound,
                DecisionFault::Changed => Code::ReviewChanged,
            }
            .into();
            problem
                .at(format!("decisions[{}].review", refusal.at))
                .into()
        })
    };
    app.store.write(decide).await
}

/// Writes the shop's answer to a review, changes it, or takes it away.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/reviews/{review}/answer", tag = "reviews",
    operation_id = "answer_review",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("review" = String, Path, description = "The review's id"),
    ),
    security(("staff_session" = [])),
    request_body = NewAnswer,
    responses(
        (status = 204, description = "Readers see it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn answer_review(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, review)): Path<(String, String)>,
    Body(answer): Body<NewAnswer, FORM>,
) -> Result<StatusCode, Failure> {
    answer_to(&app, here, read_review(&review)?, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes the shop's answer to a review.
///
/// # Errors
/// When it is too long; [`Code::ReviewNotFound`] when readers see no such review; else when the database does not
/// answer.
pub(crate) async fn answer_to(
    app: &App,
    here: Here,
    review: ReviewId,
    answer: NewAnswer,
) -> Result<(), Failure> {
    let text = answer.checked()?.text;
    let write = move |db: &mut Db| db.answer_review(&here.staff, &here.shop, &review, &text);
    if !app.store.write(write).await? {
        return Err(Code::ReviewNotFound.into());
    }
    Ok(())
}

/// Tells readers of a review that its author received the book free or for a reward. Nobody can take that back.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/reviews/{review}/label", tag = "reviews",
    operation_id = "label_review",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("review" = String, Path, description = "The review's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Readers are told"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn label_review(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, review)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    label(&app, here, read_review(&review)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Labels a review.
///
/// # Errors
/// [`Code::ReviewNotFound`]; else when the database does not answer.
pub(crate) async fn label(app: &App, here: Here, review: ReviewId) -> Result<(), Failure> {
    let write = move |db: &mut Db| db.label_review(&here.staff, &here.shop, &review);
    if !app.store.write(write).await? {
        return Err(Code::ReviewNotFound.into());
    }
    Ok(())
}
