//! The keys of a shop's pages and programs, and their exchange without a pause: the new one is made, both are
//! taken for a while, the old one retires.

use crate::audit::{Actor, fields_of};
use crate::db::Sql;
use crate::ids::now;
use crate::secrets::Material;
use crate::{Db, StoreError};
use bookplate_wire::ShopId;
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::settings::{Key, KeyKind};

/// A public key to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPublicKey {
    /// The key itself.
    pub key: String,
    /// Its name, for people.
    pub name: String,
}

/// Whether a key could be retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRetirement {
    /// It is planned, or was over already.
    Planned,
    /// The shop has no such key.
    Unknown,
    /// It is the last public key; nothing was changed.
    Last,
}

impl Db {
    /// All keys of a shop, retired ones included, by kind and then the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn keys(&mut self, shop: &ShopId) -> Result<Vec<Key>, StoreError> {
        let mut keys = self.public_keys_of(shop)?;
        let mut secrets: Vec<Key> = self
            .secrets(shop)?
            .into_iter()
            .map(|secret| Key {
                id: secret.id.to_string(),
                kind: kind_of(&secret.material),
                name: secret.name,
                created_at: secret.created_at,
                retires_at: secret.retires_at,
            })
            .collect();
        secrets.sort_by_key(|key| KeyKind::ALL.iter().position(|kind| *kind == key.kind));
        keys.append(&mut secrets);
        Ok(keys)
    }

    fn public_keys_of(&mut self, shop: &ShopId) -> Result<Vec<Key>, StoreError> {
        Sql::new(
            "SELECT public_key, name, created_at, retires_at FROM shop_keys WHERE shop_id = $1 \
             ORDER BY created_at, public_key",
        )
        .arg(shop)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(Key {
                id: row.get("public_key")?,
                kind: KeyKind::Public,
                name: row.get("name")?,
                created_at: row.get("created_at")?,
                retires_at: row.get("retires_at")?,
            })
        })
        .collect()
    }

    /// Adds a public key to a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_public_key(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        new: &NewPublicKey,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO shop_keys (public_key, shop_id, name, created_at) VALUES ($1, $2, $3, $4)",
        )
        .arg(&new.key)
        .arg(shop)
        .arg(&new.name)
        .arg(now())
        .run(self)?;
        self.audit_new_key(by, shop, &new.key, KeyKind::Public, &new.name)
    }

    /// Notes that a key was made. What is secret of it does not come here.
    pub(crate) fn audit_new_key(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &str,
        kind: KeyKind,
        name: &str,
    ) -> Result<(), StoreError> {
        let after = fields_of([("kind", kind.as_str().into()), ("name", name.into())]);
        self.audit(shop, by, Action::KeyCreated, id, (&Fields::new(), &after))
    }

    /// Plans when a public key of a shop stops being taken. One that has stopped already stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn retire_public_key(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        key: &str,
        at: i64,
    ) -> Result<KeyRetirement, StoreError> {
        // Of two that retire each the other's last companion one has to wait.
        self.lock([format!("keys {shop}")])?;
        let all = self.public_keys_of(shop)?;
        let Some(known) = all.iter().find(|known| known.id == key) else {
            return Ok(KeyRetirement::Unknown);
        };
        if known.retires_at.is_some_and(|at| at <= now()) {
            return Ok(KeyRetirement::Planned);
        }
        let stays = |other: &&Key| other.id != key && other.retires_at.is_none();
        if !all.iter().any(|other| stays(&other)) {
            return Ok(KeyRetirement::Last);
        }
        Sql::new("UPDATE shop_keys SET retires_at = $1 WHERE public_key = $2")
            .arg(at)
            .arg(key)
            .run(self)?;
        self.audit_retirement(by, shop, key, known.retires_at, at)?;
        Ok(KeyRetirement::Planned)
    }

    /// The public key that is in the place of one that has retired, if there was such a key: the latest of those of its shop
    /// that stay.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn successor_of_key(&mut self, retired: &str) -> Result<Option<String>, StoreError> {
        Sql::new(
            "SELECT n.public_key FROM shop_keys k JOIN shop_keys n ON n.shop_id = k.shop_id \
             WHERE k.public_key = $1 AND k.retires_at <= $2 AND n.retires_at IS NULL \
             ORDER BY n.created_at DESC, n.public_key DESC LIMIT 1",
        )
        .arg(retired)
        .arg(now())
        .value(self)
    }

    /// Notes when a key stops being taken.
    pub(crate) fn audit_retirement(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &str,
        before: Option<i64>,
        at: i64,
    ) -> Result<(), StoreError> {
        let noted = |at: Option<i64>| match at {
            Some(at) => fields_of([("retires_at", at.to_string())]),
            None => Fields::new(),
        };
        let both = (noted(before), noted(Some(at)));
        self.audit_difference(shop, by, Action::KeyRetired, id, both)
    }
}

/// What a secret is for, in the words of the wire.
pub(crate) fn kind_of(material: &Material) -> KeyKind {
    match material {
        Material::Api(_) => KeyKind::Api,
        Material::Hs256(_) => KeyKind::Identity,
        Material::EdDsa(_) => KeyKind::IdentityPublic,
    }
}
