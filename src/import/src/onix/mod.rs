//! ONIX for Books 3.0 and 3.1, with reference names or short tags.
//!
//! A message is read as a stream of events ([`events`]); the values of one product are gathered by the path
//! of the element they stand in ([`product`]), so that a title of a series is never taken for the title of
//! the book. [`tags`] knows both names of every element that matters, [`codes`] what the code lists say.

mod codes;
mod contributors;
mod events;
mod message;
mod product;
mod tags;
mod titles;

pub(crate) use message::Message;
