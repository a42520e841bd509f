//! Tables: catalogues and reviews as CSV.

mod authors;
mod catalogue;
mod header;
mod records;
mod reviews;

pub(crate) use catalogue::{Catalogue, is_web_address};
pub(crate) use reviews::Reviews;
