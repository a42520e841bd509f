//! Refunds that do not count: those that wait for their order, and those that were more than it.

use super::refunds::known_refunds;
use crate::db::Sql;
use crate::{Db, StoreError};
use bookplate_wire::orders::{OpenRefund, OpenRefundPage};
use bookplate_wire::{RefundId, ShopId};

impl Db {
    /// Up to `limit` refunds of a shop that do not count, the latest first, from behind `after` (the `next` of the
    /// page before).
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn open_refunds(
        &mut self,
        shop: &ShopId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<OpenRefundPage, StoreError> {
        let mut sql = Sql::new("SELECT id, number, received_at FROM refunds WHERE shop_id = ");
        sql.bind(shop).push(" AND state <> 'applied'");
        if let Some(after) = after {
            let after: RefundId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND id < ").bind(&after);
        }
        sql.push(" ORDER BY id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let numbers = shown.iter().map(|row| row.get("number"));
        let numbers: Vec<String> = numbers.collect::<Result<_, _>>()?;
        let mut known = known_refunds(self, shop, &numbers.iter().collect::<Vec<_>>())?;
        let mut refunds = Vec::with_capacity(shown.len());
        for (row, number) in shown.iter().zip(&numbers) {
            if let Some(known) = known.remove(number) {
                refunds.push(OpenRefund {
                    id: known.id,
                    state: known.state,
                    received_at: row.get("received_at")?,
                    refund: known.refund,
                });
            }
        }
        let more = rows.len() > shown.len();
        let next = refunds.last().filter(|_| more);
        let next = next.map(|refund| refund.id.to_string());
        Ok(OpenRefundPage { refunds, next })
    }

    /// How many refunds do not count.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn count_open_refunds(&mut self) -> Result<u64, StoreError> {
        let count: Option<i64> =
            Sql::new("SELECT COUNT(*) FROM refunds WHERE state <> 'applied'").value(self)?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}
