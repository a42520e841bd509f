//! What a shop owes to those who hold points, and when that ends.

use super::plot::{Pair, plot};
use super::points::{Tab, tabs};
use super::{here, table};
use crate::console_page::LiabilityPage;
use crate::context::Site;
use bookplate_widgets::numbers::points;
use bookplate_widgets::{dates, money, texts};
use bookplate_wire::points::liability::{Liability, LiabilityEnd, LiabilityMonth};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &LiabilityPage) -> AnyView {
    let texts = texts::Liability(site.lang);
    let shown = match &page.report {
        Some(report) => of_report(site, report),
        None => view! { <p class="empty">{texts.off()}</p> }.into_any(),
    };
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {tabs(site, Tab::Liability, page.may_simulate)}
        <p class="quiet">{texts.hint()}</p>
        {shown}
    }
    .into_any()
}

fn of_report(site: Site, report: &Liability) -> AnyView {
    let texts = texts::Liability(site.lang);
    let day = dates::long(site.lang, &report.on);
    let customers = points(report.customers.try_into().unwrap_or(i64::MAX));
    let line = |label: &'static str, number: i64| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td class="number">{points(number)}</td>
            </tr>
        }
    };
    let worth: Vec<_> = report
        .worth
        .iter()
        .map(|worth| {
            view! {
                <tr>
                    <th scope="row">{texts.worth()}</th>
                    <td class="number">{money::written(site.lang, worth)}</td>
                </tr>
            }
        })
        .collect();
    let sum = report.usable + report.pending + report.held;
    let owed = (report.owed > 0).then(|| line(texts.owed(), report.owed));
    view! {
        <p>{texts.on(&day, &customers)}</p>
        <table class="figures">
            <tbody>
                {line(texts.usable(), report.usable)}
                {line(texts.pending(), report.pending)}
                {line(texts.held(), report.held)}
                {line(texts.sum(), sum)}
                {worth}
                {owed}
            </tbody>
        </table>
        <h2>{texts.ends()}</h2>
        {ends(site, report)}
        <h2>{texts.months()}</h2>
        {months(site, &report.months)}
        <p class="actions">
            <a class="button" href=here(site, "points/liability.csv") rel="external" download="">{texts.download()}</a>
        </p>
    }
    .into_any()
}

fn ends(site: Site, report: &Liability) -> AnyView {
    let texts = texts::Liability(site.lang);
    let said = match report.unused {
        Some(tenths) => texts.unused(&format!("{}.{} %", tenths / 10, tenths % 10)),
        None => texts.no_unused().to_owned(),
    };
    let all = report.ends.iter().map(|end| end.points).sum();
    let label = texts.ends_plot(&points(all), &points(report.expected));
    let figures = every_month(&report.on, &report.ends);
    let plot = (!figures.is_empty()).then(|| {
        view! {
            <div class="plot" inner_html=plot(&label, Pair::Part, &figures)></div>
            <p class="key">
                <span class="of-bar">{texts.if_unused()}</span>
                <span class="of-bar out">{texts.expected()}</span>
            </p>
        }
    });
    let known = report.unused.is_some();
    let line = |label: String, end: &LiabilityEnd| {
        let expected = if known {
            points(end.expected)
        } else {
            "–".to_owned()
        };
        let cells = [points(end.points), expected].map(table::number);
        table::line(label, cells.into_iter().collect())
    };
    let lines = report.ends.iter();
    let never = (report.endless > 0).then(|| {
        let cells = [points(report.endless), "–".to_owned()].map(table::number);
        table::line(texts.never(), cells.into_iter().collect())
    });
    let lines = lines
        .map(|end| line(dates::month(site.lang, &end.month), end))
        .chain(never)
        .collect();
    let heads = [texts.if_unused(), texts.expected()].map(table::head);
    let heads = heads.into_iter().collect();
    view! {
        <p class="quiet">{texts.ends_hint()} " " {said}</p>
        {plot}
        {table::plain("figures", texts.month(), heads, lines)}
    }
    .into_any()
}

/// The figures of each month from that of a day to the last in which something expires, also of those without.
fn every_month(on: &str, ends: &[LiabilityEnd]) -> Vec<(i64, i64)> {
    let number = |month: &str| -> Option<i64> {
        let (year, month) = month.get(..7)?.split_once('-')?;
        Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()?)
    };
    let begin = number(on).unwrap_or(0);
    let mut figures = Vec::new();
    for end in ends {
        let place = number(&end.month).map_or(0, |month| month - begin);
        // What was due before is gone any moment.
        let place = usize::try_from(place).unwrap_or(0);
        if figures.len() <= place {
            figures.resize(place + 1, (0, 0));
        }
        figures[place].0 += end.points;
        figures[place].1 += end.expected;
    }
    figures
}

fn months(site: Site, months: &[LiabilityMonth]) -> AnyView {
    let texts = texts::Liability(site.lang);
    let at = |month: Option<&LiabilityMonth>| points(month.map_or(0, |month| month.outstanding));
    let label = texts.months_plot(&at(months.first()), &at(months.last()));
    let figures = months.iter().map(|month| (month.outstanding, 0));
    let svg = plot(&label, Pair::Part, &figures.collect::<Vec<_>>());
    let lines: Vec<_> = months
        .iter()
        .map(|month| {
            let figures = [
                month.earned,
                month.taken_back,
                month.used,
                month.expired,
                month.adjusted,
                month.forfeited,
                month.outstanding,
            ];
            let cells = figures.map(|figure| table::number(points(figure)));
            let name = dates::month(site.lang, &month.month);
            table::line(name, cells.into_iter().collect())
        })
        .collect();
    let heads = [
        texts.earned(),
        texts.taken_back(),
        texts.used(),
        texts.expired(),
        texts.adjusted(),
        texts.forfeited(),
        texts.outstanding(),
    ];
    let heads = heads.map(table::head).into_iter().collect();
    let label = texts.numbers();
    view! {
        <p class="quiet">{texts.outstanding_hint()}</p>
        <div class="plot" inner_html=svg></div>
        <details class="more">
            <summary>{label}</summary>
            {table::wide(("figures", label), texts.month(), heads, lines)}
        </details>
    }
    .into_any()
}
