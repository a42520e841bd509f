//! Passkeys of the staff: a second factor in place of the authenticator's code.
//!
//! The authenticator stays: whoever takes the last passkey away, or loses it, still has codes.

use super::access::{Newcomer, SignedInAs};
use super::second_factor::Proof;
use super::sessions::{OwnAccount, own_account, proven_by_code};
use crate::accounts::device;
use crate::api::Body;
use crate::app::App;
use crate::passkeys::{self, Owner, Signed, invalid};
use crate::reply::Failure;
use axum::extract::{Path, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::passkeys::{PasskeyHolder, PasskeyPurpose};
use bookplate_wire::passkeys::{NewPasskey, Passkey, PasskeyChallenge, PasskeyList};
use bookplate_wire::staff::Confirmation;
use bookplate_wire::{Code, PasskeyId, Problem, StaffId};
use std::sync::Arc;

/// Gives a challenge for signing in to the console with a passkey as second factor.
#[utoipa::path(
    post, path = "/v1/console/session/challenges", tag = "staff",
    operation_id = "create_staff_passkey_challenge",
    responses(
        (status = 201, body = PasskeyChallenge),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_staff_passkey_challenge(
    State(app): State<App>,
    _: Newcomer,
) -> Result<impl IntoResponse, Failure> {
    let challenge = passkeys::challenge(&app, PasskeyPurpose::StaffSignIn).await?;
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// What a passkey of the person with this email address has signed; `None` when it is none, or has not. Whether there
/// is such a person takes the same work to answer.
///
/// # Errors
/// [`Code::PasskeysUnavailable`], or when the database does not answer.
pub(super) async fn shown(
    app: &App,
    email: &str,
    credential: &str,
) -> Result<Option<Proof>, Failure> {
    let signed = match Signed::read(app, credential) {
        Ok(signed) => Arc::new(signed),
        Err(Failure(problem)) if problem.code == Code::PasskeyInvalid => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let write = {
        let (email, signed) = (email.to_owned(), signed.clone());
        move |db: &mut Db| {
            let state = signed.use_up(db, &PasskeyPurpose::StaffSignIn)?;
            Ok::<_, Failure>((state, db.staff_passkey(&email, &signed.credential)?))
        }
    };
    let (state, passkey) = app.store.write(write).await?;
    let Some((state, passkey)) = state.zip(passkey) else {
        return Ok(None);
    };
    match signed.check(app, &state, &passkey) {
        Ok(use_state) => Ok(Some(Proof::Passkey(passkey.id, use_state))),
        Err(Failure(problem)) if problem.code == Code::PasskeyInvalid => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The own passkeys.
#[utoipa::path(
    get, path = "/v1/console/session/passkeys", tag = "staff", operation_id = "list_staff_passkeys",
    security(("staff_session" = [])),
    responses(
        (status = 200, body = PasskeyList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_staff_passkeys(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
) -> Result<Json<PasskeyList>, Failure> {
    let passkeys = list(&app, &signed_in.staff).await?;
    Ok(Json(PasskeyList { passkeys }))
}

/// The passkeys of `staff`.
pub(crate) async fn list(app: &App, staff: &StaffId) -> Result<Vec<Passkey>, Failure> {
    let holder = PasskeyHolder::Staff(staff.clone());
    let read = move |db: &mut Db| db.passkeys(&holder);
    Ok(app.store.read(read).await?)
}

/// Gives a challenge for a new passkey. It is a second factor, so it takes a code of one.
#[utoipa::path(
    post, path = "/v1/console/session/passkeys/challenges", tag = "staff",
    operation_id = "request_staff_passkey",
    security(("staff_session" = [])),
    request_body = Confirmation,
    responses(
        (status = 201, body = PasskeyChallenge),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn request_staff_passkey(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
    Body(asked): Body<Confirmation>,
) -> Result<impl IntoResponse, Failure> {
    let challenge = challenge_for_new(&app, &signed_in.staff, &asked.code).await?;
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// Has a passkey made for `staff`, who shows a code.
///
/// # Errors
/// [`Code::FieldInvalid`] at `code`, [`Code::RateLimited`], [`Code::PasskeysUnavailable`].
pub(crate) async fn challenge_for_new(
    app: &App,
    staff: &StaffId,
    code: &str,
) -> Result<PasskeyChallenge, Failure> {
    if !passkeys::are_available(app) {
        return Err(Code::PasskeysUnavailable.into());
    }
    let OwnAccount { who, account } = own_account(app, staff).await?;
    proven_by_code(app, account, code, |_, _| Ok(())).await?;
    let owner = Owner {
        email: who.email,
        name: who.name,
    };
    passkeys::challenge_for_new(app, PasskeyHolder::Staff(staff.clone()), &owner).await
}

/// Adds a passkey to the own ones.
#[utoipa::path(
    post, path = "/v1/console/session/passkeys", tag = "staff", operation_id = "create_staff_passkey",
    security(("staff_session" = [])),
    request_body = NewPasskey,
    responses(
        (status = 201, body = Passkey),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_staff_passkey(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
    headers: HeaderMap,
    Body(new): Body<NewPasskey>,
) -> Result<impl IntoResponse, Failure> {
    let passkey = add(&app, &signed_in, &headers, &new).await?;
    Ok((StatusCode::CREATED, Json(passkey)))
}

/// Adds the passkey that was made for the challenge of who is signed in.
///
/// # Errors
/// [`Code::PasskeyInvalid`] at `credential`, [`Code::FieldInvalid`] at `name`, [`Code::PasskeysUnavailable`].
pub(crate) async fn add(
    app: &App,
    signed_in: &SignedInAs,
    headers: &HeaderMap,
    new: &NewPasskey,
) -> Result<Passkey, Failure> {
    let SignedInAs { staff, session } = signed_in.clone();
    let account = own_account(app, &staff).await?.account;
    let device = device::name(headers.get(USER_AGENT));
    let kept = passkeys::made_for(app, PasskeyHolder::Staff(staff.clone()), new, device).await?;
    let write = move |db: &mut Db| {
        // Setting access anew ends the sessions. That may have been while the request was on its way.
        if !db.hold_staff_account(&account)? || db.staff_session(&session)?.is_none() {
            return Err(Code::StaffSessionRequired.into());
        }
        let added = db.add_staff_passkey(&staff, &kept)?;
        added.ok_or_else(invalid)
    };
    app.store.write(write).await
}

/// Removes an own passkey: it is no second factor any more.
#[utoipa::path(
    delete, path = "/v1/console/session/passkeys/{passkey}", tag = "staff",
    operation_id = "delete_staff_passkey",
    params(("passkey" = String, Path, description = "The passkey's id")),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Removed; sessions that were begun with it go on"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_staff_passkey(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
    Path(passkey): Path<String>,
) -> Result<StatusCode, Failure> {
    let id = passkey.parse().map_err(|_| Failure::from(Code::NotFound))?;
    if remove(&app, &signed_in.staff, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}

/// Removes a passkey of `staff`; false when there is no such.
pub(crate) async fn remove(app: &App, staff: &StaffId, id: PasskeyId) -> Result<bool, Failure> {
    let staff = staff.clone();
    let write = move |db: &mut Db| db.remove_staff_passkey(&staff, &id);
    Ok(app.store.write(write).await?)
}
