//! Stories told to the API, on both databases.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod accounts;
mod assets;
mod catalogue;
mod consents;
mod contract;
mod fragments;
mod imports;
mod limits;
mod member;
mod operations;
mod orders;
mod people;
mod privacy;
mod rating;
mod reviews;
mod shelf;
mod shops;
