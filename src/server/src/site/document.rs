//! The HTML document around a page.

use crate::app::App;
use crate::reviews::json_ld::for_html;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};
use bookplate_site::page::Page;
use leptos::prelude::*;

/// The page with its data and its program. `images` are the origins whose pictures it may show.
pub(super) fn document(app: &App, page: Page, images: &[String]) -> Response {
    let robots = (!page.is_public()).then(|| view! { <meta name="robots" content="noindex"/> });
    let (lang, title, data) = (page.lang.tag(), page.title(), for_html(&page));
    let body = bookplate_site::render(page);
    let script = app.assets.path("site.js");
    let document = view! {
        <!DOCTYPE html>
        <html lang=lang>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {robots}
                <title>{title}</title>
                <link rel="icon" type="image/svg+xml" href=app.assets.path("icon.svg")/>
                <link rel="stylesheet" href=app.assets.path("site.css")/>
                <script type="application/json" id="data" inner_html=data></script>
                <script type="module" src=script></script>
            </head>
            <body inner_html=body></body>
        </html>
    };
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CONTENT_SECURITY_POLICY, policy(images)),
        // Not `no-referrer`: forms would come from nowhere then, and only our own pages may send them.
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (headers, document.to_html()).into_response()
}

/// Our own scripts and styles, pictures of the shop, nothing else, and in nobody's frame.
fn policy(images: &[String]) -> HeaderValue {
    let own = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
               connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
               img-src 'self'";
    let all = images
        .iter()
        .fold(own.to_owned(), |policy, origin| policy + " " + origin);
    // Origins were checked when the shop was set up.
    HeaderValue::from_str(&all).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
