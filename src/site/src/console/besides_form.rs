//! What rules give besides orders, in the form for the rules of points.

use super::tiers_form::field;
use crate::context::Site;
use crate::points_page::ReviewRow;
use bookplate_widgets::{numbers, texts};
use bookplate_wire::Lang;
use bookplate_wire::points::besides::ReviewReward;
use bookplate_wire::points::rules::CapPeriod;
use leptos::prelude::*;

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
            parts.push(format!("{label}: {}", number(value)));
        }
    }
    if review.verified_only {
        parts.push(texts.review_verified().to_owned());
    }
    if let Some(cap) = &review.cap {
        let (label, points) = (texts.review_cap(), number(cap.points));
        parts.push(format!("{label}: {points} / {}", period(lang, cap.period)));
    }
    parts.join(" · ")
}

/// The fields for what reviews earn.
pub(super) fn review(site: Site, row: &ReviewRow, faults: &[String]) -> AnyView {
    let texts = texts::Points(site.lang);
    let line = |name: &str, of: &str, label: &str, value: &str, hint: &str| {
        let own = format!("rules.review.{of}");
        let is_wrong = faults.iter().any(|fault| fault.starts_with(&own));
        field(site, name.to_owned(), label, value, hint, is_wrong)
    };
    let periods = CapPeriod::ALL.map(|one| {
        let chosen = match &*row.cap_period {
            "" => one == CapPeriod::Month,
            word => one.as_str() == word,
        };
        view! { <option value=one.as_str() selected=chosen>{period(site.lang, one)}</option> }
    });
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
            <div class="field">
                <label for="review_cap_period">{texts.review_cap_in()}</label>
                <span class="select">
                    <select id="review_cap_period" name="review_cap_period">
                        {periods.into_iter().collect::<Vec<_>>()}
                    </select>
                </span>
            </div>
        </fieldset>
    }
    .into_any()
}
