//! The filters that are on, each a link that takes it off.

use super::languages::own_name;
use super::state::State;
use bookplate_wire::reviews::ReviewsQuery;
use leptos::prelude::*;

/// One removable chip a filter, and one link to be rid of all.
#[component]
pub(super) fn Filters(state: State) -> impl IntoView {
    move || {
        let chips = chips(state);
        (!chips.is_empty()).then(|| {
            let several = chips.len() > 1;
            view! {
                <div class="filters" part="filters">
                    <span class="label" id="filters">{state.texts().filters()}</span>
                    <ul aria-labelledby="filters">
                        {chips.into_iter().map(|(words, without)| chip(state, words, &without)).collect::<Vec<_>>()}
                        {several.then(|| view! { <li><Clear state /></li> })}
                    </ul>
                </div>
            }
        })
    }
}

/// The link that takes all filters off and keeps the order.
#[component]
pub(super) fn Clear(state: State) -> impl IntoView {
    let all = ReviewsQuery {
        sort: state.query.with(|query| query.sort),
        ..Default::default()
    };
    view! {
        <a class="clear" part="clear" href=state.href(&all) data-swap="">
            {state.texts().clear()}
        </a>
    }
}

/// Each filter's words, and the query without it.
fn chips(state: State) -> Vec<(String, ReviewsQuery)> {
    let texts = state.texts();
    let query = state.start();
    let mut chips = Vec::new();
    let mut push = |words: String, without: &dyn Fn(&mut ReviewsQuery)| {
        let mut query = query.clone();
        without(&mut query);
        chips.push((words, query));
    };
    if let Some(stars) = query.stars {
        push(texts.stars(stars.into()), &|query| query.stars = None);
    }
    if let Some(language) = &query.language {
        push(own_name(language).to_owned(), &|query| {
            query.language = None
        });
    }
    if query.verified {
        push(texts.verified_only().to_owned(), &|query| {
            query.verified = false
        });
    }
    if query.photos {
        push(texts.photos_only().to_owned(), &|query| {
            query.photos = false
        });
    }
    if !query.search.is_empty() {
        push(texts.quoted(&query.search), &|query| query.search.clear());
    }
    chips
}

fn chip(state: State, words: String, without: &ReviewsQuery) -> impl IntoView + use<> {
    view! {
        <li>
            <a class="chip" part="chip" href=state.href(without) data-swap="">
                <span class="vh">{state.texts().remove()}" "</span>
                <span>{words}</span>
                <span class="cross" aria-hidden="true"></span>
            </a>
        </li>
    }
}
