//! Inserts row by row, each in a transaction of its own that is on disk when it ends, over one connection: what
//! anybody's simplest durable loop reaches on a file system. `cargo xtask bench` measures `bookplate` against it.

use rusqlite::Connection;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(seconds)) = (arguments.next(), arguments.next()) else {
        return Err("usage: insert FILE SECONDS".into());
    };
    let lasting = Duration::from_secs(seconds.parse()?);
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         CREATE TABLE orders (number TEXT PRIMARY KEY, body TEXT NOT NULL)",
    )?;
    let mut insert = connection.prepare("INSERT INTO orders (number, body) VALUES (?1, ?2)")?;
    let body = "x".repeat(200);
    let (begun, mut rows) = (Instant::now(), 0_u64);
    while begun.elapsed() < lasting {
        rows += 1;
        insert.execute((rows.to_string(), &body))?;
    }
    #[allow(
        clippy::print_stdout,
        reason = "whoever started this waits for the line"
    )]
    {
        println!("{:.1}", rows as f64 / begun.elapsed().as_secs_f64());
    }
    Ok(())
}
