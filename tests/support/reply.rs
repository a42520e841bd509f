//! A reply of the server, with the questions that stories ask of it.

use crate::logs;
use bookplate_wire::Problem;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

/// A whole reply. Its asserting methods show the body when they fail.
#[derive(Debug)]
pub struct Reply {
    request: String,
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// Reads `response` to its end; `request` names it in messages.
    pub(crate) async fn read(
        request: String,
        response: reqwest::Response,
    ) -> reqwest::Result<Self> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await?.to_vec();
        logs::keep_out_of_head(&headers);
        // The code of a problem is no secret.
        if status < 400
            && let Ok(body) = serde_json::from_slice(&body)
        {
            logs::keep_out_of_reply(&body);
        }
        Ok(Self {
            request,
            status,
            headers,
            body,
        })
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header `name`, empty where there is none.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let text = |value: &reqwest::header::HeaderValue| value.to_str().is_ok();
        self.headers
            .get(name)
            .filter(|value| text(value))
            .map_or("", |v| v.to_str().unwrap())
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(&self.body) {
            Ok(text) => text,
            Err(error) => panic!("{}: {error}", self.request),
        }
    }

    /// Fails unless the status is `status`.
    #[track_caller]
    pub fn expect_status(&self, status: u16) -> &Self {
        assert_eq!(
            self.status,
            status,
            "{} replied:\n{}",
            self.request,
            self.text()
        );
        self
    }

    #[track_caller]
    fn expect_type(&self, media_type: &str) -> &Self {
        let found = self.header(CONTENT_TYPE.as_str());
        let essence = found.split(';').next().unwrap_or_default().trim();
        assert_eq!(
            essence,
            media_type,
            "{} replied:\n{}",
            self.request,
            self.text()
        );
        self
    }

    /// The text of a page or fragment; fails unless it is HTML and a success.
    #[track_caller]
    pub fn html(&self) -> &str {
        self.expect_status(200).expect_type("text/html").text()
    }

    /// The body as a `T`; fails unless it is JSON, fits, and is a success.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        let success = (200..300).contains(&self.status);
        assert!(
            success,
            "{} replied {}:\n{}",
            self.request,
            self.status,
            self.text()
        );
        self.expect_type("application/json").parse()
    }

    /// The problem; fails unless the reply is one, with the same status inside and outside.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        let problem: Problem = self.expect_type("application/problem+json").parse();
        assert_eq!(problem.status, self.status, "{}", self.request);
        assert_eq!(problem.code.status(), self.status, "{}", self.request);
        problem
    }

    #[track_caller]
    fn parse<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{} replied: {error}\n{}", self.request, self.text()),
        }
    }
}
