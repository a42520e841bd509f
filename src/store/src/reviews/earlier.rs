//! What the authors of reviews have written before: a few versions with the review, the others page by page.

use super::versions::Review;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::reviews::moderation::{EarlierVersion, EarlierVersions};
use bookplate_wire::reviews::writing::VERSIONS_A_DAY;
use bookplate_wire::{ReviewId, ShopId};

/// How many earlier versions are told with a review, besides the one that readers see.
const TOLD: u32 = 10;
/// A day in milliseconds.
const DAY: i64 = 24 * 3_600_000;

impl Db {
    /// The last few earlier versions of a review with the one that readers see, the latest first; and how many there are
    /// besides.
    pub(super) fn earlier_shown(
        &mut self,
        review: &Review,
    ) -> Result<(Vec<EarlierVersion>, u32), StoreError> {
        let latest = review.latest.number;
        let mut versions = self.earlier_versions(review, latest, TOLD)?;
        let seen = review.shown_version;
        let is_told = |version: &EarlierVersion| version.version == seen;
        if review.is_published && (1..latest).contains(&seen) && !versions.iter().any(is_told) {
            versions.extend(self.earlier_versions(review, seen + 1, 1)?);
        }
        let all: u32 =
            Sql::new("SELECT COUNT(*) FROM review_versions WHERE review_id = $1 AND version < $2")
                .arg(&review.id)
                .arg(latest)
                .value(self)?
                .unwrap_or_default();
        let told = u32::try_from(versions.len()).unwrap_or(u32::MAX);
        Ok((versions, all.saturating_sub(told)))
    }

    /// A page of the versions of a review from before the version `before`, or before the latest one; the latest first.
    ///
    /// The times for people are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn review_versions(
        &mut self,
        shop: &ShopId,
        id: &ReviewId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Option<EarlierVersions>, StoreError> {
        let Some(review) = self.review_with_latest(shop, id)? else {
            return Ok(None);
        };
        let latest = review.latest.number;
        let before = before.map_or(latest, |before| before.min(latest));
        let mut versions = self.earlier_versions(&review, before, limit.saturating_add(1))?;
        let more = versions.len() > limit as usize;
        versions.truncate(limit as usize);
        let last = versions.last().filter(|_| more);
        let next = last.map(|last| last.version);
        Ok(Some(EarlierVersions { versions, next }))
    }

    fn earlier_versions(
        &mut self,
        review: &Review,
        before: u32,
        limit: u32,
    ) -> Result<Vec<EarlierVersion>, StoreError> {
        let rows = Sql::new(
            "SELECT version, rating, title, body, written_at FROM review_versions \
             WHERE review_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3",
        )
        .arg(&review.id)
        .arg(before)
        .arg(limit)
        .rows(self)?;
        let mut photos = self.version_photos(&review.id)?;
        let mut earlier = |row: &Row| {
            let version = row.get("version")?;
            Ok(EarlierVersion {
                version,
                rating: row.get("rating")?,
                title: row.get("title")?,
                body: row.get("body")?,
                photos: photos.remove(&version).unwrap_or_default(),
                written_at: row.get("written_at")?,
                written: String::new(),
                shown: review.is_published && review.shown_version == version,
            })
        };
        rows.iter().map(&mut earlier).collect()
    }

    /// Whether the author has written a review anew as often as a day allows.
    pub(super) fn is_written_too_often(&mut self, review: &ReviewId) -> Result<bool, StoreError> {
        let written: u32 = Sql::new(
            "SELECT COUNT(*) FROM review_versions WHERE review_id = $1 AND written_at > $2",
        )
        .arg(review)
        .arg(now() - DAY)
        .value(self)?
        .unwrap_or_default();
        Ok(written >= VERSIONS_A_DAY)
    }
}
