//! The customer's points: how many there are, and why.

use super::{invite, tiers};
use crate::context::Site;
use crate::page::{Content, PointsView};
use bookplate_widgets::html::Html;
use bookplate_widgets::{card, statement, texts, tiers as tier_words};
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
        let colon = texts::Common(site.lang).colon();
        view! { <p>{heading} {colon} <strong dir="auto">{tier_words::named(site.lang, standing).to_owned()}</strong></p> }
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
    let mut html = Html::default();
    statement::figures(&mut html, site.lang, balance);
    view! { <div inner_html=html.finish()></div> }.into_any()
}

fn view(site: Site, page: &PointsView) -> AnyView {
    let texts = texts::Points(site.lang);
    let link = |kind: Option<EntryKind>, words: &'static str| {
        let current = (kind == page.kind).then_some("page");
        view! { <li><a href=address(site, kind, None) aria-current=current>{words}</a></li> }
    };
    let kinds: Vec<_> = EntryKind::ALL
        .into_iter()
        .map(|kind| link(Some(kind), statement::kind(site.lang, kind)))
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
    let own_card = page.card.as_ref().map(|one| {
        let mut html = Html::default();
        card::card(&mut html, site.lang, one);
        view! { <div class="own-card" inner_html=html.finish()></div> }
    });
    let file = site.path("points.csv");
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {figures(site, &page.balance)}
        {to_rewards(site)}
        {tier}
        {own_card}
        {page.referral.as_ref().map(|referral| invite::own_part(site, referral))}
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

/// An entry of the statement, as a line of a list.
pub(crate) fn line(site: Site, entry: &PointsEntry) -> AnyView {
    let mut html = Html::default();
    statement::entry(&mut html, site.lang, entry);
    view! { <li class="row entry" inner_html=html.finish()></li> }.into_any()
}
