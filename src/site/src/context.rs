//! What all parts of a page share.

use crate::page::{Content, Page, Place};
use bookplate_widgets::texts;
use bookplate_wire::feedback::live::OtherAgent;
use bookplate_wire::{Lang, query};
use leptos::prelude::*;

/// The page that is shown, and what is under way.
#[derive(Clone, Copy)]
pub(crate) struct Site {
    /// The page.
    pub(crate) page: RwSignal<Page>,
    /// What is under way.
    pub(crate) phase: RwSignal<Phase>,
    /// The same content as it is by now, where it has changed since the page came; see [`Site::fresh`].
    pub(crate) renewed: RwSignal<Option<Content>>,
    /// What has happened meanwhile, for who does not see it.
    pub(crate) news: RwSignal<String>,
    /// Who else has open what the page shows.
    pub(crate) others: RwSignal<Vec<OtherAgent>>,
    /// Whether the browser can be asked for passkeys; `None` before the page's program has looked.
    pub(crate) passkeys: RwSignal<Option<bool>>,
    /// Its language, which stays as long as the document.
    pub(crate) lang: Lang,
}

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "on the server nothing is under way")
)]
pub(crate) enum Phase {
    /// Nothing.
    Calm,
    /// A request.
    Waiting,
    /// A request that got no reply.
    Failed {
        /// Because the device has no network.
        offline: bool,
    },
    /// A question of the browser's that was not answered by a passkey.
    Unproven(Unproven),
}

/// Why there was no passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "on the server nobody is asked")
)]
pub(crate) enum Unproven {
    /// Nobody wanted to, or not soon enough.
    Cancelled,
    /// The device has one of the account already.
    Known,
    /// It did not come to the question, or the browser does not say why.
    Failed,
}

impl Site {
    /// With this page to begin with.
    pub(crate) fn new(page: Page) -> Self {
        Self {
            lang: page.lang,
            page: RwSignal::new(page),
            phase: RwSignal::new(Phase::Calm),
            renewed: RwSignal::new(None),
            news: RwSignal::new(String::new()),
            others: RwSignal::new(Vec::new()),
            passkeys: RwSignal::new(None),
        }
    }

    /// The one that the view under construction belongs to.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Shows another page.
    #[cfg(feature = "hydrate")]
    pub(crate) fn turn_to(self, page: Page) {
        self.renewed.set(None);
        self.page.set(page);
    }

    /// A part of a page that goes with what happens while the page is open, although its forms stay as they are: `first` as the
    /// page has it, and whatever `find` finds in the content once that is renewed.
    pub(crate) fn fresh<T: Clone + Send + Sync + 'static>(
        self,
        first: &T,
        find: fn(&Content) -> Option<&T>,
        view: impl Fn(Self, &T) -> AnyView + Send + 'static,
    ) -> AnyView {
        let first = first.clone();
        let shown = move || {
            self.renewed.with(|renewed| {
                let fresh = renewed.as_ref().and_then(find);
                view(self, fresh.unwrap_or(&first))
            })
        };
        shown.into_any()
    }

    /// The words of the frame.
    pub(crate) fn texts(self) -> texts::Site {
        texts::Site(self.lang)
    }

    /// `path` with the language, where the reader has chosen it.
    pub(crate) fn href(self, path: &str) -> String {
        self.page.with_untracked(|page| page.href(path))
    }

    /// The path of one of the member centre's pages, such as `orders`.
    pub(crate) fn path(self, page: &str) -> String {
        self.page.with_untracked(|shown| match &shown.place {
            Place::Member(member) => member.path(page),
            Place::Nowhere | Place::Console(_) => String::new(),
        })
    }

    /// The path of one of the member centre's pages with what the address says of where to go on afterwards.
    pub(crate) fn onward(self, page: &str) -> String {
        let mut path = self.path(page);
        if let Some(back) = self.back() {
            path.push('?');
            query::push(&mut path, "back", &back);
        }
        self.href(&path)
    }

    /// Where to go on once somebody has signed in, as far as the address says so.
    pub(crate) fn back(self) -> Option<String> {
        self.page.with_untracked(|page| {
            let (_, raw) = page.address.split_once('?')?;
            let mut pairs = query::pairs(raw).flatten();
            pairs.find_map(|(name, value)| (name == "back").then_some(value))
        })
    }

    /// What a route shows: `view` of the content, once there is content of the route's kind.
    pub(crate) fn show(
        self,
        view: impl Fn(Self, &Content) -> Option<AnyView> + Send + 'static,
    ) -> AnyView {
        let shown = move || {
            self.page.with(|page| {
                crate::shell::of_any_page(self, &page.content)
                    .or_else(|| view(self, &page.content))
                    .unwrap_or_else(|| crate::shell::waiting(self))
            })
        };
        shown.into_any()
    }
}
