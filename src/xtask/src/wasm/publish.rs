//! Names the folder after its content, compresses everything, and puts it in place.

use super::{Mode, split, stamp};
use crate::{paths, shell};
use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The loader stands in every page of every shop, so it must stay small: bytes, brotli at its best.
pub const LOADER_MAX: usize = 2_048;

/// What one file weighs.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Bytes as built.
    pub raw: usize,
    /// Bytes with brotli 11.
    pub brotli: usize,
}

/// The built files.
#[derive(Debug, Clone)]
pub struct Assets {
    /// Where they are.
    pub folder: PathBuf,
    /// The loader first.
    pub files: Vec<File>,
}

/// Puts the loader, and all other files in a folder named after their content, into
/// `target/bookplate/`.
///
/// Browsers keep `<version>/…` for ever, so its name must change with any byte of it. `manifest.json`
/// tells the server which version is current.
///
/// # Errors
/// When the loader has grown beyond [`LOADER_MAX`], or a file cannot be read or written.
pub fn publish(mode: Mode, scripts: &Path, wasm: &Path) -> Result<Assets> {
    let folder = paths::bookplate(mode.assets());
    let loader = fs::read_to_string(scripts.join("bookplate.js")).context("reading the loader")?;
    let mut contents = Vec::new();
    let texts = ["app.js", "bookplate.css", "page.css"].map(|name| scripts.join(name));
    for path in texts.into_iter().chain(split::wasm_files(wasm)?) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .context("a file's name")?;
        let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        contents.push((name.to_owned(), content));
    }
    let parts = contents
        .iter()
        .flat_map(|(name, content)| [name.as_bytes(), content]);
    let version = stamp::digest(parts)[..12].to_owned();
    contents.insert(
        0,
        (
            "bookplate.js".into(),
            loader.replace("__VERSION__", &version).into(),
        ),
    );

    let parts = contents
        .iter()
        .flat_map(|(name, content)| [name.as_bytes(), content]);
    let parts = parts.chain([&include_bytes!("publish.rs")[..]]);
    stamp::once(&folder, parts, || {
        shell::step("wasm: compressing");
        let versioned = folder.join(&version);
        fs::create_dir_all(&versioned)?;
        std::thread::scope(|scope| {
            let mut jobs = Vec::new();
            for (name, content) in &contents {
                let at = if name == "bookplate.js" {
                    &folder
                } else {
                    &versioned
                };
                jobs.push(scope.spawn(move || write(&at.join(name), content)));
            }
            jobs.into_iter()
                .try_for_each(|job| job.join().map_err(|_| anyhow!("compressing panicked"))?)
        })?;
        let manifest = serde_json::json!({ "version": version });
        fs::write(folder.join("manifest.json"), manifest.to_string()).context("manifest.json")
    })?;

    let mut files = Vec::new();
    for (name, content) in &contents {
        let at = if name == "bookplate.js" {
            folder.clone()
        } else {
            folder.join(&version)
        };
        let brotli = fs::metadata(at.join(format!("{name}.br")))?.len() as usize;
        files.push(File {
            name: name.clone(),
            raw: content.len(),
            brotli,
        });
    }
    let loader = files[0].brotli;
    ensure!(
        mode == Mode::Dev || loader <= LOADER_MAX,
        "the loader has {loader} bytes compressed, {} more than it may have: \
         move something to what is loaded later",
        loader - LOADER_MAX,
    );
    Ok(Assets { folder, files })
}

/// Writes a file as it is, with brotli and with gzip, each as small as it gets.
fn write(path: &Path, content: &[u8]) -> Result<()> {
    let with = |extension: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(extension);
        PathBuf::from(name)
    };
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut small, &params)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    fs::write(path, content)?;
    fs::write(with(".br"), small)?;
    fs::write(with(".gz"), gzip.finish()?)?;
    Ok(())
}
