//! The books of a load set.

use super::LoadSet;
use super::words::{LANGUAGES, Language};
use crate::chance::Chance;
use anyhow::{Context, Result};
use bookplate_wire::Isbn;
use std::io::Write;

/// How many books there can be: ISBNs beginning with 979-10 leave seven digits to number editions with.
pub const MAX: u32 = 5_000_000;

const PUBLISHERS: [&str; 5] = [
    "Lantern House",
    "North Quay Press",
    "白桦文化",
    "海燕出版社",
    "月見書房",
];

/// A load set's books. Holds 26 bytes a book.
pub struct Books {
    seed: u64,
    first: u32,
    editions: Vec<[Isbn; 2]>,
}

impl Books {
    /// The books of `set`.
    pub fn new(set: &LoadSet) -> Self {
        let numbers = set.first_book..set.first_book.saturating_add(set.books).min(MAX);
        Self {
            seed: set.seed,
            first: set.first_book,
            editions: numbers
                .filter_map(|number| Some([isbn(2 * number)?, isbn(2 * number + 1)?]))
                .collect(),
        }
    }

    /// One of the two ISBNs of each.
    pub fn paperbacks(&self) -> impl Iterator<Item = Isbn> + '_ {
        self.editions.iter().map(|[paperback, _]| *paperback)
    }

    /// The book at `place`, with the ISBNs of its editions and the language that it is written in.
    pub fn at(&self, place: usize) -> ([Isbn; 2], &'static Language) {
        (
            self.editions[place],
            &LANGUAGES[(self.first as usize + place) % LANGUAGES.len()],
        )
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.editions.len()
    }

    /// Writes the catalogue.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write<W: Write>(&self, mut out: csv::Writer<W>) -> Result<()> {
        out.write_record([
            "isbn",
            "work",
            "title",
            "subtitle",
            "authors",
            "publisher",
            "published_on",
            "format",
            "language",
            "cover_url",
        ])?;
        let mut chance = Chance::new(&format!("books {}", self.seed));
        for place in 0..self.len() {
            let (isbns, language) = self.at(place);
            let title = language.title(&mut chance);
            let author = language.author(&mut chance);
            let publisher = *chance.pick(&PUBLISHERS);
            let work = format!("load-{}", self.first as usize + place);
            let year = chance.between(1995, 2024);
            let published_on = format!(
                "{year}-{:02}-{:02}",
                chance.between(1, 12),
                chance.between(1, 28)
            );
            for (isbn, format) in isbns.iter().zip(["paperback", "ebook"]) {
                out.write_record([
                    isbn.as_str(),
                    &work,
                    &title,
                    "",
                    &author,
                    publisher,
                    &published_on,
                    format,
                    language.tag,
                    "",
                ])?;
            }
        }
        out.flush().context("writing the catalogue")
    }
}

/// The ISBN of the edition with this number, which has at most seven digits.
fn isbn(edition: u32) -> Option<Isbn> {
    // The rule for the check digit is in one place: the type that refuses a wrong one.
    (0..10).find_map(|check| format!("97910{edition:07}{check}").parse().ok())
}
