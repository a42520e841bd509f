//! The customer's orders.

use crate::{ClientError, Identity};
use bookplate_wire::orders::OrderPage;
use bookplate_wire::query;

/// A page of the customer's orders: the latest, or those behind `after`, which is the page's before `next`. The
/// request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn page(
    identity: &Identity,
    after: Option<&str>,
) -> impl Future<Output = Result<OrderPage, ClientError>> + use<> {
    let mut path = String::from("customer/orders?");
    query::push(&mut path, "limit", "10");
    if let Some(after) = after {
        query::push(&mut path, "after", after);
    }
    identity.get(&path)
}
