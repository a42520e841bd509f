//! A wish of the list.

use super::state::{List, Model};
use crate::html::Html;
use crate::orders::page_of_book;
use crate::texts;
use bookplate_wire::wishlists::{Priority, ShownWish, Standing};

/// What is held by a finger or a mouse to put the entry somewhere else.
const HANDLE: &str = "<span class=\"drag\" data-drag=\"\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\" width=\"24\" \
     height=\"24\" fill=\"currentcolor\"><circle cx=\"9\" cy=\"6\" r=\"1.6\"/><circle cx=\"15\" cy=\"6\" r=\"1.6\"/>\
     <circle cx=\"9\" cy=\"12\" r=\"1.6\"/><circle cx=\"15\" cy=\"12\" r=\"1.6\"/><circle cx=\"9\" cy=\"18\" r=\"1.6\"/>\
     <circle cx=\"15\" cy=\"18\" r=\"1.6\"/></svg></span>";

/// The content of a wish's entry.
pub(super) fn content(list: List, model: &Model, wish: &ShownWish) -> String {
    let texts = list.texts();
    let mut html = Html::default();
    html.raw(HANDLE)
        .raw("<div class=\"cover\" aria-hidden=\"true\">");
    if wish.cover_url.is_empty() {
        let end = wish.title.char_indices().nth(1).map(|(end, _)| end);
        html.text(end.map_or(&*wish.title, |end| &wish.title[..end]));
    } else {
        html.raw("<img alt=\"\" width=\"48\" height=\"72\" loading=\"lazy\" src=\"")
            .text(&wish.cover_url)
            .raw("\">");
    }
    html.raw("</div><div class=\"what\"><h3 class=\"title\" tabindex=\"-1\" dir=\"auto\"");
    if !wish.language.is_empty() {
        html.raw(" lang=\"").text(&wish.language).raw("\"");
    }
    html.raw(">");
    let page = page_of_book(&model.book_url, wish.isbn);
    match &page {
        Some(page) => {
            html.raw("<a href=\"")
                .text(page)
                .raw("\">")
                .text(&wish.title)
                .raw("</a>");
        }
        None => _ = html.text(&wish.title),
    }
    html.raw("</h3>");
    if !wish.authors.is_empty() {
        html.raw("<p class=\"byline\">")
            .text(&wish.authors.join(", "))
            .raw("</p>");
    }
    facts(&mut html, list, wish);
    if !wish.note.is_empty() {
        html.raw("<p class=\"wish-note\" part=\"note\" dir=\"auto\">")
            .text(&wish.note)
            .raw("</p>");
    }
    html.raw("<div class=\"actions\">");
    let bought = !wish.bought_on.is_empty();
    if !bought && !wish.in_cart {
        let hosted = model.hosted(list.lang);
        let page = page.as_deref().unwrap_or(&hosted);
        to_cart(
            &mut html,
            model,
            &[wish],
            page,
            texts.to_cart(),
            &wish.title,
        );
    }
    if bought {
        control(&mut html, "want", texts.want_again(), &wish.title);
    }
    control(&mut html, "change", texts.change(), &wish.title);
    control(&mut html, "take", texts.take_off(), &wish.title);
    if model.shown.wishes.len() > 1 {
        control(&mut html, "up", texts.up(), &wish.title);
        control(&mut html, "down", texts.down(), &wish.title);
    }
    html.raw("</div></div>");
    html.finish()
}

/// A button, with words for who does not see next to what it stands.
fn control(html: &mut Html, what: &'static str, words: &str, title: &str) {
    html.raw("<button type=\"button\" class=\"button small\" part=\"button\" data-do=\"")
        .raw(what)
        .raw("\">")
        .text(words)
        .raw("<span class=\"vh\"> ")
        .text(title)
        .raw("</span></button>");
}

fn facts(html: &mut Html, list: List, wish: &ShownWish) {
    let texts = list.texts();
    let mut facts = Vec::new();
    if !wish.bought_on.is_empty() {
        facts.push(("bought", texts.bought_on(&wish.bought_on)));
    }
    if wish.in_cart && wish.bought_on.is_empty() {
        facts.push(("in-cart", texts.in_cart().to_owned()));
    }
    match wish.priority {
        Priority::High => facts.push(("priority", texts.high().to_owned())),
        Priority::Normal => {}
        Priority::Low => facts.push(("priority", texts.low().to_owned())),
    }
    if wish.quantity > 1 {
        facts.push(("copies", texts.copies(wish.quantity)));
    }
    if wish.any_edition {
        facts.push(("any", texts::Alerts(list.lang).any_edition().to_owned()));
    }
    if wish.waits {
        facts.push(("waits", texts.waits().to_owned()));
    }
    if facts.is_empty() {
        return;
    }
    html.raw("<p class=\"wish-facts\">");
    for (class, words) in facts {
        html.raw("<span class=\"")
            .raw(class)
            .raw("\">")
            .text(&words)
            .raw("</span>");
    }
    html.raw("</p>");
}

/// Asks the shop's page to put some wishes into its cart: by an event, which JavaScript sends (`data-tell`). Where the page does
/// nothing about it, it is a link to where the books are.
pub(super) fn to_cart(
    html: &mut Html,
    model: &Model,
    wishes: &[&ShownWish],
    page: &str,
    words: &str,
    title: &str,
) {
    let mut detail = String::from("{\"items\":[");
    for (at, wish) in wishes.iter().enumerate() {
        if at > 0 {
            detail.push(',');
        }
        detail.push_str("{\"isbn\":\"");
        detail.push_str(wish.isbn.as_str());
        detail.push_str("\",\"quantity\":");
        detail.push_str(&wish.quantity.to_string());
        // An id, or nothing for the list of the device.
        if model.shown.standing == Standing::In {
            detail.push_str(",\"list\":\"");
            detail.push_str(&model.shown.list);
            detail.push('"');
        }
        detail.push('}');
    }
    detail.push_str("]}");
    html.raw("<a class=\"button small cart\" part=\"button cart\" data-tell=\"add-to-cart\" data-detail=\"")
        .text(&detail)
        .raw("\" href=\"")
        .text(page)
        .raw("\">")
        .text(words);
    if !title.is_empty() {
        html.raw("<span class=\"vh\"> ").text(title).raw("</span>");
    }
    html.raw("</a>");
}
