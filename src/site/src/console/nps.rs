//! How likely customers are to recommend the shop: the score over time with the numbers behind it, and what they say with it.

use super::plot::track;
use super::surveys::{Tab, tabs};
use super::{fault, here, readonly, table, with_query};
use crate::context::Site;
use crate::forms::{Line, choice};
use crate::survey_page::NpsPage;
use bookplate_widgets::numbers::points;
use bookplate_widgets::{dates, texts};
use bookplate_wire::surveys::nps::{NpsFigures, NpsPart, NpsPeriod};
use leptos::prelude::*;

pub(super) fn view(site: Site, page: &NpsPage) -> AnyView {
    let texts = texts::Nps(site.lang);
    view! {
        <h1 tabindex="-1">{texts.heading()}</h1>
        {tabs(site, Tab::Nps)}
        <p class="quiet">{texts.hint()}</p>
        {settings(site, page)}
        {report(site, page)}
        {comments(site, page)}
    }
    .into_any()
}

fn settings(site: Site, page: &NpsPage) -> AnyView {
    let texts = texts::Nps(site.lang);
    let after = Line {
        name: "after_days",
        label: texts.after_days(),
        value: &page.after_days,
        kind: "number",
        autocomplete: "off",
        hint: texts.after_days_hint(),
        fault: fault(&page.faults, "after_days", texts.after_days_fault()),
    };
    view! {
        {readonly(site, page.may_change)}
        <form method="post" action=here(site, "nps") class="stack">
            <fieldset class="plain stack" disabled=!page.may_change>
                {choice("checkbox", "asks", "1", texts.asks(), page.asks)}
                {after.view()}
                {page.may_change.then(|| view! {
                    <p class="actions">
                        <button type="submit" class="button primary">{texts::Console(site.lang).save()}</button>
                    </p>
                })}
            </fieldset>
        </form>
    }
    .into_any()
}

/// A score with its sign.
fn signed(score: i64) -> String {
    match score {
        0 => "0".to_owned(),
        score if score < 0 => format!("\u{2212}{}", score.unsigned_abs()),
        score => format!("+{score}"),
    }
}

fn report(site: Site, page: &NpsPage) -> AnyView {
    let texts = texts::Nps(site.lang);
    let report = &page.report;
    let period = |by: NpsPeriod, words: &'static str| {
        let current = (by == page.by).then_some("page");
        let href = with_query(here(site, "nps"), [("by", by.as_str())]);
        view! { <li><a href=href aria-current=current>{words}</a></li> }
    };
    let said = match report.score {
        Some(score) => texts.score(
            &signed(score),
            &points(report.figures.answered().into()),
            &points(report.figures.asked.into()),
        ),
        None => texts.nothing_yet(&points(report.figures.asked.into())),
    };
    let lines: Vec<_> = report
        .parts
        .iter()
        .map(|part| line(site, page.by, part))
        .collect();
    let heads = vec![
        table::head(texts.score_head()),
        view! { <td></td> }.into_any(),
        table::head(texts.promoters()),
        table::head(texts.passives()),
        table::head(texts.detractors()),
        table::head(texts.asked()),
    ];
    let label = texts.over_time();
    view! {
        <section class="part">
            <h2>{texts.over_time()}</h2>
            <nav class="tabs" aria-label=texts.periods()>
                <ul>
                    {period(NpsPeriod::Month, texts.by_month())}
                    {period(NpsPeriod::Week, texts.by_week())}
                </ul>
            </nav>
            <p><strong>{said}</strong></p>
            <p class="quiet">{texts.formula()}</p>
            {table::wide(("figures spread nps-figures", label), texts.period(), heads, lines)}
        </section>
    }
    .into_any()
}

/// A period: its score as a number, its answers as a bar from detractors to promoters, and both as numbers.
fn line(site: Site, by: NpsPeriod, part: &NpsPart) -> AnyView {
    let label = match by {
        NpsPeriod::Month => dates::month(site.lang, part.from.get(..7).unwrap_or_default()),
        NpsPeriod::Week => dates::long(site.lang, &part.from),
    };
    let NpsFigures {
        asked,
        promoters,
        passives,
        detractors,
    } = part.figures;
    let score = part.score.map_or_else(|| "–".to_owned(), signed);
    // From all detractors, an empty bar, to all promoters, a full one.
    let bar = part
        .score
        .map_or(0, |score| u64::try_from((score + 100) * 5).unwrap_or(0));
    let number = |count: u32| table::number(points(count.into()));
    let cells = vec![
        table::number(score),
        track("bar out", bar),
        number(promoters),
        number(passives),
        number(detractors),
        number(asked),
    ];
    table::line(label, cells)
}

fn comments(site: Site, page: &NpsPage) -> AnyView {
    let texts = texts::Nps(site.lang);
    let lines: Vec<_> = page
        .comments
        .comments
        .iter()
        .map(|one| {
            let lines = one.comment.lines();
            let lines: Vec<_> = lines
                .map(|line| view! { <p>{line.to_owned()}</p> })
                .collect();
            view! {
                <li class="row">
                    <div class="what">
                        <div class="said" dir="auto">{lines}</div>
                        <p class="quiet">
                            <span class="mark">{texts.of_ten(&one.score.to_string())}</span>
                            <span>{dates::long(site.lang, &one.on)}</span>
                        </p>
                    </div>
                </li>
            }
        })
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="empty">{texts.no_comments()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{lines}</ul> }.into_any()
    };
    let more = page.comments.next.as_ref().map(|next| {
        let parameters = [("by", page.by.as_str()), ("after", next)];
        let href = with_query(here(site, "nps"), parameters);
        view! { <p><a class="go" href=href>{texts.more()}</a></p> }
    });
    view! {
        <section class="part">
            <h2>{texts.comments()}</h2>
            <p class="quiet">{texts::Surveys(site.lang).no_names()}</p>
            {list}
            {more}
        </section>
    }
    .into_any()
}
