//! A customer's data as a whole: what is known, and how it is deleted.

use crate::accounts::lock;
use crate::catalogue::catalogue_lock;
use crate::db::Sql;
use crate::feedback;
use crate::orders::GONE;
use crate::passkeys::PasskeyHolder;
use crate::reviews::NETWORK_KEPT;
use crate::wishlists::{self, REMOVED_KEPT};
use crate::{Db, StoreError, now};
use bookplate_wire::notifications::{CustomerEvent, Event};
use bookplate_wire::points::checkout::Reservation;
use bookplate_wire::points::rewards::Redemption;
use bookplate_wire::points::tiers::TierChange;
use bookplate_wire::points::{PointsBalance, PointsEntry};
use bookplate_wire::privacy::{Archive, KnownBy, OwnLogin, PastSession, ReviewsKept};
use bookplate_wire::{CustomerId, SessionId, ShopId};

/// For how long a departure is remembered, in milliseconds: longer than an identity token can be valid.
const DEPARTED: i64 = 60 * 60 * 1_000;

/// How many orders or notifications are read at a time.
const BATCH: u32 = 100;

/// What is a customer's own and goes with the customer, in an order that references allow.
const OWN: [&str; 38] = [
    "DELETE FROM outbox WHERE customer_id = $1",
    // Letters to an address, whoever has it: to confirm it, or to choose another password.
    "DELETE FROM outbox WHERE channel = 'email' AND EXISTS (SELECT 1 FROM customers c \
     WHERE c.id = $1 AND c.shop_id = outbox.shop_id) AND target IN (SELECT l.email FROM logins l \
     WHERE l.customer_id = $1 UNION SELECT i.value FROM customer_identifiers i \
     WHERE i.customer_id = $1 AND i.kind = 'email')",
    "DELETE FROM notifications WHERE customer_id = $1",
    "DELETE FROM review_request_books WHERE customer_id = $1",
    "DELETE FROM review_requests WHERE customer_id = $1",
    "DELETE FROM wishlist_followers WHERE customer_id = $1 \
     OR list_id IN (SELECT id FROM wishlists WHERE customer_id = $1)",
    "DELETE FROM wishlist_editors WHERE customer_id = $1 \
     OR list_id IN (SELECT id FROM wishlists WHERE customer_id = $1)",
    "DELETE FROM wishlist_invitations WHERE list_id IN (SELECT id FROM wishlists WHERE customer_id = $1)",
    "DELETE FROM wishlist_gifts WHERE list_id IN (SELECT id FROM wishlists WHERE customer_id = $1) \
     OR (customer_id = $1 AND bought = 0)",
    // What was bought is given, by nobody in particular, or somebody else would give it once more.
    "UPDATE wishlist_gifts SET customer_id = NULL, name = '' WHERE customer_id = $1",
    "UPDATE wishes SET added_by = NULL WHERE added_by = $1",
    "DELETE FROM wish_digests WHERE customer_id = $1",
    "DELETE FROM wish_news WHERE customer_id = $1",
    "DELETE FROM wish_alert_authors WHERE customer_id = $1",
    "DELETE FROM wish_alerts WHERE customer_id = $1",
    "DELETE FROM follows WHERE customer_id = $1",
    "DELETE FROM shelf_books WHERE customer_id = $1",
    "DELETE FROM wishes WHERE list_id IN (SELECT id FROM wishlists WHERE customer_id = $1)",
    "DELETE FROM wishlists WHERE customer_id = $1",
    "DELETE FROM survey_replies WHERE answer_id IN (SELECT id FROM survey_answers WHERE customer_id = $1)",
    "DELETE FROM survey_answers WHERE customer_id = $1",
    "DELETE FROM nps_asks WHERE customer_id = $1",
    "DELETE FROM nps_turns WHERE customer_id = $1",
    "DELETE FROM consent_changes WHERE customer_id = $1",
    "DELETE FROM consents WHERE customer_id = $1",
    "DELETE FROM passkey_challenges WHERE subject = $1",
    "DELETE FROM passkeys WHERE customer_id = $1",
    "DELETE FROM password_resets WHERE customer_id = $1",
    "DELETE FROM sign_ups WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = $1 \
     AND c.shop_id = sign_ups.shop_id) AND email IN (SELECT l.email FROM logins l \
     WHERE l.customer_id = $1 UNION SELECT i.value FROM customer_identifiers i \
     WHERE i.customer_id = $1 AND i.kind = 'email')",
    "DELETE FROM referral_codes WHERE customer_id = $1",
    // The ledger stays, and does not say whose it was.
    "UPDATE point_accounts SET customer_id = NULL WHERE customer_id = $1",
    // Who gains and who loses by other rules can be found out again.
    "DELETE FROM point_simulations WHERE shop_id = (SELECT c.shop_id FROM customers c WHERE c.id = $1) \
     AND result LIKE '%' || $1 || '%'",
    "DELETE FROM logins WHERE customer_id = $1",
    "DELETE FROM session_secrets WHERE session_id IN \
     (SELECT id FROM customer_sessions WHERE customer_id = $1)",
    "DELETE FROM customer_sessions WHERE customer_id = $1",
    "DELETE FROM customer_identifiers WHERE customer_id = $1",
    "DELETE FROM customer_words WHERE customer_id = $1",
    "DELETE FROM customers_without_words WHERE customer_id = $1",
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
        let (points, points_entries) = self.archived_points(customer)?;
        let (redemptions, reservations) = self.archived_rewards(customer)?;
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
            login: self.own_login(customer)?,
            passkeys: self.passkeys(&PasskeyHolder::Customer(customer.clone()))?,
            refunds: self.refunds_of(customer)?,
            orders,
            reviews: self.own_reviews(customer, None)?,
            review_versions: self.versions_by(customer)?,
            photos: self.photos_of(customer)?,
            review_votes: self.own_votes(customer, None)?,
            review_requests: self.review_requests_of(customer)?,
            review_reports: self.reports_by(customer)?,
            feedback_cases: self.cases_of(customer)?,
            survey_answers: self.surveys_answered_by(customer)?,
            nps: self.nps_of(customer)?,
            wishlists: self.kept_wishlists(customer)?,
            edited_wishlists: self.edited_wishlists(customer)?,
            followed_wishlists: self.followed_wishlists(customer)?,
            gifts: self.gifts_of(customer)?,
            alerts: self.all_alerts(customer)?,
            follows: self.follows(customer)?,
            shelf: self.whole_shelf(customer)?,
            points,
            points_entries,
            tiers: self.archived_tiers(customer)?,
            referral: self.kept_referral(customer)?,
            redemptions,
            reservations,
            consents: self.consents(customer)?,
            consent_changes: self.consent_changes(customer, u32::MAX)?,
            sessions: self.sessions(customer, current)?,
            past_sessions: self.past_sessions(customer)?,
            notifications,
            profile,
        }))
    }

    fn archived_points(
        &mut self,
        customer: &CustomerId,
    ) -> Result<(Option<PointsBalance>, Vec<PointsEntry>), StoreError> {
        let shop: Option<ShopId> = Sql::new("SELECT shop_id FROM customers WHERE id = $1")
            .arg(customer)
            .value(self)?;
        let Some(shop) = shop else {
            return Ok((None, Vec::new()));
        };
        let balance = self.points_balance(&shop, customer)?;
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let page = self.points_entries(&shop, customer, None, after.as_deref(), BATCH)?;
            entries.extend(page.entries);
            after = page.next;
            if after.is_none() {
                return Ok((balance, entries));
            }
        }
    }

    fn archived_tiers(&mut self, customer: &CustomerId) -> Result<Vec<TierChange>, StoreError> {
        let shop: Option<ShopId> = Sql::new("SELECT shop_id FROM customers WHERE id = $1")
            .arg(customer)
            .value(self)?;
        match shop {
            Some(shop) => Ok(self.tier_history(&shop, customer)?.changes),
            None => Ok(Vec::new()),
        }
    }

    fn archived_rewards(
        &mut self,
        customer: &CustomerId,
    ) -> Result<(Vec<Redemption>, Vec<Reservation>), StoreError> {
        let shop: Option<ShopId> = Sql::new("SELECT shop_id FROM customers WHERE id = $1")
            .arg(customer)
            .value(self)?;
        let Some(shop) = shop else {
            return Ok((Vec::new(), Vec::new()));
        };
        let redemptions = self
            .redemptions(&shop, customer, None, u32::MAX)?
            .redemptions;
        Ok((redemptions, self.reservations_of(&shop, customer)?))
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

    fn own_login(&mut self, customer: &CustomerId) -> Result<Option<OwnLogin>, StoreError> {
        Sql::new("SELECT email, created_at, changed_at FROM logins WHERE customer_id = $1")
            .arg(customer)
            .row(self)?
            .map(|row| {
                Ok(OwnLogin {
                    email: row.get("email")?,
                    created_at: row.get("created_at")?,
                    changed_at: row.get("changed_at")?,
                })
            })
            .transpose()
    }

    fn past_sessions(&mut self, customer: &CustomerId) -> Result<Vec<PastSession>, StoreError> {
        Sql::new(
            "SELECT device, created_at, seen_at, ended_at FROM customer_sessions \
             WHERE customer_id = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(PastSession {
                device: row.get("device")?,
                created_at: row.get("created_at")?,
                seen_at: row.get("seen_at")?,
                ended_at: row.get("ended_at")?,
            })
        })
        .collect()
    }

    /// Deletes a customer. Orders stay with the shop, which has to account for them, and name nobody any more.
    ///
    /// All that name the customer by something that was confirmed or vouched for are the customer's, from before the
    /// account too, so no such address is left in them. One that names an address which the customer has only claimed
    /// is kept as it is: it is not known to be the customer's, and whoever confirms the address finds it. So is one of
    /// somebody else's, from when that one had the address.
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
        // As everybody does first who changes a login.
        if let Some(login) = self.login_of(customer)? {
            self.hold_login(&login)?;
        }
        self.lock([catalogue_lock(shop)])?;
        self.let_go_of_points(shop, customer)?;
        // Last of all: who changes wishlists locks nothing else.
        self.lock([wishlists::lock_of(customer)])?;
        self.tell_givers_to(shop, customer)?;
        self.let_go_of_votes(customer)?;
        self.let_go_of_reviews(shop, customer, reviews == ReviewsKept::KeepAnonymous)?;
        for known in known_by.iter().filter(|known| known.kind == "external") {
            self.note_departure(shop, customer, &known.value)?;
        }
        Sql::new(
            "UPDATE orders SET customer_id = NULL, customer_kind = $1, customer_value = '' \
             WHERE customer_id = $2",
        )
        .arg(GONE)
        .arg(customer)
        .run(self)?;
        for statement in feedback::OWN.into_iter().chain(OWN) {
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

    /// Remembers that somebody has gone: see [`Db::has_left`].
    fn note_departure(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        external_id: &str,
    ) -> Result<(), StoreError> {
        // The shop's clock may be ahead of ours.
        Sql::new(
            "INSERT INTO departures (shop_id, external_id, left_at) \
             SELECT shop_id, CAST($1 AS TEXT), CASE WHEN told_at > CAST($2 AS BIGINT) \
             THEN told_at ELSE CAST($2 AS BIGINT) END FROM customers WHERE id = $3 AND shop_id = $4 \
             ON CONFLICT (shop_id, external_id) DO UPDATE SET left_at = excluded.left_at",
        )
        .arg(external_id)
        .arg(now())
        .arg(customer)
        .arg(shop)
        .run(self)
        .map(drop)
    }

    /// Whether the customer whom the shop calls `external_id` has deleted the account after an identity token was
    /// made at `issued_at`: such a token does not make the account again. One that is made later does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has_left(
        &mut self,
        shop: &ShopId,
        external_id: &str,
        issued_at: i64,
    ) -> Result<bool, StoreError> {
        // Who is just going is waited for.
        self.lock([lock(shop, "external", external_id)])?;
        let left_at: Option<i64> =
            Sql::new("SELECT left_at FROM departures WHERE shop_id = $1 AND external_id = $2")
                .arg(shop)
                .arg(external_id)
                .value(self)?;
        Ok(left_at.is_some_and(|left_at| issued_at <= left_at))
    }

    /// Forgets what has ended by itself: departures that no identity token can be from before of, sign-ups that
    /// nobody has confirmed, links to choose another password, photos that no review has named, wishes that were taken out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_what_has_ended(&mut self) -> Result<(), StoreError> {
        let now = now();
        for (statement, before) in [
            ("DELETE FROM departures WHERE left_at < $1", now - DEPARTED),
            ("DELETE FROM sign_ups WHERE expires_at < $1", now),
            ("DELETE FROM password_resets WHERE expires_at < $1", now),
            ("DELETE FROM feedback_readers WHERE until < $1", now),
            (
                "DELETE FROM review_networks WHERE written_at < $1",
                now - NETWORK_KEPT,
            ),
        ] {
            Sql::new(statement).arg(before).run(self)?;
        }
        self.forget_removed_wishes(now - REMOVED_KEPT)?;
        self.forget_waiting_photos()
    }
}
