//! Orders and refunds, as the shop reports them.

mod idempotency;
mod open_refunds;
mod page;
mod refunds;
mod take;

pub use idempotency::Remembered;
pub(crate) use refunds::NEWS;
pub use refunds::{LineFault, RefundRefusal};
pub use take::Conflict;
pub(crate) use take::{GONE, order_lock};
