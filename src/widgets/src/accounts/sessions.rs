//! Where the customer is signed in.

use super::state::{Account, Model};
use crate::html::Html;

/// Each place with the way to end it; this one ends by signing out.
pub(super) fn write(html: &mut Html, account: Account, model: &Model) {
    if model.sessions.is_empty() {
        return;
    }
    let texts = account.texts();
    html.raw("<h3 tabindex=\"-1\">")
        .text(texts.sessions())
        .raw("</h3><ul>");
    for place in &model.sessions {
        let device = place.name(account);
        html.raw("<li class=\"device\" part=\"device\"><div><p class=\"device-name\">")
            .text(device)
            .raw("</p><p class=\"seen\">")
            .text(&if place.current {
                texts.this_device().to_owned()
            } else {
                texts.seen(&place.seen)
            })
            .raw("</p></div>");
        if !place.current {
            html.raw("<button type=\"button\" class=\"button\" part=\"button\" data-do=\"end\" data-session=\"")
                .text(&place.id)
                .raw("\">")
                .text(texts.end())
                .raw("<span class=\"vh\"> ")
                .text(device)
                .raw("</span></button>");
        }
        html.raw("</li>");
    }
    html.raw("</ul>");
}

impl super::state::Place {
    /// What the place is called.
    pub(super) fn name(&self, account: Account) -> &str {
        if self.device.is_empty() {
            account.texts().unknown_device()
        } else {
            &self.device
        }
    }
}
