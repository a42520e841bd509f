//! Joining the staff of a shop by a one-time link: the person sets a password and connects an authenticator.

use super::access::{Newcomer, SignedInAs};
use super::sessions::{set_cookie, wrong_code};
use super::{hash, second_factor};
use crate::accounts::tokens::random_text;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::staff::{Accepted, Credentials, Link};
use bookplate_store::{Db, now};
use bookplate_wire::staff::{Enrolled, Enrolment, LinkToken, Me, NewStaff};
use bookplate_wire::{Code, Problem, StaffId, contacts, passwords};
use std::sync::Arc;

/// What a link is for, with what the authenticator needs.
#[utoipa::path(
    post, path = "/v1/console/enrolments/lookup", tag = "staff", operation_id = "find_enrolment",
    request_body = LinkToken,
    responses(
        (status = 200, body = Enrolment),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_enrolment(
    State(app): State<App>,
    _: Newcomer,
    Body(asked): Body<LinkToken>,
) -> Result<Json<Enrolment>, Failure> {
    Ok(Json(enrolment(&app, &asked.token).await?))
}

/// What the link with this secret part is for.
pub(crate) async fn enrolment(app: &App, token: &str) -> Result<Enrolment, Failure> {
    let link = find(app, hash(token)).await?;
    let second_factor = match &link.totp_secret {
        Some(secret) => Some(second_factor::set_up(secret, &link.email)?),
        None => None,
    };
    Ok(Enrolment {
        email: link.email,
        name: link.name,
        shop: link.shop_name,
        role: link.role.map(|(_, role)| role),
        second_factor,
    })
}

async fn find(app: &App, hash: String) -> Result<Link, Failure> {
    let link = app.store.read(move |db| db.staff_link(&hash)).await?;
    link.ok_or_else(|| Code::LinkInvalid.into())
}

/// Takes up a link: sets password and second factor, and signs in.
#[utoipa::path(
    post, path = "/v1/console/enrolments", tag = "staff", operation_id = "create_enrolment",
    request_body = NewStaff,
    responses(
        (status = 201, body = Enrolled),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_enrolment(
    State(app): State<App>,
    _: Newcomer,
    Body(asked): Body<NewStaff>,
) -> Result<impl IntoResponse, Failure> {
    let (secret, enrolled) = enrol(&app, asked).await?;
    Ok((StatusCode::CREATED, set_cookie(&secret), Json(enrolled)))
}

/// Takes up a link; gives the secret of the session that begins with it.
pub(crate) async fn enrol(app: &App, asked: NewStaff) -> Result<(String, Enrolled), Failure> {
    let token = hash(&asked.token);
    let link = find(app, token.clone()).await?;
    let totp_secret = link.totp_secret.ok_or(Code::SignInFirst)?;
    let name = contacts::name(&asked.name)?;
    passwords::check(&asked.password, &link.email)?;
    let code = asked.code.replace(char::is_whitespace, "");
    let step = second_factor::step(&code, &totp_secret, now()).ok_or_else(wrong_code)?;
    let (recovery_codes, recovery) = second_factor::recovery_codes();
    let credentials = Credentials {
        name,
        password: app.passwords.hash(&asked.password).await?,
        totp_step: step,
        recovery,
    };
    let secret = random_text();
    let session = hash(&secret);
    let write = move |db: &mut Db| {
        // Somebody may have been quicker with the same link.
        let staff = db.enrol(&token, &credentials)?;
        let staff = staff.ok_or(Code::LinkInvalid)?;
        db.begin_staff_session(&staff, &session)?;
        db.me(&staff)?.ok_or_else(|| Failure::from(Code::Internal))
    };
    let me = app.store.write(write).await?;
    Ok((secret, Enrolled { me, recovery_codes }))
}

/// Takes up a link as somebody who has an account already and is signed in.
#[utoipa::path(
    post, path = "/v1/console/enrolments/accept", tag = "staff", operation_id = "accept_enrolment",
    security(("staff_session" = [])),
    request_body = LinkToken,
    responses(
        (status = 200, body = Me),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn accept_enrolment(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
    Body(asked): Body<LinkToken>,
) -> Result<Json<Me>, Failure> {
    Ok(Json(
        accept(&app, &asked.token, signed_in.staff.clone()).await?,
    ))
}

/// Takes up a link as `staff`.
pub(crate) async fn accept(app: &App, token: &str, staff: StaffId) -> Result<Me, Failure> {
    let token = hash(token);
    let write = move |db: &mut Db| match db.accept_link(&token, &staff)? {
        Accepted::Done => {
            let me = db.me(&staff)?;
            me.ok_or_else(|| Failure::from(Code::Internal))
        }
        // Whose it is instead is nobody's business.
        Accepted::Invalid | Accepted::NotYours => Err(Code::LinkInvalid.into()),
    };
    app.store.write(write).await
}
