//! What a draft of the rules would have changed: how far the simulation is, and what has come out.

use super::plot::{Pair, plot, track};
use super::points::{Tab, tabs};
use super::{here, moment};
use crate::console_page::SimulationPage;
use crate::context::Site;
use bookplate_widgets::numbers::points;
use bookplate_widgets::{dates, money, texts};
use bookplate_wire::Lang;
use bookplate_wire::orders::Money;
use bookplate_wire::points::rules::{
    BASE, BIRTHDAY, FIRST_ORDER, REFERRAL, REVIEW, SIGN_UP, SURVEY, TIER, WELCOME,
};
use bookplate_wire::points::simulation::{
    Change, Compared, ComparedCustomer, ComparedRule, Simulation, SimulationState,
};
use leptos::prelude::*;

/// The periods that can be chosen, in months.
const PERIODS: [u32; 4] = [3, 6, 12, 24];

pub(super) fn view(site: Site, page: &SimulationPage) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let changed = page
        .faults
        .iter()
        .any(|fault| fault == "point_rules_changed");
    let changed =
        changed.then(|| view! { <p class="fault" role="alert">{texts.draft_changed()}</p> });
    let form = match page.draft {
        Some(revision) if page.may_start => Some(form(site, page, revision)),
        Some(_) => None,
        None => Some(view! { <p class="empty">{texts.no_draft()}</p> }.into_any()),
    };
    let simulation = page.simulation.as_ref();
    let shown = simulation.map(|simulation| of_simulation(site, page, simulation));
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {tabs(site, Tab::Simulation, true)}
        <p class="quiet">{texts.hint()}</p>
        {changed}
        {form}
        {shown}
    }
    .into_any()
}

fn form(site: Site, page: &SimulationPage, revision: u32) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let months = page
        .simulation
        .as_ref()
        .map_or(12, |simulation| simulation.months);
    let words = [
        texts.three(),
        texts.six(),
        texts.twelve(),
        texts.twenty_four(),
    ];
    let periods: Vec<_> = PERIODS
        .into_iter()
        .zip(words)
        .map(|(period, words)| {
            view! { <option value=period.to_string() selected=period == months>{words}</option> }
        })
        .collect();
    view! {
        <form method="post" action=here(site, "points/simulation") class="find">
            <input type="hidden" name="revision" value=revision.to_string() />
            <div class="field">
                <label for="months">{texts.period()}</label>
                <select id="months" name="months">{periods}</select>
            </div>
            <button type="submit" class="button primary">{texts.start()}</button>
        </form>
    }
    .into_any()
}

fn of_simulation(site: Site, page: &SimulationPage, simulation: &Simulation) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let started = texts.by(&simulation.by_name, &moment(site, &page.started));
    let number = |count: u64| points(count.try_into().unwrap_or(i64::MAX));
    let shown = match (simulation.state, &simulation.result) {
        (SimulationState::Stopped, _) => {
            view! { <p class="fault" role="alert">{texts.stopped()}</p> }.into_any()
        }
        (_, Some(result)) => {
            let old = page.draft != Some(simulation.revision);
            let old = (old && page.draft.is_some())
                .then(|| view! { <p class="fault" role="status">{texts.old_draft()}</p> });
            let said = texts.done(
                &number(result.orders),
                &number(result.customers),
                &dates::long(site.lang, &simulation.from),
                &dates::long(site.lang, &simulation.until),
            );
            view! {
                {old}
                <p>{said}</p>
                {of_result(site, simulation, result)}
            }
            .into_any()
        }
        _ => {
            let said = texts.running(&number(simulation.done), &number(simulation.total));
            view! {
                <div class="progress" data-refresh="">
                    <progress
                        aria-label=texts.heading()
                        max=simulation.total.max(1).to_string()
                        value=simulation.done.to_string()
                    ></progress>
                    <p role="status">{said}</p>
                    <p><a href=here(site, "points/simulation") rel="external">{texts.refresh()}</a></p>
                </div>
            }
            .into_any()
        }
    };
    view! {
        {shown}
        <p class="quiet">{started}</p>
    }
    .into_any()
}

fn of_result(site: Site, simulation: &Simulation, result: &Compared) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let versus = simulation.base.is_some();
    let mut totals = vec![row(
        texts.points().to_owned(),
        (result.before.points, result.after.points),
        versus,
        points,
    )];
    let mut currencies: Vec<&str> = Vec::new();
    for worth in result.before.worth.iter().chain(&result.after.worth) {
        if !currencies.contains(&worth.currency.as_str()) {
            currencies.push(&worth.currency);
        }
    }
    for currency in currencies {
        let of = |worth: &[Money]| {
            let found = worth.iter().find(|worth| worth.currency == currency);
            found.map_or(0, |worth| worth.amount)
        };
        let pair = (of(&result.before.worth), of(&result.after.worth));
        let written = |amount| signed(site.lang, amount, currency);
        totals.push(row(texts.worth(currency), pair, versus, written));
    }
    let rules: Vec<_> = result
        .rules
        .iter()
        .map(|one| {
            row(
                rule_name(site.lang, one),
                (one.before, one.after),
                versus,
                points,
            )
        })
        .collect();
    view! {
        {table(site, texts.totals(), "", versus, totals)}
        <h2>{texts.months()}</h2>
        {months(site, versus, result)}
        {table(site, texts.rules(), texts.rule(), versus, rules)}
        {versus.then(|| changes(site, result))}
    }
    .into_any()
}

/// An amount that may be below zero.
fn signed(lang: Lang, amount: i64, currency: &str) -> String {
    let money = Money {
        amount: amount.saturating_abs(),
        currency: currency.to_owned(),
    };
    let sign = if amount < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", money::written(lang, &money))
}

/// A difference, with its sign.
fn difference(change: i64, written: impl Fn(i64) -> String) -> String {
    let sign = if change > 0 { "+" } else { "" };
    format!("{sign}{}", written(change))
}

/// A line of a table of both: with the figures of the rules in force and the difference, where there are rules in force.
fn row(
    label: String,
    (before, after): (i64, i64),
    versus: bool,
    written: impl Fn(i64) -> String,
) -> AnyView {
    let change = difference(after - before, &written);
    let (before, after) = (written(before), written(after));
    view! {
        <tr>
            <th scope="row" dir="auto">{label}</th>
            {versus.then(|| view! { <td class="number">{before}</td> })}
            <td class="number">{after}</td>
            {versus.then(|| view! { <td class="number">{change}</td> })}
        </tr>
    }
    .into_any()
}

fn table(
    site: Site,
    heading: &'static str,
    first: &'static str,
    versus: bool,
    rows: Vec<AnyView>,
) -> AnyView {
    let corner = match first {
        "" => view! { <td></td> }.into_any(),
        first => view! { <th scope="col">{first}</th> }.into_any(),
    };
    view! {
        <h2>{heading}</h2>
        <div class="scroll" tabindex="0" role="region" aria-label=heading>
            <table class="figures">
                <thead>
                    <tr>
                        {corner}
                        {columns(site, versus)}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn columns(site: Site, versus: bool) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let head = |words: &'static str| view! { <th scope="col" class="number">{words}</th> };
    view! {
        {versus.then(|| head(texts.before()))}
        {head(texts.after())}
        {versus.then(|| head(texts.difference()))}
    }
    .into_any()
}

fn months(site: Site, versus: bool, result: &Compared) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let label = texts.months_plot(&points(result.before.points), &points(result.after.points));
    let figures = result
        .months
        .iter()
        .map(|month| (month.before, month.after));
    let svg = plot(&label, Pair::Beside, &figures.collect::<Vec<_>>());
    let lines: Vec<_> = result
        .months
        .iter()
        .map(|one| {
            let orders = points(one.orders.try_into().unwrap_or(i64::MAX));
            let change = difference(one.after - one.before, points);
            view! {
                <tr>
                    <th scope="row">{dates::month(site.lang, &one.month)}</th>
                    <td class="number">{orders}</td>
                    {versus.then(|| view! { <td class="number">{points(one.before)}</td> })}
                    <td class="number">{points(one.after)}</td>
                    {versus.then(|| view! { <td class="number">{change}</td> })}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="plot" inner_html=svg></div>
        <p class="key">
            {versus.then(|| view! { <span class="of-bar">{texts.before()}</span> })}
            <span class="of-bar out">{texts.after()}</span>
        </p>
        <details class="more">
            <summary>{texts.numbers()}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=texts.numbers()>
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">{texts.month()}</th>
                            <th scope="col" class="number">{texts.orders()}</th>
                            {columns(site, versus)}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn rule_name(lang: Lang, one: &ComparedRule) -> String {
    let name = match one.rule.as_str() {
        BASE => texts::Simulation(lang).base(),
        FIRST_ORDER => texts::Points(lang).first_order(),
        SIGN_UP => texts::Points(lang).sign_up(),
        BIRTHDAY => texts::Points(lang).birthday_gift(),
        REVIEW => texts::Points(lang).review_heading(),
        SURVEY => texts::Points(lang).survey_heading(),
        REFERRAL => texts::Referrals(lang).form_points(),
        WELCOME => texts::Referrals(lang).form_welcome(),
        TIER => texts::Tiers(lang).rules(),
        _ => &one.name,
    };
    name.to_owned()
}

fn change_words(lang: Lang, change: Change) -> &'static str {
    let texts = texts::Simulation(lang);
    match change {
        Change::DownMost => texts.down_most(),
        Change::Down => texts.down(),
        Change::DownLittle => texts.down_little(),
        Change::Same => texts.same(),
        Change::UpLittle => texts.up_little(),
        Change::Up => texts.up(),
        Change::UpMost => texts.up_most(),
    }
}

fn changes(site: Site, result: &Compared) -> AnyView {
    let texts = texts::Simulation(site.lang);
    let lines: Vec<_> = result
        .changes
        .iter()
        .map(|one| {
            let tenths = one.customers * 1_000 / result.customers.max(1);
            let share = format!("{}.{} %", tenths / 10, tenths % 10);
            let class = match one.change {
                Change::Same => "bar",
                _ => "bar out",
            };
            let count = points(one.customers.try_into().unwrap_or(i64::MAX));
            view! {
                <tr>
                    <th scope="row">{change_words(site.lang, one.change)}</th>
                    <td class="number">{count}</td>
                    <td class="number">{share}</td>
                    {track(class, tenths)}
                </tr>
            }
        })
        .collect();
    view! {
        <h2>{texts.customers()}</h2>
        <p class="quiet">{texts.customers_hint()}</p>
        <table class="figures spread">
            <thead>
                <tr>
                    <th scope="col">{texts.change()}</th>
                    <th scope="col" class="number">{texts.count()}</th>
                    <th scope="col" class="number">{texts.share()}</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {customers(site, texts.gain(), &result.gain)}
        {customers(site, texts.lose(), &result.lose)}
    }
    .into_any()
}

/// Those who would gain, or lose, most.
fn customers(site: Site, heading: &'static str, list: &[ComparedCustomer]) -> AnyView {
    let texts = texts::Simulation(site.lang);
    if list.is_empty() {
        return view! {
            <h2>{heading}</h2>
            <p class="quiet">{texts.nobody()}</p>
        }
        .into_any();
    }
    let lines: Vec<_> = list
        .iter()
        .map(|one| {
            let href = here(site, &format!("points/{}", one.customer));
            let name = match one.name.as_str() {
                "" => texts.nameless().to_owned(),
                name => name.to_owned(),
            };
            let change = difference(one.after - one.before, points);
            view! {
                <tr>
                    <th scope="row" dir="auto"><a href=href>{name}</a></th>
                    <td class="number">{points(one.before)}</td>
                    <td class="number">{points(one.after)}</td>
                    <td class="number">{change}</td>
                </tr>
            }
        })
        .map(IntoAny::into_any)
        .collect();
    table(site, heading, texts.customer(), true, lines)
}
