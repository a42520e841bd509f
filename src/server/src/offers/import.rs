//! Offers from a file into the store.

use crate::sink::Sink;
use bookplate_import::OfferRecord;
use bookplate_store::catalogue::Written;
use bookplate_store::{Db, StoreError};
use bookplate_wire::ShopId;
use bookplate_wire::offers::{NewOffer, OfferOutcome};
use std::sync::Arc;

/// What became of a batch.
#[derive(Debug, Default)]
pub(crate) struct OffersWritten {
    /// How many were written.
    pub(crate) written: Written,
    /// How many are of books that the catalogue does not have.
    pub(crate) unknown: u64,
    /// Positions of those of which something later is known.
    pub(crate) outdated: Vec<usize>,
}

/// Takes a batch of offers.
///
/// # Errors
/// When the database does not answer; nothing of the batch is written then.
pub(crate) async fn put(
    sink: &Sink,
    shop: &ShopId,
    batch: Vec<OfferRecord>,
) -> Result<OffersWritten, StoreError> {
    let offers: Arc<[NewOffer]> = batch.into_iter().map(|record| record.offer).collect();
    let shop = shop.clone();
    let write = move |db: &mut Db| db.take_offers(&shop, &offers);
    let taken = sink.write(write).await?;
    let mut done = OffersWritten::default();
    for (at, taken) in taken.into_iter().enumerate() {
        if !taken.known && taken.outcome != OfferOutcome::Outdated {
            done.unknown += 1;
        }
        done.written += taken.outcome.into();
        if taken.outcome == OfferOutcome::Outdated {
            done.outdated.push(at);
        }
    }
    Ok(done)
}
