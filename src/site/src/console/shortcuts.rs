//! What keys a page has, for who wants them. Nobody presses any of them by mistake, or by speaking, who has not switched them on.

use crate::context::Site;
use bookplate_widgets::texts;
use leptos::prelude::*;

/// The keys of a page with what they do, and the box that switches them on in this browser.
pub(super) fn view(site: Site, keys: &[(&'static str, &'static str)]) -> AnyView {
    let texts = texts::Moderation(site.lang);
    let keys: Vec<_> = keys
        .iter()
        .map(|(key, words)| view! { <div><dt><kbd>{*key}</kbd></dt><dd>{*words}</dd></div> })
        .collect();
    view! {
        <details class="more shortcuts">
            <summary>{texts.shortcuts()}</summary>
            <label class="choice">
                <input type="checkbox" data-shortcuts="" />
                <span>{texts.use_shortcuts()}</span>
            </label>
            <dl>{keys}</dl>
            <p class="hint">{texts.shortcuts_hint()}</p>
        </details>
    }
    .into_any()
}
