//! The filters that are on, each a link that takes it off.

use super::state::{Model, State};
use crate::html::Html;
use crate::languages::own_name;
use bookplate_wire::reviews::ReviewsQuery;

/// One removable chip a filter, and one link to be rid of all.
pub(super) fn write(html: &mut Html, state: State, model: &Model) {
    let chips = chips(state, model);
    if chips.is_empty() {
        return;
    }
    html.raw("<span class=\"label\" id=\"filters\">")
        .text(state.texts().filters())
        .raw("</span><ul aria-labelledby=\"filters\">");
    for (words, without) in &chips {
        html.raw("<li><a class=\"chip\" part=\"chip\" data-swap=\"\" href=\"")
            .text(&model.href(without))
            .raw("\"><span class=\"vh\">")
            .text(state.texts().remove())
            .raw(" </span><span>")
            .text(words)
            .raw("</span><span class=\"cross\" aria-hidden=\"true\"></span></a></li>");
    }
    if chips.len() > 1 {
        html.raw("<li>");
        clear(html, state, model);
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// Writes the link that takes all filters off and keeps the order.
pub(super) fn clear(html: &mut Html, state: State, model: &Model) {
    html.raw("<a class=\"clear\" part=\"clear\" data-swap=\"\" href=\"")
        .text(&model.href(&model.unfiltered()))
        .raw("\">")
        .text(state.texts().clear())
        .raw("</a>");
}

/// Each filter's words, and the query without it.
fn chips(state: State, model: &Model) -> Vec<(String, ReviewsQuery)> {
    let texts = state.texts();
    let query = &model.query;
    let mut chips = Vec::new();
    let mut push = |words: String, take_off: fn(&mut ReviewsQuery)| {
        let mut without = model.start();
        take_off(&mut without);
        chips.push((words, without));
    };
    if let Some(stars) = query.stars {
        push(texts.stars(stars.into()), |query| query.stars = None);
    }
    if let Some(language) = &query.language {
        push(own_name(language).to_owned(), |query| query.language = None);
    }
    if query.verified {
        push(texts.verified_only().to_owned(), |query| {
            query.verified = false
        });
    }
    if query.photos {
        push(texts.photos_only().to_owned(), |query| query.photos = false);
    }
    if !query.search.is_empty() {
        push(texts.quoted(&query.search), |query| query.search.clear());
    }
    chips
}
