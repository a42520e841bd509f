//! What a customer allows to be sent: for each channel and purpose, with every change kept.

use serde::{Deserialize, Serialize};

/// A way to reach a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentChannel {
    /// Email.
    Email,
    /// Text messages.
    Sms,
    /// Letters and catalogues.
    Post,
}

/// What for. What concerns the safety of an account needs no consent and is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// The customer's own orders and reviews: refunds, deliveries, what has become of a review. Allowed until the
    /// customer says otherwise.
    Orders,
    /// News, offers and events.
    News,
    /// Books that fit what the customer has bought and liked.
    Recommendations,
    /// Asking for a review or an opinion.
    Feedback,
    /// What the customer has asked to be told by following a list or reserving a gift. Allowed until the customer says
    /// otherwise.
    Wishlists,
}

impl ConsentChannel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Post];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Post => "post",
        }
    }

    /// The channel that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

impl ConsentPurpose {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Orders,
        Self::News,
        Self::Recommendations,
        Self::Feedback,
        Self::Wishlists,
    ];

    /// Whether it is allowed while the customer has said nothing.
    pub const fn is_granted_at_first(self) -> bool {
        matches!(self, Self::Orders | Self::Wishlists)
    }

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::News => "news",
            Self::Recommendations => "recommendations",
            Self::Feedback => "feedback",
            Self::Wishlists => "wishlists",
        }
    }

    /// The purpose that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Whether something may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consent {
    /// By which way.
    pub channel: ConsentChannel,
    /// What for.
    pub purpose: ConsentPurpose,
    /// Whether the customer allows it. Nobody does before having said so, but for messages about the own orders.
    pub granted: bool,
    /// When that was said, in milliseconds since 1970 UTC; absent while nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<i64>,
}

/// A change of a consent, as it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentChange {
    /// By which way.
    pub channel: ConsentChannel,
    /// What for.
    pub purpose: ConsentPurpose,
    /// Whether it was allowed or no longer.
    pub granted: bool,
    /// When, in milliseconds since 1970 UTC.
    pub changed_at: i64,
}

/// All that a customer allows and does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consents {
    /// One for each channel and purpose.
    pub consents: Vec<Consent>,
    /// The latest changes, the last one first.
    pub changes: Vec<ConsentChange>,
}

/// What a customer says of one channel and purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    /// By which way.
    pub channel: ConsentChannel,
    /// What for.
    pub purpose: ConsentPurpose,
    /// Whether it is allowed.
    pub granted: bool,
}

/// What a customer says; what is not mentioned stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewConsents {
    /// In any order; of two for the same channel and purpose the later one counts.
    pub consents: Vec<NewConsent>,
}
