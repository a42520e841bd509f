//! Orders from a file into the store: what was sold before the shop has reported it by itself.

use crate::sink::Sink;
use bookplate_import::OrderRecord;
use bookplate_store::catalogue::Written;
use bookplate_store::{Db, StoreError};
use bookplate_wire::ShopId;
use bookplate_wire::orders::{NewOrder, TakenOrder};
use std::sync::Arc;

/// What became of a batch.
#[derive(Debug, Default)]
pub(crate) struct OrdersWritten {
    /// How many were written.
    pub(crate) written: Written,
    /// How many of their lines name no book of the catalogue.
    pub(crate) unmatched: u64,
    /// Positions of those whose number is known with other content.
    pub(crate) contradicting: Vec<usize>,
}

/// Takes a batch of orders.
///
/// # Errors
/// When the database does not answer; nothing of the batch is written then.
pub(crate) async fn put(
    sink: &Sink,
    shop: &ShopId,
    calling_code: &str,
    batch: Vec<OrderRecord>,
) -> Result<OrdersWritten, StoreError> {
    let orders = batch.into_iter().map(|record| {
        let mut order = record.order;
        let customer = order.customer.take();
        order.customer = customer.map(|customer| customer.international(calling_code));
        order
    });
    let orders: Arc<[NewOrder]> = orders.collect();
    let shop = shop.clone();
    let write = move |db: &mut Db| db.import_orders(&shop, &orders);
    let taken = sink.write(write).await?;
    let mut done = OrdersWritten::default();
    for (at, taken) in taken.into_iter().enumerate() {
        match taken {
            Some(order) => done.count(&order),
            None => done.contradicting.push(at),
        }
    }
    Ok(done)
}

impl OrdersWritten {
    fn count(&mut self, order: &TakenOrder) {
        self.unmatched += order.unmatched.len() as u64;
        self.written += order.outcome.into();
    }
}
