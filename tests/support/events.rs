//! Server-sent events, as they come.

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long a story waits for the next event.
const PATIENCE: Duration = Duration::from_secs(60);

/// A reply that goes on. Dropping it ends the connection.
#[derive(Debug)]
pub struct Events {
    response: Response,
    bytes: Vec<u8>,
}

impl Events {
    pub(crate) fn of(response: Response) -> Self {
        Self {
            response,
            bytes: Vec::new(),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Whether these are events at all.
    pub fn are_events(&self) -> bool {
        let kind = self.response.headers().get(CONTENT_TYPE);
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
    }

    /// What the next event says; `None` once the server has ended the stream.
    ///
    /// # Panics
    /// When neither happens.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            while let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.bytes.drain(..end + 2).collect();
                let event = String::from_utf8(event).unwrap();
                let data = event.lines().find_map(|line| line.strip_prefix("data:"));
                if let Some(data) = data {
                    return Some(serde_json::from_str(data).unwrap());
                }
            }
            let more = tokio::time::timeout(PATIENCE, self.response.chunk());
            let more = more.await.expect("waited in vain for an event");
            self.bytes.extend(more.ok().flatten()?);
        }
    }

    /// The first event that fits.
    ///
    /// # Panics
    /// When the stream ends before.
    pub async fn until<T: DeserializeOwned>(&mut self, fits: impl Fn(&T) -> bool) -> T {
        loop {
            let event = self.next().await.expect("the stream has ended");
            if fits(&event) {
                return event;
            }
        }
    }
}
