//! Passkeys of customers and of the staff, and what they are to sign.
//!
//! The store does not look into what belongs to the ceremony: it is text here, which whoever has made it reads.

use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::passkeys::Passkey;
use bookplate_wire::{CustomerId, PasskeyId, ShopId, StaffId};

/// How long a challenge waits, in milliseconds: five minutes, enough to find the phone.
const ANSWERED_WITHIN: i64 = 5 * 60 * 1_000;

/// Whose a passkey is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyHolder {
    /// A customer's with a login of ours.
    Customer(CustomerId),
    /// Somebody's of the staff.
    Staff(StaffId),
}

/// What a challenge is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyPurpose {
    /// A customer signs in at a shop.
    SignIn(ShopId),
    /// Somebody of the staff signs in.
    StaffSignIn,
    /// Another passkey.
    New(PasskeyHolder),
}

/// A passkey to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// What authenticators call its holder.
    pub user_handle: String,
    /// What they call the passkey.
    pub credential: String,
    /// What is known of its key, and never changes.
    pub key_state: String,
    /// What changes with its use.
    pub use_state: String,
    /// What its holder calls it; may be empty.
    pub name: String,
    /// The device on which it was added.
    pub device: String,
}

/// A passkey, with what is needed to check what it has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPasskey {
    /// What names it.
    pub id: PasskeyId,
    /// What authenticators call its holder.
    pub user_handle: String,
    /// What is known of its key.
    pub key_state: String,
    /// What changes with its use.
    pub use_state: String,
}

impl PasskeyHolder {
    fn id(&self) -> &str {
        match self {
            Self::Customer(id) => id.as_str(),
            Self::Staff(id) => id.as_str(),
        }
    }

    /// What a row of theirs is found by.
    fn column(&self) -> &'static str {
        match self {
            Self::Customer(_) => "customer_id",
            Self::Staff(_) => "staff_id",
        }
    }

    /// `text`, which ends before the column's name, with the column and the holder.
    fn find(&self, text: &'static str) -> Sql {
        let mut sql = Sql::new(text);
        sql.push(self.column()).push(" = ").bind(self.id());
        sql
    }
}

impl PasskeyPurpose {
    fn subject(&self) -> &str {
        match self {
            Self::SignIn(shop) => shop.as_str(),
            Self::StaffSignIn => "",
            Self::New(holder) => holder.id(),
        }
    }
}

impl Db {
    /// Keeps a challenge until it is answered.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_passkey_challenge(
        &mut self,
        purpose: &PasskeyPurpose,
        challenge: &str,
        state: &str,
    ) -> Result<(), StoreError> {
        let now = now();
        Sql::new("DELETE FROM passkey_challenges WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new(
            "INSERT INTO passkey_challenges (challenge, subject, state, expires_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .arg(challenge)
        .arg(purpose.subject())
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
        purpose: &PasskeyPurpose,
        challenge: &str,
    ) -> Result<Option<String>, StoreError> {
        Sql::new(
            "DELETE FROM passkey_challenges WHERE challenge = $1 AND subject = $2 \
             AND expires_at > $3 RETURNING state",
        )
        .arg(challenge)
        .arg(purpose.subject())
        .arg(now())
        .value(self)
    }

    /// What authenticators call a holder, and the holder's passkeys; `None` before the first one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn passkey_credentials(
        &mut self,
        holder: &PasskeyHolder,
    ) -> Result<Option<(String, Vec<String>)>, StoreError> {
        let mut sql = holder.find("SELECT user_handle, credential FROM passkeys WHERE ");
        let rows = sql.push(" ORDER BY id").rows(self)?;
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
        holder: &PasskeyHolder,
        new: &NewPasskey,
    ) -> Result<Option<Passkey>, StoreError> {
        let (id, now) = (PasskeyId::new_id(), now());
        let mut sql = Sql::new(
            "INSERT INTO passkeys (id, user_handle, credential, key_state, use_state, name, device, \
             created_at, ",
        );
        sql.push(holder.column()).push(") VALUES (");
        sql.bind(&id).push(", ");
        sql.bind_all([
            &new.user_handle,
            &new.credential,
            &new.key_state,
            &new.use_state,
            &new.name,
            &new.device,
        ]);
        sql.push(", ").bind(now).push(", ").bind(holder.id());
        sql.push(") ON CONFLICT (credential) DO NOTHING");
        let added = sql.run(self)?;
        Ok((added > 0).then(|| Passkey {
            id,
            name: new.name.clone(),
            device: new.device.clone(),
            created_at: now,
            used_at: None,
        }))
    }

    /// The passkey that authenticators call `credential`, with the customer of the shop whose it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn customer_passkey(
        &mut self,
        shop: &ShopId,
        credential: &str,
    ) -> Result<Option<(CustomerId, KnownPasskey)>, StoreError> {
        Sql::new(
            "SELECT p.id, p.customer_id, p.user_handle, p.key_state, p.use_state FROM passkeys p \
             JOIN customers c ON c.id = p.customer_id WHERE p.credential = $1 AND c.shop_id = $2",
        )
        .arg(credential)
        .arg(shop)
        .row(self)?
        .map(|row| Ok((row.get("customer_id")?, known(&row)?)))
        .transpose()
    }

    /// The passkey that authenticators call `credential`, of the person of the staff with this email address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_passkey(
        &mut self,
        email: &str,
        credential: &str,
    ) -> Result<Option<KnownPasskey>, StoreError> {
        Sql::new(
            "SELECT p.id, p.user_handle, p.key_state, p.use_state FROM passkeys p \
             JOIN staff s ON s.id = p.staff_id WHERE p.credential = $1 AND s.email = $2",
        )
        .arg(credential)
        .arg(email)
        .row(self)?
        .as_ref()
        .map(known)
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

    /// The passkeys of a holder, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn passkeys(&mut self, holder: &PasskeyHolder) -> Result<Vec<Passkey>, StoreError> {
        let mut sql =
            holder.find("SELECT id, name, device, created_at, used_at FROM passkeys WHERE ");
        sql.push(" ORDER BY id DESC")
            .rows(self)?
            .iter()
            .map(|row| {
                Ok(Passkey {
                    id: row.get("id")?,
                    name: row.get("name")?,
                    device: row.get("device")?,
                    created_at: row.get("created_at")?,
                    used_at: row.get("used_at")?,
                })
            })
            .collect()
    }

    /// Removes a passkey of a holder; false when the holder has no such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_passkey(
        &mut self,
        holder: &PasskeyHolder,
        id: &PasskeyId,
    ) -> Result<bool, StoreError> {
        let mut sql = holder.find("DELETE FROM passkeys WHERE ");
        let removed = sql.push(" AND id = ").bind(id).run(self)?;
        Ok(removed > 0)
    }

    /// Removes all passkeys of a holder, and what would become one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_passkeys(&mut self, holder: &PasskeyHolder) -> Result<(), StoreError> {
        Sql::new("DELETE FROM passkey_challenges WHERE subject = $1")
            .arg(holder.id())
            .run(self)?;
        holder
            .find("DELETE FROM passkeys WHERE ")
            .run(self)
            .map(drop)
    }
}

fn known(row: &Row) -> Result<KnownPasskey, StoreError> {
    Ok(KnownPasskey {
        id: row.get("id")?,
        user_handle: row.get("user_handle")?,
        key_state: row.get("key_state")?,
        use_state: row.get("use_state")?,
    })
}
