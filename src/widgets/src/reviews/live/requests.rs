//! Asking the server, and showing what it answers.

use super::Live;
use crate::reviews::state::{Phase, Shown, Source, Want};
use bookplate_client::{Abort, ClientError, reviews};
use bookplate_wire::Code;
use bookplate_wire::reviews::{ReviewPage, ReviewsQuery};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

impl Live {
    /// Asks for what is wanted; an older request is ended, so that its reply can never come last.
    pub(super) fn request(self, want: Want) {
        let abort = Abort::new();
        let signal = abort.signal();
        self.request.set_value(Some(abort));
        self.state.phase.set(Phase::Busy(want));
        let Source { api, key, isbn } = self.state.fixed(|fixed| fixed.source.clone());
        let query = self.query(want);
        spawn_local(async move {
            match reviews::page(&api, &key, isbn, &query, signal.as_ref()).await {
                // Another request has taken over, or the widget is gone along with its signals.
                Err(ClientError::Aborted) => {}
                Err(error) => self.fail(want, &error),
                Ok(page) => self.show(want, page).await,
            }
        });
    }

    fn query(self, want: Want) -> ReviewsQuery {
        let mut query = self.state.query.get_untracked();
        if want == Want::Extend {
            query.after = self.state.shown.with_untracked(|shown| shown.next.clone());
            query.limit = None;
        }
        query
    }

    fn fail(self, want: Want, error: &ClientError) {
        // After an update a server may know its old cursors no more; then only the whole list helps.
        let stale = matches!(error, ClientError::Problem(p) if p.code == Code::CursorInvalid);
        let want = if stale { Want::Replace } else { want };
        let offline = *error == ClientError::Offline;
        self.state.phase.set(Phase::Failed { want, offline });
    }

    async fn show(self, want: Want, page: ReviewPage) {
        let before = self.state.shown.with_untracked(|shown| shown.reviews.len());
        match want {
            Want::Replace => self.state.shown.set(page.into()),
            Want::Extend => self.state.shown.update(|shown| shown.extend(page)),
        }
        self.state.phase.set(Phase::Idle);
        if want == Want::Extend {
            // The new entries are in the page only after the effects have run.
            tick().await;
            self.focus_entry(before);
        }
    }

    /// Moves focus to the first new entry, unless the shopper has moved on to something else.
    fn focus_entry(self, position: usize) {
        let elsewhere = self
            .find(":focus")
            .is_some_and(|focused| !focused.has_attribute("data-more"));
        let heading = self
            .root
            .try_with_value(|root| root.query_selector_all("ol h3").ok())
            .flatten()
            .and_then(|headings| headings.item(u32::try_from(position).ok()?));
        if let (false, Some(heading)) = (elsewhere, heading) {
            _ = heading.unchecked_into::<HtmlElement>().focus();
        }
    }
}

impl Shown {
    /// Adds a page at the end. What is there already is left out: a vote in between may have moved a
    /// review behind the cursor, and a keyed list must not have a key twice.
    fn extend(&mut self, page: ReviewPage) {
        let more = Self::from(page);
        for review in more.reviews {
            if self.reviews.iter().all(|shown| shown.id != review.id) {
                self.reviews.push(review);
            }
        }
        self.next = more.next;
    }
}
