//! What time does to tiers: they are kept or lowered, and their end is told before it comes. And who reaches a tier of a version of
//! the rules that was just published.

use super::super::aging::AgingAccount;
use super::super::calendar::Calendar;
use super::super::rules::Versions;
use super::standing::{FIRST_NOTICE, SECOND_NOTICE, Standing};
use crate::db::Sql;
use crate::notifications::{Message, To};
use crate::{Db, StoreError};
use bookplate_wire::points::standing::{days, keeping};
use bookplate_wire::points::tiers::{TierChangeKind, TierRules};
use bookplate_wire::{CustomerId, ShopId};

/// A shop whose tiers have changed, and some of those who may have reached one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierReview {
    shop: ShopId,
    version: u32,
    /// Those who come next; nobody when it is done.
    pub accounts: Vec<AgingAccount>,
}

impl Db {
    /// Does to a customer's tier what the time `now` does; its points are locked.
    pub(in crate::points) fn age_tier(
        &mut self,
        (shop, customer, account): (&ShopId, &CustomerId, &str),
        calendar: &Calendar,
        now: i64,
    ) -> Result<(), StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(());
        };
        let latest = versions.latest();
        let rules = versions.tier_rules(self, shop, latest)?;
        if rules.is_none() && !self.had_tiers(shop)? {
            return Ok(());
        }
        let whose = (shop, customer, account);
        let today = calendar.day(now);
        let mut standing = Standing::open(self, whose, (calendar, now), &today)?;
        standing.is_looked_at();
        standing.settle(self, &mut versions, true)?;
        self.tell_tier(
            (shop, customer),
            &mut standing,
            &mut versions,
            rules.as_ref(),
        )?;
        standing.close(self, now)
    }

    /// Tells the customer that a tier ends which is not kept yet, and what is missing: twice, or at once where a refund ends it.
    fn tell_tier(
        &mut self,
        (shop, customer): (&ShopId, &CustomerId),
        standing: &mut Standing,
        versions: &mut Versions,
        rules: Option<&TierRules>,
    ) -> Result<(), StoreError> {
        let Some(held) = standing
            .held()
            .cloned()
            .filter(|held| !held.ends.is_empty())
        else {
            return Ok(());
        };
        let today = standing.today().to_owned();
        let is_near = |days: i64| days::before(&held.ends, days) <= today;
        let due = if is_near(SECOND_NOTICE) {
            2
        } else if is_near(FIRST_NOTICE) || held.kind == TierChangeKind::Withdrawn {
            1
        } else {
            0
        };
        if due <= standing.told() {
            return Ok(());
        }
        let mut missing = None;
        if let Some(rules) = rules {
            let rank = standing.rank(self, versions, rules)?;
            let counts = standing.counts(self, rules)?;
            if let Some(goal) = keeping(rules, (&held, rank), counts, &today) {
                // It is kept: nothing has to be told. A refund may change that.
                if goal.missing == 0 {
                    return Ok(());
                }
                missing = Some((goal.missing, rules.measure, rules.currency.clone()));
            }
        }
        standing.tell(due);
        let message = Message::TierEnding {
            tier: held.names,
            until: held.ends,
            missing: missing.as_ref().map(|(missing, ..)| *missing),
            measure: missing.as_ref().map(|(_, measure, _)| *measure),
            currency: missing.map_or_else(String::new, |(.., currency)| currency),
        };
        self.notify(shop, To::Customer(customer), &message)
    }

    /// Has it looked up who reaches a tier of a version that is published now.
    pub(in crate::points) fn begin_tier_review(
        &mut self,
        shop: &ShopId,
        version: u32,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO point_tier_reviews (shop_id, version, behind) VALUES ($1, $2, '') \
             ON CONFLICT (shop_id) DO UPDATE SET version = excluded.version, behind = ''",
        )
        .arg(shop)
        .arg(version)
        .run(self)
        .map(drop)
    }

    /// The shops whose tiers have changed, each with up to `limit` of those who come next.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tier_reviews(&mut self, limit: u32) -> Result<Vec<TierReview>, StoreError> {
        let rows =
            Sql::new("SELECT shop_id, version, behind FROM point_tier_reviews ORDER BY shop_id")
                .rows(self)?;
        let mut reviews = Vec::with_capacity(rows.len());
        for row in rows {
            let shop: ShopId = row.get("shop_id")?;
            let accounts = Sql::new(
                "SELECT id, customer_id FROM point_accounts WHERE shop_id = $1 AND id > $2 AND customer_id IS NOT NULL \
                 ORDER BY id LIMIT $3",
            )
            .arg(&shop)
            .arg(row.get::<String>("behind")?)
            .arg(limit)
            .rows(self)?;
            let accounts = accounts.iter().map(|row| {
                Ok(AgingAccount {
                    id: row.get("id")?,
                    shop: shop.clone(),
                    customer: row.get("customer_id")?,
                })
            });
            reviews.push(TierReview {
                accounts: accounts.collect::<Result<_, StoreError>>()?,
                version: row.get("version")?,
                shop,
            });
        }
        Ok(reviews)
    }

    /// Notes that those of a review were looked at. It goes on behind them, unless the rules have changed again meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn pass_tier_review(&mut self, review: &TierReview) -> Result<(), StoreError> {
        let sql = match review.accounts.last() {
            Some(last) => Sql::new(
                "UPDATE point_tier_reviews SET behind = $1 WHERE shop_id = $2 AND version = $3 AND behind < $1",
            )
            .arg(&last.id)
            .arg(&review.shop)
            .arg(review.version),
            None => Sql::new("DELETE FROM point_tier_reviews WHERE shop_id = $1 AND version = $2")
                .arg(&review.shop)
                .arg(review.version),
        };
        sql.run(self).map(drop)
    }
}
