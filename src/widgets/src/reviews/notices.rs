//! What stands in place of reviews, or next to them, when something is missing.

use super::filters;
use super::state::{Model, Phase, State};
use crate::html::Html;

/// The book has reviews, but the filters leave none.
pub(super) fn no_match(html: &mut Html, state: State, model: &Model) {
    if model.cards.is_empty() && model.query.is_filtered() {
        html.raw("<p>")
            .text(state.texts().no_match())
            .raw("</p><p>");
        filters::clear(html, state, model);
        html.raw("</p>");
    }
}

/// A request has failed: says so, keeps what is shown, and offers another try.
pub(super) fn problem(html: &mut Html, state: State, model: &Model) {
    if let Phase::Failed { offline, .. } = model.phase {
        let common = state.common();
        html.raw("<p>")
            .text(if offline {
                common.offline()
            } else {
                common.failed()
            })
            .raw("</p><button type=\"button\" class=\"button\" part=\"button\" data-retry=\"\">")
            .text(common.retry())
            .raw("</button>");
    }
}
