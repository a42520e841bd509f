//! Feedback cases: sent by shoppers, dealt with by the staff.
//!
//! A case is a row; all that is said and done is an entry of its timeline. Whoever changes a case holds its lock, so that its
//! version counts everything that the staff has to see.

mod canned;
mod clocks;
mod entries;
mod figures;
mod hours;
mod inbox;
mod intake;
mod links;
mod live;
mod messages;
mod returns;
mod rows;
mod satisfaction;
mod search;
mod shopper;
mod staff;

pub use canned::CannedRefusal;
pub use clocks::OverdueCase;
pub use figures::{CountedCase, FiguresAsked};
pub use inbox::CaseAsked;
pub use intake::{CaseSender, Keys};
pub use live::{CaseBeat, Reader};
pub use messages::CaseHolder;
pub(crate) use returns::CameBack;
pub(crate) use shopper::OWN;
pub use staff::StaffAct;

use crate::StoreError;
use bookplate_wire::CaseId;

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseRefusal {
    /// There is no such customer any more.
    NoCustomer,
    /// The shop has no such book.
    NoBook,
    /// The customer has no such order.
    NoOrder,
    /// The order has no such line.
    NoLine,
    /// The line has fewer copies.
    TooManyCopies,
    /// One of the photos is none of the shopper's that is still to be used.
    NoPhoto,
    /// The draft was sent before, with other content.
    Conflict,
    /// There is no such case, or it is somebody else's.
    NoCase,
    /// It has another version by now.
    Changed,
    /// It was resolved too long ago, or goes on as another case.
    Closed,
    /// It is not resolved, or was so too long ago, to be rated.
    NotToRate,
    /// Nobody of the shop's staff has this id.
    NoStaff,
    /// It is no return.
    NoReturn,
    /// There is no such customer, or it is somebody's own case already.
    NotToLink,
    /// It was not written under the customer's email address, and nobody has made sure.
    NotSure,
    /// The other case is none of the same shopper's, or is merged into another one itself.
    OtherShopper,
}

/// What the store answers to a change: what has come of it, or why nothing was changed.
pub type CaseResult<T> = Result<Result<T, CaseRefusal>, StoreError>;

/// Goes on with what a change has brought, or ends with the refusal.
macro_rules! taken {
    ($changed:expr) => {
        match $changed? {
            Ok(taken) => taken,
            Err(refusal) => return Ok(Err(refusal)),
        }
    };
}
use taken;

/// What whoever changes a case locks.
fn lock_of(case: &CaseId) -> String {
    format!("feedback {case}")
}
