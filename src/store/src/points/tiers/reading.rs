//! What is read of tiers: where somebody stands, and why; and a recount of that.

use super::super::calendar::Calendar;
use super::super::rules::Versions;
use super::standing::Standing;
use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::rewards::RewardName;
use bookplate_wire::points::standing::{days, keeping, next, reached_today};
use bookplate_wire::points::tiers::{
    ONCE, Tier, TierChange, TierChangeKind, TierHistory, TierRules, TierStanding,
};
use bookplate_wire::{CustomerId, ShopId};

/// How many accounts are recounted at a time.
const BATCH: u32 = 500;

impl Versions {
    /// The tiers of a version.
    pub(in crate::points) fn tier_rules(
        &mut self,
        db: &mut Db,
        shop: &ShopId,
        version: u32,
    ) -> Result<Option<TierRules>, StoreError> {
        if version == 0 {
            return Ok(None);
        }
        Ok(self.rules(db, shop, version)?.tiers.clone())
    }

    /// A tier as a version has it, or the latest one before that does.
    pub(in crate::points) fn tier(
        &mut self,
        db: &mut Db,
        shop: &ShopId,
        version: u32,
        id: &str,
    ) -> Result<Option<Tier>, StoreError> {
        for version in (1..=version).rev() {
            let tiers = &self.rules(db, shop, version)?.tiers;
            let mut levels = tiers.iter().flat_map(|tiers| &tiers.levels);
            if let Some(tier) = levels.find(|tier| tier.id == id) {
                return Ok(Some(tier.clone()));
            }
        }
        Ok(None)
    }

    /// By which tier an order earns that counts by a version of the rules, and how many hundredths of the base. `held` is the tier
    /// that was held, and its version: what that gives lasts as long as it does, also where the rules do not have it any more.
    pub(in crate::points) fn earning_tier(
        &mut self,
        db: &mut Db,
        shop: &ShopId,
        version: u32,
        held: Option<(String, u32)>,
    ) -> Result<(String, u32), StoreError> {
        let tiers = self.tier_rules(db, shop, version)?;
        let lowest = tiers.as_ref().and_then(|tiers| tiers.levels.first());
        let tier = match held.filter(|(id, _)| !id.is_empty()) {
            None => lowest.cloned(),
            Some((id, of)) => {
                let own = tiers.as_ref().and_then(|tiers| {
                    let at = tiers.position(&id)?;
                    tiers.levels.get(at).cloned()
                });
                match own {
                    Some(own) => Some(own),
                    None => self.tier(db, shop, of, &id)?,
                }
            }
        };
        Ok(tier.map_or_else(|| (String::new(), ONCE), |tier| (tier.id, tier.multiplier)))
    }
}

impl Db {
    /// How many hundredths of the base a customer's order earns that is placed now.
    pub(in crate::points) fn multiplier_now(
        &mut self,
        versions: &mut Versions,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<u32, StoreError> {
        let held = Sql::new(
            "SELECT c.tier, c.version FROM point_tier_changes c JOIN point_accounts a ON a.id = c.account_id \
             WHERE a.customer_id = $1 ORDER BY c.sequence DESC LIMIT 1",
        )
        .arg(customer)
        .row(self)?;
        let held = held
            .map(|row| Ok::<_, StoreError>((row.get("tier")?, row.get("version")?)))
            .transpose()?;
        let latest = versions.latest();
        Ok(versions.earning_tier(self, shop, latest, held)?.1)
    }

    /// A customer's tier as of now; `None` where there are none. `account` is empty for who has none yet.
    pub(in crate::points) fn tier_standing(
        &mut self,
        versions: &mut Versions,
        (shop, customer, account): (&ShopId, &CustomerId, &str),
        calendar: &Calendar,
    ) -> Result<Option<TierStanding>, StoreError> {
        let latest = versions.latest();
        let rules = versions.tier_rules(self, shop, latest)?;
        if rules.is_none() && !self.had_tiers(shop)? {
            return Ok(None);
        }
        let now = now();
        let today = calendar.day(now);
        let whose = (shop, customer, account);
        let mut standing = Standing::open(self, whose, (calendar, now), &today)?;
        let held = standing
            .held()
            .cloned()
            .filter(|held| !held.tier.is_empty() || rules.is_none());
        let tier = match (&held, &rules) {
            (Some(held), _) => {
                let (id, multiplier) = versions.earning_tier(
                    self,
                    shop,
                    latest,
                    Some((held.tier.clone(), held.version)),
                )?;
                let tier = versions.tier(self, shop, latest, &id)?;
                tier.map(|tier| Tier { multiplier, ..tier })
            }
            (None, Some(rules)) => rules.levels.first().cloned(),
            (None, None) => None,
        };
        let Some(tier) = tier else { return Ok(None) };
        let (mut after, mut kept) = (None, None);
        if let Some(rules) = &rules {
            let rank = standing.rank(self, versions, rules)?;
            let counts = standing.counts(self, rules)?;
            after = next(rules, rank, counts, &today);
            kept = held
                .as_ref()
                .and_then(|held| keeping(rules, (held, rank), counts, &today));
        }
        let measured = rules
            .as_ref()
            .map(|rules| (rules.measure, rules.currency.clone()));
        let measured = measured.or_else(|| {
            held.as_ref()
                .map(|held| (held.measure, held.currency.clone()))
        });
        let Some((measure, currency)) = measured else {
            return Ok(None);
        };
        let mut told = TierStanding {
            tier: tier.id,
            words: tier.words,
            multiplier: tier.multiplier,
            since: String::new(),
            until: String::new(),
            ends: String::new(),
            withdrawn: false,
            measure,
            currency,
            next: after,
            keeping: kept,
        };
        if let Some(held) = held {
            told.withdrawn = held.kind == TierChangeKind::Withdrawn;
            told.since = standing.since();
            (told.until, told.ends) = (held.until, held.ends);
        }
        Ok(Some(told))
    }

    /// The tiers of a shop, by the rules that count now; `None` where there are none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tiers_of_shop(&mut self, shop: &ShopId) -> Result<Option<TierRules>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let latest = versions.latest();
        versions.tier_rules(self, shop, latest)
    }

    /// The history of a customer's tier, the latest change first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tier_history(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<TierHistory, StoreError> {
        let account: Option<String> =
            Sql::new("SELECT id FROM point_accounts WHERE customer_id = $1 AND shop_id = $2")
                .arg(customer)
                .arg(shop)
                .value(self)?;
        let mut changes = match account {
            Some(account) => self.tier_changes(shop, &account)?,
            None => Vec::new(),
        };
        changes.reverse();
        Ok(TierHistory { changes })
    }

    /// Whether a customer has reached the tier that is held, and was not shown so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has_tier_to_celebrate(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<bool, StoreError> {
        let new = Sql::new(
            "SELECT t.sequence FROM point_tiers t JOIN point_accounts a ON a.id = t.account_id \
             JOIN point_tier_changes c ON c.account_id = t.account_id AND c.sequence = t.sequence \
             WHERE a.customer_id = $1 AND a.shop_id = $2 AND t.seen < t.sequence AND c.kind = 'reached'",
        )
        .arg(customer)
        .arg(shop)
        .row(self)?;
        Ok(new.is_some())
    }

    /// Notes that a customer was shown the tier that is held; whether it was not noted yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn celebrate_tier(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<bool, StoreError> {
        let noted = Sql::new(
            "UPDATE point_tiers SET seen = sequence WHERE seen < sequence AND account_id IN \
             (SELECT id FROM point_accounts WHERE customer_id = $1 AND shop_id = $2)",
        )
        .arg(customer)
        .arg(shop)
        .run(self)?;
        Ok(noted > 0)
    }

    /// Whether something that is limited to a tier, by its id, is for a customer.
    pub(in crate::points) fn is_in_tier(
        &mut self,
        versions: &mut Versions,
        (shop, customer): (&ShopId, &CustomerId),
        tier: &str,
    ) -> Result<bool, StoreError> {
        if tier.is_empty() {
            return Ok(true);
        }
        let latest = versions.latest();
        let Some(rules) = versions.tier_rules(self, shop, latest)? else {
            return Ok(false);
        };
        let Some(least) = rules.position(tier) else {
            return Ok(false);
        };
        let account: Option<String> =
            Sql::new("SELECT id FROM point_accounts WHERE customer_id = $1")
                .arg(customer)
                .value(self)?;
        let account = account.unwrap_or_default();
        let (now, calendar) = (now(), self.calendar(shop)?);
        let today = calendar.day(now);
        let whose = (shop, customer, account.as_str());
        let standing = Standing::open(self, whose, (&calendar, now), &today)?;
        Ok(standing.rank(self, versions, &rules)?.level >= least)
    }

    /// What a tier is called, by the latest version that has it.
    pub(in crate::points) fn tier_names(
        &mut self,
        versions: &mut Versions,
        shop: &ShopId,
        tier: &str,
    ) -> Result<Vec<RewardName>, StoreError> {
        let latest = versions.latest();
        let tier = versions.tier(self, shop, latest, tier)?;
        Ok(tier.map_or_else(Vec::new, |tier| tier.names()))
    }

    /// Accounts whose tier does not follow from their history, or from what is counted.
    pub(in crate::points) fn miscounted_tiers(&mut self) -> Result<Vec<String>, StoreError> {
        let mut wrong: Vec<String> = Sql::new(
            "SELECT t.account_id FROM point_tiers t LEFT JOIN point_tier_changes c ON c.account_id = t.account_id \
             GROUP BY t.account_id, t.sequence, t.seen HAVING COUNT(c.sequence) <> t.sequence \
             OR COALESCE(MAX(c.sequence), 0) <> t.sequence OR t.seen > t.sequence",
        )
        .values(self)?;
        let now = now();
        let mut behind = String::new();
        loop {
            let rows = Sql::new(
                "SELECT a.id, a.shop_id, a.customer_id FROM point_tiers t JOIN point_accounts a ON a.id = t.account_id \
                 WHERE a.customer_id IS NOT NULL AND a.id > $1 AND (t.due_at IS NULL OR t.due_at > $2) \
                 AND NOT EXISTS (SELECT 1 FROM point_tier_reviews r WHERE r.shop_id = a.shop_id) ORDER BY a.id LIMIT $3",
            )
            .arg(&behind)
            .arg(now)
            .arg(BATCH)
            .rows(self)?;
            let Some(last) = rows.last() else {
                return Ok(wrong);
            };
            behind = last.get("id")?;
            for row in &rows {
                let (account, shop): (String, ShopId) = (row.get("id")?, row.get("shop_id")?);
                let customer: CustomerId = row.get("customer_id")?;
                if !self.is_tier_right((&shop, &customer, &account), now)? {
                    wrong.push(account);
                }
            }
        }
    }

    fn is_tier_right(
        &mut self,
        whose: (&ShopId, &CustomerId, &str),
        now: i64,
    ) -> Result<bool, StoreError> {
        let shop = whose.0;
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(false);
        };
        let calendar = self.calendar(shop)?;
        let today = calendar.day(now);
        let mut standing = Standing::open(self, whose, (&calendar, now), &today)?;
        if let Some(held) = standing.held().cloned()
            && !held.ends.is_empty()
            && held.kind != TierChangeKind::Withdrawn
            && let Some(rules) = versions.tier_rules(self, shop, held.version)?
        {
            // Where a shop has moved to another time zone since, an order may be of the day before or after.
            let from = days::before(&held.counted_from, 1);
            let to = days::after(&held.counted_to, 1);
            let counts = standing.counts(self, &rules)?;
            if counts.between(&from, &to) < held.basis {
                return Ok(false);
            }
        }
        let latest = versions.latest();
        let Some(rules) = versions.tier_rules(self, shop, latest)? else {
            return Ok(true);
        };
        let rank = standing.rank(self, &mut versions, &rules)?;
        let counts = standing.counts(self, &rules)?;
        Ok(reached_today(&rules, rank, counts, &today).is_none())
    }
}

impl Standing {
    /// The day since which the tier is held that is held now.
    fn since(&self) -> String {
        let Some(held) = self.held() else {
            return String::new();
        };
        let same = self.history().iter().rev();
        let same = same.take_while(|change| change.tier == held.tier);
        let first: Option<&TierChange> = same.last();
        first.map_or_else(String::new, |first| first.on.clone())
    }
}
