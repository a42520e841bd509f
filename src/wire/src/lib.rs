#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod audit;
pub mod catalogue;
pub mod consents;
pub mod contacts;
pub mod deliveries;
pub mod faq;
pub mod feedback;
pub mod fragments;
pub mod ids;
pub mod isbn;
pub mod lang;
pub mod notifications;
pub mod offers;
pub mod orders;
pub mod origins;
pub mod passkeys;
pub mod passwords;
pub mod points;
pub mod privacy;
pub mod problem;
pub mod query;
pub mod reviews;
pub mod settings;
pub mod staff;
pub mod surveys;
pub mod text;
pub mod webhooks;
pub mod wishlists;

pub use ids::{
    AdjustmentId, ArticleId, AuditId, BranchId, CaseId, CustomerId, DeliveryId, EditionId,
    EditorId, FollowId, GiftId, InvitationId, ListInvitationId, MessageId, NotificationId,
    NpsAskId, OrderId, OrderLineId, PasskeyId, PhotoId, PickId, PointsEntryId, RedemptionId,
    RefundId, ReservationId, ReviewId, RewardId, SecretId, SessionId, ShopId, StaffId,
    SurveyAnswerId, SurveyId, WebhookId, WishlistId, WorkId,
};
pub use isbn::Isbn;
pub use lang::Lang;
pub use problem::{Code, Problem};
