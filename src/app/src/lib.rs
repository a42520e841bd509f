#![doc = include_str!("../README.md")]
#![cfg(target_family = "wasm")]

mod desk;
mod personal;
mod reviews;

use bookplate_client::json::Unreadable;
use bookplate_client::{Identity, Visitor};
use bookplate_element::mounts;
use std::any::Any;
use wasm_bindgen::prelude::*;
use wasm_split_helpers::SplitLoaderError;
use web_sys::HtmlElement;

/// What keeps a mounted component alive; dropping it unmounts.
type Handle = Box<dyn Any>;

/// Why a widget stays what it was before: HTML with links and forms that work.
///
/// Nothing more is told, because nobody could act on it: the loader leaves everything as it is.
struct NotHydrated;

impl From<SplitLoaderError> for NotHydrated {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl From<Unreadable> for NotHydrated {
    fn from(_: Unreadable) -> Self {
        Self
    }
}

/// Fetches the part of the wasm behind a kind of widget; whether it is there now.
#[wasm_bindgen]
pub async fn preload(widget: String) -> bool {
    match widget.as_str() {
        "account" | "earn" | "wish-button" => personal::preload().await.is_ok(),
        "points" | "wishlist" => personal::preload_lists().await.is_ok(),
        "reviews" => reviews::preload().await.is_ok(),
        // It is fetched by `hydrate`: to do so before would add to what every page loads.
        "feedback" => true,
        _ => false,
    }
}

/// Makes the HTML in `container` interactive. After [`preload`] that happens at once.
///
/// `widget` is the container's `data-widget`, `json` the data that the HTML was rendered from, `who` tells who uses the
/// page: an [`Identity`] for widgets that show what is theirs, else a [`Visitor`]. The returned number is for [`unmount`]; there is none when it did not work, and then nothing changed.
#[wasm_bindgen]
pub async fn hydrate(
    container: HtmlElement,
    widget: String,
    json: String,
    who: JsValue,
) -> Option<u32> {
    let handle = match widget.as_str() {
        "account" | "earn" | "wish-button" => {
            let identity = who.unchecked_into::<Identity>();
            personal::hydrate(container, widget, json, identity).await
        }
        "points" | "wishlist" => {
            let identity = who.unchecked_into::<Identity>();
            personal::hydrate_lists(container, widget, json, identity).await
        }
        "reviews" => reviews::hydrate(container, json, who.unchecked_into::<Visitor>()).await,
        "feedback" => desk::hydrate(container, json, who.unchecked_into::<Identity>()).await,
        _ => return None,
    };
    handle.ok().map(mounts::keep)
}

/// Ends what [`hydrate`] began: takes the component out of the page and frees what it holds.
#[wasm_bindgen]
pub fn unmount(mount: u32) {
    mounts::end(mount);
}

/// Panics are traps without words in a release; in a debug build they are told to the console.
#[cfg(debug_assertions)]
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
}
