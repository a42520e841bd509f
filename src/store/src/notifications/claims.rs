//! Who tries what of the outbox, and for how long nobody else does.

use super::outbox::{Delivery, delivery_of};
use crate::db::{LIST, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::DeliveryId;

/// What is due.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Due {
    /// Whether an email is.
    pub email: bool,
    /// The webhooks for which something is, in the order of their ids.
    pub webhooks: Vec<String>,
}

impl Db {
    /// What is due, found without looking at more of it than the first of each receiver.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn due_deliveries(&mut self) -> Result<Due, StoreError> {
        let now = now();
        let email = Sql::new(
            "SELECT 1 FROM outbox WHERE state = 'waiting' AND channel = 'email' AND due_at <= $1 \
             ORDER BY due_at LIMIT 1",
        )
        .arg(now)
        .row(self)?
        .is_some();
        // From one webhook to the next, past all that waits for it.
        let webhooks = Sql::new(
            "WITH RECURSIVE targets (target) AS ( \
             SELECT MIN(target) FROM outbox WHERE state = 'waiting' AND channel = 'webhook' \
             UNION ALL \
             SELECT (SELECT MIN(o.target) FROM outbox o WHERE o.state = 'waiting' \
             AND o.channel = 'webhook' AND o.target > t.target) \
             FROM targets t WHERE t.target IS NOT NULL) \
             SELECT t.target FROM targets t WHERE EXISTS (SELECT 1 FROM outbox o \
             WHERE o.state = 'waiting' AND o.channel = 'webhook' AND o.target = t.target \
             AND o.due_at <= $1) ORDER BY t.target",
        )
        .arg(now)
        .values(self)?;
        Ok(Due { email, webhooks })
    }

    /// Up to so many emails, and up to so many calls of each of these webhooks, that are due, for the caller to
    /// try. They come due again after `lease` milliseconds, for others to try, unless [`Db::keep_deliveries`]
    /// says that they are still tried or [`Db::end_delivery`] what has become of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn claim_deliveries(
        &mut self,
        emails: usize,
        calls: &[(String, usize)],
        lease: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        // Two instances would read the same rows.
        self.lock(["outbox".to_owned()])?;
        let now = now();
        let mut claimed = Vec::new();
        let email = (" AND o.channel = 'email'", None, emails);
        let calls = calls.iter().map(|(webhook, limit)| {
            let of_it = " AND o.channel = 'webhook' AND o.target = ";
            (of_it, Some(webhook), *limit)
        });
        let all = std::iter::once(email).chain(calls);
        for (which, target, limit) in all.filter(|(_, _, limit)| *limit > 0) {
            let mut sql = Sql::new(
                "SELECT o.id, o.shop_id, o.customer_id, o.channel, o.target, o.language, o.payload, \
                 o.attempts + 1 AS attempt, o.created_at, s.name, s.default_language, s.time_zone, \
                 s.quiet_from, s.quiet_until FROM outbox o JOIN shops s ON s.id = o.shop_id \
                 WHERE o.state = 'waiting'",
            );
            sql.push(which);
            if let Some(target) = target {
                sql.bind(target);
            }
            sql.push(" AND o.due_at <= ")
                .bind(now)
                .push(" ORDER BY o.due_at, o.id LIMIT ")
                .bind(i64::try_from(limit.min(LIST)).unwrap_or_default());
            for row in sql.rows(self)? {
                claimed.push(delivery_of(&row)?);
            }
        }
        for some in claimed.chunks(LIST) {
            let mut sql = Sql::new("UPDATE outbox SET attempts = attempts + 1, due_at = ");
            sql.bind(now + lease)
                .push(" WHERE id IN (")
                .bind_all(some.iter().map(|delivery| &delivery.id))
                .push(")");
            sql.run(self)?;
        }
        Ok(claimed)
    }

    /// Says that these are still being tried: they come due again no sooner than `lease` milliseconds from now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn keep_deliveries(&mut self, ids: &[DeliveryId], lease: i64) -> Result<(), StoreError> {
        for some in ids.chunks(LIST) {
            let until = now() + lease;
            let mut sql = Sql::new("UPDATE outbox SET due_at = ");
            // One that has just ended may wait for longer than that.
            sql.bind(until)
                .push(" WHERE state = 'waiting' AND due_at < ")
                .bind(until)
                .push(" AND id IN (")
                .bind_all(some)
                .push(")");
            sql.run(self)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::outbox::{Ended, NewDelivery};
    use super::*;
    use crate::Store;
    use crate::audit::Actor;
    use crate::shops::NewShop;
    use bookplate_wire::ShopId;
    use bookplate_wire::deliveries::{Channel, DeliveryFault};
    use tempfile::TempDir;

    /// Long enough for a test.
    const LEASE: i64 = 3_600_000;

    /// A store with a shop, and the folder that it is in.
    async fn shop() -> (Store, ShopId, TempDir) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("test.db");
        let store = Store::open(&format!("sqlite:{}", file.display()))
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let shop = NewShop {
            name: "Test shop".to_owned(),
            time_zone: "UTC".to_owned(),
            calling_code: None,
            public_key: "pk_test".to_owned(),
            origins: Vec::new(),
            quiet: None,
            book_url: None,
        };
        let put = move |db: &mut Db| db.put_shop(&Actor::Command, &shop);
        let shop = store.write(put).await.unwrap();
        (store, shop, folder)
    }

    /// Has something delivered to `target`.
    fn post(db: &mut Db, shop: &ShopId, channel: Channel, target: &str) {
        db.post(&NewDelivery {
            shop,
            customer: None,
            channel,
            kind: "test",
            target,
            language: "",
            payload: "{}",
        })
        .unwrap();
    }

    fn claim(db: &mut Db, emails: usize, calls: &[(&str, usize)], lease: i64) -> Vec<Delivery> {
        let calls: Vec<_> = calls
            .iter()
            .map(|&(id, limit)| (id.to_owned(), limit))
            .collect();
        db.claim_deliveries(emails, &calls, lease).unwrap()
    }

    fn targets(claimed: &[Delivery]) -> Vec<&str> {
        claimed
            .iter()
            .map(|delivery| delivery.target.as_str())
            .collect()
    }

    #[tokio::test]
    async fn only_so_many_of_each_are_claimed() {
        let (store, shop, _folder) = shop().await;
        let work = move |db: &mut Db| {
            assert_eq!(db.due_deliveries()?, Due::default());
            for _ in 0..3 {
                post(db, &shop, Channel::Webhook, "whk_a");
                post(db, &shop, Channel::Webhook, "whk_b");
                post(db, &shop, Channel::Email, "lin@example.com");
            }
            let due = db.due_deliveries()?;
            assert!(due.email);
            assert_eq!(due.webhooks, ["whk_a", "whk_b"]);

            let claimed = claim(db, 2, &[("whk_b", 1)], LEASE);
            let expected = ["lin@example.com", "lin@example.com", "whk_b"];
            assert_eq!(targets(&claimed), expected);
            let claimed = claim(db, 9, &[("whk_a", 9)], LEASE);
            let expected = ["lin@example.com", "whk_a", "whk_a", "whk_a"];
            assert_eq!(targets(&claimed), expected);
            let due = db.due_deliveries()?;
            assert!(!due.email);
            assert_eq!(due.webhooks, ["whk_b"]);
            Ok::<_, StoreError>(())
        };
        store.write(work).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_kept_is_not_claimed_by_others() {
        let (store, shop, _folder) = shop().await;
        let work = move |db: &mut Db| {
            post(db, &shop, Channel::Email, "lin@example.com");
            // A lease that has ended.
            let first = claim(db, 1, &[], -1);
            assert_eq!(first[0].attempt, 1);
            assert!(db.due_deliveries()?.email);
            let ids = [first[0].id.clone()];
            db.keep_deliveries(&ids, LEASE)?;
            assert!(!db.due_deliveries()?.email);
            assert_eq!(claim(db, 1, &[], LEASE), []);

            // What has failed waits no shorter and no longer.
            let again_at = now() + 2 * LEASE;
            let error = DeliveryFault::MailServerUnreachable.into();
            db.end_delivery(&ids[0], &Ended::Failed { again_at, error })?;
            db.keep_deliveries(&ids, LEASE)?;
            let due_at: Option<i64> = Sql::new("SELECT due_at FROM outbox").value(db)?;
            assert_eq!(due_at, Some(again_at));
            Ok::<_, StoreError>(())
        };
        store.write(work).await.unwrap();
    }
}
