//! Logins of our own: how somebody signs up, and what happens when a password is forgotten or changed.
//!
//! Nothing here tells whether an email address has an account: the answers are the same, and so is the work. What
//! differs goes into an email, which the owner of the address alone can read.

use super::grants::{Place, proven, still_so};
use super::passwords::normalised;
use super::tokens::{Access, random_text};
use crate::api::Body;
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::secrets::hash;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bookplate_store::Db;
use bookplate_store::accounts::{Login, SignUp};
use bookplate_store::notifications::{Message, To};
use bookplate_store::passkeys::PasskeyHolder;
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::{
    AccountConfirmation, NewAccount, NewPassword, PasswordChange, PasswordReset, Session,
};
use bookplate_wire::{Code, Problem, contacts, passwords, query};
use std::sync::Arc;

/// The address of a hosted page, for a link in an email; with `back`, where to go on from there.
fn link(app: &App, shop: &Shop, page: &str, (token, back): (Option<&str>, &str)) -> String {
    let mut parameters = String::new();
    if let Some(token) = token {
        query::push(&mut parameters, "token", token);
    }
    if !back.is_empty() {
        query::push(&mut parameters, "back", back);
    }
    let base = format!("{}/shops/{}/member/{page}", app.public_url, shop.public_key);
    match parameters.as_str() {
        "" => base,
        parameters => format!("{base}?{parameters}"),
    }
}

fn link_invalid() -> Failure {
    let Failure(problem) = Code::LinkInvalid.into();
    problem.at("token").into()
}

/// Signs somebody up. An email goes to the address, with a link that confirms it; or, where the address has an
/// account already, one that says so.
#[utoipa::path(
    post, path = "/v1/accounts", tag = "accounts", operation_id = "create_account",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = NewAccount,
    responses(
        (status = 202, description = "An email is on its way, whether or not there is such an account"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_account(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(new): Body<NewAccount>,
) -> Result<StatusCode, Failure> {
    sign_up(&app, &shop, caller, (new, "")).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The same, for somebody who was on the way to the page `back`; empty for nowhere.
pub(crate) async fn sign_up(
    app: &App,
    shop: &Shop,
    caller: Caller,
    (new, back): (NewAccount, &str),
) -> Result<(), Failure> {
    let email = contacts::email(&new.email)?;
    let name = contacts::name(&new.name)?;
    passwords::check(&normalised(&new.password), &email)?;
    let attempt = app.attempts.message(&shop.id, caller, &email);
    attempt.count(app).await?;
    let sign_up = SignUp {
        password: app.passwords.hash(&new.password).await?,
        email,
        name,
        language: new.language,
    };
    let token = random_text();
    let confirm = Message::ConfirmEmail {
        link: link(app, shop, "confirm", (Some(&token), back)),
        sign_up: hash(&token),
    };
    let known = Message::AlreadyRegistered {
        link: link(app, shop, "sign-in", (None, back)),
    };
    let shop = shop.id.clone();
    let write = move |db: &mut Db| {
        let login = db.login(&shop, &sign_up.email)?;
        // Also where there is an account: then nobody gets to know the token, and it took as long.
        db.add_sign_up(&shop, &hash(&token), &sign_up)?;
        let to = To::Address {
            email: &sign_up.email,
            language: sign_up.language.tag(),
        };
        let message = if login.is_some() { &known } else { &confirm };
        db.notify(&shop, to, message)
    };
    Ok(app.store.write(write).await?)
}

/// Confirms an email address by the token of the email and the password of the sign-up, and begins a session.
#[utoipa::path(
    post, path = "/v1/accounts/confirm", tag = "accounts", operation_id = "confirm_account",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = AccountConfirmation,
    responses(
        (status = 201, body = Session),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn confirm_account(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    headers: HeaderMap,
    Body(asked): Body<AccountConfirmation>,
) -> Result<Response, Failure> {
    let place = Place::new(&app, &shop, &headers, asked.keep)?;
    let hash = hash(&asked.token);
    let sign_up = {
        let (shop, hash) = (shop.id.clone(), hash.clone());
        app.store.read(move |db| db.sign_up(&shop, &hash)).await?
    };
    let sign_up = sign_up.ok_or_else(link_invalid)?;
    let attempt = app.attempts.sign_in(&shop.id, caller, &sign_up.email);
    let attempt = attempt.count(&app).await?;
    let known = Some(sign_up.password.as_str());
    if !app.passwords.fits(&asked.password, known).await? {
        return Err(at_field("password"));
    }
    let begun = {
        let shop = shop.id.clone();
        let write = move |db: &mut Db| {
            let customer = db.confirm_sign_up(&shop, &hash)?;
            let customer = customer.ok_or_else(link_invalid)?;
            attempt.succeeded(db)?;
            place.begin(db, &customer)
        };
        app.store.write(write).await?
    };
    begun.reply(&app, &shop)
}

fn at_field(field: &str) -> Failure {
    let Failure(problem) = Code::CredentialsInvalid.into();
    problem.at(field).into()
}

/// Sends an email with a link to choose another password to an address that has an account.
#[utoipa::path(
    post, path = "/v1/accounts/reset", tag = "accounts", operation_id = "reset_password",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = PasswordReset,
    responses(
        (status = 202, description = "If there is such an account, an email is on its way"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn reset_password(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<PasswordReset>,
) -> Result<StatusCode, Failure> {
    let email = contacts::email(&asked.email)?;
    let attempt = app.attempts.message(&shop.id, caller, &email);
    attempt.count(&app).await?;
    let reset = Message::ResetPassword {
        link: link(&app, &shop, "reset", (None, "")),
    };
    // Nobody looks here whether there is such an account: whoever sends the letter does, when the reply is out.
    let write = move |db: &mut Db| {
        let to = To::Address {
            email: &email,
            language: "",
        };
        db.notify(&shop.id, to, &reset)
    };
    app.store.write(write).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Chooses another password by the token of the email. Whoever was signed in is not any more, and passkeys are
/// gone.
#[utoipa::path(
    post, path = "/v1/accounts/password", tag = "accounts", operation_id = "set_password",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = NewPassword,
    responses(
        (status = 204, description = "The password is the new one; all sessions have ended and all passkeys are gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_password(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<NewPassword>,
) -> Result<StatusCode, Failure> {
    let token = hash(&asked.token);
    let login = {
        let (shop, token) = (shop.id.clone(), token.clone());
        let read = move |db: &mut Db| db.password_reset(&shop, &token);
        app.store.read(read).await?
    };
    let login = login.ok_or_else(link_invalid)?;
    passwords::check(&normalised(&asked.password), &login.email)?;
    let password = app.passwords.hash(&asked.password).await?;
    let attempt = app.attempts.sign_in(&shop.id, caller, &login.email);
    let write = move |db: &mut Db| {
        if !db.use_password_reset(&login.customer, &token)? {
            return Err(link_invalid());
        }
        // From here on nobody gets in by the old one: who is about to waits, and is refused.
        db.change_password(&login.customer, &password)?;
        // Who has the mailbox need not wait because others have guessed.
        attempt.forgiven(db)?;
        // Whoever has got in is out again, also by a passkey that was added meanwhile.
        db.remove_passkeys(&PasskeyHolder::Customer(login.customer.clone()))?;
        db.end_sessions(&login.customer, None)?;
        db.notify(
            &shop.id,
            To::Customer(&login.customer),
            &Message::PasswordChanged,
        )?;
        Ok::<_, Failure>(())
    };
    app.store.write(write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the password. All other sessions of the customer end.
#[utoipa::path(
    put, path = "/v1/customer/password", tag = "accounts", operation_id = "change_password",
    params(("key" = String, Query, description = "The shop's public key")),
    security(("access_token" = [])),
    request_body = PasswordChange,
    responses(
        (status = 204, description = "The password is the new one, and all other sessions have ended"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    caller: Caller,
    Body(asked): Body<PasswordChange>,
) -> Result<StatusCode, Failure> {
    let login = {
        let access = access.clone();
        app.store
            .read(move |db| db.login_of(&access.customer))
            .await?
    };
    let Some(login) = login else {
        // The shop's own login vouches for this customer.
        return Err(at_field("current"));
    };
    passwords::check(&normalised(&asked.password), &login.email)?;
    let attempt = app.attempts.sign_in(&shop.id, caller, &login.email);
    let attempt = attempt.count(&app).await?;
    let proven = proven(&app, Some(login), &asked.current).await;
    let login: Login = proven.map_err(|Failure(problem)| problem.at("current"))?;
    let password = app.passwords.hash(&asked.password).await?;
    let write = move |db: &mut Db| {
        still_so(db, &login)?;
        attempt.succeeded(db)?;
        db.change_password(&login.customer, &password)?;
        db.end_sessions(&login.customer, Some(&access.session))?;
        db.notify(
            &shop.id,
            To::Customer(&login.customer),
            &Message::PasswordChanged,
        )?;
        Ok::<_, Failure>(())
    };
    app.store.write(write).await?;
    Ok(StatusCode::NO_CONTENT)
}
