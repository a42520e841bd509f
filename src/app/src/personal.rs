//! The parts of the wasm behind what is the shopper's own: `<bookplate-account>`, `<bookplate-wish-button>` and
//! `<bookplate-earn>` are one, `<bookplate-wishlist>` and `<bookplate-points>` are another.
//!
//! Only two parts. What two of several share is a file of its own, and each part more makes more such files, of which a page with
//! reviews loads those that its own part has a share in (a third one here: half a kilobyte for every such page). So those that stand
//! on the page of an account are together, and their part has all that the other one has: then nothing is shared with reviews by one
//! of the two alone, but for what only lists and points need.

use crate::{Handle, NotHydrated};
use bookplate_client::{Identity, json};
use bookplate_widgets::{accounts, points, wishlists};
use wasm_split_helpers::wasm_split;
use web_sys::HtmlElement;

/// Hydrates a small widget for whoever `identity` says.
#[wasm_split(
    personal,
    fallible,
    preload(
        /// Fetches this part.
        preload
    )
)]
pub fn hydrate(
    container: HtmlElement,
    widget: String,
    json: String,
    identity: Identity,
) -> Result<Handle, NotHydrated> {
    small(container, &widget, &json, identity)
}

/// Hydrates the lists or the points of whoever `identity` says, or anything that the other part can.
#[wasm_split(
    wishlist,
    fallible,
    preload(
        /// Fetches this part.
        preload_lists
    )
)]
pub fn hydrate_lists(
    container: HtmlElement,
    widget: String,
    json: String,
    identity: Identity,
) -> Result<Handle, NotHydrated> {
    if widget == "wishlist" {
        let data = json::read(&json)?;
        return Ok(Box::new(wishlists::list::hydrate(
            container, data, identity,
        )));
    }
    if widget == "points" {
        let data = json::read(&json)?;
        return Ok(Box::new(points::hydrate(container, data, identity)));
    }
    small(container, &widget, &json, identity)
}

fn small(
    container: HtmlElement,
    widget: &str,
    json: &str,
    identity: Identity,
) -> Result<Handle, NotHydrated> {
    if widget == "account" {
        let data = json::read(json)?;
        return Ok(Box::new(accounts::hydrate(container, data, identity)));
    }
    if widget == "earn" {
        let data = json::read(json)?;
        return Ok(Box::new(points::earn::hydrate(container, data, identity)));
    }
    let data = json::read(json)?;
    Ok(Box::new(wishlists::hydrate(container, data, identity)))
}
