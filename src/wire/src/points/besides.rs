//! What rules give besides orders: for reviews and surveys. Pure functions, as what orders earn ([`earn`](super::earn)).

use super::rules::{Cap, POINTS_MAX, RETURN_DAYS_MAX};
use crate::reviews::writing::BODY_MAX;
use serde::{Deserialize, Serialize};

/// What a published review earns, however many stars it gives. Readers are told of each review that has earned something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewReward {
    /// How many points, once for each work.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
    /// Whether only for works of which the customer has bought an edition from the shop.
    #[serde(default)]
    pub verified_only: bool,
    /// How many characters the text has at least; 0 or absent for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 10_000))]
    pub min_length: u32,
    /// For how many days the points are pending: whoever deletes the review before loses them. 0 or absent for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 365))]
    pub pending_days: u32,
    /// The most that one customer's reviews earn in a period; absent for no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
}

/// A published review, as the rules see it: its stars are not among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenReview {
    /// Whether its author has bought the work.
    pub is_verified: bool,
    /// How many characters its text has.
    pub length: usize,
}

impl ReviewReward {
    /// What a review earns of a customer whose reviews have earned `before` in the period of the cap: how many points, and how
    /// many more it would have been without the cap. `None` where the rule is not for it.
    pub fn earns(&self, review: WrittenReview, before: i64) -> Option<(i64, i64)> {
        if review.length < self.min_length as usize || (self.verified_only && !review.is_verified) {
            return None;
        }
        Some(within(self.points, self.cap, before))
    }

    /// Checks the rule for rules.
    pub(super) fn check(&self, need: &mut impl FnMut(bool, String, &str)) {
        let points = 1..=POINTS_MAX;
        need(
            points.contains(&self.points),
            "review.points".into(),
            "a review earns 1 to 1,000,000 points",
        );
        need(
            self.min_length as usize <= BODY_MAX,
            "review.min_length".into(),
            "a review has at most 10,000 characters",
        );
        need(
            self.pending_days <= RETURN_DAYS_MAX,
            "review.pending_days".into(),
            "points are pending for at most 365 days",
        );
        need(
            self.cap.is_none_or(|cap| points.contains(&cap.points)),
            "review.cap.points".into(),
            "a cap is 1 to 1,000,000 points",
        );
    }
}

/// How many of so many points a cap leaves of which `before` are used up, and how many it does not.
pub(super) fn within(points: u32, cap: Option<Cap>, before: i64) -> (i64, i64) {
    let points = i64::from(points);
    let room = cap.map_or(points, |cap| i64::from(cap.points) - before);
    let kept = points.min(room.max(0));
    (kept, points - kept)
}

/// What a customer's answer to a survey earns, whatever is answered. Guests, who have no account, earn nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurveyReward {
    /// How many points, once for each survey.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
    /// For how many days the points are pending; 0 or absent for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 365))]
    pub pending_days: u32,
    /// The most that one customer's answers earn in a period; absent for no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
}

impl SurveyReward {
    /// What an answer earns of a customer whose answers have earned `before` in the period of the cap: how many points, and how
    /// many more it would have been without the cap. What was answered is not asked.
    pub fn earns(&self, before: i64) -> (i64, i64) {
        within(self.points, self.cap, before)
    }

    /// Checks the rule for rules.
    pub(super) fn check(&self, need: &mut impl FnMut(bool, String, &str)) {
        let points = 1..=POINTS_MAX;
        need(
            points.contains(&self.points),
            "survey.points".into(),
            "an answer to a survey earns 1 to 1,000,000 points",
        );
        need(
            self.pending_days <= RETURN_DAYS_MAX,
            "survey.pending_days".into(),
            "points are pending for at most 365 days",
        );
        need(
            self.cap.is_none_or(|cap| points.contains(&cap.points)),
            "survey.cap.points".into(),
            "a cap is 1 to 1,000,000 points",
        );
    }
}

/// What a review of a book earns, for who has not written it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewPromise {
    /// How many points.
    pub points: i64,
    /// Whether only who has bought the book gets them.
    pub verified_only: bool,
    /// How many characters the text has to have; 0 for any.
    pub min_length: u32,
}

#[cfg(test)]
mod tests {
    use super::super::rules::CapPeriod;
    use super::*;

    const PLAIN: ReviewReward = ReviewReward {
        points: 20,
        verified_only: false,
        min_length: 0,
        pending_days: 0,
        cap: None,
    };

    fn review(is_verified: bool, length: usize) -> WrittenReview {
        WrittenReview {
            is_verified,
            length,
        }
    }

    #[test]
    fn a_review_earns_what_the_rule_says_if_it_is_for_it() {
        assert_eq!(PLAIN.earns(review(false, 0), 1_000), Some((20, 0)));
        let strict = ReviewReward {
            verified_only: true,
            min_length: 50,
            ..PLAIN
        };
        assert_eq!(strict.earns(review(true, 50), 0), Some((20, 0)));
        assert_eq!(strict.earns(review(true, 49), 0), None);
        assert_eq!(strict.earns(review(false, 50), 0), None);
    }

    #[test]
    fn a_cap_cuts_and_says_so() {
        let period = CapPeriod::Month;
        let capped = ReviewReward {
            cap: Some(Cap { period, points: 50 }),
            ..PLAIN
        };
        for (before, earned) in [(0, (20, 0)), (40, (10, 10)), (50, (0, 20)), (90, (0, 20))] {
            assert_eq!(capped.earns(review(false, 1), before), Some(earned));
            let survey = SurveyReward {
                points: 20,
                pending_days: 0,
                cap: capped.cap,
            };
            assert_eq!(survey.earns(before), earned);
        }
    }
}
