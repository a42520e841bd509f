//! `cargo xtask check-features`: what a newcomer relies on when looking for a file.
//!
//! A feature has one name in every layer: whoever knows `src/wire/src/reviews.rs` finds its queries,
//! its handlers, its widget, its styles, its words and its tests without a search.

use crate::paths;
use anyhow::{Context, Result, bail};
use bookplate_wire::Lang;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// More lines than anybody reads from top to bottom.
const LINES_MAX: usize = 600;

/// Files that people write, by extension; lock files and snapshots are as long as they are.
const WRITTEN: [&str; 7] = ["rs", "js", "css", "html", "sql", "md", "sh"];

/// A place where a feature has a file or a folder of its name.
#[derive(Debug, Clone, Copy)]
enum Layer {
    Wire,
    Store,
    Server,
    Widgets,
    /// Hosted pages: what they show, and the handlers behind it.
    Site,
    Style,
    Locales,
    ApiTests,
    BrowserTests,
}

use Layer::{ApiTests, BrowserTests, Locales, Server, Site, Store, Style, Widgets, Wire};

/// The features with the layers that they have. A new feature begins with a line here.
const FEATURES: [(&str, &[Layer]); 32] = [
    (
        "reviews",
        &[
            Wire,
            Store,
            Server,
            Widgets,
            Style,
            Locales,
            ApiTests,
            BrowserTests,
        ],
    ),
    // Photos belong to reviews: wire, store and server are those of `reviews`.
    ("photos", &[Widgets, Style, Locales, ApiTests, BrowserTests]),
    // The badge for list pages shows the figures that `reviews` keeps.
    ("rating", &[Widgets, Style, Locales, BrowserTests]),
    (
        "accounts",
        &[
            Wire,
            Store,
            Server,
            Widgets,
            Style,
            Locales,
            ApiTests,
            BrowserTests,
        ],
    ),
    (
        "wishlists",
        &[
            Wire,
            Store,
            Server,
            Widgets,
            Style,
            Locales,
            ApiTests,
            BrowserTests,
        ],
    ),
    // What customers are told of books, whom they follow, what they read; wire, store and server are those of `wishlists`.
    ("alerts", &[Locales, ApiTests]),
    // What they wish for, for the staff; likewise.
    ("demand", &[Locales, ApiTests]),
    // Prices and availability.
    ("offers", &[Wire, Store, Server, Widgets, ApiTests]),
    (
        "orders",
        &[Wire, Store, Server, Widgets, Style, Locales, ApiTests],
    ),
    (
        "points",
        &[
            Wire,
            Store,
            Server,
            Widgets,
            Style,
            Locales,
            ApiTests,
            BrowserTests,
        ],
    ),
    // Membership cards; wire and server are those of `points`, the number is the customer's.
    ("cards", &[Locales, ApiTests]),
    // Wire, store and server are those of `points`; the page to which a link leads is in the member centre.
    ("referrals", &[Locales]),
    // What other rules would have given, and what the shop owes: pages of the console; wire, store and server are those of `points`.
    ("simulation", &[Locales, ApiTests]),
    ("liability", &[Locales, ApiTests]),
    ("consents", &[Wire, Store, Server, ApiTests]),
    ("privacy", &[Wire, Store, Server, Locales, ApiTests]),
    // The member centre shows what other features know.
    ("member", &[Site, Locales, ApiTests, BrowserTests]),
    ("notifications", &[Wire, Store, Server, Locales, ApiTests]),
    // What the console does; its pages are in `src/site/src/console`, its words in `console.toml`.
    ("staff", &[Wire, Store, Server, ApiTests]),
    // Of customers and of the staff; their pages have them among the devices and in the own account.
    (
        "passkeys",
        &[Wire, Store, Server, Locales, ApiTests, BrowserTests],
    ),
    ("settings", &[Wire, Store, Server, ApiTests]),
    ("audit", &[Wire, Store, Server, ApiTests]),
    ("webhooks", &[Wire, Store, Server, Locales, ApiTests]),
    ("deliveries", &[Wire, Store, Server, Locales, ApiTests]),
    // Its pages are in the member centre and in the console, with their style in `style/site`; the staff's words are in
    // `cases.toml`. Asking what a review is about is a part of `reviews`.
    (
        "feedback",
        &[
            Wire,
            Store,
            Server,
            Widgets,
            Style,
            Locales,
            ApiTests,
            BrowserTests,
        ],
    ),
    ("cases", &[Locales]),
    // Its pages are in the member centre and in the console, with their style in `style/site`.
    ("surveys", &[Wire, Store, Server, Locales, ApiTests]),
    // Those that wait; what counts belongs to `orders`.
    ("refunds", &[Locales, ApiTests]),
    // What the shop's own people recommend; wire, store and server are those of `reviews`.
    ("picks", &[Locales, ApiTests, BrowserTests]),
    // What the staff decides about reviews; wire, store and server are those of `reviews`, its page is `reviews.rs` of the console.
    ("moderation", &[Locales, ApiTests, BrowserTests]),
    ("catalogue", &[Wire, Store, Server, ApiTests]),
    ("fragments", &[Wire, Server, ApiTests]),
];

/// Checks that every feature has its file in every layer, and other habits of the file tree
#[derive(clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// When something is not in its place, naming each.
pub fn run(_: &Args) -> Result<()> {
    check()
}

/// Checks the repository.
///
/// # Errors
/// When something is not in its place, naming each.
pub fn check() -> Result<()> {
    let root = paths::root();
    let mut faults = missing_layers(root, &FEATURES);
    faults.extend(long_files(root)?);
    faults.extend(uneven_locales(root)?);
    faults.extend(missing_covers(root)?);
    if faults.is_empty() {
        return Ok(());
    }
    bail!(
        "{} things are not in their place:\n  {}",
        faults.len(),
        faults.join("\n  ")
    )
}

impl Layer {
    /// The paths of which a feature needs one, for each place where the layer wants it.
    fn places(self, feature: &str) -> Vec<Vec<String>> {
        let file_or_folder = |before: &str| {
            vec![vec![
                format!("{before}/{feature}.rs"),
                format!("{before}/{feature}"),
            ]]
        };
        match self {
            Wire => vec![vec![format!("src/wire/src/{feature}.rs")]],
            Store => file_or_folder("src/store/src"),
            Server => file_or_folder("src/server/src"),
            Widgets => file_or_folder("src/widgets/src"),
            Site => [
                file_or_folder("src/site/src"),
                file_or_folder("src/server/src/site"),
            ]
            .concat(),
            Style => vec![vec![format!("style/{feature}.css")]],
            Locales => Lang::ALL
                .iter()
                .map(|lang| vec![format!("public/locales/{}/{feature}.toml", lang.tag())])
                .collect(),
            ApiTests => file_or_folder("tests/api"),
            BrowserTests => file_or_folder("tests/browser"),
        }
    }
}

fn missing_layers(root: &Path, features: &[(&str, &[Layer])]) -> Vec<String> {
    let mut faults = Vec::new();
    for (feature, layers) in features {
        for place in layers.iter().flat_map(|layer| layer.places(feature)) {
            if !place.iter().any(|path| root.join(path).exists()) {
                faults.push(format!("{feature}: there is no {}", place.join(" or ")));
            }
        }
    }
    faults
}

fn long_files(root: &Path) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for folder in ["src", "tests"] {
        for file in paths::files(&root.join(folder))? {
            let extension = file.extension().and_then(|extension| extension.to_str());
            if !extension.is_some_and(|extension| WRITTEN.contains(&extension)) {
                continue;
            }
            let lines = fs::read_to_string(&file)
                .with_context(|| format!("reading {}", file.display()))?
                .lines()
                .count();
            if lines > LINES_MAX {
                let file = file.strip_prefix(root).unwrap_or(&file).display();
                faults.push(format!("{file} has {lines} lines, more than {LINES_MAX}"));
            }
        }
    }
    Ok(faults)
}

/// The files that some languages have and others lack.
fn uneven_locales(root: &Path) -> Result<Vec<String>> {
    let locales = root.join("public/locales");
    let mut by_language: BTreeMap<&str, BTreeSet<PathBuf>> = BTreeMap::new();
    for lang in Lang::ALL {
        let folder = locales.join(lang.tag());
        let files = paths::files(&folder)?;
        let names = files
            .iter()
            .filter_map(|file| file.strip_prefix(&folder).ok());
        by_language.insert(lang.tag(), names.map(Path::to_owned).collect());
    }
    let all: BTreeSet<&PathBuf> = by_language.values().flatten().collect();
    let mut faults = Vec::new();
    for (language, files) in &by_language {
        for missing in all.iter().filter(|file| !files.contains(**file)) {
            faults.push(format!(
                "there is no public/locales/{language}/{}, which another language has",
                missing.display()
            ));
        }
    }
    Ok(faults)
}

/// What is read of a row of a demo file.
#[derive(Deserialize)]
struct Row {
    isbn: String,
    /// Only catalogues have it.
    #[serde(default)]
    cover_url: String,
}

/// The covers that the demo names and the shop's site does not have.
fn missing_covers(root: &Path) -> Result<Vec<String>> {
    let public = root.join("public");
    let mut faults = Vec::new();
    let tables = paths::files(&public.join("demo"))?.into_iter();
    for file in tables.filter(|file| file.extension().is_some_and(|end| end == "csv")) {
        let shown = file.strip_prefix(root).unwrap_or(&file).display();
        let reading = || format!("reading {shown}");
        for row in csv::Reader::from_path(&file)
            .with_context(reading)?
            .deserialize()
        {
            let Row { isbn, cover_url } = row.with_context(reading)?;
            if let Some(path) = cover_url.strip_prefix('/')
                && !public.join(path).is_file()
            {
                faults.push(format!(
                    "there is no public/{path}, the cover of {isbn} in {shown}"
                ));
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_feature_without_a_layer_is_named_with_every_file_that_it_lacks() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        put(root, "src/store/src/wishlists/mod.rs", "");
        put(root, "public/locales/en/wishlists.toml", "");
        put(root, "public/locales/ja/wishlists.toml", "");
        let layers: &[Layer] = &[Wire, Store, Locales];
        assert_eq!(
            missing_layers(root, &[("wishlists", layers)]),
            [
                "wishlists: there is no src/wire/src/wishlists.rs",
                "wishlists: there is no public/locales/zh-CN/wishlists.toml",
                "wishlists: there is no public/locales/zh-TW/wishlists.toml",
            ]
        );
    }

    #[test]
    fn a_file_is_long_from_its_six_hundred_and_first_line() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        put(root, "src/a/right.rs", &"//\n".repeat(600));
        put(root, "src/a/long.rs", &"//\n".repeat(601));
        put(root, "src/a/package-lock.json", &"\n".repeat(601));
        put(root, "tests/long.js", &"//\n".repeat(700));
        assert_eq!(
            long_files(root).unwrap(),
            [
                "src/a/long.rs has 601 lines, more than 600",
                "tests/long.js has 700 lines, more than 600",
            ]
        );
    }

    #[test]
    fn every_language_has_the_same_files() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for lang in Lang::ALL {
            put(
                root,
                &format!("public/locales/{}/common.toml", lang.tag()),
                "",
            );
        }
        assert!(uneven_locales(root).unwrap().is_empty());
        put(root, "public/locales/ja/points.toml", "");
        let faults = uneven_locales(root).unwrap();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].contains("public/locales/en/points.toml"));
    }

    #[test]
    fn a_cover_of_the_demo_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        put(root, "public/covers/1.svg", "");
        put(
            root,
            "public/demo/catalogue.csv",
            "isbn,cover_url\n1,/covers/1.svg\n2,/covers/2.svg\n3,\n4,https://shop.example/4.svg\n",
        );
        put(root, "public/demo/reviews.csv", "id,isbn\nr1,1\n");
        let faults = missing_covers(root).unwrap();
        assert_eq!(
            faults,
            ["there is no public/covers/2.svg, the cover of 2 in public/demo/catalogue.csv"]
        );
    }
}
