//! The list of reviews, how far it goes, and the way to more.

use super::notices;
use super::state::{Model, Phase, State, Want};
use crate::html::Html;
use crate::slot::Slot;
use leptos::prelude::*;

/// The reviews that are shown.
///
/// Entries keep their element as long as they keep their place and text, so a longer list leaves what
/// is open open, and focus where it is.
#[component]
pub(super) fn List(state: State) -> impl IntoView {
    let stale = move || {
        let phase = state.model.with(|model| model.phase);
        if phase == Phase::Busy(Want::Replace) {
            "true"
        } else {
            "false"
        }
    };
    let entries = move || {
        state.model.with(|model| {
            let entry = |card: &_| view! { <li inner_html=std::sync::Arc::clone(card)></li> };
            model.cards.iter().map(entry).collect::<Vec<_>>()
        })
    };
    view! {
        <div
            class="results"
            part="list"
            role="group"
            aria-label=state.texts().list()
            aria-busy=stale
            tabindex="-1"
        >
            <Slot state class="back" write=back />
            <ol>{entries}</ol>
            <Slot state class="empty" write=notices::no_match />
            <Slot state class="status" role="status" write=status />
            <Slot state class="more" write=more />
        </div>
    }
}

/// How much is shown, of how many.
fn status(html: &mut Html, state: State, model: &Model) {
    let (texts, len) = (state.texts(), model.len());
    html.text(&match (model.phase, model.total) {
        (Phase::Busy(_), _) => state.common().loading().to_owned(),
        // The figures may be a moment older than the list.
        (_, Some(total)) if total >= len => texts.showing(total, len),
        (Phase::Idle, None) if model.next.is_none() && model.query.after.is_none() => {
            texts.found(len)
        }
        _ => texts.shown(len),
    });
}

/// Without wasm a long list is read in stretches; this leads back from the later ones.
fn back(html: &mut Html, state: State, model: &Model) {
    if model.query.after.is_some() {
        html.raw("<a data-swap=\"\" href=\"")
            .text(&model.href(&model.start()))
            .raw("\">")
            .text(state.texts().back())
            .raw("</a>");
    }
}

/// It stays as it is while more is on its way, or it would lose focus; the status tells.
fn more(html: &mut Html, state: State, model: &Model) {
    if let Some(query) = model.longer() {
        html.raw("<a class=\"button\" part=\"button\" data-swap=\"\" data-more=\"\" href=\"")
            .text(&model.href(&query))
            .raw("\">")
            .text(state.texts().more())
            .raw("</a>");
    }
}
