//! Tables: catalogues and reviews as CSV.

mod authors;
mod catalogue;
mod header;
mod records;
mod reviews;

pub(crate) use catalogue::Catalogue;
pub(crate) use reviews::Reviews;
