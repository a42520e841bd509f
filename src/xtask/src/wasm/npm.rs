//! Tools from npm: `wasm-opt` (package binaryen) and `esbuild`.
//!
//! Debian's binaryen is too old for what today's rustc emits; npm's runs wherever Node does.

use super::stamp;
use crate::{install, paths, shell};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The tools, installed as `package-lock.json` pins them.
pub struct Tools {
    node_modules: PathBuf,
}

impl Tools {
    /// Installs what is not there yet.
    ///
    /// # Errors
    /// When there is no npm and none can be installed, or npm fails.
    pub fn install() -> Result<Self> {
        let folder = paths::bookplate("npm");
        let pinned = paths::root().join("src/xtask/npm");
        let read = |name: &str| {
            let file = pinned.join(name);
            fs::read(&file).with_context(|| format!("reading {}", file.display()))
        };
        let files = [
            ("package.json", read("package.json")?),
            ("package-lock.json", read("package-lock.json")?),
        ];
        stamp::once(
            &folder,
            files.iter().map(|(_, content)| content.as_slice()),
            || {
                for program in ["node", "npm"] {
                    if shell::find(program).is_none() {
                        install::debian(&["nodejs", "npm"], &format!("{program} is missing"))?;
                    }
                }
                for (name, content) in &files {
                    fs::write(folder.join(name), content)?;
                }
                shell::step("wasm: getting wasm-opt and esbuild from npm");
                shell::run_quietly(
                    Command::new("npm")
                        .current_dir(&folder)
                        .args(["ci", "--ignore-scripts"]),
                )
            },
        )?;
        Ok(Self {
            node_modules: folder.join("node_modules"),
        })
    }

    /// The optimiser of wasm files.
    pub fn wasm_opt(&self) -> Command {
        let mut node = Command::new("node");
        // Node warns of features that the tool uses and that it calls experimental.
        node.arg("--no-warnings")
            .arg(self.node_modules.join("binaryen/bin/wasm-opt"));
        node
    }

    /// The bundler and minifier of JavaScript and CSS.
    pub fn esbuild(&self) -> Command {
        Command::new(self.node_modules.join(".bin/esbuild"))
    }
}
