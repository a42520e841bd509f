//! Sorting, filters and search as a form that works without any script.

use super::state::{Model, State};
use crate::html::Html;
use crate::languages::own_name;
use crate::numbers::grouped;
use bookplate_wire::reviews::{SEARCH_MAX, Sort};
use leptos::prelude::*;

/// The form. Its controls show what the first data asked for; `live` keeps them true from then on,
/// because a property bound here would overwrite what a shopper types while wasm is on its way.
#[component]
pub(super) fn Toolbar(state: State) -> impl IntoView {
    let (action, controls) = state
        .model
        .with_untracked(|model| (model.page(), controls(state, model)));
    view! {
        <form
            class="toolbar"
            part="toolbar"
            method="get"
            action=action
            data-swap=""
            autocomplete="off"
            aria-label=state.texts().toolbar()
            inner_html=controls
        ></form>
    }
}

fn controls(state: State, model: &Model) -> String {
    let (texts, query) = (state.texts(), &model.query);
    let stars = query
        .stars
        .map_or_else(String::new, |stars| grouped(stars.into()));
    let mut html = Html::default();
    html.raw("<input type=\"hidden\" name=\"lang\" value=\"")
        .text(state.lang.tag())
        // A form replaces its address's query, so the bar that is selected goes along in it.
        .raw("\"><input type=\"hidden\" name=\"stars\" value=\"")
        .text(&stars)
        .raw("\">");
    field(&mut html, texts.sort(), "sort", |html| {
        for sort in Sort::ALL {
            let words = match sort {
                Sort::Helpful => texts.sort_helpful(),
                Sort::Newest => texts.sort_newest(),
                Sort::Highest => texts.sort_highest(),
                Sort::Lowest => texts.sort_lowest(),
            };
            option(html, sort.as_str(), words, sort == query.sort);
        }
    });
    if model.summary.languages.len() > 1 {
        let chosen = query.language.as_deref().unwrap_or_default();
        field(&mut html, texts.language(), "language", |html| {
            option(html, "", texts.every_language(), chosen.is_empty());
            for counted in &model.summary.languages {
                let tag = counted.language.as_str();
                option(html, tag, own_name(tag), tag == chosen);
            }
        });
    }
    if model.summary.verified > 0 {
        checkbox(&mut html, "verified", texts.verified_only(), query.verified);
    }
    if model.summary.photos > 0 {
        checkbox(&mut html, "photos", texts.photos_only(), query.photos);
    }
    html.raw("<span class=\"search\" part=\"search\"><input type=\"search\" name=\"q\" value=\"")
        .text(&query.search)
        .raw("\" maxlength=\"")
        .text(&grouped(u32::try_from(SEARCH_MAX).unwrap_or_default()))
        .raw("\" enterkeyhint=\"search\" placeholder=\"")
        .text(texts.search())
        .raw("\" aria-label=\"")
        .text(texts.search())
        .raw("\"><button type=\"submit\" aria-label=\"")
        .text(texts.submit())
        .raw(
            "\"><svg viewBox=\"0 0 20 20\" aria-hidden=\"true\">\
             <circle cx=\"8.5\" cy=\"8.5\" r=\"5.5\"/><path d=\"M12.6 12.6 17.5 17.5\"/></svg>\
             </button></span><button type=\"submit\" class=\"button apply\">",
        )
        .text(texts.apply())
        .raw("</button>");
    html.finish()
}

fn field(html: &mut Html, label: &str, name: &'static str, options: impl FnOnce(&mut Html)) {
    html.raw("<label class=\"field\"><span class=\"label\">")
        .text(label)
        .raw("</span><span class=\"select\"><select name=\"")
        .raw(name)
        .raw("\">");
    options(html);
    html.raw("</select></span></label>");
}

fn option(html: &mut Html, value: &str, words: &str, selected: bool) {
    html.raw("<option value=\"")
        .text(value)
        .raw(if selected { "\" selected>" } else { "\">" })
        .text(words)
        .raw("</option>");
}

fn checkbox(html: &mut Html, name: &'static str, words: &str, checked: bool) {
    html.raw("<label class=\"check\"><input type=\"checkbox\" name=\"")
        .raw(name)
        .raw("\" value=\"true\"")
        .raw(if checked { " checked" } else { "" })
        .raw("><span>")
        .text(words)
        .raw("</span></label>");
}
