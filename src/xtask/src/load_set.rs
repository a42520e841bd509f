//! `cargo xtask load-set`: invented books and reviews in any number, to see what a full shop is like.
//!
//! The files are in our own CSV layouts and go through `bookplate import` like everybody's. Rows are
//! written as they are made up, so a large set takes no more memory than a small one. The same arguments
//! give the same bytes on every machine.

mod books;
mod reviews;
mod words;

use crate::{paths, shell};
use anyhow::{Context, Result};
use bookplate_wire::Isbn;
use books::Books;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes a catalogue and reviews of any size, made up from a seed
#[derive(clap::Args)]
pub struct Args {
    /// How many reviews; a few books have most of them
    #[arg(long)]
    reviews: u32,
    /// How many books, each as a paperback and as an e-book
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(books::MAX)))]
    books: u32,
    /// Another seed gives other titles, texts, ratings and dates
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder for catalogue.csv and reviews.csv [default: target/load-set]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be written.
pub fn run(args: &Args) -> Result<()> {
    let set = LoadSet {
        seed: args.seed,
        first_book: 0,
        books: args.books,
        reviews: args.reviews,
    };
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| paths::target().join("load-set"));
    shell::step(&format!(
        "load set: {} books, {} reviews",
        set.books, set.reviews
    ));
    set.write(&out)?;
    shell::step(&format!("in {}", out.display()));
    Ok(())
}

/// What a load set holds.
#[derive(Debug, Clone, Copy)]
pub struct LoadSet {
    /// What all that looks random comes from.
    pub seed: u64,
    /// Number of the first book, which decides on ISBNs and ids: sets that go into the same shop must
    /// have other books.
    pub first_book: u32,
    /// How many books, each in two editions.
    pub books: u32,
    /// How many reviews.
    pub reviews: u32,
}

impl LoadSet {
    /// Writes `catalogue.csv` and `reviews.csv` into `folder`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        let books = Books::new(self);
        let file = |name: &str| {
            let path = folder.join(name);
            csv::Writer::from_path(&path).with_context(|| format!("writing {}", path.display()))
        };
        books.write(file("catalogue.csv")?)?;
        reviews::write(self, &books, file("reviews.csv")?)
    }

    /// One of the two ISBNs of each book, in the order of the books.
    pub fn isbns(&self) -> Vec<Isbn> {
        Books::new(self).paperbacks().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
        csv::Reader::from_path(folder.join(name))
            .unwrap()
            .deserialize()
            .map(Result::unwrap)
            .collect()
    }

    fn written(set: &LoadSet) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        set.write(dir.path()).unwrap();
        dir
    }

    const SET: LoadSet = LoadSet {
        seed: 7,
        first_book: 40,
        books: 50,
        reviews: 2_000,
    };

    #[test]
    fn the_same_seed_gives_the_same_files_and_another_seed_others() {
        let read = |set: &LoadSet| {
            let dir = written(set);
            ["catalogue.csv", "reviews.csv"].map(|name| fs::read(dir.path().join(name)).unwrap())
        };
        assert_eq!(read(&SET), read(&SET));
        assert_ne!(read(&SET)[1], read(&LoadSet { seed: 8, ..SET })[1]);
    }

    #[test]
    fn every_review_is_of_a_book_in_the_catalogue_and_within_the_rules() {
        let dir = written(&SET);
        let books = rows(dir.path(), "catalogue.csv");
        let isbns: HashSet<&str> = books.iter().map(|row| row["isbn"].as_str()).collect();
        assert_eq!((books.len(), isbns.len()), (100, 100));
        assert!(isbns.iter().all(|isbn| isbn.parse::<Isbn>().is_ok()));

        let reviews = rows(dir.path(), "reviews.csv");
        let ids: HashSet<&str> = reviews.iter().map(|row| row["id"].as_str()).collect();
        assert_eq!((reviews.len(), ids.len()), (2_000, 2_000));
        for row in &reviews {
            assert!(isbns.contains(row["isbn"].as_str()));
            let rating: f64 = row["rating"].parse().unwrap();
            assert!((1.0..=5.0).contains(&rating) && (rating * 2.0).fract() == 0.0);
            let [helpful, votes] =
                ["helpful", "votes"].map(|name| row[name].parse::<u32>().unwrap());
            assert!(helpful <= votes);
            assert!((80..=600).contains(&row["body"].chars().count()));
            assert!(row["created_at"].as_str() < "2026");
        }
    }

    #[test]
    fn a_few_books_have_most_reviews_and_five_stars_are_the_most_frequent() {
        let dir = written(&SET);
        let reviews = rows(dir.path(), "reviews.csv");
        let count =
            |field: &str, value: &str| reviews.iter().filter(|row| row[field] == value).count();
        let mut by_book: BTreeMap<&str, u32> = BTreeMap::new();
        for row in &reviews {
            *by_book.entry(&row["isbn"]).or_default() += 1;
        }
        let mut counts: Vec<u32> = by_book.into_values().collect();
        counts.sort_unstable();
        let busiest: u32 = counts.iter().rev().take(10).sum();
        assert!(busiest > 800, "the ten busiest editions have {busiest}");
        assert!(count("rating", "5") > count("rating", "1") * 4);
        for language in ["en", "zh-CN", "ja"] {
            assert!(count("language", language) > 200, "{language}");
        }
    }

    #[test]
    fn sets_with_other_books_share_no_isbn() {
        let next = LoadSet {
            first_book: SET.first_book + SET.books,
            ..SET
        };
        let isbns = |set: &LoadSet| set.isbns().into_iter().collect::<HashSet<_>>();
        assert!(isbns(&SET).is_disjoint(&isbns(&next)));
    }
}
