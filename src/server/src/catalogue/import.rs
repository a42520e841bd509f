//! Books from a file into the store.

use crate::sink::Sink;
use bookplate_import::BookRecord;
use bookplate_store::catalogue::{NewEdition, Written};
use bookplate_store::{Db, StoreError};
use bookplate_wire::ShopId;
use bookplate_wire::catalogue::Edition;
use std::sync::Arc;

/// Remembers a batch of records.
///
/// # Errors
/// When the database does not answer; nothing of the batch is written then.
pub(crate) async fn put(
    sink: &Sink,
    shop: &ShopId,
    batch: Vec<BookRecord>,
) -> Result<Written, StoreError> {
    let batch: Arc<[NewEdition]> = batch.into_iter().map(new_edition).collect();
    let shop = shop.clone();
    let write = move |db: &mut Db| db.put_editions(&shop, &batch);
    sink.write(write).await
}

fn new_edition(record: BookRecord) -> NewEdition {
    NewEdition {
        edition: Edition {
            isbn: record.isbn,
            title: record.title,
            subtitle: record.subtitle,
            authors: record.authors,
            publisher: record.publisher,
            published_on: record.published_on,
            format: record.format,
            language: record.language,
            cover_url: record.cover_url,
        },
        work_key: record.work,
        series: record.series,
        categories: record.categories,
    }
}
