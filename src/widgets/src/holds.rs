//! Why a review waits for somebody to look at it, in words for the staff.

use crate::dates;
use crate::html::Html;
use crate::texts::Moderation;
use bookplate_wire::Lang;
use bookplate_wire::reviews::holds::{Hold, HoldReason};

/// A few words for `reason`.
pub fn short(lang: Lang, reason: HoldReason) -> &'static str {
    let texts = Moderation(lang);
    match reason {
        HoldReason::Link => texts.hold_link(),
        HoldReason::Phone => texts.hold_phone(),
        HoldReason::Words => texts.hold_words(),
        HoldReason::Burst => texts.hold_burst(),
        HoldReason::Network => texts.hold_network(),
        HoldReason::Unpublished => texts.hold_unpublished(),
    }
}

/// A sentence for `hold`, as HTML: what stands in the text itself is marked.
pub fn words(lang: Lang, hold: &Hold) -> String {
    let texts = Moderation(lang);
    let one = hold.found.first().map_or("", String::as_str);
    let mut html = Html::default();
    match hold.reason {
        HoldReason::Burst => html.text(&texts.held_burst(one.parse().unwrap_or_default())),
        HoldReason::Network => html.text(&texts.held_network(one.parse().unwrap_or_default())),
        HoldReason::Unpublished => html.text(&texts.held_unpublished(&dates::long(lang, one))),
        HoldReason::Link | HoldReason::Phone | HoldReason::Words => {
            html.text(short(lang, hold.reason)).raw(":");
            for found in &hold.found {
                html.raw(" <mark dir=\"auto\">").text(found).raw("</mark>");
            }
            &mut html
        }
    };
    html.finish()
}
