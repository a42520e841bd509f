//! `<bookplate-earn>`: what a book earns, in one line.
//!
//! The server says what everybody earns; for most that is all, and no wasm is fetched. Once somebody is signed in, it says
//! what they earn: one question for all books of a page (`bookplate_client::points`).

#[cfg(feature = "hydrate")]
mod live;

use crate::html::Html;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::points::books::EarnData;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
pub use live::Handle;

/// The HTML inside the widget's `div.root`; nothing where nobody can say what the book earns.
#[cfg(feature = "ssr")]
pub fn render(data: EarnData) -> String {
    let Some(points) = data.points else {
        return String::new();
    };
    Owner::new().with(|| view! { <Earn lang=data.lang points=RwSignal::new(points) /> }.to_html())
}

/// Takes over the HTML that the server made of the same `data` inside `container`, for whoever `identity` says.
#[cfg(feature = "hydrate")]
pub fn hydrate(
    container: web_sys::HtmlElement,
    data: EarnData,
    identity: bookplate_client::Identity,
) -> Handle {
    Handle::start(container, data, identity)
}

/// The whole widget: how many points, or nothing where there are none.
#[component]
fn Earn(lang: Lang, points: RwSignal<i64>) -> impl IntoView {
    let words = move || {
        let mut html = Html::default();
        if let Some(points) = u32::try_from(points.get())
            .ok()
            .filter(|points| *points > 0)
        {
            html.text(&texts::Points(lang).earns(points));
        }
        html.finish()
    };
    view! { <span class="earn" part="earn" inner_html=words></span> }
}
