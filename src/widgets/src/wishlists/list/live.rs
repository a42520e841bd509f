//! What happens in the browser once wasm is there.
//!
//! It follows what JavaScript knows of the lists, keeps an element for each entry, and listens at the widget's root for controls
//! marked `data-do`. Those marked `data-tell` and `data-enter` are JavaScript's: they work without wasm.

use super::Shelf as View;
use super::entry;
use super::state::{Editing, List, Said, Undo};
use crate::listener::Listener;
use crate::mount::Mounted;
use bookplate_client::Identity;
use bookplate_client::wishlists::{Deed, Shelf, Wishes};
use bookplate_wire::Isbn;
use bookplate_wire::wishlists::{Priority, ShownWish, ShownWishlists, Standing, WishlistData};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, Event, FormData, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlSelectElement,
    Node, ShadowRoot,
};

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
    list: List,
    root: HtmlElement,
    shelf: OnceCell<Shelf>,
    dragging: OnceCell<Closure<dyn FnMut(String, u32)>>,
    entries: RefCell<Vec<Entry>>,
    around: RefCell<Around>,
    /// What the page was asked to put into its cart, until that is there.
    carting: RefCell<Vec<Isbn>>,
}

/// A wish in the page.
struct Entry {
    /// As it was when it was written there.
    wish: ShownWish,
    element: Element,
}

/// On what the contents of all entries depend besides their wishes.
#[derive(Default, PartialEq, Eq)]
struct Around {
    standing: Standing,
    list: String,
    /// Whether there is an order.
    several: bool,
}

impl Handle {
    /// Hydrates the content of `root` and starts to follow whose lists they are.
    pub(super) fn start(root: HtmlElement, mut data: WishlistData, identity: Identity) -> Self {
        let host = root.get_root_node().dyn_into::<ShadowRoot>().ok();
        if let Some(book_url) = host.and_then(|root| root.host().get_attribute("book-url")) {
            data.book_url = book_url;
        }
        let (mounted, list) = Mounted::hydrate(root.clone(), || {
            let list = List::new(data);
            (view! { <View list /> }.into_any(), list)
        });
        let live = Rc::new_cyclic(|this| Live {
            this: this.clone(),
            list,
            root: root.clone(),
            shelf: OnceCell::new(),
            dragging: OnceCell::new(),
            entries: RefCell::default(),
            around: RefCell::default(),
            carting: RefCell::default(),
        });
        live.follow(identity);
        let weak = Rc::downgrade(&live);
        let listener = Listener::start(root, &["click", "change", "submit"], move |event| {
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
    /// Shows what JavaScript knows, from now on. Where that cannot be had, the way to the hosted page stays.
    fn follow(&self, identity: Identity) {
        let (this, lang, root) = (self.this.clone(), self.list.lang, self.root.clone());
        spawn_local(async move {
            let Ok(wishes) = Wishes::load(&identity).await else {
                return;
            };
            let weak = this.clone();
            let shelf = wishes.shelf(&root, lang, move |shown| {
                if let Some(live) = weak.upgrade() {
                    live.take(shown);
                }
            });
            let Ok(shelf) = shelf.await else { return };
            let Some(live) = this.upgrade() else { return };
            if let Some(list) = live.find("ol.wishes") {
                let weak = this.clone();
                let list = list.unchecked_into();
                let moved = shelf.drag(&list, move |isbn, number| {
                    if let Some(live) = weak.upgrade() {
                        live.place(isbn, number as usize, None);
                    }
                });
                _ = live.dragging.set(moved);
            }
            _ = live.shelf.set(shelf);
        });
    }

    /// Shows lists.
    fn take(&self, shown: ShownWishlists) {
        // Nothing of anybody stays.
        let other = self.list.model.with_untracked(|model| {
            model.shown.standing != shown.standing
                && !matches!(shown.standing, Standing::Failed | Standing::Offline)
        });
        let is_there = |isbn: &Isbn| {
            let mut wishes = shown.wishes.iter();
            wishes.any(|wish| wish.isbn == *isbn && wish.in_cart)
        };
        let carting =
            !self.carting.borrow().is_empty() && self.carting.borrow().iter().all(is_there);
        self.list.model.update(|model| {
            model.shown = shown;
            if other {
                model.said = None;
                model.editing = None;
            }
        });
        if other {
            self.carting.borrow_mut().clear();
            self.close();
        }
        if carting {
            self.carting.borrow_mut().clear();
            self.say(self.list.texts().in_cart().to_owned(), None);
        }
        self.show_entries();
    }

    /// Puts the wishes into the page: each keeps its element. Who is at a control of one stays at it, also where it moves or changes.
    /// What is as it was is neither written nor asked for: of two thousand, one is another one.
    fn show_entries(&self) {
        let Some(ol) = self.find("ol.wishes") else {
            return;
        };
        let focus = self.focused();
        let entries_before = self.entries.take();
        let entries = self.list.model.with_untracked(|model| {
            // First of all, so that what stood behind it is in its place already.
            let stay: BTreeSet<Isbn> = model.shown.wishes.iter().map(|wish| wish.isbn).collect();
            let mut before: Vec<Option<Entry>> = Vec::new();
            for entry in entries_before {
                if stay.contains(&entry.wish.isbn) {
                    before.push(Some(entry));
                } else {
                    entry.element.remove();
                }
            }
            let around = Around {
                standing: model.shown.standing,
                list: model.shown.list.clone(),
                several: model.shown.wishes.len() > 1,
            };
            let same = around == *self.around.borrow();
            self.around.replace(around);
            let mut entries = Vec::with_capacity(model.shown.wishes.len());
            // The first that stands in the page behind those that are in place.
            let mut next = 0;
            for wish in &model.shown.wishes {
                while before.get(next).is_some_and(Option::is_none) {
                    next += 1;
                }
                let is_it = |entry: &Option<Entry>| {
                    let known = entry.as_ref().map(|entry| entry.wish.isbn);
                    known == Some(wish.isbn)
                };
                let at = before.iter().skip(next).position(is_it);
                let known = at.and_then(|at| before[next + at].take());
                let entry = match known {
                    Some(entry) if same && entry.wish == *wish => entry,
                    known => {
                        let known = known.map(|entry| entry.element);
                        let Some(element) = known.or_else(|| self.new_entry(wish.isbn)) else {
                            break;
                        };
                        element.set_inner_html(&entry::content(self.list, model, wish));
                        let wish = wish.clone();
                        Entry { wish, element }
                    }
                };
                if at != Some(0) {
                    let behind = before.get(next).and_then(Option::as_ref);
                    let behind: Option<&Node> = behind.map(|entry| entry.element.as_ref());
                    _ = ol.insert_before(&entry.element, behind);
                }
                entries.push(entry);
            }
            entries
        });
        self.entries.replace(entries);
        if let Some((isbn, control)) = focus {
            self.restore_focus(isbn, &control);
        }
    }

    fn new_entry(&self, isbn: Isbn) -> Option<Element> {
        let element = self.root.owner_document()?.create_element("li").ok()?;
        _ = element.set_attribute("data-isbn", isbn.as_str());
        _ = element.set_attribute("part", "wish");
        Some(element)
    }

    /// At which control of which entry somebody is.
    fn focused(&self) -> Option<(Isbn, String)> {
        let focused = self.find("ol.wishes :focus")?;
        let control = focused.get_attribute("data-do").unwrap_or_default();
        Some((isbn_at(&focused)?, control))
    }

    fn restore_focus(&self, isbn: Isbn, control: &str) {
        if self.find("ol.wishes :focus").is_some() {
            return;
        }
        let entry = ["li[data-isbn=\"", isbn.as_str(), "\"] "].concat();
        let same = [&entry, "[data-do=\"", control, "\"]"].concat();
        let title = [&entry, ".title"].concat();
        // What was taken out leaves focus to the list.
        let found = [&*same, &*title, "#heading"]
            .into_iter()
            .find_map(|selector| self.find(selector));
        if let Some(found) = found {
            _ = found.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn handle(&self, event: &Event) {
        match event.type_().as_str() {
            "submit" => {
                event.prevent_default();
                if let Some(form) = event.target().and_then(|form| form.dyn_into().ok()) {
                    self.save(&form);
                }
            }
            "change" => {
                let chosen = event
                    .target()
                    .and_then(|chosen| chosen.dyn_into::<HtmlSelectElement>().ok())
                    .filter(|chosen| chosen.name() == "shown");
                if let (Some(chosen), Some(shelf)) = (chosen, self.shelf.get()) {
                    self.hush();
                    shelf.show(&chosen.value());
                }
            }
            _ => self.click(event),
        }
    }

    fn click(&self, event: &Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        if let Ok(Some(link)) = target.closest("[data-tell=add-to-cart]") {
            return self.note_cart(&link);
        }
        let Ok(Some(control)) = target.closest("[data-do]") else {
            return;
        };
        let what = control.get_attribute("data-do").unwrap_or_default();
        let isbn = isbn_at(&control);
        match (what.as_str(), isbn) {
            ("new", _) => self.edit(Some(Editing::New)),
            ("rename", _) => {
                let current = self
                    .list
                    .model
                    .with_untracked(|model| model.current().cloned());
                self.edit(current.map(Editing::List));
            }
            ("cancel", _) => self.close(),
            ("drop", _) => self.drop_list(),
            ("prefer", _) => self.prefer_list(),
            ("more", _) => self.more(),
            ("retry", _) => {
                if let Some(shelf) = self.shelf.get() {
                    shelf.again();
                }
            }
            ("undo", _) => self.undo(),
            ("change", Some(isbn)) => self.edit_wish(isbn),
            ("take", Some(isbn)) => {
                let (words, list) = (self.list.texts().removed(), self.shown());
                let undo = Undo::Wish(list.clone(), isbn);
                self.perform(Deed::Take { list, isbn }, words.to_owned(), Some(undo));
            }
            ("want", Some(isbn)) => {
                let words = self.list.texts().listed();
                self.perform(Deed::Want(isbn), words.to_owned(), None);
            }
            ("up" | "down", Some(isbn)) => self.shift(isbn, what == "up"),
            _ => {}
        }
    }

    /// Remembers what the page was asked to put into its cart.
    fn note_cart(&self, link: &Element) {
        let one = isbn_at(link);
        let all = self.list.model.with_untracked(|model| {
            let wishes = model.shown.wishes.iter();
            let wanted = wishes.filter(|wish| wish.bought_on.is_empty() && !wish.in_cart);
            wanted.map(|wish| wish.isbn).collect()
        });
        self.carting.replace(one.map_or(all, |isbn| vec![isbn]));
    }

    fn shift(&self, isbn: Isbn, up: bool) {
        let place = self.list.model.with_untracked(|model| {
            let (at, _) = model.wish(isbn)?;
            let last = model.shown.wishes.len() - 1 + usize::from(model.shown.more);
            if up {
                at.checked_sub(1)
            } else {
                Some(at + 1).filter(|at| *at <= last)
            }
        });
        if let Some(place) = place {
            self.place(isbn, place, Some(if up { "up" } else { "down" }));
        }
    }

    /// Puts a wish at a place, and says where it is for those who do not see it.
    fn place(&self, isbn: Isbn, place: usize, control: Option<&'static str>) {
        let words = self.list.model.with_untracked(|model| {
            let (_, wish) = model.wish(isbn)?;
            let count = model
                .current()
                .map_or(model.shown.wishes.len(), |list| list.count as usize);
            let [place, count] = [place + 1, count].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
            Some(self.list.texts().placed(&wish.title, place, count))
        });
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        let list = self.shown();
        let deed = Deed::Place { list, isbn, number };
        self.perform(deed, words.unwrap_or_default(), None);
        if let Some(control) = control {
            self.restore_focus(isbn, control);
        }
    }

    fn edit_wish(&self, isbn: Isbn) {
        let editing = self.list.model.with_untracked(|model| {
            let (_, wish) = model.wish(isbn)?;
            let (lists, current) = (model.shown.lists.clone(), model.shown.list.clone());
            Some(Editing::Wish(Box::new(wish.clone()), lists, current))
        });
        self.edit(editing);
    }

    /// Opens the dialog, with nothing in it of what was written before.
    fn edit(&self, editing: Option<Editing>) {
        if editing.is_none() {
            return;
        }
        self.list.model.update(|model| model.editing = None);
        let this = self.this.clone();
        spawn_local(async move {
            tick().await;
            let Some(live) = this.upgrade() else { return };
            live.list.model.update(|model| model.editing = editing);
            tick().await;
            if let Some(dialog) = live.dialog() {
                _ = dialog.show_modal();
            }
        });
    }

    fn dialog(&self) -> Option<HtmlDialogElement> {
        self.find("dialog")?.dyn_into().ok()
    }

    fn close(&self) {
        if let Some(dialog) = self.dialog() {
            dialog.close();
        }
    }

    /// Does what the dialog says.
    fn save(&self, form: &HtmlFormElement) {
        let editing = self
            .list
            .model
            .with_untracked(|model| model.editing.clone());
        let (Some(editing), Ok(fields)) = (editing, FormData::new_with_form(form)) else {
            return;
        };
        let field = |name: &str| fields.get(name).as_string();
        let name = field("name").unwrap_or_default().trim().to_owned();
        self.close();
        match editing {
            Editing::New if !name.is_empty() => self.perform(Deed::Make(name), String::new(), None),
            Editing::List(list) if !name.is_empty() => {
                let list = list.id;
                self.perform(Deed::Rename { list, name }, String::new(), None);
            }
            Editing::New | Editing::List(_) => {
                self.say(self.list.texts().name_fault().to_owned(), None);
            }
            Editing::Wish(wish, lists, current) => {
                let note = field("note").unwrap_or_default().replace("\r\n", "\n");
                let priority = field("priority").and_then(|word| Priority::from_word(&word));
                let quantity = field("quantity").and_then(|number| number.parse().ok());
                let set = Deed::Set {
                    list: current.clone(),
                    isbn: wish.isbn,
                    note: note.trim().to_owned(),
                    note_before: wish.note.clone(),
                    priority: priority.unwrap_or(wish.priority),
                    quantity: quantity.unwrap_or(wish.quantity),
                    any_edition: field("any_edition").is_some(),
                };
                self.perform(set, String::new(), None);
                let to = field("list").filter(|to| *to != current);
                let to = to.and_then(|to| lists.into_iter().find(|list| list.id == to));
                if let Some(to) = to {
                    let words = self.list.texts().moved_to(self.list.name(&to.name));
                    let (list, isbn, to) = (current, wish.isbn, to.id);
                    self.perform(Deed::Move { list, isbn, to }, words, None);
                }
            }
        }
    }

    fn drop_list(&self) {
        if let Some(list) = self.edited_list() {
            let words = self.list.texts().deleted().to_owned();
            self.perform(Deed::Drop(list.clone()), words, Some(Undo::List(list)));
        }
    }

    fn prefer_list(&self) {
        if let Some(list) = self.edited_list() {
            let words = self.list.texts().default().to_owned();
            self.perform(Deed::Prefer(list), words, None);
        }
    }

    /// Closes the dialog; gives the id of the list of which it was.
    fn edited_list(&self) -> Option<String> {
        self.close();
        let model = self.list.model;
        model.with_untracked(|model| match &model.editing {
            Some(Editing::List(list)) => Some(list.id.clone()),
            _ => None,
        })
    }

    fn undo(&self) {
        let said = self
            .list
            .model
            .try_update(|model| model.said.take())
            .flatten();
        match said.and_then(|said| said.undo) {
            Some(Undo::Wish(list, isbn)) => {
                let words = self.list.texts().listed().to_owned();
                self.perform(Deed::Back { list, isbn }, words, None);
                self.restore_focus(isbn, "take");
            }
            Some(Undo::List(list)) => {
                self.perform(Deed::Restore(list), String::new(), None);
                self.restore_focus_to("#heading");
            }
            None => {}
        }
    }

    fn more(&self) {
        let Some(shelf) = self.shelf.get() else {
            return;
        };
        let before = self.entries.borrow().len();
        let (this, more) = (self.this.clone(), shelf.more());
        spawn_local(async move {
            more.await;
            let Some(live) = this.upgrade() else { return };
            // Who has asked for more is led to what is new.
            let title = live.entries.borrow().get(before).and_then(|entry| {
                let title = entry.element.query_selector(".title").ok().flatten()?;
                title.dyn_into::<HtmlElement>().ok()
            });
            if let Some(title) = title {
                _ = title.focus();
            }
        });
    }

    /// The id of the list that is shown; empty for that of the device.
    fn shown(&self) -> String {
        let model = self.list.model;
        model.with_untracked(|model| model.shown.list.clone())
    }

    /// Does something, which shows at once, and says what has come of it: `words` where it is done.
    fn perform(&self, deed: Deed, words: String, undo: Option<Undo>) {
        let Some(shelf) = self.shelf.get() else {
            return;
        };
        let done = shelf.perform(&deed);
        // At once: whoever has moved a wish hears where it is now.
        self.say(words, undo);
        let this = self.this.clone();
        spawn_local(async move {
            let code = done.await;
            let Some(live) = this.upgrade() else { return };
            let texts = live.list.texts();
            let words = match code.as_str() {
                // What waits is said where it stands.
                "" | "queued" | "memory" => return,
                "wish_limit" => texts.full(),
                "wishlist_limit" => texts.no_room(),
                _ => texts.failed(),
            };
            live.say(words.to_owned(), None);
        });
    }

    fn say(&self, words: String, undo: Option<Undo>) {
        let said = Some(Said { words, undo }).filter(|said| !said.words.is_empty());
        self.list.model.update(|model| model.said = said);
    }

    fn hush(&self) {
        self.say(String::new(), None);
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).ok().flatten()
    }

    fn restore_focus_to(&self, selector: &str) {
        if let Some(found) = self.find(selector) {
            _ = found.unchecked_into::<HtmlElement>().focus();
        }
    }
}

/// The book of the entry that an element stands in.
fn isbn_at(element: &Element) -> Option<Isbn> {
    let entry = element.closest("li[data-isbn]").ok().flatten()?;
    entry.get_attribute("data-isbn")?.parse().ok()
}
