//! The cookies by which a session goes on. No script can read them, and nothing but the root of this very host gets
//! them (`__Host-`).
//!
//! One is for pages of the server's own site, and no other site has it sent. The other is for the shop's pages, on
//! whatever site they are: browsers keep it for each site apart (`Partitioned`), so that it tells nobody what somebody
//! does on another one. It gives access tokens and nothing else.

use super::tokens::Access;
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::shops::is_same_site;
use axum::http::header::{COOKIE, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use bookplate_store::Db;
use bookplate_store::accounts::{Expiry, Holder, Refusal, SecretKind};
use bookplate_store::shops::Shop;
use bookplate_wire::{Code, Problem, ShopId};

/// Which of the two cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jar {
    /// Of pages of the server's own site.
    Own,
    /// Of the shop's pages.
    Shop,
}

impl Jar {
    /// The cookie's name: one a shop, because a server can have several.
    fn name(self, shop: &ShopId) -> String {
        match self {
            Self::Own => format!("__Host-bookplate-{shop}"),
            Self::Shop => format!("__Host-bookplate-page-{shop}"),
        }
    }

    /// What a browser is told of it besides its content.
    const fn attributes(self) -> &'static str {
        match self {
            Self::Own => "Path=/; Secure; HttpOnly; SameSite=Lax",
            Self::Shop => "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        }
    }

    /// What the store knows its content as.
    pub(super) const fn kind(self) -> SecretKind {
        match self {
            Self::Own => SecretKind::Cookie,
            Self::Shop => SecretKind::Partitioned,
        }
    }
}

/// The secret in the cookie of a shop, if the request has one.
pub(crate) fn read(headers: &HeaderMap, jar: Jar, shop: &ShopId) -> Option<String> {
    let name = jar.name(shop);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// The cookie that holds `secret`. What the shop's word began ends with the browser.
pub(crate) fn set(
    jar: Jar,
    shop: &ShopId,
    secret: &str,
    expiry: Expiry,
) -> Result<HeaderValue, Failure> {
    let mut text = format!("{}={secret}; {}", jar.name(shop), jar.attributes());
    if expiry.of_our_login {
        let seconds = jar.kind().lifetime(true) / 1_000;
        text.push_str(&format!("; Max-Age={seconds}"));
    }
    HeaderValue::try_from(text).map_err(|_| Code::Internal.into())
}

/// What makes a browser forget the cookie.
pub(crate) fn forget(jar: Jar, shop: &ShopId) -> Result<HeaderValue, Failure> {
    let text = format!("{}=; {}; Max-Age=0", jar.name(shop), jar.attributes());
    HeaderValue::try_from(text).map_err(|_| Code::Internal.into())
}

/// Whose session the cookie of a request is, or why it is nobody's any more; `None` without a cookie.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn holder(
    app: &App,
    shop: &Shop,
    jar: Jar,
    headers: &HeaderMap,
) -> Result<Option<Result<Holder, Refusal>>, Failure> {
    let Some(secret) = read(headers, jar, &shop.id) else {
        return Ok(None);
    };
    let (shop, hash) = (shop.id.clone(), hash(&secret));
    let look = move |db: &mut Db| db.holder(&shop, jar.kind(), &hash);
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
    let holder = holder(app, shop, Jar::Own, headers).await?;
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

/// Refuses whoever is no page of the shop's: a browser says which page asks, and another one must neither sign
/// somebody in there nor learn who it is.
///
/// # Errors
/// [`Code::OriginNotAllowed`].
pub(crate) fn require_shops_page(shop: &Shop, headers: &HeaderMap) -> Result<(), Failure> {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin.is_some_and(|origin| is_shops_page(shop, origin)) {
        return Ok(());
    }
    let rule = "this cookie is for the shop's own pages";
    Err(Problem::new(Code::OriginNotAllowed, rule).into())
}

/// Whether pages of `origin` are the shop's.
pub(crate) fn is_shops_page(shop: &Shop, origin: &str) -> bool {
    shop.origins.iter().any(|allowed| allowed == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shop_has_its_own_cookie() {
        let one = ShopId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap();
        let other = ShopId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1c").unwrap();
        let mut headers = HeaderMap::new();
        let sent = format!(
            "a=b; {}=secret; {}=other; {}=page",
            Jar::Own.name(&one),
            Jar::Own.name(&other),
            Jar::Shop.name(&one)
        );
        headers.append(COOKIE, HeaderValue::from_static("theme=dark"));
        headers.append(COOKIE, sent.parse().unwrap());
        let read = |jar, shop| read(&headers, jar, shop);
        assert_eq!(read(Jar::Own, &one).as_deref(), Some("secret"));
        assert_eq!(read(Jar::Own, &other).as_deref(), Some("other"));
        assert_eq!(read(Jar::Shop, &one).as_deref(), Some("page"));
        assert_eq!(read(Jar::Shop, &other), None);
    }
}
