//! Why the store could not answer.

/// Why the store could not answer. Cloning is for the units of work that fail together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address of the database cannot be read.
    #[error("the database address is neither sqlite:PATH nor postgres://…")]
    Address,
    /// The database's schema is older than the one that this program knows.
    #[error("the database is not migrated: run `bookplate migrate`")]
    NotMigrated,
    /// The database's schema is newer than the one that this program knows.
    #[error("the database was migrated by a newer bookplate")]
    Newer,
    /// A cursor that was not given out for this order.
    #[error("the cursor is not valid for this order")]
    Cursor,
    /// What stands in the database cannot be what was put there.
    #[error("unreadable value in {0}")]
    Corrupt(&'static str),
    /// A unit of work went on after one of its statements had failed; nothing of it was kept.
    #[error("a statement of the transaction had failed")]
    Aborted,
    /// A unit of work panicked; nothing of it was kept.
    #[error("a unit of work panicked")]
    Panicked,
    /// The store was closed before the unit of work was done.
    #[error("the database is closed")]
    Closed,
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The database is too busy, or others have held for too long what was needed, or have waited for each
    /// other. What failed may well succeed when it is tried again.
    #[error("the database is too busy: {0}")]
    Busy(String),
    /// What the unit of work refers to has been deleted while it was on its way; nothing of it was kept.
    #[error("what is referred to is gone: {0}")]
    Dangling(String),
    /// A search would have to look at too much.
    #[error("a search has taken too long")]
    TooSlow,
    /// The database has refused.
    #[error("the database has refused: {0}")]
    Refused(String),
}

impl StoreError {
    /// Whether the database could not be reached or was too busy, as opposed to having refused.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy(_) | Self::Closed)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OperationInterrupted,
            SystemIoFailure,
        };
        let extended = error.sqlite_error().map(|error| error.extended_code);
        if extended == Some(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY) {
            return Self::Dangling(error.to_string());
        }
        match error.sqlite_error_code() {
            Some(CannotOpen | DatabaseBusy | DatabaseLocked | DiskFull | SystemIoFailure) => {
                Self::Unreachable(error.to_string())
            }
            Some(OperationInterrupted) => Self::TooSlow,
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => {
                let code = refusal.code().code();
                // Its detail can quote what a customer has written, and this goes to the log.
                let text = format!("{code}: {}", refusal.message());
                match (code, code.get(..2)) {
                    // Transactions that exclude each other, too little of something, a lock that was not to be
                    // had in time.
                    (_, Some("40" | "53")) | ("55P03", _) => Self::Busy(text),
                    ("23503", _) => Self::Dangling(text),
                    // By `statement_timeout`, which only searches have, unless an operator has set one.
                    ("57014", _) => Self::TooSlow,
                    // The server is being stopped or started.
                    (_, Some("57")) => Self::Unreachable(text),
                    _ => Self::Refused(text),
                }
            }
            None => {
                let causes =
                    std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
                let text: Vec<_> = causes.map(ToString::to_string).collect();
                Self::Unreachable(text.join(": "))
            }
        }
    }
}
