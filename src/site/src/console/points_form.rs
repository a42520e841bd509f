//! The rules of points: in words, for who has to agree to them, and as a form.

use super::{besides_form, fault, here, tiers_form};
use crate::console_page::{BonusRow, PointsPage, RateRow};
use crate::context::Site;
use crate::forms::{Line, choice};
use bookplate_widgets::{dates, money, numbers, texts};
use bookplate_wire::Lang;
use bookplate_wire::catalogue::Format;
use bookplate_wire::orders::Money;
use bookplate_wire::points::rules::{Bonus, CapPeriod, Combination, PointRules, RefundSpent};
use leptos::prelude::*;

/// What rules say, a line each.
pub(super) fn in_words(site: Site, rules: &PointRules) -> AnyView {
    let texts = texts::Points(site.lang);
    let points = |points: u32| numbers::points(points.into());
    let said = |label: &str, value: &str| besides_form::said(site.lang, label, value);
    let mut lines = Vec::new();
    for rate in &rules.rates {
        let each = Money {
            amount: rate.per,
            currency: rate.currency.clone(),
        };
        lines.push(texts.rate_words(&points(rate.points), &money::written(site.lang, &each)));
    }
    lines.extend(rules.bonuses.iter().map(|bonus| of_bonus(site.lang, bonus)));
    if rules.bonuses.len() > 1 {
        let words = match rules.combination {
            Combination::Add => texts.add(),
            Combination::BestOf => texts.best_of(),
        };
        lines.push(said(texts.combination(), words));
    }
    for (label, number) in [
        (texts.first_order(), rules.first_order),
        (texts.sign_up(), rules.sign_up),
        (texts.birthday_gift(), rules.birthday_gift),
    ] {
        if number > 0 {
            lines.push(said(label, &points(number)));
        }
    }
    if let Some(review) = &rules.review {
        lines.push(besides_form::review_in_words(site.lang, review));
    }
    if let Some(survey) = &rules.survey {
        lines.push(besides_form::survey_in_words(site.lang, survey));
    }
    if let Some(referral) = &rules.referral {
        lines.push(besides_form::referral_in_words(site.lang, referral));
    }
    for cap in &rules.caps {
        let label = match cap.period {
            CapPeriod::Day => texts.cap_day(),
            CapPeriod::Month => texts.cap_month(),
            CapPeriod::Year => texts.cap_year(),
        };
        lines.push(said(label, &points(cap.points)));
    }
    lines.push(said(texts.return_days(), &points(rules.return_days)));
    if let Some(months) = rules.expiry_months {
        lines.push(said(texts.expiry_months(), &points(months)));
    }
    let spent = match rules.refund_spent {
        RefundSpent::Negative => texts.negative(),
        RefundSpent::Stop => texts.stop(),
    };
    lines.push(said(texts.spent(), spent));
    for worth in &rules.worth {
        let money = money::written(site.lang, &worth.money);
        lines.push(texts.worth_words(&points(worth.points), &money));
    }
    if let Some(payment) = &rules.payment {
        let [min, max] = [payment.min_percent, payment.max_percent].map(points);
        lines.push(texts.pay_words(&min, &max));
    }
    if let Some(tiers) = &rules.tiers {
        lines.extend(tiers_form::in_words(site.lang, tiers));
    }
    lines.push(said(texts.adjust_limit(), &points(rules.adjust_limit)));
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| view! { <li dir="auto">{line}</li> })
        .collect();
    view! { <ul class="news">{lines}</ul> }.into_any()
}

fn of_bonus(lang: Lang, bonus: &Bonus) -> String {
    let texts = texts::Points(lang);
    let said = |label: &str, value: &str| besides_form::said(lang, label, value);
    let percent = numbers::points(bonus.percent.into());
    let mut parts = vec![texts.bonus_words(&bonus.name, &percent)];
    if !bonus.formats.is_empty() {
        let formats = bonus.formats.iter();
        let formats: Vec<&str> = formats.map(|format| of_format(lang, *format)).collect();
        parts.push(said(texts.formats(), &formats.join(", ")));
    }
    if !bonus.categories.is_empty() {
        parts.push(said(texts.categories(), &bonus.categories.join(", ")));
    }
    for (label, day) in [(texts.from(), &bonus.from), (texts.until(), &bonus.until)] {
        if !day.is_empty() {
            parts.push(said(label, &dates::long(lang, day)));
        }
    }
    if bonus.birthday_month {
        parts.push(texts.birthday_month().to_owned());
    }
    parts.join(" · ")
}

fn of_format(lang: Lang, format: Format) -> &'static str {
    let texts = texts::Reviews(lang);
    match format {
        Format::Hardback => texts.hardback(),
        Format::Paperback => texts.paperback(),
        Format::Ebook => texts.ebook(),
        Format::Audiobook => texts.audiobook(),
        Format::Other => texts::Points(lang).other_form(),
    }
}

/// Where a draft is written; open where there are no rules yet, or something is wrong.
pub(super) fn view(site: Site, page: &PointsPage) -> AnyView {
    let texts = texts::Points(site.lang);
    let form = &page.form;
    let wrong = page
        .faults
        .iter()
        .any(|name| name.starts_with("rules") || name == "note");
    let open = wrong || (page.book.versions.is_empty() && page.book.draft.is_none());
    let number = |name: &'static str, label: &str, value: &str, hint: &str| {
        Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint,
            fault: fault(&page.faults, &format!("rules.{name}"), texts.fault()),
        }
        .view()
    };
    let cap = |name: &'static str, label: &str, value: &str| {
        Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint: "",
            fault: fault(&page.faults, "rules.caps", texts.fault()),
        }
        .view()
    };
    let share = |name: &'static str, field: &str, label: &str, value: &str, hint: &str| {
        Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint,
            fault: fault(
                &page.faults,
                &format!("rules.payment.{field}"),
                texts.fault(),
            ),
        }
        .view()
    };
    let rates = rows(site, "rate", &form.rates);
    let worth = rows(site, "worth", &form.worth);
    let bonuses = form.bonuses.iter().enumerate();
    let bonuses: Vec<_> = bonuses.map(|(at, bonus)| of_row(site, at, bonus)).collect();
    let wrong_list = |name: &str| {
        let words = fault(&page.faults, name, texts.fault());
        words.map(|words| view! { <p class="fault">{words.to_owned()}</p> })
    };
    let note = Line {
        name: "note",
        label: texts.note(),
        value: &form.note,
        kind: "text",
        autocomplete: "off",
        hint: "",
        fault: fault(&page.faults, "note", texts.fault()),
    };
    view! {
        <details class="more" open=open>
            <summary>{texts.edit()}</summary>
            <form method="post" action=here(site, "points") class="part stack">
                <input type="hidden" name="form" value="draft" />
                <fieldset class="plain stack">
                    <legend>{texts.rates()}</legend>
                    <p class="hint">{texts.rate_hint()}</p>
                    {wrong_list("rules.rates")}
                    {rates}
                </fieldset>
                <fieldset class="plain stack">
                    <legend>{texts.bonuses()}</legend>
                    {wrong_list("rules.bonuses")}
                    {bonuses}
                </fieldset>
                <fieldset class="plain stack">
                    <legend>{texts.combination()}</legend>
                    {choice("radio", "combination", "add", texts.add(), !form.best_of)}
                    {choice("radio", "combination", "best_of", texts.best_of(), form.best_of)}
                </fieldset>
                {number("first_order", texts.first_order(), &form.first_order, "")}
                {number("sign_up", texts.sign_up(), &form.sign_up, "")}
                {number("birthday_gift", texts.birthday_gift(), &form.birthday_gift, texts.birthday_gift_hint())}
                {besides_form::review(site, &form.review, &page.faults)}
                {besides_form::survey(site, &form.survey, &page.faults)}
                {besides_form::referral(site, &form.referral, &page.faults)}
                {cap("cap_day", texts.cap_day(), &form.caps[0])}
                {cap("cap_month", texts.cap_month(), &form.caps[1])}
                {cap("cap_year", texts.cap_year(), &form.caps[2])}
                {number("return_days", texts.return_days(), &form.return_days, texts.return_hint())}
                {number("expiry_months", texts.expiry_months(), &form.expiry_months, texts.expiry_hint())}
                <fieldset class="plain stack">
                    <legend>{texts.spent()}</legend>
                    {choice("radio", "refund_spent", "negative", texts.negative(), !form.stop)}
                    {choice("radio", "refund_spent", "stop", texts.stop(), form.stop)}
                </fieldset>
                <fieldset class="plain stack">
                    <legend>{texts.worths()}</legend>
                    {wrong_list("rules.worth")}
                    {worth}
                </fieldset>
                <fieldset class="plain stack">
                    <legend>{texts.payment()}</legend>
                    {share("pay_min", "min_percent", texts.pay_min(), &form.payment[0], "")}
                    {share("pay_max", "max_percent", texts.pay_max(), &form.payment[1], texts.pay_hint())}
                </fieldset>
                {tiers_form::view(site, &form.tiers, &page.faults)}
                {number("adjust_limit", texts.adjust_limit(), &form.adjust_limit, "")}
                {note.view()}
                <button type="submit" class="button primary">{texts.save_draft()}</button>
            </form>
        </details>
    }
    .into_any()
}

/// A field of a row: `name` is the row's, so nothing else has it.
fn cell(name: String, label: &str, value: &str, kind: &'static str) -> AnyView {
    view! {
        <div class="field">
            <label for=name.clone()>{label.to_owned()}</label>
            <input
                id=name.clone()
                name=name
                type=kind
                value=value.to_owned()
                autocomplete="off"
            />
        </div>
    }
    .into_any()
}

fn rows(site: Site, of: &str, rows: &[RateRow]) -> Vec<AnyView> {
    let texts = texts::Points(site.lang);
    let rows = rows.iter().enumerate();
    rows.map(|(at, row)| {
        let name = |part: &str| format!("{of}-{at}-{part}");
        view! {
            <div class="stack">
                {cell(name("points"), texts.points_label(), &row.points, "text")}
                {cell(name("amount"), texts.amount_label(), &row.amount, "text")}
                {cell(name("currency"), texts.currency_label(), &row.currency, "text")}
            </div>
        }
        .into_any()
    })
    .collect()
}

fn of_row(site: Site, at: usize, bonus: &BonusRow) -> AnyView {
    let texts = texts::Points(site.lang);
    let name = |part: &str| format!("bonus-{at}-{part}");
    // Inside of it only these two mean something; as a child it could not be empty, which hydration needs.
    let text = bonus.categories.replace('&', "&amp;").replace('<', "&lt;");
    let (id, hint_id) = (name("categories"), name("categories-hint"));
    let categories = view! {
        <div class="field">
            <label for=id.clone()>{texts.categories()}</label>
            <textarea
                id=id.clone()
                name=id
                rows="3"
                aria-describedby=hint_id.clone()
                inner_html=text
            ></textarea>
            <p class="hint" id=hint_id>{texts.categories_hint()}</p>
        </div>
    };
    let formats = Format::ALL.map(|format| {
        let chosen = bonus.formats.contains(&format);
        view! {
            <label class="choice">
                <input type="checkbox" name=name("format") value=format.as_str() checked=chosen />
                <span>{of_format(site.lang, format)}</span>
            </label>
        }
    });
    view! {
        <div class="stack">
            <input type="hidden" name=name("id") value=bonus.id.clone() />
            {cell(name("name"), texts.bonus_name(), &bonus.name, "text")}
            {cell(name("percent"), texts.percent(), &bonus.percent, "text")}
            <fieldset class="plain">
                <legend>{texts.formats()}</legend>
                {formats.into_iter().collect::<Vec<_>>()}
            </fieldset>
            {categories}
            {cell(name("from"), texts.from(), &bonus.from, "date")}
            {cell(name("until"), texts.until(), &bonus.until, "date")}
            <label class="choice">
                <input type="checkbox" name=name("birthday") value="1" checked=bonus.birthday_month />
                <span>{texts.birthday_month()}</span>
            </label>
        </div>
    }
    .into_any()
}
