//! The program `bookplate`.

use bookplate_server::commands::{self, Command};
use bookplate_server::config::{Config, LogFormat};
use clap::Parser;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// See the root `Cargo.toml` for why.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customer relations for online bookstores as drop-in widgets.
#[derive(Debug, Parser)]
#[command(name = "bookplate", version)]
struct Arguments {
    /// The settings file (TOML); each setting can also come from the environment (BOOKPLATE_LISTEN, …)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes on one line, for people and for whatever started us.
            let text = error
                .chain()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": ");
            commands::say_error(&text);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let config = Config::load(arguments.config.as_deref(), environment)?;
    let mut filter = EnvFilter::new(&config.log);
    // The driver would write out what is asked with all of its values: what people have written.
    for quiet in ["tokio_postgres=warn", "postgres=warn"] {
        filter = filter.add_directive(quiet.parse()?);
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    commands::run(arguments.command, config).await
}
