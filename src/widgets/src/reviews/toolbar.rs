//! Sorting, filters and search as a form that works without any script.

use super::languages::own_name;
use super::state::State;
use bookplate_wire::reviews::{SEARCH_MAX, Sort, Summary};
use leptos::prelude::*;

/// The form. What it shows is what the first data asked for; `live` keeps it true from then on, because
/// a property bound here would overwrite what a shopper types while wasm is on its way.
#[component]
pub(super) fn Toolbar(state: State, summary: Summary) -> impl IntoView {
    let texts = state.texts();
    let first = state.query.get_untracked();
    let apply = texts.apply();
    view! {
        <form
            class="toolbar"
            part="toolbar"
            method="get"
            action=state.fixed(|fixed| fixed.page.clone())
            data-swap=""
            autocomplete="off"
            aria-label=texts.toolbar()
        >
            <input type="hidden" name="lang" value=state.lang.tag() />
            // A form replaces its address's query, so the bar that is selected goes along in it.
            <input
                type="hidden"
                name="stars"
                value=move || state.query.with(|query| query.stars.map(digit)).unwrap_or_default()
            />
            <label class="field">
                <span class="label">{texts.sort()}</span>
                <span class="select">
                    <select name="sort">{sorts(state, first.sort)}</select>
                </span>
            </label>
            {(summary.languages.len() > 1)
                .then(|| {
                    let options = languages(&summary, first.language.as_deref());
                    view! {
                        <label class="field">
                            <span class="label">{texts.language()}</span>
                            <span class="select">
                                <select name="language">
                                    <option value="">{texts.every_language()}</option>
                                    {options}
                                </select>
                            </span>
                        </label>
                    }
                })}
            {(summary.verified > 0).then(|| checkbox("verified", texts.verified_only(), first.verified))}
            {(summary.photos > 0).then(|| checkbox("photos", texts.photos_only(), first.photos))}
            <span class="search" part="search">
                <input
                    type="search"
                    name="q"
                    value=first.search
                    maxlength=LONGEST
                    placeholder=texts.search()
                    aria-label=texts.search()
                    enterkeyhint="search"
                />
                <button type="submit" aria-label=texts.submit() inner_html=GLASS></button>
            </span>
            <noscript inner_html=button(apply)></noscript>
        </form>
    }
}

/// [`SEARCH_MAX`] as an attribute; a test keeps them equal.
const LONGEST: &str = "100";
const _: () = assert!(SEARCH_MAX == 100);

const GLASS: &str = "<svg viewBox=\"0 0 20 20\" aria-hidden=\"true\"><circle cx=\"8.5\" cy=\"8.5\" r=\"5.5\"/>\
<path d=\"M12.6 12.6 17.5 17.5\"/></svg>";

fn button(words: &str) -> String {
    let mut out = String::from("<button type=\"submit\" class=\"button\">");
    out.push_str(words);
    out.push_str("</button>");
    out
}

const fn digit(stars: u8) -> &'static str {
    match stars {
        1 => "1",
        2 => "2",
        3 => "3",
        4 => "4",
        _ => "5",
    }
}

fn sorts(state: State, chosen: Sort) -> impl IntoView {
    let texts = state.texts();
    Sort::ALL
        .map(|sort| {
            let words = match sort {
                Sort::Helpful => texts.sort_helpful(),
                Sort::Newest => texts.sort_newest(),
                Sort::Highest => texts.sort_highest(),
                Sort::Lowest => texts.sort_lowest(),
            };
            option(sort.as_str().to_owned(), words.to_owned(), sort == chosen)
        })
        .into_iter()
        .collect::<Vec<_>>()
}

fn languages(summary: &Summary, chosen: Option<&str>) -> impl IntoView + use<> {
    summary
        .languages
        .iter()
        .map(|counted| {
            let tag = counted.language.as_str();
            option(
                tag.to_owned(),
                own_name(tag).to_owned(),
                chosen == Some(tag),
            )
        })
        .collect::<Vec<_>>()
}

fn option(value: String, words: String, selected: bool) -> impl IntoView {
    view! { <option value=value selected=selected>{words}</option> }
}

fn checkbox(name: &'static str, words: &'static str, checked: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=checked />
            <span>{words}</span>
        </label>
    }
}
