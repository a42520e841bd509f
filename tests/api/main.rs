//! Stories told to the API, on both databases.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod accounts;
mod assets;
mod at_once;
mod audit;
mod authenticator;
mod catalogue;
mod colleagues;
mod connect;
mod consents;
mod console;
mod contract;
mod fragments;
mod imports;
mod limits;
mod logins;
mod member;
mod members;
mod notifications;
mod operations;
mod orders;
mod passkeys;
mod people;
mod privacy;
mod rating;
mod reviews;
mod sessions;
mod settings;
mod shelf;
mod shops;
mod sign_in;
mod staff;
