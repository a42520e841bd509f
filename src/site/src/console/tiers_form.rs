//! Tiers among the rules of points: in words, and as a part of the form.

use crate::console_page::{TierRow, TiersForm};
use crate::context::Site;
use crate::forms::inside;
use bookplate_widgets::texts::{self, Pages};
use bookplate_widgets::{numbers, tiers};
use bookplate_wire::Lang;
use bookplate_wire::points::tiers::{TierMeasure, TierPeriod, TierRules, words_in};
use leptos::prelude::*;

fn measure(lang: Lang, measure: TierMeasure) -> &'static str {
    let texts = texts::Tiers(lang);
    match measure {
        TierMeasure::Spend => texts.spend(),
        TierMeasure::Points => texts.points_kind(),
        TierMeasure::Visits => texts.visits_kind(),
    }
}

/// What the tiers are, a line each.
pub(super) fn in_words(lang: Lang, rules: &TierRules) -> Vec<String> {
    let texts = texts::Tiers(lang);
    let say = |value| tiers::amount(lang, rules.measure, &rules.currency, value);
    let period = match rules.period {
        TierPeriod::Rolling => texts.rolling(),
        TierPeriod::Calendar => texts.calendar(),
    };
    let days = numbers::points(rules.grace_days.into());
    let mut lines = vec![texts.words_measure(measure(lang, rules.measure), period, &days)];
    lines.extend(rules.levels.iter().map(|tier| {
        let words = words_in(&tier.words, lang);
        let name = words.map_or("", |words| &words.name);
        let times = tiers::times(tier.multiplier);
        let mut line = if tier.threshold == 0 {
            texts.words_lowest(name, &times)
        } else {
            texts.words_tier(name, &say(tier.threshold), &say(tier.keep()), &times)
        };
        for privilege in words.into_iter().flat_map(|words| &words.privileges) {
            line.push_str(" · ");
            line.push_str(privilege);
        }
        line
    }));
    lines
}

/// The part of the form, and whether something in it is wrong.
pub(super) fn view(site: Site, form: &TiersForm, faults: &[String]) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let is_wrong = |field: &str| faults.iter().any(|fault| fault == field);
    let measures = TierMeasure::ALL.map(|one| {
        let chosen = form.measure == one.as_str();
        let words = measure(site.lang, one);
        radio("tier_measure", one.as_str(), words, chosen)
    });
    let rows = form.rows.iter().enumerate();
    let rows: Vec<_> = rows
        .map(|(at, row)| of_row(site, at, row, faults))
        .collect();
    view! {
        <fieldset class="plain stack">
            <legend>{texts.rules()}</legend>
            <p class="hint">{texts.rules_hint()}</p>
            {wrong(site, is_wrong("rules.tiers.levels"))}
            <fieldset class="plain stack">
                <legend>{texts.measure()}</legend>
                {measures.into_iter().collect::<Vec<_>>()}
            </fieldset>
            {field(site, "tier_currency".into(), texts.currency(), &form.currency, texts.currency_hint(), is_wrong("rules.tiers.currency"))}
            <fieldset class="plain stack">
                <legend>{texts.period()}</legend>
                {radio("tier_period", "rolling", texts.rolling(), !form.calendar)}
                {radio("tier_period", "calendar", texts.calendar(), form.calendar)}
            </fieldset>
            {field(site, "tier_grace".into(), texts.grace_days(), &form.grace_days, texts.grace_hint(), is_wrong("rules.tiers.grace_days"))}
            {rows}
        </fieldset>
    }
    .into_any()
}

fn radio(name: &'static str, value: &'static str, words: &'static str, chosen: bool) -> AnyView {
    crate::forms::choice("radio", name, value, words, chosen)
}

fn wrong(site: Site, is_wrong: bool) -> Option<AnyView> {
    let words = texts::Points(site.lang).fault();
    is_wrong.then(|| view! { <p class="fault">{words}</p> }.into_any())
}

/// A line to fill in: `name` is the row's, so nothing else has it.
pub(super) fn field(
    site: Site,
    name: String,
    label: &str,
    value: &str,
    hint: &str,
    is_wrong: bool,
) -> AnyView {
    let hint_id = format!("{name}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    let hint =
        (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint.to_owned()}</p> });
    view! {
        <div class="field">
            <label for=name.clone()>{label.to_owned()}</label>
            <input
                id=name.clone()
                name=name
                type="text"
                value=value.to_owned()
                autocomplete="off"
                aria-describedby=described
                aria-invalid=is_wrong.then_some("true")
            />
            {hint}
            {wrong(site, is_wrong)}
        </div>
    }
    .into_any()
}

fn of_row(site: Site, at: usize, row: &TierRow, faults: &[String]) -> AnyView {
    let texts = texts::Tiers(site.lang);
    let number = (at + 1).to_string();
    let name = |part: &str| format!("tier-{at}-{part}");
    let field_name = |part: &str| format!("rules.tiers.levels[{at}].{part}");
    let is_wrong = |part: &str| {
        let own = field_name(part);
        faults.iter().any(|fault| fault.starts_with(&own))
    };
    let line = |part: &str, of: &str, label: &str, value: &str, hint: &str| {
        field(site, name(part), label, value, hint, is_wrong(of))
    };
    let takes = if at == 0 {
        view! { <p class="hint">{texts.lowest_hint()}</p> }.into_any()
    } else {
        view! {
            {line("threshold", "threshold", texts.threshold(), &row.threshold, "")}
            {line("renewal", "renewal", texts.renewal(), &row.renewal, texts.renewal_hint())}
        }
        .into_any()
    };
    let words = |lang: Lang| {
        let position = Lang::ALL.iter().position(|one| *one == lang).unwrap_or(0);
        let own_name = Pages(lang).own_name();
        let id = name(&format!("privileges-{}", lang.tag()));
        view! {
            {field(site, name(&format!("name-{}", lang.tag())), &texts.name_in(own_name), &row.names[position], "", false)}
            <div class="field">
                <label for=id.clone()>{texts.privileges_in(own_name)}</label>
                <textarea
                    id=id.clone()
                    name=id
                    rows="3"
                    inner_html=inside(&row.privileges[position])
                ></textarea>
            </div>
        }
        .into_any()
    };
    let others: Vec<_> = Lang::ALL
        .into_iter()
        .filter(|lang| *lang != site.lang)
        .map(words)
        .collect();
    let legend = if at == 0 {
        texts.lowest(&number)
    } else {
        texts.number(&number)
    };
    view! {
        <fieldset class="plain stack level">
            <legend>{legend}</legend>
            <input type="hidden" name=name("id") value=row.id.clone() />
            {wrong(site, is_wrong("words") || is_wrong("id"))}
            {words(site.lang)}
            <details class="more">
                <summary>{texts.other_words()}</summary>
                {others}
            </details>
            {takes}
            {line("multiplier", "multiplier", texts.multiplier(), &row.multiplier, texts.multiplier_hint())}
        </fieldset>
    }
    .into_any()
}
