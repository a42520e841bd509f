//! Takes out what is linked in but never used.
//!
//! Two things that a compiler cannot know to be unused, because they are exported or called by address.
//! Leptos keeps the methods of a view behind function pointers, also those for hydrating step by step
//! while data arrive; we hydrate in one go from data that are there. And wasm-streams, which comes with
//! Leptos' server functions, exports classes to JavaScript; we stream nothing.
//!
//! Emptied and no longer exported, they take nothing with them: wasm-bindgen and `wasm-opt` remove what
//! only they needed.

use super::{Mode, parts, stamp};
use crate::shell;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use walrus::{FunctionBuilder, FunctionKind, Module};

/// What the names of functions contain that are never called. Should one be called after all, the wasm
/// traps, and the browser tests fail.
const NEVER_CALLED: [&str; 2] = ["::hydrate_async", "wasm_streams::"];

/// What else the name contains when wasm-bindgen is to run the function, to learn of a type, before removing
/// it itself.
const DESCRIBES: &str = "describe";

/// What the names of exports contain that nobody imports: the classes of wasm-streams.
const NEVER_IMPORTED: &str = "intounderlying";

/// Takes it out of every part in `wasm`; returns the folder with the results.
///
/// # Errors
/// When a part cannot be read.
pub fn snip(mode: Mode, wasm: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("snip");
    let parts = parts::read(wasm)?;
    let inputs = parts::contents(&parts).chain([&include_bytes!("snip.rs")[..]]);
    stamp::once(&folder, inputs, || {
        shell::step("wasm: taking out what is never used");
        for part in &parts {
            fs::write(folder.join(&part.name), snipped(&part.content)?)?;
        }
        Ok(())
    })?;
    Ok(folder)
}

/// A module without what is never used.
///
/// # Errors
/// When `wasm` is none.
pub fn snipped(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm)?;
    unexport(&mut module);
    empty(&mut module)?;
    Ok(module.emit_wasm())
}

fn unexport(module: &mut Module) {
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.contains(NEVER_IMPORTED))
        .map(|export| export.id())
        .collect();
    for export in unused {
        module.exports.delete(export);
    }
}

fn empty(module: &mut Module) -> Result<()> {
    let functions = module.funcs.iter();
    let unused = functions.filter(|function| function.name.as_deref().is_some_and(is_never_called));
    let unused: Vec<_> = unused.map(|function| function.id()).collect();
    for id in unused {
        let function = module.funcs.get(id);
        let FunctionKind::Local(local) = &function.kind else {
            continue;
        };
        let (ty, args) = (module.types.get(local.ty()), local.args.clone());
        let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
        let mut empty = FunctionBuilder::new(&mut module.types, &params, &results);
        empty.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(empty.local_func(args));
    }
    Ok(())
}

fn is_never_called(mangled: &str) -> bool {
    // Without the crate at its end, which only tells who else needed the same function.
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    NEVER_CALLED.iter().any(|part| is_itself(&name, part)) && !name.contains(DESCRIBES)
}

/// Whether `name` contains `part` and is not merely a function written inside of such a one: others may
/// call that too.
fn is_itself(name: &str, part: &str) -> bool {
    let ends =
        |rest: &str| rest.is_empty() || rest.starts_with("::<") || rest.starts_with("::{closure");
    name.match_indices(part)
        .any(|(at, _)| part.ends_with("::") || ends(&name[at + part.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ir::Value;
    use walrus::{ExportItem, ValType};

    fn module(names: &[&str]) -> Module {
        let mut module = Module::default();
        for name in names {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            function.name((*name).to_owned());
            function.func_body().const_(Value::I32(1));
            let id = function.finish(vec![], &mut module.funcs);
            module.exports.add(name, id);
        }
        module
    }

    fn exports(module: &Module) -> Vec<(&str, String)> {
        let body = |item| match item {
            ExportItem::Function(id) => {
                let local = module.funcs.get(id).kind.unwrap_local();
                format!("{:?}", local.block(local.entry_block()).instrs[0].0)
            }
            _ => String::new(),
        };
        let exports = module.exports.iter();
        exports
            .map(|export| (export.name.as_str(), body(export.item)))
            .collect()
    }

    #[test]
    fn only_what_is_never_called_is_emptied() {
        let mut module = module(&["_RNvC6tachys7hydrate", "_RNvC6tachys13hydrate_async"]);
        empty(&mut module).unwrap();
        let found = exports(&module);
        assert!(found[0].1.starts_with("Const"), "{found:?}");
        assert!(found[1].1.starts_with("Unreachable"), "{found:?}");
    }

    #[test]
    fn a_function_is_not_judged_by_the_crate_that_needed_it_first() {
        assert!(is_never_called("_RNvC12wasm_streams4pull"));
        assert!(!is_never_called("_RINvC4core4dropuEC12wasm_streams"));
        assert!(!is_never_called("_RNvC12wasm_streams8describe"));
    }

    #[test]
    fn only_what_nobody_imports_is_no_longer_exported() {
        let mut module = module(&["hydrate", "intounderlyingsource_pull"]);
        unexport(&mut module);
        assert_eq!(exports(&module).len(), 1);
    }
}
