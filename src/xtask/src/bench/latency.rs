//! Whether a book with very many reviews is read as fast as one with few.
//!
//! One request at a time over one connection, the three books in turns by chance, nothing cached: what
//! is left is the time that reading and rendering take.

use super::data::{Data, KEY};
use super::http::Connection;
use super::process::Running;
use super::table::{Table, grouped};
use crate::chance::Chance;
use crate::shell;
use anyhow::{Context, Result};
use bookplate_wire::reviews::{PAGE_MAX, ReviewPage, ReviewsQuery, Sort};
use bookplate_wire::{Isbn, query};
use std::time::{Duration, Instant};

/// How much slower a larger book may be.
const RATIO_MAX: f64 = 1.2;

/// The orders in which a page deep inside is read as well: the usual one, and one in which very many
/// reviews have the same rank.
const DEEP: [Sort; 2] = [Sort::Helpful, Sort::Highest];

/// Adds the latencies of the three books, for the first page of each order and for pages deep inside.
///
/// # Errors
/// When the server does not answer as it should.
pub fn measure(data: &Data, server: &Running, table: &mut Table) -> Result<()> {
    let mut reader = Reader {
        data,
        connection: Connection::open(server.address)?,
        number: 0,
    };
    for sort in Sort::ALL {
        let page = ReviewsQuery {
            sort,
            ..Default::default()
        };
        let pages = std::array::from_fn(|_| page.clone());
        let name = format!("latency: {}", sort.as_str());
        reader.read(&pages, &name)?.report(data, &name, table);
    }
    for sort in DEEP {
        let name = format!("latency: {}, deep inside", sort.as_str());
        let pages = reader.middles(sort)?;
        reader.read(&pages, &name)?.report(data, &name, table);
    }
    Ok(())
}

/// Reads pages, one after the other.
struct Reader<'a> {
    data: &'a Data,
    connection: Connection,
    /// The requests so far: each has a query string of its own, and is in no cache.
    number: u32,
}

/// What was read of the three books.
struct Read {
    times: [Percentiles; 3],
    /// The size of the page.
    bytes: [usize; 3],
}

impl Reader<'_> {
    /// Reads one page of each book many times.
    fn read(&mut self, pages: &[ReviewsQuery; 3], name: &str) -> Result<Read> {
        shell::step(name);
        let books = self.data.books();
        let mut chance = Chance::new(name);
        let mut times: [Vec<Duration>; 3] = Default::default();
        let mut bytes = [0; 3];
        for _ in 0..3 * self.data.scale.requests {
            let book = *chance.pick(&[0, 1, 2]);
            self.number += 1;
            let path = path(books[book], &pages[book], self.number);
            let begun = Instant::now();
            bytes[book] = self.connection.get(&path)?.len();
            times[book].push(begun.elapsed());
        }
        Ok(Read {
            times: times.map(Percentiles::of),
            bytes,
        })
    }

    /// The page in the middle of each book, found as a reader would: page by page.
    fn middles(&mut self, sort: Sort) -> Result<[ReviewsQuery; 3]> {
        shell::step(&format!("latency: paging to the middle, {}", sort.as_str()));
        let first = ReviewsQuery {
            sort,
            limit: Some(PAGE_MAX),
            ..Default::default()
        };
        let mut pages = std::array::from_fn(|_| first.clone());
        let books = self.data.books().into_iter().zip(self.data.scale.reviews);
        for (page, (isbn, reviews)) in pages.iter_mut().zip(books) {
            for _ in 0..reviews / 2 / PAGE_MAX {
                let path = format!("/v1/books/{isbn}/reviews?key={KEY}&{}", page.to_query());
                let read: ReviewPage = serde_json::from_slice(self.connection.get(&path)?)?;
                page.after = Some(
                    read.next
                        .context("a page before the middle is not the last")?,
                );
            }
            page.limit = None;
        }
        Ok(pages)
    }
}

impl Read {
    fn report(&self, data: &Data, name: &str, table: &mut Table) {
        let [few, many, very_many] = &self.times;
        let slower = many.median.max(very_many.median);
        let ratio = slower.as_secs_f64() / few.median.as_secs_f64();
        let [fewest, larger @ ..] = data.scale.reviews.map(|count| grouped(count.into()));
        table.add_with_goal(
            name,
            format!("× {ratio:.2}"),
            format!("≤ × {RATIO_MAX}"),
            ratio <= RATIO_MAX,
            &format!(
                "the slower of {} reviews, against {fewest}",
                larger.join(" and ")
            ),
        );
        let milliseconds = |of: fn(&Percentiles) -> Duration| {
            let each = self
                .times
                .each_ref()
                .map(|times| of(times).as_secs_f64() * 1e3);
            each.map(|time| format!("{time:.2}")).join(" · ")
        };
        table.add(
            &format!("{name}, median"),
            format!("{} ms", milliseconds(|times| times.median)),
            &format!(
                "p99 {} ms; a page has {} bytes",
                milliseconds(|times| times.p99),
                self.bytes.map(|bytes| grouped(bytes as u64)).join(" · ")
            ),
        );
    }
}

/// The median and what one request in a hundred exceeds.
struct Percentiles {
    median: Duration,
    p99: Duration,
}

impl Percentiles {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let place = (times.len() as f64 * share) as usize;
            times.get(place).copied().unwrap_or_default()
        };
        Self {
            median: at(0.5),
            p99: at(0.99),
        }
    }
}

/// A fragment that is in no cache: `number` makes its query string one of its own.
fn path(isbn: Isbn, page: &ReviewsQuery, number: u32) -> String {
    let mut widget = format!("reviews/{isbn}");
    let options = page.to_query();
    if !options.is_empty() {
        widget.push('?');
        widget.push_str(&options);
    }
    let mut path = String::new();
    query::push(&mut path, "key", KEY);
    query::push(&mut path, "lang", &format!("en-x-l{number}"));
    query::push(&mut path, "w", &widget);
    format!("/v1/fragments?{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_the_sorted_times() {
        let times = (1..=200).rev().map(Duration::from_millis).collect();
        let Percentiles { median, p99 } = Percentiles::of(times);
        assert_eq!([median, p99], [101, 199].map(Duration::from_millis));
    }

    #[test]
    fn no_two_requests_have_the_same_query_string() {
        let isbn: Isbn = "9780141439518".parse().unwrap();
        let page = ReviewsQuery {
            sort: Sort::Newest,
            ..Default::default()
        };
        assert_eq!(
            path(isbn, &page, 7),
            "/v1/fragments?key=pk_bench&lang=en-x-l7&w=reviews%2F9780141439518%3Fsort%3Dnewest"
        );
    }
}
