//! Tables of figures: the first column has names, the others numbers.

use leptos::prelude::*;

/// What a column of numbers is called.
pub(super) fn head(words: &'static str) -> AnyView {
    view! { <th scope="col" class="number">{words}</th> }.into_any()
}

/// A cell with a number.
pub(super) fn number(text: String) -> AnyView {
    view! { <td class="number">{text}</td> }.into_any()
}

/// A line: what it is about, and its cells.
pub(super) fn line(name: impl IntoAny, cells: Vec<AnyView>) -> AnyView {
    view! {
        <tr>
            <th scope="row" dir="auto">{name.into_any()}</th>
            {cells}
        </tr>
    }
    .into_any()
}

/// A table that is called `label`, as wide as it is: where that is too wide it scrolls by itself. `of` is what its lines are.
pub(super) fn wide(
    (class, label): (&'static str, &'static str),
    of: &'static str,
    heads: Vec<AnyView>,
    lines: Vec<AnyView>,
) -> AnyView {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=label>
            {plain(class, of, heads, lines)}
        </div>
    }
    .into_any()
}

/// The same that is never wide.
pub(super) fn plain(
    class: &'static str,
    of: &'static str,
    heads: Vec<AnyView>,
    lines: Vec<AnyView>,
) -> AnyView {
    view! {
        <table class=class>
            <thead>
                <tr>
                    <th scope="col">{of}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}
