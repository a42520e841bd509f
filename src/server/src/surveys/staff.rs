//! What the staff does with surveys.

use super::refused;
use crate::api::{Body, FORM};
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_wire::surveys::{
    Survey, SurveyChange, SurveyContent, SurveyList, SurveyState, SurveyStateChange,
};
use bookplate_wire::{Code, Problem, SurveyId};

/// The largest survey, in bytes: four languages.
const SURVEY: usize = 4 * FORM;

/// All surveys of the shop, the newest first, without their questions.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/surveys", tag = "surveys", operation_id = "list_shop_surveys",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = SurveyList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_shop_surveys(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<SurveyList>, Failure> {
    let read = move |db: &mut Db| db.surveys(&here.shop);
    let surveys = app.store.read(read).await?;
    Ok(Json(SurveyList { surveys }))
}

/// Writes a survey: a draft, which nobody sees but the staff.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/surveys", tag = "surveys", operation_id = "create_survey",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = SurveyContent,
    responses(
        (status = 201, body = Survey, links(
            ("read" = (
                operation_id = "get_shop_survey",
                parameters(("shop" = "$request.path.shop"), ("survey" = "$response.body#/id")),
            )),
            ("change" = (
                operation_id = "update_survey",
                parameters(("shop" = "$request.path.shop"), ("survey" = "$response.body#/id")),
            )),
            ("open" = (
                operation_id = "set_survey_state",
                parameters(("shop" = "$request.path.shop"), ("survey" = "$response.body#/id")),
            )),
            ("remove" = (
                operation_id = "delete_survey",
                parameters(("shop" = "$request.path.shop"), ("survey" = "$response.body#/id")),
            )),
        )),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_survey(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(content): Body<SurveyContent, SURVEY>,
) -> Result<impl IntoResponse, Failure> {
    let content = content.checked()?;
    let write = move |db: &mut Db| -> Result<Survey, Failure> {
        db.add_survey(&here.by(), &here.shop, &content)?
            .map_err(refused)
    };
    Ok((StatusCode::CREATED, Json(app.store.write(write).await?)))
}

/// A survey with all that it asks.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/surveys/{survey}", tag = "surveys", operation_id = "get_shop_survey",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Survey),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_shop_survey(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, survey)): Path<(String, String)>,
) -> Result<Json<Survey>, Failure> {
    Ok(Json(find(&app, here, &survey).await?))
}

/// The survey that an address names.
///
/// # Errors
/// [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn find(app: &App, here: Here, survey: &str) -> Result<Survey, Failure> {
    let id = read_survey(survey)?;
    let read = move |db: &mut Db| db.survey(&here.shop, &id);
    let survey = app.store.read(read).await?;
    survey.ok_or(Code::NotFound.into())
}

/// Changes what a survey asks, if it still has the version that was looked at. Once somebody has answered, only words, the
/// order, whether a question has to be answered, days and who may answer can be changed.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/surveys/{survey}", tag = "surveys", operation_id = "update_survey",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
    ),
    security(("staff_session" = [])),
    request_body = SurveyChange,
    responses(
        (status = 200, body = Survey),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_survey(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, survey)): Path<(String, String)>,
    Body(change): Body<SurveyChange, SURVEY>,
) -> Result<Json<Survey>, Failure> {
    let id = read_survey(&survey)?;
    let change = SurveyChange {
        version: change.version,
        content: change.content.checked()?,
    };
    let write = move |db: &mut Db| -> Result<Survey, Failure> {
        db.change_survey(&here.by(), &here.shop, &id, &change)?
            .map_err(refused)
    };
    Ok(Json(app.store.write(write).await?))
}

/// Opens a survey, so that shoppers can answer it on its days, or closes it.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/surveys/{survey}/state", tag = "surveys", operation_id = "set_survey_state",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
    ),
    security(("staff_session" = [])),
    request_body = SurveyStateChange,
    responses(
        (status = 200, body = Survey),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_survey_state(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, survey)): Path<(String, String)>,
    Body(change): Body<SurveyStateChange>,
) -> Result<Json<Survey>, Failure> {
    let id = read_survey(&survey)?;
    if change.state == SurveyState::Draft {
        let rule = "a survey is opened or closed, and no draft any more";
        return Err(Problem::new(Code::FieldInvalid, rule).at("state").into());
    }
    let write = move |db: &mut Db| -> Result<Survey, Failure> {
        db.set_survey_state(&here.by(), &here.shop, &id, change)?
            .map_err(refused)
    };
    Ok(Json(app.store.write(write).await?))
}

/// Deletes a survey, and all that was answered to it.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/surveys/{survey}", tag = "surveys", operation_id = "delete_survey",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("survey" = String, Path, description = "The survey's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_survey(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, survey)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id = read_survey(&survey)?;
    let write = move |db: &mut Db| db.delete_survey(&here.by(), &here.shop, &id);
    if app.store.write(write).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}

/// What names a survey in an address.
fn read_survey(text: &str) -> Result<SurveyId, Failure> {
    text.parse().map_err(|_| Code::NotFound.into())
}
