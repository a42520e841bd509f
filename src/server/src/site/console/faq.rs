//! The shop's answers to frequent questions, where the staff writes them.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::faq::articles::{
    create_article, delete_article, get_article, list_articles, update_article,
};
use crate::faq::markdown::to_html;
use crate::reply::Failure;
use crate::shops::minute;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, console_path};
use bookplate_site::faq_page::{ArticleForm, ArticlesPage};
use bookplate_site::page::Done;
use bookplate_wire::faq::{Article, ArticleChange, ArticleContent, ArticleText, best_language};
use bookplate_wire::{Lang, query};

/// What stands in the address in place of an id while there is none.
const NEW: &str = "new";

/// `GET /console/shops/{shop}/faq`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "faq")?;
    let Json(list) = list_articles(State(app.clone()), Extension(at.here())).await?;
    let zone = at.zone(&app).await?;
    let articles = list.articles.into_iter();
    let page = ArticlesPage {
        articles: articles
            .map(|article| (minute(&zone, article.changed_at), article))
            .collect(),
        may_change: at.may("PUT", "faq/{article}"),
    };
    Ok(at.show(&app, false, ConsolePage::Articles(page)))
}

impl AtShop {
    /// The article that the address names, unless it is a new one.
    async fn article(&self, app: &App, id: &str) -> Result<Option<Article>, Failure> {
        if id == NEW {
            return Ok(None);
        }
        let path = Path((String::new(), id.to_owned()));
        let article = get_article(State(app.clone()), Extension(self.here()), path).await?;
        Ok(Some(article.0))
    }

    /// The language that is written: what the address says, else what the reader of the console can read.
    fn language_of(&self, article: Option<&Article>) -> Lang {
        let visit = &self.colleague.visit;
        let asked = visit.parameter("text");
        let asked = asked.and_then(|tag| Lang::from_tag(&tag));
        let has = article.map_or_else(Vec::new, languages);
        asked
            .or_else(|| best_language(&has, visit.lang, visit.lang))
            .unwrap_or(visit.lang)
    }
}

fn languages(article: &Article) -> Vec<Lang> {
    let texts = article.content.texts.iter();
    texts.map(|text| text.language).collect()
}

/// The form with an article as it is.
fn blank(at: &AtShop, article: Option<&Article>) -> ArticleForm {
    let language = at.language_of(article);
    let content = article.map(|article| &article.content);
    let text = content.and_then(|content| {
        let mut texts = content.texts.iter();
        texts.find(|text| text.language == language)
    });
    ArticleForm {
        id: article.map(|article| article.id.clone()),
        version: article.map_or(0, |article| article.version),
        language,
        has: article.map_or_else(Vec::new, languages),
        title: text.map_or_else(String::new, |text| text.title.clone()),
        body: text.map_or_else(String::new, |text| text.body.clone()),
        html: text.map_or_else(String::new, |text| to_html(&text.body)),
        position: content.map_or(1, |content| content.position).to_string(),
        published: content.is_some_and(|content| content.published),
        answered: article.map_or(0, |article| article.answered),
        may_change: at.may("PUT", "faq/{article}"),
        faults: Vec::new(),
    }
}

/// `GET /console/shops/{shop}/faq/{article}`: `new` for one that is not there yet; `text` is the language.
pub(crate) async fn show_form(
    State(app): State<App>,
    Path((_shop, article)): Path<(String, String)>,
    at: AtShop,
) -> Result<Response, Failure> {
    at.require("GET", "faq/{article}")?;
    let article = at.article(&app, &article).await?;
    let form = blank(&at, article.as_ref());
    Ok(at.show(&app, false, ConsolePage::Article(Box::new(form))))
}

/// `POST /console/shops/{shop}/faq/{article}`: `form` is `save`, `preview`, `remove` (a language) or `delete`.
pub(crate) async fn send_form(
    State(app): State<App>,
    Path((_shop, name)): Path<(String, String)>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let path = Path((String::new(), name.clone()));
    let (state, here) = (State(app.clone()), Extension(at.here()));
    if form.text("form") == "delete" {
        at.require("DELETE", "faq/{article}")?;
        // One that is gone already is what was wanted.
        let _ = faults(delete_article(state, here, path).await)?;
        return Ok(at.saved("faq"));
    }
    match &*name {
        NEW => at.require("POST", "faq")?,
        _ => at.require("PUT", "faq/{article}")?,
    }
    let article = at.article(&app, &name).await?;
    let mut typed = blank(&at, article.as_ref());
    let removes = form.text("form") == "remove";
    if !removes {
        typed.title = form.text("title").to_owned();
        typed.body = form.text("body").to_owned();
        typed.position = form.text("position").to_owned();
        typed.published = !form.text("published").is_empty();
        typed.html = to_html(&typed.body);
    }
    if form.text("form") == "preview" {
        // The version that was looked at stays: a colleague may have changed it since.
        typed.version = form.text("version").parse().unwrap_or(0);
        return Ok(at.show(&app, false, ConsolePage::Article(Box::new(typed))));
    }
    let change = ArticleChange {
        version: form.text("version").parse().unwrap_or(0),
        content: content_of(&typed, article.as_ref(), removes),
    };
    let written = match article {
        Some(_) => update_article(state, here, path, Body(change))
            .await
            .map(|_| ()),
        None => create_article(state, here, Body(change.content))
            .await
            .map(|_| ()),
    };
    match faults(written)? {
        Ok(()) => {
            let mut back = console_path(at.shop.id.as_str(), "faq");
            // There may be other languages to write.
            if name != NEW {
                back = format!("{back}/{name}?");
                query::push(&mut back, "text", typed.language.tag());
            }
            Ok(at.colleague.visit.go(&back, Done::Saved))
        }
        Err(faults) => {
            typed.faults = faults;
            Ok(at.show(&app, true, ConsolePage::Article(Box::new(typed))))
        }
    }
}

/// What an article says with the language of the form as it was typed, or without it.
fn content_of(typed: &ArticleForm, article: Option<&Article>, removes: bool) -> ArticleContent {
    let others = article.map_or_else(Vec::new, |article| article.content.texts.clone());
    let mut texts: Vec<ArticleText> = others
        .into_iter()
        .filter(|text| text.language != typed.language)
        .collect();
    if !removes {
        texts.push(ArticleText {
            language: typed.language,
            title: typed.title.clone(),
            body: typed.body.clone(),
        });
    }
    ArticleContent {
        texts,
        // No number is as wrong as one that is out of bounds.
        position: typed.position.trim().parse().unwrap_or(0),
        published: typed.published,
    }
}
