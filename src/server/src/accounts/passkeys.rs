//! Customers' passkeys, which sign in in place of the password.

use super::device;
use super::grants::{Begun, Place, proven};
use super::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::limits::Caller;
use crate::passkeys::{self, Owner, Signed, invalid};
use crate::reply::Failure;
use axum::extract::{Path, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::passkeys::{PasskeyHolder, PasskeyPurpose};
use bookplate_store::shops::Shop;
use bookplate_wire::passkeys::{
    NewPasskey, Passkey, PasskeyChallenge, PasskeyList, PasskeyRequest,
};
use bookplate_wire::{Code, CustomerId, PasskeyId, Problem};
use std::sync::Arc;

/// Gives a challenge for signing in by a passkey (the grant `passkey`).
#[utoipa::path(
    post, path = "/v1/passkeys/challenges", tag = "accounts", operation_id = "create_passkey_challenge",
    params(("key" = String, Query, description = "The shop's public key")),
    responses(
        (status = 201, body = PasskeyChallenge),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_passkey_challenge(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
) -> Result<impl IntoResponse, Failure> {
    let purpose = PasskeyPurpose::SignIn(shop.id.clone());
    let challenge = passkeys::challenge(&app, purpose).await?;
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// Signs in by what a passkey has signed.
pub(super) async fn by_passkey(
    app: &App,
    shop: &Shop,
    place: Place,
    credential: &str,
) -> Result<Begun, Failure> {
    let signed = Arc::new(Signed::read(app, credential)?);
    let (state, known) = {
        let (shop, signed) = (shop.id.clone(), signed.clone());
        let write = move |db: &mut Db| {
            let purpose = PasskeyPurpose::SignIn(shop.clone());
            let state = signed.use_up(db, &purpose)?;
            Ok::<_, Failure>((state, db.customer_passkey(&shop, &signed.credential)?))
        };
        app.store.write(write).await?
    };
    let (state, (customer, passkey)) = state.zip(known).ok_or_else(invalid)?;
    let use_state = signed.check(app, &state, &passkey)?;
    let write = move |db: &mut Db| {
        hold_login(db, &customer)?;
        if !db.note_passkey(&passkey.id, &use_state)? {
            return Err(invalid());
        }
        place.begin(db, &customer)
    };
    app.store.write(write).await
}

/// Makes who changes the password meanwhile, and takes all passkeys away with it, wait; or waits for that.
fn hold_login(db: &mut Db, customer: &CustomerId) -> Result<(), Failure> {
    let login = db.login_of(customer)?.ok_or_else(invalid)?;
    if db.hold_login(&login)? {
        Ok(())
    } else {
        Err(invalid())
    }
}

fn holder(access: &Access) -> PasskeyHolder {
    PasskeyHolder::Customer(access.customer.clone())
}

/// Gives a challenge for a new passkey of the customer.
#[utoipa::path(
    post, path = "/v1/customer/passkeys/challenges", tag = "accounts",
    operation_id = "request_passkey",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = PasskeyRequest,
    responses(
        (status = 201, body = PasskeyChallenge),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn request_passkey(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<PasskeyRequest>,
) -> Result<impl IntoResponse, Failure> {
    let challenge = challenge_for_new(&app, &access, &shop, caller, &asked.current).await?;
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// Has a passkey made for the customer, whose present password is `current`.
///
/// # Errors
/// [`Code::CredentialsInvalid`] at `current`, [`Code::RateLimited`], [`Code::PasskeysUnavailable`].
pub(crate) async fn challenge_for_new(
    app: &App,
    access: &Arc<Access>,
    shop: &Shop,
    caller: Caller,
    current: &str,
) -> Result<PasskeyChallenge, Failure> {
    if !passkeys::are_available(app) {
        return Err(Code::PasskeysUnavailable.into());
    }
    let login = {
        let access = access.clone();
        let read = move |db: &mut Db| db.login_of(&access.customer);
        app.store.read(read).await?
    };
    let email = login.as_ref().map_or(String::new(), |l| l.email.clone());
    let attempt = app.attempts.sign_in(&shop.id, caller, &email);
    let attempt = attempt.count(app).await?;
    let proven = proven(app, login, current).await;
    proven.map_err(|Failure(problem)| problem.at("current"))?;
    let customer = {
        let access = access.clone();
        let write = move |db: &mut Db| {
            attempt.succeeded(db)?;
            let customer = db.customer(&access.customer)?;
            customer.ok_or_else(|| Failure::from(Code::SessionEnded))
        };
        app.store.write(write).await?
    };
    let owner = Owner {
        email,
        name: customer.name,
    };
    passkeys::challenge_for_new(app, holder(access), &owner).await
}

/// Adds a passkey to the customer's.
#[utoipa::path(
    post, path = "/v1/customer/passkeys", tag = "accounts", operation_id = "create_passkey",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = NewPasskey,
    responses(
        (status = 201, body = Passkey),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_passkey(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    headers: HeaderMap,
    Body(new): Body<NewPasskey>,
) -> Result<impl IntoResponse, Failure> {
    let passkey = add(&app, &access, &headers, &new).await?;
    Ok((StatusCode::CREATED, Json(passkey)))
}

/// Adds the passkey that was made for the customer's challenge.
///
/// # Errors
/// [`Code::PasskeyInvalid`] at `credential`, [`Code::FieldInvalid`] at `name`, [`Code::PasskeysUnavailable`].
pub(crate) async fn add(
    app: &App,
    access: &Arc<Access>,
    headers: &HeaderMap,
    new: &NewPasskey,
) -> Result<Passkey, Failure> {
    let device = device::name(headers.get(USER_AGENT));
    let kept = passkeys::made_for(app, holder(access), new, device).await?;
    let access = access.clone();
    let write = move |db: &mut Db| {
        hold_login(db, &access.customer)?;
        // Choosing another password ends the session. That may have been while the request was on its way.
        if !db.is_signed_in(&access.customer, &access.standing())? {
            return Err(Code::SessionEnded.into());
        }
        let added = db.add_passkey(&holder(&access), &kept)?;
        added.ok_or_else(invalid)
    };
    app.store.write(write).await
}

/// The customer's passkeys.
#[utoipa::path(
    get, path = "/v1/customer/passkeys", tag = "accounts", operation_id = "list_passkeys",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    responses(
        (status = 200, body = PasskeyList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_passkeys(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
) -> Result<Json<PasskeyList>, Failure> {
    let read = move |db: &mut Db| db.passkeys(&holder(&access));
    let passkeys = app.store.read(read).await?;
    Ok(Json(PasskeyList { passkeys }))
}

/// Removes a passkey: nobody signs in by it any more.
#[utoipa::path(
    delete, path = "/v1/customer/passkeys/{passkey}", tag = "accounts",
    operation_id = "delete_passkey",
    params(
        ("passkey" = String, Path, description = "The passkey's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Removed; sessions that were begun by it go on"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_passkey(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(passkey): Path<String>,
) -> Result<StatusCode, Failure> {
    let id: PasskeyId = passkey.parse().map_err(|_| Failure::from(Code::NotFound))?;
    let write = move |db: &mut Db| db.remove_passkey(&holder(&access), &id);
    if app.store.write(write).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}
