#![doc = include_str!("../README.md")]

pub mod catalogue;
mod ids;
pub mod ratings;
pub mod reviews;
pub mod shops;
mod sql;
mod text;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateDatabase, Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, ConnectOptions, Executor, SqlSafeStr, Transaction};
use std::time::Duration;

/// The schema, oldest first. A migration that has been released is never edited.
const MIGRATIONS: [(&str, &str); 1] = [(
    "catalogue and reviews",
    include_str!("../migrations/0001_catalogue_and_reviews.sql"),
)];

/// How long a writer waits for another one on SQLite, and anybody for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database cannot be read.
    #[error("the database address is neither sqlite:PATH nor postgres://…")]
    Address,
    /// The database's schema is not the one that this program knows.
    #[error("the database is not migrated: run `bookplate migrate`")]
    NotMigrated,
    /// A migration failed; the database is as it was before it.
    #[error("migration failed: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A cursor that was not given out for this order.
    #[error("the cursor is not valid for this order")]
    Cursor,
    /// What stands in the database cannot be what was put there.
    #[error("unreadable value in {0}")]
    Corrupt(&'static str),
    /// The database refused or could not be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Whether the database could not be reached, as opposed to having refused.
    pub fn is_unavailable(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut};
        matches!(self, Self::Database(Io(_) | PoolTimedOut | PoolClosed))
    }
}

/// Which database stands behind a [`Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file, embedded.
    Sqlite,
    /// A server, shared by several instances.
    Postgres,
}

/// An open database. Cloning is cheap and shares the connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
}

impl Store {
    /// Opens the database at `sqlite:PATH` (created where it is missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address cannot be read or the database cannot be reached.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let backend = if address.starts_with("sqlite:") {
            Backend::Sqlite
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            Backend::Postgres
        } else {
            return Err(StoreError::Address);
        };
        if backend == Backend::Sqlite && !Any::database_exists(address).await? {
            Any::create_database(address).await?;
        }
        let options: AnyConnectOptions = address.parse().map_err(|_| StoreError::Address)?;
        // Statements carry what people wrote; none of it belongs into a log.
        let options = options.disable_statement_logging();
        let pool = AnyPoolOptions::new()
            // SQLite gains nothing from more readers than processors; each has a thread and a cache.
            .max_connections(if backend == Backend::Sqlite { 4 } else { 16 })
            .acquire_timeout(PATIENCE)
            .test_before_acquire(backend == Backend::Postgres)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if backend == Backend::Sqlite {
                        connection
                            .execute(
                                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
                                 PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                                 PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000",
                            )
                            .await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool, backend })
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Brings the schema up to date. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When a migration fails, or the database was migrated by a newer program.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrations = (1..).zip(MIGRATIONS).map(|(version, (name, sql))| {
            Migration::new(
                version,
                name.into(),
                MigrationType::Simple,
                sql.into_sql_str(),
                false,
            )
        });
        Ok(Migrator::with_migrations(migrations.collect())
            .run(&self.pool)
            .await?)
    }

    /// Checks that the schema is the one that this program knows.
    ///
    /// # Errors
    /// [`StoreError::NotMigrated`] when a migration is missing.
    pub async fn check_migrated(&self) -> Result<(), StoreError> {
        let applied: Option<i64> =
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
                .fetch_one(&self.pool)
                .await
                .map_err(|_| StoreError::NotMigrated)?;
        match applied {
            Some(version) if version >= MIGRATIONS.len() as i64 => Ok(()),
            _ => Err(StoreError::NotMigrated),
        }
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes the connections after what is under way has ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Begins a transaction that will write.
    async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.backend {
            // Taking the write lock at once makes two writers queue; taking it at the first write
            // would let the second one fail.
            Backend::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Backend::Postgres => self.pool.begin().await?,
        })
    }
}
