//! Programs that a test starts, and that never outlive it.
//!
//! Each runs in a process group of its own, so that what it starts (a driver starts a browser) ends
//! with it. Dropping the owner ends the group; where nothing is dropped, because the test program
//! was killed or the owner is a `static`, a [warden](WARDEN) does it.

use crate::logs;
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, kill_process_group};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;

pub(crate) use rustix::process::Signal;

/// A shell script that waits for the test program's end. It is a process of its own, because a
/// killed program cannot tidy up, and it lives in another group, because Ctrl-C must not reach it.
const WARDEN: &str = include_str!("warden.sh");

/// How long a program may take to end when asked to, before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a program may take to say that it is ready.
const READY: Duration = Duration::from_secs(30);

/// A running program, all that it started, and its folder.
#[derive(Debug)]
pub(crate) struct Group {
    name: String,
    pid: Pid,
    stop: Signal,
    output: Output,
    // Behind a lock only because statics have to be `Sync`.
    exit: Mutex<Receiver<ExitStatus>>,
    warden: Option<ChildStdin>,
    folder: TempDir,
}

impl Group {
    /// Starts `command`. It owns `folder` from now on and is asked to end by `stop`.
    pub(crate) fn start(mut command: Command, folder: TempDir, stop: Signal) -> Result<Self> {
        let name = Path::new(command.get_program())
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        command.process_group(0).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let pid = Pid::from_child(&child);
        let warden = start_warden(pid, stop, folder.path());

        let output = Output::default();
        output.follow(child.stdout.take().context("stdout is piped")?);
        output.follow(child.stderr.take().context("stderr is piped")?);
        let (ended, exit) = mpsc::channel();
        std::thread::spawn(move || {
            if let Ok(status) = child.wait() {
                // Nobody may be left to hear it.
                let _ = ended.send(status);
            }
        });
        let mut group = Self {
            name,
            pid,
            stop,
            output,
            exit: Mutex::new(exit),
            warden: None,
            folder,
        };
        match warden {
            Ok(warden) => group.warden = Some(warden),
            Err(error) => {
                group.stop();
                return Err(error);
            }
        }
        Ok(group)
    }

    /// Waits for the first line that `read` can read, and gives what it has read.
    pub(crate) async fn ready<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let mut lines = self.output.0.changed.subscribe();
        let found = async {
            loop {
                // Asked before the lines are read: nothing more comes after that.
                let ended = *lines.borrow_and_update() == STREAMS;
                let value = self.output.find(&read);
                if value.is_some() || ended {
                    return value;
                }
                lines.changed().await.ok()?;
            }
        };
        let why = match tokio::time::timeout(READY, found).await {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => "ended",
            Err(_) => "took too long",
        };
        bail!(
            "{} {why} before it was ready:\n{}",
            self.name,
            self.output.text()
        )
    }

    /// All that the program has written so far, to either stream.
    pub(crate) fn output(&self) -> String {
        self.output.text()
    }

    /// Sends `signal` to the program and to all that it started.
    pub(crate) fn signal(&self, signal: Signal) {
        // The group may be gone already, and then there is nothing left to do.
        let _ = kill_process_group(self.pid, signal);
    }

    /// Asks the program to end and gives how it ended; absent when it had to be killed.
    pub(crate) fn stop(&mut self) -> Option<ExitStatus> {
        let warden = self.warden.take();
        self.signal(self.stop);
        let status = self
            .exit
            .get_mut()
            .ok()
            .and_then(|exit| exit.recv_timeout(PATIENCE).ok());
        // Also what the program left behind when it ended on its own.
        self.signal(Signal::KILL);
        if let Some(mut warden) = warden {
            let _ = warden.write_all(b"done\n");
        }
        status
    }
}

impl Group {
    /// Fails the test when the log has what no log may have.
    fn check_log(&self) {
        let leaks = logs::leaks(&self.output.all()).join("\n");
        if leaks.is_empty() {
            return;
        }
        let message = format!(
            "the log of {} has what it must not have:\n{leaks}",
            self.name
        );
        // A second panic on top of the first would end the whole test program.
        if std::thread::panicking() {
            eprintln!("--- {message}");
        } else {
            panic!("{message}");
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.warden.is_some() {
            self.stop();
        }
        // What has been killed may write for a moment longer, and a full folder cannot be removed.
        for _ in 0..100 {
            match std::fs::remove_dir_all(self.folder.path()) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                _ => break,
            }
        }
        if std::thread::panicking() {
            eprintln!("--- {} said:\n{}", self.name, self.output());
        }
        self.check_log();
    }
}

fn start_warden(pid: Pid, stop: Signal, folder: &Path) -> Result<ChildStdin> {
    let signal = match stop {
        Signal::QUIT => "QUIT",
        Signal::KILL => "KILL",
        _ => "TERM",
    };
    let mut warden = Command::new("sh")
        .args([
            "-c",
            WARDEN,
            "warden",
            &pid.as_raw_nonzero().to_string(),
            signal,
        ])
        .arg(folder)
        .process_group(0)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start sh")?;
    let stdin = warden.stdin.take().context("stdin is piped")?;
    // Reaps it, so that no zombie stays while the test program runs.
    std::thread::spawn(move || warden.wait());
    Ok(stdin)
}

/// Reads a line that holds `words`: what follows them. For [`Group::ready`].
pub(crate) fn after(words: &str) -> impl Fn(&str) -> Option<String> {
    move |line| Some(line.split_once(words)?.1.trim().to_owned())
}

/// Standard output and standard error.
const STREAMS: u8 = 2;

/// The lines of a program's standard output and standard error, in the order in which they came.
#[derive(Debug, Clone, Default)]
struct Output(Arc<Lines>);

#[derive(Debug, Default)]
struct Lines {
    lines: Mutex<Vec<String>>,
    /// How many streams have been closed.
    changed: watch::Sender<u8>,
}

impl Output {
    fn follow(&self, stream: impl Read + Send + 'static) {
        let Self(shared) = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                shared
                    .lines
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
                shared.changed.send_modify(|_| ());
            }
            shared.changed.send_modify(|closed| *closed += 1);
        });
    }

    fn find<T>(&self, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().find_map(|line| read(line))
    }

    /// Everything that came, once no more can come. What has been killed closes its streams.
    fn all(&self) -> String {
        let end = Instant::now() + PATIENCE;
        while *self.0.changed.borrow() < STREAMS && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.text()
    }

    fn text(&self) -> String {
        self.0
            .lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn start(script: &str) -> Group {
        Group::start(shell(script), TempDir::new().unwrap(), Signal::TERM).unwrap()
    }

    #[tokio::test]
    async fn a_program_is_awaited_by_its_own_words() {
        let group = start("echo one; echo listening on door 7; exec sleep 60");
        assert_eq!(group.ready(after("listening on ")).await.unwrap(), "door 7");
    }

    #[tokio::test]
    async fn a_program_that_ends_too_early_is_quoted() {
        let error = start("echo 'no such table' >&2; exit 3")
            .ready(after("listening"))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("no such table"), "{error}");
    }

    #[tokio::test]
    async fn what_a_program_has_started_ends_with_it() {
        let mut group = start("sleep 60 & echo started; wait");
        group.ready(after("started")).await.unwrap();
        assert!(group.stop().is_some());
        // The child holds the streams open for as long as it lives.
        let error = group.ready(|_| None::<()>).await.unwrap_err();
        assert!(error.to_string().contains("ended"), "{error}");
    }

    #[tokio::test]
    async fn a_log_with_what_it_must_not_have_fails_the_test() {
        logs::keep_out("the-cookie-of-somebody");
        for (said, is_fine) in [
            ("cookie=the-cookie-of-nobody", true),
            ("cookie=the-cookie-of-somebody", false),
            ("no mailbox for kim@books.example", false),
        ] {
            let group = start(&format!("echo '{said}' >&2; exec sleep 60"));
            group.ready(after(said)).await.unwrap();
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(group)));
            assert_eq!(dropped.is_ok(), is_fine, "{said}");
        }
    }

    #[test]
    fn a_warden_tidies_up_after_a_killed_test_program() {
        let folder = TempDir::new().unwrap();
        let mut victim = shell("exec sleep 60").process_group(0).spawn().unwrap();
        let pipe = start_warden(Pid::from_child(&victim), Signal::TERM, folder.path()).unwrap();
        drop(pipe);
        assert!(!victim.wait().unwrap().success());
    }
}
