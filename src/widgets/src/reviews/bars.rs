//! The histogram: five bars, each a link to the reviews with that many stars.

use super::state::State;
use crate::numbers::{grouped, percent, share};
use bookplate_wire::reviews::Summary;
use leptos::prelude::*;

/// Five bars from five stars down to one.
#[component]
pub(super) fn Bars(state: State, summary: Summary) -> impl IntoView {
    view! {
        <ul class="bars" part="bars" aria-label=state.texts().bars()>
            // One closure for all five: they change together, and each has three things that change.
            {move || {
                (1..=5_u8)
                    .rev()
                    .map(|stars| {
                        let count = summary.stars[usize::from(stars) - 1];
                        bar(state, stars, count, summary.count)
                    })
                    .collect::<Vec<_>>()
            }}
        </ul>
    }
}

fn bar(state: State, stars: u8, count: u32, all: u32) -> impl IntoView {
    let texts = state.texts();
    let mut query = state.start();
    let selected = query.stars == Some(stars);
    query.stars = (!selected).then_some(stars);
    // Without reviews there is nothing to filter by, and an anchor without an address is no link.
    let href = (count > 0 || selected).then(|| state.href(&query));
    let (number, share) = (grouped(stars.into()), share(count, all));
    let words = if selected {
        texts.bar_selected(&number, count, &share)
    } else {
        texts.bar(&number, count, &share)
    };
    view! {
        <li>
            <a class="bar" part="bar" href=href data-swap="" aria-current=selected.then_some("true")>
                <span class="vh">{words}</span>
                <span class="stars-of" aria-hidden="true">{number}</span>
                <span class="track" aria-hidden="true" inner_html=drawing(percent(count, all))></span>
                <span class="share" aria-hidden="true">{share}</span>
                <span class="number" aria-hidden="true">{grouped(count)}</span>
            </a>
        </li>
    }
}

/// The bar as SVG, whose `width` is an attribute: a Content-Security-Policy forbids style attributes.
fn drawing(percent: u32) -> String {
    let mut out = String::from("<svg><rect width=\"");
    out.push_str(&grouped(percent));
    out.push_str("%\" height=\"100%\"/></svg>");
    out
}
