//! The customer's reading shelf.

use super::wish_own::state_words;
use super::wishlists::{cover, of};
use crate::context::Site;
use crate::page::{Content, ShelfView};
use bookplate_widgets::numbers::grouped;
use bookplate_widgets::{orders, texts};
use bookplate_wire::wishlists::shelf::{ShelfBook, ShelfCounts, ShelfState};
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Shelf(page) = content else {
        return None;
    };
    Some(view(site, page))
}

/// The address of the shelf, of the books of one state, from behind `after`.
fn address(site: Site, state: Option<ShelfState>, after: &str) -> String {
    let mut path = site.path("shelf");
    let state = state.map(|state| format!("state={}", state.as_str()));
    let after = Some(after).filter(|after| !after.is_empty());
    let after = after.map(|after| format!("after={after}"));
    let query: Vec<String> = state.into_iter().chain(after).collect();
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    site.href(&path)
}

/// How many books of each state there are, as links.
pub(super) fn in_few_words(site: Site, counts: &ShelfCounts) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let links = ShelfState::ALL.map(|state| {
        let words = texts.counted(state_words(site.lang, state), &grouped(counts.of(state)));
        view! { <li><a href=address(site, Some(state), "")>{words}</a></li> }
    });
    view! { <ul class="wishlists">{links.into_iter().collect::<Vec<_>>()}</ul> }.into_any()
}

fn view(site: Site, page: &ShelfView) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let link = |state: Option<ShelfState>, words: &str, count: u32| {
        let current = (state == page.state).then_some("page");
        let words = texts.counted(words, &grouped(count));
        view! { <li><a href=address(site, state, "") aria-current=current>{words}</a></li> }
    };
    let counts = &page.page.counts;
    let states: Vec<_> = ShelfState::ALL
        .into_iter()
        .map(|state| link(Some(state), state_words(site.lang, state), counts.of(state)))
        .collect();
    let books: Vec<_> = page
        .page
        .books
        .iter()
        .map(|book| entry(site, page, book))
        .collect();
    let books = if books.is_empty() {
        view! { <p class="empty">{texts.shelf_empty()}</p> }.into_any()
    } else {
        view! { <ul class="rows wishes">{books}</ul> }.into_any()
    };
    let more = page.page.next.as_ref().map(|next| {
        let href = address(site, page.state, next);
        view! { <p class="actions"><a class="button" href=href rel="next">{texts.next()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.shelf()}</h1>
        <p class="quiet">{texts.shelf_hint()}</p>
        <nav class="tabs" aria-label=texts.shelf_state()>
            <ul>
                {link(None, texts.all(), counts.all())}
                {states}
            </ul>
        </nav>
        {books}
        {more}
    }
    .into_any()
}

fn entry(site: Site, page: &ShelfView, book: &ShelfBook) -> AnyView {
    let texts = texts::Alerts(site.lang);
    let title = match orders::page_of_book(&page.book_url, book.isbn) {
        Some(href) => view! { <a href=href rel="external">{book.title.clone()}</a> }.into_any(),
        None => book.title.clone().into_any(),
    };
    let lang = (!book.language.is_empty()).then(|| book.language.clone());
    let byline = (!book.authors.is_empty())
        .then(|| view! { <p class="quiet">{book.authors.join(", ")}</p> });
    let states: Vec<_> = ShelfState::ALL
        .into_iter()
        .map(|state| {
            let selected = book.state == state;
            view! {
                <option value=state.as_str() selected=selected>{state_words(site.lang, state)}</option>
            }
        })
        .collect();
    let shown = page.state.map_or("", ShelfState::as_str);
    view! {
        <li class="wish-entry">
            {cover(&book.cover_url, &book.title)}
            <div class="what">
                <p class="title" lang=lang dir="auto">{title}</p>
                {byline}
                <form method="post" action=site.href(&site.path("shelf")) class="actions">
                    <input type="hidden" name="isbn" value=book.isbn.to_string() />
                    <input type="hidden" name="shown" value=shown />
                    <input type="hidden" name="after" value=page.after.clone() />
                    <label>
                        <span class="vh">{texts.shelf_state()} {of(&book.title)}</span>
                        <select name="state">{states}</select>
                    </label>
                    <button type="submit" class="button" name="do" value="set">
                        {texts.save()}
                        {of(&book.title)}
                    </button>
                    <button type="submit" class="button" name="do" value="remove">
                        {texts.shelf_off()}
                        {of(&book.title)}
                    </button>
                </form>
            </div>
        </li>
    }
    .into_any()
}
