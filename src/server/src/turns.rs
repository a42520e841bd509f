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
/// How long one waits for its turn. The whole request has half a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// See the module.
pub(crate) struct Turns {
    searches: Arc<Semaphore>,
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
