//! Reviews: pages of them, and batches that come from a file.

mod cursor;
mod page;
mod write;

pub use write::{NewReview, ReviewsWritten};
