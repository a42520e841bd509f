//! Rewards, as the staff writes them. Who has one: see `redemptions`.

use super::rules::Versions;
use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::points::rewards::{OfferedReward, Reward, RewardContent, RewardName, name_in};
use bookplate_wire::{CustomerId, Lang, RewardId, ShopId};

/// Why a reward was not changed; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewardRefusal {
    /// The shop has no such reward.
    NotFound,
    /// More were taken than there are to be.
    Stock,
    /// The rules have no such tier.
    NoTier,
}

impl Db {
    /// All rewards of a shop, the earliest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn rewards(&mut self, shop: &ShopId) -> Result<Vec<Reward>, StoreError> {
        Sql::new("SELECT id, content, taken FROM point_rewards WHERE shop_id = $1 ORDER BY id")
            .arg(shop)
            .rows(self)?
            .iter()
            .map(reward_of)
            .collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn reward(&mut self, shop: &ShopId, id: &RewardId) -> Result<Option<Reward>, StoreError> {
        Sql::new("SELECT id, content, taken FROM point_rewards WHERE shop_id = $1 AND id = $2")
            .arg(shop)
            .arg(id)
            .row(self)?
            .as_ref()
            .map(reward_of)
            .transpose()
    }

    /// The rewards of a shop that customers can have at `now`, the cheapest first; also those of which none is left, and those that are
    /// for a higher tier than `customer` is in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn offered_rewards(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        now: i64,
    ) -> Result<Vec<OfferedReward>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(Vec::new());
        };
        let today = self.calendar(shop)?.day(now);
        let rows = Sql::new(
            "SELECT id, content, taken FROM point_rewards WHERE shop_id = $1 AND active = 1 \
             AND from_day <= $2 AND (until_day = '' OR until_day >= $2) ORDER BY points, id",
        )
        .arg(shop)
        .arg(&today)
        .rows(self)?;
        let mut offered = Vec::with_capacity(rows.len());
        for row in &rows {
            let Reward { id, content, taken } = reward_of(row)?;
            let whose = (shop, customer);
            offered.push(OfferedReward {
                tier: match content.tier.as_str() {
                    "" => Vec::new(),
                    tier => self.tier_names(&mut versions, shop, tier)?,
                },
                tier_missing: !self.is_in_tier(&mut versions, whose, &content.tier)?,
                id,
                left: content.stock.map(|stock| stock.saturating_sub(taken)),
                names: content.names,
                gives: content.gives,
                points: content.points,
                until: content.until,
                valid_days: content.valid_days,
            });
        }
        Ok(offered)
    }

    /// Writes a new reward, checked ([`RewardContent::checked`]).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn create_reward(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        content: &RewardContent,
    ) -> Result<Result<Reward, RewardRefusal>, StoreError> {
        if !self.has_tier(shop, &content.tier)? {
            return Ok(Err(RewardRefusal::NoTier));
        }
        let id = RewardId::new_id();
        Sql::new(
            "INSERT INTO point_rewards (id, shop_id, content, points, active, from_day, until_day, stock, taken, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)",
        )
        .arg(&id)
        .arg(shop)
        .arg(written(content)?)
        .arg(content.points)
        .arg(content.active)
        .arg(&content.from)
        .arg(&content.until)
        .arg(content.stock)
        .arg(now())
        .run(self)?;
        let both = (&Fields::new(), &told(content));
        self.audit(shop, by, Action::RewardCreated, id.as_str(), both)?;
        Ok(Ok(Reward {
            id,
            content: content.clone(),
            taken: 0,
        }))
    }

    /// Whether the rules that count now have a tier; an empty one stands for none.
    fn has_tier(&mut self, shop: &ShopId, tier: &str) -> Result<bool, StoreError> {
        if tier.is_empty() {
            return Ok(true);
        }
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(false);
        };
        let latest = versions.latest();
        let rules = versions.tier_rules(self, shop, latest)?;
        Ok(rules.is_some_and(|rules| rules.position(tier).is_some()))
    }

    /// Writes a reward anew. Who has had it keeps what it was. The same text again changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn update_reward(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &RewardId,
        content: &RewardContent,
    ) -> Result<Result<Reward, RewardRefusal>, StoreError> {
        self.lock([format!("reward {id}")])?;
        let Some(old) = self.reward(shop, id)? else {
            return Ok(Err(RewardRefusal::NotFound));
        };
        if old.content == *content {
            return Ok(Ok(old));
        }
        // One that it has already can go on, or it could not be hidden once the rules have changed.
        if content.tier != old.content.tier && !self.has_tier(shop, &content.tier)? {
            return Ok(Err(RewardRefusal::NoTier));
        }
        // Customers go on having it meanwhile, so the database decides.
        let changed = Sql::new(
            "UPDATE point_rewards SET content = $1, points = $2, active = $3, from_day = $4, until_day = $5, stock = $6 \
             WHERE id = $7 AND (CAST($6 AS BIGINT) IS NULL OR taken <= $6)",
        )
        .arg(written(content)?)
        .arg(content.points)
        .arg(content.active)
        .arg(&content.from)
        .arg(&content.until)
        .arg(content.stock)
        .arg(id)
        .run(self)?;
        if changed == 0 {
            return Ok(Err(RewardRefusal::Stock));
        }
        let (before, after) = (told(&old.content), told(content));
        self.audit(
            shop,
            by,
            Action::RewardChanged,
            id.as_str(),
            (&before, &after),
        )?;
        let reward = self.reward(shop, id)?;
        Ok(Ok(reward.ok_or(StoreError::Corrupt("point_rewards.id"))?))
    }
}

/// What the audit log has of a reward.
fn told(content: &RewardContent) -> Fields {
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let gives = &content.gives;
    let money = |money: Option<&bookplate_wire::orders::Money>| {
        money.map_or_else(String::new, |money| {
            format!("{} {}", money.amount, money.currency)
        })
    };
    fields_of([
        ("name", name_in(&content.names, Lang::En).to_owned()),
        ("reward_kind", gives.kind.as_str().to_owned()),
        ("amount", money(gives.amount.as_ref())),
        ("percent", number(gives.percent)),
        ("minimum", money(gives.minimum.as_ref())),
        ("points", content.points.to_string()),
        ("stock", number(content.stock)),
        ("from", content.from.clone()),
        ("until", content.until.clone()),
        ("valid_days", number(content.valid_days)),
        ("tier", content.tier.clone()),
        ("active", content.active.to_string()),
    ])
}

/// The names in a kept text; none in an empty one.
pub(super) fn names_of(text: &str) -> Result<Vec<RewardName>, StoreError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(read(text)?.names)
}

pub(super) fn read(text: &str) -> Result<RewardContent, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("point_rewards.content"))
}

pub(super) fn written(content: &RewardContent) -> Result<String, StoreError> {
    serde_json::to_string(content).map_err(|_| StoreError::Corrupt("point_rewards.content"))
}

fn reward_of(row: &Row) -> Result<Reward, StoreError> {
    Ok(Reward {
        id: row.get("id")?,
        content: read(&row.get::<String>("content")?)?,
        taken: row.get("taken")?,
    })
}
