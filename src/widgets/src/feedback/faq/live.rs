//! When articles are looked for, and when they are shown.

use super::{list, thanks};
use crate::dom;
use crate::html::Html;
use crate::texts;
use bookplate_wire::Lang;
use bookplate_wire::faq::FaqOffers;
use std::cell::{Cell, RefCell};
use web_sys::Element;

/// How long nothing has to be typed before articles are looked for, in milliseconds.
const PAUSE: u32 = 700;
/// After how long it is looked again whether what would move is still in use, in milliseconds.
const AGAIN: u32 = 250;
/// How many characters tell what somebody wants: three are a word in Chinese.
const TELLING: usize = 3;
/// Where the pointer or the focus is while a change of the list would move what is under it.
const IN_USE: &str = ".faq-offers:hover, .faq-offers:focus-within, .faq-offers ~ :hover";

/// What the articles in the list are the answer to.
const ANSWERS: &str = "data-answers";

/// Where the articles are.
pub trait Library {
    /// Waits.
    fn pause(&self, milliseconds: u32) -> impl Future<Output = ()>;
    /// Those that fit `text`; `None` where there is no answer.
    fn seek(&self, text: &str) -> impl Future<Output = Option<FaqOffers>>;
    /// The address of the page of the one with this id.
    fn page(&self, article: &str) -> String;
}

/// What is offered in one form.
#[derive(Debug, Default)]
pub struct Offers {
    /// Counts what was typed: an answer to what was typed before is none.
    turn: Cell<u32>,
    /// What is in the list.
    shown: RefCell<FaqOffers>,
    /// Whether thanks stand there.
    thanks: Cell<bool>,
}

impl Offers {
    /// The message in `form` is `text` from now on. Offers what fits it, unless more is typed meanwhile.
    pub async fn typed(&self, form: &Element, lang: Lang, text: String, library: &impl Library) {
        let Some(place) = dom::find(form, ".faq-offers") else {
            return;
        };
        let turn = self.next_turn();
        let is_late = || self.turn.get() != turn;
        let text = text.trim();
        let before = place.get_attribute(ANSWERS);
        if before.is_none() {
            // Nothing was looked for here yet, or it is another form.
            self.shown.take();
        }
        let offers = if text.chars().count() >= TELLING {
            library.pause(PAUSE).await;
            if is_late() || before.as_deref() == Some(text) {
                return;
            }
            library.seek(text).await
        } else {
            // Thanks stay until something else is written.
            (!self.thanks.get()).then(FaqOffers::default)
        };
        let Some(offers) = offers else {
            return;
        };
        while !is_late() && dom::find(form, IN_USE).is_some() {
            library.pause(AGAIN).await;
        }
        if is_late() {
            return;
        }
        dom::set(&place, ANSWERS, text);
        // What was opened stays open where nothing else is found.
        if self.thanks.replace(false) || *self.shown.borrow() != offers {
            self.show(form, lang, offers, library);
        }
    }

    fn show(&self, form: &Element, lang: Lang, offers: FaqOffers, library: &impl Library) {
        write(form, ".faq-news", |html| {
            if !offers.articles.is_empty() {
                html.text(texts::Faq(lang).offered());
            }
        });
        write(form, ".faq-list", |html| {
            list(html, lang, &offers, |article| library.page(article));
        });
        for offer in &offers.articles {
            let place = ["[data-article=\"", offer.id.as_str(), "\"]"].concat();
            if let Some(place) = dom::find(form, &place) {
                // Made by the server of the staff's Markdown, with nothing in it that could run.
                place.set_inner_html(&offer.html);
            }
        }
        self.shown.replace(offers);
    }

    /// One of them has answered it: thanks take their place, and the focus of the button that said so.
    pub fn thank(&self, form: &Element, lang: Lang) {
        self.clear(form);
        self.thanks.set(true);
        write(form, ".faq-news", |html| thanks(html, lang));
        dom::focus(form, ".faq-thanks");
    }

    /// Nothing of that stands there any more; what is being looked for is not shown.
    pub fn clear(&self, form: &Element) {
        self.next_turn();
        self.thanks.set(false);
        self.shown.take();
        for place in [".faq-news", ".faq-list"] {
            write(form, place, |_| {});
        }
        if let Some(place) = dom::find(form, ".faq-offers") {
            _ = place.remove_attribute(ANSWERS);
        }
    }

    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }
}

fn write(form: &Element, place: &str, content: impl FnOnce(&mut Html)) {
    let mut html = Html::default();
    content(&mut html);
    let html = html.finish();
    // What is said already is not said again.
    if let Some(place) = dom::find(form, place)
        && place.inner_html() != html
    {
        place.set_inner_html(&html);
    }
}
