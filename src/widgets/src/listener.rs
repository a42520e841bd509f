//! Event listeners that belong to somebody.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// Calls back for some events at an element or the document, until it is dropped.
pub(crate) struct Listener {
    target: EventTarget,
    events: &'static [&'static str],
    /// What it does may be an event itself: a field that loses the focus has changed.
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens to `events` at `target` and at all within it.
    pub(crate) fn start(
        target: impl Into<EventTarget>,
        events: &'static [&'static str],
        callback: impl Fn(Event) + 'static,
    ) -> Self {
        let listener = Self {
            target: target.into(),
            events,
            callback: Closure::new(callback),
        };
        for event in events {
            // It cannot fail: the specification has no exception for it.
            _ = listener.target.add_event_listener_with_callback(
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
                .target
                .remove_event_listener_with_callback(event, self.callback.as_ref().unchecked_ref());
        }
    }
}
