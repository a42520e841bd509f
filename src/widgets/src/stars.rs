//! A rating drawn as five stars.

use crate::numbers::grouped;
use leptos::prelude::*;

/// One star on a grid of 20 by 20, the first of five in a row that are 22 apart.
const STAR: &str = "l2.6 5.7 6.2.7-4.6 4.2 1.3 6.1-5.5-3.1-5.5 3.1 1.3-6.1-4.6-4.2 6.2-.7z";

/// Five stars, filled up to exactly `tenths` of a star.
///
/// A picture with `label` as its words; where these stand next to it anyway, `label` is empty.
#[component]
pub(crate) fn Stars(tenths: u8, label: String) -> impl IntoView {
    let picture = picture(tenths);
    if label.is_empty() {
        view! { <span class="stars" part="stars" aria-hidden="true" inner_html=picture></span> }
            .into_any()
    } else {
        view! { <span class="stars" part="stars" role="img" aria-label=label inner_html=picture></span> }
            .into_any()
    }
}

/// The drawing as one string: in the browser that is one node to hydrate instead of four.
///
/// The inner `svg` cuts its stars off at its width. That needs neither a style attribute, which a
/// Content-Security-Policy forbids, nor an id, which would have to differ for every review.
fn picture(tenths: u8) -> String {
    let width = grouped(filled(tenths));
    let mut out = String::from("<svg viewBox=\"0 0 108 20\"><path d=\"");
    push_stars(&mut out);
    out.push_str("\"/><svg width=\"");
    out.push_str(&width);
    out.push_str("\" height=\"20\"><path d=\"");
    push_stars(&mut out);
    out.push_str("\"/></svg></svg>");
    out
}

/// How much of the row's width is filled: the gaps between stars count for nothing.
fn filled(tenths: u8) -> u32 {
    let tenths = u32::from(tenths.min(50));
    tenths / 10 * 22 + tenths % 10 * 2
}

fn push_stars(out: &mut String) {
    out.push_str("M10 1.5");
    out.push_str(STAR);
    for _ in 1..5 {
        out.push_str("m22 0");
        out.push_str(STAR);
    }
}

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
