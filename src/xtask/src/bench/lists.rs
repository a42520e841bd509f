//! A list with as many wishes as it can have, in a browser: whether it opens and is put in order without a halt.
//!
//! What is measured is in `tests/bench/long_list.rs`, as what drives browsers is there.

use super::table::Table;
use crate::{paths, shell};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::process::Command;

/// What a browser calls a long task, in milliseconds: people notice what takes longer.
const LONG: f64 = 50.0;

/// What the page's main thread has done for something, in milliseconds of the processor.
#[derive(Deserialize)]
struct Measured {
    name: String,
    /// Whether it waited for the server in between.
    fetched: bool,
    script: f64,
    style: f64,
    layout: f64,
}

/// Adds what Chromium's main thread has to do for a list of 2,000 wishes.
///
/// # Errors
/// When Chromium is not installed, or the list does not do what it should.
pub fn measure(table: &mut Table) -> Result<()> {
    shell::step("lists: 2,000 wishes in Chromium");
    // What drives the browser need not be fast.
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root());
    cargo.args([
        "build",
        "--package",
        "bookplate-tests",
        "--example",
        "long_list",
    ]);
    shell::run(&mut cargo)?;
    let mut program = Command::new(paths::target().join("debug/examples/long_list"));
    program.env("BOOKPLATE_BIN", paths::target().join("release/bookplate"));
    let said = shell::read(&mut program)?;
    let measured: Vec<Measured> =
        serde_json::from_str(&said).with_context(|| format!("not what it prints: {said}"))?;
    for Measured {
        name,
        fetched,
        script,
        style,
        layout,
    } in measured
    {
        let all = script + style + layout;
        let (name, figure) = (format!("list: {name}"), format!("{all:.1} ms"));
        let parts = format!(
            "script {script:.1} ms, style {style:.1} ms, layout {layout:.1} ms on the page's main thread"
        );
        // What is fetched comes in several tasks, between which the page goes on.
        if fetched {
            table.add(&name, figure, &parts);
        } else {
            table.add_with_goal(&name, figure, format!("≤ {LONG} ms"), all <= LONG, &parts);
        }
    }
    Ok(())
}
