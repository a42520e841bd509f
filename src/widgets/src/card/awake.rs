//! What script does while the bright page is there: it keeps the device's screen on, which a till's scanner may need for longer than a
//! phone waits for a touch, and puts the focus back in the end.

use crate::dom;
use crate::listener::Listener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::js_sys::Promise;
use web_sys::{Element, VisibilityState};

#[wasm_bindgen]
extern "C" {
    /// Asks for the screen to stay on. It throws where the browser has no such thing, as on a page that is not of a secure origin.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "wakeLock"], js_name = request)]
    fn request(kind: &str) -> Result<Promise, JsValue>;

    /// That it does.
    type Sentinel;

    #[wasm_bindgen(method)]
    fn release(this: &Sentinel) -> Promise;
}

/// What a card's bright page does, until this is dropped: so the screen goes off again as usual also where the page goes away while it
/// is shown.
#[must_use = "dropping it lets the screen go off"]
pub struct Awake {
    _toggled: Listener,
    _seen: Listener,
}

/// Follows the bright page of the card around `inside`, such as the button that is about to show it; `None` where there is no such page.
pub fn follow(inside: &Element) -> Option<Awake> {
    let card = dom::closest(inside, ".own-card")?;
    let screen = dom::find(&card, ".card-screen")?;
    let document = screen.owner_document()?;
    let lit = Rc::new(RefCell::new(Lit::for_what_is_shown(&screen)));
    let seen = {
        let (screen, lit, seen) = (screen.clone(), lit.clone(), document.clone());
        // The browser lets go of it when the page is not to be seen any more.
        Listener::start(document, &["visibilitychange"], move |_| {
            if seen.visibility_state() == VisibilityState::Visible {
                lit.replace(Lit::for_what_is_shown(&screen));
            }
        })
    };
    let shown = screen.clone();
    let toggled = Listener::start(screen, &["toggle"], move |_| {
        lit.replace(Lit::for_what_is_shown(&shown));
        // All browsers do that for a button of the document, and not all for one of a shadow root.
        if !is_shown(&shown) {
            dom::focus(&card, ".card-line button");
        }
    });
    Some(Awake {
        _toggled: toggled,
        _seen: seen,
    })
}

fn is_shown(screen: &Element) -> bool {
    screen.matches(":popover-open").unwrap_or_default()
}

/// The wish that the screen stays on, as long as this is there. Where it is refused (the battery is low, the page's policy forbids
/// it) nothing happens.
struct Lit(Option<JsFuture>);

impl Lit {
    fn for_what_is_shown(screen: &Element) -> Option<Self> {
        let asked = is_shown(screen).then(|| request("screen"));
        Some(Self(Some(asked?.ok()?.into())))
    }
}

impl Drop for Lit {
    fn drop(&mut self) {
        let Some(asked) = self.0.take() else { return };
        // The answer may still be on its way.
        spawn_local(async move {
            if let Ok(sentinel) = asked.await {
                _ = sentinel.unchecked_into::<Sentinel>().release();
            }
        });
    }
}
