//! Where what is read from a file goes.

use bookplate_store::{Db, Store, StoreError};

/// A store, or only a look at what would become of it.
pub(crate) struct Sink {
    /// Whose records these are.
    pub(crate) store: Store,
    /// Whether nothing is to be kept.
    pub(crate) rehearses: bool,
}

impl Sink {
    /// Does `work` in a transaction of its own, however busy the database is.
    ///
    /// # Errors
    /// When the database does not answer; nothing of it is written then.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.rehearses {
            self.store.rehearse(work).await
        } else {
            self.store.write_patiently(work).await
        }
    }
}
