//! Plots of bars, as text: the numbers themselves stand in a table beside it.

use bookplate_widgets::html::Html;
use leptos::prelude::*;

/// How wide a place is in a plot, how much of that its bars take, and how high a plot is, in its own units.
const PLACE: usize = 40;
const BARS: usize = 28;
const HEIGHT: i128 = 120;

/// How two figures of a place stand.
#[derive(Clone, Copy)]
pub(super) enum Pair {
    /// The second one is a part of the first: it is the lower part of one bar.
    Part,
    /// Both are bars, side by side.
    Beside,
}

/// The cell of a table in which a share of a whole, in tenths of a percent, is a bar beside its number.
pub(super) fn track(class: &'static str, tenths: u64) -> AnyView {
    let width = format!("{}.{}%", tenths / 10, tenths % 10);
    view! {
        <td class="track" aria-hidden="true">
            <svg>
                <rect class=class width=width height="100%"></rect>
            </svg>
        </td>
    }
    .into_any()
}

/// A plot of figures that are not below zero. `label` says what it shows, with its most important numbers.
pub(super) fn plot(label: &str, pair: Pair, figures: &[(i64, i64)]) -> String {
    let most = figures.iter().map(|(one, other)| *one.max(other)).max();
    let most = i128::from(most.unwrap_or(0).max(1));
    let mut html = Html::default();
    html.raw("<svg role=\"img\" preserveAspectRatio=\"none\" viewBox=\"0 0 ")
        .text(&(figures.len().max(1) * PLACE).to_string())
        .raw(" ")
        .text(&HEIGHT.to_string())
        .raw("\" aria-label=\"")
        .text(label)
        .raw("\">");
    let (width, step) = match pair {
        Pair::Part => (BARS, 0),
        Pair::Beside => (BARS / 2, BARS / 2),
    };
    for (at, (one, other)) in figures.iter().enumerate() {
        let begin = at * PLACE + (PLACE - BARS) / 2;
        for (class, x, figure) in [("bar", begin, one), ("bar out", begin + step, other)] {
            let height = i128::from(*figure).max(0) * HEIGHT / most;
            html.raw("<rect class=\"")
                .text(class)
                .raw("\" x=\"")
                .text(&x.to_string())
                .raw("\" y=\"")
                .text(&(HEIGHT - height).to_string())
                .raw("\" width=\"")
                .text(&width.to_string())
                .raw("\" height=\"")
                .text(&height.to_string())
                .raw("\"></rect>");
        }
    }
    html.raw("</svg>");
    html.finish()
}
