//! Deliveries, as the staff sees them and decides about what was given up.
//!
//! Whoever empties the outbox is in [`notifications`](crate::notifications).

use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::deliveries::{Channel, Delivery, DeliveryError, DeliveryPage, DeliveryState};
use bookplate_wire::{DeliveryId, ShopId, WebhookId};

/// What is read of a delivery. A webhook is shown by its address.
const SEEN: &str = "SELECT o.id, o.state, o.channel, o.kind, COALESCE(w.url, o.target) AS target, \
     o.attempts, o.error, o.created_at, o.due_at, o.ended_at FROM outbox o \
     LEFT JOIN webhooks w ON o.channel = 'webhook' AND w.id = o.target ";

impl Db {
    /// Up to `limit` of a shop's deliveries in one state, the latest first, from behind `after` (the `next` of the
    /// page before).
    ///
    /// The times for people are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn deliveries(
        &mut self,
        shop: &ShopId,
        state: DeliveryState,
        after: Option<&str>,
        limit: u32,
    ) -> Result<DeliveryPage, StoreError> {
        let mut sql = Sql::new(SEEN);
        sql.push("WHERE o.shop_id = ").bind(shop);
        sql.push(" AND o.state = ").bind(state.as_str());
        if let Some(after) = after {
            let after: DeliveryId = after.parse().map_err(|_| StoreError::Cursor)?;
            sql.push(" AND o.id < ").bind(&after);
        }
        sql.push(" ORDER BY o.id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = rows.iter().take(limit as usize);
        let deliveries = shown.map(delivery_of).collect::<Result<Vec<_>, _>>()?;
        let more = rows.len() > deliveries.len();
        let last = deliveries.last().filter(|_| more);
        Ok(DeliveryPage {
            next: last.map(|last| last.id.to_string()),
            waiting: self.count_deliveries(shop, DeliveryState::Waiting)?,
            dead: self.count_deliveries(shop, DeliveryState::Dead)?,
            deliveries,
        })
    }

    fn count_deliveries(&mut self, shop: &ShopId, state: DeliveryState) -> Result<u32, StoreError> {
        let count = Sql::new("SELECT COUNT(*) FROM outbox WHERE shop_id = $1 AND state = $2")
            .arg(shop)
            .arg(state.as_str())
            .value(self)?;
        Ok(count.unwrap_or_default())
    }

    /// The latest delivery for a webhook, as long as it is known.
    pub(crate) fn latest_delivery(
        &mut self,
        webhook: &WebhookId,
    ) -> Result<Option<Delivery>, StoreError> {
        let mut sql = Sql::new(SEEN);
        sql.push("WHERE o.channel = 'webhook' AND o.target = ")
            .bind(webhook)
            .push(" ORDER BY o.id DESC LIMIT 1");
        sql.row(self)?.as_ref().map(delivery_of).transpose()
    }

    /// How many deliveries of all shops were given up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn count_dead_deliveries(&mut self) -> Result<u64, StoreError> {
        let count = Sql::new("SELECT COUNT(*) FROM outbox WHERE state = 'dead'").value(self)?;
        Ok(count.unwrap_or_default())
    }

    /// Tries a delivery again that was given up; false when the shop has no such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn retry_delivery(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &DeliveryId,
    ) -> Result<bool, StoreError> {
        let row = Sql::new(
            "UPDATE outbox SET state = 'waiting', due_at = $1, attempts = 0, ended_at = NULL \
             WHERE shop_id = $2 AND id = $3 AND state = 'dead' RETURNING channel, kind",
        )
        .arg(now())
        .arg(shop)
        .arg(id)
        .row(self)?;
        self.audit_delivery(by, shop, Action::DeliveryRetried, id, row.as_ref())
    }

    /// Tries all deliveries again that were given up; gives how many that are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn retry_deliveries(&mut self, by: &Actor, shop: &ShopId) -> Result<u32, StoreError> {
        let touched = Sql::new(
            "UPDATE outbox SET state = 'waiting', due_at = $1, attempts = 0, ended_at = NULL \
             WHERE shop_id = $2 AND state = 'dead'",
        )
        .arg(now())
        .arg(shop)
        .run(self)?;
        if touched > 0 {
            let after = fields_of([("deliveries", touched.to_string())]);
            let both = (&Fields::new(), &after);
            self.audit(shop, by, Action::DeliveryRetried, "", both)?;
        }
        Ok(u32::try_from(touched).unwrap_or(u32::MAX))
    }

    /// Gives a delivery up for good: nothing is kept of what it said and whom it was for. False when the shop has no
    /// such that was given up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn discard_delivery(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &DeliveryId,
    ) -> Result<bool, StoreError> {
        let row = Sql::new(
            "UPDATE outbox SET state = 'dropped', payload = '', ended_at = $1, \
             target = CASE channel WHEN 'email' THEN '' ELSE target END \
             WHERE shop_id = $2 AND id = $3 AND state = 'dead' RETURNING channel, kind",
        )
        .arg(now())
        .arg(shop)
        .arg(id)
        .row(self)?;
        self.audit_delivery(by, shop, Action::DeliveryDiscarded, id, row.as_ref())
    }

    /// Notes what was done to the delivery that `row` is of; false where there is none. Whom it was for is a
    /// customer's, and nothing for a log that is never emptied.
    fn audit_delivery(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        action: Action,
        id: &DeliveryId,
        row: Option<&Row>,
    ) -> Result<bool, StoreError> {
        let Some(row) = row else { return Ok(false) };
        let after = fields_of([("channel", row.get("channel")?), ("kind", row.get("kind")?)]);
        self.audit(shop, by, action, id.as_str(), (&Fields::new(), &after))?;
        Ok(true)
    }
}

fn delivery_of(row: &Row) -> Result<Delivery, StoreError> {
    let state = DeliveryState::from_word(&row.get::<String>("state")?);
    let state = state.ok_or(StoreError::Corrupt("outbox.state"))?;
    let error: String = row.get("error")?;
    let due_at = row.get("due_at")?;
    Ok(Delivery {
        id: row.get("id")?,
        state,
        channel: Channel::from_word(&row.get::<String>("channel")?)
            .ok_or(StoreError::Corrupt("outbox.channel"))?,
        kind: row.get("kind")?,
        target: row.get("target")?,
        attempts: row.get("attempts")?,
        error: (!error.is_empty()).then(|| DeliveryError::read(&error)),
        created_at: row.get("created_at")?,
        created_on: String::new(),
        due_at: (state == DeliveryState::Waiting).then_some(due_at),
        due_on: String::new(),
        ended_at: row.get("ended_at")?,
        ended_on: String::new(),
    })
}
