//! What stands in place of reviews, or next to them, when something is missing.

use super::filters::Clear;
use super::state::{Phase, State};
use crate::texts;
use bookplate_wire::Lang;
use leptos::prelude::*;

/// Nobody has reviewed the book, or the shop has no such book: to a shopper both are the same.
#[component]
pub(super) fn NoReviews(lang: Lang) -> impl IntoView {
    view! { <p class="empty" part="empty">{texts::Reviews(lang).empty()}</p> }
}

/// The book has reviews, but the filters leave none.
#[component]
pub(super) fn NoMatch(state: State) -> impl IntoView {
    move || {
        let none = state.shown.with(|shown| shown.reviews.is_empty());
        (none && state.query.with(|query| query.is_filtered())).then(|| {
            view! {
                <div class="empty" part="empty">
                    <p>{state.texts().no_match()}</p>
                    <p><Clear state /></p>
                </div>
            }
        })
    }
}

/// A request has failed: says so, keeps what is shown, and offers another try.
///
/// It floats at the lower edge of the window, because the shopper may be at either end of the list.
#[component]
pub(super) fn Problem(state: State) -> impl IntoView {
    move || match state.phase.get() {
        Phase::Failed { offline, .. } => {
            let common = state.common();
            let words = if offline {
                common.offline()
            } else {
                common.failed()
            };
            Some(view! {
                <div class="problem" part="problem" role="alert">
                    <p>{words}</p>
                    <button type="button" class="button" data-retry="">{common.retry()}</button>
                </div>
            })
        }
        Phase::Idle | Phase::Busy(_) => None,
    }
}
