//! One wasm file to a main part and one part a widget.

use super::{Mode, bindgen, stamp};
use crate::shell;
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_split_cli_support as wasm_split;

/// The file with the main part.
pub const MAIN: &str = "main.wasm";
/// The JavaScript that loads the other parts.
pub const LOADS: &str = "__wasm_split.js";

/// Cuts `wasm` along its `#[wasm_split]` seams; returns the folder with the parts and [`LOADS`].
///
/// # Errors
/// When the file cannot be read, or was compiled without relocations.
pub fn split(mode: Mode, wasm: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("split");
    let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    stamp::once(&folder, [&input[..], include_bytes!("split.rs")], || {
        shell::step("wasm: splitting by widget");
        let main = folder.join(MAIN);
        let main_module = format!("./{}.js", bindgen::NAME);
        let mut options = wasm_split::Options::new(&input);
        options.output_dir = &folder;
        options.main_out_path = &main;
        options.main_module = &main_module;
        wasm_split::transform(options).map_err(|error| anyhow!("splitting: {error:#}"))?;
        Ok(())
    })?;
    Ok(folder)
}
