//! Sessions: what was given out, until when it is taken, and where a customer is signed in.

use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::SignedIn;
use bookplate_wire::{CustomerId, SessionId};

/// How exactly it is known when a session was last seen, in milliseconds.
const SEEN_WITHIN: i64 = 10 * 60 * 1_000;

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
             WHERE customer_id = $1 AND device = $2",
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

    /// Begins a session on a device, or notes that it was seen.
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
            "INSERT INTO customer_sessions (id, customer_id, device, created_at, seen_at, valid_from) \
             VALUES ($1, $2, $3, $4, $5, 0) \
             ON CONFLICT (customer_id, device) DO UPDATE SET seen_at = excluded.seen_at RETURNING id",
        )
        .arg(&SessionId::new_id())
        .arg(customer)
        .arg(device)
        .arg(now)
        .arg(now)
        .value(self)?
        .ok_or(StoreError::Corrupt("customer_sessions.id"))
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
            "SELECT id, device, created_at, seen_at FROM customer_sessions \
             WHERE customer_id = $1 AND seen_at > valid_from ORDER BY seen_at DESC, id DESC",
        )
        .arg(customer)
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

    /// Ends a session of a customer: nothing that was given out for it is taken any more, and no identity
    /// token that was made before. False when the customer has no such session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end_session(
        &mut self,
        customer: &CustomerId,
        session: &SessionId,
    ) -> Result<bool, StoreError> {
        let now = now();
        let ended = Sql::new(
            "UPDATE customer_sessions SET valid_from = $1 WHERE id = $2 AND customer_id = $3",
        )
        .arg(now)
        .arg(session)
        .arg(customer)
        .run(self)?;
        if ended == 0 {
            return Ok(false);
        }
        Sql::new("UPDATE customers SET signed_out_at = $1 WHERE id = $2")
            .arg(now)
            .arg(customer)
            .run(self)?;
        Ok(true)
    }
}
