//! Rewards that customers have had: for points, once a reference; used once, or cancelled and given back.
//!
//! What has become of one changes under its customer's lock. Of a reward's stock the database takes, last of all before the
//! points, and only while there is some: whoever waits for its row waits for nobody who waits.

use super::calendar::Calendar;
use super::ledger::{About, Ledger, Side};
use super::lock_of;
use super::rewards::{read, written};
use super::rules::Versions;
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::orders::Money;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::codes::code_of;
use bookplate_wire::points::rewards::{
    CouponUse, NewRedemption, Redemption, RedemptionPage, RedemptionState, UsedCoupon,
};
use bookplate_wire::{CustomerId, RedemptionId, RewardId, ShopId};
use uuid::Uuid;

/// Why a reward was not had, cancelled or used; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedemptionRefusal {
    /// The shop has no points.
    Off,
    /// The shop has no such reward.
    NoReward,
    /// It cannot be had now.
    NotOffered,
    /// It takes another number of points by now.
    Changed,
    /// None is left.
    SoldOut,
    /// It is for customers of a higher tier.
    Tier,
    /// The customer has fewer points.
    Insufficient,
    /// The reference is known with another reward.
    Conflict,
    /// There is no such redemption, or no such code.
    NotFound,
    /// An order holds it.
    Held,
    /// It was used.
    Used,
    /// It was cancelled, or its time is over.
    Ended,
    /// The order is not enough, or in another currency.
    Minimum,
    /// The total has to be told.
    TotalMissing,
}

/// A redemption with what stands beside it in the database.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) redemption: Redemption,
    pub(super) account: String,
    pub(super) customer: Option<CustomerId>,
    expires_at: Option<i64>,
    used_at_till: bool,
}

impl Known {
    /// Why it cannot be used at `now`, if it cannot.
    pub(super) fn refusal(&self, now: i64) -> Option<RedemptionRefusal> {
        match self.redemption.state {
            RedemptionState::Held => Some(RedemptionRefusal::Held),
            RedemptionState::Used => Some(RedemptionRefusal::Used),
            RedemptionState::Cancelled | RedemptionState::Expired => Some(RedemptionRefusal::Ended),
            RedemptionState::Open if self.expires_at.is_some_and(|end| end <= now) => {
                Some(RedemptionRefusal::Ended)
            }
            RedemptionState::Open => None,
        }
    }
}

const COLUMNS: &str = "SELECT d.id, d.account_id, a.customer_id, d.reward_id, d.content, d.points, d.code, d.state, \
     d.used_for, d.created_at, d.expires_at, d.at_till FROM point_redemptions d \
     JOIN point_accounts a ON a.id = d.account_id WHERE d.shop_id = ";

impl Db {
    /// Gives a customer a reward for points. A known reference with the same reward is the same redemption.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn redeem_reward(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        (reward, new): (&RewardId, &NewRedemption),
    ) -> Result<Result<Redemption, RedemptionRefusal>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(Err(RedemptionRefusal::Off));
        };
        self.lock([lock_of(shop, customer)])?;
        let (now, calendar) = (now(), self.calendar(shop)?);
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        let account = ledger.account(customer)?.id.clone();
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop)
            .push(" AND d.account_id = ")
            .bind(&account)
            .push(" AND d.reference = ")
            .bind(&new.reference);
        if let Some(row) = sql.row(self)? {
            let known = known_of(&row, &calendar)?.redemption;
            let same = known.reward == *reward && known.points == new.points;
            return Ok(if same {
                Ok(known)
            } else {
                Err(RedemptionRefusal::Conflict)
            });
        }
        let Some(found) = self.reward(shop, reward)? else {
            return Ok(Err(RedemptionRefusal::NoReward));
        };
        let (content, today) = (found.content, calendar.day(now));
        let over = !content.until.is_empty() && content.until < today;
        if !content.active || content.from > today || over {
            return Ok(Err(RedemptionRefusal::NotOffered));
        }
        if content.points != new.points {
            return Ok(Err(RedemptionRefusal::Changed));
        }
        if !self.is_in_tier(&mut versions, (shop, customer), &content.tier)? {
            return Ok(Err(RedemptionRefusal::Tier));
        }
        let points = i64::from(content.points);
        let Some(moves) = ledger.drawable(self, customer, points)? else {
            return Ok(Err(RedemptionRefusal::Insufficient));
        };
        let id = RedemptionId::new_id();
        let expires_at = content
            .valid_days
            .map(|days| calendar.after_days(now, days));
        // Whatever was read above: nobody takes what is not there.
        let taken = Sql::new(
            "UPDATE point_rewards SET taken = taken + 1 WHERE id = $1 AND active = 1 AND points = $2 \
             AND (stock IS NULL OR taken < stock)",
        )
        .arg(reward)
        .arg(points)
        .run(self)?;
        if taken == 0 {
            return Ok(Err(RedemptionRefusal::SoldOut));
        }
        Sql::new(
            "INSERT INTO point_redemptions (id, shop_id, account_id, reward_id, reference, content, points, code, state, \
             used_for, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '', $9, $10)",
        )
        .arg(&id)
        .arg(shop)
        .arg(&account)
        .arg(reward)
        .arg(&new.reference)
        .arg(written(&content)?)
        .arg(points)
        .arg(code_of(Uuid::new_v4().as_u128()))
        .arg(now)
        .arg(expires_at)
        .run(self)?;
        let about = About {
            cause: format!("redeemed:{id}"),
            redemption: Some(id.clone()),
            ..About::default()
        };
        let kind = (EntryKind::Redeemed, Side::Redeemed);
        ledger.spend(self, customer, kind, about, moves)?;
        ledger.close(self)?;
        let known = self.redemption(shop, &id)?;
        let missing = StoreError::Corrupt("point_redemptions.id");
        Ok(Ok(known.ok_or(missing)?.redemption))
    }

    /// Cancels a customer's redemption that was not used: the points are back in the lots from which they came. What was cancelled
    /// stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn cancel_redemption(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        id: &RedemptionId,
    ) -> Result<Result<Redemption, RedemptionRefusal>, StoreError> {
        self.lock([lock_of(shop, customer)])?;
        let known = self.redemption(shop, id)?;
        let Some(mut known) = known.filter(|known| known.customer.as_ref() == Some(customer))
        else {
            return Ok(Err(RedemptionRefusal::NotFound));
        };
        if known.redemption.state == RedemptionState::Cancelled {
            return Ok(Ok(known.redemption));
        }
        let now = now();
        if let Some(refusal) = known.refusal(now) {
            return Ok(Err(refusal));
        }
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now)?;
        self.undo(&mut ledger, customer, &known.redemption)?;
        ledger.close(self)?;
        known.redemption.state = RedemptionState::Cancelled;
        Ok(Ok(known.redemption))
    }

    fn undo(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        redemption: &Redemption,
    ) -> Result<(), StoreError> {
        let id = &redemption.id;
        let about = About {
            cause: format!("cancelled:{id}"),
            redemption: Some(id.clone()),
            ..About::default()
        };
        let kind = (EntryKind::Cancelled, Side::Redeemed);
        ledger.give_back(self, customer, kind, about, &format!("redeemed:{id}"))?;
        Sql::new("UPDATE point_redemptions SET state = 'cancelled' WHERE id = $1")
            .arg(id)
            .run(self)?;
        Sql::new("UPDATE point_rewards SET taken = taken - 1 WHERE id = $1")
            .arg(&redemption.reward)
            .run(self)
            .map(drop)
    }

    /// Uses a code at a till, once. The same reference again is the same use.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn use_coupon(
        &mut self,
        shop: &ShopId,
        code: &str,
        asked: &CouponUse,
    ) -> Result<Result<UsedCoupon, RedemptionRefusal>, StoreError> {
        let Some(first) = self.redemption_by_code(shop, code)? else {
            return Ok(Err(RedemptionRefusal::NotFound));
        };
        let Some(customer) = first.customer else {
            return Ok(Err(RedemptionRefusal::Ended));
        };
        self.lock([lock_of(shop, &customer)])?;
        // As it is now that nobody else changes it.
        let Some(mut known) = self.redemption_by_code(shop, code)? else {
            return Ok(Err(RedemptionRefusal::NotFound));
        };
        let gives = &known.redemption.gives;
        let discount = asked.total.as_ref().map(|total| Money {
            amount: gives.off(total),
            currency: total.currency.clone(),
        });
        let again = known.redemption.state == RedemptionState::Used
            && known.used_at_till
            && known.redemption.used_for == asked.reference;
        if again {
            return Ok(Ok(UsedCoupon {
                discount,
                redemption: known.redemption,
            }));
        }
        if let Some(refusal) = known.refusal(now()) {
            return Ok(Err(refusal));
        }
        let needs_total =
            gives.minimum.is_some() || gives.amount.is_some() || gives.percent.is_some();
        match &asked.total {
            None if needs_total => return Ok(Err(RedemptionRefusal::TotalMissing)),
            Some(total) if !gives.is_for(total) => return Ok(Err(RedemptionRefusal::Minimum)),
            _ => {}
        }
        Sql::new(
            "UPDATE point_redemptions SET state = 'used', used_for = $1, at_till = 1 WHERE id = $2",
        )
        .arg(&asked.reference)
        .arg(&known.redemption.id)
        .run(self)?;
        known.redemption.state = RedemptionState::Used;
        known.redemption.used_for.clone_from(&asked.reference);
        Ok(Ok(UsedCoupon {
            redemption: known.redemption,
            discount,
        }))
    }

    /// A page of what a customer has had, the latest first, from behind `after` (the `next` of the page before).
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn redemptions(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<RedemptionPage, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop).push(" AND a.customer_id = ").bind(customer);
        if let Some(after) = after {
            let after: RedemptionId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND d.id < ").bind(&after);
        }
        sql.push(" ORDER BY d.id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let calendar = self.calendar(shop)?;
        let shown = rows.iter().take(limit as usize);
        let redemptions = shown.map(|row| Ok(known_of(row, &calendar)?.redemption));
        let redemptions: Vec<Redemption> = redemptions.collect::<Result<_, StoreError>>()?;
        let last = redemptions
            .last()
            .filter(|_| rows.len() > redemptions.len());
        Ok(RedemptionPage {
            next: last.map(|last| last.id.to_string()),
            redemptions,
        })
    }

    /// All codes of a customer that can be used at `now`, the earliest first.
    pub(super) fn open_redemptions(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        now: i64,
    ) -> Result<Vec<Redemption>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop)
            .push(" AND a.customer_id = ")
            .bind(customer)
            .push(" AND d.state = 'open' AND (d.expires_at IS NULL OR d.expires_at > ")
            .bind(now)
            .push(") ORDER BY d.id");
        let rows = sql.rows(self)?;
        let calendar = self.calendar(shop)?;
        rows.iter()
            .map(|row| Ok(known_of(row, &calendar)?.redemption))
            .collect()
    }

    fn redemption(
        &mut self,
        shop: &ShopId,
        id: &RedemptionId,
    ) -> Result<Option<Known>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop).push(" AND d.id = ").bind(id);
        self.known(shop, &sql)
    }

    /// The redemption with a code that was checked.
    pub(super) fn redemption_by_code(
        &mut self,
        shop: &ShopId,
        code: &str,
    ) -> Result<Option<Known>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.bind(shop).push(" AND d.code = ").bind(code);
        self.known(shop, &sql)
    }

    fn known(&mut self, shop: &ShopId, sql: &Sql) -> Result<Option<Known>, StoreError> {
        let row = sql.row(self)?;
        let calendar = self.calendar(shop)?;
        row.map(|row| known_of(&row, &calendar)).transpose()
    }

    /// Notes what has become of a redemption whose customer's lock is held.
    pub(super) fn set_redemption(
        &mut self,
        id: &RedemptionId,
        state: RedemptionState,
        used_for: &str,
    ) -> Result<(), StoreError> {
        Sql::new("UPDATE point_redemptions SET state = $1, used_for = $2 WHERE id = $3")
            .arg(state.as_str())
            .arg(used_for)
            .arg(id)
            .run(self)
            .map(drop)
    }

    /// Notes which codes of an account were not used in time. Their points are gone.
    pub(super) fn expire_redemptions(&mut self, account: &str, now: i64) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE point_redemptions SET state = 'expired' WHERE account_id = $1 AND state = 'open' \
             AND expires_at IS NOT NULL AND expires_at <= $2",
        )
        .arg(account)
        .arg(now)
        .run(self)
        .map(drop)
    }

    /// Cancels what a customer who leaves has not used.
    pub(super) fn let_go_of_redemptions(
        &mut self,
        ledger: &mut Ledger<'_>,
        customer: &CustomerId,
        account: &str,
    ) -> Result<(), StoreError> {
        self.expire_redemptions(account, ledger.now())?;
        let shop = ledger.shop().clone();
        for redemption in self.open_redemptions(&shop, customer, ledger.now())? {
            self.undo(ledger, customer, &redemption)?;
        }
        Ok(())
    }
}

fn known_of(row: &Row, calendar: &Calendar) -> Result<Known, StoreError> {
    let (at, expires_at): (i64, Option<i64>) = (row.get("created_at")?, row.get("expires_at")?);
    let content = read(&row.get::<String>("content")?)?;
    let state: String = row.get("state")?;
    Ok(Known {
        redemption: Redemption {
            id: row.get("id")?,
            reward: row.get("reward_id")?,
            names: content.names,
            gives: content.gives,
            points: row.get("points")?,
            code: row.get("code")?,
            state: RedemptionState::from_word(&state)
                .ok_or(StoreError::Corrupt("point_redemptions.state"))?,
            at,
            on: calendar.day(at),
            until: expires_at.map_or_else(String::new, |end| calendar.last_day(end)),
            used_for: row.get("used_for")?,
        },
        account: row.get("account_id")?,
        customer: row.get("customer_id")?,
        expires_at,
        used_at_till: row.get("at_till")?,
    })
}
