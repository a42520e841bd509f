//! Joins and minifies what is text: the loader, the wasm module's JavaScript, the style sheets.

use super::{Mode, bindgen::NAME, npm::Tools, scope, stamp};
use crate::{paths, shell};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest browsers that get a working widget: those with constructed style sheets and
/// declarative shadow roots or, where these are missing, the script that stands in for them.
const TARGETS: &str = "--target=chrome111,firefox114,safari16.4";

/// Come before all other sheets, which build upon them.
const STYLES_FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// Belongs to the hosted pages, which the server makes, and not into shadow roots.
const STYLE_OF_PAGES: &str = "page.css";

/// The loader's words, by language and key.
type Words = BTreeMap<String, BTreeMap<String, String>>;

/// Builds `bookplate.js` (whose `__VERSION__` is still to be filled in), `app.js`, `identity.js` and
/// `bookplate.css`; returns their folder. `glue` is the folder with the JavaScript that belongs to the wasm parts.
///
/// # Errors
/// When a source is missing or is no valid JavaScript or CSS.
pub fn build(mode: Mode, tools: &Tools, glue: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("scripts");
    let root = paths::root();
    let module = glue.join(NAME).with_extension("js");
    let styles = styles(&root.join("style"))?;
    let page = root.join("style").join(STYLE_OF_PAGES);
    let words = serde_json::to_string(&words(&root.join("public/locales"))?)?;
    let mut inputs = vec![include_bytes!("scripts.rs").to_vec()];
    inputs.extend([styles.clone().into_bytes(), words.clone().into_bytes()]);
    inputs.push(fs::read(&page)?);
    let element = root.join("src/element/js");
    // All of the glue: what the module imports names the very build that it belongs to.
    for source in [files(&element, "js")?, files(glue, "js")?].concat() {
        inputs.push(fs::read(source)?);
    }
    stamp::once(&folder, inputs.iter().map(Vec::as_slice), || {
        shell::step("wasm: joining scripts and styles");
        let joined = folder.join("joined.css");
        fs::write(&joined, &styles)?;
        esbuild(mode, tools, &joined, &folder.join("bookplate.css"), &[])?;
        fs::remove_file(&joined)?;
        esbuild(mode, tools, &page, &folder.join(STYLE_OF_PAGES), &[])?;
        esbuild(
            mode,
            tools,
            &element.join("app.js"),
            &folder.join("app.js"),
            &[
                "--bundle",
                "--format=esm",
                &format!("--alias:bookplate-wasm={}", module.display()),
                // A file of its own, for the pages that need it.
                "--external:./identity.js",
            ],
        )?;
        esbuild(
            mode,
            tools,
            &element.join("identity.js"),
            &folder.join("identity.js"),
            &["--format=esm"],
        )?;
        esbuild(
            mode,
            tools,
            &element.join("loader.js"),
            &folder.join("bookplate.js"),
            &[
                "--bundle",
                "--format=iife",
                "--mangle-props=^_",
                &format!("--define:WORDS={words}"),
            ],
        )
    })?;
    Ok(folder)
}

fn esbuild(mode: Mode, tools: &Tools, from: &Path, to: &Path, options: &[&str]) -> Result<()> {
    let mut esbuild = tools.esbuild();
    esbuild
        .arg(from)
        .args([TARGETS, "--log-level=warning", "--charset=utf8"]);
    esbuild
        .args(options)
        .arg(format!("--outfile={}", to.display()));
    if mode == Mode::Release {
        esbuild.args(["--minify", "--legal-comments=none"]);
    }
    shell::run_quietly(&mut esbuild)
}

/// The widgets' style sheets as one, for shadow roots: the foundation first, then the features by name.
fn styles(folder: &Path) -> Result<String> {
    let mut sheets = files(folder, "css")?;
    sheets.retain(|sheet| !sheet.ends_with(STYLE_OF_PAGES));
    sheets.sort_by_key(|sheet| {
        let name = sheet.file_name().unwrap_or_default().to_owned();
        let place = STYLES_FIRST.iter().position(|first| name == *first);
        (place.unwrap_or(STYLES_FIRST.len()), name)
    });
    let mut joined = String::new();
    for sheet in sheets {
        joined += &fs::read_to_string(&sheet).with_context(|| sheet.display().to_string())?;
        joined.push('\n');
    }
    Ok(scope::scoped(&joined))
}

/// The words of `loader.toml` in every language; each must have the same keys.
fn words(locales: &Path) -> Result<Words> {
    let mut words = Words::new();
    for language in bookplate_wire::Lang::ALL {
        let file = locales.join(language.tag()).join("loader.toml");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let texts = toml::from_str(&text).with_context(|| file.display().to_string())?;
        words.insert(language.tag().to_owned(), texts);
    }
    let mut all = words.iter();
    if let Some((first, texts)) = all.next() {
        for (language, others) in all {
            ensure!(
                texts.keys().eq(others.keys()),
                "loader.toml has other keys in {language} than in {first}"
            );
        }
    }
    Ok(words)
}

/// The files of a folder with one extension, by name.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|of_file| of_file == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
