#![doc = include_str!("../README.md")]

pub mod dates;
pub mod numbers;
#[cfg(feature = "ssr")]
pub mod rating;
pub mod reviews;
mod stars;
pub mod texts;

#[cfg(test)]
#[path = "../build/locales.rs"]
mod locales;
#[cfg(test)]
mod locales_tests;
