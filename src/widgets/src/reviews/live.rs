//! What happens in the browser once wasm is there.
//!
//! The parts of the widget are links and forms that work without any script. This module listens at the
//! widget's root, catches them, and changes the signals instead: a link's address says which reviews to
//! show, and so do a form's controls. A link that is added to any part is live without more code.

mod controls;
mod requests;
mod timer;

use super::state::{Phase, State, Want};
use bookplate_client::Abort;
use bookplate_wire::query;
use bookplate_wire::reviews::ReviewsQuery;
use leptos::ev;
use leptos::prelude::*;
use leptos::tachys::html::event::on;
use timer::Timer;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement, InputEvent, MouseEvent, SubmitEvent};

/// How long a shopper pauses before a search begins by itself, in milliseconds.
const PAUSE: i32 = 300;

/// The widget's behaviour. All that it starts is stored here and ends with the widget's owner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Live {
    state: State,
    root: StoredValue<HtmlElement, LocalStorage>,
    /// The request under way. Another one in its place ends it, and so does unmounting.
    request: StoredValue<Option<Abort>, LocalStorage>,
    /// The search that waits for a pause.
    pause: StoredValue<Option<Timer>, LocalStorage>,
}

impl Live {
    /// The behaviour of the widget inside `root`; it sleeps until [`Live::listen`].
    pub(super) fn start(state: State, root: HtmlElement) -> Self {
        let live = Self {
            state,
            root: StoredValue::new_local(root),
            request: StoredValue::new_local(None),
            pause: StoredValue::new_local(None),
        };
        Effect::new(move |hydrated: Option<()>| {
            let query = state.query.get();
            match hydrated {
                // What a shopper has changed while wasm was on its way counts.
                None => live.ask_by_form(),
                Some(()) => live.with_form(|form| controls::write(form, &query)),
            }
        });
        live
    }

    /// The view with its events attached.
    pub(super) fn listen(self, view: impl IntoView) -> impl IntoView {
        view.add_any_attr((
            on(ev::click, move |event| self.click(&event)),
            on(ev::submit, move |event| self.submit(&event)),
            on(ev::change, move |_| self.ask_by_form()),
            on(ev::input, move |event| self.input(&event)),
            on(ev::compositionend, move |event| {
                self.ask_after_pause(&event)
            }),
        ))
    }

    fn click(self, event: &MouseEvent) {
        // With a modifier or another button, a link opens where the shopper wants it to open.
        let elsewhere =
            event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || elsewhere {
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

    fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        self.ask_by_form();
    }

    fn input(self, event: &Event) {
        // Half a word in an input method is no search yet.
        if !event.unchecked_ref::<InputEvent>().is_composing() {
            self.ask_after_pause(event);
        }
    }

    fn ask_after_pause(self, event: &Event) {
        if closest(event, "[name=q]").is_some() {
            self.pause
                .set_value(Timer::start(PAUSE, move || self.ask_by_form()));
        }
    }

    /// Shows what the controls say, if that is not what has been asked for already.
    fn ask_by_form(self) {
        self.with_form(|form| {
            let query = controls::read(form);
            let same = query == self.state.query.with_untracked(from_the_first);
            let failed = self.state.phase.get_untracked().is_failed(Want::Replace);
            if !same || failed {
                self.ask(query);
            }
        });
    }

    /// Shows what `query` asks for in place of what is shown.
    fn ask(self, query: ReviewsQuery) {
        self.pause.set_value(None);
        self.state.query.set(query);
        self.request(Want::Replace);
    }

    fn more(self) {
        let phase = self.state.phase.get_untracked();
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

    fn retry(self) {
        if let Phase::Failed { want, .. } = self.state.phase.get_untracked() {
            self.focus_list();
            self.request(want);
        }
    }

    /// Puts focus on the list without scrolling, for when what has it is about to go.
    fn focus_list(self) {
        if let Some(list) = self.find(".results") {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            _ = list
                .unchecked_into::<HtmlElement>()
                .focus_with_options(&options);
        }
    }

    fn find(self, selector: &str) -> Option<Element> {
        self.root
            .try_with_value(|root| root.query_selector(selector).ok().flatten())
            .flatten()
    }

    fn with_form(self, act: impl FnOnce(&web_sys::HtmlFormElement)) {
        if let Some(form) = self.find("form") {
            act(form.unchecked_ref());
        }
    }
}

/// The element that `selector` finds at the event's target or around it.
fn closest(event: &Event, selector: &str) -> Option<Element> {
    event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest(selector)
        .ok()
        .flatten()
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

fn from_the_first(query: &ReviewsQuery) -> ReviewsQuery {
    ReviewsQuery {
        after: None,
        limit: None,
        ..query.clone()
    }
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
