//! What a heart shows: plain data, in one signal.

use crate::slot::State;
use crate::texts;
use bookplate_wire::wishlists::WishButtonData;
use bookplate_wire::{Isbn, Lang};
use leptos::prelude::*;

/// What every part holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heart {
    pub(super) lang: Lang,
    pub(super) model: RwSignal<Model>,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) api: String,
    pub(super) key: String,
    pub(super) isbn: Isbn,
    pub(super) title: String,
    /// How many customers wish for it, where the page wants to show that.
    pub(super) count: Option<u32>,
    /// Whether the book is wished for, once that is known.
    pub(super) wished: Option<bool>,
    /// What has come of the last tap, until the shopper goes on elsewhere.
    pub(super) said: Option<Said>,
}

/// What has come of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// The book is in a list of the customer's.
    Listed,
    /// It is in none any more.
    Removed,
    /// It will be sent when the server can be reached.
    Queued,
    /// It is kept on the device.
    OnDevice,
    /// It is kept as long as the page is there.
    OnPage,
    /// The list has no room.
    Full,
    /// The device takes no more.
    GuestFull,
    /// It was refused.
    Failed,
}

impl Said {
    /// What JavaScript calls it: see `toggle` in `element/js/wishlists.js`.
    #[cfg(feature = "hydrate")]
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "list" => Self::Listed,
            "removed" => Self::Removed,
            "queued" => Self::Queued,
            "device" => Self::OnDevice,
            "memory" => Self::OnPage,
            "wish_limit" => Self::Full,
            "guest_limit" => Self::GuestFull,
            _ => Self::Failed,
        }
    }
}

impl Heart {
    /// The state that shows `data`: nobody has wished for anything.
    pub(super) fn new(data: WishButtonData) -> Self {
        let model = Model {
            api: data.api,
            key: data.key,
            isbn: data.isbn,
            title: data.title,
            count: data.count,
            wished: None,
            said: None,
        };
        Self {
            lang: data.lang,
            model: RwSignal::new(model),
        }
    }

    /// The book.
    #[cfg(feature = "hydrate")]
    pub(super) fn isbn(self) -> Isbn {
        self.model.with_untracked(|model| model.isbn)
    }

    /// The widget's words.
    pub(super) const fn texts(self) -> texts::Wishlists {
        texts::Wishlists(self.lang)
    }
}

impl State for Heart {
    type Model = Model;

    fn model(self) -> RwSignal<Model> {
        self.model
    }
}
