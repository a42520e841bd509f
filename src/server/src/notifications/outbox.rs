//! Empties the outbox: takes what is due, tries it, and notes what has become of it.
//!
//! A delivery is marked after it was accepted. When the program ends between the two, the delivery comes due
//! again and is sent a second time under the same id, which is how mail programs and the programs of shops
//! know it as one.
//!
//! Whoever tries something has a place ([`places`](super::places)), and what ends makes room for the next: a receiver
//! that is slow keeps nobody waiting for another.

use super::links::{self, Ready};
use super::mail::{Envelope, Mailer};
use super::places::Places;
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
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How often the outbox is looked into.
const POLL: Duration = Duration::from_secs(1);
/// How long a call of a webhook may take. A mail server may take longer, see [`smtp`](super::smtp).
const PATIENCE: Duration = Duration::from_secs(10);
/// How long nobody else tries what is tried here, in milliseconds. While it is under way that is said again and again,
/// so that after a crash nothing waits for as long as the slowest mail server may take.
const LEASE: i64 = 15_000;
/// How often it is said.
const KEEP: Duration = Duration::from_secs(4);
/// How long what is under way has left when the server is told to stop.
const LAST: Duration = Duration::from_secs(10);
/// How long to wait after the end of each attempt that failed, in milliseconds; after the last one it is given up.
/// The first is for a connection that broke, the next for a server that is restarted or keeps strangers waiting, the
/// rest for one that is down over a night.
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
/// How often the others are forgotten.
const CLEARING: Duration = Duration::from_secs(3_600);

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

    /// Works until `stopped`; what is under way then has [`LAST`] left.
    pub(crate) async fn work(self, app: App, mut stopped: oneshot::Receiver<()>) {
        let mut worker = Worker {
            outbox: Arc::new(self),
            app,
            tries: JoinSet::new(),
            places: Places::default(),
            kept: Instant::now(),
        };
        let mut cleared = Instant::now();
        loop {
            if let Err(error) = worker.fill().await {
                tracing::error!(%error, "the outbox cannot be read");
            }
            if cleared.elapsed() >= CLEARING {
                cleared = Instant::now();
                let forgotten = worker.app.store.write(|db| {
                    db.forget_old_secrets(now())?;
                    db.forget_deliveries(now() - KEPT)
                });
                if let Err(error) = forgotten.await {
                    tracing::error!(%error, "old deliveries cannot be removed");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = worker.end() => {}
                _ = &mut stopped => break,
            }
        }
        worker.stop().await;
    }

    /// Tries one delivery and notes how that has ended.
    async fn deliver(&self, app: &App, delivery: Delivery) {
        let ended = self.attempt(app, &delivery, wait(delivery.attempt)).await;
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
        wait: Option<i64>,
    ) -> Result<Ended, StoreError> {
        match delivery.channel {
            Channel::Email => self.email(app, delivery, wait).await,
            Channel::Webhook => {
                let target = delivery.target.clone();
                match app.store.read(move |db| db.webhook(&target)).await? {
                    // The shop has taken it away.
                    None => Ok(Ended::Dropped),
                    Some(webhook) if !webhook.active => {
                        Ok(failed(None, DeliveryFault::SwitchedOff))
                    }
                    Some(webhook) => {
                        let call = self.caller.call(&webhook, delivery, now(), wait);
                        let ended = tokio::time::timeout(PATIENCE, call).await;
                        Ok(ended.unwrap_or_else(|_| failed(wait, DeliveryFault::TooSlow)))
                    }
                }
            }
        }
    }

    async fn email(
        &self,
        app: &App,
        delivery: &Delivery,
        wait: Option<i64>,
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
        // Before anything is said of the mail server, or the staff would see addresses that have no account.
        let Ready { message, language } = match links::complete(app, delivery, message).await? {
            Ok(ready) => ready,
            Err(ended) => return Ok(ended),
        };
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
        let lang = Lang::from_tag(&language)
            .or_else(|| Lang::from_tag(&delivery.shop_language))
            .unwrap_or_default();
        let letter = letters::write(
            &message,
            lang,
            (&delivery.shop_name, &delivery.time_zone),
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
        Ok(mailer.send(&envelope, letter, wait).await)
    }
}

/// What is under way, and who tries it.
struct Worker {
    outbox: Arc<Outbox>,
    app: App,
    tries: JoinSet<()>,
    places: Places,
    /// When others were last told what is under way here.
    kept: Instant,
}

impl Worker {
    /// Gives every free place to something that is due, and tells others what is under way.
    async fn fill(&mut self) -> Result<(), StoreError> {
        loop {
            let due = self.app.store.read(Db::due_deliveries).await?;
            let (emails, calls) = self.places.free(&due);
            let told = Instant::now();
            let is_time = told.duration_since(self.kept) >= KEEP;
            let kept = if is_time {
                self.places.under_way()
            } else {
                Vec::new()
            };
            if emails == 0 && calls.is_empty() && kept.is_empty() {
                return Ok(());
            }
            let claim = move |db: &mut Db| {
                // First, or what is under way here could be claimed here once more.
                db.keep_deliveries(&kept, LEASE)?;
                db.claim_deliveries(emails, &calls, LEASE)
            };
            let claimed = self.app.store.write(claim).await?;
            if is_time {
                self.kept = told;
            }
            if claimed.is_empty() {
                return Ok(());
            }
            for delivery in claimed {
                self.begin(delivery);
            }
        }
    }

    fn begin(&mut self, delivery: Delivery) {
        let (outbox, app) = (self.outbox.clone(), self.app.clone());
        let tried = delivery.clone();
        let task = self
            .tries
            .spawn(async move { outbox.deliver(&app, tried).await });
        self.places.take(task.id(), &delivery);
    }

    /// Waits until a place is free again.
    async fn end(&mut self) {
        let mut ended = self.tries.join_next_with_id().await;
        if ended.is_none() {
            std::future::pending::<()>().await;
        }
        while let Some(one) = ended {
            let task = match one {
                Ok((task, ())) => task,
                Err(error) => error.id(),
            };
            self.places.leave(task);
            ended = self.tries.try_join_next_with_id();
        }
    }

    /// Waits for what is under way, for a while.
    async fn stop(mut self) {
        let kept = self.places.under_way();
        let keep = move |db: &mut Db| db.keep_deliveries(&kept, LEASE);
        if let Err(error) = self.app.store.write(keep).await {
            tracing::error!(%error, "others cannot be told what is under way");
        }
        let ended = async { while self.tries.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST, ended).await.is_err() {
            // Whether they were accepted nobody knows.
            tracing::warn!("some deliveries under way come due again");
        }
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

fn failed(wait: Option<i64>, fault: DeliveryFault) -> Ended {
    let error = DeliveryError::from(fault);
    match wait {
        Some(wait) => Ended::Failed {
            again_at: now() + wait,
            error,
        },
        None => Ended::GivenUp { error },
    }
}

/// How long to wait after the attempt with this number has failed, in milliseconds; `None` to give up.
fn wait(attempt: u32) -> Option<i64> {
    let at = usize::try_from(attempt).ok()?.checked_sub(1)?;
    WAITS.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_for_a_day_and_then_given_up() {
        let attempts = u32::try_from(WAITS.len()).unwrap();
        let waits: Vec<i64> = (1..=attempts)
            .map(|attempt| wait(attempt).unwrap())
            .collect();
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(wait(attempts + 1), None);
    }

    #[test]
    fn nobody_else_tries_what_is_still_under_way() {
        let lease = Duration::from_millis(LEASE.try_into().unwrap());
        assert!(KEEP * 3 < lease && LAST < lease);
    }
}
