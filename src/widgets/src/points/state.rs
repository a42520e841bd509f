//! What the widget shows: plain data with plain functions, in one signal.

use crate::accounts::Farewell;
use crate::slot::State;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::points::cards::MemberCard;
use bookplate_wire::points::element::PointsData;
use bookplate_wire::points::referrals::Referral;
use bookplate_wire::points::{EntryKind, PointsBalance};
use leptos::prelude::*;
use std::sync::Arc;

/// What every part holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Points {
    pub(super) lang: Lang,
    pub(super) model: RwSignal<Model>,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) api: String,
    pub(super) key: String,
    pub(super) standing: Standing,
    /// What there is; `None` before it is known.
    pub(super) balance: Option<PointsBalance>,
    /// The membership card; `None` before it is known.
    pub(super) card: Option<MemberCard>,
    /// The customer's invitations; `None` before they are known.
    pub(super) referral: Option<Referral>,
    /// The code of an invitation with which somebody has come to the page; empty for none.
    pub(super) invite: String,
    /// What became of it, where it was not taken.
    pub(super) invite_refused: Option<&'static str>,
    /// The entries that are shown, as HTML; `None` before they are known.
    pub(super) entries: Option<Vec<Arc<str>>>,
    /// What names the latest of them, so that it is known when there is a later one.
    pub(super) latest: String,
    /// Where the next page of them begins; `None` when all are shown.
    pub(super) next: Option<String>,
    /// The kind of entries that is shown; `None` for all.
    pub(super) kind: Option<EntryKind>,
    /// What a screen reader is told of what has just been done.
    pub(super) news: String,
    /// What failed last, while everything else stays.
    pub(super) failure: Option<Failure>,
}

/// Whose points they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody's.
    Out(Farewell),
    /// That is being found out, or what there is is on its way.
    Waiting,
    /// The customer's with this id.
    In(String),
}

/// What a request was for, and why it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) want: Want,
    /// Whether the device has no network, which its owner can mend.
    pub(super) offline: bool,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Who is signed in.
    Identity,
    /// What there is.
    Overview,
    /// Entries of the kind that was chosen.
    Kind,
    /// Older entries.
    Older,
    /// All of them as a file.
    File,
    /// To take an invitation.
    Invite,
}

impl Points {
    /// The state that shows `data`: nobody is signed in.
    pub(super) fn new(data: PointsData) -> Self {
        let model = Model {
            api: data.api,
            key: data.key,
            standing: Standing::Out(Farewell::None),
            balance: None,
            card: None,
            referral: None,
            invite: String::new(),
            invite_refused: None,
            entries: None,
            latest: String::new(),
            next: None,
            kind: None,
            news: String::new(),
            failure: None,
        };
        Self {
            lang: data.lang,
            model: RwSignal::new(model),
        }
    }

    /// The widget's own words.
    pub(super) const fn texts(self) -> texts::Points {
        texts::Points(self.lang)
    }
}

impl State for Points {
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
        self.balance = None;
        self.card = None;
        self.referral = None;
        self.invite_refused = None;
        self.entries = None;
        self.latest.clear();
        self.next = None;
        self.kind = None;
        self.news.clear();
        self.failure = None;
    }
}
