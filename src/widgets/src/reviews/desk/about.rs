//! What a review is about, where its author is asked: a book, or how it came.

use super::Clerk;
use crate::about;
use crate::dom::focus;
use crate::html::Html;
use bookplate_client::reviews;
use bookplate_wire::reviews::writing::{OwnReview, ReviewText, Subject};
use leptos::task::spawn_local;
use web_sys::Element;

/// How the buttons begin.
const BUTTON: &str = "type=\"button\" data-subject=\"";

impl Clerk {
    /// What became of a review that was handed over.
    pub(super) fn say_handed_over(&self, html: &mut Html, own: &OwnReview) {
        let texts = self.state.writing();
        html.text(texts.handed_over_done());
        if own.earlier_shown {
            html.raw(" ").text(texts.earlier_stays());
        }
    }

    /// The question, where a review leaves it open.
    pub(super) fn ask_subject(&self, html: &mut Html, own: &OwnReview) {
        if own.asks_subject {
            about::ask(html, self.state.lang, BUTTON);
        }
    }

    /// Says what the own review is about.
    pub(super) fn say_subject(&self, button: &Element) {
        let subject = button.get_attribute("data-subject").unwrap_or_default();
        let (Some(identity), Some(own)) = (self.identity(), self.own()) else {
            return;
        };
        let this = self.this.clone();
        spawn_local(async move {
            let said = reviews::set_subject(&identity, &own, &subject).await;
            let Some(clerk) = this.upgrade() else { return };
            let texts = clerk.state.writing();
            let mut html = Html::default();
            html.raw("<p>");
            match &said {
                Ok(own) if own.subject == Some(Subject::Delivery) => {
                    // What is written next is about the book.
                    clerk.put_text(&ReviewText::default(), Vec::new());
                    clerk.say_handed_over(&mut html, own);
                }
                Ok(_) => {
                    html.text(texts.kept_done());
                }
                Err(_) => {
                    html.text(clerk.state.common().failed());
                }
            }
            html.raw("</p>");
            match said {
                Ok(own) => clerk.know_own(own),
                Err(_) => about::ask(&mut html, clerk.state.lang, BUTTON),
            }
            clerk.say(&html.finish());
            focus(&clerk.root, ".writing > summary");
        });
    }
}
