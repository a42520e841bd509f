//! How soon cases are answered and resolved, and how satisfied their shoppers are: plots with the numbers behind them.

use super::plot::{Pair, plot};
use super::{here, shop_id, table, with_query};
use crate::case_page::FiguresPage;
use crate::console_page::console_path;
use crate::context::Site;
use crate::forms::Line;
use bookplate_widgets::numbers::{grouped, points};
use bookplate_widgets::{dates, feedback, texts};
use bookplate_wire::Lang;
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::figures::{CaseFigures, FeedbackFigures, TimeFigures, share};
use bookplate_wire::feedback::inbox::CaseOwner;
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &FiguresPage) -> AnyView {
    let texts = texts::Figures(site.lang);
    let report = &page.figures;
    let unmeasured = (report.unmeasured > 0).then(|| {
        view! { <p role="status">{texts.unmeasured(report.unmeasured)}</p> }
    });
    let shown = if report.all.cases == 0 {
        view! { <p class="empty">{texts.none()}</p> }.into_any()
    } else {
        of_report(site, page)
    };
    view! {
        <p><a class="go" href=here(site, "cases")>{texts::Cases(site.lang).back()}</a></p>
        <h1 tabindex="-1">{texts.heading()}</h1>
        <p class="quiet">{texts.hint()}</p>
        {choose(site, page)}
        {unmeasured}
        {shown}
        {what_counts(site.lang)}
    }
    .into_any()
}

/// The form by which somebody says which cases.
fn choose(site: Site, page: &FiguresPage) -> AnyView {
    let (texts, cases) = (texts::Figures(site.lang), texts::Cases(site.lang));
    let chosen = site.page.with_untracked(|page| page.lang_chosen);
    let lang = chosen.then(|| view! { <input type="hidden" name="lang" value=site.lang.tag() /> });
    let day = |name, label, value: &str, fault| {
        let line = Line {
            name,
            label,
            value,
            kind: "date",
            autocomplete: "off",
            hint: "",
            fault,
        };
        line.view()
    };
    let kinds: Vec<_> = CaseKind::ALL
        .iter()
        .map(|kind| {
            let words = feedback::kind(site.lang, *kind);
            view! { <option value=kind.as_str() selected=page.kind == Some(*kind)>{words}</option> }
        })
        .collect();
    let is = |owner: &CaseOwner| page.owner.as_ref() == Some(owner);
    let owners: Vec<_> = page
        .owners
        .iter()
        .map(|(id, name)| {
            let selected = is(&CaseOwner::Staff(id.clone()));
            view! { <option value=id.to_string() selected=selected>{name.clone()}</option> }
        })
        .collect();
    let fault = page.is_wrong.then_some(texts.days_fault());
    view! {
        <form method="get" action=console_path(&shop_id(site), "figures") class="stack">
            {lang}
            <div class="pair">
                {day("from", texts.from(), &page.from, fault)}
                {day("until", texts.until(), &page.until, None)}
            </div>
            <div class="pair">
                <div class="field">
                    <label for="kind">{cases.kind()}</label>
                    <select id="kind" name="kind">
                        <option value="">{texts.any_kind()}</option>
                        {kinds}
                    </select>
                </div>
                <div class="field">
                    <label for="owner">{cases.owner()}</label>
                    <select id="owner" name="owner">
                        <option value="">{texts.any_owner()}</option>
                        <option value="nobody" selected=is(&CaseOwner::Nobody)>{texts.no_one()}</option>
                        {owners}
                    </select>
                </div>
            </div>
            <p class="actions">
                <button type="submit" class="button">{texts.show()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn of_report(site: Site, page: &FiguresPage) -> AnyView {
    let lang = site.lang;
    let texts = texts::Figures(lang);
    let report = &page.figures;
    let weeks = report.weeks.iter().map(|week| {
        let from = texts.week_from(&dates::long(lang, &week.from));
        (week.week.clone(), from, &week.figures)
    });
    let kinds = report.kinds.iter().map(|kind| {
        let name = feedback::kind(lang, kind.kind).to_owned();
        (name, String::new(), &kind.figures)
    });
    let agents = report.agents.iter().map(|agent| {
        let name = match &agent.agent {
            None => texts.no_one().to_owned(),
            Some(_) if agent.name.is_empty() => texts.gone().to_owned(),
            Some(_) => agent.name.clone(),
        };
        (name, String::new(), &agent.figures)
    });
    let href = with_query(here(site, "figures.csv"), page.query());
    view! {
        {summary(lang, &report.all)}
        {part(lang, texts.by_week(), texts.week(), weeks, Some(plots(lang, report)))}
        {part(lang, texts.by_kind(), texts.kind(), kinds, None)}
        {part(lang, texts.by_agent(), texts.agent(), agents, None)}
        <p class="actions">
            <a class="button" href=href rel="external" download="">{texts.download()}</a>
        </p>
    }
    .into_any()
}

/// The times of each week: the median as a part of the 90th percentile.
fn plots(lang: Lang, report: &FeedbackFigures) -> AnyView {
    let texts = texts::Figures(lang);
    let drawn = |heading: &'static str,
                 label: fn(texts::Figures, &str, &str) -> String,
                 of: fn(&CaseFigures) -> TimeFigures| {
        let all = of(&report.all);
        let label = label(texts, &time(lang, all.median), &time(lang, all.ninetieth));
        let height = |time: Option<u32>| i64::from(time.unwrap_or(0));
        let bars = report.weeks.iter().map(|week| {
            let times = of(&week.figures);
            (height(times.ninetieth), height(times.median))
        });
        let bars: Vec<_> = bars.collect();
        (all.count > 0).then(|| {
            view! {
                <h3>{heading}</h3>
                <div class="plot" inner_html=plot(&label, Pair::Part, &bars)></div>
                <p class="key">
                    <span class="of-bar">{texts.ninetieth()}</span>
                    <span class="of-bar out">{texts.median()}</span>
                </p>
            }
        })
    };
    view! {
        {drawn(
            texts.answer_time(),
            |texts, median, ninetieth| texts.answer_plot(median, ninetieth),
            |figures| figures.answer,
        )}
        {drawn(
            texts.resolve_time(),
            |texts, median, ninetieth| texts.resolve_plot(median, ninetieth),
            |figures| figures.resolve,
        )}
    }
    .into_any()
}

/// What the columns hold, in their order.
fn heads(lang: Lang) -> [&'static str; 12] {
    let texts = texts::Figures(lang);
    [
        texts.cases(),
        texts.answered(),
        texts.unanswered(),
        texts.answer_median(),
        texts.answer_ninetieth(),
        texts.resolved(),
        texts.unresolved(),
        texts.resolve_median(),
        texts.resolve_ninetieth(),
        texts.reopened(),
        texts.average(),
        texts.satisfied(),
    ]
}

/// All cases together, a line a figure.
fn summary(lang: Lang, figures: &CaseFigures) -> AnyView {
    let lines: Vec<_> = heads(lang)
        .into_iter()
        .zip(cells(lang, figures))
        .map(|(head, cell)| {
            view! {
                <tr>
                    <th scope="row">{head}</th>
                    <td class="number">{cell}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="part">
            <h2>{texts::Figures(lang).summary()}</h2>
            <table class="figures">
                <tbody>{lines}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// A table with a line for each, with its name and what is said below that, under its heading and what is drawn of it.
fn part<'a>(
    lang: Lang,
    heading: &'static str,
    of: &'static str,
    lines: impl Iterator<Item = (String, String, &'a CaseFigures)>,
    drawn: Option<AnyView>,
) -> AnyView {
    let heads = heads(lang).map(table::head).into_iter().collect();
    let lines: Vec<_> = lines
        .map(|(name, more, figures)| {
            let cells = cells(lang, figures).map(table::number);
            let more = (!more.is_empty()).then(|| view! { <span class="quiet">{more}</span> });
            let name = view! { {name} " " {more} };
            table::line(name, cells.into_iter().collect())
        })
        .collect();
    view! {
        <section class="part">
            <h2>{heading}</h2>
            {drawn}
            {table::wide(("figures of-cases", heading), of, heads, lines)}
        </section>
    }
    .into_any()
}

/// The figures as people read them, in the order of the columns.
fn cells(lang: Lang, figures: &CaseFigures) -> [String; 12] {
    let texts = texts::Figures(lang);
    let of = |part: u32, whole: u32| {
        share(part, whole).map_or_else(
            || texts.nothing().to_owned(),
            |tenths| {
                let share = format!("{}.{} %", tenths / 10, tenths % 10);
                texts.of(&grouped(part), &grouped(whole), &share)
            },
        )
    };
    let average = figures.average;
    let average = average.map(|average| format!("{}.{:02}", average / 100, average % 100));
    [
        grouped(figures.cases),
        grouped(figures.answer.count),
        grouped(figures.unanswered),
        time(lang, figures.answer.median),
        time(lang, figures.answer.ninetieth),
        grouped(figures.resolve.count),
        grouped(figures.unresolved),
        time(lang, figures.resolve.median),
        time(lang, figures.resolve.ninetieth),
        of(figures.reopened, figures.settled),
        average.unwrap_or_else(|| texts.nothing().to_owned()),
        of(figures.satisfied, figures.rated),
    ]
}

/// Seconds in words.
fn time(lang: Lang, seconds: Option<u32>) -> String {
    let texts = texts::Figures(lang);
    let Some(seconds) = seconds else {
        return texts.nothing().to_owned();
    };
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => texts.moment().to_owned(),
        (0, minutes) => texts.minutes(&minutes.to_string()),
        (hours, minutes) => texts.hours(&points(hours.into()), &minutes.to_string()),
    }
}

fn what_counts(lang: Lang) -> AnyView {
    let texts = texts::Figures(lang);
    let words = [
        texts.counts_week(),
        texts.counts_hours(),
        texts.counts_waiting(),
        texts.counts_percentile(),
        texts.counts_reopened(),
        texts.counts_agent(),
    ];
    let words = words.map(|words| view! { <p class="quiet">{words}</p> });
    view! {
        <section class="part">
            <h2>{texts.counts()}</h2>
            {words.into_iter().collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_words_and_nothing_is_a_dash() {
        for (seconds, words) in [
            (None, "–"),
            (Some(0), "under 1 min"),
            (Some(59), "under 1 min"),
            (Some(60), "1 min"),
            (Some(3_599), "59 min"),
            (Some(3_600), "1 h 0 min"),
            (Some(3_700_000), "1,027 h 46 min"),
        ] {
            assert_eq!(time(Lang::En, seconds), words);
        }
    }

    #[test]
    fn what_nobody_has_said_is_no_zero() {
        let one = CaseFigures {
            cases: 1,
            unanswered: 1,
            unresolved: 1,
            ..CaseFigures::default()
        };
        let cells = cells(Lang::En, &one);
        for at in [3, 4, 7, 8, 9, 10, 11] {
            assert_eq!(cells[at], "–", "{at}");
        }
        let rated = CaseFigures {
            rated: 3,
            satisfied: 2,
            average: Some(367),
            ..one
        };
        let cells = super::cells(Lang::En, &rated);
        assert_eq!((&*cells[10], &*cells[11]), ("3.67", "2 of 3 (66.7 %)"));
    }
}
