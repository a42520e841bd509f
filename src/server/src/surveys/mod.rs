//! Surveys: what shoppers are asked, and what they answer. What the staff does with them is in [`staff`], what comes of them in
//! [`results`].

pub(crate) mod nps;
pub(crate) mod results;
pub(crate) mod routes;
pub(crate) mod staff;

use crate::accounts::tokens::Access;
use crate::api::{Body, FORM, read_query, unknown_parameter};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::shops::today;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_store::surveys::SurveyRefusal;
use bookplate_wire::surveys::answers::{NewSurveyAnswer, ShownSurvey, Standing, SurveyThanks};
use bookplate_wire::surveys::{Survey, SurveyState};
use bookplate_wire::{Code, CustomerId, Lang, Problem};
use std::sync::Arc;

/// A survey, with its questions where it can be answered.
#[utoipa::path(
    get, path = "/v1/surveys/{code}", tag = "surveys", operation_id = "get_survey",
    params(
        ("code" = String, Path, description = "What names the survey in the address of its page"),
        ("key" = String, Query, description = "The shop's public key"),
        ("lang" = Option<String>, Query, description = "BCP 47 tag of the reader's language; what the shop does not offer becomes its default language"),
    ),
    responses(
        (status = 200, body = ShownSurvey),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_survey(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(code): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<ShownSurvey>, Failure> {
    let mut lang = shop.default_language;
    read_query(raw.as_deref(), |name, value| {
        if name != "lang" {
            return Err(unknown_parameter(name));
        }
        lang = shop.speaks(value).unwrap_or(lang);
        Ok(())
    })?;
    let (shown, _) = shown(&app, &shop, &code, None, lang).await?;
    Ok(Json(shown))
}

/// Answers a survey without an account, where the survey is not only for customers. Sent again with the same `draft` it counts
/// once.
#[utoipa::path(
    post, path = "/v1/surveys/{code}/answers", tag = "surveys", operation_id = "create_guest_survey_answer",
    params(
        ("code" = String, Path, description = "What names the survey in the address of its page"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    request_body = NewSurveyAnswer,
    responses(
        (status = 201, body = SurveyThanks),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_guest_survey_answer(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(code): Path<String>,
    caller: Caller,
    Body(answer): Body<NewSurveyAnswer, FORM>,
) -> Result<(StatusCode, Json<SurveyThanks>), Failure> {
    let thanks = take(&app, &shop, &code, Answering::Guest(caller), answer).await?;
    Ok((StatusCode::CREATED, Json(thanks)))
}

/// Answers a survey as a customer, once. Sent again with the same `draft` it is the same answer.
#[utoipa::path(
    post, path = "/v1/customer/surveys/{code}/answers", tag = "surveys", operation_id = "create_survey_answer",
    params(
        ("code" = String, Path, description = "What names the survey in the address of its page"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = NewSurveyAnswer,
    responses(
        (status = 201, body = SurveyThanks),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_survey_answer(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(code): Path<String>,
    Body(answer): Body<NewSurveyAnswer, FORM>,
) -> Result<(StatusCode, Json<SurveyThanks>), Failure> {
    let who = Answering::Customer(access.customer.clone());
    let thanks = take(&app, &shop, &code, who, answer).await?;
    Ok((StatusCode::CREATED, Json(thanks)))
}

/// Who answers.
pub(crate) enum Answering {
    /// Somebody who is not signed in, at this address.
    Guest(Caller),
    /// A customer.
    Customer(CustomerId),
}

/// Takes an answer.
///
/// # Errors
/// What is wrong with it, or why it is refused; else when the database does not answer.
pub(crate) async fn take(
    app: &App,
    shop: &Shop,
    code: &str,
    who: Answering,
    answer: NewSurveyAnswer,
) -> Result<SurveyThanks, Failure> {
    answer.check_draft()?;
    let (of, code, today) = (shop.id.clone(), code.to_owned(), today(shop));
    let (customer, attempt) = match who {
        Answering::Guest(caller) => (None, Some(app.attempts.survey(&of, caller))),
        Answering::Customer(customer) => (Some(customer), None),
    };
    let work = move |db: &mut Db| -> Result<_, Failure> {
        let answered = db
            .answer_survey(&of, &code, customer.as_ref(), (answer, &today))?
            .map_err(refused)?;
        // What is sent once more is no other try.
        if let Some(attempt) = attempt.filter(|_| answered.is_new) {
            attempt.count_in(db)?;
        }
        Ok(answered)
    };
    let answered = app.store.write(work).await?;
    Ok(SurveyThanks {
        answered_at: answered.at,
    })
}

/// A survey for a reader of `lang`, and when `customer` has answered it.
///
/// # Errors
/// [`Code::NotFound`] where shoppers do not see it; else when the database does not answer.
pub(crate) async fn shown(
    app: &App,
    shop: &Shop,
    code: &str,
    customer: Option<&CustomerId>,
    lang: Lang,
) -> Result<(ShownSurvey, Option<i64>), Failure> {
    let (of, code, customer) = (shop.id.clone(), code.to_owned(), customer.cloned());
    let read = move |db: &mut Db| -> Result<_, Failure> {
        let survey = db.survey_by_code(&of, &code)?;
        let survey = survey.filter(|survey| survey.state != SurveyState::Draft);
        let survey = survey.ok_or(Code::NotFound)?;
        let answered = match &customer {
            Some(customer) => db.survey_answered_at(&survey.id, customer)?,
            None => None,
        };
        Ok((survey, answered))
    };
    let (survey, answered) = app.store.read(read).await?;
    let standing = standing(&survey, &today(shop));
    let languages = (lang, shop.default_language);
    let shown = ShownSurvey::of(&survey.code, &survey.content, standing, languages);
    Ok((shown.ok_or(Code::NotFound)?, answered))
}

/// Whether a survey that is no draft can be answered on a day.
fn standing(survey: &Survey, today: &str) -> Standing {
    if survey.state == SurveyState::Closed {
        Standing::Over
    } else if survey.content.is_on(today) {
        Standing::Open
    } else if today < &*survey.content.from {
        Standing::Soon
    } else {
        Standing::Over
    }
}

/// A refusal, as the API says it.
fn refused(refusal: SurveyRefusal) -> Failure {
    match refusal {
        SurveyRefusal::NoSurvey => Code::NotFound,
        SurveyRefusal::Changed => Code::SurveyChanged,
        SurveyRefusal::TooMany => Code::SurveyLimit,
        SurveyRefusal::HasAnswers => Code::SurveyHasAnswers,
        SurveyRefusal::NotOpen => Code::SurveyClosed,
        SurveyRefusal::Answered => Code::SurveyAnswered,
        SurveyRefusal::MembersOnly => Code::SurveyMembersOnly,
        SurveyRefusal::Wrong(problem) => return (*problem).into(),
    }
    .into()
}
