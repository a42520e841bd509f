//! How often somebody has tried something: the longer it goes on, the longer the wait before the next try.
//!
//! It is counted in the database, so that several instances together allow no more than one.

use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};

/// How long nobody is remembered who has not tried again, in milliseconds: a day.
const REMEMBERED: i64 = 24 * 60 * 60 * 1_000;
/// The longest wait doubles that many times from a second: to 17 minutes.
const DOUBLED_MAX: i64 = 10;

/// How many tries somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// Who tries, or what is tried: text that tells nothing to who reads it.
    pub subject: String,
    /// So many tries go through without a wait; each more waits twice as long, beginning with two seconds.
    pub free: i64,
    /// How long it takes until one try is forgotten, in milliseconds.
    pub forgiven_after: i64,
}

impl Db {
    /// Counts a try for each of `all`, as one that fails; else, when one of them has to wait, says how long, in
    /// milliseconds, and counts nothing. It is counted before it is known how the try ends, so that many at
    /// once are no way around it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn count_try(&mut self, all: &[Patience]) -> Result<Result<(), i64>, StoreError> {
        let names = all.iter().map(|one| format!("attempt {}", one.subject));
        self.lock(names)?;
        let now = now();
        Sql::new("DELETE FROM attempts WHERE since < $1")
            .arg(now - REMEMBERED)
            .run(self)?;
        let mut counts = Vec::with_capacity(all.len());
        let mut wait = 0;
        for one in all {
            let row = Sql::new("SELECT tries, since, free_at FROM attempts WHERE subject = $1")
                .arg(&one.subject)
                .row(self)?;
            let (mut tries, mut since) = (0, now);
            if let Some(row) = row {
                let (before, at): (i64, i64) = (row.get("tries")?, row.get("since")?);
                let forgiven = (now - at) / one.forgiven_after;
                if forgiven < before {
                    tries = before - forgiven;
                    since = at + forgiven * one.forgiven_after;
                }
                wait = wait.max(row.get::<i64>("free_at")? - now);
            }
            counts.push((tries + 1, since));
        }
        if wait > 0 {
            return Ok(Err(wait));
        }
        for (one, (tries, since)) in all.iter().zip(counts) {
            let over = (tries - one.free).min(DOUBLED_MAX);
            let free_at = if over > 0 { now + (1_000 << over) } else { 0 };
            Sql::new(
                "INSERT INTO attempts (subject, tries, since, free_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (subject) DO UPDATE SET tries = excluded.tries, \
                 since = excluded.since, free_at = excluded.free_at",
            )
            .arg(&one.subject)
            .arg(tries)
            .arg(since)
            .arg(free_at)
            .run(self)?;
        }
        Ok(Ok(()))
    }

    /// Takes back one try of a subject, because it has succeeded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_back_try(&mut self, subject: &str) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE attempts SET tries = tries - 1, free_at = 0 WHERE subject = $1 AND tries > 0",
        )
        .arg(subject)
        .run(self)
        .map(drop)
    }

    /// Forgets all tries of a subject.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_tries(&mut self, subject: &str) -> Result<(), StoreError> {
        Sql::new("DELETE FROM attempts WHERE subject = $1")
            .arg(subject)
            .run(self)
            .map(drop)
    }
}
