//! `<bookplate-reviews>`: the ratings of a book in figures and the list of its reviews.
//!
//! A file for each part. `state` is what they share, `live` is what happens in the browser.

mod bars;
mod card;
mod filters;
mod languages;
mod list;
#[cfg(feature = "hydrate")]
mod live;
mod notices;
mod state;
mod summary;
mod toolbar;

#[cfg(all(test, feature = "ssr"))]
mod tests;

use bookplate_wire::reviews::ReviewsData;
use filters::Filters;
use leptos::prelude::*;
use list::List;
use notices::{NoReviews, Problem};
use state::State;
use summary::Figures;
use toolbar::Toolbar;

/// The HTML inside the widget's `div.root`.
#[cfg(feature = "ssr")]
pub fn render(data: ReviewsData) -> String {
    Owner::new().with(|| {
        let (state, summary) = State::new(data);
        view! { <Reviews state summary /> }.to_html()
    })
}

/// The mounted widget. Dropping it takes the widget out of the page and ends its timers and requests.
#[cfg(feature = "hydrate")]
#[must_use = "dropping it takes the widget out of the page"]
pub struct Handle {
    _mounted: leptos::mount::UnmountHandle<leptos::tachys::view::any_view::AnyViewState>,
}

/// Takes over the HTML that [`render`](crate::reviews) made of the same `data` inside `container`.
#[cfg(feature = "hydrate")]
pub fn hydrate(container: web_sys::HtmlElement, data: ReviewsData) -> Handle {
    let root = container.clone();
    let mounted = leptos::mount::hydrate_from(container, move || {
        let (state, summary) = State::new(data);
        let view = view! { <Reviews state summary /> };
        live::Live::start(state, root).listen(view).into_any()
    });
    Handle { _mounted: mounted }
}

/// The whole widget.
#[component]
fn Reviews(state: State, summary: bookplate_wire::reviews::Summary) -> impl IntoView {
    let content = if summary.count == 0 {
        view! { <NoReviews lang=state.lang /> }.into_any()
    } else {
        view! {
            <Figures state summary=summary.clone() />
            {(summary.count > 1).then(|| view! { <Toolbar state summary /> })}
            <Filters state />
            <List state />
            <Problem state />
        }
        .into_any()
    };
    view! {
        <section class="reviews" part="reviews" aria-labelledby="heading">
            <h2 id="heading" part="heading">{state.texts().heading()}</h2>
            {content}
        </section>
    }
}
