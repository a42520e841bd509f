//! The shop that is measured: three books with few, many and very many reviews, and a large catalogue.

use super::http::Connection;
use super::process::{self, Running};
use crate::demo::Program;
use crate::load_set::LoadSet;
use crate::{paths, shell};
use anyhow::{Context, Result, ensure};
use bookplate_wire::Isbn;
use bookplate_wire::reviews::Summary;
use serde::{Deserialize, Serialize};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The public key of the shop.
pub const KEY: &str = "pk_bench";

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    name: &'static str,
    /// How many reviews the three books have.
    pub reviews: [u32; 3],
    /// How many books the catalogue has besides, each in two editions.
    books: u32,
    /// How long each load lasts, in seconds.
    pub seconds: u32,
    /// How many requests each latency is taken from.
    pub requests: u32,
}

impl Scale {
    /// What the goals are for.
    pub const FULL: Self = Self {
        name: "full",
        reviews: [1_000, 100_000, 1_000_000],
        books: 100_000,
        seconds: 8,
        requests: 2_000,
    };
    /// To see that everything works.
    pub const QUICK: Self = Self {
        name: "quick",
        reviews: [1_000, 10_000, 100_000],
        books: 10_000,
        seconds: 2,
        requests: 300,
    };
}

/// The shop and where it is kept.
pub struct Data {
    /// How much there is.
    pub scale: Scale,
    /// Everything of this scale is in here.
    pub folder: PathBuf,
    /// The database's address.
    pub database: String,
    embedded: Option<PathBuf>,
    sets: [LoadSet; 3],
    catalogue: LoadSet,
}

/// What was measured while the data was loaded, and from what.
#[derive(Serialize, Deserialize)]
pub struct Imports {
    schema: u64,
    /// The reviews of the largest book.
    pub reviews: Import,
    /// The large catalogue.
    pub catalogue: Import,
}

/// One import.
#[derive(Serialize, Deserialize)]
pub struct Import {
    pub records: u32,
    pub seconds: f64,
    pub peak_megabytes: f64,
}

impl Data {
    /// The shop in `database`, or in a SQLite file of its own.
    pub fn new(scale: Scale, database: Option<String>) -> Self {
        let folder = paths::target().join("bench").join(scale.name);
        let embedded = database.is_none().then(|| folder.join("bookplate.db"));
        let database =
            database.unwrap_or_else(|| format!("sqlite:{}", folder.join("bookplate.db").display()));
        let set = |first_book, books, reviews| LoadSet {
            seed: 1,
            first_book,
            books,
            reviews,
        };
        let [few, many, very_many] = scale.reviews;
        Self {
            scale,
            folder,
            database,
            embedded,
            sets: [set(0, 1, few), set(1, 1, many), set(2, 1, very_many)],
            catalogue: set(1_000, scale.books, 0),
        }
    }

    /// The three books.
    pub fn books(&self) -> [Isbn; 3] {
        self.sets.map(|set| set.isbns()[0])
    }

    /// The first hundred books of the catalogue.
    pub fn hundred(&self) -> Vec<Isbn> {
        let mut isbns = LoadSet {
            books: 100,
            ..self.catalogue
        }
        .isbns();
        isbns.truncate(100);
        isbns
    }

    /// Loads the data, unless an earlier run did; returns what was measured then.
    ///
    /// # Errors
    /// When one of the program's commands fails, or a file cannot be written.
    pub fn load(&self, program: &Program, fresh: bool) -> Result<Imports> {
        let schema = schema()?;
        let kind = if self.embedded.is_some() {
            "sqlite"
        } else {
            "postgres"
        };
        let note = self.folder.join(format!("{kind}.json"));
        if !fresh
            && let Ok(text) = fs::read_to_string(&note)
            && let Ok(imports) = serde_json::from_str::<Imports>(&text)
            && imports.schema == schema
        {
            shell::step("data: there from an earlier run (--fresh loads it again)");
            return Ok(imports);
        }
        fs::create_dir_all(&self.folder)?;
        remove(&note)?;
        if let Some(file) = &self.embedded {
            for suffix in ["", "-wal", "-shm"] {
                remove(Path::new(&format!("{}{suffix}", file.display())))?;
            }
        }
        shell::run_quietly(&mut program.command(&["migrate"]))?;
        let mut create =
            program.command(&["shop", "create", "--name", "Bench", "--public-key", KEY]);
        shell::run_quietly(create.args(["--origin", "http://localhost:4401"]))?;

        let mut last = None;
        for set in self.sets {
            self.import(program, set, "catalogue")?;
            last = Some(self.import(program, set, "reviews")?);
        }
        let imports = Imports {
            schema,
            reviews: last.context("no reviews")?,
            catalogue: self.import(program, self.catalogue, "catalogue")?,
        };
        fs::write(&note, serde_json::to_string(&imports)?)
            .with_context(|| format!("writing {}", note.display()))?;
        Ok(imports)
    }

    /// Writes a load set's files, imports one of them, and throws them away: they are large, and made
    /// again in less time than they take to import.
    fn import(&self, program: &Program, set: LoadSet, kind: &str) -> Result<Import> {
        let records = if kind == "reviews" {
            set.reviews
        } else {
            set.books * 2
        };
        shell::step(&format!("data: importing {records} {kind} records"));
        let files = self.folder.join("files");
        set.write(&files)?;
        let mut import = program.command(&["import", kind]);
        import
            .arg(files.join(format!("{kind}.csv")))
            .args(["--shop", KEY]);
        let cost = process::run(&mut import, &self.folder.join("import.log"))?;
        fs::remove_dir_all(&files)?;
        Ok(Import {
            records,
            seconds: cost.took.as_secs_f64(),
            peak_megabytes: cost.peak as f64 * 1_024.0 / 1e6,
        })
    }

    /// Asks the server whether the data is all there.
    ///
    /// # Errors
    /// When it is not, or the server does not answer.
    pub fn check(&self, server: &Running) -> Result<()> {
        let mut connection = Connection::open(server.address)?;
        for set in self.sets {
            let isbn = set.isbns()[0];
            let body = connection.get(&format!("/v1/books/{isbn}/rating?key={KEY}"))?;
            let Summary { count, .. } = serde_json::from_slice(body)?;
            ensure!(
                count == set.reviews,
                "book {isbn} has {count} reviews instead of {}: use --fresh",
                set.reviews
            );
        }
        Ok(())
    }
}

/// Tells one state of the database's schema from another.
fn schema() -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for file in paths::files(&paths::root().join("src/store/migrations"))? {
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", file.display()))
        }
        _ => Ok(()),
    }
}
