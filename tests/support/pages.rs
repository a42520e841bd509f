//! Pages of a foreign site: a shop that embeds Bookplate from another origin.
//!
//! A folder of `tests/pages/` is served on `http://localhost:PORT`, while the API answers on
//! `http://127.0.0.1:PORT`: another origin, and another site. Files may hold placeholders such as
//! `{{api}}`, which a test [fills](Pages::fill) before it opens them.

use crate::shop_login::Login;
use crate::workspace;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The Content-Security-Policy that a careful shop sends. Nothing inline is allowed, and no `eval`.
pub const STRICT_POLICY: &str = "default-src 'none'; script-src 'self' {{api}} 'wasm-unsafe-eval'; \
     style-src 'self' {{api}}; img-src 'self' {{api}} data:; connect-src {{api}}; font-src 'self'; \
     base-uri 'none'; form-action {{api}}";

/// Has browsers remember what a list page fetches, which are more requests than they do unasked, and notes each refusal
/// of the policy for [`Browser::violations`](crate::browser::Browser::violations).
const VIOLATIONS_SCRIPT: &str = "window.policyViolations = [];
performance.setResourceTimingBufferSize(1000);
document.addEventListener('securitypolicyviolation', (event) => {
    policyViolations.push(`${event.effectiveDirective} refused ${event.blockedURI}`
        + ` (${event.sourceFile}:${event.lineNumber}) ${event.sample}`);
});
";

/// A running server of foreign pages; it ends with its owner.
#[derive(Debug)]
pub struct Pages {
    /// The shop's own login.
    pub login: Login,
    origin: String,
    site: Arc<Site>,
    task: JoinHandle<std::io::Result<()>>,
}

#[derive(Debug)]
struct Site {
    folder: PathBuf,
    state: Mutex<Settings>,
}

#[derive(Debug)]
struct Settings {
    policy: String,
    values: BTreeMap<String, String>,
    reports: Vec<String>,
}

impl Pages {
    /// Serves the folder `tests/pages/<name>` with [`STRICT_POLICY`].
    ///
    /// # Panics
    /// When there is no such folder.
    pub async fn start(name: &str) -> Self {
        let folder = workspace::root().join("tests/pages").join(name);
        assert!(folder.is_dir(), "there is no folder {}", folder.display());
        let state = Settings {
            policy: STRICT_POLICY.to_owned(),
            values: BTreeMap::new(),
            reports: Vec::new(),
        };
        let site = Arc::new(Site {
            folder,
            state: Mutex::new(state),
        });
        let router = Router::new()
            .route("/policy-violations.js", routing::get(get_violations_script))
            .route("/policy-reports", routing::post(create_report))
            .route("/cookie", routing::get(get_cookie))
            // Asked for by browsers on their own; a 404 would stand in the console.
            .route(
                "/favicon.ico",
                routing::get(async || StatusCode::NO_CONTENT),
            )
            .fallback(get_file)
            .with_state(Arc::clone(&site));
        let login = Login::default();
        let router = router.merge(login.router());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let task = tokio::spawn(async { axum::serve(listener, router).await });
        Self {
            login,
            origin,
            site,
            task,
        }
    }

    /// The pages' origin, to be registered with the shop.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of a page, given its path, such as `/index.html`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Puts `value` wherever files and the policy say `{{name}}`.
    pub fn fill(&self, name: &str, value: &str) {
        self.site
            .lock()
            .values
            .insert(format!("{{{{{name}}}}}"), value.to_owned());
    }

    /// Sends another Content-Security-Policy from now on: what `change` makes of the present one.
    pub fn change_policy(&self, change: impl FnOnce(&str) -> String) {
        let mut state = self.site.lock();
        state.policy = change(&state.policy);
    }

    /// The policy's refusals that browsers have reported so far, as JSON. Reports come when the
    /// browser likes; to assert that there are none, ask the page itself by
    /// [`Browser::violations`](crate::browser::Browser::violations).
    pub fn reports(&self) -> Vec<String> {
        self.site.lock().reports.clone()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    fn lock(&self) -> MutexGuard<'_, Settings> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settings {
    fn filled(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (name, value)| {
                text.replace(name, value)
            })
    }
}

async fn get_violations_script() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/javascript")],
        VIOLATIONS_SCRIPT,
    )
}

async fn create_report(State(site): State<Arc<Site>>, body: Bytes) -> StatusCode {
    site.lock()
        .reports
        .push(String::from_utf8_lossy(&body).into_owned());
    StatusCode::NO_CONTENT
}

/// Sets a cookie wherever it is allowed, and says which ones came with the request.
async fn get_cookie(headers: HeaderMap) -> impl IntoResponse {
    let sent = |name| headers.get(name).cloned();
    let reply = [
        (
            header::SET_COOKIE,
            HeaderValue::from_static("seen=1; SameSite=None; Secure"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            sent(header::ORIGIN).unwrap_or(HeaderValue::from_static("null")),
        ),
    ];
    let cookie = sent(header::COOKIE);
    (
        reply,
        cookie.map_or_else(Bytes::new, |cookie| {
            Bytes::copy_from_slice(cookie.as_bytes())
        }),
    )
}

async fn get_file(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let path = if uri.path() == "/" {
        "/index.html"
    } else {
        uri.path()
    };
    let relative = Path::new(path.trim_start_matches('/'));
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(body) = tokio::fs::read(site.folder.join(relative)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (media_type, is_text) = match relative.extension().and_then(|end| end.to_str()) {
        Some("html") => ("text/html; charset=utf-8", true),
        Some("css") => ("text/css; charset=utf-8", true),
        Some("js") => ("text/javascript; charset=utf-8", true),
        Some("svg") => ("image/svg+xml", true),
        _ => ("application/octet-stream", false),
    };
    let state = site.lock();
    let policy = format!(
        "{}; report-uri /policy-reports",
        state.filled(&state.policy)
    );
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    if is_text {
        (headers, state.filled(&String::from_utf8_lossy(&body))).into_response()
    } else {
        (headers, body).into_response()
    }
}
