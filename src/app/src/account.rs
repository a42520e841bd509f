//! The part of the wasm behind `<bookplate-account>`.

use crate::{Handle, NotHydrated};
use bookplate_client::{Identity, json};
use bookplate_widgets::accounts;
use wasm_split_helpers::wasm_split;
use web_sys::HtmlElement;

/// Hydrates the account of whoever `identity` says.
#[wasm_split(
    account,
    fallible,
    preload(
        /// Fetches this part.
        preload
    )
)]
pub fn hydrate(
    container: HtmlElement,
    json: String,
    identity: Identity,
) -> Result<Handle, NotHydrated> {
    let data = json::read(&json)?;
    Ok(Box::new(accounts::hydrate(container, data, identity)))
}
