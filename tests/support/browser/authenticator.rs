//! A phone with passkeys, as far as the browser sees it. Chromium only: other drivers have none.

use super::{Browser, here};
use serde_json::{Value, json};

/// An authenticator of one window. It says yes to everything, unless [told](Authenticator::refuse) otherwise.
#[derive(Debug)]
pub struct Authenticator {
    browser: Browser,
    id: Value,
}

/// A passkey with its private key.
#[derive(Debug, Clone)]
pub struct Passkey(Value);

impl Browser {
    /// Gives the window in front an authenticator that holds `passkeys`. A phone is not one window's: another window's
    /// [are its](Authenticator::passkeys), too.
    #[track_caller]
    pub fn authenticator(&self, passkeys: Vec<Passkey>) -> impl Future<Output = Authenticator> {
        here(async move {
            self.cdp("WebAuthn.enable", json!({})).await?;
            let options = json!({
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
                "hasUserVerification": true, "isUserVerified": true,
                "automaticPresenceSimulation": true,
            });
            let options = json!({ "options": options });
            let made = self.ask_cdp("WebAuthn.addVirtualAuthenticator", options);
            let id = made.await?["authenticatorId"].clone();
            for Passkey(passkey) in passkeys {
                let add = json!({ "authenticatorId": id, "credential": passkey });
                self.cdp("WebAuthn.addCredential", add).await?;
            }
            Ok(Authenticator {
                browser: self.clone(),
                id,
            })
        })
    }

    /// Keeps the browser from offering passkeys by itself, in this window from the next page on. It has nobody to ask, so
    /// it would take the first one at once.
    #[track_caller]
    pub fn without_offers(&self) -> impl Future<Output = ()> {
        let never = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";
        here(async move {
            let source = json!({ "source": never });
            self.cdp("Page.addScriptToEvaluateOnNewDocument", source)
                .await
        })
    }

    /// Takes passkeys from the pages that are opened from now on, as in a browser that is too old for them. Chromium
    /// only.
    #[track_caller]
    pub fn without_passkeys(&self) -> impl Future<Output = ()> {
        here(async move {
            let source = json!({ "source": "delete window.PublicKeyCredential" });
            self.cdp("Page.addScriptToEvaluateOnNewDocument", source)
                .await
        })
    }
}

impl Authenticator {
    /// Says no from now on, as somebody does who cancels, or yes again.
    #[track_caller]
    pub fn refuse(&self, refuses: bool) -> impl Future<Output = ()> {
        here(async move {
            let set = json!({ "authenticatorId": self.id, "isUserVerified": !refuses });
            self.browser.cdp("WebAuthn.setUserVerified", set).await
        })
    }

    /// Its passkeys. To be asked while its window is in front.
    #[track_caller]
    pub fn passkeys(&self) -> impl Future<Output = Vec<Passkey>> {
        here(async move {
            let asked = json!({ "authenticatorId": self.id });
            let found = self
                .browser
                .ask_cdp("WebAuthn.getCredentials", asked)
                .await?;
            let found: Vec<Value> = serde_json::from_value(found["credentials"].clone())?;
            Ok(found.into_iter().map(Passkey).collect())
        })
    }
}
