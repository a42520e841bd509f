//! What is written, on disk before it is acknowledged, and what it costs to sign in. A database of its own, so
//! that each run begins with nothing.

use super::data::{Data, KEY};
use super::http::Connection;
use super::process::Running;
use super::stage::{Disk, Stage};
use super::table::{Table, grouped};
use super::wishes;
use super::wrk::{Request, Wrk};
use crate::{paths, shell};
use anyhow::{Context, Result};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;

/// How often each load has its turn.
pub(super) const ROUNDS: usize = 3;
/// How many times the rate of a bare loop orders have to reach, one by one and in batches.
const SINGLE_MIN: f64 = 3.0;
const BATCH_MIN: f64 = 30.0;
/// How many orders are in a batch.
const BATCH: u32 = 1_000;
/// What exchanging an identity token has to reach of a bare handler's rate.
const EXCHANGE_MIN: f64 = 0.20;
/// How many customers sign in, in turns.
pub(super) const CUSTOMERS: u32 = 200;

/// Adds the rates of orders and of sign-ins.
///
/// # Errors
/// When a program cannot be started, or a request is refused.
pub fn measure(data: &Data, assets: &Path, table: &mut Table) -> Result<()> {
    let folder = data.folder.join("writes");
    Stage::clear(&folder)?;
    let seconds = data.scale.seconds;
    let wrk = Wrk::find(data.folder.join("write.lua"), seconds)?;
    for disk in [Disk::Plain, Disk::Slow] {
        let stage = Stage::open(&folder, assets, disk)?;
        orders(&stage, &wrk, seconds, table)?;
        wishes::measure(&stage, &wrk, seconds, table)?;
        // What is only read and computed does not depend on the disk.
        if let Disk::Plain = disk {
            exchanges(&stage, &wrk, table)?;
        }
    }
    Ok(())
}

fn orders(stage: &Stage, wrk: &Wrk, seconds: u32, table: &mut Table) -> Result<()> {
    let (disk, key) = (stage.disk, &stage.api);
    let mut samples = [[0.0; 3]; ROUNDS];
    for (round, sample) in samples.iter_mut().enumerate() {
        shell::step(&format!("writes: a bare loop, round {}", round + 1));
        let file = stage.folder.join(disk.file(&format!("bare-{round}")));
        sample[0] = bare_loop(disk, &file, seconds)?;
        for (at, count) in [(1, 1), (2, BATCH)] {
            shell::step(&format!(
                "writes: {count} orders a request, round {}",
                round + 1
            ));
            let request = Request::post(
                "/v1/orders",
                vec![format!("authorization: Bearer {key}")],
                post_orders(round, count),
            );
            sample[at] = wrk.run(&stage.server, &request)?.rate * f64::from(count);
        }
    }
    let median = |at: usize| median(samples.map(|sample| sample[at]));
    let share = |at: usize| self::median(samples.map(|sample| sample[at] / sample[0]));
    table.add(
        &disk.name("writes: a bare loop"),
        format!("{} /s", grouped(median(0) as u64)),
        "INSERT … COMMIT over one connection on the same file system",
    );
    for (at, name, goal) in [
        (1, "one by one", SINGLE_MIN),
        (2, "1,000 at a time", BATCH_MIN),
    ] {
        table.add_with_goal(
            &disk.name(&format!("writes: orders {name}")),
            format!("{} /s, × {:.1}", grouped(median(at) as u64), share(at)),
            format!("≥ × {goal}"),
            share(at) >= goal,
            "by 16 clients, on disk before they are acknowledged",
        );
    }
    Ok(())
}

pub(super) fn bare_loop(disk: Disk, file: &Path, seconds: u32) -> Result<f64> {
    let mut insert = Command::new(paths::target().join("release/examples/insert"));
    insert.arg(file).arg(seconds.to_string());
    let mut insert = super::process::on_two_processors(disk.before(insert));
    let said = shell::read(&mut insert)?;
    said.trim().parse().context("the rate of the bare loop")
}

/// Lua that fills in the body: `count` orders of one line, with numbers that no round has had before.
fn post_orders(round: usize, count: u32) -> String {
    let line = r#"[{"line":"a","isbn":"9780141439518","quantity":1,"total":{"amount":4500,"currency":"CNY"}}]"#;
    format!(
        "local orders = {{}}\n\
         for at = 1, {count} do\n\
         \x20 number = number + 1\n\
         \x20 orders[at] = '{{\"number\":\"{round}-{count}-' .. number .. '\",\"placed_at\":1795132800000,\
         \"customer\":{{\"external_id\":\"c-' .. number % {CUSTOMERS} .. '\"}},\"lines\":{line}}}'\n\
         end\n\
         local body = '{{\"orders\":[' .. table.concat(orders, ',') .. ']}}'\n"
    )
}

fn exchanges(stage: &Stage, wrk: &Wrk, table: &mut Table) -> Result<()> {
    let (folder, server) = (&stage.folder, &stage.server);
    let path = format!("/v1/sessions?key={KEY}");
    let mut samples = [(0.0, 0.0); ROUNDS];
    let mut bare = None;
    for (round, sample) in samples.iter_mut().enumerate() {
        shell::step(&format!("writes: identity tokens, round {}", round + 1));
        let tokens = tokens(&stage.identity, CUSTOMERS)?;
        // The first visit of each customer is written; what is measured is the renewal, every few minutes.
        let mut connection = Connection::open(server.address)?;
        let mut reply = Vec::new();
        for token in &tokens {
            reply = connection.post(&path, &grant(token))?.to_vec();
        }
        let request = Request::post(&path, Vec::new(), post_tokens(&tokens));
        sample.0 = wrk.run(server, &request)?.rate;
        if bare.is_none() {
            let file = folder.join("session.json");
            fs::write(&file, &reply)?;
            let mut program = Command::new(paths::target().join("release/examples/bare"));
            program.arg(&file);
            bare = Some(Running::start(program, &folder.join("bare.log"))?);
        }
        if let Some(bare) = &bare {
            sample.1 = wrk.run(bare, &Request::get("/"))?.rate;
        }
    }
    let rate = median(samples.map(|(rate, _)| rate));
    let share = median(samples.map(|(rate, bare)| rate / bare));
    table.add_with_goal(
        "rate: identity token / bare",
        format!("{} /s, {:.0} %", grouped(rate as u64), share * 100.0),
        format!("≥ {:.0} %", EXCHANGE_MIN * 100.0),
        share >= EXCHANGE_MIN,
        "exchanged for an access token by a customer who is known",
    );
    Ok(())
}

pub(super) fn grant(token: &str) -> String {
    json!({ "grant": "identity_token", "identity_token": token }).to_string()
}

/// What the shop's backend signs for so many of its customers.
pub(super) fn tokens(secret: &str, customers: u32) -> Result<Vec<String>> {
    let key = EncodingKey::from_secret(secret.as_bytes());
    let now = Timestamp::now().as_second();
    (0..customers)
        .map(|at| {
            let claims = json!({
                "aud": KEY, "sub": format!("c-{at}"), "iat": now, "exp": now + 300,
                "name": format!("Customer {at}"), "email": format!("c{at}@mail.example"),
            });
            Ok(jsonwebtoken::encode(
                &Header::new(Algorithm::HS256),
                &claims,
                &key,
            )?)
        })
        .collect()
}

/// Lua that fills in the body: one token after the other.
fn post_tokens(tokens: &[String]) -> String {
    let quoted: Vec<String> = tokens.iter().map(|token| format!("'{token}'")).collect();
    format!(
        "tokens = tokens or {{ {} }}\n\
         number = number + 1\n\
         local token = tokens[number % {CUSTOMERS} + 1]\n\
         local body = '{{\"grant\":\"identity_token\",\"identity_token\":\"' .. token .. '\"}}'\n",
        quoted.join(", ")
    )
}

pub(super) fn median(mut of: [f64; ROUNDS]) -> f64 {
    of.sort_by(f64::total_cmp);
    of[ROUNDS / 2]
}
