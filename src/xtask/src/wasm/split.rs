//! One wasm file to a main part, one part a widget, and their JavaScript.

use super::{Mode, stamp};
use crate::shell;
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support as wasm_split;

/// What the files of the main part are called: `app.js`, `app_bg.wasm`.
pub const NAME: &str = "app";

/// Cuts `wasm` along its `#[wasm_split]` seams and has wasm-bindgen treat the main part.
///
/// Returns the folder with `app.js`, `app_bg.wasm`, the other parts as `<part>.wasm`, and the
/// JavaScript that loads them.
///
/// # Errors
/// When one of the two tools cannot read what it is given.
pub fn split(mode: Mode, wasm: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("split");
    let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    stamp::once(&folder, [&input[..], include_bytes!("split.rs")], || {
        shell::step("wasm: splitting by widget");
        let main = folder.join("main.wasm");
        let main_module = format!("./{NAME}.js");
        let mut options = wasm_split::Options::new(&input);
        options.output_dir = &folder;
        options.main_out_path = &main;
        options.main_module = &main_module;
        wasm_split::transform(options).map_err(|error| anyhow!("splitting: {error:#}"))?;

        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(&main)
            .out_name(NAME)
            .web(true)?
            .typescript(false)
            .omit_default_module_path(false)
            .debug(mode == Mode::Dev)
            .keep_debug(false)
            // Snipping goes by names; optimising strips them.
            .remove_name_section(false)
            .demangle(false)
            .remove_producers_section(true)
            // The parts import memory, table and stack pointer from the main part by these names.
            .keep_lld_exports(true);
        bindgen.generate(&folder).context("wasm-bindgen")?;
        fs::remove_file(&main).context("removing the part that wasm-bindgen has treated")
    })?;
    Ok(folder)
}

/// The wasm files of a folder, sorted by name so that digests do not depend on the file system.
pub fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
