//! A window that a page of the shop's has opened, to get to know who is signed in.
//!
//! Its forms are documents of their own (`data-plain`): `site.js` gives the page what it gets, also without wasm.

use crate::context::Site;
use crate::page::{Connect, Content, Place};
use bookplate_widgets::texts::Login;
use leptos::prelude::*;

/// The page, if `content` is its. The page for signing in becomes it, too.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Connect(connect) = content else {
        return None;
    };
    let shop = site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.shop.clone(),
        Place::Nowhere | Place::Console(_) => String::new(),
    });
    Some(match connect.code.clone() {
        Some(code) => done(site, &shop, connect, code),
        None => ask(site, &shop, connect),
    })
}

fn ask(site: Site, shop: &str, connect: &Connect) -> AnyView {
    let texts = Login(site.lang);
    let address = site.page.with_untracked(|page| page.address.clone());
    let back = address.clone();
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{texts.connect(shop)}</h1>
            <p>{texts.connect_hint(shop)}</p>
            <form method="post" action=address data-plain="">
                <button type="submit" class="button primary">
                    {texts.connect_as(&connect.name)}
                </button>
            </form>
            <form class="part" method="post" action=site.href(&site.path("sign-out"))>
                <input type="hidden" name="back" value=back />
                <button type="submit" class="button">{texts.connect_other()}</button>
            </form>
        </div>
    }
    .into_any()
}

fn done(site: Site, shop: &str, connect: &Connect, code: String) -> AnyView {
    let texts = Login(site.lang);
    view! {
        <div class="narrow" data-handover=code data-opener=connect.opener.clone()>
            <h1 tabindex="-1">{texts.connected(shop)}</h1>
            <p>{texts.connected_hint()}</p>
        </div>
    }
    .into_any()
}
