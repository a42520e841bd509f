//! The pretend shop as its own plain web site, on another origin than the server's: its pages, with a strict
//! Content-Security-Policy, and a login of its own whose customers Bookplate takes over.

mod backend;
mod customers;
mod pages;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE,
};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
pub use backend::Backend;
use bookplate_wire::query;
use customers::{CUSTOMERS, Customer};
use data_encoding::HEXLOWER;
use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// Where the shop's pages expect the server; replaced where it listens elsewhere.
const USUAL_API: &str = "http://127.0.0.1:4400";

/// The cookie with which the shop knows its customers: its own, on its own site.
const SESSION: &str = "inkwell-session";

/// Listens on `localhost`, in both of the ways that a browser may understand it.
///
/// # Errors
/// When the port is taken.
pub async fn bind(port: u16) -> Result<Vec<TcpListener>> {
    let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .with_context(|| format!("--shop-port {port}: the port is taken"))?;
    let port = v4.local_addr()?.port();
    let mut listeners = vec![v4];
    // A machine without IPv6 has only the first.
    if let Ok(v6) = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        listeners.push(v6);
    }
    Ok(listeners)
}

/// Serves the shop for the server at `api` until the process ends.
pub fn serve(listeners: Vec<TcpListener>, api: &str, backend: Backend) {
    let shop = Arc::new(Shop {
        api: api.to_owned(),
        backend,
        sessions: Mutex::default(),
    });
    let router = Router::new()
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/bookplate-token", get(get_token))
        .fallback(get_page)
        .with_state(shop);
    for listener in listeners {
        let router = router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
}

struct Shop {
    api: String,
    backend: Backend,
    /// Who is signed in, by what the cookie says. A shop that is started again has forgotten it.
    sessions: Mutex<HashMap<String, &'static Customer>>,
}

impl Shop {
    /// Whoever sends a request.
    fn customer(&self, headers: &HeaderMap) -> Option<&'static Customer> {
        let cookies = headers.get(COOKIE)?.to_str().ok()?;
        let id = cookies
            .split("; ")
            .find_map(|cookie| cookie.strip_prefix(SESSION)?.strip_prefix('='))?;
        self.sessions().get(id).copied()
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, HashMap<String, &'static Customer>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signs in one of the demo's customers, without a password: nobody is behind them.
async fn sign_in(State(shop): State<Arc<Shop>>, body: String) -> Response {
    let mut asked: HashMap<String, String> = query::pairs(&body).flatten().collect();
    let id = asked.remove("customer").unwrap_or_default();
    let Some(customer) = CUSTOMERS.iter().find(|customer| customer.id == id) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let mut secret = [0; 16];
    if getrandom::fill(&mut secret).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let secret = HEXLOWER.encode(&secret);
    shop.sessions().insert(secret.clone(), customer);
    let cookie = format!("{SESSION}={secret}; Path=/; HttpOnly; SameSite=Lax");
    // Back to one of the shop's own pages, and nowhere else.
    let next = asked.remove("next").unwrap_or_default();
    let own =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    let next = if own {
        next
    } else {
        "/account.html".to_owned()
    };
    let headers = [(SET_COOKIE, cookie), (LOCATION, next)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

async fn sign_out(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> impl IntoResponse {
    if let Some(customer) = shop.customer(&headers) {
        shop.sessions().retain(|_, other| other.id != customer.id);
    }
    let cookie = format!("{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)])
}

/// Who is signed in, signed: what the shop's page hands to Bookplate.
async fn get_token(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    let Some(customer) = shop.customer(&headers) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    match shop.backend.token(customer) {
        Ok(token) => ([(CACHE_CONTROL, "no-store")], token).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn get_page(State(shop): State<Arc<Shop>>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let (kind, mut content) = if let Some(page) = pages::composed(path).await {
        ("text/html; charset=utf-8", page.into_bytes())
    } else {
        let Some(file) = pages::file_of(path) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let Ok(content) = tokio::fs::read(&file).await else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let kind = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            _ => "application/octet-stream",
        };
        (kind, content)
    };
    let mut caching = "no-cache";
    if kind.starts_with("text/html") {
        let mut page = String::from_utf8_lossy(&content).replace(USUAL_API, &shop.api);
        if let Some(customer) = shop.customer(&headers) {
            page = pages::named(&page, customer.name);
            caching = "no-store";
        }
        content = page.into_bytes();
    }
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CACHE_CONTROL, caching.to_owned()),
        (CONTENT_SECURITY_POLICY, policy(&shop.api)),
    ];
    (headers, content).into_response()
}

/// As strict as a careful shop's.
fn policy(api: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {api} 'wasm-unsafe-eval'; style-src 'self' {api}; \
         img-src 'self' {api} data:; connect-src 'self' {api}; font-src 'self'; base-uri 'none'; \
         form-action 'self' {api}"
    )
}
