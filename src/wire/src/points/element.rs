//! What `<bookplate-points>` begins with.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// All that `<bookplate-points>` shows at first, the same for everybody: nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsData {
    /// The language of the interface.
    pub lang: Lang,
    /// The server's address.
    pub api: String,
    /// The shop's public key.
    pub key: String,
    /// Whether the shop has points: without, there is nothing to show and nothing to ask.
    pub on: bool,
}
