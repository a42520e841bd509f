//! Failures as RFC 9457 problem details.

use axum::Json;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bookplate_store::StoreError;
use bookplate_wire::{Code, Problem};

/// Why a request fails. What the client may know is in the problem; the rest goes to the log.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) Problem);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let again_in = self.0.retry_after;
        let mut response = (status, Json(self.0)).into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        // RFC 9110 asks for it. A scheme that browsers do not know, so that none opens a window of its own.
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = again_in {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A problem in place of the plain text by which axum refuses what never reaches us, such as a path that is not
/// UTF-8.
pub(crate) fn said_by_axum(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_text || !response.status().is_client_error() {
        return response;
    }
    let mut failure = Failure::from(Code::BadRequest).into_response();
    let headers = std::mem::take(failure.headers_mut());
    let (mut parts, _) = response.into_parts();
    parts.status = failure.status();
    // Who may read it, and when to come back, holds for it as well.
    for of_text in [CONTENT_LENGTH, CONTENT_TYPE] {
        parts.headers.remove(of_text);
    }
    parts.headers.extend(headers);
    Response::from_parts(parts, failure.into_body())
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self(Problem::new(
            code,
            match code {
                Code::NotFound => "nothing has this address",
                Code::BookNotFound => "the shop's catalogue has no book with this ISBN",
                Code::CustomerNotFound => "the shop has no such customer",
                Code::CardMistyped => "the last digit of the card's number does not fit the others",
                Code::ReviewNotFound => "there is no such review",
                Code::ReviewExists => "the customer has a review of this work already",
                Code::ReviewVersionLimit => {
                    "a review is written at most 20 times within 24 hours: try again later"
                }
                Code::ReviewChanged => {
                    "the review has another version by now, or a colleague has decided"
                }
                Code::ReviewIsOwn => "this review is the customer's own",
                Code::PhotoUnreadable => {
                    "the file is no JPEG, PNG or WebP picture that can be read"
                }
                Code::PhotoTooLarge => "a photo has at most 8 MB and 40 megapixels",
                Code::PhotoNotFound => "there is no such photo",
                Code::CaseNotFound => "there is no such feedback case",
                Code::CaseChanged => "the feedback case has another version by now",
                Code::CaseClosed => {
                    "the feedback case was resolved more than 14 days ago, or goes on as another one"
                }
                Code::RatingClosed => {
                    "the feedback case is not resolved, or was so more than 14 days ago"
                }
                Code::DraftConflict => "the draft was sent before with other content",
                Code::ArticleChanged => "it has another version by now",
                Code::ArticleLimit => "a shop has at most 500 articles, and 300 canned answers",
                Code::SurveyChanged => "the survey has another version by now",
                Code::SurveyLimit => "a shop has at most 500 surveys",
                Code::SurveyHasAnswers => "the survey has answers, and would ask something else",
                Code::SurveyClosed => "the survey cannot be answered now",
                Code::SurveyAnswered => "the customer has answered the survey already",
                Code::SurveyMembersOnly => "only customers who are signed in answer the survey",
                Code::PhotoLimit => "too many photos of the customer wait for a review",
                Code::WishlistNotFound => "the customer has no such wishlist",
                Code::WishlistLimit => "a customer has at most 200 wishlists",
                Code::WishlistIsDefault => "the default wishlist cannot be deleted",
                Code::WishlistNotOwn => "the wishlist is somebody else's",
                Code::WishlistIsOwn => {
                    "the wishlist is the customer's own, or edited by the customer"
                }
                Code::FollowedListLimit => "a customer follows at most 200 wishlists",
                Code::EditorLimit => {
                    "at most 20 people edit a wishlist or are invited to, and nobody edits more than 200"
                }
                Code::EditorNotFound => "nobody with this id edits the wishlist or is invited to",
                Code::GiftTaken => "others give that already",
                Code::GiftNotFound => "there is no such gift",
                Code::GiftLimit => "a visitor has at most 50 open gifts",
                Code::GiftsHidden => "gifts are shown on the day after the wishlist's",
                Code::WishNotFound => "the book is not in that wishlist",
                Code::WishLimit => "a wishlist has at most 2,000 wishes",
                Code::FollowLimit => "a customer follows at most 500 authors and series",
                Code::ShelfLimit => "a reading shelf has room for 10,000 books",
                Code::BirthdayFixed => "a birthday is changed once a year",
                Code::PointsOff => "the shop has no points",
                Code::ReferralOff => "the shop gives nothing for invitations at the moment",
                Code::ReferralUnknown => "no invitation has this code",
                Code::ReferralOwn => {
                    "the invitation is the customer's own, or of somebody whom the customer has invited"
                }
                Code::ReferralTaken => "the customer has taken another invitation before",
                Code::ReferralNotNew => {
                    "the customer has ordered before, or was first seen more than 30 days ago"
                }
                Code::PointsInsufficient => "the customer has fewer points than that",
                Code::PointRulesChanged => "the draft is another one by now, or there is none",
                Code::AdjustmentConflict => {
                    "the adjustment's reference is known with other content"
                }
                Code::AdjustmentNotFound => "the shop has no such adjustment",
                Code::AdjustmentDecided => "somebody has decided about the adjustment already",
                Code::PaymentOff => "the shop takes no points in payment, or not in this currency",
                Code::PointsShare => {
                    "the points are fewer, or more, than the shop takes for such an order"
                }
                Code::ReservationConflict => {
                    "the reservation's reference is known with other content"
                }
                Code::ReservationNotFound => "the shop has no such reservation",
                Code::ReservationEnded => {
                    "the reservation was used for another order, was let go, or its time is over"
                }
                Code::CouponNotFound => "the shop, or the customer, has no such coupon",
                Code::CouponHeld => "an order that is not paid yet holds the coupon",
                Code::CouponUsed => "the coupon was used before",
                Code::CouponEnded => "the coupon was cancelled, or its time is over",
                Code::CouponMinimum => {
                    "the order is not as much as the coupon needs, or in another currency"
                }
                Code::RewardNotFound => "the shop has no such reward",
                Code::RewardOff => "the reward cannot be had at the moment",
                Code::RewardChanged => "the reward takes another number of points by now",
                Code::RewardSoldOut => "none is left of the reward",
                Code::TierRequired => "the reward is for customers of a higher tier",
                Code::RedemptionConflict => {
                    "the redemption's reference is known with another reward"
                }
                Code::RedemptionNotFound => "there is no such redemption, or it is not yours",
                Code::RedemptionEnded => {
                    "the reward was used, is held for an order, or its time is over"
                }
                Code::SecondPersonRequired => "this takes somebody else than who has written it",
                Code::MethodNotAllowed => "this address does not take this method",
                Code::KeyUnknown => "the public key is missing or unknown",
                Code::OriginNotAllowed => "this origin is not registered for the shop",
                Code::BodyInvalid => "the body is not as this address takes it",
                Code::CurrencyMixed => "all lines have the same currency",
                Code::OrderConflict => "the order's number is known with other content",
                Code::RefundConflict => "the refund's number is known with other content",
                Code::RefundExceeds => "this is more than is left of what the order has sold",
                Code::IdempotencyConflict => "the idempotency key was used for another request",
                Code::FieldInvalid => "a field breaks a rule",
                Code::MediaTypeUnsupported => "the body has to be application/json",
                Code::SecretUnknown => "the secret key is missing, unknown or retired",
                Code::SessionRequired => "this needs an access token: Authorization: Bearer …",
                Code::SessionInvalid => "the token is not one of ours",
                Code::SessionExpired => "the access token has expired",
                Code::SessionEnded => "the session was ended",
                Code::SessionReused => "the refresh token was used before: its session has ended",
                Code::CredentialsInvalid => "email address and password do not belong together",
                Code::LinkInvalid => "the link has expired, was used, or is none of ours",
                Code::PasskeyInvalid => "the passkey is none of ours, or has signed something else",
                Code::PasskeysUnavailable => "passkeys belong to a domain: public_url has none",
                Code::HandoverInvalid => "the code has expired, was used, or is none of ours",
                Code::IdentityMalformed => "the identity token is no JSON Web Token",
                Code::IdentityAlgorithm => {
                    "the shop has no key for the algorithm of the identity token"
                }
                Code::IdentitySignature => "the identity token's signature does not fit",
                Code::IdentityExpired => "the identity token has expired",
                Code::IdentityNotYet => "the identity token is not valid yet",
                Code::IdentityAudience => "the identity token is for another shop",
                Code::IdentityLifetime => "the identity token is valid for more than five minutes",
                Code::IdentityClaim => "a claim of the identity token is missing or wrong",
                Code::IdentityReplayed => "the customer has signed out since the identity token",
                Code::StaffSessionRequired => "this needs somebody of the staff to be signed in",
                Code::RoleInsufficient => "this needs a higher role in the shop",
                Code::LastOwner => "a shop needs an owner",
                Code::LastKey => "the shop's pages need a public key",
                Code::AlreadyStaff => "the person already belongs to the shop's staff",
                Code::SignInFirst => "the person has an account already: sign in, then accept",
                Code::BranchExists => "another branch has this code",
                Code::WebhookExists => "the shop has a webhook with this address",
                Code::WebhookLimit => "a shop has at most 20 webhooks",
                Code::WebhookOff => "the webhook is switched off",
                Code::IsbnInvalid => "the ISBN is not valid",
                Code::CursorInvalid => "the cursor was not given out for this order",
                Code::RateLimited => "too many requests: see Retry-After",
                Code::TooLarge => "the request is too large",
                Code::RequestTimeout => "the body of the request did not come in time",
                Code::Timeout => "the request took too long",
                Code::Unavailable => "the database cannot be reached or is too busy: try again",
                Code::BadRequest => "the request cannot be read",
                Code::Internal => "something went wrong on our side",
            },
        ))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Cursor => {
                let Self(problem) = Code::CursorInvalid.into();
                Self(problem.at("after"))
            }
            StoreError::TooSlow => {
                let rule = "this search takes too long: narrow it down";
                Problem::new(Code::Timeout, rule).into()
            }
            // Asked once more it is said what is gone.
            StoreError::Dangling(_) => {
                tracing::warn!(%error, "deleted while it was needed");
                Code::Unavailable.into()
            }
            error if error.is_unavailable() => {
                tracing::error!(%error, "database unavailable");
                Code::Unavailable.into()
            }
            error => {
                tracing::error!(%error, "store failed");
                Code::Internal.into()
            }
        }
    }
}
