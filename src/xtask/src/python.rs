//! A tool from PyPI: schemathesis, which makes up requests from the API's description and checks the answers.

use crate::wasm::stamp;
use crate::{install, paths, shell};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// Versions and checksums of the tool and of all that it needs.
const PINNED: &str = include_str!("../python/requirements.txt");

/// Installs what is not there yet, into a virtual environment of its own: `target/bookplate/python`, where the
/// tests look for it.
///
/// # Errors
/// When there is no Python and none can be installed, or pip fails.
pub fn install() -> Result<()> {
    let folder = paths::bookplate("python");
    // An environment works in the one folder that it was made for.
    let place = folder.display().to_string();
    let inputs = [
        PINNED.as_bytes(),
        place.as_bytes(),
        include_bytes!("python.rs"),
    ];
    stamp::once(&folder, inputs, || {
        shell::step("getting schemathesis from PyPI");
        shell::run_quietly(Command::new(python()?).args(["-m", "venv"]).arg(&folder))?;
        shell::run_quietly(
            Command::new(folder.join("bin/python"))
                .args(["-m", "pip", "install", "--quiet", "--no-input"])
                .args([
                    "--disable-pip-version-check",
                    "--require-hashes",
                    "--requirement",
                ])
                .arg(paths::root().join("src/xtask/python/requirements.txt")),
        )
    })
}

/// A Python that can make virtual environments, which Debian's does with a package more.
fn python() -> Result<PathBuf> {
    let usable = || {
        let python = shell::find("python3")?;
        let mut import = Command::new(&python);
        import.args(["-c", "import ensurepip, venv"]);
        shell::read(&mut import).is_ok().then_some(python)
    };
    if let Some(python) = usable() {
        return Ok(python);
    }
    install::debian(&["python3", "python3-venv"], "python3 with venv is missing")?;
    Ok(usable().unwrap_or_else(|| PathBuf::from("/usr/bin/python3")))
}
