//! Hearts: wishing for a book and taking it off again, on disk before it is acknowledged.

use super::data::KEY;
use super::http::Connection;
use super::stage::Stage;
use super::table::{Table, grouped};
use super::writes::{CUSTOMERS, ROUNDS, bare_loop, grant, median, tokens};
use super::wrk::{Request, Wrk};
use crate::shell;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;

/// How many times the rate of a bare loop hearts have to reach.
const TOGGLES_MIN: f64 = 4.0;
/// The book that everybody wishes for.
const ISBN: &str = "9780141439518";

/// Adds the rate of hearts that customers of a server at work tap, 16 at a time.
///
/// # Errors
/// When the book cannot be imported, or a request is refused.
pub fn measure(stage: &Stage, wrk: &Wrk, seconds: u32, table: &mut Table) -> Result<()> {
    let (folder, disk, server) = (&stage.folder, stage.disk, &stage.server);
    let books = folder.join("books.csv");
    fs::write(&books, format!("isbn,title\n{ISBN},Pride and Prejudice\n"))?;
    let mut import = stage.program.command(&["import", "catalogue"]);
    shell::run_quietly(import.arg(&books))?;
    let mut connection = Connection::open(server.address)?;
    let mut access = Vec::new();
    for token in tokens(&stage.identity, CUSTOMERS)? {
        let path = format!("/v1/sessions?key={KEY}");
        let session: Value = serde_json::from_slice(connection.post(&path, &grant(&token))?)?;
        let token = session["access_token"]
            .as_str()
            .context("an access token")?;
        access.push(token.to_owned());
    }
    let script = toggling(&access);
    let mut samples = [(0.0, 0.0); ROUNDS];
    for (round, sample) in samples.iter_mut().enumerate() {
        shell::step(&format!("writes: hearts, round {}", round + 1));
        let file = folder.join(disk.file(&format!("bare-hearts-{round}")));
        sample.0 = bare_loop(disk, &file, seconds)?;
        sample.1 = wrk
            .run(server, &Request::scripted("/", script.clone()))?
            .rate;
    }
    let rate = median(samples.map(|(_, rate)| rate));
    let share = median(samples.map(|(bare, rate)| rate / bare));
    table.add_with_goal(
        &disk.name("writes: hearts"),
        format!("{} /s, × {share:.1}", grouped(rate as u64)),
        format!("≥ × {TOGGLES_MIN}"),
        share >= TOGGLES_MIN,
        "set and taken back by 16 clients, against a bare loop, on disk before they are acknowledged",
    );
    Ok(())
}

/// A script for wrk in which one customer after the other wishes for the book, and then takes it off.
fn toggling(access: &[String]) -> String {
    let count = access.len();
    let quoted: Vec<String> = access.iter().map(|token| format!("'{token}'")).collect();
    format!(
        "local tokens = {{ {} }}\n\
         local number = 0\n\
         request = function()\n\
         \x20 local method = math.floor(number / {count}) % 2 == 0 and 'PUT' or 'DELETE'\n\
         \x20 local headers = {{ authorization = 'Bearer ' .. tokens[number % {count} + 1] }}\n\
         \x20 number = number + 1\n\
         \x20 return wrk.format(method, '/v1/customer/wishes/{ISBN}?key={KEY}', headers)\n\
         end\n",
        quoted.join(", ")
    )
}
