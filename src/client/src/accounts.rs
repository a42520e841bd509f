//! Where the customer is signed in.

use crate::{ClientError, Identity};
use bookplate_wire::accounts::{CustomerOverview, SignedInList};

/// What is new and what there is of the customer's, in figures. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn overview(
    identity: &Identity,
) -> impl Future<Output = Result<CustomerOverview, ClientError>> + use<> {
    identity.get("customer/overview")
}

/// All places where the customer is signed in. The request is on its way when this returns.
///
/// # Errors
/// See [`ClientError`].
pub fn sessions(
    identity: &Identity,
) -> impl Future<Output = Result<SignedInList, ClientError>> + use<> {
    identity.get("customer/sessions")
}

/// Ends the session with this id.
///
/// # Errors
/// See [`ClientError`].
pub async fn end_session(identity: &Identity, id: &str) -> Result<(), ClientError> {
    let mut path = String::from("customer/sessions/");
    path.push_str(id);
    identity.delete(&path).await
}
