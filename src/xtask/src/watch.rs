//! `cargo xtask watch`: the demo as `serve` shows it, built quickly and again after every change.

use crate::serve::{self, Site, SiteArgs, Stop};
use crate::wasm::{self, Mode, toolchain::Choice};
use crate::{paths, shell};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::time::{MissedTickBehavior, interval};

/// How often the sources are looked at. Looking, rather than being told by the system, works in containers
/// and on shared folders too, and a few hundred files take a millisecond.
const LOOK: Duration = Duration::from_secs(1);

/// What is built from, besides the workspace's own files. The shop's pages are not here: they are read from
/// disk for every request.
const SOURCES: [&str; 3] = ["src", "style", "public/locales"];

/// Serves the demo from quick builds, and builds again what changes
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    site: SiteArgs,
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

/// Runs the command, until it is interrupted.
///
/// # Errors
/// When a port is taken, or the first build fails; a later one that fails is told of, and what was
/// built before stays up.
pub fn run(args: &Args) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(watch(args))
}

async fn watch(args: &Args) -> Result<()> {
    let site = Site::claim(&args.site).await?;
    let mut sources = look(paths::root())?;
    let mut built = Built::make(args.toolchain)?;
    let program = site.program(built.binary.clone(), &built.assets)?;
    let mut server = site.start(&program).await?;
    let mut stop = Stop::new()?;
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.asked() => return serve::end(&mut server).await,
            _ = clock.tick() => {}
        }
        let now = look(paths::root())?;
        if now == sources {
            continue;
        }
        // Taken before building: what is saved meanwhile is a change again.
        sources = now;
        match Built::make(args.toolchain) {
            Ok(new) if new == built => shell::step("watch: nothing to do"),
            Ok(new) => {
                built = new;
                serve::end(&mut server).await?;
                match serve::start_server(&program).await {
                    Ok(started) => {
                        server = started;
                        shell::step("watch: the server runs again, reload the page");
                    }
                    Err(error) => tell(&error),
                }
            }
            Err(error) => tell(&error),
        }
    }
}

/// Says what went wrong; the next change is another chance.
fn tell(error: &anyhow::Error) {
    shell::step(&format!("watch: {error:#}"));
}

/// The files that are built from, and when each was changed.
fn look(root: &Path) -> Result<Vec<(PathBuf, SystemTime)>> {
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for folder in SOURCES {
        files.extend(paths::files(&root.join(folder))?);
    }
    // An editor may have taken away what was there a moment ago; the next look finds what it put there.
    let changed = |file: PathBuf| {
        let changed = fs::metadata(&file).and_then(|data| data.modified()).ok()?;
        Some((file, changed))
    };
    Ok(files.into_iter().filter_map(changed).collect())
}

/// What the server is started from. Cargo and the wasm build know themselves what is to be done again.
#[derive(PartialEq)]
struct Built {
    binary: PathBuf,
    compiled: SystemTime,
    assets: PathBuf,
    version: String,
}

impl Built {
    fn make(toolchain: Choice) -> Result<Self> {
        let assets = wasm::build(Mode::Dev, toolchain)?;
        shell::step("server: compiling");
        let mut cargo = std::process::Command::new("cargo");
        cargo.current_dir(paths::root());
        shell::run(cargo.args(["build", "--package", "bookplate-server"]))?;
        let binary = paths::target().join("debug/bookplate");
        Ok(Self {
            compiled: fs::metadata(&binary)
                .and_then(|data| data.modified())
                .with_context(|| binary.display().to_string())?,
            binary,
            assets: assets.folder,
            version: assets.version,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_new_and_a_removed_file_are_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("src/wire")).unwrap();
        let file = root.join("src/wire/lib.rs");
        fs::write(&file, "").unwrap();
        let before = look(root).unwrap();
        assert_eq!(before.len(), 1);

        let later = before[0].1 + Duration::from_secs(1);
        fs::File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(later)
            .unwrap();
        let changed = look(root).unwrap();
        assert_ne!(changed, before);

        fs::write(root.join("src/new.rs"), "").unwrap();
        assert_eq!(look(root).unwrap().len(), 2);
        fs::remove_file(&file).unwrap();
        assert_eq!(look(root).unwrap().len(), 1);
    }
}
