//! What takes long takes turns: so that a few of such leave the database free for everybody else.

use crate::reply::Failure;
use bookplate_store::Store;
use bookplate_wire::{Code, Problem, ShopId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From how many orders or refunds on a request is a batch, which locks everything of its shop.
const BATCH: usize = 20;
/// For how much of what is received at the same moment there is room, in megabytes.
const RECEIVED: usize = 128;
/// For how many megapixels there is room that are decoded at the same moment: each can take some ten megabytes, and a
/// whole processor for a while.
const DEVELOPED: usize = 40;
/// For how many megapixels each photo counts at least, so that only two at a time are decoded.
const DEVELOPED_EACH: u32 = 20;
/// How long one waits for its turn. The whole request has half a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// See the module.
pub(crate) struct Turns {
    searches: Arc<Semaphore>,
    received: Arc<Semaphore>,
    developed: Arc<Semaphore>,
    writes: Option<Writes>,
}

/// Turns of the shops' programs. They wait for each other anyway, by the locks of their orders, and those that
/// wait here hold no connection meanwhile.
struct Writes {
    /// How many connections one shop has at most.
    share: u32,
    /// There are only as many as shops with secret keys.
    of_shops: Mutex<HashMap<ShopId, Arc<Semaphore>>>,
}

/// A turn, until it is dropped.
pub(crate) struct Turn(#[expect(dead_code, reason = "is held")] OwnedSemaphorePermit);

impl Turns {
    /// Nobody has a turn. Searches get half of those connections that read, and the programs of one shop some
    /// more than half of those that write.
    pub(crate) fn new(store: &Store) -> Self {
        let writes = store.writers().map(|writers| Writes {
            share: u32::try_from(writers / 2 + 1).unwrap_or(1),
            of_shops: Mutex::default(),
        });
        Self {
            searches: Arc::new(Semaphore::new((store.readers() / 2).max(1))),
            received: Arc::new(Semaphore::new(RECEIVED)),
            developed: Arc::new(Semaphore::new(DEVELOPED)),
            writes,
        }
    }

    /// Waits for the turn to search, where something is searched.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when it takes too long.
    pub(crate) async fn search_if(&self, searches: bool) -> Result<Option<Turn>, Failure> {
        if !searches {
            return Ok(None);
        }
        wait(&self.searches, 1).await.map(Some)
    }

    /// Waits until there is room for so many bytes of files.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when it takes too long.
    pub(crate) async fn receive(&self, bytes: usize) -> Result<Turn, Failure> {
        let megabytes = bytes.div_ceil(1024 * 1024).clamp(1, RECEIVED);
        wait(&self.received, megabytes as u32).await
    }

    /// Waits for the turn to decode a photo of so many pixels.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when it takes too long.
    pub(crate) async fn develop(&self, pixels: u64) -> Result<Turn, Failure> {
        let megapixels = u32::try_from(pixels / 1_000_000).unwrap_or(u32::MAX);
        let weight = megapixels.clamp(DEVELOPED_EACH, DEVELOPED as u32);
        wait(&self.developed, weight).await
    }

    /// Waits for the turn of a shop's program to write so many orders or refunds.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when it takes too long.
    pub(crate) async fn write(&self, shop: &ShopId, count: usize) -> Result<Option<Turn>, Failure> {
        let Some(writes) = &self.writes else {
            return Ok(None);
        };
        let turns = {
            let of_shops = writes.of_shops.lock();
            let mut of_shops = of_shops.unwrap_or_else(PoisonError::into_inner);
            let turns = of_shops.entry(shop.clone());
            let all = || Arc::new(Semaphore::new(writes.share as usize));
            turns.or_insert_with(all).clone()
        };
        // A batch keeps others of its shop waiting.
        let weight = if count < BATCH { 1 } else { 2 };
        wait(&turns, weight).await.map(Some)
    }
}

async fn wait(turns: &Arc<Semaphore>, weight: u32) -> Result<Turn, Failure> {
    let turn = turns.clone().acquire_many_owned(weight);
    match tokio::time::timeout(PATIENCE, turn).await {
        Ok(Ok(turn)) => Ok(Turn(turn)),
        _ => {
            let rule = "too many of these at once: try again";
            Err(Problem::new(Code::Unavailable, rule).into())
        }
    }
}
