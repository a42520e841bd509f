//! What the handlers of the API share: reading a query string parameter by parameter.

use crate::reply::Failure;
use crate::strict::Strict;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bookplate_wire::wishlists::BOOKS_MAX;
use bookplate_wire::{Code, Isbn, Problem, query};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// The largest body that is usually read, in bytes: anybody may send one.
pub(crate) const SMALL: usize = 16 * 1024;
/// The largest body of a form, or of what takes its place, in bytes: a long review in a script of three bytes a
/// character, percent-encoded.
pub(crate) const FORM: usize = 128 * 1024;
/// The largest body of those who bring much at once and have shown a secret key, in bytes.
pub(crate) const BATCH: usize = 4 * 1024 * 1024;

/// How long nothing may come of a body. How long the whole may take is limited with the request.
const PAUSE: Duration = Duration::from_secs(10);
/// How much of a body that is larger is thrown away before the client is told, in bytes.
pub(crate) const DRAIN_MAX: usize = 16 * 1024 * 1024;

/// A JSON body of at most `MAX` bytes. What does not fit is refused by [`Code::BodyInvalid`] with the field at
/// fault.
pub(crate) struct Body<T, const MAX: usize = SMALL>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned, const MAX: usize> FromRequest<S> for Body<T, MAX> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Code::MediaTypeUnsupported.into());
        }
        let bytes = read_body(request.into_body(), MAX).await?;
        read_json(&bytes).map(Self)
    }
}

/// Reads a body of at most `max` bytes.
///
/// # Errors
/// [`Code::RequestTimeout`] when nothing comes for a while. [`Code::TooLarge`]; what is too large is read on for a while
/// all the same and thrown away: a client that is still sending when the connection closes never sees the reply.
pub(crate) async fn read_body(mut body: axum::body::Body, max: usize) -> Result<Vec<u8>, Failure> {
    let (mut bytes, mut read) = (Vec::new(), 0);
    let stalled = |_| Failure::from(Code::RequestTimeout);
    while let Some(frame) = timeout(PAUSE, body.frame()).await.map_err(stalled)? {
        let frame = frame.map_err(|_| Failure::from(Code::BadRequest))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        read += data.len();
        if read <= max {
            bytes.extend_from_slice(&data);
        } else if read > DRAIN_MAX {
            break;
        }
    }
    if read > max {
        return Err(Code::TooLarge.into());
    }
    Ok(bytes)
}

/// For addresses where it matters who asks: reads the body, as large as a form can be, before anything is decided. Who may
/// is then asked after the last byte has come; else somebody could begin a request, lose the role that it needs,
/// and end it afterwards.
pub(crate) async fn receive_first(request: Request, next: Next) -> Response {
    match receive(request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// The request with its body in memory.
///
/// # Errors
/// As [`read_body`].
pub(crate) async fn receive(request: Request) -> Result<Request, Failure> {
    receive_up_to(FORM, request).await
}

/// The request with its body of at most `max` bytes in memory.
///
/// # Errors
/// As [`read_body`].
pub(crate) async fn receive_up_to(max: usize, request: Request) -> Result<Request, Failure> {
    if request.method().is_safe() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = read_body(body, max).await?;
    Ok(Request::from_parts(parts, bytes.into()))
}

/// Reads JSON.
///
/// # Errors
/// [`Code::BodyInvalid`], with the path of the field at fault where there is one.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    // Also where the object is read by its tag, which serde takes from a list too.
    if !is_object {
        return Err(Problem::new(Code::BodyInvalid, "the body is a JSON object").into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(Strict(&mut reader)).map_err(|error| {
        let words = error.inner().to_string();
        let path = error.path().to_string();
        let field = field_at_fault(&path, &words);
        let problem = Problem::new(Code::BodyInvalid, words);
        match field {
            None => problem,
            Some(field) => problem.at(field),
        }
    })?;
    let rest = reader.end();
    rest.map_err(|error| Problem::new(Code::BodyInvalid, error.to_string()))?;
    Ok(read)
}

/// The field at fault: where the reader stood, and the name in its words of a field that is missing or unknown, unless
/// it stood there already.
fn field_at_fault(path: &str, words: &str) -> Option<String> {
    let quoted = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|begin| words.strip_prefix(begin));
    let name = quoted.and_then(|rest| rest.split('`').next());
    match (path, name) {
        (".", None) => None,
        (".", Some(name)) => Some(name.to_owned()),
        (path, Some(name)) if path.rsplit('.').next() != Some(name) => {
            Some(format!("{path}.{name}"))
        }
        (path, _) => Some(path.to_owned()),
    }
}

/// Gives each parameter of `raw` except `key` (which names the shop and was read before) to `set`.
///
/// # Errors
/// When an escape is broken, a parameter comes twice (but `w`, which names one widget of many), or `set` refuses it.
pub(crate) fn read_query(
    raw: Option<&str>,
    mut set: impl FnMut(&str, &str) -> Result<(), Problem>,
) -> Result<(), Failure> {
    let raw = raw.unwrap_or_default();
    if let Some(name) = query::repeated(raw, "w") {
        let rule = "this parameter is given twice";
        return Err(Problem::new(Code::BadRequest, rule).at(name).into());
    }
    for pair in query::pairs(raw) {
        let (name, value) = pair.ok_or_else(|| {
            Problem::new(Code::BadRequest, "a broken percent-escape in the query")
        })?;
        if name != "key" {
            set(&name, &value)?;
        }
    }
    Ok(())
}

/// How many of something a page holds when the request does not say.
pub(crate) const PAGE: u32 = 20;
/// How many it holds at most.
pub(crate) const PAGE_MAX: u32 = 100;

/// Which page of a list a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Behind what: `next` of the page before.
    pub(crate) after: Option<String>,
    /// How many at most.
    pub(crate) limit: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            after: None,
            limit: PAGE,
        }
    }
}

impl Page {
    /// Reads one parameter, for queries that have others too.
    ///
    /// # Errors
    /// When it is neither `after` nor `limit`, or out of bounds.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "after" => self.after = Some(value.to_owned()).filter(|text| !text.is_empty()),
            "limit" => self.limit = read_limit(value, PAGE_MAX)?,
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    }
}

/// Reads `after` and `limit` from a query that has nothing else.
///
/// # Errors
/// When there is another parameter, or `limit` is out of bounds.
pub(crate) fn read_page(raw: Option<&str>) -> Result<Page, Failure> {
    let mut page = Page::default();
    read_query(raw, |name, value| page.set(name, value))?;
    Ok(page)
}

/// Reads a query that has nothing but what every request may have.
///
/// # Errors
/// When there is a parameter.
pub(crate) fn no_parameters(raw: Option<&str>) -> Result<(), Failure> {
    read_query(raw, |name, _| Err(unknown_parameter(name)))
}

/// Reads how many of something a page holds: 1 to `max`.
///
/// # Errors
/// When it is none.
pub(crate) fn read_limit(value: &str, max: u32) -> Result<u32, Problem> {
    let fits = value.parse().ok().filter(|n| (1..=max).contains(n));
    fits.ok_or_else(|| {
        let rule = format!("limit is a whole number from 1 to {max}");
        Problem::new(Code::BadRequest, rule).at("limit")
    })
}

/// What a handler answers to a parameter that it does not know.
pub(crate) fn unknown_parameter(name: &str) -> Problem {
    Problem::new(Code::BadRequest, "there is no such parameter").at(name)
}

/// Reads 1 to 200 ISBNs between commas.
///
/// # Errors
/// Names the parameter, with the rule that it breaks.
pub(crate) fn read_isbns(text: &str) -> Result<Vec<Isbn>, Problem> {
    let isbns: Result<Vec<Isbn>, _> = text.split(',').map(str::parse).collect();
    let invalid = |code, rule: &str| Problem::new(code, rule).at("isbns");
    let isbns = isbns.map_err(|_| invalid(Code::IsbnInvalid, "one of the ISBNs is not valid"))?;
    if isbns.len() > BOOKS_MAX {
        return Err(invalid(Code::BadRequest, "name 1 to 200 books"));
    }
    Ok(isbns)
}

/// Reads the ISBN in a path.
///
/// # Errors
/// [`Code::IsbnInvalid`], with the rule that it breaks.
pub(crate) fn read_isbn(text: &str) -> Result<Isbn, Failure> {
    text.parse()
        .map_err(|error: bookplate_wire::isbn::IsbnError| {
            Problem::new(Code::IsbnInvalid, error.to_string())
                .at("isbn")
                .into()
        })
}
