//! All orders, page by page.

use super::order;
use crate::context::Site;
use crate::page::{Content, Orders};
use bookplate_widgets::texts;
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
        order::list(site, &orders.page.orders, &orders.book_url, false)
    };
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {list}
        <p class="actions">{older} {latest}</p>
    }
    .into_any()
}
