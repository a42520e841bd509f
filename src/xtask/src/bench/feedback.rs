//! Feedback: how many cases a second are on disk, how long an inbox of very many messages is searched, and what pages cost that are
//! told when a case changes.

use super::data::{Data, KEY};
use super::http::Connection;
use super::memory::resident;
use super::stage::{Disk, Stage};
use super::table::{Table, grouped};
use super::writes::{ROUNDS, bare_loop, median};
use super::wrk::{Request, Wrk};
use crate::demo::Program;
use crate::{paths, shell};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

/// How many times the rate of a bare loop new cases have to reach.
const CASES_MIN: f64 = 3.0;
/// How many messages are searched.
const MESSAGES: u32 = 1_000_000;
/// How long that may take at the median, in milliseconds.
const SEARCH_MAX: f64 = 50.0;
/// For how long at most the figures of that inbox are counted, in milliseconds.
const FIGURES_MAX: f64 = 500.0;
/// How many pages are open at once, and how many of them show the same case.
const STREAMS: u32 = 2_000;
const OF_ONE: u32 = 8;
/// What they may take of the server's memory, in megabytes.
const STREAMS_MAX: f64 = 100.0;

/// Adds the figures. Messages are searched in a file of their own, or in the other database that was asked for.
///
/// # Errors
/// When a program cannot be started, or a request is refused.
pub fn measure(data: &Data, assets: &Path, quick: bool, table: &mut Table) -> Result<()> {
    let folder = data.folder.join("feedback");
    Stage::clear(&folder)?;
    let wrk = Wrk::find(data.folder.join("feedback.lua"), data.scale.seconds)?;
    for disk in [Disk::Plain, Disk::Slow] {
        let stage = Stage::open(&folder, assets, disk)?;
        cases(&stage, &wrk, data.scale.seconds, table)?;
        if let Disk::Plain = disk {
            streams(&stage, table)?;
        }
    }
    let database = if data.database.starts_with("sqlite:") {
        format!("sqlite:{}", data.folder.join("inbox.db").display())
    } else {
        data.database.clone()
    };
    let messages = if quick { MESSAGES / 100 } else { MESSAGES };
    search(assets, &database, messages, table)
}

fn cases(stage: &Stage, wrk: &Wrk, seconds: u32, table: &mut Table) -> Result<()> {
    let mut samples = [(0.0, 0.0); ROUNDS];
    for (round, sample) in samples.iter_mut().enumerate() {
        shell::step(&format!("feedback: new cases, round {}", round + 1));
        let file = stage.disk.file(&format!("bare-cases-{round}"));
        sample.0 = bare_loop(stage.disk, &stage.folder.join(file), seconds)?;
        let request = Request::scripted("/", writing(round));
        sample.1 = wrk.run(&stage.server, &request)?.rate;
    }
    let rate = median(samples.map(|(_, rate)| rate));
    let share = median(samples.map(|(bare, rate)| rate / bare));
    table.add_with_goal(
        &stage.disk.name("feedback: new cases"),
        format!("{} /s, × {share:.1}", grouped(rate as u64)),
        format!("≥ × {CASES_MIN}"),
        share >= CASES_MIN,
        "of 16 guests, against a bare loop, on disk before they are acknowledged",
    );
    Ok(())
}

/// A script for wrk that sends one case after the other: each with a draft's name that no round has had before, and each by a
/// guest at an address of its own, because from one address few are taken.
fn writing(round: usize) -> String {
    format!(
        "local number = {round} * 0x400000\n\
         request = function()\n\
         \x20 number = number + 1\n\
         \x20 local guest = string.format('10.%d.%d.%d', number / 0x10000, number / 0x100 % 0x100, number % 0x100)\n\
         \x20 local body = string.format('{{\"draft\":\"%032x\",\"kind\":\"question\",\
         \"body\":\"When will the second volume come out?\"}}', number)\n\
         \x20 local headers = {{ ['content-type'] = 'application/json', ['x-forwarded-for'] = guest }}\n\
         \x20 return wrk.format('POST', '/v1/feedback?key={KEY}', headers, body)\n\
         end\n"
    )
}

/// Opens pages that show a case, as guests have them.
fn streams(stage: &Stage, table: &mut Table) -> Result<()> {
    shell::step(&format!(
        "feedback: {STREAMS} pages that are told of changes"
    ));
    let address = stage.server.address;
    let mut codes = Vec::new();
    for number in 0..STREAMS.div_ceil(OF_ONE) {
        let guest = Ipv4Addr::from_bits(Ipv4Addr::new(172, 16, 0, 0).to_bits() + number);
        let mut connection = Connection::open(address)?.on_behalf_of(guest);
        let new = json!({
            "draft": format!("{:032x}", u64::from(number) + (1 << 40)), "kind": "question", "body": "When?",
        });
        let path = format!("/v1/feedback?key={KEY}");
        let receipt: Value = serde_json::from_slice(connection.post(&path, &new.to_string())?)?;
        codes.push(
            receipt["code"]
                .as_str()
                .context("a receipt's code")?
                .to_owned(),
        );
    }
    let before = resident(&stage.server)?;
    let mut open = Vec::new();
    for number in 0..STREAMS {
        let code = &codes[(number / OF_ONE) as usize];
        open.push(follow(address, code).with_context(|| format!("page {number}"))?);
    }
    let grown = resident(&stage.server)? - before;
    drop(open);
    table.add_with_goal(
        "feedback: 2,000 open pages",
        format!("{grown:.1} MB"),
        format!("≤ {STREAMS_MAX:.0} MB"),
        grown <= STREAMS_MAX,
        "by which the server has grown while each is told what changes",
    );
    Ok(())
}

/// A connection that has been told how its case is now, and goes on.
fn follow(address: SocketAddr, code: &str) -> Result<BufReader<TcpStream>> {
    let form = format!("code={code}");
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /shops/{KEY}/feedback/track/live HTTP/1.1\r\nhost: bench\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )?;
    let mut stream = BufReader::with_capacity(1_024, stream);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    ensure!(line.contains(" 200 "), "refused: {line}");
    while !line.starts_with("data:") {
        line.clear();
        ensure!(stream.read_line(&mut line)? > 0, "closed");
    }
    Ok(stream)
}

/// Fills the inbox of a shop of its own and searches it.
fn search(assets: &Path, database: &str, messages: u32, table: &mut Table) -> Result<()> {
    const INBOX: &str = "pk_inbox";
    let binary = paths::target().join("release/bookplate");
    let program = Program::new(binary, assets, database.to_owned());
    shell::run_quietly(&mut program.command(&["migrate"]))?;
    let create = [
        "shop",
        "create",
        "--name",
        "Inbox",
        "--public-key",
        INBOX,
        "--origin",
        "http://localhost:1",
    ];
    let mut create = program.command(&create);
    let is_new = create.output()?.status.success();
    let store = |what: &str| {
        let mut command = Command::new(paths::target().join("release/examples/feedback"));
        command.arg(what).arg(database).arg(INBOX);
        shell::read(&mut super::process::on_two_processors(command))
    };
    // One that is there has been filled by an earlier run.
    if is_new {
        shell::step(&format!("feedback: {} messages", grouped(messages.into())));
        store(&messages.to_string())?;
    }
    shell::step("feedback: searching them");
    for line in store("search")?.lines() {
        let mut columns = line.split('\t');
        let mut column = || columns.next().context("three columns");
        let (asked, found, micros) = (column()?, column()?, column()?.parse::<f64>()?);
        let milliseconds = micros / 1e3;
        table.add_with_goal(
            &format!("feedback: search “{asked}”"),
            format!("{milliseconds:.1} ms"),
            format!("≤ {SEARCH_MAX:.0} ms"),
            milliseconds <= SEARCH_MAX,
            &format!("the median; {found} cases on the first page"),
        );
    }
    shell::step("feedback: counting figures");
    let line = store("figures")?;
    let (cases, micros) = line.trim().split_once('\t').context("two columns")?;
    let milliseconds = micros.parse::<f64>()? / 1e3;
    table.add_with_goal(
        "feedback: figures of all cases",
        format!("{milliseconds:.0} ms"),
        format!("≤ {FIGURES_MAX:.0} ms"),
        milliseconds <= FIGURES_MAX,
        &format!("the median; {cases} cases"),
    );
    Ok(())
}
