//! Where the customer is signed in, and ending that; and the passkeys, by which it begins.

use super::Member;
use crate::accounts::passkeys::{add, challenge_for_new};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::shops::day;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::site::passkeys::{Outcome, Wish, lines};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, Done, Passkeys, SessionLine, Sessions};
use bookplate_store::passkeys::PasskeyHolder;
use bookplate_store::{Db, StoreError};
use bookplate_wire::{Code, SessionId};

/// `GET /shops/{key}/member/sessions`
pub(crate) async fn show_sessions(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    show(&app, &member, StatusCode::OK, Passkeys::default()).await
}

/// The page around what the form for another passkey holds.
async fn show(
    app: &App,
    member: &Member,
    status: StatusCode,
    form: Passkeys,
) -> Result<Response, Failure> {
    let read = {
        let access = member.access.clone();
        move |db: &mut Db| {
            let sessions = db.sessions(&access.customer, &access.session)?;
            let has_login = db.login_of(&access.customer)?.is_some();
            let own = db.passkeys(&PasskeyHolder::Customer(access.customer.clone()))?;
            Ok::<_, StoreError>((sessions, has_login, own))
        }
    };
    let (sessions, has_login, own) = app.store.read(read).await?;
    let day = |at| day(&member.shop, at);
    let sessions = sessions.into_iter().map(|session| SessionLine {
        id: session.id,
        device: session.device,
        since: day(session.created_at),
        seen: day(session.seen_at),
        current: session.current,
    });
    let content = Content::Sessions(Sessions {
        sessions: sessions.collect(),
        // Where the shop's own login vouches for the customer, nobody signs in here.
        passkeys: (has_login && crate::passkeys::are_available(app)).then(|| Passkeys {
            passkeys: lines(own, day),
            ..form
        }),
    });
    Ok(member.show(app, status, content))
}

/// `POST /shops/{key}/member/sessions`: `end` is the id of one of them, or `others`; else it is about passkeys.
pub(crate) async fn change_sessions(
    State(app): State<App>,
    member: Member,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    match Wish::of(&form) {
        Some(wish) => change_passkeys(&app, &member, caller, &headers, wish).await,
        None => end_sessions(&app, &member, form.text("end")).await,
    }
}

async fn end_sessions(app: &App, member: &Member, end: &str) -> Result<Response, Failure> {
    let wanted: Option<SessionId> = match end {
        "others" => None,
        id => Some(id.parse().map_err(|_| Failure::from(Code::NotFound))?),
    };
    let access = member.access.clone();
    let write = move |db: &mut Db| {
        let others = db.sessions(&access.customer, &access.session)?.into_iter();
        let others = others.filter(|session| !session.current);
        for session in others {
            if wanted.as_ref().is_none_or(|wanted| *wanted == session.id) {
                db.end_session(&access.customer, &session.id)?;
            }
        }
        Ok::<_, StoreError>(())
    };
    app.store.write(write).await?;
    // One that has ended meanwhile is what was wanted.
    Ok(member.visit.go(&member.path("sessions"), Done::Ended))
}

async fn change_passkeys(
    app: &App,
    member: &Member,
    caller: Caller,
    headers: &HeaderMap,
    wish: Wish,
) -> Result<Response, Failure> {
    let (access, shop) = (&member.access, &member.shop);
    let outcome = wish.grant(
        async |password| challenge_for_new(app, access, shop, caller, &password).await,
        async |new| add(app, access, headers, &new).await,
        async |id| {
            let holder = PasskeyHolder::Customer(access.customer.clone());
            let write = move |db: &mut Db| db.remove_passkey(&holder, &id);
            Ok(app.store.write(write).await?)
        },
    );
    match outcome.await? {
        Outcome::Done(done) => Ok(member.visit.go(&member.path("sessions"), done)),
        Outcome::Make(form) => show(app, member, StatusCode::OK, form).await,
        Outcome::Again(form, wait) => {
            let page = show(app, member, StatusCode::UNPROCESSABLE_ENTITY, form).await?;
            Ok(match wait {
                Some(seconds) => must_wait(page, seconds),
                None => page,
            })
        }
    }
}
