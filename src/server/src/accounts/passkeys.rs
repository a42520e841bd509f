//! Passkeys: signing in by what a phone or a security key has signed.
//!
//! A passkey belongs to the domain of `public_url`, so it works in the hosted pages and in no others. What a
//! ceremony needs between its two requests is in the database, where any instance finds it.

use super::device;
use super::grants::{Begun, Place, proven};
use super::tokens::Access;
use crate::api::Body;
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use axum::extract::{Path, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::accounts::{KnownPasskey, NewPasskey as Kept};
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::{
    NewPasskey, Passkey, PasskeyChallenge, PasskeyList, PasskeyRequest,
};
use bookplate_wire::{Code, CustomerId, PasskeyId, Problem};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle64,
    Username,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId, TimedCeremony as _};
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId, SentChallenge};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication64, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
};

/// The domain that passkeys belong to.
///
/// # Errors
/// [`Code::PasskeysUnavailable`] when the server's address has none.
fn domain(app: &App) -> Result<RpId, Failure> {
    let host = app.public_url.split("://").nth(1).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return Err(Code::PasskeysUnavailable.into());
    }
    let domain = AsciiDomain::try_from(host.to_owned());
    let domain = domain.map_err(|_| Failure::from(Code::PasskeysUnavailable))?;
    Ok(RpId::Domain(domain))
}

fn invalid() -> Failure {
    let Failure(problem) = Code::PasskeyInvalid.into();
    problem.at("credential").into()
}

/// What cannot fail, and would be a fault of ours.
fn fault<T, E>(result: Result<T, E>) -> Result<T, Failure> {
    result.map_err(|_| Code::Internal.into())
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

fn bytes(text: &str) -> Result<Vec<u8>, Failure> {
    fault(BASE64URL_NOPAD.decode(text.as_bytes()))
}

/// A challenge as it names what is kept with it.
fn name(challenge: &SentChallenge) -> String {
    format!("{:032x}", challenge.0)
}

fn options(options: &impl Serialize) -> Result<PasskeyChallenge, Failure> {
    let options = fault(serde_json::to_string(options))?;
    Ok(PasskeyChallenge { options })
}

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
    let domain = domain(&app)?;
    let asked = DiscoverableCredentialRequestOptions::passkey(&domain);
    let (server, client) = fault(asked.start_ceremony())?;
    let challenge = name(&server.sent_challenge());
    let state = text(fault(server.encode())?);
    let write = move |db: &mut Db| db.add_passkey_challenge(&shop.id, None, &challenge, &state);
    app.store.write(write).await?;
    Ok((StatusCode::CREATED, Json(options(&client)?)))
}

/// Signs in by what a passkey has signed.
pub(super) async fn by_passkey(
    app: &App,
    shop: &Shop,
    place: Place,
    credential: &str,
) -> Result<Begun, Failure> {
    let domain = domain(app)?;
    let answer = DiscoverableAuthentication64::from_json_relaxed(credential.as_bytes());
    let answer = answer.map_err(|_| invalid())?;
    let challenge = answer.challenge_relaxed().map_err(|_| invalid())?;
    let (state, passkey) = {
        let (shop, challenge) = (shop.id.clone(), name(&challenge));
        let credential = text(answer.raw_id().inner());
        let write = move |db: &mut Db| {
            let state = db.use_passkey_challenge(&shop, None, &challenge)?;
            Ok::<_, Failure>((state, db.passkey(&shop, &credential)?))
        };
        app.store.write(write).await?
    };
    let (state, passkey) = state.zip(passkey).ok_or_else(invalid)?;
    let state = fault(DiscoverableAuthenticationServerState::decode(&bytes(
        &state,
    )?))?;
    let use_state = signed_by(app, &domain, state, &answer, &passkey)?;
    let write = move |db: &mut Db| {
        hold_login(db, &passkey.customer)?;
        if !db.note_passkey(&passkey.id, &use_state)? {
            return Err(invalid());
        }
        place.begin(db, &passkey.customer)
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

/// Checks that a passkey has signed the answer; what is to be kept of that.
fn signed_by(
    app: &App,
    domain: &RpId,
    state: DiscoverableAuthenticationServerState,
    answer: &DiscoverableAuthentication64,
    passkey: &KnownPasskey,
) -> Result<String, Failure> {
    let handle = user_handle(&passkey.user_handle)?;
    let key = fault(StaticState::decode(&bytes(&passkey.key_state)?))?;
    let used = fault(bytes(&passkey.use_state)?.try_into())?;
    let used = fault(DynamicState::decode(used))?;
    let known = AuthenticatedCredential::new(answer.raw_id(), &handle, key, used);
    let mut known = fault(known)?;
    let options = AuthenticationVerificationOptions::<&str, &str> {
        allowed_origins: &[app.public_url.as_str()],
        // Password managers answer what nobody has asked for.
        error_on_unsolicited_extensions: false,
        ..Default::default()
    };
    let signed = state.verify(domain, answer, &mut known, &options);
    signed.map_err(|_| invalid())?;
    Ok(text(fault(known.dynamic_state().encode())?))
}

fn user_handle(kept: &str) -> Result<UserHandle64, Failure> {
    let bytes = fault(bytes(kept)?.try_into())?;
    fault(UserHandle64::decode(bytes))
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
    let domain = domain(&app)?;
    let login = {
        let access = access.clone();
        let read = move |db: &mut Db| db.login_of(&access.customer);
        app.store.read(read).await?
    };
    let email = login.as_ref().map_or(String::new(), |l| l.email.clone());
    let attempt = app.attempts.sign_in(&shop.id, caller, &email);
    let attempt = attempt.count(&app).await?;
    let proven = proven(&app, login, &asked.current).await;
    proven.map_err(|Failure(problem)| problem.at("current"))?;
    let (customer, known) = {
        let access = access.clone();
        let write = move |db: &mut Db| {
            attempt.succeeded(db)?;
            let customer = db.customer(&access.customer)?.ok_or(Code::SessionEnded)?;
            let known = db.passkey_credentials(&access.customer)?;
            Ok::<_, Failure>((customer, known))
        };
        app.store.write(write).await?
    };
    let (handle, credentials) = match known {
        Some((handle, credentials)) => (user_handle(&handle)?, credentials),
        None => (UserHandle64::new(), Vec::new()),
    };
    let user = PublicKeyCredentialUserEntity {
        // Shown by the authenticator; an address that it could not show is not worth failing for.
        name: Username::try_from(email.as_str())
            .or_else(|_| Username::try_from("customer"))
            .map_err(|_| Failure::from(Code::Internal))?,
        id: &handle,
        display_name: Nickname::try_from(customer.name.as_str()).ok(),
    };
    let asked = PublicKeyCredentialCreationOptions::passkey(
        &domain,
        user,
        credentials
            .iter()
            .map(|id| descriptor(id))
            .collect::<Result<_, _>>()?,
    );
    let (server, client) = fault(asked.start_ceremony())?;
    let challenge = name(&server.sent_challenge());
    let state = text(fault(server.encode())?);
    let reply = options(&client)?;
    let write = move |db: &mut Db| {
        let customer = Some(&access.customer);
        db.add_passkey_challenge(&shop.id, customer, &challenge, &state)
    };
    app.store.write(write).await?;
    Ok((StatusCode::CREATED, Json(reply)))
}

/// A passkey that an authenticator is not to make again.
fn descriptor(credential: &str) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, Failure> {
    Ok(PublicKeyCredentialDescriptor {
        id: fault(CredentialId::decode(bytes(credential)?))?,
        // None in particular.
        transports: fault(AuthTransports::decode(0))?,
    })
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
    Extension(shop): Extension<Arc<Shop>>,
    headers: HeaderMap,
    Body(new): Body<NewPasskey>,
) -> Result<impl IntoResponse, Failure> {
    let domain = domain(&app)?;
    let answer = Registration::from_json_relaxed(new.credential.as_bytes());
    let answer = answer.map_err(|_| invalid())?;
    let challenge = answer.challenge_relaxed().map_err(|_| invalid())?;
    let state = {
        let (shop, access, challenge) = (shop.id.clone(), access.clone(), name(&challenge));
        let write =
            move |db: &mut Db| db.use_passkey_challenge(&shop, Some(&access.customer), &challenge);
        app.store.write(write).await?.ok_or_else(invalid)?
    };
    let device = device::name(headers.get(USER_AGENT));
    let kept = made_for(&app, &domain, &state, &answer, device)?;
    let write = move |db: &mut Db| {
        hold_login(db, &access.customer)?;
        // Choosing another password ends the session. That may have been while the request was on its way.
        if !db.is_signed_in(&access.customer, &access.standing())? {
            return Err(Code::SessionEnded.into());
        }
        let added = db.add_passkey(&shop.id, &access.customer, &kept)?;
        added.ok_or_else(invalid)
    };
    let passkey = app.store.write(write).await?;
    Ok((StatusCode::CREATED, Json(passkey)))
}

/// Checks that a passkey was made for the challenge with `state`; what is to be kept of it.
fn made_for(
    app: &App,
    domain: &RpId,
    state: &str,
    answer: &Registration,
    device: String,
) -> Result<Kept, Failure> {
    let state = fault(RegistrationServerState::<64>::decode(&bytes(state)?))?;
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &[app.public_url.as_str()],
        error_on_unsolicited_extensions: false,
        ..Default::default()
    };
    let made = state.verify(domain, answer, &options);
    let made = made.map_err(|_| invalid())?;
    Ok(Kept {
        user_handle: text(fault(made.user_id().encode())?),
        credential: text(made.id().inner()),
        key_state: text(fault(made.static_state().encode())?),
        use_state: text(fault(made.dynamic_state().encode())?),
        device,
    })
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
    let read = move |db: &mut Db| db.passkeys(&access.customer);
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
    let write = move |db: &mut Db| db.remove_passkey(&access.customer, &id);
    if app.store.write(write).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}
