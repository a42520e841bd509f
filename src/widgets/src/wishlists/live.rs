//! What happens in the browser once wasm is there: the heart follows what is known of the book, and takes taps.

use super::Button;
use super::state::{Heart, Said};
use crate::listener::Listener;
use crate::mount::Mounted;
use bookplate_client::Identity;
use bookplate_client::wishlists::{Watching, Wishes};
use bookplate_wire::wishlists::WishButtonData;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, HtmlFormElement, KeyboardEvent, Node};

/// The mounted widget. Dropping it takes the widget out of the page.
#[must_use = "dropping it takes the widget out of the page"]
pub struct Handle {
    // Dropped in this order: nothing happens any more, then nothing is shown.
    _listener: Listener,
    _live: Rc<Live>,
    _mounted: Mounted,
}

/// The widget's behaviour.
struct Live {
    /// For what outlasts a call: it must not keep the widget alive.
    this: Weak<Self>,
    heart: Heart,
    root: HtmlElement,
    identity: Identity,
    known: RefCell<Known>,
}

/// What tells whether the book is wished for.
enum Known {
    /// It is on its way; whether the shopper has pressed the heart meanwhile.
    Coming { pressed: bool },
    /// It is here.
    Here(
        Wishes,
        #[expect(dead_code, reason = "follows as long as it is held")] Watching,
    ),
    /// It cannot be had: then the heart leads to the hosted page.
    Missing,
}

impl Handle {
    /// Hydrates the content of `root` and starts to follow what is known of its book.
    pub(super) fn start(root: HtmlElement, data: WishButtonData, identity: Identity) -> Self {
        let (mounted, heart) = Mounted::hydrate(root.clone(), || {
            let heart = Heart::new(data);
            (view! { <Button heart /> }.into_any(), heart)
        });
        let live = Rc::new_cyclic(|this| Live {
            this: this.clone(),
            heart,
            root: root.clone(),
            identity,
            known: RefCell::new(Known::Coming { pressed: false }),
        });
        live.follow();
        let weak = Rc::downgrade(&live);
        let events = &["submit", "click", "mousedown", "keydown", "focusout"];
        let listener = Listener::start(root, events, move |event| {
            if let Some(live) = weak.upgrade() {
                live.handle(&event);
            }
        });
        Self {
            _listener: listener,
            _live: live,
            _mounted: mounted,
        }
    }
}

impl Live {
    /// Shows whether the book is wished for, from now on.
    fn follow(&self) {
        let (this, identity) = (self.this.clone(), self.identity.clone());
        spawn_local(async move {
            let loaded = Wishes::load(&identity).await;
            let Some(live) = this.upgrade() else { return };
            let known = match loaded {
                Ok(wishes) => {
                    let heart = live.heart;
                    let watching = wishes.follow(heart.isbn(), move |wished| {
                        heart.model.update(|model| model.wished = wished);
                    });
                    Known::Here(wishes, watching)
                }
                Err(_) => Known::Missing,
            };
            if let Known::Coming { pressed: true } = live.known.replace(known) {
                live.press();
            }
        });
    }

    fn handle(&self, event: &Event) {
        match event.type_().as_str() {
            "submit" => {
                event.prevent_default();
                // Where a click does not do so, what is said would not know when the shopper goes on.
                self.focus();
                self.press();
            }
            "click" if is_in(event, "[data-do=undo]") => {
                self.focus();
                self.press();
            }
            // A press in what is said leaves focus where it is, or that would be gone before the click.
            "mousedown" if is_in(event, ".wish-news") => event.prevent_default(),
            "click" | "mousedown" => {}
            "keydown" => {
                let event: &KeyboardEvent = event.unchecked_ref();
                if event.key() == "Escape" && self.says_something() {
                    event.prevent_default();
                    self.focus();
                    self.say(None);
                }
            }
            // The shopper goes on elsewhere. In what is said one can go about.
            _ => {
                let event: &FocusEvent = event.unchecked_ref();
                let to = event
                    .related_target()
                    .and_then(|to| to.dyn_into::<Node>().ok());
                if !self.root.contains(to.as_ref()) {
                    self.say(None);
                }
            }
        }
    }

    fn press(&self) {
        let toggled = match &mut *self.known.borrow_mut() {
            Known::Coming { pressed } => {
                *pressed = true;
                return;
            }
            Known::Here(wishes, _) => wishes.toggle(self.heart.isbn()),
            Known::Missing => {
                if let Ok(Some(form)) = self.root.query_selector("form") {
                    _ = form.unchecked_into::<HtmlFormElement>().submit();
                }
                return;
            }
        };
        self.say(None);
        let this = self.this.clone();
        spawn_local(async move {
            let said = toggled.await;
            let Some(live) = this.upgrade() else { return };
            live.say(Some(Said::from_word(&said)));
        });
    }

    fn says_something(&self) -> bool {
        self.heart
            .model
            .with_untracked(|model| model.said.is_some())
    }

    fn say(&self, said: Option<Said>) {
        let known = self.heart.model.with_untracked(|model| model.said);
        if known != said {
            self.heart.model.update(|model| model.said = said);
        }
    }

    /// Puts focus on the heart, after what is going on: an event that comes of it would find the listener busy.
    fn focus(&self) {
        let root = self.root.clone();
        spawn_local(async move {
            if let Ok(Some(button)) = root.query_selector(".heart") {
                _ = button.unchecked_into::<HtmlElement>().focus();
            }
        });
    }
}

/// Whether an event happened in what `selector` finds.
fn is_in(event: &Event, selector: &str) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
}
