//! Failures as pages, for people.

use super::member::{place_of, place_seen_with};
use super::visit::Visit;
use crate::app::App;
use crate::reply::said_by_axum;
use crate::shops::shop_by_key;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use bookplate_site::page::{Console, Content, Failed, Place};

/// Turns a problem for programs into a page that says what a reader needs to know.
///
/// A form that the page's own program has sent is left on the screen as it is; the program says that it failed.
pub(crate) async fn show_failures(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let mut visit = Visit::new(request.uri(), request.headers());
    let cookies = request.headers().clone();
    let sent = request.method() != Method::GET;
    let response = next.run(request).await;
    let response = said_by_axum(response);
    let kind = response.headers().get(CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind == "application/problem+json");
    if !is_problem || (visit.json && sent) {
        return response;
    }
    let (status, content) = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED if sent => return response,
        // Nobody asks for such an address by a link of ours.
        status @ StatusCode::METHOD_NOT_ALLOWED => (status, Content::NotFound),
        // A page that may not be seen; a form may have come from elsewhere.
        status @ StatusCode::FORBIDDEN if !sent => (status, Content::Failed(Failed::Role)),
        StatusCode::FORBIDDEN => (StatusCode::FORBIDDEN, Content::Failed(Failed::Refused)),
        StatusCode::TOO_MANY_REQUESTS => {
            (StatusCode::TOO_MANY_REQUESTS, Content::Failed(Failed::Busy))
        }
        status if status.is_server_error() => (status, Content::Failed(Failed::Trouble)),
        status if sent && status == StatusCode::PAYLOAD_TOO_LARGE => {
            (status, Content::Failed(Failed::TooLarge))
        }
        status if sent && matches!(status.as_u16(), 400 | 408 | 409 | 415 | 422) => {
            (status, Content::Failed(Failed::Unreadable))
        }
        // Whatever else is wrong with an address, it is not one that a page of ours has given out.
        _ => (StatusCode::NOT_FOUND, Content::NotFound),
    };
    let place = place(&app, &mut visit, &cookies, status).await;
    let mut page = visit.show(&app, status, place, content, &[]);
    // When to come back, and how much is left.
    for (name, value) in response.headers() {
        if name.as_str().starts_with("ratelimit") || name == "retry-after" || name == "allow" {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// A page that says that somebody has tried too often, with when to try again.
pub(crate) fn must_wait(mut page: Response, seconds: u64) -> Response {
    *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let headers = page.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    page
}

/// The frame for an address, as far as it tells. Who is signed in there is shown it as every other page, in their language;
/// but nobody is looked up for saying that the server is in trouble or asked too much.
async fn place(app: &App, visit: &mut Visit, cookies: &HeaderMap, status: StatusCode) -> Place {
    let mut parts = visit.address.split(['/', '?']).skip(1);
    match (parts.next(), parts.next()) {
        (Some("console"), _) => Place::Console(Console::default()),
        (Some("shops"), Some(key)) => match shop_by_key(app, key).await {
            Ok(shop) if status == StatusCode::NOT_FOUND => {
                place_seen_with(app, visit, &shop, cookies).await
            }
            Ok(shop) => place_of(&shop),
            Err(_) => Place::Nowhere,
        },
        _ => Place::Nowhere,
    }
}

/// For addresses below a hosted page that nothing has.
pub(crate) async fn show_not_found() -> crate::reply::Failure {
    bookplate_wire::Code::NotFound.into()
}
