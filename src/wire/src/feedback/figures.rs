//! Figures for the staff: how soon cases are answered and resolved, and how satisfied their shoppers are.
//!
//! A case counts where it was received, whatever becomes of it later. Cases that were merged into another one do not count, and
//! those that are gone with their shopper's account neither. Times are those in which somebody is there, by the hours that were
//! the shop's when it answered or resolved the case: whoever sets other hours later does not change what was.

use super::CaseKind;
use crate::StaffId;
use serde::{Deserialize, Serialize};

/// How many weeks are told where a request does not say which.
pub const WEEKS: i64 = 12;
/// The longest time that can be asked for, in days: 53 weeks.
pub const DAYS_MAX: i64 = 371;
/// The worst score of who is satisfied.
const SATISFIED: u8 = 4;

/// The percentile of numbers in ascending order, by the nearest rank: the smallest of them that at least `percent` percent of them
/// do not exceed. So it is always one of the numbers, never something between two; of an even count the median is the lower one
/// of the two in the middle. `None` where there are no numbers.
///
/// ```
/// use bookplate_wire::feedback::figures::percentile;
///
/// assert_eq!(percentile(&[1, 2, 3, 4], 50), Some(2));
/// assert_eq!(percentile(&[1, 2, 3, 4], 90), Some(4));
/// assert_eq!(percentile(&[], 50), None);
/// ```
pub fn percentile(ascending: &[u32], percent: usize) -> Option<u32> {
    let rank = (ascending.len() * percent).div_ceil(100).max(1);
    ascending.get(rank - 1).copied()
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeFigures {
    /// For how many cases that is known.
    pub count: u32,
    /// The time that half of them did not exceed (the nearest rank), in seconds in which somebody was there; absent where there
    /// are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<u32>,
    /// The time that nine of ten did not exceed (the nearest rank), likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ninetieth: Option<u32>,
}

impl TimeFigures {
    fn of(mut times: Vec<u32>) -> Self {
        times.sort_unstable();
        Self {
            count: u32::try_from(times.len()).unwrap_or(u32::MAX),
            median: percentile(&times, 50),
            ninetieth: percentile(&times, 90),
        }
    }
}

/// What has become of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseFigures {
    /// How many were received.
    pub cases: u32,
    /// The time to the first answer of those that have one.
    pub answer: TimeFigures,
    /// How many are open and have no answer yet.
    pub unanswered: u32,
    /// The time until they were resolved, of those that are. What passed while the shop waited for the shopper is not in it; what
    /// passed after a case was opened again is.
    pub resolve: TimeFigures,
    /// How many are open.
    pub unresolved: u32,
    /// How many were ever resolved.
    pub settled: u32,
    /// How many of those were opened again.
    pub reopened: u32,
    /// How many shoppers have said how satisfied they are.
    pub rated: u32,
    /// The average of what they have said, 1 to 5, in hundredths; absent where nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<u32>,
    /// How many of them have said 4 or 5.
    pub satisfied: u32,
}

/// The share of `part` in `whole` in tenths of a percent, rounded half up; `None` of nothing.
pub fn share(part: u32, whole: u32) -> Option<u64> {
    let whole = u64::from(whole);
    (whole > 0).then(|| (u64::from(part) * 1_000 + whole / 2) / whole)
}

/// What counts of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaseCounts {
    /// How long the first answer took, in seconds in which somebody was there.
    pub answer: Option<u32>,
    /// How long it took until it was resolved, likewise.
    pub resolve: u32,
    /// How often it was resolved.
    pub resolved: u32,
    /// Whether it is open.
    pub is_open: bool,
    /// How satisfied its shopper is.
    pub score: Option<u8>,
}

/// Cases that are being counted.
#[derive(Debug, Clone, Default)]
pub struct CaseTally {
    figures: CaseFigures,
    answers: Vec<u32>,
    resolved: Vec<u32>,
    scores: u32,
}

impl CaseTally {
    /// Counts a case.
    pub fn add(&mut self, case: &CaseCounts) {
        let figures = &mut self.figures;
        figures.cases += 1;
        self.answers.extend(case.answer);
        figures.unanswered += u32::from(case.is_open && case.answer.is_none());
        if case.is_open {
            figures.unresolved += 1;
        } else {
            self.resolved.push(case.resolve);
        }
        figures.settled += u32::from(case.resolved > 0);
        figures.reopened += u32::from(case.resolved > u32::from(!case.is_open));
        if let Some(score) = case.score {
            figures.rated += 1;
            figures.satisfied += u32::from(score >= SATISFIED);
            self.scores += u32::from(score);
        }
    }

    /// What has become of all that were counted.
    pub fn figures(self) -> CaseFigures {
        let rated = self.figures.rated;
        CaseFigures {
            answer: TimeFigures::of(self.answers),
            resolve: TimeFigures::of(self.resolved),
            average: (rated > 0).then(|| (self.scores * 100 + rated / 2) / rated),
            ..self.figures
        }
    }
}

/// What has become of the cases that were received in a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackFigures {
    /// The first day of it, `YYYY-MM-DD` in the shop's time zone.
    pub from: String,
    /// The last day of it, likewise.
    pub until: String,
    /// How many cases are left out because their times are still to be measured: they were received before this was kept, and
    /// follow in a while.
    pub unmeasured: u32,
    /// All of them.
    pub all: CaseFigures,
    /// Week by week, the first one first, also those without cases. The first and the last may be cut.
    pub weeks: Vec<WeekFigures>,
    /// By what they are; kinds without cases are left out.
    pub kinds: Vec<KindFigures>,
    /// By who deals with them now, whoever has most first.
    pub agents: Vec<AgentFigures>,
}

/// What has become of the cases of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekFigures {
    /// The week by ISO 8601, such as `2026-W49`.
    pub week: String,
    /// Its first day in the time that is asked for, `YYYY-MM-DD` in the shop's time zone.
    pub from: String,
    /// The figures.
    pub figures: CaseFigures,
}

/// What has become of the cases of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindFigures {
    /// The kind.
    pub kind: CaseKind,
    /// The figures.
    pub figures: CaseFigures,
}

/// What has become of the cases of somebody of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentFigures {
    /// Who deals with them; absent where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<StaffId>,
    /// What that person is called; empty for nobody, and for who is gone.
    pub name: String,
    /// The figures.
    pub figures: CaseFigures,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_numbers() {
        let ten: Vec<u32> = (1..=10).collect();
        for (numbers, percent, rank) in [
            (&ten[..], 50, 5),
            (&ten, 90, 9),
            (&ten, 91, 10),
            (&ten, 100, 10),
            (&ten, 0, 1),
            (&ten[..9], 50, 5),
            (&ten[..9], 90, 9),
            (&ten[..2], 50, 1),
            (&ten[..2], 90, 2),
            (&ten[..1], 50, 1),
            (&ten[..1], 90, 1),
        ] {
            let found = percentile(numbers, percent);
            assert_eq!(found, Some(rank), "{percent} of {numbers:?}");
        }
        assert_eq!(percentile(&[], 50), None);
        let hundred: Vec<u32> = (0..100).collect();
        assert_eq!(percentile(&hundred, 90), Some(89));
    }

    #[test]
    fn nothing_is_not_zero() {
        let none = CaseTally::default().figures();
        assert_eq!(none, CaseFigures::default());
        assert_eq!(
            (none.answer.median, none.resolve.ninetieth, none.average),
            (None, None, None)
        );
        assert_eq!(share(0, 0), None);
        let text = serde_json::to_string(&none).unwrap();
        assert!(
            !text.contains("median") && !text.contains("average"),
            "{text}"
        );
    }

    #[test]
    fn cases_that_are_open_are_counted_beside() {
        let mut tally = CaseTally::default();
        // Just received.
        tally.add(&CaseCounts {
            is_open: true,
            ..CaseCounts::default()
        });
        // Answered at once, resolved, opened again.
        tally.add(&CaseCounts {
            answer: Some(0),
            resolve: 60,
            resolved: 1,
            is_open: true,
            score: Some(2),
        });
        // Resolved without an answer, such as by a refund.
        tally.add(&CaseCounts {
            resolve: 30,
            resolved: 1,
            ..CaseCounts::default()
        });
        // Resolved twice.
        tally.add(&CaseCounts {
            answer: Some(10),
            resolve: 90,
            resolved: 2,
            is_open: false,
            score: Some(5),
        });
        let figures = tally.figures();
        let expected = CaseFigures {
            cases: 4,
            answer: TimeFigures {
                count: 2,
                median: Some(0),
                ninetieth: Some(10),
            },
            unanswered: 1,
            resolve: TimeFigures {
                count: 2,
                median: Some(30),
                ninetieth: Some(90),
            },
            unresolved: 2,
            settled: 3,
            reopened: 2,
            rated: 2,
            average: Some(350),
            satisfied: 1,
        };
        assert_eq!(figures, expected);
        assert_eq!(share(figures.reopened, figures.settled), Some(667));
    }
}
