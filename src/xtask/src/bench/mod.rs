//! `cargo xtask bench`: the figures that Bookplate promises, as this machine has them.
//!
//! Machines differ, so rates are compared within one run: the same load generator on the same two
//! processors, in turns. Nothing here fails because a figure is bad; the table says which goals are
//! missed, and people draw the conclusions.

mod data;
mod feedback;
mod http;
mod import;
mod latency;
mod lists;
mod memory;
mod points;
mod process;
mod rates;
mod sizes;
mod stage;
mod table;
mod wishes;
mod writes;
mod wrk;

use crate::demo::Program;
use crate::wasm::{self, Mode, toolchain::Choice};
use crate::{paths, shell};
use anyhow::Result;
use data::{Data, Scale};
use process::Running;
use std::process::Command;
use table::Table;

/// Measures sizes, rates, latencies, memory and imports, and prints a table with the goals
#[derive(clap::Args)]
pub struct Args {
    /// Measure only this; can be repeated
    #[arg(long, value_enum, value_name = "PART")]
    only: Vec<Part>,
    /// Fewer reviews, shorter runs: to see that everything works, not to judge by
    #[arg(long)]
    quick: bool,
    /// Load the data again, which also measures imports again (with --database into an empty database)
    #[arg(long)]
    fresh: bool,
    /// Another database than SQLite in target/bench/, such as postgres://user@host/name
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// What a browser downloads
    Sizes,
    /// Requests a second, against a bare handler
    Rates,
    /// Books with few, many and very many reviews
    Latency,
    /// What the server holds
    Memory,
    /// Orders and sign-ins a second
    Writes,
    /// Transactions of points a second, a long statement, and rules simulated on a million orders
    Points,
    /// Cases a second, a million messages searched, and 2,000 pages that are told of changes
    Feedback,
    /// A list of 2,000 wishes, in Chromium
    Lists,
    /// Records a second
    Import,
}

/// Runs the command.
///
/// # Errors
/// When something cannot be built, started or measured; never because of a figure.
pub fn run(args: &Args) -> Result<()> {
    let wants = |part| args.only.is_empty() || args.only.contains(&part);
    let mut table = Table::default();
    let assets = wasm::build(Mode::Release, args.toolchain)?;
    if wants(Part::Sizes) {
        sizes::measure(&assets, &mut table);
    }
    if args.only.iter().any(|part| *part != Part::Sizes) || args.only.is_empty() {
        shell::step("server: compiling");
        let mut cargo = Command::new("cargo");
        cargo.current_dir(paths::root());
        cargo.args(["build", "--release", "--package", "bookplate-server"]);
        cargo.args(["--package", "bookplate-store"]);
        shell::run(cargo.args(["--bins", "--examples"]))?;

        if wants(Part::Lists) {
            lists::measure(&mut table)?;
        }
        let scale = if args.quick {
            Scale::QUICK
        } else {
            Scale::FULL
        };
        let data = Data::new(scale, args.database.clone());
        let mut program = Program::new(
            paths::target().join("release/bookplate"),
            &assets.folder,
            data.database.clone(),
        );
        program.set("BOOKPLATE_LISTEN", "127.0.0.1:0".into());
        // One address asks for all; it is counted all the same.
        program.set("BOOKPLATE_LIMIT_ADDRESS", "1000000000".into());
        if wants(Part::Writes) {
            writes::measure(&data, &assets.folder, &mut table)?;
        }
        if wants(Part::Points) {
            points::measure(&data, &assets.folder, args.quick, &mut table)?;
        }
        if wants(Part::Feedback) {
            feedback::measure(&data, &assets.folder, args.quick, &mut table)?;
        }
        let apart = [Part::Lists, Part::Writes, Part::Points, Part::Feedback];
        if !args.only.is_empty() && args.only.iter().all(|part| apart.contains(part)) {
            return table.print();
        }
        let imports = data.load(&program, args.fresh)?;
        if [Part::Rates, Part::Latency, Part::Memory]
            .into_iter()
            .any(wants)
        {
            measure_server(&data, &program, &mut table, wants)?;
        }
        if wants(Part::Import) {
            import::report(&imports, &mut table);
        }
    }
    table.print()
}

fn measure_server(
    data: &Data,
    program: &Program,
    table: &mut Table,
    wants: impl Fn(Part) -> bool,
) -> Result<()> {
    shell::step("server: starting");
    let server = Running::start(program.command(&["serve"]), &data.folder.join("server.log"))?;
    data.check(&server)?;
    let at_rest = memory::resident(&server)?;
    if wants(Part::Rates) {
        rates::measure(data, &server, table)?;
    }
    if wants(Part::Latency) {
        latency::measure(data, &server, table)?;
    }
    if wants(Part::Memory) {
        if !wants(Part::Rates) {
            rates::load(data, &server)?;
        }
        memory::report(at_rest, memory::resident(&server)?, table);
    }
    Ok(())
}
