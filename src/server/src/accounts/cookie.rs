//! The cookie by which a session of our own goes on in pages of the server's own site. No script can read it, no
//! other site has it sent, and nothing but the root of this very host gets it (`__Host-`).

use super::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::shops::is_same_site;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use bookplate_store::Db;
use bookplate_store::accounts::{Expiry, Holder, Refusal, SecretKind};
use bookplate_store::shops::Shop;
use bookplate_wire::{Code, Problem, ShopId};

/// The cookie's name: one a shop, because a server can have several.
fn name(shop: &ShopId) -> String {
    format!("__Host-bookplate-{shop}")
}

/// The secret in the cookie of a shop, if the request has one.
pub(crate) fn read(headers: &HeaderMap, shop: &ShopId) -> Option<String> {
    let name = name(shop);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// The cookie that holds `secret`. What the shop's word began ends with the browser.
pub(crate) fn set(shop: &ShopId, secret: &str, expiry: Expiry) -> Result<HeaderValue, Failure> {
    let mut text = format!(
        "{}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax",
        name(shop)
    );
    if expiry.of_our_login {
        let seconds = SecretKind::Cookie.lifetime(true) / 1_000;
        text.push_str(&format!("; Max-Age={seconds}"));
    }
    HeaderValue::try_from(text).map_err(|_| Code::Internal.into())
}

/// What makes a browser forget the cookie.
pub(crate) fn forget(shop: &ShopId) -> Result<HeaderValue, Failure> {
    let text = format!(
        "{}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
        name(shop)
    );
    HeaderValue::try_from(text).map_err(|_| Code::Internal.into())
}

/// Whose session the cookie of a request is, or why it is nobody's any more; `None` without a cookie.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn holder(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
) -> Result<Option<Result<Holder, Refusal>>, Failure> {
    let Some(secret) = read(headers, &shop.id) else {
        return Ok(None);
    };
    let (shop, hash) = (shop.id.clone(), hash(&secret));
    let look = move |db: &mut Db| db.holder(&shop, SecretKind::Cookie, &hash);
    let holder = app.store.read(look).await?;
    if let Ok(holder) = &holder
        && holder.is_stale
    {
        let session = holder.standing.session.clone();
        app.store.write(move |db| db.note_seen(&session)).await?;
    }
    Ok(Some(holder))
}

/// The session that the cookie of a request stands for, if it stands for one of this shop.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn cookie_session(
    app: &App,
    shop: &Shop,
    headers: &HeaderMap,
) -> Result<Option<Access>, Failure> {
    let holder = holder(app, shop, headers).await?;
    let holder = holder.and_then(Result::ok);
    Ok(holder.map(|holder| Access {
        shop: shop.id.clone(),
        customer: holder.customer,
        session: holder.standing.session,
        generation: holder.standing.generation,
        proven_at: holder.proven_at,
        given_at: holder.proven_at,
    }))
}

/// Refuses pages of other sites. Their requests come without the cookie anyway (`SameSite`); this holds where
/// a browser has a fault there, and keeps them from setting one (signing somebody in as somebody else).
///
/// # Errors
/// [`Code::OriginNotAllowed`].
pub(crate) fn require_same_site(app: &App, headers: &HeaderMap) -> Result<(), Failure> {
    if is_same_site(app, headers) {
        return Ok(());
    }
    let rule = "a cookie is for pages of the server's own site";
    Err(Problem::new(Code::OriginNotAllowed, rule).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shop_has_its_own_cookie() {
        let one = ShopId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap();
        let other = ShopId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1c").unwrap();
        let mut headers = HeaderMap::new();
        let sent = format!("a=b; {}=secret; {}=other", name(&one), name(&other));
        headers.append(COOKIE, HeaderValue::from_static("theme=dark"));
        headers.append(COOKIE, sent.parse().unwrap());
        assert_eq!(read(&headers, &one).as_deref(), Some("secret"));
        assert_eq!(read(&headers, &other).as_deref(), Some("other"));
        assert_eq!(read(&HeaderMap::new(), &one), None);
    }
}
