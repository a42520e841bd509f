//! What happens in the browser once wasm is there.
//!
//! The parts of the widget are links and forms that work without any script. This module listens at the
//! widget's root, catches them, and changes the model instead: a link's address says which reviews to
//! show, and so do a form's controls. A link that is added to any part is live without more code.

mod controls;
mod requests;
mod timer;

use super::Reviews;
use super::desk::{self, Desk, Fetch};
use super::state::{Phase, State, Want};
use crate::listener::Listener;
use crate::mount::Mounted;
use bookplate_client::{Abort, Visitor};
use bookplate_wire::query;
use bookplate_wire::reviews::{ReviewsData, ReviewsQuery};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use timer::Timer;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement, HtmlFormElement, InputEvent, MouseEvent};

/// How long a shopper pauses before a search begins by itself, in milliseconds.
const PAUSE: i32 = 300;

/// The mounted widget. Dropping it takes the widget out of the page and ends its timers and requests.
#[must_use = "dropping it takes the widget out of the page"]
pub struct Handle {
    // Dropped in this order: nothing happens any more, then nothing waits, then nothing is shown.
    _listener: Listener,
    _live: Rc<Live>,
    _mounted: Mounted,
}

impl Handle {
    /// Hydrates the content of `root` and starts to listen.
    pub(super) fn start(
        root: HtmlElement,
        data: ReviewsData,
        visitor: Visitor,
        fetch: Fetch,
    ) -> Self {
        let (mounted, state) = Mounted::hydrate(root.clone(), || {
            let state = State::new(data);
            (view! { <Reviews state /> }.into_any(), state)
        });
        let live = Rc::new_cyclic(|this| Live {
            this: this.clone(),
            state,
            root: root.clone(),
            request: RefCell::new(None),
            pause: RefCell::new(None),
            visitor,
            fetch,
            desk: RefCell::default(),
            alone: Cell::new(false),
        });
        // What a shopper has changed while wasm was on its way counts.
        live.ask_by_form();
        if desk::is_kept(live.state) {
            live.open_desk(None);
        }
        let weak = Rc::downgrade(&live);
        let listener = Listener::start(root, &EVENTS, move |event| {
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

const EVENTS: [&str; 5] = ["click", "submit", "change", "input", "compositionend"];

/// The widget's behaviour.
struct Live {
    /// For what outlasts a call: it must not keep the widget alive.
    this: Weak<Self>,
    state: State,
    root: HtmlElement,
    /// The request under way. Another one in its place ends it, and so does unmounting.
    request: RefCell<Option<Abort>>,
    /// The search that waits for a pause, likewise.
    pause: RefCell<Option<Timer>>,
    /// What the desk needs to know who acts.
    visitor: Visitor,
    /// Fetches the desk …
    fetch: Fetch,
    /// … which is here once somebody has begun to do more than read.
    desk: RefCell<Option<Desk>>,
    /// Whether it could not be had.
    alone: Cell<bool>,
}

impl Live {
    fn handle(&self, event: &Event) {
        if closest(event, ".photo").is_some() {
            if !is_elsewhere(event.unchecked_ref()) && !self.alone.get() {
                event.prevent_default();
                self.hand_over(event);
            }
            return;
        }
        if closest(event, ".writing, .votes").is_some() {
            return self.hand_over(event);
        }
        match event.type_().as_str() {
            "click" => self.click(event.unchecked_ref()),
            "submit" => {
                event.prevent_default();
                self.ask_by_form();
            }
            "change" => self.ask_by_form(),
            // Half a word in an input method is no search yet.
            "input"
                if event
                    .dyn_ref::<InputEvent>()
                    .is_some_and(InputEvent::is_composing) => {}
            _ if closest(event, "[name=q]").is_some() => self.ask_after_pause(),
            _ => {}
        }
    }

    /// What belongs to writing and voting is the desk's, as soon as that is there.
    fn hand_over(&self, event: &Event) {
        let kind = event.type_();
        // Where the desk cannot be had, forms lead to hosted pages as they do without wasm.
        if kind == "submit" && !self.alone.get() {
            event.prevent_default();
        }
        let target = event.target().and_then(|target| target.dyn_into().ok());
        let desk = self.desk.borrow().clone();
        match (desk, target) {
            (Some(desk), Some(target)) => desk(&kind, &target),
            (None, Some(target)) => self.open_desk(Some((kind, target))),
            (_, None) => {}
        }
    }

    /// Fetches the desk, and hands over what happened meanwhile.
    fn open_desk(&self, happened: Option<(String, Element)>) {
        let place = desk::Place {
            state: self.state,
            root: self.root.clone(),
            visitor: self.visitor.clone(),
        };
        let (this, fetch) = (self.this.clone(), self.fetch);
        spawn_local(async move {
            let fetched = fetch(place).await;
            let Some(live) = this.upgrade() else { return };
            // Of two that were fetched at once the first stays.
            let desk = {
                let mut desk = live.desk.borrow_mut();
                if desk.is_none() {
                    *desk = fetched;
                }
                desk.clone()
            };
            match (desk, happened) {
                (Some(desk), Some((kind, target))) => desk(&kind, &target),
                // Without it a photo is what it was before: a link.
                (None, _) => live.alone.set(true),
                (Some(_), None) => {}
            }
        });
    }

    fn click(&self, event: &MouseEvent) {
        if event.default_prevented() || is_elsewhere(event) {
            return;
        }
        if closest(event, "[data-retry]").is_some() {
            return self.retry();
        }
        let Some(link) = closest(event, "a[data-swap]") else {
            return;
        };
        let Some(address) = link.get_attribute("href") else {
            return;
        };
        event.prevent_default();
        if link.has_attribute("data-more") {
            return self.more();
        }
        // These links go away with what they take off; focus must not go with them.
        if matches!(link.closest(".filters, .empty, .back"), Ok(Some(_))) {
            self.focus_list();
        }
        let (_, options) = address.split_once('?').unwrap_or_default();
        self.ask(parse(options));
    }

    fn ask_after_pause(&self) {
        let this = self.this.clone();
        let timer = Timer::start(PAUSE, move || {
            if let Some(live) = this.upgrade() {
                live.ask_by_form();
            }
        });
        self.pause.replace(timer);
    }

    /// Shows what the controls say, if that is not what has been asked for already.
    fn ask_by_form(&self) {
        let Some(form) = self.form() else { return };
        let query = controls::read(&form);
        let again = self
            .state
            .model
            .with_untracked(|model| query != model.start() || model.phase.is_failed(Want::Replace));
        if again {
            self.ask(query);
        }
    }

    /// Shows what `query` asks for in place of what is shown.
    fn ask(&self, query: ReviewsQuery) {
        self.pause.replace(None);
        if let Some(form) = self.form() {
            controls::write(&form, &query);
        }
        self.state.model.update(|model| model.query = query);
        self.request(Want::Replace);
    }

    fn more(&self) {
        let phase = self.phase();
        // What is shown after a failure is not the list that was asked for: there is nothing to extend.
        let want = if phase.is_failed(Want::Replace) {
            Want::Replace
        } else {
            Want::Extend
        };
        if !matches!(phase, Phase::Busy(_)) {
            self.request(want);
        }
    }

    fn retry(&self) {
        if let Phase::Failed { want, .. } = self.phase() {
            // The button goes. (When the network is back it is pressed by app.js, and focus may be elsewhere.)
            if self.find("[data-retry]:focus").is_some() {
                self.focus_list();
            }
            self.request(want);
        }
    }

    fn phase(&self) -> Phase {
        self.state.model.with_untracked(|model| model.phase)
    }

    /// Puts focus on the list without scrolling, for when what has it is about to go.
    fn focus_list(&self) {
        if let Some(list) = self.find(".results") {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            _ = list
                .unchecked_into::<HtmlElement>()
                .focus_with_options(&options);
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).ok().flatten()
    }

    fn form(&self) -> Option<HtmlFormElement> {
        self.find(".toolbar").map(JsCast::unchecked_into)
    }
}

/// Whether a link opens where the shopper wants it to open: with a modifier, or another button.
fn is_elsewhere(event: &MouseEvent) -> bool {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    event.button() != 0 || modified
}

/// The element that `selector` finds at the event's target or around it.
fn closest(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()
}

/// The query in a link's or a form's query string; what belongs to the page alone (`lang`) is left out.
fn parse(options: &str) -> ReviewsQuery {
    let mut query = ReviewsQuery::default();
    for (key, value) in query::pairs(options).flatten() {
        // The server made these addresses, so what is refused here is not about the list.
        _ = query.set(&key, &value);
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::reviews::Sort;

    #[test]
    fn an_address_says_which_reviews_to_show() {
        assert_eq!(
            parse("lang=en&sort=newest&stars=&language=&q=slow+burn"),
            ReviewsQuery {
                sort: Sort::Newest,
                search: "slow burn".into(),
                ..Default::default()
            }
        );
        assert_eq!(parse(""), ReviewsQuery::default());
    }
}
