//! Event listeners that belong to somebody.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, HtmlElement};

/// Calls back for some events at an element, until it is dropped.
pub(crate) struct Listener {
    element: HtmlElement,
    events: &'static [&'static str],
    /// What it does may be an event itself: a field that loses the focus has changed.
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens to `events` at `element` and at all within it.
    pub(crate) fn start(
        element: HtmlElement,
        events: &'static [&'static str],
        callback: impl Fn(Event) + 'static,
    ) -> Self {
        let listener = Self {
            element,
            events,
            callback: Closure::new(callback),
        };
        for event in events {
            // It cannot fail: the specification has no exception for it.
            _ = listener.element.add_event_listener_with_callback(
                event,
                listener.callback.as_ref().unchecked_ref(),
            );
        }
        listener
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for event in self.events {
            _ = self
                .element
                .remove_event_listener_with_callback(event, self.callback.as_ref().unchecked_ref());
        }
    }
}
