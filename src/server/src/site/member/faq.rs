//! The shop's answers to frequent questions, as shoppers read them.

use super::feedback::new_draft;
use super::feedback_form::Writer;
use super::{Guest, Member};
use crate::app::App;
use crate::faq::{all, count, one, search};
use crate::limits::Caller;
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::faq_page::{FaqArticlePage, FaqPage};
use bookplate_site::page::{Content, Done};
use bookplate_wire::Code;
use bookplate_wire::faq::{AnsweredByFaq, FaqEntry, FaqOffer, article_path};

/// `GET /shops/{key}/faq`: all articles, or with `q` those that fit.
pub(crate) async fn show_faq(
    State(app): State<App>,
    guest: Guest,
    member: Result<Member, Response>,
) -> Result<Response, Failure> {
    let words = guest.visit.parameter("q").unwrap_or_default();
    let words = words.trim().to_owned();
    let reader = Writer::new(guest, member);
    let (shop, lang) = (reader.shop(), reader.lang());
    let articles = if words.is_empty() {
        all(&app, shop, lang).await?.articles
    } else {
        let found = search(&app, shop, lang, &words).await?.articles;
        let entry = |offer: FaqOffer| FaqEntry {
            id: offer.id,
            language: offer.language,
            title: offer.title,
        };
        found.into_iter().map(entry).collect()
    };
    let page = FaqPage { words, articles };
    Ok(reader.show_content(&app, StatusCode::OK, Content::Faq(page)))
}

/// `GET /shops/{key}/faq/{article}`
pub(crate) async fn show_faq_article(
    State(app): State<App>,
    Path((_key, article)): Path<(String, String)>,
    guest: Guest,
    member: Result<Member, Response>,
) -> Result<Response, Failure> {
    let reader = Writer::new(guest, member);
    let page = FaqArticlePage {
        article: one(&app, reader.shop(), reader.lang(), &article).await?,
        draft: new_draft(),
    };
    let content = Content::FaqArticle(Box::new(page));
    Ok(reader.show_content(&app, StatusCode::OK, content))
}

/// `POST /shops/{key}/faq/{article}`: says that it has answered a question.
pub(crate) async fn answer_by_faq(
    State(app): State<App>,
    Path((_key, article)): Path<(String, String)>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let answered = AnsweredByFaq {
        draft: form.text("draft").to_owned(),
    };
    match count(&app, &guest.shop, caller, &article, answered).await {
        // The reader has nothing from waiting: it is not counted, and that is all.
        Ok(()) => {}
        Err(Failure(problem)) if problem.code == Code::RateLimited => {}
        Err(failure) => return Err(failure),
    }
    let id = article.parse().map_err(|_| Code::NotFound)?;
    let path = article_path(&guest.shop.public_key, &id);
    Ok(guest.visit.go(&path, Done::AnsweredByFaq))
}
