//! Fragments for a shop's own server to put into its pages.
//!
//! Their style sheet is linked twice. A sheet inside of a shadow root holds nothing back: WebKit paints the
//! bare fragment first, stars as large as the page, and all of it moves when the sheet arrives. So the same
//! sheet stands before the first element as well. There all engines wait for it, with scripts or without,
//! and for no longer than until it has failed. It is made so that it says nothing about the page around.

use bookplate_wire::fragments::{Fragment, Widget};
use bookplate_wire::points::books::written_price;
use bookplate_wire::{Lang, Problem};

/// Each widget as the element that the page would hold, with its shadow root declared inside and its
/// schema.org data behind. In place of one that could not be read stands a comment for the shop's developer,
/// with the code alone: it is our own word, whereas a field's name may be anything. Before all of them stand the links
/// to the `sheets`.
pub(super) fn elements(
    sheets: String,
    widgets: &[Result<Widget, Problem>],
    lang: Lang,
    fragments: &[Fragment],
) -> String {
    let mut html = sheets;
    for (widget, fragment) in widgets.iter().zip(fragments) {
        let mut options = String::new();
        let (name, book) = match (widget, &fragment.problem) {
            (Err(problem), _) | (_, Some(problem)) => {
                html.push_str(&format!("<!-- bookplate: {} -->", problem.code.as_str()));
                continue;
            }
            (Ok(Widget::Reviews { isbn, .. }), None) => ("reviews", Some(isbn)),
            (Ok(Widget::Rating { isbn }), None) => ("rating", Some(isbn)),
            (Ok(Widget::WishButton { isbn, count }), None) => {
                if *count {
                    options.push_str(" count");
                }
                ("wish-button", Some(isbn))
            }
            (Ok(Widget::Account), None) => ("account", None),
            (Ok(Widget::Wishlist), None) => ("wishlist", None),
            (Ok(Widget::Points), None) => ("points", None),
            (Ok(Widget::Feedback { isbn }), None) => ("feedback", isbn.as_ref()),
            (Ok(Widget::Earn(book)), None) => {
                if let Some(price) = &book.price {
                    options = format!(" price=\"{}\"", written_price(price));
                }
                ("earn", Some(&book.isbn))
            }
        };
        let name = format!("bookplate-{name}");
        let isbn = book.map_or_else(String::new, |isbn| format!(" isbn=\"{isbn}\""));
        html.push_str(&format!(
            "<{name}{isbn}{options} lang=\"{}\"><template shadowrootmode=\"open\">{}</template></{name}>",
            lang.tag(),
            fragment.html
        ));
        if let Some(json_ld) = &fragment.json_ld {
            html.push_str("<script type=\"application/ld+json\">");
            html.push_str(json_ld);
            html.push_str("</script>");
        }
    }
    html
}
