//! What is left of a request's body when its answer is there.
//!
//! Whoever is refused early — a wrong key, too many requests, no such address — is answered before the body was read. A
//! connection with a body in it takes no other request, and one that is closed under a client that still sends loses the
//! answer. So the rest is read and thrown away where that is soon done, and else the answer says that the connection ends.

use crate::api::DRAIN_MAX;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::timeout;

/// How long the rest may take. Who sends more slowly has to connect again.
const DRAIN: Duration = Duration::from_secs(5);

/// What nobody has read of a body, once the body is let go.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    rest: Arc<Mutex<Option<Body>>>,
    /// The client sends nothing before it is asked to: it need not be.
    waits: bool,
}

impl Unread {
    /// The request, watched.
    pub(crate) fn watch(request: Request) -> (Request, Self) {
        let mut unread = Self::default();
        if request.body().is_end_stream() {
            return (request, unread);
        }
        unread.waits = request.headers().contains_key(EXPECT);
        let request = request.map(|body| {
            Body::new(Watched {
                body: Some(body),
                rest: unread.rest.clone(),
            })
        });
        (request, unread)
    }

    /// Whether something is left.
    pub(crate) fn is_some(&self) -> bool {
        self.rest().is_some()
    }

    /// Reads and forgets what is left. Whether the connection can go on: nothing is left now.
    pub(crate) async fn drain(self) -> bool {
        let rest = self.rest().take();
        let Some(mut rest) = rest else {
            return true;
        };
        if self.waits {
            return false;
        }
        let drain = async {
            let mut read = 0;
            while let Some(frame) = rest.frame().await {
                let Ok(frame) = frame else { return false };
                read += frame.data_ref().map_or(0, Bytes::len);
                if read > DRAIN_MAX {
                    return false;
                }
            }
            true
        };
        timeout(DRAIN, drain).await.unwrap_or(false)
    }

    fn rest(&self) -> MutexGuard<'_, Option<Body>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that is handed back when it is let go before its end.
struct Watched {
    body: Option<Body>,
    rest: Arc<Mutex<Option<Body>>>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body
            .as_ref()
            .map(HttpBody::size_hint)
            .unwrap_or_default()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let left = self.body.take().filter(|body| !body.is_end_stream());
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }
}
