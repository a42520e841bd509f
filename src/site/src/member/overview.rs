//! The first page: who it is, and what is new.

use super::orders;
use crate::context::Site;
use crate::page::{Content, Overview};
use bookplate_widgets::{dates, texts};
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Overview(overview) = content else {
        return None;
    };
    Some(view(site, overview))
}

fn view(site: Site, overview: &Overview) -> AnyView {
    let texts = texts::Member(site.lang);
    let heading = if overview.name.is_empty() {
        texts.greeting_nameless().to_owned()
    } else {
        texts.greeting(&overview.name)
    };
    let since = texts.since(&dates::long(site.lang, &overview.since));
    let list = if overview.orders.is_empty() {
        view! { <p class="empty">{texts.no_orders()}</p> }.into_any()
    } else {
        let all = site.href(&site.path("orders"));
        view! {
            {orders::list(site, &overview.orders, &overview.book_url, "h3")}
            <p><a class="go" href=all>{texts.all_orders()}</a></p>
        }
        .into_any()
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p class="quiet">{since}</p>
        <h2>{texts.latest_orders()}</h2>
        {list}
    }
    .into_any()
}
