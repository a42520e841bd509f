//! Invitations: the page to which a customer's link leads, and taking one in the member centre.

use super::feedback_form::Writer;
use super::points::view;
use super::{Guest, Member};
use crate::app::App;
use crate::limits::Caller;
use crate::points::referrals::take;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, Done, InvitePage};
use bookplate_store::Db;
use bookplate_wire::points::referrals::TakenReferral;
use bookplate_wire::{Code, Problem};

/// `GET /shops/{key}/invite/{code}`: the same page whether there is such an invitation or not.
pub(crate) async fn show_invite(
    State(app): State<App>,
    Path((_key, code)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
    caller: Caller,
) -> Result<Response, Failure> {
    let reader = Writer::new(guest, member);
    let mut page = InvitePage {
        code,
        by: None,
        offer: None,
        refused: None,
    };
    let shop = reader.shop().id.clone();
    let attempt = match app.attempts.invite(&shop, caller).count(&app).await {
        Ok(attempt) => attempt,
        Err(Failure(problem)) if problem.code == Code::RateLimited => {
            page.refused = Some(problem.code);
            return Ok(shown(&app, &reader, page, &problem));
        }
        Err(failure) => return Err(failure),
    };
    let asked = page.code.clone();
    let look = move |db: &mut Db| -> Result<_, Failure> {
        let by = db.inviter_name(&shop, &asked)?;
        if by.is_some() {
            attempt.succeeded(db)?;
        }
        Ok((by, db.referral_offer(&shop)?))
    };
    (page.by, page.offer) = app.store.write(look).await?;
    if page.by.is_none() {
        let Failure(problem) = Code::ReferralUnknown.into();
        return Ok(shown(&app, &reader, page, &problem));
    }
    Ok(reader.show_content(&app, StatusCode::OK, Content::Invite(Box::new(page))))
}

fn shown(app: &App, reader: &Writer, page: InvitePage, problem: &Problem) -> Response {
    let content = Content::Invite(Box::new(page));
    let response = reader.show_content(app, status_of(problem), content);
    waiting(response, problem)
}

fn status_of(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST)
}

/// Says for how long to wait, where that helps.
fn waiting(response: Response, problem: &Problem) -> Response {
    match problem.retry_after {
        Some(seconds) => must_wait(response, seconds),
        None => response,
    }
}

/// `POST /shops/{key}/member/points`: takes the invitation whose code the form has.
pub(crate) async fn take_invitation(
    State(app): State<App>,
    member: Member,
    method: Method,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let taken = TakenReferral {
        code: form.text("code").trim().to_owned(),
    };
    let customer = &member.access.customer;
    match take(&app, &member.shop, customer, taken.clone()).await {
        Ok(()) => Ok(member
            .visit
            .go(&member.path("points"), Done::InvitationTaken)),
        Err(Failure(problem)) if is_said(problem.code) => {
            let asked = (&method, &headers);
            let page = view(&app, &member, asked, taken.code, Some(problem.code)).await?;
            let content = Content::Points(Box::new(page));
            let response = member.show(&app, status_of(&problem), content);
            Ok(waiting(response, &problem))
        }
        Err(failure) => Err(failure),
    }
}

/// Whether the page says why something was refused.
fn is_said(code: Code) -> bool {
    matches!(
        code,
        Code::ReferralOff
            | Code::ReferralUnknown
            | Code::ReferralOwn
            | Code::ReferralTaken
            | Code::ReferralNotNew
            | Code::RateLimited
    )
}
