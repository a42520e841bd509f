//! Makes wasm files small.

use super::parts::{self, Part};
use super::{npm::Tools, stamp};
use crate::shell;
use anyhow::{Result, anyhow};
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

/// Less inlining than usual. It makes the files larger and what goes over the wire smaller (measured: 2 %): calls
/// look alike to a compressor, copies that were optimised in their places do not.
const INLINING: [&str; 2] = [
    "--always-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=30",
];

/// What is for tools, not for browsers.
const STRIP: [&str; 3] = [
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Runs `wasm-opt` on every part in `wasm`; `folder` is where the results go.
///
/// # Errors
/// When wasm-opt fails.
pub fn optimize(tools: &Tools, wasm: &Path, folder: PathBuf) -> Result<PathBuf> {
    let parts = parts::read(wasm)?;
    let inputs = parts::contents(&parts).chain([&include_bytes!("optimize.rs")[..]]);
    stamp::once(&folder, inputs, || {
        shell::step("wasm: optimising each part");
        std::thread::scope(|scope| {
            let (from, to) = (wasm, folder.as_path());
            let start = |part| scope.spawn(move || one(tools, from, part, to));
            let jobs: Vec<_> = parts.iter().map(start).collect();
            jobs.into_iter().try_for_each(|job| {
                job.join()
                    .map_err(|_| anyhow!("a thread that ran wasm-opt panicked"))?
            })
        })
    })?;
    Ok(folder)
}

fn one(tools: &Tools, from: &Path, part: &Part, to: &Path) -> Result<()> {
    let mut wasm_opt = tools.wasm_opt();
    wasm_opt
        .arg("-Oz")
        .args(INLINING)
        .args(STRIP)
        .args(FEATURES);
    wasm_opt
        .arg(from.join(&part.name))
        .arg("-o")
        .arg(to.join(&part.name));
    shell::run_quietly(&mut wasm_opt)
}
