//! SQLite: one thread that writes, a few that read.

use super::unit::{Job, Task};
use super::{Connection, Connections, Db, Row, Sql, Value};
use crate::StoreError;
use crossbeam_channel::Receiver;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection as Sqlite3, Statement, ToSql};
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the writer waits for another process that writes, such as `bookplate import`.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many units of work share one commit at most.
const GROUP: usize = 128;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// Opens the file at `path`, made where it is missing.
///
/// Writing goes through one thread. Whatever waits there when it begins is written in one transaction,
/// each unit of work in a savepoint of its own, and answered after the commit: sixteen customers who act at
/// the same moment wait for the disk once instead of sixteen times in a row.
///
/// # Errors
/// When it cannot be opened or is no database.
pub(crate) fn open(path: &str) -> Result<Connections, StoreError> {
    let (mut connections, to_read, to_write) = Connections::new();
    let writer = connect(path)?;
    // In kibibytes, used only where a transaction touches as much: what does not fit is written twice.
    writer.execute_batch("PRAGMA cache_size = -24576")?;
    connections.spawn("sqlite-writer", move || write(writer, &to_write))?;
    for _ in 0..readers() {
        let (reader, to_read) = (connect(path)?, to_read.clone());
        reader.execute_batch("PRAGMA query_only = ON")?;
        connections.spawn("sqlite-reader", move || read(reader, &to_read))?;
    }
    Ok(connections)
}

/// How many threads read: more than processors only take each other's turns.
pub(crate) fn readers() -> usize {
    let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
    processors.clamp(2, 8)
}

fn connect(path: &str) -> Result<Sqlite3, StoreError> {
    let connection = Sqlite3::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A prepared statement stays as it is, whatever its placeholders hold: else some are prepared anew for
    // every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000",
    )?;
    Ok(connection)
}

fn read(connection: Sqlite3, jobs: &Receiver<Task>) {
    let mut db = Db::from(Connection::Sqlite(connection));
    while let Ok((_, mut job)) = jobs.recv() {
        if job.is_wanted() {
            job.run(&mut db);
            job.answer(Ok(()));
        }
    }
}

fn write(connection: Sqlite3, jobs: &Receiver<Task>) {
    let mut db = Db::from(Connection::Sqlite(connection));
    while let Ok((_, first)) = jobs.recv() {
        let mut group = vec![first];
        let ended = write_group(&mut db, &mut group, jobs);
        if ended.is_err() {
            // Nothing of it may stay open for the next group.
            let _ = db.batch("ROLLBACK");
        }
        for job in group {
            job.answer(ended.clone());
        }
    }
}

/// Runs what is in `group` and what arrives meanwhile, in one transaction.
fn write_group(
    db: &mut Db,
    group: &mut Vec<Box<dyn Job>>,
    jobs: &Receiver<Task>,
) -> Result<(), StoreError> {
    // Taking the write lock at once makes two processes queue; taking it at the first write would let
    // the second one fail.
    db.statement("BEGIN IMMEDIATE")?;
    let mut next = 0;
    while next < group.len() {
        let job = &mut group[next];
        if job.is_wanted() {
            db.statement("SAVEPOINT unit")?;
            let keep = job.run(db);
            // Where the disk is full SQLite can take back the whole transaction: then nothing is kept of the
            // units before either.
            if db.is_taken_back() {
                let reason = "the whole transaction was taken back: is the disk full?";
                return Err(StoreError::Unreachable(reason.to_owned()));
            }
            if !keep {
                db.statement("ROLLBACK TO unit")?;
            }
            db.statement("RELEASE unit")?;
        }
        next += 1;
        if next == group.len() && next < GROUP {
            let waiting = jobs.try_iter().take(GROUP - next);
            group.extend(waiting.map(|(_, job)| job));
        }
    }
    db.statement("COMMIT")
}

impl Db {
    fn is_taken_back(&self) -> bool {
        matches!(&self.connection, Connection::Sqlite(sqlite) if sqlite.is_autocommit())
    }

    /// Runs one statement that stays prepared.
    fn statement(&mut self, text: &'static str) -> Result<(), StoreError> {
        Sql::new(text).run(self).map(drop)
    }
}

pub(super) fn rows(connection: &Sqlite3, sql: &Sql) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection.prepare_cached(&sql.text)?;
    bind(&mut statement, sql)?;
    let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for at in 0..columns.len() {
            values.push(match row.get_ref(at)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(text) => {
                    let text = std::str::from_utf8(text);
                    Value::Text(text.map_err(|_| StoreError::Corrupt("a text"))?.to_owned())
                }
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
                ValueRef::Real(_) => {
                    return Err(StoreError::Corrupt("a column of an unused type"));
                }
            });
        }
        found.push(Row::new(&columns, values));
    }
    Ok(found)
}

/// How many steps a query does until it is asked again how late it is: less than a millisecond's.
const STEPS: i32 = 1_000;

/// The same, for `limit` at most.
///
/// # Errors
/// [`StoreError::TooSlow`] when that is not enough.
pub(super) fn rows_within(
    connection: &mut Sqlite3,
    sql: &Sql,
    limit: Duration,
) -> Result<Vec<Row>, StoreError> {
    let begun = Instant::now();
    connection.progress_handler(STEPS, Some(move || begun.elapsed() > limit))?;
    let found = rows(connection, sql);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    found
}

pub(super) fn run(connection: &Sqlite3, sql: &Sql) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(&sql.text)?;
    bind(&mut statement, sql)?;
    Ok(statement.raw_execute()? as u64)
}

/// SQLite numbers `$1`, `$2`, … by where they first stand, which is the order of the values.
fn bind(statement: &mut Statement<'_>, sql: &Sql) -> Result<(), StoreError> {
    for (at, value) in sql.values.iter().enumerate() {
        debug_assert_eq!(
            statement.parameter_name(at + 1),
            Some(format!("${}", at + 1).as_str()),
            "placeholders out of order: {}",
            sql.text
        );
        statement.raw_bind_parameter(at + 1, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
