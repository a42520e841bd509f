//! The addresses of feedback cases, grouped by who calls them as in the server's own table of contents.

use super::{guests, own, satisfaction};
use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a page asks without anybody being signed in.
pub(crate) fn pages() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // POST /v1/feedback, …/photos, …/lookup, …/messages, …/rating
        .routes(routes!(guests::create_guest_case))
        .routes(routes!(guests::create_guest_photo))
        .routes(routes!(guests::find_guest_case))
        .routes(routes!(guests::create_guest_message))
        .routes(routes!(satisfaction::rate_guest_case))
}

/// What a customer asks, by an access token.
pub(crate) fn customers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // GET and POST /v1/customer/feedback, GET …/{case}, POST …/{case}/messages, PUT …/{case}/rating
        .routes(routes!(own::list_own_cases, own::create_case))
        .routes(routes!(own::get_own_case))
        .routes(routes!(own::create_message))
        .routes(routes!(satisfaction::rate_case))
}
