//! Keys for who wants them: `j` and `k` go from card to card, and other letters do what the part of the card does that
//! is marked with them (`data-key`); on a page about one thing, the part of the page (`data-keys`). A box on the page
//! (`data-shortcuts`) switches them on in this browser.

use leptos::ev;
use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

/// Under which name the browser keeps that they are on.
const KEPT: &str = "bookplate-shortcuts";
/// What takes letters itself.
const FIELDS: &str = "input:not([type=checkbox], [type=radio]), select, textarea";
/// The parts of a page between which one goes.
const CARDS: &str = "main [data-card]";

thread_local! {
    /// The place of the card from which something was sent.
    static PLACE: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Listens from now on.
pub(crate) fn start() -> [WindowListenerHandle; 2] {
    let pressed = window_event_listener(ev::keydown, |event| {
        if press(&event).is_some() {
            event.prevent_default();
        }
    });
    let switched = window_event_listener(ev::change, |event| {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        let target =
            target.filter(|target: &HtmlInputElement| target.has_attribute("data-shortcuts"));
        if let (Some(target), Ok(Some(storage))) = (target, window().local_storage()) {
            // Where the browser keeps nothing, they are on for as long as the page is there.
            _ = if target.checked() {
                storage.set_item(KEPT, "on")
            } else {
                storage.remove_item(KEPT)
            };
        }
    });
    [pressed, switched]
}

/// A page is in the document: its box says whether the keys are on.
pub(crate) fn settle() {
    if let (Some(switch), Ok(Some(storage))) = (switch(), window().local_storage()) {
        switch.set_checked(matches!(storage.get_item(KEPT), Ok(Some(_))));
    }
}

/// Notes from which card something is sent.
pub(crate) fn note(form: &Element) {
    PLACE.set(
        card_of(form)
            .filter(|_| is_on())
            .and_then(|card| place_of(&card)),
    );
}

/// The card that has come into the place of the one from which something was sent, for who goes from card to card.
pub(crate) fn next_card() -> Option<HtmlElement> {
    let place = PLACE.take()?;
    let cards = document().query_selector_all(CARDS).ok()?;
    let last = cards.length().checked_sub(1)?;
    cards.get(place.min(last))?.dyn_into().ok()
}

fn switch() -> Option<HtmlInputElement> {
    let switch = document().query_selector("main [data-shortcuts]").ok()??;
    switch.dyn_into().ok()
}

fn is_on() -> bool {
    switch().is_some_and(|switch| switch.checked())
}

fn card_of(element: &Element) -> Option<Element> {
    element.closest("[data-card]").ok()?
}

fn place_of(card: &Element) -> Option<u32> {
    let cards = document().query_selector_all(CARDS).ok()?;
    (0..cards.length()).find(|at| cards.get(*at).as_ref() == Some(card.as_ref()))
}

/// Does what a key stands for; nothing where it stands for nothing.
fn press(event: &KeyboardEvent) -> Option<()> {
    let with_others = event.ctrl_key() || event.alt_key() || event.meta_key();
    if with_others || event.is_composing() || event.default_prevented() || !is_on() {
        return None;
    }
    let focused = document().active_element()?;
    if focused.matches(FIELDS).ok()? {
        return None;
    }
    let card = card_of(&focused);
    match event.key().as_str() {
        "j" => go(card, 1),
        "k" => go(card, -1),
        // A key that is held down is no second wish.
        key if !event.repeat() && key.len() == 1 && key.as_bytes()[0].is_ascii_lowercase() => {
            let whole = || document().query_selector("main [data-keys]").ok()?;
            let part = card
                .or_else(whole)?
                .query_selector(&format!("[data-key={key}]"))
                .ok()??;
            if part.tag_name().eq_ignore_ascii_case("details") {
                part.set_attribute("open", "").ok()?;
                let field = part.query_selector("select, textarea").ok()??;
                field.dyn_into::<HtmlElement>().ok()?.focus().ok()
            } else {
                part.dyn_into::<HtmlElement>().ok()?.click();
                Some(())
            }
        }
        _ => None,
    }
}

/// To the next card or the one before; at first to the first one.
fn go(from: Option<Element>, by: i64) -> Option<()> {
    let cards = document().query_selector_all(CARDS).ok()?;
    let last = cards.length().checked_sub(1)?;
    let place = from.and_then(|card| place_of(&card));
    let to = place.map_or(0, |at| (i64::from(at) + by).clamp(0, i64::from(last)));
    let card = cards.get(u32::try_from(to).ok()?)?;
    card.dyn_into::<HtmlElement>().ok()?.focus().ok()
}
