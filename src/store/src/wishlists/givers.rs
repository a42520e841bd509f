//! Telling those who give that what they give is on its list no more.
//!
//! Nothing is planned ahead. Whoever finds that a wish was taken out, moved or bought, or its list deleted, a little while ago
//! tells its givers, once: what was put back until then bothers nobody.

use crate::catalogue::catalogue_lock;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::notifications::{Message, To};
use crate::{Db, StoreError};
use bookplate_wire::{CustomerId, GiftId, ShopId};

/// How long it can be had back before anybody is told, in milliseconds.
const GRACE: i64 = 10 * 60_000;
/// As far behind UTC as a shop's clock can be, in milliseconds.
const LATEST_ZONE: i64 = 12 * 60 * 60_000;

/// Gifts `g` of customers who have not been told, of wishes that are gone since before the moment that is `$1`.
const GONE: &str = "FROM wishlist_gifts g WHERE g.told = 0 AND g.customer_id IS NOT NULL AND g.id IN (\
     SELECT h.id FROM wishes w JOIN wishlist_gifts h ON h.list_id = w.list_id AND h.edition_id = w.edition_id \
     WHERE w.removed_at <= $1 \
     UNION SELECT h.id FROM wishlists l JOIN wishlist_gifts h ON h.list_id = l.id WHERE l.removed_at <= $1 \
     UNION SELECT h.id FROM wishlist_gifts h WHERE h.gone_at <= $1 AND h.told = 0)";

impl Db {
    /// The shops of which somebody is to be told, with their time zones (IANA names).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shops_with_gone_gifts(&mut self) -> Result<Vec<(ShopId, String)>, StoreError> {
        let mut sql =
            Sql::new("SELECT s.id, s.time_zone FROM shops s WHERE s.id IN (SELECT g.shop_id ");
        sql.push(GONE).push(") ORDER BY s.id");
        sql.arg(now() - GRACE)
            .rows(self)?
            .iter()
            .map(|row| Ok((row.get("id")?, row.get("time_zone")?)))
            .collect()
    }

    /// Tells up to `limit` givers of a shop that what they give is gone, where its occasion is yet to come on the day
    /// `today`. Returns how many were looked at; fewer than `limit` when there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tell_givers(
        &mut self,
        shop: &ShopId,
        today: &str,
        limit: u32,
    ) -> Result<u32, StoreError> {
        // Two instances would tell twice; and whoever is just being told does not leave in between.
        self.lock([format!("gone gifts {shop}")])?;
        self.lock_shared(catalogue_lock(shop))?;
        let mut sql = Sql::new("SELECT g.id ");
        sql.push(GONE);
        let mut sql = sql.arg(now() - GRACE);
        sql.push(" AND g.shop_id = ")
            .bind(shop)
            .push(" ORDER BY g.id LIMIT ")
            .bind(limit);
        let due: Vec<GiftId> = sql.values(self)?;
        for gift in &due {
            self.tell_giver(shop, gift, today)?;
        }
        Ok(u32::try_from(due.len()).unwrap_or(limit))
    }

    fn tell_giver(&mut self, shop: &ShopId, gift: &GiftId, today: &str) -> Result<(), StoreError> {
        // Moved and moved back; bought and given back.
        let is_back = Sql::new(
            "UPDATE wishlist_gifts SET gone_at = NULL WHERE id = $1 AND EXISTS (SELECT 1 FROM wishes w \
             JOIN wishlists l ON l.id = w.list_id WHERE w.list_id = wishlist_gifts.list_id \
             AND w.edition_id = wishlist_gifts.edition_id AND w.removed_at IS NULL AND l.removed_at IS NULL \
             AND w.bought_at IS NULL AND w.added_at <= wishlist_gifts.given_at)",
        );
        if is_back.arg(gift).run(self)? > 0 {
            return Ok(());
        }
        let mut sql = Sql::new(
            "SELECT g.customer_id, e.title, g.shown_at, g.until_on FROM wishlist_gifts g \
             JOIN editions e ON e.id = g.edition_id WHERE g.id = ",
        );
        sql.bind(gift);
        if let Some(row) = sql.row(self)? {
            self.tell_of(shop, &row, today)?;
        }
        Sql::new("UPDATE wishlist_gifts SET told = 1 WHERE id = $1")
            .arg(gift)
            .run(self)
            .map(drop)
    }

    /// Tells the giver of a row, unless the gift has been given: then its wish may well go.
    fn tell_of(&mut self, shop: &ShopId, row: &Row, today: &str) -> Result<(), StoreError> {
        let until: String = row.get("until_on")?;
        let is_seen = row.get::<Option<i64>>("shown_at")?.is_some()
            || (!until.is_empty() && until.as_str() < today);
        let customer: Option<CustomerId> = row.get("customer_id")?;
        let Some(customer) = customer.filter(|_| !is_seen) else {
            return Ok(());
        };
        let message = Message::GiftGone {
            book: row.get("title")?,
        };
        self.notify(shop, To::Customer(&customer), &message)
    }

    /// Tells all who give something to a customer whose lists are just going for good. Whoever calls this holds the
    /// catalogue's lock.
    pub(crate) fn tell_givers_to(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        let today = earliest_day(now());
        let rows = Sql::new(
            "SELECT g.customer_id, e.title, g.shown_at, g.until_on FROM wishlists l JOIN wishlist_gifts g ON g.list_id = l.id \
             JOIN editions e ON e.id = g.edition_id \
             WHERE l.customer_id = $1 AND g.customer_id IS NOT NULL AND g.told = 0 ORDER BY g.id",
        )
        .arg(customer)
        .rows(self)?;
        for row in &rows {
            self.tell_of(shop, row, &today)?;
        }
        Ok(())
    }
}

/// The day that it is at an instant (milliseconds since 1970 UTC) where it is the latest to come, `YYYY-MM-DD`: no shop's
/// own day is before it.
pub(crate) fn earliest_day(instant: i64) -> String {
    // From days since 1970 to the civil calendar, by the algorithm of Howard Hinnant.
    let days = (instant - LATEST_ZONE).div_euclid(24 * 60 * 60_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_over_where_it_is_over_last() {
        for (instant, day) in [
            (0, "1969-12-31"),
            (43_200_000, "1970-01-01"),
            (951_825_600_000, "2000-02-29"),
            (1_798_761_599_999, "2026-12-31"),
        ] {
            assert_eq!(earliest_day(instant), day, "{instant}");
        }
    }
}
