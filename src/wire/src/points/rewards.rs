//! Rewards: what points are given for, and the codes that customers get.

use crate::contacts::is_day;
use crate::orders::{Money, check_money};
use crate::points::tiers::is_tier_id;
use crate::problem::{Code, Faults, Problem};
use crate::text::single_line;
use crate::{Lang, RedemptionId, RewardId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most points that a reward takes.
pub const POINTS_MAX: u32 = 1_000_000;
/// The longest name, in characters.
pub const NAME_MAX: usize = 100;
/// The most pieces of a reward.
pub const STOCK_MAX: u32 = 1_000_000;
/// The most days that a code is valid.
pub const VALID_DAYS_MAX: u32 = 1_095;
/// The longest reference, in characters.
pub const REFERENCE_MAX: usize = 100;

/// What kind of thing a reward is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RewardKind {
    /// A coupon that takes an amount off an order.
    AmountOff,
    /// A coupon that takes some percent off an order.
    PercentOff,
    /// An order is sent for nothing.
    FreeShipping,
    /// A thing to be handed over.
    Gift,
    /// A seat at an event.
    EventSeat,
}

impl RewardKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::AmountOff,
        Self::PercentOff,
        Self::FreeShipping,
        Self::Gift,
        Self::EventSeat,
    ];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AmountOff => "amount_off",
            Self::PercentOff => "percent_off",
            Self::FreeShipping => "free_shipping",
            Self::Gift => "gift",
            Self::EventSeat => "event_seat",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What a reward's code gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    /// What kind of thing it is.
    pub kind: RewardKind,
    /// What `amount_off` takes off; absent for all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// How many percent `percent_off` takes off; absent for all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub percent: Option<u32>,
    /// How much an order has to be at least; absent where any order does, and for what is no part of an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
}

/// A name in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RewardName {
    /// The language.
    pub language: Lang,
    /// The name. 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
}

/// The name for a reader of `lang`: in that language, or else the first one.
pub fn name_in(names: &[RewardName], lang: Lang) -> &str {
    let own = names.iter().find(|name| name.language == lang);
    own.or(names.first()).map_or("", |name| &name.name)
}

/// A reward as the staff has written it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RewardContent {
    /// What it is called: once a language, one at least. Whose language is missing reads the first one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub names: Vec<RewardName>,
    /// What its code gives.
    pub gives: Benefit,
    /// How many points it takes.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
    /// How many there are in all, with those that were taken; absent where there is no end of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub stock: Option<u32>,
    /// The first day on which it can be had, `YYYY-MM-DD` in the shop's time zone; empty or absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The last day; empty or absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// For how many whole days after its day a code can be used; absent for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_095))]
    pub valid_days: Option<u32>,
    /// The id of the lowest tier that can have it; empty or absent for all customers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_-]{0,40}$"))]
    pub tier: String,
    /// Whether customers see it and can have it.
    pub active: bool,
}

/// A reward, for the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reward {
    /// What names it.
    pub id: RewardId,
    /// What it is.
    pub content: RewardContent,
    /// How many were taken: those that were cancelled are not among them.
    pub taken: u32,
}

/// A shop's rewards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RewardList {
    /// All of them, the earliest first.
    pub rewards: Vec<Reward>,
}

/// A reward that a customer can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedReward {
    /// What names it.
    pub id: RewardId,
    /// What it is called.
    pub names: Vec<RewardName>,
    /// What its code gives.
    pub gives: Benefit,
    /// How many points it takes.
    pub points: u32,
    /// How many are left; absent where there is no end of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// The last day on which it can be had, `YYYY-MM-DD`; absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// For how many whole days after its day a code can be used; absent for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_days: Option<u32>,
    /// What the lowest tier is called that can have it; empty for all customers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tier: Vec<RewardName>,
    /// Whether it cannot be had because the customer's tier is lower.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tier_missing: bool,
}

/// What a customer can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedRewards {
    /// Those that can be had today, the cheapest first; also those of which none is left.
    pub rewards: Vec<OfferedReward>,
}

/// A reward to be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRedemption {
    /// What names the wish for who sends it, 1 to 100 visible ASCII characters: the same reference takes points once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, pattern = "^[!-~]+$")
    )]
    pub reference: String,
    /// How many points the reward takes, as the customer was told: where that has changed since, nothing is taken.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
}

/// What has become of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RedemptionState {
    /// It can be used, and cancelled.
    Open,
    /// An order that is not paid yet holds it.
    Held,
    /// It was used.
    Used,
    /// The customer has cancelled it, and has the points again.
    Cancelled,
    /// It was not used in time.
    Expired,
}

impl RedemptionState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Held,
        Self::Used,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Held => "held",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The state that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A reward that a customer has had: what it was called and gave then, whatever the staff has changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Redemption {
    /// What names it.
    pub id: RedemptionId,
    /// The reward.
    pub reward: RewardId,
    /// What it is called.
    pub names: Vec<RewardName>,
    /// What the code gives.
    pub gives: Benefit,
    /// How many points it took.
    pub points: u32,
    /// The code, such as `7KQ3-MX9A-BHTB`: for a checkout, or to be shown at a till. The last character tells a slip.
    pub code: String,
    /// What has become of it.
    pub state: RedemptionState,
    /// When it was had, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    pub on: String,
    /// The last day on which the code can be used, `YYYY-MM-DD`; absent for ever.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// The order or the receipt for which it was used.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub used_for: String,
}

/// What a customer has had, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedemptionPage {
    /// The redemptions.
    pub redemptions: Vec<Redemption>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A code that a till takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CouponUse {
    /// The receipt for which it is used, 1 to 100 visible ASCII characters: the same reference uses it once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, pattern = "^[!-~]+$")
    )]
    pub reference: String,
    /// What is paid, before the coupon; has to be told where the coupon has a minimum, or takes something off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
}

/// A code that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsedCoupon {
    /// What it was.
    pub redemption: Redemption,
    /// What it takes off; absent where no total was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
}

impl Benefit {
    /// Whether an order of `total` is enough for it, in its currency.
    pub fn is_for(&self, total: &Money) -> bool {
        let enough = self.minimum.as_ref().is_none_or(|minimum| {
            minimum.currency == total.currency && minimum.amount <= total.amount
        });
        let amount = self.amount.as_ref();
        enough && amount.is_none_or(|amount| amount.currency == total.currency)
    }

    /// What it takes off an order of `total`, rounded down; never more than that.
    pub fn off(&self, total: &Money) -> i64 {
        let off = match self.kind {
            RewardKind::AmountOff => self.amount.as_ref().map_or(0, |amount| amount.amount),
            RewardKind::PercentOff => {
                let percent = i128::from(self.percent.unwrap_or(0));
                let off = i128::from(total.amount) * percent / 100;
                i64::try_from(off).unwrap_or(total.amount)
            }
            RewardKind::FreeShipping | RewardKind::Gift | RewardKind::EventSeat => 0,
        };
        off.clamp(0, total.amount.max(0))
    }
}

/// A reference that somebody has chosen.
///
/// # Errors
/// Names the field `reference`.
pub(super) fn check_reference(reference: &str) -> Result<(), Problem> {
    let visible = reference.bytes().all(|byte| byte.is_ascii_graphic());
    if visible && (1..=REFERENCE_MAX).contains(&reference.len()) {
        return Ok(());
    }
    let rule = "a reference has 1 to 100 visible ASCII characters";
    Err(Problem::new(Code::FieldInvalid, rule).at("reference"))
}

impl NewRedemption {
    /// Checks the reference.
    ///
    /// # Errors
    /// Names the field.
    pub fn checked(self) -> Result<Self, Problem> {
        check_reference(&self.reference)?;
        Ok(self)
    }
}

impl CouponUse {
    /// Checks the reference and the total.
    ///
    /// # Errors
    /// Names the fields that break a rule.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        faults.keep(check_reference(&self.reference));
        if let Some(total) = &self.total {
            faults.keep(check_money(total, "total"));
        }
        faults.none()?;
        Ok(self)
    }
}

impl RewardContent {
    /// Checks the rules that need no database, and brings names into the form that is kept.
    ///
    /// # Errors
    /// Names all fields that break a rule, such as `gives.percent`.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut need = |holds: bool, field: &str, rule: &str| {
            faults.keep(if holds {
                Ok(())
            } else {
                Err(Problem::new(Code::FieldInvalid, rule).at(field))
            });
        };
        let mut seen = BTreeSet::new();
        let mut named = !self.names.is_empty();
        for name in &mut self.names {
            name.name = single_line(&name.name);
            let fits = (1..=NAME_MAX).contains(&name.name.chars().count());
            named &= fits && seen.insert(name.language);
        }
        let rule = "a reward has a name of 1 to 100 characters, once a language";
        need(named, "names", rule);
        let fits = (1..=POINTS_MAX).contains(&self.points);
        need(fits, "points", "a reward takes 1 to 1,000,000 points");
        let fits = self.stock.is_none_or(|stock| stock <= STOCK_MAX);
        need(fits, "stock", "there are at most 1,000,000 of a reward");
        let is_day_or_none = |day: &str| day.is_empty() || is_day(day);
        need(is_day_or_none(&self.from), "from", "a day is YYYY-MM-DD");
        let fits =
            is_day_or_none(&self.until) && (self.until.is_empty() || self.from <= self.until);
        let rule = "a day is YYYY-MM-DD, and the last one is not before the first";
        need(fits, "until", rule);
        let days = self.valid_days.unwrap_or(1);
        let fits = (1..=VALID_DAYS_MAX).contains(&days);
        need(fits, "valid_days", "a code is valid for 1 to 1,095 days");
        let gives = &self.gives;
        let fits = gives.amount.is_some() == (gives.kind == RewardKind::AmountOff)
            && gives
                .amount
                .as_ref()
                .is_none_or(|amount| amount.amount > 0 && check_money(amount, "").is_ok());
        let rule =
            "an amount of at least one minor unit belongs to amount_off, and to nothing else";
        need(fits, "gives.amount", rule);
        let fits = gives.percent.is_some() == (gives.kind == RewardKind::PercentOff)
            && (1..=100).contains(&gives.percent.unwrap_or(1));
        let rule = "1 to 100 percent belong to percent_off, and to nothing else";
        need(fits, "gives.percent", rule);
        let of_order = !matches!(gives.kind, RewardKind::Gift | RewardKind::EventSeat);
        let fits = gives.minimum.as_ref().is_none_or(|minimum| {
            let same = gives.amount.as_ref();
            let same = same.is_none_or(|amount| amount.currency == minimum.currency);
            of_order && same && check_money(minimum, "").is_ok()
        });
        let rule =
            "a minimum is an amount in the currency of what is taken off, and for coupons only";
        need(fits, "gives.minimum", rule);
        let fits = self.tier.is_empty() || is_tier_id(&self.tier);
        need(fits, "tier", "a tier is named by its id");
        faults.none()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny(amount: i64) -> Money {
        Money {
            amount,
            currency: "CNY".into(),
        }
    }

    fn content(json: serde_json::Value) -> RewardContent {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let wrong = content(serde_json::json!({
            "names": [{ "language": "en", "name": " " }], "points": 0, "stock": 1_000_001,
            "from": "2026-12-02", "until": "2026-12-01", "valid_days": 0, "active": true, "tier": "Gold",
            "gives": { "kind": "gift", "percent": 5, "amount": { "amount": 1, "currency": "CNY" },
                "minimum": { "amount": 1, "currency": "CNY" } },
        }));
        let problem = wrong.checked().unwrap_err();
        let fields: Vec<_> = problem.fields().collect();
        let all = [
            "names",
            "points",
            "stock",
            "until",
            "valid_days",
            "gives.amount",
            "gives.percent",
            "gives.minimum",
            "tier",
        ];
        assert_eq!(fields, all);
    }

    #[test]
    fn a_coupon_takes_off_no_more_than_the_order() {
        let mut gives = Benefit {
            kind: RewardKind::AmountOff,
            amount: Some(cny(1_000)),
            percent: None,
            minimum: Some(cny(500)),
        };
        assert_eq!(
            [600, 5_000].map(|total| gives.off(&cny(total))),
            [600, 1_000]
        );
        assert_eq!(
            [499, 500].map(|total| gives.is_for(&cny(total))),
            [false, true]
        );
        let yen = Money {
            amount: 5_000,
            currency: "JPY".into(),
        };
        assert!(!gives.is_for(&yen));
        gives = Benefit {
            kind: RewardKind::PercentOff,
            amount: None,
            percent: Some(15),
            minimum: None,
        };
        assert_eq!(gives.off(&cny(999)), 149);
        assert!(gives.is_for(&yen));
    }

    #[test]
    fn every_word_has_its_kind_and_state() {
        for kind in RewardKind::ALL {
            assert_eq!(RewardKind::from_word(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for state in RedemptionState::ALL {
            assert_eq!(RedemptionState::from_word(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }
}
