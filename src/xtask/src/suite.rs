//! Runs the tests, and those once more that have failed.

use crate::{paths, shell};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// How many failed tests are run once more. So few can be a machine that was busy; more are a fault.
const MOST_AGAIN: usize = 3;

/// Tests that run at once for each core. Most of their time they wait: for a reply, a browser, a job that comes due.
const AT_ONCE: usize = 3;

/// Files in memory, on Linux.
const MEMORY: &str = "/dev/shm";

/// How much room has to be there, in bytes. Tests that run at once use a quarter of it.
const ROOM: u64 = 4 << 30;

/// Runs all tests of the workspace; gives the names of those that passed only when run once more, alone.
///
/// Real browsers on a busy machine now and then do a thing late that they always do. One of a thousand tests would then
/// cost a run of an hour, so a few are asked again. Whoever reads the result is told: a test that needs that is at fault.
///
/// # Errors
/// When a test fails twice, or more than [`MOST_AGAIN`] fail, or they cannot be run.
pub fn run() -> Result<Vec<String>> {
    let all = ["test", "--workspace", "--all-targets", "--no-fail-fast"];
    let (passed, failed) = tests(&all)?;
    if passed {
        return Ok(failed);
    }
    if failed.is_empty() || failed.len() > MOST_AGAIN {
        bail!("{} tests failed: {}", failed.len(), failed.join(", "));
    }
    shell::step(&format!("once more, alone: {}", failed.join(", ")));
    let again = [&all[..], &["--", "--exact", "--test-threads", "1"]].concat();
    let names: Vec<&str> = failed.iter().map(String::as_str).collect();
    let (passed, _) = tests(&[again, names].concat())?;
    if !passed {
        bail!("failed twice, or another one then: {}", failed.join(", "));
    }
    Ok(failed)
}

/// Runs cargo with these arguments, printing what it prints; whether it succeeded, and which tests failed.
fn tests(arguments: &[&str]) -> Result<(bool, Vec<String>)> {
    let at_once = std::thread::available_parallelism()?.get() * AT_ONCE;
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(paths::root())
        .env("RUST_TEST_THREADS", at_once.to_string())
        .args(arguments)
        .stdout(Stdio::piped());
    // Databases and profiles of browsers are a thousand files each, and gone after a moment: writing those to a disk takes
    // as long as the tests themselves.
    if std::env::var_os("TMPDIR").is_none() && has_room(Path::new(MEMORY)) {
        cargo.env("TMPDIR", MEMORY);
    }
    let mut cargo = cargo.spawn().context("cannot start cargo")?;
    let output = cargo.stdout.take().context("no output of cargo")?;
    let mut failed = Vec::new();
    for line in BufReader::new(output).split(b'\n') {
        // What a test prints need not be UTF-8.
        let line = String::from_utf8_lossy(&line?).into_owned();
        failed.extend(failed_test(&line).map(str::to_owned));
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok((cargo.wait()?.success(), failed))
}

/// Whether there is such a folder, with [`ROOM`] in it.
fn has_room(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|there| there.f_bavail * there.f_frsize >= ROOM)
}

/// The name of the test that has failed, if the line says so of one.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_test_is_known_by_its_line() {
        let name = "wishlists::webkit::a_heart_is_pressed";
        assert_eq!(failed_test(&format!("test {name} ... FAILED")), Some(name));
        assert_eq!(failed_test(&format!("test {name} ... ok")), None);
        assert_eq!(failed_test("test result: FAILED. 1 passed"), None);
    }
}
