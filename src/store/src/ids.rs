//! New identifiers and the present time.

use bookplate_wire::{
    AdjustmentId, ArticleId, AuditId, BranchId, CannedId, CaseId, CustomerId, DeliveryId,
    EditionId, EditorId, FollowId, GiftId, InvitationId, ListInvitationId, MessageId,
    NotificationId, NpsAskId, OrderId, OrderLineId, PasskeyId, PhotoId, PickId, PointsEntryId,
    RedemptionId, RefundId, ReservationId, ReviewId, RewardId, SecretId, SessionId, ShopId,
    StaffId, SurveyAnswerId, SurveyId, WebhookId, WishlistId, WorkId,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::{NoContext, Timestamp, Uuid};

/// Kinds of identifiers that the store gives out.
pub(crate) trait NewId {
    /// A new identifier of this kind, later in order than all before it.
    fn new_id() -> Self;
}

macro_rules! new_id {
    ($($name:ident),*) => {$(
        impl NewId for $name {
            fn new_id() -> Self {
                // Thirty-two lower-case hexadecimal digits are what every kind is made of.
                $name::from_digits(Uuid::now_v7().simple()).expect("a UUID makes an identifier")
            }
        }
    )*};
}

new_id!(
    AdjustmentId,
    ArticleId,
    CannedId,
    AuditId,
    BranchId,
    CaseId,
    CustomerId,
    DeliveryId,
    EditionId,
    EditorId,
    GiftId,
    FollowId,
    InvitationId,
    ListInvitationId,
    MessageId,
    NotificationId,
    NpsAskId,
    OrderId,
    OrderLineId,
    PasskeyId,
    PickId,
    PointsEntryId,
    RedemptionId,
    RefundId,
    ReservationId,
    ReviewId,
    RewardId,
    SecretId,
    SessionId,
    ShopId,
    StaffId,
    SurveyId,
    WebhookId,
    WishlistId,
    WorkId
);

impl NewId for PhotoId {
    /// It cannot be guessed, and therefore is not in any order.
    fn new_id() -> Self {
        Self::from_digits(secret_digits()).expect("a UUID makes an identifier")
    }
}

/// A new identifier of an answer to a survey: behind those of an earlier `at`, in milliseconds since 1970 UTC, and anywhere among those
/// of the same, so that nobody sees from it what was written when.
pub(crate) fn survey_answer_id(at: i64) -> SurveyAnswerId {
    let since = Duration::from_millis(u64::try_from(at).unwrap_or_default());
    let time = Timestamp::from_unix(NoContext, since.as_secs(), since.subsec_nanos());
    SurveyAnswerId::from_digits(Uuid::new_v7(time).simple()).expect("a UUID makes an identifier")
}

/// A new name for a gift, for who has to send it along. It cannot be guessed.
pub fn new_gift_id() -> GiftId {
    GiftId::from_digits(secret_digits()).expect("a UUID makes an identifier")
}

/// Digits that nobody can guess.
pub(crate) fn secret_digits() -> String {
    Uuid::new_v4().simple().to_string()
}

/// The digits of a new identifier, for what is never named outside.
pub(crate) fn new_digits() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Milliseconds since 1970 UTC.
pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}
