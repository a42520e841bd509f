//! What the staff of a shop sets: name, languages, look, origins, branches and keys. Every change is noted in
//! the audit log by the function that makes it, so that none can be made without.

mod branches;
mod keys;
mod shop;

pub use branches::BranchTaken;
pub use keys::{KeyRetirement, NewPublicKey};
pub use shop::DefaultNotOffered;

pub(crate) use keys::kind_of;
pub(crate) use shop::{languages_of, look_of, moderation_of};
