//! Stories in real browsers.
#![expect(clippy::unwrap_used, reason = "a panic is how a story fails")]

mod accounts;
mod console;
mod desk;
mod embedding;
mod faq;
mod feedback;
mod feedback_element;
mod feedback_live;
mod feedback_queue;
mod gifts;
mod harness;
mod hosted;
mod hydration;
mod looks;
mod member;
mod moderation;
mod office;
mod owner;
mod passkeys;
mod photos;
mod picks;
mod points;
mod rating;
mod reviews;
mod scripts;
mod setup;
mod stage;
mod tiers;
mod trouble;
mod whole_way;
mod wishlist_element;
mod wishlist_queue;
mod wishlists;
mod writing;
