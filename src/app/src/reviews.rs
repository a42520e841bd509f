//! The part of the wasm behind `<bookplate-reviews>`.

use crate::{Handle, NotHydrated, desk};
use bookplate_client::{Visitor, json};
use bookplate_widgets::reviews;
use bookplate_widgets::reviews::desk::{Desk, Place};
use std::pin::Pin;
use wasm_split_helpers::wasm_split;
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

fn fetch(place: Place) -> Pin<Box<dyn Future<Output = Option<Desk>>>> {
    Box::pin(desk::of_reviews(place))
}
