//! Asking the server, and showing what it answers.

use super::Live;
use crate::reviews::state::{Phase, Want};
use bookplate_client::{Abort, ClientError, reviews};
use bookplate_wire::Code;
use bookplate_wire::reviews::ReviewPage;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

impl Live {
    /// Asks for what is wanted; an older request is ended, so that its reply can never come last.
    pub(super) fn request(&self, want: Want) {
        let abort = Abort::new();
        let signal = abort.signal();
        self.request.replace(Some(abort));
        let model = self.state.model;
        model.update(|model| model.phase = Phase::Busy(want));
        let (api, key, isbn, query) = model.with_untracked(|model| {
            let mut query = model.query.clone();
            if want == Want::Extend {
                query.after.clone_from(&model.next);
                query.limit = None;
            }
            (model.api.clone(), model.key.clone(), model.isbn, query)
        });
        let this = self.this.clone();
        spawn_local(async move {
            let reply = reviews::page(&api, &key, isbn, &query, signal.as_ref()).await;
            let Some(live) = this.upgrade() else { return };
            match reply {
                // Another request has taken over.
                Err(ClientError::Aborted) => {}
                Err(error) => live.fail(want, &error),
                Ok(page) => {
                    let before = live.show(want, &page);
                    // Not held while waiting: the widget may go in the meantime.
                    drop(live);
                    // The new entries are in the page only after the effects have run.
                    tick().await;
                    if let (Want::Extend, Some(live)) = (want, this.upgrade()) {
                        live.focus_entry(before);
                    }
                }
            }
        });
    }

    fn fail(&self, want: Want, error: &ClientError) {
        // After an update a server may know its old cursors no more; then only the whole list helps.
        let stale = matches!(error, ClientError::Problem(p) if p.code == Code::CursorInvalid);
        let want = if stale { Want::Replace } else { want };
        let offline = *error == ClientError::Offline;
        self.state
            .model
            .update(|model| model.phase = Phase::Failed { want, offline });
    }

    /// Shows the page, and says how many reviews were shown before.
    fn show(&self, want: Want, page: &ReviewPage) -> u32 {
        let mut before = 0;
        self.state.model.update(|model| {
            before = model.len();
            if want == Want::Replace {
                model.cards.clear();
            }
            model.extend(page);
            model.phase = Phase::Idle;
        });
        before
    }

    /// Moves focus to the first new entry, unless the shopper has moved on to something else.
    fn focus_entry(&self, position: u32) {
        let focused = self.find(":focus");
        if focused.is_some_and(|focused| !focused.has_attribute("data-more")) {
            return;
        }
        let headings = self.root.query_selector_all("ol h3").ok();
        if let Some(heading) = headings.and_then(|headings| headings.item(position)) {
            _ = heading.unchecked_into::<HtmlElement>().focus();
        }
    }
}
