//! Errors on the wire: RFC 9457 problem details with a stable code.

mod faults;

pub use faults::Faults;
use serde::{Deserialize, Serialize};

/// What went wrong, for programs. Codes are never renamed or reused; words for people are in the
/// widgets' locales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The query string or path cannot be read, or holds an unknown field or value.
    BadRequest,
    /// The body is no JSON, or not of the shape that the address takes; `field` is where.
    BodyInvalid,
    /// Amounts of one order or refund are in different currencies.
    CurrencyMixed,
    /// The order's number is known with other content.
    OrderConflict,
    /// The refund's number is known with other content.
    RefundConflict,
    /// A refund takes back more than is left of what its order has sold.
    RefundExceeds,
    /// The idempotency key is too long, or was used for another request.
    IdempotencyConflict,
    /// A field whose value breaks a rule; `title` is the rule.
    FieldInvalid,
    /// The body is of another kind than the address takes.
    MediaTypeUnsupported,
    /// An ISBN that is none.
    IsbnInvalid,
    /// A cursor that this server did not give out, or gave out for another sorting.
    CursorInvalid,
    /// The public key is missing, unknown or retired.
    KeyUnknown,
    /// The page's origin is not one of the shop's registered ones.
    OriginNotAllowed,
    /// The secret key is missing, unknown or retired.
    SecretUnknown,
    /// The request is for customers, and nobody is signed in.
    SessionRequired,
    /// The access token is not one of ours.
    SessionInvalid,
    /// The access token is too old: get a new one.
    SessionExpired,
    /// The session was ended: sign in again.
    SessionEnded,
    /// The refresh token was used before, which ends its session: one of the two who have it has stolen it.
    SessionReused,
    /// Email address and password (and for staff the second factor) do not belong together, or the address is not
    /// confirmed.
    CredentialsInvalid,
    /// The link of an email or an invitation has expired, was used or taken back, or is none of ours.
    LinkInvalid,
    /// The code of a handover has expired, was used, or is none of ours.
    HandoverInvalid,
    /// The identity token is no JSON Web Token.
    IdentityMalformed,
    /// The identity token is signed with an algorithm that none of the shop's keys is for.
    IdentityAlgorithm,
    /// None of the shop's keys has made the identity token's signature.
    IdentitySignature,
    /// The identity token has expired.
    IdentityExpired,
    /// The identity token is not valid yet: the clock of who signed it is ahead.
    IdentityNotYet,
    /// The identity token is for another shop.
    IdentityAudience,
    /// The identity token is valid for more than five minutes.
    IdentityLifetime,
    /// A claim of the identity token is missing or breaks a rule; `field` names it.
    IdentityClaim,
    /// The identity token was made before the customer signed out.
    IdentityReplayed,
    /// The passkey is none of ours, or has not signed what it was given; or that was too long ago.
    PasskeyInvalid,
    /// This server cannot have passkeys: they belong to a domain, and its address has none.
    PasskeysUnavailable,
    /// The request is for staff, and nobody is signed in.
    StaffSessionRequired,
    /// The request needs a higher role in the shop.
    RoleInsufficient,
    /// The shop would be left without an owner.
    LastOwner,
    /// The shop's pages would be left without a public key.
    LastKey,
    /// The person already belongs to the shop's staff.
    AlreadyStaff,
    /// The person has an account already: sign in, then use the link.
    SignInFirst,
    /// Another branch has this code.
    BranchExists,
    /// The shop has a webhook with this address already.
    WebhookExists,
    /// The shop has as many webhooks as it can have.
    WebhookLimit,
    /// The webhook is switched off.
    WebhookOff,
    /// Nothing has this address.
    NotFound,
    /// No book of this shop has this ISBN.
    BookNotFound,
    /// The shop has no such customer.
    CustomerNotFound,
    /// The number of a membership card has a slip: its last digit does not fit the others.
    CardMistyped,
    /// There is no such review, or it is not yours, or not shown to readers.
    ReviewNotFound,
    /// The customer has a review of this work already: change that one.
    ReviewExists,
    /// The customer has written this review anew as often as a day allows: try again tomorrow.
    ReviewVersionLimit,
    /// The review has another version by now, or a colleague has decided: look at it again.
    ReviewChanged,
    /// One cannot vote for, or report, one's own review.
    ReviewIsOwn,
    /// The file is no JPEG, PNG or WebP picture that can be read.
    PhotoUnreadable,
    /// The photo has more bytes or pixels than are taken.
    PhotoTooLarge,
    /// There is no such photo, or it is not yours, or belongs to another review.
    PhotoNotFound,
    /// There is no such feedback case, or it is not yours; or the code is another one.
    CaseNotFound,
    /// A colleague has changed the feedback case, or its shopper has written more: look at it again.
    CaseChanged,
    /// The feedback case was resolved too long ago to be opened again, or goes on as another one.
    CaseClosed,
    /// The feedback case is not resolved, or was more than 14 days ago: its shopper cannot say how satisfied he is.
    RatingClosed,
    /// This draft was sent before, with other content.
    DraftConflict,
    /// A colleague has changed the article, or the canned answer, meanwhile: look at it again.
    ArticleChanged,
    /// The shop has as many articles, or canned answers, as it can have.
    ArticleLimit,
    /// A colleague has changed the survey meanwhile: look at it again.
    SurveyChanged,
    /// The shop has as many surveys as it can have.
    SurveyLimit,
    /// The survey has answers, which would be answers to something else: begin a copy.
    SurveyHasAnswers,
    /// The survey cannot be answered now.
    SurveyClosed,
    /// The customer has answered the survey already.
    SurveyAnswered,
    /// Only customers who are signed in answer the survey.
    SurveyMembersOnly,
    /// Too many photos of the customer wait for a review: write it, or delete some.
    PhotoLimit,
    /// There is no such wishlist, or it is not yours.
    WishlistNotFound,
    /// The customer has as many wishlists as can be.
    WishlistLimit,
    /// The default wishlist cannot be deleted: make another one the default first.
    WishlistIsDefault,
    /// The wishlist is somebody else's: who edits it cannot do that.
    WishlistNotOwn,
    /// The wishlist is the customer's own, or one that the customer edits: one gives to, and follows, others.
    WishlistIsOwn,
    /// The customer follows as many lists as can be.
    FollowedListLimit,
    /// As many people edit the wishlist, or are invited to, as can be; or the customer edits as many lists as can be.
    EditorLimit,
    /// Nobody of that name edits the wishlist, or is invited to.
    EditorNotFound,
    /// Others give as many copies already that not enough are left.
    GiftTaken,
    /// There is no such gift, or it is not yours.
    GiftNotFound,
    /// Too many gifts of the visitor are open.
    GiftLimit,
    /// The wishlist has a day, and gifts are not shown before it has been.
    GiftsHidden,
    /// The book is not in that wishlist.
    WishNotFound,
    /// The wishlist has as many wishes as can be.
    WishLimit,
    /// The customer follows as many authors and series as can be.
    FollowLimit,
    /// The reading shelf has no room for more.
    ShelfLimit,
    /// The birthday was changed within a year; `title` says from which day it can be changed again.
    BirthdayFixed,
    /// The shop has no points: no rules of theirs were ever published.
    PointsOff,
    /// The shop gives nothing for invitations at the moment.
    ReferralOff,
    /// No invitation of the shop's has the code.
    ReferralUnknown,
    /// The invitation is the customer's own, or of somebody whom the customer has invited.
    ReferralOwn,
    /// The customer has taken another invitation before.
    ReferralTaken,
    /// The customer is not new: has ordered before, or was first seen more than 30 days ago.
    ReferralNotNew,
    /// The customer has fewer points than are to be taken.
    PointsInsufficient,
    /// The draft of the rules is another one by now, or was published: read it again.
    PointRulesChanged,
    /// The adjustment's reference is known with other content.
    AdjustmentConflict,
    /// The shop has no such adjustment of points.
    AdjustmentNotFound,
    /// Somebody has decided about the adjustment already.
    AdjustmentDecided,
    /// The shop takes no points in payment, or not in this currency.
    PaymentOff,
    /// The points are fewer, or more, than the shop takes for such an order.
    PointsShare,
    /// The reservation's reference is known with other content.
    ReservationConflict,
    /// The shop has no such reservation.
    ReservationNotFound,
    /// The reservation was used for another order, was let go, or its time is over.
    ReservationEnded,
    /// The shop, or the customer, has no such coupon.
    CouponNotFound,
    /// An order that is not paid yet holds the coupon.
    CouponHeld,
    /// The coupon was used before.
    CouponUsed,
    /// The coupon was cancelled, or its time is over.
    CouponEnded,
    /// The order is not as much as the coupon needs, or in another currency.
    CouponMinimum,
    /// The shop has no such reward.
    RewardNotFound,
    /// The reward cannot be had at the moment.
    RewardOff,
    /// The reward takes another number of points by now: look at it again.
    RewardChanged,
    /// None is left of the reward.
    RewardSoldOut,
    /// The reward is for customers of a higher tier.
    TierRequired,
    /// The redemption's reference is known with another reward.
    RedemptionConflict,
    /// There is no such redemption, or it is not yours.
    RedemptionNotFound,
    /// The reward was used, is held for an order, or its time is over.
    RedemptionEnded,
    /// That takes a second person: not the one from whom it comes.
    SecondPersonRequired,
    /// The address exists, but not for this method.
    MethodNotAllowed,
    /// More requests than allowed; the header `Retry-After` says when to come back.
    RateLimited,
    /// The request is larger than allowed.
    TooLarge,
    /// The request's body did not come in time.
    RequestTimeout,
    /// The request took longer than allowed.
    Timeout,
    /// The database cannot be reached at the moment.
    Unavailable,
    /// A fault of ours; the log has it under the reply's request id.
    Internal,
}

impl Code {
    /// The code as it stands in JSON and in documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::BodyInvalid => "body_invalid",
            Self::CurrencyMixed => "currency_mixed",
            Self::OrderConflict => "order_conflict",
            Self::RefundConflict => "refund_conflict",
            Self::RefundExceeds => "refund_exceeds",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::FieldInvalid => "field_invalid",
            Self::MediaTypeUnsupported => "media_type_unsupported",
            Self::IsbnInvalid => "isbn_invalid",
            Self::CursorInvalid => "cursor_invalid",
            Self::KeyUnknown => "key_unknown",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::SecretUnknown => "secret_unknown",
            Self::SessionRequired => "session_required",
            Self::SessionInvalid => "session_invalid",
            Self::SessionExpired => "session_expired",
            Self::SessionEnded => "session_ended",
            Self::SessionReused => "session_reused",
            Self::CredentialsInvalid => "credentials_invalid",
            Self::LinkInvalid => "link_invalid",
            Self::HandoverInvalid => "handover_invalid",
            Self::IdentityMalformed => "identity_malformed",
            Self::IdentityAlgorithm => "identity_algorithm",
            Self::IdentitySignature => "identity_signature",
            Self::IdentityExpired => "identity_expired",
            Self::IdentityNotYet => "identity_not_yet",
            Self::IdentityAudience => "identity_audience",
            Self::IdentityLifetime => "identity_lifetime",
            Self::IdentityClaim => "identity_claim",
            Self::IdentityReplayed => "identity_replayed",
            Self::PasskeyInvalid => "passkey_invalid",
            Self::PasskeysUnavailable => "passkeys_unavailable",
            Self::StaffSessionRequired => "staff_session_required",
            Self::RoleInsufficient => "role_insufficient",
            Self::LastOwner => "last_owner",
            Self::LastKey => "last_key",
            Self::AlreadyStaff => "already_staff",
            Self::SignInFirst => "sign_in_first",
            Self::BranchExists => "branch_exists",
            Self::WebhookExists => "webhook_exists",
            Self::WebhookLimit => "webhook_limit",
            Self::WebhookOff => "webhook_off",
            Self::NotFound => "not_found",
            Self::BookNotFound => "book_not_found",
            Self::CustomerNotFound => "customer_not_found",
            Self::CardMistyped => "card_mistyped",
            Self::ReviewNotFound => "review_not_found",
            Self::ReviewExists => "review_exists",
            Self::ReviewVersionLimit => "review_version_limit",
            Self::ReviewChanged => "review_changed",
            Self::ReviewIsOwn => "review_is_own",
            Self::PhotoUnreadable => "photo_unreadable",
            Self::PhotoTooLarge => "photo_too_large",
            Self::PhotoNotFound => "photo_not_found",
            Self::CaseNotFound => "case_not_found",
            Self::CaseChanged => "case_changed",
            Self::CaseClosed => "case_closed",
            Self::RatingClosed => "rating_closed",
            Self::DraftConflict => "draft_conflict",
            Self::ArticleChanged => "article_changed",
            Self::ArticleLimit => "article_limit",
            Self::SurveyChanged => "survey_changed",
            Self::SurveyLimit => "survey_limit",
            Self::SurveyHasAnswers => "survey_has_answers",
            Self::SurveyClosed => "survey_closed",
            Self::SurveyAnswered => "survey_answered",
            Self::SurveyMembersOnly => "survey_members_only",
            Self::PhotoLimit => "photo_limit",
            Self::WishlistNotFound => "wishlist_not_found",
            Self::WishlistLimit => "wishlist_limit",
            Self::WishlistIsDefault => "wishlist_is_default",
            Self::WishlistNotOwn => "wishlist_not_own",
            Self::WishlistIsOwn => "wishlist_is_own",
            Self::FollowedListLimit => "followed_list_limit",
            Self::EditorLimit => "editor_limit",
            Self::EditorNotFound => "editor_not_found",
            Self::GiftTaken => "gift_taken",
            Self::GiftNotFound => "gift_not_found",
            Self::GiftLimit => "gift_limit",
            Self::GiftsHidden => "gifts_hidden",
            Self::WishNotFound => "wish_not_found",
            Self::WishLimit => "wish_limit",
            Self::FollowLimit => "follow_limit",
            Self::ShelfLimit => "shelf_limit",
            Self::BirthdayFixed => "birthday_fixed",
            Self::PointsOff => "points_off",
            Self::ReferralOff => "referral_off",
            Self::ReferralUnknown => "referral_unknown",
            Self::ReferralOwn => "referral_own",
            Self::ReferralTaken => "referral_taken",
            Self::ReferralNotNew => "referral_not_new",
            Self::PointsInsufficient => "points_insufficient",
            Self::PointRulesChanged => "point_rules_changed",
            Self::AdjustmentConflict => "adjustment_conflict",
            Self::AdjustmentNotFound => "adjustment_not_found",
            Self::AdjustmentDecided => "adjustment_decided",
            Self::PaymentOff => "payment_off",
            Self::PointsShare => "points_share",
            Self::ReservationConflict => "reservation_conflict",
            Self::ReservationNotFound => "reservation_not_found",
            Self::ReservationEnded => "reservation_ended",
            Self::CouponNotFound => "coupon_not_found",
            Self::CouponHeld => "coupon_held",
            Self::CouponUsed => "coupon_used",
            Self::CouponEnded => "coupon_ended",
            Self::CouponMinimum => "coupon_minimum",
            Self::RewardNotFound => "reward_not_found",
            Self::RewardOff => "reward_off",
            Self::RewardChanged => "reward_changed",
            Self::RewardSoldOut => "reward_sold_out",
            Self::TierRequired => "tier_required",
            Self::RedemptionConflict => "redemption_conflict",
            Self::RedemptionNotFound => "redemption_not_found",
            Self::RedemptionEnded => "redemption_ended",
            Self::SecondPersonRequired => "second_person_required",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RateLimited => "rate_limited",
            Self::TooLarge => "too_large",
            Self::RequestTimeout => "request_timeout",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::BodyInvalid | Self::IsbnInvalid | Self::CursorInvalid => 400,
            Self::KeyUnknown
            | Self::SecretUnknown
            | Self::SessionRequired
            | Self::SessionInvalid
            | Self::SessionExpired
            | Self::SessionEnded
            | Self::SessionReused
            | Self::CredentialsInvalid
            | Self::HandoverInvalid
            | Self::IdentityMalformed
            | Self::IdentityAlgorithm
            | Self::IdentitySignature
            | Self::IdentityExpired
            | Self::IdentityNotYet
            | Self::IdentityAudience
            | Self::IdentityLifetime
            | Self::IdentityReplayed
            | Self::StaffSessionRequired => 401,
            Self::OrderConflict
            | Self::RefundConflict
            | Self::IdempotencyConflict
            | Self::PasskeysUnavailable
            | Self::LastOwner
            | Self::LastKey
            | Self::AlreadyStaff
            | Self::SignInFirst
            | Self::BranchExists
            | Self::WebhookExists
            | Self::WebhookLimit
            | Self::WebhookOff
            | Self::ReviewExists
            | Self::ReviewVersionLimit
            | Self::ReviewChanged
            | Self::ReviewIsOwn
            | Self::PhotoLimit
            | Self::CaseChanged
            | Self::CaseClosed
            | Self::RatingClosed
            | Self::DraftConflict
            | Self::ArticleChanged
            | Self::ArticleLimit
            | Self::SurveyChanged
            | Self::SurveyLimit
            | Self::SurveyHasAnswers
            | Self::SurveyClosed
            | Self::SurveyAnswered
            | Self::WishlistLimit
            | Self::WishlistIsDefault
            | Self::WishlistIsOwn
            | Self::FollowedListLimit
            | Self::EditorLimit
            | Self::GiftTaken
            | Self::GiftLimit
            | Self::GiftsHidden
            | Self::WishLimit
            | Self::FollowLimit
            | Self::ShelfLimit
            | Self::BirthdayFixed
            | Self::ReferralOff
            | Self::ReferralOwn
            | Self::ReferralTaken
            | Self::ReferralNotNew
            | Self::PointsInsufficient
            | Self::PointRulesChanged
            | Self::AdjustmentConflict
            | Self::AdjustmentDecided
            | Self::PaymentOff
            | Self::ReservationConflict
            | Self::ReservationEnded
            | Self::CouponHeld
            | Self::CouponUsed
            | Self::CouponEnded
            | Self::RewardOff
            | Self::RewardChanged
            | Self::RewardSoldOut
            | Self::TierRequired
            | Self::RedemptionConflict
            | Self::RedemptionEnded => 409,
            Self::FieldInvalid
            | Self::LinkInvalid
            | Self::PasskeyInvalid
            | Self::IdentityClaim
            | Self::CurrencyMixed
            | Self::RefundExceeds
            | Self::PointsShare
            | Self::CouponMinimum
            | Self::CardMistyped
            | Self::PhotoUnreadable => 422,
            Self::MediaTypeUnsupported => 415,
            Self::OriginNotAllowed
            | Self::RoleInsufficient
            | Self::WishlistNotOwn
            | Self::SurveyMembersOnly
            | Self::SecondPersonRequired => 403,
            Self::NotFound
            | Self::BookNotFound
            | Self::CustomerNotFound
            | Self::ReviewNotFound
            | Self::PhotoNotFound
            | Self::CaseNotFound
            | Self::WishlistNotFound
            | Self::EditorNotFound
            | Self::GiftNotFound
            | Self::WishNotFound
            | Self::PointsOff
            | Self::ReferralUnknown
            | Self::AdjustmentNotFound
            | Self::ReservationNotFound
            | Self::CouponNotFound
            | Self::RewardNotFound
            | Self::RedemptionNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::TooLarge | Self::PhotoTooLarge => 413,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }
}

/// The body of every reply that is not a success (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code.
    pub code: Code,
    /// One English sentence for the developer who reads the reply; shoppers never see it.
    pub title: String,
    /// The field or parameter at fault, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// In how many seconds it is worth trying again, where waiting helps; the header `Retry-After`, repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What else breaks a rule, where more than one field was looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<FieldProblem>,
}

/// One more field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// The rule, as an English sentence for developers.
    pub title: String,
}

impl Problem {
    /// A problem with the status that belongs to `code`.
    pub fn new(code: Code, title: impl Into<String>) -> Self {
        Self {
            status: code.status(),
            code,
            title: title.into(),
            field: None,
            retry_after: None,
            others: Vec::new(),
        }
    }

    /// All fields at fault.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let others = self.others.iter().map(|other| other.field.as_str());
        self.field.as_deref().into_iter().chain(others)
    }

    /// The same, naming the field or parameter at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same, saying in how many seconds it is worth trying again.
    #[must_use]
    pub fn again_in(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}
