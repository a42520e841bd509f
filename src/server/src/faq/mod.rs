//! The shop's answers to frequent questions, as shoppers read and search them. What the staff does is in [`articles`].

pub(crate) mod articles;
pub(crate) mod markdown;

use crate::accounts::attempts::Attempt;
use crate::api::{Body, FORM, read_query, unknown_parameter};
use crate::app::App;
use crate::limits::Caller;
use crate::reply::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::faq::{
    AnsweredByFaq, Article, ArticleLine, FaqArticle, FaqEntry, FaqList, FaqOffer, FaqOffers,
    FaqSearch, OPENING_MAX, SEARCH_MAX, best_language,
};
use bookplate_wire::{ArticleId, Code, Lang, Problem};
use std::sync::Arc;

/// The articles that shoppers see, in the shop's order.
#[utoipa::path(
    get, path = "/v1/faq", tag = "faq", operation_id = "list_faq",
    params(
        ("key" = String, Query, description = "The shop's public key"),
        ("lang" = Option<String>, Query, description = "BCP 47 tag of the reader's language; what the shop does not offer becomes its default language"),
    ),
    responses(
        (status = 200, body = FaqList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_faq(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<FaqList>, Failure> {
    let lang = read_lang(&shop, raw.as_deref())?;
    Ok(Json(all(&app, &shop, lang).await?))
}

/// The articles that fit what somebody is about to write, at most three; none where nothing fits.
///
/// The words come in the body, because an address is kept in many places. They are kept nowhere.
#[utoipa::path(
    post, path = "/v1/faq/search", tag = "faq", operation_id = "search_faq",
    params(("key" = String, Query, description = "The shop's public key")),
    request_body = FaqSearch,
    responses(
        (status = 200, body = FaqOffers),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn search_faq(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(asked): Body<FaqSearch, FORM>,
) -> Result<Json<FaqOffers>, Failure> {
    let lang = shop.speaks(&asked.lang).unwrap_or(shop.default_language);
    Ok(Json(search(&app, &shop, lang, &asked.text).await?))
}

/// An article that shoppers see.
#[utoipa::path(
    get, path = "/v1/faq/{article}", tag = "faq", operation_id = "get_faq_article",
    params(
        ("article" = String, Path, description = "The article's id"),
        ("key" = String, Query, description = "The shop's public key"),
        ("lang" = Option<String>, Query, description = "BCP 47 tag of the reader's language; what the shop does not offer becomes its default language"),
    ),
    responses(
        (status = 200, body = FaqArticle),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_faq_article(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(article): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<FaqArticle>, Failure> {
    let lang = read_lang(&shop, raw.as_deref())?;
    Ok(Json(one(&app, &shop, lang, &article).await?))
}

/// Says that an article has answered what somebody was about to ask. Said again with the same `draft` it is counted once.
#[utoipa::path(
    post, path = "/v1/faq/{article}/answered", tag = "faq", operation_id = "count_faq_answer",
    params(
        ("article" = String, Path, description = "The article's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    request_body = AnsweredByFaq,
    responses(
        (status = 204, description = "Counted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn count_faq_answer(
    State(app): State<App>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(article): Path<String>,
    caller: Caller,
    Body(answered): Body<AnsweredByFaq>,
) -> Result<StatusCode, Failure> {
    count(&app, &shop, caller, &article, answered).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counts that an article has answered something.
///
/// # Errors
/// [`Code::NotFound`], [`Code::RateLimited`], what is wrong with the draft; else when the database does not answer.
pub(crate) async fn count(
    app: &App,
    shop: &Shop,
    caller: Caller,
    article: &str,
    answered: AnsweredByFaq,
) -> Result<(), Failure> {
    let (id, answered) = (read_article(article)?, answered.checked()?);
    let of = shop.id.clone();
    let attempt: Attempt = app.attempts.faq(&of, caller);
    let write = move |db: &mut Db| -> Result<bool, Failure> {
        let seen = db.count_answered(&of, &id, &answered.draft)?;
        if seen {
            attempt.count_in(db)?;
        }
        Ok(seen)
    };
    let seen = app.store.write(write).await?;
    seen.then_some(()).ok_or(Code::NotFound.into())
}

/// All articles that shoppers see.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn all(app: &App, shop: &Shop, lang: Lang) -> Result<FaqList, Failure> {
    let of = shop.id.clone();
    let lines = app.store.read(move |db: &mut Db| db.articles(&of)).await?;
    let entries = lines.into_iter().filter(|line| line.published);
    let entries = entries.filter_map(|line| entry(line, lang, shop.default_language));
    Ok(FaqList {
        articles: entries.collect(),
    })
}

/// The articles that fit what somebody writes.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn search(
    app: &App,
    shop: &Shop,
    lang: Lang,
    text: &str,
) -> Result<FaqOffers, Failure> {
    let text: String = text.chars().take(SEARCH_MAX).collect();
    let of = shop.id.clone();
    let read = move |db: &mut Db| {
        let mut found = Vec::new();
        for id in db.find_articles(&of, &text)? {
            found.extend(db.article(&of, &id)?);
        }
        Ok::<_, StoreError>(found)
    };
    let found = app.store.read(read).await?.into_iter();
    let entries = found.filter_map(|article| shown(article, lang, shop.default_language));
    let offers = entries.map(|(entry, body)| FaqOffer {
        id: entry.id,
        language: entry.language,
        title: entry.title,
        opening: markdown::opening(&body, OPENING_MAX),
        html: markdown::to_html(&body),
    });
    Ok(FaqOffers {
        articles: offers.collect(),
    })
}

/// An article for a reader of `lang`.
///
/// # Errors
/// [`Code::NotFound`]; else when the database does not answer.
pub(crate) async fn one(
    app: &App,
    shop: &Shop,
    lang: Lang,
    article: &str,
) -> Result<FaqArticle, Failure> {
    let (of, id) = (shop.id.clone(), read_article(article)?);
    let article = app
        .store
        .read(move |db: &mut Db| db.article(&of, &id))
        .await?;
    let shown = article.and_then(|article| shown(article, lang, shop.default_language));
    let (entry, body) = shown.ok_or(Code::NotFound)?;
    Ok(FaqArticle {
        html: markdown::to_html(&body),
        entry,
    })
}

/// An article and its answer for a reader of `lang`; nothing where shoppers do not see it.
fn shown(article: Article, lang: Lang, default: Lang) -> Option<(FaqEntry, String)> {
    let content = article.content;
    let has: Vec<Lang> = content.texts.iter().map(|text| text.language).collect();
    let language = best_language(&has, lang, default).filter(|_| content.published)?;
    let mut texts = content.texts.into_iter();
    let text = texts.find(|text| text.language == language)?;
    let entry = FaqEntry {
        id: article.id,
        language,
        title: text.title,
    };
    Some((entry, text.body))
}

/// An article's title for a reader of `lang`.
fn entry(line: ArticleLine, lang: Lang, default: Lang) -> Option<FaqEntry> {
    let has: Vec<Lang> = line.titles.iter().map(|title| title.language).collect();
    let language = best_language(&has, lang, default)?;
    let mut titles = line.titles.into_iter();
    let title = titles.find(|title| title.language == language)?;
    Some(FaqEntry {
        id: line.id,
        language,
        title: title.title,
    })
}

/// The language for which a request asks.
fn read_lang(shop: &Shop, raw: Option<&str>) -> Result<Lang, Failure> {
    let mut lang = shop.default_language;
    read_query(raw, |name, value| {
        if name != "lang" {
            return Err(unknown_parameter(name));
        }
        lang = shop.speaks(value).unwrap_or(lang);
        Ok(())
    })?;
    Ok(lang)
}

/// What names an article in an address.
fn read_article(text: &str) -> Result<ArticleId, Failure> {
    text.parse().map_err(|_| Code::NotFound.into())
}
