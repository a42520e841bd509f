//! What customers are told in their accounts, and the outbox: what leaves the server by email and webhook.
//!
//! [`Db::notify`] and [`Db::emit`] belong into the unit of work that writes what they tell of: either both
//! are on disk or neither. Whoever empties the outbox ([`Db::claim_deliveries`]) marks a delivery only after
//! it was accepted, so that a crash in between repeats it under the same id and loses nothing.
//!
//! [`Db::notify`]: crate::Db::notify
//! [`Db::emit`]: crate::Db::emit
//! [`Db::claim_deliveries`]: crate::Db::claim_deliveries

mod claims;
mod message;
mod outbox;
mod page;

pub use claims::Due;
pub use message::{Message, RequestedBook, To, ToldWish};
pub(crate) use outbox::NewDelivery;
pub use outbox::{Delivery, Ended};
