//! The question what a review is about, where it talks of delivery: its author can hand it over to the shop.

use crate::html::Html;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::reviews::writing::Subject;

/// The question and a button for each answer. `button` is how a button begins, up to the subject: in the hosted page it
/// sends a form, in the widget it is listened to.
pub fn ask(html: &mut Html, lang: Lang, button: &'static str) {
    let texts = texts::Writing(lang);
    html.raw("<div class=\"subject\"><p><strong>")
        .text(texts.ask_subject())
        .raw("</strong></p><p class=\"quiet\">")
        .text(texts.ask_subject_hint())
        .raw("</p><p class=\"actions\">");
    for (subject, words) in [
        (Subject::Delivery, texts.about_delivery()),
        (Subject::Book, texts.about_book()),
    ] {
        html.raw("<button class=\"button\" part=\"button\" ")
            .raw(button)
            .raw(subject.as_str())
            .raw("\">")
            .text(words)
            .raw("</button>");
    }
    html.raw("</p></div>");
}
