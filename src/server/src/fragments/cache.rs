//! Rendered replies, kept until a book in them changes.
//!
//! A reply is used for [`FRESH`] without a question. Then one request asks the database for the versions of
//! its books (one small query) while others still get the old reply; when nothing has changed it is fresh
//! again. After [`STALEST`] everybody waits for that answer. So no reply is ever staler than that,
//! with any number of servers on one database, and nobody has to be told of a change.

use super::Shape;
use crate::app::App;
use crate::caching::entity_tag;
use crate::reply::Failure;
use axum::http::HeaderValue;
use bookplate_store::StoreError;
use bookplate_store::shops::Shop;
use bookplate_wire::{Isbn, WorkId};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::io::Write;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a reply is used without asking whether it is still right.
const FRESH: Duration = Duration::from_secs(2);
/// How old the last answer to that question can be.
const STALEST: Duration = Duration::from_secs(4);
/// How long a reply is used that says how many customers wish for a book, or what it earns: no version tells when that has
/// changed.
const AGED: Duration = Duration::from_secs(10);
/// How many bytes of replies are kept.
const CAPACITY: u64 = 16 * 1024 * 1024;

/// In which shape, with which of the shop's settings, what.
type Key = (Shape, u64, String);

/// See the module.
pub(crate) struct FragmentCache {
    replies: Cache<Key, Arc<Reply>, BySize>,
    started: Instant,
}

#[derive(Clone)]
struct BySize;

impl Weighter<Key, Arc<Reply>> for BySize {
    fn weight(&self, key: &Key, reply: &Arc<Reply>) -> u64 {
        // Twice the body, for the compressed copy and what stands around it.
        (key.2.len() + reply.body.len() * 2 + 256) as u64
    }
}

impl Default for FragmentCache {
    fn default() -> Self {
        Self {
            replies: Cache::with_weighter(1_000, CAPACITY, BySize),
            started: Instant::now(),
        }
    }
}

/// What a reply shows of a book: its work and that work's version; `None` where there was no such book.
pub(super) type Seen = (Isbn, Option<(WorkId, i64)>);

/// A rendered reply.
pub(super) struct Reply {
    pub(super) body: Bytes,
    pub(super) tag: HeaderValue,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    seen: Vec<Seen>,
    /// Whether it says something that no version tells of.
    ages: bool,
    /// When it was made, in milliseconds since the cache was.
    made: AtomicU64,
    /// When the versions in `seen` were known to be current, in milliseconds since the cache was made.
    checked: AtomicU64,
    checking: AtomicBool,
}

impl Reply {
    /// A reply that shows the books in `seen`, whose versions were read before anything else.
    pub(super) fn new(body: String, seen: Vec<Seen>, ages: bool) -> Self {
        let body = Bytes::from(body);
        Self {
            tag: entity_tag(&body),
            body,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
            seen,
            ages,
            made: AtomicU64::new(0),
            checked: AtomicU64::new(0),
            checking: AtomicBool::new(false),
        }
    }

    /// The body, compressed once.
    pub(super) fn brotli(&self) -> Bytes {
        let compress = || {
            let mut out = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 5, 20);
            // Writing to memory cannot fail.
            let written = encoder.write_all(&self.body);
            debug_assert!(written.is_ok());
            drop(encoder);
            out.into()
        };
        self.brotli.get_or_init(compress).clone()
    }

    /// The same for browsers that know no brotli, or no TLS.
    pub(super) fn gzip(&self) -> Bytes {
        let compress = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            // Writing to memory cannot fail.
            let written = encoder.write_all(&self.body);
            debug_assert!(written.is_ok());
            encoder.finish().unwrap_or_default().into()
        };
        self.gzip.get_or_init(compress).clone()
    }

    fn age(&self, now: u64) -> Duration {
        Duration::from_millis(now.saturating_sub(self.checked.load(Ordering::Relaxed)))
    }

    /// Whether what it says is too old.
    fn is_outdated(&self, now: u64) -> bool {
        let age = now.saturating_sub(self.made.load(Ordering::Relaxed));
        self.ages && Duration::from_millis(age) > AGED
    }
}

impl FragmentCache {
    /// The reply for `key`: the kept one if it is still right, else what `render` makes of the query
    /// string, once however many wait for it.
    ///
    /// # Errors
    /// When rendering fails, or the database does not answer.
    pub(super) async fn reply(
        &self,
        app: &App,
        shop: &Shop,
        key: Key,
        render: impl AsyncFnOnce(&str) -> Result<Reply, Failure>,
    ) -> Result<Arc<Reply>, Failure> {
        if let Some(reply) = self.replies.get(&key) {
            if self.is_right(app, shop, &reply).await? {
                return Ok(reply);
            }
            self.replies.remove(&key);
        }
        match self.replies.get_value_or_guard_async(&key).await {
            Ok(reply) => Ok(reply),
            Err(guard) => {
                let begun = self.now();
                let reply = Arc::new(render(&key.2).await?);
                reply.checked.store(begun, Ordering::Relaxed);
                reply.made.store(begun, Ordering::Relaxed);
                // Refused when the entry was removed meanwhile; the reply is right all the same.
                let _ = guard.insert(reply.clone());
                Ok(reply)
            }
        }
    }

    async fn is_right(&self, app: &App, shop: &Shop, reply: &Reply) -> Result<bool, StoreError> {
        let now = self.now();
        if reply.is_outdated(now) {
            return Ok(false);
        }
        let age = reply.age(now);
        if age < FRESH {
            return Ok(true);
        }
        if reply.checking.swap(true, Ordering::Relaxed) && age < STALEST {
            return Ok(true);
        }
        let current = current(app, shop, &reply.seen).await;
        reply.checking.store(false, Ordering::Relaxed);
        if current? {
            reply.checked.fetch_max(now, Ordering::Relaxed);
            return Ok(true);
        }
        Ok(false)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Whether the database still has all books just as they were seen.
async fn current(app: &App, shop: &Shop, seen: &[Seen]) -> Result<bool, StoreError> {
    let isbns: Vec<Isbn> = seen.iter().map(|(isbn, _)| *isbn).collect();
    let shop = shop.id.clone();
    let rated = app.store.read(move |db| db.ratings(&shop, &isbns)).await?;
    Ok(seen.iter().all(|(isbn, before)| {
        let now = rated.iter().find(|rated| rated.isbn == *isbn);
        now.map(|rated| (&rated.work, rated.version))
            == before.as_ref().map(|(work, version)| (work, *version))
    }))
}
