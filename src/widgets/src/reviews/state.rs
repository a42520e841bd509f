//! What the widget shows and asks for: plain data with plain functions, in one signal.
//!
//! One signal, because whatever a shopper does changes most of it at once, and each type of signal adds
//! its own code to the wasm. What is rendered again but equal does not touch the page.

use super::card;
use crate::texts;
use bookplate_wire::points::besides::ReviewPromise;
use bookplate_wire::reviews::notes::Vocabulary;
use bookplate_wire::reviews::{
    PAGE, PAGE_MAX, ReviewPage, ReviewsData, ReviewsQuery, Summary, page_path, write_path,
};
use bookplate_wire::{Isbn, Lang};
use leptos::prelude::*;
use std::sync::Arc;

/// What every part holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) lang: Lang,
    pub(super) model: RwSignal<Model>,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Model {
    lang: Lang,
    /// Where the widget asks for more.
    pub(super) api: String,
    pub(super) key: String,
    pub(super) isbn: Isbn,
    /// The ratings in figures; they never change.
    pub(super) summary: Summary,
    /// Whether half stars can be given.
    pub(super) half_stars: bool,
    /// What can be said of the book besides.
    pub(super) vocabulary: Vocabulary,
    /// What a review earns, for who writes the form.
    pub(super) promise: Option<ReviewPromise>,
    /// What has been asked for.
    pub(super) query: ReviewsQuery,
    /// The reviews that are shown, as HTML.
    pub(super) cards: Vec<Arc<str>>,
    /// Where the next page begins; `None` when all is shown.
    pub(super) next: Option<String>,
    /// How many reviews the list that is shown has in all, where the summary's figures tell.
    pub(super) total: Option<u32>,
    pub(super) phase: Phase,
}

/// Where the list is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It shows what was asked for.
    Idle,
    /// A request is under way.
    Busy(Want),
    /// The last request failed; the list still shows what it did before.
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "requests are sent by the browser only")
    )]
    Failed {
        /// What to ask for again.
        want: Want,
        /// Whether the device has no network, which its owner can mend.
        offline: bool,
    },
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Another list in place of the one that is shown.
    Replace,
    /// What follows the list that is shown.
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "requests are sent by the browser only")
    )]
    Extend,
}

impl crate::slot::State for State {
    type Model = Model;

    fn model(self) -> RwSignal<Model> {
        self.model
    }
}

impl State {
    /// The state that shows `data`.
    pub(super) fn new(data: ReviewsData) -> Self {
        let mut model = Model {
            lang: data.lang,
            api: data.api,
            key: data.key,
            isbn: data.isbn,
            summary: data.summary,
            half_stars: data.half_stars,
            vocabulary: data.vocabulary,
            promise: data.promise,
            query: data.query,
            cards: Vec::new(),
            next: None,
            total: None,
            phase: Phase::Idle,
        };
        model.extend(&data.page);
        Self {
            lang: data.lang,
            model: RwSignal::new(model),
        }
    }

    /// The widget's own words.
    pub(super) const fn texts(self) -> texts::Reviews {
        texts::Reviews(self.lang)
    }

    /// The words of writing.
    pub(super) const fn writing(self) -> texts::Writing {
        texts::Writing(self.lang)
    }

    /// The words that it shares with other widgets.
    pub(super) const fn common(self) -> texts::Common {
        texts::Common(self.lang)
    }
}

impl Model {
    /// Adds a page to what is shown, which the query asks for.
    pub(super) fn extend(&mut self, page: &ReviewPage) {
        let (lang, vocabulary) = (self.lang, &self.vocabulary);
        let shop = (&*self.api, &*self.key);
        let cards = page.reviews.iter();
        self.cards
            .extend(cards.map(|review| card::html(lang, shop, vocabulary, review)));
        self.next.clone_from(&page.next);
        self.total = self.count();
    }

    /// The hosted page on which one writes.
    pub(super) fn write_page(&self) -> String {
        let mut page = self.api.clone();
        page.push_str(&write_path(&self.key, self.isbn));
        page.push_str("?lang=");
        page.push_str(self.lang.tag());
        page
    }

    /// The hosted page that the form leads to: an address without a query.
    pub(super) fn page(&self) -> String {
        let mut page = self.api.clone();
        page.push_str(&page_path(&self.key, self.isbn));
        page
    }

    /// Address of the hosted page that shows what `query` asks for.
    pub(super) fn href(&self, query: &ReviewsQuery) -> String {
        let mut href = self.page();
        href.push_str("?lang=");
        href.push_str(self.lang.tag());
        let options = query.to_query();
        if !options.is_empty() {
            href.push('&');
            href.push_str(&options);
        }
        href
    }

    /// The query from the first review on: what a change of order or filters starts from.
    pub(super) fn start(&self) -> ReviewsQuery {
        let mut query = self.query.clone();
        query.after = None;
        query.limit = None;
        query
    }

    /// The query without any filter, in the same order.
    pub(super) fn unfiltered(&self) -> ReviewsQuery {
        ReviewsQuery {
            sort: self.query.sort,
            ..ReviewsQuery::default()
        }
    }

    /// What "show more" asks for where no wasm runs: the same list, longer; once it is as long as a
    /// page may be, the list that follows it.
    pub(super) fn longer(&self) -> Option<ReviewsQuery> {
        let next = self.next.as_ref()?;
        let mut query = self.query.clone();
        let limit = self.len().saturating_add(PAGE);
        if limit <= PAGE_MAX {
            query.limit = Some(limit);
        } else {
            query.limit = None;
            query.after = Some(next.clone());
        }
        Some(query)
    }

    /// How many reviews are shown.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.cards.len()).unwrap_or(u32::MAX)
    }

    /// How many reviews the query finds in all, where the summary's figures tell.
    ///
    /// Each figure counts one filter, so with two of them, or a search, nobody knows.
    fn count(&self) -> Option<u32> {
        let (query, summary) = (&self.query, &self.summary);
        if !query.search.is_empty() || query.after.is_some() {
            return None;
        }
        match (query.stars, &query.language, query.verified, query.photos) {
            (None, None, false, false) => Some(summary.count),
            (Some(stars), None, false, false) => summary
                .stars
                .get(usize::from(stars).wrapping_sub(1))
                .copied(),
            (None, Some(language), false, false) => summary
                .languages
                .iter()
                .find(|counted| counted.language == *language)
                .map(|counted| counted.count),
            (None, None, true, false) => Some(summary.verified),
            (None, None, false, true) => Some(summary.photos),
            _ => None,
        }
    }
}

#[cfg(feature = "hydrate")]
impl Phase {
    /// Whether the last request failed and was for `wanted`.
    pub(super) fn is_failed(self, wanted: Want) -> bool {
        matches!(self, Self::Failed { want, .. } if want == wanted)
    }
}
