//! A shop's reviews, to take along.

use super::notes::notes_of;
use crate::db::{LIST, Sql};
use crate::{Db, StoreError};
use bookplate_wire::reviews::notes::Notes;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::votes::Votes;
use bookplate_wire::{Isbn, ReviewId, ShopId};
use std::collections::HashMap;

/// A review that readers see, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedReview {
    /// What the file that it came from calls it, or its id here: importing it again finds it by this.
    pub source_id: String,
    /// The edition that it is about.
    pub isbn: Isbn,
    /// That edition's title.
    pub book: String,
    /// Tenths of a star.
    pub rating: u8,
    /// The title, or empty.
    pub title: String,
    /// The text, or empty.
    pub body: String,
    /// BCP 47 tag, or empty.
    pub language: String,
    /// The name under which it is shown, or empty.
    pub author: String,
    /// The shop's own id of its author, or empty.
    pub customer: String,
    /// The author's email address, as far as it is known whose that is, or empty.
    pub email: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When its author has changed it, in milliseconds since 1970 UTC.
    pub edited_at: Option<i64>,
    /// Whether an order of the author's contains the book.
    pub verified: bool,
    /// Whether its author received the book free or for a reward.
    pub incentivised: bool,
    /// How many found it helpful.
    pub helpful: u32,
    /// How many said whether it is helpful or not.
    pub votes: u32,
    /// How many of these votes were given here, and not counted by the file that the review came from.
    pub here: Votes,
    /// What its author says of the book besides.
    pub notes: Notes,
    /// Its photos, in their order.
    pub photos: Vec<Photo>,
    /// The shop's answer, or empty.
    pub answer: String,
    /// When that was given, in milliseconds since 1970 UTC.
    pub answered_at: Option<i64>,
}

/// Behind which review an export goes on.
pub type ExportPlace = (i64, ReviewId);

impl Db {
    /// Up to `limit` of the reviews that readers of a shop see, the oldest first, from behind `after`; and where to go on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn export_reviews(
        &mut self,
        shop: &ShopId,
        after: Option<&ExportPlace>,
        limit: u32,
    ) -> Result<(Vec<ExportedReview>, Option<ExportPlace>), StoreError> {
        let mut sql = Sql::new(
            "SELECT r.id, r.source_id, e.isbn, e.title AS book, r.rating, r.title, r.body, r.language, r.author, \
             r.created_at, r.edited_at, r.verified, r.helpful, r.votes, r.helpful - r.filed_helpful AS helpful_here, \
             r.votes - r.filed_votes AS votes_here, r.incentivised, r.notes, r.answer, r.answered_at, \
             COALESCE((SELECT MIN(i.value) FROM customer_identifiers i WHERE i.customer_id = r.customer_id \
             AND i.kind = 'external'), r.customer) AS customer, \
             COALESCE((SELECT MIN(i.value) FROM customer_identifiers i WHERE i.customer_id = r.customer_id \
             AND i.kind = 'email'), '') AS email \
             FROM reviews r JOIN editions e ON e.id = r.edition_id \
             WHERE r.status = 'published' AND r.shop_id = ",
        );
        sql.bind(shop);
        if let Some((created_at, id)) = after {
            sql.push(" AND (r.created_at, r.id) > (")
                .bind(*created_at)
                .push(", ")
                .bind(id)
                .push(")");
        }
        sql.push(" ORDER BY r.created_at, r.id LIMIT ").bind(limit);
        let rows = sql.rows(self)?;
        let full = rows.len() >= limit as usize;
        let place = match rows.last() {
            Some(last) if full => Some((last.get("created_at")?, last.get("id")?)),
            _ => None,
        };
        let ids = rows.iter().map(|row| row.get("id"));
        let ids: Vec<ReviewId> = ids.collect::<Result<_, _>>()?;
        let mut photos = HashMap::new();
        for ids in ids.chunks(LIST) {
            photos.extend(self.shown_photos(ids)?);
        }
        let reviews = rows.iter().zip(&ids).map(|(row, id)| {
            Ok(ExportedReview {
                photos: photos.remove(id).unwrap_or_default(),
                source_id: row.get("source_id")?,
                isbn: row.get("isbn")?,
                book: row.get("book")?,
                rating: row.get("rating")?,
                title: row.get("title")?,
                body: row.get("body")?,
                language: row.get("language")?,
                author: row.get("author")?,
                customer: row.get("customer")?,
                email: row.get("email")?,
                created_at: row.get("created_at")?,
                edited_at: row.get("edited_at")?,
                verified: row.get("verified")?,
                helpful: row.get("helpful")?,
                votes: row.get("votes")?,
                here: Votes {
                    helpful: row.get("helpful_here")?,
                    votes: row.get("votes_here")?,
                },
                incentivised: row.get("incentivised")?,
                notes: notes_of(row, "notes")?,
                answer: row.get("answer")?,
                answered_at: row.get("answered_at")?,
            })
        });
        Ok((reviews.collect::<Result<_, StoreError>>()?, place))
    }
}
