//! A shop's page on one origin and the real server on another, with books and reviews.

use bookplate_tests::actors::{Setup, World};
use bookplate_tests::browser::{Browser, Shadow};
use bookplate_tests::database::Kind;
use bookplate_tests::pages::Pages;
use std::fmt::Write;

/// The key in the pages of `tests/pages/`.
pub const KEY: &str = "pk_stage";
/// A book with 25 reviews.
pub const PRIDE: &str = "9780141439518";
/// A book without reviews.
pub const EMMA: &str = "9780141439587";
/// What a shop writes for a book's reviews.
pub const REVIEWS: &str = "<bookplate-reviews isbn=\"{{isbn}}\"></bookplate-reviews>";

/// Which built files the server sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// What shoppers get.
    Release,
    /// With debug assertions, so that Leptos tells of a hydration mismatch.
    Debug,
}

/// Everything that stands behind a page.
pub struct Stage {
    pub world: World,
    pub pages: Pages,
    pub secrets: Secrets,
}

/// What the shop's own programs hold; empty for a shop without customers.
#[derive(Default)]
pub struct Secrets {
    /// Signs identity tokens.
    pub identity: String,
    /// Speaks to the API.
    pub api: String,
}

impl Stage {
    /// The folder `tests/pages/<folder>` as a shop, and a server with books.
    pub async fn set(folder: &str, build: Build) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        if build == Build::Debug {
            setup.program().use_debug_assets();
        }
        Self::with(folder, setup, false).await
    }

    /// The same, whose customers the shop vouches for.
    pub async fn with_customers(folder: &str, setup: Setup) -> Self {
        Self::with(folder, setup, true).await
    }

    /// The same, with a loader that a browser has kept from before a deploy: what it names is gone.
    pub async fn set_after_a_deploy(folder: &str) -> Self {
        let mut setup = Setup::new(Kind::Sqlite).await;
        setup.program().age_the_loader("0123456789ab");
        Self::with(folder, setup, false).await
    }

    async fn with(folder: &str, setup: Setup, customers: bool) -> Self {
        let pages = Pages::start(folder).await;
        setup.shop(KEY, &[pages.origin()]).await;
        setup.import_catalogue(&catalogue()).await;
        setup.import_reviews(&reviews()).await;
        let mut secrets = Secrets::default();
        if customers {
            secrets.identity = secret(&setup, "identity").await;
            secrets.api = secret(&setup, "api").await;
        }
        let world = setup.open().await;
        pages.fill("api", world.server().address());
        pages.fill("include", REVIEWS);
        pages.fill("isbn", PRIDE);
        pages.fill("lang", "en");
        Self {
            world,
            pages,
            secrets,
        }
    }

    /// Has the shop's server put the fragment of the reviews into the page.
    pub async fn include(&self) -> String {
        let path = format!("/v1/fragments.html?key={KEY}&lang=en&w=reviews/{PRIDE}");
        let reply = self.world.anonymous().get(&path).await;
        self.pages.fill("include", reply.html());
        reply.html().to_owned()
    }

    /// The address of a book's hosted page.
    pub fn hosted(&self, isbn: &str) -> String {
        let address = self.world.server().address();
        format!("{address}/shops/{KEY}/books/{isbn}/reviews")
    }

    /// Opens the shop's page and gives the widget with the reviews.
    pub async fn open(&self, browser: &Browser) -> Shadow {
        browser.open(&self.pages.url("/")).await;
        browser.shadow("bookplate-reviews")
    }
}

/// A new secret of the shop.
async fn secret(setup: &Setup, kind: &str) -> String {
    let said = setup.run(&["secret", "create", kind, "--shop", KEY]).await;
    said.trim().split_once("  ").unwrap().1.to_owned()
}

/// The books, and a hundred more for a list page.
fn catalogue() -> String {
    let mut csv = format!(
        "isbn,work,title,authors,published_on,format,language\n\
         {PRIDE},pride,Pride and Prejudice,Jane Austen,2003,paperback,en\n\
         {EMMA},emma,Emma,Jane Austen,2003,paperback,en\n"
    );
    for (at, isbn) in shelf().iter().enumerate() {
        writeln!(
            csv,
            "{isbn},shelf-{at},Book {at},An Author,2020,hardback,en"
        )
        .unwrap();
    }
    csv
}

/// A hundred ISBNs with right check digits.
pub fn shelf() -> Vec<String> {
    (0..100).map(isbn).collect()
}

/// The ISBN with this number, with a right check digit.
pub fn isbn(number: u32) -> String {
    let twelve = format!("9791090{number:05}");
    let sum: u32 = twelve
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{twelve}{}", (10 - sum % 10) % 10)
}

/// 25 reviews of the first book: the newest by "Reader 25", every fifth in Chinese, one that is long.
fn reviews() -> String {
    let mut csv = "id,isbn,rating,title,body,language,author,created_at,helpful,votes\n".to_owned();
    for at in 1..=25 {
        let stars = [5, 4, 5, 3, 1][at % 5];
        let (language, body) = match at {
            7 => ("en", "A long paragraph that goes on. ".repeat(60)),
            _ if at % 5 == 0 => ("zh-CN", "值得再读的一本书。".to_owned()),
            _ => ("en", format!("Thoughts number {at}.")),
        };
        writeln!(
            csv,
            "r{at},{PRIDE},{stars},Title {at},{body},{language},Reader {at},2024-01-{at:02},{at},25"
        )
        .unwrap();
    }
    for (at, isbn) in shelf().iter().enumerate().filter(|(at, _)| at % 3 != 0) {
        let stars = at % 5 + 1;
        writeln!(
            csv,
            "s{at},{isbn},{stars},,Good to have,en,Reader,2024-02-01,0,0"
        )
        .unwrap();
    }
    csv
}
