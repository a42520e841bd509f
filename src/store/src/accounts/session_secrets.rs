//! What a session goes on with: refresh tokens, cookies, and codes with which it goes on elsewhere.
//!
//! The store sees hashes only. The secrets have 256 random bits, so a quick hash does.

use super::sessions::{Refusal, SEEN_WITHIN, Standing};
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::{CustomerId, SessionId, ShopId};

const HOUR: i64 = 60 * 60 * 1_000;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// In a page's memory: taken once, for a new access token and the next one of its kind.
    Refresh,
    /// In a cookie.
    Cookie,
    /// In a cookie that the shop's pages alone send.
    Partitioned,
    /// On its way from one page to another: taken once.
    Handover,
}

/// A session that a secret stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Whose it is.
    pub customer: CustomerId,
    /// The session, as the secret was given out for it.
    pub standing: Standing,
    /// When the customer, or the shop for the customer, has shown who that is, in milliseconds since 1970 UTC.
    pub proven_at: i64,
    /// Whether it was not seen for a while, which is to be written down.
    pub is_stale: bool,
}

impl SecretKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Cookie => "cookie",
            Self::Partitioned => "partitioned",
            Self::Handover => "handover",
        }
    }

    /// How long it is taken, in milliseconds, in a session of our own login or in one that the shop has
    /// vouched for. What the shop's word began ends within a day of it, however often it is renewed: at the
    /// shop the customer may have signed out meanwhile.
    pub fn lifetime(self, of_our_login: bool) -> i64 {
        match self {
            Self::Refresh => 24 * HOUR,
            Self::Cookie | Self::Partitioned if of_our_login => 30 * 24 * HOUR,
            Self::Cookie | Self::Partitioned => 12 * HOUR,
            Self::Handover => HOUR / 60,
        }
    }
}

impl Db {
    /// Gives out a secret, whose hash is `hash`, for a session as it stands for who asks: signing out ends what was
    /// shown and the secret together, even at the same moment. `proven_at` is when the customer, or the shop for the
    /// customer, has shown who that is: passing a session on does not prolong it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn give_secret(
        &mut self,
        standing: &Standing,
        kind: SecretKind,
        hash: &str,
        proven_at: i64,
    ) -> Result<Expiry, StoreError> {
        let began: Option<String> = Sql::new("SELECT kind FROM customer_sessions WHERE id = $1")
            .arg(&standing.session)
            .value(self)?;
        let of_our_login = began.as_deref() == Some("login");
        let now = now();
        let from = match kind {
            SecretKind::Handover => now,
            _ if of_our_login => now,
            _ => proven_at,
        };
        let at = from + kind.lifetime(of_our_login);
        Sql::new("DELETE FROM session_secrets WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new(
            "INSERT INTO session_secrets (hash, session_id, generation, kind, given_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .arg(hash)
        .arg(&standing.session)
        .arg(standing.generation)
        .arg(kind.as_str())
        .arg(proven_at)
        .arg(at)
        .run(self)?;
        Ok(Expiry { at, of_our_login })
    }

    /// The session that a secret stands for, which is not used up by that.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn holder(
        &mut self,
        shop: &ShopId,
        kind: SecretKind,
        hash: &str,
    ) -> Result<Result<Holder, Refusal>, StoreError> {
        match self.secret(shop, kind, hash)? {
            Some(row) => checked(&row),
            None => Ok(Err(Refusal::Unknown)),
        }
    }

    /// The session that a secret stands for, which is used up with that. A refresh token that comes again ends
    /// its session: it is in two hands, and one of them has stolen it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn use_secret(
        &mut self,
        shop: &ShopId,
        kind: SecretKind,
        hash: &str,
    ) -> Result<Result<Holder, Refusal>, StoreError> {
        let refusal = match self.holder(shop, kind, hash)? {
            Ok(holder) => {
                let used = Sql::new(
                    "UPDATE session_secrets SET used_at = $1 WHERE hash = $2 AND used_at IS NULL",
                )
                .arg(now())
                .arg(hash)
                .run(self)?;
                if used > 0 {
                    return Ok(Ok(holder));
                }
                // Another instance was quicker.
                Refusal::Used
            }
            Err(refusal) => refusal,
        };
        if kind == SecretKind::Refresh
            && refusal == Refusal::Used
            && let Some(row) = self.secret(shop, kind, hash)?
        {
            self.end_session(&row.get("customer_id")?, &row.get("session_id")?)?;
        }
        Ok(Err(refusal))
    }

    fn secret(
        &mut self,
        shop: &ShopId,
        kind: SecretKind,
        hash: &str,
    ) -> Result<Option<Row>, StoreError> {
        Sql::new(
            "SELECT x.session_id, x.generation, x.given_at, x.expires_at, x.used_at, s.customer_id, \
             s.seen_at, s.generation AS current, s.ended_at FROM session_secrets x JOIN customer_sessions s ON s.id = x.session_id \
             JOIN customers c ON c.id = s.customer_id \
             WHERE x.hash = $1 AND x.kind = $2 AND c.shop_id = $3",
        )
        .arg(hash)
        .arg(kind.as_str())
        .arg(shop)
        .row(self)
    }

    /// Notes that a session was seen.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn note_seen(&mut self, session: &SessionId) -> Result<(), StoreError> {
        Sql::new("UPDATE customer_sessions SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL")
            .arg(now())
            .arg(session)
            .run(self)
            .map(drop)
    }

    /// Forgets the sessions of a customer that nothing can go on with any more.
    pub(super) fn forget_sessions(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        Sql::new(
            "DELETE FROM session_secrets WHERE session_id IN (SELECT id FROM customer_sessions \
             WHERE customer_id = $1 AND kind = 'login' AND ended_at IS NOT NULL) OR expires_at < $2",
        )
        .arg(customer)
        .arg(now())
        .run(self)?;
        Sql::new(
            "DELETE FROM customer_sessions WHERE customer_id = $1 AND kind = 'login' \
             AND NOT EXISTS (SELECT 1 FROM session_secrets x WHERE x.session_id = customer_sessions.id)",
        )
        .arg(customer)
        .run(self)
        .map(drop)
    }
}

/// Until when a secret is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// In milliseconds since 1970 UTC.
    pub at: i64,
    /// Whether its session was begun by our own login, as opposed to the shop's word.
    pub of_our_login: bool,
}

fn checked(row: &Row) -> Result<Result<Holder, Refusal>, StoreError> {
    let now = now();
    let (generation, current): (i64, i64) = (row.get("generation")?, row.get("current")?);
    let (expires_at, seen_at): (i64, i64) = (row.get("expires_at")?, row.get("seen_at")?);
    let has_ended = row.get::<Option<i64>>("ended_at")?.is_some();
    Ok(if has_ended || generation != current {
        Err(Refusal::SignedOut)
    } else if row.get::<Option<i64>>("used_at")?.is_some() {
        Err(Refusal::Used)
    } else if expires_at <= now {
        Err(Refusal::Expired)
    } else {
        Ok(Holder {
            customer: row.get("customer_id")?,
            standing: Standing {
                session: row.get("session_id")?,
                generation,
            },
            proven_at: row.get("given_at")?,
            is_stale: seen_at < now - SEEN_WITHIN,
        })
    })
}
