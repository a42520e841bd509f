//! The hosted page of a book's reviews: where the widget's links lead when no script runs, and what
//! search engines may index. It embeds the widget just as a shop's server would.

use crate::api::{read_isbn, read_query};
use crate::app::App;
use crate::fragments::{reviews_fragment, sheet};
use crate::reply::Failure;
use crate::reviews::data::{Reader, of_book};
use crate::shops::{picture, shop_by_key};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_widgets::texts::Pages;
use bookplate_wire::catalogue::Edition;
use bookplate_wire::reviews::{ReviewsQuery, page_path};
use bookplate_wire::{Code, Isbn, Lang, query};
use leptos::prelude::*;

/// Hosted pages run our own scripts and styles, nothing else, and stand in nobody's frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// `GET /shops/{key}/books/{isbn}/reviews`
pub(crate) async fn show_reviews_page(
    State(app): State<App>,
    Path((key, isbn)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let shop = shop_by_key(&app, &key).await?;
    let isbn = read_isbn(&isbn)?;
    let mut lang = preferred(&shop, &headers);
    let mut reviews = ReviewsQuery::default();
    let read = read_query(raw.as_deref(), |name, value| {
        if name == "lang" {
            lang = shop.speaks(value).unwrap_or(lang);
            return Ok(());
        }
        reviews.set(name, value)
    });
    if read.is_err() {
        return Ok(from_the_first(&key, isbn, lang));
    }
    let reader = Reader {
        lang,
        api: app.public_url.clone(),
        key: key.clone(),
    };
    let gather = {
        let (shop, reviews) = (shop.clone(), reviews.clone());
        move |db: &mut Db| {
            let rated = db.ratings(&shop.id, &[isbn])?.pop();
            of_book(db, &shop, reader, isbn, reviews, rated.as_ref())
        }
    };
    let turn = app.turns.search_if(reviews.is_search()).await?;
    let gathered: Result<_, Failure> = app.store.read(gather).await;
    drop(turn);
    let shown = match gathered {
        Err(Failure(problem)) if problem.code == Code::CursorInvalid => {
            return Ok(from_the_first(&key, isbn, lang));
        }
        gathered => gathered?,
    };
    let edition = shown.reviews.edition.clone();
    let picture = edition.as_ref().map(|e| picture(&shop, &e.cover_url));
    let policy = picture.as_deref().and_then(policy_with_picture);
    let title = Pages(lang).title(edition.as_ref().map_or(isbn.as_str(), |e| &e.title));
    let fragment = reviews_fragment(&app, &shop, shown);
    let body = view! {
        <header>
            {picture.filter(|_| policy.is_some()).map(cover)}
            <p class="shop">{link(shop.origins.first().cloned(), shop.name.clone())}</p>
            {heading(isbn, edition.as_ref(), &shop.book_url)}
            {edition.as_ref().map(byline)}
            {languages(&shop, lang, isbn, &reviews)}
        </header>
        <main inner_html=element(isbn, lang, &fragment.html)></main>
        <script src="/bookplate.js" data-key=key.clone() async></script>
    };
    // However it is sorted and filtered, it is one page to a search engine.
    let mut canonical = format!("{}{}?", app.public_url, page_path(&key, isbn));
    query::push(&mut canonical, "lang", lang.tag());
    let head = view! {
        <link rel="canonical" href=canonical/>
        // The page waits for what its widget needs, as an include does.
        <link rel="stylesheet" href=sheet(&app)/>
        {fragment
            .json_ld
            .map(|text| view! { <script type="application/ld+json" inner_html=text></script> })}
    };
    let sheet = "page.css";
    let mut response = html_reply(&app, sheet, lang.tag(), &title, head, body.to_html());
    if let Some(policy) = policy {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if edition.is_none() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}

/// The title, in the language that it is in: a screen reader says it right, and it gets that language's type.
///
/// It leads to the book in the shop, where the shop has said how.
fn heading(isbn: Isbn, edition: Option<&Edition>, book_url: &str) -> impl IntoView + use<> {
    let (title, lang) = edition.map_or_else(
        || (isbn.to_string(), None),
        |edition| {
            let lang = Some(edition.language.clone()).filter(|tag| !tag.is_empty());
            (edition.title.clone(), lang)
        },
    );
    let book = edition.filter(|_| !book_url.is_empty());
    let href = book.map(|_| book_url.replace("{isbn}", isbn.as_str()));
    view! { <h1 lang=lang>{link(href, title)}</h1> }
}

/// Words that lead somewhere, if there is somewhere to go.
fn link(href: Option<String>, words: String) -> AnyView {
    match href {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => words.into_any(),
    }
}

/// The cover, for the eye: the title stands next to it.
fn cover(address: String) -> impl IntoView {
    view! { <img class="cover" src=address alt="" width="96" height="144"/> }
}

/// The page's policy with the origin of a picture, if that can be shown.
fn policy_with_picture(address: &str) -> Option<HeaderValue> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
    let fits =
        ["http", "https"].contains(&scheme) && !host.is_empty() && host.bytes().all(is_plain);
    let own = POLICY;
    let policy = own.to_str().ok().filter(|_| fits)?;
    let with_picture = format!("img-src 'self' {scheme}://{host};");
    HeaderValue::from_str(&policy.replace("img-src 'self';", &with_picture)).ok()
}

/// To the page without a query that says nothing (any more), such as a place in a list that has changed since:
/// a reader has followed a link and wants to read.
fn from_the_first(key: &str, isbn: Isbn, lang: Lang) -> Response {
    let mut path = page_path(key, isbn);
    path.push('?');
    query::push(&mut path, "lang", lang.tag());
    Redirect::to(&path).into_response()
}

fn byline(edition: &Edition) -> impl IntoView + use<> {
    (!edition.authors.is_empty())
        .then(|| view! { <p class="authors">{edition.authors.join(", ")}</p> })
}

fn languages(shop: &Shop, lang: Lang, isbn: Isbn, reviews: &ReviewsQuery) -> impl IntoView + use<> {
    let links: Vec<_> = shop
        .languages
        .iter()
        .copied()
        .map(|other| {
            let mut href = format!("{}?", page_path(&shop.public_key, isbn));
            query::push(&mut href, "lang", other.tag());
            let rest = reviews.to_query();
            if !rest.is_empty() {
                href.push('&');
                href.push_str(&rest);
            }
            let current = (other == lang).then_some("page");
            let name = Pages(other).own_name();
            view! {
                <li><a href=href lang=other.tag() hreflang=other.tag() aria-current=current>{name}</a></li>
            }
        })
        .collect();
    view! { <nav aria-label=Pages(lang).languages()><ul>{links}</ul></nav> }
}

/// The widget with its shadow root declared inside.
fn element(isbn: Isbn, lang: Lang, fragment: &str) -> String {
    format!(
        "<bookplate-reviews isbn=\"{isbn}\" lang=\"{}\">\
         <template shadowrootmode=\"open\">{fragment}</template></bookplate-reviews>",
        lang.tag()
    )
}

/// The first language of `Accept-Language` that the shop offers, else its default one. Weights are read as order,
/// in which browsers send them anyway.
fn preferred(shop: &Shop, headers: &HeaderMap) -> Lang {
    let header = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    header
        .unwrap_or_default()
        .split(',')
        .find_map(|part| shop.speaks(part.split(';').next().unwrap_or_default()))
        .unwrap_or(shop.default_language)
}

/// A whole HTML document around `body`, with `head` at the end of its head.
pub(crate) fn html_reply(
    app: &App,
    sheet: &'static str,
    lang: &'static str,
    title: &str,
    head: impl IntoView,
    body: String,
) -> Response {
    let document = view! {
        <!DOCTYPE html>
        <html lang=lang>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title.to_owned()}</title>
                <link rel="icon" type="image/svg+xml" href=app.assets.path("icon.svg")/>
                <link rel="stylesheet" href=app.assets.path(sheet)/>
                {head}
            </head>
            <body inner_html=body></body>
        </html>
    };
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CACHE_CONTROL, crate::caching::PUBLIC),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, document.to_html()).into_response()
}
