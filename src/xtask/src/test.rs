//! `cargo xtask test`: everything that CI runs.

use crate::wasm::{self, Mode, toolchain::Choice};
use crate::{check_features, covers, install, paths, python, shell, suite};
use anyhow::{Context, Result, anyhow};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

/// Checks format, lints, documentation and generated files, and runs every test
#[derive(clap::Args)]
pub struct Args {
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

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
    // Making wasm small keeps one core busy for minutes, and what it makes is in a folder of its own: so both at once.
    let assets = thread::scope(|scope| {
        let wasm = scope.spawn(|| {
            let assets = step("wasm, as shoppers get it", || {
                wasm::build(Mode::Release, args.toolchain)
            })?;
            step("wasm, with debug assertions", || {
                wasm::build(Mode::Dev, args.toolchain)
            })?;
            anyhow::Ok(assets)
        });
        let native = native();
        let wasm = wasm.join().map_err(|_| anyhow!("building wasm panicked"))?;
        native.and(wasm)
    })?;
    step("browsers, databases and schemathesis", || {
        install_browsers()?;
        install_postgres()?;
        python::install()
    })?;
    let unsteady = step("tests", || {
        let unsteady = suite::run()?;
        cargo(&["test", "--workspace", "--doc"])?;
        Ok(unsteady)
    })?;
    wasm::report::print(&assets)?;
    for test in unsteady {
        shell::step(&format!("UNSTEADY, passed only the second time: {test}"));
    }
    shell::step(&format!("all good after {} s", begun.elapsed().as_secs()));
    Ok(())
}

/// What needs no wasm: lints, documentation, and building the tests.
fn native() -> Result<()> {
    step("lints", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])?;
        // What the browser runs, linted natively: it is the same code, and not every machine can get the
        // standard library that clippy for wasm needs.
        cargo(&[
            "clippy",
            "--package",
            "bookplate-widgets",
            "--package",
            "bookplate-site",
            "--features",
            "bookplate-widgets/hydrate,bookplate-site/hydrate",
            "--",
            "--deny",
            "warnings",
        ])?;
        if wasm::toolchain::has_rustup_target() {
            let wasm = [
                "--package",
                "bookplate-app",
                "--target",
                "wasm32-unknown-unknown",
            ];
            cargo(&[&["clippy"], &wasm[..], &["--", "--deny", "warnings"]].concat())?;
        }
        Ok(())
    })?;
    step("documentation", || {
        let mut doc = command(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ]);
        shell::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    })?;
    step("building the tests", || {
        cargo(&["build", "--workspace", "--all-targets"])
    })
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

/// Chromium, and WebKitGTK with a display for it, as far as they are missing.
fn install_browsers() -> Result<()> {
    let programs = [
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("WebKitWebDriver", "webkit2gtk-driver"),
        ("Xvfb", "xvfb"),
    ];
    let missing: Vec<&str> = programs
        .into_iter()
        .filter(|(program, _)| shell::find(program).is_none())
        .map(|(_, package)| package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    install::debian(&missing, "the tests drive real browsers")
}

/// PostgreSQL, where it is missing.
///
/// # Errors
/// When it cannot be installed.
pub fn install_postgres() -> Result<()> {
    if shell::find("initdb").is_some() || Path::new("/usr/lib/postgresql").is_dir() {
        return Ok(());
    }
    install::debian(&["postgresql"], "the tests run on a real PostgreSQL")
}
