//! What leaves the server: waiting, tried again, delivered, given up.

use crate::db::{LIST, Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::deliveries::{Channel, DeliveryError};
use bookplate_wire::{CustomerId, DeliveryId, ShopId};

/// Something to be delivered, as it is written.
#[derive(Debug)]
pub(crate) struct NewDelivery<'a> {
    pub(crate) shop: &'a ShopId,
    pub(crate) customer: Option<&'a CustomerId>,
    pub(crate) channel: Channel,
    pub(crate) kind: &'a str,
    pub(crate) target: &'a str,
    pub(crate) language: &'a str,
    pub(crate) payload: &'a str,
}

/// Something to be delivered, with what a delivery needs to know of its shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What names it, also for the receiver.
    pub id: DeliveryId,
    /// Whose it is.
    pub shop: ShopId,
    /// The shop's name, for people.
    pub shop_name: String,
    /// IANA name of the shop's time zone.
    pub time_zone: String,
    /// From when (`HH:MM`) until when nothing is sent that can wait; empty for never.
    pub quiet: (String, String),
    /// Whom it is for, where that is a customer.
    pub customer: Option<CustomerId>,
    /// How it leaves.
    pub channel: Channel,
    /// An email address, or the id of a webhook.
    pub target: String,
    /// BCP 47 tag; empty where nobody told.
    pub language: String,
    /// JSON: a [`Message`](super::Message) or an [`Event`](bookplate_wire::notifications::Event).
    pub payload: String,
    /// Which attempt this is, the first being 1.
    pub attempt: u32,
    /// When it was written, in milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// How an attempt has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The receiver has accepted it.
    Delivered,
    /// It is not wanted any more.
    Dropped,
    /// It waits for a better time, and nothing was tried.
    Deferred {
        /// When, in milliseconds since 1970 UTC.
        until: i64,
    },
    /// It failed, and will be tried again.
    Failed {
        /// When, in milliseconds since 1970 UTC.
        again_at: i64,
        /// Why.
        error: DeliveryError,
    },
    /// It failed, and is not tried again: a person has to look at it.
    GivenUp {
        /// Why.
        error: DeliveryError,
    },
}

impl Db {
    pub(crate) fn post(&mut self, new: &NewDelivery<'_>) -> Result<DeliveryId, StoreError> {
        let (id, now) = (DeliveryId::new_id(), now());
        Sql::new(
            "INSERT INTO outbox (id, shop_id, customer_id, channel, kind, target, language, payload, \
             state, due_at, attempts, error, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, 0, '', $10)",
        )
        .arg(&id)
        .arg(new.shop)
        .arg(new.customer)
        .arg(new.channel.as_str())
        .arg(new.kind)
        .arg(new.target)
        .arg(new.language)
        .arg(new.payload)
        .arg(now)
        .arg(now)
        .run(self)?;
        Ok(id)
    }

    /// Whether something has to be delivered now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn is_delivery_due(&mut self) -> Result<bool, StoreError> {
        let due = Sql::new(
            "SELECT 1 FROM outbox WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT 1",
        )
        .arg(now())
        .row(self)?;
        Ok(due.is_some())
    }

    /// Up to `limit` deliveries that are due, for the caller to try. They come due again after `lease`
    /// milliseconds, for others to try, unless [`Db::end_delivery`] tells what has become of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn claim_deliveries(
        &mut self,
        limit: u32,
        lease: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        // Two instances would read the same rows.
        self.lock(["outbox".to_owned()])?;
        let now = now();
        let rows = Sql::new(
            "SELECT o.id, o.shop_id, o.customer_id, o.channel, o.target, o.language, o.payload, \
             o.attempts + 1 AS attempt, o.created_at, s.name, s.time_zone, s.quiet_from, s.quiet_until \
             FROM outbox o JOIN shops s ON s.id = o.shop_id \
             WHERE o.state = 'waiting' AND o.due_at <= $1 ORDER BY o.due_at, o.id LIMIT $2",
        )
        .arg(now)
        .arg(limit.min(LIST as u32))
        .rows(self)?;
        let claimed: Vec<Delivery> = rows.iter().map(delivery_of).collect::<Result<_, _>>()?;
        if !claimed.is_empty() {
            let mut sql = Sql::new("UPDATE outbox SET attempts = attempts + 1, due_at = ");
            sql.bind(now + lease)
                .push(" WHERE id IN (")
                .bind_all(claimed.iter().map(|delivery| &delivery.id))
                .push(")");
            sql.run(self)?;
        }
        Ok(claimed)
    }

    /// Notes what has become of a delivery. What was delivered keeps nothing of what it said, and no address of
    /// anybody's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end_delivery(&mut self, id: &DeliveryId, ended: &Ended) -> Result<(), StoreError> {
        let sql = match ended {
            Ended::Delivered => finished(id, "delivered"),
            Ended::Dropped => finished(id, "dropped"),
            Ended::GivenUp { error } => Sql::new(
                "UPDATE outbox SET state = 'dead', error = $1, ended_at = $2 \
                 WHERE id = $3 AND state = 'waiting'",
            )
            .arg(error.to_string())
            .arg(now())
            .arg(id),
            Ended::Deferred { until } => Sql::new(
                "UPDATE outbox SET due_at = $1, attempts = attempts - 1 \
                 WHERE id = $2 AND state = 'waiting'",
            )
            .arg(*until)
            .arg(id),
            Ended::Failed { again_at, error } => Sql::new(
                "UPDATE outbox SET due_at = $1, error = $2 WHERE id = $3 AND state = 'waiting'",
            )
            .arg(*again_at)
            .arg(error.to_string())
            .arg(id),
        };
        sql.run(self).map(drop)
    }

    /// Forgets what has ended before `before` (milliseconds since 1970 UTC).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_deliveries(&mut self, before: i64) -> Result<u64, StoreError> {
        Sql::new("DELETE FROM outbox WHERE ended_at < $1")
            .arg(before)
            .run(self)
    }
}

fn finished(id: &DeliveryId, state: &'static str) -> Sql {
    Sql::new(
        "UPDATE outbox SET state = $1, error = '', payload = '', ended_at = $2, \
         target = CASE channel WHEN 'email' THEN '' ELSE target END \
         WHERE id = $3 AND state = 'waiting'",
    )
    .arg(state)
    .arg(now())
    .arg(id)
}

fn delivery_of(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.get("id")?,
        shop: row.get("shop_id")?,
        shop_name: row.get("name")?,
        time_zone: row.get("time_zone")?,
        quiet: (row.get("quiet_from")?, row.get("quiet_until")?),
        customer: row.get("customer_id")?,
        channel: Channel::from_word(&row.get::<String>("channel")?)
            .ok_or(StoreError::Corrupt("outbox.channel"))?,
        target: row.get("target")?,
        language: row.get("language")?,
        payload: row.get("payload")?,
        attempt: row.get("attempt")?,
        created_at: row.get("created_at")?,
    })
}
