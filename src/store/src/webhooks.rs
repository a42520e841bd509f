//! Webhooks: where a shop's own programs hear of what happens here.

use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::notifications::NewDelivery;
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::deliveries::Channel;
use bookplate_wire::notifications::{Event, PingEvent};
use bookplate_wire::webhooks::{NewWebhook, WEBHOOKS_MAX, WebhookChange};
use bookplate_wire::{DeliveryId, ShopId, WebhookId, webhooks};

/// An address that hears of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// What names it.
    pub id: WebhookId,
    /// Where it is called.
    pub url: String,
    /// What its calls are signed with.
    pub secret: String,
    /// What they are signed with as well, and until when in milliseconds since 1970 UTC.
    pub old_secret: Option<(String, i64)>,
    /// The types of events that it hears of, of [`Event::TYPES`]; empty for all, those of later versions too.
    pub events: Vec<String>,
    /// Whether it is called at all.
    pub active: bool,
    /// Since when there is such a webhook, in milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// Why a webhook is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// The shop has one with this address.
    Exists,
    /// The shop has as many as it can have.
    TooMany,
}

/// What has become of a test event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pinged {
    /// It is in the outbox.
    Posted(DeliveryId),
    /// The webhook is switched off.
    Off,
    /// The shop has no such webhook.
    Unknown,
}

/// Stands in the database for all types of events.
const ALL: &str = "*";

/// What is read of a webhook.
const COLUMNS: &str = "id, url, secret, old_secret, old_until, events, active, created_at";

impl Db {
    /// Tells a shop's webhooks of `event`, through the outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn emit(&mut self, shop: &ShopId, event: &Event) -> Result<(), StoreError> {
        let webhooks = self.webhooks(shop)?;
        for webhook in webhooks.iter().filter(|webhook| webhook.hears(event)) {
            self.post_event(shop, &webhook.id, event)?;
        }
        Ok(())
    }

    fn post_event(
        &mut self,
        shop: &ShopId,
        webhook: &WebhookId,
        event: &Event,
    ) -> Result<DeliveryId, StoreError> {
        let payload = serde_json::to_string(event).map_err(|_| StoreError::Corrupt("event"))?;
        self.post(&NewDelivery {
            shop,
            customer: None,
            channel: Channel::Webhook,
            kind: event.name(),
            target: webhook.as_str(),
            language: "",
            payload: &payload,
        })
    }

    /// Sends a test event to a webhook, through the outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn ping_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &WebhookId,
    ) -> Result<Pinged, StoreError> {
        let Some(webhook) = self.webhook_of(shop, id)? else {
            return Ok(Pinged::Unknown);
        };
        if !webhook.active {
            return Ok(Pinged::Off);
        }
        let about = PingEvent {
            webhook: id.clone(),
        };
        let posted = self.post_event(shop, id, &Event::Ping(about))?;
        let after = fields_of([("delivery", posted.to_string())]);
        let both = (&Fields::new(), &after);
        self.audit(shop, by, Action::WebhookPinged, id.as_str(), both)?;
        Ok(Pinged::Posted(posted))
    }

    /// Adds a webhook to a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        new: &NewWebhook,
        secret: &str,
    ) -> Result<Result<Webhook, NotAdded>, StoreError> {
        self.lock([format!("webhooks {shop}")])?;
        let known = self.webhooks(shop)?;
        if known.iter().any(|known| known.url == new.url) {
            return Ok(Err(NotAdded::Exists));
        }
        if known.len() >= WEBHOOKS_MAX {
            return Ok(Err(NotAdded::TooMany));
        }
        let webhook = Webhook {
            id: WebhookId::new_id(),
            url: new.url.clone(),
            secret: secret.to_owned(),
            old_secret: None,
            events: new.events.clone(),
            active: true,
            created_at: now(),
        };
        Sql::new(
            "INSERT INTO webhooks (id, shop_id, url, secret, events, active, created_at) \
             VALUES ($1, $2, $3, $4, $5, 1, $6)",
        )
        .arg(&webhook.id)
        .arg(shop)
        .arg(&webhook.url)
        .arg(secret)
        .arg(joined(&webhook.events, ","))
        .arg(webhook.created_at)
        .run(self)?;
        self.audit_webhook(by, shop, None, &webhook)?;
        Ok(Ok(webhook))
    }

    /// Adds a webhook to a shop, or changes what the one at this address hears of. A webhook that is known keeps
    /// its secret.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        new: &NewWebhook,
        secret: &str,
    ) -> Result<Result<Webhook, NotAdded>, StoreError> {
        self.lock([format!("webhooks {shop}")])?;
        let mut known = self.webhooks(shop)?.into_iter();
        let Some(known) = known.find(|known| known.url == new.url) else {
            return self.add_webhook(by, shop, new, secret);
        };
        let change = WebhookChange {
            events: Some(new.events.clone()),
            active: None,
        };
        let changed = self.change_webhook(by, shop, &known.id, change)?;
        changed.map(Ok).ok_or(StoreError::Corrupt("webhooks.id"))
    }

    /// Changes a webhook; `None` when the shop has no such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &WebhookId,
        change: WebhookChange,
    ) -> Result<Option<Webhook>, StoreError> {
        self.lock([format!("webhooks {shop}")])?;
        let Some(before) = self.webhook_of(shop, id)? else {
            return Ok(None);
        };
        let after = Webhook {
            events: change.events.unwrap_or_else(|| before.events.clone()),
            active: change.active.unwrap_or(before.active),
            ..before.clone()
        };
        Sql::new("UPDATE webhooks SET events = $1, active = $2 WHERE id = $3")
            .arg(joined(&after.events, ","))
            .arg(i64::from(after.active))
            .arg(id)
            .run(self)?;
        self.audit_webhook(by, shop, Some(&before), &after)?;
        Ok(Some(after))
    }

    /// Signs a webhook's calls with another secret from now on, and until `overlap_until` (milliseconds since 1970
    /// UTC) with the present one as well; with the one before that no more. `None` when the shop has no such webhook.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn rotate_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &WebhookId,
        secret: &str,
        overlap_until: Option<i64>,
    ) -> Result<Option<Webhook>, StoreError> {
        self.lock([format!("webhooks {shop}")])?;
        let Some(before) = self.webhook_of(shop, id)? else {
            return Ok(None);
        };
        let old_secret = overlap_until.map(|until| (before.secret.clone(), until));
        let kept = old_secret.as_ref().map_or("", |(secret, _)| secret);
        Sql::new("UPDATE webhooks SET secret = $1, old_secret = $2, old_until = $3 WHERE id = $4")
            .arg(secret)
            .arg(kept)
            .arg(overlap_until)
            .arg(id)
            .run(self)?;
        let until = overlap_until.map_or_else(String::new, |until| until.to_string());
        let after = fields_of([("old_secret_until", until)]);
        let both = (&Fields::new(), &after);
        self.audit(shop, by, Action::WebhookRotated, id.as_str(), both)?;
        Ok(Some(Webhook {
            secret: secret.to_owned(),
            old_secret,
            ..before
        }))
    }

    /// Forgets secrets whose time was over before `before` (milliseconds since 1970 UTC).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_old_secrets(&mut self, before: i64) -> Result<u64, StoreError> {
        Sql::new("UPDATE webhooks SET old_secret = '', old_until = NULL WHERE old_until < $1")
            .arg(before)
            .run(self)
    }

    /// The webhooks of a shop, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn webhooks(&mut self, shop: &ShopId) -> Result<Vec<Webhook>, StoreError> {
        let mut sql = select();
        sql.push("shop_id = ")
            .bind(shop)
            .push(" ORDER BY created_at, id");
        sql.rows(self)?.iter().map(webhook_of).collect()
    }

    /// The webhook with this id, if there still is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn webhook(&mut self, id: &str) -> Result<Option<Webhook>, StoreError> {
        let mut sql = select();
        sql.push("id = ").bind(id);
        sql.row(self)?.as_ref().map(webhook_of).transpose()
    }

    fn webhook_of(&mut self, shop: &ShopId, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let mut sql = select();
        sql.push("shop_id = ").bind(shop);
        sql.push(" AND id = ").bind(id);
        sql.row(self)?.as_ref().map(webhook_of).transpose()
    }

    /// A webhook as the staff sees it: without its secrets, and with how its latest call has ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shown_webhook(&mut self, webhook: Webhook) -> Result<webhooks::Webhook, StoreError> {
        let until = webhook.old_secret.map(|(_, until)| until);
        Ok(webhooks::Webhook {
            latest: self.latest_delivery(&webhook.id)?,
            id: webhook.id,
            url: webhook.url,
            events: webhook.events,
            active: webhook.active,
            created_at: webhook.created_at,
            old_secret_until: until.filter(|until| *until > now()),
        })
    }

    /// Removes a webhook, with what waits for it and what was given up. False when the shop has no such.
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
        let Some(webhook) = self.webhook_of(shop, id)? else {
            return Ok(false);
        };
        Sql::new(
            "UPDATE outbox SET state = 'dropped', payload = '', ended_at = $1 \
             WHERE channel = 'webhook' AND target = $2 AND state IN ('waiting', 'dead')",
        )
        .arg(now())
        .arg(id)
        .run(self)?;
        Sql::new("DELETE FROM webhooks WHERE id = $1")
            .arg(id)
            .run(self)?;
        let both = (&noted(&webhook), &Fields::new());
        self.audit(shop, by, Action::WebhookRemoved, id.as_str(), both)?;
        Ok(true)
    }

    fn audit_webhook(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        before: Option<&Webhook>,
        after: &Webhook,
    ) -> Result<(), StoreError> {
        let both = (before.map(noted).unwrap_or_default(), noted(after));
        self.audit_difference(shop, by, Action::WebhookSet, after.id.as_str(), both)
    }
}

fn select() -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM webhooks WHERE ");
    sql
}

/// The types of events in one text; [`ALL`] where there are none.
fn joined(events: &[String], by: &str) -> String {
    match events {
        [] => ALL.to_owned(),
        some => some.join(by),
    }
}

/// What stands in the log of a webhook.
fn noted(webhook: &Webhook) -> Fields {
    fields_of([
        ("url", webhook.url.clone()),
        ("events", joined(&webhook.events, " ")),
        ("active", webhook.active.to_string()),
    ])
}

impl Webhook {
    fn hears(&self, event: &Event) -> bool {
        let chosen = self.events.is_empty() || self.events.iter().any(|name| name == event.name());
        self.active && chosen
    }
}

fn webhook_of(row: &Row) -> Result<Webhook, StoreError> {
    let events: String = row.get("events")?;
    let events = match events.as_str() {
        ALL => Vec::new(),
        some => some.split(',').map(str::to_owned).collect(),
    };
    let old_secret: String = row.get("old_secret")?;
    let old_until: Option<i64> = row.get("old_until")?;
    Ok(Webhook {
        id: row.get("id")?,
        url: row.get("url")?,
        secret: row.get("secret")?,
        old_secret: old_until.map(|until| (old_secret, until)),
        events,
        active: row.get::<i64>("active")? != 0,
        created_at: row.get("created_at")?,
    })
}
