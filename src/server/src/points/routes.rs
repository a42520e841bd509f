//! The addresses of points, grouped by who calls them as in the server's own table of contents.

use super::{adjustments, books, cards, checkout, referrals, rewards, rules, tiers};
use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a customer asks, by an access token.
pub(crate) fn customers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Points: GET /v1/customer/points, …/entries, …/export, …/books
        .routes(routes!(super::get_points))
        .routes(routes!(super::list_points_entries))
        .routes(routes!(super::export_points))
        .routes(routes!(tiers::list_tier_changes))
        .routes(routes!(books::list_book_earnings))
        // Invitations: GET and PUT /v1/customer/points/referral
        .routes(routes!(referrals::get_referral, referrals::take_referral))
        // Card: POST /v1/customer/card
        .routes(routes!(cards::get_member_card))
        // Rewards: GET /v1/customer/rewards, POST …/{reward}/redemptions, GET /v1/customer/redemptions, POST …/{redemption}/cancel
        .routes(routes!(rewards::list_rewards))
        .routes(routes!(rewards::create_redemption))
        .routes(routes!(rewards::list_redemptions))
        .routes(routes!(rewards::cancel_redemption))
}

/// What a shop's own programs ask, by a secret key.
pub(crate) fn backends() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Members, for tills: POST /v1/members/lookup
        .routes(routes!(cards::find_member))
        // Points: GET /v1/customers/{customer}/points, …/entries, POST …/adjustments, GET /v1/points/rules
        .routes(routes!(super::get_customer_points))
        .routes(routes!(super::list_customer_points_entries))
        .routes(routes!(tiers::list_customer_tier_changes))
        .routes(routes!(adjustments::create_adjustment))
        .routes(routes!(rules::get_point_rules))
        // Checkout: POST /v1/checkout/quote, …/reservations, …/{reservation}/consume, …/release, POST /v1/coupons/{code}/consume
        .routes(routes!(checkout::quote_order))
        .routes(routes!(checkout::create_reservation))
        .routes(routes!(checkout::consume_reservation))
        .routes(routes!(checkout::release_reservation))
        .routes(routes!(rewards::consume_coupon))
}
