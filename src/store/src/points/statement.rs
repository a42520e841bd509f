//! What is read of points: what somebody has, and every entry that explains it. And how somebody's points end.

use super::calendar::Calendar;
use super::ledger::Ledger;
use super::lock_of;
use super::rewards::names_of;
use super::rules::Versions;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::points::rules::PointRules;
use bookplate_wire::points::{
    EntryKind, EntryRule, PointsBalance, PointsEntry, PointsEntryPage, PointsExpiry, PointsMaturity,
};
use bookplate_wire::{CustomerId, ShopId};

impl Db {
    /// What a customer of a shop has; `None` where the shop has no points.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn points_balance(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Option<PointsBalance>, StoreError> {
        let Some(mut versions) = Versions::of(self, shop)? else {
            return Ok(None);
        };
        let account = Sql::new(
            "SELECT id, available, pending FROM point_accounts WHERE customer_id = $1 AND shop_id = $2",
        )
        .arg(customer)
        .arg(shop)
        .row(self)?;
        let (mut available, mut pending, mut matures, mut expires) = (0, 0, None, None);
        let mut id = String::new();
        if let Some(row) = account {
            available = row.get("available")?;
            pending = row.get("pending")?;
            id = row.get("id")?;
            if pending > 0 {
                matures = self.next_maturity(shop, &id)?;
            }
            expires = self.next_expiry(shop, &id)?;
        }
        let calendar = self.calendar(shop)?;
        let whose = (shop, customer, id.as_str());
        let tier = self.tier_standing(&mut versions, whose, &calendar)?;
        let rules = versions.rules(self, shop, versions.latest())?;
        Ok(Some(PointsBalance {
            available,
            pending,
            matures,
            expires,
            worth: rules.worth_of(available),
            tier,
        }))
    }

    /// How many points the customer of a shop can use; `None` where the shop has no points.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn available_points(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<Option<i64>, StoreError> {
        if !self.has_points(shop)? {
            return Ok(None);
        }
        let available = Sql::new(
            "SELECT available FROM point_accounts WHERE customer_id = $1 AND shop_id = $2",
        )
        .arg(customer)
        .arg(shop)
        .value(self)?;
        Ok(Some(available.unwrap_or(0)))
    }

    fn next_maturity(
        &mut self,
        shop: &ShopId,
        account: &str,
    ) -> Result<Option<PointsMaturity>, StoreError> {
        let row = Sql::new(
            "SELECT matures_at, CAST(SUM(remaining) AS BIGINT) AS points FROM point_lots \
             WHERE account_id = $1 AND state = 'pending' AND remaining > 0 \
             GROUP BY matures_at ORDER BY matures_at LIMIT 1",
        )
        .arg(account)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let at = row.get("matures_at")?;
        Ok(Some(PointsMaturity {
            points: row.get("points")?,
            at,
            on: self.calendar(shop)?.day(at),
        }))
    }

    fn next_expiry(
        &mut self,
        shop: &ShopId,
        account: &str,
    ) -> Result<Option<PointsExpiry>, StoreError> {
        let row = Sql::new(
            "SELECT expires_at, CAST(SUM(remaining) AS BIGINT) AS points FROM point_lots \
             WHERE account_id = $1 AND state = 'available' AND remaining > 0 AND expires_at IS NOT NULL \
             GROUP BY expires_at ORDER BY expires_at LIMIT 1",
        )
        .arg(account)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let at = row.get("expires_at")?;
        Ok(Some(PointsExpiry {
            points: row.get("points")?,
            at,
            until: self.calendar(shop)?.last_day(at),
        }))
    }

    /// Up to `limit` entries of a customer's statement, all or those of a kind, the latest first, from behind `after` (the
    /// `next` of the page before).
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn points_entries(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        kind: Option<EntryKind>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<PointsEntryPage, StoreError> {
        let mut sql = Sql::new(
            "SELECT t.id, t.sequence, t.kind, t.at, t.available, t.pending, t.balance, t.missed, t.line, t.rule, \
             t.version, COALESCE(o.number, v.order_number, '') AS number, COALESCE(d.content, '') AS reward, COALESCE(r.number, '') AS refund, \
             COALESCE(j.reason, '') AS reason, COALESCE(NULLIF(l.title, ''), e.title, NULLIF(l.isbn, ''), l.sku, b.title, '') AS title, \
             lot.state AS lot_state, lot.remaining, lot.matures_at, lot.expires_at \
             FROM point_transactions t JOIN point_accounts a ON a.id = t.account_id \
             LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN refunds r ON r.id = t.refund_id \
             LEFT JOIN point_adjustments j ON j.id = t.adjustment_id \
             LEFT JOIN point_reservations v ON v.id = t.reservation_id \
             LEFT JOIN point_redemptions d ON d.id = t.redemption_id \
             LEFT JOIN order_lines l ON l.order_id = t.order_id AND l.line = t.line \
             LEFT JOIN editions e ON e.id = l.edition_id LEFT JOIN editions b ON b.id = t.edition_id \
             LEFT JOIN point_lots lot ON lot.id = t.lot_id AND t.kind IN ('earned', 'adjusted', 'returned') \
             AND lot.remaining > 0 WHERE a.customer_id = ",
        );
        sql.bind(customer).push(" AND a.shop_id = ").bind(shop);
        if let Some(kind) = kind {
            sql.push(" AND t.kind = ").bind(kind.as_str());
        }
        if let Some(after) = after {
            let after: i64 = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND t.sequence < ").bind(after);
        }
        sql.push(" ORDER BY t.sequence DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let calendar = self.calendar(shop)?;
        let mut versions = Versions::of(self, shop)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let mut entries = Vec::with_capacity(shown.len());
        for row in shown {
            entries.push(self.entry_of(row, (shop, &calendar), versions.as_mut())?);
        }
        let next = shown.last().filter(|_| rows.len() > shown.len());
        let next = next.map(|row| row.get::<i64>("sequence")).transpose()?;
        Ok(PointsEntryPage {
            entries,
            next: next.map(|sequence| sequence.to_string()),
        })
    }

    fn entry_of(
        &mut self,
        row: &Row,
        (shop, calendar): (&ShopId, &Calendar),
        versions: Option<&mut Versions>,
    ) -> Result<PointsEntry, StoreError> {
        let at = row.get("at")?;
        let id: String = row.get("rule")?;
        let version: Option<u32> = row.get("version")?;
        let rule = match (versions, version) {
            // The words are those of the version that counted, whatever the rules say today.
            (Some(versions), Some(version)) if !id.is_empty() => Some(EntryRule {
                name: versions.rules(self, shop, version)?.name_of(&id).to_owned(),
                tier: match PointRules::tier_in(&id) {
                    Some(tier) => {
                        let tier = versions.tier(self, shop, version, tier)?;
                        tier.map_or_else(Vec::new, |tier| tier.names())
                    }
                    None => Vec::new(),
                },
                id,
                version,
            }),
            _ => None,
        };
        // Points that came by it say what becomes of them, as long as some are left.
        let left: i64 = row.get::<Option<i64>>("remaining")?.unwrap_or(0);
        let state: Option<String> = row.get("lot_state")?;
        let (mut usable_from, mut usable_until) = (String::new(), String::new());
        if state.as_deref() == Some("pending") {
            usable_from = calendar.day(row.get("matures_at")?);
        } else if let Some(end) = row.get::<Option<i64>>("expires_at")? {
            usable_until = calendar.last_day(end);
        }
        Ok(PointsEntry {
            id: row.get("id")?,
            kind: EntryKind::from_word(&row.get::<String>("kind")?)
                .ok_or(StoreError::Corrupt("point_transactions.kind"))?,
            at,
            on: calendar.day(at),
            available: row.get("available")?,
            pending: row.get("pending")?,
            balance: row.get("balance")?,
            missed: row.get("missed")?,
            left,
            usable_from,
            usable_until,
            order: row.get("number")?,
            line: row.get("line")?,
            title: row.get("title")?,
            refund: row.get("refund")?,
            rule,
            reward: names_of(&row.get::<String>("reward")?)?,
            reason: row.get("reason")?,
        })
    }

    /// Ends the points of a customer who leaves. The ledger stays, and names nobody any more; what people have written goes.
    pub(crate) fn let_go_of_points(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        self.lock([lock_of(shop, customer)])?;
        let account: Option<String> =
            Sql::new("SELECT id FROM point_accounts WHERE customer_id = $1")
                .arg(customer)
                .value(self)?;
        let Some(account) = account else {
            return Ok(());
        };
        let customers = [customer.clone()];
        let mut ledger = Ledger::open(self, shop, &customers, now())?;
        // What is held and open comes back first, so that nothing is left anywhere.
        self.let_go_of_reservations(&mut ledger, customer, &account)?;
        self.let_go_of_redemptions(&mut ledger, customer, &account)?;
        ledger.forfeit(self, customer)?;
        ledger.close(self)?;
        for statement in [
            // Nobody's any more, or the history of the tier could not go.
            "UPDATE point_accounts SET customer_id = NULL WHERE id = $1",
            // Nothing will come of it any more. What has earned can still be taken back from the other side.
            "DELETE FROM referrals WHERE account_id = $1 AND order_id IS NULL",
            "DELETE FROM point_tier_changes WHERE account_id = $1",
            "DELETE FROM point_tiers WHERE account_id = $1",
            "UPDATE point_lots SET state = 'available' WHERE account_id = $1",
            "UPDATE point_adjustments SET reason = '', \
             state = CASE state WHEN 'waiting' THEN 'rejected' ELSE state END WHERE account_id = $1",
        ] {
            Sql::new(statement).arg(&account).run(self)?;
        }
        Ok(())
    }
}
