//! Reviews: pages of them, batches that come from a file, those that customers write here, and what the staff decides.

mod cursor;
mod decisions;
mod earlier;
mod export;
mod holds;
mod labels;
mod moderation;
mod notes;
mod own;
mod page;
mod photos;
mod picks;
mod pictures;
mod purchases;
mod requests;
mod subject;
mod versions;
mod votes;
mod write;

pub use export::{ExportPlace, ExportedReview};
pub use holds::Circumstances;
pub(crate) use holds::{NETWORK_KEPT, kept_words, words_of};
pub use moderation::{DecisionFault, DecisionRefusal};
pub(crate) use notes::{kept_shop_notes, shop_notes_of};
pub use own::WriteRefusal;
pub(crate) use photos::entry_photos;
pub use photos::{NewPhoto, PhotoRefusal};
pub use picks::{PickName, PickRefusal, PicksAsked};
pub use pictures::{FiledPhoto, KnownPhotos};
pub(crate) use purchases::Of;
pub use requests::AskingShop;
pub(crate) use subject::Handed;
pub use subject::SubjectRefusal;
pub use votes::VoteRefusal;
pub use write::{NewReview, ReviewsWritten};
