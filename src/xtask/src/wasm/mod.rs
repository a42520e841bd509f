//! Makes the files that browsers download.
//!
//! The way from Rust to a shopper:
//! 1. [`compile`] turns `bookplate-app` into one wasm file, standard library included ([`toolchain`]
//!    finds the Rust that can). `bookplate-site`, for the hosted pages, is another one, which skips step 2.
//! 2. [`split`] cuts it along its `#[wasm_split]` seams into a main part and one part a widget.
//! 3. [`snip`] takes out what is linked in but never used.
//! 4. [`bindgen`] has wasm-bindgen write the JavaScript side of the main part.
//! 5. [`optimize`] makes every part small.
//! 6. [`scripts`] joins and minifies the JavaScript, the loader and the style sheets.
//! 7. [`publish`] compresses everything, and names the folder after its content.
//! 8. [`place`] puts that folder where servers and tests read it, whole.
//!
//! Every step leaves its result in a folder of its own and is skipped while its inputs are the same
//! ([`stamp`]), so a second build takes seconds.

mod bindgen;
mod compile;
mod npm;
mod optimize;
mod parts;
mod place;
pub mod publish;
pub mod report;
mod scope;
mod scripts;
mod snip;
mod split;
pub mod stamp;
pub mod toolchain;

use crate::{paths, shell};
use anyhow::Result;
use publish::Assets;
use std::path::PathBuf;
use toolchain::{Choice, Toolchain};

/// What the files are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For shoppers: as small as can be.
    Release,
    /// For development and for the browser tests that look for hydration mismatches, which Leptos
    /// reports only where debug assertions are on.
    Dev,
}

impl Mode {
    /// The profile in the workspace's `Cargo.toml`.
    const fn profile(self) -> &'static str {
        match self {
            Self::Release => "wasm",
            Self::Dev => "wasm-dev",
        }
    }

    /// Folder of what comes out, below `target/bookplate/`.
    const fn assets(self) -> &'static str {
        match self {
            Self::Release => "assets",
            Self::Dev => "assets-dev",
        }
    }

    /// A folder for what a step makes on the way.
    fn scratch(self, step: &str) -> PathBuf {
        paths::target()
            .join("wasm/steps")
            .join(self.profile())
            .join(step)
    }
}

/// Builds everything into `target/bookplate/assets/` (or `assets-dev/`), with the toolchain of `choice`.
///
/// # Errors
/// When a tool is missing and cannot be installed, a step fails, or the loader has grown too large.
pub fn build(mode: Mode, choice: Choice) -> Result<Assets> {
    let toolchain = Toolchain::find(choice)?;
    let tools = npm::Tools::install()?;
    shell::step(&format!("wasm: compiling ({toolchain})"));
    let split = split::split(mode, &compile::compile(mode, &toolchain, &compile::APP)?)?;
    let site = bindgen::whole(mode, &compile::compile(mode, &toolchain, &compile::SITE)?)?;
    let (app, parts) = match mode {
        Mode::Release => {
            let bound = bindgen::bindgen(mode, &split, &snip::snip(mode, &split)?)?;
            let small = |bound, step| optimize::optimize(&tools, bound, mode.scratch(step));
            let parts = [small(&bound, "optimize")?, small(&site, "optimize-site")?];
            (bound, parts)
        }
        Mode::Dev => {
            let bound = bindgen::bindgen(mode, &split, &split)?;
            (bound.clone(), [bound, site.clone()])
        }
    };
    let scripts = scripts::build(mode, &tools, &app, &site)?;
    publish::publish(mode, &scripts, &parts)
}
