//! Photos of reviews that come from a file, with the reviews or later.

use super::photos::NewPhoto;
use super::write::removed_reviews;
use crate::catalogue::{catalogue_lock, touch};
use crate::db::{LIST, Sql};
use crate::ratings::{Change, Counted};
use crate::{Db, StoreError};
use bookplate_wire::reviews::photos::PHOTOS_MAX;
use bookplate_wire::{CustomerId, PhotoId, ReviewId, ShopId, WorkId};
use std::collections::{HashMap, HashSet};

/// A photo that was made of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledPhoto {
    /// The SHA-256 of that file, in hexadecimal digits: the same file is the same photo.
    pub source: String,
    /// The photo.
    pub photo: NewPhoto,
    /// What is to be seen on it, or empty.
    pub alt: String,
}

/// What is known of the photos of a review.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownPhotos {
    /// Whether it takes photos from a file: neither its author nor the staff has touched it here, and it has an author.
    pub takes: bool,
    /// The files that photos of it were made of.
    pub sources: HashSet<String>,
    /// Its photos.
    pub ids: HashSet<PhotoId>,
}

impl KnownPhotos {
    /// How many photos more it can have.
    pub fn room(&self) -> usize {
        PHOTOS_MAX.saturating_sub(self.ids.len())
    }
}

impl Db {
    /// What is known of the photos of those of these reviews, by what the file calls them, that the shop has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn known_photos(
        &mut self,
        shop: &ShopId,
        reviews: &[String],
    ) -> Result<HashMap<String, KnownPhotos>, StoreError> {
        let mut known: HashMap<String, KnownPhotos> = HashMap::new();
        // Those that are not to come back take none.
        for review in removed_reviews(self, shop, reviews)? {
            known.entry(review).or_default();
        }
        for chunk in reviews.chunks(LIST) {
            let mut sql = Sql::new(
                "SELECT r.source_id, r.version, r.let_go, p.id, p.source FROM reviews r \
                 LEFT JOIN review_photos p ON p.review_id = r.id WHERE r.shop_id = ",
            );
            sql.bind(shop)
                .push(" AND r.source_id IN (")
                .bind_all(chunk)
                .push(")");
            for row in sql.rows(self)? {
                let of = known.entry(row.get("source_id")?).or_default();
                of.takes = row.get::<u32>("version")? == 0 && !row.get::<bool>("let_go")?;
                if let Some(id) = row.get("id")? {
                    of.ids.insert(id);
                    of.sources.insert(row.get("source")?);
                }
            }
        }
        Ok(known)
    }

    /// Adds photos to a review that came from a file, as many as there is room for; how many that were. Those that it has
    /// already are not added again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_filed_photos(
        &mut self,
        shop: &ShopId,
        review: &str,
        photos: &[FiledPhoto],
    ) -> Result<usize, StoreError> {
        self.lock([catalogue_lock(shop)])?;
        let known = self.known_photos(shop, &[review.to_owned()])?;
        let known = known.get(review).filter(|known| known.takes);
        let (Some(known), Some(of)) = (known, self.filed_review(shop, review)?) else {
            return Ok(0);
        };
        let new = photos
            .iter()
            .filter(|photo| !known.sources.contains(&photo.source))
            .take(known.room());
        let mut added = 0;
        for photo in new {
            let (id, _) = self.insert_photo(shop, of.author.as_ref(), photo.photo.clone())?;
            Sql::new("UPDATE review_photos SET review_id = $1, source = $2 WHERE id = $3")
                .arg(&of.id)
                .arg(&photo.source)
                .arg(&id)
                .run(self)?;
            Sql::new(
                "INSERT INTO review_version_photos (review_id, version, position, photo_id, alt) \
                 SELECT $1, 0, COALESCE(MAX(position) + 1, 0), $2, CAST($3 AS TEXT) FROM review_version_photos \
                 WHERE review_id = $1 AND version = 0",
            )
            .arg(&of.id)
            .arg(&id)
            .arg(&photo.alt)
            .run(self)?;
            added += 1;
        }
        if added > 0 {
            Sql::new("UPDATE reviews SET photos = photos + $1 WHERE id = $2")
                .arg(added as i64)
                .arg(&of.id)
                .run(self)?;
            let mut change = Change::default();
            if of.is_published && !of.counted.photos {
                change.remove(&of.counted);
                change.add(&Counted {
                    photos: true,
                    ..of.counted
                });
                change.apply(self, &of.work)?;
            } else {
                touch(self, &of.work)?;
            }
        }
        Ok(added)
    }

    fn filed_review(&mut self, shop: &ShopId, review: &str) -> Result<Option<Filed>, StoreError> {
        let row = Sql::new(
            "SELECT id, work_id, customer_id, status, rating, language_primary, verified, photos FROM reviews \
             WHERE shop_id = $1 AND source_id = $2",
        )
        .arg(shop)
        .arg(review)
        .row(self)?;
        row.map(|row| {
            Ok(Filed {
                id: row.get("id")?,
                work: row.get("work_id")?,
                author: row.get("customer_id")?,
                is_published: super::purchases::is_published(&row)?,
                counted: Counted::of(&row)?,
            })
        })
        .transpose()
    }

    /// The photos of reviews that came from a file belong to whoever turns out to be the author.
    pub(super) fn give_photos_to(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE review_photos SET customer_id = $1 WHERE (customer_id IS NULL OR customer_id <> $1) \
             AND review_id IN (SELECT id FROM reviews WHERE customer_id = $1 AND photos > 0)",
        )
        .arg(customer)
        .run(self)
        .map(drop)
    }

    /// The photos of a review that turns out to be nobody's are nobody's.
    pub(super) fn disown_photos(&mut self, review: &ReviewId) -> Result<(), StoreError> {
        Sql::new("UPDATE review_photos SET customer_id = NULL WHERE review_id = $1")
            .arg(review)
            .run(self)
            .map(drop)
    }
}

/// A review that came from a file.
struct Filed {
    id: ReviewId,
    work: WorkId,
    author: Option<CustomerId>,
    is_published: bool,
    counted: Counted,
}
