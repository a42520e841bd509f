//! Makes wasm files small.

use super::{Mode, npm::Tools, split, stamp};
use crate::shell;
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::{Path, PathBuf};

/// What the modules may use. Named one by one: with `--all-features` wasm-opt writes modules that
/// Chromium refuses ("Invalid import kind").
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Runs `wasm-opt` on every part in `parts`; returns the folder with the results and the JavaScript.
///
/// # Errors
/// When wasm-opt fails.
pub fn optimize(mode: Mode, tools: &Tools, parts: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("optimize");
    let files = split::wasm_files(parts)?;
    let mut inputs = vec![include_bytes!("optimize.rs").to_vec()];
    for file in &files {
        inputs.push(fs::read(file).with_context(|| format!("reading {}", file.display()))?);
    }
    stamp::once(&folder, inputs.iter().map(Vec::as_slice), || {
        shell::step("wasm: optimising each part");
        std::thread::scope(|scope| {
            let jobs: Vec<_> = files
                .iter()
                .map(|file| scope.spawn(|| one(tools, file, &folder)))
                .collect();
            jobs.into_iter().try_for_each(|job| {
                job.join()
                    .map_err(|_| anyhow!("a thread that ran wasm-opt panicked"))?
            })
        })
    })?;
    Ok(folder)
}

fn one(tools: &Tools, file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a part without a name")?;
    shell::run_quietly(
        tools
            .wasm_opt()
            .args([
                "-Oz",
                "--strip-debug",
                "--strip-producers",
                "--strip-target-features",
            ])
            .args(FEATURES)
            .arg(file)
            .arg("-o")
            .arg(folder.join(name)),
    )
}
