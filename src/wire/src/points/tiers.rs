//! Tiers: what they are called, what reaching and keeping them takes, and what they give. They are a part of the rules of
//! points, with whose versions they come and go.

use crate::Lang;
use crate::orders::AMOUNT_MAX;
use crate::points::rewards::RewardName;
use crate::text::single_line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most tiers, with the lowest one.
pub const TIERS_MAX: usize = 10;
/// The longest name of a tier, in characters.
pub const NAME_MAX: usize = 40;
/// The most privileges of a tier, in each language.
pub const PRIVILEGES_MAX: usize = 10;
/// The longest privilege, in characters.
pub const PRIVILEGE_MAX: usize = 200;
/// The longest time that a tier is kept for after its period, in days.
pub const GRACE_DAYS_MAX: u32 = 90;
/// What orders earn as they are, in hundredths.
pub const ONCE: u32 = 100;
/// The largest multiplier, in hundredths.
pub const MULTIPLIER_MAX: u32 = 1_000;
/// The most points that a tier takes.
const POINTS_MAX: i64 = 1_000_000_000;
/// The most days with an order: a year has no more.
const VISITS_MAX: i64 = 366;

/// By what tiers are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierMeasure {
    /// What was paid for goods and not paid back, in one currency. Orders in others do not count.
    Spend,
    /// The points that orders have earned and refunds have not taken back.
    Points,
    /// The days with an order of which something was kept.
    Visits,
}

impl TierMeasure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Spend, Self::Points, Self::Visits];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spend => "spend",
            Self::Points => "points",
            Self::Visits => "visits",
        }
    }

    /// The measure that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    const fn most(self) -> i64 {
        match self {
            Self::Spend => AMOUNT_MAX,
            Self::Points => POINTS_MAX,
            Self::Visits => VISITS_MAX,
        }
    }
}

/// The time of which orders count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierPeriod {
    /// Any twelve months. A tier that was reached is held for twelve months from that day.
    Rolling,
    /// A calendar year. A tier that was reached is held to the end of the next one.
    Calendar,
}

/// The tiers of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TierRules {
    /// By what they are reached and kept.
    pub measure: TierMeasure,
    /// The currency in which `spend` is counted, an ISO 4217 code; empty or absent for the other measures.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^([A-Z]{3})?$"))]
    pub currency: String,
    /// The time of which orders count together.
    pub period: TierPeriod,
    /// For how many days after its period a tier is still held. Orders of these days count for keeping it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 90))]
    pub grace_days: u32,
    /// The tiers, the lowest first, which everybody has.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10))]
    pub levels: Vec<Tier>,
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// What names it, in all versions of the rules: 1 to 40 lower-case letters, digits, `-` or `_`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_-]{1,40}$"))]
    pub id: String,
    /// What customers read of it: once a language, one at least. Whose language is missing reads the first one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub words: Vec<TierWords>,
    /// How much of the measure reaches it (spend in minor units): more than that of the tier below; 0 for the lowest one.
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000_i64)
    )]
    pub threshold: i64,
    /// How much of the measure keeps it: at most what reaches it, and no less than keeps the tier below. Absent for as much as
    /// reaches it, and for the lowest tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000_000_i64)
    )]
    pub renewal: Option<i64>,
    /// How many hundredths of the base orders earn: 150 is half as much again. 100, or absent, for no more than the base.
    #[serde(default = "once")]
    #[cfg_attr(feature = "openapi", schema(minimum = 100, maximum = 1_000))]
    pub multiplier: u32,
}

const fn once() -> u32 {
    ONCE
}

/// What a tier is called, and what it gives, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TierWords {
    /// The language.
    pub language: Lang,
    /// The name. 1 to 40 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: String,
    /// What it gives besides points, a line each. 1 to 200 characters a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub privileges: Vec<String>,
}

/// The words for a reader of `lang`: in that language, or else the first ones.
pub fn words_in(words: &[TierWords], lang: Lang) -> Option<&TierWords> {
    let own = words.iter().find(|words| words.language == lang);
    own.or(words.first())
}

/// Why somebody's tier is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierChangeKind {
    /// As much was counted as reaches it.
    Reached,
    /// As much was counted as keeps it.
    Renewed,
    /// Less was counted than keeps the one before.
    Lowered,
    /// After a refund less is counted than has reached or kept it: it is held for some days more.
    Withdrawn,
}

impl TierChangeKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reached, Self::Renewed, Self::Lowered, Self::Withdrawn];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Renewed => "renewed",
            Self::Lowered => "lowered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A line of the history of somebody's tier: which, since when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierChange {
    /// Why it is held.
    pub kind: TierChangeKind,
    /// The id of the tier; empty where the rules had none any more.
    pub tier: String,
    /// What it is called.
    pub names: Vec<RewardName>,
    /// The version of the rules by which it is.
    pub version: u32,
    /// Since when, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    pub on: String,
    /// What was counted.
    pub measure: TierMeasure,
    /// Its currency; empty for what is no money.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// How much was counted.
    pub figure: i64,
    /// How much it took: for `lowered` that of the tier that was not kept.
    pub needed: i64,
    /// How much of what was counted has to be left, after refunds, for it to be held.
    pub basis: i64,
    /// The first day of what was counted, `YYYY-MM-DD`.
    pub counted_from: String,
    /// The last day.
    pub counted_to: String,
    /// The first day of what counts for keeping it; empty for the lowest tier, which is always kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub keeps_from: String,
    /// The last day of its period; empty for the lowest tier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// The last day on which it is held if it is not kept: the last one of the grace.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ends: String,
}

/// The history of somebody's tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierHistory {
    /// The changes, the latest first.
    pub changes: Vec<TierChange>,
}

/// What reaching or keeping a tier takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierGoal {
    /// The id of the tier.
    pub tier: String,
    /// What it is called.
    pub names: Vec<RewardName>,
    /// How much it takes.
    pub needed: i64,
    /// How much is counted so far.
    pub counted: i64,
    /// How much more it takes; 0 where it is enough.
    pub missing: i64,
    /// The last day on which that is so, `YYYY-MM-DD`; empty where nothing counts yet that could count no more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Until when the tier is held then, `YYYY-MM-DD`.
    pub until: String,
}

/// A customer's tier, what it gives, and what the next one and keeping this one take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierStanding {
    /// The id of the tier.
    pub tier: String,
    /// What it is called and gives.
    pub words: Vec<TierWords>,
    /// How many hundredths of the base orders earn.
    pub multiplier: u32,
    /// The day since which it is held, `YYYY-MM-DD`; empty for the lowest tier where there was never another one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub since: String,
    /// The last day of its period; empty for the lowest tier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// The last day on which it is held if it is not kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ends: String,
    /// Whether a refund has taken away by what it was reached: `ends` says for how long it is held.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// What counts for tiers.
    pub measure: TierMeasure,
    /// The currency of that; empty for what is no money.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// The next tier, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<TierGoal>,
    /// What keeping this one takes; absent for the lowest one, and for one that the rules do not have any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeping: Option<TierGoal>,
}

impl Tier {
    /// How much keeps it.
    pub fn keep(&self) -> i64 {
        self.renewal.unwrap_or(self.threshold)
    }

    /// What it is called, in each language.
    pub fn names(&self) -> Vec<RewardName> {
        let names = self.words.iter().map(|words| RewardName {
            language: words.language,
            name: words.name.clone(),
        });
        names.collect()
    }
}

impl TierRules {
    /// The position of a tier, from 0 for the lowest one.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|tier| tier.id == id)
    }

    /// Checks all tiers for rules, and brings words into the form that is kept. `need` is told whether a field keeps one.
    pub(super) fn check(&mut self, need: &mut impl FnMut(bool, String, &str)) {
        let is_spend = self.measure == TierMeasure::Spend;
        let is_currency =
            self.currency.len() == 3 && self.currency.bytes().all(|byte| byte.is_ascii_uppercase());
        need(
            if is_spend {
                is_currency
            } else {
                self.currency.is_empty()
            },
            "tiers.currency".into(),
            "spend is counted in one currency, and nothing else in any",
        );
        need(
            self.grace_days <= GRACE_DAYS_MAX,
            "tiers.grace_days".into(),
            "a tier is held for at most 90 days after its period",
        );
        need(
            (1..=TIERS_MAX).contains(&self.levels.len()),
            "tiers.levels".into(),
            "there are 1 to 10 tiers",
        );
        let most = self.measure.most();
        let mut seen = BTreeSet::new();
        let (mut below, mut kept, mut times) = (0, 0, ONCE);
        for (at, tier) in self.levels.iter_mut().enumerate() {
            let field = |name: &str| format!("tiers.levels[{at}].{name}");
            need(
                is_tier_id(&tier.id) && seen.insert(tier.id.clone()),
                field("id"),
                "each tier has an id of its own: 1 to 40 of a to z, 0 to 9, - and _",
            );
            let fits = if at == 0 {
                tier.threshold == 0
            } else {
                tier.threshold > below && tier.threshold <= most
            };
            need(
                fits,
                field("threshold"),
                "the lowest tier takes nothing, and each one more than that below it",
            );
            let fits = match tier.renewal {
                None => true,
                Some(_) if at == 0 => false,
                Some(renewal) => (kept.max(1)..=tier.threshold).contains(&renewal),
            };
            need(
                fits,
                field("renewal"),
                "keeping a tier takes at most what reaches it, and no less than keeps that below it",
            );
            need(
                (times..=MULTIPLIER_MAX).contains(&tier.multiplier),
                field("multiplier"),
                "a multiplier is 100 to 1,000 hundredths, and no less than that of the tier below",
            );
            (below, kept) = (below.max(tier.threshold), kept.max(tier.keep()));
            times = times.max(tier.multiplier);
            check_words(&mut tier.words, field, need);
        }
    }
}

fn check_words(
    words: &mut [TierWords],
    field: impl Fn(&str) -> String,
    need: &mut impl FnMut(bool, String, &str),
) {
    let languages: BTreeSet<&str> = words.iter().map(|words| words.language.tag()).collect();
    need(
        !words.is_empty() && languages.len() == words.len(),
        field("words"),
        "a tier has a name in one language at least, and in each once",
    );
    for (at, words) in words.iter_mut().enumerate() {
        words.name = single_line(&words.name);
        need(
            (1..=NAME_MAX).contains(&words.name.chars().count()),
            field(&format!("words[{at}].name")),
            "a name has 1 to 40 characters",
        );
        for line in &mut words.privileges {
            *line = single_line(line);
        }
        words.privileges.retain(|line| !line.is_empty());
        let mut lines = words.privileges.iter();
        need(
            words.privileges.len() <= PRIVILEGES_MAX
                && lines.all(|line| line.chars().count() <= PRIVILEGE_MAX),
            field(&format!("words[{at}].privileges")),
            "there are at most 10 privileges of at most 200 characters",
        );
    }
}

/// Whether a tier can be called so.
pub fn is_tier_id(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=40).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(tiers: serde_json::Value) -> Vec<String> {
        let mut tiers: TierRules = serde_json::from_value(tiers).unwrap();
        let mut found = Vec::new();
        tiers.check(&mut |holds, field, _| {
            if !holds {
                found.push(field);
            }
        });
        found
    }

    #[test]
    fn tiers_that_contradict_each_other_are_refused_field_by_field() {
        let named = json!([{ "language": "en", "name": "A" }]);
        let wrong = json!({
            "measure": "visits", "currency": "EUR", "period": "rolling", "grace_days": 91,
            "levels": [
                { "id": "a", "words": named, "threshold": 1 },
                { "id": "b", "words": named, "threshold": 10, "renewal": 8, "multiplier": 200 },
                { "id": "b", "words": [], "threshold": 12, "renewal": 5, "multiplier": 150 },
                { "id": "D", "words": [{ "language": "en", "name": " " }], "threshold": 400, "renewal": 401 },
            ],
        });
        assert_eq!(
            faults(wrong),
            [
                "tiers.currency",
                "tiers.grace_days",
                "tiers.levels[0].threshold",
                "tiers.levels[2].id",
                "tiers.levels[2].renewal",
                "tiers.levels[2].multiplier",
                "tiers.levels[2].words",
                "tiers.levels[3].id",
                "tiers.levels[3].threshold",
                "tiers.levels[3].renewal",
                "tiers.levels[3].multiplier",
                "tiers.levels[3].words[0].name",
            ]
        );
        let right = json!({
            "measure": "spend", "currency": "EUR", "period": "calendar",
            "levels": [{ "id": "a", "words": named, "threshold": 0 }],
        });
        assert_eq!(faults(right), [] as [String; 0]);
    }

    #[test]
    fn whose_language_is_missing_reads_the_first_one() {
        let words: Vec<TierWords> = serde_json::from_value(json!([
            { "language": "zh-CN", "name": "金卡" }, { "language": "en", "name": "Gold" },
        ]))
        .unwrap();
        let name = |lang| words_in(&words, lang).map(|words| &*words.name);
        assert_eq!(
            [name(Lang::En), name(Lang::Ja)],
            [Some("Gold"), Some("金卡")]
        );
    }

    #[test]
    fn every_word_is_the_one_on_the_wire() {
        for measure in TierMeasure::ALL {
            assert_eq!(serde_json::to_value(measure).unwrap(), measure.as_str());
            assert_eq!(TierMeasure::from_word(measure.as_str()), Some(measure));
        }
        for kind in TierChangeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(TierChangeKind::from_word(kind.as_str()), Some(kind));
        }
    }
}
