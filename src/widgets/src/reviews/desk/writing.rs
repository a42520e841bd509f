//! Writing a review in place: checks it by the rules of the server, finds out who writes, and sends it.

use super::Clerk;
use crate::dom::{control, find, focus, set, ticked};
use crate::html::Html;
use crate::reviews::card;
use crate::texts;
use crate::writing::Form;
use bookplate_client::{ClientError, Following, Identity, Standing, reviews};
use bookplate_wire::Code;
use bookplate_wire::reviews::Review;
use bookplate_wire::reviews::notes::{Notes, Pace};
use bookplate_wire::reviews::spoilers;
use bookplate_wire::reviews::writing::{OwnReview, ReviewState, ReviewText};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

/// What is known of who uses the page.
pub(super) struct Known {
    pub(super) identity: Identity,
    /// The customer's own review of the work, where there is one.
    pub(super) own: Option<OwnReview>,
    pub(super) is_in: bool,
    /// Ends listening when it goes.
    _following: Following,
}

/// What a shopper wants to do and has to be signed in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// To send the photos that were chosen.
    AddPhotos,
    /// To see the own review in the form, if there is one.
    Look,
    /// To send what stands in the form.
    Send,
    /// To vote for a review.
    Vote(String, Option<bool>),
    /// To report one, with a reason and words.
    Report(String, String, String),
}

impl Clerk {
    /// Somebody opens the form.
    pub(super) fn begin_to_write(&self) {
        if self.known.borrow().is_none() {
            self.wish(Wish::Look);
        }
    }

    /// What the form has only where a script runs.
    pub(super) fn equip(&self) {
        let Some(field) = find(&self.root, ".write #body") else {
            return;
        };
        if self.find("[data-spoiler]").is_some() {
            return;
        }
        let mut html = Html::default();
        html.raw(
            "<p class=\"tools\"><button type=\"button\" class=\"textlike\" data-spoiler=\"\">",
        )
        .text(self.state.writing().mark_spoiler())
        .raw("</button><span class=\"count\"></span></p>");
        _ = field.insert_adjacent_html("afterend", &html.finish());
        self.count();
    }

    /// Puts the marks around what is selected in the text, or where the next words will stand.
    pub(super) fn mark_spoiler(&self) {
        let Some(area) = self.find(".write #body") else {
            return;
        };
        let area: HtmlTextAreaElement = area.unchecked_into();
        let start = area.selection_start().ok().flatten().unwrap_or_default();
        let end = area.selection_end().ok().flatten().unwrap_or(start);
        let text = area.value();
        let (marked, part) = spoilers::mark(&text, byte_at(&text, start)..byte_at(&text, end));
        area.set_value(&marked);
        _ = area.focus();
        _ = area.set_selection_range(
            position(&marked[..part.start]),
            position(&marked[..part.end]),
        );
        self.keep_draft();
    }

    /// Sends what stands in the form, if it breaks no rule.
    pub(super) fn send(&self) {
        let Some(form) = self.find(".write") else {
            return;
        };
        let half_stars = self.state.model.with_untracked(|model| model.half_stars);
        if self.photos_wait() {
            return self.ask_to_wait_for_photos();
        }
        let typed = self.typed(&form);
        match typed.clone().checked(half_stars) {
            Ok(_) => {
                show(self, &typed, &[]);
                self.wish(Wish::Send);
            }
            Err(problems) => {
                let fields = problems.into_iter().filter_map(|problem| problem.field);
                self.refuse(&typed, &fields.collect::<Vec<_>>());
            }
        }
    }

    fn refuse(&self, typed: &ReviewText, faults: &[String]) {
        show(self, typed, faults);
        if faults.iter().any(|field| field.starts_with("photos")) {
            self.say_of_photos(texts::Photos(self.state.lang).fault());
            focus(&self.root, ".write .chosen input");
        }
        focus(
            &self.root,
            ".write fieldset[aria-invalid] input, .write :not(fieldset)[aria-invalid]",
        );
    }

    /// Does what somebody has to be signed in for, as soon as it is known that they are.
    pub(super) fn wish(&self, wish: Wish) {
        self.wish.replace(Some(wish));
        let known = self.known.borrow().as_ref().map(|known| known.is_in);
        match known {
            Some(true) => self.grant(),
            // Whoever has closed the window asks again by pressing the button again.
            Some(false) => self.decline(),
            None => self.find_out(),
        }
    }

    fn find_out(&self) {
        let (this, visitor) = (self.this.clone(), self.visitor.clone());
        spawn_local(async move {
            let loaded = visitor.load().await;
            let Some(clerk) = this.upgrade() else { return };
            if clerk.known.borrow().is_some() {
                return;
            }
            let Ok(identity) = loaded else {
                return clerk.failed();
            };
            let weak = this.clone();
            let following = identity.follow(move |standing| {
                // Told at once too, when nothing is kept of it yet.
                let weak = weak.clone();
                spawn_local(async move {
                    if let Some(clerk) = weak.upgrade() {
                        clerk.stands(&standing);
                    }
                });
            });
            clerk.known.replace(Some(Known {
                identity,
                own: None,
                is_in: false,
                _following: following,
            }));
        });
    }

    /// Who uses the page is somebody, or nobody, from now on.
    fn stands(&self, standing: &Standing) {
        if *standing == Standing::Asking {
            return;
        }
        let is_in = matches!(standing, Standing::In(_));
        let was_in = match self.known.borrow_mut().as_mut() {
            Some(known) => {
                known.own = known.own.take().filter(|_| is_in);
                std::mem::replace(&mut known.is_in, is_in)
            }
            None => return,
        };
        match standing {
            Standing::In(customer) => {
                let before = self.author.replace(customer.id.as_str().to_owned());
                if !before.is_empty() && before != customer.id.as_str() {
                    self.forget_person();
                    // What was to be sent was somebody else's.
                    let wish = self.wish.take();
                    let wish =
                        wish.filter(|wish| matches!(wish, Wish::Vote(..) | Wish::Report(..)));
                    self.wish.replace(wish.or(Some(Wish::Look)));
                }
                if let Some(author) = control(&self.root, ".write #author")
                    && author.value().is_empty()
                {
                    author.set_value(&customer.name);
                }
                self.grant();
            }
            Standing::Failed { .. } => self.failed(),
            _ if was_in => {
                self.author.take();
                self.forget_person();
            }
            _ => self.decline(),
        }
    }

    /// What was somebody's own goes with them.
    fn forget_person(&self) {
        if let Some(known) = self.known.borrow_mut().as_mut() {
            known.own = None;
        }
        self.put_text(&ReviewText::default(), Vec::new());
        // Afterwards: a field that is taken away while it has the focus says that it has changed, and is kept.
        self.forget_draft();
        self.say("");
        self.name_sending(false);
        self.mark_votes(&[], None);
        self.forget_reports();
    }

    /// Whether whoever has begun something still uses the page.
    pub(super) fn is_still(&self, author: &str) -> bool {
        *self.author.borrow() == author
    }

    /// Nobody is signed in: offers that, where somebody wants something that needs it.
    fn decline(&self) {
        let wish = self.wish.borrow().clone();
        let texts = self.state.writing();
        let words = match wish {
            None | Some(Wish::Look) => return,
            Some(Wish::AddPhotos) => return self.say_sign_in_for_photos(&self.sign_in_link()),
            Some(Wish::Send) => texts.sign_in_to_send(),
            Some(Wish::Vote(..) | Wish::Report(..)) => self.state.texts().sign_in_first(),
        };
        let link = self.sign_in_link();
        let mut html = Html::default();
        html.raw("<p>")
            .text(words)
            .raw("</p><a class=\"button main\" part=\"button\" data-tell=\"sign-in\" href=\"")
            .text(&link)
            .raw("\">")
            .text(texts::Accounts(self.state.lang).sign_in())
            .raw("</a>");
        self.say_for(wish.as_ref(), &html.finish());
    }

    /// Somebody is signed in: does what they wanted.
    fn grant(&self) {
        let Some(wish) = self.wish.take() else { return };
        let Some(identity) = self.identity() else {
            return;
        };
        match wish {
            Wish::Look => self.look(identity),
            Wish::AddPhotos => self.send_photos(&identity),
            Wish::Send => self.post(identity),
            Wish::Vote(review, helpful) => self.put_vote(identity, review, helpful),
            Wish::Report(review, reason, note) => self.put_report(identity, review, reason, note),
        }
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        let known = self.known.borrow();
        known.as_ref().map(|known| known.identity.clone())
    }

    fn post(&self, identity: Identity) {
        let Some(form) = self.find(".write") else {
            return;
        };
        let (half_stars, isbn) = self
            .state
            .model
            .with_untracked(|model| (model.half_stars, model.isbn));
        let typed = self.typed(&form);
        let Ok(text) = typed.clone().checked(half_stars) else {
            return;
        };
        let own = self.own().map(|own| own.id);
        let author = self.author.borrow().clone();
        self.say_words(self.state.writing().sending());
        let this = self.this.clone();
        set(&form, "aria-busy", "true");
        spawn_local(async move {
            let sent = reviews::write(&identity, isbn, own.as_ref(), &text).await;
            let Some(clerk) = this.upgrade() else { return };
            _ = form.remove_attribute("aria-busy");
            if !clerk.is_still(&author) {
                return;
            }
            match sent {
                Ok(own) => clerk.sent(own),
                Err(ClientError::Problem(problem)) => match (problem.code, problem.field) {
                    (Code::FieldInvalid, Some(field)) => clerk.refuse(&typed, &[field]),
                    (Code::PhotoNotFound, field) => {
                        clerk.say("");
                        clerk.photo_is_gone(field.as_deref());
                    }
                    // Written elsewhere meanwhile: what is in the form replaces it, once its author agrees.
                    (Code::ReviewExists, _) => clerk.look(identity),
                    _ => clerk.failed(),
                },
                Err(_) => clerk.failed(),
            }
        });
    }

    /// Thanks, and shows what was sent.
    fn sent(&self, own: OwnReview) {
        self.forget_draft();
        let texts = self.state.writing();
        let mut html = Html::default();
        html.raw("<p class=\"sent\">")
            .text(match own.state {
                ReviewState::Published => texts.sent_published(),
                _ => texts.sent_pending(),
            })
            .raw("</p>")
            .raw("<div class=\"own\">");
        let shown = self.state.model.with_untracked(|model| {
            let shop = (&*model.api, &*model.key);
            card::html(self.state.lang, shop, &model.vocabulary, &shown(&own))
        });
        let mut question = Html::default();
        question.raw("</div>");
        self.ask_subject(&mut question, &own);
        self.offer_deleting(&mut question);
        self.put_text(&own.text(), own.photos.clone());
        self.name_sending(true);
        self.say(&[&*html.finish(), &shown, &question.finish()].concat());
        // Nobody votes for the own one, and its buttons would send the form around it.
        if let Some(votes) = self.find(".own .votes") {
            votes.remove();
        }
        self.know_own(own);
        focus(&self.root, ".writing > summary");
    }

    fn failed(&self) {
        let wish = self.wish.take();
        match wish {
            Some(Wish::Look) => return,
            Some(Wish::AddPhotos) => return self.photos_failed(),
            _ => {}
        }
        let mut html = Html::default();
        html.raw("<p>")
            .text(self.state.writing().failed())
            .raw("</p>");
        self.say_for(wish.as_ref(), &html.finish());
    }

    /// Says something above the form in a paragraph.
    pub(super) fn say_words(&self, words: &str) {
        let mut html = Html::default();
        html.raw("<p>").text(words).raw("</p>");
        self.say(&html.finish());
    }

    /// Says something above the form; `html` is made of our own markup and escaped text.
    pub(super) fn say(&self, html: &str) {
        if let Some(news) = self.find(".writing-news") {
            news.set_inner_html(html);
        }
    }
}

/// A review as its author sees it, as readers will.
fn shown(own: &OwnReview) -> Review {
    Review {
        id: own.id.clone(),
        rating: own.rating,
        title: own.title.clone(),
        body: own.body.clone(),
        language: own.language.clone(),
        author: own.author.clone(),
        created_at: own.created_at,
        created_on: own.created_on.clone(),
        edited_at: None,
        edition: Some(own.edition.clone()),
        verified: false,
        photos: own.photos.iter().cloned().map(Into::into).collect(),
        incentivised: own.incentivised,
        notes: own.notes.clone(),
        helpful: 0,
        votes: 0,
        answer: String::new(),
    }
}

impl Clerk {
    /// What stands in the form, with the photos that are there.
    pub(super) fn typed(&self, form: &Element) -> ReviewText {
        ReviewText {
            photos: self.chosen_photos(),
            ..read(form)
        }
    }
}

/// What stands in the fields of the form.
fn read(form: &Element) -> ReviewText {
    let value = |selector: &str| {
        let control = control(form, selector);
        control.map(|control| control.value()).unwrap_or_default()
    };
    ReviewText {
        rating: value("[name=rating]:checked").parse().unwrap_or_default(),
        title: value("#title"),
        body: value("#body"),
        author: value("#author"),
        language: value("#language"),
        photos: Vec::new(),
        incentivised: find(form, "#incentivised:checked").is_some(),
        notes: Notes {
            warnings: ticked(form, "[name=warnings]:checked"),
            moods: ticked(form, "[name=moods]:checked"),
            pace: Pace::from_word(&value("[name=pace]:checked")),
        },
    }
}

/// Lets the form show `text`, and what is wrong with it.
pub(super) fn show(clerk: &Clerk, text: &ReviewText, faults: &[String]) {
    let Some(fields) = clerk.find(".write .writing-fields") else {
        return;
    };
    let (half_stars, vocabulary) = clerk
        .state
        .model
        .with_untracked(|model| (model.half_stars, model.vocabulary.clone()));
    let form = Form {
        text: text.clone(),
        half_stars,
        vocabulary,
        faults,
    };
    let mut html = Html::default();
    form.write(&mut html, clerk.state.lang);
    fields.set_inner_html(&html.finish());
    clerk.equip();
}

/// Where the byte is that a browser, which counts in UTF-16, calls `position`.
fn byte_at(text: &str, position: u32) -> usize {
    let mut units = 0;
    let found = text.char_indices().find(|(_, letter)| {
        let reached = units >= position;
        units += letter.len_utf16() as u32;
        reached
    });
    found.map_or(text.len(), |(at, _)| at)
}

/// What a browser calls the position behind `text`.
fn position(text: &str) -> u32 {
    text.chars().map(|letter| letter.len_utf16() as u32).sum()
}
