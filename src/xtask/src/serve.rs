//! `cargo xtask serve`

use crate::demo::{self, Program};
use crate::wasm::{self, Mode, toolchain::Choice};
use crate::{paths, shell, shop_site};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Builds everything, loads the demo on first run, and serves the pretend shop and the server
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Where Rust for wasm comes from
    #[arg(long, value_enum, default_value_t)]
    toolchain: Choice,
}

/// Where the demo is served and what it is kept in.
#[derive(clap::Args, Clone)]
pub struct SiteArgs {
    /// The server's port
    #[arg(long, default_value_t = 4400)]
    pub port: u16,
    /// The pretend shop's port
    #[arg(long, default_value_t = 4401)]
    pub shop_port: u16,
    /// The folder for the SQLite database
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Another database than SQLite in that folder, such as postgres://user@host/name
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

/// Runs the command, until it is interrupted.
///
/// # Errors
/// When something is missing, a build fails, or a port is taken.
pub fn run(args: &Args) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        // Before minutes of building rather than after.
        let site = Site::claim(&args.site).await?;
        let assets = wasm::build(Mode::Release, args.toolchain)?;
        shell::step("server: compiling");
        let mut cargo = std::process::Command::new("cargo");
        cargo.current_dir(paths::root());
        shell::run(cargo.args(["build", "--release", "--package", "bookplate-server"]))?;
        let binary = paths::target().join("release/bookplate");
        let program = site.program(binary, &assets.folder)?;
        let mut server = site.start(&program).await?;
        let mut stop = Stop::new()?;
        tokio::select! {
            status = server.wait() => bail!("the server ended: {}", status?),
            () = stop.asked() => end(&mut server).await,
        }
    })
}

/// The addresses and the database of a demo that is about to run.
pub struct Site {
    args: SiteArgs,
    shop: Vec<tokio::net::TcpListener>,
}

impl Site {
    /// Takes the ports.
    ///
    /// # Errors
    /// When one of them is taken.
    pub async fn claim(args: &SiteArgs) -> Result<Self> {
        let shop = shop_site::bind(args.shop_port).await?;
        std::net::TcpListener::bind(("127.0.0.1", args.port))
            .with_context(|| format!("--port {}: the port is taken", args.port))?;
        Ok(Self {
            args: args.clone(),
            shop,
        })
    }

    /// The program at `binary`, set up for this demo, with the browser files in `assets`.
    ///
    /// # Errors
    /// When the folder for the database cannot be made.
    pub fn program(&self, binary: PathBuf, assets: &std::path::Path) -> Result<Program> {
        let database = match &self.args.database {
            Some(url) => url.clone(),
            None => {
                std::fs::create_dir_all(&self.args.data)
                    .with_context(|| format!("--data {}", self.args.data.display()))?;
                let file = self.args.data.join("bookplate.db");
                format!("sqlite:{}", std::path::absolute(file)?.display())
            }
        };
        let mut program = Program::new(binary, assets, database);
        program.set("BOOKPLATE_LISTEN", format!("127.0.0.1:{}", self.args.port));
        Ok(program)
    }

    /// Loads the demo, starts the server and the shop, and says when both are ready.
    ///
    /// # Errors
    /// When the database cannot be used or the server does not start.
    pub async fn start(self, program: &Program) -> Result<Child> {
        let api = format!("http://127.0.0.1:{}", self.args.port);
        let shop = format!("http://localhost:{}", self.args.shop_port);
        demo::load(program, std::slice::from_ref(&shop))?;

        let mut server = start_server(program).await?;
        let address = format!("127.0.0.1:{}", self.args.port);
        let backend = shop_site::Backend::open(program, &self.args.data, &address).await?;
        shop_site::serve(self.shop, &api, backend);
        // What everybody who started this waits for: on standard output, alone on its line.
        #[allow(clippy::print_stdout, reason = "this line is the command's result")]
        {
            println!("ready: shop {shop} api {api}");
        }
        if let Some(status) = server.try_wait()? {
            bail!("the server ended: {status}");
        }
        Ok(server)
    }
}

/// Starts `bookplate serve` and waits until it listens.
///
/// # Errors
/// When it ends before that.
pub async fn start_server(program: &Program) -> Result<Child> {
    let mut command = Command::from(program.command(&["serve"]));
    let mut server = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the server")?;
    let stdout = server.stdout.take().context("the server's output")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("listening on ") {
            return Ok(server);
        }
    }
    bail!(
        "the server ended before it listened: {}",
        server.wait().await?
    )
}

/// Asks a server to finish what is under way, and waits until it has ended.
///
/// # Errors
/// When it cannot be asked.
pub async fn end(server: &mut Child) -> Result<()> {
    if let Some(id) = server.id() {
        shell::read(std::process::Command::new("kill").arg(id.to_string()))?;
    }
    server.wait().await?;
    Ok(())
}

/// Somebody's wish that this ends. While it exists, the signals for that do nothing else.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Begins to listen for the signals.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub fn new() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits until somebody asked for it.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
