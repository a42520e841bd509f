//! The tier of one customer, held by the customer's lock: its history, and what is added to it.

use super::super::calendar::Calendar;
use super::super::rules::Versions;
use super::Placed;
use crate::db::{Row, Sql, insert_all};
use crate::notifications::{Message, To};
use crate::orders::NEWS;
use crate::{Db, StoreError};
use bookplate_wire::points::standing::{
    Counted, Counts, Found, Rank, days, over, reached, reached_today,
};
use bookplate_wire::points::tiers::{TierChange, TierChangeKind, TierMeasure, TierRules};
use bookplate_wire::{CustomerId, ShopId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// How many days before its end it is told for the first time that a tier ends.
pub(super) const FIRST_NOTICE: i64 = 30;
/// And how many for the second.
pub(super) const SECOND_NOTICE: i64 = 7;

/// A customer's tier.
pub(in crate::points) struct Standing {
    shop: ShopId,
    customer: CustomerId,
    account: String,
    calendar: Calendar,
    now: i64,
    today: String,
    /// The first day of what is counted.
    first: String,
    /// The history, the earliest change first, and how many of it the database has.
    changes: Vec<TierChange>,
    kept: usize,
    /// What orders count for, by the measure, as far as somebody asked.
    counts: BTreeMap<(TierMeasure, String), Counts>,
    /// The points of this unit of work, which the database does not have yet.
    fresh: Vec<Counted>,
    told: i64,
    /// When the job was to look at it next, as the database has it.
    due: Option<i64>,
}

/// Whose tier: the shop, the customer and the account.
type Whose<'a> = (&'a ShopId, &'a CustomerId, &'a str);

impl Standing {
    /// What is known of a customer's tier, as of `now`, and of orders from twelve months before the day `first` on.
    pub(in crate::points) fn open(
        db: &mut Db,
        (shop, customer, account): Whose<'_>,
        (calendar, now): (&Calendar, i64),
        first: &str,
    ) -> Result<Self, StoreError> {
        let changes = db.tier_changes(shop, account)?;
        let known = Sql::new("SELECT told, due_at FROM point_tiers WHERE account_id = $1")
            .arg(account)
            .row(db)?;
        let (told, due) = match known {
            Some(row) => (row.get("told")?, row.get("due_at")?),
            None => (0, None),
        };
        let today = calendar.day(now);
        let mut first = days::year_before(first.min(today.as_str()));
        if let Some(held) = changes.last() {
            for day in [&held.counted_from, &held.keeps_from] {
                if !day.is_empty() && *day < first {
                    first.clone_from(day);
                }
            }
        }
        Ok(Self {
            shop: shop.clone(),
            customer: customer.clone(),
            account: account.to_owned(),
            calendar: calendar.clone(),
            now,
            today,
            first,
            kept: changes.len(),
            changes,
            counts: BTreeMap::new(),
            fresh: Vec::new(),
            told,
            due,
        })
    }

    /// The account.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// The tier that is held; `None` for the lowest one where there was never another.
    pub(in crate::points) fn held(&self) -> Option<&TierChange> {
        self.changes.last()
    }

    /// The history, the earliest change first.
    pub(super) fn history(&self) -> &[TierChange] {
        &self.changes
    }

    /// The tier that was held at an instant, as far as it is known now.
    pub(super) fn held_at(&self, instant: i64) -> Option<&TierChange> {
        self.changes.iter().rev().find(|change| change.at < instant)
    }

    /// The day of today.
    pub(super) fn today(&self) -> &str {
        &self.today
    }

    /// How many notices were sent of the end of what is held.
    pub(super) fn told(&self) -> i64 {
        self.told
    }

    pub(super) fn tell(&mut self, told: i64) {
        self.told = told;
    }

    /// What orders count for by the measure of some rules.
    pub(in crate::points) fn counts(
        &mut self,
        db: &mut Db,
        rules: &TierRules,
    ) -> Result<&Counts, StoreError> {
        let key = (rules.measure, rules.currency.clone());
        Ok(match self.counts.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let whose = (&self.customer, self.account.as_str());
                let mut counted = db.counted(rules, whose, &self.calendar, &self.first)?;
                if rules.measure == TierMeasure::Points {
                    counted.extend(self.fresh.iter().cloned());
                }
                place.insert(Counts::new(counted))
            }
        })
    }

    /// Adds the points that an order has earned.
    pub(super) fn add(&mut self, points: Counted) {
        let key = (TierMeasure::Points, String::new());
        if let Some(counts) = self.counts.get_mut(&key) {
            counts.add(points.clone());
        }
        self.fresh.push(points);
    }

    /// Where the customer stands among the tiers of some rules.
    pub(in crate::points) fn rank(
        &self,
        db: &mut Db,
        versions: &mut Versions,
        rules: &TierRules,
    ) -> Result<Rank, StoreError> {
        let Some(held) = self.held() else {
            return Ok(Rank::LOWEST);
        };
        let of = versions.tier_rules(db, &self.shop, held.version)?;
        Ok(Rank::of(rules, of.as_ref(), &held.tier))
    }

    /// The same for what can be reached: what is only held for some days more can be reached again.
    fn rank_to_rise(
        &self,
        db: &mut Db,
        versions: &mut Versions,
        rules: &TierRules,
    ) -> Result<Rank, StoreError> {
        let rank = self.rank(db, versions, rules)?;
        let is_going = self
            .held()
            .is_some_and(|held| held.kind == TierChangeKind::Withdrawn);
        Ok(if is_going { below(rank) } else { rank })
    }

    /// Notes what an order reaches, together with those that were placed after it by the same version of the rules.
    pub(super) fn rise(
        &mut self,
        db: &mut Db,
        versions: &mut Versions,
        order: Placed<'_>,
    ) -> Result<(), StoreError> {
        let Some(rules) = versions.tier_rules(db, &self.shop, order.version)? else {
            return Ok(());
        };
        let rank = self.rank_to_rise(db, versions, &rules)?;
        let between = (order.at, versions.end_of(order.version));
        let today = self.today.clone();
        let found = reached(&rules, rank, self.counts(db, &rules)?, between, &today);
        for found in found {
            self.note(found, &rules, order.version);
        }
        Ok(())
    }

    /// Whether other orders reach by themselves what is held, now that those which did are not enough; it is noted.
    pub(super) fn reach_again(
        &mut self,
        db: &mut Db,
        rules: &TierRules,
        held: &TierChange,
    ) -> Result<bool, StoreError> {
        let Some(level) = rules.position(&held.tier) else {
            return Ok(false);
        };
        let rank = below(Rank { level, own: true });
        let (today, now) = (self.today.clone(), self.now);
        let from = self.calendar.begins(&held.counted_from);
        let counts = self.counts(db, rules)?;
        let found = reached(rules, rank, counts, (from, i64::MAX), &today);
        let again = found.into_iter().find(|found| found.level == Some(level));
        let is_reached = again.is_some();
        if let Some(found) = again {
            // It was held before, and goes on.
            let at = Some(now);
            self.note(Found { at, ..found }, rules, held.version);
        }
        Ok(is_reached)
    }

    /// Notes what today's rules and the time make of it; tiers are lowered only if `may_lower`.
    pub(super) fn settle(
        &mut self,
        db: &mut Db,
        versions: &mut Versions,
        may_lower: bool,
    ) -> Result<(), StoreError> {
        let version = versions.latest();
        let rules = versions.tier_rules(db, &self.shop, version)?;
        let today = self.today.clone();
        if let Some(rules) = &rules {
            let rank = self.rank_to_rise(db, versions, rules)?;
            let counts = self.counts(db, rules)?;
            if let Some(found) = reached_today(rules, rank, counts, &today) {
                self.note(found, rules, version);
            }
        }
        // One period after another, where nobody has looked for long.
        while let Some(held) = self.held().cloned().filter(|held| !held.ends.is_empty()) {
            let by = match &rules {
                Some(rules) => Some(rules.clone()),
                None => versions.tier_rules(db, &self.shop, held.version)?,
            };
            let Some(by) = by else { break };
            let rank = self.rank(db, versions, &by)?;
            let counts = self.counts(db, &by)?;
            let Some(found) = over(rules.as_ref(), (&held, rank), counts, &today, may_lower) else {
                break;
            };
            self.note(found, &by, version);
        }
        Ok(())
    }

    /// Adds a line to the history, by the rules of a version.
    pub(super) fn note(&mut self, found: Found, rules: &TierRules, version: u32) {
        self.told = 0;
        let change = found.noted(rules, self.held(), (version, self.now));
        self.changes.push(change);
    }

    /// Has the job look at it at once.
    pub(super) fn look_at_once(&mut self) {
        self.due = Some(self.now);
    }

    /// Notes that the job is just looking at it.
    pub(super) fn is_looked_at(&mut self) {
        self.due = None;
    }

    /// When time changes something next.
    fn due_at(&self) -> Option<i64> {
        let held = self.held().filter(|held| !held.ends.is_empty())?;
        // What the job has still to look at stays so, whoever else changes something meanwhile.
        if self.due.is_some_and(|due| due <= self.now) {
            return self.due;
        }
        if held.kind == TierChangeKind::Withdrawn && self.told == 0 {
            return Some(self.now);
        }
        let moments = [
            days::before(&held.ends, FIRST_NOTICE),
            days::before(&held.ends, SECOND_NOTICE),
            days::after(&held.until, 1),
            days::after(&held.ends, 1),
        ];
        let moments = moments.iter().map(|day| self.calendar.begins(day));
        moments.filter(|at| *at > self.now).min()
    }

    /// Writes what is new of it, and tells the customer of a tier that was reached at `now`.
    pub(in crate::points) fn close(self, db: &mut Db, now: i64) -> Result<(), StoreError> {
        if self.changes.is_empty() {
            return Ok(());
        }
        let new = self.changes[self.kept..].iter().zip(self.kept + 1..);
        let rows = new.map(|(change, sequence)| {
            vec![
                (&self.account).into(),
                i64::try_from(sequence).unwrap_or(i64::MAX).into(),
                change.kind.as_str().into(),
                (&change.tier).into(),
                change.version.into(),
                change.at.into(),
                (&change.on).into(),
                change.figure.into(),
                change.needed.into(),
                change.basis.into(),
                (&change.counted_from).into(),
                (&change.counted_to).into(),
                (&change.keeps_from).into(),
                (&change.until).into(),
                (&change.ends).into(),
            ]
        });
        insert_all(
            db,
            "INSERT INTO point_tier_changes (account_id, sequence, kind, tier, version, at, on_day, figure, needed, basis, \
             counted_from, counted_to, keeps_from, until_day, ends_day) VALUES ",
            rows.collect(),
        )?;
        Sql::new(
            "INSERT INTO point_tiers (account_id, shop_id, sequence, due_at, told, seen) VALUES ($1, $2, $3, $4, $5, 0) \
             ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence, due_at = excluded.due_at, \
             told = excluded.told",
        )
        .arg(&self.account)
        .arg(&self.shop)
        .arg(i64::try_from(self.changes.len()).unwrap_or(i64::MAX))
        .arg(self.due_at())
        .arg(self.told)
        .run(db)?;
        let mut new = self.changes[self.kept..].iter().rev();
        // A shop's history is no news, and what goes on is none either.
        let news = new.find(|change| {
            change.kind == TierChangeKind::Reached && self.calendar.begins(&change.on) > now - NEWS
        });
        if let Some(change) = news {
            let message = Message::TierReached {
                tier: change.names.clone(),
                until: change.until.clone(),
            };
            db.notify(&self.shop, To::Customer(&self.customer), &message)?;
        }
        Ok(())
    }
}

fn below(rank: Rank) -> Rank {
    Rank {
        level: rank.level.saturating_sub(1),
        own: true,
    }
}

impl Db {
    /// The history of an account's tier, the earliest change first.
    pub(in crate::points) fn tier_changes(
        &mut self,
        shop: &ShopId,
        account: &str,
    ) -> Result<Vec<TierChange>, StoreError> {
        let rows = Sql::new(
            "SELECT kind, tier, version, at, on_day, figure, needed, basis, counted_from, counted_to, keeps_from, until_day, \
             ends_day FROM point_tier_changes WHERE account_id = $1 ORDER BY sequence",
        )
        .arg(account)
        .rows(self)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let missing = StoreError::Corrupt("point_tier_changes.version");
        let mut versions = Versions::of(self, shop)?.ok_or(missing)?;
        let mut changes: Vec<TierChange> = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut change = change_of(row)?;
            match versions.tier_rules(self, shop, change.version)? {
                Some(rules) => {
                    change.names = rules
                        .position(&change.tier)
                        .map_or_else(Vec::new, |at| rules.levels[at].names());
                    (change.measure, change.currency) = (rules.measure, rules.currency);
                }
                // Rules without tiers have ended it, by what was counted before.
                None => {
                    if let Some(before) = changes.last() {
                        change.measure = before.measure;
                        change.currency.clone_from(&before.currency);
                    }
                }
            }
            changes.push(change);
        }
        Ok(changes)
    }
}

fn change_of(row: &Row) -> Result<TierChange, StoreError> {
    let kind: String = row.get("kind")?;
    Ok(TierChange {
        kind: TierChangeKind::from_word(&kind)
            .ok_or(StoreError::Corrupt("point_tier_changes.kind"))?,
        tier: row.get("tier")?,
        names: Vec::new(),
        version: row.get("version")?,
        at: row.get("at")?,
        on: row.get("on_day")?,
        measure: TierMeasure::Spend,
        currency: String::new(),
        figure: row.get("figure")?,
        needed: row.get("needed")?,
        basis: row.get("basis")?,
        counted_from: row.get("counted_from")?,
        counted_to: row.get("counted_to")?,
        keeps_from: row.get("keeps_from")?,
        until: row.get("until_day")?,
        ends: row.get("ends_day")?,
    })
}
