//! The rules by which points come and go: plain data, of which each published text is a version for good.

use super::besides::{ReviewReward, SurveyReward};
use super::categories;
use super::checkout::Payment;
use super::referrals::ReferralReward;
use super::tiers::TierRules;
use crate::StaffId;
use crate::catalogue::Format;
use crate::contacts::is_day;
use crate::orders::{AMOUNT_MAX, Money};
use crate::problem::{Code, Faults, Problem};
use crate::text::single_line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The id of what is earned per amount.
pub const BASE: &str = "base";
/// The id of what a first order earns.
pub const FIRST_ORDER: &str = "first_order";
/// The id of what a tier earns besides; entries have the tier's own behind it: `tier:gold`.
pub const TIER: &str = "tier";
/// The id of what signing up earns.
pub const SIGN_UP: &str = "sign_up";
/// The id of what a birthday gives.
pub const BIRTHDAY: &str = "birthday_gift";
/// The id of what a review earns.
pub const REVIEW: &str = "review_reward";
/// The id of what an answer to a survey earns.
pub const SURVEY: &str = "survey_reward";
/// The id of what an invitation earns who has sent it.
pub const REFERRAL: &str = "referral_reward";
/// The id of what it gives who has taken it.
pub const WELCOME: &str = "referral_welcome";
/// The ids that no bonus has.
const TAKEN: [&str; 9] = [
    BASE,
    FIRST_ORDER,
    SIGN_UP,
    BIRTHDAY,
    REVIEW,
    SURVEY,
    REFERRAL,
    WELCOME,
    TIER,
];
/// The most points that a rule names.
pub const POINTS_MAX: u32 = 1_000_000;
/// The most points for one step of an amount.
pub const RATE_MAX: u32 = 1_000;
/// The largest bonus, in percent of the base.
pub const PERCENT_MAX: u32 = 1_000;
/// The most bonuses, and the most currencies.
pub const LIST_MAX: usize = 50;
/// The longest name of a bonus, in characters.
pub const NAME_MAX: usize = 60;
/// The longest time to return goods, in days.
pub const RETURN_DAYS_MAX: u32 = 365;
/// The longest life of points, in months.
pub const EXPIRY_MONTHS_MAX: u32 = 120;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 300;

/// How many points an amount earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// ISO 4217 code. What is paid in a currency without a rate earns nothing.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
    /// The step, in minor units: 100 is one yuan.
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000_i64)
    )]
    pub per: i64,
    /// How many points each step earns.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000))]
    pub points: u32,
}

/// Points on top of the base. All conditions that it names have to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bonus {
    /// What names it: 1 to 40 lower-case letters, digits, `-` or `_`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_-]{1,40}$"))]
    pub id: String,
    /// What customers read on their statement. 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// How many percent of the base come on top: 100 doubles it.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000))]
    pub percent: u32,
    /// Only for books of these forms; empty or absent for all goods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<Format>,
    /// Only for what is in one of these, or in something below one: categories of the line of the order, or where it says none
    /// of the catalogue, such as `Crime` or `thema:FF`; empty or absent for all goods. At most 50, each with 1 to 120 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub categories: Vec<String>,
    /// The first day of the orders for which it is, `YYYY-MM-DD` in the shop's time zone; empty or absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The last day; empty or absent for no such day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// Only for orders of the month in which the customer has birthday.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub birthday_month: bool,
}

/// What happens where several bonuses fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// All of them count.
    #[default]
    Add,
    /// For each line the largest one counts; of equal ones the first.
    BestOf,
}

/// A time within which a customer earns so much and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapPeriod {
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl CapPeriod {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// The most that a customer earns by orders of a period; what was taken back is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The period, in the shop's time zone.
    pub period: CapPeriod,
    /// How many points.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
}

/// What a refund does that finds the points spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundSpent {
    /// The balance goes below zero; what is earned next fills it up.
    Negative,
    /// It takes what is there, and lets the rest go.
    Stop,
}

/// What points are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// So many points …
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub points: u32,
    /// … are worth this much.
    pub money: Money,
}

/// The rules of a shop's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PointRules {
    /// What amounts earn: one rate a currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub rates: Vec<Rate>,
    /// What comes on top.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub bonuses: Vec<Bonus>,
    /// What happens where several of them fit.
    #[serde(default)]
    pub combination: Combination,
    /// What a customer's first order earns besides; 0 or absent for nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub first_order: u32,
    /// What signing up earns, at once; 0 or absent for nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub sign_up: u32,
    /// What a customer gets once a year, on the birthday; who was born on 29 February gets it on the 28th in other years. 0 or
    /// absent for nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub birthday_gift: u32,
    /// What reviews earn; absent for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewReward>,
    /// What answers to surveys earn; absent for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<SurveyReward>,
    /// What invitations earn; absent for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralReward>,
    /// The most that orders of a period earn; each period at most once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub caps: Vec<Cap>,
    /// For how many days after its day an order can be returned: its points are pending until then.
    #[cfg_attr(feature = "openapi", schema(maximum = 365))]
    pub return_days: u32,
    /// How many months points can be used, from the day on which they can; to the end of the calendar month. Absent for
    /// ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 120))]
    pub expiry_months: Option<u32>,
    /// What a refund does that finds the points spent.
    pub refund_spent: RefundSpent,
    /// What points are worth: once a currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub worth: Vec<Worth>,
    /// Whether and how far an order can be paid with points, at what they are worth; absent where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// In which tiers customers are, and what these give; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<TierRules>,
    /// The most points that one person can add or take alone, for one customer within 24 hours: many small adjustments are a large
    /// one. What a program does counts by itself.
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub adjust_limit: u32,
}

/// Rules as somebody of the staff wants them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// The rules.
    pub rules: PointRules,
    /// What changes and why, for colleagues; may be empty or absent. At most 300 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub note: String,
}

/// Rules that count for nobody yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulesDraft {
    /// The rules.
    pub rules: PointRules,
    /// What changes and why, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Rises with every change: who publishes names the one that was read.
    pub revision: u32,
    /// Who has written it. Somebody else publishes it.
    pub by: StaffId,
    /// What that person is called; empty where that is not known any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_name: String,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
}

/// Rules that count, or have counted, for orders placed from `at` on until those of the next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulesVersion {
    /// Its number, from 1.
    pub version: u32,
    /// The rules.
    pub rules: PointRules,
    /// What has changed and why, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who has written it.
    pub drafted_by: StaffId,
    /// What that person is called; empty where that is not known any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub drafted_by_name: String,
    /// Who has published it.
    pub published_by: StaffId,
    /// What that person is called; empty where that is not known any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub published_by_name: String,
    /// The version whose text was taken up again, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u32>,
    /// When it was published, in milliseconds since 1970 UTC.
    pub at: i64,
}

/// A shop's rules: those that count, those that do not yet, and those that did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulesBook {
    /// All versions, the latest, which counts, first. Empty while the shop has no points.
    pub versions: Vec<RulesVersion>,
    /// What is being prepared, if anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<RulesDraft>,
}

/// The draft to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The draft's `revision` that was read.
    pub revision: u32,
}

/// The version whose text is to count again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RollBack {
    /// Its number.
    pub version: u32,
}

impl PointRules {
    /// What the shop calls a rule: empty for those that have no name of the shop's.
    pub fn name_of(&self, id: &str) -> &str {
        let bonus = self.bonuses.iter().find(|bonus| bonus.id == id);
        bonus.map_or("", |bonus| &bonus.name)
    }

    /// The tier whose rule an entry names, as in `tier:gold`.
    pub fn tier_in(rule: &str) -> Option<&str> {
        rule.strip_prefix(TIER)?.strip_prefix(':')
    }

    /// What points are worth in each currency, rounded down to the minor unit; nothing where there are none.
    pub fn worth_of(&self, points: i64) -> Vec<Money> {
        let worth = self.worth.iter();
        let worth = worth.map(|worth| {
            let exact = i128::from(points.max(0)) * i128::from(worth.money.amount);
            let amount = exact / i128::from(worth.points.max(1));
            Money {
                amount: i64::try_from(amount).unwrap_or(i64::MAX),
                currency: worth.money.currency.clone(),
            }
        });
        worth.collect()
    }

    /// Checks all rules for rules, and brings names into the form that is kept.
    ///
    /// # Errors
    /// Names all fields that break one, such as `bonuses[1].percent`.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut need = |holds: bool, field: String, rule: &str| {
            faults.keep(if holds {
                Ok(())
            } else {
                Err(Problem::new(Code::FieldInvalid, rule).at(field))
            });
        };
        for (list, length) in [
            ("rates", self.rates.len()),
            ("bonuses", self.bonuses.len()),
            ("worth", self.worth.len()),
        ] {
            need(
                length <= LIST_MAX,
                list.into(),
                "there are at most 50 of them",
            );
        }
        let mut seen = BTreeSet::new();
        for (at, rate) in self.rates.iter().enumerate() {
            let field = |name: &str| format!("rates[{at}].{name}");
            let fits = is_currency(&rate.currency) && seen.insert(&rate.currency);
            need(
                fits,
                field("currency"),
                "each rate has a currency of its own, by its code of three capital letters",
            );
            let fits = (1..=AMOUNT_MAX).contains(&rate.per);
            need(
                fits,
                field("per"),
                "a step is 1 to 1,000,000,000,000 minor units",
            );
            let fits = (1..=RATE_MAX).contains(&rate.points);
            need(fits, field("points"), "a step earns 1 to 1,000 points");
        }
        let mut seen = BTreeSet::new();
        for (at, bonus) in self.bonuses.iter_mut().enumerate() {
            let field = |name: &str| format!("bonuses[{at}].{name}");
            let fits = is_rule_id(&bonus.id) && seen.insert(bonus.id.clone());
            need(
                fits,
                field("id"),
                "each bonus has an id of its own: 1 to 40 of a to z, 0 to 9, - and _",
            );
            bonus.name = single_line(&bonus.name);
            let fits = (1..=NAME_MAX).contains(&bonus.name.chars().count());
            need(fits, field("name"), "a name has 1 to 60 characters");
            let fits = (1..=PERCENT_MAX).contains(&bonus.percent);
            need(fits, field("percent"), "a bonus is 1 to 1,000 percent");
            bonus.formats.dedup();
            let fits = bonus.formats.len() <= Format::ALL.len();
            need(fits, field("formats"), "each form is named once");
            let fits = categories::tidy(&mut bonus.categories);
            need(fits, field("categories"), categories::RULE);
            let is_day_or_none = |day: &str| day.is_empty() || is_day(day);
            need(
                is_day_or_none(&bonus.from),
                field("from"),
                "a day is YYYY-MM-DD",
            );
            let fits = is_day_or_none(&bonus.until)
                && (bonus.until.is_empty() || bonus.from <= bonus.until);
            need(
                fits,
                field("until"),
                "a day is YYYY-MM-DD, and the last one is not before the first",
            );
        }
        for (field, points) in [
            ("first_order", self.first_order),
            ("sign_up", self.sign_up),
            ("birthday_gift", self.birthday_gift),
        ] {
            let fits = points <= POINTS_MAX;
            need(fits, field.into(), "a rule gives at most 1,000,000 points");
        }
        let mut seen = BTreeSet::new();
        for (at, cap) in self.caps.iter().enumerate() {
            let field = |name: &str| format!("caps[{at}].{name}");
            need(
                seen.insert(cap.period),
                field("period"),
                "each period has one cap",
            );
            let fits = (1..=POINTS_MAX).contains(&cap.points);
            need(fits, field("points"), "a cap is 1 to 1,000,000 points");
        }
        let fits = self.return_days <= RETURN_DAYS_MAX;
        need(
            fits,
            "return_days".into(),
            "goods are returned within at most 365 days",
        );
        let months = self.expiry_months.unwrap_or(1);
        let fits = (1..=EXPIRY_MONTHS_MAX).contains(&months);
        need(
            fits,
            "expiry_months".into(),
            "points live for 1 to 120 months",
        );
        let mut seen = BTreeSet::new();
        for (at, worth) in self.worth.iter().enumerate() {
            let field = |name: &str| format!("worth[{at}].{name}");
            let fits = (1..=POINTS_MAX).contains(&worth.points);
            need(
                fits,
                field("points"),
                "1 to 1,000,000 points are worth something",
            );
            let currency = &worth.money.currency;
            let fits = is_currency(currency) && seen.insert(currency);
            need(fits, field("money.currency"), "each currency comes once");
            let fits = (1..=AMOUNT_MAX).contains(&worth.money.amount);
            need(
                fits,
                field("money.amount"),
                "an amount is 1 to 1,000,000,000,000 minor units",
            );
        }
        if let Some(payment) = &self.payment {
            let fits = (1..=100).contains(&payment.max_percent);
            need(
                fits,
                "payment.max_percent".into(),
                "points pay for at most 1 to 100 percent",
            );
            let fits = payment.min_percent <= payment.max_percent;
            need(
                fits,
                "payment.min_percent".into(),
                "the least is not more than the most",
            );
        }
        if let Some(review) = &self.review {
            review.check(&mut need);
        }
        if let Some(survey) = &self.survey {
            survey.check(&mut need);
        }
        if let Some(referral) = &self.referral {
            referral.check(&mut need);
        }
        if let Some(tiers) = &mut self.tiers {
            tiers.check(&mut need);
        }
        let fits = self.adjust_limit <= POINTS_MAX;
        need(
            fits,
            "adjust_limit".into(),
            "the limit is at most 1,000,000 points",
        );
        faults.none()?;
        Ok(self)
    }
}

impl NewDraft {
    /// Checks the rules and the note.
    ///
    /// # Errors
    /// Names all fields that break a rule, such as `rules.rates[0].per`.
    pub fn checked(self) -> Result<Self, Problem> {
        let note = single_line(&self.note);
        let mut faults = Faults::default();
        faults.keep(if note.chars().count() <= NOTE_MAX {
            Ok(())
        } else {
            let rule = "a note has at most 300 characters";
            Err(Problem::new(Code::FieldInvalid, rule).at("note"))
        });
        let rules = faults.keep(self.rules.checked().map_err(|mut problem| {
            for other in &mut problem.others {
                other.field.insert_str(0, "rules.");
            }
            let field = problem.field.clone().unwrap_or_default();
            problem.at(format!("rules.{field}"))
        }));
        faults.none()?;
        let invalid = || Problem::new(Code::FieldInvalid, "these are no rules").at("rules");
        Ok(Self {
            rules: rules.ok_or_else(invalid)?,
            note,
        })
    }
}

pub(super) fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a bonus can be called so: not as rules that are always there.
fn is_rule_id(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=40).contains(&text.len()) && text.bytes().all(fits) && !TAKEN.contains(&text)
}

#[cfg(test)]
mod tests;
