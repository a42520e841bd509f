//! What somebody wishes for, signed in or not.
//!
//! JavaScript knows it for all hearts of a page (`element/js/wishlists.js`), so that they ask once.

use crate::get::unanswered;
use crate::{ClientError, Identity, json};
use bookplate_wire::wishlists::{Priority, ShownWishlists};
use bookplate_wire::{Isbn, Lang};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// All that whoever uses the page wishes for. One for all widgets.
    #[derive(Debug, Clone)]
    pub type Wishes;

    #[wasm_bindgen(method)]
    fn watch(this: &Wishes, isbn: &str, callback: &Closure<dyn FnMut(Option<bool>)>) -> Function;

    #[wasm_bindgen(method, js_name = toggle)]
    fn toggle_by_promise(this: &Wishes, isbn: &str) -> Promise;

    #[wasm_bindgen(method)]
    fn lists(this: &Wishes) -> Promise;

    /// What opens lists.
    type Lists;

    #[wasm_bindgen(method)]
    fn shelf(
        this: &Lists,
        container: &HtmlElement,
        lang: &str,
        callback: &Closure<dyn FnMut(String)>,
    ) -> RawShelf;

    /// One element's lists: see `element/js/lists.js`.
    #[derive(Debug, Clone)]
    type RawShelf;

    #[wasm_bindgen(method)]
    fn close(this: &RawShelf);
    #[wasm_bindgen(method)]
    fn show(this: &RawShelf, list: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn more(this: &RawShelf) -> Promise;
    #[wasm_bindgen(method)]
    fn again(this: &RawShelf) -> Promise;
    #[wasm_bindgen(method)]
    fn drag(this: &RawShelf, element: &HtmlElement, moved: &Closure<dyn FnMut(String, u32)>);
    #[wasm_bindgen(method)]
    fn make(this: &RawShelf, name: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn rename(this: &RawShelf, list: &str, name: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn prefer(this: &RawShelf, list: &str) -> Promise;
    #[wasm_bindgen(method, js_name = drop)]
    fn drop_list(this: &RawShelf, list: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn restore(this: &RawShelf, list: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn set(
        this: &RawShelf,
        list: &str,
        isbn: &str,
        note: &str,
        note_before: &str,
        priority: &str,
        quantity: u32,
        any_edition: bool,
    ) -> Promise;
    #[wasm_bindgen(method, js_name = move)]
    fn move_to(this: &RawShelf, list: &str, isbn: &str, to: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn place(this: &RawShelf, list: &str, isbn: &str, number: u32) -> Promise;
    #[wasm_bindgen(method)]
    fn take(this: &RawShelf, list: &str, isbn: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn back(this: &RawShelf, list: &str, isbn: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn want(this: &RawShelf, isbn: &str) -> Promise;
}

impl Wishes {
    /// Fetches what knows it, once for the page.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn load(identity: &Identity) -> Result<Self, ClientError> {
        let loaded = JsFuture::from(identity.wished()).await;
        loaded.map(JsCast::unchecked_into).map_err(|_| unanswered())
    }

    /// Calls back with whether a book is wished for, `None` while that is not known, now and whenever it changes; until
    /// what is returned is dropped.
    pub fn follow(&self, isbn: Isbn, callback: impl FnMut(Option<bool>) + 'static) -> Watching {
        let callback = Closure::new(callback);
        let stop = self.watch(isbn.as_str(), &callback);
        Watching {
            stop,
            _callback: callback,
        }
    }

    /// Opens the lists for the element with `container` in its shadow root, which says by an attribute with which of them it
    /// begins, and calls back with what they show, until what is returned is dropped.
    ///
    /// # Errors
    /// When what knows them cannot be had.
    pub async fn shelf(
        &self,
        container: &HtmlElement,
        lang: Lang,
        mut callback: impl FnMut(ShownWishlists) + 'static,
    ) -> Result<Shelf, ClientError> {
        let lists = JsFuture::from(self.lists()).await;
        let lists: Lists = lists.map_err(|_| unanswered())?.unchecked_into();
        let callback = Closure::new(move |shown: String| {
            if let Ok(shown) = json::read(&shown) {
                callback(shown);
            }
        });
        Ok(Shelf {
            shelf: lists.shelf(container, lang.tag(), &callback),
            _callback: callback,
        })
    }

    /// Wishes for a book, or does not any more. That shows at once; what has come of it is told by a word, which is
    /// never an error.
    pub fn toggle(&self, isbn: Isbn) -> impl Future<Output = String> + use<> {
        let toggled = self.toggle_by_promise(isbn.as_str());
        async move {
            let said = JsFuture::from(toggled).await;
            said.ok()
                .and_then(|said| said.as_string())
                .unwrap_or_default()
        }
    }
}

/// Calls back about a book, as long as it lives.
#[derive(Debug)]
pub struct Watching {
    stop: Function,
    _callback: Closure<dyn FnMut(Option<bool>)>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        _ = self.stop.call0(&JsValue::NULL);
    }
}

/// The lists of whoever uses the page, as one element shows them, as long as it lives.
#[derive(Debug)]
pub struct Shelf {
    shelf: RawShelf,
    _callback: Closure<dyn FnMut(String)>,
}

/// What is done to a list, or to what is in it. `list` is its id, empty for the list of the device: another one may be shown by
/// the time that it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Makes a list by this name, which is shown from then on.
    Make(String),
    /// Gives a list another name.
    Rename {
        /// The list.
        list: String,
        /// The name.
        name: String,
    },
    /// Makes the list of this id the default one.
    Prefer(String),
    /// Deletes the list of this id.
    Drop(String),
    /// Has it back.
    Restore(String),
    /// Changes a wish.
    Set {
        /// The list.
        list: String,
        /// The book.
        isbn: Isbn,
        /// The note,
        note: String,
        /// and the one that it replaces.
        note_before: String,
        /// How much it is wished for.
        priority: Priority,
        /// How many copies.
        quantity: u32,
        /// Whether any edition will do.
        any_edition: bool,
    },
    /// Puts a wish into another list.
    Move {
        /// The list.
        list: String,
        /// The book.
        isbn: Isbn,
        /// The other list.
        to: String,
    },
    /// Gives a wish another number in its list, of which the first is 0.
    Place {
        /// The list.
        list: String,
        /// The book.
        isbn: Isbn,
        /// The number.
        number: u32,
    },
    /// Takes a wish out.
    Take {
        /// The list.
        list: String,
        /// The book.
        isbn: Isbn,
    },
    /// Has it back.
    Back {
        /// The list.
        list: String,
        /// The book.
        isbn: Isbn,
    },
    /// Wishes again for what was bought.
    Want(Isbn),
}

impl Shelf {
    /// Shows another list.
    pub fn show(&self, list: &str) {
        _ = self.shelf.show(list);
    }

    /// Asks for more wishes of the list; done when they are shown, or cannot be had.
    pub fn more(&self) -> impl Future<Output = ()> + use<> {
        let asked = self.shelf.more();
        async move {
            _ = JsFuture::from(asked).await;
        }
    }

    /// Asks again for what is shown.
    pub fn again(&self) {
        _ = self.shelf.again();
    }

    /// Calls back when a wish was put somewhere else within the list `element` by a finger or a mouse: with its number, of which
    /// the first is 0. What is returned has to live as long.
    pub fn drag(
        &self,
        element: &HtmlElement,
        mut moved: impl FnMut(Isbn, u32) + 'static,
    ) -> Closure<dyn FnMut(String, u32)> {
        let moved = Closure::new(move |isbn: String, number: u32| {
            if let Ok(isbn) = isbn.parse() {
                moved(isbn, number);
            }
        });
        self.shelf.drag(element, &moved);
        moved
    }

    /// Does something, which shows at once. What has come of it: nothing when it is done, `queued` or `memory` when it waits to be
    /// sent, else the code of a refusal.
    pub fn perform(&self, deed: &Deed) -> impl Future<Output = String> + use<> {
        let shelf = &self.shelf;
        let done = match deed {
            Deed::Make(name) => shelf.make(name),
            Deed::Rename { list, name } => shelf.rename(list, name),
            Deed::Prefer(list) => shelf.prefer(list),
            Deed::Drop(list) => shelf.drop_list(list),
            Deed::Restore(list) => shelf.restore(list),
            Deed::Set {
                list,
                isbn,
                note,
                note_before,
                priority,
                quantity,
                any_edition,
            } => shelf.set(
                list,
                isbn.as_str(),
                note,
                note_before,
                priority.as_str(),
                *quantity,
                *any_edition,
            ),
            Deed::Move { list, isbn, to } => shelf.move_to(list, isbn.as_str(), to),
            Deed::Place { list, isbn, number } => shelf.place(list, isbn.as_str(), *number),
            Deed::Take { list, isbn } => shelf.take(list, isbn.as_str()),
            Deed::Back { list, isbn } => shelf.back(list, isbn.as_str()),
            Deed::Want(isbn) => shelf.want(isbn.as_str()),
        };
        async move {
            let said = JsFuture::from(done).await;
            said.map_or_else(
                |_| String::from("failed"),
                |said| said.as_string().unwrap_or_default(),
            )
        }
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.shelf.close();
    }
}
