//! Fragments: several widgets' HTML in one reply, as JSON for the loader or as HTML for a server-side include.

mod cache;
mod include;
mod render;

pub(crate) use cache::FragmentCache;

use crate::api::{read_query, unknown_parameter};
use crate::app::App;
use crate::caching::{self, accepts, has_it};
use crate::reply::Failure;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bookplate_store::shops::Shop;
use bookplate_wire::fragments::{Fragments, WIDGETS_MAX, Widget};
use bookplate_wire::{Code, Lang, Problem};
use cache::Reply;
pub(crate) use render::{reviews_fragment, sheet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What a request asks for.
#[derive(Debug)]
struct Asked {
    key: String,
    lang: Lang,
    /// In their order; what cannot be read fails alone.
    widgets: Vec<Result<Widget, Problem>>,
}

/// In which shape the reply goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    /// [`Fragments`] as JSON, for the loader.
    Json,
    /// Elements with declarative shadow roots, for a server-side include.
    Html,
}

/// Several widgets at once, each as HTML with its data.
#[utoipa::path(
    get, path = "/v1/fragments", tag = "fragments", operation_id = "list_fragments",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("lang" = Option<String>, Query, description = "BCP 47 tag of the reader's language; what the shop does not offer becomes its default language"),
        ("w" = Vec<String>, Query, description = "One widget, up to 200 times: `reviews/ISBN`, `reviews/ISBN?sort=newest` (percent-encoded), `rating/ISBN`, `wish-button/ISBN`, `wish-button/ISBN?count`, `earn/ISBN`, `earn/ISBN?12.50 EUR` (percent-encoded), `account/`, `wishlist/`, `points/`, `feedback/` or `feedback/ISBN`. One that cannot be read gets a fragment that is empty and says why"),
    ),
    responses(
        (status = 200, body = Fragments),
        (status = 304, description = "The client's copy is current"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_fragments(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    respond(&app, &shop, raw.unwrap_or_default(), Shape::Json, &headers).await
}

/// The same widgets as HTML elements with declarative shadow roots, for the shop's own server to include.
#[utoipa::path(
    get, path = "/v1/fragments.html", tag = "fragments", operation_id = "include_fragments",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("lang" = Option<String>, Query, description = "BCP 47 tag of the page's language"),
        ("w" = Vec<String>, Query, description = "As for `/v1/fragments`"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 304, description = "The client's copy is current"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn include_fragments(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    respond(&app, &shop, raw.unwrap_or_default(), Shape::Html, &headers).await
}

async fn respond(
    app: &App,
    shop: &Arc<Shop>,
    raw: String,
    shape: Shape,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let reply = app
        .fragments
        .reply(app, shop, (shape, appearance(shop), raw), async |raw| {
            let asked = read(raw, shop)?;
            render::reply(app, shop, asked, shape).await
        })
        .await?;
    Ok(send(&reply, shape, headers))
}

/// What the shop has set that its fragments show. A reply that was made before a change is not used after it.
fn appearance(shop: &Shop) -> u64 {
    let mut hasher = DefaultHasher::new();
    (
        shop.default_language,
        &shop.languages,
        &shop.look,
        shop.half_stars,
        &shop.notes,
        &shop.book_url,
        // What a review earns stands in its form.
        shop.points_version,
    )
        .hash(&mut hasher);
    hasher.finish()
}

/// Reads a query string.
///
/// # Errors
/// Names the parameter that cannot be used.
fn read(raw: &str, shop: &Shop) -> Result<Asked, Failure> {
    let mut asked = Asked {
        key: String::new(),
        lang: shop.default_language,
        widgets: Vec::new(),
    };
    for (name, value) in bookplate_wire::query::pairs(raw).flatten() {
        if name == "key" {
            asked.key = value;
        }
    }
    read_query(Some(raw), |name, value| {
        match name {
            "lang" => asked.lang = shop.speaks(value).unwrap_or(asked.lang),
            "w" => asked.widgets.push(Widget::parse(value)),
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    })?;
    if !(1..=WIDGETS_MAX).contains(&asked.widgets.len()) {
        return Err(Problem::new(Code::BadRequest, "ask for 1 to 200 widgets")
            .at("w")
            .into());
    }
    Ok(asked)
}

fn send(reply: &Reply, shape: Shape, headers: &HeaderMap) -> Response {
    let kind = match shape {
        Shape::Json => "application/json",
        Shape::Html => "text/html; charset=utf-8",
    };
    let always = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, caching::PUBLIC),
        (ETAG, reply.tag.clone()),
        (VARY, HeaderValue::from_name(ACCEPT_ENCODING)),
    ];
    if has_it(headers, &reply.tag) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let coded = |name, body| {
        let coding = [(CONTENT_ENCODING, HeaderValue::from_static(name))];
        (always.clone(), coding, body).into_response()
    };
    if accepts(headers, "br") {
        coded("br", reply.brotli())
    } else if accepts(headers, "gzip") {
        coded("gzip", reply.gzip())
    } else {
        (always, reply.body.clone()).into_response()
    }
}
