//! The cookie of the hosted pages, which says who is signed in there.

use super::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, now};

/// Its name. The prefix has browsers take it only from this very host, over https (or on this machine).
pub(crate) const NAME: &str = "__Host-bookplate";

/// The session that the cookie of a request stands for, if it stands for one of this shop.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn cookie_session(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
) -> Result<Option<Access>, Failure> {
    let known = value(headers, NAME).and_then(|token| app.tokens.decode(token, now()).ok());
    let Some(access) = known.filter(|access| access.shop == shop.id) else {
        return Ok(None);
    };
    let (customer, session, given_at) = (
        access.customer.clone(),
        access.session.clone(),
        access.given_at,
    );
    let look = move |db: &mut Db| db.is_signed_in(&customer, &session, given_at);
    Ok(app.store.read(look).await?.then_some(access))
}

/// What makes a browser forget the cookie.
pub(crate) fn forget() -> HeaderValue {
    HeaderValue::from_static("__Host-bookplate=; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
}

/// The value of the cookie called `name`.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter();
    let mut pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}
