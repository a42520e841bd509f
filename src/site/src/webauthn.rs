//! What the page's program asks the browser for: to sign with a passkey, or to make one.

use crate::context::Unproven;
use bookplate_wire::passkeys::PasskeyChallenge;
use gloo_net::http::Request;
use wasm_bindgen::prelude::*;
use web_sys::js_sys::{JSON, Object, Reflect};
use web_sys::{AbortController, HtmlElement};

/// What the browser has to know.
const NEEDED: [&str; 2] = [
    "parseRequestOptionsFromJSON",
    "parseCreationOptionsFromJSON",
];

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn request_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn creation_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = isConditionalMediationAvailable)]
    async fn offers_by_itself() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"])]
    async fn get(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"])]
    async fn create(options: &JsValue) -> Result<JsValue, JsValue>;
}

/// Whether the browser can be asked.
pub(crate) fn is_supported() -> bool {
    let kind = Reflect::get(&web_sys::js_sys::global(), &"PublicKeyCredential".into());
    // Of what there is not, it throws.
    let knows = |kind: &JsValue, name: &str| Reflect::has(kind, &name.into()).unwrap_or(false);
    kind.is_ok_and(|kind| NEEDED.iter().all(|name| knows(&kind, name)))
}

/// What a button asks for.
#[derive(Debug, Clone)]
pub(crate) enum Ceremony {
    /// To sign the challenge that this address gives.
    Sign(String),
    /// To make a passkey by these options.
    Make(String),
}

impl Ceremony {
    /// What `button` asks for, if it is such a button.
    pub(crate) fn of(button: &HtmlElement) -> Option<Self> {
        let sign = button.get_attribute("data-passkey").map(Self::Sign);
        sign.or_else(|| button.get_attribute("data-passkey-new").map(Self::Make))
    }

    /// Asks; gives the credential as JSON.
    pub(crate) async fn ask(self) -> Result<String, Unproven> {
        match self {
            Self::Sign(address) => {
                let options = asked(&request_options(&challenge(&address).await?)?)?;
                text(&get(&options).await?)
            }
            Self::Make(options) => {
                let options = asked(&creation_options(&JSON::parse(&options)?)?)?;
                text(&create(&options).await?)
            }
        }
    }
}

/// Has the browser offer passkeys among what it fills in by itself, until `over` says otherwise; gives the credential
/// as JSON once somebody has chosen one.
pub(crate) async fn offer(address: &str, over: &AbortController) -> Result<String, Unproven> {
    if !offers_by_itself().await?.is_truthy() {
        return Err(Unproven::Failed);
    }
    let options = asked(&request_options(&challenge(address).await?)?)?;
    Reflect::set(&options, &"mediation".into(), &"conditional".into())?;
    Reflect::set(&options, &"signal".into(), &over.signal())?;
    text(&get(&options).await?)
}

/// The challenge that an address gives, as the value that its JSON stands for.
async fn challenge(address: &str) -> Result<JsValue, Unproven> {
    let reply = Request::post(address).send().await;
    let reply = reply.map_err(|_| Unproven::Failed)?.text().await;
    let reply = reply.map_err(|_| Unproven::Failed)?;
    let challenge = serde_json::from_str::<PasskeyChallenge>(&reply);
    let challenge = challenge.map_err(|_| Unproven::Failed)?;
    Ok(JSON::parse(&challenge.options)?)
}

/// What `navigator.credentials` takes.
fn asked(options: &JsValue) -> Result<Object, JsValue> {
    let asked = Object::new();
    Reflect::set(&asked, &"publicKey".into(), options)?;
    Ok(asked)
}

fn text(credential: &JsValue) -> Result<String, Unproven> {
    Ok(JSON::stringify(credential)?.into())
}

impl From<JsValue> for Unproven {
    fn from(error: JsValue) -> Self {
        let name = Reflect::get(&error, &"name".into()).unwrap_or_default();
        match name.as_string().as_deref() {
            // Browsers do not tell the one from the other: nobody is to learn which passkeys there are.
            Some("NotAllowedError" | "AbortError") => Self::Cancelled,
            Some("InvalidStateError") => Self::Known,
            _ => Self::Failed,
        }
    }
}
