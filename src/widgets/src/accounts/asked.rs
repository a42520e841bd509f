//! The question how likely a recommendation of the shop is, on a page of the shop's.
//!
//! Whose turn it is comes with the overview. The turn itself is taken once the question's place is in view, and the question comes
//! with it as HTML: so it is shown to who is there, and a page whose customer is not asked loads nothing of it.

use super::live::Live;
use super::state::Want;
use crate::html::Html;
use bookplate_client::{ClientError, nps};
use bookplate_wire::Code;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::{Array, Object, Reflect};
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

#[wasm_bindgen]
extern "C" {
    /// The browser's own.
    type IntersectionObserver;

    #[wasm_bindgen(constructor)]
    fn new(callback: &Closure<dyn FnMut(Array)>, options: &Object) -> IntersectionObserver;

    #[wasm_bindgen(method)]
    fn observe(this: &IntersectionObserver, target: &Element);

    #[wasm_bindgen(method)]
    fn disconnect(this: &IntersectionObserver);

    /// How an element stands.
    type IntersectionObserverEntry;

    #[wasm_bindgen(method, getter, js_name = isIntersecting)]
    fn is_intersecting(this: &IntersectionObserverEntry) -> bool;
}

/// Keeps free where the question is going to be: so there is something to come into view also where a page ends.
const ROOM: &str = "<div class=\"nps-room\"></div>";
/// How much of that has to be in view.
const SEEN: f64 = 0.5;

/// Calls back once an element is in view, unless it is dropped before.
pub(super) struct InView {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(Array)>,
}

impl InView {
    /// Waits for `element`.
    fn wait(element: &Element, mut callback: impl FnMut() + 'static) -> Self {
        let callback = Closure::new(move |entries: Array| {
            let is_there = |one: JsValue| {
                let one: IntersectionObserverEntry = one.unchecked_into();
                one.is_intersecting()
            };
            if entries.iter().any(is_there) {
                callback();
            }
        });
        let options = Object::new();
        // Of a new object it cannot fail.
        _ = Reflect::set(&options, &"threshold".into(), &SEEN.into());
        let observer = IntersectionObserver::new(&callback, &options);
        observer.observe(element);
        Self {
            observer,
            _callback: callback,
        }
    }
}

impl Drop for InView {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

impl Live {
    /// Asks once the question's place is in view.
    pub(super) fn ask_once_seen(&self) {
        self.account
            .model
            .update(|model| ROOM.clone_into(&mut model.nps));
        let (this, turn) = (self.this.clone(), self.turn.get());
        spawn_local(async move {
            // Until then it is not in the page.
            tick().await;
            let live = this.upgrade().filter(|live| live.turn.get() == turn);
            if let Some((live, room)) =
                live.and_then(|live| live.find(".nps-room").map(|room| (live, room)))
            {
                live.waiting.replace(Some(InView::wait(&room, move || {
                    // What calls is not dropped while it does.
                    let this = this.clone();
                    spawn_local(async move {
                        let live = this.upgrade();
                        if let Some(live) = live.filter(|live| live.waiting.take().is_some()) {
                            live.ask_nps();
                        }
                    });
                })));
            }
        });
    }

    fn ask_nps(&self) {
        let (this, turn) = (self.this.clone(), self.turn.get());
        let asked = nps::ask(&self.identity, self.account.lang);
        spawn_local(async move {
            // Where it cannot be had nobody misses it; where another tab was quicker it is asked there.
            let html = asked.await.ok().and_then(|asked| asked.html);
            if let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) {
                let html = html.unwrap_or_default();
                live.account.model.update(|model| model.nps = html);
            }
        });
    }

    /// Sends what was answered, or puts the question away.
    pub(super) fn tell_nps(&self, dismissed: bool) {
        let value = |selector| {
            let field = self.find(selector)?;
            Some(field.unchecked_into::<HtmlInputElement>().value())
        };
        let Some(ask) = value("[name=ask]") else {
            return;
        };
        // Nothing chosen is as wrong as what is out of bounds.
        let score = value("[name=score]:checked").and_then(|score| score.parse().ok());
        let comment = self.find("[name=comment]");
        let comment = comment.map(|field| field.unchecked_into::<HtmlTextAreaElement>().value());
        let comment = comment.unwrap_or_default();
        let (this, turn, identity) = (self.this.clone(), self.turn.get(), self.identity.clone());
        spawn_local(async move {
            let told = match score {
                _ if dismissed => nps::dismiss(&identity, &ask).await.map(|()| true),
                None => Ok(false),
                Some(score) => {
                    let told = nps::answer(&identity, &ask, score, &comment);
                    match told.await {
                        Err(ClientError::Problem(problem))
                            if problem.code == Code::FieldInvalid =>
                        {
                            Ok(false)
                        }
                        told => told.map(|()| true),
                    }
                }
            };
            let Some(live) = this.upgrade().filter(|live| live.turn.get() == turn) else {
                return;
            };
            match told {
                Ok(true) => live.thank(if dismissed {
                    "data-dismissed"
                } else {
                    "data-thanks"
                }),
                Ok(false) => live.is_wrong(),
                Err(error) => live.refused(Want::Nps(dismissed), &error),
            }
            tick().await;
            live.focus(".nps-place [tabindex]", 0);
        });
    }

    /// Says in place of the question what it has brought along.
    fn thank(&self, words: &str) {
        let said = self.find(".nps").and_then(|form| form.get_attribute(words));
        let mut html = Html::default();
        html.raw("<p tabindex=\"-1\">")
            .text(&said.unwrap_or_default())
            .raw("</p>");
        self.account.model.update(|model| {
            model.nps = html.finish();
            model.failure = None;
        });
    }

    /// Says that nothing was chosen, or that the words are too long.
    fn is_wrong(&self) {
        if let Some(fault) = self.find("#nps-fault") {
            _ = fault.remove_attribute("hidden");
        }
        if let Some(field) = self.find(".nps fieldset") {
            _ = field.set_attribute("aria-invalid", "true");
            _ = field.set_attribute("aria-describedby", "nps-fault");
        }
    }
}
