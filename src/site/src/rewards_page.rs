//! What the pages show of rewards.

use bookplate_wire::RewardId;
use bookplate_wire::points::PointsBalance;
use bookplate_wire::points::rewards::{OfferedReward, Redemption, Reward, RewardName};
use bookplate_wire::problem::Code;
use serde::{Deserialize, Serialize};

/// What a customer can have for points, and has had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardsView {
    /// What the customer has.
    pub balance: PointsBalance,
    /// What can be had.
    pub rewards: Vec<OfferedReward>,
    /// The customer's codes, the latest first.
    pub codes: Vec<OwnCode>,
    /// Behind what the next page of them begins, if there is one.
    pub next: Option<String>,
    /// Whether it is the first page.
    pub first: bool,
    /// What the next wish is called, so that it takes points once however often it is sent.
    pub reference: String,
    /// Why what was sent was not done.
    pub fault: Option<Code>,
}

/// A code of a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCode {
    /// What it is for, and what has become of it.
    pub redemption: Redemption,
    /// The code as a QR code, an SVG element; empty where it cannot be used.
    pub qr_svg: String,
}

/// A shop's rewards, for its staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardsPage {
    /// All of them.
    pub rewards: Vec<Reward>,
    /// The tiers to which one can be limited: their ids and names.
    pub tiers: Vec<(String, Vec<RewardName>)>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// A reward, to be written or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardPage {
    /// What names it; `None` for a new one.
    pub id: Option<RewardId>,
    /// What stands in the form.
    pub form: RewardForm,
    /// The tiers to which it can be limited: their ids and names.
    pub tiers: Vec<(String, Vec<RewardName>)>,
    /// The fields that break a rule, or the code of the problem.
    pub faults: Vec<String>,
}

/// A reward as it is typed: what is no number comes back as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RewardForm {
    /// The names, in the order of [`bookplate_wire::Lang::ALL`].
    pub names: [String; 4],
    /// The word of the kind.
    pub kind: String,
    /// How many points it takes.
    pub points: String,
    /// What is taken off, in major units.
    pub amount: String,
    /// How many percent are taken off.
    pub percent: String,
    /// How much an order has to be, in major units.
    pub minimum: String,
    /// The currency of both.
    pub currency: String,
    /// How many there are in all.
    pub stock: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// For how many days a code is valid.
    pub valid_days: String,
    /// The id of the lowest tier that can have it.
    pub tier: String,
    /// Whether customers see it.
    pub active: bool,
}
