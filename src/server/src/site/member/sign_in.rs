//! Getting in and out: signing in and up, confirming an address, choosing another password.
//!
//! The forms do what the API does, by the API's own handlers; only what a reader sees is different.

use super::connect::{connected, opener};
use super::{Guest, Member};
use crate::accounts::cookie::{Jar, cookie_session, forget};
use crate::accounts::grants::create_session;
use crate::accounts::logins::{self, confirm_account, reset_password, set_password};
use crate::api::{Body, SMALL, read_body, read_json};
use crate::app::App;
use crate::limits::Caller;
use crate::passkeys;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use axum::Extension;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bookplate_site::page::{
    Confirm, Content, Done, LoginFault, Reset, SignIn, SignUp, member_path,
};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, now};
use bookplate_wire::accounts::{
    AccountConfirmation, Keep, NewAccount, NewPassword, NewSession, PasswordReset, Session,
};
use bookplate_wire::wishlists::shared_path;
use bookplate_wire::{Code, Problem, query};

/// `GET /shops/{key}/member/sign-in`
pub(crate) async fn show_sign_in(
    State(app): State<App>,
    guest: Guest,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let back = guest.visit.parameter("back").unwrap_or_default();
    let back = within(&guest.shop, &back);
    if cookie_session(&app, &guest.shop, &headers).await?.is_some() {
        return Ok(guest.visit.leave(&back));
    }
    let sign_in = SignIn {
        back,
        passkeys: passkeys::are_available(&app),
        ..SignIn::default()
    };
    Ok(guest.show(&app, StatusCode::OK, Content::SignIn(sign_in)))
}

/// `back` if it is a page of this member centre, or a wishlist that is shared, else the first page: an address in a link must
/// not lead anybody elsewhere.
fn within(shop: &Shop, back: &str) -> String {
    let start = member_path(&shop.public_key, "");
    let is_within = back
        .strip_prefix(&start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let is_list = back.starts_with(&shared_path(&shop.public_key, ""));
    // A browser takes `..` away, and a step up with it; also where its dots are escaped.
    let path = back.split(['?', '#']).next().unwrap_or_default();
    let path = path.to_ascii_lowercase().replace("%2e", ".");
    let leads_up = path.split(['/', '\\']).any(|step| step == "..");
    if (is_within || is_list) && !leads_up {
        back.to_owned()
    } else {
        start
    }
}

/// `POST /shops/{key}/member/sign-in`
pub(crate) async fn sign_in(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let keep = Keep::Cookie;
    let asked = match form.text("credential") {
        "" => NewSession::Password {
            email: form.text("email").to_owned(),
            password: form.text("password").to_owned(),
            keep,
        },
        credential => NewSession::Passkey {
            credential: credential.to_owned(),
            keep,
        },
    };
    let back = within(&guest.shop, form.text("back"));
    let shop = Extension(guest.shop.clone());
    match create_session(State(app.clone()), shop, caller, headers, Body(asked)).await {
        Ok(begun) => match opener(&guest.shop, &back).filter(|_| !guest.visit.json) {
            Some(opener) => connect(&app, &guest, opener, begun).await,
            None => Ok(with_cookie_of(&begun, guest.visit.leave(&back))),
        },
        Err(failure) => {
            let (fault, wait) = fault(failure)?;
            let sign_in = SignIn {
                back,
                email: form.text("email").to_owned(),
                passkeys: passkeys::are_available(&app),
                fault: Some(fault),
            };
            Ok(guest.again(&app, wait, Content::SignIn(sign_in)))
        }
    }
}

/// For a page of the shop's that has opened the window for this, with the session that the API has just begun.
async fn connect(
    app: &App,
    guest: &Guest,
    opener: String,
    mut begun: Response,
) -> Result<Response, Failure> {
    let session = session_of(&mut begun).await?;
    let access = app.tokens.decode(&session.access_token, now())?;
    let shown = connected(app, guest, opener, &access, &session.customer).await?;
    Ok(with_cookie_of(&begun, shown))
}

/// The session in what the API has replied.
pub(super) async fn session_of(begun: &mut Response) -> Result<Session, Failure> {
    let body = std::mem::take(begun.body_mut());
    read_json(&read_body(body, SMALL).await?)
}

/// `response` with the cookie that the API has set.
fn with_cookie_of(begun: &Response, mut response: Response) -> Response {
    if let Some(cookie) = begun.headers().get(SET_COOKIE) {
        response.headers_mut().insert(SET_COOKIE, cookie.clone());
    }
    response
}

/// What a reader is told of a failure, where it is the reader's to mend, and for how many seconds to wait.
fn fault(failure: Failure) -> Result<(LoginFault, Option<u64>), Failure> {
    let Failure(Problem {
        code,
        field,
        retry_after,
        ..
    }) = &failure;
    let fault = match (code, field.as_deref()) {
        (Code::CredentialsInvalid, Some("password")) => LoginFault::Password,
        (Code::CredentialsInvalid, _) => LoginFault::Credentials,
        (Code::LinkInvalid, _) => LoginFault::Link,
        (Code::PasskeyInvalid, _) => LoginFault::Passkey,
        (Code::RateLimited, _) => LoginFault::Slow,
        (Code::FieldInvalid, Some("email")) => LoginFault::Email,
        (Code::FieldInvalid, Some("name")) => LoginFault::Name,
        (Code::FieldInvalid, Some("password")) => LoginFault::Password,
        _ => return Err(failure),
    };
    Ok((fault, *retry_after))
}

impl Guest {
    /// The form once more, with what is wrong; where waiting helps, for how many seconds.
    fn again(&self, app: &App, wait: Option<u64>, content: Content) -> Response {
        let page = self.show(app, StatusCode::UNPROCESSABLE_ENTITY, content);
        match wait {
            Some(seconds) => must_wait(page, seconds),
            None => page,
        }
    }

    /// The page to which somebody was on the way who signs up; empty for none. Not the window of a shop's page: what an email
    /// leads to is another one.
    fn onward(&self) -> String {
        let asked = self.visit.parameter("back");
        let back = asked.map(|back| within(&self.shop, &back));
        back.filter(|back| opener(&self.shop, back).is_none())
            .unwrap_or_default()
    }

    /// The token in the address, which an email has led to.
    fn token(&self) -> String {
        self.visit.parameter("token").unwrap_or_default()
    }
}

/// `GET /shops/{key}/member/sign-up`
pub(crate) async fn show_sign_up(State(app): State<App>, guest: Guest) -> Response {
    guest.show(&app, StatusCode::OK, Content::SignUp(SignUp::default()))
}

/// `POST /shops/{key}/member/sign-up`
pub(crate) async fn sign_up(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let mut sign_up = SignUp {
        email: form.text("email").trim().to_owned(),
        name: form.text("name").trim().to_owned(),
        ..SignUp::default()
    };
    let new = NewAccount {
        email: sign_up.email.clone(),
        password: form.text("password").to_owned(),
        name: sign_up.name.clone(),
        language: guest.visit.lang,
    };
    let back = guest.onward();
    match logins::sign_up(&app, &guest.shop, caller, (new, &back)).await {
        Ok(()) => {
            sign_up.sent = true;
            Ok(guest.show(&app, StatusCode::OK, Content::SignUp(sign_up)))
        }
        Err(failure) => {
            let (fault, wait) = fault(failure)?;
            sign_up.fault = Some(fault);
            Ok(guest.again(&app, wait, Content::SignUp(sign_up)))
        }
    }
}

/// `GET /shops/{key}/member/confirm`
pub(crate) async fn show_confirm(State(app): State<App>, guest: Guest) -> Response {
    guest.show(&app, StatusCode::OK, Content::Confirm(Confirm::default()))
}

/// `POST /shops/{key}/member/confirm`
pub(crate) async fn confirm(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let asked = AccountConfirmation {
        token: guest.token(),
        password: form.text("password").to_owned(),
        keep: Keep::Cookie,
    };
    let shop = Extension(guest.shop.clone());
    match confirm_account(State(app.clone()), shop, caller, headers, Body(asked)).await {
        Ok(begun) => {
            let back = within(&guest.shop, &guest.onward());
            Ok(with_cookie_of(&begun, guest.visit.leave(&back)))
        }
        Err(failure) => {
            let (fault, wait) = fault(failure)?;
            let fault = Some(fault);
            Ok(guest.again(&app, wait, Content::Confirm(Confirm { fault })))
        }
    }
}

/// `GET /shops/{key}/member/reset`
pub(crate) async fn show_reset(State(app): State<App>, guest: Guest) -> Response {
    let reset = Reset {
        choose: !guest.token().is_empty(),
        ..Reset::default()
    };
    guest.show(&app, StatusCode::OK, Content::Reset(reset))
}

/// `POST /shops/{key}/member/reset`: asks for a link, or chooses the password that the link is for.
pub(crate) async fn reset(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let shop = Extension(guest.shop.clone());
    let token = guest.token();
    let mut reset = Reset {
        choose: !token.is_empty(),
        email: form.text("email").trim().to_owned(),
        ..Reset::default()
    };
    let done = if reset.choose {
        let password = form.text("password").to_owned();
        let new = NewPassword { token, password };
        set_password(State(app.clone()), shop, caller, Body(new)).await
    } else {
        let asked = PasswordReset {
            email: reset.email.clone(),
        };
        reset_password(State(app.clone()), shop, caller, Body(asked)).await
    };
    match done {
        Ok(_) if reset.choose => {
            let path = member_path(&guest.shop.public_key, "sign-in");
            Ok(guest.visit.go(&path, Done::Password))
        }
        Ok(_) => {
            reset.sent = true;
            Ok(guest.show(&app, StatusCode::OK, Content::Reset(reset)))
        }
        Err(failure) => {
            let (fault, wait) = fault(failure)?;
            reset.fault = Some(fault);
            Ok(guest.again(&app, wait, Content::Reset(reset)))
        }
    }
}

/// `POST /shops/{key}/member/sign-out`
pub(crate) async fn sign_out(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let write = {
        let access = member.access.clone();
        move |db: &mut Db| db.end_session(&access.customer, &access.session)
    };
    app.store.write(write).await?;
    let mut away = format!(
        "{}?done={}",
        member.path("sign-in"),
        Done::SignedOut.as_str()
    );
    if !form.text("back").is_empty() {
        let back = within(&member.shop, form.text("back"));
        query::push(&mut away, "back", &back);
    }
    let mut response = member.visit.leave(&away).into_response();
    let gone = forget(Jar::Own, &member.shop.id)?;
    response.headers_mut().insert(SET_COOKIE, gone);
    Ok(response)
}
