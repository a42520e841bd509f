//! The customer's tier: what it gives, what the next one and keeping this one take, and how it was come to.

use crate::context::Site;
use crate::page::TiersView;
use bookplate_widgets::html::Html;
use bookplate_widgets::{dates, texts, tiers};
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::tiers::{
    ONCE, Tier, TierChange, TierChangeKind, TierPeriod, TierRules, TierStanding, words_in,
};
use leptos::prelude::*;

/// The tier, and all that is said of it.
pub(super) fn view(site: Site, standing: &TierStanding, page: &TiersView) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let celebration = page.celebrate.then(|| celebration(site, standing));
    let rules = page.rules.as_ref();
    let all = rules.filter(|rules| rules.levels.len() > 1);
    let all = all.map(|rules| {
        let levels: Vec<_> = rules
            .levels
            .iter()
            .map(|tier| of_tier(site, rules, tier, tier.id == standing.tier))
            .collect();
        view! {
            <details class="more">
                <summary>{texts.all()}</summary>
                <ol class="rows">{levels}</ol>
            </details>
        }
    });
    view! {
        {celebration}
        <section class="tier" aria-labelledby="tier">
            <h2 id="tier">{texts.heading()}</h2>
            {figures(site, standing)}
            {privileges(site, standing)}
            {all}
            {history(site, &page.changes, texts.history())}
        </section>
    }
    .into_any()
}

/// Shown once, when a tier was just reached.
fn celebration(site: Site, standing: &TierStanding) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let until = (!standing.until.is_empty()).then(|| {
        let words = texts.new_text(&dates::long(site.lang, &standing.until));
        view! { <p>{words}</p> }
    });
    view! {
        <div class="reached" role="status">
            <p class="title" dir="auto">{texts.new_title(tiers::named(site.lang, standing))}</p>
            {until}
        </div>
    }
    .into_any()
}

/// Which tier it is, until when, and how far it is to the next one.
pub(crate) fn figures(site: Site, standing: &TierStanding) -> AnyView {
    let mut html = Html::default();
    tiers::figures(&mut html, site.lang, standing);
    view! { <div inner_html=html.finish()></div> }.into_any()
}

fn lines(privileges: &[String]) -> Option<AnyView> {
    let lines: Vec<_> = privileges
        .iter()
        .map(|line| view! { <li dir="auto">{line.clone()}</li> })
        .collect();
    (!lines.is_empty()).then(|| view! { <ul class="news">{lines}</ul> }.into_any())
}

fn privileges(site: Site, standing: &TierStanding) -> AnyView {
    let mut html = Html::default();
    tiers::privileges(&mut html, site.lang, standing);
    view! { <div inner_html=html.finish()></div> }.into_any()
}

fn of_tier(site: Site, rules: &TierRules, tier: &Tier, is_held: bool) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let say = |value| tiers::amount(site.lang, rules.measure, &rules.currency, value);
    let words = words_in(&tier.words, site.lang);
    let name = words.map_or_else(String::new, |words| words.name.clone());
    let takes = if tier.threshold == 0 {
        texts.everybody().to_owned()
    } else {
        match rules.period {
            TierPeriod::Rolling => texts.takes_rolling(&say(tier.threshold)),
            TierPeriod::Calendar => texts.takes_calendar(&say(tier.threshold)),
        }
    };
    let keeps = tier.renewal.map(|renewal| {
        view! { " · " {texts.keeps(&say(renewal))} }
    });
    let times = (tier.multiplier > ONCE)
        .then(|| view! { <p>{texts.times(&tiers::times(tier.multiplier))}</p> });
    let current = is_held.then_some("true");
    view! {
        <li class="row" aria-current=current>
            <div class="what">
                <p class="title" dir="auto">{name}</p>
                <p>{takes} {keeps}</p>
                {times}
                {words.and_then(|words| lines(&words.privileges))}
            </div>
        </li>
    }
    .into_any()
}

/// How a tier was come to, line by line; nothing where there is nothing to tell.
pub(crate) fn history(
    site: Site,
    changes: &[TierChange],
    heading: &'static str,
) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    let lines: Vec<_> = changes.iter().map(|change| line(site, change)).collect();
    Some(
        view! {
            <details class="more">
                <summary>{heading}</summary>
                <ol class="rows">{lines}</ol>
            </details>
        }
        .into_any(),
    )
}

fn line(site: Site, change: &TierChange) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let day = |day: &str| dates::long(site.lang, day);
    let say = |value| tiers::amount(site.lang, change.measure, &change.currency, value);
    let tier = name_in(&change.names, site.lang);
    let (figure, needed) = (say(change.figure), say(change.needed));
    let words = match change.kind {
        TierChangeKind::Reached => texts.why_reached(tier, &figure, &needed),
        TierChangeKind::Renewed => texts.why_renewed(tier, &figure, &needed),
        TierChangeKind::Lowered if change.tier.is_empty() => texts.why_ended().to_owned(),
        TierChangeKind::Lowered => texts.why_lowered(tier, &figure, &needed),
        TierChangeKind::Withdrawn => {
            texts.why_withdrawn(tier, &day(&change.ends), &figure, &needed)
        }
    };
    let counted = texts.counted_from(&day(&change.counted_from), &day(&change.counted_to));
    let rule = texts::Points(site.lang).rule(&change.version.to_string());
    view! {
        <li class="row entry">
            <div class="what">
                <p class="title" dir="auto">{words}</p>
                <p class="quiet">
                    <time datetime=change.on.clone()>{day(&change.on)}</time> " "
                    <span>{counted}</span> " " <span>{rule}</span>
                </p>
            </div>
        </li>
    }
    .into_any()
}
