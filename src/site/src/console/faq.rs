//! The shop's answers to frequent questions: the list, and where one is written.

use super::{fault, here, moment, readonly, with_query};
use crate::context::Site;
use crate::faq_page::{ArticleForm, ArticlesPage};
use crate::forms::{Line, Written, choice};
use bookplate_widgets::texts::{self, Pages};
use bookplate_wire::Lang;
use bookplate_wire::faq::{ArticleLine, BODY_MAX, TITLE_MAX, best_language, text_field};
use bookplate_wire::problem::Code;
use leptos::prelude::*;

pub(super) fn list(site: Site, page: &ArticlesPage) -> AnyView {
    let texts = texts::Faq(site.lang);
    let lines = page.articles.iter();
    let lines: Vec<_> = lines
        .map(|(changed, article)| line(site, changed, article))
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.none_yet()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let new = page.may_change.then(|| {
        view! { <p class="actions"><a class="button primary" href=here(site, "faq/new")>{texts.write_new()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {readonly(site, page.may_change)}
        {new}
        {list}
    }
    .into_any()
}

fn line(site: Site, changed: &str, article: &ArticleLine) -> AnyView {
    let texts = texts::Faq(site.lang);
    let has: Vec<Lang> = article.titles.iter().map(|title| title.language).collect();
    let shown = best_language(&has, site.lang, site.lang);
    let title = article.titles.iter();
    let title = title
        .filter(|title| Some(title.language) == shown)
        .map(|title| title.title.clone())
        .next();
    let languages: Vec<_> = has.iter().map(|lang| Pages(*lang).own_name()).collect();
    let (mark, words) = if article.published {
        ("mark", texts.is_published())
    } else {
        ("", texts.is_draft())
    };
    let answered =
        (article.answered > 0).then(|| view! { <span>{texts.answered(article.answered)}</span> });
    view! {
        <li class="row">
            <div class="what">
                <p class="title">
                    <a href=here(site, &format!("faq/{}", article.id)) lang=shown.map(Lang::tag)>{title}</a>
                </p>
                <p class="quiet">
                    <span class=mark>{words}</span>
                    <span>{languages.join(", ")}</span>
                    <span>{texts.changed(&moment(site, changed))}</span>
                    {answered}
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// The address of the form in a language.
fn address(site: Site, page: &ArticleForm, language: Lang) -> String {
    let article = page.id.as_ref().map_or("new", |id| id.as_str());
    let form = here(site, &format!("faq/{article}"));
    with_query(form, [("text", language.tag())])
}

pub(super) fn form(site: Site, page: &ArticleForm) -> AnyView {
    let texts = texts::Faq(site.lang);
    let action = address(site, page, page.language);
    let heading = if page.id.is_some() {
        texts.edit_heading()
    } else {
        texts.new_heading()
    };
    let whole = [
        (Code::ArticleChanged, texts.changed_meanwhile()),
        (Code::ArticleLimit, texts.too_many()),
    ];
    let whole = whole
        .into_iter()
        .find_map(|(code, words)| fault(&page.faults, code.as_str(), words));
    let whole = whole.map(|words| {
        view! { <p class="wrong" role="alert" tabindex="-1" data-focus="">{words.to_owned()}</p> }
    });
    let preview = (!page.html.is_empty()).then(|| {
        view! {
            <section class="part" aria-labelledby="preview">
                <h2 id="preview">{texts.preview()}</h2>
                <div class="prose" lang=page.language.tag() inner_html=page.html.clone()></div>
            </section>
        }
    });
    let may_remove = page.may_change && page.has.len() > 1 && page.has.contains(&page.language);
    let remove = may_remove.then(|| {
        let name = Pages(page.language).own_name();
        view! {
            <button type="submit" class="button danger" name="form" value="remove">
                {texts.remove_language(name)}
            </button>
        }
    });
    let delete = (page.may_change && page.id.is_some()).then(|| {
        view! {
            <form method="post" action=action.clone() class="part stack">
                <input type="hidden" name="version" value=page.version.to_string() />
                <p class="quiet">{texts.delete_hint()}</p>
                <p class="actions">
                    <button type="submit" class="button danger" name="form" value="delete">{texts.delete()}</button>
                    {remove}
                </p>
            </form>
        }
    });
    let answered =
        (page.answered > 0).then(|| view! { <p class="quiet">{texts.answered(page.answered)}</p> });
    view! {
        <p><a class="go" href=here(site, "faq")>{texts.back()}</a></p>
        <h1 tabindex="-1">{heading}</h1>
        {answered}
        {readonly(site, page.may_change)}
        {whole}
        {languages(site, page)}
        <form method="post" action=action class="stack">
            <input type="hidden" name="version" value=page.version.to_string() />
            <fieldset class="plain stack" disabled=!page.may_change>
                {fields(site, page)}
                {page.may_change.then(|| buttons(site))}
            </fieldset>
        </form>
        {preview}
        {delete}
    }
    .into_any()
}

fn buttons(site: Site) -> AnyView {
    view! {
        <p class="actions">
            <button type="submit" class="button primary" name="form" value="save">
                {texts::Console(site.lang).save()}
            </button>
            <button type="submit" class="button" name="form" value="preview">
                {texts::Faq(site.lang).show_preview()}
            </button>
        </p>
    }
    .into_any()
}

/// The languages, each with whether the article has it.
fn languages(site: Site, page: &ArticleForm) -> AnyView {
    let texts = texts::Faq(site.lang);
    let links: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| {
            let current = (lang == page.language).then_some("page");
            let name = Pages(lang).own_name();
            let missing = (!page.has.contains(&lang))
                .then(|| view! { " " <span class="quiet">{texts.missing()}</span> });
            view! {
                <li>
                    <a href=address(site, page, lang) aria-current=current>
                        <span lang=lang.tag()>{name}</span>
                        {missing}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <nav class="tabs" aria-label=texts.languages()><ul>{links}</ul></nav> }.into_any()
}

fn fields(site: Site, page: &ArticleForm) -> AnyView {
    let texts = texts::Faq(site.lang);
    let of = |name| text_field(page.language, name);
    let written = |name, label, value, most, rows, hint, wrong| {
        let written = Written {
            name,
            label,
            label_lang: None,
            value,
            lang: page.language,
            most,
            rows,
            hint,
            fault: fault(&page.faults, &of(name), wrong),
        };
        written.view()
    };
    let position = Line {
        name: "position",
        label: texts.position(),
        value: &page.position,
        kind: "number",
        autocomplete: "off",
        hint: texts.position_hint(),
        fault: fault(&page.faults, "position", texts.position_fault()),
    };
    view! {
        {written(
            "title",
            texts.title(),
            &page.title,
            TITLE_MAX,
            None,
            texts.title_hint(),
            texts.title_fault(),
        )}
        {written(
            "body",
            texts.body(),
            &page.body,
            BODY_MAX,
            Some(14),
            texts.body_hint(),
            texts.body_fault(),
        )}
        {position.view()}
        {choice("checkbox", "published", "1", texts.published(), page.published)}
    }
    .into_any()
}
