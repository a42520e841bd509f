//! A shop's rewards: the list, and the form to write one.

use super::besides_form::said;
use super::{fault, here, readonly};
use crate::console_page::{RewardPage, RewardsPage};
use crate::context::Site;
use crate::forms::{Line, choice};
use crate::member::{reward_line, reward_minimum};
use bookplate_widgets::texts::{self, Pages};
use bookplate_widgets::{dates, numbers};
use bookplate_wire::Lang;
use bookplate_wire::points::rewards::{Reward, RewardKind, name_in};
use leptos::prelude::*;

/// The names of the fields with the reward's names, in the order of [`Lang::ALL`].
const NAMES: [&str; 4] = ["name-zh-CN", "name-zh-TW", "name-en", "name-ja"];

/// The word for a kind.
pub(super) fn kind(lang: Lang, kind: RewardKind) -> &'static str {
    let texts = texts::Rewards(lang);
    match kind {
        RewardKind::AmountOff => texts.amount_kind(),
        RewardKind::PercentOff => texts.percent_kind(),
        RewardKind::FreeShipping => texts.free_shipping(),
        RewardKind::Gift => texts.gift(),
        RewardKind::EventSeat => texts.event_seat(),
    }
}

pub(super) fn list(site: Site, page: &RewardsPage) -> AnyView {
    let texts = texts::Rewards(site.lang);
    let lines: Vec<_> = page
        .rewards
        .iter()
        .map(|reward| line(site, page, reward))
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.console_none()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let new = page.may_change.then(|| {
        let href = here(site, "rewards/new");
        view! { <p class="add"><a class="button primary" href=href>{texts.new_reward()}</a></p> }
    });
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.console_hint()}</p>
        {readonly(site, page.may_change)}
        {new}
        {list}
    }
    .into_any()
}

fn line(site: Site, page: &RewardsPage, reward: &Reward) -> AnyView {
    let texts = texts::Rewards(site.lang);
    let content = &reward.content;
    let name = name_in(&content.names, site.lang).to_owned();
    let count = numbers::points(reward.taken.into());
    let taken = match content.stock {
        Some(stock) => texts.of_stock(&count, &numbers::points(stock.into())),
        None => texts.taken(&count),
    };
    let gives = reward_line(site, &content.gives);
    let minimum = reward_minimum(site, &content.gives).map(|words| view! { <p>{words}</p> });
    let day = |label: &str, day: &str| {
        let words = said(site.lang, label, &dates::long(site.lang, day));
        (!day.is_empty()).then(|| view! { <span>{words}</span> " " })
    };
    let tier = (!content.tier.is_empty()).then(|| {
        let mut names = page.tiers.iter();
        let named = names.find(|(id, _)| *id == content.tier);
        let name = named.map_or(content.tier.as_str(), |(_, names)| {
            name_in(names, site.lang)
        });
        view! { <span dir="auto">{texts.from_tier(name)}</span> " " }
    });
    let hidden = (!content.active).then(|| view! { <span>{texts.hidden()}</span> " " });
    let edit = page.may_change.then(|| {
        let href = here(site, &format!("rewards/{}", reward.id));
        let label = format!("{}: {name}", texts.edit());
        view! { <a class="button" href=href aria-label=label>{texts.edit()}</a> }
    });
    view! {
        <li class="row">
            <div class="what">
                <p class="title" dir="auto">{name.clone()}</p>
                <p>{gives} " · " {texts.price(&numbers::points(content.points.into()))}</p>
                {minimum}
                <p class="quiet">
                    <span>{taken}</span> " " {tier} {hidden} {day(texts.from(), &content.from)}
                    {day(texts.until_label(), &content.until)}
                </p>
            </div>
            {edit}
        </li>
    }
    .into_any()
}

pub(super) fn form(site: Site, page: &RewardPage) -> AnyView {
    let texts = texts::Rewards(site.lang);
    let form = &page.form;
    let wrong = |field: &str| fault(&page.faults, field, texts.fault());
    let line = |name: &'static str, field: &str, label: &str, value: &str, hint: &str| {
        Line {
            name,
            label,
            value,
            kind: if matches!(name, "from" | "until") {
                "date"
            } else {
                "text"
            },
            autocomplete: "off",
            hint,
            fault: wrong(field),
        }
        .view()
    };
    let names = NAMES.into_iter().zip(Lang::ALL).zip(&form.names);
    let names: Vec<_> = names
        .map(|((name, lang), value)| {
            line(name, "", &texts.name_in(Pages(lang).own_name()), value, "")
        })
        .collect();
    let wrong_names = wrong("names").map(|words| view! { <p class="fault">{words.to_owned()}</p> });
    let kinds = RewardKind::ALL.map(|one| {
        let chosen = form.kind == one.as_str();
        choice("radio", "kind", one.as_str(), kind(site.lang, one), chosen)
    });
    // One that the rules do not have any more is there as it was.
    let known = page.tiers.iter().any(|(id, _)| *id == form.tier) || form.tier.is_empty();
    let lost = (!known).then(|| (form.tier.clone(), form.tier.clone()));
    let named = page.tiers.iter().map(|(id, names)| {
        let name = name_in(names, site.lang).to_owned();
        (id.clone(), name)
    });
    let everybody = (String::new(), texts.all_tiers().to_owned());
    let options = std::iter::once(everybody).chain(named).chain(lost);
    let options: Vec<_> = options
        .map(|(id, name)| {
            let chosen = id == form.tier;
            view! { <option value=id selected=chosen>{name}</option> }
        })
        .collect();
    let wrong_tier = wrong("tier").map(|words| view! { <p class="fault">{words.to_owned()}</p> });
    let tiers = (options.len() > 1).then(|| {
        view! {
            <div class="field">
                <label for="tier">{texts.tier()}</label>
                <select id="tier" name="tier">{options}</select>
                {wrong_tier}
            </div>
        }
    });
    let (heading, place) = match &page.id {
        None => (texts.new_reward(), "rewards/new".to_owned()),
        Some(id) => (texts.edit(), format!("rewards/{id}")),
    };
    view! {
        <h1 tabindex="-1">{heading}</h1>
        <form method="post" action=here(site, &place) class="part stack">
            <fieldset class="plain stack">
                <legend>{texts.names_hint()}</legend>
                {wrong_names}
                {names}
            </fieldset>
            <fieldset class="plain stack">
                <legend>{texts.kind()}</legend>
                {kinds.into_iter().collect::<Vec<_>>()}
            </fieldset>
            {line("amount", "gives.amount", texts.amount(), &form.amount, texts.money_hint())}
            {line("percent", "gives.percent", texts.percent(), &form.percent, texts.percent_hint())}
            {line("minimum", "gives.minimum", texts.minimum_label(), &form.minimum, texts.minimum_hint())}
            {line("currency", "currency", texts.currency(), &form.currency, "")}
            {line("points", "points", texts.points(), &form.points, "")}
            {line("stock", "stock", texts.stock(), &form.stock, texts.stock_hint())}
            {line("from", "from", texts.from(), &form.from, "")}
            {line("until", "until", texts.until_label(), &form.until, "")}
            {line("valid_days", "valid_days", texts.valid_days(), &form.valid_days, texts.valid_hint())}
            {tiers}
            {choice("checkbox", "active", "1", texts.active(), form.active)}
            <button type="submit" class="button primary">{texts.save()}</button>
        </form>
    }
    .into_any()
}
