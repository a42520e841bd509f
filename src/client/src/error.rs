//! What can go wrong with a call.

use bookplate_wire::Problem;

/// Why there is no reply, told apart by what a shopper can do about it.
///
/// The words for shoppers are the widgets'; this type has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientError {
    /// Nobody waits any more: the call was ended by its [`Abort`](crate::Abort).
    Aborted,
    /// The browser says that the device has no network.
    Offline,
    /// There is a network, but the server did not answer.
    Network,
    /// The server refused, and says why.
    Problem(Problem),
    /// The reply is not what the contract promises, such as a login page of a hotel's network.
    Unreadable,
}
