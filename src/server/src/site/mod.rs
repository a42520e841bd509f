//! Hosted pages: the member centre for shoppers, the console for staff.
//!
//! An address answers with the page as HTML, or as JSON to the page's own program, which asks with
//! `Accept: application/json`. A form is a POST to the page's address, from our own pages only.

pub(crate) mod console;
mod document;
pub(crate) mod failures;
pub(crate) mod forms;
pub(crate) mod member;
pub(crate) mod old_keys;
mod passkeys;
pub(crate) mod surveys;
pub(crate) mod visit;
