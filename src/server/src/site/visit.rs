//! What every hosted page begins with, and how it ends: a page, or the way to another one.

use super::document::document;
use crate::app::App;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, LOCATION, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bookplate_site::page::{Content, Done, Page, Place, Reply, with_lang};
use bookplate_wire::{Lang, query};
use std::convert::Infallible;

/// What is somebody's own is kept by no cache.
const OWN: HeaderValue = HeaderValue::from_static("no-store");
/// What the reply depends on, apart from the address.
const DEPENDS: HeaderValue = HeaderValue::from_static("accept, accept-language, cookie");

/// Whether somebody is about to see the reply to a request: not where only its head is asked for, nor where a browser fetches
/// a page beforehand that may never be opened.
pub(crate) fn is_to_be_seen(method: &Method, headers: &HeaderMap) -> bool {
    let purpose = headers
        .get("sec-purpose")
        .or_else(|| headers.get("purpose"));
    let is_beforehand = purpose.is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"));
    *method != Method::HEAD && !is_beforehand
}

/// What a request for a hosted page says, whoever asks.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The language to answer in.
    pub(crate) lang: Lang,
    /// Whether the address says so.
    pub(crate) lang_chosen: bool,
    /// Path and query.
    pub(crate) address: String,
    /// Whether the page's own program asks.
    pub(crate) json: bool,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self::new(&parts.uri, &parts.headers))
    }
}

impl Visit {
    /// Reads it from a request.
    pub(crate) fn new(uri: &Uri, headers: &HeaderMap) -> Self {
        let address = uri.path_and_query().map_or("/", |address| address.as_str());
        let text = |name| {
            let value = headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok());
            value.unwrap_or_default()
        };
        let mut visit = Self {
            lang: preferred(text(ACCEPT_LANGUAGE)),
            lang_chosen: false,
            address: address.to_owned(),
            json: text(ACCEPT).starts_with("application/json"),
        };
        if let Some(lang) = visit.parameter("lang").and_then(|tag| Lang::from_tag(&tag)) {
            (visit.lang, visit.lang_chosen) = (lang, true);
        }
        visit
    }

    /// Answers in the language with this tag, unless the address has chosen one or it is not spoken here.
    pub(crate) fn speak(&mut self, tag: &str) {
        if let Some(lang) = Lang::from_tag(tag).filter(|_| !self.lang_chosen) {
            self.lang = lang;
        }
    }

    /// A parameter of the query, as far as it can be read.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let (_, raw) = self.address.split_once('?')?;
        let mut pairs = query::pairs(raw).flatten();
        pairs.find_map(|(found, value)| (found == name).then_some(value))
    }

    /// `path` with the language, where the address has chosen it.
    pub(crate) fn href(&self, path: &str) -> String {
        with_lang(path, self.lang_chosen.then_some(self.lang))
    }

    /// The page at this address.
    pub(crate) fn show(
        &self,
        app: &App,
        status: StatusCode,
        place: Place,
        content: Content,
        images: &[String],
    ) -> Response {
        let page = Page {
            lang: self.lang,
            lang_chosen: self.lang_chosen,
            address: self.address.clone(),
            done: self
                .parameter("done")
                .and_then(|word| Done::from_word(&word)),
            place,
            content,
        };
        let mut response = if self.json {
            Json(Reply::Page(Box::new(page))).into_response()
        } else {
            document(app, page, images)
        };
        *response.status_mut() = status;
        own(response)
    }

    /// On to `path`, which may have a query, and which says that something is done.
    pub(crate) fn go(&self, path: &str, done: Done) -> Response {
        let joint = if path.contains('?') { '&' } else { '?' };
        let to = self.href(&format!("{path}{joint}done={}", done.as_str()));
        if self.json {
            return own(Json(Reply::Go(to)).into_response());
        }
        see_other(&to)
    }

    /// On to `path` as a new document, because who is signed in has changed.
    pub(crate) fn leave(&self, path: &str) -> Response {
        self.leave_for(self.href(path))
    }

    /// On to an address as it stands, as a new document.
    pub(crate) fn leave_for(&self, to: String) -> Response {
        if self.json {
            return own(Json(Reply::Leave(to)).into_response());
        }
        see_other(&to)
    }
}

fn see_other(to: &str) -> Response {
    // What our own paths are made of can stand in a header; anything else leads to the start.
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    own((StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response())
}

fn own(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, OWN);
    headers.insert(VARY, DEPENDS);
    response
}

/// The first language of `Accept-Language` that is spoken here. Weights are read as order, in which
/// browsers send them anyway.
pub(crate) fn preferred(accepted: &str) -> Lang {
    let mut tags = accepted.split(',');
    let spoken = tags.find_map(|tag| Lang::from_tag(tag.split(';').next().unwrap_or_default()));
    spoken.unwrap_or_default()
}
