//! One way to speak to both databases: a unit of work is a closure that runs on a thread with a connection
//! of its own, and speaks SQL that both understand.

pub(crate) mod postgres;
mod sql;
pub(crate) mod sqlite;
mod unit;
mod value;

pub use sql::Sql;
pub use value::{FromValue, Row, Value};

pub(crate) use sql::insert_all;

pub(crate) use unit::{Connections, Job, Kind, Unit};

#[cfg(test)]
mod tests;

use crate::StoreError;
use postgres::Postgres;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How many values stand in one list of a query: enough to be quick, few enough to stay prepared.
pub(crate) const LIST: usize = 200;

/// How many locks there are of one kind in a shop.
const SLOTS: u64 = 64;

/// The part of a lock's name that stands for `text`: one of a few, which many texts share. PostgreSQL has room
/// for some thousand locks of everybody together, and a batch has a thousand orders.
pub(crate) fn slot(text: &str) -> u64 {
    // FNV-1a: the same in every version of this program, several of which can run at once.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % SLOTS
}

/// A connection within one unit of work. Each feature adds its queries to it; a caller puts several of
/// them together, and what was written is kept or dropped as a whole.
#[derive(Debug)]
pub struct Db {
    connection: Connection,
    /// How long this unit of work has searched.
    searched: Duration,
}

/// The connection itself.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Postgres>),
}

impl From<Connection> for Db {
    fn from(connection: Connection) -> Self {
        Self {
            connection,
            searched: Duration::ZERO,
        }
    }
}

/// How long one unit of work may search.
const SEARCH: Duration = Duration::from_secs(1);

impl Db {
    /// Makes everybody else who locks one of the same `names` wait until this unit of work has ended. Only
    /// for writing, and before reading what is going to be changed. All of a kind at once, and kinds in the
    /// same order everywhere: else two units of work could wait for each other. One call locks in the order of
    /// the names.
    ///
    /// Names of things of which a request brings many end in a `slot`.
    ///
    /// On SQLite there is one writer at a time anyway. On PostgreSQL two writers could read the same
    /// figure and each write its own sum, which a constraint cannot always prevent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn lock(&mut self, names: impl IntoIterator<Item = String>) -> Result<(), StoreError> {
        self.lock_by("pg_advisory_xact_lock", names)
    }

    /// Whether nobody else writes during a unit of work that does: on SQLite. What was read in it stays so then.
    pub(crate) fn has_one_writer(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
    }

    /// Makes who locks `name` by [`Db::lock`] wait until this unit of work has ended, and waits for such; others
    /// who do the same go on. For what must not change meanwhile, and is not changed here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn lock_shared(&mut self, name: String) -> Result<(), StoreError> {
        self.lock_by("pg_advisory_xact_lock_shared", [name])
    }

    fn lock_by(
        &mut self,
        function: &'static str,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(), StoreError> {
        let Connection::Postgres(_) = self.connection else {
            return Ok(());
        };
        // In the same order by everybody.
        let names: BTreeSet<String> = names.into_iter().collect();
        let names: Vec<String> = names.into_iter().collect();
        // One text, however many there are: it stays prepared.
        let mut sql = Sql::new("SELECT CAST(");
        sql.push(function)
            .push("(hashtextextended(n, 0)) AS TEXT) FROM unnest(string_to_array(")
            .bind(names.join("\n"))
            .push(", chr(10))) AS names (n)");
        sql.rows(self).map(drop)
    }

    /// Waits for locks as long as it takes, until this unit of work has ended. For commands, whose connections
    /// nobody else needs.
    pub(crate) fn be_patient(&mut self) -> Result<(), StoreError> {
        match &mut self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(connection) => connection.batch("SET LOCAL lock_timeout = 0"),
        }
    }

    /// Begins a unit of work.
    fn begin(&mut self) {
        self.searched = Duration::ZERO;
    }

    /// All rows of a query that may have to look at very much to find little. For reading only.
    ///
    /// # Errors
    /// [`StoreError::TooSlow`] when it takes too long, alone or with others of this unit of work.
    pub(crate) fn search(&mut self, sql: &Sql) -> Result<Vec<Row>, StoreError> {
        let left = SEARCH.saturating_sub(self.searched);
        if left.is_zero() {
            return Err(StoreError::TooSlow);
        }
        let begun = Instant::now();
        let found = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::rows_within(connection, sql, left),
            Connection::Postgres(connection) => connection.rows_within(sql, left),
        };
        self.searched += begun.elapsed();
        found
    }

    /// Runs several statements without arguments.
    pub(crate) fn batch(&mut self, statements: &str) -> Result<(), StoreError> {
        match &mut self.connection {
            Connection::Sqlite(connection) => Ok(connection.execute_batch(statements)?),
            Connection::Postgres(connection) => connection.batch(statements),
        }
    }

    fn rows(&mut self, sql: &Sql) -> Result<Vec<Row>, StoreError> {
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::rows(connection, sql),
            Connection::Postgres(connection) => connection.rows(sql),
        }
    }

    fn run(&mut self, sql: &Sql) -> Result<u64, StoreError> {
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::run(connection, sql),
            Connection::Postgres(connection) => connection.run(sql),
        }
    }
}
