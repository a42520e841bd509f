//! What customers wish for, counted for the shop's staff.

use crate::db::Sql;
use crate::ids::now;
use crate::offers::offer_of;
use crate::{Db, StoreError};
use bookplate_wire::ShopId;
use bookplate_wire::wishlists::demand::{DemandBook, DemandList, DemandWeek, Period, WEEKS};

const DAY: i64 = 24 * 3_600_000;

/// Which books are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemandAsked {
    /// Which list of them.
    pub list: DemandList,
    /// Since when they have been wished for.
    pub period: Period,
}

impl Db {
    /// Up to `limit` books of a shop that customers wish for: those first that most wish for.
    ///
    /// # Errors
    /// [`StoreError::TooSlow`] when there is too much to count; else when the database does not answer.
    pub fn demand(
        &mut self,
        shop: &ShopId,
        asked: DemandAsked,
        limit: u32,
    ) -> Result<Vec<DemandBook>, StoreError> {
        let mut sql = Sql::new(
            "SELECT e.isbn, e.title, e.authors, d.customers, d.copies, o.amount, o.currency, o.availability \
             FROM (SELECT w.edition_id, COUNT(DISTINCT l.customer_id) AS customers, \
             CAST(SUM(w.quantity) AS BIGINT) AS copies FROM wishlists l JOIN wishes w ON w.list_id = l.id \
             WHERE l.removed_at IS NULL AND w.removed_at IS NULL AND l.shop_id = ",
        );
        sql.bind(shop);
        if let Some(days) = asked.period.days() {
            sql.push(" AND w.added_at > ").bind(now() - days * DAY);
        }
        sql.push(
            " GROUP BY w.edition_id) d JOIN editions e ON e.id = d.edition_id \
             LEFT JOIN offers o ON o.shop_id = e.shop_id AND o.isbn = e.isbn",
        );
        if asked.list == DemandList::Unmet {
            sql.push(" WHERE o.availability = 'out_of_stock'");
        }
        sql.push(" ORDER BY d.customers DESC, d.copies DESC, e.isbn LIMIT ")
            .bind(limit);
        self.search(&sql)?
            .iter()
            .map(|row| {
                let authors: String = row.get("authors")?;
                Ok(DemandBook {
                    isbn: row.get("isbn")?,
                    title: row.get("title")?,
                    authors: authors.lines().map(str::to_owned).collect(),
                    customers: row.get("customers")?,
                    copies: row.get("copies")?,
                    offer: offer_of(row)?,
                })
            })
            .collect()
    }

    /// How many wishes were added in each of the last weeks of seven days, the earliest first, and are still there. The weeks
    /// begin at `from` (milliseconds since 1970 UTC); their days are left empty.
    ///
    /// # Errors
    /// [`StoreError::TooSlow`] when there is too much to count; else when the database does not answer.
    pub fn demand_weeks(
        &mut self,
        shop: &ShopId,
        from: &[i64; WEEKS],
    ) -> Result<Vec<DemandWeek>, StoreError> {
        let mut weeks = vec![DemandWeek::default(); WEEKS];
        let sql = Sql::new(
            "SELECT (w.added_at - CAST($1 AS BIGINT)) / CAST($2 AS BIGINT) AS week, COUNT(*) AS wishes, \
             CAST(SUM(CASE WHEN o.availability = 'out_of_stock' THEN 1 ELSE 0 END) AS BIGINT) AS unmet \
             FROM wishlists l JOIN wishes w ON w.list_id = l.id JOIN editions e ON e.id = w.edition_id \
             LEFT JOIN offers o ON o.shop_id = e.shop_id AND o.isbn = e.isbn \
             WHERE l.removed_at IS NULL AND w.removed_at IS NULL AND w.added_at >= CAST($1 AS BIGINT) \
             AND l.shop_id = $3 GROUP BY 1",
        )
        .arg(from[0])
        .arg(7 * DAY)
        .arg(shop);
        for row in self.search(&sql)? {
            // What has just been added, or added when the clocks were put back, belongs to the last week.
            let at = row.get::<usize>("week")?.min(WEEKS - 1);
            weeks[at].wishes += row.get::<u32>("wishes")?;
            weeks[at].unmet += row.get::<u32>("unmet")?;
        }
        Ok(weeks)
    }
}
