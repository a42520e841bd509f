#![doc = include_str!("../README.md")]

#[cfg(feature = "hydrate")]
pub use bookplate_client::json;

pub mod about;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod accounts;
pub mod card;
pub mod dates;
#[cfg(feature = "hydrate")]
mod dom;
pub mod feedback;
pub mod holds;
pub mod html;
mod languages;
#[cfg(feature = "hydrate")]
mod listener;
pub mod money;
#[cfg(feature = "hydrate")]
mod mount;
pub mod notes;
pub mod nps;
pub mod numbers;
pub mod occasions;
pub mod offers;
pub mod orders;
pub mod photos;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod points;
#[cfg(feature = "ssr")]
pub mod rating;
pub mod reasons;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod referrals;
pub mod reviews;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod slot;
pub mod stars;
pub mod statement;
pub mod texts;
pub mod tiers;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod wishlists;
pub mod writing;

#[cfg(test)]
#[path = "../build/locales.rs"]
mod locales;
#[cfg(test)]
mod locales_tests;
