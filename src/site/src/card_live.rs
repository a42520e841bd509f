//! The membership card on the hosted page: while it is shown, the screen stays on.

use bookplate_widgets::card::awake::{self, Awake};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Follows the card on whatever page has one from now on, also where it was opened before.
pub(crate) fn start() {
    let open = document().query_selector(".card-screen:popover-open");
    let open = open.ok().flatten().and_then(|open| awake::follow(&open));
    let shown: Rc<RefCell<Option<Awake>>> = Rc::new(RefCell::new(open));
    let pressing = window_event_listener(ev::click, {
        let shown = shown.clone();
        move |event| {
            let target = event.target().and_then(|target| target.dyn_into().ok());
            let button =
                target.and_then(|target: Element| target.closest(".card-line button").ok()?);
            if let Some(button) = button {
                shown.replace(awake::follow(&button));
            }
        }
    });
    // Whoever goes to another page sees it no more.
    let location = use_location();
    Effect::new(move |before: Option<String>| {
        let now = location.pathname.get();
        if before.is_some_and(|before| before != now) {
            shown.take();
        }
        now
    });
    on_cleanup(move || pressing.remove());
}
