//! The reviews of a load set, distributed as in a shop: most are favourable, most have no votes, a few
//! have very many, and a few books have most of the reviews.

use super::LoadSet;
use super::books::Books;
use super::words::LANGUAGES;
use crate::chance::Chance;
use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use std::io::Write;

/// Of a thousand ratings, so many are at most this one.
const RATINGS: [(u32, &str); 9] = [
    (45, "1"),
    (55, "1.5"),
    (105, "2"),
    (125, "2.5"),
    (240, "3"),
    (285, "3.5"),
    (510, "4"),
    (590, "4.5"),
    (1_000, "5"),
];

/// When the first and the last review were written: 2016 to 2025, in seconds since 1970. Fixed, so that a
/// set is the same next year.
const WRITTEN: [i64; 2] = [1_451_606_400, 1_767_225_599];

/// Writes the reviews.
///
/// # Errors
/// When they cannot be written.
pub fn write<W: Write>(set: &LoadSet, books: &Books, mut out: csv::Writer<W>) -> Result<()> {
    out.write_record([
        "id",
        "isbn",
        "rating",
        "title",
        "body",
        "language",
        "author",
        "created_at",
        "helpful",
        "votes",
    ])?;
    let mut chance = Chance::new(&format!("reviews {} {}", set.seed, set.first_book));
    let mut body = String::new();
    for number in 0..set.reviews {
        let (isbns, of_book) = books.at(book(&mut chance, books.len()));
        let isbn = chance.pick(&isbns);
        // Half of the readers write in the book's language.
        let language = match chance.between(0, 1) {
            0 => of_book,
            _ => chance.pick(LANGUAGES.as_slice()),
        };
        let title = match chance.between(1, 3) {
            1 => String::new(),
            _ => language.title(&mut chance),
        };
        language.body(&mut chance, &mut body);
        let (helpful, votes) = votes(&mut chance);
        out.write_record([
            &format!("load-{}-{number}", set.first_book),
            isbn.as_str(),
            rating(&mut chance),
            &title,
            &body,
            language.tag,
            &language.author(&mut chance),
            &created_at(&mut chance)?,
            &helpful.to_string(),
            &votes.to_string(),
        ])?;
    }
    out.flush().context("writing the reviews")
}

/// One of `count` books. With the cube a tenth of the books gets nearly half of the reviews.
fn book(chance: &mut Chance, count: usize) -> usize {
    (chance.share().powi(3) * count as f64) as usize
}

fn rating(chance: &mut Chance) -> &'static str {
    let drawn = chance.between(1, 1_000) as u32;
    let found = RATINGS.iter().find(|(up_to, _)| drawn <= *up_to);
    found.map_or("5", |(_, rating)| *rating)
}

/// How many found it helpful, of how many who said so: two of three reviews have no votes, and one in
/// a hundred of the others has a hundred or more.
fn votes(chance: &mut Chance) -> (u32, u32) {
    if !chance.once_in(3) {
        return (0, 0);
    }
    let votes = (1.0 / (1.0 - chance.share())).min(5_000.0) as u32;
    // Most votes are favourable.
    let share = 1.0 - chance.share().powi(2);
    ((f64::from(votes) * share).round() as u32, votes)
}

/// An instant; later years have more reviews, as shops grow.
fn created_at(chance: &mut Chance) -> Result<String> {
    let [first, last] = WRITTEN;
    let span = (last - first) as f64;
    let since = SignedDuration::from_secs((span * chance.share().sqrt()) as i64);
    let at = Timestamp::from_second(first)?.checked_add(since)?;
    Ok(at.to_string())
}
