//! A PostgreSQL cluster of the tests' own: made from the installed programs, gone afterwards.
//!
//! One cluster serves a whole test program, each test gets a fresh database in it. It listens on a
//! socket in its own folder only, so no port can be taken and nobody else can reach it.

use crate::process::{Group, Signal, after};
use anyhow::{Context, Result, ensure};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Makes and serves the cluster. One program for both steps, so that it is tidied up after however
/// far it has come.
const SCRIPT: &str = include_str!("postgres.sh");

/// The name of the cluster's one role.
const ROLE: &str = "bookplate";

/// The names of databases that nobody needs any more. They go when the next one is made: by the same program, since starting
/// it is what takes the time.
static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A database of the cluster, which goes with it.
#[derive(Debug)]
pub(crate) struct Created {
    name: String,
    url: String,
}

impl Created {
    /// What the program is told.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The database's name. It stays until the cluster ends.
    pub(crate) fn keep(mut self) -> String {
        std::mem::take(&mut self.name)
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
            done.push(std::mem::take(&mut self.name));
        }
    }
}

/// Makes a new database, empty or with what is in `template`.
pub(crate) async fn create_database(template: Option<&str>) -> Result<Created> {
    static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
    static COUNT: AtomicU32 = AtomicU32::new(0);

    let cluster = CLUSTER.get_or_try_init(Cluster::start).await?;
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let socket = cluster
        .socket
        .to_str()
        .context("the temporary folder's name is not UTF-8")?;
    let like = template.map_or(String::new(), |template| format!(" TEMPLATE {template}"));
    let done = std::mem::take(&mut *DONE.lock().unwrap_or_else(PoisonError::into_inner));
    let drop = done
        .iter()
        .map(|done| format!("--command=DROP DATABASE {done} WITH (FORCE)"));
    let psql = tokio::process::Command::new(cluster.programs.join("psql"))
        .args([
            "--no-psqlrc",
            "--quiet",
            "--dbname=postgres",
            "--username",
            ROLE,
            "--host",
            socket,
        ])
        .args(drop)
        .arg(format!("--command=CREATE DATABASE {name}{like}"))
        .output()
        .await
        .context("cannot run psql")?;
    ensure!(
        psql.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&psql.stderr)
    );
    let url = format!("postgres://{ROLE}@localhost/{name}?host={socket}");
    Ok(Created { name, url })
}

/// A running cluster. It lives in a `static`, so its warden ends it.
#[derive(Debug)]
struct Cluster {
    programs: PathBuf,
    socket: PathBuf,
    _group: Group,
}

impl Cluster {
    async fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = TempDir::with_prefix("bookplate-postgres-")?;
        let user = User::for_postgres()?;
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid), Some(user.gid))?;
            std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))?;
        }
        let socket = folder.path().to_owned();
        let mut command = Command::new("sh");
        command
            .args(["-c", SCRIPT, "postgres"])
            .arg(&programs)
            .arg(ROLE);
        command.current_dir(&socket).env("LC_ALL", "C.UTF-8");
        if let Some(user) = &user {
            command.uid(user.uid).gid(user.gid);
        }
        // SIGQUIT: end at once and leave no shared memory behind.
        let group = Group::start(command, folder, Signal::QUIT)?;
        group
            .ready(after("database system is ready to accept connections"))
            .await?;
        Ok(Self {
            programs,
            socket,
            _group: group,
        })
    }
}

/// The folder of PostgreSQL's programs: the one `initdb` in `PATH` really lies in, or the newest
/// that Debian's packages have installed.
fn programs() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join("initdb"));
    let mut packaged: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin/initdb")))
        .collect();
    packaged.sort();
    in_path
        .chain(packaged.into_iter().rev())
        .find_map(|initdb| Some(initdb.canonicalize().ok()?.parent()?.to_owned()))
        .context("PostgreSQL is not installed: no initdb in PATH or in /usr/lib/postgresql")
}

/// Who runs PostgreSQL where the tests run as root, which PostgreSQL refuses to be.
#[derive(Debug)]
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// The user to change to; absent where there is no need and no right to.
    fn for_postgres() -> Result<Option<Self>> {
        if std::fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(None);
        }
        let users = std::fs::read_to_string("/etc/passwd")?;
        let found = ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::find(&users, name));
        found
            .context("neither a user postgres nor nobody to run PostgreSQL as")
            .map(Some)
    }

    fn find(users: &str, name: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            let uid = fields.nth(1)?.parse().ok()?;
            Some(Self {
                uid,
                gid: fields.next()?.parse().ok()?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::wait_until;

    #[tokio::test]
    async fn each_database_is_new() {
        let (one, two) = (
            create_database(None).await.unwrap(),
            create_database(None).await.unwrap(),
        );
        assert_ne!(one.url(), two.url());
        for url in [one.url(), two.url()] {
            let psql = Command::new(programs().unwrap().join("psql"))
                .args([
                    "--no-psqlrc",
                    "--command",
                    "CREATE TABLE books (isbn text)",
                    url,
                ])
                .output()
                .unwrap();
            assert!(psql.status.success(), "{psql:?}");
        }
    }

    #[tokio::test]
    async fn a_database_goes_with_its_test() {
        let url = create_database(None).await.unwrap().url().to_owned();
        // Another test's may be the one that takes it along.
        create_database(None).await.unwrap();
        wait_until("the database is gone", async || {
            let psql = Command::new(programs().unwrap().join("psql"))
                .args(["--no-psqlrc", "--command=SELECT 1", &url])
                .output()
                .unwrap();
            String::from_utf8_lossy(&psql.stderr).contains("does not exist")
        })
        .await;
    }
}
