//! The browser engines, and what each needs to be driven.

use super::Options;
use crate::process::{Group, Signal, after};
use crate::server::free_port;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, by chromedriver.
    Chromium,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver; it stands in for Safari.
    Webkit,
}

impl Engine {
    /// The name in `BOOKPLATE_ENGINES` and in the names of tests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Webkit => "webkit",
        }
    }

    /// Whether `BOOKPLATE_ENGINES` asks for this engine; all are asked for where it is not set.
    ///
    /// # Panics
    /// When it names an engine that does not exist, which would otherwise run nothing in silence.
    pub fn is_wanted(self) -> bool {
        let Ok(wanted) = std::env::var("BOOKPLATE_ENGINES") else {
            return true;
        };
        let known = [Self::Chromium.name(), Self::Webkit.name()];
        wanted.split(',').map(str::trim).fold(false, |found, name| {
            assert!(
                known.contains(&name),
                "BOOKPLATE_ENGINES names {name:?}, not one of {known:?}"
            );
            found || name == self.name()
        })
    }
}

/// The running programs behind one session: driver, browser, display.
#[derive(Debug)]
pub(super) struct Driver {
    /// Where the driver answers.
    pub(super) url: String,
    /// What to ask of it for a new session.
    pub(super) capabilities: Value,
    // In this order: a browser that loses its display first writes a crash report.
    driver: Group,
    display: Option<Group>,
}

impl Driver {
    /// Starts the programs that a session in `engine` needs.
    pub(super) async fn start(engine: Engine, options: &Options) -> Result<Self> {
        match engine {
            Engine::Chromium => {
                // It takes a port that is free for IPv6, and ends where somebody has the same one for IPv4.
                for _ in 0..4 {
                    match Self::chromium().await {
                        Err(error) if format!("{error:#}").contains("port not available") => {}
                        started => return started,
                    }
                }
                Self::chromium().await
            }
            Engine::Webkit => Self::webkit(options).await,
        }
    }

    async fn chromium() -> Result<Self> {
        let browser = find("chromium", "chromium")?;
        let home = TempDir::with_prefix("bookplate-chromium-")?;
        let mut driver = in_home(&find("chromedriver", "chromium-driver")?, home.path());
        // Port 0: the system chooses, so that tests never compete for one.
        driver.arg("--port=0");
        let profile = home.path().join("profile");
        let capabilities = json!({
            "browserName": "chrome",
            "unhandledPromptBehavior": "ignore",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": browser,
                "args": [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    // A page of the browser's own, behind its address bar, that nobody sees here: a fifth of its start.
                    "--disable-features=WebUIOmniboxPopup",
                    // As most browsers are by now: our pages' requests to another site go without cookies.
                    "--test-third-party-cookie-phaseout",
                    "--window-size=1280,943",
                    format!("--user-data-dir={}", profile.display()),
                ],
            },
        });
        let driver = Group::start(driver, home, Signal::TERM)?;
        let port = driver.ready(after("started successfully on port ")).await?;
        let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Ok(Self {
            url,
            capabilities,
            driver,
            display: None,
        })
    }

    async fn webkit(options: &Options) -> Result<Self> {
        let browser = mini_browser()?;
        let home = TempDir::with_prefix("bookplate-xvfb-")?;
        let mut display = in_home(&find("Xvfb", "xvfb")?, home.path());
        display.args(["-displayfd", "1", "-screen", "0", "1600x1200x24"]);
        display.args(["-nolisten", "tcp", "-noreset"]);
        let display = Group::start(display, home, Signal::TERM)?;
        let number = display.ready(|line| line.parse::<u32>().ok()).await?;

        let home = TempDir::with_prefix("bookplate-webkit-")?;
        write_gtk_settings(home.path(), options)?;
        let port = free_port()?;
        let mut driver = in_home(&find("WebKitWebDriver", "webkit2gtk-driver")?, home.path());
        driver.args(["--host=127.0.0.1", &format!("--port={port}")]);
        driver
            .env("DISPLAY", format!(":{number}"))
            .env("GDK_BACKEND", "x11");
        // Neither a session bus nor accessibility services run beside a test.
        driver
            .env("NO_AT_BRIDGE", "1")
            .env("GSETTINGS_BACKEND", "memory");
        // There is no graphics card to draw with: pretending one takes longer than drawing.
        driver
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
        // No page plays anything, and a new home would have all plugins looked at for each story.
        driver.env("GST_PLUGIN_SYSTEM_PATH_1_0", home.path());
        let mut arguments = vec!["--automation"];
        arguments.extend(options.dark.then_some("--dark-mode"));
        let capabilities = json!({
            "browserName": "MiniBrowser",
            "unhandledPromptBehavior": "ignore",
            "webkitgtk:browserOptions": { "binary": browser, "args": arguments },
        });
        let driver = Group::start(driver, home, Signal::TERM)?;
        wait_for_port(port, &driver).await?;
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self {
            url,
            capabilities,
            driver,
            display: Some(display),
        })
    }

    /// What the programs have written, for messages.
    pub(super) fn log(&self) -> String {
        let display = self.display.as_ref().map(Group::output).unwrap_or_default();
        format!("{}\n{display}", self.driver.output())
    }
}

/// A command whose program keeps all that it writes in `home`.
fn in_home(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(home)
        .env("HOME", home)
        .env("TMPDIR", home)
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    for name in [
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        command.env_remove(name);
    }
    command
}

fn find(program: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .with_context(|| {
            format!("{program} is not installed: install it (Debian's package {package}), or leave its engine out of BOOKPLATE_ENGINES")
        })
}

/// WebKitGTK's own small browser. It is no command, so it lies among the libraries.
fn mini_browser() -> Result<PathBuf> {
    let libraries = ["/usr/lib", "/usr/lib64", "/usr/libexec"].map(PathBuf::from);
    let multiarch = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten();
    libraries
        .into_iter()
        .chain(multiarch.map(|entry| entry.path()))
        .map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser"))
        .find(|file| file.is_file())
        .context("MiniBrowser is not installed: install Debian's package webkit2gtk-driver, or leave webkit out of BOOKPLATE_ENGINES")
}

/// GTK decides what WebKitGTK tells pages about the person's wishes.
fn write_gtk_settings(home: &Path, options: &Options) -> Result<()> {
    let folder = home.join(".config/gtk-3.0");
    std::fs::create_dir_all(&folder)?;
    let settings = format!(
        "[Settings]\ngtk-application-prefer-dark-theme={}\ngtk-enable-animations={}\n",
        u8::from(options.dark),
        u8::from(!options.reduced_motion),
    );
    std::fs::write(folder.join("settings.ini"), settings)?;
    // The browser's toolbar would otherwise keep the window wider than a phone.
    std::fs::write(
        folder.join("gtk.css"),
        "* { min-width: 0; margin: 0; padding: 0; border-width: 0; }\n",
    )?;
    Ok(())
}

/// Waits until the port answers; WebKitWebDriver does not say when it is ready.
async fn wait_for_port(port: u16, driver: &Group) -> Result<()> {
    for _ in 0..1000 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!(
        "the driver does not listen on port {port}:\n{}",
        driver.output()
    )
}
