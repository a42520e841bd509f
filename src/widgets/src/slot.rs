//! A place in a widget whose content comes and goes.

use crate::html::Html;
use leptos::prelude::*;

/// A widget's state: a handle that every part holds; copying it copies no data.
pub(crate) trait State: Copy + Send + 'static {
    /// What the widget shows, in one signal.
    type Model: Send + Sync + 'static;

    /// The signal.
    fn model(self) -> RwSignal<Self::Model>;
}

/// What stands in a place for now; nothing at all hides it (`:empty` in the stylesheet).
pub(crate) type Write<S> = fn(&mut Html, S, &<S as State>::Model);

/// An element with the content that `write` gives for the model as it is.
///
/// All places of a widget share this code, which is why `write` is a plain function. The content is text, so
/// what has focus in it loses it when the content changes: fine for a notice, not for a control that stays.
#[component]
pub(crate) fn Slot<S: State>(
    state: S,
    class: &'static str,
    #[prop(optional)] role: Option<&'static str>,
    write: Write<S>,
) -> impl IntoView {
    let content = move || {
        let mut html = Html::default();
        state.model().with(|model| write(&mut html, state, model));
        html.finish()
    };
    view! { <div class=class part=class role=role inner_html=content></div> }
}
