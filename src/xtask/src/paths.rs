//! Where things are in this repository.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The root of the repository.
pub fn root() -> &'static Path {
    // src/xtask is two folders below it. Fixed at compile time: xtask is never moved to another tree.
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

/// Cargo's target folder, where everything that is built belongs.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// What is built for browsers: `target/bookplate/<name>`.
pub fn bookplate(name: &str) -> PathBuf {
    target().join("bookplate").join(name)
}

/// Every file in a folder and in those below it, by name; none where there is no such folder.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("reading {}", folder.display()))?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
