#![doc = include_str!("../README.md")]

mod abort;
mod error;
mod get;
pub mod json;
pub mod reviews;

pub use abort::Abort;
pub use error::ClientError;
