//! Guessing gets slower and slower. What was tried is counted in the database, so that it holds on all
//! instances together and over a restart.

use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};

/// How long nobody may try after the first failure too many, in milliseconds. It doubles with each further one.
const FIRST_WAIT: i64 = 30 * 1_000;
/// How long that wait gets at most, in milliseconds.
const LONGEST_WAIT: i64 = 15 * 60 * 1_000;
/// After this time without a failure they are forgotten, in milliseconds: a day.
const REMEMBERED: i64 = 24 * 60 * 60 * 1_000;

/// What is counted: somebody from somewhere, or somebody from anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// A hash of it.
    pub hash: String,
    /// How many failures cost nothing.
    pub free: i64,
}

impl Db {
    /// Counts an attempt as a failure, before it is known whether it is one: so that many at the same time do not
    /// get more than their share. Where one of the subjects has to wait, nothing is counted, and the reply is
    /// until when, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn begin_attempt(&mut self, subjects: &[Subject]) -> Result<Option<i64>, StoreError> {
        self.lock(subjects.iter().map(|s| format!("attempt {}", s.hash)))?;
        let now = now();
        Sql::new("DELETE FROM staff_attempts WHERE last_at < $1")
            .arg(now - REMEMBERED)
            .run(self)?;
        let mut counted = Vec::new();
        for subject in subjects {
            let row =
                Sql::new("SELECT failures, wait_until FROM staff_attempts WHERE subject = $1")
                    .arg(&subject.hash)
                    .row(self)?;
            let (failures, wait_until) = match row {
                Some(row) => (row.get("failures")?, row.get("wait_until")?),
                None => (0, 0),
            };
            if wait_until > now {
                return Ok(Some(wait_until));
            }
            counted.push((subject, failures + 1));
        }
        for (subject, failures) in counted {
            Sql::new(
                "INSERT INTO staff_attempts (subject, failures, wait_until, last_at) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (subject) DO UPDATE SET \
                 failures = excluded.failures, wait_until = excluded.wait_until, \
                 last_at = excluded.last_at",
            )
            .arg(&subject.hash)
            .arg(failures)
            .arg(now + wait(failures - subject.free))
            .arg(now)
            .run(self)?;
        }
        Ok(None)
    }

    /// Forgets the failures of who has got in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end_attempts(&mut self, subjects: &[Subject]) -> Result<(), StoreError> {
        for subject in subjects {
            Sql::new("DELETE FROM staff_attempts WHERE subject = $1")
                .arg(&subject.hash)
                .run(self)?;
        }
        Ok(())
    }
}

/// How long nobody may try after `excess` failures more than are free.
fn wait(excess: i64) -> i64 {
    if excess < 0 {
        return 0;
    }
    // Five doublings reach the longest.
    (FIRST_WAIT << excess.min(5)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_a_quarter_of_an_hour() {
        let seconds = |excess| wait(excess) / 1_000;
        assert_eq!([-4, -1].map(seconds), [0, 0]);
        assert_eq!([0, 1, 2, 4].map(seconds), [30, 60, 120, 480]);
        assert_eq!([5, 100, 1_000_000].map(seconds), [900; 3]);
    }
}
