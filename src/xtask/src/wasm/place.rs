//! Puts a version's files where servers and tests read them, which may do so at any moment.
//!
//! `manifest.json` names the current version, and each version is a folder that is complete before it has
//! its name. So a reader who begins with the manifest finds either the old files or the new ones, whole.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

const MANIFEST: &str = "manifest.json";

/// Makes the files in `built` the current ones of `folder`, under the name `version`.
///
/// The version before it stays, for whoever has just read that manifest; older ones go.
///
/// # Errors
/// When a file cannot be read or written.
pub fn place(built: &Path, folder: &Path, version: &str) -> Result<()> {
    let whole = folder.join(version);
    let before = current(folder);
    if before.as_deref() == Some(version) && whole.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    if !whole.is_dir() {
        let half = folder.join(format!("{version}.half"));
        // What an interrupted run has left behind.
        if half.exists() {
            fs::remove_dir_all(&half).with_context(|| format!("removing {}", half.display()))?;
        }
        copy(built, &half).with_context(|| format!("writing {}", half.display()))?;
        fs::rename(&half, &whole).with_context(|| format!("naming {}", whole.display()))?;
    }
    let manifest = serde_json::json!({ "version": version });
    let half = folder.join(format!("{MANIFEST}.half"));
    fs::write(&half, manifest.to_string()).context(MANIFEST)?;
    fs::rename(&half, folder.join(MANIFEST)).context(MANIFEST)?;

    let kept = [Some(MANIFEST), Some(version), before.as_deref()];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if kept.contains(&entry.file_name().to_str()) {
            continue;
        }
        let path = entry.path();
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

/// The version that the manifest names; `None` before the first.
fn current(folder: &Path) -> Option<String> {
    let manifest = fs::read(folder.join(MANIFEST)).ok()?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// Publishes files that say which version they belong to.
    fn publish(root: &Path, version: &str) -> PathBuf {
        let built = root.join("built");
        fs::create_dir_all(&built).unwrap();
        for name in ["app.js", "bookplate.js"] {
            fs::write(built.join(name), version).unwrap();
        }
        let folder = root.join("assets");
        place(&built, &folder, version).unwrap();
        folder
    }

    fn is_whole(folder: &Path, version: &str) -> bool {
        ["app.js", "bookplate.js"].into_iter().all(|name| {
            fs::read_to_string(folder.join(version).join(name)).is_ok_and(|text| text == version)
        })
    }

    #[test]
    fn who_has_read_the_manifest_finds_that_version_whole() {
        let dir = tempfile::tempdir().unwrap();
        for (version, before, gone) in [("1", "", ""), ("2", "1", ""), ("3", "2", "1")] {
            let folder = publish(dir.path(), version);
            assert_eq!(current(&folder).as_deref(), Some(version));
            assert!(is_whole(&folder, version));
            assert!(before.is_empty() || is_whole(&folder, before));
            assert!(gone.is_empty() || !folder.join(gone).exists());
        }
    }

    #[test]
    fn what_an_interrupted_build_has_left_is_never_read() {
        let dir = tempfile::tempdir().unwrap();
        let folder = publish(dir.path(), "1");
        fs::create_dir(folder.join("2.half")).unwrap();
        fs::write(folder.join("2.half/app.js"), "cut o").unwrap();
        assert_eq!(current(&folder).as_deref(), Some("1"));
        publish(dir.path(), "2");
        assert!(is_whole(&folder, "2") && is_whole(&folder, "1"));
        assert!(!folder.join("2.half").exists());
    }

    #[test]
    fn going_back_to_the_version_before_works() {
        let dir = tempfile::tempdir().unwrap();
        for version in ["1", "2", "1"] {
            let folder = publish(dir.path(), version);
            assert_eq!(current(&folder).as_deref(), Some(version));
            assert!(is_whole(&folder, version));
        }
    }
}
