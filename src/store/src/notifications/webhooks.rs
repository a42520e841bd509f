//! Webhooks: where a shop's own programs hear of what happens here.

use super::outbox::{Channel, NewDelivery};
use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::notifications::Event;
use bookplate_wire::{ShopId, WebhookId};

/// An address that hears of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// What names it.
    pub id: WebhookId,
    /// Where it is called.
    pub url: String,
    /// What its calls are signed with.
    pub secret: String,
    /// The types of events that it hears of, of [`Event::TYPES`]; empty for all, those of later versions too.
    pub events: Vec<String>,
    /// Since when there is such a webhook, in milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// Stands in the database for all types of events.
const ALL: &str = "*";

impl Db {
    /// Tells a shop's webhooks of `event`, through the outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn emit(&mut self, shop: &ShopId, event: &Event) -> Result<(), StoreError> {
        let webhooks = self.webhooks(shop)?;
        let listening = webhooks.iter().filter(|webhook| webhook.hears(event));
        let payload = serde_json::to_string(event).map_err(|_| StoreError::Corrupt("event"))?;
        for webhook in listening {
            self.post(&NewDelivery {
                shop,
                customer: None,
                channel: Channel::Webhook,
                kind: event.name(),
                target: webhook.id.as_str(),
                language: "",
                payload: &payload,
            })?;
        }
        Ok(())
    }

    /// Adds a webhook to a shop, or changes what the one at this address hears of; gives its id. `events`
    /// empty means all. A webhook that is known keeps its secret.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        url: &str,
        secret: &str,
        events: &[String],
    ) -> Result<Webhook, StoreError> {
        let events = match events {
            [] => ALL.to_owned(),
            some => some.join(","),
        };
        self.lock([format!("webhooks {shop}")])?;
        let before = self
            .webhooks(shop)?
            .into_iter()
            .find(|known| known.url == url);
        let row = Sql::new(
            "INSERT INTO webhooks (id, shop_id, url, secret, events, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (shop_id, url) DO UPDATE SET events = excluded.events \
             RETURNING id, url, secret, events, created_at",
        )
        .arg(&WebhookId::new_id())
        .arg(shop)
        .arg(url)
        .arg(secret)
        .arg(&events)
        .arg(now())
        .row(self)?;
        let row = row.ok_or(StoreError::Corrupt("webhooks.id"))?;
        let webhook = webhook_of(&row)?;
        let before = before.as_ref().map(noted).unwrap_or_default();
        let both = (before, noted(&webhook));
        self.audit_difference(shop, by, Action::WebhookSet, webhook.id.as_str(), both)?;
        Ok(webhook)
    }

    /// The webhooks of a shop, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn webhooks(&mut self, shop: &ShopId) -> Result<Vec<Webhook>, StoreError> {
        Sql::new(
            "SELECT id, url, secret, events, created_at FROM webhooks \
             WHERE shop_id = $1 ORDER BY created_at, id",
        )
        .arg(shop)
        .rows(self)?
        .iter()
        .map(webhook_of)
        .collect()
    }

    /// The webhook with this id, if there still is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn webhook(&mut self, id: &str) -> Result<Option<Webhook>, StoreError> {
        Sql::new("SELECT id, url, secret, events, created_at FROM webhooks WHERE id = $1")
            .arg(id)
            .row(self)?
            .as_ref()
            .map(webhook_of)
            .transpose()
    }

    /// Removes a webhook; what waits for it is dropped. False when the shop has no such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &WebhookId,
    ) -> Result<bool, StoreError> {
        self.lock([format!("webhooks {shop}")])?;
        let Some(webhook) = self
            .webhooks(shop)?
            .into_iter()
            .find(|known| known.id == *id)
        else {
            return Ok(false);
        };
        Sql::new("DELETE FROM webhooks WHERE id = $1")
            .arg(id)
            .run(self)?;
        let both = (&noted(&webhook), &Fields::new());
        self.audit(shop, by, Action::WebhookRemoved, id.as_str(), both)?;
        Ok(true)
    }
}

/// What stands in the log of a webhook.
fn noted(webhook: &Webhook) -> Fields {
    let events = match webhook.events.as_slice() {
        [] => ALL.to_owned(),
        some => some.join(" "),
    };
    fields_of([("url", webhook.url.clone()), ("events", events)])
}

impl Webhook {
    fn hears(&self, event: &Event) -> bool {
        self.events.is_empty() || self.events.iter().any(|name| name == event.name())
    }
}

fn webhook_of(row: &Row) -> Result<Webhook, StoreError> {
    let events: String = row.get("events")?;
    let events = match events.as_str() {
        ALL => Vec::new(),
        some => some.split(',').map(str::to_owned).collect(),
    };
    Ok(Webhook {
        id: row.get("id")?,
        url: row.get("url")?,
        secret: row.get("secret")?,
        events,
        created_at: row.get("created_at")?,
    })
}
