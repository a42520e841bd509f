//! Real browsers, driven over WebDriver.
//!
//! A [`Browser`] is one session with programs, profile and folder of its own. Its methods fail the
//! test at the line that called them, with a message that shows what was on the page. They wait for
//! conditions and never for a time to pass.

mod authenticator;
mod engine;
mod inspect;
mod page;
mod shadow;

pub use authenticator::{Authenticator, Passkey};
pub use engine::Engine;
pub use shadow::Shadow;
pub use thirtyfour::{Key, WebElement};

use crate::workspace;
use anyhow::{Context, Result, bail};
use engine::Driver;
use serde_json::{Value, json};
use std::panic::Location;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::WebDriver;

/// How long a condition may take to come true. Only failures take that long.
const DEADLINE: Duration = Duration::from_secs(20);

/// How long a driver may take for one answer: longer than any wait inside the page.
const REQUEST: Duration = Duration::from_secs(60);

/// What the person in front of the browser has set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Prefers dark colours.
    pub dark: bool,
    /// Prefers little motion.
    pub reduced_motion: bool,
    /// Has replaced all colours by a few of their own. Chromium only.
    pub forced_colors: bool,
}

/// One browser window. Clones are handles to the same one; it closes with the last.
#[derive(Debug, Clone)]
pub struct Browser(Arc<Session>);

#[derive(Debug)]
struct Session {
    engine: Engine,
    web: WebDriver,
    _driver: Driver,
}

impl Browser {
    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// When the engine is not installed, or its driver refuses the session.
    pub async fn start(engine: Engine, options: Options) -> Result<Self> {
        let driver = Driver::start(engine, &options).await?;
        let capabilities: thirtyfour::Capabilities =
            serde_json::from_value(driver.capabilities.clone())?;
        let session = WebDriver::builder(&driver.url, capabilities).request_timeout(REQUEST);
        let web = session
            .connect()
            .await
            .with_context(|| format!("no session in {}:\n{}", engine.name(), driver.log()))?;
        // Ending the programs ends the session. Left to itself, the last handle would ask the driver
        // to, and block the very runtime that the answer needs.
        web.clone().leak()?;
        web.set_script_timeout(DEADLINE + Duration::from_secs(10))
            .await?;
        let browser = Self(Arc::new(Session {
            engine,
            web,
            _driver: driver,
        }));
        browser.apply(options).await?;
        Ok(browser)
    }

    /// WebKit has read the options from its settings; Chromium is told over its own protocol.
    async fn apply(&self, options: Options) -> Result<()> {
        let Options {
            dark,
            reduced_motion,
            forced_colors,
        } = options;
        if self.engine() == Engine::Chromium {
            let features = [
                ("prefers-color-scheme", dark, "dark"),
                ("prefers-reduced-motion", reduced_motion, "reduce"),
                ("forced-colors", forced_colors, "active"),
            ];
            let features: Vec<Value> = features
                .iter()
                .filter(|(_, wanted, _)| *wanted)
                .map(|(name, _, value)| json!({ "name": name, "value": value }))
                .collect();
            self.cdp(
                "Emulation.setEmulatedMedia",
                json!({ "features": features }),
            )
            .await
        } else if forced_colors {
            bail!("{} cannot force colours", self.engine().name())
        } else {
            Ok(())
        }
    }

    /// The engine, for the few stories that only one can tell.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// The session itself, for what this harness has no method for.
    pub fn web(&self) -> &WebDriver {
        &self.0.web
    }

    /// Sends a command of the Chrome DevTools Protocol.
    async fn cdp(&self, method: &str, parameters: Value) -> Result<()> {
        self.ask_cdp(method, parameters).await.map(drop)
    }

    /// The same, for its answer.
    async fn ask_cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        if self.engine() != Engine::Chromium {
            bail!(
                "{method} is for Chromium only, not for {}",
                self.engine().name()
            );
        }
        Ok(self.0.web.cdp().send_raw(method, parameters).await?)
    }

    /// Runs the body of a JavaScript function in the page and gives what it returns. Arguments are
    /// in `arguments`. The page's policy does not apply to it.
    async fn script(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.0.web.execute(body, arguments).await?.json().clone())
    }
}

/// Waits for `result` and fails the test at the caller's line when it is an error.
///
/// Async functions do not keep `#[track_caller]`, so each helper is a plain function around this.
#[track_caller]
fn here<T>(result: impl Future<Output = Result<T>>) -> impl Future<Output = T> {
    let at = Location::caller();
    async move {
        match result.await {
            Ok(value) => value,
            Err(error) => panic!("{at}: {error:#}"),
        }
    }
}

/// Runs one story in `engine`, if `BOOKPLATE_ENGINES` asks for it; [`browser_stories!`] calls this.
///
/// When the story fails, a screenshot goes to `target/bookplate/failures/<name>.png`, and the page's
/// text and console to standard error.
///
/// [`browser_stories!`]: crate::browser_stories
///
/// # Panics
/// When the story does, or when the engine cannot be started.
pub async fn run<F>(engine: Engine, name: &str, story: impl FnOnce(Browser) -> F)
where
    F: Future<Output = ()> + 'static,
{
    if !engine.is_wanted() {
        eprintln!("not run: BOOKPLATE_ENGINES leaves {} out", engine.name());
        return;
    }
    let browser = Browser::start(engine, Options::default()).await;
    let browser = browser.unwrap_or_else(|error| panic!("{error:#}"));
    // In a task of its own a panic becomes a value, and the browser can still be asked.
    let tasks = tokio::task::LocalSet::new();
    let told = tasks
        .run_until(tasks.spawn_local(story(browser.clone())))
        .await;
    let Err(failure) = told else { return };
    let picture = failure_path(name);
    let saved = browser.0.web.screenshot(&picture).await.is_ok();
    eprintln!("--- {}", browser.describe().await);
    if saved {
        eprintln!("--- screenshot: {}", picture.display());
    }
    std::panic::resume_unwind(failure.into_panic());
}

fn failure_path(name: &str) -> PathBuf {
    let folder = workspace::built_dir().join("failures");
    // Where this fails the screenshot does too, and the story's own failure is what counts.
    let _ = std::fs::create_dir_all(&folder);
    folder.join(format!("{}.png", name.replace("::", "-")))
}
