//! Joins and minifies what is text: the loader, the wasm module's JavaScript, the style sheets.

use super::bindgen::{NAME, SITE};
use super::{Mode, npm::Tools, scope, stamp};
use crate::{paths, shell};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest browsers that get a working widget: those with constructed style sheets and
/// declarative shadow roots or, where these are missing, the script that stands in for them.
const TARGETS: &str = "--target=chrome111,firefox114,safari16.4";

/// Come before all other sheets, which build upon them.
const STYLES_FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// Files of their own: of the hosted pages, which the server makes, of what only those see who do more than read, and of
/// accounts, lists, hearts, points and feedback, which most pages do not have. That of orders is a part of two others.
const STYLES_APART: [&str; 10] = [
    "account.css",
    "desk.css",
    "earn.css",
    "feedback.css",
    "orders.css",
    "page.css",
    "points.css",
    "site.css",
    "wishlist.css",
    "wishlists.css",
];

/// Those of them that an element brings along, and that element: named in each rule, so that they weigh more than the sheet that
/// all widgets share, which comes later.
const STYLES_OF_ELEMENTS: [(&str, &str); 6] = [
    ("account.css", ":host(bookplate-account)"),
    ("earn.css", ":host(bookplate-earn)"),
    ("feedback.css", ":host(bookplate-feedback)"),
    ("points.css", ":host(bookplate-points)"),
    ("wishlist.css", ":host(bookplate-wishlist)"),
    ("wishlists.css", ":host(bookplate-wish-button)"),
];

/// What stands for a hosted page in a browser's tab.
const ICON: &str = "icon.svg";

/// Words for JavaScript, by language and key.
type Words = BTreeMap<String, BTreeMap<String, String>>;

/// What the loader says.
const LOADER_WORDS: (&str, &[&str]) = ("loader.toml", &["failed", "offline", "retry"]);

/// What `app.js` says as long as there is no wasm, which says it in the same words.
const APP_WORDS: (&str, &[&str]) = ("common.toml", &["failed", "offline", "retry"]);

/// Builds `bookplate.js` (whose `__VERSION__` is still to be filled in), `app.js`, `identity.js`, `site.js` and the style sheets;
/// returns their folder. `app` and `site` are the folders with the JavaScript that belongs to their wasm.
///
/// # Errors
/// When a source is missing or is no valid JavaScript or CSS.
pub fn build(mode: Mode, tools: &Tools, app: &Path, site: &Path) -> Result<PathBuf> {
    let folder = mode.scratch("scripts");
    let root = paths::root();
    let glue = |folder: &Path, name| folder.join(name).with_extension("js");
    let styles = styles(&root.join("style"))?;
    let pages = STYLES_APART.map(|name| root.join("style").join(name));
    let words = |from| {
        let words = words(&root.join("public/locales"), from)?;
        anyhow::Ok(format!("--define:WORDS={}", serde_json::to_string(&words)?))
    };
    let (loader_words, app_words) = (words(LOADER_WORDS)?, words(APP_WORDS)?);
    let mut inputs = vec![include_bytes!("scripts.rs").to_vec()];
    inputs.extend([&styles, &loader_words, &app_words].map(|text| text.clone().into_bytes()));
    let icon = root.join("style").join(ICON);
    let element = root.join("src/element/js");
    let page_script = root.join("src/site/js/site.js");
    let sources = [
        files(&element, "js")?,
        pages.to_vec(),
        files(&root.join("style/site"), "css")?,
        vec![page_script.clone(), icon.clone()],
    ];
    // All of the glue: what the module imports names the very build that it belongs to.
    for source in [sources.concat(), files(app, "js")?, files(site, "js")?].concat() {
        inputs.push(fs::read(source)?);
    }
    stamp::once(&folder, inputs.iter().map(Vec::as_slice), || {
        shell::step("wasm: joining scripts and styles");
        let joined = folder.join("joined.css");
        fs::write(&joined, &styles)?;
        esbuild(mode, tools, &joined, &folder.join("bookplate.css"), &[])?;
        fs::remove_file(&joined)?;
        fs::copy(&icon, folder.join(ICON)).context(ICON)?;
        for page in &pages {
            let name = page.file_name().unwrap_or_default();
            let made = folder.join(name);
            // What they share with the widgets they import.
            esbuild(mode, tools, page, &made, &["--bundle"])?;
            if let Some((_, host)) = STYLES_OF_ELEMENTS.iter().find(|(of, _)| name == *of) {
                let css = fs::read_to_string(&made)?;
                fs::write(&made, scope::scoped(&css, host))?;
            }
        }
        let module = |from: &Path, to: &str, alias: &str, glue: &Path| {
            let alias = format!("--alias:{alias}={}", glue.display());
            // The identity is a file of its own, for the pages that need it.
            let options = [
                "--bundle",
                "--format=esm",
                &alias,
                "--external:./identity.js",
                &app_words,
            ];
            esbuild(mode, tools, from, &folder.join(to), &options)
        };
        let app = glue(app, NAME);
        module(&element.join("app.js"), "app.js", "bookplate-wasm", &app)?;
        let site = glue(site, SITE);
        module(&page_script, "site.js", "bookplate-site-wasm", &site)?;
        esbuild(
            mode,
            tools,
            &element.join("identity.js"),
            &folder.join("identity.js"),
            &[
                "--bundle",
                "--format=esm",
                "--external:./feedback.js",
                "--external:./wishlists.js",
            ],
        )?;
        // Each fetches the next one where it is needed.
        for name in ["feedback.js", "wishlists.js", "lists.js"] {
            let (from, to) = (element.join(name), folder.join(name));
            let options = ["--bundle", "--format=esm", "--external:./lists.js"];
            esbuild(mode, tools, &from, &to, &options)?;
        }
        esbuild(
            mode,
            tools,
            &element.join("loader.js"),
            &folder.join("bookplate.js"),
            &[
                "--bundle",
                "--format=iife",
                "--mangle-props=^_",
                &loader_words,
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
    sheets.retain(|sheet| !STYLES_APART.iter().any(|page| sheet.ends_with(page)));
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
    Ok(scope::scoped(&joined, ":host"))
}

/// Some words of a file in every language.
fn words(locales: &Path, (name, keys): (&str, &[&str])) -> Result<Words> {
    let mut words = Words::new();
    for language in bookplate_wire::Lang::ALL {
        let file = locales.join(language.tag()).join(name);
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let texts: toml::Table =
            toml::from_str(&text).with_context(|| file.display().to_string())?;
        let word = |key: &&str| {
            let word = texts.get(*key).and_then(toml::Value::as_str);
            let word = word.with_context(|| format!("{} has no {key}", file.display()))?;
            anyhow::Ok(((*key).to_owned(), word.to_owned()))
        };
        let chosen = keys.iter().map(word).collect::<Result<_>>()?;
        words.insert(language.tag().to_owned(), chosen);
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
