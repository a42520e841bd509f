//! `<bookplate-reviews>`: the ratings of a book in figures and the list of its reviews.
//!
//! A file for each part. `state` is what they share, `live` is what happens in the browser.

mod bars;
mod card;
#[cfg(feature = "hydrate")]
pub mod desk;
mod filters;
mod list;
#[cfg(feature = "hydrate")]
mod live;
mod notices;
#[cfg(feature = "ssr")]
pub mod picks;
mod state;
mod summary;
mod toolbar;
mod writing;

#[cfg(all(test, feature = "ssr"))]
mod tests;

use crate::slot::Slot;
use bookplate_wire::reviews::ReviewsData;
use leptos::prelude::*;
use list::List;
#[cfg(feature = "hydrate")]
pub use live::Handle;
use state::State;
use summary::Figures;
use toolbar::Toolbar;
use writing::Writing;

/// The HTML inside the widget's `div.root`.
#[cfg(feature = "ssr")]
pub fn render(data: ReviewsData) -> String {
    Owner::new().with(|| view! { <Reviews state=State::new(data) /> }.to_html())
}

/// Takes over the HTML that the server made of the same `data` inside `container`. `visitor` tells who uses the page, once
/// that matters, and `fetch` brings what is needed to do more than read.
#[cfg(feature = "hydrate")]
pub fn hydrate(
    container: web_sys::HtmlElement,
    data: ReviewsData,
    visitor: bookplate_client::Visitor,
    fetch: desk::Fetch,
) -> Handle {
    Handle::start(container, data, visitor, fetch)
}

/// The whole widget.
///
/// Without reviews it says just that; whether the shop has no such book or nobody has reviewed it is the
/// same to a shopper. With a single one there is nothing to sort.
#[component]
fn Reviews(state: State) -> impl IntoView {
    let count = state.model.with_untracked(|model| model.summary.count);
    let texts = state.texts();
    view! {
        <section class="reviews" part="reviews" aria-labelledby="heading">
            <h2 id="heading" part="heading" tabindex="-1">{texts.heading()}</h2>
            {(count == 0).then(|| view! { <p class="empty" part="empty">{texts.empty()}</p> })}
            {(count > 0).then(|| view! { <Figures state /> })}
            <Writing state />
            {(count > 1).then(|| view! { <Toolbar state /> })}
            {(count > 0)
                .then(|| {
                    view! {
                        <Slot state class="filters" write=filters::write />
                        <List state />
                        <Slot state class="problem" role="alert" write=notices::problem />
                    }
                })}
        </section>
    }
}
