#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod fragments;
pub mod ids;
pub mod isbn;
pub mod lang;
pub mod problem;
pub mod query;
pub mod reviews;

pub use ids::{EditionId, ReviewId, ShopId, WorkId};
pub use isbn::Isbn;
pub use lang::Lang;
pub use problem::{Code, Problem};
