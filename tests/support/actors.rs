//! Tests speak as somebody.
//!
//! ```no_run
//! # use bookplate_tests::{actors::Setup, database::Kind};
//! # async fn story() -> anyhow::Result<()> {
//! let setup = Setup::new(Kind::Sqlite).await;
//! setup.shop("pk_demo", &["http://localhost:4401"]).await;
//! setup.import_catalogue("isbn,title\n9780141439518,Pride and Prejudice\n").await;
//! let world = setup.open().await;
//! let page = world.page("http://localhost:4401", "pk_demo");
//! page.get("/v1/books/9780141439518").await.expect_status(200);
//! # Ok(())
//! # }
//! ```

use crate::database::{Database, Kind};
use crate::events::Events;
use crate::logs;
use crate::reply::Reply;
use crate::server::{Program, Server};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tempfile::NamedTempFile;

/// A migrated database before its server starts: the time to create shops and import data.
#[derive(Debug)]
pub struct Setup {
    program: Program,
}

impl Setup {
    /// A new database with all tables and nothing in them.
    pub async fn new(kind: Kind) -> Self {
        let program = Program::migrated(kind).await;
        Self {
            program: program.unwrap_or_else(|error| panic!("{error:#}")),
        }
    }

    /// A new database without any table, which has to be migrated first.
    pub async fn without_tables(kind: Kind) -> Self {
        let program = Program::new(kind).await;
        Self {
            program: program.unwrap_or_else(|error| panic!("{error:#}")),
        }
    }

    /// Where its database is.
    pub fn database_url(&self) -> &str {
        self.program.database().url()
    }

    /// The program, to run other commands or change settings.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// The database that the program works on.
    pub fn database(&self) -> &Database {
        self.program.database()
    }

    /// Runs a command of the program that has to succeed; gives its standard output.
    pub async fn run(&self, arguments: &[&str]) -> String {
        self.program.run(arguments).await.unwrap().expect_success()
    }

    /// Creates or updates the shop with this public key and these origins.
    pub async fn shop(&self, public_key: &str, origins: &[&str]) {
        let mut arguments = vec!["shop", "create", "--name", "Test shop"];
        arguments.extend(["--public-key", public_key]);
        arguments.extend(origins.iter().flat_map(|origin| ["--origin", origin]));
        self.run(&arguments).await;
    }

    /// Imports a catalogue, given as the text of a CSV file, into the only shop.
    pub async fn import_catalogue(&self, csv: &str) -> String {
        self.import("catalogue", csv).await
    }

    /// Imports reviews, given as the text of a CSV file, into the only shop.
    pub async fn import_reviews(&self, csv: &str) -> String {
        self.import("reviews", csv).await
    }

    async fn import(&self, what: &str, csv: &str) -> String {
        let file = NamedTempFile::with_suffix(".csv").unwrap();
        std::fs::write(file.path(), csv).unwrap();
        self.run(&["import", what, file.path().to_str().unwrap()])
            .await
    }

    /// Starts the server.
    pub async fn open(self) -> World {
        World::serve(Arc::new(self)).await
    }
}

/// A server with its database, and all who may speak to it.
#[derive(Debug)]
pub struct World {
    // Ends before its database is removed.
    server: Server,
    setup: Arc<Setup>,
    client: Client,
}

impl World {
    async fn serve(setup: Arc<Setup>) -> Self {
        let server = setup.program.serve().await;
        let server = server.unwrap_or_else(|error| panic!("{error:#}"));
        Self {
            server,
            setup,
            // A story that is sent elsewhere wants to see that.
            client: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                // A server ends connections on which nothing is asked for ten seconds: none is taken up again that may be ending.
                .pool_idle_timeout(Duration::from_secs(5))
                .build()
                .unwrap(),
        }
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The database and the commands that work on it, also while the server runs.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Somebody without a key or an origin: a search engine, a monitor, a stranger.
    pub fn anonymous(&self) -> Actor<'_> {
        Actor {
            world: self,
            key: None,
            headers: HeaderMap::new(),
        }
    }

    /// A script in a shop's page on `origin`, with the shop's public key.
    pub fn page(&self, origin: &str, public_key: &str) -> Actor<'_> {
        Actor {
            key: Some(public_key.to_owned()),
            ..self.anonymous()
        }
        .with("origin", origin)
    }

    /// Another instance of the server on the same database.
    pub async fn second(&self) -> Self {
        Self::serve(Arc::clone(&self.setup)).await
    }

    /// Kills the server, as a power cut would, and starts another one on the same data.
    pub async fn crash(self) -> Self {
        self.server.kill();
        Self::serve(self.setup).await
    }

    /// Ends the server in an orderly way and starts another one on the same data.
    pub async fn restart(self) -> Self {
        let status = self.server.stop().unwrap();
        assert!(status.success(), "the server ended with {status}");
        Self::serve(self.setup).await
    }
}

/// Somebody who sends requests.
#[derive(Debug, Clone)]
pub struct Actor<'a> {
    world: &'a World,
    key: Option<String>,
    headers: HeaderMap,
}

impl Actor<'_> {
    /// The same, sending a header along with every request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("a header's name");
        self.headers.insert(
            name,
            HeaderValue::try_from(value).expect("a header's value"),
        );
        self
    }

    /// The server's own origin.
    pub fn server(&self) -> &str {
        self.world.server.address()
    }

    /// What is sent along as the header `name`, empty where nothing is.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Asks for `path` (with its query, the key apart).
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path).await
    }

    /// The same, with a token or a secret key.
    #[must_use]
    pub fn bearing(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// Posts JSON to `path`.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send_json(Method::POST, path, body).await
    }

    /// Sends JSON.
    pub async fn send_json(&self, method: Method, path: &str, body: &Value) -> Reply {
        let actor = self.clone().with("content-type", "application/json");
        actor
            .send_bytes(method, path, body.to_string().into())
            .await
    }

    /// Sends a request without a body.
    pub async fn send(&self, method: Method, path: &str) -> Reply {
        self.send_bytes(method, path, Vec::new()).await
    }

    /// Sends a request with any body.
    pub async fn send_bytes(&self, method: Method, path: &str, body: Vec<u8>) -> Reply {
        let response = self.begin(method.clone(), path, body).await;
        Reply::read(format!("{method} {path}"), response)
            .await
            .unwrap()
    }

    /// Sends a form to what answers with events, which come as they happen.
    pub async fn listen(&self, path: &str, fields: &[(&str, &str)]) -> Events {
        let mut body = String::new();
        for (name, value) in fields {
            bookplate_wire::query::push(&mut body, name, value);
        }
        let actor = self
            .clone()
            .with("accept", "text/event-stream")
            .with("content-type", "application/x-www-form-urlencoded");
        Events::of(actor.begin(Method::POST, path, body.into()).await)
    }

    /// Sends a request, of whose reply nothing but the head has to be there.
    async fn begin(&self, method: Method, path: &str, body: Vec<u8>) -> reqwest::Response {
        let mut url = format!("{}{path}", self.world.server.address());
        if let Some(key) = &self.key {
            let joint = if path.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{joint}key={key}"));
        }
        note(path, &self.headers, &body);
        let request = self.world.client.request(method.clone(), &url);
        let request = request.headers(self.headers.clone()).body(body);
        let response = request.send().await;
        response.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}

/// Notes what is personal or secret in a request, so that no log has it.
fn note(path: &str, headers: &HeaderMap, body: &[u8]) {
    logs::keep_out_of_head(headers);
    if let Some((_, query)) = path.split_once('?') {
        logs::keep_out_of_pairs(query);
    }
    match serde_json::from_slice(body) {
        Ok(body) => logs::keep_out_of(&body),
        // A form, or nothing of the kind: then no pair of it has a name that matters.
        Err(_) => logs::keep_out_of_pairs(&String::from_utf8_lossy(body)),
    }
}
