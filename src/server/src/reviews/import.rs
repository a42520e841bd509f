//! Reviews from a file into the store.

use crate::sink::Sink;
use bookplate_import::ReviewRecord;
use bookplate_store::reviews::{NewReview, ReviewsWritten};
use bookplate_store::{Db, StoreError};
use bookplate_wire::ShopId;
use std::sync::Arc;

/// Remembers a batch of records as published reviews.
///
/// # Errors
/// When the database does not answer; nothing of the batch is written then.
pub(crate) async fn put(
    sink: &Sink,
    shop: &ShopId,
    batch: Vec<ReviewRecord>,
) -> Result<ReviewsWritten, StoreError> {
    let batch: Arc<[NewReview]> = batch.into_iter().map(new_review).collect();
    let shop = shop.clone();
    let write = move |db: &mut Db| db.put_reviews(&shop, &batch);
    sink.write(write).await
}

fn new_review(record: ReviewRecord) -> NewReview {
    NewReview {
        source_id: record.source_id,
        isbn: record.isbn,
        rating: record.rating,
        title: record.title,
        body: record.body,
        language: record.language,
        author: record.author,
        created_at: record.created_at,
        edited_at: record.edited_at,
        votes: record.votes,
        here: record.here,
        customer: record.customer,
        email: record.email,
        answer: record.answer,
        answered_at: record.answered_at,
        incentivised: record.incentivised,
        notes: record.notes,
    }
}
