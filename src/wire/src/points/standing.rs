//! In which tier somebody is, and why: pure functions of the rules, of what was counted, and of what was held before. Orders,
//! the job, pages and tests all ask these, so what a page says is what happens.
//!
//! - A tier is **reached** on the day on which the orders of the period (the twelve months that end with that day, or its
//!   calendar year) make up its threshold. It is held for twelve months from then, or to the end of the next calendar year.
//! - It is **kept** when the orders of that time, up to the last day of the grace, make up what keeping takes: then it is held
//!   for a year more from the end of its period. The order by which it was reached does not count for keeping it.
//! - It is **lowered** after the grace only, to the highest tier that what was counted keeps or reaches.
//! - It is **withdrawn** when refunds leave less than what it was reached or kept by. Nobody is surprised: it is held for 30
//!   more days, and reached again when as much is counted again.
//!
//! Orders count on the day on which they were placed, whenever they come.

use super::tiers::{TierChange, TierChangeKind, TierGoal, TierPeriod, TierRules};

/// For how many days a tier is held that a refund has taken away.
pub const WITHDRAWN_DAYS: u32 = 30;

/// What an order counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// When it was placed, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    pub on: String,
    /// How much.
    pub value: i64,
}

/// What somebody's orders count for, in the order in which they were placed.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    orders: Vec<Counted>,
    /// The sums of all before, one more than orders.
    sums: Vec<i64>,
}

impl Counts {
    /// What these orders count for.
    pub fn new(mut orders: Vec<Counted>) -> Self {
        orders.sort_by_key(|order| order.at);
        let mut counts = Self {
            sums: Vec::with_capacity(orders.len() + 1),
            orders,
        };
        counts.sum_from(0);
        counts
    }

    /// Adds one that is not among them yet.
    pub fn add(&mut self, order: Counted) {
        let at = self.orders.partition_point(|one| one.at <= order.at);
        self.orders.insert(at, order);
        self.sum_from(at);
    }

    fn sum_from(&mut self, at: usize) {
        self.sums.truncate(at + 1);
        if self.sums.is_empty() {
            self.sums.push(0);
        }
        for order in &self.orders[at..] {
            let before = self.sums.last().copied().unwrap_or(0);
            self.sums.push(before.saturating_add(order.value));
        }
    }

    /// How much the orders of these days count for; both are among them.
    pub fn between(&self, from: &str, to: &str) -> i64 {
        let end = self.orders.partition_point(|one| one.on.as_str() <= to);
        self.before(from, end)
    }

    /// How much the orders from a day on count for that stand before `end`.
    fn before(&self, from: &str, end: usize) -> i64 {
        let begin = self.orders.partition_point(|one| one.on.as_str() < from);
        if begin >= end {
            return 0;
        }
        self.sums[end] - self.sums[begin]
    }
}

/// Where somebody stands among the tiers of some rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// The highest of these tiers that the one that is held is as good as.
    pub level: usize,
    /// Whether it is that tier itself, and not one that these rules do not have.
    pub own: bool,
}

impl Rank {
    /// The lowest tier.
    pub const LOWEST: Self = Self {
        level: 0,
        own: true,
    };

    /// Where somebody stands in `rules` who holds the tier `id` of the rules `of`. One that `rules` do not have is as good as the
    /// highest one below it that both have.
    pub fn of(rules: &TierRules, of: Option<&TierRules>, id: &str) -> Self {
        if let Some(level) = rules.position(id) {
            return Self { level, own: true };
        }
        let below = of.and_then(|of| Some(&of.levels[..of.position(id)?]));
        let mut below = below.unwrap_or_default().iter().rev();
        let level = below.find_map(|tier| rules.position(&tier.id));
        Self {
            level: level.unwrap_or(0),
            own: false,
        }
    }
}

/// What becomes of somebody's tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Why.
    pub kind: TierChangeKind,
    /// The position of the tier among those of the rules; `None` where they have none, and for the one that is held.
    pub level: Option<usize>,
    /// When the order was placed by which it is; `None` where it is by none.
    pub at: Option<i64>,
    /// From which day on.
    pub on: String,
    /// How much was counted.
    pub figure: i64,
    /// How much it took; of one that was lowered, how much keeping the one before took.
    pub needed: i64,
    /// How much of what was counted has to be left for it to be held.
    pub basis: i64,
    /// The first day of what was counted.
    pub counted_from: String,
    /// The last one.
    pub counted_to: String,
    /// How long it is held.
    pub term: Term,
}

/// How long a tier is held; all empty for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Term {
    /// The first day of what counts for keeping it.
    pub keeps_from: String,
    /// The last day of its period.
    pub until: String,
    /// The last day of the grace.
    pub ends: String,
}

impl Found {
    /// As a line of the history, by the rules of a version. `held` is what was held before, and `now` when it is noted.
    pub fn noted(
        self,
        rules: &TierRules,
        held: Option<&TierChange>,
        (version, now): (u32, i64),
    ) -> TierChange {
        let level = self.level.and_then(|level| rules.levels.get(level));
        let (tier, names) = match (level, held) {
            (Some(tier), _) => (tier.id.clone(), tier.names()),
            (None, Some(held)) if self.kind == TierChangeKind::Withdrawn => {
                (held.tier.clone(), held.names.clone())
            }
            (None, _) => (String::new(), Vec::new()),
        };
        TierChange {
            kind: self.kind,
            tier,
            names,
            version,
            at: self.at.unwrap_or(now),
            on: self.on,
            measure: rules.measure,
            currency: rules.currency.clone(),
            figure: self.figure,
            needed: self.needed,
            basis: self.basis,
            counted_from: self.counted_from,
            counted_to: self.counted_to,
            keeps_from: self.term.keeps_from,
            until: self.term.until,
            ends: self.term.ends,
        }
    }
}

impl TierRules {
    /// The first day that counts together with `day`.
    fn first_with(&self, day: &str) -> String {
        match self.period {
            TierPeriod::Rolling => days::after(&days::year_before(day), 1),
            TierPeriod::Calendar => format!("{}-01-01", days::year(day)),
        }
    }

    /// For how long a tier is held that was reached on `day`.
    fn term_from(&self, day: &str) -> Term {
        let (keeps_from, until) = match self.period {
            TierPeriod::Rolling => (days::after(day, 1), days::year_after(day)),
            TierPeriod::Calendar => {
                let next = days::year(day) + 1;
                (format!("{next:04}-01-01"), format!("{next:04}-12-31"))
            }
        };
        self.with_grace(keeps_from, until)
    }

    /// For how long a tier is held that was kept to the end of a period.
    fn term_behind(&self, until: &str) -> Term {
        self.with_grace(days::after(until, 1), days::year_after(until))
    }

    fn with_grace(&self, keeps_from: String, until: String) -> Term {
        let ends = days::after(&until, self.grace_days.into());
        Term {
            keeps_from,
            until,
            ends,
        }
    }

    /// The highest tier that a figure reaches.
    fn level_of(&self, figure: i64) -> usize {
        let reached = self
            .levels
            .iter()
            .rposition(|tier| tier.threshold <= figure);
        reached.unwrap_or(0)
    }
}

/// The tiers that somebody of this rank reaches by orders that were placed from one instant to another (`between`, the latter not
/// among them), one after another. What would be over by `today` is none.
pub fn reached(
    rules: &TierRules,
    mut rank: Rank,
    counts: &Counts,
    between: (i64, i64),
    today: &str,
) -> Vec<Found> {
    let mut found = Vec::new();
    let begin = counts.orders.partition_point(|one| one.at < between.0);
    for (at, order) in counts.orders.iter().enumerate().skip(begin) {
        if order.at >= between.1 {
            break;
        }
        let from = rules.first_with(&order.on);
        let figure = counts.before(&from, at + 1);
        let level = rules.level_of(figure);
        let term = rules.term_from(&order.on);
        if level > rank.level && term.ends.as_str() >= today {
            found.push(Found {
                at: Some(order.at),
                counted_to: order.on.clone(),
                ..risen(rules, level, &order.on, (from, figure), term)
            });
            rank = Rank { level, own: true };
        }
    }
    found
}

/// The tier that somebody of this rank has reached by all that counts today.
pub fn reached_today(rules: &TierRules, rank: Rank, counts: &Counts, today: &str) -> Option<Found> {
    let from = rules.first_with(today);
    let figure = counts.between(&from, today);
    let level = rules.level_of(figure);
    let term = rules.term_from(today);
    (level > rank.level).then(|| risen(rules, level, today, (from, figure), term))
}

fn risen(
    rules: &TierRules,
    level: usize,
    on: &str,
    (counted_from, figure): (String, i64),
    term: Term,
) -> Found {
    Found {
        kind: TierChangeKind::Reached,
        level: Some(level),
        at: None,
        on: on.to_owned(),
        figure,
        needed: rules.levels[level].threshold,
        basis: rules.levels[level].threshold,
        counted_from,
        counted_to: on.to_owned(),
        term,
    }
}

/// Whether what is held was reached or kept by more than refunds have left of it; if so, until when it is held. `counts` are by the
/// measure of then.
pub fn withdrawn(held: &TierChange, counts: &Counts, today: &str) -> Option<Found> {
    if held.ends.is_empty() || held.kind == TierChangeKind::Withdrawn {
        return None;
    }
    let figure = counts.between(&held.counted_from, &held.counted_to);
    let last = days::after(today, WITHDRAWN_DAYS.into());
    let ends = last.min(held.ends.clone());
    (figure < held.basis).then(|| Found {
        kind: TierChangeKind::Withdrawn,
        level: None,
        at: None,
        on: today.to_owned(),
        figure,
        needed: held.basis,
        basis: held.basis,
        counted_from: held.counted_from.clone(),
        counted_to: held.counted_to.clone(),
        term: Term {
            keeps_from: held.keeps_from.clone(),
            until: ends.clone(),
            ends,
        },
    })
}

/// What becomes of a tier whose period is over: it is kept, or lowered once the grace is over too and `may_lower`. `None` while it is
/// held as it is. `rules` are those of today, `rank` is by them.
pub fn over(
    rules: Option<&TierRules>,
    (held, rank): (&TierChange, Rank),
    counts: &Counts,
    today: &str,
    may_lower: bool,
) -> Option<Found> {
    if held.ends.is_empty() || today <= held.until.as_str() {
        return None;
    }
    let is_withdrawn = held.kind == TierChangeKind::Withdrawn;
    let counted = counts.between(&held.keeps_from, &held.ends);
    let tier = rules.filter(|_| rank.own && !is_withdrawn);
    let tier = tier.and_then(|rules| Some((rules, rules.levels.get(rank.level)?)));
    if let Some((rules, tier)) = tier
        && counted >= tier.keep()
    {
        return Some(Found {
            kind: TierChangeKind::Renewed,
            level: Some(rank.level),
            at: None,
            on: days::after(&held.until, 1),
            figure: counted,
            needed: tier.keep(),
            basis: tier.keep(),
            counted_from: held.keeps_from.clone(),
            counted_to: held.ends.clone(),
            term: rules.term_behind(&held.until),
        });
    }
    if !may_lower || today <= held.ends.as_str() {
        return None;
    }
    let mut found = Found {
        kind: TierChangeKind::Lowered,
        level: None,
        at: None,
        on: days::after(&held.ends, 1),
        figure: counted,
        needed: tier.map_or(held.needed, |(_, tier)| tier.keep()),
        basis: 0,
        counted_from: held.keeps_from.clone(),
        counted_to: held.ends.clone(),
        term: Term::default(),
    };
    let Some(rules) = rules else {
        return Some(found);
    };
    // Its own tier is lost; of one that the rules do not have, that below it may be kept.
    let most = if rank.own {
        rank.level.saturating_sub(1)
    } else {
        rank.level
    };
    let from = rules.first_with(today);
    let now = counts.between(&from, today);
    let by_now = rules.level_of(now).min(most);
    let kept = rules.levels[..=most].iter();
    let kept = kept.rev().position(|tier| tier.keep() <= counted);
    let by_keeping = kept.filter(|_| !is_withdrawn).map_or(0, |at| most - at);
    found.level = Some(by_keeping.max(by_now));
    if by_keeping >= by_now && by_keeping > 0 {
        found.basis = rules.levels[by_keeping].keep();
        found.term = rules.term_behind(&held.until);
    } else if by_now > 0 {
        found.basis = rules.levels[by_now].threshold;
        (found.figure, found.counted_from, found.counted_to) = (now, from, today.to_owned());
        found.term = rules.term_from(today);
    }
    Some(found)
}

/// What the next tier takes, if there is one.
pub fn next(rules: &TierRules, rank: Rank, counts: &Counts, today: &str) -> Option<TierGoal> {
    let tier = rules.levels.get(rank.level + 1)?;
    let from = rules.first_with(today);
    let counted = counts.between(&from, today);
    let by = match rules.period {
        TierPeriod::Calendar => format!("{}-12-31", days::year(today)),
        TierPeriod::Rolling => {
            let mut orders = counts.orders.iter();
            let first = orders.find(|one| one.on >= from && one.value > 0);
            // The day before the first of what counts does not any more.
            first.map_or_else(String::new, |one| {
                days::before(&days::year_after(&one.on), 1)
            })
        }
    };
    Some(TierGoal {
        tier: tier.id.clone(),
        names: tier.names(),
        needed: tier.threshold,
        counted,
        missing: (tier.threshold - counted).max(0),
        by,
        until: rules.term_from(today).until,
    })
}

/// What keeping the tier that is held takes; `None` where nothing can be done for it, or need be.
pub fn keeping(
    rules: &TierRules,
    (held, rank): (&TierChange, Rank),
    counts: &Counts,
    today: &str,
) -> Option<TierGoal> {
    if held.ends.is_empty() || !rank.own {
        return None;
    }
    let tier = rules.levels.get(rank.level)?;
    let (needed, counted, until) = if held.kind == TierChangeKind::Withdrawn {
        // It has to be reached anew.
        let counted = counts.between(&rules.first_with(today), today);
        (tier.threshold, counted, rules.term_from(today).until)
    } else {
        let counted = counts.between(&held.keeps_from, &held.ends);
        (tier.keep(), counted, rules.term_behind(&held.until).until)
    };
    let in_grace = held.until.as_str() < today;
    Some(TierGoal {
        tier: tier.id.clone(),
        names: tier.names(),
        needed,
        counted,
        missing: (needed - counted).max(0),
        by: if in_grace { &held.ends } else { &held.until }.clone(),
        until,
    })
}

/// Days as text, `YYYY-MM-DD`, which sorts as they do.
pub mod days {
    /// The year of a day.
    pub(super) fn year(day: &str) -> i64 {
        number(day, 0, 4)
    }

    fn number(day: &str, from: usize, to: usize) -> i64 {
        day.get(from..to)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// The same day of another year; for 29 February the 28th where that year has none.
    fn in_year(day: &str, year: i64) -> String {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let rest = match day.get(5..).unwrap_or_default() {
            "02-29" if !leap => "02-28",
            rest => rest,
        };
        format!("{year:04}-{rest}")
    }

    /// Twelve months later.
    pub fn year_after(day: &str) -> String {
        in_year(day, year(day) + 1)
    }

    /// Twelve months before.
    pub fn year_before(day: &str) -> String {
        in_year(day, year(day) - 1)
    }

    /// So many days later.
    pub fn after(day: &str, days: i64) -> String {
        text_of(count_of(day) + days)
    }

    /// So many days before.
    pub fn before(day: &str, days: i64) -> String {
        after(day, -days)
    }

    /// How many days it is from 1 March of the year 0, where years begin in March and leap days are their last.
    fn count_of(day: &str) -> i64 {
        let (year, month, of_month) = (year(day), number(day, 5, 7), number(day, 8, 10));
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + of_month - 1
    }

    fn text_of(count: i64) -> String {
        let era = count.div_euclid(146_097);
        let of_era = count.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * month + 2) / 5 + 1;
        let year = year + era * 400;
        if month < 10 {
            format!("{year:04}-{:02}-{of_month:02}", month + 3)
        } else {
            format!("{:04}-{:02}-{of_month:02}", year + 1, month - 9)
        }
    }
}

#[cfg(test)]
mod tests;
