//! The real program `bookplate`: its commands, and the server that it is.

use crate::database::{Database, Kind, Template};
use crate::logs;
use crate::process::{Group, Signal, after};
use crate::workspace;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::ExitStatus;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The program together with the database and the settings that a test runs it with.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    database: Database,
    settings: Vec<(String, String)>,
    /// Browser files of its own, removed with it.
    assets: Option<TempDir>,
}

/// What a command has done.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

impl Program {
    /// The program of `BOOKPLATE_BIN`, or else the one that cargo has built beside this test, with a
    /// new database that has no tables yet.
    ///
    /// # Errors
    /// When the program has not been built, or the database cannot be made.
    pub async fn new(kind: Kind) -> Result<Self> {
        Self::on(Database::new(kind).await?)
    }

    /// The same with a database that has all tables and nothing in them.
    ///
    /// # Errors
    /// As [`Program::new`], and when the database cannot be migrated.
    pub async fn migrated(kind: Kind) -> Result<Self> {
        static SQLITE: OnceCell<Template> = OnceCell::const_new();
        static POSTGRES: OnceCell<Template> = OnceCell::const_new();
        let made = match kind {
            Kind::Sqlite => &SQLITE,
            Kind::Postgres => &POSTGRES,
        };
        let migrate = async || {
            let program = Self::new(kind).await?;
            program.run(&["migrate"]).await?.expect_success();
            program.database.into_template()
        };
        Self::on(Database::like(made.get_or_try_init(migrate).await?).await?)
    }

    fn on(database: Database) -> Result<Self> {
        let path = std::env::var_os("BOOKPLATE_BIN")
            .map_or_else(|| workspace::profile_dir().join("bookplate"), PathBuf::from);
        ensure!(
            path.is_file(),
            "there is no program {}: run `cargo build --package bookplate-server` first, \
             or name one in BOOKPLATE_BIN",
            path.display()
        );
        Ok(Self {
            path,
            database,
            settings: Vec::new(),
            assets: None,
        })
    }

    /// The database that all commands and servers of this program share.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Sets an environment variable for all that is started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Has servers be reached under a name, as passkeys need one: gives the origin. Browsers know what such a name
    /// stands for; it is another site than `localhost`.
    ///
    /// # Panics
    /// When there is no port left.
    pub fn name_the_server(&mut self) -> String {
        let port = free_port().unwrap();
        let origin = format!("http://bookplate.localhost:{port}");
        self.set("BOOKPLATE_LISTEN", &format!("127.0.0.1:{port}"));
        self.set("BOOKPLATE_PUBLIC_URL", &origin);
        origin
    }

    /// Sends the browser files that were built with debug assertions, in which Leptos tells of a
    /// hydration mismatch.
    pub fn use_debug_assets(&mut self) {
        let folder = workspace::built_dir().join("assets-dev");
        self.set("BOOKPLATE_ASSETS", &folder.display().to_string());
    }

    /// Sends a loader that names `version` instead of the one that the other files have.
    ///
    /// # Panics
    /// When the browser files have not been built.
    pub fn age_the_loader(&mut self, version: &str) {
        let built = workspace::built_dir().join("assets");
        let manifest = fs::read_to_string(built.join("manifest.json")).unwrap();
        let current = manifest.split('"').nth(3).unwrap();
        let aged = TempDir::with_prefix("bookplate-assets-").unwrap();
        let folder = aged.path().join(current);
        fs::create_dir(&folder).unwrap();
        fs::write(aged.path().join("manifest.json"), &manifest).unwrap();
        for entry in fs::read_dir(built.join(current)).unwrap() {
            let from = entry.unwrap().path();
            let name = from.file_name().unwrap();
            if name == "bookplate.js" {
                let loader = fs::read_to_string(&from).unwrap();
                fs::write(folder.join(name), loader.replace(current, version)).unwrap();
            } else if !name.to_string_lossy().starts_with("bookplate.js") {
                fs::copy(&from, folder.join(name)).unwrap();
            }
        }
        self.set("BOOKPLATE_ASSETS", &aged.path().display().to_string());
        self.assets = Some(aged);
    }

    fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(&self.path);
        // Settings of the person who runs the tests must not change what is tested.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BOOKPLATE_") {
                command.env_remove(name);
            }
        }
        command
            .env("BOOKPLATE_DATABASE", self.database.url())
            .env("BOOKPLATE_LISTEN", "127.0.0.1:0")
            // The most talkative that an operator would have it: no log may have anything personal (`logs`).
            .env("BOOKPLATE_LOG", "debug")
            .env("BOOKPLATE_ASSETS", workspace::built_dir().join("assets"))
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end, whatever that is.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub async fn run(&self, arguments: &[&str]) -> Result<Finished> {
        let folder = TempDir::with_prefix("bookplate-command-")?;
        let mut command = tokio::process::Command::from(self.command());
        command
            .args(arguments)
            .current_dir(folder.path())
            .kill_on_drop(true);
        let output = command.output().await.context("cannot run bookplate")?;
        let finished = Finished {
            status: output.status,
            stdout: String::from_utf8(output.stdout)?,
            stderr: String::from_utf8(output.stderr)?,
        };
        // A secret or a link is a command's result, and what it says besides may be kept by whoever runs it.
        let words = finished.stdout.split_whitespace();
        words
            .filter(|word| word.contains('?'))
            .for_each(logs::keep_out);
        let leaks = logs::secrets(&finished.stderr);
        ensure!(leaks.is_empty(), "said beside the result: {leaks:#?}");
        Ok(finished)
    }

    /// Starts a server and waits until it listens. Several at once share the database.
    ///
    /// # Errors
    /// When it ends or takes too long before it listens; its log is part of the error.
    pub async fn serve(&self) -> Result<Server> {
        let folder = TempDir::with_prefix("bookplate-server-")?;
        let mut command = self.command();
        command.arg("serve").current_dir(folder.path());
        let group = Group::start(command, folder, Signal::TERM)?;
        let address = group.ready(after("listening on ")).await?;
        Ok(Server { address, group })
    }
}

impl Finished {
    /// Fails the test unless the command succeeded; gives its standard output.
    #[track_caller]
    pub fn expect_success(self) -> String {
        assert!(
            self.status.success(),
            "{}\n{}\n{}",
            self.status,
            self.stdout,
            self.stderr
        );
        self.stdout
    }

    /// Fails the test unless the command ended with an exit code other than 0; gives its standard
    /// error. Being killed by a signal, as after a crash, is no orderly refusal.
    #[track_caller]
    pub fn expect_failure(self) -> String {
        let refused = self.status.code().is_some_and(|code| code != 0);
        assert!(refused, "{}\n{}\n{}", self.status, self.stdout, self.stderr);
        self.stderr
    }
}

/// A running server. It ends with its owner; its log is printed when the test fails.
#[derive(Debug)]
pub struct Server {
    address: String,
    group: Group,
}

impl Server {
    /// The origin that it serves, such as `http://127.0.0.1:40913`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// All that it has written so far.
    pub fn log(&self) -> String {
        self.group.output()
    }

    /// Waits until it has written a line that contains `text`. Lines arrive a moment after the reply
    /// that they are about.
    ///
    /// # Errors
    /// When no such line comes.
    pub async fn logged(&self, text: &str) -> Result<()> {
        self.group.ready(after(text)).await.map(|_| ())
    }

    /// Asks it to end (SIGTERM), waits, and gives how it ended.
    ///
    /// # Errors
    /// When it has to be killed in the end.
    pub fn stop(mut self) -> Result<ExitStatus> {
        self.group
            .stop()
            .context("the server did not end when asked to")
    }

    /// Kills it (SIGKILL), as a power cut would.
    pub fn kill(self) {
        self.group.signal(Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A stand-in for the program, so that this needs nothing built.
    async fn fake(script: &str) -> (Program, TempDir) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("bookplate");
        fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        let database = Database::new(Kind::Sqlite).await.unwrap();
        (
            Program {
                path,
                database,
                settings: Vec::new(),
                assets: None,
            },
            folder,
        )
    }

    #[tokio::test]
    async fn a_server_is_awaited_and_ended() {
        let script = "trap 'exit 0' TERM; echo \"listening on http://127.0.0.1:1\"\n\
                      echo \"$1 $BOOKPLATE_DATABASE\" >&2; while :; do sleep 0.01; done";
        let (program, _folder) = fake(script).await;
        let server = program.serve().await.unwrap();
        assert_eq!(server.address(), "http://127.0.0.1:1");
        server.group.ready(after("serve sqlite:")).await.unwrap();
        assert!(server.stop().unwrap().success());
    }

    #[tokio::test]
    async fn a_server_that_does_not_start_shows_its_log() {
        let (program, _folder) = fake("echo 'no such database' >&2; exit 1").await;
        let error = program.serve().await.unwrap_err().to_string();
        assert!(error.contains("no such database"), "{error}");
    }

    #[tokio::test]
    async fn a_command_gives_its_output_and_its_end() {
        let (mut program, _folder) = fake("echo \"$1 $EXTRA\"; echo oh >&2; exit $2").await;
        program.set("EXTRA", "more");
        let done = program.run(&["migrate", "0"]).await.unwrap();
        assert_eq!(done.expect_success(), "migrate more\n");
        let done = program.run(&["migrate", "2"]).await.unwrap();
        assert_eq!(done.expect_failure(), "oh\n");
    }
}
