//! A survey, where a shopper answers it.

use super::feedback::new_draft;
use super::feedback_form::Writer;
use super::{Guest, Member};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::shops::day;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::surveys::{Answering, shown, take};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done};
use bookplate_site::survey_page::SurveyPage;
use bookplate_store::Db;
use bookplate_wire::surveys::QuestionKind;
use bookplate_wire::surveys::answers::{
    NewSurveyAnswer, QuestionAnswer, ShownQuestion, ShownSurvey,
};
use bookplate_wire::surveys::survey_path;
use bookplate_wire::{Code, Problem};

/// The page as it is for who looks at it.
async fn page(app: &App, reader: &Writer, code: &str) -> Result<SurveyPage, Failure> {
    let customer = reader.access().map(|access| &access.customer);
    let shop = reader.shop();
    let (survey, answered) = shown(app, shop, code, customer, reader.lang()).await?;
    let points = match customer.cloned() {
        Some(customer) => {
            let of = shop.id.clone();
            let promise = move |db: &mut Db| db.survey_promise(&of, &customer);
            app.store.read(promise).await?
        }
        None => 0,
    };
    Ok(SurveyPage {
        survey,
        draft: new_draft(),
        answers: Vec::new(),
        answered_on: answered.map_or_else(String::new, |at| day(shop, at)),
        signed_in: customer.is_some(),
        points,
        faults: Vec::new(),
    })
}

/// `GET /shops/{key}/surveys/{code}`
pub(crate) async fn show_survey(
    State(app): State<App>,
    Path((_key, code)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
) -> Result<Response, Failure> {
    let reader = Writer::new(guest, member);
    let page = page(&app, &reader, &code).await?;
    Ok(reader.show_content(&app, StatusCode::OK, Content::Survey(Box::new(page))))
}

/// `POST /shops/{key}/surveys/{code}`: answers it; `q` with a question's number behind it are the answers.
pub(crate) async fn answer_survey(
    State(app): State<App>,
    Path((_key, code)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let reader = Writer::new(guest, member);
    let mut page = page(&app, &reader, &code).await?;
    page.draft = form.text("draft").to_owned();
    page.answers = typed(&page.survey, &form);
    let answer = NewSurveyAnswer {
        draft: page.draft.clone(),
        language: page.survey.language.tag().to_owned(),
        answers: page.answers.clone(),
    };
    let who = match reader.access() {
        Some(access) => Answering::Customer(access.customer.clone()),
        None => Answering::Guest(caller),
    };
    match take(&app, reader.shop(), &code, who, answer).await {
        Ok(_) => {
            let path = survey_path(&reader.shop().public_key, &code);
            Ok(reader.go(&path, Done::SurveyAnswered))
        }
        Err(Failure(problem)) => wrong(&app, &reader, page, problem),
    }
}

/// What a form says to each question.
fn typed(survey: &ShownSurvey, form: &Form) -> Vec<QuestionAnswer> {
    let answer = |question: &ShownQuestion| {
        let name = format!("q{}", question.number);
        let mut answer = QuestionAnswer {
            question: question.number,
            ..QuestionAnswer::default()
        };
        if question.kind == QuestionKind::Text {
            answer.text = form.text(&name).to_owned();
        } else {
            // What is no number is as wrong as one that is out of bounds.
            let chosen = form.all(&name).map(|place| place.parse().unwrap_or(0));
            answer.chosen = chosen.collect();
        }
        answer
    };
    survey.questions.iter().map(answer).collect()
}

/// The form again with what is wrong with it, or the page that says that it cannot be answered any more.
fn wrong(
    app: &App,
    reader: &Writer,
    mut page: SurveyPage,
    problem: Problem,
) -> Result<Response, Failure> {
    let is_said = matches!(
        problem.code,
        Code::FieldInvalid
            | Code::SurveyAnswered
            | Code::SurveyClosed
            | Code::SurveyMembersOnly
            | Code::RateLimited
    );
    if !is_said {
        return Err(problem.into());
    }
    page.faults = problem.fields().map(str::to_owned).collect();
    if page.faults.is_empty() {
        page.faults.push(problem.code.as_str().to_owned());
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    let response = reader.show_content(app, status, Content::Survey(Box::new(page)));
    Ok(match problem.retry_after {
        Some(seconds) => must_wait(response, seconds),
        None => response,
    })
}
