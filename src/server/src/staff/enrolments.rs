//! Joining the staff of a shop by a one-time link: the person sets a password and connects an authenticator.

use super::access::{Newcomer, SignedInAs};
use super::sessions::{set_cookie, wrong_code};
use super::{hash, new_secret, second_factor};
use crate::accounts::tokens::random_text;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::staff::{Credentials, NotTaken};
use bookplate_store::{Db, now};
use bookplate_wire::staff::{Enrolled, Enrolment, LinkToken, Me, NewStaff};
use bookplate_wire::{Code, Problem, StaffId, contacts, passwords};
use std::net::IpAddr;
use std::sync::Arc;

/// What a link is for, with what the authenticator needs: that is new at every look, and only the latest counts.
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
    Ok(Json(enrolment(&app, &asked.token, String::new()).await?))
}

/// What the link with this secret part is for. Who has seen it before and brings along the authenticator's secret
/// (`keeps`) goes on with that one.
pub(crate) async fn enrolment(app: &App, token: &str, keeps: String) -> Result<Enrolment, Failure> {
    let hash = hash(token);
    let open = move |db: &mut Db| db.open_staff_link(&hash, &new_secret(), &keeps);
    let link = app.store.write(open).await?.ok_or(Code::LinkInvalid)?;
    let second_factor = match &link.sets {
        Some(sets) => Some(second_factor::set_up(&sets.totp_secret, &link.email)?),
        None => None,
    };
    Ok(Enrolment {
        email: link.email,
        name: link.name,
        shop: link.shop_name,
        role: link.role.map(|(_, role)| role),
        renews: link.sets.as_ref().is_some_and(|sets| sets.renews),
        leaves_others: link.sets.is_some_and(|sets| sets.alone),
        second_factor,
    })
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
    Newcomer(address): Newcomer,
    Body(asked): Body<NewStaff>,
) -> Result<impl IntoResponse, Failure> {
    let (secret, enrolled) = enrol(&app, address, asked).await?;
    Ok((StatusCode::CREATED, set_cookie(&secret), Json(enrolled)))
}

/// Takes up a link for somebody who asks from `address`; gives the secret of the session that begins with it.
pub(crate) async fn enrol(
    app: &App,
    address: IpAddr,
    asked: NewStaff,
) -> Result<(String, Enrolled), Failure> {
    let token = hash(&asked.token);
    let find = {
        let token = token.clone();
        move |db: &mut Db| db.staff_link(&token)
    };
    let link = app.store.read(find).await?.ok_or(Code::LinkInvalid)?;
    let totp_secret = link.sets.ok_or(Code::SignInFirst)?.totp_secret;
    let name = contacts::name(&asked.name)?;
    passwords::check(&asked.password, &link.email)?;
    let code = asked.code.replace(char::is_whitespace, "");
    let step = second_factor::step(&code, &totp_secret, now()).ok_or_else(wrong_code)?;
    let (recovery_codes, recovery) = second_factor::recovery_codes();
    let credentials = Credentials {
        name,
        password: app.passwords.hash(&asked.password).await?,
        totp_secret,
        totp_step: step,
        recovery,
    };
    let attempt = app.attempts.staff_sign_in(address, &link.email);
    let secret = random_text();
    let session = hash(&secret);
    let write = move |db: &mut Db| {
        // Somebody may have been quicker with the same link.
        let staff = db.enrol(&token, &credentials)?.map_err(not_taken)?;
        // What was guessed until now was guessed of another password.
        attempt.forgiven(db)?;
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
    let write = move |db: &mut Db| {
        db.accept_link(&token, &staff)?.map_err(not_taken)?;
        db.me(&staff)?.ok_or_else(|| Failure::from(Code::Internal))
    };
    app.store.write(write).await
}

fn not_taken(why: NotTaken) -> Failure {
    match why {
        // Whose it is instead is nobody's business.
        NotTaken::Invalid | NotTaken::NotYours => Code::LinkInvalid.into(),
        NotTaken::SignInFirst => Code::SignInFirst.into(),
        NotTaken::OtherSecret => wrong_code(),
    }
}
