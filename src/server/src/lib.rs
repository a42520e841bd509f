#![doc = include_str!("../README.md")]

mod accounts;
mod api;
pub mod app;
pub mod assets;
mod audit;
mod caching;
mod catalogue;
pub mod commands;
pub mod config;
mod consents;
mod fragments;
mod health;
pub mod limits;
mod notifications;
mod observe;
mod openapi;
mod orders;
mod privacy;
mod reply;
mod reviews;
pub mod router;
mod secrets;
mod settings;
mod shops;
mod site;
mod staff;
mod turns;
