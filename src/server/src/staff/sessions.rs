//! Signing in to the console with email address, password and second factor, and out again.

use super::access::{Newcomer, SignedInAs};
use super::second_factor::{self, Proof};
use super::{hash, passkeys};
use crate::accounts::tokens::random_text;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_store::staff::{Account, Who};
use bookplate_store::{Db, StoreError, now};
use bookplate_wire::accounts::PasswordChange;
use bookplate_wire::staff::{Confirmation, Me, RecoveryCodes, StaffSignIn};
use bookplate_wire::{Code, Problem, StaffId, contacts, passwords};
use std::net::IpAddr;
use std::sync::Arc;

/// The cookie's name. Its prefix makes browsers keep it for this very host and over TLS only.
const COOKIE_NAME: &str = "__Host-bookplate-staff";
/// How the cookie is kept: read by no script, sent along by no other site.
const COOKIE_RULES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";

/// Signs somebody of the staff in. The reply sets the session's cookie, which lasts for 12 hours, or until nobody
/// has used it for two.
#[utoipa::path(
    post, path = "/v1/console/session", tag = "staff", operation_id = "create_staff_session",
    request_body = StaffSignIn,
    responses(
        (status = 201, body = Me),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_staff_session(
    State(app): State<App>,
    Newcomer(address): Newcomer,
    Body(asked): Body<StaffSignIn>,
) -> Result<Response, Failure> {
    let (secret, me) = sign_in(&app, address, asked).await?;
    Ok((StatusCode::CREATED, set_cookie(&secret), Json(me)).into_response())
}

/// Signs somebody in who asks from `address`; gives the secret of the session with whose it is.
///
/// # Errors
/// [`Code::RateLimited`] with the time to wait, after too many failures.
pub(crate) async fn sign_in(
    app: &App,
    address: IpAddr,
    asked: StaffSignIn,
) -> Result<(String, Me), Failure> {
    let email = contacts::email(&asked.email)?;
    if asked.credential.is_some() && !asked.code.is_empty() {
        let rule = "a code or a passkey, not both";
        return Err(Problem::new(Code::FieldInvalid, rule).at("code").into());
    }
    let attempt = app.attempts.staff_sign_in(address, &email);
    let attempt = attempt.count(app).await?;
    let account = {
        let email = email.clone();
        let read = move |db: &mut Db| db.staff_account(&email);
        app.store.read(read).await?
    };
    let known = account.as_ref().map(|account| account.password.clone());
    let fits = app
        .passwords
        .fits(&asked.password, known.as_deref())
        .await?;
    let proof = match &asked.credential {
        Some(credential) => passkeys::shown(app, &email, credential).await?,
        None => account
            .as_ref()
            .and_then(|account| second_factor::read(&asked.code, &account.totp_secret, now())),
    };
    let secret = random_text();
    let session = hash(&secret);
    // The same work whatever is wrong, so that nobody learns from the time it takes.
    let write = move |db: &mut Db| {
        let shown = account.filter(|_| fits).zip(proof);
        let Some((account, proof)) = shown else {
            return Err(Failure::from(Code::CredentialsInvalid));
        };
        if !db.hold_staff_account(&account)? || !take(db, &account.id, &proof)? {
            return Err(Code::CredentialsInvalid.into());
        }
        let id = account.id;
        attempt.succeeded(db)?;
        db.begin_staff_session(&id, &session)?;
        db.me(&id)?.ok_or_else(|| Code::Internal.into())
    };
    let me = app.store.write(write).await?;
    Ok((secret, me))
}

/// Takes a proof, which works once.
fn take(db: &mut Db, staff: &StaffId, proof: &Proof) -> Result<bool, Failure> {
    Ok(match proof {
        Proof::Step(step) => db.take_totp_step(staff, *step)?,
        Proof::Recovery(hash) => db.take_recovery_code(staff, hash)?,
        Proof::Passkey(id, use_state) => db.note_passkey(id, use_state)?,
    })
}

/// Who is signed in, and in which shops they may what.
#[utoipa::path(
    get, path = "/v1/console/session", tag = "staff", operation_id = "get_staff_session",
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Me),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_staff_session(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
) -> Result<Json<Me>, Failure> {
    let me = app
        .store
        .read(move |db| db.me(&signed_in.staff))
        .await?
        .ok_or(Code::StaffSessionRequired)?;
    Ok(Json(me))
}

/// Signs out.
#[utoipa::path(
    delete, path = "/v1/console/session", tag = "staff", operation_id = "delete_staff_session",
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Signed out; the cookie is taken away"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_staff_session(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
) -> Result<impl IntoResponse, Failure> {
    let end = move |db: &mut Db| db.end_staff_session(&signed_in.session);
    app.store.write(end).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, forget())]))
}

/// The header's value that makes a browser forget the session.
pub(crate) fn forget() -> String {
    format!("{COOKIE_NAME}=; Max-Age=0; {COOKIE_RULES}")
}

/// Changes the own password. All other sessions of the same person end.
#[utoipa::path(
    put, path = "/v1/console/session/password", tag = "staff", operation_id = "change_staff_password",
    security(("staff_session" = [])),
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn change_staff_password(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
    Body(asked): Body<PasswordChange>,
) -> Result<StatusCode, Failure> {
    change_password(&app, &signed_in, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the password of who is signed in.
pub(crate) async fn change_password(
    app: &App,
    signed_in: &SignedInAs,
    asked: PasswordChange,
) -> Result<(), Failure> {
    let OwnAccount { who, account } = own_account(app, &signed_in.staff).await?;
    passwords::check(&asked.password, &who.email)?;
    let attempt = app.attempts.staff_proof(&signed_in.staff);
    let attempt = attempt.count(app).await?;
    let wrong = || {
        let rule = "the present password is another one";
        Failure::from(Problem::new(Code::FieldInvalid, rule).at("current"))
    };
    let known = Some(account.password.as_str());
    if !app.passwords.fits(&asked.current, known).await? {
        return Err(wrong());
    }
    let hash = app.passwords.hash(&asked.password).await?;
    let SignedInAs { staff, session } = signed_in.clone();
    let write = move |db: &mut Db| {
        if !db.hold_staff_account(&account)? {
            return Err(wrong());
        }
        attempt.succeeded(db)?;
        Ok(db.change_staff_password(&staff, &hash, &session)?)
    };
    app.store.write(write).await
}

/// Makes new recovery codes; those from before are void.
#[utoipa::path(
    post, path = "/v1/console/session/recovery-codes", tag = "staff", operation_id = "renew_recovery_codes",
    security(("staff_session" = [])),
    request_body = Confirmation,
    responses(
        (status = 201, body = RecoveryCodes),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn renew_recovery_codes(
    State(app): State<App>,
    Extension(signed_in): Extension<Arc<SignedInAs>>,
    Body(asked): Body<Confirmation>,
) -> Result<impl IntoResponse, Failure> {
    let recovery_codes = renew_codes(&app, &signed_in.staff, &asked.code).await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodes { recovery_codes })))
}

/// Makes new recovery codes for somebody who shows a code.
pub(crate) async fn renew_codes(
    app: &App,
    staff: &StaffId,
    code: &str,
) -> Result<Vec<String>, Failure> {
    let account = own_account(app, staff).await?.account;
    let (recovery_codes, hashes) = second_factor::recovery_codes();
    proven_by_code(app, account, code, move |db, staff| {
        db.renew_recovery_codes(staff, &hashes)
    })
    .await?;
    Ok(recovery_codes)
}

/// Does something for somebody who shows a code of the second factor, in the unit of work that takes the code.
///
/// # Errors
/// [`Code::FieldInvalid`] at `code`, [`Code::RateLimited`].
pub(super) async fn proven_by_code(
    app: &App,
    account: Account,
    code: &str,
    then: impl FnOnce(&mut Db, &StaffId) -> Result<(), StoreError> + Send + 'static,
) -> Result<(), Failure> {
    let attempt = app.attempts.staff_proof(&account.id).count(app).await?;
    let proof = second_factor::read(code, &account.totp_secret, now());
    let write = move |db: &mut Db| {
        let taken = match &proof {
            Some(proof) => db.hold_staff_account(&account)? && take(db, &account.id, proof)?,
            None => false,
        };
        if !taken {
            return Err(wrong_code());
        }
        attempt.succeeded(db)?;
        Ok(then(db, &account.id)?)
    };
    app.store.write(write).await
}

/// For a code of the authenticator that is wrong, or was used before.
pub(super) fn wrong_code() -> Failure {
    let rule = "the code is wrong, or was used before";
    Problem::new(Code::FieldInvalid, rule).at("code").into()
}

/// The account of who is signed in.
pub(super) struct OwnAccount {
    /// Who that is.
    pub(super) who: Who,
    /// By what the person signs in.
    pub(super) account: Account,
}

/// The account of `staff`.
///
/// # Errors
/// [`Code::StaffSessionRequired`] when there is none any more.
pub(super) async fn own_account(app: &App, staff: &StaffId) -> Result<OwnAccount, Failure> {
    let staff = staff.clone();
    let read = move |db: &mut Db| {
        let Some(who) = db.staff_member(&staff)? else {
            return Ok(None);
        };
        let account = db.staff_account(&who.email)?;
        Ok::<_, Failure>(account.map(|account| OwnAccount { who, account }))
    };
    let account = app.store.read(read).await?;
    account.ok_or_else(|| Code::StaffSessionRequired.into())
}

/// The header that begins a session in a browser.
pub(crate) fn set_cookie(secret: &str) -> [(axum::http::HeaderName, String); 1] {
    [(
        SET_COOKIE,
        format!("{COOKIE_NAME}={secret}; {COOKIE_RULES}"),
    )]
}

/// The secret of the session that a request carries.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == COOKIE_NAME && !value.is_empty()).then_some(value)
        })
}
