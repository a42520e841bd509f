//! Signing in to the console with email address, password and second factor, and out again.

use super::access::{Newcomer, SignedInAs};
use super::hash;
use super::second_factor::{self, Proof};
use crate::accounts::tokens::random_text;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::State;
use axum::http::header::{COOKIE, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_store::staff::{Account, Subject};
use bookplate_store::{Db, now};
use bookplate_wire::accounts::PasswordChange;
use bookplate_wire::staff::{Confirmation, Me, RecoveryCodes, StaffSignIn};
use bookplate_wire::{Code, Problem, StaffId, contacts, passwords};
use std::net::IpAddr;
use std::sync::Arc;

/// The cookie's name. Its prefix makes browsers keep it for this very host and over TLS only.
const COOKIE_NAME: &str = "__Host-bookplate-staff";
/// How the cookie is kept: read by no script, sent along by no other site.
const COOKIE_RULES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";
/// How many failures cost nothing, of one account from one address: everybody mistypes.
const FREE_FROM_ONE_ADDRESS: i64 = 5;
/// The same from all addresses together. More, so that a stranger cannot lock somebody out so easily.
const FREE_FROM_ALL: i64 = 50;

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
    Ok(match sign_in(&app, address, asked).await? {
        SignInEnd::In { secret, me } => {
            (StatusCode::CREATED, set_cookie(&secret), Json(me)).into_response()
        }
        SignInEnd::Wait(seconds) => must_wait(seconds),
    })
}

/// How trying to sign in has ended, when it has not failed.
pub(crate) enum SignInEnd {
    /// With a session.
    In {
        /// Its secret.
        secret: String,
        /// Whose it is.
        me: Me,
    },
    /// It was not tried: there were too many failures. In so many seconds it will be.
    Wait(u32),
}

/// Signs somebody in who asks from `address`.
pub(crate) async fn sign_in(
    app: &App,
    address: IpAddr,
    asked: StaffSignIn,
) -> Result<SignInEnd, Failure> {
    let email = contacts::email(&asked.email)?;
    let subjects = subjects(&email, address);
    if let Some(seconds) = wait(app, &subjects).await? {
        return Ok(SignInEnd::Wait(seconds));
    }
    let account = {
        let read = move |db: &mut Db| db.staff_account(&email);
        app.store.read(read).await?
    };
    let known = account.as_ref().map(|account| account.password.clone());
    let fits = app
        .passwords
        .fits(&asked.password, known.as_deref())
        .await?;
    let proof = account
        .as_ref()
        .and_then(|account| second_factor::read(&asked.code, &account.totp_secret, now()));
    let secret = random_text();
    let session = hash(&secret);
    // The same work whatever is wrong, so that nobody learns from the time it takes.
    let write = move |db: &mut Db| {
        let shown = account.filter(|_| fits).zip(proof);
        let Some((Account { id, .. }, proof)) = shown else {
            return Err(Failure::from(Code::CredentialsInvalid));
        };
        if !take(db, &id, &proof)? {
            return Err(Code::CredentialsInvalid.into());
        }
        db.end_attempts(&subjects)?;
        db.begin_staff_session(&id, &session)?;
        db.me(&id)?.ok_or_else(|| Code::Internal.into())
    };
    let me = app.store.write(write).await?;
    Ok(SignInEnd::In { secret, me })
}

/// What is counted when somebody tries to sign in.
fn subjects(email: &str, address: IpAddr) -> [Subject; 2] {
    [
        Subject {
            hash: hash(&format!("{email} {address}")),
            free: FREE_FROM_ONE_ADDRESS,
        },
        Subject {
            hash: hash(email),
            free: FREE_FROM_ALL,
        },
    ]
}

/// Counts an attempt; how many seconds to wait for who may not try yet.
async fn wait(app: &App, subjects: &[Subject]) -> Result<Option<u32>, Failure> {
    let subjects = subjects.to_vec();
    let begin = move |db: &mut Db| db.begin_attempt(&subjects);
    let until = app.store.write(begin).await?;
    Ok(until.map(|until| {
        let left = until.saturating_sub(now()).max(0).unsigned_abs();
        u32::try_from(left.div_ceil(1_000)).unwrap_or(u32::MAX)
    }))
}

fn must_wait(seconds: u32) -> Response {
    let failure = Failure::from(Code::RateLimited);
    ([(RETRY_AFTER, HeaderValue::from(seconds))], failure).into_response()
}

/// Takes a proof, which works once.
fn take(db: &mut Db, staff: &StaffId, proof: &Proof) -> Result<bool, Failure> {
    Ok(match proof {
        Proof::Step(step) => db.take_totp_step(staff, *step)?,
        Proof::Recovery(hash) => db.take_recovery_code(staff, hash)?,
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
) -> Result<Response, Failure> {
    let account = own_account(&app, &signed_in.staff).await?;
    passwords::check(&asked.password, &account.email)?;
    // Whoever finds an open session must not guess on and on.
    let subjects = [own_subject(&signed_in.staff)];
    if let Some(seconds) = wait(&app, &subjects).await? {
        return Ok(must_wait(seconds));
    }
    let known = account.account.password;
    if !app.passwords.fits(&asked.current, Some(&known)).await? {
        let rule = "the present password is another one";
        return Err(Problem::new(Code::FieldInvalid, rule).at("current").into());
    }
    let hash = app.passwords.hash(&asked.password).await?;
    let write = move |db: &mut Db| {
        db.end_attempts(&subjects)?;
        db.change_staff_password(&signed_in.staff, &hash, &signed_in.session)
    };
    app.store.write(write).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
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
) -> Result<Response, Failure> {
    let account = own_account(&app, &signed_in.staff).await?.account;
    let subjects = [own_subject(&signed_in.staff)];
    if let Some(seconds) = wait(&app, &subjects).await? {
        return Ok(must_wait(seconds));
    }
    let proof = second_factor::read(&asked.code, &account.totp_secret, now());
    let (recovery_codes, hashes) = second_factor::recovery_codes();
    let write = move |db: &mut Db| {
        let taken = match &proof {
            Some(proof) => take(db, &signed_in.staff, proof)?,
            None => false,
        };
        if !taken {
            return Err(wrong_code());
        }
        db.end_attempts(&subjects)?;
        Ok(db.renew_recovery_codes(&signed_in.staff, &hashes)?)
    };
    app.store.write(write).await?;
    let codes = RecoveryCodes { recovery_codes };
    Ok((StatusCode::CREATED, Json(codes)).into_response())
}

/// For a code of the authenticator that is wrong, or was used before.
pub(super) fn wrong_code() -> Failure {
    let rule = "the code is wrong, or was used before";
    Problem::new(Code::FieldInvalid, rule).at("code").into()
}

fn own_subject(staff: &StaffId) -> Subject {
    Subject {
        hash: hash(staff.as_str()),
        free: FREE_FROM_ONE_ADDRESS,
    }
}

struct OwnAccount {
    email: String,
    account: Account,
}

async fn own_account(app: &App, staff: &StaffId) -> Result<OwnAccount, Failure> {
    let staff = staff.clone();
    let read = move |db: &mut Db| {
        let Some(who) = db.staff_member(&staff)? else {
            return Ok(None);
        };
        let account = db.staff_account(&who.email)?;
        Ok::<_, Failure>(account.map(|account| OwnAccount {
            email: who.email,
            account,
        }))
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
