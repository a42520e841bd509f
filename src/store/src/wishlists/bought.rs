//! What was bought of what was wished for, as orders tell.
//!
//! Whether a wish is bought depends on nothing but the owner's own orders as they are now, so it is found out anew whenever one of
//! them changes: however often it is sent, and whatever is given back.

use super::lock_of;
use crate::db::{LIST, Sql};
use crate::{Db, StoreError, now};
use bookplate_wire::{CustomerId, EditionId, OrderId};

/// How long before a wish an order may seem to be placed that is of that wish, in milliseconds: many shops write down a
/// day and no time.
pub(super) const LATITUDE: i64 = 24 * 60 * 60 * 1_000;

impl Db {
    /// Marks what the customers of some orders wish for and have bought, and what they have given back as wished for again. Last in
    /// its unit of work: who changes wishlists locks nothing else.
    pub(crate) fn settle_bought<'o>(
        &mut self,
        orders: impl IntoIterator<Item = &'o OrderId>,
    ) -> Result<(), StoreError> {
        let orders: Vec<&OrderId> = orders.into_iter().collect();
        let mut customers = Vec::new();
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new("SELECT DISTINCT l.customer_id");
            sql.push(WISHED_AND_BOUGHT)
                .bind_all(chunk.iter().copied())
                .push(")");
            customers.extend(sql.values::<CustomerId>(self)?);
        }
        // Most of what is sold nobody has wished for.
        if customers.is_empty() {
            return Ok(());
        }
        self.lock(customers.iter().map(lock_of))?;
        for chunk in orders.chunks(LIST) {
            let mut sql = Sql::new(
                "UPDATE wishes SET bought_at = (SELECT MIN(o.placed_at) FROM wishlists l \
                 CROSS JOIN orders o CROSS JOIN order_lines n WHERE l.id = wishes.list_id \
                 AND o.customer_id = l.customer_id AND n.order_id = o.id \
                 AND (n.edition_id = wishes.edition_id OR (wishes.any_edition = 1 AND n.edition_id IN \
                 (SELECT f.id FROM editions e JOIN editions f ON f.work_id = e.work_id \
                 WHERE e.id = wishes.edition_id))) AND n.quantity > n.refunded_quantity \
                 AND o.placed_at >= wishes.wanted_since) WHERE id IN (SELECT w.id",
            );
            sql.push(WISHED_AND_BOUGHT)
                .bind_all(chunk.iter().copied())
                .push("))")
                .run(self)?;
            // Whoever gives it is told, unless it is wished for again by then.
            let mut sql = Sql::new("UPDATE wishlist_gifts SET gone_at = ");
            sql.bind(now())
                .push(
                    " WHERE gone_at IS NULL AND told = 0 AND id IN (SELECT g.id FROM wishes b JOIN wishlist_gifts g \
                     ON g.list_id = b.list_id AND g.edition_id = b.edition_id WHERE b.bought_at IS NOT NULL \
                     AND b.id IN (SELECT w.id",
                )
                .push(WISHED_AND_BOUGHT)
                .bind_all(chunk.iter().copied())
                .push(")))")
                .run(self)?;
        }
        Ok(())
    }

    /// The same for all orders of a customer.
    pub(crate) fn settle_bought_by(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        let orders: Vec<OrderId> = Sql::new("SELECT id FROM orders WHERE customer_id = $1")
            .arg(customer)
            .values(self)?;
        self.settle_bought(&orders)
    }

    /// Wishes again for what was bought, in all lists of the customer's that have it, or where any edition of its work will do;
    /// whether there was any. Whoever calls this holds the customer's lock.
    pub(super) fn want_again(
        &mut self,
        customer: &CustomerId,
        edition: &EditionId,
    ) -> Result<bool, StoreError> {
        let again = Sql::new(
            "UPDATE wishes SET bought_at = NULL, wanted_since = $1 WHERE bought_at IS NOT NULL \
             AND removed_at IS NULL AND (edition_id = $2 OR (any_edition = 1 AND edition_id IN \
             (SELECT f.id FROM editions e JOIN editions f ON f.work_id = e.work_id WHERE e.id = $2))) \
             AND list_id IN (SELECT id FROM wishlists WHERE customer_id = $3 AND removed_at IS NULL)",
        )
        .arg(now())
        .arg(edition)
        .arg(customer)
        .run(self)?;
        Ok(again > 0)
    }
}

/// The wishes `w` in lists `l` of who has bought the book, or another edition where any will do, by one of the orders that follow,
/// whatever was given back of it.
const WISHED_AND_BOUGHT: &str = " FROM orders o CROSS JOIN order_lines n CROSS JOIN wishlists l \
     CROSS JOIN editions e CROSS JOIN editions f CROSS JOIN wishes w WHERE n.order_id = o.id \
     AND l.customer_id = o.customer_id AND e.id = n.edition_id AND f.work_id = e.work_id AND w.list_id = l.id \
     AND w.edition_id = f.id AND (f.id = e.id OR w.any_edition = 1) AND o.id IN (";
