//! Where the customer is signed in, and ending that.

use super::Member;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::day;
use crate::site::forms::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, SessionLine, Sessions};
use bookplate_store::{Db, StoreError};
use bookplate_wire::{Code, SessionId};

/// `GET /shops/{key}/member/sessions`
pub(crate) async fn show_sessions(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let read = {
        let access = member.access.clone();
        move |db: &mut Db| db.sessions(&access.customer, &access.session)
    };
    let sessions = app.store.read(read).await?.into_iter();
    let sessions = sessions.map(|session| SessionLine {
        id: session.id,
        device: session.device,
        since: day(&member.shop, session.created_at),
        seen: day(&member.shop, session.seen_at),
        current: session.current,
    });
    let content = Content::Sessions(Sessions {
        sessions: sessions.collect(),
    });
    Ok(member.show(&app, StatusCode::OK, content))
}

/// `POST /shops/{key}/member/sessions`: `end` is the id of one of them, or `others`.
pub(crate) async fn end_sessions(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let wanted: Option<SessionId> = match form.text("end") {
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
