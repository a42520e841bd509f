//! The part of the wasm behind what shoppers write: reviews and votes, once somebody does more than read, and `<bookplate-feedback>`.
//!
//! One part for both. They have much in common, and a part more would make files of what it shares with reviews alone, which every
//! page with reviews would load.

use crate::{Handle, NotHydrated};
use bookplate_client::{Identity, json};
use bookplate_widgets::feedback;
use bookplate_widgets::reviews::desk::{self, Desk, Place};
use wasm_split_helpers::wasm_split;
use web_sys::HtmlElement;

/// What somebody is about to write.
pub enum Writing {
    /// A review, or a vote.
    Review(Place),
    /// A message to the shop: the element, its data, and who writes.
    Feedback(HtmlElement, String, Identity),
}

/// What takes it from then on.
pub enum Started {
    /// Events in reviews.
    Review(Desk),
    /// The element, as long as this lives.
    Feedback(Handle),
}

/// Takes what somebody writes.
#[wasm_split(desk, fallible)]
pub fn start(writing: Writing) -> Result<Started, NotHydrated> {
    Ok(match writing {
        Writing::Review(place) => Started::Review(desk::start(place)),
        Writing::Feedback(container, json, identity) => {
            let data = json::read(&json)?;
            Started::Feedback(Box::new(feedback::start(container, data, identity)))
        }
    })
}

/// Makes the form to write a review and the votes live. Fetched once somebody does more than read.
pub async fn of_reviews(place: Place) -> Option<Desk> {
    match start(Writing::Review(place)).await {
        Ok(Started::Review(desk)) => Some(desk),
        _ => None,
    }
}

/// Makes a form to write to the shop live, for whoever `identity` says.
pub async fn hydrate(
    container: HtmlElement,
    json: String,
    identity: Identity,
) -> Result<Handle, NotHydrated> {
    match start(Writing::Feedback(container, json, identity)).await? {
        Started::Feedback(handle) => Ok(handle),
        Started::Review(_) => Err(NotHydrated),
    }
}
