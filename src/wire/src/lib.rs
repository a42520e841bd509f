#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod audit;
pub mod catalogue;
pub mod consents;
pub mod contacts;
pub mod deliveries;
pub mod fragments;
pub mod ids;
pub mod isbn;
pub mod lang;
pub mod notifications;
pub mod orders;
pub mod passkeys;
pub mod passwords;
pub mod privacy;
pub mod problem;
pub mod query;
pub mod reviews;
pub mod settings;
pub mod staff;
pub mod text;
pub mod webhooks;

pub use ids::{
    AuditId, BranchId, CustomerId, DeliveryId, EditionId, InvitationId, NotificationId, OrderId,
    OrderLineId, PasskeyId, PhotoId, RefundId, ReviewId, SecretId, SessionId, ShopId, StaffId,
    WebhookId, WorkId,
};
pub use isbn::Isbn;
pub use lang::Lang;
pub use problem::{Code, Problem};
