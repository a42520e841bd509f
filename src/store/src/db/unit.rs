//! A unit of work on its way to a connection's thread and back.

use super::Db;
use crate::StoreError;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Whether a unit of work writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// A unit of work and its kind.
pub(crate) type Task = (Kind, Box<dyn Job>);

/// The threads of a database, each with a connection of its own, and the queues that they work off.
#[derive(Debug)]
pub(crate) struct Connections {
    reads: Sender<Task>,
    writes: Sender<Task>,
    threads: Vec<JoinHandle<()>>,
}

impl Connections {
    /// Queues that nobody works off yet, for reads and for writes.
    pub(super) fn new() -> (Self, Receiver<Task>, Receiver<Task>) {
        let (reads, to_read) = unbounded();
        let (writes, to_write) = unbounded();
        let threads = Vec::new();
        let connections = Self {
            reads,
            writes,
            threads,
        };
        (connections, to_read, to_write)
    }

    /// Starts a thread, which works until its queue is closed.
    ///
    /// # Errors
    /// When the system allows no more threads.
    pub(super) fn spawn(
        &mut self,
        name: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let builder = std::thread::Builder::new().name(name.to_owned());
        let thread = builder.spawn(work);
        let thread = thread.map_err(|error| StoreError::Unreachable(error.to_string()))?;
        self.threads.push(thread);
        Ok(())
    }

    pub(crate) fn send(&self, kind: Kind, job: Box<dyn Job>) {
        let queue = match kind {
            Kind::Read => &self.reads,
            Kind::Write => &self.writes,
        };
        // The threads live as long as the queue.
        let _ = queue.send((kind, job));
    }

    /// Ends after everything that was asked for is done.
    pub(crate) fn close(self) {
        drop((self.reads, self.writes));
        for thread in self.threads {
            // Units of work catch their own panics.
            let _ = thread.join();
        }
    }
}

/// A unit of work, as a connection's thread sees it: run first, answered once it is known whether what it
/// wrote is on disk.
pub(crate) trait Job: Send {
    /// Whether somebody still waits for the answer. One that nobody has waited for is not begun.
    fn is_wanted(&self) -> bool;

    /// Does the work; true when what it wrote is to be kept.
    fn run(&mut self, db: &mut Db) -> bool;

    /// Gives the answer to who waits for it; `ended` is how the transaction has ended.
    fn answer(self: Box<Self>, ended: Result<(), StoreError>);
}

/// See [`Job`].
pub(crate) struct Unit<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Unit<F, T, E>
where
    F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    /// A unit of work, and where its answer will arrive.
    pub(crate) fn job(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        let unit = Self {
            work: Some(work),
            result: None,
            reply,
        };
        (Box::new(unit), answer)
    }
}

impl<F, T, E> Job for Unit<F, T, E>
where
    F: FnOnce(&mut Db) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, db: &mut Db) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        db.begin();
        // The thread and its connection serve others afterwards; a panic is the fault of one.
        let result = catch_unwind(AssertUnwindSafe(|| work(db)))
            .unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, ended: Result<(), StoreError>) {
        let result = match (self.result, ended) {
            (Some(Ok(_)) | None, Err(error)) => Err(error.into()),
            (Some(result), _) => result,
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        // Who asked may have gone meanwhile.
        let _ = self.reply.send(result);
    }
}
