//! Where somebody does more than read: writes, votes, reports.
//!
//! Most readers never do, so all of this is a part of the wasm of its own, fetched with the first press of a button or
//! key (`live` hands such events over). It works on the page itself, since what it shows is nobody else's.

mod about;
mod draft;
mod lightbox;
mod own;
mod photos;
mod votes;
mod writing;

pub(super) use draft::is_kept;

use super::state::State;
use crate::dom::{self, closest};
use bookplate_client::Visitor;
use lightbox::Lightbox;
use photos::Chosen;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use web_sys::{Element, HtmlElement};
use writing::{Known, Wish};

/// Takes an event that happened in the form or among votes: its type, and at what it happened. (The event itself does not
/// know that any more once it is through, which it is when the desk has been fetched.)
pub type Desk = Rc<dyn Fn(&str, &Element)>;

/// What a desk works with.
pub struct Place {
    pub(super) state: State,
    pub(super) root: HtmlElement,
    pub(super) visitor: Visitor,
}

/// Fetches the part of the wasm that [`start`] is in; nothing when it cannot be had.
pub type Fetch = fn(Place) -> Pin<Box<dyn Future<Output = Option<Desk>>>>;

/// Makes the form and the votes live.
pub fn start(place: Place) -> Desk {
    place.visitor.dress();
    let clerk = Rc::new_cyclic(|this| Clerk {
        this: this.clone(),
        state: place.state,
        root: place.root,
        visitor: place.visitor,
        known: RefCell::default(),
        author: RefCell::default(),
        wish: RefCell::default(),
        photos: Chosen::default(),
        lightbox: RefCell::default(),
    });
    clerk.equip();
    clerk.equip_photos();
    clerk.restore_draft();
    Rc::new(move |kind, target| clerk.handle(kind, target))
}

/// The behaviour.
struct Clerk {
    /// For what outlasts a call: it must not keep the widget alive.
    this: Weak<Self>,
    state: State,
    root: HtmlElement,
    /// Who uses the page, once that matters …
    visitor: Visitor,
    /// … and what is known of them by then.
    known: RefCell<Option<Known>>,
    /// Whose words stand in the form: a customer's id, empty where that is not known.
    author: RefCell<String>,
    /// What the shopper wants to do and has to be signed in for.
    wish: RefCell<Option<Wish>>,
    /// The photos in the form.
    photos: Chosen,
    /// The photos of a review, while they are looked at.
    lightbox: RefCell<Option<Lightbox>>,
}

impl Clerk {
    fn handle(&self, kind: &str, target: &Element) {
        match kind {
            "click" => self.click(target),
            "submit" => match closest(target, ".report-form") {
                Some(form) => self.report(&form),
                // The buttons of a vote are pressed by then.
                None if closest(target, ".votes").is_some() => {}
                None => self.send(),
            },
            "change" if closest(target, "[type=file]").is_some() => self.choose_photos(target),
            "input" if closest(target, "[type=file]").is_some() => {}
            _ if closest(target, ".write").is_some() => self.keep_draft(),
            _ => {}
        }
    }

    fn click(&self, target: &Element) {
        if closest(target, ".writing > summary").is_some() {
            self.begin_to_write();
        } else if let Some(button) = closest(target, "[data-vote]") {
            self.vote(&button);
        } else if let Some(button) = closest(target, "[data-report]") {
            self.ask_what_is_wrong(&button);
        } else if let Some(button) = closest(target, "[data-subject]") {
            self.say_subject(&button);
        } else if closest(target, "[data-spoiler]").is_some() {
            self.mark_spoiler();
        } else if let Some(button) = closest(target, "[data-photo]") {
            self.arrange_photos(&button);
        } else if let Some(link) = closest(target, ".photo") {
            self.open_lightbox(&link);
        } else if closest(target, "[data-discard]").is_some() {
            self.discard_draft();
        } else if let Some(button) = closest(target, "[data-delete]") {
            self.delete_own(&button);
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        dom::find(&self.root, selector)
    }
}
