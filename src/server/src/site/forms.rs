//! What a form of a hosted page sends.

use crate::api::{FORM, read_body, receive_up_to};
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::photos::length;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bookplate_wire::reviews::photos::{BYTES_MAX, PHOTOS_MAX};
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
        Self::read(request).await
    }
}

/// The fields of a form that any page has sent. Only where one of ours has may it do anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnyForm {
    /// The fields.
    pub(crate) form: Form,
    /// Whether a page of ours has sent them.
    pub(crate) own: bool,
}

impl FromRequest<App> for AnyForm {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let own = is_own(request.headers(), &app.public_url);
        let form = Form::read(request).await?;
        Ok(Self { form, own })
    }
}

/// The fields of a form that any page has sent, and the files of it, if one of ours has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormWithFiles {
    /// The fields.
    pub(crate) form: Form,
    /// The files, with what they are called.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Whether a page of ours has sent them.
    pub(crate) own: bool,
}

/// How a form with files is encoded.
const MULTIPART: &str = "multipart/form-data";
/// How large such a form is at most, in bytes.
const FILES: usize = PHOTOS_MAX * BYTES_MAX + FORM;

/// [`crate::api::receive_first`] for a form with files, as far as there is room for these. They are read only where a
/// page of ours has sent them.
pub(crate) async fn receive_files_first(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let room = if !has_files(headers) {
        Ok(None)
    } else if is_own(headers, &app.public_url) {
        app.turns.receive(length(headers, FILES)).await.map(Some)
    } else {
        Err(Code::OriginNotAllowed.into())
    };
    let room = match room {
        Ok(room) => room,
        Err(refused) => return refused.into_response(),
    };
    let max = if room.is_some() { FILES } else { FORM };
    match receive_up_to(max, request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

fn has_files(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(MULTIPART.as_bytes()))
}

impl FromRequest<App> for FormWithFiles {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !has_files(request.headers()) {
            let AnyForm { form, own } = AnyForm::from_request(request, app).await?;
            return Ok(Self {
                form,
                files: Vec::new(),
                own,
            });
        }
        let unreadable = |_| Problem::new(Code::BodyInvalid, "the form cannot be read");
        let mut parts = Multipart::from_request(request, app)
            .await
            .map_err(|_| Failure::from(Code::BodyInvalid))?;
        let (mut fields, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = part.bytes().await.map_err(unreadable)?;
                    // A browser sends one without a name where none was chosen.
                    if !file.is_empty() {
                        files.push((file, bytes.to_vec()));
                    }
                }
                None => fields.push((name, part.text().await.map_err(unreadable)?)),
            }
        }
        Ok(Self {
            form: Form(fields),
            files,
            // Only then it was read at all.
            own: true,
        })
    }
}

impl Form {
    async fn read(request: Request) -> Result<Self, Failure> {
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
