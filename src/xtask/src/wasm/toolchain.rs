//! Finds a Rust that can compile the standard library for wasm, or gets one.
//!
//! Compiling std ourselves, for size and with panics that only abort, makes what shoppers download about
//! 15 % smaller than the std that comes with rustup. It needs the sources of std and an unstable
//! option of cargo, which `RUSTC_BOOTSTRAP=1` allows on a stable Rust.

use crate::{install, paths, shell};
use anyhow::{Context, Result, bail};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian's own Rust, kept current for building browsers; the only one to be had where a machine
/// reaches package mirrors but not rustup's downloads.
const DEBIAN: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Where Rust for wasm comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Choice {
    /// rustup's where that works, else Debian's
    #[default]
    Auto,
    /// rustup's, or fail
    Rustup,
    /// Debian's, or fail
    Debian,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Rustup => "rustup",
            Self::Debian => "debian",
        })
    }
}

/// A cargo and a rustc that belong together and have the sources of std.
pub struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    /// Given where rustc has none of its own: Debian's comes without `rust-lld`.
    linker: Option<PathBuf>,
    version: String,
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.version, self.rustc.display())
    }
}

impl Toolchain {
    /// Finds one, downloading what is missing.
    ///
    /// # Errors
    /// When none can be had; the message says what is missing.
    pub fn find(choice: Choice) -> Result<Self> {
        match choice {
            Choice::Rustup => Self::rustup()?.context("rustup is missing, or gave no rust-src"),
            Choice::Debian => Self::debian(),
            // Nothing is downloaded while something that works is already here.
            Choice::Auto => match Self::rustup_ready()? {
                Some(ready) => Ok(ready),
                None => match Self::debian_ready()? {
                    Some(ready) => Ok(ready),
                    None => match Self::rustup()? {
                        Some(downloaded) => Ok(downloaded),
                        None => Self::debian(),
                    },
                },
            },
        }
    }

    /// A cargo command that uses this toolchain and nothing of the environment's idea of one.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(&self.cargo);
        // Run through cargo, xtask has the variables of the Rust that compiled it.
        for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTDOC", "RUSTC_WRAPPER"] {
            cargo.env_remove(name);
        }
        cargo
            .current_dir(paths::root())
            .env("RUSTC", &self.rustc)
            .env("RUSTC_BOOTSTRAP", "1");
        if let Some(linker) = &self.linker {
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        cargo
    }

    /// rustup's, with its std sources downloaded if need be; `None` where that does not work.
    fn rustup() -> Result<Option<Self>> {
        if let Some(ready) = Self::rustup_ready()? {
            return Ok(Some(ready));
        }
        if shell::find("rustup").is_none() {
            return Ok(None);
        }
        shell::step("wasm: getting the sources of Rust's standard library from rustup");
        match shell::run(rustup().args(["component", "add", "rust-src"])) {
            Ok(()) => Self::rustup_ready(),
            Err(error) => {
                eprintln!("    rustup cannot: {error}");
                Ok(None)
            }
        }
    }

    fn rustup_ready() -> Result<Option<Self>> {
        if shell::find("rustup").is_none() {
            return Ok(None);
        }
        let rustc = PathBuf::from(shell::read(rustup().args(["which", "rustc"]))?);
        let cargo = PathBuf::from(shell::read(rustup().args(["which", "cargo"]))?);
        if !has_sources(&sysroot(&rustc)?) {
            return Ok(None);
        }
        Ok(Some(Self {
            cargo,
            version: version(&rustc)?,
            rustc,
            linker: None,
        }))
    }

    fn debian() -> Result<Self> {
        if let Some(ready) = Self::debian_ready()? {
            return Ok(ready);
        }
        install::debian(&DEBIAN, "Rust for wasm is missing")?;
        Self::debian_ready()?.with_context(|| {
            format!(
                "Debian's Rust for wasm is installed ({}), but too old or without its sources; \
                 needed is Rust {}",
                DEBIAN.join(" "),
                env!("CARGO_PKG_RUST_VERSION"),
            )
        })
    }

    fn debian_ready() -> Result<Option<Self>> {
        let (cargo, rustc) = (
            PathBuf::from("/usr/bin/cargo"),
            PathBuf::from("/usr/bin/rustc"),
        );
        if !cargo.exists() || !rustc.exists() || !has_sources(&sysroot(&rustc)?) {
            return Ok(None);
        }
        let version = version(&rustc)?;
        if minor(&version) < minor(env!("CARGO_PKG_RUST_VERSION")) {
            return Ok(None);
        }
        Ok(Some(Self {
            cargo,
            rustc,
            linker: Some(linker()?),
            version,
        }))
    }
}

/// Whether rustup's own standard library for wasm is installed, which clippy needs.
pub fn has_rustup_target() -> bool {
    let list = shell::read(rustup().args(["target", "list", "--installed"]));
    list.is_ok_and(|list| {
        list.lines()
            .any(|target| target == "wasm32-unknown-unknown")
    })
}

fn rustup() -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(paths::root());
    command
}

/// The folder that holds a compiler's libraries.
fn sysroot(rustc: &Path) -> Result<PathBuf> {
    Ok(shell::read(Command::new(rustc).args(["--print", "sysroot"]))?.into())
}

/// Whether the sources of std are there, with the lock file that cargo needs to compile them.
fn has_sources(sysroot: &Path) -> bool {
    sysroot
        .join("lib/rustlib/src/rust/library/Cargo.lock")
        .exists()
}

fn version(rustc: &Path) -> Result<String> {
    let said = shell::read(Command::new(rustc).arg("--version"))?;
    Ok(said
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" "))
}

/// The second number of a version such as `rustc 1.96.0` or `1.95`.
fn minor(version: &str) -> u32 {
    version
        .split('.')
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// A linker for wasm from the Rust that compiled this program.
fn linker() -> Result<PathBuf> {
    let rustc = match shell::find("rustup") {
        Some(_) => PathBuf::from(shell::read(rustup().args(["which", "rustc"]))?),
        None => PathBuf::from("rustc"),
    };
    let host = shell::read(Command::new(&rustc).args(["--print", "host-tuple"]))?;
    let linker = sysroot(&rustc)?
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    if !linker.exists() {
        bail!("no linker for wasm: {} is missing", linker.display());
    }
    Ok(linker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_second_number() {
        assert_eq!(minor("rustc 1.96.0"), 96);
        assert_eq!(minor("1.95"), 95);
        assert_eq!(minor("nonsense"), 0);
    }
}
