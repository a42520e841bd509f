//! Reading a page of a work's reviews: by keyset, so that every page costs the same.

use super::cursor::Cursor;
use super::notes::notes_of;
use super::own::edition_of;
use crate::db::{Row, Sql};
use crate::ratings::Rated;
use crate::text::contains_pattern;
use crate::{Db, StoreError};
use bookplate_wire::WorkId;
use bookplate_wire::reviews::photos::ShownPhoto;
use bookplate_wire::reviews::{PAGE, Review, ReviewPage, ReviewsQuery, Sort, Summary};

/// The first column of an order and the whole `ORDER BY`. Each has an index of its own.
fn order(sort: Sort) -> (Option<&'static str>, &'static str) {
    match sort {
        Sort::Helpful => (
            Some("r.helpful_score"),
            " ORDER BY r.helpful_score DESC, r.created_at DESC, r.id DESC LIMIT ",
        ),
        Sort::Newest => (None, " ORDER BY r.created_at DESC, r.id DESC LIMIT "),
        Sort::Highest => (
            Some("r.rating"),
            " ORDER BY r.rating DESC, r.created_at DESC, r.id DESC LIMIT ",
        ),
        Sort::Lowest => (
            Some("r.low_rating"),
            " ORDER BY r.low_rating DESC, r.created_at DESC, r.id DESC LIMIT ",
        ),
    }
}

/// Up to how many reviews of a work it is quick to look at all of them.
const FEW: u32 = 10_000;

impl Db {
    /// A page of a work's published reviews.
    ///
    /// The days in the reply are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another order; [`StoreError::TooSlow`] where too many reviews have
    /// to be looked at to find those that are asked for; else when the database does not answer.
    pub fn reviews(
        &mut self,
        rated: &Rated,
        query: &ReviewsQuery,
    ) -> Result<ReviewPage, StoreError> {
        let limit = query.limit.unwrap_or(PAGE);
        let select = select(&rated.work, query, limit)?;
        if has_none(&rated.summary, query) {
            return Ok(ReviewPage {
                reviews: Vec::new(),
                next: None,
            });
        }
        let rows = if query.is_search() && rated.summary.count > FEW {
            self.search(&select)?
        } else {
            select.rows(self)?
        };
        let more = rows.len() > limit as usize;
        let shown = &rows[..rows.len().min(limit as usize)];
        let mut reviews = shown.iter().map(review_of).collect::<Result<Vec<_>, _>>()?;
        self.add_photos(shown, &mut reviews)?;
        let next = match shown.last() {
            Some(last) if more => Some(cursor_behind(last, query.sort)?.encode()),
            _ => None,
        };
        Ok(ReviewPage { reviews, next })
    }

    /// Adds their photos to those of the reviews that have any.
    fn add_photos(&mut self, rows: &[Row], reviews: &mut [Review]) -> Result<(), StoreError> {
        let mut with_photos = Vec::new();
        for row in rows {
            if row.get::<u32>("photos")? > 0 {
                with_photos.push(row.get("id")?);
            }
        }
        let mut photos = self.shown_photos(&with_photos)?;
        for review in reviews {
            let shown = photos.remove(&review.id).unwrap_or_default();
            review.photos = shown.into_iter().map(ShownPhoto::from).collect();
        }
        Ok(())
    }
}

/// Whether the counts tell already that no review of a work is what is asked for.
fn has_none(summary: &Summary, query: &ReviewsQuery) -> bool {
    let bar = query.stars.and_then(|stars| {
        let at = usize::from(stars).checked_sub(1)?;
        summary.stars.get(at)
    });
    summary.count == 0
        || bar == Some(&0)
        || (query.verified && summary.verified == 0)
        || (query.photos && summary.photos == 0)
}

/// The query for one review more than `limit`, which tells whether there is a next page.
fn select(work: &WorkId, query: &ReviewsQuery, limit: u32) -> Result<Sql, StoreError> {
    let (rank, order_by) = order(query.sort);
    let mut sql = Sql::new(
        "SELECT r.id, r.rating, r.low_rating, r.helpful_score, r.title, r.body, r.language, r.author, \
         r.created_at, r.edited_at, r.verified, r.photos, r.incentivised, r.notes, r.helpful, r.votes, r.answer, e.isbn, e.format, \
         e.language AS edition_language, e.published_on \
         FROM reviews r JOIN editions e ON e.id = r.edition_id \
         WHERE r.status = 'published' AND r.work_id = ",
    );
    sql.bind(work);
    if let Some(stars) = query.stars {
        let top = i64::from(stars) * 10;
        match query.sort {
            // These two have indexes that begin with the bar …
            Sort::Helpful | Sort::Newest => sql.push(" AND r.stars = ").bind(i64::from(stars)),
            // … and in these two a bar is a stretch of the order itself (half stars count upwards).
            Sort::Highest => sql
                .push(" AND r.rating BETWEEN ")
                .bind(top - 5)
                .push(" AND ")
                .bind(top),
            Sort::Lowest => sql
                .push(" AND r.low_rating BETWEEN ")
                .bind(-top)
                .push(" AND ")
                .bind(5 - top),
        };
    }
    if let Some(language) = &query.language {
        sql.push(" AND r.language_primary = ")
            .bind(language.as_str());
    }
    if query.verified {
        sql.push(" AND r.verified = 1");
    }
    if query.photos {
        sql.push(" AND r.photos > 0");
    }
    if !query.search.is_empty() {
        sql.push(" AND r.search_text LIKE ")
            .bind(contains_pattern(&query.search))
            .push(" ESCAPE '\\'");
    }
    if let Some(after) = &query.after {
        let cursor = Cursor::decode(after, query.sort)?;
        match rank {
            Some(rank) => sql
                .push(" AND (")
                .push(rank)
                .push(", r.created_at, r.id) < (")
                .bind(cursor.rank)
                .push(", "),
            None => sql.push(" AND (r.created_at, r.id) < ("),
        };
        sql.bind(cursor.created_at)
            .push(", ")
            .bind(&cursor.id)
            .push(")");
    }
    sql.push(order_by).bind(i64::from(limit) + 1);
    Ok(sql)
}

fn cursor_behind(row: &Row, sort: Sort) -> Result<Cursor, StoreError> {
    let rank = match sort {
        Sort::Helpful => row.get("helpful_score")?,
        Sort::Newest => 0,
        Sort::Highest => row.get("rating")?,
        Sort::Lowest => row.get("low_rating")?,
    };
    Ok(Cursor {
        sort,
        rank,
        created_at: row.get("created_at")?,
        id: row.get("id")?,
    })
}

fn review_of(row: &Row) -> Result<Review, StoreError> {
    Ok(Review {
        id: row.get("id")?,
        rating: row.get("rating")?,
        title: row.get("title")?,
        body: row.get("body")?,
        language: row.get("language")?,
        author: row.get("author")?,
        created_at: row.get("created_at")?,
        created_on: String::new(),
        edited_at: row.get("edited_at")?,
        edition: Some(edition_of(row)?),
        verified: row.get("verified")?,
        photos: Vec::new(),
        incentivised: row.get("incentivised")?,
        helpful: row.get("helpful")?,
        votes: row.get("votes")?,
        notes: notes_of(row, "notes")?,
        answer: row.get("answer")?,
    })
}
