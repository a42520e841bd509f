//! How likely customers are to recommend the shop (NPS): asked now and then, on the page, and never twice within 90 days.
//!
//! The score is that of Frederick F. Reichheld, “The One Number You Need to Grow”, Harvard Business Review, December 2003: the
//! percentage of those who answer 9 or 10 less the percentage of those who answer 0 to 6.

use crate::problem::Faults;
use crate::text::multiline;
use crate::{Code, NpsAskId, Problem};
use serde::{Deserialize, Serialize};

/// For how long nobody is asked again who was asked, or has answered: 90 days, in milliseconds.
pub const PAUSE: i64 = 90 * DAY;
const DAY: i64 = 24 * 3_600_000;
/// The best score; the worst is 0.
pub const SCORE_MAX: u8 = 10;
/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 1_000;
/// For how many days after joining nobody is asked at most.
pub const AFTER_DAYS_MAX: u32 = 365;

/// Whether and whom a shop asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NpsSettings {
    /// Whether anybody is asked.
    pub asks: bool,
    /// How many days after joining somebody can be asked for the first time.
    #[cfg_attr(feature = "openapi", schema(maximum = 365))]
    pub after_days: u32,
}

impl Default for NpsSettings {
    fn default() -> Self {
        Self {
            asks: false,
            after_days: 30,
        }
    }
}

impl NpsSettings {
    /// The same, if they are in order.
    ///
    /// # Errors
    /// Names the field that breaks a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        if self.after_days > AFTER_DAYS_MAX {
            let rule = "at most 365 days";
            return Err(Problem::new(Code::FieldInvalid, rule).at("after_days"));
        }
        Ok(self)
    }
}

/// What decides whether a customer who is signed in is asked now. Times are in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NpsTurn {
    /// What the shop wants.
    pub settings: NpsSettings,
    /// When the customer joined.
    pub joined_at: i64,
    /// When the customer was asked last.
    pub asked_at: Option<i64>,
    /// When the customer has answered last, which can be long after being asked.
    pub answered_at: Option<i64>,
    /// How many of the customer's cases are not resolved: who waits for help is not asked how much the shop is liked.
    pub open_cases: usize,
}

impl NpsTurn {
    /// Whether it is the customer's turn at the time `now`.
    pub fn is_due(&self, now: i64) -> bool {
        let rested = |at: Option<i64>| at.is_none_or(|at| at + PAUSE <= now);
        self.settings.asks
            && self.open_cases == 0
            && self.joined_at + i64::from(self.settings.after_days) * DAY <= now
            && rested(self.asked_at)
            && rested(self.answered_at)
    }
}

/// Whether the customer is to be asked now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsAsked {
    /// What names the question that is to be shown; absent where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<NpsAskId>,
    /// The question as HTML for the page, where its language was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// How likely a customer is to recommend the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NpsAnswer {
    /// From 0, not at all, to 10, extremely.
    #[cfg_attr(feature = "openapi", schema(maximum = 10))]
    pub score: u8,
    /// Why; may be empty or absent. At most 1,000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 1_000))]
    pub comment: String,
}

impl NpsAnswer {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// Names all fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let comment = multiline(&self.comment);
        let wrong = |rule: &str, field: &str| Problem::new(Code::FieldInvalid, rule).at(field);
        if self.score > SCORE_MAX {
            faults.keep::<()>(Err(wrong("a whole number from 0 to 10", "score")));
        }
        if comment.chars().count() > COMMENT_MAX {
            faults.keep::<()>(Err(wrong("at most 1,000 characters", "comment")));
        }
        faults.none()?;
        Ok(Self { comment, ..self })
    }
}

/// How many have answered what, and how many were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsFigures {
    /// How many were asked.
    pub asked: u32,
    /// How many have answered 9 or 10.
    pub promoters: u32,
    /// How many have answered 7 or 8.
    pub passives: u32,
    /// How many have answered 0 to 6.
    pub detractors: u32,
}

impl NpsFigures {
    /// Counts so many who were asked, and have answered `score` or nothing.
    pub fn add(&mut self, score: Option<u8>, count: u32) {
        self.asked += count;
        match score {
            None => {}
            Some(0..=6) => self.detractors += count,
            Some(7..=8) => self.passives += count,
            Some(_) => self.promoters += count,
        }
    }

    /// How many have answered.
    pub fn answered(&self) -> u32 {
        self.promoters + self.passives + self.detractors
    }

    /// The score, -100 to 100, rounded; `None` where nobody has answered.
    pub fn score(&self) -> Option<i64> {
        let answered = i64::from(self.answered());
        let lead = i64::from(self.promoters) - i64::from(self.detractors);
        // Half away from zero, as people round.
        let half = answered / 2 * lead.signum();
        (answered > 0).then(|| (lead * 100 + half) / answered)
    }
}

impl std::ops::AddAssign for NpsFigures {
    fn add_assign(&mut self, other: Self) {
        self.asked += other.asked;
        self.promoters += other.promoters;
        self.passives += other.passives;
        self.detractors += other.detractors;
    }
}

/// The length of the periods of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NpsPeriod {
    /// Calendar months, the last 12.
    #[default]
    Month,
    /// Weeks from Monday on, the last 12.
    Week,
}

impl NpsPeriod {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Week => "week",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Month, Self::Week]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// What has come of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsPart {
    /// Its first day, `YYYY-MM-DD` in the shop's time zone.
    pub from: String,
    /// Of those who were asked in it.
    pub figures: NpsFigures,
    /// The score, -100 to 100; absent where nobody has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
}

/// How likely customers are to recommend the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsReport {
    /// All of it together.
    pub figures: NpsFigures,
    /// The score, -100 to 100; absent where nobody has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
    /// Its periods, the oldest first, also those in which nobody was asked.
    pub parts: Vec<NpsPart>,
}

/// An answer with a comment. Whose it is nobody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsComment {
    /// What names it.
    pub id: NpsAskId,
    /// The day on which it was asked, `YYYY-MM-DD` in the shop's time zone.
    pub on: String,
    /// From 0 to 10.
    pub score: u8,
    /// The comment.
    pub comment: String,
}

/// A page of comments, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsComments {
    /// The comments.
    pub comments: Vec<NpsComment>,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// That a customer was asked, for the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnNps {
    /// When, in milliseconds since 1970 UTC.
    pub asked_at: i64,
    /// What the customer has answered, from 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// With these words; may be empty.
    pub comment: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_turn_it_is_the_rules_say() {
        let now = 1_000 * DAY;
        let due = NpsTurn {
            settings: NpsSettings {
                asks: true,
                after_days: 30,
            },
            joined_at: now - 30 * DAY,
            asked_at: None,
            answered_at: None,
            open_cases: 0,
        };
        let off = NpsSettings::default();
        let at_once = NpsSettings {
            after_days: 0,
            ..due.settings
        };
        for (why, turn, expected) in [
            ("joined long enough ago", due, true),
            (
                "switched off",
                NpsTurn {
                    settings: off,
                    ..due
                },
                false,
            ),
            (
                "joined a moment too late",
                NpsTurn {
                    joined_at: due.joined_at + 1,
                    ..due
                },
                false,
            ),
            (
                "joined just now, no wait",
                NpsTurn {
                    settings: at_once,
                    joined_at: now,
                    ..due
                },
                true,
            ),
            (
                "a case is open",
                NpsTurn {
                    open_cases: 1,
                    ..due
                },
                false,
            ),
            (
                "asked 90 days ago",
                NpsTurn {
                    asked_at: Some(now - PAUSE),
                    ..due
                },
                true,
            ),
            (
                "asked a moment later",
                NpsTurn {
                    asked_at: Some(now - PAUSE + 1),
                    ..due
                },
                false,
            ),
            (
                "answered 90 days ago",
                NpsTurn {
                    answered_at: Some(now - PAUSE),
                    ..due
                },
                true,
            ),
            (
                "answered a moment later",
                NpsTurn {
                    answered_at: Some(now - PAUSE + 1),
                    ..due
                },
                false,
            ),
            (
                "asked long ago, answered lately",
                NpsTurn {
                    asked_at: Some(now - 2 * PAUSE),
                    answered_at: Some(now - DAY),
                    ..due
                },
                false,
            ),
        ] {
            assert_eq!(turn.is_due(now), expected, "{why}");
        }
    }

    #[test]
    fn the_score_is_promoters_less_detractors() {
        for (answers, expected) in [
            (&[][..], None),
            (&[9, 10], Some(100)),
            (&[0, 6], Some(-100)),
            (&[7, 8], Some(0)),
            (&[10, 9, 8, 6], Some(25)),
            (&[10, 7, 7], Some(33)),
            (&[10, 10, 7], Some(67)),
            (&[0, 0, 7], Some(-67)),
        ] {
            let mut figures = NpsFigures::default();
            for score in answers {
                figures.add(Some(*score), 1);
            }
            figures.add(None, 5);
            assert_eq!(figures.score(), expected, "{answers:?}");
            assert_eq!(figures.asked as usize, answers.len() + 5);
        }
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let answer = |score, comment: &str| NpsAnswer {
            score,
            comment: comment.to_owned(),
        };
        assert_eq!(answer(0, " Hm. ").checked().unwrap(), answer(0, "Hm."));
        let long = "x".repeat(COMMENT_MAX + 1);
        let problem = answer(11, &long).checked().unwrap_err();
        assert_eq!(problem.fields().collect::<Vec<_>>(), ["score", "comment"]);
        let settings = NpsSettings {
            asks: true,
            after_days: 366,
        };
        assert_eq!(
            settings.checked().unwrap_err().field.as_deref(),
            Some("after_days")
        );
    }
}
