//! Figures for the staff: how soon cases are answered and resolved, and how satisfied their shoppers are.

use crate::api::{read_query, unknown_parameter};
use crate::app::App;
use crate::reply::Failure;
use crate::shops::zone_named;
use crate::spreadsheet;
use crate::staff::access::Here;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_import::guarded;
use bookplate_store::Db;
use bookplate_store::feedback::FiguresAsked;
use bookplate_wire::feedback::CaseKind;
use bookplate_wire::feedback::figures::{
    AgentFigures, CaseFigures, CaseTally, DAYS_MAX, FeedbackFigures, KindFigures, WEEKS,
    WeekFigures,
};
use bookplate_wire::feedback::inbox::CaseOwner;
use bookplate_wire::{Code, Problem, StaffId};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::HashMap;
use utoipa::IntoParams;

/// Which cases are asked for.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The first day, `YYYY-MM-DD` in the shop's time zone; usually so that there are twelve weeks
    #[param(value_type = Option<String>)]
    pub(crate) from: Option<Date>,
    /// The last day, likewise; usually today. At most 371 days
    #[param(value_type = Option<String>)]
    pub(crate) until: Option<Date>,
    /// Cases of this kind alone
    #[param(inline)]
    pub(crate) kind: Option<CaseKind>,
    /// Cases of somebody alone: `me`, `nobody`, or the id of somebody of the staff
    #[param(value_type = Option<String>)]
    pub(crate) owner: Option<CaseOwner>,
}

impl Asked {
    /// Reads one parameter.
    ///
    /// # Errors
    /// When there is none of that name, or it holds something else.
    pub(crate) fn read(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let wrong = |rule: &str| Problem::new(Code::BadRequest, rule).at(name);
        let day = || value.parse().map_err(|_| wrong("a day such as 2027-01-31"));
        match name {
            "from" => self.from = Some(day()?),
            "until" => self.until = Some(day()?),
            "kind" => {
                let kind = CaseKind::from_word(value);
                self.kind = Some(kind.ok_or_else(|| wrong("there is no such kind"))?);
            }
            "owner" => {
                let owner = CaseOwner::from_word(value);
                self.owner = Some(owner.ok_or_else(|| wrong("me, nobody, or an id"))?);
            }
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    }

    /// The first and the last day.
    fn span(&self, today: Date) -> Result<(Date, Date), Problem> {
        let wrong = |rule: &str| Problem::new(Code::BadRequest, rule).at("from");
        let until = self.until.unwrap_or(today);
        let since = i64::from(until.weekday().to_monday_zero_offset());
        let usual = until.saturating_sub((since + 7 * (WEEKS - 1)).days());
        let from = self.from.unwrap_or(usual);
        if from > until {
            return Err(wrong("the first day is not after the last one"));
        }
        if from < until.saturating_sub((DAYS_MAX - 1).days()) {
            return Err(wrong("at most 371 days"));
        }
        Ok((from, until))
    }
}

/// How soon the cases of a time were answered first and resolved, in hours in which somebody was there; how satisfied their shoppers
/// are, and how many were opened again: week by week, by kind, and by who deals with them. Percentiles are those of the nearest
/// rank. A case counts where it was received; cases that were merged into another one do not count.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/feedback-figures", tag = "feedback", operation_id = "get_feedback_figures",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        Asked,
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = FeedbackFigures),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_feedback_figures(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Json<FeedbackFigures>, Failure> {
    let asked = read_asked(raw.as_deref())?;
    Ok(Json(figures(&app, here, asked).await?))
}

/// The same as CSV: a line for all, for each week, each kind and each agent. Times are in seconds; a cell is empty where nothing
/// is known.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/feedback-figures/export", tag = "feedback", operation_id = "export_feedback_figures",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        Asked,
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_feedback_figures(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let asked = read_asked(raw.as_deref())?;
    download(&app, here, asked).await
}

fn read_asked(raw: Option<&str>) -> Result<Asked, Failure> {
    let mut asked = Asked::default();
    read_query(raw, |name, value| asked.read(name, value))?;
    Ok(asked)
}

/// The figures of what is asked for.
///
/// # Errors
/// What is wrong with the days; else when the database does not answer, or there is too much to count.
pub(crate) async fn figures(
    app: &App,
    here: Here,
    asked: Asked,
) -> Result<FeedbackFigures, Failure> {
    let _turn = app.turns.search_if(true).await?;
    app.store
        .read(move |db: &mut Db| count(db, here, &asked))
        .await
}

fn count(db: &mut Db, here: Here, asked: &Asked) -> Result<FeedbackFigures, Failure> {
    let Here { shop, staff, .. } = here;
    let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
    let zone = zone_named(&settings.time_zone);
    let (from, until) = asked.span(Timestamp::now().to_zoned(zone.clone()).date())?;
    let agent = asked.owner.clone().map(|owner| match owner {
        CaseOwner::Nobody => None,
        CaseOwner::Me => Some(staff),
        CaseOwner::Staff(id) => Some(id),
    });
    let (mut all, mut unmeasured, mut weeks) = (CaseTally::default(), 0, Vec::new());
    let mut kinds: Vec<_> = CaseKind::ALL
        .iter()
        .map(|kind| (*kind, CaseTally::default()))
        .collect();
    let mut agents: HashMap<Option<StaffId>, CaseTally> = HashMap::new();
    // Week by week, so that no more than one has to be kept.
    for (begin, end) in weeks_of(from, until) {
        let mut week = CaseTally::default();
        let cases = FiguresAsked {
            from: midnight(begin, &zone),
            until: midnight(end, &zone),
            kind: asked.kind,
            agent: agent.clone(),
        };
        for case in db.counted_cases(&shop, &cases)? {
            let Some(counts) = case.counts else {
                unmeasured += 1;
                continue;
            };
            week.add(&counts);
            all.add(&counts);
            if let Some((_, tally)) = kinds.iter_mut().find(|(kind, _)| *kind == case.kind) {
                tally.add(&counts);
            }
            agents.entry(case.agent).or_default().add(&counts);
        }
        weeks.push(WeekFigures {
            week: iso_week(begin),
            from: begin.to_string(),
            figures: week.figures(),
        });
    }
    let kinds = kinds.into_iter().map(|(kind, tally)| KindFigures {
        kind,
        figures: tally.figures(),
    });
    Ok(FeedbackFigures {
        from: from.to_string(),
        until: until.to_string(),
        unmeasured,
        all: all.figures(),
        weeks,
        kinds: kinds.filter(|kind| kind.figures.cases > 0).collect(),
        agents: by_name(db, agents)?,
    })
}

/// The figures of agents with their names: whoever has most first, and nobody last.
fn by_name(
    db: &mut Db,
    agents: HashMap<Option<StaffId>, CaseTally>,
) -> Result<Vec<AgentFigures>, Failure> {
    let mut named = Vec::new();
    for (agent, tally) in agents {
        let name = match &agent {
            Some(agent) => db.case_owner_name(agent)?,
            None => String::new(),
        };
        named.push(AgentFigures {
            agent,
            name,
            figures: tally.figures(),
        });
    }
    named.sort_by(|one, other| {
        let place = |of: &AgentFigures| (of.agent.is_none(), std::cmp::Reverse(of.figures.cases));
        let order = place(one).cmp(&place(other));
        order.then_with(|| (&one.name, &one.agent).cmp(&(&other.name, &other.agent)))
    });
    Ok(named)
}

/// From when until before when each week of a time is, the first one and the last one cut.
fn weeks_of(from: Date, until: Date) -> Vec<(Date, Date)> {
    let end = until.saturating_add(1.day());
    let mut begins = vec![from];
    // A date has a next Monday everywhere but at the calendar's end.
    let next = |day: Date| day.nth_weekday(1, Weekday::Monday).ok();
    while let Some(begin) = begins
        .last()
        .copied()
        .and_then(next)
        .filter(|day| *day < end)
    {
        begins.push(begin);
    }
    let ends = begins.iter().skip(1).copied().chain([end]);
    begins.iter().copied().zip(ends).collect()
}

/// The week of a day by ISO 8601.
fn iso_week(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// When a day begins, in milliseconds since 1970 UTC; at the calendar's ends as far as it reaches.
fn midnight(day: Date, zone: &TimeZone) -> i64 {
    let begin = day.to_zoned(zone.clone()).map(|begin| begin.timestamp());
    begin.unwrap_or(Timestamp::MAX).as_millisecond()
}

/// The file. It says of no shopper anything, so the audit log does not either.
///
/// # Errors
/// As [`figures`].
pub(crate) async fn download(app: &App, here: Here, asked: Asked) -> Result<Response, Failure> {
    let report = figures(app, here, asked).await?;
    let name = format!("feedback-{}-{}.csv", report.from, report.until);
    let all = cells("all", "", &report.all);
    let weeks = report.weeks.iter();
    let weeks = weeks.map(|week| cells("week", &week.week, &week.figures));
    let kinds = report.kinds.iter();
    let kinds = kinds.map(|kind| cells("kind", kind.kind.as_str(), &kind.figures));
    let agents = report.agents.iter();
    let agents = agents.map(|agent| {
        let id = agent.agent.as_ref().map_or("", StaffId::as_str);
        let name = if agent.name.is_empty() {
            id
        } else {
            &agent.name
        };
        cells("agent", name, &agent.figures)
    });
    let rows = [all].into_iter().chain(weeks).chain(kinds).chain(agents);
    Ok(spreadsheet::reply(&name, HEADER, rows))
}

const HEADER: [&str; 16] = [
    "by",
    "name",
    "cases",
    "answered",
    "unanswered",
    "answer_median_seconds",
    "answer_ninetieth_seconds",
    "resolved",
    "unresolved",
    "resolve_median_seconds",
    "resolve_ninetieth_seconds",
    "ever_resolved",
    "reopened",
    "ratings",
    "average",
    "satisfied",
];

fn cells(by: &str, name: &str, figures: &CaseFigures) -> [String; 16] {
    let known = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let average = figures.average;
    let average = average.map(|average| format!("{}.{:02}", average / 100, average % 100));
    [
        by.to_owned(),
        guarded(name).into_owned(),
        figures.cases.to_string(),
        figures.answer.count.to_string(),
        figures.unanswered.to_string(),
        known(figures.answer.median),
        known(figures.answer.ninetieth),
        figures.resolve.count.to_string(),
        figures.unresolved.to_string(),
        known(figures.resolve.median),
        known(figures.resolve.ninetieth),
        figures.settled.to_string(),
        figures.reopened.to_string(),
        figures.rated.to_string(),
        average.unwrap_or_default(),
        figures.satisfied.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn twelve_weeks_are_told_where_nothing_is_asked_for() {
        let sunday = date(2030, 3, 31);
        let (from, until) = Asked::default().span(sunday).unwrap();
        assert_eq!((from, until), (date(2030, 1, 7), sunday));
        assert_eq!(weeks_of(from, until).len(), 12);
        let monday = date(2030, 4, 1);
        let (from, until) = Asked::default().span(monday).unwrap();
        assert_eq!((from, until), (date(2030, 1, 14), monday));
        let weeks = weeks_of(from, until);
        assert_eq!(weeks.len(), 12);
        assert_eq!(weeks.last(), Some(&(monday, date(2030, 4, 2))));
    }

    #[test]
    fn weeks_begin_on_mondays_and_are_cut_at_both_ends() {
        let weeks = weeks_of(date(2030, 1, 2), date(2030, 1, 15));
        let expected = [
            (date(2030, 1, 2), date(2030, 1, 7)),
            (date(2030, 1, 7), date(2030, 1, 14)),
            (date(2030, 1, 14), date(2030, 1, 16)),
        ];
        assert_eq!(weeks, expected);
        let day = date(2030, 1, 2);
        assert_eq!(weeks_of(day, day), [(day, date(2030, 1, 3))]);
        // The first days of a year can be of a week of the year before, and the last ones of the next.
        assert_eq!(iso_week(date(2027, 1, 1)), "2026-W53");
        assert_eq!(iso_week(date(2029, 12, 31)), "2030-W01");
    }

    #[test]
    fn days_that_are_none_are_refused() {
        let mut asked = Asked::default();
        for (name, value) in [
            ("from", "2030-02-30"),
            ("until", ""),
            ("kind", "gossip"),
            ("owner", "x"),
            ("color", "red"),
        ] {
            let problem = asked.read(name, value).unwrap_err();
            assert_eq!(problem.field.as_deref(), Some(name));
        }
        let span = |from, until| {
            let asked = Asked {
                from: Some(from),
                until: Some(until),
                ..Asked::default()
            };
            asked.span(date(2030, 1, 1))
        };
        let (day, before) = (date(2030, 1, 2), date(2030, 1, 1));
        assert!(span(day, before).is_err());
        assert!(span(before, before.saturating_add(370.days())).is_ok());
        assert!(span(before, before.saturating_add(371.days())).is_err());
        // Where the calendar ends there are still weeks.
        assert!(!weeks_of(Date::MAX, Date::MAX).is_empty());
    }
}
