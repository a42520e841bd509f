//! One way to speak to both databases: a unit of work is a closure that runs on a thread with a connection
//! of its own, and speaks SQL that both understand.

pub(crate) mod postgres;
mod sql;
pub(crate) mod sqlite;
mod unit;
mod value;

pub use sql::Sql;
pub use value::{FromValue, Row, Value};

pub(crate) use unit::{Connections, Job, Kind, Unit};

#[cfg(test)]
mod tests;

use crate::StoreError;
use postgres::Postgres;
use std::collections::BTreeSet;

/// How many values stand in one list of a query: enough to be quick, few enough to stay prepared.
pub(crate) const LIST: usize = 200;

/// A connection within one unit of work. Each feature adds its queries to it; a caller puts several of
/// them together, and what was written is kept or dropped as a whole.
#[derive(Debug)]
pub struct Db {
    connection: Connection,
}

/// The connection itself.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Postgres>),
}

impl From<Connection> for Db {
    fn from(connection: Connection) -> Self {
        Self { connection }
    }
}

impl Db {
    /// Makes everybody else who locks one of the same `names` wait until this unit of work has ended. Only
    /// for writing, and before reading what is going to be changed. All of a kind at once, and kinds in the
    /// same order everywhere: else two units of work could wait for each other.
    ///
    /// On SQLite there is one writer at a time anyway. On PostgreSQL two writers could read the same
    /// figure and each write its own sum, which a constraint cannot always prevent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn lock(&mut self, names: impl IntoIterator<Item = String>) -> Result<(), StoreError> {
        self.lock_by("pg_advisory_xact_lock", names)
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
        for chunk in names.chunks(LIST) {
            let mut sql = Sql::new("SELECT CAST(");
            sql.push(function)
                .push("(hashtextextended(n, 0)) AS TEXT) FROM (VALUES ");
            for (at, name) in chunk.iter().enumerate() {
                sql.push(if at == 0 { "(" } else { ", (" })
                    .bind(name)
                    .push(")");
            }
            sql.push(") AS names (n)");
            sql.rows(self)?;
        }
        Ok(())
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
