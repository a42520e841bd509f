//! Stories in real browsers.
#![expect(clippy::unwrap_used, reason = "a panic is how a story fails")]

mod accounts;
mod console;
mod embedding;
mod harness;
mod hosted;
mod hydration;
mod looks;
mod member;
mod moderation;
mod office;
mod passkeys;
mod photos;
mod rating;
mod reviews;
mod scripts;
mod stage;
mod trouble;
mod writing;
