//! The shop's articles that are offered to whoever is about to write: the same in the element and on the hosted page.
//!
//! After a pause in typing those that fit stand below the message, each to be opened there. They come politely: the focus stays
//! where it is, a screen reader hears of them once it is silent, and nothing moves as long as the pointer or the focus is where it
//! would.

#[cfg(feature = "hydrate")]
mod live;

#[cfg(feature = "hydrate")]
pub use live::{Library, Offers};

#[cfg(feature = "hydrate")]
use crate::html::Html;
#[cfg(feature = "hydrate")]
use crate::texts;
#[cfg(feature = "hydrate")]
use bookplate_wire::Lang;
#[cfg(feature = "hydrate")]
use bookplate_wire::faq::FaqOffers;

/// What stands in the `div.faq-offers` of a form, which is behind the fields with the message and before all that follows. What is
/// said in it is heard; what is listed is not read out by itself.
pub const PLACE: &str =
    "<div class=\"faq-news\" role=\"status\"></div><ul class=\"faq-list\"></ul>";

/// Those that fit, each with its page at the address that `page` makes of its id; it opens beside what is being written.
/// The answers themselves are put in afterwards: they are HTML already.
#[cfg(feature = "hydrate")]
fn list(html: &mut Html, lang: Lang, offers: &FaqOffers, page: impl Fn(&str) -> String) {
    let texts = texts::Faq(lang);
    for offer in &offers.articles {
        let of = offer.language.tag();
        html.raw("<li><details class=\"faq-offer\"><summary><span class=\"faq-title\" lang=\"")
            .raw(of)
            .raw("\">")
            .text(&offer.title)
            .raw("</span> <span class=\"faq-opening\" lang=\"")
            .raw(of)
            .raw("\">")
            .text(&offer.opening)
            .raw("</span></summary><div class=\"prose\" lang=\"")
            .raw(of)
            .raw("\" data-article=\"")
            .text(offer.id.as_str())
            .raw("\"></div><p class=\"actions\"><button type=\"button\" class=\"button\" part=\"button\" data-do=\"answered\" data-id=\"")
            .text(offer.id.as_str())
            .raw("\">")
            .text(texts.that_answered_it())
            .raw("</button><a target=\"_blank\" rel=\"noopener\" href=\"")
            .text(&page(offer.id.as_str()))
            .raw("\">")
            .text(texts.open_page())
            .raw("</a></p></details></li>");
    }
}

/// Thanks for having said that one of them has answered it, and the way back.
#[cfg(feature = "hydrate")]
fn thanks(html: &mut Html, lang: Lang) {
    let texts = texts::Faq(lang);
    html.raw("<p class=\"faq-thanks\" tabindex=\"-1\">")
        .text(texts.thanks())
        .raw(" ")
        .text(texts.not_sent())
        .raw(
            "</p><p><button type=\"button\" class=\"button\" part=\"button\" data-do=\"put-back\">",
        )
        .text(texts.put_back())
        .raw("</button></p>");
}
