//! Passkeys: of customers in place of the password, of the staff as their second factor.

use crate::PasskeyId;
use serde::{Deserialize, Serialize};

/// What a passkey is to sign, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyChallenge {
    /// The text of JSON for `PublicKeyCredential.parseRequestOptionsFromJSON` where it is for signing in, for
    /// `parseCreationOptionsFromJSON` where it is for a new passkey.
    pub options: String,
}

/// Asks to add a passkey. It opens the account like the password, so it takes the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasskeyRequest {
    /// The present password.
    pub current: String,
}

/// A new passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// What its holder calls it, as names are (see [`crate::contacts::name`]); may be empty.
    #[serde(default)]
    pub name: String,
    /// What the browser gives for the options of the challenge: the text of the credential as JSON
    /// (`JSON.stringify(credential)`).
    pub credential: String,
}

/// A passkey, as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// What names it.
    pub id: PasskeyId,
    /// What its holder calls it; may be empty.
    pub name: String,
    /// The device on which it was added, such as `Safari, iPhone`; empty where unknown.
    pub device: String,
    /// Added, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Last used to sign in, in milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<i64>,
}

/// All passkeys of a holder, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyList {
    /// The passkeys.
    pub passkeys: Vec<Passkey>,
}
