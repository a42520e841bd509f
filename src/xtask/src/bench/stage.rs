//! A shop to be measured: a database of its own, so that each run begins with nothing, and a server at work on it.

use super::data::KEY;
use super::process::Running;
use crate::demo::Program;
use crate::{paths, shell};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What stands in front of the file system.
#[derive(Clone, Copy)]
pub(super) enum Disk {
    /// Nothing: it is what the machine has.
    Plain,
    /// Something that takes a millisecond for each sync (`src/store/examples/slow_disk.rs`): how it is shared among writers can be
    /// seen also where a sync costs nothing.
    Slow,
}

impl Disk {
    /// The program, with this in front of its disk.
    pub(super) fn before(self, mut command: Command) -> Command {
        if let Self::Slow = self {
            let library = paths::target().join("release/examples/libslow_disk.so");
            command.env("LD_PRELOAD", library);
        }
        command
    }

    /// What a figure is called that was measured on it.
    pub(super) fn name(self, what: &str) -> String {
        match self {
            Self::Plain => what.to_owned(),
            Self::Slow => format!("{what}, 1 ms a sync"),
        }
    }

    /// What a file is called that is used on it.
    pub(super) fn file(self, what: &str) -> String {
        match self {
            Self::Plain => format!("{what}.db"),
            Self::Slow => format!("{what}-slow.db"),
        }
    }
}

/// A shop, and what its programs hold.
pub(super) struct Stage {
    /// Where its files are.
    pub(super) folder: PathBuf,
    /// What they are on.
    pub(super) disk: Disk,
    /// The address of its database.
    pub(super) database: String,
    /// Runs commands on it.
    pub(super) program: Program,
    /// The server.
    pub(super) server: Running,
    /// A secret key.
    pub(super) api: String,
    /// What signs identity tokens.
    pub(super) identity: String,
}

impl Stage {
    /// Empties the folder of an earlier run.
    ///
    /// # Errors
    /// When the file system refuses it.
    pub(super) fn clear(folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        Ok(())
    }

    /// Makes a shop in a folder, with a server that refuses nobody for asking too much.
    ///
    /// # Errors
    /// When a program cannot be started, or fails.
    pub(super) fn open(folder: &Path, assets: &Path, disk: Disk) -> Result<Self> {
        let file = folder.join(disk.file("bookplate"));
        let database = format!("sqlite:{}", file.display());
        let binary = paths::target().join("release/bookplate");
        let mut program = Program::new(binary, assets, database.clone());
        for setting in [
            "BOOKPLATE_LIMIT_ADDRESS",
            "BOOKPLATE_LIMIT_CUSTOMER",
            "BOOKPLATE_LIMIT_SIGN_IN",
            "BOOKPLATE_LIMIT_PROGRAM",
        ] {
            program.set(setting, "0".into());
        }
        program.set("BOOKPLATE_LISTEN", "127.0.0.1:0".into());
        // What one address may do at most is for all who are measured at once: each says where it comes from.
        program.set("BOOKPLATE_TRUSTED_PROXIES", "127.0.0.1".into());
        shell::run_quietly(&mut program.command(&["migrate"]))?;
        let create = ["shop", "create", "--name", "Bench", "--public-key", KEY];
        let mut create = program.command(&create);
        shell::run_quietly(create.args(["--origin", "http://localhost:1"]))?;
        let secret = |kind| -> Result<String> {
            let said = shell::read(&mut program.command(&["secret", "create", kind]))?;
            let (_, secret) = said.trim().split_once("  ").context("a secret")?;
            Ok(secret.to_owned())
        };
        let (api, identity) = (secret("api")?, secret("identity")?);
        let serve = disk.before(program.command(&["serve"]));
        let server = Running::start(serve, &folder.join("server.log"))?;
        Ok(Self {
            folder: folder.to_owned(),
            disk,
            database,
            program,
            server,
            api,
            identity,
        })
    }
}
