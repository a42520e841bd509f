//! What a page that shows a case is told while it is open.
//!
//! It is told that something has changed and nothing of what: it then asks for what its reader may see.

use serde::{Deserialize, Serialize};

/// How far a case has come, as its reader may know it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pulse {
    /// Counts what the reader can see of the case: of shoppers the entries of the timeline that are shown to them; of the
    /// staff all entries, and the versions. It only grows.
    pub version: u32,
    /// Who else of the staff has the case open; for the staff alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherAgent>,
}

/// Somebody else of the staff who has the same case open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherAgent {
    /// The name, or else the email address.
    pub name: String,
    /// Whether an answer is being written.
    pub writing: bool,
}
