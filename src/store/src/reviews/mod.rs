//! Reviews: pages of them, batches that come from a file, those that customers write here, and what the staff decides.

mod cursor;
mod moderation;
mod own;
mod page;
mod photos;
mod purchases;
mod versions;
mod votes;
mod write;

pub use moderation::{DecisionFault, DecisionRefusal};
pub use own::WriteRefusal;
pub use photos::{NewPhoto, PhotoRefusal};
pub(crate) use purchases::Of;
pub use votes::VoteRefusal;
pub use write::{NewReview, ReviewsWritten};
