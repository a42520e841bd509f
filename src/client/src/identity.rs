//! The page's customer: who it is, and requests that only they may send.
//!
//! JavaScript keeps the access token (`element/js/identity.js`), and wasm never sees it: it names an address, and
//! gets the reply.

use crate::get::unanswered;
use crate::{ClientError, json};
use bookplate_wire::accounts::Customer;
use bookplate_wire::{Lang, Problem};
use js_sys::{Function, Promise};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

#[wasm_bindgen]
extern "C" {
    /// Whoever uses the page. One for all widgets.
    #[derive(Debug, Clone)]
    pub type Identity;

    #[wasm_bindgen(method)]
    fn watch(this: &Identity, callback: &Closure<dyn FnMut(String, String, String)>) -> Function;

    #[wasm_bindgen(method)]
    fn call(this: &Identity, method: &str, path: &str, body: Option<String>) -> Promise;

    #[wasm_bindgen(method, js_name = call)]
    fn call_with_file(this: &Identity, method: &str, path: &str, file: &File) -> Promise;

    /// Asks again who it is, after a failure.
    #[wasm_bindgen(method)]
    pub fn again(this: &Identity);

    #[wasm_bindgen(method, js_name = moment)]
    fn moment_of(this: &Identity, at: f64, lang: &str) -> String;

    #[wasm_bindgen(method, js_name = signOut)]
    fn sign_out_by_promise(this: &Identity) -> Promise;

    #[wasm_bindgen(method, js_name = save)]
    fn save_by_promise(this: &Identity, path: &str, name: &str) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn wished(this: &Identity) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn feedback(this: &Identity) -> Promise;

    /// Who uses the page, for widgets that need to know only once a shopper does something.
    #[derive(Debug, Clone)]
    pub type Visitor;

    /// Gives the widget the style sheet of what is seen only by who does more than read.
    #[wasm_bindgen(method)]
    pub fn dress(this: &Visitor);

    #[wasm_bindgen(method, js_name = load)]
    fn load_by_promise(this: &Visitor) -> Promise;
}

impl Visitor {
    /// Fetches what finds out who it is, once.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn load(&self) -> Result<Identity, ClientError> {
        let loaded = JsFuture::from(self.load_by_promise()).await;
        loaded.map(JsCast::unchecked_into).map_err(|_| unanswered())
    }
}

/// Who uses the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// That is being found out.
    Asking,
    /// This customer.
    In(Box<Customer>),
    /// Nobody is signed in.
    Out(Farewell),
    /// It could not be found out.
    Failed {
        /// Whether the device has no network.
        offline: bool,
    },
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// The page says so, or has not said anything.
    Page,
    /// The shopper has signed out here.
    Asked,
    /// The shopper has signed out in another tab.
    Elsewhere,
    /// The server knows the session no more.
    Ended,
}

impl Identity {
    /// Calls back now and whenever it changes, until what is returned is dropped.
    pub fn follow(&self, mut callback: impl FnMut(Standing) + 'static) -> Following {
        let callback = Closure::new(move |state: String, reason: String, customer: String| {
            callback(read(&state, &reason, &customer));
        });
        let stop = self.watch(&callback);
        Following {
            stop,
            _callback: callback,
        }
    }

    /// Ends the session, here and in all tabs.
    pub fn sign_out(&self) {
        // It never fails; nothing has to wait for it.
        _ = self.sign_out_by_promise();
    }

    /// A time, in milliseconds since 1970 UTC, in words and in the shopper's own zone.
    pub fn moment(&self, at: i64, lang: Lang) -> String {
        self.moment_of(at as f64, lang.tag())
    }

    /// Gets `path` (below `/v1/`) as the customer. The request is on its way when this returns.
    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<T, ClientError>> + use<T> {
        let reply = self.call("GET", path, None);
        async move { json::read(&text(reply).await?).map_err(|_| ClientError::Unreadable) }
    }

    /// Posts nothing to `path` (below `/v1/`) as the customer, and reads the reply. The request is on its way when this returns.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<T, ClientError>> + use<T> {
        let reply = self.call("POST", path, None);
        async move { json::read(&text(reply).await?).map_err(|_| ClientError::Unreadable) }
    }

    /// Gets the text file at `path` (below `/v1/`) as the customer, and has the browser save it as `name`.
    pub(crate) async fn save(&self, path: &str, name: &str) -> Result<(), ClientError> {
        text(self.save_by_promise(path, name)).await.map(|_| ())
    }

    /// Deletes what is at `path` as the customer.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), ClientError> {
        text(self.call("DELETE", path, None)).await.map(|_| ())
    }

    /// Sends a JSON body to `path` as the customer, and reads the reply.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        body: Option<String>,
    ) -> Result<T, ClientError> {
        let reply = text(self.call(method, path, body)).await?;
        json::read(&reply).map_err(|_| ClientError::Unreadable)
    }

    /// Posts a file to `path` as the customer, and reads the reply.
    pub(crate) async fn post_file<T: DeserializeOwned>(
        &self,
        path: &str,
        file: &File,
    ) -> Result<T, ClientError> {
        let reply = text(self.call_with_file("POST", path, file)).await?;
        json::read(&reply).map_err(|_| ClientError::Unreadable)
    }

    /// Sends a JSON body, where the reply is empty.
    pub(crate) async fn tell(
        &self,
        method: &str,
        path: &str,
        body: String,
    ) -> Result<(), ClientError> {
        text(self.call(method, path, Some(body))).await.map(|_| ())
    }
}

/// Calls back about who uses the page, as long as it lives.
#[derive(Debug)]
pub struct Following {
    stop: Function,
    _callback: Closure<dyn FnMut(String, String, String)>,
}

impl Drop for Following {
    fn drop(&mut self) {
        _ = self.stop.call0(&JsValue::NULL);
    }
}

fn read(state: &str, reason: &str, customer: &str) -> Standing {
    match (state, reason) {
        ("in", _) => match json::read(customer) {
            Ok(customer) => Standing::In(Box::new(customer)),
            Err(_) => Standing::Failed { offline: false },
        },
        ("asking", _) => Standing::Asking,
        ("failed", reason) => Standing::Failed {
            offline: reason == "offline",
        },
        (_, "asked") => Standing::Out(Farewell::Asked),
        (_, "elsewhere") => Standing::Out(Farewell::Elsewhere),
        (_, "ended") => Standing::Out(Farewell::Ended),
        _ => Standing::Out(Farewell::Page),
    }
}

/// The text of a reply. It is rejected with the text of a refusal, or with nothing.
async fn text(reply: Promise) -> Result<String, ClientError> {
    match JsFuture::from(reply).await {
        Ok(text) => Ok(text.as_string().unwrap_or_default()),
        Err(refusal) => {
            let refusal = refusal.as_string().ok_or_else(unanswered)?;
            let problem: Result<Problem, _> = json::read(&refusal);
            Err(problem.map_or(ClientError::Unreadable, ClientError::Problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_javascript_says_is_read() {
        assert_eq!(read("asking", "", ""), Standing::Asking);
        assert_eq!(read("out", "", ""), Standing::Out(Farewell::Page));
        assert_eq!(read("out", "asked", ""), Standing::Out(Farewell::Asked));
        assert_eq!(read("out", "ended", ""), Standing::Out(Farewell::Ended));
        assert_eq!(
            read("failed", "offline", ""),
            Standing::Failed { offline: true }
        );
        let json = r#"{"id":"cus_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b","name":"Lin","created_at":1}"#;
        match read("in", "", json) {
            Standing::In(customer) => assert_eq!(customer.name, "Lin"),
            other => panic!("{other:?}"),
        }
        assert_eq!(read("in", "", "{}"), Standing::Failed { offline: false });
    }
}
