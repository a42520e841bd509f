//! How to get into the member centre.

use crate::context::Site;
use crate::page::{Content, Place};
use bookplate_widgets::texts;
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::SignIn(_) = content else {
        return None;
    };
    let place = site.page.with_untracked(|page| page.place.clone());
    let Place::Member(member) = place else {
        return None;
    };
    let texts = texts::Member(site.lang);
    let shown = view! {
        <div class="card narrow">
            <h1 tabindex="-1">{site.texts().sign_in()}</h1>
            <p>{texts.sign_in_at_shop(&member.shop)}</p>
            <p><a class="button primary" href=member.home>{texts.open_shop(&member.shop)}</a></p>
        </div>
    };
    Some(shown.into_any())
}
