#![doc = include_str!("../README.md")]

mod bench;
mod build;
mod chance;
mod check_features;
mod covers;
mod demo;
mod fuzz;
mod install;
mod load_set;
mod paths;
mod python;
mod serve;
mod shell;
mod shop_site;
mod suite;
mod test;
mod wasm;
mod watch;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Every command of a contributor to Bookplate and of its CI.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// One variant and one module a command; the module's `Args` is the command line, its `run` the work.
#[derive(Subcommand)]
enum Command {
    /// Builds what browsers download: loader, wasm, styles
    Build(build::Args),
    /// Builds everything, loads the demo on first run, and serves the pretend shop and the server
    Serve(serve::Args),
    /// Serves the demo from quick builds, and builds again what changes
    Watch(watch::Args),
    /// Checks format, lints, documentation and generated files, and runs every test
    Test(test::Args),
    /// Makes up requests from the API's description, and checks what the server answers
    Fuzz(fuzz::Args),
    /// Checks that every feature has its file in every layer, and other habits of the file tree
    CheckFeatures(check_features::Args),
    /// Measures sizes, rates, latencies, memory and imports, and prints a table with the goals
    Bench(bench::Args),
    /// Writes a catalogue and reviews of any size, made up from a seed
    LoadSet(load_set::Args),
    /// Draws the covers of the demo's books
    Covers(covers::Args),
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Build(args) => build::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::CheckFeatures(args) => check_features::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::LoadSet(args) => load_set::run(&args),
        Command::Covers(args) => covers::run(&args),
    }
}
