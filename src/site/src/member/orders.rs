//! All orders, page by page.

use crate::context::Site;
use crate::page::{Content, Orders, Place};
use bookplate_widgets::orders::{Ways, card};
use bookplate_widgets::texts;
use bookplate_wire::orders::Order;
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Orders(orders) = content else {
        return None;
    };
    Some(view(site, orders))
}

fn view(site: Site, orders: &Orders) -> AnyView {
    let texts = texts::Orders(site.lang);
    let path = site.path("orders");
    let older = orders.page.next.as_ref().map(|next| {
        let href = site.href(&format!("{path}?after={next}"));
        view! { <a class="button" href=href rel="next">{texts.older()}</a> }
    });
    let latest = (!orders.first).then(|| {
        view! { <a class="go" href=site.href(&path)>{texts.latest()}</a> }
    });
    let list = if orders.page.orders.is_empty() {
        view! { <p class="empty">{texts.empty()}</p> }.into_any()
    } else {
        list(site, &orders.page.orders, &orders.book_url, "h2")
    };
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {list}
        <p class="actions">{older} {latest}</p>
    }
    .into_any()
}

/// Orders as a list, each with a `heading` of its own. `book_url` is the address of a book in the shop, with `{isbn}`
/// in it, or empty.
pub(super) fn list(site: Site, orders: &[Order], book_url: &str, heading: &'static str) -> AnyView {
    let key = site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.key.clone(),
        Place::Nowhere | Place::Console(_) => String::new(),
    });
    let ways = Ways {
        lang: site.lang,
        api: "",
        key: &key,
        book_url,
        heading,
    };
    let entries: Vec<_> = orders
        .iter()
        .map(|order| view! { <li inner_html=card(&ways, order)></li> })
        .collect();
    view! { <ol class="orders">{entries}</ol> }.into_any()
}
