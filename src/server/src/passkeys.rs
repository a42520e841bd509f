//! Passkeys: what browsers are asked to sign, and whether it was signed. Customers sign in by them, and the staff shows
//! them as second factor.
//!
//! A passkey belongs to the domain of `public_url`, so it works in the hosted pages and in no others. What a
//! ceremony needs between its two requests is in the database, where any instance finds it.

use crate::app::App;
use crate::reply::Failure;
use bookplate_store::passkeys::{KnownPasskey, NewPasskey as Kept, PasskeyHolder, PasskeyPurpose};
use bookplate_store::{Db, StoreError};
use bookplate_wire::passkeys::{NewPasskey, PasskeyChallenge};
use bookplate_wire::{Code, contacts};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use std::net::IpAddr;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions,
    UserHandle64, Username,
};
use webauthn_rp::request::{
    AsciiDomain, ExtensionInfo, PublicKeyCredentialDescriptor, RpId, TimedCeremony as _,
};
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

/// Whether this server can have passkeys.
pub(crate) fn are_available(app: &App) -> bool {
    domain(app).is_ok()
}

/// For what no passkey of ours has signed, or has signed too late.
pub(crate) fn invalid() -> Failure {
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

/// Has something to be signed for signing in, by whichever passkey somebody has.
pub(crate) async fn challenge(
    app: &App,
    purpose: PasskeyPurpose,
) -> Result<PasskeyChallenge, Failure> {
    let domain = domain(app)?;
    let asked = DiscoverableCredentialRequestOptions::passkey(&domain);
    let (server, client) = fault(asked.start_ceremony())?;
    let challenge = name(&server.sent_challenge());
    let state = text(fault(server.encode())?);
    let write = move |db: &mut Db| db.add_passkey_challenge(&purpose, &challenge, &state);
    app.store.write(write).await?;
    options(&client)
}

/// What a browser says that a passkey has signed.
pub(crate) struct Signed {
    domain: RpId,
    answer: DiscoverableAuthentication64,
    challenge: String,
    /// What authenticators call the passkey.
    pub(crate) credential: String,
}

impl Signed {
    /// Reads it.
    ///
    /// # Errors
    /// [`Code::PasskeyInvalid`], or [`Code::PasskeysUnavailable`].
    pub(crate) fn read(app: &App, credential: &str) -> Result<Self, Failure> {
        let domain = domain(app)?;
        let answer = DiscoverableAuthentication64::from_json_relaxed(credential.as_bytes());
        let answer = answer.map_err(|_| invalid())?;
        let challenge = answer.challenge_relaxed().map_err(|_| invalid())?;
        Ok(Self {
            domain,
            challenge: name(&challenge),
            credential: text(answer.raw_id().inner()),
            answer,
        })
    }

    /// What was kept with the challenge, which is used up by that.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) fn use_up(
        &self,
        db: &mut Db,
        purpose: &PasskeyPurpose,
    ) -> Result<Option<String>, StoreError> {
        db.use_passkey_challenge(purpose, &self.challenge)
    }

    /// Checks that the passkey has signed it; what is to be kept of that. `state` is what was kept with the
    /// challenge.
    ///
    /// # Errors
    /// [`Code::PasskeyInvalid`].
    pub(crate) fn check(
        &self,
        app: &App,
        state: &str,
        passkey: &KnownPasskey,
    ) -> Result<String, Failure> {
        let state = DiscoverableAuthenticationServerState::decode(&bytes(state)?);
        let handle = user_handle(&passkey.user_handle)?;
        let key = fault(StaticState::decode(&bytes(&passkey.key_state)?))?;
        let used = fault(bytes(&passkey.use_state)?.try_into())?;
        let used = fault(DynamicState::decode(used))?;
        let known = AuthenticatedCredential::new(self.answer.raw_id(), &handle, key, used);
        let mut known = fault(known)?;
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &[app.public_url.as_str()],
            // Password managers answer what nobody has asked for.
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let signed = fault(state)?.verify(&self.domain, &self.answer, &mut known, &options);
        signed.map_err(|_| invalid())?;
        Ok(text(fault(known.dynamic_state().encode())?))
    }
}

fn user_handle(kept: &str) -> Result<UserHandle64, Failure> {
    let bytes = fault(bytes(kept)?.try_into())?;
    fault(UserHandle64::decode(bytes))
}

/// Whose a new passkey is, as the authenticator shows it.
pub(crate) struct Owner {
    /// The email address.
    pub(crate) email: String,
    /// The name; may be empty.
    pub(crate) name: String,
}

/// Has a new passkey made. Who asks has shown who that is.
///
/// # Errors
/// [`Code::PasskeysUnavailable`].
pub(crate) async fn challenge_for_new(
    app: &App,
    holder: PasskeyHolder,
    owner: &Owner,
) -> Result<PasskeyChallenge, Failure> {
    let domain = domain(app)?;
    let read = {
        let holder = holder.clone();
        move |db: &mut Db| db.passkey_credentials(&holder)
    };
    let (handle, credentials) = match app.store.read(read).await? {
        Some((handle, credentials)) => (user_handle(&handle)?, credentials),
        None => (UserHandle64::new(), Vec::new()),
    };
    let user = PublicKeyCredentialUserEntity {
        // Shown by the authenticator; an address that it could not show is not worth failing for.
        name: Username::try_from(owner.email.as_str())
            .or_else(|_| Username::try_from("customer"))
            .map_err(|_| Failure::from(Code::Internal))?,
        id: &handle,
        display_name: Nickname::try_from(owner.name.as_str()).ok(),
    };
    let known = credentials.iter().map(|id| descriptor(id));
    let known = known.collect::<Result<_, _>>()?;
    let mut asked = PublicKeyCredentialCreationOptions::passkey(&domain, user, known);
    // Most authenticators that are built into devices know nothing of this protection, and browsers that have to enforce
    // it make no passkey there. Whose it is is verified at every use anyway.
    asked.extensions.cred_protect =
        CredProtect::UserVerificationRequired(ExtensionInfo::AllowDontEnforceValue);
    let (server, client) = fault(asked.start_ceremony())?;
    let challenge = name(&server.sent_challenge());
    let state = text(fault(server.encode())?);
    let reply = options(&client)?;
    let purpose = PasskeyPurpose::New(holder);
    let write = move |db: &mut Db| db.add_passkey_challenge(&purpose, &challenge, &state);
    app.store.write(write).await?;
    Ok(reply)
}

/// A passkey that an authenticator is not to make again.
fn descriptor(credential: &str) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, Failure> {
    Ok(PublicKeyCredentialDescriptor {
        id: fault(CredentialId::decode(bytes(credential)?))?,
        // None in particular.
        transports: fault(AuthTransports::decode(0))?,
    })
}

/// Checks that a passkey was made for the holder's challenge, which is used up by that; what is to be kept of it.
///
/// # Errors
/// [`Code::PasskeyInvalid`], [`Code::PasskeysUnavailable`], or [`Code::FieldInvalid`] for the name.
pub(crate) async fn made_for(
    app: &App,
    holder: PasskeyHolder,
    new: &NewPasskey,
    device: String,
) -> Result<Kept, Failure> {
    let domain = domain(app)?;
    let called = contacts::name(&new.name)?;
    let answer = Registration::from_json_relaxed(new.credential.as_bytes());
    let answer = answer.map_err(|_| invalid())?;
    let challenge = name(&answer.challenge_relaxed().map_err(|_| invalid())?);
    let purpose = PasskeyPurpose::New(holder);
    let write = move |db: &mut Db| db.use_passkey_challenge(&purpose, &challenge);
    let state = app.store.write(write).await?.ok_or_else(invalid)?;
    let state = fault(RegistrationServerState::<64>::decode(&bytes(&state)?))?;
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &[app.public_url.as_str()],
        error_on_unsolicited_extensions: false,
        ..Default::default()
    };
    let made = state.verify(&domain, &answer, &options);
    let made = made.map_err(|_| invalid())?;
    Ok(Kept {
        user_handle: text(fault(made.user_id().encode())?),
        credential: text(made.id().inner()),
        key_state: text(fault(made.static_state().encode())?),
        use_state: text(fault(made.dynamic_state().encode())?),
        name: called,
        device,
    })
}
