//! What a person does: open, look, type, press, resize.

use super::{Browser, DEADLINE, Engine, Shadow, here};
use anyhow::{Result, bail, ensure};
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use thirtyfour::extensions::query::ElementQueryable;
use thirtyfour::{By, Key, WebElement};

/// Tries the condition on every frame, inside the page: no round trips, no time wasted.
const WAIT: &str = include_str!("scripts/wait.js");

impl Browser {
    /// Opens an address and waits until the page has loaded.
    #[track_caller]
    pub fn open(&self, url: &str) -> impl Future<Output = ()> {
        here(async move { Ok(self.web().goto(url).await?) })
    }

    /// Waits until a JavaScript expression is true, also across navigations. An expression that
    /// throws is not true yet.
    #[track_caller]
    pub fn wait_for(&self, condition: &str) -> impl Future<Output = ()> {
        here(async move { self.until(condition).await })
    }

    /// The value of a JavaScript expression in the page, such as `document.title`.
    #[track_caller]
    pub fn evaluate<T>(&self, expression: &str) -> impl Future<Output = T>
    where
        T: serde::de::DeserializeOwned,
    {
        here(async move {
            let value = self
                .script(&format!("return ({expression});"), Vec::new())
                .await?;
            Ok(serde_json::from_value(value)?)
        })
    }

    /// The element of the page that `css` finds, as soon as there is one; not inside shadow roots.
    #[track_caller]
    pub fn find(&self, css: &str) -> impl Future<Output = WebElement> {
        here(async move {
            self.until(&format!("document.querySelector({})", json!(css)))
                .await?;
            Ok(self.web().query(By::Css(css)).nowait().first().await?)
        })
    }

    /// What is inside the open shadow root of the element that `host` finds.
    pub fn shadow(&self, host: &str) -> Shadow {
        Shadow::new(self.clone(), host)
    }

    /// Presses and releases a key, wherever the focus is.
    #[track_caller]
    pub fn press(&self, key: Key) -> impl Future<Output = ()> {
        here(async move {
            match self.web().action_chain().send_keys(key).perform().await {
                // The key has led to another page before the driver had let go of it.
                Err(error) if error.to_string().contains("aborted by navigation") => Ok(()),
                pressed => Ok(pressed?),
            }
        })
    }

    /// Holds `modifier` while pressing a key. Shift and Tab together are for Chromium only.
    #[track_caller]
    pub fn press_with(&self, modifier: Key, key: Key) -> impl Future<Output = ()> {
        here(async move {
            let backwards = matches!((&modifier, &key), (Key::Shift, Key::Tab));
            ensure!(
                !(backwards && self.engine() == Engine::Webkit),
                "WebKitWebDriver makes an unidentified key of Shift and Tab"
            );
            let keys = self
                .web()
                .action_chain()
                .key_down(modifier.clone())
                .send_keys(key);
            Ok(keys.key_up(modifier).perform().await?)
        })
    }

    /// Makes the page `width` by `height` CSS pixels large.
    #[track_caller]
    pub fn viewport(&self, width: u32, height: u32) -> impl Future<Output = ()> {
        here(async move {
            match self.engine() {
                Engine::Chromium => {
                    let size = json!({
                        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
                    });
                    self.cdp("Emulation.setDeviceMetricsOverride", size).await?;
                }
                Engine::Webkit => self.resize_window(width, height).await?,
            }
            self.until(&format!(
                "innerWidth === {width} && innerHeight === {height}"
            ))
            .await
        })
    }

    /// Sets the window's size so that the page in it gets the given one.
    async fn resize_window(&self, width: u32, height: u32) -> Result<()> {
        let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight];";
        let (wide, high): (u32, u32) =
            serde_json::from_value(self.script(frame, Vec::new()).await?)?;
        self.web()
            .set_window_rect(0, 0, width + wide, height + high)
            .await?;
        Ok(())
    }

    /// Saves a picture of what is visible as a PNG file.
    #[track_caller]
    pub fn screenshot(&self, path: &Path) -> impl Future<Output = ()> {
        here(async move { Ok(self.web().screenshot(path).await?) })
    }

    /// Lets requests fail whose address fits one of `patterns` (`*` stands for anything), from now
    /// on. Chromium only.
    #[track_caller]
    pub fn block(&self, patterns: &[&str]) -> impl Future<Output = ()> {
        here(async move {
            self.cdp("Network.enable", json!({})).await?;
            self.cdp("Network.setBlockedURLs", json!({ "urls": patterns }))
                .await
        })
    }

    /// Takes the network away, or gives it back. Chromium only.
    #[track_caller]
    pub fn offline(&self, offline: bool) -> impl Future<Output = ()> {
        here(self.network(offline, 0))
    }

    /// Shows the page as it is printed, from now on. Chromium only.
    #[track_caller]
    pub fn paper(&self) -> impl Future<Output = ()> {
        here(async move {
            self.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
                .await
        })
    }

    /// Makes every request take `latency` milliseconds more: long enough for a page to be painted with
    /// what it has. Chromium only.
    #[track_caller]
    pub fn slow_network(&self, latency: u32) -> impl Future<Output = ()> {
        here(self.network(false, latency))
    }

    async fn network(&self, offline: bool, latency: u32) -> Result<()> {
        self.cdp("Network.enable", json!({})).await?;
        let unlimited = -1;
        let conditions = json!({
            "offline": offline, "latency": latency,
            "downloadThroughput": unlimited, "uploadThroughput": unlimited,
        });
        self.cdp("Network.emulateNetworkConditions", conditions)
            .await
    }

    /// Waits until `condition` is true; the error says what was there instead.
    pub(super) async fn until(&self, condition: &str) -> Result<()> {
        let script = WAIT.replace("CONDITION", condition);
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let arguments = vec![json!(left.as_millis() as u64)];
            match self.web().execute_async(script.as_str(), arguments).await {
                Ok(found) if found.json() == true => return Ok(()),
                Ok(found) => {
                    let page = self.describe().await;
                    bail!(
                        "never came true: {condition}\nat last: {}\n{page}",
                        found.json()
                    );
                }
                // The script goes with its page: ask the next page, if there is time left.
                Err(error) => ensure!(!left.is_zero(), "cannot wait for {condition}: {error}"),
            }
        }
    }
}
