//! `cargo xtask covers`: draws the covers of the demo catalogue.
//!
//! Real covers belong to their publishers, so the demo shop's books wear drawings of their own: a
//! handful of designs in the manner of paperback series, each varied by a number that is made from
//! the work and the ISBN. The same row always gives the same bytes, so the drawings can be committed
//! and checked. Editions of one work share design and palette and differ in details.

mod designs;
mod figures;
mod lettering;
mod painting;
mod palette;
mod patterns;
mod scenes;
mod shapes;
mod svg;

use crate::chance::Chance;
use crate::paths;
use anyhow::{Context, Result, bail};
use designs::Design;
use lettering::{Script, Words, is_column};
use palette::Palette;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

/// Goes before the name of each work. Chosen by looking: with this one the best-known books of the
/// demo got designs that suit them.
const SALT: &str = "2449828 ";

/// What is read of a row of the catalogue; the other columns do not show on a cover.
#[derive(Debug, Deserialize)]
struct Row {
    isbn: String,
    work: String,
    title: String,
    #[serde(default)]
    subtitle: String,
    #[serde(default)]
    authors: String,
    #[serde(default)]
    language: String,
}

/// Draws a cover for every book of the demo catalogue, into `public/covers/`.
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; fail when a cover is missing, out of date or of no book
    #[arg(long)]
    pub check: bool,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written; with `--check` also when the covers are not up to date.
pub fn run(args: &Args) -> Result<()> {
    let public = paths::root().join("public");
    update(
        &public.join("demo/catalogue.csv"),
        &public.join("covers"),
        args.check,
    )
}

/// Brings the folder `out` up to date: `<isbn>.svg` for every row of the CSV file `catalogue`, and no
/// other SVG file. With `check` it only looks whether anything would change, and fails if so.
fn update(catalogue: &Path, out: &Path, check: bool) -> Result<()> {
    let rows = read(catalogue)?;
    let wanted = draw_all(&rows);
    let present = names(out)?;
    let mut stale = BTreeSet::new();
    for (name, text) in &wanted {
        if fs::read_to_string(out.join(name)).ok().as_ref() != Some(text) {
            stale.insert(name.clone());
        }
    }
    stale.extend(
        present
            .into_iter()
            .filter(|name| !wanted.contains_key(name)),
    );
    if stale.is_empty() {
        return Ok(());
    }
    if check {
        let list: Vec<&str> = stale.iter().map(String::as_str).collect();
        bail!(
            "covers are out of date, run `cargo xtask covers`: {}",
            list.join(", ")
        );
    }
    write(out, &wanted, &stale)
}

fn read(catalogue: &Path) -> Result<Vec<Row>> {
    csv::Reader::from_path(catalogue)
        .and_then(|mut reader| reader.deserialize().collect())
        .with_context(|| format!("cannot read {}", catalogue.display()))
}

/// The file names of the covers that are in `folder`, which need not exist.
fn names(folder: &Path) -> Result<BTreeSet<String>> {
    if !folder.exists() {
        return Ok(BTreeSet::new());
    }
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".svg") {
            names.insert(name);
        }
    }
    Ok(names)
}

/// Brings the files `stale` of the folder `out` up to date.
fn write(out: &Path, wanted: &HashMap<String, String>, stale: &BTreeSet<String>) -> Result<()> {
    fs::create_dir_all(out)?;
    for name in stale {
        let path = out.join(name);
        match wanted.get(name) {
            Some(text) => fs::write(&path, text),
            None => fs::remove_file(&path),
        }
        .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Every cover by its file name.
fn draw_all(rows: &[Row]) -> HashMap<String, String> {
    // The script of each work, and how many of its editions have been drawn. The first edition in
    // the catalogue decides for its translations.
    let mut works: HashMap<&str, (Script, usize)> = HashMap::new();
    rows.iter()
        .map(|row| {
            let (script, number) = works
                .entry(row.work.as_str())
                .or_insert_with(|| (Script::of(&row.language), 0));
            let cover = draw(row, *script, *number);
            *number += 1;
            (format!("{}.svg", row.isbn), cover)
        })
        .collect()
}

/// The cover of the edition `number`, from 0, of a work whose first edition is in `script`.
fn draw(row: &Row, script: Script, number: usize) -> String {
    let mut of_work = Chance::new(&format!("{SALT}{}", row.work));
    let design = *of_work.pick(Design::fitting(script));
    let palette = of_work.pick(&Palette::ALL).for_edition(number);
    let painting = design.suiting(is_column(&row.title)).paint(
        &palette,
        &mut of_work,
        &mut Chance::new(&row.isbn),
    );
    painting.with_words(&Words {
        title: &row.title,
        subtitle: &row.subtitle,
        authors: row
            .authors
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect(),
        language: &row.language,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(isbn: &str, title: &str, language: &str) -> Row {
        Row {
            isbn: isbn.to_owned(),
            work: "a-work".to_owned(),
            title: title.to_owned(),
            subtitle: String::new(),
            authors: "Ann O'Neill; Lin & Daughters".to_owned(),
            language: language.to_owned(),
        }
    }

    #[test]
    fn a_cover_is_the_same_each_time_and_differs_between_editions() {
        let one = row("9780141439518", "Pride and Prejudice", "en");
        let other = row("9780141199078", "Pride and Prejudice", "en");
        assert_eq!(draw(&one, Script::Latin, 0), draw(&one, Script::Latin, 0));
        assert_ne!(draw(&one, Script::Latin, 0), draw(&other, Script::Latin, 0));
    }

    #[test]
    fn every_design_stays_small_and_escapes_its_words() {
        let title = "Salt & <Stone> in a rather long title that goes on over several lines";
        for design in Design::ALL {
            for palette in &Palette::ALL {
                let painting = design.paint(
                    palette,
                    &mut Chance::new("w"),
                    &mut Chance::new("9780000000002"),
                );
                let words = Words {
                    title,
                    subtitle: "A & B",
                    authors: vec!["C < D"],
                    language: "en",
                };
                let svg = painting.with_words(&words);
                assert!(svg.len() <= 4096, "{design:?} takes {} bytes", svg.len());
                assert!(
                    !svg.contains("<Stone>") && !svg.contains("C < D"),
                    "{design:?}"
                );
                assert!(!svg.contains("& "), "{design:?} leaves an ampersand bare");
            }
        }
    }

    #[test]
    fn a_check_names_the_covers_that_are_missing_changed_or_of_no_book() {
        let folder = tempfile::tempdir().unwrap();
        let (catalogue, out) = (
            folder.path().join("catalogue.csv"),
            folder.path().join("covers"),
        );
        fs::write(&catalogue, "isbn,work,title\n1,a,One\n2,a,Two\n").unwrap();
        assert!(update(&catalogue, &out, true).is_err());
        update(&catalogue, &out, false).unwrap();
        update(&catalogue, &out, true).unwrap();
        fs::write(out.join("2.svg"), "changed").unwrap();
        fs::write(out.join("3.svg"), "of no book").unwrap();
        let error = update(&catalogue, &out, true).unwrap_err().to_string();
        assert!(error.ends_with("2.svg, 3.svg"), "{error}");
        update(&catalogue, &out, false).unwrap();
        assert!(update(&catalogue, &out, true).is_ok() && !out.join("3.svg").exists());
    }
}
