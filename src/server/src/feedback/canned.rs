//! Canned answers: texts that the staff uses again and again.

use super::inbox::one;
use crate::api::{Body, FORM, no_parameters};
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::feedback::CannedRefusal;
use bookplate_wire::faq::best_language;
use bookplate_wire::feedback::canned::{
    Answering, CannedAnswer, CannedChange, CannedContent, CannedList, FilledAnswer,
};
use bookplate_wire::{CannedId, Code, Lang, Problem};

/// The largest canned answer, in bytes: four languages.
const ANSWER: usize = 4 * FORM;

/// All canned answers of the shop, by their titles.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/canned-answers", tag = "feedback", operation_id = "list_canned_answers",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = CannedList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_canned_answers(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<CannedList>, Failure> {
    let read = move |db: &mut Db| db.canned_answers(&here.shop);
    let answers = app.store.read(read).await?;
    Ok(Json(CannedList { answers }))
}

/// Writes a canned answer. What stands in braces in it has to be a variable: `{customer}`, `{order}`, `{book}`, `{shop}`, `{agent}`.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/canned-answers", tag = "feedback", operation_id = "create_canned_answer",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = CannedContent,
    responses(
        (status = 201, body = CannedAnswer, links(
            ("read" = (
                operation_id = "get_canned_answer",
                parameters(("shop" = "$request.path.shop"), ("answer" = "$response.body#/id")),
            )),
            ("change" = (
                operation_id = "update_canned_answer",
                parameters(("shop" = "$request.path.shop"), ("answer" = "$response.body#/id")),
            )),
            ("remove" = (
                operation_id = "delete_canned_answer",
                parameters(("shop" = "$request.path.shop"), ("answer" = "$response.body#/id")),
            )),
        )),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_canned_answer(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(content): Body<CannedContent, ANSWER>,
) -> Result<impl IntoResponse, Failure> {
    let content = content.checked()?;
    let write = move |db: &mut Db| {
        db.add_canned_answer(&here.by(), &here.shop, &content)?
            .map_err(refused)
    };
    Ok((StatusCode::CREATED, Json(app.store.write(write).await?)))
}

/// A canned answer.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/canned-answers/{answer}", tag = "feedback", operation_id = "get_canned_answer",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("answer" = String, Path, description = "The canned answer's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = CannedAnswer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_canned_answer(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, answer)): Path<(String, String)>,
) -> Result<Json<CannedAnswer>, Failure> {
    let id = read_id(&answer)?;
    let read = move |db: &mut Db| db.canned_answer(&here.shop, &id);
    Ok(Json(app.store.read(read).await?.ok_or(Code::NotFound)?))
}

/// Changes a canned answer, if it still has the version that was looked at.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/canned-answers/{answer}", tag = "feedback", operation_id = "update_canned_answer",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("answer" = String, Path, description = "The canned answer's id"),
    ),
    security(("staff_session" = [])),
    request_body = CannedChange,
    responses(
        (status = 200, body = CannedAnswer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_canned_answer(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, answer)): Path<(String, String)>,
    Body(change): Body<CannedChange, ANSWER>,
) -> Result<Json<CannedAnswer>, Failure> {
    let id = read_id(&answer)?;
    let change = CannedChange {
        version: change.version,
        content: change.content.checked()?,
    };
    let write = move |db: &mut Db| {
        db.change_canned_answer(&here.by(), &here.shop, &id, &change)?
            .map_err(refused)
    };
    Ok(Json(app.store.write(write).await?))
}

/// Deletes a canned answer.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/canned-answers/{answer}", tag = "feedback", operation_id = "delete_canned_answer",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("answer" = String, Path, description = "The canned answer's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_canned_answer(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, answer)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id = read_id(&answer)?;
    let write = move |db: &mut Db| db.delete_canned_answer(&here.by(), &here.shop, &id);
    let deleted = app.store.write(write).await?;
    deleted
        .then_some(StatusCode::NO_CONTENT)
        .ok_or(Code::NotFound.into())
}

/// A canned answer as it is for one case: in the shopper's language if it has that one, with the case's values.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/cases/{case}/canned-answers/{answer}", tag = "feedback",
    operation_id = "fill_canned_answer",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("case" = String, Path, description = "The case's id"),
        ("answer" = String, Path, description = "The canned answer's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = FilledAnswer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn fill_canned_answer(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, case, answer)): Path<(String, String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Json<FilledAnswer>, Failure> {
    no_parameters(raw.as_deref())?;
    fill(&app, here, &case, &answer).await.map(Json)
}

/// A canned answer as it is for one case.
///
/// # Errors
/// [`Code::CaseNotFound`], [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn fill(
    app: &App,
    here: Here,
    case: &str,
    answer: &str,
) -> Result<FilledAnswer, Failure> {
    // Without what is not for the reader's role.
    let case = one(app, here.clone(), case).await?.case;
    let id = read_id(answer)?;
    let read = move |db: &mut Db| {
        let settings = db.settings(&here.shop)?.ok_or(Code::NotFound)?;
        let answer = db.canned_answer(&here.shop, &id)?.ok_or(Code::NotFound)?;
        Ok::<_, Failure>((settings, answer, db.agent_name(&here.staff)?))
    };
    let (settings, answer, agent) = app.store.read(read).await?;
    let texts = answer.content.texts;
    let has: Vec<Lang> = texts.iter().map(|text| text.language).collect();
    let reader = Lang::from_tag(&case.case.language).unwrap_or(settings.default_language);
    let best = best_language(&has, reader, settings.default_language);
    let text = texts.iter().find(|text| Some(text.language) == best);
    let by = Answering {
        customer: &case.name,
        shop: &settings.name,
        agent: &agent,
    };
    Ok(text.ok_or(Code::NotFound)?.filled(&case.case, &by))
}

/// What names a canned answer in an address or a form.
fn read_id(text: &str) -> Result<CannedId, Failure> {
    text.parse().map_err(|_| Code::NotFound.into())
}

/// A refusal, as the API says it.
fn refused(refusal: CannedRefusal) -> Failure {
    match refusal {
        CannedRefusal::NoAnswer => Code::NotFound,
        CannedRefusal::Changed => Code::ArticleChanged,
        CannedRefusal::TooMany => Code::ArticleLimit,
    }
    .into()
}
