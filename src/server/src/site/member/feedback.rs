//! Cases of shoppers: the customer's own, and those that are followed by a code.

use super::{Guest, Member, place_of, rating};
use crate::accounts::tokens::random_text;
use crate::app::App;
use crate::feedback::guests::{find, write as write_as_guest};
use crate::feedback::own::{one, write};
use crate::feedback::satisfaction::{rate_guests, rate_own};
use crate::limits::Caller;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::shops::day;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::case_page::{OwnCasePage, OwnCasesPage, Rated, ReplyDraft, TrackPage};
use bookplate_site::page::{Content, Done};
use bookplate_store::Db;
use bookplate_wire::feedback::guests::CaseCode;
use bookplate_wire::feedback::own_path;
use bookplate_wire::feedback::writing::{DRAFT, NewMessage};
use bookplate_wire::{Code, Problem};

/// How many cases a page has.
const PAGE: u32 = 20;

/// What names another draft.
pub(super) fn new_draft() -> String {
    let mut draft = hash(&random_text());
    draft.truncate(DRAFT);
    draft
}

/// A form to write more, with nothing in it yet.
fn fresh() -> ReplyDraft {
    ReplyDraft {
        draft: new_draft(),
        ..ReplyDraft::default()
    }
}

/// What a form has sent.
fn read(form: &Form) -> NewMessage {
    NewMessage {
        draft: form.text("draft").to_owned(),
        text: form.text("text").to_owned(),
        photos: Vec::new(),
    }
}

/// The form again, for what cannot be taken.
fn again(form: &Form) -> ReplyDraft {
    ReplyDraft {
        text: form.text("text").to_owned(),
        wrong: true,
        ..fresh()
    }
}

/// Whether a rating was not kept for what it says, or because it is late.
fn is_unrated(problem: &Problem) -> bool {
    matches!(problem.code, Code::FieldInvalid | Code::RatingClosed)
}

/// Whether nothing but the words are to blame.
fn is_wrong(problem: &Problem) -> bool {
    matches!(problem.code, Code::FieldInvalid | Code::DraftConflict)
}

/// `GET /shops/{key}/member/feedback`: the customer's cases.
pub(crate) async fn show_own_cases(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let (customer, after) = (
        member.access.customer.clone(),
        member.visit.parameter("after"),
    );
    let read = move |db: &mut Db| db.own_cases(&customer, after.as_deref(), PAGE);
    let page = app.store.read(read).await?;
    let cases = page.cases.iter();
    let days = cases
        .map(|case| day(&member.shop, case.opened_at))
        .collect();
    let page = OwnCasesPage { page, days };
    Ok(member.show(&app, StatusCode::OK, Content::OwnCases(page)))
}

/// `GET /shops/{key}/member/feedback/{case}`: one of them.
pub(crate) async fn show_own_case(
    State(app): State<App>,
    Path((_key, case)): Path<(String, String)>,
    member: Member,
) -> Result<Response, Failure> {
    own_case(&app, &member, &case, StatusCode::OK, (fresh(), false)).await
}

async fn own_case(
    app: &App,
    member: &Member,
    case: &str,
    status: StatusCode,
    (reply, rating_wrong): (ReplyDraft, bool),
) -> Result<Response, Failure> {
    let case = one(app, &member.shop, &member.access.customer, case).await?;
    let page = OwnCasePage {
        case,
        reply,
        rating_wrong,
    };
    Ok(member.show(app, status, Content::OwnCase(Box::new(page))))
}

/// `POST /shops/{key}/member/feedback/{case}`: writes more, or says how satisfied the customer is, as `do` says.
pub(crate) async fn write_own_case(
    State(app): State<App>,
    Path((_key, case)): Path<(String, String)>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let customer = &member.access.customer;
    if form.text("do") == "rate" {
        let rated = rate_own(&app, &member.shop, customer, &case, rating::read(&form)).await;
        return match rated {
            Ok(rated) => {
                let path = own_path(&member.shop.public_key, &rated.case.id);
                Ok(member.visit.go(&path, Done::Rated))
            }
            Err(Failure(problem)) if is_unrated(&problem) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                let wrong = problem.code == Code::FieldInvalid;
                own_case(&app, &member, &case, status, (fresh(), wrong)).await
            }
            Err(failure) => Err(failure),
        };
    }
    match write(&app, &member.shop, customer, &case, read(&form)).await {
        Ok(written) => {
            let path = own_path(&member.shop.public_key, &written.case.id);
            Ok(member.visit.go(&path, Done::ReplySent))
        }
        Err(Failure(problem)) if is_wrong(&problem) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            own_case(&app, &member, &case, status, (again(&form), false)).await
        }
        // It was resolved long ago, or goes on as another one, which the page says.
        Err(Failure(problem)) if problem.code == Code::CaseClosed => {
            own_case(&app, &member, &case, StatusCode::CONFLICT, (fresh(), false)).await
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /shops/{key}/feedback/track`: asks for the code of a case.
pub(crate) async fn show_track(State(app): State<App>, guest: Guest) -> Response {
    show(&app, &guest, StatusCode::OK, TrackPage::default())
}

/// `POST /shops/{key}/feedback/track`: finds a case by its code, and does with it what `do` says: `look`, `write` or `rate`.
pub(crate) async fn change_track(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let asked = CaseCode {
        code: form.text("code").to_owned(),
        email: form.text("email").to_owned(),
    };
    let mut page = TrackPage {
        code: asked.code.clone(),
        email: asked.email.clone(),
        reply: fresh(),
        ..TrackPage::default()
    };
    let mut status = StatusCode::OK;
    if form.text("do") == "write" {
        match write_as_guest(&app, &guest.shop, caller, &asked, read(&form)).await {
            Ok(_) => page.reply.sent = true,
            Err(Failure(problem)) if is_wrong(&problem) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                page.reply = again(&form);
            }
            Err(Failure(problem)) if problem.code == Code::CaseClosed => {
                status = StatusCode::CONFLICT;
            }
            Err(Failure(problem)) => return not_found(&app, &guest, page, problem),
        }
    }
    if form.text("do") == "rate" {
        match rate_guests(&app, &guest.shop, caller, &asked, rating::read(&form)).await {
            Ok(_) => page.rating = Rated::Sent,
            Err(Failure(problem)) if is_unrated(&problem) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                if problem.code == Code::FieldInvalid {
                    page.rating = Rated::Wrong;
                }
            }
            Err(Failure(problem)) => return not_found(&app, &guest, page, problem),
        }
    }
    match find(&app, &guest.shop, caller, &asked).await {
        Ok(found) => {
            if found.case.is_none() {
                status = StatusCode::UNPROCESSABLE_ENTITY;
            }
            page.found = Some(found);
            Ok(show(&app, &guest, status, page))
        }
        Err(Failure(problem)) => not_found(&app, &guest, page, problem),
    }
}

fn not_found(
    app: &App,
    guest: &Guest,
    mut page: TrackPage,
    problem: Problem,
) -> Result<Response, Failure> {
    let status = match problem.code {
        Code::CaseNotFound => StatusCode::UNPROCESSABLE_ENTITY,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        _ => return Err(problem.into()),
    };
    page.refused = Some(problem.code);
    let response = show(app, guest, status, page);
    Ok(match problem.retry_after {
        Some(seconds) => must_wait(response, seconds),
        None => response,
    })
}

fn show(app: &App, guest: &Guest, status: StatusCode, page: TrackPage) -> Response {
    let content = Content::Track(Box::new(page));
    guest
        .visit
        .show(app, status, place_of(&guest.shop), content, &[])
}
