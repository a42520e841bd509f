//! Customers, by what they are found, and their sessions.

mod customers;
mod sessions;

pub(crate) use customers::lock;
pub use customers::{Claims, Identifier};
pub use sessions::{Given, Refusal};
