//! PostgreSQL: a few threads, each with a connection that is made when it is first needed and made anew
//! when it breaks.

use super::sql::is_in_order;
use super::unit::{Job, Task};
use super::{Connection, Connections, Db, Kind, Row, Sql, Value};
use crate::StoreError;
use crossbeam_channel::Receiver;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, Statement};
use rustls::pki_types::CertificateDer;
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How many connections an instance reads by at most. They are others than those that write: who waits for a
/// lock must keep nobody from reading.
pub(crate) const READERS: usize = 10;
/// How many connections an instance writes by at most.
pub(crate) const WRITERS: usize = 10;
/// How long to wait for a connection to be made.
const PATIENCE: Duration = Duration::from_secs(5);
/// How a connection begins. Who waits for a lock for longer is told that the database is busy: better than a
/// connection that nobody else can use.
const BEGINNING: &str = "SET lock_timeout = '5s'";
/// A server that has not acknowledged what was sent to it for so long is dead, and so is one that a quiet
/// connection hears nothing of. The system would wait for a quarter of an hour, and for two hours.
const SILENCE: Duration = Duration::from_secs(10);
/// How long a connection is quiet until the other end is asked whether it is still there.
const QUIET: Duration = Duration::from_secs(30);
/// How long that question waits for an answer.
const QUIET_AGAIN: Duration = Duration::from_secs(5);
/// How often it is asked.
const QUESTIONS: u32 = 3;
/// A connection that has rested for longer is asked whether it still lives before it is used.
const RESTED: Duration = Duration::from_secs(1);
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;

/// Prepares connections to the database at `url`.
///
/// # Errors
/// When the address cannot be read.
pub(crate) fn open(url: &str) -> Result<Connections, StoreError> {
    let config = config(url)?;
    let tls = tls();
    let (mut connections, to_read, to_write) = Connections::new();
    for (name, count, jobs) in [
        ("postgres-reader", READERS, to_read),
        ("postgres-writer", WRITERS, to_write),
    ] {
        for _ in 0..count {
            let (config, tls, jobs) = (config.clone(), tls.clone(), jobs.clone());
            connections.spawn(name, move || work(&config, &tls, &jobs))?;
        }
    }
    Ok(connections)
}

/// What `url` says, and what it leaves open.
fn config(url: &str) -> Result<Config, StoreError> {
    let mut config: Config = url.parse().map_err(|_| StoreError::Address)?;
    let usual = Config::new();
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_keepalives_idle() == usual.get_keepalives_idle() {
        config.keepalives_idle(QUIET);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(QUIET_AGAIN);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(QUESTIONS);
    }
    config
        .application_name("bookplate")
        .connect_timeout(PATIENCE)
        // Such as that a table exists already, which is no news.
        .notice_callback(|_| {});
    Ok(config)
}

/// What `sslmode=require` needs: the certificates that the machine trusts.
fn tls() -> MakeRustlsConnect {
    let mut roots = rustls::RootCertStore::empty();
    let trusted: Vec<CertificateDer<'static>> = rustls_native_certs::load_native_certs().certs;
    roots.add_parsable_certificates(trusted);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        // ring has a cipher suite for each of them.
        .expect("TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    MakeRustlsConnect::new(config)
}

fn work(config: &Config, tls: &MakeRustlsConnect, jobs: &Receiver<Task>) {
    let mut known: Option<Db> = None;
    while let Ok((kind, mut job)) = jobs.recv() {
        if !job.is_wanted() {
            continue;
        }
        let alive = known.take().and_then(|mut db| db.is_alive().then_some(db));
        let mut db = match alive {
            Some(db) => db,
            None => match Postgres::connect(config, tls) {
                Ok(connection) => Connection::Postgres(Box::new(connection)).into(),
                Err(error) => {
                    job.answer(Err(error));
                    continue;
                }
            },
        };
        let ended = match kind {
            Kind::Read => {
                job.run(&mut db);
                Ok(())
            }
            Kind::Write => transaction(&mut db, &mut *job),
        };
        // A transaction that could not be ended would swallow the next one: then the connection goes.
        if ended.is_ok() || db.batch("ROLLBACK").is_ok() {
            known = Some(db);
        }
        job.answer(ended);
    }
}

fn transaction(db: &mut Db, job: &mut dyn Job) -> Result<(), StoreError> {
    // The database's default may be another one. Whoever has waited for a lock reads what was written by then,
    // which a stricter level would not show.
    db.batch("BEGIN ISOLATION LEVEL READ COMMITTED")?;
    if !job.run(db) {
        return db.batch("ROLLBACK");
    }
    // After a statement that failed PostgreSQL answers to COMMIT with a rollback, and calls that a success.
    if db.has_failed() {
        return Err(StoreError::Aborted);
    }
    db.batch("COMMIT")
}

impl Db {
    fn is_alive(&mut self) -> bool {
        match &mut self.connection {
            Connection::Postgres(postgres) => postgres.is_alive(),
            Connection::Sqlite(_) => true,
        }
    }

    fn has_failed(&self) -> bool {
        matches!(&self.connection, Connection::Postgres(postgres) if postgres.failed)
    }
}

/// A connection with its prepared statements.
pub(crate) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
    used: Instant,
    /// Whether a statement has failed since the last batch.
    failed: bool,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Postgres {
    fn connect(config: &Config, tls: &MakeRustlsConnect) -> Result<Self, StoreError> {
        let mut client = config.connect(tls.clone())?;
        client.batch_execute(BEGINNING)?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            used: Instant::now(),
            failed: false,
        })
    }

    /// Whether the server still answers. It is asked only after a rest: a broken connection shows itself
    /// at its next use, and then that use has failed.
    fn is_alive(&mut self) -> bool {
        let rested = self.used.elapsed() > RESTED;
        !self.client.is_closed() && (!rested || self.client.is_valid(PATIENCE).is_ok())
    }

    pub(super) fn batch(&mut self, statements: &str) -> Result<(), StoreError> {
        self.used = Instant::now();
        self.failed = false;
        Ok(self.client.batch_execute(statements)?)
    }

    pub(super) fn rows(&mut self, sql: &Sql) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepare(&sql.text)?;
        let rows = self.client.query(&statement, &parameters(sql));
        let rows = rows.inspect_err(|_| self.failed = true)?;
        let columns: Arc<[String]> = statement
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect();
        rows.iter()
            .map(|row| {
                let values = (0..columns.len()).map(|at| row.try_get(at));
                Ok(Row::new(&columns, values.collect::<Result<_, _>>()?))
            })
            .collect()
    }

    /// The same, for `limit` at most.
    ///
    /// # Errors
    /// [`StoreError::TooSlow`] when that is not enough.
    pub(super) fn rows_within(
        &mut self,
        sql: &Sql,
        limit: Duration,
    ) -> Result<Vec<Row>, StoreError> {
        let millis = limit.as_millis().max(1);
        self.batch(&format!("SET statement_timeout = {millis}"))?;
        let found = self.rows(sql);
        self.batch("RESET statement_timeout")?;
        found
    }

    pub(super) fn run(&mut self, sql: &Sql) -> Result<u64, StoreError> {
        let statement = self.prepare(&sql.text)?;
        let touched = self.client.execute(&statement, &parameters(sql));
        Ok(touched.inspect_err(|_| self.failed = true)?)
    }

    fn prepare(&mut self, text: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(text) {
            return Ok(statement.clone());
        }
        debug_assert!(is_in_order(text), "SQLite gives other values: {text}");
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let statement = self.client.prepare(text);
        let statement = statement.inspect_err(|_| self.failed = true)?;
        self.statements.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn parameters(sql: &Sql) -> Vec<&(dyn ToSql + Sync)> {
    let values = sql.values.iter();
    values.map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Int),
            Type::INT4 => i32::from_sql(kind, raw).map(|number| Self::Int(number.into())),
            Type::BOOL => bool::from_sql(kind, raw).map(Self::from),
            Type::BYTEA => Vec::from_sql(kind, raw).map(Self::Bytes),
            _ => String::from_sql(kind, raw).map(Self::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::INT4 | Type::BOOL | Type::BYTEA)
            || <String as FromSql<'_>>::accepts(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_server_is_noticed_and_settings_of_the_address_count() {
        let plain = config("postgres://bookplate@db.example/bookplate").unwrap();
        assert_eq!(plain.get_tcp_user_timeout(), Some(&SILENCE));
        assert_eq!(plain.get_keepalives_idle(), QUIET);
        assert_eq!(plain.get_keepalives_interval(), Some(QUIET_AGAIN));
        assert_eq!(plain.get_keepalives_retries(), Some(QUESTIONS));
        let given = "postgres://db.example/bookplate?keepalives_idle=60&tcp_user_timeout=20";
        let given = config(given).unwrap();
        assert_eq!(given.get_keepalives_idle(), Duration::from_secs(60));
        let silence = Duration::from_secs(20);
        assert_eq!(given.get_tcp_user_timeout(), Some(&silence));
    }
}
