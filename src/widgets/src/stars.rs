//! A rating drawn as five stars.

use crate::html::Html;
use crate::numbers::grouped;

/// Writes five stars, filled up to exactly `tenths` of a star, and their outline for all that follow.
///
/// They are a picture with `label` as its words; where the words stand next to it anyway, `label` is
/// empty. The inner `svg` cuts its stars off at its width: that needs no style attribute, which a
/// Content-Security-Policy forbids.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) fn first(html: &mut Html, tenths: u8, label: &str) {
    begin(html, label);
    html.raw("<path id=\"stars\" d=\"").raw(FIVE).raw("\"/>");
    end(html, tenths);
}

/// Writes stars again, with the outline that [`first`] has left in the same shadow root: it is long, and
/// a list has it in every entry.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) fn again(html: &mut Html, tenths: u8, label: &str) {
    begin(html, label);
    html.raw("<use href=\"#stars\"/>");
    end(html, tenths);
}

/// Stars with an outline of their own, for pages that draw few of them.
pub fn alone(tenths: u8, label: &str) -> String {
    let mut html = Html::default();
    begin(&mut html, label);
    html.raw("<path d=\"")
        .raw(FIVE)
        .raw("\"/><svg width=\"")
        .text(&grouped(filled(tenths)))
        .raw("\" height=\"20\"><path d=\"")
        .raw(FIVE)
        .raw("\"/></svg></svg></span>");
    html.finish()
}

fn begin(html: &mut Html, label: &str) {
    html.raw("<span class=\"stars\" part=\"stars\" ");
    if label.is_empty() {
        html.raw("aria-hidden=\"true\">");
    } else {
        html.raw("role=\"img\" aria-label=\"")
            .text(label)
            .raw("\">");
    }
    html.raw("<svg viewBox=\"0 0 108 20\">");
}

#[cfg(any(feature = "ssr", feature = "hydrate"))]
fn end(html: &mut Html, tenths: u8) {
    html.raw("<svg width=\"")
        .text(&grouped(filled(tenths)))
        .raw("\" height=\"20\"><use href=\"#stars\"/></svg></svg></span>");
}

/// How much of the row's width is filled: the gaps between stars count for nothing.
fn filled(tenths: u8) -> u32 {
    let tenths = u32::from(tenths.min(50));
    tenths / 10 * 22 + tenths % 10 * 2
}

/// The outline of one star from its top, on a grid of 20 by 20.
macro_rules! star {
    () => {
        "l2.6 5.7 6.2.7-4.6 4.2 1.3 6.1-5.5-3.1-5.5 3.1 1.3-6.1-4.6-4.2 6.2-.7z"
    };
}

/// The same as text.
pub(crate) const ONE: &str = star!();

/// Five of them in a row, 22 apart.
const FIVE: &str = concat!(
    "M10 1.5",
    star!(),
    "m22 0",
    star!(),
    "m22 0",
    star!(),
    "m22 0",
    star!(),
    "m22 0",
    star!()
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_filled_to_the_tenth() {
        assert_eq!(filled(0), 0);
        assert_eq!(filled(5), 10);
        assert_eq!(filled(43), 4 * 22 + 6);
        assert_eq!(filled(50), 110);
        assert_eq!(filled(200), 110);
    }
}
