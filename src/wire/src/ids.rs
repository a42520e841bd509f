//! Typed identifiers: a short prefix that names the kind, then a UUIDv7 as 32 hexadecimal digits.
//!
//! `rev_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b` can be read aloud, searched for in a log and never be
//! mistaken for a book. UUIDv7 begins with its time, so new rows land at the end of an index.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// Text that is not an identifier of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier of this kind")
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        digits.len() == 32
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// What every identifier of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// The identifier made of a UUID, given as its 32 lower-case hexadecimal digits.
            ///
            /// # Errors
            /// When `digits` is anything else.
            pub fn from_digits(digits: impl fmt::Display) -> Result<Self, InvalidId> {
                format!("{}{digits}", $prefix).parse()
            }

            /// The whole identifier, prefix included.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.to_owned().try_into()
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_id(&text, $prefix) { Ok(Self(text)) } else { Err(InvalidId) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A shop: one tenant of a server.
    ShopId, "shop_"
);
id!(
    /// A work: what its editions have in common, and what ratings belong to.
    WorkId, "work_"
);
id!(
    /// An edition of a work: what an ISBN names.
    EditionId, "edn_"
);
id!(
    /// A review of a work.
    ReviewId, "rev_"
);
id!(
    /// A photo on a review. Unlike all others it cannot be guessed, because it is the photo's address.
    PhotoId, "pho_"
);
id!(
    /// A feedback case.
    CaseId, "case_"
);
id!(
    /// An entry of a feedback case's timeline, such as a message.
    MessageId, "msg_"
);
id!(
    /// An article of the shop's answers to frequent questions.
    ArticleId, "faq_"
);
id!(
    /// A survey.
    SurveyId, "srv_"
);
id!(
    /// A question to a customer how likely a recommendation of the shop is.
    NpsAskId, "nps_"
);
id!(
    /// An answer to a survey.
    SurveyAnswerId, "san_"
);
id!(
    /// A staff pick.
    PickId, "pick_"
);
id!(
    /// A customer of a shop.
    CustomerId, "cus_"
);
id!(
    /// A session of a customer: one device that is signed in.
    SessionId, "ses_"
);
id!(
    /// A passkey.
    PasskeyId, "psk_"
);
id!(
    /// A secret that a shop's own programs use.
    SecretId, "key_"
);
id!(
    /// A branch of a shop.
    BranchId, "brn_"
);
id!(
    /// A gift: copies of a wish that somebody has reserved or bought.
    GiftId, "gift_"
);
id!(
    /// Somebody who edits a list of another customer's.
    EditorId, "edr_"
);
id!(
    /// An invitation to edit a list.
    ListInvitationId, "lni_"
);
id!(
    /// A customer's list of wishes.
    WishlistId, "lst_"
);
id!(
    /// An author or a series that a customer follows.
    FollowId, "flw_"
);
id!(
    /// An order.
    OrderId, "ord_"
);
id!(
    /// A line of an order.
    OrderLineId, "oln_"
);
id!(
    /// A refund of an order or of a part of it.
    RefundId, "rfd_"
);
id!(
    /// An entry of a customer's points statement: a transaction of the ledger.
    PointsEntryId, "pts_"
);
id!(
    /// An adjustment of a customer's points.
    AdjustmentId, "adj_"
);
id!(
    /// A reward that points are given for.
    RewardId, "rwd_"
);
id!(
    /// A reward that a customer has had.
    RedemptionId, "rdm_"
);
id!(
    /// Points and a coupon that are held for an order.
    ReservationId, "rsv_"
);
id!(
    /// A message to a customer.
    NotificationId, "ntf_"
);
id!(
    /// Something that leaves the server: an email, or a call of a webhook.
    DeliveryId, "dlv_"
);
id!(
    /// An address of a shop's own program that hears of events.
    WebhookId, "whk_"
);
id!(
    /// A member of a shop's staff.
    StaffId, "stf_"
);
id!(
    /// An invitation to a shop's staff.
    InvitationId, "inv_"
);
id!(
    /// An entry of the audit log.
    AuditId, "aud_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_its_kind() {
        let id = ReviewId::from_digits("0192f3a0c1d27c3e8a5b6c7d8e9f0a1b").unwrap();
        assert_eq!(id.as_str(), "rev_0192f3a0c1d27c3e8a5b6c7d8e9f0a1b");
        assert!(id.as_str().parse::<WorkId>().is_err());
        assert!("rev_short".parse::<ReviewId>().is_err());
        assert!(
            "rev_0192F3A0C1D27C3E8A5B6C7D8E9F0A1B"
                .parse::<ReviewId>()
                .is_err()
        );
    }
}
