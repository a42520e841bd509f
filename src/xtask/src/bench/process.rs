//! Programs that run while they are measured.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often the memory of an import is looked at. The kernel keeps the peak itself, so that only what
/// is taken in the last moment before the end can be missed.
const LOOK: Duration = Duration::from_millis(20);

/// A program that listens; dropping this ends it.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Running {
    /// Starts a server on two processors and waits until it listens; what it logs goes into the file
    /// `log`.
    ///
    /// # Errors
    /// When it ends before that.
    pub fn start(command: Command, log: &Path) -> Result<Self> {
        let mut child = on_two_processors(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log).with_context(|| format!("creating {}", log.display()))?)
            .spawn()
            .context("cannot start the server")?;
        let stdout = child.stdout.take().context("the server's output")?;
        for line in BufReader::new(stdout).lines() {
            if let Some(address) = line?.strip_prefix("listening on http://") {
                return Ok(Self {
                    address: address.parse()?,
                    child,
                });
            }
        }
        bail!(
            "the server ended before it listened ({}): see {}",
            child.wait()?,
            log.display()
        )
    }

    /// A line of `/proc/PID/status` that is in kilobytes, such as `VmRSS`.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn kilobytes(&self, name: &str) -> Result<u64> {
        kilobytes(&self.child, name)
    }

    /// The processor time that the process has used, for itself and in the kernel.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in brackets, may hold spaces. Behind it `utime` and `stime` are the 12th and the 13th
        // field, in hundredths of a second on every Linux.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let mut times = fields.split_whitespace().skip(11).map(str::parse::<u64>);
        let (Some(Ok(user)), Some(Ok(kernel))) = (times.next(), times.next()) else {
            bail!("cannot read the times of process {}", self.child.id());
        };
        Ok(Duration::from_millis(10 * (user + kernel)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long a program took, and the most memory that it had, in kilobytes.
pub struct Cost {
    pub took: Duration,
    pub peak: u64,
}

/// Runs a program to its end.
///
/// # Errors
/// When it does not succeed; its last words are in `log`.
pub fn run(command: &mut Command, log: &Path) -> Result<Cost> {
    let file = File::create(log).with_context(|| format!("creating {}", log.display()))?;
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .context("cannot start the program")?;
    let mut peak = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            let took = begun.elapsed();
            if !status.success() {
                bail!("{status}: {}", fs::read_to_string(log)?);
            }
            return Ok(Cost { took, peak });
        }
        // Between its end and our noticing it there is no memory to look at.
        peak = peak.max(kilobytes(&child, "VmHWM").unwrap_or(0));
        thread::sleep(LOOK);
    }
}

/// The program, kept to two processors where the machine has more: that is what the goals are for.
pub fn on_two_processors(command: Command) -> Command {
    let all = thread::available_parallelism().map_or(1, usize::from);
    if all <= 2 || shell::find("taskset").is_none() {
        return command;
    }
    let mut pinned = Command::new("taskset");
    pinned
        .args(["--cpu-list", "0,1"])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => pinned.env(name, value),
            None => pinned.env_remove(name),
        };
    }
    pinned
}

fn kilobytes(child: &Child, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|value| value.trim().strip_suffix(" kB")?.parse().ok())
        .with_context(|| format!("no {name} in the status of process {}", child.id()))
}
