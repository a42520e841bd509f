//! The databases that stories run on.

use crate::postgres;
use anyhow::Result;
use tempfile::TempDir;

/// A kind of database that Bookplate can keep its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one: a file.
    Sqlite,
    /// A database of the test program's own PostgreSQL cluster.
    Postgres,
}

/// A new, empty database of one test.
#[derive(Debug)]
pub struct Database {
    kind: Kind,
    url: String,
    _folder: Option<TempDir>,
}

impl Database {
    /// Makes a database.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn new(kind: Kind) -> Result<Self> {
        match kind {
            Kind::Sqlite => {
                let folder = TempDir::with_prefix("bookplate-sqlite-")?;
                let url = format!("sqlite:{}", folder.path().join("bookplate.db").display());
                Ok(Self {
                    kind,
                    url,
                    _folder: Some(folder),
                })
            }
            Kind::Postgres => Ok(Self {
                kind,
                url: postgres::create_database().await?,
                _folder: None,
            }),
        }
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What `BOOKPLATE_DATABASE` is set to.
    pub fn url(&self) -> &str {
        &self.url
    }
}
