//! The one way in which requests are sent.

use crate::{ClientError, json};
use bookplate_wire::Problem;
use gloo_net::http::Request;
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

/// Gets `url` and reads the reply as JSON.
pub(crate) async fn get<T: DeserializeOwned>(
    url: &str,
    signal: Option<&AbortSignal>,
) -> Result<T, ClientError> {
    let reply = fetch(url, signal).await;
    // Also a reply that came in full: it may have waited while a newer request took its place.
    if signal.is_some_and(AbortSignal::aborted) {
        return Err(ClientError::Aborted);
    }
    let (ok, body) = reply.map_err(|_| unanswered())?;
    if ok {
        json::read(&body).map_err(|_| ClientError::Unreadable)
    } else {
        let problem: Result<Problem, _> = json::read(&body);
        Err(problem.map_or(ClientError::Unreadable, ClientError::Problem))
    }
}

/// Whether the status is a success, and the body. Not generic, so that it is compiled once.
async fn fetch(url: &str, signal: Option<&AbortSignal>) -> Result<(bool, String), gloo_net::Error> {
    let reply = Request::get(url).abort_signal(signal).send().await?;
    Ok((reply.ok(), reply.text().await?))
}

/// Why a request ended without a reply: the browser's own error does not tell.
pub(crate) fn unanswered() -> ClientError {
    match web_sys::window() {
        Some(window) if !window.navigator().on_line() => ClientError::Offline,
        _ => ClientError::Network,
    }
}
