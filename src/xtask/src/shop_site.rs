//! The pretend shop as its own plain web site: static files on another origin than the server's, with a
//! strict Content-Security-Policy.

use crate::paths;
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use tokio::net::TcpListener;

/// Where the shop's pages expect the server; replaced where it listens elsewhere.
const USUAL_API: &str = "http://127.0.0.1:4400";

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
pub fn serve(listeners: Vec<TcpListener>, api: &str) {
    let router = Router::new().fallback(get_file).with_state(api.to_owned());
    for listener in listeners {
        let router = router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
}

async fn get_file(State(api): State<String>, uri: Uri) -> Response {
    let Some(file) = file_of(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(mut content) = tokio::fs::read(&file).await else {
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
    if kind.starts_with("text/html") && api != USUAL_API {
        content = String::from_utf8_lossy(&content)
            .replace(USUAL_API, &api)
            .into_bytes();
    }
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CACHE_CONTROL, "no-cache".to_owned()),
        (CONTENT_SECURITY_POLICY, policy(&api)),
    ];
    (headers, Body::from(content)).into_response()
}

/// `/` is the repository's `index.html`; everything else lies in `public/`.
fn file_of(path: &str) -> Option<PathBuf> {
    if matches!(path, "/" | "/index.html") {
        return Some(paths::root().join("index.html"));
    }
    let relative = Path::new(path.trim_start_matches('/'));
    relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| paths::root().join("public").join(relative))
}

/// As strict as a careful shop's.
fn policy(api: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {api} 'wasm-unsafe-eval'; style-src 'self' {api}; \
         img-src 'self' {api} data:; connect-src {api}; font-src 'self'; base-uri 'none'; \
         form-action 'self' {api}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_shop_is_served() {
        assert!(file_of("/").is_some_and(|file| file.ends_with("index.html")));
        assert!(
            file_of("/shop/shop.css").is_some_and(|file| file.ends_with("public/shop/shop.css"))
        );
        assert_eq!(file_of("/../Cargo.toml"), None);
        assert_eq!(file_of("/shop/../../Cargo.toml"), None);
    }
}
