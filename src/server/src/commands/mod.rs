//! What an operator can tell the program to do.
#![allow(
    rustdoc::bare_urls,
    reason = "the comments are also the program's help"
)]

mod create_owner;
mod doctor;
mod export;
mod import;
mod outbox;
mod points;
mod secret;
mod serve;
mod shop;
mod webhook;

use crate::config::Config;
use anyhow::Context;
use bookplate_import::Table;
use bookplate_store::shops::Shop;
use bookplate_store::{Store, StoreError};
use bookplate_wire::reviews::moderation::ExportLayout;
use clap::Subcommand;
use std::path::PathBuf;

/// The commands of `bookplate`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer requests until told to stop
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Check that the database is whole: its schema, and every count against a recount
    Doctor,
    /// Create and list shops
    #[command(subcommand)]
    Shop(ShopCommand),
    /// Give a shop membership points
    #[command(subcommand)]
    Points(PointsCommand),
    /// Create, list and retire the secrets of a shop's own programs
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Create, list and remove the addresses of a shop's own programs that hear of events
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// See what could not be delivered, and try it again
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Make somebody an owner of a shop, and print the one-time link with which the person sets password and
    /// second factor; also for an owner who has lost them
    CreateOwner {
        /// The email address, by which the person will sign in
        #[arg(long)]
        email: String,
        /// The name, for people
        #[arg(long, default_value = "")]
        name: String,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
    /// Read a file of the shop's into the database; doing it twice changes nothing
    Import {
        /// What the file holds
        #[arg(value_enum)]
        kind: ImportKind,
        /// The file: CSV (an order has a row for each of its lines), or ONIX 3 for a catalogue
        file: PathBuf,
        /// Which column of a CSV file holds a field, such as isbn=ISBN13; can be repeated
        #[arg(long = "map", value_name = "FIELD=COLUMN")]
        map: Vec<String>,
        /// The file's encoding, where it is not UTF-8 and does not say (gb18030, big5, shift_jis, …)
        #[arg(long)]
        encoding: Option<String>,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
        /// Write every rejected record into this file as CSV (line, field, code, detail)
        #[arg(long, value_name = "FILE")]
        rejected: Option<PathBuf>,
        /// The currency of orders and prices that do not say theirs (ISO 4217)
        #[arg(long, value_name = "CODE")]
        currency: Option<String>,
        /// The folder with the pictures of reviews: each is looked for by the last part of its address in picture_urls
        #[arg(long, value_name = "DIR")]
        pictures: Option<PathBuf>,
        /// Only tell what would be written and what is rejected
        #[arg(long)]
        dry_run: bool,
    },
    /// Write what a shop has here into a file
    #[command(subcommand)]
    Export(ExportCommand),
    /// Print the API's OpenAPI 3.1 document
    Openapi,
}

/// What can be written into a file.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// All reviews that readers see, as CSV, with the names and addresses of their authors
    Reviews {
        /// The file
        file: PathBuf,
        /// Its columns: our own (bookplate), which `import` reads, or those of review apps (app)
        #[arg(long, default_value = "bookplate", value_parser = layout)]
        layout: ExportLayout,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
}

fn layout(word: &str) -> Result<ExportLayout, &'static str> {
    ExportLayout::from_word(word).ok_or("this is bookplate or app")
}

/// What can be done with shops.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Create a shop, or change the one with this public key
    Create {
        /// Its name, for people
        #[arg(long)]
        name: String,
        /// The public key that its pages carry: pk_ and letters, digits or _
        #[arg(long, value_name = "KEY")]
        public_key: String,
        /// An origin whose pages may use the key, such as https://shop.example; can be repeated
        #[arg(long = "origin", value_name = "ORIGIN", required = true)]
        origins: Vec<String>,
        /// Its time zone by IANA name
        #[arg(long, default_value = "UTC", value_name = "ZONE")]
        time_zone: String,
        /// Hours there in which no message is sent that can wait, such as 22:00-08:00
        #[arg(long, value_name = "FROM-UNTIL")]
        quiet: Option<String>,
        /// The calling code of its country, such as 86: by it a phone number is known with and without it. To be
        /// told before the first customer
        #[arg(long, value_name = "CODE")]
        calling_code: Option<String>,
        /// The address of a book in the shop, such as https://shop.example/books/{isbn}
        #[arg(long, value_name = "ADDRESS")]
        book_url: Option<String>,
    },
    /// List the shops with their keys and origins
    List,
}

/// What can be done with points.
#[derive(Debug, Subcommand)]
pub enum PointsCommand {
    /// Publish a shop's first rules and its rewards, for a shop that brings them along; where it has rules already, nothing
    /// changes: later ones are drafted and published by two people in the console
    Begin {
        /// The file: JSON with `rules`, and `rewards` as a list, as the API has them
        file: PathBuf,
        /// The day since which orders count, also those that are still to be reported: YYYY-MM-DD in the shop's time zone
        #[arg(long, value_name = "DAY")]
        since: Option<String>,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
}

/// What can be done with secrets. Several can be in use at once, so that a new one is in place before the
/// old one retires.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Create a secret and print its id and the secret itself, which is shown only this once
    Create {
        /// What it is for
        #[arg(value_enum)]
        kind: SecretKind,
        /// A name, for people
        #[arg(long)]
        name: Option<String>,
        /// For identity: the public key (PEM, Ed25519) of a pair whose private key the shop keeps
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
    /// List the secrets, without showing them
    List {
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
    /// Stop taking a secret
    Retire {
        /// Its id, such as key_0192…
        id: String,
        /// In how many hours
        #[arg(long, value_name = "HOURS", default_value_t = 0)]
        after: u32,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
}

/// What can be done with webhooks.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Call an address when something happens; prints the webhook's id and the secret that signs its calls
    Create {
        /// The address, https://…
        url: String,
        /// A type of events to hear of, such as customer.created; can be repeated; all without
        #[arg(long = "event", value_name = "TYPE")]
        events: Vec<String>,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
    /// List the webhooks, without their secrets
    List {
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
    /// Stop calling an address
    Remove {
        /// The webhook's id, such as whk_0192…
        id: String,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
}

/// What can be done with deliveries.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// List what was given up, the latest first
    Dead {
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
    /// Try again what was given up
    Retry {
        /// The delivery's id, such as dlv_0192…
        id: String,
        /// The shop by its public key; needed only where there are several
        #[arg(long, value_name = "KEY")]
        shop: Option<String>,
    },
}

/// Kinds of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SecretKind {
    /// A secret key with which the shop's backend and tills call the API
    Api,
    /// What the shop's backend signs identity tokens with
    Identity,
}

/// Kinds of files that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ImportKind {
    /// Books
    Catalogue,
    /// Reviews
    Reviews,
    /// What was sold until now
    Orders,
    /// What books cost, and whether they are there
    Offers,
}

impl ImportKind {
    /// Which table a CSV file of the kind holds.
    fn table(self) -> Table {
        match self {
            Self::Catalogue => Table::Catalogue,
            Self::Reviews => Table::Reviews,
            Self::Orders => Table::Orders,
            Self::Offers => Table::Offers,
        }
    }

    /// The word for it, as on the command line.
    fn word(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Reviews => "reviews",
            Self::Orders => "orders",
            Self::Offers => "offers",
        }
    }
}

/// Does what `command` says.
///
/// # Errors
/// In words for the operator.
pub async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::serve(config).await,
        Command::Migrate => {
            open(&config).await?.migrate().await?;
            say("the database is up to date");
            Ok(())
        }
        Command::Doctor => doctor::examine(&config, &migrated(&config).await?).await,
        Command::Webhook(command) => {
            webhook::run(command, &config, &migrated(&config).await?).await
        }
        Command::Points(command) => points::run(command, &migrated(&config).await?).await,
        Command::Outbox(command) => outbox::run(command, &migrated(&config).await?).await,
        Command::Secret(command) => secret::run(command, &migrated(&config).await?).await,
        Command::Shop(command) => shop::run(command, &migrated(&config).await?).await,
        Command::CreateOwner { email, name, shop } => {
            let store = migrated(&config).await?;
            let shop = choose_shop(&store, shop.as_deref()).await?;
            create_owner::run(&config, &store, shop.id, &email, &name).await
        }
        Command::Import {
            kind,
            file,
            map,
            encoding,
            shop,
            rejected,
            currency,
            pictures,
            dry_run,
        } => {
            let store = migrated(&config).await?;
            let shop = choose_shop(&store, shop.as_deref()).await?;
            import::import(
                store,
                shop,
                kind,
                import::Source {
                    file,
                    map,
                    encoding,
                    rejected,
                    currency,
                    pictures,
                    dry_run,
                },
            )
            .await
        }
        Command::Export(ExportCommand::Reviews { file, layout, shop }) => {
            let store = migrated(&config).await?;
            let shop = choose_shop(&store, shop.as_deref()).await?;
            export::reviews(store, shop, &file, layout, config.public_url).await
        }
        Command::Openapi => {
            say(&serde_json::to_string_pretty(&crate::openapi::document())?);
            Ok(())
        }
    }
}

async fn open(config: &Config) -> anyhow::Result<Store> {
    Store::open(&config.database).await.context("database")
}

async fn migrated(config: &Config) -> anyhow::Result<Store> {
    let store = open(config).await?;
    store.check_migrated().await?;
    Ok(store)
}

/// The shop with this public key; without a key the only one that there is.
async fn choose_shop(store: &Store, key: Option<&str>) -> anyhow::Result<Shop> {
    let asked = key.map(str::to_owned);
    let (found, shops) = store
        .read(move |db| {
            let found = asked.map(|key| db.shop_by_key(&key)).transpose()?.flatten();
            let mut shops: Vec<Shop> = Vec::new();
            for key in db.public_keys()? {
                let shop = db.shop_by_key(&key)?;
                // A shop that changes its key has two for a while.
                shops.extend(shop.filter(|shop| shops.iter().all(|other| other.id != shop.id)));
            }
            Ok::<_, StoreError>((found, shops))
        })
        .await?;
    let keys = || {
        let named = shops
            .iter()
            .map(|shop| format!("{} ({})", shop.public_key, shop.name));
        named.collect::<Vec<_>>().join(", ")
    };
    match (key, found, shops.as_slice()) {
        (Some(_), Some(shop), _) => Ok(shop),
        (Some(key), None, _) => {
            anyhow::bail!("--shop: no shop has the key {key}; there are {}", keys())
        }
        (None, _, [only]) => Ok(only.clone()),
        (None, _, []) => anyhow::bail!("there is no shop yet: `bookplate shop create` makes one"),
        (None, ..) => anyhow::bail!(
            "--shop: there are several shops; name one by its key: {}",
            keys()
        ),
    }
}

/// A line of result, on standard output.
#[allow(clippy::print_stdout, reason = "this is how a command answers")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// A line for the person who waits, on standard error.
pub(crate) fn tell(text: &str) {
    eprintln!("{text}");
}

/// The last line of a command that failed.
pub fn say_error(text: &str) {
    eprintln!("error: {text}");
}
