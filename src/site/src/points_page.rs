//! What the pages show of points.

use bookplate_wire::CustomerId;
use bookplate_wire::accounts::CustomersFound;
use bookplate_wire::catalogue::Format;
use bookplate_wire::points::adjustments::Adjustment;
use bookplate_wire::points::cards::MemberCard;
use bookplate_wire::points::liability::Liability;
use bookplate_wire::points::referrals::{Referral, ReferralOffer};
use bookplate_wire::points::rules::RulesBook;
use bookplate_wire::points::simulation::Simulation;
use bookplate_wire::points::tiers::{TierChange, TierRules};
use bookplate_wire::points::{EntryKind, PointsBalance, PointsEntryPage};
use bookplate_wire::problem::Code;
use serde::{Deserialize, Serialize};

/// What the customer has, and a page of the statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsView {
    /// What the customer has.
    pub balance: PointsBalance,
    /// The customer's card; `None` where it is not the customer who looks.
    pub card: Option<MemberCard>,
    /// The entries.
    pub page: PointsEntryPage,
    /// The kind of entries that is shown; `None` for all.
    pub kind: Option<EntryKind>,
    /// Whether it is the first page.
    pub first: bool,
    /// The shop's tiers and the history of the customer's, where there are any.
    pub tiers: Option<TiersView>,
    /// The customer's invitations; `None` where it is not the customer who looks.
    pub referral: Option<ReferralView>,
}

/// A customer's invitations, and one that may be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralView {
    /// The customer's own.
    pub own: Referral,
    /// The code of somebody's that the address names, or that was typed; may be empty.
    pub code: String,
    /// Why it was not taken.
    pub refused: Option<Code>,
}

/// An invitation, for whoever has followed its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePage {
    /// The code, as it stands in the address.
    pub code: String,
    /// The name under which readers know who has sent it, or an empty one; `None` where there is no such invitation.
    pub by: Option<String>,
    /// What it gives today.
    pub offer: Option<ReferralOffer>,
    /// Why nothing was looked up.
    pub refused: Option<Code>,
}

/// The tiers of a shop, and how the customer has come to that which is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiersView {
    /// The tiers, as the rules have them today; `None` where they have none any more.
    pub rules: Option<TierRules>,
    /// The history, the latest change first.
    pub changes: Vec<TierChange>,
    /// Whether the tier was just reached, and that is shown for the first time.
    pub celebrate: bool,
}

/// A shop's points, for its staff: the rules, and what waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsPage {
    /// The rules: the draft, and all versions.
    pub book: RulesBook,
    /// The times of the versions, in their order, and of the draft at last: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub times: Vec<String>,
    /// Adjustments that wait, each with its time.
    pub waiting: Vec<(String, Adjustment)>,
    /// The form for the draft, as it was typed or as it would begin.
    pub form: RulesForm,
    /// Whether the reader may see customers' points.
    pub may_find: bool,
    /// Whether the reader may decide about adjustments, and change rules.
    pub may_change: bool,
    /// Whether the reader may see what the draft would have changed.
    pub may_simulate: bool,
    /// Whether the draft is the reader's own, who cannot publish it then.
    pub own_draft: bool,
    /// What was typed to find a customer, and whom it may mean.
    pub searched: Option<(String, CustomersFound)>,
    /// The fields that break a rule, or the code of the problem.
    pub faults: Vec<String>,
}

/// What a draft of the rules would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulationPage {
    /// The draft's revision, if there is a draft.
    pub draft: Option<u32>,
    /// The latest simulation, if there was any.
    pub simulation: Option<Simulation>,
    /// When that was started: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub started: String,
    /// Whether the reader may start one.
    pub may_start: bool,
    /// The code of the problem.
    pub faults: Vec<String>,
}

/// What is owed to those who hold points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiabilityPage {
    /// The figures; nothing where the shop has no points.
    pub report: Option<Liability>,
    /// Whether the reader may see what a draft of the rules would have changed.
    pub may_simulate: bool,
}

/// A customer's points, for the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerPointsPage {
    /// Whose.
    pub customer: CustomerId,
    /// What the customer is called, as far as somebody told.
    pub name: String,
    /// The customer's birthday, `YYYY-MM-DD`, or empty.
    pub birthday: String,
    /// What the customer has, and a page of the statement.
    pub view: PointsView,
    /// What the next adjustment is called, so that it counts once however often it is sent.
    pub reference: String,
    /// What was typed: how many points, and why.
    pub points: String,
    /// The reason.
    pub reason: String,
    /// The most points that one person can add or take alone.
    pub limit: u32,
    /// The fields that break a rule, or the code of the problem.
    pub faults: Vec<String>,
}

/// Rules as they are typed: what is no number comes back as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RulesForm {
    /// What amounts earn.
    pub rates: Vec<RateRow>,
    /// What comes on top.
    pub bonuses: Vec<BonusRow>,
    /// Whether only the best bonus counts.
    pub best_of: bool,
    /// What a first order earns.
    pub first_order: String,
    /// What signing up earns.
    pub sign_up: String,
    /// What a birthday gives.
    pub birthday_gift: String,
    /// What reviews earn; without points they earn nothing.
    pub review: ReviewRow,
    /// What answers to surveys earn; without points they earn nothing.
    pub survey: SurveyRow,
    /// What invitations earn; without points they earn nothing.
    pub referral: ReferralRow,
    /// The most that orders of a day, a month and a year earn.
    pub caps: [String; 3],
    /// For how many days goods can be returned.
    pub return_days: String,
    /// How many months points can be used.
    pub expiry_months: String,
    /// Whether a refund lets go what was spent.
    pub stop: bool,
    /// What points are worth.
    pub worth: Vec<RateRow>,
    /// How much of an order can be paid with points, in percent: the least and the most; empty for nothing.
    pub payment: [String; 2],
    /// The tiers.
    pub tiers: TiersForm,
    /// The most points that one person can add or take alone.
    pub adjust_limit: String,
    /// What changes and why.
    pub note: String,
}

/// What reviews earn, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReviewRow {
    /// How many points.
    pub points: String,
    /// How many characters the text has at least.
    pub min_length: String,
    /// For how many days the points are pending.
    pub pending_days: String,
    /// Whether only for books that were bought.
    pub verified_only: bool,
    /// The most that one customer's reviews earn in a period.
    pub cap: String,
    /// The word of that period.
    pub cap_period: String,
}

/// What answers to surveys earn, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyRow {
    /// How many points.
    pub points: String,
    /// For how many days the points are pending.
    pub pending_days: String,
    /// The most that one customer's answers earn in a period.
    pub cap: String,
    /// The word of that period.
    pub cap_period: String,
}

/// What invitations earn, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReferralRow {
    /// How many points for who has invited.
    pub points: String,
    /// How many points for who was invited.
    pub welcome: String,
    /// What the order has to reach, in major units; empty for any.
    pub minimum: String,
    /// The currency of that.
    pub currency: String,
    /// The most that one customer's invitations earn in a period.
    pub cap: String,
    /// The word of that period.
    pub cap_period: String,
}

/// Tiers as they are typed. Without a row there are none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TiersForm {
    /// The word of what counts.
    pub measure: String,
    /// The currency of that.
    pub currency: String,
    /// Whether a calendar year counts together.
    pub calendar: bool,
    /// For how many days a tier is held after its period.
    pub grace_days: String,
    /// The tiers, the lowest first.
    pub rows: Vec<TierRow>,
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TierRow {
    /// What names it among the rules; empty for a new one.
    pub id: String,
    /// The names, in the order of [`bookplate_wire::Lang::ALL`].
    pub names: [String; 4],
    /// The privileges in the same order, a line each.
    pub privileges: [String; 4],
    /// How much reaches it, in major units where it is money.
    pub threshold: String,
    /// How much keeps it.
    pub renewal: String,
    /// How many times the base orders earn.
    pub multiplier: String,
}

/// Points and an amount.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RateRow {
    /// How many points.
    pub points: String,
    /// The amount, in major units.
    pub amount: String,
    /// Its currency.
    pub currency: String,
}

/// A bonus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BonusRow {
    /// What names it among the rules; empty for a new one.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// How many percent of the base.
    pub percent: String,
    /// The forms of books that it is for.
    pub formats: Vec<Format>,
    /// The categories that it is for, a line each.
    pub categories: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Whether it is for the month of the birthday.
    pub birthday_month: bool,
}
