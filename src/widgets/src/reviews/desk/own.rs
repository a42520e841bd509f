//! The customer's own review in the form: what has become of it, and how it is deleted.

use super::Clerk;
use crate::dom::{attribute, find, focus, set};
use crate::html::Html;
use crate::reasons;
use crate::writing::state_words;
use bookplate_client::{ClientError, Identity, reviews};
use bookplate_wire::Code;
use bookplate_wire::reviews::photos::Photo;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState, ReviewText};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

impl Clerk {
    /// Shows what the customer has written before, and the votes given.
    pub(super) fn look(&self, identity: Identity) {
        let isbn = self.state.model.with_untracked(|model| model.isbn);
        let author = self.author.borrow().clone();
        let this = self.this.clone();
        spawn_local(async move {
            let part = reviews::own_part(&identity, isbn).await;
            let (Some(clerk), Ok(part)) = (this.upgrade(), part) else {
                return;
            };
            if !clerk.is_still(&author) {
                return;
            }
            let own = part.review.as_ref().map(|review| &review.id);
            clerk.mark_votes(&part.votes, own);
            if let Some(own) = part.review {
                clerk.show_own(own);
            }
        });
    }

    /// The own review in the form, unless there is a draft of another one.
    fn show_own(&self, own: OwnReview) {
        let Some(form) = self.find(".write") else {
            return;
        };
        let typed = self.typed(&form);
        if typed.rating == 0
            && typed.body.is_empty()
            && typed.title.is_empty()
            && typed.photos.is_empty()
        {
            self.put_text(&own.text(), own.photos.clone());
        }
        self.name_sending(true);
        let mut html = Html::default();
        if own.state == ReviewState::HandedOver {
            html.raw("<p>");
            self.say_handed_over(&mut html, &own);
        } else {
            self.say_state(&mut html, &own);
            html.raw("<p>").text(self.state.writing().exists());
        }
        html.raw("</p>");
        self.ask_subject(&mut html, &own);
        self.offer_deleting(&mut html);
        self.say(&html.finish());
        self.know_own(own);
    }

    /// What has become of it, and what the staff says about that.
    fn say_state(&self, html: &mut Html, own: &OwnReview) {
        html.raw("<p><strong>")
            .text(state_words(self.state.lang, own.state))
            .raw("</strong>");
        if let Some(reason) = own.reason {
            html.raw(" · ")
                .text(reasons::words(self.state.lang, reason));
        }
        html.raw("</p>");
        if !own.note.is_empty() {
            html.raw("<blockquote dir=\"auto\">")
                .text(&own.note)
                .raw("</blockquote>");
        }
        if own.earlier_shown {
            html.raw("<p>")
                .text(self.state.writing().earlier_shown())
                .raw("</p>");
        }
    }

    /// The button that deletes it, once it is pressed a second time.
    pub(super) fn offer_deleting(&self, html: &mut Html) {
        html.raw("<p><button type=\"button\" class=\"textlike\" data-delete=\"\">")
            .text(self.state.writing().delete_own())
            .raw("</button></p>");
    }

    /// Deletes the own review, or asks whether that is meant.
    pub(super) fn delete_own(&self, button: &Element) {
        if attribute(button, "data-delete").is_empty() {
            set(button, "data-delete", "sure");
            button.set_text_content(Some(self.state.writing().delete_sure()));
            return;
        }
        let (Some(identity), Some(own)) = (self.identity(), self.own()) else {
            return;
        };
        let author = self.author.borrow().clone();
        let this = self.this.clone();
        spawn_local(async move {
            let deleted = reviews::delete_own(&identity, &own.id).await;
            let Some(clerk) = this.upgrade().filter(|clerk| clerk.is_still(&author)) else {
                return;
            };
            match deleted {
                Ok(()) => clerk.deleted(),
                // It was deleted elsewhere meanwhile.
                Err(ClientError::Problem(problem)) if problem.code == Code::ReviewNotFound => {
                    clerk.deleted();
                }
                Err(_) => {
                    let mut html = Html::default();
                    html.raw("<p>")
                        .text(clerk.state.common().failed())
                        .raw("</p>");
                    clerk.offer_deleting(&mut html);
                    clerk.say(&html.finish());
                    focus(&clerk.root, "[data-delete]");
                }
            }
        });
    }

    fn deleted(&self) {
        if let Some(known) = self.known.borrow_mut().as_mut() {
            known.own = None;
        }
        self.forget_draft();
        self.put_text(&ReviewText::default(), Vec::new());
        self.name_sending(false);
        self.say_words(self.state.writing().deleted());
        focus(&self.root, ".writing > summary");
    }

    /// What the button of the form says: whether there is a review that is changed.
    pub(super) fn name_sending(&self, changes: bool) {
        let texts = self.state.writing();
        if let Some(button) = find(&self.root, ".write button[type=submit]") {
            button.set_text_content(Some(if changes {
                texts.send_changes()
            } else {
                texts.send()
            }));
        }
    }

    /// Lets the form show a text with its photos.
    pub(super) fn put_text(&self, text: &ReviewText, photos: Vec<Photo>) {
        super::writing::show(self, text, &[]);
        self.put_photos(photos);
    }

    /// The own review, once it is known that there is one.
    pub(super) fn own(&self) -> Option<OwnReview> {
        let known = self.known.borrow();
        known.as_ref().and_then(|known| known.own.clone())
    }

    pub(super) fn know_own(&self, own: OwnReview) {
        if let Some(known) = self.known.borrow_mut().as_mut() {
            known.own = Some(own);
        }
    }
}
