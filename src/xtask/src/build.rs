//! `cargo xtask build`

use crate::wasm::{self, Mode, toolchain::Choice};
use anyhow::Result;

/// Builds what browsers download, into `target/bookplate/assets/`.
#[derive(clap::Args)]
pub struct Args {
    /// Quick to build, large, with debug assertions; into `target/bookplate/assets-dev/`
    #[arg(long)]
    dev: bool,
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

/// Runs the command.
///
/// # Errors
/// When a step fails, or the loader has grown too large.
pub fn run(args: &Args) -> Result<()> {
    let mode = if args.dev { Mode::Dev } else { Mode::Release };
    let assets = wasm::build(mode, args.toolchain)?;
    wasm::report::print(&assets)
}
