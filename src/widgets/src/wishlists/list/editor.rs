//! What is written about a wish, or a list.

use super::state::{Editing, List, Model};
use crate::html::Html;
use crate::texts;
use bookplate_wire::wishlists::{
    NAME_MAX, NOTE_MAX, Priority, QUANTITY_MAX, ShownWish, ShownWishlist,
};

/// The form, in a dialog.
pub(super) fn write(html: &mut Html, list: List, model: &Model) {
    let Some(editing) = &model.editing else {
        return;
    };
    html.raw("<form method=\"dialog\">");
    match editing {
        Editing::Wish(wish, lists, current) => of_wish(html, list, wish, lists, current),
        Editing::List(one) => of_name(html, list, list.texts().this_list(), &one.name),
        Editing::New => of_name(html, list, list.texts().new_list(), ""),
    }
    let texts = list.texts();
    html.raw("<p class=\"actions\"><button type=\"submit\" class=\"button main\" part=\"button\">")
        .text(if *editing == Editing::New {
            texts.make()
        } else {
            texts.save()
        })
        .raw(
            "</button><button type=\"button\" class=\"button\" part=\"button\" data-do=\"cancel\">",
        )
        .text(texts.cancel())
        .raw("</button>");
    if let Editing::List(one) = editing
        && !one.default
    {
        for (what, words) in [("prefer", texts.make_default()), ("drop", texts.delete())] {
            html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"")
                .raw(what)
                .raw("\">")
                .text(words)
                .raw("</button>");
        }
    }
    html.raw("</p></form>");
}

fn of_name(html: &mut Html, list: List, heading: &str, name: &str) {
    html.raw("<h3 id=\"editing\">")
        .text(heading)
        .raw("</h3><label class=\"field\"><span class=\"field-name\">")
        .text(list.texts().name())
        .raw("</span><input name=\"name\" type=\"text\" required autocomplete=\"off\" maxlength=\"")
        .text(&NAME_MAX.to_string())
        .raw("\" value=\"")
        .text(name)
        .raw("\"></label>");
}

fn of_wish(html: &mut Html, list: List, wish: &ShownWish, lists: &[ShownWishlist], current: &str) {
    let texts = list.texts();
    // A note of two devices can be longer than what one may write; it can still be shortened.
    let longest = wish.note.chars().count().max(NOTE_MAX);
    html.raw("<h3 id=\"editing\" dir=\"auto\">")
        .text(&wish.title)
        .raw("</h3><label class=\"field\"><span class=\"field-name\">")
        .text(texts.note())
        .raw("</span><textarea name=\"note\" rows=\"3\" maxlength=\"")
        .text(&longest.to_string())
        // A first line break would be dropped.
        .raw("\">\n")
        .text(&wish.note)
        .raw("</textarea></label>");
    if lists.is_empty() {
        return;
    }
    html.raw("<label class=\"field\"><span class=\"field-name\">")
        .text(texts.priority())
        .raw("</span><span class=\"select\"><select name=\"priority\">");
    for priority in Priority::ALL {
        let words = match priority {
            Priority::High => texts.high(),
            Priority::Normal => texts.normal(),
            Priority::Low => texts.low(),
        };
        option(html, priority.as_str(), words, priority == wish.priority);
    }
    html.raw("</select></span></label><label class=\"field\"><span class=\"field-name\">")
        .text(texts.quantity())
        .raw("</span><input name=\"quantity\" type=\"number\" inputmode=\"numeric\" required min=\"1\" max=\"")
        .text(&QUANTITY_MAX.to_string())
        .raw("\" value=\"")
        .text(&wish.quantity.to_string())
        .raw("\"></label><label class=\"check\"><input name=\"any_edition\" type=\"checkbox\"");
    if wish.any_edition {
        html.raw(" checked");
    }
    html.raw(">")
        .text(texts::Alerts(list.lang).any_edition())
        .raw("</label>");
    if lists.len() > 1 {
        html.raw("<label class=\"field\"><span class=\"field-name\">")
            .text(texts.list())
            .raw("</span><span class=\"select\"><select name=\"list\">");
        for one in lists {
            option(html, &one.id, list.name(&one.name), one.id == current);
        }
        html.raw("</select></span></label>");
    }
}

fn option(html: &mut Html, value: &str, words: &str, selected: bool) {
    html.raw("<option value=\"").text(value).raw("\"");
    if selected {
        html.raw(" selected");
    }
    html.raw(">").text(words).raw("</option>");
}
