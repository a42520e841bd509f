//! Membership points: what a customer has, why, and what the shop's rules say.
//!
//! Points are kept as a ledger to which entries are only added. What stands here is what is read of it; what an order
//! earns is one pure function ([`earn`]), and the rules are data with versions ([`rules`]).

pub mod adjustments;
pub mod besides;
pub mod books;
pub mod cards;
pub mod categories;
pub mod checkout;
pub mod codes;
pub mod course;
pub mod earn;
pub mod element;
pub mod liability;
pub mod referrals;
pub mod rewards;
pub mod rules;
pub mod simulation;
pub mod standing;
pub mod tiers;

use crate::PointsEntryId;
use crate::orders::Money;
use rewards::RewardName;
use serde::{Deserialize, Serialize};
use tiers::TierStanding;

/// What an entry of a customer's statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Points came by a rule: for a line of an order, or for signing up.
    Earned,
    /// Points that were pending can be used: the time to return the goods is over.
    Matured,
    /// A refund has taken back what the line had earned.
    TakenBack,
    /// Points were not used in time.
    Expired,
    /// Somebody of the staff, or a program of the shop's, has added or taken points, with a reason.
    Adjusted,
    /// Points are held for an order that is about to be paid.
    Held,
    /// The order was not paid after all: its points can be used again.
    Released,
    /// An order was paid with points that were held.
    Spent,
    /// A refund of an order that was paid with points has given some back.
    Returned,
    /// Points came back that a refund had found spent, and are taken now.
    Recovered,
    /// A reward was had for points.
    Redeemed,
    /// A reward was cancelled unused: its points can be used again.
    Cancelled,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Earned,
        Self::Matured,
        Self::TakenBack,
        Self::Expired,
        Self::Adjusted,
        Self::Held,
        Self::Released,
        Self::Spent,
        Self::Returned,
        Self::Recovered,
        Self::Redeemed,
        Self::Cancelled,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Matured => "matured",
            Self::TakenBack => "taken_back",
            Self::Expired => "expired",
            Self::Adjusted => "adjusted",
            Self::Held => "held",
            Self::Released => "released",
            Self::Spent => "spent",
            Self::Returned => "returned",
            Self::Recovered => "recovered",
            Self::Redeemed => "redeemed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The rule that an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryRule {
    /// What names it among the rules: `base`, `first_order`, `sign_up`, `birthday_gift`, `review_reward`, `survey_reward`,
    /// `referral_reward`, `referral_welcome`, the id of a bonus, or `tier:` and the id of a tier.
    pub id: String,
    /// What the shop calls the bonus; empty for the others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the tier is called, in each language; empty for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tier: Vec<RewardName>,
    /// The version of the rules.
    pub version: u32,
}

/// An entry of a customer's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsEntry {
    /// What names it.
    pub id: PointsEntryId,
    /// What it is.
    pub kind: EntryKind,
    /// When it was written, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    pub on: String,
    /// By how much it changes the points that can be used.
    pub available: i64,
    /// By how much it changes the points that are pending.
    pub pending: i64,
    /// How many points could be used after it. Below zero where a refund has found them spent.
    pub balance: i64,
    /// How many points more the rule or the refund was about: those above a cap of the rules, that a refund found
    /// spent and let go, or that came back later and were taken then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missed: i64,
    /// How many of the points that came by it are left.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left: i64,
    /// The day from which they can be used, `YYYY-MM-DD` in the shop's time zone, as long as they are pending.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub usable_from: String,
    /// The last day on which what is left of them can be used, where there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub usable_until: String,
    /// The shop's number of the order, where it is about one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub order: String,
    /// The name of the order's line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// What was bought by that line, or what the review is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The shop's number of the refund, where it is about one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub refund: String,
    /// The rule by which the points came; also where they go again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<EntryRule>,
    /// What the reward is called, where it is about one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reward: Vec<RewardName>,
    /// Why the points were adjusted, as somebody has written it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(crate) fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// A page of a statement, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsEntryPage {
    /// The entries.
    pub entries: Vec<PointsEntry>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Points that expire next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsExpiry {
    /// How many.
    pub points: i64,
    /// When, in milliseconds since 1970 UTC: from then on they cannot be used.
    pub at: i64,
    /// The last day on which they can be used, in the shop's time zone, `YYYY-MM-DD`.
    pub until: String,
}

/// Pending points that can be used next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsMaturity {
    /// How many.
    pub points: i64,
    /// When, in milliseconds since 1970 UTC: from then on they can be used.
    pub at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    pub on: String,
}

/// What a customer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PointsBalance {
    /// How many points can be used. Below zero where a refund has found points spent.
    pub available: i64,
    /// How many come when the time to return the goods is over.
    pub pending: i64,
    /// Which of them come next, if any do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matures: Option<PointsMaturity>,
    /// What expires next, if anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<PointsExpiry>,
    /// What the available points are worth in each currency for which the rules say so.
    pub worth: Vec<Money>,
    /// The customer's tier, where the shop has tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierStanding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_word() {
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::from_word(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
