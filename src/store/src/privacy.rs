//! A customer's data as a whole: what is known, and how it is deleted.

use crate::accounts::lock;
use crate::catalogue::catalogue_lock;
use crate::db::Sql;
use crate::ratings::{Change, Counted};
use crate::{Db, StoreError, now};
use bookplate_wire::notifications::{CustomerEvent, Event};
use bookplate_wire::privacy::{Archive, KnownBy, OwnReview, ReviewsKept};
use bookplate_wire::{CustomerId, SessionId, ShopId, WorkId};
use std::collections::BTreeMap;

/// How many orders or notifications are read at a time.
const BATCH: u32 = 100;

/// What is a customer's own and goes with the customer, in an order that references allow.
const OWN: [&str; 12] = [
    "DELETE FROM outbox WHERE customer_id = $1",
    "DELETE FROM notifications WHERE customer_id = $1",
    "DELETE FROM consent_changes WHERE customer_id = $1",
    "DELETE FROM consents WHERE customer_id = $1",
    "DELETE FROM passkey_challenges WHERE customer_id = $1",
    "DELETE FROM passkeys WHERE customer_id = $1",
    "DELETE FROM password_resets WHERE customer_id = $1",
    "DELETE FROM sign_ups WHERE EXISTS (SELECT 1 FROM logins l WHERE l.customer_id = $1 \
     AND l.shop_id = sign_ups.shop_id AND l.email = sign_ups.email)",
    "DELETE FROM logins WHERE customer_id = $1",
    "DELETE FROM session_secrets WHERE session_id IN \
     (SELECT id FROM customer_sessions WHERE customer_id = $1)",
    "DELETE FROM customer_sessions WHERE customer_id = $1",
    "DELETE FROM customer_identifiers WHERE customer_id = $1",
];

impl Db {
    /// All that is known of a customer, who asks in the session `current`; `None` when there is no such customer.
    ///
    /// Days are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn archive(
        &mut self,
        customer: &CustomerId,
        current: &SessionId,
    ) -> Result<Option<Archive>, StoreError> {
        let Some(profile) = self.customer(customer)? else {
            return Ok(None);
        };
        let (mut orders, mut after) = (Vec::new(), None);
        loop {
            let page = self.orders(customer, after.as_deref(), BATCH)?;
            orders.extend(page.orders);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (mut notifications, mut after) = (Vec::new(), None);
        loop {
            let page = self.notifications(customer, after.as_deref(), BATCH)?;
            notifications.extend(page.notifications);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(Some(Archive {
            made_at: now(),
            shop: String::new(),
            known_by: self.known_by(customer)?,
            orders,
            reviews: self.own_reviews(customer, &profile.external_id)?,
            consents: self.consents(customer)?,
            consent_changes: self.consent_changes(customer, u32::MAX)?,
            sessions: self.sessions(customer, current)?,
            notifications,
            profile,
        }))
    }

    fn known_by(&mut self, customer: &CustomerId) -> Result<Vec<KnownBy>, StoreError> {
        Sql::new(
            "SELECT kind, value FROM customer_identifiers WHERE customer_id = $1 \
             ORDER BY kind, value",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(KnownBy {
                kind: row.get("kind")?,
                value: row.get("value")?,
            })
        })
        .collect()
    }

    fn own_reviews(
        &mut self,
        customer: &CustomerId,
        external_id: &str,
    ) -> Result<Vec<OwnReview>, StoreError> {
        if external_id.is_empty() {
            return Ok(Vec::new());
        }
        Sql::new(
            "SELECT r.id, r.rating, r.title, r.body, r.author, r.created_at, e.isbn FROM reviews r \
             JOIN customers c ON c.shop_id = r.shop_id JOIN editions e ON e.id = r.edition_id \
             WHERE c.id = $1 AND r.customer = $2 ORDER BY r.created_at DESC, r.id DESC",
        )
        .arg(customer)
        .arg(external_id)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(OwnReview {
                id: row.get("id")?,
                isbn: row.get("isbn")?,
                rating: row.get("rating")?,
                title: row.get("title")?,
                body: row.get("body")?,
                author: row.get("author")?,
                created_at: row.get("created_at")?,
            })
        })
        .collect()
    }

    /// Deletes a customer. Orders stay with the shop, which has to account for them, and name nobody any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_customer(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        reviews: ReviewsKept,
    ) -> Result<(), StoreError> {
        let known_by = self.known_by(customer)?;
        // Nobody may give an order to who is just going.
        let locks = known_by.iter();
        self.lock(locks.map(|known| lock(shop, &known.kind, &known.value)))?;
        let Some(profile) = self.customer(customer)? else {
            return Ok(());
        };
        if !profile.external_id.is_empty() {
            self.let_go_of_reviews(shop, &profile.external_id, reviews)?;
        }
        Sql::new(
            "UPDATE orders SET customer_id = NULL, customer_kind = '', customer_value = '' \
             WHERE customer_id = $1",
        )
        .arg(customer)
        .run(self)?;
        for statement in OWN {
            Sql::new(statement).arg(customer).run(self)?;
        }
        Sql::new("DELETE FROM customers WHERE id = $1")
            .arg(customer)
            .run(self)?;
        let about = CustomerEvent {
            customer: customer.clone(),
            external_id: profile.external_id,
        };
        self.emit(shop, &Event::CustomerDeleted(about))
    }

    fn let_go_of_reviews(
        &mut self,
        shop: &ShopId,
        writer: &str,
        reviews: ReviewsKept,
    ) -> Result<(), StoreError> {
        let some = Sql::new("SELECT 1 FROM reviews WHERE shop_id = $1 AND customer = $2 LIMIT 1");
        if some.arg(shop).arg(writer).row(self)?.is_none() {
            return Ok(());
        }
        self.lock([catalogue_lock(shop)])?;
        let rows = Sql::new(
            "SELECT work_id, rating, language_primary, verified, photos FROM reviews \
             WHERE shop_id = $1 AND customer = $2",
        )
        .arg(shop)
        .arg(writer)
        .rows(self)?;
        // Ordered, so that two at once lock the works in the same order.
        let mut changes: BTreeMap<WorkId, Change> = BTreeMap::new();
        for row in &rows {
            let change = changes.entry(row.get("work_id")?).or_default();
            match reviews {
                ReviewsKept::Remove => change.remove(&Counted {
                    rating: row.get("rating")?,
                    language: row.get("language_primary")?,
                    verified: row.get("verified")?,
                    photos: row.get("photos")?,
                }),
                // The figures stay as they are; that something has changed is told to caches.
                ReviewsKept::KeepAnonymous => {}
            }
        }
        Sql::new(match reviews {
            ReviewsKept::Remove => "DELETE FROM reviews WHERE shop_id = $1 AND customer = $2",
            ReviewsKept::KeepAnonymous => {
                "UPDATE reviews SET author = '', customer = '' WHERE shop_id = $1 AND customer = $2"
            }
        })
        .arg(shop)
        .arg(writer)
        .run(self)?;
        for (work, change) in changes {
            change.apply(self, &work)?;
        }
        Ok(())
    }
}
