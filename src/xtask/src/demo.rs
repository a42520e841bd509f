//! The demo: a pretend shop with real books, with reviews written for it, and with membership points.

use crate::{paths, shell};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The public key in the pretend shop's pages.
pub const KEY: &str = "pk_demo";

/// A built `bookplate` with the settings that it is to run with.
pub struct Program {
    binary: PathBuf,
    settings: Vec<(&'static str, String)>,
}

impl Program {
    /// The program at `binary`, with the files in `assets`, on the database at `database`.
    pub fn new(binary: PathBuf, assets: &Path, database: String) -> Self {
        let settings = vec![
            ("BOOKPLATE_ASSETS", assets.display().to_string()),
            ("BOOKPLATE_DATABASE", database),
        ];
        Self { binary, settings }
    }

    /// Adds a setting.
    pub fn set(&mut self, name: &'static str, value: String) {
        self.settings.push((name, value));
    }

    /// The program, about to do what `arguments` say.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).envs(self.settings.iter().cloned());
        command
    }
}

/// Migrates the database and puts the demo into it. What is there already stays as it is, so that a
/// second start takes a moment only.
///
/// # Errors
/// When one of the program's commands fails.
pub fn load(program: &Program, origins: &[String]) -> Result<()> {
    shell::step("demo: books, reviews and points");
    shell::run_quietly(&mut program.command(&["migrate"]))?;
    let mut create = program.command(&["shop", "create", "--name", "Inkwell & Lantern"]);
    create.args(["--public-key", KEY, "--time-zone", "Asia/Shanghai"]);
    for origin in origins {
        create.args(["--origin", origin]);
    }
    shell::run_quietly(&mut create)?;
    // Before the first order, which is from 2025.
    let points = paths::root().join("public/demo/points.json");
    let mut begin = program.command(&["points", "begin", "--shop", KEY, "--since", "2025-01-01"]);
    shell::run_quietly(begin.arg(points))?;
    let files = [
        ("catalogue", "catalogue.csv"),
        ("reviews", "reviews.csv"),
        ("reviews", "reviews-1000.csv"),
    ];
    for (kind, file) in files {
        let file = paths::root().join("public/demo").join(file);
        let mut import = program.command(&["import", kind, "--shop", KEY]);
        shell::run_quietly(import.arg(file))?;
    }
    Ok(())
}
