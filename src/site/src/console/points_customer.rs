//! A customer's points, for the staff: what there is and why, and where some are added or taken.

use super::points::problem;
use super::{fault, here};
use crate::console_page::CustomerPointsPage;
use crate::context::Site;
use crate::forms::Line;
use crate::member::{points_figures, points_line, tier_figures, tier_history};
use bookplate_widgets::{numbers, texts};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &CustomerPointsPage) -> AnyView {
    let texts = texts::Points(site.lang);
    let path = format!("points/{}", page.customer);
    let name = if page.name.is_empty() {
        page.customer.to_string()
    } else {
        page.name.clone()
    };
    let entries = page.view.page.entries.iter();
    let lines: Vec<_> = entries.map(|entry| points_line(site, entry)).collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.none()}</p> }.into_any()
    } else {
        view! { <ol class="rows">{lines}</ol> }.into_any()
    };
    let older = page.view.page.next.as_ref().map(|next| {
        let href = super::with_query(here(site, &path), [("after", next.as_str())]);
        view! { <a class="button" href=href rel="next">{texts.older()}</a> }
    });
    let latest = (!page.view.first).then(|| {
        view! { <a class="go" href=here(site, &path)>{texts.latest()}</a> }
    });
    let hint = texts.adjust_hint(&numbers::points(page.limit.into()));
    let line = |name, label, value, kind, hint| {
        Line {
            name,
            label,
            value,
            kind,
            autocomplete: "off",
            hint,
            fault: fault(&page.faults, name, texts.fault()),
        }
        .view()
    };
    let tier = page.view.balance.tier.as_ref().map(|standing| {
        let tiers = texts::Tiers(site.lang);
        let changes = page
            .view
            .tiers
            .as_ref()
            .map_or(&[][..], |view| &view.changes);
        view! {
            <section class="tier" aria-labelledby="tier">
                <h2 id="tier">{tiers.heading_staff()}</h2>
                {tier_figures(site, standing)}
                {tier_history(site, changes, tiers.history_staff())}
            </section>
        }
    });
    view! {
        <h1 tabindex="-1" dir="auto">{texts.customer(&name)}</h1>
        <p><a class="go" href=here(site, "points")>{texts.back()}</a></p>
        {problem(site, &page.faults)}
        {points_figures(site, &page.view.balance)}
        {tier}
        <form method="post" action=here(site, &path) class="part stack">
            <h2>{texts.adjust()}</h2>
            <input type="hidden" name="reference" value=page.reference.clone() />
            {line("points", texts.adjust_points(), &page.points, "number", &hint)}
            {line("reason", texts.adjust_reason(), &page.reason, "text", "")}
            <button type="submit" class="button primary">{texts.adjust_button()}</button>
        </form>
        <form method="post" action=here(site, &path) class="part stack">
            <h2>{texts.birthday_correct()}</h2>
            <input type="hidden" name="form" value="birthday" />
            {line(
                "birthday",
                texts::Profile(site.lang).birthday(),
                &page.birthday,
                "date",
                texts.birthday_correct_hint(),
            )}
            <button type="submit" class="button primary">{texts.birthday_correct()}</button>
        </form>
        <h2>{texts.statement()}</h2>
        {list}
        <p class="actions">{older} {latest}</p>
    }
    .into_any()
}
