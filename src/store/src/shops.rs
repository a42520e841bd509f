//! Shops, their public keys and the origins of their pages.

use crate::ids::{NewId, now};
use crate::{Store, StoreError};
use bookplate_wire::ShopId;
use sqlx::Row;

/// A shop as the server needs it to answer a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// What names it.
    pub id: ShopId,
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone: the days of its reviews are days there.
    pub time_zone: String,
    /// The origins whose pages may use its public keys, such as `https://shop.example`.
    pub origins: Vec<String>,
}

/// What `bookplate shop create` is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShop {
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The public key that its pages carry.
    pub public_key: String,
    /// The origins whose pages may use the key.
    pub origins: Vec<String>,
}

impl Store {
    /// The shop that a public key belongs to, if any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shop_by_key(&self, public_key: &str) -> Result<Option<Shop>, StoreError> {
        let Some(row) = sqlx::query(
            "SELECT s.id, s.name, s.time_zone FROM shop_keys k JOIN shops s ON s.id = k.shop_id \
             WHERE k.public_key = $1",
        )
        .bind(public_key)
        .fetch_optional(&self.pool)
        .await?
        else {
            return Ok(None);
        };
        let id: String = row.try_get("id")?;
        let origins = sqlx::query_scalar(
            "SELECT origin FROM shop_origins WHERE shop_id = $1 ORDER BY origin",
        )
        .bind(&id)
        .fetch_all(&self.pool)
        .await?;
        Ok(Some(Shop {
            id: id.try_into().map_err(|_| StoreError::Corrupt("shops.id"))?,
            name: row.try_get("name")?,
            time_zone: row.try_get("time_zone")?,
            origins,
        }))
    }

    /// The public keys of all shops, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn public_keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT public_key FROM shop_keys ORDER BY created_at, public_key")
                .fetch_all(&self.pool)
                .await?,
        )
    }

    /// Creates the shop with this public key, or changes its name, time zone and origins. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_shop(&self, shop: &NewShop) -> Result<ShopId, StoreError> {
        let mut tx = self.write().await?;
        let known: Option<String> =
            sqlx::query_scalar("SELECT shop_id FROM shop_keys WHERE public_key = $1")
                .bind(&shop.public_key)
                .fetch_optional(&mut *tx)
                .await?;
        let id = match known {
            Some(id) => {
                sqlx::query("UPDATE shops SET name = $1, time_zone = $2 WHERE id = $3")
                    .bind(&shop.name)
                    .bind(&shop.time_zone)
                    .bind(&id)
                    .execute(&mut *tx)
                    .await?;
                id.try_into().map_err(|_| StoreError::Corrupt("shops.id"))?
            }
            None => {
                let id = ShopId::new_id();
                sqlx::query(
                    "INSERT INTO shops (id, name, time_zone, created_at) VALUES ($1, $2, $3, $4)",
                )
                .bind(id.as_str())
                .bind(&shop.name)
                .bind(&shop.time_zone)
                .bind(now())
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "INSERT INTO shop_keys (public_key, shop_id, created_at) VALUES ($1, $2, $3)",
                )
                .bind(&shop.public_key)
                .bind(id.as_str())
                .bind(now())
                .execute(&mut *tx)
                .await?;
                id
            }
        };
        sqlx::query("DELETE FROM shop_origins WHERE shop_id = $1")
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        for origin in &shop.origins {
            sqlx::query(
                "INSERT INTO shop_origins (shop_id, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(id.as_str())
            .bind(origin)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(id)
    }
}
