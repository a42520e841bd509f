//! What the customer was told.

use crate::{ClientError, Identity};
use serde::Deserialize;

/// How much of it the customer has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Unread {
    /// How many notifications.
    pub unread: u32,
}

/// How many notifications the customer has not seen. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn unread(identity: &Identity) -> impl Future<Output = Result<Unread, ClientError>> + use<> {
    identity.get("customer/notifications?limit=1")
}
