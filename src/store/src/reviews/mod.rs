//! Reviews: pages of them, batches that come from a file, those that customers write here, and what the staff decides.

mod cursor;
mod export;
mod holds;
mod moderation;
mod notes;
mod own;
mod page;
mod photos;
mod purchases;
mod requests;
mod versions;
mod votes;
mod write;

pub use export::{ExportPlace, ExportedReview};
pub use holds::Circumstances;
pub(crate) use holds::{NETWORK_KEPT, kept_words, words_of};
pub use moderation::{DecisionFault, DecisionRefusal};
pub(crate) use notes::{kept_shop_notes, shop_notes_of};
pub use own::WriteRefusal;
pub use photos::{NewPhoto, PhotoRefusal};
pub(crate) use purchases::Of;
pub use requests::AskingShop;
pub use votes::VoteRefusal;
pub use write::{NewReview, ReviewsWritten};
