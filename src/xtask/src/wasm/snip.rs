//! Takes out what is linked in but never used.
//!
//! Two things that a compiler cannot know to be unused. Leptos keeps the methods of a view behind function
//! pointers, also those for hydrating step by step while data arrive; we hydrate in one go from data
//! that are there. And a crate that comes with it exports classes to JavaScript that nobody there uses.
//!
//! Emptied or no longer exported, they take nothing with them, and wasm-bindgen and `wasm-opt` remove
//! what only they needed.

use super::{Mode, parts, stamp};
use crate::shell;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use walrus::{FunctionBuilder, FunctionKind, Module};

/// What the mangled name of a function contains that is never called. Should it be called after all, the
/// wasm traps, and the browser tests fail.
const NEVER_CALLED: &str = "13hydrate_async";

/// What the name of an export contains that nobody imports: classes of `wasm-streams`.
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
            let mut module = Module::from_buffer(&part.content)?;
            unexport(&mut module);
            empty(&mut module)?;
            fs::write(folder.join(&part.name), module.emit_wasm())?;
        }
        Ok(())
    })?;
    Ok(folder)
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
    let unused: Vec<_> = module
        .funcs
        .iter()
        .filter(|function| {
            let name = function.name.as_deref();
            name.is_some_and(|name| name.contains(NEVER_CALLED))
        })
        .map(|function| function.id())
        .collect();
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
        let mut module = module(&["_RN7hydrate", "_RN13hydrate_async"]);
        empty(&mut module).unwrap();
        let found = exports(&module);
        assert!(found[0].1.starts_with("Const"), "{found:?}");
        assert!(found[1].1.starts_with("Unreachable"), "{found:?}");
    }

    #[test]
    fn only_what_nobody_imports_is_no_longer_exported() {
        let mut module = module(&["hydrate", "intounderlyingsource_pull"]);
        unexport(&mut module);
        assert_eq!(exports(&module).len(), 1);
    }
}
