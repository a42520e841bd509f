//! Inside a widget: elements in an open shadow root.

use super::{Browser, here};
use crate::logs;
use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::WebElement;

/// The shadow root of one element. Every method looks it up anew, so swapped content is no trouble,
/// and waits until what it needs is there.
///
/// Found by script, because WebDriver's own commands for shadow roots differ among engines.
#[derive(Debug, Clone)]
pub struct Shadow {
    browser: Browser,
    root: String,
}

impl Shadow {
    pub(super) fn new(browser: Browser, host: &str) -> Self {
        Self {
            browser,
            root: format!("document.querySelector({})?.shadowRoot", json!(host)),
        }
    }

    /// What is inside the shadow root of an element of this shadow root.
    #[must_use]
    pub fn shadow(&self, host: &str) -> Self {
        let root = format!("{}?.shadowRoot", self.one(host));
        Self {
            browser: self.browser.clone(),
            root,
        }
    }

    /// The expression for the first element that `css` finds.
    fn one(&self, css: &str) -> String {
        format!("{}?.querySelector({})", self.root, json!(css))
    }

    /// The expression for an array of all elements that `css` finds.
    fn all(&self, css: &str) -> String {
        format!("[...{}?.querySelectorAll({}) ?? []]", self.root, json!(css))
    }

    async fn element(&self, css: &str) -> Result<WebElement> {
        let one = self.one(css);
        self.browser.until(&one).await?;
        let found = self
            .browser
            .web()
            .execute(format!("return {one};"), Vec::new())
            .await?;
        found
            .element()
            .with_context(|| format!("{css} has just gone"))
    }

    /// The first element that `css` finds.
    #[track_caller]
    pub fn find(&self, css: &str) -> impl Future<Output = WebElement> {
        here(self.element(css))
    }

    /// Scrolls the first element that `css` finds into view and clicks its middle.
    #[track_caller]
    pub fn click(&self, css: &str) -> impl Future<Output = ()> {
        here(async move {
            let element = self.element(css).await?;
            element
                .click()
                .await
                .with_context(|| format!("cannot click {css}"))
        })
    }

    /// Focuses the first element that `css` finds and types.
    #[track_caller]
    pub fn type_into(&self, css: &str, text: &str) -> impl Future<Output = ()> {
        here(async move {
            let element = self.element(css).await?;
            logs::keep_out(text);
            element
                .send_keys(text)
                .await
                .with_context(|| format!("cannot type into {css}"))
        })
    }

    /// The rendered text of the first element that `css` finds.
    #[track_caller]
    pub fn text(&self, css: &str) -> impl Future<Output = String> {
        here(async move {
            self.browser.until(&self.one(css)).await?;
            self.value(&format!("{}.innerText.trim()", self.one(css)))
                .await
        })
    }

    /// The rendered texts of all elements that `css` finds now; none is an answer.
    #[track_caller]
    pub fn texts(&self, css: &str) -> impl Future<Output = Vec<String>> {
        here(async move {
            self.value(&format!("{}.map((e) => e.innerText.trim())", self.all(css)))
                .await
        })
    }

    /// How many elements `css` finds now.
    #[track_caller]
    pub fn count(&self, css: &str) -> impl Future<Output = usize> {
        here(async move { self.value(&format!("{}.length", self.all(css))).await })
    }

    /// Waits until `css` finds exactly `count` elements.
    #[track_caller]
    pub fn wait_for_count(&self, css: &str, count: usize) -> impl Future<Output = ()> {
        here(async move {
            // With the root itself: before it is there, none is no answer.
            let all = self.all(css);
            self.browser
                .until(&format!("{} && {all}.length === {count}", self.root))
                .await
        })
    }

    /// Waits until the first element that `css` finds has exactly this rendered text.
    #[track_caller]
    pub fn wait_for_text(&self, css: &str, text: &str) -> impl Future<Output = ()> {
        here(async move {
            let found = format!("{}.innerText.trim() === {}", self.one(css), json!(text));
            self.browser.until(&found).await
        })
    }

    /// Waits until a JavaScript expression about `root`, the shadow root, is true.
    #[track_caller]
    pub fn wait_for(&self, condition: &str) -> impl Future<Output = ()> {
        here(async move {
            self.browser
                .until(&format!("((root) => root && ({condition}))({})", self.root))
                .await
        })
    }

    /// The value of a JavaScript expression about `root`, the shadow root.
    #[track_caller]
    pub fn evaluate<T>(&self, expression: &str) -> impl Future<Output = T>
    where
        T: serde::de::DeserializeOwned,
    {
        here(async move {
            self.value(&format!("((root) => ({expression}))({})", self.root))
                .await
        })
    }

    async fn value<T: serde::de::DeserializeOwned>(&self, expression: &str) -> Result<T> {
        let value = self
            .browser
            .script(&format!("return {expression};"), Vec::new())
            .await?;
        Ok(serde_json::from_value(value)?)
    }
}
