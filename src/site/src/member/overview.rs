//! The first page: who it is, and what is new.

use super::{feedback, nps, orders, points, reviews, shelf, wishlists};
use crate::context::Site;
use crate::page::{Content, Overview, Place};
use bookplate_widgets::{dates, texts};
use bookplate_wire::feedback::OwnCase;
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
    let points = overview.points.as_ref().map(|balance| {
        view! {
            <h2>{texts::Points(site.lang).heading()}</h2>
            {points::in_few_words(site, balance)}
        }
    });
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <p class="quiet">{since}</p>
        {unread(site)}
        {overview.nps.as_ref().map(|card| nps::card(site, card))}
        {points}
        <h2>{texts.latest_orders()}</h2>
        {list}
        <h2>{texts::Wishlists(site.lang).heading()}</h2>
        {wishlists::in_few_words(site, &overview.wishlists)}
        <h2>{texts::Writing(site.lang).heading()}</h2>
        {reviews::in_few_words(site, &overview.reviews)}
        {cases(site, &overview.cases)}
        <h2>{texts::Alerts(site.lang).shelf()}</h2>
        {shelf::in_few_words(site, &overview.shelf)}
    }
    .into_any()
}

/// The way to what the customer has not seen yet.
fn unread(site: Site) -> Option<AnyView> {
    let count = site.page.with_untracked(|page| match &page.place {
        Place::Member(member) => member.unread,
        Place::Nowhere | Place::Console(_) => 0,
    });
    let href = site.href(&site.path("notifications"));
    let words = texts::Member(site.lang);
    (count > 0).then(|| {
        let words = words.unread_notifications(count);
        view! { <p><a class="go" href=href>{words}</a></p> }.into_any()
    })
}

/// What the shop was asked to put right and has not yet.
fn cases(site: Site, cases: &[(String, OwnCase)]) -> Option<AnyView> {
    let texts = texts::Member(site.lang);
    let lines: Vec<_> = cases
        .iter()
        .map(|(day, case)| feedback::line(site, case, day))
        .collect();
    (!lines.is_empty()).then(|| {
        let shown = view! {
            <h2>{texts.open_cases()}</h2>
            <ul class="rows">{lines}</ul>
        };
        shown.into_any()
    })
}
