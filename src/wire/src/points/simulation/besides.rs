//! What rules give besides orders, in a simulation: by both texts for what has happened.

use super::{Comparison, Side, days_of, give};
use crate::CustomerId;
use crate::orders::Money;
use crate::points::besides::WrittenReview;
use crate::points::earn::{Returned, given_back};
use crate::points::referrals::ReferralReward;
use crate::points::rules::{BIRTHDAY, CapPeriod, REFERRAL, REVIEW, SIGN_UP, SURVEY, WELCOME};
use std::collections::HashSet;

/// For what rules give besides orders and invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Besides {
    /// Somebody has signed up.
    SignUp,
    /// Somebody had birthday.
    Birthday,
    /// Readers see a review since.
    Review(WrittenReview),
    /// Somebody has answered a survey.
    Survey,
}

/// An order of somebody who had taken an invitation by then.
#[derive(Debug, Clone)]
pub struct InvitedOrder {
    /// Who has ordered.
    pub by: CustomerId,
    /// The day, `YYYY-MM-DD` in the shop's time zone.
    pub placed_on: String,
    /// What was paid for all of it.
    pub total: Money,
    /// What was given back of all of it.
    pub returned: Returned,
    /// Whether it is from before the orders that are counted: then it fills the cap, and what has earned by it earns no more.
    pub is_before: bool,
}

/// The invitations of the inviter who was counted last.
#[derive(Debug, Default)]
pub(super) struct Invitations {
    inviter: Option<CustomerId>,
    /// What they have earned in the latest period of their cap, by how its days begin.
    period: String,
    earned: i64,
    /// Whose have earned.
    done: HashSet<CustomerId>,
}

impl Invitations {
    /// What an order brings who has invited, and who was invited, without what was given back.
    fn order(
        &mut self,
        reward: &ReferralReward,
        inviter: &CustomerId,
        order: &InvitedOrder,
    ) -> (i64, i64) {
        if self.inviter.as_ref() != Some(inviter) {
            *self = Self {
                inviter: Some(inviter.clone()),
                ..Self::default()
            };
        }
        let period = reward
            .cap
            .map_or("", |cap| days_of(cap.period, &order.placed_on));
        if self.period != period {
            (self.period, self.earned) = (period.to_owned(), 0);
        }
        if self.done.contains(&order.by) {
            return (0, 0);
        }
        let Some((points, _)) = reward.earns(&order.total, self.earned) else {
            return (0, 0);
        };
        self.done.insert(order.by.clone());
        let kept = |points: i64| points - given_back(points, &order.returned);
        let points = kept(points);
        self.earned += points;
        (points, kept(reward.welcome.into()))
    }
}

impl Side {
    fn besides(&mut self, customer: &CustomerId, day: &str, what: Besides) -> i64 {
        let (rule, points) = match what {
            Besides::SignUp => (SIGN_UP, self.rules.sign_up.into()),
            Besides::Birthday => (BIRTHDAY, self.rules.birthday_gift.into()),
            Besides::Review(review) => (REVIEW, self.review(customer, day, review)),
            Besides::Survey => (SURVEY, self.survey(customer, day)),
        };
        give(&mut self.by_rule, rule, points);
        points
    }

    fn review(&mut self, customer: &CustomerId, day: &str, review: WrittenReview) -> i64 {
        let Some(reward) = &self.rules.review else {
            return 0;
        };
        let period = reward.cap.map_or("", |cap| days_of(cap.period, day));
        let before = so_far(self.reviewed.as_ref(), customer, period);
        let earned = reward.earns(review, before);
        let points = earned.map_or(0, |(points, _)| points);
        self.reviewed = Some((customer.clone(), period.to_owned(), before + points));
        points
    }

    fn survey(&mut self, customer: &CustomerId, day: &str) -> i64 {
        let Some(reward) = &self.rules.survey else {
            return 0;
        };
        let period = reward.cap.map_or("", |cap| days_of(cap.period, day));
        let before = so_far(self.surveyed.as_ref(), customer, period);
        let (points, _) = reward.earns(before);
        self.surveyed = Some((customer.clone(), period.to_owned(), before + points));
        points
    }

    fn invited(&mut self, inviter: &CustomerId, order: &InvitedOrder) -> i64 {
        let Some(reward) = &self.rules.referral else {
            return 0;
        };
        let (points, welcome) = self.invitations.order(reward, inviter, order);
        if order.is_before {
            return 0;
        }
        give(&mut self.by_rule, REFERRAL, points);
        give(&mut self.by_rule, WELCOME, welcome);
        points + welcome
    }
}

/// What a customer has earned so in a period, if that is what was counted last.
fn so_far(last: Option<&(CustomerId, String, i64)>, customer: &CustomerId, period: &str) -> i64 {
    let same = last.filter(|(who, days, _)| who == customer && days == period);
    same.map_or(0, |(.., points)| *points)
}

impl Comparison {
    /// Counts what a customer gets besides orders on a day, `YYYY-MM-DD`: of each customer the earliest day first. It is in the sums,
    /// and says nothing of who gains or loses.
    pub fn besides(&mut self, customer: &CustomerId, day: &str, what: Besides) {
        let before = self.before.as_mut();
        let before = before.map_or(0, |side| side.besides(customer, day, what));
        let after = self.after.besides(customer, day, what);
        self.add(day, (before, after));
    }

    /// Adds what has come besides orders on a day to its month.
    fn add(&mut self, day: &str, (before, after): (i64, i64)) {
        if (before, after) == (0, 0) {
            return;
        }
        let month = self.month(days_of(CapPeriod::Month, day));
        month.before += before;
        month.after += after;
    }

    /// Whether it matters to one of the texts who was invited by whom.
    pub fn has_referrals(&self) -> bool {
        let mut sides = self.before.iter().chain([&self.after]);
        sides.any(|side| side.rules.referral.is_some())
    }

    /// Counts an order of somebody who was invited: all those of an inviter come one after the other, in the order in which they were
    /// placed. What comes of it is in the sums, and says nothing of who gains or loses.
    pub fn invited(&mut self, inviter: &CustomerId, order: &InvitedOrder) {
        let before = self.before.as_mut();
        let before = before.map_or(0, |side| side.invited(inviter, order));
        let after = self.after.invited(inviter, order);
        self.add(&order.placed_on, (before, after));
    }
}
