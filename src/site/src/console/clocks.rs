//! When somebody deals with cases, and how soon.

use super::{fault, here, readonly};
use crate::case_page::ClocksPage;
use crate::context::Site;
use crate::forms::{About, Line, inside};
use bookplate_widgets::texts;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &ClocksPage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let days = [
        texts.monday(),
        texts.tuesday(),
        texts.wednesday(),
        texts.thursday(),
        texts.friday(),
        texts.saturday(),
        texts.sunday(),
    ];
    let rows = days.into_iter().zip(&page.clocks.hours).map(|(day, hours)| {
        // A field for times knows no 24:00.
        let closes = if hours.closes == "24:00" {
            "00:00"
        } else {
            &hours.closes
        };
        let time = |name: &'static str, words: String, value: &str| {
            view! {
                <input type="time" name=name value=value.to_owned() aria-label=words autocomplete="off" />
            }
        };
        view! {
            <tr>
                <th scope="row">{day}</th>
                <td>{time("opens", texts.opens_on(day), &hours.opens)}</td>
                <td>{time("closes", texts.closes_on(day), closes)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let wrong = fault(&page.faults, "hours", texts.hours_fault());
    let about = About::new("hours", &texts.hours_hint(&page.time_zone), wrong);
    let target = |name, label, value| {
        let line = Line {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint: texts.target_hint(),
            fault: fault(&page.faults, name, texts.target_fault()),
        };
        line.view()
    };
    view! {
        <p><a class="go" href=here(site, "cases")>{texts.back()}</a></p>
        <h1 tabindex="-1">{texts.clocks()}</h1>
        <p class="quiet">{texts.clocks_hint()}</p>
        {readonly(site, page.may_change)}
        <form method="post" action=here(site, "clocks") class="stack">
            <fieldset class="plain stack" disabled=!page.may_change>
                <div class="pair">
                    {target("answer_minutes", texts.answer_minutes(), &page.answer)}
                    {target("resolve_minutes", texts.resolve_minutes(), &page.resolve)}
                </div>
                <fieldset class="field" aria-describedby=about.ids()>
                    <legend>{texts.hours()}</legend>
                    {about.view()}
                    <table class="hours">
                        <thead>
                            <tr>
                                <th scope="col">{texts.day()}</th>
                                <th scope="col">{texts.opens()}</th>
                                <th scope="col">{texts.closes()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </fieldset>
                {holidays(site, page)}
                {page.may_change.then(|| view! {
                    <button type="submit" class="button primary">{texts.save()}</button>
                })}
            </fieldset>
        </form>
    }
    .into_any()
}

fn holidays(site: Site, page: &ClocksPage) -> AnyView {
    let texts = texts::Cases(site.lang);
    let wrong = fault(&page.faults, "holidays", texts.holidays_fault());
    let about = About::new("holidays", texts.holidays_hint(), wrong);
    let days = page.clocks.holidays.join("\n");
    view! {
        <div class="field">
            <label for="holidays">{texts.holidays()}</label>
            <textarea
                id="holidays"
                name="holidays"
                rows="6"
                aria-describedby=about.ids()
                aria-invalid=about.invalid()
                inner_html=inside(&days)
            ></textarea>
            {about.view()}
        </div>
    }
    .into_any()
}
