//! The JavaScript side of the main part, by wasm-bindgen.

use super::{Mode, parts, snip, split, stamp};
use crate::shell;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use walrus::Module;
use wasm_bindgen_cli_support::Bindgen;

/// What the widgets' files are called: `app.js`, `app_bg.wasm`.
pub const NAME: &str = "app";
/// What the files of the hosted pages are called.
pub const SITE: &str = "site";

/// Has wasm-bindgen treat the main part among those in `wasm`. `loads` is the folder with the JavaScript
/// that loads the other parts.
///
/// Returns the folder with all parts and all JavaScript.
///
/// # Errors
/// When a file cannot be read, or wasm-bindgen does not understand the main part.
pub fn bindgen(mode: Mode, loads: &Path, wasm: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("bindgen");
    let parts = parts::read(wasm)?;
    let loads = fs::read(loads.join(split::LOADS)).context("reading what loads the parts")?;
    let inputs = parts::contents(&parts).chain([&loads[..], include_bytes!("bindgen.rs")]);
    stamp::once(&folder, inputs, || {
        shell::step("wasm: making the JavaScript side");
        for part in &parts {
            if part.name == split::MAIN {
                write(mode, NAME, &part.content, &folder)?;
            } else {
                fs::write(folder.join(&part.name), &part.content)?;
            }
        }
        fs::write(folder.join(split::LOADS), &loads).context("writing what loads the parts")
    })?;
    Ok(folder)
}

/// The same for the hosted pages, whose wasm is a single file; returns the folder with both sides.
///
/// # Errors
/// When the file cannot be read, or wasm-bindgen does not understand it.
pub fn whole(mode: Mode, wasm: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("bindgen-site");
    let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let made_by = [&include_bytes!("bindgen.rs")[..], include_bytes!("snip.rs")];
    stamp::once(&folder, [&[&input[..]], &made_by[..]].concat(), || {
        shell::step("wasm: making the JavaScript side of the hosted pages");
        let used = match mode {
            Mode::Release => snip::snipped(&input)?,
            Mode::Dev => input.clone(),
        };
        write(mode, SITE, &used, &folder)
    })?;
    Ok(folder)
}

/// Writes both sides of `wasm`.
fn write(mode: Mode, name: &str, wasm: &[u8], folder: &Path) -> Result<()> {
    let (js, wasm) = treat(mode, name, wasm)?;
    fs::write(folder.join(format!("{name}.js")), js)?;
    fs::write(folder.join(format!("{name}_bg.wasm")), wasm)?;
    Ok(())
}

fn treat(mode: Mode, name: &str, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut output = Bindgen::new()
        .input_bytes(name, wasm.to_vec())
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .debug(mode == Mode::Dev)
        .demangle(false)
        .remove_producers_section(true)
        // The parts import memory, table and stack pointer from the main part by these names.
        .keep_lld_exports(true)
        .generate_output()
        .context("wasm-bindgen")?;
    // Relocations: splitting has used them up, and they would be wrong from here on.
    let customs = &mut output.wasm_mut().customs;
    let stale: Vec<String> = customs
        .iter()
        .map(|(_, section)| section.name().to_owned())
        .filter(|name| name.starts_with("reloc.") || name == "linking")
        .collect();
    for name in stale {
        customs.remove_raw(&name);
    }
    let mut js = output.js().to_owned();
    if mode == Mode::Release {
        js = shorten(output.wasm_mut(), &js);
    }
    Ok((js, output.wasm_mut().emit_wasm()))
}

/// Gives short names to what wasm and JavaScript know each other by; returns the JavaScript with them.
///
/// wasm-bindgen's are long and end in a hash, which cannot be compressed: 3 KB for every shopper. Both
/// sides are at hand here, and each such name is a word that stands for nothing else.
fn shorten(module: &mut Module, js: &str) -> String {
    let mut names = std::collections::HashMap::new();
    let mut short = |long: &str| {
        let next = names.len();
        let name = names.entry(long.to_owned());
        name.or_insert_with(|| format!("b{next}")).clone()
    };
    for import in module.imports.iter_mut() {
        if import.name.starts_with("__wb") {
            import.name = short(&import.name);
        }
    }
    for export in module.exports.iter_mut() {
        // A mangled Rust name: those that wasm-bindgen chooses itself are used in many ways.
        if export.name.starts_with("_R") {
            export.name = short(&export.name);
        }
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut out = String::with_capacity(js.len());
    let mut rest = js;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..]
            .find(|c| !is_part(c))
            .map_or(rest.len(), |len| start + len);
        let word = &rest[start..end];
        out.push_str(&rest[..start]);
        out.push_str(names.get(word).map_or(word, String::as_str));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;

    #[test]
    fn both_sides_get_the_same_short_names() {
        let mut module = Module::default();
        let ty = module.types.add(&[ValType::I32], &[]);
        module.add_import_func("./app_bg.js", "__wbg_new_1f2e", ty);
        let (memory, _) = module.add_import_memory("env", "memory", false, false, 1, None, None);
        module.exports.add("memory", memory);
        let js = "{ __wbg_new_1f2e: function(a) {}, __wbg_new_1f2e2: 1, memory: wasm.memory }";
        assert_eq!(
            shorten(&mut module, js),
            "{ b0: function(a) {}, __wbg_new_1f2e2: 1, memory: wasm.memory }"
        );
        let names: Vec<_> = module
            .imports
            .iter()
            .map(|import| import.name.as_str())
            .collect();
        assert_eq!(names, ["b0", "memory"]);
    }
}
