//! The table of contents: every address of the server, grouped by who calls it.

use crate::api::receive_first;
use crate::app::App;
use crate::openapi::Api;
use crate::reply::{Failure, said_by_axum};
use crate::{
    accounts, assets, catalogue, consents, faq, feedback, fragments, health, notifications,
    observe, offers, openapi, orders, points, privacy, reviews, secrets, settings, shops, site,
    staff, surveys, wishlists,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use bookplate_wire::Code;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The hosted page on which a review is written.
pub(crate) const REVIEW_FORM: &str = "/shops/{key}/member/reviews/{isbn}";

/// The hosted page on which a shopper writes to the shop.
const FEEDBACK_FORM: &str = "/shops/{key}/feedback";

/// Widgets for a page. The shop is named by `key`.
fn widgets() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Fragments: GET /v1/fragments, GET /v1/fragments.html
        .routes(routes!(fragments::list_fragments))
        .routes(routes!(fragments::include_fragments))
}

/// What a page asks without anybody being signed in. The shop is named by `key`.
fn pages() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Catalogue: GET /v1/books, GET /v1/books/{isbn}
        .routes(routes!(catalogue::list_books))
        .routes(routes!(catalogue::get_book))
        // Wishlists: GET /v1/wishlists/{secret}
        .routes(routes!(wishlists::sharing::get_shared_wishlist))
        // Gifts without an account: POST /v1/wishlists/{secret}/gifts, POST /v1/gifts/lookup, …/status, …/undo
        .routes(routes!(wishlists::gifts::create_guest_gift))
        .routes(routes!(wishlists::gifts::find_guest_gift))
        .routes(routes!(wishlists::gifts::update_guest_gift))
        .routes(routes!(wishlists::gifts::delete_guest_gift))
        .merge(feedback::routes::pages())
        // Frequent questions: GET /v1/faq, POST /v1/faq/search, GET /v1/faq/{article}, POST …/{article}/answered
        .routes(routes!(faq::list_faq))
        .routes(routes!(faq::search_faq))
        .routes(routes!(faq::get_faq_article))
        .routes(routes!(faq::count_faq_answer))
        .merge(surveys::routes::pages())
        // Reviews: GET /v1/books/{isbn}/reviews, GET /v1/books/{isbn}/rating
        .routes(routes!(reviews::list_book_reviews))
        .routes(routes!(reviews::get_book_rating))
}

/// How somebody becomes a customer.
fn sign_ins() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Sessions: POST /v1/sessions
        .routes(routes!(accounts::grants::create_session))
        // Accounts: POST /v1/accounts, and /confirm, /reset, /password under it
        .routes(routes!(accounts::logins::create_account))
        .routes(routes!(accounts::logins::confirm_account))
        .routes(routes!(accounts::logins::reset_password))
        .routes(routes!(accounts::logins::set_password))
        // Passkeys: POST /v1/passkeys/challenges
        .routes(routes!(accounts::passkeys::create_passkey_challenge))
}

/// What a customer asks, by an access token.
fn customers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Customer: GET, PATCH and DELETE /v1/customer, GET /v1/customer/archive
        .routes(routes!(
            accounts::get_customer,
            accounts::update_customer,
            privacy::delete_customer
        ))
        .routes(routes!(privacy::get_archive))
        // What there is, in figures: GET /v1/customer/overview
        .routes(routes!(accounts::overview::get_overview))
        // Consents: GET and PUT /v1/customer/consents
        .routes(routes!(consents::get_consents, consents::set_consents))
        // Sessions: GET /v1/customer/sessions, DELETE /v1/customer/sessions/{session}
        .routes(routes!(accounts::list_sessions))
        .routes(routes!(accounts::delete_session))
        // Handovers: POST /v1/customer/handovers
        .routes(routes!(accounts::handovers::create_handover))
        // Password: PUT /v1/customer/password
        .routes(routes!(accounts::logins::change_password))
        // Passkeys: GET and POST /v1/customer/passkeys, POST …/challenges, DELETE …/{passkey}
        .routes(routes!(
            accounts::passkeys::list_passkeys,
            accounts::passkeys::create_passkey
        ))
        .routes(routes!(accounts::passkeys::request_passkey))
        .routes(routes!(accounts::passkeys::delete_passkey))
        // Reviews: POST /v1/books/{isbn}/reviews, GET /v1/books/{isbn}/reviews/own, GET /v1/customer/reviews,
        // PUT and DELETE /v1/customer/reviews/{review}
        .routes(routes!(reviews::own::create_review))
        .routes(routes!(reviews::own::get_own_part))
        .routes(routes!(reviews::own::list_own_reviews))
        .routes(routes!(
            reviews::own::update_review,
            reviews::own::delete_review
        ))
        // Photos: POST /v1/customer/photos, DELETE /v1/customer/photos/{photo}
        .routes(routes!(reviews::photos::create_photo))
        .routes(routes!(reviews::photos::delete_photo))
        // Others' reviews: PUT and DELETE /v1/reviews/{review}/vote, POST /v1/reviews/{review}/reports
        .routes(routes!(reviews::own::set_vote, reviews::own::delete_vote))
        .routes(routes!(reviews::own::report_review))
        .routes(routes!(reviews::own::set_review_subject))
        .merge(feedback::routes::customers())
        .merge(surveys::routes::customers())
        // Wishlists: GET and POST /v1/customer/wishlists, PATCH and DELETE …/{list}, POST …/{list}/restore
        .routes(routes!(
            wishlists::lists::list_wishlists,
            wishlists::lists::create_wishlist
        ))
        .routes(routes!(
            wishlists::lists::update_wishlist,
            wishlists::lists::delete_wishlist
        ))
        .routes(routes!(wishlists::lists::restore_wishlist))
        // What is in them: GET …/{list}/wishes, PUT and DELETE …/wishes/{isbn}, POST …/wishes/{isbn}/move
        .routes(routes!(wishlists::wishes::list_wishes))
        .routes(routes!(
            wishlists::wishes::set_wish,
            wishlists::wishes::delete_wish
        ))
        .routes(routes!(wishlists::wishes::move_wish))
        // What they are for: PUT and DELETE …/{list}/occasion. What was given: GET …/{list}/gifts, POST …/gifts/show
        .routes(routes!(
            wishlists::occasions::set_occasion,
            wishlists::occasions::delete_occasion
        ))
        .routes(routes!(wishlists::gifts::list_received_gifts))
        .routes(routes!(wishlists::gifts::show_received_gifts))
        // Who else edits them: GET …/{list}/editors, DELETE …/editors/{editor}, POST …/invitations, DELETE …/{invitation}
        .routes(routes!(wishlists::editors::list_editors))
        .routes(routes!(wishlists::editors::delete_editor))
        .routes(routes!(wishlists::editors::create_list_invitation))
        .routes(routes!(wishlists::editors::delete_list_invitation))
        // Lists of others that the customer edits: GET and POST /v1/customer/edited-wishlists, DELETE …/{list}
        .routes(routes!(
            wishlists::editors::list_edited_wishlists,
            wishlists::editors::accept_list_invitation
        ))
        .routes(routes!(wishlists::editors::leave_wishlist))
        // Lists of others that the customer follows: GET /v1/customer/shared-wishlists, PUT and DELETE …/{secret}
        .routes(routes!(wishlists::occasions::list_followed_wishlists))
        .routes(routes!(
            wishlists::occasions::follow_wishlist,
            wishlists::occasions::unfollow_wishlist
        ))
        // What the customer gives: POST …/{secret}/gifts, GET /v1/customer/gifts, PATCH and DELETE …/{gift}
        .routes(routes!(wishlists::gifts::create_gift))
        .routes(routes!(wishlists::gifts::list_gifts))
        .routes(routes!(
            wishlists::gifts::update_gift,
            wishlists::gifts::delete_gift
        ))
        // Hearts: GET and POST /v1/customer/wishes, PUT and DELETE …/{isbn}
        .routes(routes!(
            wishlists::hearts::list_wished,
            wishlists::hearts::merge_wishes
        ))
        .routes(routes!(
            wishlists::hearts::wish_for,
            wishlists::hearts::unwish
        ))
        // Alerts: GET /v1/customer/alerts, PUT and DELETE …/{isbn}
        .routes(routes!(wishlists::alerts::list_alerts))
        .routes(routes!(
            wishlists::alerts::set_alert,
            wishlists::alerts::delete_alert
        ))
        // Following: GET and POST /v1/customer/follows, DELETE …/{follow}
        .routes(routes!(
            wishlists::follows::list_follows,
            wishlists::follows::create_follow
        ))
        .routes(routes!(wishlists::follows::delete_follow))
        // Reading shelf: GET /v1/customer/shelf, PUT and DELETE …/{isbn}
        .routes(routes!(wishlists::shelf::list_shelf))
        .routes(routes!(
            wishlists::shelf::set_shelf_book,
            wishlists::shelf::delete_shelf_book
        ))
        .merge(points::routes::customers())
        // Orders: GET /v1/customer/orders
        .routes(routes!(orders::list_orders))
        // Notifications: GET /v1/customer/notifications, POST /v1/customer/notifications/read
        .routes(routes!(notifications::list_notifications))
        .routes(routes!(notifications::read_notifications))
}

/// What a shop's own programs ask, by a secret key.
fn backends() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Customers: POST /v1/customers/lookup
        .routes(routes!(accounts::lookup::find_customer))
        // Staff picks: GET /v1/picks, PUT and DELETE /v1/picks/{reference}
        .routes(routes!(reviews::picks::list_picks))
        .routes(routes!(
            reviews::picks::set_pick,
            reviews::picks::remove_pick
        ))
        // Orders: POST /v1/orders, POST and GET /v1/refunds
        .routes(routes!(orders::create_orders))
        .routes(routes!(orders::create_refunds, orders::list_open_refunds))
        .merge(points::routes::backends())
        .merge(surveys::routes::backends())
        // Offers: POST /v1/offers
        .routes(routes!(offers::create_offers))
}

/// What the shop's staff asks, by a session's cookie: GET /v1/console/session and so on. Who may what is in the
/// table of `staff/access.rs`.
fn console() -> OpenApiRouter<App> {
    staff::access::console()
}

/// The whole API, of which the OpenAPI document speaks.
pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(widgets())
        .merge(pages())
        .merge(sign_ins())
        .merge(customers())
        .merge(backends())
        .merge(console())
}

/// Pages for people: what they show and what their forms do.
fn hosted(app: App) -> Router<App> {
    use site::{console, failures, member, old_keys};
    let limited = from_fn_with_state(app.clone(), accounts::limit_sign_in);
    Router::new()
        .route(
            "/shops/{key}/member/enter",
            post(accounts::handovers::enter),
        )
        .route("/shops/{key}/member/sign-in", post(member::sign_in))
        .route("/shops/{key}/member/sign-up", post(member::sign_up))
        .route("/shops/{key}/member/confirm", post(member::confirm))
        .route("/shops/{key}/member/reset", post(member::reset))
        .route_layer(limited)
        .route(
            "/shops/{key}/member",
            get(member::show_overview).post(member::answer_nps),
        )
        .route(
            "/shops/{key}/member/profile",
            get(member::show_profile).post(member::change_profile),
        )
        .route("/shops/{key}/member/orders", get(member::show_orders))
        .route(
            "/shops/{key}/member/points",
            get(member::show_points).post(member::take_invitation),
        )
        .route("/shops/{key}/invite/{code}", get(member::show_invite))
        .route(
            "/shops/{key}/member/points.csv",
            get(member::download_points),
        )
        .route(
            "/shops/{key}/member/rewards",
            get(member::show_rewards).post(member::change_rewards),
        )
        .route(
            "/shops/{key}/member/reviews",
            get(member::show_reviews).post(member::change_review),
        )
        .route(REVIEW_FORM, get(member::show_write))
        .route(
            "/shops/{key}/member/votes/{review}",
            get(member::show_vote).post(member::change_vote),
        )
        .route(
            "/shops/{key}/member/wishlists",
            get(member::show_wishlists).post(member::change_wishlists),
        )
        .route(
            "/shops/{key}/member/wishes/{isbn}",
            get(member::show_wish).post(member::change_wish),
        )
        .route(
            "/shops/{key}/member/follows",
            get(member::show_follows).post(member::change_follows),
        )
        .route(
            "/shops/{key}/member/shelf",
            get(member::show_shelf).post(member::change_shelf),
        )
        .route(
            "/shops/{key}/member/notifications",
            get(member::show_notifications).post(member::read_notifications),
        )
        .route(
            "/shops/{key}/member/sessions",
            get(member::show_sessions).post(member::change_sessions),
        )
        .route(
            "/shops/{key}/member/privacy",
            get(member::show_privacy).post(member::delete_account),
        )
        .route(
            "/shops/{key}/wishlists/{secret}",
            get(member::show_shared_wishlist).post(member::change_shared_wishlist),
        )
        .route(
            "/shops/{key}/gifts",
            get(member::show_receipt).post(member::change_receipt),
        )
        .merge(site::surveys::routes())
        .route("/shops/{key}/faq", get(member::show_faq))
        .route(
            "/shops/{key}/faq/{article}",
            get(member::show_faq_article).post(member::answer_by_faq),
        )
        .route(FEEDBACK_FORM, get(member::show_feedback))
        .route(
            "/shops/{key}/feedback/track",
            get(member::show_track).post(member::change_track),
        )
        .route(
            "/shops/{key}/feedback/track/live",
            post(member::follow_track),
        )
        .route(
            "/shops/{key}/feedback/rate/{code}",
            get(member::show_rate).post(member::send_rate),
        )
        .route("/shops/{key}/member/feedback", get(member::show_own_cases))
        .route(
            "/shops/{key}/member/feedback/{case}",
            get(member::show_own_case).post(member::write_own_case),
        )
        .route(
            "/shops/{key}/member/feedback/{case}/live",
            post(member::follow_own_case),
        )
        .route(
            "/shops/{key}/member/gifts",
            get(member::show_gifts).post(member::change_gifts),
        )
        .route(
            "/shops/{key}/member/invitations/{secret}",
            get(member::show_invitation).post(member::accept_invitation),
        )
        .route("/shops/{key}/member/archive", get(member::download_archive))
        .route(
            "/shops/{key}/member/connect",
            get(member::show_connect).post(member::connect_page),
        )
        .route("/shops/{key}/member/sign-in", get(member::show_sign_in))
        .route("/shops/{key}/member/sign-up", get(member::show_sign_up))
        .route("/shops/{key}/member/confirm", get(member::show_confirm))
        .route("/shops/{key}/member/reset", get(member::show_reset))
        .route("/shops/{key}/member/sign-out", post(member::sign_out))
        .route("/shops/{key}/member/{*rest}", get(member::show_nothing))
        .route(
            "/shops/{key}/books/{isbn}/reviews",
            get(reviews::page::show_reviews_page),
        )
        .route("/console", get(console::show_shops))
        .route(
            "/console/sign-in",
            get(console::entry::show_sign_in).post(console::entry::sign_in),
        )
        .route("/console/sign-out", post(console::entry::sign_out))
        .route(
            "/console/enter",
            get(console::entry::show_enter).post(console::entry::enter),
        )
        .route(
            "/console/shops/{shop}/reviews",
            get(console::reviews::show).post(console::reviews::change),
        )
        .route(
            "/console/shops/{shop}/reviews.csv",
            get(console::reviews::export),
        )
        .route(
            "/console/shops/{shop}/reviews/decisions",
            get(console::reviews::show_decisions),
        )
        .route(
            "/console/shops/{shop}/reviews/{review}/versions",
            get(console::reviews::show_versions),
        )
        .route(
            "/console/shops/{shop}/picks",
            get(console::picks::show).post(console::picks::change),
        )
        .route(
            "/console/shops/{shop}/picks/{pick}",
            get(console::picks::show_form).post(console::picks::send_form),
        )
        .route(
            "/console/shops/{shop}/settings",
            get(console::settings::show).post(console::settings::change),
        )
        .route(
            "/console/shops/{shop}/branches",
            get(console::branches::show).post(console::branches::change),
        )
        .route(
            "/console/shops/{shop}/keys",
            get(console::keys::show).post(console::keys::change),
        )
        .route(
            "/console/shops/{shop}/webhooks",
            get(console::webhooks::show).post(console::webhooks::change),
        )
        .route(
            "/console/shops/{shop}/deliveries",
            get(console::deliveries::show).post(console::deliveries::change),
        )
        .route(
            "/console/shops/{shop}/cases",
            get(console::feedback::show).post(console::feedback::change),
        )
        .route(
            "/console/shops/{shop}/cases/{case}",
            get(console::case::show).post(console::case::send),
        )
        .route("/console/shops/{shop}/canned", get(console::canned::show))
        .route(
            "/console/shops/{shop}/canned/{answer}",
            get(console::canned::show_form).post(console::canned::send_form),
        )
        .route("/console/shops/{shop}/faq", get(console::faq::show))
        .route(
            "/console/shops/{shop}/faq/{article}",
            get(console::faq::show_form).post(console::faq::send_form),
        )
        .route(
            "/console/shops/{shop}/cases/{case}/live",
            post(console::case::follow),
        )
        .route(
            "/console/shops/{shop}/clocks",
            get(console::clocks::show).post(console::clocks::change),
        )
        .route("/console/shops/{shop}/figures", get(console::figures::show))
        .route(
            "/console/shops/{shop}/figures.csv",
            get(console::figures::export),
        )
        .route("/console/shops/{shop}/refunds", get(console::refunds::show))
        .route(
            "/console/shops/{shop}/points",
            get(console::points::show).post(console::points::change),
        )
        .route(
            "/console/shops/{shop}/points/simulation",
            get(console::simulation::show).post(console::simulation::begin),
        )
        .route(
            "/console/shops/{shop}/points/liability",
            get(console::liability::show),
        )
        .route(
            "/console/shops/{shop}/points/liability.csv",
            get(console::liability::export),
        )
        .route(
            "/console/shops/{shop}/points/{customer}",
            get(console::points::show_customer).post(console::points::adjust_customer),
        )
        .route("/console/shops/{shop}/rewards", get(console::rewards::show))
        .route(
            "/console/shops/{shop}/rewards/{reward}",
            get(console::rewards::show_form).post(console::rewards::send_form),
        )
        .route("/console/shops/{shop}/demand", get(console::demand::show))
        .route(
            "/console/shops/{shop}/demand.csv",
            get(console::demand::export),
        )
        .route(
            "/console/shops/{shop}/staff",
            get(console::staff::show).post(console::staff::change),
        )
        .route("/console/shops/{shop}/audit", get(console::audit::show))
        .route(
            "/console/account",
            get(console::account::show).post(console::account::change),
        )
        .route("/console/{*rest}", get(failures::show_not_found))
        .layer(from_fn(receive_first))
        .layer(from_fn_with_state(app.clone(), old_keys::lead_on))
        .layer(from_fn_with_state(app, failures::show_failures))
}

/// The forms with files, which may be large.
fn hosted_with_files(app: App) -> Router<App> {
    use site::{failures, forms, member};
    Router::new()
        .route(REVIEW_FORM, post(member::send_review))
        .route_layer(from_fn_with_state(app.clone(), accounts::limit_sign_in))
        .route(FEEDBACK_FORM, post(member::send_feedback))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), forms::receive_files_first))
        .layer(from_fn_with_state(app, failures::show_failures))
}

/// The whole server.
pub fn router(app: App) -> Router {
    let of_shop = from_fn_with_state(app.clone(), shops::require_shop);
    let of_customer = from_fn_with_state(app.clone(), accounts::require_customer);
    let of_backend = from_fn_with_state(app.clone(), secrets::require_secret);
    let of_staff = from_fn_with_state(app.clone(), staff::access::require_staff);
    let compressed = Router::new()
        .merge(Router::from(pages()).route_layer(of_shop.clone()))
        .merge(
            Router::from(sign_ins())
                .route_layer(from_fn_with_state(app.clone(), accounts::limit_sign_in))
                .route_layer(of_shop.clone()),
        )
        .merge(
            Router::from(customers())
                .route_layer(of_customer)
                .route_layer(of_shop.clone()),
        )
        .merge(Router::from(backends()).route_layer(of_backend))
        .merge(Router::from(console()).route_layer(of_staff))
        // Hosted pages.
        .merge(hosted(app.clone()))
        .merge(hosted_with_files(app.clone()))
        .route(
            "/unsubscribe",
            get(notifications::unsubscribe::ask).post(notifications::unsubscribe::unsubscribe),
        )
        .route("/shops/{key}/look.css", get(settings::look::get_look))
        // For developers.
        .route("/", get(openapi::show_api_page))
        .route("/v1/openapi.json", get(openapi::get_openapi))
        // For operators.
        .route("/healthz", get(health::get_health))
        .route("/readyz", get(health::get_readiness))
        .route("/metrics", get(observe::get_metrics))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    compressed
        // What is kept compressed.
        .merge(Router::from(widgets()).route_layer(of_shop))
        .route("/bookplate.js", get(assets::get_loader))
        .route("/assets/{version}/{name}", get(assets::get_asset))
        .route("/favicon.ico", get(assets::get_icon))
        .route("/photos/{photo}/{size}", get(reviews::photos::get_photo))
        .route(
            "/photos/{photo}/{secret}/{size}",
            get(reviews::photos::get_own_photo),
        )
        .fallback(|| async { Failure::from(Code::NotFound) })
        .method_not_allowed_fallback(shops::answer_other_method)
        .layer(map_response(async |response| said_by_axum(response)))
        .layer(CatchPanicLayer::custom(|_| {
            observe::made_outside(Code::Internal.into())
        }))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}
