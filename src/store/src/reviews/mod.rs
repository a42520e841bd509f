//! Reviews: pages of them, batches that come from a file, those that customers write here, and what the staff decides.

mod cursor;
mod holds;
mod moderation;
mod notes;
mod own;
mod page;
mod purchases;
mod versions;
mod votes;
mod write;

pub use holds::Circumstances;
pub(crate) use holds::{NETWORK_KEPT, kept_words, words_of};
pub use moderation::{DecisionFault, DecisionRefusal};
pub(crate) use notes::{kept_shop_notes, shop_notes_of};
pub use own::WriteRefusal;
pub(crate) use purchases::Of;
pub use votes::VoteRefusal;
pub use write::{NewReview, ReviewsWritten};
