//! Photos for the review that is being written: chosen or dropped, sent at once, described, put into their order.
//!
//! What is sent belongs to no review yet; the review names it when it is sent itself.

use super::writing::Wish;
use super::{Clerk, closest};
use crate::dom::{attribute, control, focus, set};
use crate::html::Html;
use crate::listener::Listener;
use crate::{photos, texts};
use bookplate_client::{ClientError, Identity, reviews};
use bookplate_wire::accounts::sign_in_path;
use bookplate_wire::problem::Code;
use bookplate_wire::reviews::photos::{BYTES_MAX, ChosenPhoto, PHOTOS_MAX, Photo};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, Event, File, FileList, HtmlInputElement};

/// The photos in the form.
#[derive(Default)]
pub(super) struct Chosen {
    entries: RefCell<Vec<Entry>>,
    /// Counts entries, so that each can be told from all others.
    count: Cell<u32>,
    /// Ends catching what is dropped when it goes.
    dropping: RefCell<Option<Listener>>,
}

/// A photo, or what is to become one.
struct Entry {
    key: u32,
    /// What its file is called, which tells its sender which one it is; empty for one that was there before.
    name: String,
    stage: Stage,
}

impl Entry {
    fn is_refused(&self) -> bool {
        matches!(self.stage, Stage::Refused(_))
    }
}

impl Chosen {
    /// How many are there, or may still come to be.
    fn good(&self) -> usize {
        let entries = self.entries.borrow();
        entries.iter().filter(|entry| !entry.is_refused()).count()
    }
}

enum Stage {
    /// It waits until it is known who sends it.
    Waiting(File),
    /// It is on its way.
    Sending,
    /// It is there.
    Sent(Photo),
    /// It was not taken, and why.
    Refused(&'static str),
}

const DRAGS: [&str; 3] = ["dragover", "dragleave", "drop"];

impl Clerk {
    /// What the form has for photos where a script runs.
    pub(super) fn equip_photos(&self) {
        let Some(place) = self.find(".write .writing-photos") else {
            return;
        };
        let (lang, texts) = (self.state.lang, texts::Photos(self.state.lang));
        let mut html = Html::default();
        html.raw("<fieldset><legend>")
            .text(texts.photos())
            .raw("</legend><ol class=\"chosen\"></ol><div class=\"drop\">");
        photos::chooser(&mut html, lang, texts.add(), "");
        html.raw("<p class=\"over\" aria-hidden=\"true\">")
            .text(texts.drop())
            .raw("</p></div><div class=\"fault\" id=\"photos-fault\" role=\"alert\"></div></fieldset>");
        place.set_inner_html(&html.finish());
        let this = self.this.clone();
        let listener = Listener::start(place, &DRAGS, move |event| {
            if let Some(clerk) = this.upgrade() {
                clerk.drag(&event);
            }
        });
        self.photos.dropping.replace(Some(listener));
    }

    /// Something is dragged over the form: without this the browser would leave the page for it.
    fn drag(&self, event: &Event) {
        // Words that are dragged into a description are the browser's matter.
        let target = event.target().and_then(|target| target.dyn_into().ok());
        if target.is_some_and(|target: Element| closest(&target, "[name=alt]").is_some()) {
            return;
        }
        event.prevent_default();
        let drag: &DragEvent = event.unchecked_ref();
        if let Some(drop) = self.find(".write .drop") {
            let over = event.type_() == "dragover";
            set(&drop, "data-over", if over { "true" } else { "false" });
        }
        if event.type_() == "drop"
            && let Some(files) = drag.data_transfer().and_then(|data| data.files())
        {
            self.add_photos(&files);
        }
    }

    /// Files were chosen.
    pub(super) fn choose_photos(&self, input: &Element) {
        let input: &HtmlInputElement = input.unchecked_ref();
        if let Some(files) = input.files() {
            self.add_photos(&files);
        }
        // The same file can be chosen again.
        input.set_value("");
    }

    fn add_photos(&self, files: &FileList) {
        // Emptying the control is no choice.
        if files.length() == 0 {
            return;
        }
        self.keep_descriptions();
        let mut room = PHOTOS_MAX.saturating_sub(self.photos.good());
        let mut left_out = false;
        for at in 0..files.length() {
            let Some(file) = files.get(at) else { continue };
            let name = file.name();
            if file.size() > BYTES_MAX as f64 {
                let why = photos::fault(self.state.lang, Code::PhotoTooLarge);
                self.push_photo(name, Stage::Refused(why));
            } else if room == 0 {
                left_out = true;
            } else {
                room -= 1;
                self.push_photo(name, Stage::Waiting(file));
            }
        }
        self.draw_photos();
        let texts = texts::Photos(self.state.lang);
        self.say_of_photos(if left_out { texts.too_many() } else { "" });
        if self.photos_wait() {
            self.wish(Wish::AddPhotos);
        }
    }

    fn push_photo(&self, name: String, stage: Stage) {
        let key = self.photos.count.get();
        self.photos.count.set(key + 1);
        let entry = Entry { key, name, stage };
        self.photos.entries.borrow_mut().push(entry);
    }

    /// Whether any photo is not there yet.
    pub(super) fn photos_wait(&self) -> bool {
        let entries = self.photos.entries.borrow();
        let waits = |entry: &Entry| matches!(entry.stage, Stage::Waiting(_) | Stage::Sending);
        entries.iter().any(waits)
    }

    /// Says that one has to wait for them, or to sign in first.
    pub(super) fn ask_to_wait_for_photos(&self) {
        self.say_of_photos(texts::Photos(self.state.lang).wait());
        focus(&self.root, ".write [type=file]");
        self.wish(Wish::AddPhotos);
    }

    /// Sends all that wait.
    pub(super) fn send_photos(&self, identity: &Identity) {
        self.keep_descriptions();
        // The way to sign in, which has been gone.
        if self.find("#photos-fault a").is_some() {
            self.say_of_photos("");
        }
        let mut waiting = Vec::new();
        for entry in self.photos.entries.borrow_mut().iter_mut() {
            if let Stage::Waiting(file) = &entry.stage {
                waiting.push((entry.key, file.clone()));
                entry.stage = Stage::Sending;
            }
        }
        self.draw_photos();
        for (key, file) in waiting {
            let (this, identity) = (self.this.clone(), identity.clone());
            spawn_local(async move {
                let sent = reviews::send_photo(&identity, &file).await;
                if let Some(clerk) = this.upgrade() {
                    clerk.photo_sent(key, sent);
                }
            });
        }
    }

    fn photo_sent(&self, key: u32, sent: Result<Photo, ClientError>) {
        self.keep_descriptions();
        let (lang, common) = (self.state.lang, self.state.common());
        let stage = match sent {
            Ok(photo) => Stage::Sent(photo),
            Err(ClientError::Problem(problem)) => Stage::Refused(photos::fault(lang, problem.code)),
            Err(ClientError::Offline) => Stage::Refused(common.offline()),
            Err(_) => Stage::Refused(texts::Photos(lang).failed()),
        };
        let mut entries = self.photos.entries.borrow_mut();
        // Taken out meanwhile, it is forgotten by itself.
        let Some(entry) = entries.iter_mut().find(|entry| entry.key == key) else {
            return;
        };
        entry.stage = stage;
        drop(entries);
        self.draw_photos();
        self.keep_draft();
    }

    /// It cannot be found out who sends them.
    pub(super) fn photos_failed(&self) {
        self.keep_descriptions();
        let failed = texts::Photos(self.state.lang).failed();
        for entry in self.photos.entries.borrow_mut().iter_mut() {
            if matches!(entry.stage, Stage::Waiting(_)) {
                entry.stage = Stage::Refused(failed);
            }
        }
        self.draw_photos();
    }

    /// A button at a photo: moves it, or takes it out.
    pub(super) fn arrange_photos(&self, button: &Element) {
        self.keep_descriptions();
        let key = closest(button, "[data-entry]").map(|entry| attribute(&entry, "data-entry"));
        let mut entries = self.photos.entries.borrow_mut();
        let at = entries
            .iter()
            .position(|entry| key.as_deref().and_then(|key| key.parse().ok()) == Some(entry.key));
        let Some(at) = at else { return };
        let Entry { key, name, stage } = entries.remove(at);
        let (to, button) = match attribute(button, "data-photo").as_str() {
            "earlier" => (Some(at.saturating_sub(1)), "[data-photo=earlier]"),
            "later" => (Some((at + 1).min(entries.len())), "[data-photo=later]"),
            _ => (None, ""),
        };
        match (to, stage) {
            (Some(to), stage) => entries.insert(to, Entry { key, name, stage }),
            (None, Stage::Sent(photo)) => self.let_go(photo),
            (None, _) => {}
        }
        drop(entries);
        self.say_of_photos("");
        self.draw_photos();
        self.keep_draft();
        let moved = to.and_then(|to| {
            let list = self.find(".write .chosen")?;
            list.children().item(u32::try_from(to).ok()?)
        });
        match moved {
            Some(entry) => {
                // At either end one of the two buttons has no more to do.
                focus(&entry, "[data-photo]:not(:disabled)");
                focus(&entry, button);
            }
            None => focus(&self.root, ".write [type=file]"),
        }
    }

    /// A photo that was taken out is not kept for the rest of its day. One that an earlier version has stays there.
    fn let_go(&self, photo: Photo) {
        if let Some(identity) = self.identity() {
            spawn_local(async move {
                _ = reviews::delete_photo(&identity, &photo.id).await;
            });
        }
    }

    /// Puts these photos into the form, in place of what is there.
    pub(super) fn put_photos(&self, photos: Vec<Photo>) {
        self.photos.entries.borrow_mut().clear();
        for photo in photos {
            self.push_photo(String::new(), Stage::Sent(photo));
        }
        self.draw_photos();
    }

    /// The photos that are there, with what is said to be on them now.
    pub(super) fn sent_photos(&self) -> Vec<Photo> {
        self.keep_descriptions();
        let entries = self.photos.entries.borrow();
        let sent = entries.iter().filter_map(|entry| match &entry.stage {
            Stage::Sent(photo) => Some(photo.clone()),
            _ => None,
        });
        sent.collect()
    }

    /// The same, as a review names them.
    pub(super) fn chosen_photos(&self) -> Vec<ChosenPhoto> {
        self.sent_photos().iter().map(Photo::chosen).collect()
    }

    /// The server knows a photo no more: the one at the position that `field` names, as `photos[2].id`.
    pub(super) fn photo_is_gone(&self, field: Option<&str>) {
        let at = field.and_then(|field| {
            let (_, rest) = field.split_once('[')?;
            rest.split_once(']')?.0.parse().ok()
        });
        let mut left = self.sent_photos();
        if let Some(at) = at.filter(|at: &usize| *at < left.len()) {
            left.remove(at);
        }
        self.put_photos(left);
        self.say_of_photos(texts::Photos(self.state.lang).gone());
        self.keep_draft();
    }

    /// Nobody is signed in: offers that.
    pub(super) fn say_sign_in_for_photos(&self, link: &str) {
        let mut html = Html::default();
        html.raw("<p>")
            .text(texts::Photos(self.state.lang).sign_in())
            .raw("</p><a class=\"button main\" part=\"button\" data-tell=\"sign-in\" href=\"")
            .text(link)
            .raw("\">")
            .text(texts::Accounts(self.state.lang).sign_in())
            .raw("</a>");
        if let Some(place) = self.find("#photos-fault") {
            place.set_inner_html(&html.finish());
        }
    }

    pub(super) fn say_of_photos(&self, words: &str) {
        if let Some(place) = self.find("#photos-fault") {
            place.set_text_content(Some(words));
        }
    }

    /// Takes over what was typed about the photos, before they are drawn anew.
    fn keep_descriptions(&self) {
        let Some(list) = self.find(".write .chosen") else {
            return;
        };
        let items = list.children();
        for (at, entry) in (0..).zip(self.photos.entries.borrow_mut().iter_mut()) {
            if let (Stage::Sent(photo), Some(item)) = (&mut entry.stage, items.item(at))
                && let Some(field) = control(&item, "[name=alt]")
            {
                photo.alt = field.value();
            }
        }
    }

    fn draw_photos(&self) {
        let Some(list) = self.find(".write .chosen") else {
            return;
        };
        let (lang, texts) = (self.state.lang, texts::Photos(self.state.lang));
        let api = self.state.model.with_untracked(|model| model.api.clone());
        let good = self.photos.good();
        let mut entries = self.photos.entries.borrow_mut();
        // What is no photo has no place among them.
        entries.sort_by_key(Entry::is_refused);
        let mut html = Html::default();
        for (number, entry) in (1..).zip(entries.iter()) {
            html.raw("<li data-entry=\"")
                .text(&entry.key.to_string())
                .raw("\">");
            match &entry.stage {
                Stage::Sent(photo) => photos::chosen(&mut html, lang, &api, number, photo),
                Stage::Refused(why) => {
                    html.raw("<p class=\"fault\" role=\"alert\"><bdi>")
                        .text(&entry.name)
                        .raw("</bdi>: ")
                        .text(why)
                        .raw("</p>");
                }
                Stage::Waiting(_) => {
                    html.raw("<p class=\"busy\"><bdi>")
                        .text(&entry.name)
                        .raw("</bdi></p>");
                }
                Stage::Sending => {
                    html.raw("<p class=\"busy\" role=\"status\">")
                        .text(&texts.sending(number))
                        .raw("</p>");
                }
            }
            html.raw("<span class=\"arrange\">");
            let last = number as usize == good;
            for (what, sign, words, off) in [
                ("earlier", "↑", texts.earlier(number), number == 1),
                ("later", "↓", texts.later_on(number), last),
                ("remove", "×", texts.remove(number), false),
            ] {
                if entry.is_refused() && what != "remove" {
                    continue;
                }
                html.raw("<button type=\"button\" data-photo=\"")
                    .raw(what)
                    .raw(if off { "\" disabled" } else { "\"" })
                    .raw(" aria-label=\"")
                    .text(&words)
                    .raw("\">")
                    .raw(sign)
                    .raw("</button>");
            }
            html.raw("</span></li>");
        }
        drop(entries);
        list.set_inner_html(&html.finish());
        if let Some(form) = self.find(".write .writing-photos") {
            set(
                &form,
                "aria-busy",
                if self.photos_wait() { "true" } else { "false" },
            );
        }
    }

    /// Where one signs in at the shop's member centre.
    pub(super) fn sign_in_link(&self) -> String {
        self.state.model.with_untracked(|model| {
            let mut link = model.api.clone();
            link.push_str(&sign_in_path(&model.key));
            link.push_str("?lang=");
            link.push_str(self.state.lang.tag());
            link
        })
    }
}
