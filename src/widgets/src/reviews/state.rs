//! What the parts of the widget share: the data that never change, and the three signals that do.

use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::reviews::{
    PAGE, PAGE_MAX, Review, ReviewPage, ReviewsData, ReviewsQuery, Summary, page_path,
};
use leptos::prelude::*;
use std::sync::Arc;

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
        expect(dead_code, reason = "the server renders no failures")
    )]
    Failed {
        /// What to ask for again.
        want: Want,
        /// Whether the device has no network, which its owner can mend.
        offline: bool,
    },
}

#[cfg(feature = "hydrate")]
impl Phase {
    /// Whether the last request failed and was for `wanted`.
    pub(super) fn is_failed(self, wanted: Want) -> bool {
        matches!(self, Self::Failed { want, .. } if want == wanted)
    }
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Another list in place of the one that is shown.
    Replace,
    /// What follows the list that is shown.
    Extend,
}

/// The list as it is shown. Reviews are shared, because a keyed list takes a copy at each change.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    pub(super) reviews: Vec<Arc<Review>>,
    /// Where the next page begins; `None` when all is shown.
    pub(super) next: Option<String>,
}

impl From<ReviewPage> for Shown {
    fn from(page: ReviewPage) -> Self {
        Self {
            reviews: page.reviews.into_iter().map(Arc::new).collect(),
            next: page.next,
        }
    }
}

/// A handle that every part holds; copying it copies no data.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) lang: Lang,
    pub(super) query: RwSignal<ReviewsQuery>,
    pub(super) shown: RwSignal<Shown>,
    pub(super) phase: RwSignal<Phase>,
    fixed: StoredValue<Fixed>,
}

/// What never changes after the first data have come.
#[derive(Debug)]
pub(super) struct Fixed {
    /// The hosted page with the same reviews, without a query.
    pub(super) page: String,
    /// How many reviews there are, as far as the summary tells.
    totals: Totals,
    /// Where the widget asks for more.
    #[cfg(feature = "hydrate")]
    pub(super) source: Source,
}

/// What a request needs besides the query.
#[cfg(feature = "hydrate")]
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) api: String,
    pub(super) key: String,
    pub(super) isbn: bookplate_wire::Isbn,
}

#[derive(Debug)]
struct Totals {
    all: u32,
    stars: [u32; 5],
    verified: u32,
    photos: u32,
    languages: Vec<(String, u32)>,
}

impl State {
    /// The state that shows `data`, and the figures, which only two parts need.
    pub(super) fn new(data: ReviewsData) -> (Self, Summary) {
        let mut page = data.api.clone();
        page.push_str(&page_path(&data.key, data.isbn));
        let summary = data.summary;
        let totals = Totals {
            all: summary.count,
            stars: summary.stars,
            verified: summary.verified,
            photos: summary.photos,
            languages: summary
                .languages
                .iter()
                .map(|l| (l.language.clone(), l.count))
                .collect(),
        };
        let fixed = Fixed {
            page,
            totals,
            #[cfg(feature = "hydrate")]
            source: Source {
                api: data.api,
                key: data.key,
                isbn: data.isbn,
            },
        };
        let state = Self {
            lang: data.lang,
            query: RwSignal::new(data.query),
            shown: RwSignal::new(data.page.into()),
            phase: RwSignal::new(Phase::Idle),
            fixed: StoredValue::new(fixed),
        };
        (state, summary)
    }

    /// The widget's own words.
    pub(super) const fn texts(self) -> texts::Reviews {
        texts::Reviews(self.lang)
    }

    /// The words that it shares with other widgets.
    pub(super) const fn common(self) -> texts::Common {
        texts::Common(self.lang)
    }

    /// Reads what never changes.
    pub(super) fn fixed<T>(self, read: impl FnOnce(&Fixed) -> T) -> T {
        self.fixed.with_value(read)
    }

    /// Address of the hosted page that shows what `query` asks for.
    pub(super) fn href(self, query: &ReviewsQuery) -> String {
        let mut href = self.fixed(|fixed| fixed.page.clone());
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
    pub(super) fn start(self) -> ReviewsQuery {
        let mut query = self.query.get();
        query.after = None;
        query.limit = None;
        query
    }

    /// What "show more" asks for where no wasm runs: the same list, longer; once it is as long as a
    /// page may be, the list that follows it.
    pub(super) fn longer(self) -> Option<ReviewsQuery> {
        let (len, next) = self
            .shown
            .with(|shown| (shown.reviews.len(), shown.next.clone()));
        let next = next?;
        let mut query = self.query.get();
        let limit = u32::try_from(len).unwrap_or(PAGE_MAX).saturating_add(PAGE);
        if limit <= PAGE_MAX {
            query.limit = Some(limit);
        } else {
            query.limit = None;
            query.after = Some(next);
        }
        Some(query)
    }

    /// How many reviews the list has in all, where the summary's figures tell.
    pub(super) fn total(self) -> Option<u32> {
        self.query
            .with(|query| self.fixed(|fixed| fixed.totals.matching(query)))
    }
}

impl Totals {
    /// Each figure counts one filter, so with two of them, or a search, nobody knows.
    fn matching(&self, query: &ReviewsQuery) -> Option<u32> {
        if !query.search.is_empty() || query.after.is_some() {
            return None;
        }
        match (query.stars, &query.language, query.verified, query.photos) {
            (None, None, false, false) => Some(self.all),
            (Some(stars), None, false, false) => {
                self.stars.get(usize::from(stars).checked_sub(1)?).copied()
            }
            (None, Some(language), false, false) => self
                .languages
                .iter()
                .find(|(tag, _)| tag == language)
                .map(|(_, count)| *count),
            (None, None, true, false) => Some(self.verified),
            (None, None, false, true) => Some(self.photos),
            _ => None,
        }
    }
}
