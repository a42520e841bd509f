//! The customer's points: how many there are, and why.

use super::tiers;
use crate::context::Site;
use crate::page::{Content, PointsView};
use bookplate_widgets::{dates, money, numbers, texts};
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::rules::{BASE, FIRST_ORDER, SIGN_UP};
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntry};
use leptos::prelude::*;

/// The page, if `content` is its.
pub(super) fn show(site: Site, content: &Content) -> Option<AnyView> {
    let Content::Points(page) = content else {
        return None;
    };
    Some(view(site, page))
}

/// The address of the statement, of the entries of one kind, from behind `after`.
fn address(site: Site, kind: Option<EntryKind>, after: Option<&str>) -> String {
    let mut path = site.path("points");
    let kind = kind.map(|kind| format!("kind={}", kind.as_str()));
    let after = after.map(|after| format!("after={after}"));
    let query: Vec<String> = kind.into_iter().chain(after).collect();
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    site.href(&path)
}

/// What the customer has, and the way to the rest.
pub(super) fn in_few_words(site: Site, balance: &PointsBalance) -> AnyView {
    let texts = texts::Points(site.lang);
    let tier = balance.tier.as_ref().map(|standing| {
        let heading = texts::Tiers(site.lang).heading();
        view! { <p>{heading} ": " <strong dir="auto">{tiers::named(site, standing)}</strong></p> }
    });
    view! {
        {figures(site, balance)}
        {tier}
        <p><a class="go" href=address(site, None, None)>{texts.all_points()}</a></p>
        {to_rewards(site)}
    }
    .into_any()
}

/// The way to what points are given for.
fn to_rewards(site: Site) -> AnyView {
    let href = site.href(&site.path("rewards"));
    view! { <p><a class="go" href=href>{texts::Rewards(site.lang).all_rewards()}</a></p> }
        .into_any()
}

/// How many points there are, what they are worth, and what becomes of them.
pub(crate) fn figures(site: Site, balance: &PointsBalance) -> AnyView {
    let texts = texts::Points(site.lang);
    let number = |points: i64| texts.number(&numbers::points(points));
    let worth = balance.worth.iter().filter(|worth| worth.amount > 0);
    let worth: Vec<_> = worth
        .map(|worth| {
            let words = texts.worth(&money::written(site.lang, worth));
            view! { <p class="quiet">{words}</p> }
        })
        .collect();
    let pending = (balance.pending > 0).then(|| {
        view! {
            <div class="row">
                <div class="what">
                    <p class="title">{texts.pending()} " " {number(balance.pending)}</p>
                    <p class="quiet">{texts.pending_hint()}</p>
                </div>
            </div>
        }
    });
    let expires = balance.expires.as_ref().map(|expires| {
        let points = numbers::points(expires.points);
        let words = texts.expires(&points, &dates::long(site.lang, &expires.until));
        view! { <p>{words}</p> }
    });
    let owes = (balance.available < 0).then(|| view! { <p>{texts.owes()}</p> });
    view! {
        <div class="rows">
            <div class="row">
                <div class="what">
                    <p class="title">{texts.available()} " " {number(balance.available)}</p>
                    {worth}
                    {owes}
                    {expires}
                </div>
            </div>
            {pending}
        </div>
    }
    .into_any()
}

fn view(site: Site, page: &PointsView) -> AnyView {
    let texts = texts::Points(site.lang);
    let link = |kind: Option<EntryKind>, words: &'static str| {
        let current = (kind == page.kind).then_some("page");
        view! { <li><a href=address(site, kind, None) aria-current=current>{words}</a></li> }
    };
    let kinds: Vec<_> = EntryKind::ALL
        .into_iter()
        .map(|kind| link(Some(kind), kind_words(site, kind)))
        .collect();
    let entries = page.page.entries.iter();
    let lines: Vec<_> = entries.map(|entry| line(site, entry)).collect();
    let list = if lines.is_empty() {
        let words = if page.kind.is_some() {
            texts.none_of_kind()
        } else {
            texts.none()
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let older = page.page.next.as_deref().map(|next| {
        let href = address(site, page.kind, Some(next));
        view! { <a class="button" href=href rel="next">{texts.older()}</a> }
    });
    let latest = (!page.first).then(|| {
        view! { <a class="go" href=address(site, page.kind, None)>{texts.latest()}</a> }
    });
    // Whoever reads on in the statement, or a part of it, has seen the tier.
    let tier = page.balance.tier.as_ref().zip(page.tiers.as_ref());
    let tier = tier.filter(|_| page.first && page.kind.is_none());
    let tier = tier.map(|(standing, view)| tiers::view(site, standing, view));
    let file = site.path("points.csv");
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {figures(site, &page.balance)}
        {to_rewards(site)}
        {tier}
        <h2>{texts.statement()}</h2>
        <nav class="tabs" aria-label=texts.kinds()>
            <ul>{link(None, texts.all())} {kinds}</ul>
        </nav>
        {list}
        <p class="actions">{older} {latest}</p>
        <p>
            <a class="button" href=file download="points.csv" rel="external">
                {texts.download()}
            </a>
        </p>
    }
    .into_any()
}

/// What a kind of entry is called.
fn kind_words(site: Site, kind: EntryKind) -> &'static str {
    let texts = texts::Points(site.lang);
    match kind {
        EntryKind::Earned => texts.earned(),
        EntryKind::Matured => texts.matured(),
        EntryKind::TakenBack => texts.taken_back(),
        EntryKind::Expired => texts.expired(),
        EntryKind::Adjusted => texts.adjusted(),
        EntryKind::Held => texts.held(),
        EntryKind::Released => texts.released(),
        EntryKind::Spent => texts.spent_kind(),
        EntryKind::Returned => texts.returned(),
        EntryKind::Recovered => texts.recovered(),
        EntryKind::Redeemed => texts.redeemed(),
        EntryKind::Cancelled => texts.cancelled(),
    }
}

/// Why an entry is there.
fn why(site: Site, entry: &PointsEntry) -> String {
    let texts = texts::Points(site.lang);
    let order = &entry.order;
    let reward = name_in(&entry.reward, site.lang);
    match entry.kind {
        EntryKind::Earned => match &entry.rule {
            Some(rule) if rule.id == SIGN_UP => texts.why_sign_up().to_owned(),
            Some(rule) if rule.id == FIRST_ORDER => texts.why_first_order(order),
            Some(rule) if !rule.tier.is_empty() => {
                let tier = name_in(&rule.tier, site.lang);
                texts::Tiers(site.lang).why_tier(tier, order)
            }
            Some(rule) if rule.id != BASE => texts.why_bonus(&rule.name, order),
            _ => texts.why_base(order),
        },
        EntryKind::Matured => texts.why_matured(order),
        EntryKind::TakenBack => texts.why_taken_back(order),
        EntryKind::Expired => texts.why_expired().to_owned(),
        EntryKind::Adjusted => texts.why_adjusted().to_owned(),
        EntryKind::Held => texts.why_held().to_owned(),
        EntryKind::Released => texts.why_released().to_owned(),
        EntryKind::Spent => texts.why_spent(order),
        EntryKind::Returned => texts.why_returned(order),
        EntryKind::Recovered => texts.why_recovered().to_owned(),
        EntryKind::Redeemed => texts.why_redeemed(reward),
        EntryKind::Cancelled => texts.why_cancelled(reward),
    }
}

fn signed(points: i64) -> String {
    let sign = if points > 0 { "+" } else { "" };
    [sign, &numbers::points(points)].concat()
}

/// An entry of the statement, as a line of a list.
pub(crate) fn line(site: Site, entry: &PointsEntry) -> AnyView {
    let texts = texts::Points(site.lang);
    let title =
        (!entry.title.is_empty()).then(|| view! { <p dir="auto">{entry.title.clone()}</p> });
    let reason =
        (!entry.reason.is_empty()).then(|| view! { <p dir="auto">{entry.reason.clone()}</p> });
    let rule = entry.rule.as_ref().map(|rule| {
        let words = texts.rule(&rule.version.to_string());
        view! { <span>{words}</span> " " }
    });
    let missed = (entry.missed > 0).then(|| {
        let missed = numbers::points(entry.missed);
        let words = match entry.kind {
            EntryKind::TakenBack => texts.missed_spent(&missed),
            EntryKind::Recovered => texts.missed_recovered(&missed),
            _ => texts.missed_cap(&missed),
        };
        view! { <p class="quiet">{words}</p> }
    });
    // What only changes sides says so by its kind; the sum that can be used is what counts then.
    let change = if entry.available != 0 || entry.pending == 0 {
        signed(entry.available)
    } else {
        texts.change_pending(&signed(entry.pending))
    };
    view! {
        <li class="row entry">
            <div class="what">
                <p class="title">{change} " · " {why(site, entry)}</p>
                {title}
                {reason}
                {missed}
                <p class="quiet">
                    <time datetime=entry.on.clone()>{dates::long(site.lang, &entry.on)}</time> " "
                    {rule} <span>{texts.balance(&numbers::points(entry.balance))}</span>
                </p>
            </div>
        </li>
    }
    .into_any()
}
