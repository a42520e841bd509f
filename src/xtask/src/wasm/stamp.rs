//! Skips work whose inputs did not change.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// A digest of `inputs` as hexadecimal digits. Lengths are part of it, so that a byte cannot wander
/// from one input to its neighbour unnoticed.
pub fn digest<'a>(inputs: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for input in inputs {
        hasher.update((input.len() as u64).to_le_bytes());
        hasher.update(input);
    }
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Has `work` fill `folder`, unless it did so before from the same `inputs`.
///
/// The folder is emptied first. Put the source of the code that does the work among the inputs
/// (`include_bytes!`), so that changing a recipe repeats it.
///
/// # Errors
/// When `work` fails, or the folder cannot be written.
pub fn once<'a>(
    folder: &Path,
    inputs: impl IntoIterator<Item = &'a [u8]>,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let key = digest(inputs);
    let stamp = folder.with_extension("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|before| before == key) {
        return Ok(());
    }
    // Without its stamp, what an interrupted run leaves behind is never taken for finished.
    remove(&stamp)?;
    remove(folder)?;
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    work()?;
    fs::write(&stamp, key).with_context(|| format!("writing {}", stamp.display()))
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn work_is_done_again_only_when_an_input_changes() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("out");
        let runs = Cell::new(0);
        let work = |inputs: [&[u8]; 2]| {
            once(&folder, inputs, || {
                runs.set(runs.get() + 1);
                Ok(())
            })
            .unwrap();
            runs.get()
        };
        assert_eq!(work([b"a", b"b"]), 1);
        assert_eq!(work([b"a", b"b"]), 1);
        assert_eq!(work([b"ab", b""]), 2);
        assert_eq!(work([b"a", b"b"]), 3);
    }

    #[test]
    fn failed_work_is_not_taken_for_done() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("out");
        assert!(once(&folder, [&b"a"[..]], || anyhow::bail!("no")).is_err());
        let mut ran = false;
        once(&folder, [&b"a"[..]], || {
            ran = true;
            Ok(())
        })
        .unwrap();
        assert!(ran);
    }
}
