//! Secrets: those of the server itself, and those that a shop's own programs use.

use crate::audit::Actor;
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::settings::kind_of;
use crate::{Db, StoreError};
use bookplate_wire::{SecretId, ShopId};

/// What a shop's secret is for, with what is needed to check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// A secret key of the API, of which only the SHA-256 is kept, in hexadecimal digits.
    Api(String),
    /// A secret with which the shop signs identity tokens (HS256).
    Hs256(String),
    /// The public key, as PEM, of the pair with which the shop signs identity tokens (Ed25519).
    EdDsa(String),
}

impl Material {
    fn columns(&self) -> (&'static str, &'static str, &str) {
        match self {
            Self::Api(hash) => ("api", "SHA-256", hash),
            Self::Hs256(secret) => ("identity", "HS256", secret),
            Self::EdDsa(pem) => ("identity", "EdDSA", pem),
        }
    }

    fn of(row: &Row) -> Result<Self, StoreError> {
        let material = row.get("material")?;
        match row.get::<String>("algorithm")?.as_str() {
            "SHA-256" => Ok(Self::Api(material)),
            "HS256" => Ok(Self::Hs256(material)),
            "EdDSA" => Ok(Self::EdDsa(material)),
            _ => Err(StoreError::Corrupt("shop_secrets.algorithm")),
        }
    }
}

/// A secret of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// What names it.
    pub id: SecretId,
    /// Its name, for people.
    pub name: String,
    /// What it is for.
    pub material: Material,
    /// Since when there is such a secret, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When it stops being taken; `None` while that is not planned.
    pub retires_at: Option<i64>,
}

/// Who has shown a secret key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The shop.
    pub shop: ShopId,
    /// Which of its keys was shown.
    pub secret: SecretId,
    /// The calling code of the shop's country; empty where it is not known.
    pub calling_code: String,
}

impl Db {
    /// The server's own secret called `name`; where there is none yet, it is `fresh` from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn server_secret(&mut self, name: &str, fresh: &str) -> Result<String, StoreError> {
        Sql::new(
            "INSERT INTO server_secrets (name, secret, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO NOTHING",
        )
        .arg(name)
        .arg(fresh)
        .arg(now())
        .run(self)?;
        Sql::new("SELECT secret FROM server_secrets WHERE name = $1")
            .arg(name)
            .value(self)?
            .ok_or(StoreError::Corrupt("server_secrets.name"))
    }

    /// Adds a secret to a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_secret(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        name: &str,
        material: &Material,
    ) -> Result<SecretId, StoreError> {
        let id = SecretId::new_id();
        let (kind, algorithm, text) = material.columns();
        Sql::new(
            "INSERT INTO shop_secrets (id, shop_id, kind, algorithm, name, material, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .arg(&id)
        .arg(shop)
        .arg(kind)
        .arg(algorithm)
        .arg(name)
        .arg(text)
        .arg(now())
        .run(self)?;
        self.audit_new_key(by, shop, id.as_str(), kind_of(material), name)?;
        Ok(id)
    }

    /// All secrets of a shop, retired ones included, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn secrets(&mut self, shop: &ShopId) -> Result<Vec<Secret>, StoreError> {
        Sql::new(
            "SELECT id, name, algorithm, material, created_at, retires_at FROM shop_secrets \
             WHERE shop_id = $1 ORDER BY created_at, id",
        )
        .arg(shop)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(Secret {
                id: row.get("id")?,
                name: row.get("name")?,
                material: Material::of(row)?,
                created_at: row.get("created_at")?,
                retires_at: row.get("retires_at")?,
            })
        })
        .collect()
    }

    /// What vouches for a shop's customers at the moment, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn identity_keys(&mut self, shop: &ShopId) -> Result<Vec<Material>, StoreError> {
        Sql::new(
            "SELECT algorithm, material FROM shop_secrets WHERE shop_id = $1 AND kind = 'identity' \
             AND (retires_at IS NULL OR retires_at > $2) ORDER BY created_at DESC, id DESC",
        )
        .arg(shop)
        .arg(now())
        .rows(self)?
        .iter()
        .map(Material::of)
        .collect()
    }

    /// Whose secret key has the SHA-256 `hash`, as long as the key is not retired.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shop_of_secret_key(&mut self, hash: &str) -> Result<Option<KeyHolder>, StoreError> {
        Sql::new(
            "SELECT k.id, k.shop_id, s.calling_code FROM shop_secrets k \
             JOIN shops s ON s.id = k.shop_id WHERE k.material = $1 AND k.kind = 'api' \
             AND (k.retires_at IS NULL OR k.retires_at > $2)",
        )
        .arg(hash)
        .arg(now())
        .row(self)?
        .map(|row| {
            Ok(KeyHolder {
                secret: row.get("id")?,
                shop: row.get("shop_id")?,
                calling_code: row.get("calling_code")?,
            })
        })
        .transpose()
    }

    /// Plans when a secret of a shop stops being taken; false when the shop has no such secret. One that has
    /// stopped already stays as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn retire_secret(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &SecretId,
        at: i64,
    ) -> Result<bool, StoreError> {
        self.lock([format!("keys {shop}")])?;
        let known = Sql::new("SELECT retires_at FROM shop_secrets WHERE shop_id = $1 AND id = $2")
            .arg(shop)
            .arg(id)
            .row(self)?;
        let Some(known) = known else { return Ok(false) };
        let before: Option<i64> = known.get("retires_at")?;
        if before.is_none_or(|before| before > now()) {
            Sql::new("UPDATE shop_secrets SET retires_at = $1 WHERE id = $2")
                .arg(at)
                .arg(id)
                .run(self)?;
            self.audit_retirement(by, shop, id.as_str(), before, at)?;
        }
        Ok(true)
    }
}
