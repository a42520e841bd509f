//! A customer's data as a whole: to take along, and to be deleted.

use crate::ReviewId;
use crate::accounts::{Customer, SignedIn};
use crate::consents::{Consent, ConsentChange};
use crate::feedback::CaseTimeline;
use crate::notifications::Notification;
use crate::orders::{NewRefund, Order};
use crate::passkeys::Passkey;
use crate::points::checkout::Reservation;
use crate::points::referrals::KeptReferral;
use crate::points::rewards::Redemption;
use crate::points::tiers::TierChange;
use crate::points::{PointsBalance, PointsEntry};
use crate::reviews::photos::Photo;
use crate::reviews::votes::OwnVote;
use crate::reviews::writing::{OwnReview, Reason, ReviewText};
use crate::surveys::answers::OwnSurveyAnswer;
use crate::surveys::nps::OwnNps;
use crate::wishlists::alerts::Alert;
use crate::wishlists::follows::Follow;
use crate::wishlists::gifts::Gift;
use crate::wishlists::occasions::FollowedWishlist;
use crate::wishlists::shelf::ShelfBook;
use crate::wishlists::{KeptWishlist, Wishlist};
use serde::{Deserialize, Serialize};

/// Something that names a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownBy {
    /// `external` (the shop's own id), `card`, `phone` or `email`.
    pub kind: String,
    /// The id, number or address.
    pub value: String,
}

/// A login with an email address and a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnLogin {
    /// The address.
    pub email: String,
    /// When it was confirmed, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When the password was last chosen, in milliseconds since 1970 UTC.
    pub changed_at: i64,
}

/// A place where a customer was signed in once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastSession {
    /// The device, such as `Safari, iPhone`; empty where unknown.
    pub device: String,
    /// Begun, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Last seen, in milliseconds since 1970 UTC.
    pub seen_at: i64,
    /// Ended, in milliseconds since 1970 UTC.
    pub ended_at: i64,
}

/// A review as its author has once written it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WrittenVersion {
    /// Of which review.
    pub review: ReviewId,
    /// Its number, from 1.
    pub version: u32,
    /// What was written.
    pub text: ReviewText,
    /// When, in milliseconds since 1970 UTC.
    pub written_at: i64,
}

/// That a customer was asked for reviews of the books of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskedReview {
    /// The shop's number of the order.
    pub order: String,
    /// When, in milliseconds since 1970 UTC.
    pub asked_at: i64,
    /// When the customer was reminded of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<i64>,
}

/// What a customer has said against a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeReport {
    /// Against which review.
    pub review: ReviewId,
    /// What it is about.
    pub reason: Reason,
    /// In the customer's own words, or empty.
    pub note: String,
    /// When, in milliseconds since 1970 UTC.
    pub reported_at: i64,
}

/// All that a shop's server knows of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Archive {
    /// When it was put together, in milliseconds since 1970 UTC.
    pub made_at: i64,
    /// The shop's name.
    pub shop: String,
    /// Name, addresses, birthday, what the customer likes.
    pub profile: Customer,
    /// By what the shop's programs find the customer.
    pub known_by: Vec<KnownBy>,
    /// The login, where it is ours and not the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<OwnLogin>,
    /// The passkeys, the latest first.
    pub passkeys: Vec<Passkey>,
    /// All orders, the latest first.
    pub orders: Vec<Order>,
    /// All refunds of these that count, the latest first.
    pub refunds: Vec<NewRefund>,
    /// All reviews that are known to be the customer's, the latest first.
    pub reviews: Vec<OwnReview>,
    /// All versions of the reviews that were written here, the latest first.
    pub review_versions: Vec<WrittenVersion>,
    /// All photos on these, those of earlier versions too, and those that were sent for a review which is not written
    /// yet. They can be fetched at their addresses as long as the account is there.
    pub photos: Vec<Photo>,
    /// All votes for other people's reviews.
    pub review_votes: Vec<OwnVote>,
    /// The orders of which the customer was asked for reviews, the latest first.
    pub review_requests: Vec<AskedReview>,
    /// What the customer has said against other people's reviews, the latest first.
    pub review_reports: Vec<MadeReport>,
    /// What the customer has told the shop as feedback, with all that was said, the latest first.
    pub feedback_cases: Vec<CaseTimeline>,
    /// What the customer has answered to surveys, the latest first.
    pub survey_answers: Vec<OwnSurveyAnswer>,
    /// Each time that the customer was asked how likely a recommendation of the shop is, the latest first.
    pub nps: Vec<OwnNps>,
    /// The wishlists with all that is in them.
    pub wishlists: Vec<KeptWishlist>,
    /// The wishlists of others that the customer edits.
    pub edited_wishlists: Vec<Wishlist>,
    /// The wishlists of others that the customer follows.
    pub followed_wishlists: Vec<FollowedWishlist>,
    /// What the customer gives of the wishlists of others, the latest first.
    pub gifts: Vec<Gift>,
    /// What the customer wants to be told of books on them.
    pub alerts: Vec<Alert>,
    /// The authors and series that the customer follows.
    pub follows: Vec<Follow>,
    /// The reading shelf, what was changed last first.
    pub shelf: Vec<ShelfBook>,
    /// The points, where the customer has or had any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PointsBalance>,
    /// Every entry of the points statement, the latest first.
    pub points_entries: Vec<PointsEntry>,
    /// Every change of the tier, the latest first.
    pub tiers: Vec<TierChange>,
    /// The customer's own code for invitations, who has taken it, and whether the customer has taken one.
    pub referral: KeptReferral,
    /// Every reward that was had for points, the latest first.
    pub redemptions: Vec<Redemption>,
    /// Every reservation of points and coupons for an order, the latest first.
    pub reservations: Vec<Reservation>,
    /// What the customer allows to be sent.
    pub consents: Vec<Consent>,
    /// Every change of that, the last one first.
    pub consent_changes: Vec<ConsentChange>,
    /// Where the customer is signed in.
    pub sessions: Vec<SignedIn>,
    /// Where the customer was signed in, as far as that is still known, the latest first.
    pub past_sessions: Vec<PastSession>,
    /// All that the customer was told in the account, the latest first.
    pub notifications: Vec<Notification>,
}

/// What becomes of the reviews of somebody whose account is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewsKept {
    /// They stay, and say no more whose they are.
    KeepAnonymous,
    /// They go too.
    Remove,
}

/// The wish to have the account deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountDeletion {
    /// What becomes of the reviews.
    pub reviews: ReviewsKept,
}
