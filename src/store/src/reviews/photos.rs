//! Photos on reviews: sent first, then named by a version of a review, which has them from then on.

use super::versions::Version;
use crate::catalogue::catalogue_lock;
use crate::db::{Row, Sql};
use crate::ids::{NewId, now, secret_digits};
use crate::{Db, StoreError};
use bookplate_wire::reviews::photos::{ChosenPhoto, Photo, PhotoSize, WAITING_MAX};
use bookplate_wire::{CaseId, CustomerId, MessageId, PhotoId, ReviewId, ShopId};
use std::collections::HashMap;

/// For how long a photo that belongs to no review is kept, in milliseconds.
const WAITS: i64 = 24 * 3_600_000;

/// A photo to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhoto {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The photo itself, as JPEG.
    pub photo: Vec<u8>,
    /// A small square of it, as JPEG.
    pub thumbnail: Vec<u8>,
}

/// Why a photo was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoRefusal {
    /// There is no such customer any more.
    NoCustomer,
    /// Too many photos of the customer wait for a review.
    TooMany,
}

/// What a list of photos is made of; [`photo_of`] reads it.
const COLUMNS: &str = "SELECT v.review_id, v.version, v.alt, p.id, p.secret, p.width, p.height \
    FROM review_version_photos v JOIN review_photos p ON p.id = v.photo_id ";
const IN_ORDER: &str = " ORDER BY v.review_id, v.version, v.position";

impl Db {
    /// Keeps a photo of a customer's until a review names it, or a day has passed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_photo(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        new: NewPhoto,
    ) -> Result<Result<Photo, PhotoRefusal>, StoreError> {
        // Of two at once the second one sees the first, and nobody is deleted meanwhile.
        self.lock([catalogue_lock(shop)])?;
        let waiting = Sql::new(
            "SELECT (SELECT COUNT(*) FROM review_photos p WHERE p.customer_id = c.id \
             AND p.review_id IS NULL AND p.entry_id IS NULL) FROM customers c WHERE c.id = $1 AND c.shop_id = $2",
        );
        match waiting.arg(customer).arg(shop).value::<u32>(self)? {
            None => return Ok(Err(PhotoRefusal::NoCustomer)),
            Some(WAITING_MAX..) => return Ok(Err(PhotoRefusal::TooMany)),
            Some(_) => {}
        }
        self.put_any_photo(shop, Some(customer), new).map(Ok)
    }

    /// Keeps a photo of somebody without an account until a feedback case names it, or a day has passed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn put_guest_photo(&mut self, shop: &ShopId, new: NewPhoto) -> Result<Photo, StoreError> {
        self.put_any_photo(shop, None, new)
    }

    fn put_any_photo(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        new: NewPhoto,
    ) -> Result<Photo, StoreError> {
        let (width, height) = (new.width, new.height);
        let (id, secret) = self.insert_photo(shop, customer, new)?;
        Ok(Photo {
            url: PhotoSize::Photo.path(&id, Some(&secret)),
            thumbnail: PhotoSize::Thumbnail.path(&id, Some(&secret)),
            width,
            height,
            alt: String::new(),
            id,
        })
    }

    /// Keeps a photo, perhaps a customer's, that belongs to no review yet; gives its id and its secret.
    pub(super) fn insert_photo(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        new: NewPhoto,
    ) -> Result<(PhotoId, String), StoreError> {
        let (id, secret) = (PhotoId::new_id(), secret_digits());
        Sql::new(
            "INSERT INTO review_photos (id, shop_id, customer_id, secret, width, height, uploaded_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .arg(&id)
        .arg(shop)
        .arg(customer)
        .arg(&secret)
        .arg(new.width)
        .arg(new.height)
        .arg(now())
        .run(self)?;
        for (size, bytes) in [
            (PhotoSize::Photo, new.photo),
            (PhotoSize::Thumbnail, new.thumbnail),
        ] {
            Sql::new("INSERT INTO review_photo_files (photo_id, size, bytes) VALUES ($1, $2, $3)")
                .arg(&id)
                .arg(size.as_str())
                .arg(bytes)
                .run(self)?;
        }
        Ok((id, secret))
    }

    /// Those of some photos that a customer, or somebody without an account, has sent and that belong to nothing yet, in the
    /// order in which they are named.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn waiting_photos(
        &mut self,
        shop: &ShopId,
        customer: Option<&CustomerId>,
        photos: &[PhotoId],
    ) -> Result<Vec<Photo>, StoreError> {
        let mut found = Vec::with_capacity(photos.len());
        for photo in photos {
            let mut sql = Sql::new(
                "SELECT id, secret, width, height, '' AS alt FROM review_photos WHERE review_id IS NULL \
                 AND entry_id IS NULL AND shop_id = ",
            );
            sql.bind(shop).push(" AND id = ").bind(photo);
            match customer {
                Some(customer) => sql.push(" AND customer_id = ").bind(customer),
                None => sql.push(" AND customer_id IS NULL"),
            };
            if let Some(row) = sql.row(self)? {
                found.push(photo_of(&row, true)?);
            }
        }
        Ok(found)
    }

    /// Deletes a customer's photo that belongs to no review; whether there was such a photo.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_photo(
        &mut self,
        customer: &CustomerId,
        photo: &PhotoId,
    ) -> Result<bool, StoreError> {
        let deleted = Sql::new(
            "DELETE FROM review_photos WHERE id = $1 AND customer_id = $2 AND review_id IS NULL \
             AND entry_id IS NULL",
        );
        let deleted = deleted.arg(photo).arg(customer).run(self)?;
        Ok(deleted > 0)
    }

    /// A picture, as JPEG: for whoever has the `secret` as long as the photo is kept, else only while readers see the
    /// photo.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn photo_file(
        &mut self,
        photo: &PhotoId,
        secret: Option<&str>,
        size: PhotoSize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = match secret {
            Some(secret) => Sql::new(
                "SELECT f.bytes FROM review_photo_files f JOIN review_photos p ON p.id = f.photo_id \
                 WHERE p.id = $1 AND p.secret = $2 AND f.size = $3",
            )
            .arg(photo)
            .arg(secret),
            None => Sql::new(
                "SELECT f.bytes FROM review_photo_files f WHERE f.photo_id = $1 AND EXISTS \
                 (SELECT 1 FROM review_version_photos v JOIN reviews r ON r.id = v.review_id \
                 AND r.version = v.version WHERE v.photo_id = f.photo_id AND r.status = 'published') \
                 AND f.size = $2",
            )
            .arg(photo),
        };
        sql.arg(size.as_str()).value(self)
    }

    /// All photos of a customer that are kept, the earliest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn photos_of(&mut self, customer: &CustomerId) -> Result<Vec<Photo>, StoreError> {
        Sql::new(
            "SELECT p.id, p.secret, p.width, p.height, COALESCE((SELECT v.alt FROM review_version_photos v \
             WHERE v.photo_id = p.id ORDER BY v.version DESC LIMIT 1), '') AS alt \
             FROM review_photos p WHERE p.customer_id = $1 ORDER BY p.uploaded_at, p.id",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(|row| photo_of(row, true))
        .collect()
    }

    /// Makes photos of the customer's a review's own; the position of the first one that cannot be.
    pub(super) fn claim_photos(
        &mut self,
        customer: &CustomerId,
        review: &ReviewId,
        photos: &[ChosenPhoto],
    ) -> Result<Result<(), usize>, StoreError> {
        for (at, photo) in photos.iter().enumerate() {
            let claimed = Sql::new(
                "UPDATE review_photos SET review_id = $1 WHERE id = $2 AND customer_id = $3 \
                 AND entry_id IS NULL AND (review_id IS NULL OR review_id = $1)",
            );
            if claimed.arg(review).arg(&photo.id).arg(customer).run(self)? == 0 {
                return Ok(Err(at));
            }
        }
        Ok(Ok(()))
    }

    /// Notes which photos a version has.
    pub(super) fn insert_version_photos(
        &mut self,
        review: &ReviewId,
        version: &Version,
    ) -> Result<(), StoreError> {
        for (at, photo) in version.text.photos.iter().enumerate() {
            Sql::new(
                "INSERT INTO review_version_photos (review_id, version, position, photo_id, alt) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .arg(review)
            .arg(version.number)
            .arg(at as i64)
            .arg(&photo.id)
            .arg(&photo.alt)
            .run(self)?;
        }
        Ok(())
    }

    /// The photos of all versions of a review, by the version's number, at addresses for its author and the staff.
    pub(crate) fn version_photos(
        &mut self,
        review: &ReviewId,
    ) -> Result<HashMap<u32, Vec<Photo>>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push("WHERE v.review_id = ").bind(review).push(IN_ORDER);
        let mut photos: HashMap<u32, Vec<Photo>> = HashMap::new();
        for row in sql.rows(self)? {
            let of = photos.entry(row.get("version")?).or_default();
            of.push(photo_of(&row, true)?);
        }
        Ok(photos)
    }

    /// The photos of the latest version of each of a customer's reviews, at the author's own addresses.
    pub(super) fn own_photos(
        &mut self,
        customer: &CustomerId,
    ) -> Result<HashMap<ReviewId, Vec<Photo>>, StoreError> {
        let mut sql = Sql::new(COLUMNS);
        sql.push("WHERE p.customer_id = ")
            .bind(customer)
            .push(
                " AND v.version = COALESCE((SELECT MAX(l.version) FROM review_versions l \
                 WHERE l.review_id = v.review_id), 0)",
            )
            .push(IN_ORDER);
        by_review(&sql.rows(self)?, true)
    }

    /// The photos that readers see of these reviews, at addresses for everybody.
    pub(super) fn shown_photos(
        &mut self,
        reviews: &[ReviewId],
    ) -> Result<HashMap<ReviewId, Vec<Photo>>, StoreError> {
        if reviews.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = Sql::new(COLUMNS);
        sql.push(
            "JOIN reviews r ON r.id = v.review_id AND r.version = v.version WHERE v.review_id IN (",
        )
        .bind_all(reviews)
        .push(")")
        .push(IN_ORDER);
        by_review(&sql.rows(self)?, false)
    }

    /// Forgets the photos of a review. What its versions had of them goes along.
    pub(super) fn forget_photos(&mut self, review: &ReviewId) -> Result<(), StoreError> {
        Sql::new("DELETE FROM review_photos WHERE review_id = $1")
            .arg(review)
            .run(self)
            .map(drop)
    }

    /// Forgets all photos of a customer.
    pub(super) fn forget_all_photos(&mut self, customer: &CustomerId) -> Result<(), StoreError> {
        Sql::new("DELETE FROM review_photos WHERE customer_id = $1")
            .arg(customer)
            .run(self)
            .map(drop)
    }

    /// Forgets photos that no review has named for a day.
    pub(crate) fn forget_waiting_photos(&mut self) -> Result<(), StoreError> {
        Sql::new(
            "DELETE FROM review_photos WHERE review_id IS NULL AND entry_id IS NULL AND uploaded_at < $1",
        )
        .arg(now() - WAITS)
        .run(self)
        .map(drop)
    }
}

/// The photos of a feedback case, by the message that they came with, at addresses for its shopper and the staff. What a
/// review had that was handed over counts for the first message.
pub(crate) fn entry_photos(
    db: &mut Db,
    case: &CaseId,
) -> Result<HashMap<MessageId, Vec<Photo>>, StoreError> {
    let mut photos: HashMap<MessageId, Vec<Photo>> = HashMap::new();
    let sent = Sql::new(
        "SELECT n.id AS entry, p.id, p.secret, p.width, p.height, '' AS alt FROM feedback_entries n \
         JOIN review_photos p ON p.entry_id = n.id WHERE n.case_id = $1 ORDER BY p.uploaded_at, p.id",
    );
    let handed_over = Sql::new(
        "SELECT (SELECT n.id FROM feedback_entries n WHERE n.case_id = f.id ORDER BY n.number LIMIT 1) AS entry, \
         p.id, p.secret, p.width, p.height, v.alt FROM feedback_cases f JOIN review_version_photos v \
         ON v.review_id = f.review_id AND v.version = f.review_version JOIN review_photos p ON p.id = v.photo_id \
         WHERE f.id = $1 ORDER BY v.position",
    );
    for sql in [sent, handed_over] {
        for row in sql.arg(case).rows(db)? {
            let of = photos.entry(row.get("entry")?).or_default();
            of.push(photo_of(&row, true)?);
        }
    }
    Ok(photos)
}

fn by_review(rows: &[Row], own: bool) -> Result<HashMap<ReviewId, Vec<Photo>>, StoreError> {
    let mut photos: HashMap<ReviewId, Vec<Photo>> = HashMap::new();
    for row in rows {
        let of = photos.entry(row.get("review_id")?).or_default();
        of.push(photo_of(row, own)?);
    }
    Ok(photos)
}

fn photo_of(row: &Row, own: bool) -> Result<Photo, StoreError> {
    let (id, secret): (PhotoId, String) = (row.get("id")?, row.get("secret")?);
    let secret = own.then_some(secret.as_str());
    Ok(Photo {
        url: PhotoSize::Photo.path(&id, secret),
        thumbnail: PhotoSize::Thumbnail.path(&id, secret),
        width: row.get("width")?,
        height: row.get("height")?,
        alt: row.get("alt")?,
        id,
    })
}
