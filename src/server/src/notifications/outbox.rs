//! Empties the outbox: takes what is due, tries it, and notes what has become of it.
//!
//! A delivery is marked after it was accepted. When the program ends between the two, the delivery comes due
//! again and is sent a second time under the same id, which is how mail programs and the programs of shops
//! know it as one.

use super::mail::{Envelope, Mailer};
use super::{letters, quiet};
use crate::app::App;
use crate::shops::zone_named;
use crate::webhooks::call::Caller;
use bookplate_store::notifications::{Delivery, Ended, Message};
use bookplate_store::{Db, StoreError, now};
use bookplate_wire::consents::{ConsentChannel, ConsentPurpose};
use bookplate_wire::deliveries::{Channel, DeliveryError, DeliveryFault};
use bookplate_wire::{CustomerId, Lang};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How often the outbox is looked into.
const POLL: Duration = Duration::from_secs(1);
/// How many deliveries are tried at the same time.
const AT_ONCE: u32 = 16;
/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// After what time nothing more will be heard of a delivery under way, in milliseconds: after [`PATIENCE`].
const LEASE: i64 = 15_000;
/// How long to wait after each failure, in milliseconds; after the last one it is given up. The first is for
/// a connection that broke, the next for a server that is restarted or keeps strangers waiting, the rest for
/// one that is down over a night.
const WAITS: [i64; 7] = [
    2_000,
    60_000,
    5 * 60_000,
    30 * 60_000,
    2 * 3_600_000,
    6 * 3_600_000,
    24 * 3_600_000,
];
/// How long it is known what was delivered and what was given up, in milliseconds.
const KEPT: i64 = 30 * 24 * 3_600_000;
/// How many looks into the outbox lie between two clearings: an hour.
const CLEARING: u32 = 3_600;

/// Delivers what is in the outbox.
pub(crate) struct Outbox {
    mailer: Option<Mailer>,
    caller: Caller,
}

impl Outbox {
    /// An outbox that is emptied over these ways. Without a `mailer` email is given up, for an operator to
    /// see and to try again.
    pub(crate) fn new(mailer: Option<Mailer>, caller: Caller) -> Self {
        Self { mailer, caller }
    }

    /// Works until `stopped`; what is under way then is finished.
    pub(crate) async fn work(self, app: App, mut stopped: oneshot::Receiver<()>) {
        let this = Arc::new(self);
        let mut looks = 0_u32;
        loop {
            match this.clone().round(&app).await {
                // There may be more.
                Ok(true) if stopped.try_recv().is_err_and(is_open) => continue,
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "the outbox cannot be read"),
            }
            looks += 1;
            if looks >= CLEARING {
                looks = 0;
                let forgotten = app.store.write(|db| {
                    db.forget_old_secrets(now())?;
                    db.forget_deliveries(now() - KEPT)
                });
                if let Err(error) = forgotten.await {
                    tracing::error!(%error, "old deliveries cannot be removed");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = &mut stopped => break,
            }
        }
    }

    /// Tries what is due; whether that was as much as is tried at once.
    async fn round(self: Arc<Self>, app: &App) -> Result<bool, StoreError> {
        // Most of the time there is nothing, and then nothing is written.
        if !app.store.read(Db::is_delivery_due).await? {
            return Ok(false);
        }
        let claim = |db: &mut Db| db.claim_deliveries(AT_ONCE, LEASE);
        let claimed = app.store.write(claim).await?;
        let is_full = claimed.len() == AT_ONCE as usize;
        let mut tries = JoinSet::new();
        for delivery in claimed {
            let (this, app) = (self.clone(), app.clone());
            tries.spawn(async move { this.deliver(&app, delivery).await });
        }
        tries.join_all().await;
        Ok(is_full)
    }

    /// Tries one delivery and notes how that has ended.
    async fn deliver(&self, app: &App, delivery: Delivery) {
        let again_at = again_at(delivery.attempt);
        let attempt = tokio::time::timeout(PATIENCE, self.attempt(app, &delivery, again_at)).await;
        let ended = attempt.unwrap_or_else(|_| Ok(failed(again_at, DeliveryFault::TooSlow)));
        let (id, channel) = (delivery.id, delivery.channel);
        let noted = match ended {
            Ok(ended) => {
                match &ended {
                    Ended::Failed { error, .. } => {
                        tracing::warn!(
                            delivery = id.as_str(),
                            ?channel,
                            %error,
                            "not delivered yet"
                        );
                    }
                    Ended::GivenUp { error } => {
                        tracing::error!(delivery = id.as_str(), ?channel, %error, "not delivered");
                    }
                    Ended::Delivered | Ended::Dropped | Ended::Deferred { .. } => {}
                }
                app.metrics.count_delivery(channel, &ended);
                let end = move |db: &mut Db| db.end_delivery(&id, &ended);
                app.store.write(end).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            // It comes due again.
            tracing::error!(%error, "a delivery cannot be noted");
        }
    }

    async fn attempt(
        &self,
        app: &App,
        delivery: &Delivery,
        again_at: Option<i64>,
    ) -> Result<Ended, StoreError> {
        match delivery.channel {
            Channel::Email => self.email(app, delivery, again_at).await,
            Channel::Webhook => {
                let target = delivery.target.clone();
                match app.store.read(move |db| db.webhook(&target)).await? {
                    // The shop has taken it away.
                    None => Ok(Ended::Dropped),
                    Some(webhook) if !webhook.active => {
                        Ok(failed(None, DeliveryFault::SwitchedOff))
                    }
                    Some(webhook) => {
                        let call = self.caller.call(&webhook, delivery, now(), again_at);
                        Ok(call.await)
                    }
                }
            }
        }
    }

    async fn email(
        &self,
        app: &App,
        delivery: &Delivery,
        again_at: Option<i64>,
    ) -> Result<Ended, StoreError> {
        let Ok(message) = serde_json::from_str::<Message>(&delivery.payload) else {
            return Ok(failed(None, DeliveryFault::Unreadable));
        };
        let purpose = message.purpose();
        if purpose.is_some() {
            let zone = zone_named(&delivery.time_zone);
            let (from, until) = &delivery.quiet;
            if let Some(until) = quiet::end(from, until, &zone, now()) {
                return Ok(Ended::Deferred { until });
            }
        }
        let Some(mailer) = &self.mailer else {
            return Ok(failed(None, DeliveryFault::MailServerMissing));
        };
        let name = match delivery.customer.clone() {
            None => String::new(),
            Some(id) => match app
                .store
                .read(move |db| addressee(db, &id, purpose))
                .await?
            {
                None => return Ok(Ended::Dropped),
                Some(name) => name,
            },
        };
        let unsubscribe = match (&delivery.customer, purpose) {
            (Some(customer), Some(purpose)) => {
                let links = &app.unsubscribes;
                links.link(&app.public_url, customer, purpose)
            }
            _ => None,
        };
        let lang = Lang::from_tag(&delivery.language).unwrap_or_default();
        let letter = letters::write(
            &message,
            lang,
            &delivery.shop_name,
            &name,
            unsubscribe.as_deref(),
        );
        let envelope = Envelope {
            id: delivery.id.as_str(),
            written_at: delivery.created_at,
            shop: &delivery.shop_name,
            name: &name,
            address: &delivery.target,
            unsubscribe: unsubscribe.as_deref(),
        };
        Ok(mailer.send(&envelope, letter, again_at).await)
    }
}

/// The name of a customer who may be told something, at the moment of telling: whoever has left or does not
/// allow it any more is told nothing.
fn addressee(
    db: &mut Db,
    id: &CustomerId,
    purpose: Option<ConsentPurpose>,
) -> Result<Option<String>, StoreError> {
    let Some(customer) = db.customer(id)? else {
        return Ok(None);
    };
    let allowed = match purpose {
        None => true,
        Some(purpose) => db.has_consent(id, ConsentChannel::Email, purpose)?,
    };
    Ok(allowed.then_some(customer.name))
}

fn is_open(error: oneshot::error::TryRecvError) -> bool {
    error == oneshot::error::TryRecvError::Empty
}

fn failed(again_at: Option<i64>, fault: DeliveryFault) -> Ended {
    let error = DeliveryError::from(fault);
    match again_at {
        Some(again_at) => Ended::Failed { again_at, error },
        None => Ended::GivenUp { error },
    }
}

/// When to try again after the attempt with this number has failed; `None` to give up.
fn again_at(attempt: u32) -> Option<i64> {
    let wait = WAITS.get(usize::try_from(attempt).ok()?.checked_sub(1)?)?;
    Some(now() + wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_for_a_day_and_then_given_up() {
        let attempts = u32::try_from(WAITS.len()).unwrap();
        let waits: Vec<i64> = (1..=attempts)
            .map(|attempt| again_at(attempt).unwrap() - now())
            .collect();
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(again_at(attempts + 1), None);
    }

    #[test]
    fn nobody_else_tries_what_is_still_under_way() {
        assert!(i64::try_from(PATIENCE.as_millis()).unwrap() < LEASE);
    }
}
