//! Sessions: what was given out, until when it is taken, and where a customer is signed in.

use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::SignedIn;
use bookplate_wire::{CustomerId, SessionId};

/// How exactly it is known when a session was last seen, in milliseconds.
pub(super) const SEEN_WITHIN: i64 = 10 * 60 * 1_000;

/// The `valid_from` of a session that has ended and never goes on. One that the shop vouches for does, when the
/// customer signs in there again.
const FOR_EVER: i64 = i64::MAX;

/// A session that an access token can be given out for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The session.
    pub session: SessionId,
    /// Whether something has to be written first: it is new, or was not seen for a while.
    pub is_stale: bool,
}

/// Why no session can be begun or gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// What is shown was given out before the customer signed out.
    SignedOut,
    /// What is shown was never given out by this shop, or so long ago that it is forgotten.
    Unknown,
    /// What is shown is too old.
    Expired,
    /// What is shown is taken once, and was taken before.
    Used,
}

impl Db {
    /// The session of a customer on a device, if there is one, for an identity token that was made at
    /// `issued_at`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn session_on(
        &mut self,
        customer: &CustomerId,
        device: &str,
        issued_at: i64,
    ) -> Result<Result<Option<Given>, Refusal>, StoreError> {
        let signed_out_at: Option<i64> =
            Sql::new("SELECT signed_out_at FROM customers WHERE id = $1")
                .arg(customer)
                .value(self)?;
        if issued_at <= signed_out_at.unwrap_or_default() {
            return Ok(Err(Refusal::SignedOut));
        }
        let row = Sql::new(
            "SELECT id, seen_at, valid_from FROM customer_sessions \
             WHERE customer_id = $1 AND device = $2 AND kind = 'identity'",
        )
        .arg(customer)
        .arg(device)
        .row(self)?;
        let Some(row) = row else { return Ok(Ok(None)) };
        let (seen_at, valid_from): (i64, i64) = (row.get("seen_at")?, row.get("valid_from")?);
        Ok(Ok(Some(Given {
            session: row.get("id")?,
            // After signing out it has to be seen again, to be listed as signed in.
            is_stale: seen_at <= valid_from || seen_at < now() - SEEN_WITHIN,
        })))
    }

    /// Begins a session by the shop's word on a device, or notes that it was seen.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn see_session(
        &mut self,
        customer: &CustomerId,
        device: &str,
    ) -> Result<SessionId, StoreError> {
        let now = now();
        Sql::new(
            "INSERT INTO customer_sessions (id, customer_id, kind, device, created_at, seen_at, \
             valid_from) VALUES ($1, $2, 'identity', $3, $4, $5, 0) \
             ON CONFLICT (customer_id, device) WHERE kind = 'identity' \
             DO UPDATE SET seen_at = excluded.seen_at RETURNING id",
        )
        .arg(&SessionId::new_id())
        .arg(customer)
        .arg(device)
        .arg(now)
        .arg(now)
        .value(self)?
        .ok_or(StoreError::Corrupt("customer_sessions.id"))
    }

    /// Begins a session of our own login, which is one of its own on every device.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn begin_session(
        &mut self,
        customer: &CustomerId,
        device: &str,
    ) -> Result<SessionId, StoreError> {
        self.forget_sessions(customer)?;
        let (id, now) = (SessionId::new_id(), now());
        Sql::new(
            "INSERT INTO customer_sessions (id, customer_id, kind, device, created_at, seen_at, \
             valid_from) VALUES ($1, $2, 'login', $3, $4, $5, 0)",
        )
        .arg(&id)
        .arg(customer)
        .arg(device)
        .arg(now)
        .arg(now)
        .run(self)?;
        Ok(id)
    }

    /// Whether what was given out for a session at `given_at` is still taken.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn is_signed_in(
        &mut self,
        customer: &CustomerId,
        session: &SessionId,
        given_at: i64,
    ) -> Result<bool, StoreError> {
        let valid_from: Option<i64> =
            Sql::new("SELECT valid_from FROM customer_sessions WHERE id = $1 AND customer_id = $2")
                .arg(session)
                .arg(customer)
                .value(self)?;
        Ok(valid_from.is_some_and(|from| given_at > from))
    }

    /// Where a customer is signed in, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn sessions(
        &mut self,
        customer: &CustomerId,
        current: &SessionId,
    ) -> Result<Vec<SignedIn>, StoreError> {
        Sql::new(
            "SELECT id, device, created_at, seen_at FROM customer_sessions s \
             WHERE customer_id = $1 AND seen_at > valid_from AND (kind = 'identity' OR EXISTS \
             (SELECT 1 FROM session_secrets x WHERE x.session_id = s.id AND x.used_at IS NULL \
             AND x.expires_at > $2)) ORDER BY seen_at DESC, id DESC",
        )
        .arg(customer)
        .arg(now())
        .rows(self)?
        .iter()
        .map(|row| {
            let id: SessionId = row.get("id")?;
            Ok(SignedIn {
                current: id == *current,
                id,
                device: row.get("device")?,
                created_at: row.get("created_at")?,
                seen_at: row.get("seen_at")?,
            })
        })
        .collect()
    }

    /// Ends a session of a customer: nothing that was given out for it is taken any more, wherever that is,
    /// and where the shop has vouched for it, no identity token that was made before. False when the
    /// customer has no such session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end_session(
        &mut self,
        customer: &CustomerId,
        session: &SessionId,
    ) -> Result<bool, StoreError> {
        let now = now();
        let kind: Option<String> = Sql::new(
            "UPDATE customer_sessions SET valid_from = CASE WHEN kind = 'login' \
             THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END \
             WHERE id = $3 AND customer_id = $4 RETURNING kind",
        )
        .arg(FOR_EVER)
        .arg(now)
        .arg(session)
        .arg(customer)
        .value(self)?;
        if kind.as_deref() == Some("identity") {
            self.refuse_identity_tokens(customer, now)?;
        }
        Ok(kind.is_some())
    }

    /// Ends all sessions of a customer, `except` one where the customer stays signed in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end_sessions(
        &mut self,
        customer: &CustomerId,
        except: Option<&SessionId>,
    ) -> Result<(), StoreError> {
        let now = now();
        Sql::new(
            "UPDATE customer_sessions SET valid_from = CASE WHEN kind = 'login' \
             THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END \
             WHERE customer_id = $3 AND id <> $4",
        )
        .arg(FOR_EVER)
        .arg(now)
        .arg(customer)
        .arg(except.map_or("", SessionId::as_str))
        .run(self)?;
        self.refuse_identity_tokens(customer, now)
    }

    fn refuse_identity_tokens(
        &mut self,
        customer: &CustomerId,
        until: i64,
    ) -> Result<(), StoreError> {
        Sql::new("UPDATE customers SET signed_out_at = $1 WHERE id = $2")
            .arg(until)
            .arg(customer)
            .run(self)
            .map(drop)
    }
}
