//! How satisfied a shopper is with what has become of a case: the form on the case's own page, and the page to which the letter
//! leads.

use super::{Guest, place_of};
use crate::app::App;
use crate::feedback::refused;
use crate::feedback::satisfaction::rate;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::site::visit::is_to_be_seen;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use bookplate_site::case_page::RatePage;
use bookplate_site::page::Content;
use bookplate_store::Db;
use bookplate_store::feedback::CaseHolder;
use bookplate_wire::Code;
use bookplate_wire::feedback::satisfaction::CaseRating;

/// What a form says.
pub(super) fn read(form: &Form) -> CaseRating {
    CaseRating {
        // None is as wrong as one that is out of bounds.
        score: form.text("score").parse().unwrap_or(0),
        comment: form.text("comment").to_owned(),
    }
}

/// The page of the letter's code. What does not fit is counted as a guess.
async fn page(app: &App, guest: &Guest, caller: Caller, code: &str) -> Result<RatePage, Failure> {
    let attempt = app.attempts.case(&guest.shop.id, caller);
    let attempt = attempt.count(app).await?;
    let (of, holder) = (guest.shop.id.clone(), CaseHolder::RateCode(code.to_owned()));
    let look = move |db: &mut Db| -> Result<_, Failure> {
        let (case, _) = db.held_case(&of, &holder)?.map_err(refused)?;
        attempt.succeeded(db)?;
        Ok(case)
    };
    let case = app.store.write(look).await?;
    Ok(RatePage {
        code: code.to_owned(),
        kind: case.case.kind,
        takes_rating: case.takes_rating,
        rating: case.case.rating,
        sends: false,
        sent: false,
        wrong: false,
    })
}

fn show(app: &App, guest: &Guest, status: StatusCode, page: RatePage) -> Response {
    let content = Content::Rate(Box::new(page));
    let place = place_of(&guest.shop);
    guest.visit.show(app, status, place, content, &[])
}

/// What is not found, as the page says it.
fn not_found(
    app: &App,
    guest: &Guest,
    problem: bookplate_wire::Problem,
) -> Result<Response, Failure> {
    match problem.code {
        Code::CaseNotFound => Err(Code::NotFound.into()),
        Code::RateLimited => {
            let failed = Content::Failed(bookplate_site::page::Failed::Busy);
            let place = place_of(&guest.shop);
            let status = StatusCode::TOO_MANY_REQUESTS;
            let response = guest.visit.show(app, status, place, failed, &[]);
            Ok(must_wait(response, problem.retry_after.unwrap_or(1)))
        }
        _ => Err(problem.into()),
    }
}

/// `GET /shops/{key}/feedback/rate/{code}`: with `score` that one is chosen already, and the page's own program sends it. Nothing
/// is kept by looking: programs that check letters look, too.
pub(crate) async fn show_rate(
    State(app): State<App>,
    Path((_key, code)): Path<(String, String)>,
    guest: Guest,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let mut page = match page(&app, &guest, caller, &code).await {
        Ok(page) => page,
        Err(Failure(problem)) => return not_found(&app, &guest, problem),
    };
    let score = guest.visit.parameter("score");
    let score = score.and_then(|score| score.parse().ok());
    if let Some(score) = score.filter(|score| (1..=5).contains(score)) {
        let comment = page
            .rating
            .map_or_else(String::new, |rating| rating.comment);
        page.rating = Some(CaseRating { score, comment });
        // A page that a browser renders beforehand has pressed nothing.
        page.sends = page.takes_rating && is_to_be_seen(&method, &headers);
    }
    Ok(show(&app, &guest, StatusCode::OK, page))
}

/// `POST /shops/{key}/feedback/rate/{code}`
pub(crate) async fn send_rate(
    State(app): State<App>,
    Path((_key, code)): Path<(String, String)>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let mut page = match page(&app, &guest, caller, &code).await {
        Ok(page) => page,
        Err(Failure(problem)) => return not_found(&app, &guest, problem),
    };
    let rating = read(&form);
    let status = match rate(
        &app,
        &guest.shop,
        CaseHolder::RateCode(code),
        rating.clone(),
    )
    .await
    {
        Ok(case) => {
            page.sent = true;
            page.rating = case.case.rating;
            StatusCode::OK
        }
        Err(Failure(problem)) if problem.code == Code::FieldInvalid => {
            page.wrong = true;
            page.rating = Some(rating);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Failure(problem)) if problem.code == Code::RatingClosed => {
            page.takes_rating = false;
            StatusCode::CONFLICT
        }
        Err(failure) => return Err(failure),
    };
    Ok(show(&app, &guest, status, page))
}
