//! Fragments for a shop's own server to put into its pages.

use bookplate_wire::Lang;
use bookplate_wire::fragments::{Fragment, Widget};

/// Each widget as the element that the page would hold, with its shadow root declared inside and its
/// schema.org data behind.
pub(super) fn elements(widgets: &[Widget], lang: Lang, fragments: &[Fragment]) -> String {
    let mut html = String::new();
    for (widget, fragment) in widgets.iter().zip(fragments) {
        let (name, isbn) = match widget {
            Widget::Reviews { isbn, .. } => ("bookplate-reviews", isbn),
            Widget::Rating { isbn } => ("bookplate-rating", isbn),
        };
        html.push_str(&format!(
            "<{name} isbn=\"{isbn}\" lang=\"{}\"><template shadowrootmode=\"open\">{}</template></{name}>",
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
