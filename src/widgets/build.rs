//! Compiles the texts of `public/locales` into Rust, so that a missing one does not compile.

#[path = "build/locales.rs"]
mod locales;

use std::path::Path;
use std::{env, fs};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/locales");
    println!("cargo::rerun-if-changed={}", root.display());
    let result = compile_folder(&root).and_then(|code| {
        let out = Path::new(&env::var("OUT_DIR").map_err(|e| e.to_string())?).join("texts.rs");
        fs::write(&out, code).map_err(|e| format!("{}: {e}", out.display()))
    });
    if let Err(errors) = result {
        for error in errors.lines() {
            println!("cargo::error={error}");
        }
    }
}

/// Reads all languages of all features below `root` and writes the Rust code.
fn compile_folder(root: &Path) -> Result<String, String> {
    let mut code = String::new();
    for feature in features(&root.join(locales::LANGUAGES[0].tag))? {
        let mut sources = Vec::new();
        for language in &locales::LANGUAGES {
            let path = root.join(language.tag).join(format!("{feature}.toml"));
            let source =
                fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            sources.push(source);
        }
        code.push_str(&locales::compile(&feature, &sources)?);
    }
    Ok(code)
}

/// The features that the folder has texts for, in alphabetical order.
fn features(folder: &Path) -> Result<Vec<String>, String> {
    let describe = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(describe)? {
        let name = entry
            .map_err(describe)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        names.extend(name.strip_suffix(".toml").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}
