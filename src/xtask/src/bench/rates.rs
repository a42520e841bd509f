//! Requests a second, with the load generator on the same processors.
//!
//! The loads take turns for some rounds, and a rate is compared with that of the bare handler in its own
//! round: whatever else the machine does then slows both.

use super::data::{Data, KEY};
use super::http::Connection;
use super::process::Running;
use super::table::{Table, grouped};
use super::wrk::{Request, Sample, Wrk};
use crate::{paths, shell};
use anyhow::{Result, ensure};
use std::fmt::Write;
use std::fs;
use std::process::Command;

/// How often each load has its turn.
const ROUNDS: usize = 3;
/// What a cached fragment has to reach of the bare handler's rate.
const CACHED_MIN: f64 = 0.70;
/// What an uncached one has to reach.
const UNCACHED_MIN: f64 = 0.10;
/// Five times what the best rival reads on a machine like our CI's, in pages a second.
const RIVAL: f64 = 5.0 * 3_800.0;

/// What a load asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Load {
    Bare,
    Cached,
    Compressed,
    Uncached,
    Json,
    Badges,
}

impl Load {
    const ALL: [Self; 6] = [
        Self::Bare,
        Self::Cached,
        Self::Compressed,
        Self::Uncached,
        Self::Json,
        Self::Badges,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare axum handler",
            Self::Cached => "cached fragment",
            Self::Compressed => "cached fragment, brotli",
            Self::Uncached => "uncached fragment",
            Self::Json => "list as JSON",
            Self::Badges => "100 badges",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Bare => "the bytes of a cached fragment and nothing else",
            Self::Cached => "10 reviews as HTML and data, kept by the server",
            Self::Compressed => "the same as browsers ask for it",
            Self::Uncached => "the same, read and rendered for every request",
            Self::Json => "10 reviews of /v1/books/…/reviews, uncached",
            Self::Badges => "<bookplate-rating> × 100 in one request, cached",
        }
    }

    /// What has to be reached of the bare handler's rate.
    const fn goal(self) -> Option<f64> {
        match self {
            Self::Cached => Some(CACHED_MIN),
            Self::Uncached => Some(UNCACHED_MIN),
            _ => None,
        }
    }

    /// What to ask for; `turn` makes an uncached request one that was not there in an earlier turn.
    fn request(self, data: &Data, turn: usize) -> Request {
        let [_, book, _] = data.books();
        let path = match self {
            Self::Bare => "/".into(),
            Self::Cached | Self::Compressed => {
                format!("/v1/fragments?key={KEY}&lang=en&w=reviews/{book}")
            }
            // The same language, but a query string that nobody has asked for yet.
            Self::Uncached => {
                format!("/v1/fragments?key={KEY}&w=reviews/{book}&lang=en-x-{turn}-")
            }
            Self::Json => format!("/v1/books/{book}/reviews?key={KEY}"),
            Self::Badges => {
                let mut path = format!("/v1/fragments?key={KEY}&lang=en");
                for isbn in data.hundred() {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "&w=rating/{isbn}");
                }
                path
            }
        };
        Request {
            path,
            counting: self == Self::Uncached,
            headers: match self {
                Self::Compressed => vec!["accept-encoding: br".to_owned()],
                _ => Vec::new(),
            },
            body: None,
            script: None,
        }
    }
}

/// Adds the rates of the server, and of the bare handler beside it.
///
/// # Errors
/// When a program cannot be started, or a reply is not as it should be.
pub fn measure(data: &Data, server: &Running, table: &mut Table) -> Result<()> {
    let wrk = Wrk::find(data.folder.join("count.lua"), data.scale.seconds)?;
    let bare = start_bare(data, server)?;
    let mut samples = [[Sample::default(); ROUNDS]; Load::ALL.len()];
    for round in 0..ROUNDS {
        for (load, samples) in Load::ALL.into_iter().zip(&mut samples) {
            shell::step(&format!("rates: {}, round {}", load.name(), round + 1));
            let asked = if load == Load::Bare { &bare } else { server };
            samples[round] = wrk.run(asked, &load.request(data, round))?;
        }
    }
    let [bare, ..] = samples;
    for (load, samples) in Load::ALL.into_iter().zip(samples) {
        report(load, samples, bare, table);
    }
    Ok(())
}

fn report(load: Load, samples: [Sample; ROUNDS], bare: [Sample; ROUNDS], table: &mut Table) {
    let rate = median(samples.map(|sample| sample.rate));
    let name = format!("rate: {}", load.name());
    let per_second = format!("{} /s", grouped(rate as u64));
    let processor = median(samples.map(|sample| sample.processor));
    table.add(
        &name,
        per_second.clone(),
        &format!(
            "{}; {processor:.0} µs of processor time each",
            load.meaning()
        ),
    );
    if let Some(goal) = load.goal() {
        let share = |round: usize| samples[round].rate / bare[round].rate;
        let share = median(std::array::from_fn(share));
        table.add_with_goal(
            &format!("{name} / bare"),
            format!("{:.0} %", share * 100.0),
            format!("≥ {:.0} %", goal * 100.0),
            share >= goal,
            "the same bytes, median over the rounds",
        );
    }
    if load == Load::Cached {
        table.add_with_goal(
            "rate: pages",
            per_second,
            format!("≥ {} /s", grouped(RIVAL as u64)),
            rate >= RIVAL,
            "for orientation, cached: 5 × the 3,800 that the best rival reads on a machine like CI's",
        );
    }
}

/// Puts the server under load without taking a rate.
///
/// # Errors
/// When wrk cannot be had, or the server refuses.
pub fn load(data: &Data, server: &Running) -> Result<()> {
    let wrk = Wrk::find(data.folder.join("count.lua"), data.scale.seconds)?;
    for load in [Load::Cached, Load::Compressed, Load::Uncached, Load::Badges] {
        shell::step(&format!("load: {}", load.name()));
        wrk.run(server, &load.request(data, ROUNDS))?;
    }
    Ok(())
}

/// Has a bare handler send what the server sends for a cached fragment.
fn start_bare(data: &Data, server: &Running) -> Result<Running> {
    let mut connection = Connection::open(server.address)?;
    let body = connection
        .get(&Load::Cached.request(data, 0).path)?
        .to_vec();
    let other = connection.get(&Load::Uncached.request(data, ROUNDS).path)?;
    ensure!(
        body == other,
        "another subtag of the language must not change what is rendered"
    );
    let file = data.folder.join("fragment.json");
    fs::write(&file, body)?;
    let mut bare = Command::new(paths::target().join("release/examples/bare"));
    bare.arg(&file);
    Running::start(bare, &data.folder.join("bare.log"))
}

fn median(mut of: [f64; ROUNDS]) -> f64 {
    of.sort_by(f64::total_cmp);
    of[ROUNDS / 2]
}
