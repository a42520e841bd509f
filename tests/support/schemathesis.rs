//! Requests that nobody has thought of, from a tool that makes them up from the API's description and checks each
//! answer against it.

use crate::workspace;
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::process::Command;

/// A run of the tool against a server.
#[derive(Debug)]
pub struct Schemathesis<'a> {
    /// The server's origin.
    pub server: &'a str,
    /// What it makes up depends on this number.
    pub seed: u64,
    /// How many requests it makes up for each operation, besides those at the edges of what is described.
    pub examples: u32,
    /// The file with its settings.
    pub settings: PathBuf,
    /// What the settings call `${NAME}`, by name.
    pub values: &'a [(&'static str, String)],
}

impl Schemathesis<'_> {
    /// Runs it, with more `arguments`.
    ///
    /// # Errors
    /// When it is not installed; when it has found a fault, with all that it says about it.
    pub async fn run(&self, arguments: &[&str]) -> Result<()> {
        let installed = || workspace::built_dir().join("python/bin/schemathesis");
        let program = std::env::var_os("BOOKPLATE_SCHEMATHESIS");
        let program = program.map_or_else(installed, PathBuf::from);
        ensure!(
            program.is_file(),
            "schemathesis is not installed: no {} (`cargo xtask test` and `cargo xtask fuzz` install it; or \
             name it in BOOKPLATE_SCHEMATHESIS)",
            program.display()
        );
        // What it keeps for its next run would be another input than the seed.
        let folder = TempDir::with_prefix("bookplate-schemathesis-")?;
        let output = Command::new(&program)
            .arg("--config-file")
            .arg(&self.settings)
            .args(["run", &format!("{}/v1/openapi.json", self.server)])
            .args(["--seed", &self.seed.to_string()])
            .args(["--max-examples", &self.examples.to_string()])
            .args(["--generation-database", "none", "--no-color"])
            .args(arguments)
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .envs(self.values.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .context("cannot run schemathesis")?;
        ensure!(
            output.status.success(),
            "{}\n{}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}
