//! The histogram: five bars, each a link to the reviews with that many stars.

use super::state::{Model, State};
use crate::html::Html;
use crate::numbers::{grouped, percent, share};
use leptos::prelude::*;

/// Five bars from five stars down to one.
#[component]
pub(super) fn Bars(state: State) -> impl IntoView {
    view! {
        <ul class="bars" part="bars" aria-label=state.texts().bars()>
            {move || {
                state
                    .model
                    .with(|model| (1..=5).rev().map(|stars| bar(state, model, stars)).collect::<Vec<_>>())
            }}
        </ul>
    }
}

fn bar(state: State, model: &Model, stars: u8) -> impl IntoView + use<> {
    let count = model.summary.stars[usize::from(stars) - 1];
    let mut query = model.start();
    let selected = query.stars == Some(stars);
    query.stars = (!selected).then_some(stars);
    // Without reviews there is nothing to filter by, and an anchor without an address is no link.
    let href = (count > 0 || selected).then(|| model.href(&query));
    let content = content(state, stars, count, model.summary.count, selected);
    view! {
        <li>
            <a
                class="bar"
                part="bar"
                href=href
                data-swap=""
                aria-current=selected.then_some("true")
                inner_html=content
            ></a>
        </li>
    }
}

/// The words for screen readers, and the drawing for the eye.
///
/// The bar is SVG, whose `width` is an attribute: a Content-Security-Policy forbids style attributes.
fn content(state: State, stars: u8, count: u32, all: u32, selected: bool) -> String {
    let texts = state.texts();
    let (number, share) = (grouped(stars.into()), share(count, all));
    let words = if selected {
        texts.bar_selected(&number, count, &share)
    } else {
        texts.bar(&number, count, &share)
    };
    let mut html = Html::default();
    html.raw("<span class=\"vh\">")
        .text(&words)
        .raw("</span><span class=\"stars-of\" aria-hidden=\"true\">")
        .text(&number)
        .raw("</span><span class=\"track\" aria-hidden=\"true\"><svg><rect width=\"")
        .text(&grouped(percent(count, all)))
        .raw("%\" height=\"100%\"/></svg></span><span class=\"share\" aria-hidden=\"true\">")
        .text(&share)
        .raw("</span><span class=\"number\" aria-hidden=\"true\">")
        .text(&grouped(count))
        .raw("</span>");
    html.finish()
}
