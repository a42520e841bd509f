//! Says what a shopper's browser downloads.

use super::publish::{Assets, LOADER_MAX, Place};
use anyhow::Result;
use std::io::Write;

/// What a page with reviews may weigh in all, in bytes, brotli at its best.
pub const PAGE_MAX: usize = 80_000;

/// Prints a table of the files and their sizes.
///
/// # Errors
/// When stdout is closed.
pub fn print(assets: &Assets) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<28}{:>12}{:>12}", "file", "bytes", "brotli 11")?;
    for file in &assets.files {
        writeln!(out, "{:<28}{:>12}{:>12}", file.name, file.raw, file.brotli)?;
    }
    for (name, place) in [
        ("a page with reviews", Place::Reviews),
        ("a page of the site", Place::Hosted),
    ] {
        let files = assets.files.iter();
        let files = files.filter(|file| file.place == place && file.name != "page.css");
        let (raw, brotli) = files.fold((0, 0), |(raw, brotli), file| {
            (raw + file.raw, brotli + file.brotli)
        });
        writeln!(out, "{name:<28}{raw:>12}{brotli:>12}")?;
    }
    writeln!(
        out,
        "limits: loader {LOADER_MAX}, a page with reviews {PAGE_MAX}"
    )?;
    writeln!(out, "in {}", assets.folder.display())?;
    Ok(())
}
