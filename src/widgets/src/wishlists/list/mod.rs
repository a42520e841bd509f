//! `<bookplate-wishlist>`: the lists of whoever uses the page, and what is in one of them.
//!
//! What the server renders is the same for everybody: the way to the hosted page, where the lists are kept too. Whose they are comes
//! in the browser alone; `element/js/lists.js` knows it. A file for each part; `state` is what they share, `live` is what happens in
//! the browser.

mod editor;
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "the server renders for nobody in particular")
)]
mod entry;
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
use crate::slot::Slot;
use crate::texts;
use bookplate_wire::accounts::{member_path, sign_in_path};
use bookplate_wire::wishlists::{Standing, WishlistData};
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
pub use live::Handle;
use state::{List, Model};

/// The HTML inside the widget's `div.root`.
#[cfg(feature = "ssr")]
pub fn render(data: WishlistData) -> String {
    Owner::new().with(|| view! { <Shelf list=List::new(data) /> }.to_html())
}

/// Takes over the HTML that the server made of the same `data` inside `container`, for whoever `identity` says.
#[cfg(feature = "hydrate")]
pub fn hydrate(
    container: web_sys::HtmlElement,
    data: WishlistData,
    identity: bookplate_client::Identity,
) -> Handle {
    Handle::start(container, data, identity)
}

/// The whole widget. The entries of the list are put into `ol` by [`entry`], each with an element of its own that moves with it:
/// nothing of them is rendered anew when one of two thousand is put somewhere else.
#[component]
fn Shelf(list: List) -> impl IntoView {
    let busy = move || {
        let waiting = list.model.with(|model| model.shown.standing);
        if waiting == Standing::Waiting {
            "true"
        } else {
            "false"
        }
    };
    view! {
        <section class="wishlist" part="wishlist" aria-labelledby="heading" aria-busy=busy>
            <Slot state=list class="list-head" write=head />
            <Slot state=list class="whose" write=whose />
            <div class="skeleton waiting" aria-hidden="true"></div>
            <Slot state=list class="notices" role="status" write=notices />
            <ol class="wishes" part="wishes"></ol>
            <Slot state=list class="list-foot" write=foot />
            <Slot state=list class="wish-news" role="status" write=news />
            <Slot state=list class="problem" role="alert" write=problem />
            <dialog class="editor" part="editor" aria-labelledby="editing">
                <Slot state=list class="editing" write=editor::write />
            </dialog>
        </section>
    }
}

/// The heading, and a customer's lists to choose from.
fn head(html: &mut Html, list: List, model: &Model) {
    let texts = list.texts();
    html.raw("<h2 id=\"heading\" part=\"heading\" tabindex=\"-1\" dir=\"auto\">");
    let shown = model.current().map(|current| list.name(&current.name));
    html.text(shown.unwrap_or(texts.heading())).raw("</h2>");
    if model.shown.standing != Standing::In || model.shown.lists.is_empty() {
        return;
    }
    html.raw("<div class=\"lists\" part=\"lists\">");
    if model.shown.lists.len() > 1 {
        html.raw("<label class=\"field\"><span class=\"field-name\">")
            .text(texts.list())
            .raw("</span><span class=\"select\"><select name=\"shown\">");
        for one in &model.shown.lists {
            html.raw("<option value=\"").text(&one.id).raw("\"");
            if one.id == model.shown.list {
                html.raw(" selected");
            }
            html.raw(">")
                .text(list.name(&one.name))
                .raw(" · ")
                .text(&texts.books(one.count))
                .raw("</option>");
        }
        html.raw("</select></span></label>");
    }
    for (what, words) in [("rename", texts.rename()), ("new", texts.new_list())] {
        html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"")
            .raw(what)
            .raw("\">")
            .text(words)
            .raw("</button>");
    }
    html.raw("<a class=\"button\" part=\"button\" data-enter=\"wishlists\" href=\"")
        .text(&model.api)
        .text(&member_path(&model.key, "wishlists"))
        .raw("?list=")
        .text(&model.shown.list)
        .raw("&amp;lang=")
        .text(list.lang.tag())
        .raw("\">")
        .text(texts.share())
        .raw("</a></div>");
}

/// Whose list it is, where that is not a customer's; and where no script runs, the way to the hosted page.
fn whose(html: &mut Html, list: List, model: &Model) {
    let texts = list.texts();
    match model.shown.standing {
        Standing::Unknown => {
            html.raw("<p>")
                .text(texts.elsewhere())
                .raw(
                    "</p><a class=\"button main\" part=\"button\" data-enter=\"wishlists\" href=\"",
                )
                .text(&model.api)
                .text(&member_path(&model.key, "wishlists"));
        }
        Standing::Guest => {
            html.raw("<p>")
                .text(match (model.shown.wishes.is_empty(), model.shown.lasts) {
                    (true, _) => texts.guest_empty(),
                    (false, true) => texts.guest(),
                    (false, false) => texts.guest_page(),
                })
                .raw("</p><a class=\"button main\" part=\"button\" data-tell=\"sign-in\" href=\"")
                .text(&model.api)
                .text(&sign_in_path(&model.key));
        }
        _ => return,
    }
    html.raw("?lang=").text(list.lang.tag()).raw("\">").text(
        if model.shown.standing == Standing::Guest {
            texts.sign_in()
        } else {
            texts.see_lists()
        },
    );
    html.raw("</a>");
}

/// What waits, and what had no room.
fn notices(html: &mut Html, list: List, model: &Model) {
    let texts = list.texts();
    let shown = &model.shown;
    if shown.waiting > 0 {
        html.raw("<p>")
            .text(&texts.waiting(shown.waiting))
            .raw("</p>");
    }
    if shown.left > 0 {
        html.raw("<p>").text(&texts.left(shown.left)).raw("</p>");
    }
    if shown.refused {
        html.raw("<p>").text(texts.refused()).raw("</p>");
    }
}

/// What stands below the list: that it is empty, more of it, and all of it into the cart.
fn foot(html: &mut Html, list: List, model: &Model) {
    let texts = list.texts();
    let shown = &model.shown;
    if shown.standing == Standing::In && shown.wishes.is_empty() {
        html.raw("<p class=\"empty\" part=\"empty\">")
            .text(if shown.lists.is_empty() {
                texts.nothing()
            } else {
                texts.empty()
            })
            .raw("</p>");
    }
    if shown.more {
        html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"more\">")
            .text(texts.more())
            .raw("</button>");
    }
    let wanted: Vec<_> = shown
        .wishes
        .iter()
        .filter(|wish| wish.bought_on.is_empty() && !wish.in_cart)
        .collect();
    if wanted.len() > 1 {
        let words = texts.all_to_cart(u32::try_from(wanted.len()).unwrap_or(u32::MAX));
        let hosted = model.hosted(list.lang);
        entry::to_cart(html, model, &wanted, &hosted, &words, "");
    }
}

/// What has come of what was done last.
fn news(html: &mut Html, list: List, model: &Model) {
    let Some(said) = &model.said else { return };
    html.raw("<p>").text(&said.words).raw("</p>");
    if said.undo.is_some() {
        html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"undo\">")
            .text(list.texts().undo())
            .raw("</button>");
    }
}

/// What cannot be had.
fn problem(html: &mut Html, list: List, model: &Model) {
    let texts = list.texts();
    let words = match model.shown.standing {
        Standing::Failed => texts.lists_failed(),
        Standing::Offline => texts.lists_offline(),
        _ => return,
    };
    html.raw("<p>")
        .text(words)
        .raw("</p><button type=\"button\" class=\"button\" part=\"button\" data-do=\"retry\">")
        .text(texts::Common(list.lang).retry())
        .raw("</button>");
}
