#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod audit;
pub mod catalogue;
pub mod consents;
pub mod db;
pub mod deliveries;
mod error;
pub mod faq;
pub mod feedback;
mod ids;
mod migrations;
pub mod notifications;
pub mod offers;
pub mod orders;
pub mod passkeys;
pub mod points;
pub mod privacy;
pub mod ratings;
pub mod reviews;
pub mod secrets;
pub mod settings;
pub mod shops;
pub mod staff;
pub mod surveys;
mod text;
pub mod webhooks;
pub mod wishlists;
mod words;

pub use db::Db;
pub use error::StoreError;
pub use ids::{new_gift_id, now};

use db::{Connections, Job, Kind, Unit};
use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

/// Which database stands behind a [`Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file, embedded.
    Sqlite,
    /// A server, shared by several instances.
    Postgres,
}

/// An open database. Cloning is cheap and shares the connections.
///
/// What is asked of it are units of work: closures that get a [`Db`] and put its queries together.
///
/// ```no_run
/// # use bookplate_store::{Store, StoreError};
/// # async fn example(store: Store) -> Result<(), StoreError> {
/// let shop = store.read(|db| db.shop_by_key("pk_demo")).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    /// Empty once it is closed.
    connections: Arc<RwLock<Option<Connections>>>,
}

/// What has become of work that is taken back.
struct Rehearsed<T>(Result<T, StoreError>);

impl<T> From<StoreError> for Rehearsed<T> {
    fn from(error: StoreError) -> Self {
        Self(Err(error))
    }
}

impl Store {
    /// Opens the database at `sqlite:PATH` (created where it is missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address cannot be read or the database cannot be reached.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let address = address.to_owned();
        let open = move || match address.strip_prefix("sqlite:") {
            Some(path) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok((Backend::Sqlite, db::sqlite::open(path)?))
            }
            None if address.starts_with("postgres") => {
                Ok((Backend::Postgres, db::postgres::open(&address)?))
            }
            None => Err(StoreError::Address),
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let (backend, connections) = opened.map_err(|_| StoreError::Closed)??;
        let store = Self {
            backend,
            connections: Arc::new(RwLock::new(Some(connections))),
        };
        store.ping().await?;
        Ok(store)
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Does `work`, which only reads.
    ///
    /// # Errors
    /// What `work` fails with; else when the database cannot be reached.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.unit(Kind::Read, work).await
    }

    /// Does `work` in a transaction: all that it has written is on disk when this succeeds, and nothing of
    /// it is when this fails.
    ///
    /// # Errors
    /// What `work` fails with; else when the database cannot be reached or the disk is full.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.unit(Kind::Write, work).await
    }

    /// Does `work` in a transaction, for a command that nobody's request waits for: as long as it takes to get
    /// its locks, and once more where the database was too busy the first time.
    ///
    /// # Errors
    /// What `work` fails with; else when the database cannot be reached or the disk is full.
    pub async fn write_patiently<T>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
    {
        let again = work.clone();
        let first = self.write(|db| {
            db.be_patient()?;
            work(db)
        });
        match first.await {
            Err(StoreError::Busy(_)) => {}
            ended => return ended,
        }
        let second = self.write(|db| {
            db.be_patient()?;
            again(db)
        });
        second.await
    }

    /// Does `work` for as long as it takes to get its locks, and then takes back all that it has written: to know what
    /// it would do.
    ///
    /// # Errors
    /// What `work` fails with; else when the database cannot be reached or is too busy.
    pub async fn rehearse<T>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
    {
        let ended = self.write(|db| {
            db.be_patient()?;
            // Only what fails is taken back.
            Err::<Infallible, _>(Rehearsed(work(db)))
        });
        match ended.await {
            Ok(never) => match never {},
            Err(Rehearsed(result)) => result,
        }
    }

    async fn unit<T, E>(
        &self,
        kind: Kind,
        work: impl FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, answer) = Unit::job(work);
        self.send(kind, job);
        let answer = answer.await;
        answer.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Hands a job to the connections. Where there are none any more it is dropped here, and who waits for
    /// its answer learns that.
    fn send(&self, kind: Kind, job: Box<dyn Job>) {
        let connections = self.connections.read();
        if let Some(connections) = &*connections.unwrap_or_else(PoisonError::into_inner) {
            connections.send(kind, job);
        }
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|db| db::Sql::new("SELECT 1").rows(db).map(drop))
            .await
    }

    /// How many units of work are written at the same moment; `None` where one that writes is no hindrance to
    /// others that wait, because they are written together.
    pub fn writers(&self) -> Option<usize> {
        match self.backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(db::postgres::WRITERS),
        }
    }

    /// How many units of work are read at the same moment.
    pub fn readers(&self) -> usize {
        match self.backend {
            Backend::Sqlite => db::sqlite::readers(),
            Backend::Postgres => db::postgres::READERS,
        }
    }

    /// Ends the connections after what is under way is done.
    pub async fn close(&self) {
        let connections = self.connections.write();
        let taken = connections.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(connections) = taken {
            // Joining threads cannot fail: their work catches its own panics.
            let _ = tokio::task::spawn_blocking(|| connections.close()).await;
        }
    }
}
