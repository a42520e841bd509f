//! Taking over HTML that the server has rendered.

use any_spawner::Executor;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, PositionState};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A view in the page. Dropping it takes it out and ends its effects.
///
/// `leptos::mount::hydrate_from` does the same and more: it also reads what resources and error boundaries
/// have left in the page. There are none here, and several widgets would read each other's.
pub(crate) struct Mounted {
    view: AnyViewState,
    /// Ends the view's effects when it is dropped.
    _owner: Owner,
}

impl Mounted {
    /// Hydrates the content of `container` with the view that `start` returns, and passes on what else it
    /// returns. Signals made by `start` live as long as what is returned here.
    pub(crate) fn hydrate<T>(
        container: HtmlElement,
        start: impl FnOnce() -> (AnyView, T),
    ) -> (Self, T) {
        // It fails for the second widget of a page, because the first has done it.
        _ = Executor::init_wasm_bindgen();
        let owner = Owner::new();
        let (view, passed_on) = owner.with(|| {
            let (view, passed_on) = start();
            let cursor = Cursor::new(container.unchecked_into());
            let view = view.hydrate::<true>(&cursor, &PositionState::default());
            (view, passed_on)
        });
        let mounted = Self {
            view,
            _owner: owner,
        };
        (mounted, passed_on)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.view.unmount();
    }
}
