//! A shop's name, languages, time zone, look and origins.

use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::reviews::{kept_shop_notes, kept_words, shop_notes_of, words_of};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::reviews::holds::WordList;
use bookplate_wire::reviews::writing::Moderation;
use bookplate_wire::settings::{Look, QuietHours, SettingsChange, ShopSettings};
use bookplate_wire::{Lang, ShopId};

/// The default language would be none of those that are offered; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultNotOffered;

impl Db {
    /// A shop's settings, if there is such a shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn settings(&mut self, shop: &ShopId) -> Result<Option<ShopSettings>, StoreError> {
        let row = Sql::new(
            "SELECT id, name, time_zone, default_language, languages, accent, accent_dark, radius, font, \
             quiet_from, quiet_until, calling_code, book_url, moderation, half_stars, review_request_days, \
             advance_copies, hold_words, notes FROM shops WHERE id = $1",
        )
        .arg(shop)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let (default_language, languages) = languages_of(&row)?;
        Ok(Some(ShopSettings {
            id: row.get("id")?,
            name: row.get("name")?,
            time_zone: row.get("time_zone")?,
            default_language,
            languages,
            origins: self.origins(shop)?,
            look: look_of(&row)?,
            quiet: QuietHours {
                from: row.get("quiet_from")?,
                until: row.get("quiet_until")?,
            },
            calling_code: row.get("calling_code")?,
            book_url: row.get("book_url")?,
            moderation: moderation_of(&row)?,
            half_stars: row.get("half_stars")?,
            review_request_days: row.get("review_request_days")?,
            advance_copies: row.get("advance_copies")?,
            words: words_of(&row)?,
            notes: shop_notes_of(&row)?,
        }))
    }

    /// Changes a shop's settings; gives them as they are then, or nothing when there is no such shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_settings(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        change: SettingsChange,
    ) -> Result<Result<Option<ShopSettings>, DefaultNotOffered>, StoreError> {
        self.lock([format!("settings {shop}")])?;
        let Some(before) = self.settings(shop)? else {
            return Ok(Ok(None));
        };
        let after = ShopSettings {
            name: change.name.unwrap_or_else(|| before.name.clone()),
            time_zone: change.time_zone.unwrap_or_else(|| before.time_zone.clone()),
            default_language: change.default_language.unwrap_or(before.default_language),
            languages: change.languages.unwrap_or_else(|| before.languages.clone()),
            look: change.look.unwrap_or_else(|| before.look.clone()),
            quiet: change.quiet.unwrap_or_else(|| before.quiet.clone()),
            calling_code: change
                .calling_code
                .unwrap_or_else(|| before.calling_code.clone()),
            book_url: change.book_url.unwrap_or_else(|| before.book_url.clone()),
            moderation: change.moderation.unwrap_or(before.moderation),
            half_stars: change.half_stars.unwrap_or(before.half_stars),
            review_request_days: change
                .review_request_days
                .unwrap_or(before.review_request_days),
            advance_copies: change.advance_copies.unwrap_or(before.advance_copies),
            words: replaced(&before.words, change.words),
            notes: change.notes.unwrap_or_else(|| before.notes.clone()),
            ..before.clone()
        };
        if !after.languages.contains(&after.default_language) {
            return Ok(Err(DefaultNotOffered));
        }
        Sql::new(
            "UPDATE shops SET name = $1, time_zone = $2, default_language = $3, languages = $4, \
             accent = $5, accent_dark = $6, radius = $7, font = $8, quiet_from = $9, \
             quiet_until = $10, calling_code = $11, book_url = $12, moderation = $13, \
             half_stars = $14, review_request_days = $15, advance_copies = $16, hold_words = $17, \
             notes = $18 WHERE id = $19",
        )
        .arg(&after.name)
        .arg(&after.time_zone)
        .arg(after.default_language.tag())
        .arg(tags(&after.languages))
        .arg(&after.look.accent)
        .arg(&after.look.accent_dark)
        .arg(after.look.radius)
        .arg(&after.look.font)
        .arg(&after.quiet.from)
        .arg(&after.quiet.until)
        .arg(&after.calling_code)
        .arg(&after.book_url)
        .arg(after.moderation.as_str())
        .arg(after.half_stars)
        .arg(after.review_request_days)
        .arg(after.advance_copies)
        .arg(kept_words(&after.words))
        .arg(kept_shop_notes(&after.notes))
        .arg(shop)
        .run(self)?;
        if before.time_zone != after.time_zone {
            self.hours_have_moved(shop)?;
        }
        let both = (noted(&before), noted(&after));
        self.audit_difference(shop, by, Action::SettingsChanged, "", both)?;
        Ok(Ok(Some(after)))
    }

    /// The origins whose pages may use a shop's public keys, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn origins(&mut self, shop: &ShopId) -> Result<Vec<String>, StoreError> {
        Sql::new("SELECT origin FROM shop_origins WHERE shop_id = $1 ORDER BY origin")
            .arg(shop)
            .values(self)
    }

    /// Puts other origins in place of a shop's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_origins(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        origins: &[String],
    ) -> Result<(), StoreError> {
        self.lock([format!("settings {shop}")])?;
        let before = self.origins(shop)?;
        Sql::new("DELETE FROM shop_origins WHERE shop_id = $1")
            .arg(shop)
            .run(self)?;
        for origin in origins {
            Sql::new(
                "INSERT INTO shop_origins (shop_id, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .arg(shop)
            .arg(origin)
            .run(self)?;
        }
        let after = self.origins(shop)?;
        let noted = |origins: Vec<String>| fields_of([("origins", origins.join(" "))]);
        let both = (noted(before), noted(after));
        self.audit_difference(shop, by, Action::OriginsChanged, "", both)
    }
}

/// The default language and those that are offered, from a row of `shops`.
pub(crate) fn languages_of(row: &Row) -> Result<(Lang, Vec<Lang>), StoreError> {
    let lang = |tag: &str| {
        let known = Lang::ALL.into_iter().find(|lang| lang.tag() == tag);
        known.ok_or(StoreError::Corrupt("shops.languages"))
    };
    let offered: String = row.get("languages")?;
    let offered = offered.split(' ').map(lang).collect::<Result<_, _>>()?;
    Ok((lang(&row.get::<String>("default_language")?)?, offered))
}

/// When somebody looks at reviews, from a row of `shops`.
pub(crate) fn moderation_of(row: &Row) -> Result<Moderation, StoreError> {
    let word: String = row.get("moderation")?;
    Moderation::from_word(&word).ok_or(StoreError::Corrupt("shops.moderation"))
}

/// The look, from a row of `shops`.
pub(crate) fn look_of(row: &Row) -> Result<Look, StoreError> {
    Ok(Look {
        accent: row.get("accent")?,
        accent_dark: row.get("accent_dark")?,
        radius: row.get("radius")?,
        font: row.get("font")?,
    })
}

/// The lists with those that are changed in their places.
fn replaced(lists: &[WordList], changed: Option<Vec<WordList>>) -> Vec<WordList> {
    let mut lists = lists.to_vec();
    for list in changed.unwrap_or_default() {
        let place = lists.iter_mut().find(|old| old.language == list.language);
        if let Some(old) = place {
            *old = list;
        }
    }
    lists
}

fn tags(languages: &[Lang]) -> String {
    let tags: Vec<_> = languages.iter().map(|lang| lang.tag()).collect();
    tags.join(" ")
}

/// What stands in the log of settings.
fn noted(settings: &ShopSettings) -> Fields {
    let mut fields = fields_of([
        ("name", settings.name.clone()),
        ("time_zone", settings.time_zone.clone()),
        ("default_language", settings.default_language.tag().into()),
        ("languages", tags(&settings.languages)),
        ("accent", settings.look.accent.clone()),
        ("accent_dark", settings.look.accent_dark.clone()),
        (
            "radius",
            settings
                .look
                .radius
                .map_or_else(String::new, |radius| radius.to_string()),
        ),
        ("font", settings.look.font.clone()),
        ("quiet_from", settings.quiet.from.clone()),
        ("quiet_until", settings.quiet.until.clone()),
        ("calling_code", settings.calling_code.clone()),
        ("book_url", settings.book_url.clone()),
        ("moderation", settings.moderation.as_str().into()),
        ("half_stars", settings.half_stars.to_string()),
        (
            "review_request_days",
            settings.review_request_days.to_string(),
        ),
        ("advance_copies", settings.advance_copies.to_string()),
    ]);
    fields.extend(settings.words.iter().map(|list| {
        let name = WordList::field(list.language).to_owned();
        (name, list.words.join(", "))
    }));
    let notes = &settings.notes;
    for (name, list) in [
        ("notes.warnings", &notes.warnings),
        ("notes.moods", &notes.moods),
    ] {
        let ids = list.terms.iter().map(|term| {
            let labels: Vec<_> = term.labels.values().map(String::as_str).collect();
            format!("{}: {}", term.id, labels.join(" / "))
        });
        let ids = ids.collect::<Vec<_>>().join("; ");
        fields.insert(name.to_owned(), if list.on { ids } else { String::new() });
    }
    fields.insert("notes.pace".to_owned(), notes.pace.to_string());
    fields
}
