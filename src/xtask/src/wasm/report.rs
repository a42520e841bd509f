//! Says what a shopper's browser downloads.

use super::publish::{Assets, LOADER_MAX};
use anyhow::Result;
use std::io::Write;

/// What a page with reviews may weigh in all, in bytes, brotli at its best.
pub const PAGE_MAX: usize = 80_000;

/// What a page with reviews never loads: what belongs to our own hosted pages, and to other widgets. (What
/// several widgets share counts, whichever they are.)
const ELSEWHERE: [&str; 3] = ["page.css", "identity.js", "split_account.wasm"];

/// Whether a page with reviews loads a file.
pub fn is_with_reviews(name: &str) -> bool {
    !ELSEWHERE.contains(&name)
}

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
        if is_with_reviews(&file.name) {
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
