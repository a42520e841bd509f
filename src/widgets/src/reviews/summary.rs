//! The ratings in figures: the average, its stars, and the histogram.

use super::bars::Bars;
use super::state::State;
use crate::html::Html;
use crate::numbers::decimal;
use crate::stars;
use leptos::prelude::*;

/// Average and histogram side by side.
#[component]
pub(super) fn Figures(state: State) -> impl IntoView {
    let (average, count) = state
        .model
        .with_untracked(|model| (model.summary.average, model.summary.count));
    let mean = decimal(average);
    let words = state.common().rated(count, &mean);
    let mut html = Html::default();
    html.raw("<span class=\"average\" part=\"average\">")
        .text(&mean)
        .raw("</span>");
    stars::first(&mut html, average, "");
    html.raw("<span class=\"count\" part=\"count\">")
        .text(&state.common().reviews(count))
        .raw("</span>");
    view! {
        <div class="summary" part="summary">
            <p class="score" role="img" aria-label=words inner_html=html.finish()></p>
            <Bars state />
        </div>
    }
}
