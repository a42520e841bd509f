//! The wasm files of a step's folder.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// One wasm file.
pub struct Part {
    /// The name of the file.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// The wasm files in `folder`, by name, so that what is made of them does not depend on the file system.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn read(folder: &Path) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            let name = path.file_name().and_then(|name| name.to_str());
            parts.push(Part {
                name: name.context("a file's name")?.to_owned(),
                content: fs::read(&path).with_context(|| format!("reading {}", path.display()))?,
            });
        }
    }
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(parts)
}

/// The bytes of all parts, for [`stamp`](super::stamp).
pub fn contents(parts: &[Part]) -> impl Iterator<Item = &[u8]> {
    parts.iter().map(|part| part.content.as_slice())
}
