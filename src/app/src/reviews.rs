//! The part of the wasm behind `<bookplate-reviews>`.

use crate::{Handle, NotHydrated};
use bookplate_client::{Visitor, json};
use bookplate_widgets::reviews;
use bookplate_widgets::reviews::desk::{self, Desk, Place};
use std::pin::Pin;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::HtmlElement;

/// Hydrates the reviews of one book.
#[wasm_split(
    reviews,
    fallible,
    preload(
        /// Fetches this part.
        preload
    )
)]
pub fn hydrate(
    container: HtmlElement,
    json: String,
    visitor: Visitor,
) -> Result<Handle, NotHydrated> {
    let data = json::read(&json)?;
    Ok(Box::new(reviews::hydrate(container, data, visitor, fetch)))
}

/// Makes the form to write a review and the votes live. Fetched once somebody does more than read.
#[wasm_split(desk, fallible)]
fn start_desk(place: Place) -> Result<Desk, SplitLoaderError> {
    Ok(desk::start(place))
}

fn fetch(place: Place) -> Pin<Box<dyn Future<Output = Option<Desk>>>> {
    Box::pin(async { start_desk(place).await.ok() })
}
