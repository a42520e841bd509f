//! What somebody writes to the shop.
//!
//! JavaScript keeps it on the device and sends it (`element/js/feedback.js`), for all elements and tabs of a page's site. Few
//! functions stand between: each would add to what every page with widgets loads.

use crate::get::unanswered;
use crate::json::written::{object, properties};
use crate::{ClientError, Identity, json};
use bookplate_wire::Lang;
use bookplate_wire::faq::FaqOffers;
use bookplate_wire::feedback::element::{Sent, ShownFeedback};
use bookplate_wire::feedback::writing::NewCase;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, FileList};

#[wasm_bindgen]
extern "C" {
    /// What opens desks.
    type Desks;

    #[wasm_bindgen(method)]
    fn desk(this: &Desks, place: &str, callback: &Closure<dyn FnMut(String)>) -> RawDesk;

    /// One element's: see `element/js/feedback.js`.
    #[derive(Debug, Clone)]
    type RawDesk;

    #[wasm_bindgen(method)]
    fn tell(this: &RawDesk, what: &str, text: &str, value: &JsValue) -> Promise;
}

/// What somebody writes in one element, as long as it lives.
#[derive(Debug)]
pub struct WritingDesk {
    raw: RawDesk,
    _callback: Closure<dyn FnMut(String)>,
}

impl WritingDesk {
    /// Opens it for what is about `place`, whatever names that, and calls back with what is shown, now and whenever that
    /// changes, until what is returned is dropped.
    ///
    /// # Errors
    /// When what knows it cannot be had.
    pub async fn open(
        identity: &Identity,
        place: &str,
        mut callback: impl FnMut(ShownFeedback) + 'static,
    ) -> Result<Self, ClientError> {
        let loaded = JsFuture::from(identity.feedback()).await;
        let desks: Desks = loaded.map_err(|_| unanswered())?.unchecked_into();
        let callback = Closure::new(move |shown: String| {
            if let Ok(shown) = json::read(&shown) {
                callback(shown);
            }
        });
        Ok(Self {
            raw: desks.desk(place, &callback),
            _callback: callback,
        })
    }

    /// Keeps what stands in the form.
    pub fn keep(&self, text: &str) {
        self.tell("keep", text);
    }

    /// Takes photos into it.
    pub fn add(&self, files: &FileList) {
        _ = self.raw.tell("add", "", files);
    }

    /// Takes a photo out of it.
    pub fn remove(&self, photo: &str) {
        self.tell("remove", photo);
    }

    /// Throws away what stands in the form.
    pub fn discard(&self) {
        self.tell("discard", "");
    }

    /// Sends what stands in the form; draft and photos are JavaScript's matter.
    pub fn send(&self, case: &NewCase) -> impl Future<Output = Sent> + use<> {
        let sent = self.raw.tell("send", &body(case), &JsValue::UNDEFINED);
        async move {
            let said = JsFuture::from(sent).await.ok();
            let said = said.and_then(|said| said.as_string());
            said.and_then(|said| json::read(&said).ok())
                .unwrap_or_default()
        }
    }

    /// What of the shop's articles fits `text`, for a reader of `lang`; nothing where there is no answer.
    pub fn seek(&self, text: &str, lang: Lang) -> impl Future<Output = Option<FaqOffers>> + use<> {
        let sought = self.raw.tell("seek", text, &lang.tag().into());
        async move {
            let said = JsFuture::from(sought).await.ok()?;
            json::read(&said.as_string()?).ok()
        }
    }

    /// An article has answered it: what stands in the form is thrown away, but can be put back as long as nothing else is there.
    pub fn answered(&self, article: &str) {
        self.tell("answered", article);
    }

    /// Puts back into the form what an article had answered after all not.
    pub fn put_back(&self) {
        self.tell("putBack", "");
    }

    /// Waits.
    pub fn pause(&self, milliseconds: u32) -> impl Future<Output = ()> + use<> {
        let over = self.raw.tell("pause", "", &milliseconds.into());
        async move {
            _ = JsFuture::from(over).await;
        }
    }

    /// Puts what was refused into the form again.
    pub fn again(&self, draft: &str) {
        self.tell("again", draft);
    }

    /// What has become of a draft was seen.
    pub fn dismiss(&self, draft: &str) {
        self.tell("dismiss", draft);
    }

    /// Copies `text`, which stands in `element`: whether that was possible.
    pub fn copy(&self, text: &str, element: &Element) -> impl Future<Output = bool> + use<> {
        let copied = self.raw.tell("copy", text, element);
        async move {
            let said = JsFuture::from(copied).await.ok();
            said.and_then(|said| said.as_string())
                .is_some_and(|said| !said.is_empty())
        }
    }

    /// Keeps the page behind a dialog from scrolling, or lets it go.
    pub fn hold_page(&self, hold: bool) {
        self.tell(if hold { "hold" } else { "release" }, "");
    }

    fn tell(&self, what: &str, text: &str) {
        _ = self.raw.tell(what, text, &JsValue::UNDEFINED);
    }
}

impl Drop for WritingDesk {
    fn drop(&mut self) {
        self.tell("close", "");
    }
}

/// A case as JSON, without what JavaScript adds.
fn body(case: &NewCase) -> String {
    let mut fields = vec![
        ("kind", JsValue::from(case.kind.as_str())),
        ("body", case.body.as_str().into()),
        ("language", case.language.as_str().into()),
        ("order", case.order.as_str().into()),
        ("page", case.page.as_str().into()),
        ("name", case.name.as_str().into()),
        ("email", case.email.as_str().into()),
    ];
    if let Some(isbn) = &case.isbn {
        fields.push(("isbn", isbn.as_str().into()));
    }
    if let Some(back) = &case.goes_back {
        let back = properties(&[
            ("line", back.line.as_str().into()),
            ("quantity", back.quantity.into()),
            ("reason", back.reason.as_str().into()),
            ("wish", back.wish.as_str().into()),
        ]);
        fields.push(("return", back.into()));
    }
    if let Some(said) = &case.correction {
        let said = properties(&[
            ("field", said.field.as_str().into()),
            ("value", said.value.as_str().into()),
        ]);
        fields.push(("correction", said.into()));
    }
    object(&fields)
}
