//! Which reviews are by somebody who has bought the book: from orders alone, whenever these come.
//!
//! A unit of work that changes a purchase, or whose review it is, notes that in itself ([`Db::note_purchases`]); the
//! marks follow in a unit of work of their own ([`Db::mark_purchases`]). So a batch of a thousand orders never waits for
//! reviews, and two units of work that do not see each other yet (an order and a review of the same minute) leave
//! notes that are looked at when both are there.

use crate::catalogue::catalogue_lock;
use crate::db::{LIST, Row, Sql};
use crate::ids::new_digits;
use crate::ratings::{Change, Counted};
use crate::{Db, StoreError};
use bookplate_wire::{ShopId, WorkId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// What a change of purchases is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// Orders.
    Order,
    /// Customers.
    Customer,
    /// Works.
    Work,
}

impl Of {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Customer => "customer",
            Self::Work => "work",
        }
    }
}

/// How many notes are looked at in one unit of work.
const NOTES: u32 = 100;

/// Whether a purchase of the review's author stands behind it, as a condition on `reviews`: something is left of an
/// order of any edition of the work.
const BOUGHT: &str = "EXISTS (SELECT 1 FROM orders o JOIN order_lines l ON l.order_id = o.id \
    JOIN editions e ON e.id = l.edition_id WHERE o.customer_id = reviews.customer_id \
    AND e.work_id = reviews.work_id AND l.quantity > l.refunded_quantity)";

impl Db {
    /// Notes that purchases have changed.
    pub(crate) fn note_purchases<T: Display>(
        &mut self,
        shop: &ShopId,
        of: Of,
        ids: impl IntoIterator<Item = T>,
    ) -> Result<(), StoreError> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        Sql::new("INSERT INTO purchase_changes (id, shop_id, kind, ids) VALUES ($1, $2, $3, $4)")
            .arg(new_digits())
            .arg(shop)
            .arg(of.as_str())
            .arg(ids.join("\n"))
            .run(self)
            .map(drop)
    }

    /// The works with a review that is marked as by somebody who has bought the book and is not, or the other way round. Of
    /// shops with purchases that are still to be looked at nothing is said. What a customer has left behind keeps its mark.
    pub(crate) fn works_with_other_marks(&mut self) -> Result<Vec<WorkId>, StoreError> {
        let mut sql = Sql::new(
            "SELECT DISTINCT work_id FROM reviews WHERE let_go = 0 \
             AND verified <> CASE WHEN customer_id IS NOT NULL AND ",
        );
        sql.push(BOUGHT)
            .push(
                " THEN 1 ELSE 0 END AND NOT EXISTS \
                 (SELECT 1 FROM purchase_changes p WHERE p.shop_id = reviews.shop_id)",
            )
            .values(self)
    }

    /// A shop with purchases that have changed, if there is any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shop_with_purchases(&mut self) -> Result<Option<ShopId>, StoreError> {
        Sql::new("SELECT shop_id FROM purchase_changes ORDER BY id LIMIT 1").value(self)
    }

    /// Looks at what has changed of a shop's purchases, up to a bound, and marks reviews accordingly, with the figures of
    /// their works.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn mark_purchases(&mut self, shop: &ShopId) -> Result<(), StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let notes = Sql::new(
            "SELECT id, kind, ids FROM purchase_changes WHERE shop_id = $1 ORDER BY id LIMIT $2",
        )
        .arg(shop)
        .arg(NOTES)
        .rows(self)?;
        let mut seen: Vec<String> = Vec::new();
        let (mut orders, mut customers, mut works) =
            <(BTreeSet<String>, BTreeSet<_>, BTreeSet<_>)>::default();
        for note in &notes {
            seen.push(note.get("id")?);
            let ids: String = note.get("ids")?;
            let ids = ids.lines().map(str::to_owned);
            match note.get::<String>("kind")?.as_str() {
                "order" => orders.extend(ids),
                "customer" => customers.extend(ids),
                _ => works.extend(ids),
            }
        }
        for chunk in chunks(&orders) {
            let mut sql = Sql::new(
                "SELECT DISTINCT o.customer_id FROM orders o WHERE o.customer_id IS NOT NULL \
                 AND EXISTS (SELECT 1 FROM reviews r WHERE r.customer_id = o.customer_id) AND o.id IN (",
            );
            sql.bind_all(chunk).push(")");
            customers.extend(sql.values::<String>(self)?);
        }
        let mut changes = BTreeMap::new();
        for (column, ids) in [("customer_id", &customers), ("work_id", &works)] {
            for chunk in chunks(ids) {
                mark(self, column, &chunk, &mut changes)?;
            }
        }
        self.apply(changes)?;
        for chunk in seen.chunks(LIST) {
            let mut sql = Sql::new("DELETE FROM purchase_changes WHERE id IN (");
            sql.bind_all(chunk).push(")").run(self)?;
        }
        Ok(())
    }
}

fn chunks(ids: &BTreeSet<String>) -> Vec<Vec<&String>> {
    let ids: Vec<&String> = ids.iter().collect();
    ids.chunks(LIST).map(<[_]>::to_vec).collect()
}

/// Marks the reviews with one of `ids` in `column`, as far as this unit of work can see, and notes what that changes of
/// their works' figures.
pub(super) fn mark(
    db: &mut Db,
    column: &'static str,
    ids: &[&String],
    changes: &mut BTreeMap<WorkId, Change>,
) -> Result<(), StoreError> {
    for (verified, condition) in [(true, " AND "), (false, " AND NOT ")] {
        let mut sql = Sql::new("UPDATE reviews SET verified = ");
        sql.bind(verified)
            .push(" WHERE customer_id IS NOT NULL AND verified = ")
            .bind(!verified)
            .push(condition)
            .push(BOUGHT)
            .push(" AND ")
            .push(column)
            .push(" IN (")
            .bind_all(ids.iter().copied())
            .push(") RETURNING work_id, status, rating, language_primary, verified, photos");
        for row in sql.rows(db)? {
            let counted = Counted::of(&row)?;
            let change = changes.entry(row.get("work_id")?).or_default();
            if is_published(&row)? {
                change.remove(&Counted {
                    verified: !verified,
                    ..counted.clone()
                });
                change.add(&counted);
            }
        }
    }
    Ok(())
}

/// Whether readers see the review in a row with `status`.
pub(super) fn is_published(row: &Row) -> Result<bool, StoreError> {
    Ok(row.get::<String>("status")? == "published")
}
