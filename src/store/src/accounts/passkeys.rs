//! Passkeys, and what they are to sign.
//!
//! The store does not look into what belongs to the ceremony: it is text here, which whoever has made it reads.

use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::accounts::Passkey;
use bookplate_wire::{CustomerId, PasskeyId, ShopId};

/// How long a challenge waits, in milliseconds: five minutes, enough to find the phone.
const ANSWERED_WITHIN: i64 = 5 * 60 * 1_000;

/// A passkey to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// What authenticators call the customer.
    pub user_handle: String,
    /// What they call the passkey.
    pub credential: String,
    /// What is known of its key, and never changes.
    pub key_state: String,
    /// What changes with its use.
    pub use_state: String,
    /// The device on which it was added.
    pub device: String,
}

/// A passkey, with what is needed to check what it has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPasskey {
    /// What names it.
    pub id: PasskeyId,
    /// Whose it is.
    pub customer: CustomerId,
    /// What authenticators call the customer.
    pub user_handle: String,
    /// What is known of its key.
    pub key_state: String,
    /// What changes with its use.
    pub use_state: String,
}

impl Db {
    /// Keeps a challenge until it is answered: for a new passkey of `customer`, or for signing in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_passkey_challenge(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        challenge: &str,
        state: &str,
    ) -> Result<(), StoreError> {
        let now = now();
        Sql::new("DELETE FROM passkey_challenges WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new(
            "INSERT INTO passkey_challenges (challenge, shop_id, customer_id, state, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .arg(challenge)
        .arg(shop)
        .arg(customer)
        .arg(state)
        .arg(now + ANSWERED_WITHIN)
        .run(self)
        .map(drop)
    }

    /// What was kept with a challenge, which is used up by that.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn use_passkey_challenge(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        challenge: &str,
    ) -> Result<Option<String>, StoreError> {
        Sql::new(
            "DELETE FROM passkey_challenges WHERE challenge = $1 AND shop_id = $2 \
             AND COALESCE(customer_id, '') = $3 AND expires_at > $4 RETURNING state",
        )
        .arg(challenge)
        .arg(shop)
        .arg(customer.map_or("", CustomerId::as_str))
        .arg(now())
        .value(self)
    }

    /// What authenticators call a customer, and the customer's passkeys; `None` before the first one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn passkey_credentials(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Option<(String, Vec<String>)>, StoreError> {
        let rows = Sql::new(
            "SELECT user_handle, credential FROM passkeys WHERE customer_id = $1 ORDER BY id",
        )
        .arg(customer)
        .rows(self)?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let credentials = rows.iter().map(|row| row.get("credential"));
        let credentials = credentials.collect::<Result<_, _>>()?;
        Ok(Some((first.get("user_handle")?, credentials)))
    }

    /// Adds a passkey; `None` when there is one of that name already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_passkey(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        new: &NewPasskey,
    ) -> Result<Option<Passkey>, StoreError> {
        let (id, now) = (PasskeyId::new_id(), now());
        let added = Sql::new(
            "INSERT INTO passkeys (id, shop_id, customer_id, user_handle, credential, key_state, \
             use_state, device, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (credential) DO NOTHING",
        )
        .arg(&id)
        .arg(shop)
        .arg(customer)
        .arg(&new.user_handle)
        .arg(&new.credential)
        .arg(&new.key_state)
        .arg(&new.use_state)
        .arg(&new.device)
        .arg(now)
        .run(self)?;
        Ok((added > 0).then(|| Passkey {
            id,
            device: new.device.clone(),
            created_at: now,
            used_at: None,
        }))
    }

    /// The passkey that authenticators call `credential`, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn passkey(
        &mut self,
        shop: &ShopId,
        credential: &str,
    ) -> Result<Option<KnownPasskey>, StoreError> {
        Sql::new(
            "SELECT id, customer_id, user_handle, key_state, use_state FROM passkeys \
             WHERE credential = $1 AND shop_id = $2",
        )
        .arg(credential)
        .arg(shop)
        .row(self)?
        .map(|row| {
            Ok(KnownPasskey {
                id: row.get("id")?,
                customer: row.get("customer_id")?,
                user_handle: row.get("user_handle")?,
                key_state: row.get("key_state")?,
                use_state: row.get("use_state")?,
            })
        })
        .transpose()
    }

    /// Notes that a passkey was used; false when it was removed meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn note_passkey(&mut self, id: &PasskeyId, use_state: &str) -> Result<bool, StoreError> {
        let noted = Sql::new("UPDATE passkeys SET use_state = $1, used_at = $2 WHERE id = $3")
            .arg(use_state)
            .arg(now())
            .arg(id)
            .run(self)?;
        Ok(noted > 0)
    }

    /// The passkeys of a customer, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn passkeys(&mut self, customer: &CustomerId) -> Result<Vec<Passkey>, StoreError> {
        Sql::new(
            "SELECT id, device, created_at, used_at FROM passkeys WHERE customer_id = $1 \
             ORDER BY id DESC",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(Passkey {
                id: row.get("id")?,
                device: row.get("device")?,
                created_at: row.get("created_at")?,
                used_at: row.get("used_at")?,
            })
        })
        .collect()
    }

    /// Removes a passkey of a customer; false when the customer has no such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_passkey(
        &mut self,
        customer: &CustomerId,
        id: &PasskeyId,
    ) -> Result<bool, StoreError> {
        let removed = Sql::new("DELETE FROM passkeys WHERE customer_id = $1 AND id = $2")
            .arg(customer)
            .arg(id)
            .run(self)?;
        Ok(removed > 0)
    }

    /// Removes all passkeys of a customer, and what would become one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_passkeys(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        for table in ["passkey_challenges", "passkeys"] {
            let mut sql = Sql::new("DELETE FROM ");
            sql.push(table).push(" WHERE customer_id = ").bind(customer);
            sql.run(self)?;
        }
        Ok(())
    }
}
