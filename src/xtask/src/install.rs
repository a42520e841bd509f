//! Gets missing Debian packages, and says so.

use crate::shell;
use anyhow::{Result, bail};
use std::process::Command;

/// Installs Debian packages.
///
/// `why` ends the sentence "These packages are missing, …" for the reader of the terminal.
///
/// # Errors
/// When this is no Debian, nobody here may install, or apt-get fails.
pub fn debian(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if shell::find("apt-get").is_none() {
        bail!("{why}: needed is what Debian calls {list}; install it, this machine has no apt-get");
    }
    shell::step(&format!("{why}: installing Debian's {list}"));
    // A list from the day the machine was made names files that its mirror no longer has.
    shell::run(apt()?.arg("update").arg("--quiet"))?;
    shell::run(
        apt()?
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages),
    )
}

/// `apt-get`, asking nothing, through sudo for everybody but root.
fn apt() -> Result<Command> {
    let mut command = if shell::read(Command::new("id").arg("-u"))? == "0" {
        Command::new("env")
    } else if shell::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("packages are missing: run this as root, or install sudo");
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}
