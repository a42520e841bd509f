//! The figures of a work's published reviews: kept with every write, read with every page, recounted by
//! `bookplate doctor`.

use crate::db::{Row, Sql};
use crate::{Db, StoreError};
use bookplate_wire::reviews::{LanguageCount, Summary};
use bookplate_wire::{Isbn, ShopId, WorkId};
use std::collections::{BTreeMap, BTreeSet};

/// The bar of the histogram, 1 to 5, in which a rating in tenths of a star counts: half stars count
/// upwards.
pub fn bar(rating: u8) -> u8 {
    ((rating + 5) / 10).clamp(1, 5)
}

/// Lower bound of the Wilson score interval at 95 % for the share of helpful votes, in billionths.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927), with
/// z = 1.96. Few votes give a low bound, however favourable they are.
pub(crate) fn helpful_score(helpful: u32, votes: u32) -> i64 {
    if votes == 0 {
        return 0;
    }
    let z = 1.96_f64;
    let n = f64::from(votes);
    let share = f64::from(helpful) / n;
    let centre = share + z * z / (2.0 * n);
    let spread = z * ((share * (1.0 - share) + z * z / (4.0 * n)) / n).sqrt();
    (((centre - spread) / (1.0 + z * z / n)).max(0.0) * 1e9).round() as i64
}

/// What one published review adds to the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) rating: u8,
    pub(crate) language: String,
    pub(crate) verified: bool,
    pub(crate) photos: bool,
}

impl Counted {
    /// The columns of the same names, of a row of `reviews`.
    pub(crate) fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            rating: row.get("rating")?,
            language: row.get("language_primary")?,
            verified: row.get("verified")?,
            photos: row.get("photos")?,
        })
    }
}

/// A change of a work's figures. Changes add up, so that a batch writes each work once.
#[derive(Debug, Default)]
pub(crate) struct Change {
    rating_sum: i64,
    stars: [i64; 5],
    verified: i64,
    photos: i64,
    languages: BTreeMap<String, i64>,
}

impl Change {
    /// Counts a review in.
    pub(crate) fn add(&mut self, review: &Counted) {
        self.count(review, 1);
    }

    /// Takes a review out.
    pub(crate) fn remove(&mut self, review: &Counted) {
        self.count(review, -1);
    }

    fn count(&mut self, review: &Counted, by: i64) {
        self.rating_sum += by * i64::from(review.rating);
        self.stars[usize::from(bar(review.rating)) - 1] += by;
        self.verified += by * i64::from(review.verified);
        self.photos += by * i64::from(review.photos);
        if !review.language.is_empty() {
            *self.languages.entry(review.language.clone()).or_default() += by;
        }
    }

    /// Writes the change; the figures of `work` must exist.
    pub(crate) fn apply(self, db: &mut Db, work: &WorkId) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE work_ratings SET version = version + 1, rating_sum = rating_sum + $1, \
             stars_1 = stars_1 + $2, stars_2 = stars_2 + $3, stars_3 = stars_3 + $4, \
             stars_4 = stars_4 + $5, stars_5 = stars_5 + $6, verified = verified + $7, \
             photos = photos + $8 WHERE work_id = $9",
        )
        .arg(self.rating_sum)
        .arg(self.stars[0])
        .arg(self.stars[1])
        .arg(self.stars[2])
        .arg(self.stars[3])
        .arg(self.stars[4])
        .arg(self.verified)
        .arg(self.photos)
        .arg(work)
        .run(db)?;
        for (language, by) in self.languages.into_iter().filter(|&(_, by)| by != 0) {
            Sql::new(
                "INSERT INTO work_languages (work_id, language, count) VALUES ($1, $2, $3) \
                 ON CONFLICT (work_id, language) \
                 DO UPDATE SET count = work_languages.count + excluded.count",
            )
            .arg(work)
            .arg(language)
            .arg(by)
            .run(db)?;
        }
        Ok(())
    }
}

/// The columns of `work_ratings` (as `g`) that [`summary_of`] reads.
pub(crate) const SUMMARY_COLUMNS: &str = "g.rating_sum, g.stars_1, g.stars_2, g.stars_3, g.stars_4, \
                                          g.stars_5, g.verified, g.photos";

/// The summary in a row with [`SUMMARY_COLUMNS`], without its languages.
pub(crate) fn summary_of(row: &Row) -> Result<Summary, StoreError> {
    let stars = [
        row.get("stars_1")?,
        row.get("stars_2")?,
        row.get("stars_3")?,
        row.get("stars_4")?,
        row.get("stars_5")?,
    ];
    let count: u32 = stars.iter().sum();
    let sum: u64 = row.get("rating_sum")?;
    let average = (sum + u64::from(count) / 2)
        .checked_div(u64::from(count))
        .unwrap_or(0);
    Ok(Summary {
        average: u8::try_from(average).map_err(|_| StoreError::Corrupt("rating_sum"))?,
        count,
        stars,
        verified: row.get("verified")?,
        photos: row.get("photos")?,
        languages: Vec::new(),
    })
}

/// The ratings of one book, as a badge shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// The ISBN that was asked for.
    pub isbn: Isbn,
    /// The work behind it.
    pub work: WorkId,
    /// Rises with every change that a reader of the work can see.
    pub version: i64,
    /// The figures, without the languages.
    pub summary: Summary,
}

impl Db {
    /// The ratings of those of `isbns` that the shop's catalogue knows, in any order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn ratings(&mut self, shop: &ShopId, isbns: &[Isbn]) -> Result<Vec<Rated>, StoreError> {
        if isbns.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new("SELECT e.isbn, e.work_id, g.version, ");
        sql.push(SUMMARY_COLUMNS)
            .push(
                " FROM editions e JOIN work_ratings g ON g.work_id = e.work_id WHERE e.shop_id = ",
            )
            .bind(shop)
            .push(" AND e.isbn IN (")
            .bind_all(isbns)
            .push(")");
        sql.rows(self)?
            .iter()
            .map(|row| {
                Ok(Rated {
                    isbn: row.get("isbn")?,
                    work: row.get("work_id")?,
                    version: row.get("version")?,
                    summary: summary_of(row)?,
                })
            })
            .collect()
    }

    /// The languages in which a work is reviewed, most frequent first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn review_languages(&mut self, work: &WorkId) -> Result<Vec<LanguageCount>, StoreError> {
        Sql::new(
            "SELECT language, count FROM work_languages WHERE work_id = $1 AND count > 0 \
             ORDER BY count DESC, language",
        )
        .arg(work)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(LanguageCount {
                language: row.get("language")?,
                count: row.get("count")?,
            })
        })
        .collect()
    }

    /// The works whose kept figures, or figures of a review of theirs, differ from a recount. There should be none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn miscounted_works(&mut self) -> Result<Vec<WorkId>, StoreError> {
        let mut works = self.works_with_other_figures()?;
        works.extend(self.works_with_other_votes()?);
        works.extend(self.works_with_other_marks()?);
        Ok(works.into_iter().collect())
    }

    /// The works whose figures differ from a recount of their reviews.
    fn works_with_other_figures(&mut self) -> Result<BTreeSet<WorkId>, StoreError> {
        let works: Vec<WorkId> = Sql::new(
            "SELECT g.work_id FROM work_ratings g LEFT JOIN (\
                SELECT work_id, CAST(SUM(rating) AS BIGINT) AS rating_sum, \
                    CAST(SUM(CASE stars WHEN 1 THEN 1 ELSE 0 END) AS BIGINT) AS stars_1, \
                    CAST(SUM(CASE stars WHEN 2 THEN 1 ELSE 0 END) AS BIGINT) AS stars_2, \
                    CAST(SUM(CASE stars WHEN 3 THEN 1 ELSE 0 END) AS BIGINT) AS stars_3, \
                    CAST(SUM(CASE stars WHEN 4 THEN 1 ELSE 0 END) AS BIGINT) AS stars_4, \
                    CAST(SUM(CASE stars WHEN 5 THEN 1 ELSE 0 END) AS BIGINT) AS stars_5, \
                    CAST(SUM(verified) AS BIGINT) AS verified, \
                    CAST(SUM(CASE WHEN photos > 0 THEN 1 ELSE 0 END) AS BIGINT) AS photos \
                FROM reviews WHERE status = 'published' GROUP BY work_id\
             ) r ON r.work_id = g.work_id \
             WHERE g.rating_sum <> COALESCE(r.rating_sum, 0) \
                OR g.stars_1 <> COALESCE(r.stars_1, 0) OR g.stars_2 <> COALESCE(r.stars_2, 0) \
                OR g.stars_3 <> COALESCE(r.stars_3, 0) OR g.stars_4 <> COALESCE(r.stars_4, 0) \
                OR g.stars_5 <> COALESCE(r.stars_5, 0) OR g.verified <> COALESCE(r.verified, 0) \
                OR g.photos <> COALESCE(r.photos, 0) \
             UNION \
             SELECT k.work_id FROM work_languages k LEFT JOIN (\
                SELECT work_id, language_primary, COUNT(*) AS count FROM reviews \
                WHERE status = 'published' GROUP BY work_id, language_primary\
             ) r ON r.work_id = k.work_id AND r.language_primary = k.language \
             WHERE k.count <> COALESCE(r.count, 0) \
             UNION \
             SELECT r.work_id FROM (\
                SELECT DISTINCT work_id, language_primary FROM reviews \
                WHERE status = 'published' AND language_primary <> ''\
             ) r LEFT JOIN work_languages k ON k.work_id = r.work_id AND k.language = r.language_primary \
             WHERE k.work_id IS NULL \
             UNION \
             SELECT r.work_id FROM reviews r LEFT JOIN work_ratings g ON g.work_id = r.work_id \
             WHERE g.work_id IS NULL",
        )
        .values(self)?;
        Ok(works.into_iter().collect())
    }

    /// The works with a review whose votes are not those of the file and those given here, or whose place among the most
    /// helpful does not follow from them.
    fn works_with_other_votes(&mut self) -> Result<BTreeSet<WorkId>, StoreError> {
        let works: Vec<WorkId> = Sql::new(
            "SELECT DISTINCT r.work_id FROM reviews r LEFT JOIN (\
                SELECT review_id, COUNT(*) AS votes, CAST(SUM(helpful) AS BIGINT) AS helpful \
                FROM review_votes GROUP BY review_id\
             ) v ON v.review_id = r.id \
             WHERE r.votes <> r.filed_votes + COALESCE(v.votes, 0) \
                OR r.helpful <> r.filed_helpful + COALESCE(v.helpful, 0)",
        )
        .values(self)?;
        let mut works: BTreeSet<WorkId> = works.into_iter().collect();
        // Few reviews have other votes than all others: each pair is reckoned once.
        let rows =
            Sql::new("SELECT DISTINCT helpful, votes, helpful_score FROM reviews").rows(self)?;
        for row in &rows {
            let (helpful, votes): (u32, u32) = (row.get("helpful")?, row.get("votes")?);
            let score: i64 = row.get("helpful_score")?;
            if score != helpful_score(helpful, votes) {
                let wrong = Sql::new(
                    "SELECT DISTINCT work_id FROM reviews WHERE helpful = $1 AND votes = $2 AND helpful_score = $3",
                );
                let wrong = wrong.arg(helpful).arg(votes).arg(score);
                works.extend(wrong.values::<WorkId>(self)?);
            }
        }
        Ok(works)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_stars_count_upwards() {
        assert_eq!([5, 10, 15, 20, 45, 50].map(bar), [1, 1, 2, 2, 5, 5]);
    }

    #[test]
    fn many_good_votes_beat_few() {
        assert_eq!(helpful_score(0, 0), 0);
        assert!(helpful_score(2, 2) < helpful_score(90, 100));
        assert!(helpful_score(50, 100) < helpful_score(60, 100));
        // Published worked example: 1 of 1 gives 0.2065 at z = 1.96.
        assert_eq!(helpful_score(1, 1) / 100_000, 2065);
    }
}
