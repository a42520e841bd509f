//! Cases of shoppers without an account: the code by which they are followed, and what it shows.
//!
//! The code alone tells how far the case is. What was written is shown to who also knows the email address that was left
//! with it; where none was left, the code is all that there is, and enough: nothing in such a case says whose it is but the
//! words themselves.

use super::writing::NewMessage;
use super::{CaseKind, CaseState, CaseTimeline};
use crate::PhotoId;
use serde::{Deserialize, Serialize};

pub use crate::wishlists::gifts::{plain_code, spaced_code};

/// A case of somebody without an account, with what it is followed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseReceipt {
    /// The code. It is not kept and can be shown no other time but to who sends the same draft again.
    pub code: String,
    /// The case.
    pub case: CaseTimeline,
}

/// Which case of somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseCode {
    /// The code that was shown when it was sent. Spaces, hyphens and capitals do not matter.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub code: String,
    /// The email address that was left with it, where one was; else empty.
    #[serde(default)]
    pub email: String,
}

/// A case of somebody without an account, to who has its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrackedCase {
    /// What it is.
    pub kind: CaseKind,
    /// How far it is.
    pub state: CaseState,
    /// The day on which it was sent, in the shop's time zone, `YYYY-MM-DD`.
    pub opened_on: String,
    /// The day on which something has happened last, in the shop's time zone, `YYYY-MM-DD`.
    pub changed_on: String,
    /// All of it; absent until the email address that was left with it is told too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseTimeline>,
}

/// A message to a case of somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestMessage {
    /// The code.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub code: String,
    /// The email address that was left with the case, where one was; else empty.
    #[serde(default)]
    pub email: String,
    /// What names the draft, as of a new case: sent again, it is the same message.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 32, max_length = 32, pattern = "^[0-9a-f]{32}$")
    )]
    pub draft: String,
    /// What the shopper says, 1 to 5,000 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub text: String,
    /// Photos, sent before, at most 5.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
}

impl GuestMessage {
    /// Which case, and what is said.
    pub fn split(self) -> (CaseCode, NewMessage) {
        let asked = CaseCode {
            code: self.code,
            email: self.email,
        };
        let message = NewMessage {
            draft: self.draft,
            text: self.text,
            photos: self.photos,
        };
        (asked, message)
    }
}
