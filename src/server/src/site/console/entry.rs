//! Getting into the console and out of it.

use super::{Colleague, faults};
use crate::app::App;
use crate::passkeys;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::site::visit::Visit;
use crate::staff::access::{self, Newcomer};
use crate::staff::enrolments::{accept, enrol, enrolment};
use crate::staff::sessions::{self, forget, set_cookie};
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, EnterPage, SignInFault, StaffSignInPage};
use bookplate_site::page::{Console, Content, Done, Place};
use bookplate_store::Db;
use bookplate_wire::staff::{NewStaff, StaffSignIn};
use bookplate_wire::{Code, Problem};

/// A page for who is not signed in.
fn show(app: &App, visit: &Visit, status: StatusCode, page: ConsolePage) -> Response {
    let place = Place::Console(Console::default());
    visit.show(app, status, place, Content::Console(page), &[])
}

/// Only to pages of the console: an address in a link must not lead anybody elsewhere.
fn back(asked: &str) -> &str {
    let ours = asked == "/console" || asked.starts_with("/console/");
    if ours { asked } else { "" }
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// `GET /console/sign-in`
pub(crate) async fn show_sign_in(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let asked = visit.parameter("back").unwrap_or_default();
    let back = back(&asked);
    if access::signed_in(&app, &headers).await?.is_some() {
        return Ok(visit.leave(if back.is_empty() { "/console" } else { back }));
    }
    let page = StaffSignInPage {
        back: back.to_owned(),
        passkeys: passkeys::are_available(&app),
        ..StaffSignInPage::default()
    };
    Ok(show(
        &app,
        &visit,
        StatusCode::OK,
        ConsolePage::SignIn(page),
    ))
}

/// `POST /console/sign-in`
pub(crate) async fn sign_in(
    State(app): State<App>,
    visit: Visit,
    Newcomer(address): Newcomer,
    form: Form,
) -> Result<Response, Failure> {
    let back = back(form.text("back"));
    let credential = Some(form.text("credential")).filter(|text| !text.is_empty());
    let asked = StaffSignIn {
        email: form.text("email").to_owned(),
        password: form.text("password").to_owned(),
        // Whoever has begun to type one and then takes a passkey means the passkey.
        code: credential.map_or(form.text("code"), |_| "").to_owned(),
        credential: credential.map(str::to_owned),
    };
    let failure = match sessions::sign_in(&app, address, asked).await {
        Ok((secret, _)) => {
            let to = if back.is_empty() { "/console" } else { back };
            let [(_, cookie)] = set_cookie(&secret);
            return Ok(with_cookie(visit.leave(to), &cookie));
        }
        Err(failure) => failure,
    };
    let Failure(Problem {
        status,
        retry_after,
        ..
    }) = failure;
    if status >= 500 {
        return Err(failure);
    }
    let page = StaffSignInPage {
        email: form.text("email").to_owned(),
        back: back.to_owned(),
        passkeys: passkeys::are_available(&app),
        fault: Some(match retry_after {
            Some(seconds) => SignInFault::Wait(u32::try_from(seconds).unwrap_or(u32::MAX)),
            None => SignInFault::Refused,
        }),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let page = show(&app, &visit, status, ConsolePage::SignIn(page));
    Ok(match retry_after {
        Some(seconds) => must_wait(page, seconds),
        None => page,
    })
}

/// `POST /console/sign-out`
pub(crate) async fn sign_out(
    State(app): State<App>,
    colleague: Colleague,
    _: Form,
) -> Result<Response, Failure> {
    let session = colleague.signed_in.session;
    let end = move |db: &mut Db| db.end_staff_session(&session);
    app.store.write(end).await?;
    let path = format!("/console/sign-in?done={}", Done::SignedOut.as_str());
    let response = colleague.visit.leave(&path);
    Ok(with_cookie(response, &forget()))
}

/// `GET /console/enter?token=…`
pub(crate) async fn show_enter(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    _: Newcomer,
) -> Result<Response, Failure> {
    let token = visit.parameter("token").unwrap_or_default();
    entered(&app, &visit, &headers, token, None).await
}

/// What was typed of a form that was not taken.
struct Typed {
    name: String,
    /// The authenticator's secret that the form has shown: whoever has scanned it need not do so again.
    secret: String,
    /// What is wrong.
    faults: Vec<String>,
}

/// The page for a link, with what was typed and is wrong.
async fn entered(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    token: String,
    typed: Option<Typed>,
) -> Result<Response, Failure> {
    let shown = typed.as_ref().map(|typed| typed.secret.clone());
    let enrolment = enrolment(app, &token, shown.unwrap_or_default()).await;
    let Ok(enrolment) = faults(enrolment)? else {
        let page = ConsolePage::LinkInvalid;
        return Ok(show(app, visit, StatusCode::NOT_FOUND, page));
    };
    let status = if typed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let (name, faults) = match typed {
        Some(typed) => (typed.name, typed.faults),
        None => (enrolment.name.clone(), Vec::new()),
    };
    let page = EnterPage {
        token,
        signed_in: access::signed_in(app, headers).await?.is_some(),
        enrolment,
        name,
        faults,
    };
    Ok(show(app, visit, status, ConsolePage::Enter(Box::new(page))))
}

/// `POST /console/enter`
pub(crate) async fn enter(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Newcomer(address): Newcomer,
    form: Form,
) -> Result<Response, Failure> {
    let token = form.text("token").to_owned();
    let name = form.text("name").to_owned();
    if form.text("password").is_empty()
        && form.text("code").is_empty()
        && let Some((signed_in, _)) = access::signed_in(&app, &headers).await?
    {
        return match accept(&app, &token, signed_in.staff).await {
            Ok(_) => Ok(visit.leave("/console")),
            Err(Failure(problem)) if problem.code == Code::LinkInvalid => {
                let page = ConsolePage::LinkInvalid;
                Ok(show(&app, &visit, StatusCode::NOT_FOUND, page))
            }
            Err(failure) => Err(failure),
        };
    }
    let new = NewStaff {
        token: token.clone(),
        name: name.clone(),
        password: form.text("password").to_owned(),
        code: form.text("code").to_owned(),
    };
    match faults(enrol(&app, address, new).await)? {
        Ok((secret, enrolled)) => {
            let page = ConsolePage::Codes(enrolled.recovery_codes);
            let [(_, cookie)] = set_cookie(&secret);
            let response = show(&app, &visit, StatusCode::OK, page);
            Ok(with_cookie(response, &cookie))
        }
        Err(faults) => {
            let typed = Typed {
                name,
                secret: form.text("secret").to_owned(),
                faults,
            };
            entered(&app, &visit, &headers, token, Some(typed)).await
        }
    }
}
