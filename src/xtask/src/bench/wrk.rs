//! The load generator.

use super::process::{Running, on_two_processors};
use crate::{install, shell};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// wrk, asking one thing after the other over each of its connections, from one thread.
pub struct Wrk {
    script: PathBuf,
    seconds: u32,
    connections: u32,
}

/// What is asked for.
#[derive(Default)]
pub struct Request {
    /// The path with its query string.
    pub path: String,
    /// Whether each request ends with another number.
    pub counting: bool,
    /// Headers, such as `accept-encoding: br`.
    pub headers: Vec<String>,
    /// Lua that makes `body` for the next request, where it is to have one, from `number`, which counts.
    pub body: Option<String>,
    /// A whole script, for what is neither.
    pub script: Option<String>,
}

impl Request {
    /// Gets `path`.
    pub fn get(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..Self::default()
        }
    }

    /// Posts to `path` the JSON that the Lua `body` makes.
    pub fn post(path: &str, mut headers: Vec<String>, body: String) -> Self {
        headers.push("content-type: application/json".to_owned());
        Self {
            path: path.to_owned(),
            counting: false,
            headers,
            body: Some(body),
            script: None,
        }
    }

    /// Asks what `script` says, with `path` for what that leaves open.
    pub fn scripted(path: &str, script: String) -> Self {
        Self {
            path: path.to_owned(),
            script: Some(script),
            ..Self::default()
        }
    }

    /// What wrk runs for each request, where it is not always the same.
    fn script(&self) -> Option<String> {
        match (&self.script, &self.body) {
            (Some(script), _) => Some(script.clone()),
            (None, Some(body)) => Some(posting(&self.path, body)),
            (None, None) => self.counting.then(|| counting(&self.path)),
        }
    }
}

/// What one run gave.
#[derive(Clone, Copy, Default)]
pub struct Sample {
    /// Requests a second.
    pub rate: f64,
    /// Microseconds of processor time that the server spent on a request. Unlike the rate it hardly
    /// depends on what else the machine does.
    pub processor: f64,
}

impl Wrk {
    /// Finds wrk, or installs it; loads will last `seconds`, and `script` is a file to be written.
    ///
    /// # Errors
    /// When it is missing and cannot be installed.
    pub fn find(script: PathBuf, seconds: u32) -> Result<Self> {
        if shell::find("wrk").is_none() {
            install::debian(&["wrk"], "rates are measured with wrk")?;
        }
        Ok(Self {
            script,
            seconds,
            connections: 16,
        })
    }

    /// The same over so many connections; usually they are 16.
    pub fn of(self, connections: u32) -> Self {
        Self {
            connections,
            ..self
        }
    }

    /// Puts the server under load.
    ///
    /// # Errors
    /// When wrk fails, or the server refuses a request.
    pub fn run(&self, server: &Running, request: &Request) -> Result<Sample> {
        let mut wrk = Command::new("wrk");
        wrk.arg("-t1")
            .arg(format!("-c{}", self.connections))
            .arg(format!("-d{}s", self.seconds));
        for header in &request.headers {
            wrk.args(["-H", header]);
        }
        if let Some(script) = request.script() {
            fs::write(&self.script, script)
                .with_context(|| format!("writing {}", self.script.display()))?;
            wrk.arg("-s").arg(&self.script);
        }
        wrk.arg(format!("http://{}{}", server.address, request.path));
        let before = server.processor_time()?;
        let said = shell::read(&mut on_two_processors(wrk))?;
        let spent = server.processor_time()? - before;
        let (requests, rate) = read(&said)?;
        let processor = spent.as_secs_f64() * 1e6 / requests;
        Ok(Sample { rate, processor })
    }
}

/// A script for wrk that counts the requests up in their paths.
fn counting(path: &str) -> String {
    format!(
        "local number = 0\n\
         request = function()\n\
         \x20 number = number + 1\n\
         \x20 return wrk.format(\"GET\", \"{path}\" .. number)\n\
         end\n"
    )
}

/// A script for wrk that posts what `body` makes.
fn posting(path: &str, body: &str) -> String {
    format!(
        "number = 0\n\
         request = function()\n\
         {body}\
         \x20 return wrk.format(\"POST\", \"{path}\", nil, body)\n\
         end\n"
    )
}

/// How many requests there were, in all and in a second, from what wrk says.
fn read(said: &str) -> Result<(f64, f64)> {
    let lines = || said.lines().map(str::trim);
    for trouble in ["Non-2xx", "Socket errors"] {
        if let Some(line) = lines().find(|line| line.starts_with(trouble)) {
            bail!("{line}");
        }
    }
    let requests = lines().find_map(|line| line.split_once(" requests in ")?.0.parse().ok());
    let rate = lines().find_map(|line| line.strip_prefix("Requests/sec:")?.trim().parse().ok());
    requests
        .zip(rate)
        .with_context(|| format!("no rate in what wrk says: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_with_refused_requests_is_none() {
        let said = "Running 8s test\n  1234 requests in 8.01s, 5.2MB read\n";
        let rate = "Requests/sec:  12345.67\nTransfer/sec: 1MB\n";
        assert_eq!(
            read(&format!("{said}{rate}")).unwrap(),
            (1_234.0, 12_345.67)
        );
        let refused = format!("{said}  Non-2xx or 3xx responses: 7\n{rate}");
        assert_eq!(
            read(&refused).unwrap_err().to_string(),
            "Non-2xx or 3xx responses: 7"
        );
        assert!(read(said).is_err());
    }
}
