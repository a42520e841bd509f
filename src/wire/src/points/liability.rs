//! What a shop owes to those who hold points, and how much of it will probably never be asked for.

use crate::orders::Money;
use serde::{Deserialize, Serialize};

/// How many months are looked back.
pub const MONTHS_BACK: usize = 12;

/// The points that customers hold, on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Liability {
    /// The day, `YYYY-MM-DD` in the shop's time zone.
    pub on: String,
    /// How many customers have points: usable, pending or held.
    pub customers: u64,
    /// Points that can be used.
    pub usable: i64,
    /// Points that are pending until goods can be returned no more.
    pub pending: i64,
    /// Points that are held for orders which are being paid.
    pub held: i64,
    /// Points that customers owe, because a refund found them spent. They are not taken off the others.
    pub owed: i64,
    /// What the usable, pending and held ones are worth together, in each currency in which the rules in force say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worth: Vec<Money>,
    /// The usable and pending ones by when they expire, the soonest first.
    pub ends: Vec<LiabilityEnd>,
    /// Those that never do.
    pub endless: i64,
    /// Which share of the points that could be used until a day of the last twelve months was not used by then, in tenths of a
    /// percent; absent where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused: Option<u32>,
    /// How many of the usable and pending ones will expire if it goes on like that.
    pub expected: i64,
    /// What has come and gone, month by month: the twelve before and the one of the day, the earliest first.
    pub months: Vec<LiabilityMonth>,
}

/// Points that expire at the end of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiabilityEnd {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// How many expire then if none is used.
    pub points: i64,
    /// How many will expire if as many are used as of those before. Never more than there are.
    pub expected: i64,
}

/// What has come and gone in a month. Points that were held and let go again are in neither.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiabilityMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// Earned by rules, pending ones with them.
    pub earned: i64,
    /// Taken back by refunds; below zero.
    pub taken_back: i64,
    /// Used for orders and rewards, without what came back of it; below zero.
    pub used: i64,
    /// Not used in time; below zero.
    pub expired: i64,
    /// Added and taken by people and programs.
    pub adjusted: i64,
    /// What was left of those who have left; below zero.
    pub forfeited: i64,
    /// What all customers together had at its end, usable and pending, without what they owe.
    pub outstanding: i64,
}

/// How many of the points that remain will expire: as large a share of those that were `granted` as went unused before, and
/// never more than there are. `unused` is in tenths of a percent.
pub fn expected(granted: i64, remaining: i64, unused: u32) -> i64 {
    let share = i128::from(granted.max(0)) * i128::from(unused) / 1_000;
    i64::try_from(share).map_or(remaining, |share| share.min(remaining))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_to_expire_is_never_more_than_there_is() {
        assert_eq!(expected(1_000, 900, 250), 250);
        assert_eq!(expected(1_000, 100, 250), 100);
        assert_eq!(expected(1_000, 900, 0), 0);
        assert_eq!(expected(i64::MAX, 900, 1_000), 900);
    }
}
