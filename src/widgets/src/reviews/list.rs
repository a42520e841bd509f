//! The list of reviews, how far it goes, and the way to more.

use super::card::Card;
use super::notices::NoMatch;
use super::state::{Phase, State, Want};
use leptos::prelude::*;

/// The reviews that are shown.
#[component]
pub(super) fn List(state: State) -> impl IntoView {
    let busy = move || {
        if matches!(state.phase.get(), Phase::Busy(_)) {
            "true"
        } else {
            "false"
        }
    };
    let stale = move || state.phase.get() == Phase::Busy(Want::Replace);
    view! {
        <div
            class="results"
            class:stale=stale
            part="list"
            role="group"
            aria-label=state.texts().list()
            aria-busy=busy
            tabindex="-1"
        >
            <Back state />
            <ol>
                <For
                    each=move || state.shown.with(|shown| shown.reviews.clone())
                    key=|review| review.id.clone()
                    let(review)
                >
                    <Card lang=state.lang review=review />
                </For>
            </ol>
            <NoMatch state />
            <p class="status" part="status" role="status">{move || status(state)}</p>
            <More state />
        </div>
    }
}

/// How much is shown, of how many.
fn status(state: State) -> String {
    let texts = state.texts();
    let phase = state.phase.get();
    if let Phase::Busy(_) = phase {
        return state.common().loading().to_owned();
    }
    let (len, all_shown) = state
        .shown
        .with(|shown| (shown.reviews.len(), shown.next.is_none()));
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    // After a failure the list is still the one before, and the figures for the query are not its own.
    let total = if phase == Phase::Idle {
        state.total()
    } else {
        None
    };
    match total {
        // The figures may be a moment older than the list.
        Some(total) if total >= len => texts.showing(total, len),
        None if phase == Phase::Idle
            && all_shown
            && state.query.with(|query| query.after.is_none()) =>
        {
            texts.found(len)
        }
        _ => texts.shown(len),
    }
}

/// Without wasm a long list is read in stretches; this leads back from the later ones.
#[component]
fn Back(state: State) -> impl IntoView {
    move || {
        state.query.with(|query| query.after.is_some()).then(|| {
            view! {
                <p class="back">
                    <a href=state.href(&state.start()) data-swap="">{state.texts().back()}</a>
                </p>
            }
        })
    }
}

#[component]
fn More(state: State) -> impl IntoView {
    move || {
        state.longer().map(|query| {
            let busy = state.phase.get() == Phase::Busy(Want::Extend);
            let words = if busy {
                state.common().loading()
            } else {
                state.texts().more()
            };
            view! {
                <p class="more">
                    <a
                        class="button"
                        part="more"
                        href=state.href(&query)
                        data-swap=""
                        data-more=""
                        aria-disabled=busy.then_some("true")
                    >
                        {words}
                    </a>
                </p>
            }
        })
    }
}
