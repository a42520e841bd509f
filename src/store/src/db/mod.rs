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
    /// Makes everybody else who locks the same `name` wait until this unit of work has ended. Only for
    /// writing, and before reading what is going to be changed.
    ///
    /// On SQLite there is one writer at a time anyway. On PostgreSQL two writers could read the same
    /// figure and each write its own sum, which a constraint cannot always prevent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        if let Connection::Postgres(_) = self.connection {
            Sql::new("SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)")
                .arg(name)
                .rows(self)?;
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
