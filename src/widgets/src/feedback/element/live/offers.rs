//! The shop's articles that fit what is being written.

use super::Clerk;
use crate::feedback::faq::Library;
use bookplate_client::feedback::WritingDesk;
use bookplate_wire::faq::{FaqOffers, faq_path};
use leptos::task::spawn_local;
use std::rc::{Rc, Weak};

impl Clerk {
    /// Offers what fits the message.
    pub(super) fn offer(&self) {
        let Some(form) = self.find(".case") else {
            return;
        };
        let (offers, lang, text) = (self.offers.clone(), self.data.lang, self.typed().body);
        let library = Desk(self.this.clone());
        spawn_local(async move { offers.typed(&form, lang, text, &library).await });
    }

    /// An article has answered it, or has not after all.
    pub(super) fn answer(&self, desk: &WritingDesk, what: &str, article: &str) {
        let Some(form) = self.find(".case") else {
            return;
        };
        if what == "answered" {
            desk.answered(article);
            self.offers.thank(&form, self.data.lang);
        } else {
            desk.put_back();
            self.offers.clear(&form);
            self.focus("#body");
        }
    }
}

/// What asks for articles, as long as there is the widget.
struct Desk(Weak<Clerk>);

impl Library for Desk {
    async fn pause(&self, milliseconds: u32) {
        let over = |clerk: Rc<Clerk>| Some(clerk.desk.get()?.pause(milliseconds));
        if let Some(over) = self.0.upgrade().and_then(over) {
            over.await;
        }
    }

    async fn seek(&self, text: &str) -> Option<FaqOffers> {
        let seek = |clerk: Rc<Clerk>| Some(clerk.desk.get()?.seek(text, clerk.data.lang));
        self.0.upgrade().and_then(seek)?.await
    }

    fn page(&self, article: &str) -> String {
        let Some(clerk) = self.0.upgrade() else {
            return String::new();
        };
        let data = &clerk.data;
        [
            &*data.api,
            &faq_path(&data.key),
            "/",
            article,
            "?lang=",
            data.lang.tag(),
        ]
        .concat()
    }
}
