//! Where things lie, seen from a running test.

use std::path::{Path, PathBuf};

/// The folder of the whole repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The folder that cargo built this test into, such as `target/debug`.
///
/// Taken from the running program, so that another target folder or profile is found as well.
pub(crate) fn profile_dir() -> PathBuf {
    let this = std::env::current_exe().expect("a running program knows its own path");
    let deps = this.parent().expect("a program lies in a folder");
    deps.parent()
        .expect("cargo builds tests into <profile>/deps")
        .to_owned()
}

/// The folder of what is built for Bookplate but not by cargo: `target/bookplate`.
pub(crate) fn built_dir() -> PathBuf {
    profile_dir()
        .parent()
        .expect("a profile's folder lies in the target folder")
        .join("bookplate")
}
