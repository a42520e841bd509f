//! The membership card: its number, and a bright page of its own for a till to scan. The same in `<bookplate-points>` and in the
//! member centre.

#[cfg(feature = "hydrate")]
pub mod awake;

use crate::html::Html;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::points::cards::{Drawing, MemberCard};

/// What names the bright page among the elements around it.
const SCREEN: &str = "member-card";

/// The number, and the button that shows it brightly. What is shown then covers the window, is left by Escape or its button, and
/// needs no script: it is a popover. It stands in an element of the class `own-card`.
pub fn card(html: &mut Html, lang: Lang, card: &MemberCard) {
    let words = texts::Cards(lang);
    let number = spaced(&card.number);
    html.raw("<p class=\"card-line\"><span>")
        .text(words.heading())
        .raw(" <span class=\"card-number\">")
        .text(&number)
        .raw("</span></span> <button type=\"button\" class=\"button\" part=\"button\" popovertarget=\"")
        .raw(SCREEN)
        .raw("\">")
        .text(words.show())
        .raw("</button></p><div class=\"card-screen\" part=\"card\" popover role=\"dialog\" id=\"")
        .raw(SCREEN)
        .raw("\" aria-label=\"")
        .text(words.heading())
        .raw("\"><p class=\"card-hint\">")
        .text(words.hint())
        .raw("</p>");
    drawing(html, "card-bars", &card.barcode, &words.barcode(&number));
    drawing(html, "card-qr", &card.qr, &words.qr(&number));
    html.raw("<p class=\"card-number\">")
        .text(&number)
        .raw("</p><button type=\"button\" class=\"button\" part=\"button\" autofocus popovertargetaction=\"hide\" popovertarget=\"")
        .raw(SCREEN)
        .raw("\">")
        .text(words.close())
        .raw("</button></div>");
}

fn drawing(html: &mut Html, class: &'static str, drawing: &Drawing, words: &str) {
    html.raw("<svg class=\"")
        .raw(class)
        .raw("\" role=\"img\" preserveAspectRatio=\"none\" viewBox=\"0 0 ")
        .text(&crate::numbers::plain(drawing.width))
        .raw(" ")
        .text(&crate::numbers::plain(drawing.height))
        .raw("\" aria-label=\"")
        .text(words)
        .raw("\"><path d=\"")
        .text(&drawing.path)
        .raw("\"/></svg>");
}

/// In groups of four, as one reads it out. A number with letters is the shop's own, which has groups of its own or none.
pub(crate) fn spaced(number: &str) -> String {
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = String::with_capacity(number.len() + number.len() / 4);
    for (place, character) in number.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push(' ');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_say_the_number() {
        let drawing = |height| Drawing {
            width: 143,
            height,
            path: "M10 0h2v1h-2z".into(),
        };
        let shown = MemberCard {
            number: "9812345678901234".into(),
            barcode: drawing(1),
            qr: drawing(143),
        };
        let mut html = Html::default();
        card(&mut html, Lang::En, &shown);
        let html = html.finish();
        for part in [
            "aria-label=\"Bar code of 9812 3456 7890 1234\"",
            "viewBox=\"0 0 143 1\"",
            "viewBox=\"0 0 143 143\"",
            "popovertarget=\"member-card\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn a_shops_own_number_keeps_its_groups() {
        assert_eq!(spaced("IL00421001"), "IL00421001");
        assert_eq!(spaced("00421001"), "0042 1001");
    }
}
