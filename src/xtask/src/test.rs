//! `cargo xtask test`: everything that CI runs.

use crate::wasm::{self, Mode, toolchain::Choice};
use crate::{check_features, covers, install, paths, shell};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Checks format, lints, documentation and generated files, and runs every test
#[derive(clap::Args)]
pub struct Args {
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

/// The native crates. The wasm module is left out: it asks for `hydrate` where the server asks for `ssr`,
/// and cargo would give both to both.
const NATIVE: [&str; 3] = ["--workspace", "--exclude", "bookplate-app"];

/// Runs the command.
///
/// # Errors
/// At the first step that fails.
pub fn run(args: &Args) -> Result<()> {
    let begun = Instant::now();
    step("format", || cargo(&["fmt", "--all", "--", "--check"]))?;
    step("features and generated files", || {
        check_features::check()?;
        covers::run(&covers::Args { check: true })
    })?;
    step("lints", || {
        cargo(
            &[
                &["clippy", "--all-targets"],
                &NATIVE[..],
                &["--", "--deny", "warnings"],
            ]
            .concat(),
        )?;
        // What the browser runs, linted natively: it is the same code, and clippy for wasm would need
        // a standard library that not every machine can get. The wasm build denies warnings too.
        cargo(&[
            "clippy",
            "--package",
            "bookplate-app",
            "--",
            "--deny",
            "warnings",
        ])
    })?;
    step("documentation", || {
        let mut doc = command(
            &[
                &["doc", "--no-deps", "--document-private-items"],
                &NATIVE[..],
            ]
            .concat(),
        );
        shell::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    })?;
    let assets = step("wasm, as shoppers get it", || {
        wasm::build(Mode::Release, args.toolchain)
    })?;
    step("wasm, with debug assertions", || {
        wasm::build(Mode::Dev, args.toolchain)
    })?;
    step("browsers and databases", install_what_tests_need)?;
    step("building the tests", || {
        cargo(&[&["build", "--all-targets"], &NATIVE[..]].concat())
    })?;
    step("tests", || {
        cargo(&[&["test", "--all-targets", "--no-fail-fast"], &NATIVE[..]].concat())
    })?;
    wasm::report::print(&assets)?;
    shell::step(&format!("all good after {} s", begun.elapsed().as_secs()));
    Ok(())
}

/// Says what is being done, and how long it took.
fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    shell::step(name);
    let done = work().with_context(|| format!("step \"{name}\""))?;
    shell::step(&format!("{name}: {} s", begun.elapsed().as_secs()));
    Ok(done)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    shell::run(&mut command(arguments))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root()).args(arguments);
    command
}

/// Chromium, WebKitGTK with a display for it, and PostgreSQL, as far as they are missing.
fn install_what_tests_need() -> Result<()> {
    let programs = [
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("WebKitWebDriver", "webkit2gtk-driver"),
        ("Xvfb", "xvfb"),
    ];
    let mut missing: Vec<&str> = programs
        .into_iter()
        .filter(|(program, _)| shell::find(program).is_none())
        .map(|(_, package)| package)
        .collect();
    if shell::find("initdb").is_none() && !Path::new("/usr/lib/postgresql").is_dir() {
        missing.push("postgresql");
    }
    if missing.is_empty() {
        return Ok(());
    }
    install::debian(
        &missing,
        "the tests drive real browsers and a real PostgreSQL",
    )
}
