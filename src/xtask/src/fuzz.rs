//! `cargo xtask fuzz`: what finds faults by chance, for as long as one likes.

use crate::wasm::{self, Mode, toolchain::Choice};
use crate::{paths, python, shell, test};
use anyhow::Result;
use std::process::Command;

/// The stories that do it, of many who write reviews of one book at once, and of a server that is killed again and again while
/// points come and go; `cargo xtask test` runs them too, for a moment. In which module each is.
const STORIES: [(&str, &str); 3] = [
    (
        "fuzz",
        "requests_made_up_from_the_description_find_no_fault",
    ),
    (
        "review_writing",
        "many_writers_at_once_leave_the_figures_exact",
    ),
    (
        "points_crashes",
        "what_was_acknowledged_survives_every_crash",
    ),
];

/// Makes up requests from the API's description, writes reviews from many sides at once, and kills the server under load
#[derive(clap::Args)]
pub struct Args {
    /// How long, in minutes; a round that was begun is finished, so 0 is one round
    #[arg(long, default_value_t = 15)]
    minutes: u32,
    /// How often the server is killed
    #[arg(long, default_value_t = 200)]
    crashes: u32,
    /// What the first round's requests depend on, the next number being the next round's; by chance where it is
    /// not given
    #[arg(long)]
    seed: Option<u32>,
    /// On which database
    #[arg(long, value_enum, default_value_t)]
    database: Database,
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

/// What can be searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Database {
    /// SQLite and PostgreSQL side by side
    #[default]
    Both,
    /// The embedded one
    Sqlite,
    /// PostgreSQL
    Postgres,
}

impl Database {
    /// The modules of the tests.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Both => &["sqlite", "postgres"],
            Self::Sqlite => &["sqlite"],
            Self::Postgres => &["postgres"],
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When something cannot be installed or built; when a fault was found, with the requests that show it.
pub fn run(args: &Args) -> Result<()> {
    let seed = match args.seed {
        Some(seed) => seed,
        None => getrandom::u32()?,
    };
    python::install()?;
    // The server does not start without what browsers download.
    wasm::build(Mode::Release, args.toolchain)?;
    test::install_postgres()?;
    let mut build = Command::new("cargo");
    build.current_dir(paths::root());
    shell::run(build.args(["build", "--workspace"]))?;
    shell::step(&format!(
        "the first round again: cargo xtask fuzz --minutes 0 --seed {seed}; for a later one the seed that it has told"
    ));
    let mut test = Command::new("cargo");
    test.current_dir(paths::root())
        .env("BOOKPLATE_FUZZ_MINUTES", args.minutes.to_string())
        .env("BOOKPLATE_FUZZ_CRASHES", args.crashes.to_string())
        .env("BOOKPLATE_FUZZ_SEED", seed.to_string())
        .args(["test", "--workspace", "--test", "api"])
        .args(["--", "--nocapture", "--exact"]);
    for database in args.database.names() {
        for (module, story) in STORIES {
            test.arg(format!("{module}::{database}::{story}"));
        }
    }
    shell::run(&mut test)
}
