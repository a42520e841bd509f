//! What rules give besides orders, in the form for the rules of points.

use super::tiers_form::field;
use crate::context::Site;
use crate::points_page::{ReferralRow, ReviewRow, SurveyRow};
use bookplate_widgets::{money, numbers, texts};
use bookplate_wire::Lang;
use bookplate_wire::points::besides::{ReviewReward, SurveyReward};
use bookplate_wire::points::referrals::ReferralReward;
use bookplate_wire::points::rules::{Cap, CapPeriod};
use leptos::prelude::*;

/// A figure with what it is, in words.
pub(super) fn said(lang: Lang, label: &str, value: &str) -> String {
    [label, texts::Common(lang).colon(), value].concat()
}

/// What a period is called.
fn period(lang: Lang, period: CapPeriod) -> &'static str {
    let texts = texts::Points(lang);
    match period {
        CapPeriod::Day => texts.a_day(),
        CapPeriod::Month => texts.a_month(),
        CapPeriod::Year => texts.a_year(),
    }
}

/// What a rule for reviews says.
pub(super) fn review_in_words(lang: Lang, review: &ReviewReward) -> String {
    let texts = texts::Points(lang);
    let number = |number: u32| numbers::points(number.into());
    let mut parts = vec![texts.review_words(&number(review.points))];
    for (label, value) in [
        (texts.review_min(), review.min_length),
        (texts.review_pending(), review.pending_days),
    ] {
        if value > 0 {
            parts.push(said(lang, label, &number(value)));
        }
    }
    if review.verified_only {
        parts.push(texts.review_verified().to_owned());
    }
    parts.extend(cap_in_words(lang, texts.review_cap(), review.cap));
    parts.join(" · ")
}

fn cap_in_words(lang: Lang, label: &str, cap: Option<Cap>) -> Option<String> {
    let cap = cap?;
    let points = numbers::points(cap.points.into());
    let most = format!("{points} / {}", period(lang, cap.period));
    Some(said(lang, label, &most))
}

/// What a rule for surveys says.
pub(super) fn survey_in_words(lang: Lang, survey: &SurveyReward) -> String {
    let texts = texts::Points(lang);
    let number = |number: u32| numbers::points(number.into());
    let mut parts = vec![texts.survey_words(&number(survey.points))];
    if survey.pending_days > 0 {
        let days = number(survey.pending_days);
        parts.push(said(lang, texts.review_pending(), &days));
    }
    parts.extend(cap_in_words(lang, texts.survey_cap(), survey.cap));
    parts.join(" · ")
}

/// What a rule for invitations says.
pub(super) fn referral_in_words(lang: Lang, referral: &ReferralReward) -> String {
    let texts = texts::Referrals(lang);
    let number = |number: u32| numbers::points(number.into());
    let mut parts = vec![texts.form_words(&number(referral.points))];
    if referral.welcome > 0 {
        let points = number(referral.welcome);
        parts.push(said(lang, texts.form_welcome(), &points));
    }
    if let Some(minimum) = &referral.minimum {
        let money = money::written(lang, minimum);
        parts.push(said(lang, texts.form_minimum(), &money));
    }
    parts.extend(cap_in_words(lang, texts.form_cap(), referral.cap));
    parts.join(" · ")
}

/// The field for the period of a cap; a month where nothing is chosen.
fn cap_period(site: Site, name: &'static str, chosen: &str) -> AnyView {
    let periods = CapPeriod::ALL.map(|one| {
        let chosen = match chosen {
            "" => one == CapPeriod::Month,
            word => one.as_str() == word,
        };
        view! { <option value=one.as_str() selected=chosen>{period(site.lang, one)}</option> }
    });
    view! {
        <div class="field">
            <label for=name>{texts::Points(site.lang).review_cap_in()}</label>
            <span class="select">
                <select id=name name=name>
                    {periods.into_iter().collect::<Vec<_>>()}
                </select>
            </span>
        </div>
    }
    .into_any()
}

/// The fields for what answers to surveys earn.
pub(super) fn survey(site: Site, row: &SurveyRow, faults: &[String]) -> AnyView {
    let texts = texts::Points(site.lang);
    let line = |name: &str, of: &str, label: &str, value: &str| {
        let own = format!("rules.survey.{of}");
        let is_wrong = faults.iter().any(|fault| fault.starts_with(&own));
        field(site, name.to_owned(), label, value, "", is_wrong)
    };
    view! {
        <fieldset class="plain stack">
            <legend>{texts.survey_heading()}</legend>
            <p class="hint">{texts.survey_hint()}</p>
            {line("survey_points", "points", texts.survey_points(), &row.points)}
            {line("survey_pending", "pending_days", texts.review_pending(), &row.pending_days)}
            {line("survey_cap", "cap", texts.survey_cap(), &row.cap)}
            {cap_period(site, "survey_cap_period", &row.cap_period)}
        </fieldset>
    }
    .into_any()
}

/// The fields for what invitations earn.
pub(super) fn referral(site: Site, row: &ReferralRow, faults: &[String]) -> AnyView {
    let texts = texts::Referrals(site.lang);
    let line = |name: &str, of: &str, label: &str, value: &str| {
        let own = format!("rules.referral.{of}");
        let is_wrong = faults.iter().any(|fault| fault.starts_with(&own));
        field(site, name.to_owned(), label, value, "", is_wrong)
    };
    let currency = texts::Points(site.lang).currency_label();
    view! {
        <fieldset class="plain stack">
            <legend>{texts.form_heading()}</legend>
            <p class="hint">{texts.form_hint()}</p>
            {line("referral_points", "points", texts.form_points(), &row.points)}
            {line("referral_welcome", "welcome", texts.form_welcome(), &row.welcome)}
            {line("referral_minimum", "minimum.amount", texts.form_minimum(), &row.minimum)}
            {line("referral_currency", "minimum.currency", currency, &row.currency)}
            {line("referral_cap", "cap", texts.form_cap(), &row.cap)}
            {cap_period(site, "referral_cap_period", &row.cap_period)}
        </fieldset>
    }
    .into_any()
}

/// The fields for what reviews earn.
pub(super) fn review(site: Site, row: &ReviewRow, faults: &[String]) -> AnyView {
    let texts = texts::Points(site.lang);
    let line = |name: &str, of: &str, label: &str, value: &str, hint: &str| {
        let own = format!("rules.review.{of}");
        let is_wrong = faults.iter().any(|fault| fault.starts_with(&own));
        field(site, name.to_owned(), label, value, hint, is_wrong)
    };
    view! {
        <fieldset class="plain stack">
            <legend>{texts.review_heading()}</legend>
            <p class="hint">{texts.review_hint()}</p>
            {line("review_points", "points", texts.review_points(), &row.points, "")}
            {line("review_min", "min_length", texts.review_min(), &row.min_length, "")}
            {line(
                "review_pending",
                "pending_days",
                texts.review_pending(),
                &row.pending_days,
                texts.review_pending_hint(),
            )}
            <label class="choice">
                <input
                    type="checkbox"
                    name="review_verified"
                    value="1"
                    checked=row.verified_only
                />
                <span>{texts.review_verified()}</span>
            </label>
            {line("review_cap", "cap", texts.review_cap(), &row.cap, "")}
            {cap_period(site, "review_cap_period", &row.cap_period)}
        </fieldset>
    }
    .into_any()
}
