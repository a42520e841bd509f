//! Compiles the texts of `public/locales` into Rust, so that a missing one does not compile.

#[path = "build/locales.rs"]
mod locales;

use std::{env, fs, path::Path};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/locales");
    println!("cargo::rerun-if-changed={}", root.display());
    let result = locales::compile_folder(&root).and_then(|code| {
        let out = Path::new(&env::var("OUT_DIR").map_err(|e| e.to_string())?).join("texts.rs");
        fs::write(&out, code).map_err(|e| format!("{}: {e}", out.display()))
    });
    if let Err(errors) = result {
        for error in errors.lines() {
            println!("cargo::error={error}");
        }
    }
}
