//! The form to write a review: folded, and there before any script. Without one it leads to the hosted page.

use super::state::{Model, State};
use crate::html::Html;
use crate::texts;
use crate::writing::{Form, promised};
use bookplate_wire::reviews::writing::ReviewText;
use leptos::prelude::*;

/// The folded form. `live` listens to it; nothing in it changes with the model, so that what somebody types while wasm
/// is on its way stays. The browser therefore takes it over as it stands in the page, and does without what writes it.
#[component]
pub(super) fn Writing(state: State) -> impl IntoView {
    let content = if cfg!(feature = "ssr") {
        state.model.with_untracked(|model| content(state, model))
    } else {
        String::new()
    };
    view! { <details class="writing" part="writing" inner_html=content></details> }
}

fn content(state: State, model: &Model) -> String {
    let texts = state.writing();
    let mut html = Html::default();
    html.raw("<summary class=\"button\" part=\"button\">")
        .text(texts.write())
        .raw("</summary><form class=\"write\" part=\"write\" method=\"post\" novalidate action=\"")
        .text(&model.write_page())
        .raw("\"><div class=\"writing-news\" role=\"status\"></div>");
    if let Some(promise) = &model.promise {
        html.raw("<p>")
            .text(&promised(state.lang, promise))
            .raw("</p>");
    }
    html.raw("<div class=\"writing-fields\">");
    let form = Form {
        text: ReviewText::default(),
        half_stars: model.half_stars,
        vocabulary: model.vocabulary.clone(),
        faults: &[],
    };
    form.write(&mut html, state.lang);
    // A form that leads to another site's page cannot carry files along that far; the desk puts more here.
    html.raw("</div><div class=\"writing-photos\"><p class=\"hint\">")
        .text(texts::Photos(state.lang).later())
        .raw("</p></div>");
    html.raw("<button type=\"submit\" class=\"button main\" part=\"button\">")
        .text(texts.send())
        .raw("</button></form>");
    html.finish()
}
