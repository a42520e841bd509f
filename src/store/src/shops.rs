//! Shops, their public keys and the origins of their pages.

use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::ShopId;

/// A shop as the server needs it to answer a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// What names it.
    pub id: ShopId,
    /// The public key by which it was asked for.
    pub public_key: String,
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone: the days of its reviews are days there.
    pub time_zone: String,
    /// The origins whose pages may use its public keys, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// The address of a book in the shop, with `{isbn}` in it; empty where nobody told.
    pub book_url: String,
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
    /// The address of a book in the shop, with `{isbn}` in it; empty for none.
    pub book_url: String,
}

impl Db {
    /// The shop that a public key belongs to, if any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shop_by_key(&mut self, public_key: &str) -> Result<Option<Shop>, StoreError> {
        let found = Sql::new(
            "SELECT s.id, s.name, s.time_zone, s.book_url FROM shop_keys k JOIN shops s ON s.id = k.shop_id \
             WHERE k.public_key = $1",
        )
        .arg(public_key)
        .row(self)?;
        let Some(row) = found else { return Ok(None) };
        let id: ShopId = row.get("id")?;
        let origins =
            Sql::new("SELECT origin FROM shop_origins WHERE shop_id = $1 ORDER BY origin")
                .arg(&id)
                .values(self)?;
        Ok(Some(Shop {
            id,
            public_key: public_key.to_owned(),
            name: row.get("name")?,
            time_zone: row.get("time_zone")?,
            book_url: row.get("book_url")?,
            origins,
        }))
    }

    /// The public keys of all shops, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn public_keys(&mut self) -> Result<Vec<String>, StoreError> {
        Sql::new("SELECT public_key FROM shop_keys ORDER BY created_at, public_key").values(self)
    }

    /// Creates the shop with this public key, or changes its name, time zone, origins and book address. Doing it twice
    /// changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_shop(&mut self, shop: &NewShop) -> Result<ShopId, StoreError> {
        let known = Sql::new("SELECT shop_id FROM shop_keys WHERE public_key = $1")
            .arg(&shop.public_key)
            .value(self)?;
        let id: ShopId = match known {
            Some(id) => {
                Sql::new("UPDATE shops SET name = $1, time_zone = $2, book_url = $3 WHERE id = $4")
                    .arg(&shop.name)
                    .arg(&shop.time_zone)
                    .arg(&shop.book_url)
                    .arg(&id)
                    .run(self)?;
                id
            }
            None => {
                let id = ShopId::new_id();
                Sql::new(
                    "INSERT INTO shops (id, name, time_zone, book_url, created_at) \
                     VALUES ($1, $2, $3, $4, $5)",
                )
                .arg(&id)
                .arg(&shop.name)
                .arg(&shop.time_zone)
                .arg(&shop.book_url)
                .arg(now())
                .run(self)?;
                Sql::new(
                    "INSERT INTO shop_keys (public_key, shop_id, created_at) VALUES ($1, $2, $3)",
                )
                .arg(&shop.public_key)
                .arg(&id)
                .arg(now())
                .run(self)?;
                id
            }
        };
        Sql::new("DELETE FROM shop_origins WHERE shop_id = $1")
            .arg(&id)
            .run(self)?;
        for origin in &shop.origins {
            Sql::new(
                "INSERT INTO shop_origins (shop_id, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .arg(&id)
            .arg(origin)
            .run(self)?;
        }
        Ok(id)
    }
}
