//! Which shop a request is for, and whether the page that sends it may.

use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::{Code, query};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where pages of the shop's on another site may send cookies along: those that are for them alone.
const SESSIONS: [&str; 2] = ["/v1/sessions", "/v1/customer/sessions/current"];

/// How long a shop's settings are used without asking the database again.
const FRESH: Duration = Duration::from_secs(2);

/// What was asked for lately; unknown keys too, so that guessing does not reach the database.
pub(crate) struct ShopCache(Cache<String, (Instant, Known)>);

/// What is known of a public key.
#[derive(Debug, Clone)]
enum Known {
    /// It is this shop's.
    Shop(Arc<Shop>),
    /// It has retired, and this key is in its place.
    Retired(String),
    /// Nothing.
    Nothing,
}

impl Default for ShopCache {
    fn default() -> Self {
        Self(Cache::new(1_000))
    }
}

/// Whether `key` has the form of a public key: `pk_` and 1 to 60 letters, digits or `_`.
pub(crate) fn is_public_key(key: &str) -> bool {
    key.strip_prefix("pk_").is_some_and(|rest| {
        (1..=60).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Where a picture is that the catalogue calls `address`: a path is one on the shop's own site, wherever it is shown.
/// Empty where there is none.
pub(crate) fn picture(shop: &Shop, address: &str) -> String {
    if !address.starts_with('/') {
        return address.to_owned();
    }
    let site = shop.origins.first();
    site.map_or_else(String::new, |origin| format!("{origin}{address}"))
}

/// The shop with this public key.
///
/// # Errors
/// [`Code::KeyUnknown`], or when the database does not answer.
pub(crate) async fn shop_by_key(app: &App, key: &str) -> Result<Arc<Shop>, Failure> {
    match known(app, key).await? {
        Known::Shop(shop) => Ok(shop),
        Known::Retired(_) | Known::Nothing => {
            let Failure(problem) = Code::KeyUnknown.into();
            Err(Failure(problem.at("key")))
        }
    }
}

/// The public key that is in the place of one that has retired; `None` for any other key.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn successor(app: &App, key: &str) -> Result<Option<String>, Failure> {
    Ok(match known(app, key).await? {
        Known::Retired(successor) => Some(successor),
        Known::Shop(_) | Known::Nothing => None,
    })
}

/// What is known of a public key, as it was at most a moment ago.
async fn known(app: &App, key: &str) -> Result<Known, Failure> {
    // What cannot be one is not worth the database's time, nor a place among those that are kept.
    if !is_public_key(key) {
        return Ok(Known::Nothing);
    }
    let kept = app.shops.0.get(key);
    if let Some((_, known)) = kept.filter(|(read_at, _)| read_at.elapsed() < FRESH) {
        return Ok(known);
    }
    let (read_at, asked) = (Instant::now(), key.to_owned());
    let read = move |db: &mut Db| {
        Ok::<_, StoreError>(match db.shop_by_key(&asked)? {
            Some(shop) => Known::Shop(Arc::new(shop)),
            None => db
                .successor_of_key(&asked)?
                .map_or(Known::Nothing, Known::Retired),
        })
    };
    let known = app.store.read(read).await?;
    app.shops.0.insert(key.to_owned(), (read_at, known.clone()));
    Ok(known)
}

/// For everything under `/v1` that names a shop by `key`: finds the shop, refuses pages of other
/// origins, and lets those of the shop's own read the reply, failures included.
pub(crate) async fn require_shop(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    match admit(&app, request.uri(), origin.as_ref()).await {
        Ok(shop) => {
            let may_send_cookies = is_same_site(&app, request.headers())
                || (origin.is_some() && SESSIONS.contains(&request.uri().path()));
            request.extensions_mut().insert(shop);
            let response = readable_by(next.run(request).await, origin);
            if may_send_cookies {
                with_cookies(response)
            } else {
                response
            }
        }
        Err(refusal) => refusal,
    }
}

/// The shop that `uri` names, when a page of `origin` may ask for it; else the reply that says why not.
async fn admit(app: &App, uri: &Uri, origin: Option<&HeaderValue>) -> Result<Arc<Shop>, Response> {
    let key = query::pairs(uri.query().unwrap_or_default())
        .flatten()
        .find_map(|(name, value)| (name == "key").then_some(value))
        .unwrap_or_default();
    let shop = shop_by_key(app, &key).await.map_err(|failure| {
        // Without a shop there is no list of origins; the code alone is safe for any page to read,
        // and a page's developer has to see it.
        readable_by(failure.into_response(), origin.cloned())
    })?;
    if origin.is_some_and(|origin| !may_read(app, &shop, origin)) {
        return Err(Failure::from(Code::OriginNotAllowed).into_response());
    }
    Ok(shop)
}

/// For a method that an address does not take. A browser asks by OPTIONS before it sends more than a plain
/// GET to another origin, and only pages of the shop may.
pub(crate) async fn answer_other_method(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let origin = headers.get(ORIGIN).cloned();
    if method != Method::OPTIONS || origin.is_none() {
        return Failure::from(Code::MethodNotAllowed).into_response();
    }
    match admit(&app, &uri, origin.as_ref()).await {
        // What a page of the same site is not told here, it would not even ask; whether it is one is asked
        // again when it does.
        Ok(_) => with_cookies(readable_by(preflight().into_response(), origin)),
        Err(refusal) => refusal,
    }
}

/// What a browser asks before it sends more than a plain GET to another origin.
fn preflight() -> impl IntoResponse {
    let allowed = [
        (
            ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, PATCH, DELETE",
        ),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, idempotency-key",
        ),
        // Chromium keeps the answer for two hours at most.
        (ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    (StatusCode::NO_CONTENT, allowed)
}

/// Whether a page of `origin` may ask for what is the shop's.
pub(crate) fn may_read(app: &App, shop: &Shop, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    origin == app.public_url || shop.origins.iter().any(|allowed| allowed == origin)
}

/// The shop's time zone. It was checked when it was set; a machine without that zone uses UTC.
pub(crate) fn zone(shop: &Shop) -> TimeZone {
    zone_named(&shop.time_zone)
}

/// The time zone with this IANA name, UTC where the machine does not know it.
pub(crate) fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The day of an instant (milliseconds since 1970 UTC) in the shop's time zone, `YYYY-MM-DD`; empty where the
/// calendar does not reach.
pub(crate) fn day(shop: &Shop, instant: i64) -> String {
    day_in(zone(shop), instant)
}

/// The same in a time zone.
pub(crate) fn day_in(zone: TimeZone, instant: i64) -> String {
    let at = Timestamp::from_millisecond(instant);
    at.map_or_else(|_| String::new(), |at| at.to_zoned(zone).date().to_string())
}

/// An instant (milliseconds since 1970 UTC) for people, `YYYY-MM-DD hh:mm`; empty where the calendar does not reach.
pub(crate) fn minute(zone: &TimeZone, instant: i64) -> String {
    let at = Timestamp::from_millisecond(instant);
    at.map_or_else(
        |_| String::new(),
        |at| at.to_zoned(zone.clone()).strftime("%F %H:%M").to_string(),
    )
}

/// The present day in the shop's time zone, `YYYY-MM-DD`.
pub(crate) fn today(shop: &Shop) -> String {
    Timestamp::now().to_zoned(zone(shop)).date().to_string()
}

/// Whether the page that asks is of the server's own site, which is where its cookies are for. Of the shop's
/// origins the browser knows best which are; where it does not say so, our own pages alone are.
pub(crate) fn is_same_site(app: &App, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return false;
    };
    match headers.get(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin" || site == "same-site",
        None => origin == app.public_url.as_str(),
    }
}

/// Lets a page read what it has asked for with its cookie.
fn with_cookies(mut response: Response) -> Response {
    let yes = HeaderValue::from_static("true");
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    response
}

/// Lets a page of `origin` read a reply.
pub(crate) fn readable_by(mut response: Response, origin: Option<HeaderValue>) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    headers.append(VARY, HeaderValue::from_name(ORIGIN));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(
                "etag, ratelimit, ratelimit-policy, retry-after, x-request-id",
            ),
        );
    }
    response
}
