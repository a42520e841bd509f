//! Points that no order has earned but something that a customer has done: a review, an answer to a survey.

use super::calendar::period;
use super::earn::expiry;
use super::ledger::{About, Ledger, NewLot, Side};
use super::lock_of;
use super::rules::Versions;
use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::besides::SurveyReward;
use bookplate_wire::points::rules::{Cap, SURVEY};
use bookplate_wire::{CustomerId, EditionId, ShopId, SurveyAnswerId};

/// What something has earned.
pub(super) struct Earned {
    /// What it is the only transaction of.
    pub(super) cause: String,
    /// The rule, and the version of the rules.
    pub(super) rule: (&'static str, u32),
    /// How many points.
    pub(super) points: i64,
    /// How many more it would have been without a cap.
    pub(super) missed: i64,
    /// For how many days they are pending.
    pub(super) pending_days: u32,
    /// The book that it is about, where it is about one.
    pub(super) edition: Option<EditionId>,
}

impl Db {
    /// Writes into a ledger what a customer has earned, at the instant at which it was opened. Whoever calls it has locked the customer's points, and closes the ledger.
    pub(super) fn grant_besides(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        (ledger, now): (&mut Ledger<'_>, i64),
        earned: Earned,
    ) -> Result<(), StoreError> {
        let (rule, version) = earned.rule;
        let about = About {
            cause: earned.cause,
            edition: earned.edition.clone(),
            rule: rule.to_owned(),
            version: Some(version),
            missed: earned.missed,
            ..About::default()
        };
        if earned.points == 0 {
            ledger.note(customer, EntryKind::Earned, about)?;
            return Ok(());
        }
        let calendar = self.calendar(shop)?;
        let mut versions = Versions::of(self, shop)?.ok_or(StoreError::Corrupt("point_rules"))?;
        let rules = versions.rules(self, shop, version)?;
        let matures_at = match earned.pending_days {
            0 => now,
            days => calendar.after_days(now, days),
        };
        let lot = NewLot {
            matures_at,
            expires_at: expiry(rules, &calendar, matures_at),
            edition: earned.edition,
            ..NewLot::besides(rule, version, earned.points, (now, calendar.day(now)))
        };
        let kind = (EntryKind::Earned, Side::Issued);
        ledger.grant(customer, kind, about, &lot)?;
        Ok(())
    }

    /// What an account has earned by a rule, and kept, in the period of a cap; nothing without one.
    pub(super) fn earned_by_rule(
        &mut self,
        account: &str,
        rule: &str,
        cap: Option<Cap>,
        today: &str,
    ) -> Result<i64, StoreError> {
        let Some(cap) = cap else { return Ok(0) };
        let (from, until) = period(cap.period, today);
        let sum = Sql::new(
            "SELECT CAST(COALESCE(SUM(granted - taken - missed), 0) AS BIGINT) FROM point_lots \
             WHERE account_id = $1 AND earned_on BETWEEN $2 AND $3 AND rule = $4",
        )
        .arg(account)
        .arg(from)
        .arg(until)
        .arg(rule)
        .value(self)?;
        Ok(sum.unwrap_or(0))
    }

    /// Has a customer's answer to a survey earn what the rules say, whatever was answered. Whoever calls it has just written that it
    /// was answered, which happens once.
    pub(crate) fn reward_survey(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        answer: &SurveyAnswerId,
    ) -> Result<(), StoreError> {
        let Some((version, reward)) = self.survey_rule(shop)? else {
            return Ok(());
        };
        self.lock([lock_of(shop, customer)])?;
        let now = now();
        let today = self.calendar(shop)?.day(now);
        let mut ledger = Ledger::open(self, shop, std::slice::from_ref(customer), now)?;
        let account = ledger.account(customer)?.id.clone();
        let before = self.earned_by_rule(&account, SURVEY, reward.cap, &today)?;
        let (points, missed) = reward.earns(before);
        let earned = Earned {
            cause: format!("survey answer:{answer}"),
            rule: (SURVEY, version),
            points,
            missed,
            pending_days: reward.pending_days,
            edition: None,
        };
        self.grant_besides(shop, customer, (&mut ledger, now), earned)?;
        ledger.close(self)
    }

    /// How many points a customer's next answer to a survey earns; 0 for none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn survey_promise(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<i64, StoreError> {
        let Some((_, reward)) = self.survey_rule(shop)? else {
            return Ok(0);
        };
        let account: Option<String> =
            Sql::new("SELECT id FROM point_accounts WHERE customer_id = $1")
                .arg(customer)
                .value(self)?;
        let before = match account {
            None => 0,
            Some(account) => {
                let today = self.calendar(shop)?.day(now());
                self.earned_by_rule(&account, SURVEY, reward.cap, &today)?
            }
        };
        Ok(reward.earns(before).0)
    }

    /// What the rules in force say of surveys, and their version.
    fn survey_rule(&mut self, shop: &ShopId) -> Result<Option<(u32, SurveyReward)>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let version = versions.latest();
        let rules = versions.rules(self, shop, version)?;
        Ok(rules.survey.map(|reward| (version, reward)))
    }
}
