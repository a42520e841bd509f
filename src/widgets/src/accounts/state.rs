//! What the widget shows: plain data with plain functions, in one signal.

use crate::slot::State;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::accounts::AccountData;
use leptos::prelude::*;
use std::sync::Arc;

/// What every part holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) lang: Lang,
    pub(super) model: RwSignal<Model>,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) api: String,
    pub(super) key: String,
    pub(super) standing: Standing,
    /// The orders that are shown, as HTML; `None` before they are known.
    pub(super) orders: Option<Vec<Arc<str>>>,
    /// Where the next page of them begins; `None` when all are shown.
    pub(super) next: Option<String>,
    /// How many notifications the customer has not seen.
    pub(super) unread: u32,
    /// How many reviews the customer has written.
    pub(super) reviews: u32,
    /// How many points the customer can use; `None` where the shop has none.
    pub(super) points: Option<i64>,
    /// Where the customer is signed in.
    pub(super) sessions: Vec<Place>,
    /// The question how likely a recommendation of the shop is, or what is said once it was answered, as HTML; usually empty.
    pub(super) nps: String,
    /// What a screen reader is told of what has just been done.
    pub(super) news: String,
    /// What failed last, while everything else stays.
    pub(super) failure: Option<Failure>,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody.
    Out(Farewell),
    /// That is being found out, or what is theirs is on its way.
    Waiting,
    /// Somebody.
    In(Person),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// Nobody has been, as far as is known.
    None,
    /// The shopper has signed out.
    Asked,
    /// Likewise, in another tab.
    Elsewhere,
    /// The server knows the session no more.
    Ended,
}

/// What is shown of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) member_card: String,
}

/// A place where the customer is signed in.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: String,
    /// Empty where nobody knows.
    pub(super) device: String,
    /// When it was used last, in words.
    pub(super) seen: String,
    pub(super) current: bool,
}

/// What a request was for, and why it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) want: Want,
    /// Whether the device has no network, which its owner can mend.
    pub(super) offline: bool,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    /// Who is signed in.
    Identity,
    /// What is theirs.
    Overview,
    /// Older orders.
    Older,
    /// The end of this session.
    End(String),
    /// That what was answered is kept, or with `true` that the question is put away.
    Nps(bool),
}

impl Account {
    /// The state that shows `data`: nobody is signed in.
    pub(super) fn new(data: AccountData) -> Self {
        let model = Model {
            api: data.api,
            key: data.key,
            standing: Standing::Out(Farewell::None),
            orders: None,
            next: None,
            unread: 0,
            reviews: 0,
            points: None,
            sessions: Vec::new(),
            nps: String::new(),
            news: String::new(),
            failure: None,
        };
        Self {
            lang: data.lang,
            model: RwSignal::new(model),
        }
    }

    /// The widget's own words.
    pub(super) const fn texts(self) -> texts::Accounts {
        texts::Accounts(self.lang)
    }

    /// The words that it shares with other widgets.
    pub(super) const fn common(self) -> texts::Common {
        texts::Common(self.lang)
    }
}

impl State for Account {
    type Model = Model;

    fn model(self) -> RwSignal<Model> {
        self.model
    }
}

impl Model {
    /// Whether nothing is shown yet and something is on its way.
    pub(super) fn is_waiting(&self) -> bool {
        self.failure.is_none() && self.standing == Standing::Waiting
    }

    /// Lets nothing of anybody stay.
    #[cfg(feature = "hydrate")]
    pub(super) fn forget(&mut self, standing: Standing) {
        self.standing = standing;
        self.orders = None;
        self.next = None;
        self.unread = 0;
        self.reviews = 0;
        self.points = None;
        self.sessions.clear();
        self.nps.clear();
        self.news.clear();
        self.failure = None;
    }
}
