//! The shop's answers to frequent questions.

use super::gifts::key;
use crate::context::Site;
use crate::faq_page::{FaqArticlePage, FaqPage};
use crate::page::{Content, Done};
use bookplate_widgets::texts;
use bookplate_wire::faq::{article_path, faq_path};
use bookplate_wire::feedback::form_path;
use leptos::prelude::*;

/// The list, if `content` is it.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Faq(page) = content else {
        return None;
    };
    Some(list(site, page))
}

/// An article, if `content` is one.
pub(super) fn show_article(site: Site, content: &Content) -> Option<AnyView> {
    let Content::FaqArticle(page) = content else {
        return None;
    };
    Some(article(site, page))
}

fn list(site: Site, page: &FaqPage) -> AnyView {
    let texts = texts::Faq(site.lang);
    let key = key(site);
    let entries: Vec<_> = page
        .articles
        .iter()
        .map(|entry| {
            let href = site.href(&article_path(&key, &entry.id));
            view! {
                <li class="row">
                    <a href=href lang=entry.language.tag()>{entry.title.clone()}</a>
                </li>
            }
        })
        .collect();
    let is_search = !page.words.is_empty();
    let list = if entries.is_empty() {
        let words = if is_search {
            texts.none_found()
        } else {
            texts.none()
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        view! { <ul class="rows questions">{entries}</ul> }.into_any()
    };
    let lang = site.page.with_untracked(|page| page.lang_chosen);
    let lang = lang.then(|| view! { <input type="hidden" name="lang" value=site.lang.tag() /> });
    let all = is_search
        .then(|| view! { <a class="go" href=site.href(&faq_path(&key))>{texts.all()}</a> });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <form method="get" action=faq_path(&key) role="search" class="find">
            {lang}
            <div class="field">
                <label for="q">{texts.search()}</label>
                <input id="q" name="q" type="search" value=page.words.clone() autocomplete="off" maxlength="200" />
            </div>
            <button type="submit" class="button">{texts.find()}</button>
            {all}
        </form>
        {list}
        {write(site, &key)}
    }
    .into_any()
}

/// The way to the shop for what no article answers.
fn write(site: Site, key: &str) -> AnyView {
    let texts = texts::Faq(site.lang);
    view! {
        <p class="part">
            <span class="quiet">{texts.not_there()}</span>
            " "
            <a class="go" href=site.href(&form_path(key))>{texts.write()}</a>
        </p>
    }
    .into_any()
}

fn article(site: Site, page: &FaqArticlePage) -> AnyView {
    let texts = texts::Faq(site.lang);
    let key = key(site);
    let (entry, html) = (&page.article.entry, page.article.html.clone());
    let answered = site
        .page
        .with_untracked(|page| page.done == Some(Done::AnsweredByFaq));
    let ask = (!answered).then(|| {
        let action = site.href(&article_path(&key, &entry.id));
        view! {
            <form method="post" action=action class="actions answered">
                <input type="hidden" name="draft" value=page.draft.clone() />
                <span>{texts.ask()}</span>
                <button type="submit" class="button">{texts.yes()}</button>
                <a class="go" href=site.href(&form_path(&key))>{texts.no()}</a>
            </form>
        }
    });
    view! {
        <p><a class="go" href=site.href(&faq_path(&key))>{texts.all()}</a></p>
        <article lang=entry.language.tag()>
            <h1 tabindex="-1">{entry.title.clone()}</h1>
            // Made by the server of the staff's Markdown, with nothing in it that could run.
            <div class="prose" inner_html=html></div>
        </article>
        {ask}
    }
    .into_any()
}
