//! `<bookplate-wish-button>`: a heart for a book; and `<bookplate-wishlist>`, in [`list`].
//!
//! What the server renders is the same for everybody: a form that leads to the hosted page of the wish. Whose heart is
//! full comes in the browser alone, by one question for all hearts of a page (`element/js/wishlists.js`).

pub mod list;
#[cfg(feature = "hydrate")]
mod live;
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "the server renders for nobody in particular")
)]
mod state;

#[cfg(all(test, feature = "ssr"))]
mod tests;

use crate::html::Html;
use crate::numbers::grouped;
use crate::slot::Slot;
use bookplate_wire::accounts::{member_path, sign_in_path};
use bookplate_wire::wishlists::WishButtonData;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
pub use live::Handle;
use state::{Heart, Model, Said};

/// The heart's outline, on a grid of 24 by 24.
const OUTLINE: &str = "<svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" fill=\"none\" stroke=\"currentcolor\" \
     stroke-width=\"1.6\" aria-hidden=\"true\"><path d=\"M12 20.3S3.7 15.6 3.7 9.6a4.4 4.4 0 0 1 8.3-2.1 4.4 4.4 0 0 1 \
     8.3 2.1c0 6-8.3 10.7-8.3 10.7z\"/></svg>";

/// The HTML inside the widget's `div.root`.
#[cfg(feature = "ssr")]
pub fn render(data: WishButtonData) -> String {
    Owner::new().with(|| view! { <Button heart=Heart::new(data) /> }.to_html())
}

/// Takes over the HTML that the server made of the same `data` inside `container`, for whoever `identity` says.
#[cfg(feature = "hydrate")]
pub fn hydrate(
    container: web_sys::HtmlElement,
    data: WishButtonData,
    identity: bookplate_client::Identity,
) -> Handle {
    Handle::start(container, data, identity)
}

/// The whole widget; nothing to press where the shop does not have the book.
#[component]
fn Button(heart: Heart) -> impl IntoView {
    let (action, label) = heart.model.with_untracked(|model| {
        let mut action = model.api.clone();
        action.push_str(&member_path(&model.key, "wishes/"));
        action.push_str(model.isbn.as_str());
        (action, heart.texts().heart(&model.title))
    });
    // The figure alone, and words for who does not see next to what it stands.
    let wishers = heart.model.with_untracked(|model| {
        let mut html = Html::default();
        if let Some(count) = model.count {
            html.raw("<span aria-hidden=\"true\">")
                .text(&grouped(count))
                .raw("</span><span class=\"vh\">")
                .text(&heart.texts().wishers(count))
                .raw("</span>");
        }
        html.finish()
    });
    let pressed = move || {
        let wished = heart.model.with(|model| model.wished);
        wished.map(|wished| if wished { "true" } else { "false" })
    };
    let hidden = heart.model.with_untracked(|model| model.title.is_empty());
    view! {
        <form class="wish" part="wish" method="get" action=action hidden=hidden>
            <input type="hidden" name="lang" value=heart.lang.tag() />
            <button
                type="submit"
                class="heart"
                part="heart"
                aria-label=label
                aria-pressed=pressed
                inner_html=OUTLINE
            ></button>
            <span class="wishers" part="count" inner_html=wishers></span>
        </form>
        <Slot state=heart class="wish-news" role="status" write=news />
    }
}

/// What has come of the last tap.
fn news(html: &mut Html, heart: Heart, model: &Model) {
    let Some(said) = model.said else { return };
    let texts = heart.texts();
    html.raw("<p>").text(match said {
        Said::Listed => texts.listed(),
        Said::Removed => texts.removed(),
        Said::Queued => texts.queued(),
        Said::OnDevice => texts.on_device(),
        Said::OnPage => texts.on_page(),
        Said::Full => texts.full(),
        Said::GuestFull => texts.guest_full(),
        Said::Failed => texts.failed(),
    });
    html.raw("</p>");
    match said {
        Said::Removed => {
            html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"undo\">")
                .text(texts.undo())
                .raw("</button>");
        }
        Said::OnDevice | Said::OnPage | Said::GuestFull => {
            html.raw("<a class=\"button\" part=\"button\" data-tell=\"sign-in\" href=\"")
                .text(&model.api)
                .text(&sign_in_path(&model.key))
                .raw("?lang=")
                .text(heart.lang.tag())
                .raw("\">")
                .text(texts.sign_in())
                .raw("</a>");
        }
        Said::Listed | Said::Full => {
            html.raw("<a class=\"button\" part=\"button\" data-enter=\"wishlists\" href=\"")
                .text(&model.api)
                .text(&member_path(&model.key, "wishlists"))
                .raw("?lang=")
                .text(heart.lang.tag())
                .raw("\">")
                .text(texts.see_lists())
                .raw("</a>");
        }
        Said::Queued | Said::Failed => {}
    }
}
