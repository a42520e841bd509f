#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, and all of this runs in tests only"
)]

pub mod actors;
pub mod browser;
pub mod console;
pub mod database;
pub mod events;
pub mod expiry;
pub mod logs;
pub mod mail;
pub mod pages;
pub mod pictures;
mod postgres;
mod process;
pub mod reply;
pub mod schemathesis;
pub mod scripts;
pub mod server;
pub mod shop_login;
mod stories;
mod wait;
mod workspace;

pub use wait::wait_until;
