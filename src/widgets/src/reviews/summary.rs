//! The ratings in figures: the average, its stars, and the histogram.

use super::bars::Bars;
use super::state::State;
use crate::numbers::decimal;
use crate::stars::Stars;
use bookplate_wire::reviews::Summary;
use leptos::prelude::*;

/// Average and histogram side by side.
#[component]
pub(super) fn Figures(state: State, summary: Summary) -> impl IntoView {
    let mean = decimal(summary.average);
    let words = state.common().rated(summary.count, &mean);
    view! {
        <div class="summary" part="summary">
            <p class="score" role="img" aria-label=words>
                <span class="average" part="average">{mean}</span>
                <Stars tenths=summary.average label=String::new() />
                <span class="count" part="count">{state.common().reviews(summary.count)}</span>
            </p>
            <Bars state summary />
        </div>
    }
}
