//! What the widget shows: plain data, in one signal.

use crate::slot::State;
use crate::texts;
use bookplate_wire::accounts::member_path;
use bookplate_wire::wishlists::{ShownWish, ShownWishlist, ShownWishlists, WishlistData};
use bookplate_wire::{Isbn, Lang};
use leptos::prelude::*;

/// What every part holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) lang: Lang,
    pub(super) model: RwSignal<Model>,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) api: String,
    pub(super) key: String,
    pub(super) book_url: String,
    /// The lists, and what is in one of them.
    pub(super) shown: ShownWishlists,
    /// What has come of what was done last, until something else is.
    pub(super) said: Option<Said>,
    /// What is being written.
    pub(super) editing: Option<Editing>,
}

/// What has come of what was done last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) words: String,
    pub(super) undo: Option<Undo>,
}

/// What can be had back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undo {
    /// A wish, of the list of this id.
    Wish(String, Isbn),
    /// The list of this id.
    List(String),
}

/// What is being written, as it was when that began: what comes in meanwhile does not disturb it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Editing {
    /// A wish; with the lists into which it can be put, none for a guest, who has a note alone, and the id of its own.
    Wish(Box<ShownWish>, Vec<ShownWishlist>, String),
    /// A list gets another name, or goes.
    List(ShownWishlist),
    /// Another list is made.
    New,
}

impl List {
    /// The state that shows `data`: nobody's list.
    pub(super) fn new(data: WishlistData) -> Self {
        let model = Model {
            api: data.api,
            key: data.key,
            book_url: data.book_url,
            shown: ShownWishlists::default(),
            said: None,
            editing: None,
        };
        Self {
            lang: data.lang,
            model: RwSignal::new(model),
        }
    }

    /// The widget's words.
    pub(super) const fn texts(self) -> texts::Wishlists {
        texts::Wishlists(self.lang)
    }

    /// A list's name, or the words for one that nobody has named.
    pub(super) fn name(self, name: &str) -> &str {
        if name.is_empty() {
            self.texts().unnamed()
        } else {
            name
        }
    }
}

impl State for List {
    type Model = Model;

    fn model(self) -> RwSignal<Model> {
        self.model
    }
}

impl Model {
    /// The list that is shown.
    pub(super) fn current(&self) -> Option<&ShownWishlist> {
        let mut lists = self.shown.lists.iter();
        lists.find(|list| list.id == self.shown.list)
    }

    /// The wish for a book, and its place.
    pub(super) fn wish(&self, isbn: Isbn) -> Option<(usize, &ShownWish)> {
        let mut wishes = self.shown.wishes.iter().enumerate();
        wishes.find(|(_, wish)| wish.isbn == isbn)
    }

    /// The hosted page of the lists.
    pub(super) fn hosted(&self, lang: Lang) -> String {
        let path = member_path(&self.key, "wishlists");
        [&self.api, &path, "?lang=", lang.tag()].concat()
    }
}
