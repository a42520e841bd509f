//! Getting in and out.

use super::{Guest, Member};
use crate::accounts::cookie::{cookie_session, forget};
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, Done, SignIn, member_path};
use bookplate_store::Db;

/// `GET /shops/{key}/member/sign-in`
pub(crate) async fn show_sign_in(
    State(app): State<App>,
    guest: Guest,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let start = member_path(&guest.shop.public_key, "");
    let back = guest.visit.parameter("back").unwrap_or_default();
    // Only to pages of this member centre: an address in a link must not lead anybody elsewhere.
    let back = Some(back)
        .filter(|back| back.starts_with(&start))
        .unwrap_or_default();
    if cookie_session(&app, &guest.shop, &headers).await?.is_some() {
        return Ok(guest
            .visit
            .leave(if back.is_empty() { &start } else { &back }));
    }
    Ok(guest.show(&app, StatusCode::OK, Content::SignIn(SignIn { back })))
}

/// `POST /shops/{key}/member/sign-out`
pub(crate) async fn sign_out(
    State(app): State<App>,
    member: Member,
    _: Form,
) -> Result<Response, Failure> {
    let write = {
        let access = member.access.clone();
        move |db: &mut Db| db.end_session(&access.customer, &access.session)
    };
    app.store.write(write).await?;
    let away = format!(
        "{}?done={}",
        member.path("sign-in"),
        Done::SignedOut.as_str()
    );
    let mut response = member.visit.leave(&away);
    response.headers_mut().insert(SET_COOKIE, forget());
    Ok(response)
}
