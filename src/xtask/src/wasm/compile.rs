//! Rust to one wasm file.

use super::{Mode, toolchain::Toolchain};
use crate::{paths, shell};
use anyhow::Result;
use std::path::PathBuf;

/// A crate that becomes a wasm module.
pub struct Module {
    package: &'static str,
    features: &'static str,
}

/// The widgets.
pub const APP: Module = Module {
    package: "bookplate-app",
    features: "",
};
/// The hosted pages. Compiled on its own: in one go with the widgets, both would get the features of either.
pub const SITE: Module = Module {
    package: "bookplate-site",
    features: "hydrate",
};

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles a wasm module; the result still has its relocations, which splitting needs.
///
/// # Errors
/// When cargo fails.
pub fn compile(mode: Mode, toolchain: &Toolchain, module: &Module) -> Result<PathBuf> {
    // A folder of its own: another compiler and other flags would make the native build start over.
    let target = paths::target().join("wasm");
    let mut cargo = toolchain.cargo();
    cargo
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(mode).join("\u{1f}"))
        .args(["rustc", "--package", module.package, "--lib"])
        .args(["--features", module.features])
        .args(["--crate-type", "cdylib", "--target", TARGET])
        .args(["--profile", mode.profile()])
        .arg("-Zbuild-std=std,panic_abort");
    if mode == Mode::Release {
        cargo.arg("-Zbuild-std-features=optimize_for_size");
    }
    shell::run(&mut cargo)?;
    let file = module.package.replace('-', "_") + ".wasm";
    Ok(target.join(TARGET).join(mode.profile()).join(file))
}

fn flags(mode: Mode) -> Vec<&'static str> {
    let mut flags = vec!["-Clink-arg=--emit-relocs"];
    if mode == Mode::Release {
        // A panic is a trap without a message: no formatting machinery for texts that nobody reads.
        flags.extend(["-Zunstable-options", "-Cpanic=immediate-abort"]);
        // One of several equal functions would stand for all under its own name, and snipping goes by
        // names. wasm-opt merges them afterwards.
        flags.push("-Zmerge-functions=disabled");
    }
    flags
}
