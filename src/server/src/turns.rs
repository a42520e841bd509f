//! What takes long takes turns: so that a few of such leave the database free for everybody else.

use crate::reply::Failure;
use bookplate_wire::{Code, Problem, ShopId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many batches of one shop are written at the same moment. They wait for each other anyway, and those that
/// wait here hold no connection.
const BATCHES: usize = 2;
/// How long one waits for its turn. The whole request has half a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// See the module.
pub(crate) struct Turns {
    searches: Arc<Semaphore>,
    /// There are only as many as shops with secret keys.
    batches: Mutex<HashMap<ShopId, Arc<Semaphore>>>,
}

/// A turn, until it is dropped.
pub(crate) struct Turn(#[expect(dead_code, reason = "is held")] OwnedSemaphorePermit);

impl Turns {
    /// Nobody has a turn. Searches get half of the `readers` of the database.
    pub(crate) fn new(readers: usize) -> Self {
        Self {
            searches: Arc::new(Semaphore::new((readers / 2).max(1))),
            batches: Mutex::default(),
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
        let turn = self.searches.clone().acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else {
            return Err(too_many());
        };
        Ok(Some(Turn(turn)))
    }

    /// Waits for the turn of a shop's program to write.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when it takes too long.
    pub(crate) async fn write(&self, shop: &ShopId) -> Result<Turn, Failure> {
        let turns = {
            let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
            let turns = batches.entry(shop.clone());
            turns
                .or_insert_with(|| Arc::new(Semaphore::new(BATCHES)))
                .clone()
        };
        let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turns.acquire_owned()).await else {
            return Err(too_many());
        };
        Ok(Turn(turn))
    }
}

fn too_many() -> Failure {
    Problem::new(Code::Unavailable, "too many of these at once: try again").into()
}
