#![doc = include_str!("../README.md")]

#[cfg(feature = "hydrate")]
pub use bookplate_client::json;

pub mod dates;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod html;
pub mod money;
#[cfg(feature = "hydrate")]
mod mount;
pub mod numbers;
#[cfg(feature = "ssr")]
pub mod rating;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod reviews;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod stars;
pub mod texts;

#[cfg(test)]
#[path = "../build/locales.rs"]
mod locales;
#[cfg(test)]
mod locales_tests;
