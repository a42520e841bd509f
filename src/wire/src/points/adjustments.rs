//! Points that people add or take, with a reason; many at once take a second person.

use crate::problem::{Code, Faults, Problem};
use crate::text::single_line;
use crate::{AdjustmentId, CustomerId};
use serde::{Deserialize, Serialize};

/// The most points of one adjustment, either way.
pub const POINTS_MAX: i64 = 10_000_000;
/// The longest reason, in characters.
pub const REASON_MAX: usize = 300;
/// The longest reference, in characters.
pub const REFERENCE_MAX: usize = 100;

/// Points to be added or taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAdjustment {
    /// What names it for who sends it, 1 to 100 visible ASCII characters: the same reference is the same adjustment, and
    /// counts once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, pattern = "^[!-~]+$")
    )]
    pub reference: String,
    /// How many; below zero to take some away.
    #[cfg_attr(feature = "openapi", schema(minimum = -10_000_000, maximum = 10_000_000))]
    pub points: i64,
    /// Why, in words that the customer reads. 1 to 300 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub reason: String,
}

/// What has become of an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentState {
    /// It is above the limit of the rules, and waits for a second person.
    Waiting,
    /// It counts.
    Done,
    /// The second person has not confirmed it.
    Rejected,
}

impl AdjustmentState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Done, Self::Rejected];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Rejected => "rejected",
        }
    }

    /// The state that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// An adjustment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Adjustment {
    /// What names it here.
    pub id: AdjustmentId,
    /// What names it for who has sent it.
    pub reference: String,
    /// Whose points.
    pub customer: CustomerId,
    /// How many.
    pub points: i64,
    /// Why.
    pub reason: String,
    /// What has become of it.
    pub state: AdjustmentState,
    /// Who wants it: somebody of the staff, or a program; empty where that is not known any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When it was sent, in milliseconds since 1970 UTC.
    pub at: i64,
}

/// Adjustments that wait for a second person, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingAdjustments {
    /// Up to 100 of them.
    pub adjustments: Vec<Adjustment>,
}

/// What the second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdjustmentDecision {
    /// Whether it is right.
    pub confirm: bool,
}

impl NewAdjustment {
    /// Checks the rules that need no database, and brings the reason into the form that is kept.
    ///
    /// # Errors
    /// Names all fields that break a rule.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let invalid =
            |field: &str, rule: &str| Err(Problem::new(Code::FieldInvalid, rule).at(field));
        let mut faults = Faults::default();
        let visible = self.reference.bytes().all(|byte| byte.is_ascii_graphic());
        faults.keep(
            if visible && (1..=REFERENCE_MAX).contains(&self.reference.len()) {
                Ok(())
            } else {
                invalid(
                    "reference",
                    "a reference has 1 to 100 visible ASCII characters",
                )
            },
        );
        let fits = self.points != 0 && (-POINTS_MAX..=POINTS_MAX).contains(&self.points);
        faults.keep(if fits {
            Ok(())
        } else {
            invalid("points", "1 to 10,000,000 points are added or taken")
        });
        self.reason = single_line(&self.reason);
        faults.keep(if (1..=REASON_MAX).contains(&self.reason.chars().count()) {
            Ok(())
        } else {
            invalid("reason", "a reason has 1 to 300 characters")
        });
        faults.none()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let new = |reference: &str, points, reason: &str| NewAdjustment {
            reference: reference.into(),
            points,
            reason: reason.into(),
        };
        let problem = new("a b", 0, " \n ").checked().unwrap_err();
        let fields: Vec<_> = problem.fields().collect();
        assert_eq!(fields, ["reference", "points", "reason"]);
        assert!(new("a", POINTS_MAX + 1, "x").checked().is_err());
        assert!(new("a", i64::MIN, "x").checked().is_err());
        let kept = new("a", -5, " Damaged  on arrival ").checked().unwrap();
        assert_eq!(kept.reason, "Damaged on arrival");
    }
}
