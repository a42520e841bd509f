//! Shops, their public keys and the origins of their pages.

use crate::audit::{Actor, fields_of};
use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::reviews::shop_notes_of;
use crate::settings::{NewPublicKey, languages_of, look_of, moderation_of};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::reviews::notes::ShopNotes;
use bookplate_wire::reviews::writing::Moderation;
use bookplate_wire::settings::{Look, QuietHours, SettingsChange};
use bookplate_wire::{Lang, ShopId};

/// A shop as the server needs it to answer a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// What names it.
    pub id: ShopId,
    /// The public key by which it was asked for.
    pub public_key: String,
    /// All of its public keys that are taken at the moment.
    pub public_keys: Vec<String>,
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone: the days of its reviews are days there.
    pub time_zone: String,
    /// The calling code of its country, such as `86`; empty where it is not known.
    pub calling_code: String,
    /// The origins whose pages may use its public keys, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// The address of a book in the shop, with `{isbn}` in it; empty where nobody told.
    pub book_url: String,
    /// The language for readers of a language that is not offered.
    pub default_language: Lang,
    /// The languages that are offered.
    pub languages: Vec<Lang>,
    /// How its widgets and hosted pages look.
    pub look: Look,
    /// Whether reviews are shown before or after somebody of the staff has looked at them.
    pub moderation: Moderation,
    /// Whether readers can give half stars.
    pub half_stars: bool,
    /// What readers can say of a book besides their review.
    pub notes: ShopNotes,
    /// The version of its rules of points that is in force; 0 where it has none.
    pub points_version: u32,
}

impl Shop {
    /// The language in which the shop speaks to a reader of the BCP 47 tag `tag`, if it offers one that fits.
    pub fn speaks(&self, tag: &str) -> Option<Lang> {
        Lang::from_tag(tag).filter(|lang| self.languages.contains(lang))
    }
}

/// What `bookplate shop create` is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShop {
    /// Its name, for people.
    pub name: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The calling code of its country; `None` leaves what is known.
    pub calling_code: Option<String>,
    /// The public key that its pages carry.
    pub public_key: String,
    /// The origins whose pages may use the key.
    pub origins: Vec<String>,
    /// When nothing is sent that can wait; `None` leaves it as it is.
    pub quiet: Option<QuietHours>,
    /// The address of a book in the shop, with `{isbn}` in it; empty for none. `None` leaves it as it is.
    pub book_url: Option<String>,
}

impl Db {
    /// The shop that a public key belongs to, if any, as long as the key is not retired.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn shop_by_key(&mut self, public_key: &str) -> Result<Option<Shop>, StoreError> {
        let found = Sql::new(
            "SELECT s.id, s.name, s.time_zone, s.calling_code, s.book_url, s.default_language, s.languages, \
             s.accent, s.accent_dark, s.radius, s.font, s.moderation, s.half_stars, s.notes, \
             COALESCE((SELECT MAX(r.version) FROM point_rules r WHERE r.shop_id = s.id), 0) AS points_version \
             FROM shop_keys k JOIN shops s ON s.id = k.shop_id \
             WHERE k.public_key = $1 AND (k.retires_at IS NULL OR k.retires_at > $2)",
        )
        .arg(public_key)
        .arg(now())
        .row(self)?;
        let Some(row) = found else { return Ok(None) };
        let id: ShopId = row.get("id")?;
        let public_keys = Sql::new(
            "SELECT public_key FROM shop_keys WHERE shop_id = $1 \
             AND (retires_at IS NULL OR retires_at > $2) ORDER BY created_at, public_key",
        )
        .arg(&id)
        .arg(now())
        .values(self)?;
        let origins = self.origins(&id)?;
        let (default_language, languages) = languages_of(&row)?;
        Ok(Some(Shop {
            id,
            public_key: public_key.to_owned(),
            public_keys,
            name: row.get("name")?,
            time_zone: row.get("time_zone")?,
            calling_code: row.get("calling_code")?,
            book_url: row.get("book_url")?,
            origins,
            default_language,
            languages,
            look: look_of(&row)?,
            moderation: moderation_of(&row)?,
            half_stars: row.get("half_stars")?,
            notes: shop_notes_of(&row)?,
            points_version: row.get("points_version")?,
        }))
    }

    /// The public keys of all shops that are taken at the moment, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn public_keys(&mut self) -> Result<Vec<String>, StoreError> {
        Sql::new(
            "SELECT public_key FROM shop_keys WHERE retires_at IS NULL OR retires_at > $1 \
             ORDER BY created_at, public_key",
        )
        .arg(now())
        .values(self)
    }

    /// Creates the shop with this public key, or changes its name, time zone, origins and book address. Doing it twice
    /// changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_shop(&mut self, by: &Actor, shop: &NewShop) -> Result<ShopId, StoreError> {
        self.lock([format!("public key {}", shop.public_key)])?;
        let known = Sql::new("SELECT shop_id FROM shop_keys WHERE public_key = $1")
            .arg(&shop.public_key)
            .value(self)?;
        let id: ShopId = match known {
            Some(id) => id,
            None => self.new_shop(by, shop)?,
        };
        let change = SettingsChange {
            name: Some(shop.name.clone()),
            time_zone: Some(shop.time_zone.clone()),
            quiet: shop.quiet.clone(),
            calling_code: shop.calling_code.clone(),
            book_url: shop.book_url.clone(),
            ..SettingsChange::default()
        };
        // The languages stay as they are, so the default one is still among them.
        let _ = self.change_settings(by, &id, change)?;
        self.put_origins(by, &id, &shop.origins)?;
        Ok(id)
    }

    fn new_shop(&mut self, by: &Actor, shop: &NewShop) -> Result<ShopId, StoreError> {
        let id = ShopId::new_id();
        Sql::new("INSERT INTO shops (id, name, time_zone, created_at) VALUES ($1, $2, $3, $4)")
            .arg(&id)
            .arg(&shop.name)
            .arg(&shop.time_zone)
            .arg(now())
            .run(self)?;
        let after = fields_of([
            ("name", shop.name.clone()),
            ("time_zone", shop.time_zone.clone()),
        ]);
        self.audit(&id, by, Action::ShopCreated, "", (&Fields::new(), &after))?;
        let key = NewPublicKey {
            key: shop.public_key.clone(),
            name: String::new(),
        };
        self.add_public_key(by, &id, &key)?;
        Ok(id)
    }
}
