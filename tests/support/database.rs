//! The databases that stories run on.

use crate::postgres::{self, Created};
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

/// The database of one test.
#[derive(Debug)]
pub struct Database {
    url: String,
    place: Place,
}

/// Where a database is. It goes with this.
#[derive(Debug)]
enum Place {
    Folder(TempDir),
    Cluster(Created),
}

/// The file of SQLite, and what is written but not in it yet.
const FILES: [&str; 2] = ["bookplate.db", "bookplate.db-wal"];

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
        Ok(match self.place {
            Place::Folder(folder) => {
                let [path, wal] = FILES.map(|file| folder.path().join(file));
                Template::Sqlite([std::fs::read(path)?, std::fs::read(wal).unwrap_or_default()])
            }
            Place::Cluster(created) => Template::Postgres(created.keep()),
        })
    }

    fn in_file(contents: &[Vec<u8>; 2]) -> Result<Self> {
        let folder = TempDir::with_prefix("bookplate-sqlite-")?;
        for (file, content) in FILES.iter().zip(contents) {
            if !content.is_empty() {
                std::fs::write(folder.path().join(file), content)?;
            }
        }
        Ok(Self {
            url: format!("sqlite:{}", folder.path().join(FILES[0]).display()),
            place: Place::Folder(folder),
        })
    }

    async fn in_cluster(template: Option<&str>) -> Result<Self> {
        let created = postgres::create_database(template).await?;
        Ok(Self {
            url: created.url().to_owned(),
            place: Place::Cluster(created),
        })
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self.place {
            Place::Folder(_) => Kind::Sqlite,
            Place::Cluster(_) => Kind::Postgres,
        }
    }

    /// What `BOOKPLATE_DATABASE` is set to.
    pub fn url(&self) -> &str {
        &self.url
    }
}
