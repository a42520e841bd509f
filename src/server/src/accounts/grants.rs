//! How a session begins, and how it goes on: by the shop's word, by a password, by what the page has kept.

use super::cookie::Jar;
use super::identity;
use super::passkeys::by_passkey;
use super::tokens::{Access, random_text};
use super::{OWN, cookie, device};
use crate::api::Body;
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::secrets::hash;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bookplate_store::accounts::{Expiry, Given, Holder, Login, Refusal, SecretKind, Standing};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError, now};
use bookplate_wire::accounts::{Customer, Keep, NewSession, Session};
use bookplate_wire::{Code, CustomerId, Problem, contacts};
use std::sync::Arc;

/// Begins a session, or gives a session that goes on a new access token.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "accounts", operation_id = "create_session",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = NewSession,
    responses(
        (status = 201, body = Session),
        (status = 204, description = "Nobody is signed in here: a partitioned cookie was asked for, and there is none"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_session(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    headers: HeaderMap,
    Body(asked): Body<NewSession>,
) -> Result<Response, Failure> {
    let begun = match asked {
        NewSession::IdentityToken { identity_token } => {
            by_identity(&app, &shop, &headers, identity_token).await?
        }
        NewSession::Password {
            email,
            password,
            keep,
        } => {
            let place = Place::new(&app, &shop, &headers, keep)?;
            by_password(&app, &shop, caller, place, &email, &password).await?
        }
        NewSession::RefreshToken { refresh_token } => {
            by_refresh_token(&app, &shop, &refresh_token).await?
        }
        NewSession::Cookie {} => by_cookie(&app, &shop, &headers).await?,
        NewSession::PartitionedCookie {} => match by_shops_cookie(&app, &shop, &headers).await? {
            Ok(begun) => begun,
            Err(reply) => return Ok(reply),
        },
        NewSession::Handover { code, keep } => {
            let place = Place::new(&app, &shop, &headers, keep)?;
            by_handover(&app, &shop, place, &code).await?
        }
        NewSession::Passkey { credential, keep } => {
            let place = Place::new(&app, &shop, &headers, keep)?;
            by_passkey(&app, &shop, place, &credential).await?
        }
    };
    begun.reply(&app, &shop)
}

/// A session that an access token is given out for.
pub(super) struct Begun {
    customer: Customer,
    standing: Standing,
    /// When the customer, or the shop for the customer, has last shown who that is.
    proven_at: i64,
    /// What goes on with it, where the page does not have it already.
    kept: Option<Kept>,
}

/// Where a session goes on: on which device, and how it is kept there.
pub(super) struct Place {
    keep: Keep,
    device: String,
    secret: String,
    /// A refresh token for browsers that do not keep the cookie.
    spare: String,
}

/// The secrets that a session goes on with.
pub(super) struct Kept {
    keep: Keep,
    secret: String,
    spare: String,
    expiry: Expiry,
}

impl Place {
    /// The place that a request comes from.
    ///
    /// # Errors
    /// [`Code::OriginNotAllowed`] for a cookie in a page that it is not for.
    pub(super) fn new(
        app: &App,
        shop: &Shop,
        headers: &HeaderMap,
        keep: Keep,
    ) -> Result<Self, Failure> {
        match keep {
            Keep::Memory => {}
            Keep::Cookie => cookie::require_same_site(app, headers)?,
            Keep::Partitioned => cookie::require_shops_page(shop, headers)?,
        }
        Ok(Self::unchecked(headers, keep))
    }

    /// The same for a page whose origin was checked already.
    pub(super) fn unchecked(headers: &HeaderMap, keep: Keep) -> Self {
        Self {
            keep,
            device: device::name(headers.get(USER_AGENT)),
            secret: random_text(),
            spare: random_text(),
        }
    }

    /// Begins a session of our own login here.
    pub(super) fn begin(self, db: &mut Db, customer: &CustomerId) -> Result<Begun, Failure> {
        let standing = db.begin_session(customer, &self.device)?;
        let proven_at = now();
        let kept = self.keep(db, &standing, proven_at)?;
        begun(db, customer, standing, proven_at, Some(kept))
    }

    /// Keeps a session here, for who has shown who that is at `proven_at`.
    pub(super) fn keep(
        self,
        db: &mut Db,
        standing: &Standing,
        proven_at: i64,
    ) -> Result<Kept, StoreError> {
        let kind = match self.keep {
            Keep::Memory => SecretKind::Refresh,
            Keep::Cookie => SecretKind::Cookie,
            Keep::Partitioned => SecretKind::Partitioned,
        };
        let expiry = db.give_secret(standing, kind, &hash(&self.secret), proven_at)?;
        if self.keep == Keep::Partitioned {
            let spare = hash(&self.spare);
            db.give_secret(standing, SecretKind::Refresh, &spare, proven_at)?;
        }
        Ok(Kept {
            keep: self.keep,
            secret: self.secret,
            spare: self.spare,
            expiry,
        })
    }
}

impl Kept {
    /// The cookie, where that is how it is kept.
    pub(super) fn cookie(&self, shop: &Shop) -> Result<Option<HeaderValue>, Failure> {
        let jar = match self.keep {
            Keep::Memory => return Ok(None),
            Keep::Cookie => Jar::Own,
            Keep::Partitioned => Jar::Shop,
        };
        cookie::set(jar, &shop.id, &self.secret, self.expiry).map(Some)
    }

    /// What the page keeps in memory, if anything.
    fn refresh_token(self) -> Option<String> {
        match self.keep {
            Keep::Memory => Some(self.secret),
            Keep::Cookie => None,
            Keep::Partitioned => Some(self.spare),
        }
    }
}

fn begun(
    db: &mut Db,
    customer: &CustomerId,
    standing: Standing,
    proven_at: i64,
    kept: Option<Kept>,
) -> Result<Begun, Failure> {
    let customer = db.customer(customer)?.ok_or(Code::SessionEnded)?;
    Ok(Begun {
        customer,
        standing,
        proven_at,
        kept,
    })
}

/// The session that a secret stands for, as it was proven before.
fn goes_on(db: &mut Db, holder: Holder, kept: Option<Kept>) -> Result<Begun, Failure> {
    let (standing, proven_at) = (holder.standing, holder.proven_at);
    begun(db, &holder.customer, standing, proven_at, kept)
}

impl Begun {
    /// What the page gets.
    pub(super) fn reply(self, app: &App, shop: &Shop) -> Result<Response, Failure> {
        let access = Access {
            shop: shop.id.clone(),
            customer: self.customer.id.clone(),
            session: self.standing.session,
            generation: self.standing.generation,
            proven_at: self.proven_at,
            given_at: now(),
        };
        let cookie = match &self.kept {
            Some(kept) => kept.cookie(shop)?,
            None => None,
        };
        let session = Session {
            access_token: app.tokens.encode(&access)?,
            expires_at: access.expires_at(),
            refresh_token: self.kept.and_then(Kept::refresh_token),
            customer: self.customer,
        };
        let mut response =
            (StatusCode::CREATED, [(CACHE_CONTROL, OWN)], Json(session)).into_response();
        if let Some(cookie) = cookie {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

/// Finds customer and session; writes only where something is new, because a page asks every few minutes.
async fn by_identity(
    app: &App,
    shop: &Arc<Shop>,
    headers: &HeaderMap,
    token: String,
) -> Result<Begun, Failure> {
    let device = device::name(headers.get(USER_AGENT));
    // Checked in between two questions to the database, as going there twice costs more than all the rest.
    let look = {
        let (shop, device) = (shop.clone(), device.clone());
        move |db: &mut Db| {
            let keys = db.identity_keys(&shop.id)?;
            let mut identity = identity::verify(&token, &keys, &shop.public_keys, now())?;
            if let Some(phone) = &mut identity.claims.phone {
                *phone = contacts::international(phone, &shop.calling_code);
            }
            let Some(customer) = db.known_customer(&shop.id, &identity.claims)? else {
                return Ok((identity, None));
            };
            let given = db
                .session_on(&customer.id, &device, identity.issued_at)?
                .map_err(identity_refused)?;
            Ok::<_, Failure>((identity, given.map(|given| (customer, given))))
        }
    };
    let (identity, known) = app.store.read(look).await?;
    if let Some((
        customer,
        Given {
            standing,
            is_stale: false,
        },
    )) = known
    {
        return Ok(Begun {
            customer,
            standing,
            proven_at: now(),
            kept: None,
        });
    }
    let shop = shop.id.clone();
    let write = move |db: &mut Db| {
        if db.has_left(&shop, &identity.claims.external_id, identity.issued_at)? {
            return Err(Code::IdentityReplayed.into());
        }
        let id = db.put_customer(&shop, &identity.claims)?;
        let standing = db.see_session(&id, &device, identity.issued_at)?;
        begun(db, &id, standing.map_err(identity_refused)?, now(), None)
    };
    app.store.write(write).await
}

async fn by_password(
    app: &App,
    shop: &Shop,
    caller: Caller,
    place: Place,
    email: &str,
    password: &str,
) -> Result<Begun, Failure> {
    let email = contacts::email(email)?;
    let attempt = app.attempts.sign_in(&shop.id, caller, &email);
    let attempt = attempt.count(app).await?;
    let login = {
        let shop = shop.id.clone();
        app.store.read(move |db| db.login(&shop, &email)).await?
    };
    let login = proven(app, login, password).await?;
    let write = move |db: &mut Db| {
        still_so(db, &login)?;
        attempt.succeeded(db)?;
        place.begin(db, &login.customer)
    };
    app.store.write(write).await
}

/// The login, when `password` is its password. Whether there is a login at all takes the same work to answer.
///
/// # Errors
/// [`Code::CredentialsInvalid`].
pub(super) async fn proven(
    app: &App,
    login: Option<Login>,
    password: &str,
) -> Result<Login, Failure> {
    let known = login.as_ref().map(|login| login.password.as_str());
    let fits = app.passwords.fits(password, known).await?;
    let login = login.filter(|_| fits);
    login.ok_or_else(|| Code::CredentialsInvalid.into())
}

/// Refuses a login that has changed while the old one was being checked.
pub(super) fn still_so(db: &mut Db, login: &Login) -> Result<(), Failure> {
    if db.hold_login(login)? {
        return Ok(());
    }
    Err(Code::CredentialsInvalid.into())
}

async fn by_refresh_token(app: &App, shop: &Shop, token: &str) -> Result<Begun, Failure> {
    let (shop, hash) = (shop.id.clone(), hash(token));
    let next = Place {
        keep: Keep::Memory,
        device: String::new(),
        secret: random_text(),
        spare: String::new(),
    };
    let write = move |db: &mut Db| {
        let holder = match db.use_secret(&shop, SecretKind::Refresh, &hash)? {
            Ok(holder) => holder,
            // What the refusal has written is kept: it may have ended the session.
            Err(refusal) => return Ok::<_, Failure>(Err(refusal)),
        };
        let kept = next.keep(db, &holder.standing, holder.proven_at)?;
        if holder.is_stale {
            db.note_seen(&holder.standing.session)?;
        }
        goes_on(db, holder, Some(kept)).map(Ok)
    };
    app.store.write(write).await?.map_err(refused)
}

async fn by_cookie(app: &App, shop: &Shop, headers: &HeaderMap) -> Result<Begun, Failure> {
    cookie::require_same_site(app, headers)?;
    let holder = cookie::holder(app, shop, Jar::Own, headers).await?;
    let holder = holder.ok_or(Code::SessionRequired)?.map_err(refused)?;
    let read = move |db: &mut Db| goes_on(db, holder, None);
    app.store.read(read).await
}

/// By the cookie of the shop's pages; else the reply that says that it is nobody's, and takes one away that is
/// nobody's any more.
async fn by_shops_cookie(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
) -> Result<Result<Begun, Response>, Failure> {
    cookie::require_shops_page(shop, headers)?;
    let mut reply = match cookie::holder(app, shop, Jar::Shop, headers).await? {
        Some(Ok(holder)) => {
            let read = move |db: &mut Db| goes_on(db, holder, None);
            return app.store.read(read).await.map(Ok);
        }
        Some(Err(refusal)) => {
            let mut reply = refused(refusal).into_response();
            let gone = cookie::forget(Jar::Shop, &shop.id)?;
            reply.headers_mut().insert(SET_COOKIE, gone);
            reply
        }
        // No fault: most who look at a page are not signed in.
        None => StatusCode::NO_CONTENT.into_response(),
    };
    reply.headers_mut().insert(CACHE_CONTROL, OWN);
    Ok(Err(reply))
}

async fn by_handover(app: &App, shop: &Shop, place: Place, code: &str) -> Result<Begun, Failure> {
    let (shop, hash) = (shop.id.clone(), hash(code));
    let write = move |db: &mut Db| {
        let holder = db.use_secret(&shop, SecretKind::Handover, &hash)?;
        let holder = holder.map_err(|_| Failure::from(Code::HandoverInvalid))?;
        let kept = place.keep(db, &holder.standing, holder.proven_at)?;
        goes_on(db, holder, Some(kept))
    };
    app.store.write(write).await
}

/// Keeps the session of a handover's code in a cookie, for a page whose origin was checked already.
pub(super) async fn enter(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
    code: &str,
) -> Result<HeaderValue, Failure> {
    let place = Place::unchecked(headers, Keep::Cookie);
    let begun = by_handover(app, shop, place, code).await?;
    let cookie = begun.kept.map(|kept| kept.cookie(shop)).transpose()?;
    cookie.flatten().ok_or_else(|| Code::Internal.into())
}

fn identity_refused(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::SignedOut => Code::IdentityReplayed.into(),
        refusal => refused(refusal),
    }
}

/// Why a session does not go on.
pub(super) fn refused(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::SignedOut => Code::SessionEnded.into(),
        Refusal::Unknown => Code::SessionInvalid.into(),
        Refusal::Expired => Code::SessionExpired.into(),
        Refusal::Used => Code::SessionReused.into(),
    }
}
