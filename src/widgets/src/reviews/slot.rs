//! A place in the widget whose content comes and goes.

use super::state::{Model, State};
use crate::html::Html;
use leptos::prelude::*;

/// What stands in the place for now; nothing at all hides it (`:empty` in the stylesheet).
pub(super) type Write = fn(&mut Html, State, &Model);

/// An element with the content that `write` gives for the model as it is.
///
/// All places share this code, which is why `write` is a plain function. The content is text, so what has
/// focus in it loses it when the content changes: fine for a notice, not for a control that stays.
#[component]
pub(super) fn Slot(
    state: State,
    class: &'static str,
    #[prop(optional)] role: Option<&'static str>,
    write: Write,
) -> impl IntoView {
    let content = move || {
        let mut html = Html::default();
        state.model.with(|model| write(&mut html, state, model));
        html.finish()
    };
    view! { <div class=class part=class role=role inner_html=content></div> }
}
