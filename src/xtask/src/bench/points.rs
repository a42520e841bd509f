//! The ledger of points: how many transactions a second are on disk, whether a long statement is read as fast as a short one, and how
//! long a draft of the rules takes to be simulated on very many orders.

use super::data::{Data, KEY};
use super::http::Connection;
use super::stage::{Disk, Stage};
use super::table::{Table, grouped};
use super::writes::{ROUNDS, bare_loop, grant, median, tokens};
use super::wrk::{Request, Wrk};
use crate::{paths, shell};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How many times the rate of a bare loop the ledger has to reach.
const LEDGER_MIN: f64 = 4.0;
/// How many clients write at once.
const CLIENTS: u32 = 32;
/// How many entries a short and a long statement have.
const ENTRIES: [u32; 2] = [100, 100_000];
/// How many of the last ones are points that are left.
const LEFT: u32 = 100;
/// How much slower the long one may be.
const RATIO_MAX: f64 = 1.2;
/// How often each is read.
const READS: usize = 400;
/// How many customers there are, whose orders are simulated, and how many these are.
const SIGNED_UP: u32 = 20_000;
const ORDERS: u32 = 1_000_000;
/// How long that may take.
const SIMULATION_MAX: Duration = Duration::from_secs(60);
/// How many orders are sent at a time.
const BATCH: u32 = 1_000;

/// Adds the figures.
///
/// # Errors
/// When a program cannot be started, or a request is refused.
pub fn measure(data: &Data, assets: &Path, quick: bool, table: &mut Table) -> Result<()> {
    let folder = data.folder.join("points");
    Stage::clear(&folder)?;
    let wrk = Wrk::find(data.folder.join("points.lua"), data.scale.seconds)?.of(CLIENTS);
    for disk in [Disk::Plain, Disk::Slow] {
        let stage = Stage::open(&folder, assets, disk)?;
        store(&stage, "publish")?;
        ledger(&stage, &wrk, data.scale.seconds, table)?;
        // What is only read and computed does not depend on the disk.
        if let Disk::Plain = disk {
            let part = if quick { 100 } else { 1 };
            statements(&stage, [ENTRIES[0], ENTRIES[1] / part], table)?;
            simulation(&stage, ORDERS / part, table)?;
        }
    }
    Ok(())
}

/// What the store's own example does, and says.
fn store(stage: &Stage, what: &str) -> Result<String> {
    let mut program = Command::new(paths::target().join("release/examples/points"));
    program.arg(what).arg(&stage.database).arg(KEY);
    shell::read(&mut super::process::on_two_processors(program))
}

/// Points are added to customers in turns.
fn ledger(stage: &Stage, wrk: &Wrk, seconds: u32, table: &mut Table) -> Result<()> {
    let mut connection = Connection::open(stage.server.address)?.bearing(&stage.api);
    let mut customers = Vec::new();
    for token in tokens(&stage.identity, SIGNED_UP)? {
        connection.post(&format!("/v1/sessions?key={KEY}"), &grant(&token))?;
    }
    for number in 0..CLIENTS {
        customers.push(id_of(&mut connection, &format!("c-{number}"))?);
    }
    let mut samples = [(0.0, 0.0); ROUNDS];
    for (round, sample) in samples.iter_mut().enumerate() {
        shell::step(&format!("points: transactions, round {}", round + 1));
        let file = stage
            .folder
            .join(stage.disk.file(&format!("bare-points-{round}")));
        sample.0 = bare_loop(stage.disk, &file, seconds)?;
        let script = adjusting(round, &stage.api, &customers);
        sample.1 = wrk
            .run(&stage.server, &Request::scripted("/", script))?
            .rate;
    }
    let rate = median(samples.map(|(_, rate)| rate));
    let share = median(samples.map(|(bare, rate)| rate / bare));
    table.add_with_goal(
        &stage.disk.name("points: transactions"),
        format!("{} /s, × {share:.1}", grouped(rate as u64)),
        format!("≥ × {LEDGER_MIN}"),
        share >= LEDGER_MIN,
        "of 32 clients, against a bare loop, on disk before they are acknowledged",
    );
    Ok(())
}

fn id_of(connection: &mut Connection, external: &str) -> Result<String> {
    let named = json!({ "external_id": external }).to_string();
    let found: Value = serde_json::from_slice(connection.post("/v1/customers/lookup", &named)?)?;
    Ok(found["id"].as_str().context("a customer's id")?.to_owned())
}

/// A script for wrk that adds a point to one customer after the other.
fn adjusting(round: usize, key: &str, customers: &[String]) -> String {
    let count = customers.len();
    let quoted: Vec<String> = customers.iter().map(|id| format!("'{id}'")).collect();
    format!(
        "local customers = {{ {} }}\n\
         local number = 0\n\
         local headers = {{ authorization = 'Bearer {key}', ['content-type'] = 'application/json' }}\n\
         request = function()\n\
         \x20 number = number + 1\n\
         \x20 local path = '/v1/customers/' .. customers[number % {count} + 1] .. '/points/adjustments'\n\
         \x20 local body = '{{\"reference\":\"{round}-' .. number .. '\",\"points\":1,\"reason\":\"Bench\"}}'\n\
         \x20 return wrk.format('POST', path, headers, body)\n\
         end\n",
        quoted.join(", ")
    )
}

/// Reports orders of the last year, each of the customer that is named for its number.
fn order(
    connection: &mut Connection,
    name: &str,
    orders: u32,
    customer: impl Fn(u32) -> String,
) -> Result<()> {
    let now = jiff::Timestamp::now().as_millisecond();
    for begin in (0..orders).step_by(BATCH as usize) {
        let batch = (begin..orders.min(begin + BATCH)).map(|number| {
            let amount = json!({ "amount": 1_000 + number % 90 * 100, "currency": "CNY" });
            json!({
                "number": format!("{name}-{number}"),
                "placed_at": now - i64::from(number % 350) * 86_400_000,
                "customer": { "external_id": customer(number) },
                "lines": [{ "line": "a", "sku": "book", "quantity": 1, "total": amount }],
            })
        });
        let orders: Vec<Value> = batch.collect();
        connection.post("/v1/orders", &json!({ "orders": orders }).to_string())?;
    }
    Ok(())
}

/// The balance and the first page of the statement of who has few entries, and of who has very many.
fn statements(stage: &Stage, entries: [u32; 2], table: &mut Table) -> Result<()> {
    shell::step("points: a long statement");
    let mut connection = Connection::open(stage.server.address)?.bearing(&stage.api);
    let mut ids = Vec::new();
    for (name, entries) in ["c-100", "c-101"].into_iter().zip(entries) {
        let id = id_of(&mut connection, name)?;
        let path = format!("/v1/customers/{id}/points/adjustments");
        for number in 0..entries {
            // Whoever has so many entries has spent most of them: both have as many points left, of as many lots.
            let points = if entries - number > LEFT && number % 2 == 1 {
                -1
            } else {
                1
            };
            let new = json!({
                "reference": format!("{name}-{number}"), "points": points, "reason": "Bench"
            });
            connection.post(&path, &new.to_string())?;
        }
        ids.push(id);
    }
    for (what, rest) in [("balance", "points"), ("first page", "points/entries")] {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..READS {
            for (id, times) in ids.iter().zip(&mut times) {
                let begun = Instant::now();
                connection.get(&format!("/v1/customers/{id}/{rest}"))?;
                times.push(begun.elapsed());
            }
        }
        let [few, many] = times.map(|mut times| {
            times.sort_unstable();
            times[READS / 2].as_secs_f64() * 1e6
        });
        let ratio = many / few;
        table.add_with_goal(
            &format!("points: {what} of a long statement"),
            format!("{many:.0} µs, × {ratio:.2}"),
            format!("≤ × {RATIO_MAX}"),
            ratio <= RATIO_MAX,
            "of 100,000 entries, against one of 100; as many points are left",
        );
    }
    Ok(())
}

fn simulation(stage: &Stage, orders: u32, table: &mut Table) -> Result<()> {
    shell::step(&format!(
        "points: reporting {} orders",
        grouped(orders.into())
    ));
    let mut connection = Connection::open(stage.server.address)?.bearing(&stage.api);
    order(&mut connection, "s", orders, |number| {
        format!("c-{}", number % SIGNED_UP)
    })?;
    shell::step("points: simulating other rules on them");
    let said = store(stage, "simulate")?;
    let (counted, seconds) = said.trim().split_once(' ').context("orders and seconds")?;
    let (counted, seconds): (u64, f64) = (counted.parse()?, seconds.parse()?);
    table.add_with_goal(
        "points: rules simulated",
        format!("{seconds:.1} s"),
        format!("≤ {} s", SIMULATION_MAX.as_secs()),
        seconds <= SIMULATION_MAX.as_secs_f64(),
        &format!("on {} orders", grouped(counted)),
    );
    Ok(())
}
