//! The question how likely a recommendation of the shop is: a card that asks once, and that can be put away.

use crate::context::Site;
use crate::page::{NpsCard, Place};
use bookplate_widgets::nps::{self, Card};
use leptos::prelude::*;

/// The card.
pub(super) fn card(site: Site, card: &NpsCard) -> AnyView {
    let shop = site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.shop.clone(),
        Place::Nowhere | Place::Console(_) => String::new(),
    });
    let action = site.href(&site.path(""));
    let html = nps::card(
        site.lang,
        &Card {
            ask: &card.ask,
            shop: &shop,
            action: Some(&action),
            score: card.score,
            comment: &card.comment,
            wrong: card.wrong,
        },
    );
    view! { <div inner_html=html></div> }.into_any()
}
