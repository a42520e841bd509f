//! The databases that stories run on.

use crate::postgres;
use anyhow::{Context, Result};
use tempfile::TempDir;

/// A kind of database that Bookplate can keep its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one: a file.
    Sqlite,
    /// A database of the test program's own PostgreSQL cluster.
    Postgres,
}

/// The database of one test.
#[derive(Debug)]
pub struct Database {
    kind: Kind,
    url: String,
    _folder: Option<TempDir>,
}

/// What databases can begin with. Whoever would migrate each of a thousand would wait for minutes.
#[derive(Debug)]
pub(crate) enum Template {
    /// The file, and what is written but not in it yet.
    Sqlite([Vec<u8>; 2]),
    /// The name of the database.
    Postgres(String),
}

impl Database {
    /// Makes an empty database.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn new(kind: Kind) -> Result<Self> {
        match kind {
            Kind::Sqlite => Self::in_file(&Default::default()),
            Kind::Postgres => Self::in_cluster(None).await,
        }
    }

    /// Makes a database with what is in `template`.
    ///
    /// # Errors
    /// When the file cannot be written, or PostgreSQL refuses.
    pub(crate) async fn like(template: &Template) -> Result<Self> {
        match template {
            Template::Sqlite(content) => Self::in_file(content),
            Template::Postgres(name) => Self::in_cluster(Some(name)).await,
        }
    }

    /// What others can begin with. Nobody has it open any more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn into_template(self) -> Result<Template> {
        Ok(match self.url.strip_prefix("sqlite:") {
            Some(path) => Template::Sqlite([
                std::fs::read(path)?,
                std::fs::read(format!("{path}-wal")).unwrap_or_default(),
            ]),
            None => {
                let name = self
                    .url
                    .rsplit('/')
                    .find_map(|part| part.split_once("?host="));
                let (name, _) = name.context("no database in the URL")?;
                Template::Postgres(name.to_owned())
            }
        })
    }

    fn in_file(content: &[Vec<u8>; 2]) -> Result<Self> {
        let folder = TempDir::with_prefix("bookplate-sqlite-")?;
        let path = folder.path().join("bookplate.db");
        for (part, content) in ["bookplate.db", "bookplate.db-wal"].iter().zip(content) {
            if !content.is_empty() {
                std::fs::write(folder.path().join(part), content)?;
            }
        }
        Ok(Self {
            kind: Kind::Sqlite,
            url: format!("sqlite:{}", path.display()),
            _folder: Some(folder),
        })
    }

    async fn in_cluster(template: Option<&str>) -> Result<Self> {
        Ok(Self {
            kind: Kind::Postgres,
            url: postgres::create_database(template).await?,
            _folder: None,
        })
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
