//! The customer's membership points.

use crate::{ClientError, Identity};
use bookplate_wire::Code;
use serde::Deserialize;

/// What a customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Balance {
    /// How many points can be used.
    available: i64,
}

/// How many points the customer can use; `None` where the shop has no points. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn available(
    identity: &Identity,
) -> impl Future<Output = Result<Option<i64>, ClientError>> + use<> {
    let balance = identity.get::<Balance>("customer/points");
    async {
        match balance.await {
            Ok(balance) => Ok(Some(balance.available)),
            Err(ClientError::Problem(problem)) if problem.code == Code::PointsOff => Ok(None),
            Err(error) => Err(error),
        }
    }
}
