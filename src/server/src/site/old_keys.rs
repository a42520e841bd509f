//! Addresses with a public key that has retired since. People have them: in bookmarks, in letters, and on other pages.

use super::visit::Visit;
use crate::app::App;
use crate::shops::successor;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Leads whoever opens a page by such an address on to the same page with the shop's present key. A form is not sent on:
/// it comes from a page that has been open for longer than the keys overlapped, and is answered as if nothing had the
/// address.
pub(crate) async fn lead_on(State(app): State<App>, request: Request, next: Next) -> Response {
    let visit = Visit::new(request.uri(), request.headers());
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some((key, rest)) = parts(&visit.address).filter(|_| asks) else {
        return next.run(request).await;
    };
    match successor(&app, key).await {
        Ok(None) => next.run(request).await,
        Ok(Some(present)) => visit.leave_for(format!("/shops/{present}{rest}")),
        Err(failure) => failure.into_response(),
    }
}

/// The key in the address of a shop's page, and what follows.
fn parts(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("/shops/")?;
    Some(rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_part_behind_the_shops() {
        for (address, found) in [
            (
                "/shops/pk_a/member?lang=ja",
                Some(("pk_a", "/member?lang=ja")),
            ),
            ("/shops/pk_a?b=/c", Some(("pk_a", "?b=/c"))),
            ("/shops/pk_a", Some(("pk_a", ""))),
            ("/console/shops/pk_a", None),
        ] {
            assert_eq!(parts(address), found, "{address}");
        }
    }
}
