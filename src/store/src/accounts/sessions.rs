//! Sessions: what was given out, until when it is taken, and where a customer is signed in.

use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::SignedIn;
use bookplate_wire::{CustomerId, SessionId};

/// How exactly it is known when a session was last seen, in milliseconds.
pub(super) const SEEN_WITHIN: i64 = 10 * 60 * 1_000;

/// A session as something is given out for it: that is taken until the customer signs out there, which begins the
/// next generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The session.
    pub session: SessionId,
    /// Its generation.
    pub generation: i64,
}

/// A session by the shop's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The session.
    pub standing: Standing,
    /// Whether something has to be written first: it has ended, or was not seen for a while, or the identity token
    /// is from a clock that is ahead of ours, which signing out has to know.
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
    /// `issued_at`. For reading only: [`Db::see_session`] knows of who signs out at the same moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn session_on(
        &mut self,
        customer: &CustomerId,
        device: &str,
        issued_at: i64,
    ) -> Result<Result<Option<Given>, Refusal>, StoreError> {
        let row = Sql::new(
            "SELECT c.signed_out_at, s.id, s.generation, s.seen_at, s.ended_at FROM customers c \
             LEFT JOIN customer_sessions s ON s.customer_id = c.id AND s.device = $1 AND s.kind = 'identity' \
             WHERE c.id = $2",
        )
        .arg(device)
        .arg(customer)
        .row(self)?;
        let Some(row) = row else { return Ok(Ok(None)) };
        if issued_at <= row.get("signed_out_at")? {
            return Ok(Err(Refusal::SignedOut));
        }
        let Some(seen_at) = row.get::<Option<i64>>("seen_at")? else {
            return Ok(Ok(None));
        };
        let now = now();
        let has_ended = row.get::<Option<i64>>("ended_at")?.is_some();
        Ok(Ok(Some(Given {
            standing: standing(&row)?,
            is_stale: has_ended || seen_at < now - SEEN_WITHIN || issued_at > now,
        })))
    }

    /// Begins a session by the shop's word on a device, or goes on with it and notes that it was seen, for an
    /// identity token that was made at `issued_at`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn see_session(
        &mut self,
        customer: &CustomerId,
        device: &str,
        issued_at: i64,
    ) -> Result<Result<Standing, Refusal>, StoreError> {
        // Changes nothing, but makes who signs in and who signs out wait for each other.
        let signed_out_at: Option<i64> = Sql::new(
            "UPDATE customers SET signed_out_at = signed_out_at WHERE id = $1 RETURNING signed_out_at",
        )
        .arg(customer)
        .value(self)?;
        if issued_at <= signed_out_at.unwrap_or_default() {
            return Ok(Err(Refusal::SignedOut));
        }
        let now = now();
        let row = Sql::new(
            "INSERT INTO customer_sessions (id, customer_id, kind, device, created_at, seen_at) \
             VALUES ($1, $2, 'identity', $3, $4, $5) \
             ON CONFLICT (customer_id, device) WHERE kind = 'identity' \
             DO UPDATE SET seen_at = excluded.seen_at, ended_at = NULL RETURNING id, generation",
        )
        .arg(&SessionId::new_id())
        .arg(customer)
        .arg(device)
        .arg(now)
        .arg(now)
        .row(self)?
        .ok_or(StoreError::Corrupt("customer_sessions.id"))?;
        Ok(Ok(standing(&row)?))
    }

    /// Begins a session of our own login, which is one of its own on every device.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn begin_session(
        &mut self,
        customer: &CustomerId,
        device: &str,
    ) -> Result<Standing, StoreError> {
        self.forget_sessions(customer)?;
        let (id, now) = (SessionId::new_id(), now());
        let row = Sql::new(
            "INSERT INTO customer_sessions (id, customer_id, kind, device, created_at, seen_at) \
             VALUES ($1, $2, 'login', $3, $4, $5) RETURNING id, generation",
        )
        .arg(&id)
        .arg(customer)
        .arg(device)
        .arg(now)
        .arg(now)
        .row(self)?
        .ok_or(StoreError::Corrupt("customer_sessions.id"))?;
        standing(&row)
    }

    /// Whether what was given out for a session is still taken.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn is_signed_in(
        &mut self,
        customer: &CustomerId,
        standing: &Standing,
    ) -> Result<bool, StoreError> {
        let current: Option<i64> = Sql::new(
            "SELECT generation FROM customer_sessions \
             WHERE id = $1 AND customer_id = $2 AND ended_at IS NULL",
        )
        .arg(&standing.session)
        .arg(customer)
        .value(self)?;
        Ok(current == Some(standing.generation))
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
             WHERE customer_id = $1 AND ended_at IS NULL AND (kind = 'identity' OR EXISTS \
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
        let kind: Option<String> =
            Sql::new("SELECT kind FROM customer_sessions WHERE id = $1 AND customer_id = $2")
                .arg(session)
                .arg(customer)
                .value(self)?;
        if kind.as_deref() == Some("identity") {
            self.refuse_identity_tokens(customer)?;
        }
        Sql::new(
            "UPDATE customer_sessions SET generation = generation + 1, ended_at = $1 \
             WHERE id = $2 AND customer_id = $3",
        )
        .arg(now())
        .arg(session)
        .arg(customer)
        .run(self)?;
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
        self.refuse_identity_tokens(customer)?;
        Sql::new(
            "UPDATE customer_sessions SET generation = generation + 1, ended_at = $1 \
             WHERE customer_id = $2 AND id <> $3",
        )
        .arg(now())
        .arg(customer)
        .arg(except.map_or("", SessionId::as_str))
        .run(self)
        .map(drop)
    }

    /// Takes no identity token any more that was made until now: by our clock, and by that of the shop where it
    /// is ahead of ours (`told_at` is of the latest token that was heard).
    fn refuse_identity_tokens(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE customers SET signed_out_at = CASE WHEN told_at > CAST($1 AS BIGINT) \
             THEN told_at ELSE CAST($1 AS BIGINT) END WHERE id = $2",
        )
        .arg(now())
        .arg(customer)
        .run(self)
        .map(drop)
    }
}

/// The session in a row with `id` and `generation`.
fn standing(row: &Row) -> Result<Standing, StoreError> {
    Ok(Standing {
        session: row.get("id")?,
        generation: row.get("generation")?,
    })
}
