//! Invitations: what customers earn by bringing others, and what those get for coming. What is earned is a pure function, as it is
//! for orders ([`earn`](super::earn)).

use super::besides::within;
use super::rules::{Cap, POINTS_MAX, is_currency};
use crate::orders::{AMOUNT_MAX, Money};
use serde::{Deserialize, Serialize};

/// For how many days after a customer was first seen an invitation can be taken.
pub const NEW_DAYS: i64 = 30;

/// What an invitation earns, once: when the customer who was invited places a first order after taking it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferralReward {
    /// How many points who has invited gets.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
    /// How many points who was invited gets; 0 or absent for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub welcome: u32,
    /// What the order has to reach; absent for any order that costs something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
    /// The most that one customer's invitations earn in a period; absent for no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
}

impl ReferralReward {
    /// What an order earns who has invited, of a customer whose invitations have earned `before` in the period of the cap: how many
    /// points, and how many more it would have been without the cap. `None` where the order does not reach what it has to.
    ///
    /// What costs nothing is no purchase: anybody can order that as often as they like.
    pub fn earns(&self, order: &Money, before: i64) -> Option<(i64, i64)> {
        let reaches = match &self.minimum {
            Some(minimum) => order.currency == minimum.currency && order.amount >= minimum.amount,
            None => order.amount > 0,
        };
        reaches.then(|| within(self.points, self.cap, before))
    }

    /// What customers are told of it.
    pub fn offer(&self) -> ReferralOffer {
        ReferralOffer {
            points: self.points.into(),
            welcome: self.welcome.into(),
            minimum: self.minimum.clone(),
        }
    }

    /// Checks the rule for rules.
    pub(super) fn check(&self, need: &mut impl FnMut(bool, String, &str)) {
        let points = 1..=POINTS_MAX;
        need(
            points.contains(&self.points),
            "referral.points".into(),
            "an invitation earns 1 to 1,000,000 points",
        );
        need(
            self.welcome <= POINTS_MAX,
            "referral.welcome".into(),
            "a rule gives at most 1,000,000 points",
        );
        if let Some(minimum) = &self.minimum {
            need(
                is_currency(&minimum.currency),
                "referral.minimum.currency".into(),
                "a currency is an ISO 4217 code",
            );
            need(
                (1..=AMOUNT_MAX).contains(&minimum.amount),
                "referral.minimum.amount".into(),
                "an amount is 1 to 1,000,000,000,000 minor units",
            );
        }
        need(
            self.cap.is_none_or(|cap| points.contains(&cap.points)),
            "referral.cap.points".into(),
            "a cap is 1 to 1,000,000 points",
        );
    }
}

/// What an invitation gives by the rules of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralOffer {
    /// How many points who has invited gets.
    pub points: i64,
    /// How many points who was invited gets; 0 for none.
    pub welcome: i64,
    /// What the first order has to reach; absent for any order that costs something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
}

/// A customer's invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Referral {
    /// The code that names the customer in the link; empty where nothing is given for invitations today.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The link for others; empty where there is no code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// How many have taken the customer's invitation.
    pub invited: u32,
    /// For how many of them it has earned.
    pub earned: u32,
    /// How many points it has earned, and kept.
    pub points: i64,
    /// What an invitation gives today; absent where it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<ReferralOffer>,
    /// Whether the customer can take somebody else's invitation.
    pub may_take: bool,
}

/// An invitation that a customer takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakenReferral {
    /// The code in the link, however it is typed.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub code: String,
}

/// What is known of a customer's invitations, without anybody else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptReferral {
    /// The customer's own code; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// When the customer has taken somebody's invitation, in milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<i64>,
    /// Those who have taken the customer's, the earliest first.
    pub invited: Vec<KeptInvitation>,
}

/// Somebody who has taken an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptInvitation {
    /// When, in milliseconds since 1970 UTC.
    pub taken_at: i64,
    /// Whether it has earned.
    pub earned: bool,
}

/// The path of the page to which a customer's link leads.
pub fn invite_path(key: &str, code: &str) -> String {
    ["/shops/", key, "/invite/", code].concat()
}

/// What names the code in the address of a page where an invitation is taken.
pub const INVITE: &str = "invite";

#[cfg(test)]
mod tests {
    use super::super::rules::CapPeriod;
    use super::*;

    fn cny(amount: i64) -> Money {
        Money {
            amount,
            currency: "CNY".into(),
        }
    }

    #[test]
    fn an_invitation_earns_by_an_order_that_reaches_the_minimum() {
        let mut rule = ReferralReward {
            points: 100,
            welcome: 50,
            minimum: None,
            cap: None,
        };
        assert_eq!(rule.earns(&cny(1), 10_000), Some((100, 0)));
        assert_eq!(rule.earns(&cny(0), 0), None);
        rule.minimum = Some(cny(5_000));
        assert_eq!(rule.earns(&cny(4_999), 0), None);
        assert_eq!(rule.earns(&cny(5_000), 0), Some((100, 0)));
        let euros = Money {
            currency: "EUR".into(),
            ..cny(5_000)
        };
        assert_eq!(rule.earns(&euros, 0), None);
        let period = CapPeriod::Year;
        rule.cap = Some(Cap {
            period,
            points: 150,
        });
        for (before, earned) in [(0, (100, 0)), (100, (50, 50)), (150, (0, 100))] {
            assert_eq!(rule.earns(&cny(5_000), before), Some(earned));
        }
    }
}
