//! Says what a shopper's browser downloads.

use super::publish::{Assets, LOADER_MAX};
use anyhow::Result;
use std::io::Write;

/// What a page with reviews may weigh in all, in bytes, brotli at its best.
pub const PAGE_MAX: usize = 80_000;

/// Not loaded by shops' pages.
const OF_HOSTED_PAGES: &str = "page.css";

/// Prints a table of the files and their sizes.
///
/// # Errors
/// When stdout is closed.
pub fn print(assets: &Assets) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<28}{:>12}{:>12}", "file", "bytes", "brotli 11")?;
    let (mut raw, mut brotli) = (0, 0);
    for file in &assets.files {
        writeln!(out, "{:<28}{:>12}{:>12}", file.name, file.raw, file.brotli)?;
        if file.name != OF_HOSTED_PAGES {
            raw += file.raw;
            brotli += file.brotli;
        }
    }
    writeln!(out, "{:<28}{raw:>12}{brotli:>12}", "a page with reviews")?;
    writeln!(
        out,
        "limits: loader {LOADER_MAX}, a page with reviews {PAGE_MAX}"
    )?;
    writeln!(out, "in {}", assets.folder.display())?;
    Ok(())
}
