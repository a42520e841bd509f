//! What an operator sees of a request: its id, a log line, and the metrics.
//!
//! The log has the route, never the query string or a header: what a person searched for, and who asked,
//! stays out of it.

use crate::app::App;
use crate::limits::RATE_LIMIT;
use crate::reply::Failure;
use crate::reviews::photos::UPLOAD;
use crate::router::REVIEW_FORM;
use crate::shops::readable_by;
use crate::unread::Unread;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bookplate_store::notifications::Ended;
use bookplate_wire::Code;
use bookplate_wire::deliveries::Channel;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tracing::Instrument;

/// The header with the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a request may take, with reading its body. Nothing here takes a second; who sends a body byte by
/// byte is let go.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same where photos are sent, from a phone with a slow network.
const PATIENCE_FOR_FILES: Duration = Duration::from_secs(120);

/// Upper bounds of the latency histogram's buckets, in seconds.
const BUCKETS: [f64; 11] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DeliveryLabels {
    channel: &'static str,
    ended: &'static str,
}

/// The figures behind `/metrics`.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    deliveries: Family<DeliveryLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
    /// Passwords hashed, to be kept or to be compared: what costs most of all that is asked here.
    pub(crate) password_hashes: Counter,
    ids: RequestIds,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let deliveries = Family::default();
        let seconds: Family<RouteLabel, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let mut registry = Registry::with_prefix("bookplate");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "delivery_attempts",
            "Attempts to deliver what is in the outbox",
            deliveries.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's head to its answer's",
            Unit::Seconds,
            seconds.clone(),
        );
        let password_hashes = Counter::default();
        registry.register(
            "password_hashes",
            "Passwords hashed, to be kept or to be compared",
            password_hashes.clone(),
        );
        Self {
            registry,
            requests,
            deliveries,
            seconds,
            password_hashes,
            ids: RequestIds::default(),
        }
    }
}

impl Metrics {
    /// Counts an attempt to deliver something.
    pub(crate) fn count_delivery(&self, channel: Channel, ended: &Ended) {
        let labels = DeliveryLabels {
            channel: channel.as_str(),
            ended: match ended {
                Ended::Delivered => "delivered",
                Ended::Dropped => "dropped",
                Ended::Deferred { .. } => "deferred",
                Ended::Failed { .. } => "failed",
                Ended::GivenUp { .. } => "given_up",
            },
        };
        self.deliveries.get_or_create(&labels).inc();
    }
}

/// Ids that no other request of this or another instance has: the start of the process and a number.
struct RequestIds {
    prefix: u64,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let prefix = (since.as_nanos() as u64) ^ (u64::from(std::process::id()) << 48);
        Self {
            prefix,
            next: AtomicU64::new(1),
        }
    }
}

impl RequestIds {
    fn next(&self) -> String {
        format!(
            "{:016x}-{:x}",
            self.prefix,
            self.next.fetch_add(1, Ordering::Relaxed)
        )
    }
}

/// Marks a reply that was made where no shop is known.
#[derive(Debug, Clone, Copy)]
struct MadeOutside;

/// The reply for a request that nobody has answered.
pub(crate) fn made_outside(failure: Failure) -> Response {
    let mut response = failure.into_response();
    response.extensions_mut().insert(MadeOutside);
    response
}

/// Whether caches between here and the reader may keep a reply.
fn is_shared(headers: &HeaderMap) -> bool {
    let control = headers.get(CACHE_CONTROL);
    control.is_some_and(|control| control.as_bytes().starts_with(b"public"))
}

/// Gives the request an id, refuses who asks too much, logs it and counts it. The outermost layer, so that no reply goes out without.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = app.metrics.ids.next();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown", MatchedPath::as_str)
        .to_owned();
    let origin = request.headers().get(ORIGIN).cloned();
    let span = tracing::info_span!("request", id);
    let (request, unread) = Unread::watch(request);
    let mut response = match app.limits.admit(request.extensions(), request.headers()) {
        Ok(standing) => {
            let answer = next.run(request).instrument(span.clone());
            let patience = if [UPLOAD, REVIEW_FORM].contains(&route.as_str()) {
                PATIENCE_FOR_FILES
            } else {
                PATIENCE
            };
            let answer = tokio::time::timeout(patience, answer).await;
            let mut answer = answer.unwrap_or_else(|_| {
                let slow = if unread.is_some() {
                    Code::RequestTimeout
                } else {
                    Code::Timeout
                };
                made_outside(Failure::from(slow))
            });
            // A closer limit, of a customer or a program, has told its own; what caches keep is for everybody.
            let headers = answer.headers_mut();
            if !headers.contains_key(RATE_LIMIT) && !is_shared(headers) {
                standing.tell(headers);
            }
            answer
        }
        Err(refused) => {
            drop(request);
            let mut refused = *refused;
            refused.extensions_mut().insert(MadeOutside);
            refused
        }
    };
    // Nobody knows here which shop it is about. These codes alone are safe for any page to read, and a page's
    // script has to see them to come back later.
    if response.extensions().get::<MadeOutside>().is_some() {
        response = readable_by(response, origin);
    }
    let status = response.status().as_u16();
    let took = begun.elapsed();
    span.in_scope(|| {
        let micros = took.as_micros() as u64;
        // Pages that are read are counted in the metrics. A line for each would cost as much as the answer
        // and bury the lines that an operator looks for.
        if method.is_safe() && status < 400 {
            tracing::debug!(%method, route, status, micros, "answered");
        } else {
            tracing::info!(%method, route, status, micros, "answered");
        }
    });
    let goes_on = unread.drain().await;
    let headers = response.headers_mut();
    if !goes_on {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    // No reply is ever taken for another kind than it says.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    app.metrics
        .seconds
        .get_or_create(&RouteLabel {
            route: route.clone(),
        })
        .observe(took.as_secs_f64());
    app.metrics
        .requests
        .get_or_create(&Labels { route, status })
        .inc();
    response
}

/// `GET /metrics`, in the OpenMetrics text format.
pub(crate) async fn get_metrics(State(app): State<App>) -> impl IntoResponse {
    let mut text = String::new();
    // Writing to memory cannot fail.
    let written = encode(&mut text, &app.metrics.registry);
    debug_assert!(written.is_ok());
    let kind =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(CONTENT_TYPE, kind)], text)
}
