//! How satisfied shoppers are with what has become of their cases (CSAT).

use super::REOPENED_WITHIN;
use super::guests::CaseCode;
use super::writing::invalid;
use crate::problem::{Faults, Problem};
use crate::text::multiline;
use serde::{Deserialize, Serialize};

/// The best score; the worst is 1.
pub const SCORE_MAX: u8 = 5;
/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 1_000;

/// The path of the page to which the letter about a case leads that is resolved, by the code in it.
pub fn rate_path(key: &str, code: &str) -> String {
    ["/shops/", key, "/feedback/rate/", code].concat()
}

/// Whether a shopper can say how satisfied he is with a case at the time `now`: for as long as it could be opened again.
pub fn takes_rating(closed_at: Option<i64>, is_merged: bool, now: i64) -> bool {
    !is_merged && closed_at.is_some_and(|at| now < at + REOPENED_WITHIN)
}

/// How satisfied a shopper is with what has become of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseRating {
    /// From 1, very dissatisfied, to 5, very satisfied.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub score: u8,
    /// What the shopper says about it; may be empty or absent. At most 1,000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 1_000))]
    pub comment: String,
}

impl CaseRating {
    /// The same in the form in which it is kept.
    ///
    /// # Errors
    /// All fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let comment = multiline(&self.comment);
        if !(1..=SCORE_MAX).contains(&self.score) {
            faults.keep::<()>(Err(invalid("score", "a whole number from 1 to 5")));
        }
        if comment.chars().count() > COMMENT_MAX {
            faults.keep::<()>(Err(invalid("comment", "at most 1,000 characters")));
        }
        faults.none()?;
        Ok(Self { comment, ..self })
    }
}

/// The same of a case of somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestRating {
    /// The code.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub code: String,
    /// The email address that was left with the case, where one was; else empty.
    #[serde(default)]
    pub email: String,
    /// From 1, very dissatisfied, to 5, very satisfied.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub score: u8,
    /// What the shopper says about it; may be empty or absent. At most 1,000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 1_000))]
    pub comment: String,
}

impl GuestRating {
    /// Which case, and how satisfied.
    pub fn split(self) -> (CaseCode, CaseRating) {
        let asked = CaseCode {
            code: self.code,
            email: self.email,
        };
        let rating = CaseRating {
            score: self.score,
            comment: self.comment,
        };
        (asked, rating)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_rated_while_it_could_be_opened_again() {
        assert!(!takes_rating(None, false, 5));
        assert!(takes_rating(Some(0), false, REOPENED_WITHIN - 1));
        assert!(!takes_rating(Some(0), false, REOPENED_WITHIN));
        assert!(!takes_rating(Some(0), true, 5));
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let rating = |score, comment: &str| CaseRating {
            score,
            comment: comment.to_owned(),
        };
        assert_eq!(rating(5, " Good. ").checked().unwrap(), rating(5, "Good."));
        let long = "x".repeat(COMMENT_MAX + 1);
        for (wrong, fields) in [
            (rating(0, ""), vec!["score"]),
            (rating(6, &long), vec!["score", "comment"]),
        ] {
            let problem = wrong.checked().unwrap_err();
            assert_eq!(problem.fields().collect::<Vec<_>>(), fields);
        }
    }
}
