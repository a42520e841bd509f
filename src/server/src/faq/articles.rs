//! What the staff does with articles.

use super::read_article;
use crate::api::{Body, FORM};
use crate::app::App;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::faq::ArticleRefusal;
use bookplate_wire::faq::{Article, ArticleChange, ArticleContent, ArticleList};
use bookplate_wire::{Code, Problem};

/// The largest article, in bytes: four languages.
const ARTICLE: usize = 4 * FORM;

/// All articles of the shop in their order, without their answers.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/faq", tag = "faq", operation_id = "list_articles",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = ArticleList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_articles(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<ArticleList>, Failure> {
    let read = move |db: &mut Db| db.articles(&here.shop);
    let articles = app.store.read(read).await?;
    Ok(Json(ArticleList { articles }))
}

/// Writes an article.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/faq", tag = "faq", operation_id = "create_article",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = ArticleContent,
    responses(
        (status = 201, body = Article, links(
            ("read" = (
                operation_id = "get_article",
                parameters(("shop" = "$request.path.shop"), ("article" = "$response.body#/id")),
            )),
            ("change" = (
                operation_id = "update_article",
                parameters(("shop" = "$request.path.shop"), ("article" = "$response.body#/id")),
            )),
            ("remove" = (
                operation_id = "delete_article",
                parameters(("shop" = "$request.path.shop"), ("article" = "$response.body#/id")),
            )),
        )),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_article(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(content): Body<ArticleContent, ARTICLE>,
) -> Result<impl IntoResponse, Failure> {
    let content = content.checked()?;
    let write = move |db: &mut Db| {
        db.add_article(&here.by(), &here.shop, &content)?
            .map_err(refused)
    };
    Ok((StatusCode::CREATED, Json(app.store.write(write).await?)))
}

/// An article, whether shoppers see it or not.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/faq/{article}", tag = "faq", operation_id = "get_article",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("article" = String, Path, description = "The article's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = Article),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_article(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, article)): Path<(String, String)>,
) -> Result<Json<Article>, Failure> {
    let id = read_article(&article)?;
    let read = move |db: &mut Db| db.article(&here.shop, &id);
    let article = app.store.read(read).await?;
    Ok(Json(article.ok_or(Code::NotFound)?))
}

/// Changes an article, if it still has the version that was looked at.
#[utoipa::path(
    put, path = "/v1/console/shops/{shop}/faq/{article}", tag = "faq", operation_id = "update_article",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("article" = String, Path, description = "The article's id"),
    ),
    security(("staff_session" = [])),
    request_body = ArticleChange,
    responses(
        (status = 200, body = Article),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_article(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, article)): Path<(String, String)>,
    Body(change): Body<ArticleChange, ARTICLE>,
) -> Result<Json<Article>, Failure> {
    let id = read_article(&article)?;
    let change = ArticleChange {
        version: change.version,
        content: change.content.checked()?,
    };
    let write = move |db: &mut Db| {
        db.change_article(&here.by(), &here.shop, &id, &change)?
            .map_err(refused)
    };
    Ok(Json(app.store.write(write).await?))
}

/// Deletes an article, and how often it has answered something.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/faq/{article}", tag = "faq", operation_id = "delete_article",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("article" = String, Path, description = "The article's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_article(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, article)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id = read_article(&article)?;
    let write = move |db: &mut Db| db.delete_article(&here.by(), &here.shop, &id);
    if app.store.write(write).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}

/// A refusal, as the API says it.
fn refused(refusal: ArticleRefusal) -> Failure {
    match refusal {
        ArticleRefusal::NoArticle => Code::NotFound,
        ArticleRefusal::Changed => Code::ArticleChanged,
        ArticleRefusal::TooMany => Code::ArticleLimit,
    }
    .into()
}
