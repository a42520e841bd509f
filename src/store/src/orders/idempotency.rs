//! Replies that are given again when a request is sent again.

use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::ShopId;

/// How long a reply is remembered, in milliseconds: two days, longer than any sender tries again.
const REMEMBERED: i64 = 2 * 24 * 60 * 60 * 1_000;

/// What is remembered under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// Nothing: the request is new.
    Nothing,
    /// The same request, which got this reply.
    Reply(String),
    /// Another request: the key was used twice.
    OtherRequest,
}

impl Db {
    /// What is remembered under an idempotency key of a shop. `request` is a hash of what is asked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remembered_reply(
        &mut self,
        shop: &ShopId,
        key: &str,
        request: &str,
    ) -> Result<Remembered, StoreError> {
        // Of two that arrive together, the second one waits for what the first one gets.
        self.lock([format!("idempotency {shop} {key}")])?;
        let row = Sql::new(
            "SELECT request, body FROM idempotent_replies \
             WHERE shop_id = $1 AND idempotency_key = $2 AND created_at > $3",
        )
        .arg(shop)
        .arg(key)
        .arg(now() - REMEMBERED)
        .row(self)?;
        let Some(row) = row else {
            return Ok(Remembered::Nothing);
        };
        if row.get::<String>("request")? == request {
            Ok(Remembered::Reply(row.get("body")?))
        } else {
            Ok(Remembered::OtherRequest)
        }
    }

    /// Remembers a reply, under a key that is new or was forgotten.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remember_reply(
        &mut self,
        shop: &ShopId,
        key: &str,
        request: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO idempotent_replies (shop_id, idempotency_key, request, body, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shop_id, idempotency_key) DO UPDATE \
             SET request = excluded.request, body = excluded.body, created_at = excluded.created_at",
        )
        .arg(shop)
        .arg(key)
        .arg(request)
        .arg(body)
        .arg(now())
        .run(self)
        .map(drop)
    }

    /// Deletes up to `limit` replies that are not given again any more; how many it were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_replies(&mut self, limit: u32) -> Result<u64, StoreError> {
        Sql::new(
            "DELETE FROM idempotent_replies WHERE (shop_id, idempotency_key) IN (\
             SELECT shop_id, idempotency_key FROM idempotent_replies WHERE created_at <= $1 \
             ORDER BY created_at LIMIT $2)",
        )
        .arg(now() - REMEMBERED)
        .arg(limit)
        .run(self)
    }
}
