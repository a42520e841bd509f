//! The shop's articles that are offered while somebody writes to it on the hosted page.

use crate::case_live::pause;
use crate::context::Site;
use crate::page::{Content, Page, Place};
use bookplate_widgets::feedback::faq::{Library, Offers};
use bookplate_wire::Lang;
use bookplate_wire::faq::{AnsweredByFaq, FaqOffers, FaqSearch, faq_path};
use gloo_net::http::{Request, Response};
use leptos::ev;
use leptos::prelude::*;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlInputElement, HtmlTextAreaElement};

/// The form, where the shop has articles.
const FORM: &str = ".feedback-form:has(.faq-offers)";

/// Offers articles in whatever form a page shows from now on.
pub(crate) fn start(site: Site) {
    let desk = Desk {
        site,
        offers: Rc::default(),
        needless: Rc::default(),
    };
    let typing = window_event_listener(ev::input, {
        let desk = desk.clone();
        move |event| {
            if let Some((target, form)) = at(&event, "#body") {
                desk.typed(form, target.unchecked_into::<HtmlTextAreaElement>().value());
            }
        }
    });
    let pressing = window_event_listener(ev::click, move |event| {
        if let Some((button, form)) = at(&event, "[data-do]") {
            desk.press(&button, form);
        }
    });
    on_cleanup(move || {
        typing.remove();
        pressing.remove();
    });
}

/// What `css` finds around the place of an event, and the form that it is in.
fn at(event: &Event, css: &str) -> Option<(Element, Element)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let found = target.closest(css).ok()??;
    let form = found.closest(FORM).ok()??;
    Some((found, form))
}

#[derive(Clone)]
struct Desk {
    site: Site,
    offers: Rc<Offers>,
    /// The message that an article has answered last.
    needless: Rc<RefCell<String>>,
}

impl Desk {
    fn typed(&self, form: Element, text: String) {
        let (lang, offers) = (self.site.lang, self.offers.clone());
        let Some(library) = self.site.page.with_untracked(Shelf::of) else {
            return;
        };
        spawn_local(async move { offers.typed(&form, lang, text, &library).await });
    }

    fn press(&self, button: &Element, form: Element) {
        let find = |css| form.query_selector(css).ok().flatten();
        let Some(body) = find("#body") else { return };
        let body: HtmlTextAreaElement = body.unchecked_into();
        match button.get_attribute("data-do").as_deref() {
            Some("answered") => {
                let draft = find("[name=draft]");
                let draft = draft.map(|draft| draft.unchecked_into::<HtmlInputElement>().value());
                let shelf = self.site.page.with_untracked(Shelf::of);
                if let (Some(shelf), Some(draft), Some(article)) =
                    (shelf, draft, button.get_attribute("data-id"))
                {
                    // It is counted if it can be: its writer has nothing from waiting for that.
                    let path = format!("/{article}/answered");
                    spawn_local(async move {
                        _ = shelf.send(&path, &AnsweredByFaq { draft }).await;
                    });
                }
                self.needless.replace(body.value());
                body.set_value("");
                self.offers.thank(&form, self.site.lang);
            }
            Some("put-back") => {
                body.set_value(&self.needless.take());
                self.offers.clear(&form);
                _ = body.focus();
                self.typed(form, body.value());
            }
            _ => {}
        }
    }
}

/// The articles of the page's shop.
struct Shelf {
    key: String,
    lang: Lang,
}

impl Shelf {
    fn of(page: &Page) -> Option<Self> {
        match (&page.content, &page.place) {
            (Content::Feedback(_), Place::Member(member)) => Some(Self {
                key: member.key.clone(),
                lang: page.lang,
            }),
            _ => None,
        }
    }

    /// Asks for something of them.
    async fn send(&self, path: &str, body: &impl Serialize) -> Option<Response> {
        let url = format!("/v1/faq{path}?key={}", self.key);
        let request = Request::post(&url).header("content-type", "application/json");
        let body = serde_json::to_string(body).ok()?;
        let reply = request.body(body).ok()?.send().await.ok()?;
        reply.ok().then_some(reply)
    }
}

impl Library for Shelf {
    async fn pause(&self, milliseconds: u32) {
        pause(milliseconds.into()).await;
    }

    async fn seek(&self, text: &str) -> Option<FaqOffers> {
        let asked = FaqSearch {
            text: text.to_owned(),
            lang: self.lang.tag().to_owned(),
        };
        let text = self.send("/search", &asked).await?.text().await.ok()?;
        serde_json::from_str(&text).ok()
    }

    fn page(&self, article: &str) -> String {
        [
            &*faq_path(&self.key),
            "/",
            article,
            "?lang=",
            self.lang.tag(),
        ]
        .concat()
    }
}
