//! The photos of a review, large, one after the other.
//!
//! The browser's own dialog keeps focus inside, closes by Escape, and gives focus back to the photo that was pressed.

use super::{Clerk, closest};
use crate::dom::{attribute, find, set};
use crate::html::Html;
use crate::listener::Listener;
use crate::texts;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent, PointerEvent};

/// How far a finger has to go for the next photo, in CSS pixels.
const SWIPE: i32 = 40;

const EVENTS: [&str; 6] = [
    "click",
    "keydown",
    "pointerdown",
    "pointerup",
    "pointercancel",
    "close",
];

/// An open dialog. Dropping it takes it out of the page.
pub(super) struct Lightbox {
    view: Rc<View>,
    _listener: Listener,
}

impl Drop for Lightbox {
    fn drop(&mut self) {
        self.view.dialog.remove();
    }
}

struct View {
    dialog: HtmlDialogElement,
    lang: bookplate_wire::Lang,
    /// Address and description of each photo.
    photos: Vec<(String, String)>,
    at: Cell<usize>,
    /// Where a finger was put down.
    from: Cell<Option<i32>>,
}

impl Clerk {
    /// Shows the photo behind `link`, and all others of its review.
    pub(super) fn open_lightbox(&self, link: &Element) {
        let Some(list) = closest(link, ".photos") else {
            return;
        };
        let Ok(links) = list.query_selector_all("a") else {
            return;
        };
        let (mut photos, mut at) = (Vec::new(), 0);
        for number in 0..links.length() {
            let Some(other) = links.item(number).map(JsCast::unchecked_into::<Element>) else {
                continue;
            };
            if other == *link {
                at = photos.len();
            }
            let alt = find(&other, "img").map(|image| attribute(&image, "alt"));
            photos.push((attribute(&other, "href"), alt.unwrap_or_default()));
        }
        let texts = texts::Photos(self.state.lang);
        let mut html = Html::default();
        html.raw("<dialog class=\"lightbox\" part=\"lightbox\" aria-label=\"")
            .text(texts.photos())
            .raw("\"><img alt=\"\"><p class=\"caption\"></p><div class=\"bar\">");
        button(&mut html, "previous", "‹", texts.previous());
        html.raw("<p class=\"place\" role=\"status\"></p>");
        button(&mut html, "next", "›", texts.next());
        button(&mut html, "close", "×", texts.close());
        html.raw("</div></dialog>");
        _ = self.root.insert_adjacent_html("beforeend", &html.finish());
        let Some(dialog) = find(&self.root, "dialog.lightbox:last-child") else {
            return;
        };
        let view = Rc::new(View {
            dialog: dialog.clone().unchecked_into(),
            lang: self.state.lang,
            photos,
            at: Cell::new(at),
            from: Cell::new(None),
        });
        if view.photos.len() < 2 {
            set(&dialog, "data-single", "");
        }
        view.draw();
        let (this, seen) = (self.this.clone(), view.clone());
        let listener = Listener::start(dialog, &EVENTS, move |event| {
            if event.type_() == "close" {
                // Not at once: this very listener would go while it runs.
                let this = this.clone();
                leptos::task::spawn_local(async move {
                    if let Some(clerk) = this.upgrade() {
                        clerk.lightbox.take();
                    }
                });
            } else {
                seen.handle(&event);
            }
        });
        _ = view.dialog.show_modal();
        self.lightbox.replace(Some(Lightbox {
            view,
            _listener: listener,
        }));
    }
}

fn button(html: &mut Html, what: &'static str, sign: &'static str, words: &str) {
    html.raw("<button type=\"button\" data-go=\"")
        .raw(what)
        .raw("\" aria-label=\"")
        .text(words)
        .raw("\">")
        .raw(sign)
        .raw("</button>");
}

impl View {
    fn handle(&self, event: &Event) {
        // What happens in here concerns nothing behind it.
        event.stop_propagation();
        match event.type_().as_str() {
            "click" => self.click(event),
            "keydown" => {
                let by = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
                    "ArrowLeft" => -1,
                    "ArrowRight" => 1,
                    _ => return,
                };
                event.prevent_default();
                self.go(by);
            }
            "pointerdown" => {
                let pointer: &PointerEvent = event.unchecked_ref();
                // A mouse has the buttons, and what ends its way is a click as well.
                let swipes = pointer.pointer_type() != "mouse";
                self.from.set(swipes.then(|| pointer.client_x()));
            }
            "pointerup" => {
                let pointer: &PointerEvent = event.unchecked_ref();
                let Some(from) = self.from.take() else { return };
                match pointer.client_x() - from {
                    way if way >= SWIPE => self.go(-1),
                    way if way <= -SWIPE => self.go(1),
                    _ => {}
                }
            }
            _ => self.from.set(None),
        }
    }

    fn click(&self, event: &Event) {
        let Some(target) = event.target().and_then(|target| target.dyn_into().ok()) else {
            return;
        };
        let target: Element = target;
        let Some(button) = closest(&target, "[data-go]") else {
            // Beside the picture.
            if target == **self.dialog {
                self.dialog.close();
            }
            return;
        };
        match attribute(&button, "data-go").as_str() {
            "previous" => self.go(-1),
            "next" => self.go(1),
            _ => self.dialog.close(),
        }
    }

    /// On to the next photo, or back; behind the last one comes the first one.
    fn go(&self, by: isize) {
        let count = self.photos.len();
        if count > 1 {
            let at = (self.at.get() + count).wrapping_add_signed(by) % count;
            self.at.set(at);
            self.draw();
        }
    }

    fn draw(&self) {
        let at = self.at.get();
        let Some((address, alt)) = self.photos.get(at) else {
            return;
        };
        if let Some(image) = find(&self.dialog, "img") {
            // The picture before would stand there under the wrong words until this one has come.
            _ = image.remove_attribute("src");
            set(&image, "alt", alt);
            set(&image, "src", address);
        }
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let place = texts::Photos(self.lang).place(number(at + 1), number(self.photos.len()));
        for (selector, words) in [(".caption", alt), (".place", &place)] {
            if let Some(line) = find(&self.dialog, selector) {
                line.unchecked_into::<HtmlElement>()
                    .set_text_content(Some(words));
            }
        }
    }
}
