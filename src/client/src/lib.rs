#![doc = include_str!("../README.md")]

mod abort;
pub mod accounts;
mod error;
pub mod feedback;
mod get;
mod identity;
pub mod json;
pub mod nps;
pub mod orders;
pub mod points;
pub mod reviews;
pub mod wishlists;

pub use abort::Abort;
pub use error::ClientError;
pub use identity::{Farewell, Following, Identity, Standing, Visitor};
