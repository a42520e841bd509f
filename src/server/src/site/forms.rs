//! What a form of a hosted page sends.

use crate::api::{FORM, read_body};
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use bookplate_wire::{Code, Problem, query};

/// The fields of a form that one of our own pages has sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl FromRequest<App> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !is_own(request.headers(), &app.public_url) {
            return Err(Code::OriginNotAllowed.into());
        }
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Code::MediaTypeUnsupported.into());
        }
        let bytes = read_body(request.into_body(), FORM).await?;
        let unreadable = || Problem::new(Code::BodyInvalid, "the form cannot be read");
        let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
        let fields = query::pairs(text).collect::<Option<_>>();
        Ok(Self(fields.ok_or_else(unreadable)?))
    }
}

impl Form {
    /// The first field of this name; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// All fields of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Whether a page of ours has sent the request. The cookie comes along from anywhere, so it proves nothing.
fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        // Browsers of before 2023, and any over plain http that is not this machine.
        None => text(ORIGIN.as_str()) == Some(public_url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn only_our_own_pages_may_send_a_form() {
        let ours = "https://reviews.example";
        let asked = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            });
            is_own(&headers.collect(), ours)
        };
        assert!(asked(&[("sec-fetch-site", "same-origin")]));
        assert!(asked(&[("origin", ours)]));
        assert!(!asked(&[]));
        assert!(!asked(&[("origin", "https://evil.example")]));
        assert!(!asked(&[("sec-fetch-site", "same-site"), ("origin", ours)]));
        assert!(!asked(&[("sec-fetch-site", "none")]));
    }
}
