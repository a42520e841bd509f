//! The customer's tier: what it gives, what the next one and keeping this one take, and how it was come to.

use crate::context::Site;
use crate::page::TiersView;
use bookplate_widgets::{dates, texts, tiers};
use bookplate_wire::points::rewards::name_in;
use bookplate_wire::points::tiers::{
    ONCE, Tier, TierChange, TierChangeKind, TierGoal, TierMeasure, TierPeriod, TierRules,
    TierStanding, words_in,
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
            <p class="title" dir="auto">{texts.new_title(&named(site, standing))}</p>
            {until}
        </div>
    }
    .into_any()
}

/// What the tier is called.
pub(super) fn named(site: Site, standing: &TierStanding) -> String {
    let words = words_in(&standing.words, site.lang);
    words.map_or_else(String::new, |words| words.name.clone())
}

/// Which tier it is, until when, and how far it is to the next one.
pub(crate) fn figures(site: Site, standing: &TierStanding) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let day = |day: &str| dates::long(site.lang, day);
    let since = (!standing.since.is_empty())
        .then(|| view! { <span>{texts.since(&day(&standing.since))}</span> " " });
    let until = (!standing.until.is_empty() && !standing.withdrawn)
        .then(|| view! { <span>{texts.until(&day(&standing.until))}</span> });
    let times = (standing.multiplier > ONCE)
        .then(|| view! { <p>{texts.times(&tiers::times(standing.multiplier))}</p> });
    let next = match &standing.next {
        Some(goal) => towards(site, standing, goal),
        None if standing.keeping.is_some() => {
            view! { <p class="quiet">{texts.top()}</p> }.into_any()
        }
        None => ().into_any(),
    };
    let hint = match standing.measure {
        TierMeasure::Spend => texts.spend_hint(&standing.currency),
        TierMeasure::Points => texts.points_hint().to_owned(),
        TierMeasure::Visits => texts.visits_hint().to_owned(),
    };
    view! {
        <p class="title named" dir="auto">{named(site, standing)}</p>
        <p class="quiet">{since} {until}</p>
        {times}
        {next}
        {keeping(site, standing)}
        <p class="quiet">{hint}</p>
    }
    .into_any()
}

/// How far it is to the next tier: a bar, and the same in words.
fn towards(site: Site, standing: &TierStanding, goal: &TierGoal) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let say = |value| tiers::amount(site.lang, standing.measure, &standing.currency, value);
    let (tier, missing) = (name_in(&goal.names, site.lang), say(goal.missing));
    let words = if goal.by.is_empty() {
        texts.next(&missing, tier)
    } else {
        texts.next_by(&missing, tier, &dates::long(site.lang, &goal.by))
    };
    let so_far = texts.counted(&say(goal.counted), &say(goal.needed));
    view! {
        <div class="towards">
            <p id="towards">{words}</p>
            <progress
                aria-labelledby="towards"
                max=goal.needed.to_string()
                value=goal.counted.clamp(0, goal.needed).to_string()
            ></progress>
            <p class="quiet">{so_far}</p>
        </div>
    }
    .into_any()
}

/// What keeping the tier takes, and until when it is held if it is not kept.
fn keeping(site: Site, standing: &TierStanding) -> Option<AnyView> {
    if standing.ends.is_empty() {
        return None;
    }
    let texts = texts::Tiers(site.lang);
    let day = |day: &str| dates::long(site.lang, day);
    let say = |value| tiers::amount(site.lang, standing.measure, &standing.currency, value);
    let Some(goal) = &standing.keeping else {
        return Some(view! { <p>{texts.gone(&day(&standing.ends))}</p> }.into_any());
    };
    let tier = name_in(&goal.names, site.lang);
    let so_far = texts.counted(&say(goal.counted), &say(goal.needed));
    let words = if standing.withdrawn {
        let going = texts.withdrawn(tier, &day(&standing.ends));
        let again = texts.again(&say(goal.missing));
        view! { <p>{going} " " {again}</p> }.into_any()
    } else if goal.missing > 0 {
        let words = texts.keep(&say(goal.missing), &day(&goal.by), tier, &day(&goal.until));
        let grace = (standing.ends != standing.until)
            .then(|| view! { <p class="quiet">{texts.grace(&day(&standing.ends))}</p> });
        view! {
            <p>{words}</p>
            {grace}
        }
        .into_any()
    } else {
        view! { <p>{texts.kept(tier, &day(&goal.until))}</p> }.into_any()
    };
    let so_far = (goal.missing > 0).then(|| view! { <p class="quiet">{so_far}</p> });
    Some(
        view! {
            <div class="keeping">{words} {so_far}</div>
        }
        .into_any(),
    )
}

fn lines(privileges: &[String]) -> Option<AnyView> {
    let lines: Vec<_> = privileges
        .iter()
        .map(|line| view! { <li dir="auto">{line.clone()}</li> })
        .collect();
    (!lines.is_empty()).then(|| view! { <ul class="news">{lines}</ul> }.into_any())
}

fn privileges(site: Site, standing: &TierStanding) -> Option<AnyView> {
    let words = words_in(&standing.words, site.lang)?;
    let lines = lines(&words.privileges)?;
    let heading = texts::Tiers(site.lang).privileges(&words.name);
    Some(
        view! {
            <h3>{heading}</h3>
            {lines}
        }
        .into_any(),
    )
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
