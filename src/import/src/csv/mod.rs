//! Tables: catalogues, reviews and orders as CSV.

mod authors;
mod catalogue;
mod header;
mod money;
mod orders;
mod records;
mod reviews;

pub(crate) use catalogue::Catalogue;
pub(crate) use orders::Orders;
pub use orders::TornOrders;
pub(crate) use reviews::Reviews;
