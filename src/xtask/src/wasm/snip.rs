//! Empties functions that are linked in but never called.
//!
//! Leptos keeps the methods of a view behind function pointers, also those for hydrating step by step while
//! data arrive. We hydrate in one go from data that are there, so these are never called; but a
//! compiler cannot know that of a function whose address is taken. Emptied, they take nothing with
//! them, and `wasm-opt` removes what only they needed.

use super::{Mode, split, stamp};
use crate::shell;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use walrus::{FunctionBuilder, FunctionKind, Module};

/// What a function's mangled name contains when it is never called. Should it be called after all, the
/// wasm traps, and the browser tests fail.
const NEVER_CALLED: [&str; 2] = [
    // Leptos: hydration that waits for data. Ours come with the HTML.
    "13hydrate_async",
    // wasm-streams, which comes with Leptos' server functions: we have none, and stream nothing.
    "intounderlying",
];

/// Empties the functions of every part in `parts`; returns the folder with the results.
///
/// # Errors
/// When a part cannot be read.
pub fn snip(mode: Mode, parts: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("snip");
    let files = split::wasm_files(parts)?;
    let mut inputs = vec![include_bytes!("snip.rs").to_vec()];
    for file in &files {
        inputs.push(fs::read(file).with_context(|| format!("reading {}", file.display()))?);
    }
    stamp::once(&folder, inputs.iter().map(Vec::as_slice), || {
        shell::step("wasm: emptying what is never called");
        for (file, content) in files.iter().zip(&inputs[1..]) {
            let name = file.file_name().context("a part without a name")?;
            fs::write(folder.join(name), one(content)?)?;
        }
        Ok(())
    })?;
    Ok(folder)
}

fn one(content: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(content)?;
    let found: Vec<_> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| {
            let name = module.funcs.get(*id).name.as_deref().unwrap_or_default();
            NEVER_CALLED.iter().any(|part| name.contains(part))
        })
        .map(|(id, function)| (id, function.ty(), function.args.clone()))
        .collect();
    for (id, ty, args) in found {
        let (params, results) = {
            let ty = module.types.get(ty);
            (ty.params().to_vec(), ty.results().to_vec())
        };
        let mut empty = FunctionBuilder::new(&mut module.types, &params, &results);
        empty.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(empty.local_func(args));
    }
    Ok(module.emit_wasm())
}
