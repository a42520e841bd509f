//! Requests a second, with the load generator on the same processors.
//!
//! The loads take turns for some rounds, and a rate is compared with that of the bare handler in its own
//! round: whatever else the machine does then slows both.

use super::data::{Data, KEY};
use super::http::Connection;
use super::process::{Running, on_two_processors};
use super::table::{Table, grouped};
use crate::{install, paths, shell};
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
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
#[derive(Clone, Copy, PartialEq, Eq)]
enum Load {
    Bare,
    Cached,
    Uncached,
    Json,
    Badges,
}

const LOADS: [Load; 5] = [
    Load::Bare,
    Load::Cached,
    Load::Uncached,
    Load::Json,
    Load::Badges,
];

/// Adds the rates of the server, and of the bare handler beside it.
///
/// # Errors
/// When a program cannot be started, or a reply is not as it should be.
pub fn measure(data: &Data, server: &Running, table: &mut Table) -> Result<()> {
    let wrk = Wrk::find(data)?;
    let bare = start_bare(data, server)?;
    let mut rates = [[0.0; ROUNDS]; LOADS.len()];
    for round in 0..ROUNDS {
        for (load, rates) in LOADS.into_iter().zip(&mut rates) {
            let address = if load == Load::Bare {
                bare.address
            } else {
                server.address
            };
            rates[round] = wrk.run(data, address, load, round)?;
        }
    }
    let [bare, cached, uncached, json, badges] = rates;
    table.add(
        "rate: bare axum handler",
        per_second(bare),
        "the bytes of a cached fragment, nothing else",
    );
    let fragments = [
        (
            "cached fragment",
            cached,
            CACHED_MIN,
            "10 reviews as HTML and data, kept by the server",
        ),
        (
            "uncached fragment",
            uncached,
            UNCACHED_MIN,
            "read and rendered for every request",
        ),
    ];
    for (name, rates, goal, meaning) in fragments {
        let share = median(std::array::from_fn(|round| rates[round] / bare[round]));
        table.add(&format!("rate: {name}"), per_second(rates), meaning);
        table.add_with_goal(
            &format!("rate: {name} / bare"),
            format!("{:.0} %", share * 100.0),
            format!("≥ {:.0} %", goal * 100.0),
            share >= goal,
            "the same bytes, median over the rounds",
        );
    }
    table.add_with_goal(
        "rate: pages",
        per_second(cached),
        format!("≥ {} /s", grouped(RIVAL as u64)),
        median(cached) >= RIVAL,
        "for orientation, cached: 5 × the 3,800 that the best rival reads on a machine like CI's",
    );
    table.add(
        "rate: list as JSON",
        per_second(json),
        "10 reviews of /v1/books/…/reviews, uncached",
    );
    table.add(
        "rate: 100 badges",
        per_second(badges),
        "<bookplate-rating> × 100 in one request, cached",
    );
    Ok(())
}

/// Puts the server under load without taking a rate.
///
/// # Errors
/// When wrk cannot be had, or the server refuses.
pub fn load(data: &Data, server: &Running) -> Result<()> {
    let wrk = Wrk::find(data)?;
    for load in [Load::Cached, Load::Uncached, Load::Badges] {
        wrk.run(data, server.address, load, ROUNDS)?;
    }
    Ok(())
}

/// Has a bare handler send what the server sends for a cached fragment.
fn start_bare(data: &Data, server: &Running) -> Result<Running> {
    let mut connection = Connection::open(server.address)?;
    let body = connection.get(&Load::Cached.path(data))?.to_vec();
    let other = connection.get(&(Load::Uncached.path(data) + "0"))?;
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

impl Load {
    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare handler",
            Self::Cached => "cached fragment",
            Self::Uncached => "uncached fragment",
            Self::Json => "list as JSON",
            Self::Badges => "100 badges",
        }
    }

    /// What is asked for; for [`Load::Uncached`] a number is still to be added.
    fn path(self, data: &Data) -> String {
        let [_, book, _] = data.books();
        match self {
            Self::Bare => "/".into(),
            Self::Cached => format!("/v1/fragments?key={KEY}&lang=en&w=reviews/{book}"),
            // The same language, but a query string that nobody has asked for yet.
            Self::Uncached => format!("/v1/fragments?key={KEY}&w=reviews/{book}&lang=en-x-"),
            Self::Json => format!("/v1/books/{book}/reviews?key={KEY}"),
            Self::Badges => {
                let mut path = format!("/v1/fragments?key={KEY}&lang=en");
                for isbn in data.hundred() {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "&w=rating/{isbn}");
                }
                path
            }
        }
    }
}

/// The load generator.
struct Wrk(PathBuf);

impl Wrk {
    fn find(data: &Data) -> Result<Self> {
        if shell::find("wrk").is_none() {
            install::debian(&["wrk"], "rates are measured with wrk")?;
        }
        Ok(Self(data.folder.join("count.lua")))
    }

    /// Requests a second that one thread with 16 connections gets through.
    fn run(&self, data: &Data, address: SocketAddr, load: Load, round: usize) -> Result<f64> {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", "-c16"])
            .arg(format!("-d{}s", data.scale.seconds));
        let path = load.path(data);
        if load == Load::Uncached {
            write_script(&self.0, &format!("{path}{round}-"))?;
            wrk.arg("-s").arg(&self.0);
        }
        shell::step(&format!("rates: {}, round {}", load.name(), round + 1));
        let said = shell::read(&mut on_two_processors({
            wrk.arg(format!("http://{address}{path}"));
            wrk
        }))?;
        rate(&said)
    }
}

/// A script for wrk that counts the requests up in their paths.
fn write_script(file: &Path, path: &str) -> Result<()> {
    let script = format!(
        "local number = 0\n\
         request = function()\n\
         \x20 number = number + 1\n\
         \x20 return wrk.format(\"GET\", \"{path}\" .. number)\n\
         end\n"
    );
    fs::write(file, script).with_context(|| format!("writing {}", file.display()))
}

/// The rate in what wrk says.
fn rate(said: &str) -> Result<f64> {
    for trouble in ["Non-2xx", "Socket errors"] {
        if let Some(line) = said
            .lines()
            .find(|line| line.trim_start().starts_with(trouble))
        {
            bail!("{}", line.trim());
        }
    }
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok())
        .with_context(|| format!("no rate in: {said}"))
}

fn per_second(rates: [f64; ROUNDS]) -> String {
    format!("{} /s", grouped(median(rates) as u64))
}

fn median(mut of: [f64; ROUNDS]) -> f64 {
    of.sort_by(f64::total_cmp);
    of[ROUNDS / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_with_refused_requests_is_none() {
        let said = "Running 1s test\n  Latency 1ms\n";
        assert_eq!(
            rate(&format!("{said}Requests/sec:  12345.67\n")).unwrap(),
            12_345.67
        );
        let refused = format!("{said}  Non-2xx or 3xx responses: 7\nRequests/sec:  9.0\n");
        assert_eq!(
            rate(&refused).unwrap_err().to_string(),
            "Non-2xx or 3xx responses: 7"
        );
        assert!(rate(said).is_err());
    }
}
