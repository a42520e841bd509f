//! What comes of surveys: counted, one by one, and as a file. Nobody is told whose an answer is.

use super::staff::find;
use crate::api::{no_parameters, read_page};
use crate::app::App;
use crate::audit::note_export;
use crate::reply::Failure;
use crate::secrets::Backend;
use crate::spreadsheet;
use crate::staff::access::Here;
use axum::extract::{Path, RawQuery, State};
use axum::http::Method;
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_import::guarded;
use bookplate_store::Db;
use bookplate_wire::surveys::answers::{AnswerInWords, QuestionAnswer};
use bookplate_wire::surveys::results::{SurveyAnswer, SurveyAnswerPage, SurveyResults};
use bookplate_wire::surveys::{Question, Survey, SurveyContent, SurveyList};
use bookplate_wire::{Code, Problem};
use jiff::Timestamp;
use std::sync::Arc;

/// How many answers are read at a time for a file.
const BATCH: u32 = 500;

/// How often each choice and each step was chosen in the answers to a survey.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/surveys/{survey}/results", tag = "surveys", operation_id = "get_shop_survey_results",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = SurveyResults),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_shop_survey_results(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, survey)): Path<(String, String)>,
) -> Result<Json<SurveyResults>, Failure> {
    let survey = find(&app, here, &survey).await?;
    Ok(Json(count(&app, survey).await?))
}

/// The answers to a survey, those of the latest day first. They do not say whose they are.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/surveys/{survey}/answers", tag = "surveys", operation_id = "list_shop_survey_answers",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = SurveyAnswerPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shop_survey_answers(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, survey)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Json<SurveyAnswerPage>, Failure> {
    let survey = find(&app, here, &survey).await?;
    Ok(Json(page(&app, survey, raw.as_deref()).await?))
}

/// The answers to a survey as CSV: a line an answer, a column a question.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/surveys/{survey}/export", tag = "surveys", operation_id = "export_survey",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_survey(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    method: Method,
    Path((_shop, survey)): Path<(String, String)>,
) -> Result<Response, Failure> {
    download(&app, here, &method, &survey).await
}

/// The shop's surveys, the newest first, without their questions.
#[utoipa::path(
    get, path = "/v1/surveys", tag = "surveys", operation_id = "list_surveys",
    security(("secret_key" = [])),
    responses(
        (status = 200, body = SurveyList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_surveys(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<SurveyList>, Failure> {
    no_parameters(raw.as_deref())?;
    let shop = backend.shop.clone();
    let surveys = app.store.read(move |db: &mut Db| db.surveys(&shop)).await?;
    Ok(Json(SurveyList { surveys }))
}

/// What a survey asks, with how often each choice and each step was chosen.
#[utoipa::path(
    get, path = "/v1/surveys/{code}/results", tag = "surveys", operation_id = "get_survey_results",
    params(("code" = String, Path, description = "What names the survey in the address of its page")),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = SurveyResults),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_survey_results(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(code): Path<String>,
) -> Result<Json<SurveyResults>, Failure> {
    let survey = by_code(&app, &backend, code).await?;
    Ok(Json(count(&app, survey).await?))
}

/// The answers to a survey, those of the latest day first. They do not say whose they are.
#[utoipa::path(
    get, path = "/v1/surveys/{code}/answers", tag = "surveys", operation_id = "list_survey_answers",
    params(
        ("code" = String, Path, description = "What names the survey in the address of its page"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, usually 20"),
    ),
    security(("secret_key" = [])),
    responses(
        (status = 200, body = SurveyAnswerPage),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_survey_answers(
    State(app): State<App>,
    Extension(backend): Extension<Arc<Backend>>,
    Path(code): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<SurveyAnswerPage>, Failure> {
    let survey = by_code(&app, &backend, code).await?;
    Ok(Json(page(&app, survey, raw.as_deref()).await?))
}

async fn by_code(app: &App, backend: &Backend, code: String) -> Result<Survey, Failure> {
    let shop = backend.shop.clone();
    let read = move |db: &mut Db| db.survey_by_code(&shop, &code);
    app.store.read(read).await?.ok_or(Code::NotFound.into())
}

/// Counts what was answered to a survey.
///
/// # Errors
/// When the database does not answer, or there is too much to count.
pub(crate) async fn count(app: &App, survey: Survey) -> Result<SurveyResults, Failure> {
    let _turn = app.turns.search_if(true).await?;
    let read = move |db: &mut Db| db.survey_results(&survey);
    Ok(app.store.read(read).await?)
}

async fn page(app: &App, survey: Survey, raw: Option<&str>) -> Result<SurveyAnswerPage, Failure> {
    let asked = read_page(raw)?;
    let read =
        move |db: &mut Db| db.survey_answers(&survey.id, asked.after.as_deref(), asked.limit);
    Ok(app.store.read(read).await?)
}

/// The answers to a survey as a file, which is read while it is sent.
///
/// # Errors
/// [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn download(
    app: &App,
    here: Here,
    method: &Method,
    survey: &str,
) -> Result<Response, Failure> {
    let survey = find(app, here.clone(), survey).await?;
    note_export(app, &here, method, "survey").await?;
    let name = format!("survey-{}.csv", survey.code);
    let header = header(&survey.content);
    let store = app.store.clone();
    let read = move |after: Option<String>| {
        let (store, survey) = (store.clone(), survey.clone());
        async move {
            let id = survey.id.clone();
            let read = move |db: &mut Db| db.survey_answers(&id, after.as_deref(), BATCH);
            let page = store.read(read).await?;
            let rows = page.answers.iter();
            let rows = rows.map(|answer| row(&survey.content, answer)).collect();
            Ok((rows, page.next))
        }
    };
    Ok(spreadsheet::stream(&name, header, read))
}

/// What names the columns: the questions in the first language in which all of them are there.
fn header(content: &SurveyContent) -> Vec<String> {
    let language = content.language_of("");
    let questions = content.questions.iter().map(|question| {
        let text = language.and_then(|language| question.text_in(language));
        guarded(text.map_or("", |text| &text.text)).into_owned()
    });
    ["answer", "answered_at", "by_member", "language"]
        .into_iter()
        .map(str::to_owned)
        .chain(questions)
        .collect()
}

fn row(content: &SurveyContent, answer: &SurveyAnswer) -> Vec<String> {
    let at = Timestamp::from_millisecond(answer.at).unwrap_or_default();
    let said = |question: &Question| {
        let mut answers = answer.answers.iter();
        let said = answers.find(|one| one.question == question.number);
        said.map_or_else(String::new, |said| in_words(content, said))
    };
    [
        answer.id.to_string(),
        at.to_string(),
        answer.by_member.to_string(),
        answer.language.clone(),
    ]
    .into_iter()
    .chain(content.questions.iter().map(said))
    .collect()
}

/// An answer to a question in a cell: several choices on a line each.
fn in_words(content: &SurveyContent, said: &QuestionAnswer) -> String {
    let language = content.language_of("");
    let words = language.and_then(|language| AnswerInWords::of(content, said, language));
    words.map_or_else(String::new, |words| {
        guarded(&words.answer.join("\n")).into_owned()
    })
}
