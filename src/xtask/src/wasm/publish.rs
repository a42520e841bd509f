//! Compresses everything, and names the folder after its content.

use super::parts::{self, Part};
use super::{Mode, place, split, stamp};
use crate::{paths, shell};
use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The loader stands in every page of every shop, so it must stay small: bytes, brotli at its best.
pub const LOADER_MAX: usize = 2_048;

const LOADER: &str = "bookplate.js";

/// What one file weighs.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Bytes as built.
    pub raw: usize,
    /// Bytes with brotli 11.
    pub brotli: usize,
    /// Which pages load it.
    pub place: Place,
}

/// Which pages load a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A shop's page with reviews.
    Reviews,
    /// A shop's page with other widgets.
    Widgets,
    /// Our own hosted pages.
    Hosted,
}

/// Which pages load a file. `loads` is what loads the parts of the wasm: it says of each that is shared which widgets it
/// is for.
fn place_of(name: &str, loads: &str) -> Place {
    match name {
        "icon.svg" | "page.css" | "site.css" | "site.js" | "site_bg.wasm" => Place::Hosted,
        "account.css"
        | "desk.css"
        | "feedback.css"
        | "feedback.js"
        | "identity.js"
        | "lists.js"
        | "split_desk.wasm"
        | "earn.css"
        | "points.css"
        | "split_personal.wasm"
        | "split_wishlist.wasm"
        | "wishlist.css"
        | "wishlists.css"
        | "wishlists.js" => Place::Widgets,
        _ => {
            let begins = format!("const __{} = ", name.trim_end_matches(".wasm"));
            let mut lines = loads.lines().zip(loads.lines().skip(1));
            let users = lines.find_map(|(users, line)| line.starts_with(&begins).then_some(users));
            match users {
                Some(users) if !users.contains("reviews") => Place::Widgets,
                _ => Place::Reviews,
            }
        }
    }
}

/// The built files.
#[derive(Debug, Clone)]
pub struct Assets {
    /// Where they are: what the server's setting `assets` names.
    pub folder: PathBuf,
    /// Changes with any byte of any of them.
    pub version: String,
    /// The loader first.
    pub files: Vec<File>,
}

/// Puts all files into `target/bookplate/`, in a folder named after their content.
///
/// Browsers keep `<version>/…` for ever, so its name must change with any byte of it. `manifest.json`
/// tells the server which version is current.
///
/// # Errors
/// When the loader has grown beyond [`LOADER_MAX`], or a file cannot be read or written.
pub fn publish(mode: Mode, scripts: &Path, wasm: &[PathBuf]) -> Result<Assets> {
    let mut files = Vec::new();
    for folder in wasm {
        files.extend(parts::read(folder)?);
    }
    let others = [
        "icon.svg",
        "site.css",
        "site.js",
        "page.css",
        "account.css",
        "bookplate.css",
        "desk.css",
        "earn.css",
        "feedback.css",
        "feedback.js",
        "points.css",
        "identity.js",
        "lists.js",
        "wishlist.css",
        "wishlists.css",
        "wishlists.js",
        "app.js",
    ];
    for name in others.into_iter().chain([LOADER]) {
        files.insert(0, script(scripts, name)?);
    }
    let version = version(&files);
    let loader = String::from_utf8(files.remove(0).content).context("the loader")?;
    files.insert(
        0,
        Part {
            name: LOADER.to_owned(),
            content: loader.replace("__VERSION__", &version).into_bytes(),
        },
    );

    let compressed = mode.scratch("publish");
    let inputs = [version.as_bytes(), include_bytes!("publish.rs")];
    stamp::once(&compressed, inputs, || {
        shell::step("wasm: compressing");
        std::thread::scope(|scope| {
            let jobs: Vec<_> = files
                .iter()
                .map(|file| scope.spawn(|| write(mode, &compressed, file)))
                .collect();
            jobs.into_iter()
                .try_for_each(|job| job.join().map_err(|_| anyhow!("compressing panicked"))?)
        })
    })?;

    let loads = mode.scratch("split").join(split::LOADS);
    let loads = fs::read_to_string(&loads).with_context(|| loads.display().to_string())?;
    let weighed: Vec<File> = files
        .iter()
        .map(|file| weigh(&compressed, file, &loads))
        .collect::<Result<_>>()?;
    let loader = weighed[0].brotli;
    ensure!(
        mode == Mode::Dev || loader <= LOADER_MAX,
        "the loader has {loader} bytes compressed, {} more than it may have: \
         move something to what is loaded later",
        loader - LOADER_MAX,
    );
    let folder = paths::bookplate(mode.assets());
    place::place(&compressed, &folder, &version)?;
    Ok(Assets {
        folder,
        version,
        files: weighed,
    })
}

fn script(folder: &Path, name: &str) -> Result<Part> {
    let content = fs::read(folder.join(name)).with_context(|| format!("reading {name}"))?;
    Ok(Part {
        name: name.to_owned(),
        content,
    })
}

fn version(files: &[Part]) -> String {
    // Letters that scripts are made of: figures hardly occur in the loader, and make it longer by up to a dozen bytes.
    const LETTERS: &[u8; 16] = b"acdefhilmnoprstu";
    let bytes = files
        .iter()
        .flat_map(|file| [file.name.as_bytes(), &file.content]);
    let digest = stamp::digest(bytes);
    let digits = digest.chars().take(8).filter_map(|c| c.to_digit(16));
    digits
        .map(|digit| char::from(LETTERS[digit as usize]))
        .collect()
}

/// What no shopper downloads is compressed quickly, from this many bytes on.
const LARGE: usize = 100_000;

/// Writes a file as it is, with brotli and with gzip, each as small as it gets.
fn write(mode: Mode, folder: &Path, file: &Part) -> Result<()> {
    let Part { name, content } = file;
    let is_large = content.len() > LARGE;
    // Which window is best for a small file is luck, and a matter of some bytes.
    let windows: &[i32] = if is_large { &[22] } else { &[22, 16, 12] };
    let mut best: Option<Vec<u8>> = None;
    for &lgwin in windows {
        let params = brotli::enc::BrotliEncoderParams {
            quality: if is_large && mode == Mode::Dev { 2 } else { 11 },
            lgwin,
            size_hint: content.len(),
            ..Default::default()
        };
        let mut small = Vec::new();
        brotli::BrotliCompress(&mut &content[..], &mut small, &params)?;
        if best.as_ref().is_none_or(|best| small.len() < best.len()) {
            best = Some(small);
        }
    }
    let small = best.unwrap_or_default();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    fs::write(folder.join(name), content)?;
    fs::write(folder.join(format!("{name}.br")), small)?;
    fs::write(folder.join(format!("{name}.gz")), gzip.finish()?)?;
    Ok(())
}

fn weigh(folder: &Path, file: &Part, loads: &str) -> Result<File> {
    let compressed = folder.join(format!("{}.br", file.name));
    let brotli = fs::metadata(&compressed).with_context(|| compressed.display().to_string())?;
    Ok(File {
        name: file.name.clone(),
        raw: file.content.len(),
        brotli: brotli.len() as usize,
        place: place_of(&file.name, loads),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_widgets_share_is_loaded_by_these_alone() {
        let loads = "/* desk, personal */\nconst __chunk_4 = makeLoad(() => {\n\
                     /* desk, reviews */\nconst __chunk_40 = makeLoad(() => {\n";
        assert_eq!(place_of("chunk_4.wasm", loads), Place::Widgets);
        assert_eq!(place_of("chunk_40.wasm", loads), Place::Reviews);
        // What nobody knows of counts.
        assert_eq!(place_of("chunk_5.wasm", loads), Place::Reviews);
        assert_eq!(place_of("app.js", loads), Place::Reviews);
    }

    #[test]
    fn any_byte_and_any_name_changes_the_version() {
        let part = |name: &str, content: &[u8]| Part {
            name: name.to_owned(),
            content: content.to_owned(),
        };
        let versions = [
            version(&[part("a.js", b"1"), part("b.js", b"2")]),
            version(&[part("a.js", b"1"), part("b.js", b"3")]),
            version(&[part("a.js", b"1"), part("c.js", b"2")]),
            version(&[part("a.js", b"12"), part("b.js", b"")]),
        ];
        for (at, one) in versions.iter().enumerate() {
            assert_eq!(one.len(), 8);
            assert!(!versions[at + 1..].contains(one), "{versions:?}");
        }
    }
}
