//! What a developer looks at: console, requests, layout shift, accessibility, the whole page.

use super::{Browser, Engine, here};
use crate::workspace;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use std::path::PathBuf;

/// Lists the faults that axe-core finds, one line for each element.
const AXE: &str = include_str!("scripts/axe.js");

/// Tells how far content has jumped since the page was opened.
const LAYOUT_SHIFT: &str = include_str!("scripts/layout-shift.js");

/// Notes how something looks in each frame.
const FRAMES: &str = include_str!("scripts/frames.js");

/// Tells what a person sees, shadow roots included.
const DESCRIBE: &str = include_str!("scripts/describe.js");

/// Something that the page has fetched.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Its address.
    pub name: String,
    /// What asked for it: `script`, `link`, `fetch`, `img`, `css` and so on.
    pub initiator_type: String,
    /// Bytes on the wire with headers; 0 for what came from the cache, or from another origin that
    /// does not send `Timing-Allow-Origin`.
    pub transfer_size: u64,
}

impl Browser {
    /// Messages and errors in the page's console since the last call. Chromium only: other drivers
    /// do not hand them out.
    #[track_caller]
    pub fn console(&self) -> impl Future<Output = Vec<String>> {
        here(self.read_console())
    }

    async fn read_console(&self) -> Result<Vec<String>> {
        let only = "the console can be read in Chromium only";
        ensure!(self.engine() == Engine::Chromium, only);
        let entries = self.web().browser_log().await?;
        Ok(entries
            .into_iter()
            .map(|entry| format!("{} {}", entry.level, entry.message))
            .collect())
    }

    /// What the page has fetched so far, itself apart.
    #[track_caller]
    pub fn requests(&self) -> impl Future<Output = Vec<Request>> {
        here(async move {
            let entries = "return performance.getEntriesByType('resource').map((e) => e.toJSON());";
            Ok(serde_json::from_value(
                self.script(entries, Vec::new()).await?,
            )?)
        })
    }

    /// What the page's Content-Security-Policy has refused so far. The page has to include the
    /// script `/policy-violations.js` of [`Pages`](crate::pages::Pages) before all others.
    #[track_caller]
    pub fn violations(&self) -> impl Future<Output = Vec<String>> {
        here(async move {
            let list = self
                .script("return window.policyViolations;", Vec::new())
                .await?;
            serde_json::from_value(list).context("the page does not include /policy-violations.js")
        })
    }

    /// How far content has jumped since the page was opened (cumulative layout shift, all shifts
    /// added up, those after an input included). Chromium only.
    #[track_caller]
    pub fn layout_shift(&self) -> impl Future<Output = f64> {
        here(async move {
            let only = "layout shift can be measured in Chromium only";
            ensure!(self.engine() == Engine::Chromium, only);
            Ok(self
                .web()
                .execute_async(LAYOUT_SHIFT, Vec::new())
                .await?
                .convert()?)
        })
    }

    /// Notes from the next page on, in each frame that is painted, how the first match of `selector` looks, in the page
    /// or in an open shadow root. Chromium only.
    #[track_caller]
    pub fn watch(&self, selector: &str) -> impl Future<Output = ()> {
        let source = format!("({FRAMES})({})", json!(selector));
        here(async move {
            let source = json!({ "source": source });
            self.cdp("Page.addScriptToEvaluateOnNewDocument", source)
                .await
        })
    }

    /// The looks that were noted since the page was opened, each once: usually one.
    #[track_caller]
    pub fn watched(&self) -> impl Future<Output = Vec<String>> {
        self.evaluate("framesSeen")
    }

    /// The faults that axe-core finds in the page, shadow roots included: empty, or a text to read.
    /// `context` is a CSS selector for the part of the page to check.
    #[track_caller]
    pub fn axe(&self, context: &str) -> impl Future<Output = String> {
        here(async move {
            let path = std::env::var_os("BOOKPLATE_AXE").map_or_else(
                || workspace::built_dir().join("npm/node_modules/axe-core/axe.min.js"),
                PathBuf::from,
            );
            let axe = std::fs::read_to_string(&path).with_context(|| {
                format!(
                    "axe-core is not installed: no {} (or name it in BOOKPLATE_AXE)",
                    path.display()
                )
            })?;
            // Not a script of the page, whose policy would refuse it.
            self.script(&axe, Vec::new()).await?;
            let found = self.web().execute_async(AXE, vec![json!(context)]).await?;
            Ok(found.convert()?)
        })
    }

    /// The page in words: address, title, text with shadow roots, and the console where it can be
    /// read. For messages, so it never fails.
    pub async fn describe(&self) -> String {
        let page = match self.script(DESCRIBE, Vec::new()).await {
            Ok(page) => page.as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("the page does not answer: {error:#}"),
        };
        let console = self.read_console().await.unwrap_or_default().join("\n");
        format!(
            "{} showed {page}\nconsole:\n{console}",
            self.engine().name()
        )
    }
}
